#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What a link passes on to a capable network card: stations of L2 forwarding
# offload, VLAN ids, time stamps. The lower device is "nic", of the lab's own kind
# (nic/testnic.c), which tells what it was asked; "testnic_locked" is the same
# with the instance lock of newer kernels.

. "$(dirname "$0")/lib.sh"

NEW=02:00:00:00:0a:99

# topo_nic [KIND]: nic, up, and with offload on
topo_nic()
{
	ns_add "$NS_HOST"
	must ip -n "$NS_HOST" link add nic address "$MAC_HOST" type "${1:-testnic}"
	must ip -n "$NS_HOST" link set nic up
	must in_ns "$NS_HOST" ethtool -K nic l2-fwd-offload on
}

# state WORD: the values that nic tells for it, a line each
state()
{
	in_ns "$NS_HOST" sed -n "s/^$1 //p" /sys/class/net/nic/testnic/state
}

state_is()
{
	[[ $(state "$1") == "$2" ]]
}

# nic_fails OPERATION ERRNO
nic_fails()
{
	must in_ns "$NS_HOST" sh -c 'echo "$@" > /sys/class/net/nic/testnic/fail' sh "$@"
}

# In the filter of unicast addresses?
in_filter()
{
	[[ $(bridge -n "$NS_HOST" fdb show dev nic) == *"$1 "*self* ]]
}

# by_station NAME MAC, by_filter MAC: how the card gets to know an address
by_station()
{
	state_is station "$1 $2" && ! in_filter "$2"
}

by_filter()
{
	state_is station "" && in_filter "$1"
}

set_link()
{
	must timeout 20 ip -n "$NS_HOST" link set dev "$@"
}

# ---------------------------------------------------------------- stations

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

# ---------------------------------------------------------------- VLAN ids

add_vlan()
{
	ip -n "$NS_HOST" link add link a name "a.$1" type vlan id "$1"
}

vlan_ids()
{
	topo_nic "$1"
	plain_link a "$MAC_A" bridge nic
	check "add 5" add_vlan 5
	check "add 6" add_vlan 6
	check_eq "told" "5 6" "$(state vid | tr '\n' ' ' | sed 's/ $//')"
	must timeout 20 ip -n "$NS_HOST" link del dev a.5
	check_eq "removed" 6 "$(state vid)"
	must timeout 20 ip -n "$NS_HOST" link del dev a
	check_eq "gone with the link" "" "$(state vid)"
}

t_vlan_ids()
{
	vlan_ids testnic
}

t_vlan_ids_locked()
{
	vlan_ids testnic_locked
}

t_vlan_id_the_card_refuses()
{
	topo_nic
	plain_link a "$MAC_A" bridge nic
	nic_fails vid_add 28
	refused "no room" add_vlan 7
	nic_fails vid_add 0
	check "room again" add_vlan 7
}

# ---------------------------------------------------------------- features

lro()
{
	in_ns "$NS_HOST" ethtool -k "$1" | sed -n 's/^large-receive-offload: //p'
}

t_lro_follows()
{
	topo_nic
	must in_ns "$NS_HOST" ethtool -K nic lro on
	plain_link a "$MAC_A" bridge nic
	check_eq "inherited" on "$(lro a)"
	must in_ns "$NS_HOST" ethtool -K nic lro off
	check_eq "off below" "off [requested on]" "$(lro a)"
	must in_ns "$NS_HOST" ethtool -K nic lro on
	check_eq "on below" on "$(lro a)"
	# Who does not want merged frames does not want them from below.
	must in_ns "$NS_HOST" ethtool -K a lro off
	check_eq "off" "off off" "$(lro a) $(lro nic)"
}

# ---------------------------------------------------------------- time stamps

# hwtstamp ARGUMENTS: in NS_HOST
hwtstamp()
{
	in_ns "$NS_HOST" "$SELFTESTS_BUILD/hwtstamp" "$@"
}

