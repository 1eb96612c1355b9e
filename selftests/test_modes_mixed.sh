#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Links of different modes on one port behind a switch: a bridge, b vepa,
# c private. Rows as in test_modes.sh, copies for a, b, c, host, wire and out.

. "$(dirname "$0")/lib.sh"
. "$HERE/matrix.sh"

need_helper frames
load_modules

MIXED="
#hp  from   traffic    a b c host wire out
off  a      u>b        0 0 0 0 0 1
off  a      u>c        0 0 0 0 0 1
off  a      u>wire     0 0 0 0 1 1
off  a      bcast      0 0 0 0 1 1
off  a      joined     0 0 0 0 1 1
off  b      u>a        0 0 0 0 0 1
off  b      u>c        0 0 0 0 0 1
off  b      u>wire     0 0 0 0 1 1
off  b      bcast      0 0 0 0 1 1
off  b      joined     0 0 0 0 1 1
off  c      u>a        0 0 0 0 0 0
off  c      u>b        0 0 0 0 0 0
off  c      u>wire     0 0 0 0 1 1
off  c      bcast      0 0 0 0 1 1
off  c      joined     0 0 0 0 1 1
off  host   u>c        0 0 0 0 0 1
off  host   bcast      0 0 0 0 1 1
off  wire   u>a        1 0 0 0 0 0
off  wire   u>b        0 1 0 0 0 0
off  wire   u>c        0 0 1 0 0 0
off  wire   bcast      1 1 1 1 0 0
off  wire   joined     1 1 1 1 0 0
off  wire   unjoined   0 0 0 1 0 0
off  wire~a u>b        0 1 0 0 0 0
off  wire~a u>c        0 0 0 0 0 0
off  wire~a u>host     0 0 0 1 0 0
off  wire~a bcast      1 1 0 1 0 0
off  wire~b u>a        1 0 0 0 0 0
off  wire~b u>c        0 0 0 0 0 0
off  wire~b u>host     0 0 0 1 0 0
off  wire~b bcast      1 1 0 1 0 0
off  wire~c u>a        0 0 0 0 0 0
off  wire~c u>b        0 0 0 0 0 0
off  wire~c u>host     0 0 0 1 0 0
off  wire~c u>stranger 0 0 0 1 0 0
off  wire~c bcast      0 0 1 0 0 0
# The switch sends everything back: only frames of c stay away from the others,
# and those of the others from c.
on   a      u>b        0 1 0 0 0 1
on   a      u>c        0 0 0 0 0 1
on   a      u>host     0 0 0 1 0 1
on   a      u>wire     0 0 0 0 1 1
on   a      u>stranger 0 0 0 1 0 1
on   a      bcast      0 1 0 1 1 1
on   a      joined     0 1 0 1 1 1
on   a      unjoined   0 0 0 1 1 1
on   b      u>a        1 0 0 0 0 1
on   b      u>c        0 0 0 0 0 1
on   b      u>host     0 0 0 1 0 1
on   b      bcast      1 0 0 1 1 1
on   b      joined     1 0 0 1 1 1
on   b      unjoined   0 0 0 1 1 1
on   c      u>a        0 0 0 0 0 0
on   c      u>b        0 0 0 0 0 0
on   c      u>host     0 0 0 1 0 1
on   c      u>wire     0 0 0 0 1 1
on   c      u>stranger 0 0 0 1 0 1
on   c      bcast      0 0 0 0 1 1
on   c      joined     0 0 0 0 1 1
on   c      unjoined   0 0 0 0 1 1
on   host   u>a        1 0 0 0 0 1
on   host   u>b        0 1 0 0 0 1
on   host   u>c        0 0 1 0 0 1
on   host   bcast      1 1 1 1 1 1
on   host   joined     1 1 1 1 1 1
on   wire   u>a        1 0 0 0 0 0
on   wire   u>c        0 0 1 0 0 0
on   wire   bcast      1 1 1 1 0 0
on   wire   joined     1 1 1 1 0 0
"

topo_switch
station a "$NS_A" $MAC_A bridge
station b "$NS_B" $MAC_B vepa
station c "$NS_C" $MAC_C private
PORTS=(a b c host wire out)

tap_plan "$(rows "$MIXED")"
run_matrix "bridge+vepa+private" "$MIXED"
tap_end
