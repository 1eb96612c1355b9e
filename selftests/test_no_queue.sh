#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A link with a character device that nobody has open: what comes for the guest
# is lost and counted, and the host does not answer in the guest's name.
#
#	NS_HOST:  t (the guest's link)          NS_WIRE:
#	          v0 10.9.0.1 ----------------- v1 10.9.0.9

. "$(dirname "$0")/lib.sh"

STACK=36 CARRIER=37			# IFLA_MVTAP_*
HOST4=10.9.0.1 WIRE4=10.9.0.9

# option NUMBER BYTE: set the link's
option()
{
	local got

	got=$(in_ns "$NS_HOST" "$SELFTESTS_BUILD/nlreq" set t kind "$TAPKIND" attr "$1" "$2")
	check_eq "attribute $1 $2" OK "$got"
}

# As on a host that knows nothing of this test: the link gets an IPv6 address as
# any interface that comes up.
topo_guest()
{
	topo_plain
	ns_add "$NS_WIRE"
	must ip -n "$NS_HOST" link set dev v1 netns "$NS_WIRE"
	must ip -n "$NS_HOST" addr add $HOST4/24 dev v0
	must ip -n "$NS_HOST" neigh add $WIRE4 lladdr $MAC_WIRE dev v0
	must ip -n "$NS_WIRE" -batch - <<-END
		addr add $WIRE4/24 dev v1
		addr add fe80::9/64 dev v1 nodad
		link set v1 up
	END
	must link_add_kind "$NS_HOST" "$TAPKIND" t v0 bridge address $MAC_A
	in_ns "$NS_HOST" sh -c 'cd /proc/sys/net/ && echo 8 > ipv4/conf/v0/arp_ignore &&
		cd ipv6/conf/t && echo 0 > addr_gen_mode && echo 0 > accept_dad' ||
		skip "no IPv6 here"
	must ip -n "$NS_HOST" link set dev t up
	must busywait 10000 is_ready
	NODE=/dev/tap$(link_get "$NS_HOST" t .ifindex)
}

is_ready()
{
	local addrs

	addrs=$(ip -n "$NS_HOST" -6 addr show dev t) &&
		[[ $addrs == *" state "*fe80::ff:fe00:a01* && $addrs != *tentative* ]]
}

# wire_ping COMMAND-ARGUMENTS: 1 if there is an answer
wire_ping()
{
	in_ns "$NS_WIRE" ping -q -c 1 -W 0.4 "$@" >/dev/null 2>&1 && echo 1 || echo 0
}

# Does a station that looks for the guest hear of it? v0 neither answers ARP nor
# asks, so that what the station learns of 10.9.0.1 comes from the link.
host_answers()
{
	local arp ping nd

	ip -n "$NS_WIRE" neigh del $HOST4 dev v1 2>/dev/null
	wire_ping $HOST4 >/dev/null
	[[ $(ip -n "$NS_WIRE" neigh show to $HOST4 dev v1) == *"$MAC_A"* ]] && arp=1 || arp=0
	ip -n "$NS_WIRE" neigh replace $HOST4 lladdr $MAC_A dev v1
	ping=$(wire_ping $HOST4)
	nd=$(wire_ping -6 fe80::ff:fe00:a01%v1)
	echo "arp $arp ping $ping nd $nd"
}

lost()
{
	in_ns "$NS_HOST" ethtool -S t 2>/dev/null | sed -n 's/^ *rx_drop_no_queue: //p'
}

answered_without_queue()
{
	topo_guest
	echo "macvtap, no open queue: the host answers for the guest: $(host_answers)"
}

t_nobody_answers_for_the_guest()
{
	in_tree answered_without_queue
	is_intree && skip "in-tree macvtap hands the frames to the host"
	topo_guest
	[[ -z ${MVTAP_TEST_COMPAT:-} ]] || option $STACK 00
	check_eq "nothing lost yet" 0 "$(lost)"
	check_eq "no queue" "arp 0 ping 0 nd 0" "$(host_answers)"
	[[ $(lost) -ge 3 ]] || fail "rx_drop_no_queue is $(lost)"
	[[ $(link_get "$NS_HOST" t .stats64.rx.dropped) -ge 3 ]] || fail "not in rx dropped"
}

t_neither_while_a_guest_is_there()
{
	topo_guest
	exec 9<>"$NODE" || fail "$NODE"
	check_eq "a queue" "arp 0 ping 0 nd 0" "$(host_answers)"
	is_intree || check_eq "none lost" 0 "$(lost)"
	exec 9>&-
	is_intree || [[ ${MVTAP_TEST_COMPAT:-} ]] && return
	check_eq "the guest is gone" "arp 0 ping 0 nd 0" "$(host_answers)"
	[[ $(lost) -ge 3 ]] || fail "rx_drop_no_queue is $(lost)"
}

# Those who use the link as an interface have it back; macvtap's way is compat's.
t_stack_on()
{
	is_intree && skip "in-tree macvtap knows nothing else"
	topo_guest
	[[ ${MVTAP_TEST_COMPAT:-} ]] || option $STACK 01
	check_eq "an interface" "arp 1 ping 1 nd 1" "$(host_answers)"
	check_eq "none lost" 0 "$(lost)"
	option $STACK 00
	check_eq "no longer" "arp 0 ping 0 nd 0" "$(host_answers)"
}

# ---------------------------------------------------------------- carrier

has_carrier()
{
	link_is "$NS_HOST" t .operstate UP
}

# Does the carrier tell whether a guest is there?
carrier_steps()
{
	local got

	busywait 1000 has_carrier && got="no guest: up" || got="no guest: down"
	exec 9<>"$NODE"
	busywait 1000 has_carrier && got+=", guest: up" || got+=", guest: down"
	exec 9>&-
	busywait 1000 not has_carrier && got+=", gone: down" || got+=", gone: up"
	echo "$got"
}

carrier_of_macvtap()
{
	topo_guest
	echo "macvtap, carrier: $(carrier_steps)"
}

t_carrier_of_the_lower_device()
{
	topo_guest
	check_eq "default" "no guest: up, guest: up, gone: up" "$(carrier_steps)"
}

t_carrier_of_the_queue()
{
	in_tree carrier_of_macvtap
	is_intree && skip "in-tree macvtap has no such choice"
	topo_guest
	option $CARRIER 01
	check_eq "steps" "no guest: down, guest: up, gone: down" "$(carrier_steps)"
	exec 9<>"$NODE"
	wait_for "a guest" has_carrier
	must ip -n "$NS_WIRE" link set dev v1 down
	wait_for "the lower device lost its own" not has_carrier
	must ip -n "$NS_WIRE" link set dev v1 up
	wait_for "it is back" has_carrier
	must ip -n "$NS_HOST" link set dev t down
	must ip -n "$NS_HOST" link set dev t up
	wait_for "down and up" has_carrier
	exec 9>&-
	wait_for "no guest" not has_carrier
	option $CARRIER 00
	wait_for "the lower device's again" has_carrier
}

need_cmd ping ethtool
need_helper nlreq
load_modules
run_tests t_nobody_answers_for_the_guest t_neither_while_a_guest_is_there t_stack_on \
	t_carrier_of_the_lower_device t_carrier_of_the_queue
