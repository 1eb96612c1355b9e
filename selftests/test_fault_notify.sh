#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Another subscriber of the core's notifications says no: what was begun with a
# link, or with its lower device, is undone. By the kernel's module
# netdev-notifier-error-inject, once in front of us and once behind.

. "$(dirname "$0")/lib.sh"
. "$HERE/faultlib.sh"

ACTIONS=/sys/kernel/debug/notifier-error-inject/netdev/actions

# No fault injection: a skip, unless it has to be there.
no_faults()
{
	[[ ${MVTAP_TEST_NEED_FAULTS:-} ]] || skip_all "$*"
	echo "KTAP version 1"
	echo "1..1"
	echo "not ok 1 $*"
	exit 1
}

subscriber()
{
	modprobe -r netdev-notifier-error-inject 2>/dev/null
	must modprobe netdev-notifier-error-inject priority="$1"
	defer modprobe -r netdev-notifier-error-inject
}

# objects EVENT ERRNO: from here on; 0: no more
objects()
{
	must eval "echo -$2 > $ACTIONS/$1/error"
}

# fails EVENT COMMAND...: while the subscriber says ENOMEM
fails()
{
	undone objects "$1" 12 "${@:2}"
}

# new KIND MODE
new()
{
	local args=(address "$MAC_A")

	[[ $2 != passthru ]] || args=()
	link_add_kind "$NS_HOST" "$1" x v0 "$2" "${args[@]}"
}

creation()
{
	local event

	for event in NETDEV_POST_INIT NETDEV_REGISTER NETDEV_PRECHANGEUPPER NETDEV_CHANGEUPPER; do
		[[ -d $ACTIONS/$event ]] || continue
		fails "$event" new "$KIND" bridge
		must ip -n "$NS_HOST" link del x
		fails "$event" new "$TAPKIND" bridge
		must ip -n "$NS_HOST" link del x
		fails "$event" new "$TAPKIND" passthru
		must ip -n "$NS_HOST" link del x
	done
}

change()
{
	must link_add_kind "$NS_HOST" "$TAPKIND" x v0 bridge address "$MAC_A"
	fails NETDEV_PRE_UP ip -n "$NS_HOST" link set x up
	fails NETDEV_PRECHANGEMTU ip -n "$NS_HOST" link set x mtu 1400
	fails NETDEV_CHANGEMTU ip -n "$NS_HOST" link set x mtu 1300
	fails NETDEV_PRECHANGEMTU ip -n "$NS_HOST" link set v0 mtu 1200
	# With a larger one it would follow v0, and be refused the way back by the same subscriber.
	must ip -n "$NS_HOST" link set x mtu 900
	fails NETDEV_CHANGEMTU ip -n "$NS_HOST" link set v0 mtu 1000
	must ip -n "$NS_HOST" link set x down
	fails NETDEV_CHANGENAME ip -n "$NS_HOST" link set x name z
}

t_creation_we_are_first()
{
	subscriber -100
	topo_plain
	creation
}

t_creation_we_are_last()
{
	subscriber 100
	topo_plain
	creation
}

t_change_we_are_first()
{
	subscriber -100
	topo_plain
	change
}

t_change_we_are_last()
{
	subscriber 100
	topo_plain
	change
}

modprobe -q netdev-notifier-error-inject || no_faults "no netdev notifier error injection"
[[ -d $ACTIONS ]] || no_faults "no debugfs"
load_modules
run_tests t_creation_we_are_first t_creation_we_are_last t_change_we_are_first \
	t_change_we_are_last
