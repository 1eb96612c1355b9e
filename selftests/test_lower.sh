#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What happens to the lower device happens to its links, with frames running.
# Everything runs over veth, and over dummy as well: newer kernels call
# notifiers of dummy under its instance lock, which finds deadlocks.

. "$(dirname "$0")/lib.sh"

NEW=02:00:00:00:01:99

# topo_lower veth|dummy MODE: low, with links a and b (passthru: a alone)
topo_lower()
{
	ns_add "$NS_HOST"
	case $1 in
	veth)
		must ip -n "$NS_HOST" link add low address "$MAC_HOST" type veth \
			peer name v1 address "$MAC_WIRE"
		must ip -n "$NS_HOST" link set v1 up
		;;
	dummy)	must ip -n "$NS_HOST" link add low address "$MAC_HOST" type dummy ;;
	esac
	must ip -n "$NS_HOST" link set low up
	if [[ $2 == passthru ]]; then
		must link_add "$NS_HOST" a low passthru
		must ip -n "$NS_HOST" link set dev a up
	else
		plain_link a "$MAC_A" "$2" low
		plain_link b "$MAC_B" "$2" low
	fi
	flood "$NS_HOST" a "$MAC_WIRE"
	flood "$NS_HOST" a ff:ff:ff:ff:ff:ff
	[[ $1 == dummy ]] || flood "$NS_HOST" v1 ff:ff:ff:ff:ff:ff
}

set_low()
{
	must timeout 20 ip -n "$NS_HOST" link set dev low "$@"
}

has_flag()
{
	[[ $(link_get "$NS_HOST" "$1" .flags) == *"\"$2\""* ]]
}

has_carrier()
{
	has_flag "$1" LOWER_UP
}

sent()
{
	link_get "$NS_HOST" "$1" .stats64.tx.packets
}

more_sent()
{
	[[ $(sent "$1") -gt $2 ]]
}

check_running()
{
	wait_for "frames leave low" more_sent low "$(sent low)"
}

down_up()
{
	local i

	topo_lower "$1" bridge
	for i in 1 2 3; do
		set_low down
		set_low up
	done
	check_running
	wait_for "carrier" has_carrier a
}

t_down_and_up_veth()
{
	down_up veth
}

t_down_and_up_dummy()
{
	down_up dummy
}

t_down_and_up_passthru_dummy()
{
	local i

	topo_lower dummy passthru
	for i in 1 2 3; do
		set_low down
		set_low up
		must timeout 20 ip -n "$NS_HOST" link set dev a down
		must timeout 20 ip -n "$NS_HOST" link set dev a up
	done
	check_running
}

t_carrier_follows()
{
	topo_lower veth vepa
	wait_for "on" has_carrier a
	set_low down
	wait_for "low down" not has_carrier a
	set_low up
	wait_for "low up" has_carrier a
	must ip -n "$NS_HOST" link set v1 down
	wait_for "peer down" not has_carrier a
	check_eq "operstate" LOWERLAYERDOWN "$(link_get "$NS_HOST" a .operstate)"
	must ip -n "$NS_HOST" link set v1 up
	wait_for "peer up" has_carrier a
	wait_for "operstate" link_is "$NS_HOST" a .operstate UP
	check "b, too" has_carrier b
}

t_made_without_carrier()
{
	topo_lower veth vepa
	must ip -n "$NS_HOST" link set v1 down
	must link_add "$NS_HOST" c low vepa
	must ip -n "$NS_HOST" link set dev c up
	wait_for "off" not has_carrier c
	must ip -n "$NS_HOST" link set v1 up
	wait_for "on" has_carrier c
}

# Links whose MTU nobody has set follow both ways; in macvlan's names, downwards.
mtu()
{
	local grown=1500

	[[ $KIND != macvlan ]] || grown=1200
	topo_lower "$1" bridge
	set_low mtu 1200
	check_eq "a" 1200 "$(link_get "$NS_HOST" a .mtu)"
	check_eq "b" 1200 "$(link_get "$NS_HOST" b .mtu)"
	set_low mtu 1500
	check_eq "a after growing" $grown "$(link_get "$NS_HOST" a .mtu)"
	check_running
}

t_mtu_veth()
{
	mtu veth
}

t_mtu_dummy()
{
	mtu dummy
}

address()
{
	topo_lower "$1" bridge
	set_low address "$NEW"
	check_eq "low" "$NEW" "$(mac_of "$NS_HOST" low)"
	check_eq "a keeps its own" "$MAC_A" "$(mac_of "$NS_HOST" a)"
	check_running
}

t_address_veth()
{
	address veth
}

t_address_dummy()
{
	address dummy
}

passthru_address()
{
	topo_lower "$1" passthru
	check_eq "inherited" "$MAC_HOST" "$(mac_of "$NS_HOST" a)"
	set_low address "$NEW"
	check_eq "a follows low" "$NEW" "$(mac_of "$NS_HOST" a)"
	must timeout 20 ip -n "$NS_HOST" link set dev a address "$MAC_A"
	check_eq "low follows a" "$MAC_A" "$(mac_of "$NS_HOST" low)"
	check_eq "a" "$MAC_A" "$(mac_of "$NS_HOST" a)"
	check_running
	# An event that looks like a change of the address, and is none.
	set_low broadcast ff:ff:ff:ff:ff:fe
	set_low broadcast ff:ff:ff:ff:ff:ff
	must timeout 20 ip -n "$NS_HOST" link del dev a
	check_eq "low gets its own back" "$NEW" "$(mac_of "$NS_HOST" low)"
}

t_passthru_address_veth()
{
	passthru_address veth
}

t_passthru_address_dummy()
{
	passthru_address dummy
}

# Features that the link can only have from below
feature_is()
{
	in_ns "$NS_HOST" ethtool -k "$1" | grep -q "^$2: $3"
}

t_features_follow()
{
	topo_lower veth bridge
	check "before" feature_is a rx-checksumming on
	must in_ns "$NS_HOST" ethtool -K low rx off
	wait_for "off" feature_is a rx-checksumming off
	must in_ns "$NS_HOST" ethtool -K low rx on
	wait_for "on" feature_is a rx-checksumming on
	must in_ns "$NS_HOST" ethtool -K low tso off tx off sg off >/dev/null
	check_running
}

removal()
{
	topo_lower "$1" "$2"
	ns_add "$NS_C"
	[[ $2 == passthru ]] || must ip -n "$NS_HOST" link set dev b netns "$NS_C"
	must timeout 20 ip -n "$NS_HOST" link del dev low
	check "a is gone" not link_exists "$NS_HOST" a
	check "b is gone" not link_exists "$NS_C" b
}

t_removal_veth()
{
	removal veth bridge
}

t_removal_dummy()
{
	removal dummy vepa
}

t_removal_passthru_dummy()
{
	removal dummy passthru
}

need_cmd ethtool
need_helper frames
load_modules
run_tests t_down_and_up_veth t_down_and_up_dummy t_down_and_up_passthru_dummy \
	t_carrier_follows t_made_without_carrier t_mtu_veth t_mtu_dummy \
	t_address_veth t_address_dummy t_passthru_address_veth \
	t_passthru_address_dummy t_features_follow t_removal_veth \
	t_removal_dummy t_removal_passthru_dummy
