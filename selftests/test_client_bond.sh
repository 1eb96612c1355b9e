#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A bond whose active port changes, below a link of the personality: the switch
# learns by what the link says then, not by what it happens to send. VLAN, bridge
# and other lower devices are in test_lower_kinds.sh.
#
#	NS_A:      a
#	           |
#	         bond0			NS_HOST, active-backup
#	         |   |
#	        x0   y0
#	         |   |
#	        x1   y1			NS_SW, which learns
#	         [br0]
#	           |
#	          w1 --- w0		NS_WIRE

MVTAP_TEST_COMPAT=${MVTAP_TEST_COMPAT-1}
# shellcheck source=selftests/lib.sh disable=SC1091
source "$(dirname "$0")/lib.sh"
# shellcheck source=selftests/clients/lib.sh disable=SC1091
source "$HERE/clients/lib.sh"

GROUP=239.7.7.7

topo()
{
	local port

	topo_switch
	must ip -n "$NS_SW" link set br0 type bridge ageing_time 30000
	must ip -n "$NS_HOST" link add bond0 type bond mode active-backup miimon 100 num_grat_arp 1
	for port in x y; do
		must ip -n "$NS_HOST" link add ${port}0 type veth peer name ${port}1 netns "$NS_SW"
		must ip -n "$NS_SW" link set ${port}1 master br0 up
		must ip -n "$NS_HOST" link set ${port}0 master bond0
	done
	must ip -n "$NS_HOST" link set bond0 up
	must busywait 10000 link_is "$NS_HOST" bond0 .operstate UP
	must busywait 10000 active_is x0
	ns_add "$NS_A"
	must link_add "$NS_HOST" a bond0 bridge address "$MAC_A"
	must ip -n "$NS_HOST" link set dev a netns "$NS_A"
	must ip -n "$NS_A" link set dev a up
	must ip -n "$NS_A" addr add 10.9.0.1/24 dev a
	must ip -n "$NS_WIRE" addr add 10.9.0.200/24 dev w0
	check "the wire to a" in_ns "$NS_WIRE" ping -q -c 1 -W 5 10.9.0.1
	check "learned" learned_on x1
}

active_is() { link_is "$NS_HOST" bond0 .linkinfo.info_data.active_slave "$1"; }

# learned_on PORT: the switch has the link's address there
learned_on() { bridge -n "$NS_SW" fdb show br br0 | grep -q "^$MAC_A dev $1 "; }

listen()
{
	DIR=$(mktemp -d)
	defer rm -r "$DIR"
	background ip netns exec "$NS_WIRE" tcpdump -i w0 -n -e -l -U --immediate-mode \
		arp or igmp >"$DIR/wire" 2>"$DIR/err"
	must busywait 10000 grep -q "listening on" "$DIR/err"
}

# No port of the switch goes down: only what the link sends can tell it.
t_the_active_port_changes()
{
	topo
	listen
	check "change" ip -n "$NS_HOST" link set bond0 type bond active_slave y0
	wait_for "an ARP message of the link" grep -q "^[^ ]* $MAC_A > ff:ff:ff:ff:ff:ff.*10.9.0.1" "$DIR/wire"
	wait_for "the switch has learned" learned_on y1
	check "the wire to a" in_ns "$NS_WIRE" ping -q -c 1 -W 5 10.9.0.1
	check "a to the wire" in_ns "$NS_A" ping -q -c 1 -W 5 10.9.0.200
}

t_a_port_loses_its_carrier()
{
	topo
	listen
	must ip -n "$NS_SW" link set x1 down
	wait_for "y0 is active" active_is y0
	wait_for "the switch has learned" learned_on y1
	check "the wire to a" in_ns "$NS_WIRE" ping -q -c 1 -W 5 10.9.0.1
	check "carrier of a" link_is "$NS_A" a .operstate UP
	must ip -n "$NS_SW" link set y1 down
	wait_for "a has none" link_is "$NS_A" a .operstate LOWERLAYERDOWN
	must ip -n "$NS_SW" link set x1 up
	wait_for "a has it again" link_is "$NS_A" a .operstate UP
	check "the wire to a" in_ns "$NS_WIRE" ping -q -c 2 -W 5 10.9.0.1
}

t_groups_are_reported_again()
{
	local before

	[[ -e /proc/net/igmp ]] || skip "a kernel without IGMP"
	topo
	listen
	must ip -n "$NS_A" addr add $GROUP/32 dev a autojoin
	busywait 5000 grep -q "igmp.* report" "$DIR/wire"
	# IGMP says it twice; wait until it has said it all
	must busywait 30000 eval '[[ $(grep -c "igmp.* report" "$DIR/wire") -ge 2 ]]'
	before=$(grep -c "igmp.* report" "$DIR/wire")
	must ip -n "$NS_HOST" link set bond0 type bond active_slave y0
	wait_for "reported again" eval '[[ $(grep -c "igmp.* report" "$DIR/wire") -gt $before ]]'
	[[ $RET -eq 0 ]] || cat "$DIR/wire"
}

load_modules bonding
run_tests t_our_module_does_the_work t_the_active_port_changes t_a_port_loses_its_carrier \
	t_groups_are_reported_again
