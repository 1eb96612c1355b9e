#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The module is unloaded while links exist and frames run: the links vanish,
# the lower device is free, nothing is left behind; and it can be loaded again.

. "$(dirname "$0")/lib.sh"

unload()
{
	if is_intree; then
		timeout 60 rmmod macvtap macvlan
	else
		timeout 60 rmmod mvtap
	fi
}

loaded()
{
	grep -qE "^$(is_intree && echo macvlan || echo mvtap) " /proc/modules
}

reload()
{
	if is_intree; then
		modprobe macvlan && modprobe macvtap
	else
		modprobe mvtap
	fi
}

kernel_log()
{
	dmesg 2>/dev/null | grep -cE 'WARNING: |BUG: |Oops|refcount_t|waiting for'
}

t_unload_without_links()
{
	check "unload" unload
	check "gone" not loaded
	check "load" reload
}

t_unload_with_links_and_traffic()
{
	local before

	before=$(kernel_log)
	topo_plain
	ns_add "$NS_A" "$NS_B"
	must ip -n "$NS_HOST" link add d0 type dummy
	must ip -n "$NS_HOST" link set d0 up
	plain_link a "$MAC_A" bridge
	plain_link b "$MAC_B" bridge
	must link_add "$NS_HOST" d d0 passthru
	must ip -n "$NS_HOST" link set dev d up
	must link_add_kind "$NS_HOST" "$TAPKIND" t v0 bridge
	must ip -n "$NS_HOST" link set dev t up
	must ip -n "$NS_HOST" link set dev a netns "$NS_A"
	must ip -n "$NS_A" link set dev a up
	must ip -n "$NS_HOST" maddr add 01:00:5e:0a:0b:0c dev b
	flood "$NS_HOST" v1 ff:ff:ff:ff:ff:ff
	flood "$NS_HOST" v1 "$MAC_A"
	flood "$NS_A" a "$MAC_B"
	flood "$NS_HOST" b ff:ff:ff:ff:ff:ff
	flood "$NS_HOST" d "$MAC_WIRE"
	check "unload" unload
	check "gone" not loaded
	check "a is gone" not link_exists "$NS_A" a
	check "b is gone" not link_exists "$NS_HOST" b
	check "t is gone" not link_exists "$NS_HOST" t
	check "d is gone" not link_exists "$NS_HOST" d
	check_eq "promiscuity of d0" 0 "$(link_get "$NS_HOST" d0 .promiscuity)"
	check_eq "kernel complaints" "$before" "$(kernel_log)"
	must ip -n "$NS_HOST" link add br7 type bridge
	check "v0 is free" ip -n "$NS_HOST" link set dev v0 master br7
	must ip -n "$NS_HOST" link set dev v0 nomaster
	must reload
	plain_link a "$MAC_A" bridge
	sent_gives "a=1 wire=0" wire "$MAC_A" -- "a=$NS_HOST/a" "wire=$NS_HOST/v1"
}

t_links_come_and_go_under_traffic()
{
	local i

	topo_plain
	flood "$NS_HOST" v1 ff:ff:ff:ff:ff:ff
	flood "$NS_HOST" v1 "$MAC_A"
	for i in 1 2 3 4 5 6; do
		plain_link a "$MAC_A" bridge
		plain_link b "$MAC_B" vepa
		must ip -n "$NS_HOST" link del dev a
		must ip -n "$NS_HOST" link del dev b
	done
	check "unload" unload
	must reload
}

need_helper frames
load_modules
run_tests t_unload_without_links t_unload_with_links_and_traffic \
	t_links_come_and_go_under_traffic
