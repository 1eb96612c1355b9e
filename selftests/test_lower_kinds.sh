#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Links on every kind of Ethernet device, and what cannot be one.

. "$(dirname "$0")/lib.sh"

# on_lower DEV WIRE-DEV: frames pass in both directions, then DEV goes away
on_lower()
{
	local ports=("a=$NS_HOST/a" "b=$NS_HOST/b" "wire=$NS_HOST/$2")

	must ip -n "$NS_HOST" link set dev "$1" up
	must ip -n "$NS_HOST" link set dev "$2" up
	plain_link a "$MAC_A" bridge "$1"
	plain_link b "$MAC_B" bridge "$1"
	check_eq "lower device" "$1" "$(link_get "$NS_HOST" a .link)"
	sent_gives "a=0 b=0 wire=1" a "$(mac_of "$NS_HOST" "$2")" -- "${ports[@]}"
	sent_gives "a=1 b=0 wire=0" wire "$MAC_A" -- "${ports[@]}"
	sent_gives "a=0 b=1 wire=1" a ff:ff:ff:ff:ff:ff -- "${ports[@]}"
	sent_gives "a=1 b=1 wire=0" wire ff:ff:ff:ff:ff:ff -- "${ports[@]}"
	sent_gives "a=0 b=1 wire=0" a "$MAC_B" -- "${ports[@]}"
	must timeout 20 ip -n "$NS_HOST" link del dev "$1"
	check "a is gone" not link_exists "$NS_HOST" a
	check "b is gone" not link_exists "$NS_HOST" b
}

t_vlan()
{
	topo_plain
	must ip -n "$NS_HOST" link add link v0 name v0.7 type vlan id 7
	must ip -n "$NS_HOST" link add link v1 name v1.7 type vlan id 7
	on_lower v0.7 v1.7
}

t_bond()
{
	topo_plain
	modprobe -q bonding
	must ip -n "$NS_HOST" link add bond7 type bond mode active-backup
	must ip -n "$NS_HOST" link set v0 down
	must ip -n "$NS_HOST" link set v0 master bond7
	must ip -n "$NS_HOST" link set bond7 up
	wait_for "carrier of the bond" link_is "$NS_HOST" bond7 .operstate UP
	on_lower bond7 v1
}

t_bridge()
{
	topo_plain
	must ip -n "$NS_HOST" link add br7 type bridge forward_delay 0 \
		mcast_snooping 0
	must ip -n "$NS_HOST" link set v0 master br7
	must ip -n "$NS_HOST" link set br7 up
	wait_for "bridge is up" link_is "$NS_HOST" br7 .operstate UP
	on_lower br7 v1
}

# A VLAN device below and a link beside it: the tag decides.
t_vlan_beside_the_untagged()
{
	local ports

	topo_plain
	must ip -n "$NS_HOST" link add link v0 name v0.7 type vlan id 7
	must ip -n "$NS_HOST" link add link v1 name v1.7 type vlan id 7
	must ip -n "$NS_HOST" link set v0.7 up
	must ip -n "$NS_HOST" link set v1.7 up
	plain_link a "$MAC_A" bridge v0
	plain_link b "$MAC_A" bridge v0.7
	ports=("a=$NS_HOST/a" "b=$NS_HOST/b" "plain=$NS_HOST/v1"
	       "tagged=$NS_HOST/v1.7")
	sent_gives "a=1 b=0 plain=0 tagged=0" plain "$MAC_A" -- "${ports[@]}"
	must ip -n "$NS_HOST" link set dev a down
	sent_gives "a=0 b=1 plain=0 tagged=0" tagged "$MAC_A" -- "${ports[@]}"
}

