#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A passthru link has its lower device for itself and shares its address. Rows
# as in test_modes.sh.

. "$(dirname "$0")/lib.sh"
. "$HERE/matrix.sh"

need_helper frames
load_modules

PASSTHRU="
#hp  from   traffic    a host wire out
off  a      u>host     0 0 0 1
off  a      u>wire     0 0 1 1
off  a      bcast      0 0 1 1
off  a      joined     0 0 1 1
off  host   u>wire     0 0 1 1
off  host   bcast      0 0 1 1
off  wire   u>host     1 0 0 0
off  wire   u>stranger 1 0 0 0
off  wire   bcast      1 1 0 0
off  wire   joined     1 1 0 0
off  wire   unjoined   0 1 0 0
off  wire~host u>host     1 0 0 0
off  wire~host bcast      1 0 0 0
# What the switch sends back has the shared address as its source, so it goes
# to the link alone, also when the host sent it; but the link's own group frame
# is known again and ends.
on   a      u>host     1 0 0 1
on   a      u>wire     0 0 1 1
on   a      u>stranger 1 0 0 1
on   a      bcast      0 0 1 1
on   a      joined     0 0 1 1
on   a      unjoined   0 0 1 1
on   host   u>host     1 0 0 1
on   host   u>wire     0 0 1 1
on   host   bcast      1 0 1 1
on   host   joined     1 0 1 1
on   wire   u>host     1 0 0 0
on   wire   u>stranger 1 0 0 0
on   wire   bcast      1 1 0 0
on   wire   joined     1 1 0 0
on   wire   unjoined   0 1 0 0
"

topo_switch
station a "$NS_A" $MAC_HOST passthru
PORTS=(a host wire out)

tap_plan $(($(rows "$PASSTHRU") + 4))
run_matrix "passthru" "$PASSTHRU"

point "the link has the lower device's address" "$MAC_HOST" "$(mac_of "$NS_A" a)"
link_add "$NS_HOST" b v0 bridge 2>/dev/null
point "no second link beside a passthru link" "refused" \
	"$(link_exists "$NS_HOST" b && echo made || echo refused)"
link_set_mode "$NS_A" a bridge 2>/dev/null
point "passthru cannot be left" "passthru" "$(link_mode "$NS_A" a)"

ip -n "$NS_A" link del dev a
must link_add "$NS_HOST" b v0 bridge
must link_add "$NS_HOST" c v0 bridge
link_set_mode "$NS_HOST" b passthru 2>/dev/null
point "passthru cannot be entered" "bridge" "$(link_mode "$NS_HOST" b)"
tap_end
