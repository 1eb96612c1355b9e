#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# L2 forwarding offload: a link asks the network card for a station of its own,
# and uses the filter of addresses where it does not get one. See nic.sh.

. "$(dirname "$0")/lib.sh"
. "$HERE/nic.sh"

station_follows_the_link()
{
	topo_nic "$1"
	must link_add "$NS_HOST" a nic bridge address "$MAC_A"
	check "not before it is up" state_is station ""
	set_link a up
	wait_for "up" by_station a "$MAC_A"
	set_link a down
	check "down" state_is station ""
	check_eq "removed" 1 "$(state station_del)"
	check "no filter left" not in_filter "$MAC_A"
	set_link a up
	wait_for "up again" by_station a "$MAC_A"
	must timeout 20 ip -n "$NS_HOST" link del dev a
	check "deleted" state_is station ""
	check_eq "added and removed" "2 2" "$(state station_add) $(state station_del)"
}

t_station_follows_the_link()
{
	station_follows_the_link testnic
}

t_station_follows_the_link_locked()
{
	station_follows_the_link testnic_locked
}

t_frames_take_the_stations_queue()
{
	topo_nic
	plain_link a "$MAC_A" vepa nic
	printf 'send x a %s\nsettle 0\n' "$MAC_WIRE" | frames "a=$NS_HOST/a" >/dev/null
	[[ $(state station_xmit) -gt 0 ]] || fail "no frame went through the station"
	[[ $(state xmit) -gt 0 ]] || fail "no frame went out"
}

# Only where the card may deliver by address alone. In-tree macvlan asks in any
# mode but passthru, and leaves it to the card to refuse.
t_modes()
{
	local mode want

	topo_nic
	for mode in bridge vepa private passthru source; do
		case $mode in
		bridge|vepa)	want=1 ;;
		passthru)	want=0 ;;
		*)		want=$(is_intree && echo 1 || echo 0) ;;
		esac
		must add_mode a "$mode"
		set_link a up
		check_eq "$mode" "$want" "$(state station | wc -l)"
		[[ $mode == passthru || $want == 1 ]] ||
			check "$mode uses the filter" in_filter "$(mac_of "$NS_HOST" a)"
		must ip -n "$NS_HOST" link del dev a
		check_eq "$mode, afterwards" 0 "$(state station | wc -l)"
	done
}

declare -A MODE_NUMBER=([private]=1 [vepa]=2 [bridge]=4 [passthru]=8 [source]=16)

# add_mode NAME MODE, set_mode NAME MODE
add_mode()
{
	[[ $(in_ns "$NS_HOST" "$SELFTESTS_BUILD/nlattrs" new "$1" "$KIND" nic \
		"1 u32:${MODE_NUMBER[$2]}") == OK ]]
}

set_mode()
{
	[[ $(in_ns "$NS_HOST" "$SELFTESTS_BUILD/nlattrs" set "$1" "$KIND" \
		"1 u32:${MODE_NUMBER[$2]}") == OK ]]
}

station_moves_with_the_address()
{
	topo_nic "$1"
	plain_link a "$MAC_A" bridge nic
	set_link a address "$NEW"
	check "new address" by_station a "$NEW"
	check_eq "told anew" "2 1" "$(state station_add) $(state station_del)"
	check "the old one is nowhere" not in_filter "$MAC_A"
	set_link a down
	check "down" state_is station ""
	check "nothing left" not in_filter "$NEW"
}

# In-tree macvlan changes the filter, which does not have the address, and
# leaves the station with the old one.
t_station_moves_with_the_address()
{
	is_intree && skip "in-tree macvlan does not tell the card"
	station_moves_with_the_address testnic
}

t_station_moves_with_the_address_locked()
{
	is_intree && skip "in-tree macvlan does not tell the card"
	station_moves_with_the_address testnic_locked
}

# The card says no to the new address: the filter takes it.
t_new_address_without_a_station()
{
	is_intree && skip "in-tree macvlan does not tell the card"
	topo_nic
	plain_link a "$MAC_A" bridge nic
	nic_fails station_add 28
	set_link a address "$NEW"
	check "in the filter" by_filter "$NEW"
	check "the old one is nowhere" not in_filter "$MAC_A"
	set_link a down
	check "nothing left" not in_filter "$NEW"
}

