#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Loading in the personality of the in-tree drivers: who comes first has the
# names, the other is refused, and ours says why.

. "$(dirname "$0")/lib.sh"
. "$HERE/compatconf.sh"

# Ours must not take a place that is taken, and say why.
t_in_tree_first()
{
	local m

	for m in macvlan macvtap; do
		unload_all
		must modprobe $m
		echo "mvtap selftest: $m" > /dev/kmsg
		refused "beside $m" modprobe mvtap compat=1
		check "not loaded" not loaded mvtap
		dmesg | tac | sed "/mvtap selftest: $m\$/q" |
			grep -q "mvtap: .*compat=1.*in-tree.*macvlan" ||
			fail "the log does not say why: $(dmesg | tail -n 3)"
		check "$m is still there" ip link add link l0 name x type $m
		ip link del x
	done
	unload_all
}

t_ours_first()
{
	unload_all
	must modprobe mvtap compat=1
	# It says EEXIST on older kernels, which modprobe takes for success.
	modprobe macvlan 2>/dev/null
	modprobe macvtap 2>/dev/null
	check "in-tree macvlan is not loaded" not loaded macvlan
	check "in-tree macvtap is not loaded" not loaded macvtap
	check "ours works" ip link add link l0 name x type macvtap
	ip link del x
	unload_all
}

t_own_names_beside_in_tree()
{
	unload_all
	must modprobe macvtap
	check "loaded" modprobe mvtap
	check_eq "compat" N "$(</sys/module/mvtap/parameters/compat)"
	check "in-tree" ip link add link l0 name x type macvtap
	check "ours" ip link add link l1 name y type mvtap
	ip link del x
	ip link del y
	unload_all
}

t_compat_is_seen()
{
	unload_all
	must modprobe mvtap compat=1
	check_eq "parameter" Y "$(</sys/module/mvtap/parameters/compat)"
	refused "own kinds" ip link add link l0 name x type mvlan
	check "class" test -d /sys/class/macvtap
	check "no class of our own" not test -d /sys/class/mvtap
	check_eq "/proc/devices" 1 "$(grep -c ' macvtap$' /proc/devices)"
	check_eq "nor there" 0 "$(grep -c ' mvtap$' /proc/devices)"
	unload_all
}

# A request for the kind is enough.
t_loaded_by_kind()
{
	local kind

	for kind in mvlan mvtap; do
		unload_all
		check_eq "$kind" OK "$("$SELFTESTS_BUILD/nlattrs" new x $kind l0 "")"
		check "loaded" loaded mvtap
		ip link del x
	done
	unload_all
}

need_helper nlattrs
load_modules
ip link add l0 type dummy
ip link add l1 type dummy
defer ip link del l0
defer ip link del l1
defer unload_all
run_tests t_in_tree_first t_ours_first t_own_names_beside_in_tree t_compat_is_seen \
	t_loaded_by_kind
