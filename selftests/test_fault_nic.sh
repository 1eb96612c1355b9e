#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A network card that refuses what is asked of it, or is busy: links stay as they
# were, and go on when it has come to its senses. For stations see
# test_stations.sh, for the card nic.sh.

. "$(dirname "$0")/lib.sh"
. "$HERE/nic.sh"
. "$HERE/faultlib.sh"

also_seen()
{
	state vid
	state station
}

# fails OPERATION COMMAND...: while the card says EBUSY
fails()
{
	undone nic_fails "$1" 16 "${@:2}"
}

nic_set()
{
	timeout 20 ip -n "$NS_HOST" link set dev "$@"
}

both_kinds_of_lock()
{
	local kind

	for kind in testnic testnic_locked; do
		apart "$1" "$kind" || fail "on $kind"
	done
}

links()
{
	topo_nic "$1"
	must link_add "$NS_HOST" a nic bridge address "$MAC_A"
	must link_add_kind "$NS_HOST" "$TAPKIND" b nic vepa address "$MAC_B"
	must nic_set a up
	must nic_set b up
}

open_fails()
{
	links "$1"
	must nic_set nic down
	fails open nic_set nic up
	return "$RET"
}

mtu_fails()
{
	links "$1"
	fails set_mtu nic_set nic mtu 1400
	check_eq "the link follows" 1400 "$(link_get "$NS_HOST" a .mtu)"
	return "$RET"
}

vlan_fails()
{
	links "$1"
	fails vid_add ip -n "$NS_HOST" link add link a name a.5 type vlan id 5
	return "$RET"
}

passthru_address_fails()
{
	topo_nic "$1"
	must link_add_kind "$NS_HOST" "$TAPKIND" a nic passthru
	must nic_set a up
	fails set_mac nic_set a address "$NEW"
	check_eq "the card has it" "$NEW" "$(mac_of "$NS_HOST" nic)"
	fails set_mac nic_set nic address "$MAC_HOST"
	check_eq "the link follows" "$MAC_HOST" "$(mac_of "$NS_HOST" a)"
	return "$RET"
}

# A link that goes cannot be kept by it; the card keeps the address.
passthru_address_stays()
{
	topo_nic "$1"
	must link_add_kind "$NS_HOST" "$TAPKIND" a nic passthru
	must nic_set a up
	must nic_set a address "$NEW"
	nic_fails set_mac 16
	check "gone" timeout 20 ip -n "$NS_HOST" link del dev a
	nic_fails set_mac 0
	check_eq "the card's" "$NEW" "$(mac_of "$NS_HOST" nic)"
	check "another" link_add_kind "$NS_HOST" "$TAPKIND" a nic passthru
	check_eq "starts with that" "$NEW" "$(mac_of "$NS_HOST" a)"
	return "$RET"
}

t_open()
{
	both_kinds_of_lock open_fails
}

t_mtu()
{
	both_kinds_of_lock mtu_fails
}

t_vlan_id()
{
	both_kinds_of_lock vlan_fails
}

t_address_through_a_passthru_link()
{
	both_kinds_of_lock passthru_address_fails
}

t_address_is_not_restored()
{
	both_kinds_of_lock passthru_address_stays
}

# Without a queueing discipline nobody keeps what a busy card does not take.
t_busy()
{
	local lost

	topo_nic
	plain_link a "$MAC_A" bridge nic
	must in_ns "$NS_HOST" tc qdisc replace dev nic root noqueue
	nic_fails xmit 16
	printf 'send x a %s %s 0x88b5 60 20\nsettle 0\n' "$MAC_WIRE" "$MAC_A" |
		frames "a=$NS_HOST/a" >/dev/null
	nic_fails xmit 0
	lost=$(in_ns "$NS_HOST" ethtool -S a | sed -n 's/^ *tx_drop_lower: //p')
	check_eq "lost, and counted" 20 "$lost"
	check_eq "in all" 20 "$(link_get "$NS_HOST" a .stats64.tx.dropped)"
}

need_cmd ethtool tc
need_helper frames
need_testnic
load_modules 8021q
run_tests t_open t_mtu t_vlan_id t_address_through_a_passthru_link t_address_is_not_restored t_busy
