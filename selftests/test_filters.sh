#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The lower device's filters follow those of its links: groups, further unicast
# addresses, allmulti and promiscuous mode, and all of it goes away again. The
# lower device is a VLAN device: unlike veth it filters unicast addresses, so
# it is promiscuous only if somebody asks for that. Newer kernels update
# filters from a work queue, hence wait_for everywhere.

. "$(dirname "$0")/lib.sh"

GROUP=01:00:5e:0a:0b:0c
EXTRA=02:00:00:00:0a:55

topo_vlan()
{
	topo_plain
	must ip -n "$NS_HOST" link add link v0 name low type vlan id 7
	must ip -n "$NS_HOST" link set low up
}

lower_has_group()
{
	[[ $(ip -n "$NS_HOST" maddr show dev low) == *"link "*"$1"* ]]
}

lower_has_unicast()
{
	[[ $(bridge -n "$NS_HOST" fdb show dev low) == *"$1 self"* ]]
}

join_group()
{
	must ip -n "$NS_HOST" maddr add "$GROUP" dev "$1"
}

leave_group()
{
	must ip -n "$NS_HOST" maddr del "$GROUP" dev "$1"
}

t_groups()
{
	topo_vlan
	plain_link a "$MAC_A" bridge low
	refused "not yet" lower_has_group "$GROUP"
	join_group a
	wait_for "joined" lower_has_group "$GROUP"
	leave_group a
	wait_for "left" not lower_has_group "$GROUP"
}

t_groups_of_two_links()
{
	topo_vlan
	plain_link a "$MAC_A" bridge low
	plain_link b "$MAC_B" vepa low
	join_group a
	join_group b
	wait_for "joined" lower_has_group "$GROUP"
	leave_group a
	sleep 0.1
	check "b still wants it" lower_has_group "$GROUP"
	must ip -n "$NS_HOST" link del dev b
	wait_for "gone with b" not lower_has_group "$GROUP"
}

t_down_takes_all_away()
{
	topo_vlan
	plain_link a "$MAC_A" bridge low
	join_group a
	wait_for "joined" lower_has_group "$GROUP"
	wait_for "own address" lower_has_unicast "$MAC_A"
	must ip -n "$NS_HOST" link set dev a down
	wait_for "no group" not lower_has_group "$GROUP"
	wait_for "no address" not lower_has_unicast "$MAC_A"
	must ip -n "$NS_HOST" link set dev a up
	wait_for "group again" lower_has_group "$GROUP"
	wait_for "address again" lower_has_unicast "$MAC_A"
}

# A VLAN device with its own address on a link adds that address to the link, if
# the link may have a second one.
t_further_unicast_addresses()
{
	topo_vlan
	plain_link a "$MAC_A" bridge low
	is_intree || must ip netns exec "$NS_HOST" mvtap set a maxmacs 2
	must ip -n "$NS_HOST" link add link a name a.5 address "$EXTRA" type vlan id 5
	must ip -n "$NS_HOST" link set a.5 up
	wait_for "added" lower_has_unicast "$EXTRA"
	must ip -n "$NS_HOST" link del a.5
	wait_for "removed" not lower_has_unicast "$EXTRA"
}

t_not_promiscuous_without_need()
{
	local mode

	topo_vlan
	for mode in bridge vepa private; do
		plain_link a "$MAC_A" "$mode" low
		check_eq "$mode" 0 "$(link_get "$NS_HOST" low .promiscuity)"
		must ip -n "$NS_HOST" link del dev a
	done
}

t_allmulti()
{
	topo_vlan
	plain_link a "$MAC_A" bridge low
	must ip -n "$NS_HOST" link set dev a allmulticast on
	wait_for "on" link_is "$NS_HOST" low .allmulti 1
	must ip -n "$NS_HOST" link set dev a down
	wait_for "off while down" link_is "$NS_HOST" low .allmulti 0
	must ip -n "$NS_HOST" link set dev a up
	wait_for "on again" link_is "$NS_HOST" low .allmulti 1
	must ip -n "$NS_HOST" link set dev a allmulticast off
	wait_for "off" link_is "$NS_HOST" low .allmulti 0
}

t_promiscuous_link()
{
	topo_vlan
	plain_link a "$MAC_A" bridge low
	plain_link b "$MAC_B" bridge low
	must ip -n "$NS_HOST" link set dev a promisc on
	wait_for "one" link_is "$NS_HOST" low .promiscuity 1
	must ip -n "$NS_HOST" link set dev b promisc on
	wait_for "two" link_is "$NS_HOST" low .promiscuity 2
	must ip -n "$NS_HOST" link set dev a promisc off
	wait_for "one again" link_is "$NS_HOST" low .promiscuity 1
	must ip -n "$NS_HOST" link del dev b
	wait_for "none" link_is "$NS_HOST" low .promiscuity 0
}

t_passthru_is_promiscuous_while_up()
{
	topo_vlan
	must link_add "$NS_HOST" a low passthru
	check_eq "down" 0 "$(link_get "$NS_HOST" low .promiscuity)"
	must ip -n "$NS_HOST" link set dev a up
	wait_for "up" link_is "$NS_HOST" low .promiscuity 1
	must ip -n "$NS_HOST" link set dev a down
	wait_for "down again" link_is "$NS_HOST" low .promiscuity 0
	must ip -n "$NS_HOST" link set dev a up
	must ip -n "$NS_HOST" link del dev a
	wait_for "deleted" link_is "$NS_HOST" low .promiscuity 0
}

# MACVLAN_FLAG_NOPROMISC, live and at creation
t_passthru_nopromisc()
{
	local low got
	local req=("$SELFTESTS_BUILD/nlreq")

	topo_vlan
	low=$(link_get "$NS_HOST" low .ifindex)
	got=$(in_ns "$NS_HOST" "${req[@]}" new a kind "$KIND" link "$low" \
		attr 1 u32:8 attr 2 u16:1)
	check_eq "created with the flag" OK "$got"
	must ip -n "$NS_HOST" link set dev a up
	check_eq "flag" 0 "$(link_get "$NS_HOST" low .promiscuity)"
	got=$(in_ns "$NS_HOST" "${req[@]}" set a kind "$KIND" attr 2 u16:0)
	check_eq "flag removed" OK "$got"
	wait_for "promiscuous" link_is "$NS_HOST" low .promiscuity 1
	got=$(in_ns "$NS_HOST" "${req[@]}" set a kind "$KIND" attr 2 u16:1)
	check_eq "flag set" OK "$got"
	wait_for "no longer" link_is "$NS_HOST" low .promiscuity 0
	must ip -n "$NS_HOST" link del dev a
	wait_for "balanced" link_is "$NS_HOST" low .promiscuity 0
}

need_helper nlreq
load_modules 8021q
run_tests t_groups t_groups_of_two_links t_down_takes_all_away \
	t_further_unicast_addresses t_not_promiscuous_without_need t_allmulti \
	t_promiscuous_link t_passthru_is_promiscuous_while_up \
	t_passthru_nopromisc
