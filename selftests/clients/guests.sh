# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# What the tests with guests ask about them. Sourced behind lib.sh and guest/qemu.sh.

BOOT_SECONDS=${MVTAP_TEST_BOOT:-200}

# link_for_a_guest: vm0 at a switch, for a guest that boots on the lab's emulated KVM
link_for_a_guest()
{
	topo_switch
	must ip -n "$NS_WIRE" addr add 10.9.0.200/24 dev w0
	must bridge -n "$NS_SW" fdb add "$MAC_A" dev v1 master static
	must link_add_kind "$NS_HOST" "$TAPKIND" vm0 v0 bridge address "$MAC_A"
	must ip -n "$NS_HOST" link set vm0 up
	guests_init
}

guests_init()
{
	GUEST_KVM=1 guest_init || skip_all "the guest is not built: run selftests/guest/build outside the lab"
	defer guest_cleanup
}

# guest_up NAME ADDRESS: wait until it has booted, give it the address
guest_up()
{
	if ! guest_wait "$1" "$BOOT_SECONDS"; then
		guest_logs "$1"
		fail "$1 does not boot"
		return 1
	fi
	check "address of $1" guest_do "$1" "ip addr add $2/24 dev eth0 && ip link set eth0 up"
}

# guest_fds NAME FILE: how many descriptors of FILE its QEMU has
guest_fds() { find "/proc/${GUEST_PID[$1]}/fd" -lname "$2" | wc -l; }

# vhost_workers NAME: those of its QEMU; kernel threads of their own up to
# Linux 6.3, threads of the process from then on, always called vhost-PID
vhost_workers()
{
	cat /proc/[0-9]*/comm "/proc/${GUEST_PID[$1]}"/task/[0-9]*/comm 2>/dev/null |
		grep -c "^vhost-${GUEST_PID[$1]}\$"
}

# guest_interrupts NAME QUEUE: of the guest's first NIC
guest_interrupts()
{
	guest_do "$1" "awk '/virtio0-$2\$/ { print \$2 }' /proc/interrupts"
}

# two_queues_carry NAME ADDRESS: flows from the wire are spread over both
two_queues_carry()
{
	local n before after

	check "$1 turns on the second pair" guest_do "$1" "channels eth0 2"
	before="$(guest_interrupts "$1" input.0) $(guest_interrupts "$1" input.1)"
	in_ns "$NS_WIRE" bash -c "for n in {1..40}; do echo x >/dev/udp/$2/\$((4000 + n)); sleep 0.02; done" 2>/dev/null
	after="$(guest_interrupts "$1" input.0) $(guest_interrupts "$1" input.1)"
	echo "receive interrupts of the queues of $1: $before, then $after"
	for n in 1 2; do
		check "queue $n receives" test "$(cut -d' ' -f$n <<<"$after")" -gt "$(cut -d' ' -f$n <<<"$before")"
	done
}