mode_ends_the_station()
{
	local mode

	topo_nic "$1"
	for mode in private source; do
		plain_link a "$MAC_A" bridge nic
		wait_for "bridge" by_station a "$MAC_A"
		check "to vepa" set_mode a vepa
		check "vepa" by_station a "$MAC_A"
		check "to $mode" set_mode a "$mode"
		check "$mode" by_filter "$MAC_A"
		check "back to bridge" set_mode a bridge
		check "either way" either a "$MAC_A"
		must timeout 20 ip -n "$NS_HOST" link del dev a
		check "nothing left" not in_filter "$MAC_A"
		check "no station left" state_is station ""
	done
}

# Known to the card in exactly one of the two ways
either()
{
	by_station "$@" || by_filter "$2"
}

# In-tree macvlan keeps the station, so the card goes on delivering.
t_private_and_source_end_the_station()
{
	is_intree && skip "in-tree macvlan keeps the station"
	mode_ends_the_station testnic
}

t_private_and_source_end_the_station_locked()
{
	is_intree && skip "in-tree macvlan keeps the station"
	mode_ends_the_station testnic_locked
}

feature_off()
{
	topo_nic "$1"
	plain_link a "$MAC_A" bridge nic
	must timeout 20 ip netns exec "$NS_HOST" ethtool -K nic l2-fwd-offload off
	wait_for "off" by_filter "$MAC_A"
	must timeout 20 ip netns exec "$NS_HOST" ethtool -K nic l2-fwd-offload on
	wait_for "on" either a "$MAC_A"
	set_link a down
	set_link a up
	wait_for "up again" by_station a "$MAC_A"
	must timeout 20 ip -n "$NS_HOST" link del dev a
	check "no station left" state_is station ""
	wait_for "nothing left" not in_filter "$MAC_A"
}

t_feature_off()
{
	feature_off testnic
}

t_feature_off_locked()
{
	feature_off testnic_locked
}

t_no_feature()
{
	topo_nic
	must in_ns "$NS_HOST" ethtool -K nic l2-fwd-offload off
	plain_link a "$MAC_A" bridge nic
	wait_for "filter" by_filter "$MAC_A"
	check_eq "not asked" 0 "$(state station_add)"
}

t_card_refuses()
{
	topo_nic
	nic_fails station_add 16
	plain_link a "$MAC_A" bridge nic
	wait_for "filter" by_filter "$MAC_A"
	check_eq "was asked" 1 "$(state station_add)"
	set_link a down
	wait_for "filter, down" not in_filter "$MAC_A"
	check_eq "nothing to remove" 0 "$(state station_del)"
	nic_fails station_add 0
	set_link a up
	wait_for "station" by_station a "$MAC_A"
}

# The card has four.
t_more_links_than_stations()
{
	local i

	topo_nic
	for i in 1 2 3 4 5 6; do
		plain_link "l$i" "02:00:00:00:0a:0$i" bridge nic
	done
	check_eq "stations" 4 "$(state station | wc -l)"
	wait_for "fifth" in_filter 02:00:00:00:0a:05
	wait_for "sixth" in_filter 02:00:00:00:0a:06
	check "first" not in_filter 02:00:00:00:0a:01
}

t_card_goes_with_its_stations()
{
	topo_nic "$1"
	plain_link a "$MAC_A" bridge nic
	plain_link b "$MAC_B" vepa nic
	check_eq "stations" 2 "$(state station | wc -l)"
	must timeout 20 ip -n "$NS_HOST" link del dev nic
	check "a is gone" not link_exists "$NS_HOST" a
	check "b is gone" not link_exists "$NS_HOST" b
}

t_card_moves_with_its_stations()
{
	topo_nic
	ns_add "$NS_A"
	plain_link a "$MAC_A" bridge nic
	must timeout 20 ip -n "$NS_HOST" link set dev nic netns "$NS_A"
	must timeout 20 ip -n "$NS_A" link set dev nic up
	check_eq "still one station" 1 \
		"$(in_ns "$NS_A" grep -c '^station a ' /sys/class/net/nic/testnic/state)"
	set_link a down
	check_eq "down" 0 \
		"$(in_ns "$NS_A" grep -c '^station a ' /sys/class/net/nic/testnic/state)"
}

need_cmd ethtool
need_helper frames nlattrs
need_testnic
load_modules
run_tests t_station_follows_the_link t_station_follows_the_link_locked \
	t_frames_take_the_stations_queue t_modes \
	t_station_moves_with_the_address t_station_moves_with_the_address_locked \
	t_new_address_without_a_station \
	t_private_and_source_end_the_station \
	t_private_and_source_end_the_station_locked \
	t_feature_off t_feature_off_locked t_no_feature t_card_refuses \
	t_more_links_than_stations t_card_goes_with_its_stations \
	t_card_moves_with_its_stations
