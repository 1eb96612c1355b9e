#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Two links of the same mode behind a switch, hairpin off and on: who gets how
# many copies of what. See topo_switch in lib.sh for the picture.
#
# A row: hairpin, sender, traffic, then the copies that a, b, the host and the
# wire station must get, and how many leave the lower device ("out"). Traffic is u>X (unicast to X), bcast, joined (a group
# that a and b joined) or unjoined (one that nobody joined; the host and the
# station have no multicast filter and get it all the same). "wire~a" is the
# wire station using the address of a, as a shared VRRP address would.

. "$(dirname "$0")/lib.sh"
. "$HERE/matrix.sh"

need_helper frames
load_modules

BRIDGE="
#hp  from   traffic    a b host wire out
off  a      u>b        0 1 0 0 0
off  a      u>host     0 0 0 0 1
off  a      u>wire     0 0 0 1 1
off  a      bcast      0 1 0 1 1
off  a      joined     0 1 0 1 1
off  a      unjoined   0 0 0 1 1
off  host   u>a        0 0 0 0 1
off  host   u>wire     0 0 0 1 1
off  host   bcast      0 0 0 1 1
off  host   joined     0 0 0 1 1
off  wire   u>a        1 0 0 0 0
off  wire   u>b        0 1 0 0 0
off  wire   u>host     0 0 1 0 0
off  wire   u>stranger 0 0 1 0 0
off  wire   bcast      1 1 1 0 0
off  wire   joined     1 1 1 0 0
off  wire   unjoined   0 0 1 0 0
off  wire   pause      0 0 1 0 0
off  wire~a joined     1 1 1 0 0
off  wire~a u>b        0 1 0 0 0
off  wire~a u>host     0 0 1 0 0
# A hairpin switch sends everything back. The link's own group frame is known
# again, and comes to nobody twice; that of a station with a link's address
# (wire~a) comes to the link, too. In-tree macvlan goes by the address alone.
on   a      u>b        0 1 0 0 0
on   a      u>host     0 0 1 0 1
on   a      u>wire     0 0 0 1 1
on   a      u>stranger 0 0 1 0 1
on   a      bcast      0 1 1 1 1
on   a      joined     0 1 1 1 1
on   a      unjoined   0 0 1 1 1
on   host   u>a        1 0 0 0 1
on   host   u>wire     0 0 0 1 1
on   host   bcast      1 1 1 1 1
on   host   joined     1 1 1 1 1
on   host   unjoined   0 0 1 1 1
on   wire   u>a        1 0 0 0 0
on   wire   u>host     0 0 1 0 0
on   wire   u>stranger 0 0 1 0 0
on   wire   bcast      1 1 1 0 0
on   wire   joined     1 1 1 0 0
on   wire   unjoined   0 0 1 0 0
on   wire~a joined     1 1 1 0 0
"

VEPA="
off  a      u>b        0 0 0 0 1
off  a      u>host     0 0 0 0 1
off  a      u>wire     0 0 0 1 1
off  a      bcast      0 0 0 1 1
off  a      joined     0 0 0 1 1
off  a      unjoined   0 0 0 1 1
off  host   u>a        0 0 0 0 1
off  host   u>wire     0 0 0 1 1
off  host   bcast      0 0 0 1 1
off  wire   u>a        1 0 0 0 0
off  wire   u>host     0 0 1 0 0
off  wire   u>stranger 0 0 1 0 0
off  wire   bcast      1 1 1 0 0
off  wire   joined     1 1 1 0 0
off  wire   unjoined   0 0 1 0 0
off  wire   pause      0 0 1 0 0
off  wire~a joined     1 1 1 0 0
off  wire~a u>b        0 1 0 0 0
off  wire~a u>host     0 0 1 0 0
on   a      u>b        0 1 0 0 1
on   a      u>host     0 0 1 0 1
on   a      u>wire     0 0 0 1 1
on   a      u>stranger 0 0 1 0 1
on   a      bcast      0 1 1 1 1
on   a      joined     0 1 1 1 1
on   a      unjoined   0 0 1 1 1
on   host   u>a        1 0 0 0 1
on   host   u>wire     0 0 0 1 1
on   host   bcast      1 1 1 1 1
on   host   joined     1 1 1 1 1
on   host   unjoined   0 0 1 1 1
on   wire   u>a        1 0 0 0 0
on   wire   u>host     0 0 1 0 0
on   wire   u>stranger 0 0 1 0 0
on   wire   bcast      1 1 1 0 0
on   wire   joined     1 1 1 0 0
on   wire   unjoined   0 0 1 0 0
on   wire~a joined     1 1 1 0 0
"

PRIVATE="
off  a      u>b        0 0 0 0 0
off  a      u>host     0 0 0 0 1
off  a      u>wire     0 0 0 1 1
off  a      bcast      0 0 0 1 1
off  a      joined     0 0 0 1 1
off  a      unjoined   0 0 0 1 1
off  host   u>a        0 0 0 0 1
off  host   u>wire     0 0 0 1 1
off  host   bcast      0 0 0 1 1
off  wire   u>a        1 0 0 0 0
off  wire   u>host     0 0 1 0 0
off  wire   u>stranger 0 0 1 0 0
off  wire   bcast      1 1 1 0 0
off  wire   joined     1 1 1 0 0
off  wire   unjoined   0 0 1 0 0
off  wire   pause      0 0 1 0 0
off  wire~a joined     1 0 0 0 0
off  wire~a u>b        0 0 0 0 0
off  wire~a u>host     0 0 1 0 0
# Private means private, whatever the switch does: in-tree macvlan delivers
# the reflected unicast.
on   a      u>b        0 0 0 0 0
on   b      u>a        0 0 0 0 0
on   a      u>host     0 0 1 0 1
on   a      u>wire     0 0 0 1 1
on   a      u>stranger 0 0 1 0 1
on   a      bcast      0 0 0 1 1
on   a      joined     0 0 0 1 1
on   a      unjoined   0 0 0 1 1
on   host   u>a        1 0 0 0 1
on   host   u>wire     0 0 0 1 1
on   host   bcast      1 1 1 1 1
on   host   joined     1 1 1 1 1
on   host   unjoined   0 0 1 1 1
on   wire   u>a        1 0 0 0 0
on   wire   u>host     0 0 1 0 0
on   wire   u>stranger 0 0 1 0 0
on   wire   bcast      1 1 1 0 0
on   wire   joined     1 1 1 0 0
on   wire   unjoined   0 0 1 0 0
on   wire~a joined     1 0 0 0 0
"

topo_switch
station a "$NS_A" $MAC_A bridge
station b "$NS_B" $MAC_B bridge
PORTS=(a b host wire out)

tap_plan $(($(rows "$BRIDGE") + $(rows "$VEPA") + $(rows "$PRIVATE")))
run_matrix "bridge" "$BRIDGE"
link_set_mode "$NS_A" a vepa
link_set_mode "$NS_B" b vepa
run_matrix "vepa" "$VEPA"
link_set_mode "$NS_A" a private
link_set_mode "$NS_B" b private
run_matrix "private" "$PRIVATE"
tap_end