# A VLAN device that leaves the tag in for its own listeners: not for a link.
t_vlan_that_shows_its_tag()
{
	local fd frame

	topo_plain
	must ip -n "$NS_HOST" link add link v0 name v0.7 type vlan id 7 reorder_hdr off
	must ip -n "$NS_HOST" link add link v1 name v1.7 type vlan id 7
	must ip -n "$NS_HOST" link set v0.7 up
	must ip -n "$NS_HOST" link set v1.7 up
	must link_add_kind "$NS_HOST" "$TAPKIND" t v0.7 bridge
	plain_link a "$MAC_A" bridge v0.7
	exec {fd}<>"/dev/tap$(link_get "$NS_HOST" t .ifindex)"
	must ip -n "$NS_HOST" link set dev t up
	sent_gives "a=1 wire=0" wire ff:ff:ff:ff:ff:ff -- "a=$NS_HOST/a" "wire=$NS_HOST/v1.7"
	# behind the ten bytes of struct virtio_net_hdr
	frame=$(timeout 5 dd bs=4096 count=1 <&"$fd" 2>/dev/null | od -An -v -tx1 -j10 -N14)
	exec {fd}<&-
	check_eq "Ethernet header" "ff:ff:ff:ff:ff:ff:$(mac_of "$NS_HOST" v1.7):88:b5" \
		"$(sed 's/^ //; s/ /:/g' <<<"$frame")"
}

t_link_on_a_link_uses_its_lower_device()
{
	topo_plain
	plain_link a "$MAC_A" bridge v0
	plain_link b "$MAC_B" bridge a
	check_eq "lower device of b" v0 "$(link_get "$NS_HOST" b .link)"
	sent_gives "a=0 b=1 wire=0" wire "$MAC_B" -- \
		"a=$NS_HOST/a" "b=$NS_HOST/b" "wire=$NS_HOST/v1"
	must ip -n "$NS_HOST" link del dev a
	check "b stays" link_exists "$NS_HOST" b
}

# A link may itself be a bridge port, as long as it is nobody's lower device.
t_link_in_a_bridge()
{
	topo_plain
	plain_link a "$MAC_A" bridge v0
	must ip -n "$NS_HOST" link add br7 type bridge
	check "enslaved" ip -n "$NS_HOST" link set dev a master br7
	check "released" ip -n "$NS_HOST" link set dev a nomaster
	check "lower cannot be" not ip -n "$NS_HOST" link set dev v0 master br7
}

t_two_ports_do_not_mix()
{
	topo_plain
	must ip -n "$NS_HOST" link add d0 type dummy
	must ip -n "$NS_HOST" link set d0 up
	plain_link a "$MAC_A" bridge v0
	plain_link b "$MAC_A" bridge d0
	sent_gives "a=1 b=0 wire=0" wire "$MAC_A" -- \
		"a=$NS_HOST/a" "b=$NS_HOST/b" "wire=$NS_HOST/v1"
	sent_gives "a=1 b=0 wire=0" wire ff:ff:ff:ff:ff:ff -- \
		"a=$NS_HOST/a" "b=$NS_HOST/b" "wire=$NS_HOST/v1"
}

# An empty bond would become what its first port is.
t_type_change_is_refused()
{
	modprobe -q bonding
	modprobe -q tun
	ns_add "$NS_HOST"
	must ip -n "$NS_HOST" link add bond7 type bond mode active-backup
	in_ns "$NS_HOST" ip tuntap add dev t0 mode tun || skip "no tun device here"
	must link_add "$NS_HOST" a bond7 bridge
	refused "tun into the bond" ip -n "$NS_HOST" link set t0 master bond7
	check_eq "type" ether "$(link_get "$NS_HOST" bond7 .link_type)"
	must ip -n "$NS_HOST" link del dev bond7
	check "a is gone" not link_exists "$NS_HOST" a
}

t_lower_is_free_again()
{
	topo_plain
	plain_link a "$MAC_A" bridge v0
	must ip -n "$NS_HOST" link del dev a
	must ip -n "$NS_HOST" link add br7 type bridge
	check "into a bridge" ip -n "$NS_HOST" link set dev v0 master br7
	refused "while in a bridge" link_add "$NS_HOST" a v0 bridge
	must ip -n "$NS_HOST" link set dev v0 nomaster
	check "a link again" link_add "$NS_HOST" a v0 bridge
}

need_helper frames
load_modules 8021q
run_tests t_vlan t_bond t_bridge t_vlan_beside_the_untagged \
	t_vlan_that_shows_its_tag t_link_on_a_link_uses_its_lower_device t_link_in_a_bridge \
	t_two_ports_do_not_mix t_type_change_is_refused t_lower_is_free_again
