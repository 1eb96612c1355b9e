#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What a link passes on to a capable network card: VLAN ids, features, time
# stamps. For L2 forwarding offload see test_stations.sh; for the card nic.sh.

. "$(dirname "$0")/lib.sh"
. "$HERE/nic.sh"

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

# What the link has given up for good cannot be wished back: on 7.3 the card, told
# to do LRO, would wait for its own lock.
t_lro_given_up_is_not_wished_back()
{
	is_intree && skip "in-tree macvlan blocks the whole of netlink here, on 7.3"
	topo_nic testnic_locked
	plain_link a "$MAC_A" bridge nic
	must ip -n "$NS_HOST" link add link a name a.5 type vlan id 5
	in_ns "$NS_HOST" ethtool -K a lro on 2>/dev/null
	check_eq "off" "off [fixed]" "$(lro a)"
	in_ns "$NS_HOST" timeout 20 ethtool -K nic lro on 2>/dev/null
	[[ $? != 124 ]] || fail "the card waits for itself"
	check "netlink goes on" timeout 20 ip -n "$NS_HOST" link show dev nic
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
	defer kill -KILL $pid
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
need_helper hwtstamp
need_testnic
load_modules 8021q
run_tests t_vlan_ids t_vlan_ids_locked t_vlan_id_the_card_refuses \
	t_lro_follows t_lro_given_up_is_not_wished_back t_time_stamps t_time_stamps_locked \
	t_time_stamps_from_a_container t_time_stamp_capabilities
