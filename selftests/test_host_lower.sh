#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The host and a guest with host reach talk IP over every kind of lower device,
# with what IP needs from below: ARP, neighbour discovery, router
# advertisements, VLAN tags, large frames. The far end of the wire is watched.
#
#	NS_A: a 10.9.0.2        NS_HOST: low 10.9.0.1 ------ NS_WIRE: far

. "$(dirname "$0")/lib.sh"
. "$HERE/hostlib.sh"

HOST4=10.9.0.1 GUEST4=10.9.0.2 HOST6=fd09::1 GUEST6=fd09::2

# The lower device, and the far end if there is one. topo_low veth|dummy
topo_low()
{
	ns_add "$NS_HOST" "$NS_WIRE" "$NS_A"
	case $1 in
	veth)
		must ip -n "$NS_HOST" link add v0 address "$MAC_HOST" type veth \
			peer name far address "$MAC_WIRE" netns "$NS_WIRE"
		must ip -n "$NS_WIRE" link set dev far up
		;;
	dummy)
		must ip -n "$NS_HOST" link add v0 address "$MAC_HOST" type dummy
		must ip -n "$NS_HOST" link set dev v0 arp on
		;;
	esac
	must ip -n "$NS_HOST" link set dev v0 up
}

# guest LOWER: link a on it, with host reach; both ends get addresses
guest()
{
	must link_add "$NS_HOST" a "$1" bridge address "$MAC_A"
	must ip -n "$NS_HOST" link set dev a netns "$NS_A"
	host_reach "$NS_A" a on
	must ip -n "$NS_A" link set dev a up
	addresses "$NS_HOST" "$1" $HOST4 $HOST6
	addresses "$NS_A" a $GUEST4 $GUEST6
}

# addresses NS DEV IPV4 IPV6
addresses()
{
	must ip -n "$1" -batch - <<-END
		addr add $3/24 dev $2
		addr add $4/64 dev $2 nodad
	END
}

ping_ns()
{
	in_ns "$1" ping -q -n -c 1 -W 1 "${@:2}"
}

# What is known of neighbours must be found out anew.
forget()
{
	ip -n "$NS_HOST" neigh flush all 2>/dev/null
	ip -n "$NS_A" neigh flush all 2>/dev/null
}

# both_ways [PING-OPTION...]: by IPv4 and IPv6; the host asks for the guest first
both_ways()
{
	forget
	check "host to guest" ping_ns "$NS_HOST" "$@" $GUEST4
	check "guest to host" ping_ns "$NS_A" "$@" $HOST4
	[[ -d /proc/sys/net/ipv6 ]] || return 0
	check "host to guest, IPv6" ping_ns "$NS_HOST" "$@" $GUEST6
	check "guest to host, IPv6" ping_ns "$NS_A" "$@" $HOST6
}

# guest_asks_first: the other way round
guest_asks_first()
{
	forget
	check "guest to host" ping_ns "$NS_A" $HOST4
	[[ ! -d /proc/sys/net/ipv6 ]] || check "guest to host, IPv6" ping_ns "$NS_A" $HOST6
}

# watch_far: what comes there, for far_saw
watch_far()
{
	CAPTURE=$(mktemp)
	defer rm -f "$CAPTURE"
	in_ns "$NS_WIRE" tcpdump -l -U -n -e -i far >"$CAPTURE" 2>&1 &
	TCPDUMP=$!
	defer kill -KILL $TCPDUMP
	must busywait 10000 grep -q "listening on" "$CAPTURE"
}

# far_saw PATTERN: how many such frames
far_saw()
{
	grep -c "$1" "$CAPTURE"
}

# A last broadcast tells that all are there.
far_is_through()
{
	in_ns "$NS_HOST" ping -q -b -c 1 -W 1 -s 77 10.9.0.255 >/dev/null 2>&1 &
	busywait 5000 grep -q "length 85" "$CAPTURE"
}

