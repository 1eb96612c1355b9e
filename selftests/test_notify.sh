#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# After a failover, a bond tells its links so that they make themselves known on
# the new path: neighbours by ARP, multicast routers by IGMP.
#
#	NS_HOST:  bond7 (active-backup) over s0 and s1;  link a on bond7, in NS_A
#	NS_WIRE:  w0, w1: the other ends

. "$(dirname "$0")/lib.sh"

IP_A=10.9.0.5 MCAST=239.1.2.3

topo_bond()
{
	local i

	ns_add "$NS_HOST" "$NS_WIRE" "$NS_A"
	for i in 0 1; do
		must ip -n "$NS_HOST" link add s$i type veth peer name w$i netns "$NS_WIRE"
		must ip -n "$NS_WIRE" link set w$i up
	done
	must ip -n "$NS_HOST" link add bond7 type bond mode active-backup miimon 50
	for i in 0 1; do
		must ip -n "$NS_HOST" link set s$i master bond7
	done
	must ip -n "$NS_HOST" link set bond7 type bond active_slave s0
	must ip -n "$NS_HOST" link set bond7 up
	wait_for "bond is up" link_is "$NS_HOST" bond7 .operstate UP
	must link_add "$NS_HOST" a bond7 bridge address "$MAC_A"
	must ip -n "$NS_HOST" link set dev a netns "$NS_A"
	must ip -n "$NS_A" addr add "$IP_A/24" dev a
	must ip -n "$NS_A" link set dev a up
	wait_for "a is up" link_is "$NS_A" a .operstate UP
}

# listen FILE COMMAND...: in the background, until the test ends
listen()
{
	local file=$1

	shift
	"$@" > "$file" 2>&1 &
	defer kill -KILL $!
}

heard()
{
	grep -q "$1" "$2"
}

other_slave()
{
	must ip -n "$NS_HOST" link set bond7 type bond active_slave s1
}

t_events_are_passed_on()
{
	local file

	topo_bond
	file=$(mktemp)
	defer rm -f "$file"
	listen "$file" ip -n "$NS_A" monitor link
	wait_for "the monitor runs" monitor_runs "$file"
	other_slave
	wait_for "failover" heard 'event BONDING FAILOVER' "$file"
	wait_for "peers" heard 'event NOTIFY PEERS' "$file"
	wait_for "igmp" heard 'event RESEND IGMP' "$file"
}

# It has told of something that we did for it.
monitor_runs()
{
	ip -n "$NS_A" link set dev a txqueuelen $((RANDOM % 900 + 1))
	[[ -s $1 ]]
}

sniffer_runs()
{
	heard 'listening on' "$1"
}

# sniff FILE FILTER...: what arrives at w1
sniff()
{
	local file=$1

	shift
	listen "$file" ip netns exec "$NS_WIRE" tcpdump -l -n -e -i w1 "$@"
	wait_for "tcpdump runs" sniffer_runs "$file"
}

t_gratuitous_arp()
{
	local file

	topo_bond
	file=$(mktemp)
	defer rm -f "$file"
	sniff "$file" arp
	other_slave
	wait_for "ARP of the link" heard "$MAC_A > .*$IP_A" "$file"
}

t_igmp_again()
{
	local file

	topo_bond
	ip -n "$NS_A" addr add "$MCAST/32" dev a autojoin ||
		skip "this kernel has no IP multicast"
	file=$(mktemp)
	defer rm -f "$file"
	sniff "$file" igmp
	other_slave
	wait_for "IGMP of the link" heard "$MAC_A > .*igmp" "$file"
}

need_cmd tcpdump
load_modules bonding
[[ -d /sys/module/bonding ]] || skip_all "no bonding here"
run_tests t_events_are_passed_on t_gratuitous_arp t_igmp_again
