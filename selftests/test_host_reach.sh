#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Host reach, frame by frame: who gets how many copies of what, and what leaves
# the lower device ("out"). Rows as in test_modes.sh. With a switch that
# reflects, no group frame may come to anybody twice.
#
#	a	bridge	host on		c	vepa
#	b	bridge	host off	d	private	host on

. "$(dirname "$0")/lib.sh"
. "$HERE/matrix.sh"
. "$HERE/hostlib.sh"

MIXED="
#hp  from   traffic    a b c d host wire out
# Between the host and a link with host reach nothing leaves the lower device.
off  a      u>host     0 0 0 0 1 0 0
off  d      u>host     0 0 0 0 1 0 0
off  host   u>a        1 0 0 0 0 0 0
off  host   u>d        0 0 0 1 0 0 0
# A link without is as ever, and so is everything else that the host sends.
off  b      u>host     0 0 0 0 0 0 1
off  host   u>b        0 0 0 0 0 0 1
off  host   u>c        0 0 0 0 0 0 1
off  host   u>wire     0 0 0 0 0 1 1
off  host   u>stranger 0 0 0 0 0 0 1
off  a      u>wire     0 0 0 0 0 1 1
off  a      u>b        0 1 0 0 0 0 0
off  d      u>wire     0 0 0 0 0 1 1
# Host reach is not a way round from one link to another.
off  a      u>d        0 0 0 0 0 0 1
off  d      u>a        0 0 0 0 0 0 0
off  a      u>c        0 0 0 0 0 0 1
# The host's address as a guest's source address does not make it the host.
off  a~host u>d        0 0 0 0 0 0 1
off  d~host u>a        0 0 0 0 0 0 0
off  a~host bcast      0 1 0 0 1 1 1
off  d~host bcast      0 0 0 0 1 1 1
off  a~host u>wire     0 0 0 0 0 1 1
# A copy each, and on to the wire.
off  a      bcast      0 1 0 0 1 1 1
off  a      joined     0 1 0 0 1 1 1
off  a      unjoined   0 0 0 0 1 1 1
off  b      bcast      1 0 0 0 0 1 1
off  c      bcast      0 0 0 0 0 1 1
off  d      bcast      0 0 0 0 1 1 1
off  host   bcast      1 0 0 1 0 1 1
off  host   joined     1 0 0 1 0 1 1
off  host   unjoined   0 0 0 0 0 1 1
off  host   pause      0 0 0 0 0 1 1
off  wire   u>a        1 0 0 0 0 0 0
off  wire   u>host     0 0 0 0 1 0 0
off  wire   bcast      1 1 1 1 1 0 0
off  wire   joined     1 1 1 1 1 0 0
# A station outside that has the address of a link, or the host's
off  wire~a bcast      1 1 1 0 1 0 0
off  wire~c bcast      1 1 1 0 1 0 0
off  wire~d bcast      0 0 0 1 0 0 0
off  wire~host bcast   1 1 1 1 1 0 0
# The switch sends everything back: still once for each.
on   a      u>host     0 0 0 0 1 0 0
on   host   u>a        1 0 0 0 0 0 0
on   host   u>d        0 0 0 1 0 0 0
on   b      u>host     0 0 0 0 1 0 1
on   host   u>b        0 1 0 0 0 0 1
on   a      u>d        0 0 0 0 0 0 1
on   d      u>a        0 0 0 0 0 0 0
on   a      bcast      0 1 1 0 1 1 1
on   a      joined     0 1 1 0 1 1 1
on   a      unjoined   0 0 0 0 1 1 1
on   b      bcast      1 0 1 0 1 1 1
on   c      bcast      1 1 0 0 1 1 1
on   d      bcast      0 0 0 0 1 1 1
on   d      joined     0 0 0 0 1 1 1
on   host   bcast      1 1 1 1 1 1 1
on   host   joined     1 1 1 1 1 1 1
on   wire   bcast      1 1 1 1 1 0 0
on   wire~a bcast      1 1 1 0 1 0 0
on   wire~d bcast      0 0 0 1 0 0 0
"

PRIVATE="
#hp  from   traffic    a b c d host wire out
off  a      u>b        0 0 0 0 0 0 0
off  a~host u>b        0 0 0 0 0 0 0
off  a      u>host     0 0 0 0 1 0 0
off  host   u>a        1 0 0 0 0 0 0
off  host   u>b        0 1 0 0 0 0 0
off  a      bcast      0 0 0 0 1 1 1
off  a~host bcast      0 0 0 0 1 1 1
off  host   bcast      1 1 0 1 0 1 1
on   a      u>b        0 0 0 0 0 0 0
on   a      bcast      0 0 0 0 1 1 1
on   host   bcast      1 1 1 1 1 1 1
"

BRIDGE="
#hp  from   traffic    a b c d host wire out
off  a      u>b        0 1 0 0 0 0 0
off  a      bcast      0 1 0 0 1 1 1
on   a      bcast      0 1 1 0 1 1 1
on   b      joined     1 0 1 0 1 1 1
on   host   bcast      1 1 1 1 1 1 1
"

# Off again: as if it had never been on.
OFF="
#hp  from   traffic    a b c d host wire out
off  a      u>host     0 0 0 0 0 0 1
off  host   u>a        0 0 0 0 0 0 1
off  a      bcast      0 1 0 0 0 1 1
off  host   bcast      0 0 0 0 0 1 1
on   a      bcast      0 1 1 0 1 1 1
on   host   bcast      1 1 1 1 1 1 1
"

# What the in-tree module is asked, too: who hears the host, who hears twice.
COMPARED="
off  a      u>host     0 0 0 0 1 0 0
off  host   u>a        1 0 0 0 0 0 0
off  host   bcast      1 0 0 1 0 1 1
off  wire~a bcast      1 1 1 0 1 0 0
on   a      bcast      0 1 1 0 1 1 1
on   d      bcast      0 0 0 0 1 1 1
"

PORTS=(a b c d host wire out)

compared()
{
	ROW_POINT=row_remark
	host_stations
	run_matrix "bridge+bridge+vepa+private" "$COMPARED"
}

# reach LINK on|off [MODE]
reach()
{
	local ns=NS_${1^^}

	[[ ! ${3:-} ]] || link_set_mode "${!ns}" "$1" "$3"
	host_reach "${!ns}" "$1" "$2"
}

need_helper frames nlreq
load_modules
is_intree && skip_all "in-tree macvlan has no host reach"
in_tree compared | sed 's/^in-tree //; s/^/# in-tree /'
host_stations
tap_plan $(($(rows "$MIXED") + $(rows "$PRIVATE") + $(rows "$BRIDGE") + $(rows "$OFF")))
run_matrix "host reach" "$MIXED"
reach b on
run_matrix "host reach, both" "$BRIDGE"
reach a on private
reach b on private
run_matrix "host reach, private" "$PRIVATE"
reach a off bridge
reach b off bridge
reach d off
run_matrix "host reach off again" "$OFF"
tap_end