# In-tree macvlan lets it be set in the initial network namespace only.
t_time_stamps()
{
	topo_nic
	plain_link a "$MAC_A" bridge nic
	check_eq "off" "0 0" "$(hwtstamp get a)"
	must hwtstamp set nic 1 1 >/dev/null
	check_eq "what the card says" "1 1" "$(hwtstamp get a)"
	if is_intree; then
		check_eq "set" EOPNOTSUPP "$(hwtstamp set a 1 0)"
		return
	fi
	check_eq "set" "1 0" "$(hwtstamp set a 1 0)"
	check_eq "the card has it" "1 0" "$(state tstamp)"
	check_eq "read back" "1 0" "$(hwtstamp get a)"
	nic_fails tstamp_set 16
	check_eq "the card is busy" EBUSY "$(hwtstamp set a 0 0)"
	check_eq "as before" "1 0" "$(state tstamp)"
}

t_time_stamps_locked()
{
	topo_nic testnic_locked
	plain_link a "$MAC_A" bridge nic
	must timeout 20 ip netns exec "$NS_HOST" "$SELFTESTS_BUILD/hwtstamp" get a
	is_intree && return
	check_eq "set" "1 1" "$(hwtstamp set a 1 1)"
	check_eq "the card has it" "1 1" "$(state tstamp)"
}

# From a container: one that may administer only its own namespace, and one
# that has the rights of the host.
t_time_stamps_from_a_container()
{
	local pid user="nsenter -U -n --preserve-credentials -t"

	is_intree && skip "in-tree macvlan refuses in every namespace but the first"
	unshare -Un true 2>/dev/null || skip "no user namespaces here"
	topo_nic
	ns_add "$NS_A"
	plain_link a "$MAC_A" bridge nic
	plain_link b "$MAC_B" bridge nic
	unshare -Urn sleep 1000 &
	pid=$!
	defer kill $pid
	wait_for "the container" in_user_namespace $pid
	must ip -n "$NS_HOST" link set dev a netns $pid
	must ip -n "$NS_HOST" link set dev b netns "$NS_A"
	check_eq "get" "0 0" "$($user $pid "$SELFTESTS_BUILD/hwtstamp" get a)"
	check_eq "set" EPERM "$($user $pid "$SELFTESTS_BUILD/hwtstamp" set a 1 1)"
	check_eq "nothing is set" "0 0" "$(state tstamp)"
	check_eq "with the rights of the host" "1 1" \
		"$(in_ns "$NS_A" "$SELFTESTS_BUILD/hwtstamp" set b 1 1)"
	check_eq "it is set" "1 1" "$(state tstamp)"
}

in_user_namespace()
{
	[[ $(<"/proc/$1/comm") == sleep && $(<"/proc/$1/uid_map") == *[0-9]* &&
	   $(readlink "/proc/$1/ns/net") != "$(readlink /proc/self/ns/net)" ]]
}

t_time_stamp_capabilities()
{
	local got

	topo_nic
	plain_link a "$MAC_A" bridge nic
	got=$(in_ns "$NS_HOST" ethtool -T a)
	[[ $got == *hardware-transmit*"Clock: 42"* || $got == *"index: 42"*hardware-transmit* ||
	   $got == *hardware-transmit*"index: 42"* ]] || fail "ethtool -T a says: $got"
	must ip -n "$NS_HOST" link add plain type dummy
	plain_link b "$MAC_B" bridge plain
	got=$(in_ns "$NS_HOST" ethtool -T b)
	[[ $got != *hardware-transmit* ]] || fail "ethtool -T b says: $got"
}

need_cmd ethtool nsenter
need_helper frames hwtstamp nlattrs
need_testnic
load_modules 8021q
run_tests t_station_follows_the_link t_station_follows_the_link_locked \
	t_frames_take_the_stations_queue t_modes \
	t_station_moves_with_the_address t_station_moves_with_the_address_locked \
	t_new_address_without_a_station \
	t_private_and_source_end_the_station \
	t_private_and_source_end_the_station_locked \
	t_feature_off t_feature_off_locked t_no_feature t_card_refuses \
	t_more_links_than_stations t_card_goes_with_its_stations \
	t_card_moves_with_its_stations \
	t_vlan_ids t_vlan_ids_locked t_vlan_id_the_card_refuses t_lro_follows \
	t_time_stamps t_time_stamps_locked t_time_stamps_from_a_container \
	t_time_stamp_capabilities
