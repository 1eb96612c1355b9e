#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What tcpdump and ethtool show of links of the personality and of their lower
# device.
#
#	NS_A: a   NS_B: b	bridge mode
#	      |	        |
#	      +---v0----+	NS_HOST
#	          |
#	         v1 [bridge br0] w1	NS_SW
#	                         |
#	                        w0	NS_WIRE

MVTAP_TEST_COMPAT=${MVTAP_TEST_COMPAT-1}
# shellcheck source=selftests/lib.sh disable=SC1091
source "$(dirname "$0")/lib.sh"
# shellcheck source=selftests/clients/lib.sh disable=SC1091
source "$HERE/clients/lib.sh"

# Once for all tests: each leaves it as it was.
set_up()
{
	topo_switch
	station a "$NS_A" "$MAC_A" bridge
	station b "$NS_B" "$MAC_B" bridge
	must ip -n "$NS_A" addr add 10.9.0.1/24 dev a
	must ip -n "$NS_B" addr add 10.9.0.2/24 dev b
	must ip -n "$NS_WIRE" addr add 10.9.0.200/24 dev w0
	DIR=$(mktemp -d)
	defer rm -r "$DIR"
}

# ---------------------------------------------------------------- tcpdump

# dump FILE NS ARGUMENTS...: of echo requests and replies
dump()
{
	background ip netns exec "$2" tcpdump -n -e -l -U --immediate-mode "${@:3}" icmp \
		>"$DIR/$1" 2>"$DIR/$1.err"
	must busywait 10000 grep -q "listening on" "$DIR/$1.err"
}

# seen FILE PATTERN: how many frames
seen() { grep -cE "$2" "$DIR/$1"; }

# saw WHAT COUNT FILE PATTERN: by now
saw()
{
	busywait 5000 eval "[[ \$(seen $3 '$4') -ge $2 ]]"
	check_eq "$1" "$2" "$(seen "$3" "$4")"
}

# -i any says which way a frame goes, and which interface it is on.
t_tcpdump()
{
	dump lower "$NS_HOST" -i any
	dump a "$NS_A" -i any
	dump b "$NS_B" -i any
	dump wire "$NS_WIRE" -i any
	check "a to b" in_ns "$NS_A" ping -q -c 1 -W 5 10.9.0.2
	check "a to the wire" in_ns "$NS_A" ping -q -c 1 -W 5 10.9.0.200
	saw "a sends to b" 1 a 'a +Out .*10.9.0.1 > 10.9.0.2: .*request'
	saw "a gets from b" 1 a 'a +In .*10.9.0.2 > 10.9.0.1: .*reply'
	saw "b gets from a" 1 b 'b +In .*10.9.0.1 > 10.9.0.2: .*request'
	saw "a sends to the wire" 1 a 'a +Out .*10.9.0.1 > 10.9.0.200: .*request'
	saw "a gets from the wire" 1 a 'a +In .*10.9.0.200 > 10.9.0.1: .*reply'
	saw "the lower device sends" 1 lower 'v0 +Out .*10.9.0.1 > 10.9.0.200: .*request'
	# to an address that is not its own: "P", as it shows with any driver
	saw "the lower device gets" 1 lower 'v0 +P .*10.9.0.200 > 10.9.0.1: .*reply'
	# directly from link to link, and yet seen there
	saw "the lower device shows" 1 lower 'v0 .*10.9.0.1 > 10.9.0.2: .*request'
	saw "the lower device shows" 1 lower 'v0 .*10.9.0.2 > 10.9.0.1: .*reply'
	check_eq "that is all on the lower device" 4 "$(seen lower .)"
	check_eq "nothing of it on the wire" 2 "$(seen wire .)"
	[[ $RET -eq 0 ]] || head -n 20 "$DIR"/{lower,a,b,wire}
}

# A link listens to others only while somebody asks it to.
t_promiscuous()
{
	dump a "$NS_A" -i a
	wait_for "a is promiscuous" link_is "$NS_A" a .promiscuity 1
	end "$DAEMON"
	wait_for "a is so no more" link_is "$NS_A" a .promiscuity 0
	check "a still sends and gets" in_ns "$NS_A" ping -q -c 1 -W 5 10.9.0.200
}

# ---------------------------------------------------------------- ethtool

a() { in_ns "$NS_A" ethtool "$@"; }

# line PATTERN: fails unless a line of standard input is it, blanks squeezed
line() { tr -s ' \t' ' ' | grep -qxE -- "$1"; }

t_ethtool_driver()
{
	check "-i: driver" line "driver: macvlan" < <(a -i a)
	check "-i: version" line "version: 0.1" < <(a -i a)
}

t_ethtool_settings()
{
	check "speed of the lower device" line " Speed: 10000Mb/s" < <(a a)
	check "link" line " Link detected: yes" < <(a a)
	must ip -n "$NS_SW" link set dev v1 down
	wait_for "no link" eval 'line " Link detected: no" < <(a a)'
	must ip -n "$NS_SW" link set dev v1 up
	wait_for "link again" eval 'line " Link detected: yes" < <(a a)'
}

# gro_is STATE: what -k says
gro_is() { line "generic-receive-offload: $1" < <(a -k a); }

# -K changes nothing of a macvlan: its features are those of the lower device.
t_ethtool_features()
{
	check "-k: a veth is without" gro_is 'off \[requested on\]'
	must in_ns "$NS_HOST" ethtool -K v0 gro on
	wait_for "follows the lower device" gro_is on
	check "carries" in_ns "$NS_A" ping -q -c 1 -W 5 -s 4000 10.9.0.200
	must in_ns "$NS_HOST" ethtool -K v0 gro off tx off >/dev/null
	check "carries without any" in_ns "$NS_A" ping -q -c 1 -W 5 -s 4000 10.9.0.2
	must in_ns "$NS_HOST" ethtool -K v0 tx on >/dev/null
}

# What the in-tree drivers do not have: a counter for each reason.
t_ethtool_statistics()
{
	local before

	is_intree && skip "in-tree has none"
	before=$(a -S a)
	check "names" test "$(grep -c '_drop_.*: 0$' <<<"$before")" -ge 5
	must ip -n "$NS_A" link set dev a type macvlan mode private
	must ip -n "$NS_A" neigh replace 10.9.0.2 lladdr "$MAC_B" dev a
	refused "private to b" in_ns "$NS_A" ping -q -c 1 -W 1 10.9.0.2
	check_eq "the reason" " tx_drop_private: 1" "$(diff <(echo "$before") <(a -S a) |
		sed -n 's/^> *//p' | tr -s ' ' | sed 's/^/ /')"
	must ip -n "$NS_A" link set dev a type macvlan mode bridge
}

t_ethtool_time_stamps()
{
	check_eq "-T: as of the lower device" "$(in_ns "$NS_HOST" ethtool -T v0 | tail -n +2)" \
		"$(a -T a | tail -n +2)"
}

load_modules
set_up
run_tests t_our_module_does_the_work t_tcpdump t_promiscuous t_ethtool_driver \
	t_ethtool_settings t_ethtool_features t_ethtool_statistics t_ethtool_time_stamps
