#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A link hears the groups it joined and no other. In-tree macvlan hashes bytes
# two to five of the group into 256 bits: TWIN collides with GROUP for certain,
# and of many groups some do. Newer kernels set filters from a work queue: the
# "settle 0" after a change gives it time.

. "$(dirname "$0")/lib.sh"

GROUP=01:00:5e:01:02:03
TWIN=33:33:5e:01:02:03
OTHER=01:00:5e:0a:0b:0c

topo_ab()
{
	topo_plain
	plain_link a "$MAC_A" "$1"
	plain_link b "$MAC_B" "$1"
}

ask()
{
	frames "a=$NS_HOST/a" "b=$NS_HOST/b" "wire=$NS_HOST/v1"
}

t_only_joined_groups()
{
	local got

	topo_ab bridge
	got=$(ask <<-END
		join a $GROUP
		join b $OTHER
		settle 0
		send group wire $GROUP
		send twin wire $TWIN
		send other wire $OTHER
		settle 2
	END
	)
	check_eq "groups" "group a=1 b=0 wire=0
twin a=0 b=0 wire=0
other a=0 b=1 wire=0" "$got"
}

t_siblings_too()
{
	local got

	topo_ab bridge
	got=$(ask <<-END
		join b $GROUP
		settle 0
		send group a $GROUP
		send twin a $TWIN
		settle 3
	END
	)
	check_eq "direct copies" "group a=0 b=1 wire=1
twin a=0 b=0 wire=1" "$got"
}

t_leave()
{
	local got

	topo_ab bridge
	got=$(ask <<-END
		join a $GROUP
		join b $GROUP
		settle 0
		leave a $GROUP
		settle 0
		send left wire $GROUP
		settle 1
	END
	)
	check_eq "after leaving" "left a=0 b=1 wire=0" "$got"
}

t_many_groups()
{
	local i group joins sends got heard

	topo_ab bridge
	for ((i = 0; i < 192; i++)); do
		printf -v group '01:00:5e:07:%02x:%02x' $((i * 7 % 256)) "$i"
		[[ $((i % 3)) -eq 0 ]] || joins+="join a $group"$'\n'
		sends+="send $((i % 3)) wire $group"$'\n'
	done
	got=$(ask <<<"${joins}settle 0"$'\n'"${sends}settle 128")
	heard=$(grep -c '^[12] a=1 b=0' <<<"$got")
	check_eq "joined groups heard" 128 "$heard"
	heard=$(grep -c '^0 a=0 b=0' <<<"$got")
	check_eq "other groups not heard" 64 "$heard"
}

t_allmulti()
{
	local got

	topo_ab bridge
	must ip -n "$NS_HOST" link set dev a allmulticast on
	got=$(ask <<<"settle 0"$'\n'"send x wire $OTHER"$'\n'"settle 1")
	check_eq "with allmulti" "x a=1 b=0 wire=0" "$got"
	must ip -n "$NS_HOST" link set dev a allmulticast off
	got=$(ask <<<"settle 0"$'\n'"send x wire $OTHER"$'\n'"settle 0")
	check_eq "without allmulti" "x a=0 b=0 wire=0" "$got"
}

t_promisc()
{
	local got

	topo_ab vepa
	must ip -n "$NS_HOST" link set dev a promisc on
	got=$(ask <<<"settle 0"$'\n'"send x wire $OTHER"$'\n'"settle 1")
	check_eq "with promisc" "x a=1 b=0 wire=0" "$got"
	must ip -n "$NS_HOST" link set dev a promisc off
	got=$(ask <<<"settle 0"$'\n'"send x wire $OTHER"$'\n'"settle 0")
	check_eq "without promisc" "x a=0 b=0 wire=0" "$got"
}

# More frames than a link takes at once, to a group with several members: they
# may be deferred, but none is lost and none comes twice.
t_burst()
{
	local got

	topo_ab bridge
	got=$(ask <<<"send x wire ff:ff:ff:ff:ff:ff - 88b5 60 400"$'\n'"settle 800")
	check_eq "burst" "x a=400 b=400 wire=0" "$got"
}

seen()
{
	grep -q "$1" "$2"
}

# A datagram to all in two fragments, from the wire: the links get it whole.
t_fragments_are_put_together()
{
	local file

	topo_ab bridge
	ns_add "$NS_WIRE"
	must ip -n "$NS_HOST" link set dev v1 netns "$NS_WIRE"
	must ip -n "$NS_WIRE" addr add 10.9.0.6/24 broadcast 10.9.0.255 dev v1
	must ip -n "$NS_WIRE" link set dev v1 up
	file=$(mktemp)
	defer rm -f "$file"
	in_ns "$NS_HOST" tcpdump -l -n -v -i a icmp > "$file" 2>&1 &
	defer kill -KILL $!
	wait_for "tcpdump runs" seen 'listening on' "$file"
	in_ns "$NS_WIRE" ping -q -M dont -b -c 4 -i 0.2 -W 1 -s 2000 10.9.0.255 >/dev/null 2>&1
	wait_for "the datagram" seen 'length 2028' "$file"
	check "no fragment" not seen 'flags .+.' "$file"
}

# fragments_touched: how many fragments the IP stack of NS_HOST, or who calls it, was
# given, of a datagram in two to a group that nobody there wants
fragments_touched()
{
	topo_ab bridge
	ns_add "$NS_WIRE"
	must ip -n "$NS_HOST" link set dev v1 netns "$NS_WIRE"
	must ip -n "$NS_WIRE" addr add 10.9.0.6/24 dev v1
	must ip -n "$NS_WIRE" link set dev v1 up
	in_ns "$NS_WIRE" ping -q -M dont -I v1 -c 2 -i 0.2 -W 0.2 -s 2000 239.1.2.3 >/dev/null 2>&1
	wait_for "they are there" received_by v0 4
	in_ns "$NS_HOST" awk '/^Ip:/ && $15 ~ /^[0-9]/ { print $15 }' /proc/net/snmp
}

# received_by DEV N: it has received at least that many frames
received_by()
{
	[[ $(link_get "$NS_HOST" "$1" .stats64.rx.packets) -ge $2 ]]
}

fragments_of_macvlan()
{
	echo "macvlan, 4 fragments to a group that nobody wants: $(apart fragments_touched) put together"
}

t_unwanted_fragments_are_left_alone()
{
	in_tree fragments_of_macvlan
	is_intree && skip "in-tree macvlan puts all together"
	check_eq "fragments" 0 "$(apart fragments_touched)"
}

need_cmd tcpdump ping
need_helper frames
load_modules
run_tests t_only_joined_groups t_siblings_too t_leave t_many_groups \
	t_allmulti t_promisc t_burst t_fragments_are_put_together \
	t_unwanted_fragments_are_left_alone
