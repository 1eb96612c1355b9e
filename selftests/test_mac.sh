#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The address of a link: given at creation, changed live, never one that the
# lower device or a sibling has.

. "$(dirname "$0")/lib.sh"

NEW=02:00:00:00:0a:99

lower_filter_has()
{
	[[ $(bridge -n "$NS_HOST" fdb show dev v0) == *"$1 self"* ]]
}

set_address()
{
	ip -n "$NS_HOST" link set dev "$1" address "$2"
}

ports=("a=$NS_HOST/a" "wire=$NS_HOST/v1")

t_address_at_creation()
{
	topo_plain
	must link_add "$NS_HOST" a v0 bridge address "$MAC_A"
	check_eq "address" "$MAC_A" "$(mac_of "$NS_HOST" a)"
	must link_add "$NS_HOST" b v0 bridge
	must link_add "$NS_HOST" c v0 bridge
	[[ $(mac_of "$NS_HOST" b) != "$(mac_of "$NS_HOST" c)" ]] ||
		fail "two links were given the same random address"
}

t_impossible_addresses_are_refused()
{
	topo_plain
	refused "multicast" link_add "$NS_HOST" a v0 bridge address 01:00:5e:00:00:01
	refused "zero" link_add "$NS_HOST" a v0 bridge address 00:00:00:00:00:00
	plain_link a "$MAC_A" bridge
	refused "multicast, live" set_address a 01:00:5e:00:00:01
	refused "zero, live" set_address a 00:00:00:00:00:00
	check_eq "address" "$MAC_A" "$(mac_of "$NS_HOST" a)"
}

t_change_on_a_living_link()
{
	topo_plain
	plain_link a "$MAC_A" bridge
	sent_gives "a=1 wire=0" wire "$MAC_A" -- "${ports[@]}"
	must set_address a "$NEW"
	check_eq "address" "$NEW" "$(mac_of "$NS_HOST" a)"
	sent_gives "a=1 wire=0" wire "$NEW" -- "${ports[@]}"
	sent_gives "a=0 wire=0" wire "$MAC_A" -- "${ports[@]}"
}

t_change_under_traffic()
{
	local i

	topo_plain
	plain_link a "$MAC_A" bridge
	flood "$NS_HOST" v1 "$MAC_A"
	flood "$NS_HOST" a "$MAC_WIRE"
	for i in 1 2 3 4 5 6 7 8; do
		check "change $i" set_address a "${NEW%?}$i"
		check "change $i back" set_address a "$MAC_A"
	done
	sent_gives "a=1 wire=0" wire "$MAC_A" -- "${ports[@]}"
}

t_lower_filter_follows()
{
	topo_plain
	plain_link a "$MAC_A" bridge
	wait_for "address in the lower filter" lower_filter_has "$MAC_A"
	must set_address a "$NEW"
	wait_for "new address" lower_filter_has "$NEW"
	wait_for "old address gone" not lower_filter_has "$MAC_A"
	must ip -n "$NS_HOST" link set dev a down
	wait_for "gone when down" not lower_filter_has "$NEW"
	must ip -n "$NS_HOST" link set dev a up
	wait_for "back when up" lower_filter_has "$NEW"
	must ip -n "$NS_HOST" link del dev a
	wait_for "gone with the link" not lower_filter_has "$NEW"
}

# in_use DEV KEY VALUE: asks for it; the answer must be that it is taken. Ours
# also says by whom (in-tree macvlan does not).
in_use()
{
	local got

	got=$(in_ns "$NS_HOST" "$SELFTESTS_BUILD/nlreq" set "$1" "$2" "${3//:/}")
	echo "$got"
	[[ $got == "EADDRINUSE "* ]] || return 1
	is_intree || [[ $got == "EADDRINUSE "?* ]]
}

t_conflict_with_lower()
{
	topo_plain
	plain_link a "$MAC_A" bridge
	check "taken" in_use a addr "$MAC_HOST"
	check_eq "address" "$MAC_A" "$(mac_of "$NS_HOST" a)"
	sent_gives "a=1 wire=0" wire "$MAC_A" -- "${ports[@]}"
}

t_conflict_with_sibling()
{
	topo_plain
	plain_link a "$MAC_A" bridge
	plain_link b "$MAC_B" bridge
	check "taken" in_use b addr "$MAC_A"
	check_eq "address" "$MAC_B" "$(mac_of "$NS_HOST" b)"
	sent_gives "a=1 wire=0" wire "$MAC_A" -- "${ports[@]}"
}

# While down a link may hold an address that is taken; it cannot come up so.
t_conflict_when_coming_up()
{
	topo_plain
	plain_link a "$MAC_A" bridge
	must link_add "$NS_HOST" b v0 bridge address "$MAC_B"
	ip -n "$NS_HOST" link set dev b address "$MAC_A" 2>/dev/null
	if [[ $(mac_of "$NS_HOST" b) == "$MAC_A" ]]; then
		check "taken" in_use b up 1
		[[ $(link_get "$NS_HOST" b .flags) != *'"UP"'* ]] || fail "b is up"
		must set_address b "$MAC_B"
	fi
	check "comes up with its own" ip -n "$NS_HOST" link set dev b up
	sent_gives "a=1 wire=0" wire "$MAC_A" -- "${ports[@]}"
}

need_helper frames nlreq
load_modules
run_tests t_address_at_creation t_impossible_addresses_are_refused \
	t_change_on_a_living_link t_change_under_traffic \
	t_lower_filter_follows t_conflict_with_lower t_conflict_with_sibling \
	t_conflict_when_coming_up
