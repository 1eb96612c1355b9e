#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# One link of our own kind, and four guests on it, one after the other: Debian's
# QEMU gets the link in each of the ways that there are, with and without
# vhost-net. Two guests at once are in test_guests.sh.
#
#	 vm0			(guest: virtio-net)
#	  |
#	 v0			NS_HOST
#	  |
#	 v1 [bridge br0] w1	NS_SW
#	                  |
#	                 w0	NS_WIRE

# shellcheck source=selftests/lib.sh disable=SC1091
source "$(dirname "$0")/lib.sh"
# shellcheck source=selftests/clients/lib.sh disable=SC1091
source "$HERE/clients/lib.sh"
# shellcheck source=selftests/guest/qemu.sh disable=SC1091
source "$HERE/guest/qemu.sh"
# shellcheck source=selftests/clients/guests.sh disable=SC1091
source "$HERE/clients/guests.sh"

set_up()
{
	link_for_a_guest
	NODE=/dev/tap$(link_get "$NS_HOST" vm0 .ifindex)
	# shellcheck disable=SC2016 # for the inner shell
	BY_FD=(bash -c 'exec 3<>"$1" 4<>/dev/vhost-net; shift; exec "$@"' - "$NODE")
	IDENTITY=$(identity)
	echo "# the link is $IDENTITY"
}

# What a restart of the guest must not change.
identity()
{
	echo "$(link_get "$NS_HOST" vm0 .ifindex) $(mac_of "$NS_HOST" vm0)" \
		"$(in_ns "$NS_HOST" sh -c 'cat /sys/class/net/vm0/tap*/dev')" \
		"$(stat -c '%t:%T %i' "$NODE")"
}

# nic NETDEV-OPTIONS [DEVICE-OPTIONS]
nic() { NIC=(-netdev "tap,id=n0,$1" -device "virtio-net-pci,netdev=n0,mac=$MAC_A,romfile=${2:-}"); }

# guest NAME QUEUES VHOST-WORKERS COMMAND...: the life of one guest
guest()
{
	local name=$1 queues=$2 workers=$3

	shift 3
	guest_launch "$name" ip netns exec "$NS_HOST" "$@" "${NIC[@]}"
	guest_up "$name" 10.9.0.1 || return
	check_eq "descriptors of the device" "$queues" "$(guest_fds "$name" "$NODE")"
	check_eq "vhost workers" "$workers" "$(vhost_workers "$name")"
	check "the wire to the guest" in_ns "$NS_WIRE" ping -q -c 2 -W 5 10.9.0.1
	check "the guest to the wire" guest_do "$name" "ping -q -c 2 -W 5 10.9.0.200"
	[[ $queues -eq 1 ]] || two_queues_carry "$name" 10.9.0.1
	guest_stop "$name"
	check_eq "the link behind it" "$IDENTITY" "$(identity)"
}

t_by_descriptor()
{
	guest_machine fd
	nic fd=3
	guest fd 1 0 "${BY_FD[@]}" "${GUEST_ARGS[@]}"
}

t_by_descriptor_with_vhost()
{
	guest_machine fdv
	nic fd=3,vhost=on,vhostfd=4
	guest fdv 1 1 "${BY_FD[@]}" "${GUEST_ARGS[@]}"
}

t_by_mvtap_run_with_vhost_and_two_queues()
{
	guest_machine run
	nic fds=%tap%,vhost=on,vhostfds=%vhost% ,mq=on,vectors=6
	guest run 2 2 mvtap run vm0 --queues 2 -- "${GUEST_ARGS[@]}"
}

t_by_helper()
{
	guest_machine helper
	nic "helper=$(command -v mvtap) qemu-helper,br=vm0"
	guest helper 1 0 "${GUEST_ARGS[@]}"
}

load_modules vhost_net
set_up
run_tests t_our_module_does_the_work t_by_descriptor t_by_descriptor_with_vhost \
	t_by_mvtap_run_with_vhost_and_two_queues t_by_helper