nothing_on_the_wire()
{
	watch_far
	both_ways
	guest_asks_first
	check "what the wire has to see" far_is_through
	check_eq "pings on the wire" 0 "$(far_saw 'ICMP6\?,\? echo.*length 64')"
	check_eq "answers to ARP on the wire" 0 "$(far_saw 'ARP.*Reply')"
	check_eq "IPv6 answers on the wire" 0 "$(far_saw 'neighbor advertisement')"
	[[ $(far_saw 'ARP.*Request') -gt 0 ]] || fail "no ARP request on the wire"
}

far_bytes()
{
	link_get "$NS_WIRE" far .stats64.rx.bytes
}

# The same by what has come there: four pings and their answers would be 8 KiB.
little_on_the_wire()
{
	local before

	before=$(far_bytes)
	both_ways -s 1000
	check "bytes on the wire" test $(($(far_bytes) - before)) -lt 3000
}

# in_tree_ping: the same, where there is nothing like host reach
in_tree_ping()
{
	local to=no from=no

	topo_low veth
	guest v0
	ping_ns "$NS_HOST" $GUEST4 >/dev/null && to=yes
	ping_ns "$NS_A" $HOST4 >/dev/null && from=yes
	echo "$KIND, bridge mode: host to guest: $to, guest to host: $from"
}

t_veth_both_modes()
{
	in_tree in_tree_ping
	topo_low veth
	guest v0
	nothing_on_the_wire
	must link_set_mode "$NS_A" a private
	both_ways
	guest_asks_first
	check_eq "pings on the wire" 0 "$(far_saw 'ICMP6\?,\? echo.*length 64')"
}

t_dummy()
{
	local sent

	topo_low dummy
	guest v0
	both_ways
	sent=$(link_get "$NS_HOST" v0 .stats64.tx.packets)
	ping_ns "$NS_A" -c 8 -i 0.05 $HOST4 >/dev/null
	sent=$(($(link_get "$NS_HOST" v0 .stats64.tx.packets) - sent))
	[[ $sent -lt 4 ]] || fail "$sent frames left the lower device for 8 pings"
}

# ---------------------------------------------------------------- IPv6

# One router advertisement for 2001:db8:9::/64 from the host's v0
advertise()
{
	# shellcheck disable=SC2016 # perl's own
	in_ns "$NS_HOST" perl -MSocket=:all -e '
		my $dev = shift;
		socket(my $s, AF_INET6, SOCK_RAW, 58) or die $!;
		setsockopt($s, 41, 18, pack "i", 255) or die $!;	# hop limit
		setsockopt($s, 41, 17, pack "i", $dev) or die $!;	# device
		my $ra = pack "CCnCCnNN", 134, 0, 0, 64, 0, 1800, 0, 0;
		my $prefix = pack "CCCCNNN", 3, 4, 64, 0xc0, 3600, 3600, 0;
		send $s, $ra . $prefix . inet_pton(AF_INET6, "2001:db8:9::"), 0,
			pack_sockaddr_in6(0, inet_pton(AF_INET6, "ff02::1"), $dev) or die $!;
	' "$(link_get "$NS_HOST" v0 .ifindex)"
}

configured()
{
	ip -n "$NS_A" -6 addr show dev a | grep -q "2001:db8:9:.*" &&
		ip -n "$NS_A" -6 route | grep -q "^default.*dev a"
}

t_router_advertisement()
{
	topo_low veth
	[[ -d /proc/sys/net/ipv6 ]] || skip "no IPv6 here"
	must link_add "$NS_HOST" a v0 bridge address "$MAC_A"
	must ip -n "$NS_HOST" link set dev a netns "$NS_A"
	host_reach "$NS_A" a on
	must ip -n "$NS_A" link set dev a addrgenmode eui64
	must ip -n "$NS_A" link set dev a up
	must ip -n "$NS_HOST" addr add fe80::1/64 dev v0 nodad
	wait_for "the guest's own address" no_tentative
	must advertise
	wait_for "the guest is configured by the host" configured
}

no_tentative()
{
	local got

	got=$(ip -n "$NS_A" -6 addr show dev a)
	[[ $got == *fe80::* && $got != *tentative* ]]
}

# ---------------------------------------------------------------- VLAN

# A VLAN device of the host's on the lower device, one of the guest's on its link
t_vlan_on_the_lower_device()
{
	local offload

	topo_low veth
	must link_add "$NS_HOST" a v0 bridge address "$MAC_A"
	must ip -n "$NS_HOST" link set dev a netns "$NS_A"
	host_reach "$NS_A" a on
	must ip -n "$NS_A" link set dev a up
	must ip -n "$NS_HOST" link add link v0 name v0.7 type vlan id 7
	must ip -n "$NS_A" link add link a name a.7 type vlan id 7
	must ip -n "$NS_HOST" link set dev v0.7 up
	must ip -n "$NS_A" link set a.7 up
	addresses "$NS_HOST" v0.7 $HOST4 $HOST6
	addresses "$NS_A" a.7 $GUEST4 $GUEST6
	for offload in on off; do
		must in_ns "$NS_HOST" ethtool -K v0 txvlan $offload
		little_on_the_wire
	done
}

t_vlan_device_as_lower_device()
{
	topo_low veth
	must ip -n "$NS_HOST" link add link v0 name v0.7 type vlan id 7
	must ip -n "$NS_HOST" link set dev v0.7 up
	guest v0.7
	little_on_the_wire
}

# ---------------------------------------------------------------- others

t_bond_as_lower_device()
{
	topo_low veth
	modprobe -q bonding
	must ip -n "$NS_HOST" link add bond7 type bond mode active-backup
	must ip -n "$NS_HOST" link set dev v0 down
	must ip -n "$NS_HOST" link set dev v0 master bond7
	must ip -n "$NS_HOST" link set dev bond7 up
	wait_for "carrier of the bond" link_is "$NS_HOST" bond7 .operstate UP
	guest bond7
	little_on_the_wire
	# no port left: no carrier, no wire
	must ip -n "$NS_HOST" link set dev v0 nomaster
	both_ways
}

t_jumbo_frames()
{
	topo_low veth
	must ip -n "$NS_WIRE" link set dev far mtu 9000
	must ip -n "$NS_HOST" link set dev v0 mtu 9000
	guest v0
	must ip -n "$NS_A" link set dev a mtu 9000
	both_ways -M "do" -s 8900
}

has_carrier()
{
	[[ $(link_get "$NS_A" a .flags) == *'"LOWER_UP"'* ]]
}

no_carrier_below()
{
	[[ $(link_get "$NS_HOST" v0 .flags) == *'"NO-CARRIER"'* ]]
}

t_lower_device_without_carrier_veth()
{
	topo_low veth
	guest v0
	must ip -n "$NS_WIRE" link set dev far down
	wait_for "the lower device has no carrier" no_carrier_below
	check "the link has" has_carrier
	both_ways
	host_reach "$NS_A" a off
	wait_for "off: the lower device's, none" not has_carrier
	host_reach "$NS_A" a on
	wait_for "on again" has_carrier
	must ip -n "$NS_HOST" link set dev v0 down
	wait_for "a lower device that is down" not has_carrier
	must ip -n "$NS_HOST" link set dev v0 up
	wait_for "and up" has_carrier
}

t_lower_device_without_carrier_dummy()
{
	topo_low dummy
	guest v0
	must ip -n "$NS_HOST" link set dev v0 carrier off
	wait_for "the lower device has no carrier" no_carrier_below
	check "the link has" has_carrier
	both_ways
}

need_cmd tcpdump ping ethtool perl
need_helper nlreq
load_modules 8021q
is_intree && skip_all "in-tree macvlan has no host reach"
run_tests t_veth_both_modes t_dummy t_router_advertisement \
	t_vlan_on_the_lower_device t_vlan_device_as_lower_device t_bond_as_lower_device \
	t_jumbo_frames t_lower_device_without_carrier_veth t_lower_device_without_carrier_dummy
