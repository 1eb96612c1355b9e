#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Two real virtual machines on one NIC: stock QEMU, virtio-net, stock vhost-net,
# our links. One guest is started by `mvtap run`, the other one's QEMU asks
# `mvtap qemu-helper` for its link.
#
#	 guest1   guest2
#	   |        |			(virtio-net, vhost)
#	  vm1      vm2			bridge mode
#	   +---v0---+     NS_HOST
#	       |
#	  [bridge br0]    NS_SW, no hairpin
#	       |
#	      w0          NS_WIRE
#
# Needs about 700 MiB, and minutes where the kernel itself runs emulated: give
# it MVTAP_TEST_TIMEOUT=600.

# shellcheck source=selftests/lib.sh disable=SC1091
source "$(dirname "$0")/lib.sh"
# shellcheck source=selftests/guest/qemu.sh disable=SC1091
source "$(dirname "$0")/guest/qemu.sh"

FILE_SIZE=$((4 << 20))
BOOT_SECONDS=${MVTAP_TEST_BOOT:-400}

# ---------------------------------------------------------------- set-up

# nic NETDEV-OPTIONS MAC: the arguments for a guest's only NIC
nic()
{
	NIC=(-netdev "tap,id=n0,vhost=on,$1" -device "virtio-net-pci,netdev=n0,mac=$2,romfile=")
}

# The in-tree link has no tool: open it by hand, as ever.
start_by_run()
{
	local mac=$MAC_A command

	guest_machine guest1
	if is_intree_tap; then
		nic fd=3,vhostfd=4 "$mac"
		# shellcheck disable=SC2016 # for the inner shell
		command='exec 3<>"$1" 4<>/dev/vhost-net; shift; exec "$@"'
		guest_launch guest1 ip netns exec "$NS_HOST" bash -c "$command" - \
			"/dev/tap$(link_get "$NS_HOST" vm1 .ifindex)" "${GUEST_ARGS[@]}" "${NIC[@]}"
		return
	fi
	nic fd=%tap%,vhostfd=%vhost% %mac%
	guest_launch guest1 ip netns exec "$NS_HOST" mvtap run vm1 -- "${GUEST_ARGS[@]}" "${NIC[@]}"
}

start_by_helper()
{
	local helper

	helper="$(command -v mvtap) qemu-helper"
	guest_machine guest2
	nic "helper=$helper,br=vm2" "$MAC_B"
	guest_launch guest2 ip netns exec "$NS_HOST" "${GUEST_ARGS[@]}" "${NIC[@]}"
}

is_intree_tap() { [[ $TAPKIND == macvtap ]]; }

set_up()
{
	local n

	topo_switch
	must link_add_kind "$NS_HOST" "$TAPKIND" vm1 v0 bridge address "$MAC_A"
	must link_add_kind "$NS_HOST" "$TAPKIND" vm2 v0 bridge address "$MAC_B"
	must ip -n "$NS_HOST" link set vm1 up
	must ip -n "$NS_HOST" link set vm2 up
	for n in "$MAC_A" "$MAC_B"; do
		must bridge -n "$NS_SW" fdb add "$n" dev v1 master static
	done
	must ip -n "$NS_WIRE" addr add 10.9.0.200/24 dev w0
	must ip -n "$NS_HOST" addr add 10.9.0.100/24 dev v0
	start_by_run
	start_by_helper
	for n in 1 2; do
		if ! guest_wait "guest$n" "$BOOT_SECONDS"; then
			guest_logs "guest$n"
			exit 1
		fi
		must guest_do "guest$n" "ip addr add 10.9.0.$n/24 dev eth0 && ip link set eth0 up"
	done
	echo "# both guests are up after $SECONDS s"
}

# ---------------------------------------------------------------- helpers

# counter LINK DIRECTION: bytes
counter() { link_get "$NS_HOST" "$1" ".stats64.$2.bytes"; }

# vhost-net's workers of process PID: kernel threads of their own up to 6.3,
# threads of the process from then on, always called vhost-PID
vhost_workers()
{
	cat /proc/[0-9]*/comm "/proc/$1"/task/[0-9]*/comm 2>/dev/null |
		grep -c "^vhost-$1\$"
}

# qemu_io PID: bytes that the process has read and written by system calls
qemu_io() { awk '/^[rw]char/ { sum += $2 } END { print sum }' "/proc/$1/io"; }

# carry FROM TO: a fresh file of FILE_SIZE by TCP; fails if it does not arrive whole
carry()
{
	local from=$1 to=$2 sent got

	sent=$(guest_do "$from" "head -c $FILE_SIZE /dev/urandom >out; sha256sum <out" 120)
	# A standard input that never ends: nc takes its end for that of the session.
	guest_send "$to" "rm -f hold in; mkfifo hold; nc -l -p 5000 >in <>hold; wc -c <in; sha256sum <in"
	check "$from sends" guest_do "$from" \
		"for i in 1 2 3 4 5; do nc 10.9.0.${to#guest} 5000 <out && exit; sleep 1; done; exit 1" 120
	got=$(guest_take "$to" 120)
	check_eq "what $to got of what $from sent" "$FILE_SIZE $sent" "${got/$'\n'/ }"
}

# carry_from_host TO: the same from the host, a quarter of it
carry_from_host()
{
	local file sent got

	file=$(mktemp)
	head -c $((FILE_SIZE / 4)) /dev/urandom >"$file"
	sent=$(sha256sum <"$file")
	guest_send "$1" "rm -f hold in; mkfifo hold; nc -l -p 5000 >in <>hold; wc -c <in; sha256sum <in"
	check "the host sends" busywait 20000 in_ns "$NS_HOST" \
		nc -N "10.9.0.${1#guest}" 5000 <"$file"
	got=$(guest_take "$1" 120)
	check_eq "what $1 got of what the host sent" "$((FILE_SIZE / 4)) $sent" "${got/$'\n'/ }"
	rm -f "$file"
}

# ---------------------------------------------------------------- tests

t_vhost_serves_both_guests()
{
	local n pid

	for n in 1 2; do
		pid=${GUEST_PID[guest$n]}
		check_eq "program of guest$n" qemu-system-x86 "$(cut -c1-15 "/proc/$pid/comm")"
		check_eq "vhost workers of guest$n" 1 "$(vhost_workers "$pid")"
		check_eq "descriptors of the device of vm$n" 1 \
			"$(find "/proc/$pid/fd" -lname "/dev/tap$(link_get "$NS_HOST" "vm$n" .ifindex)*" | wc -l)"
	done
}

t_guests_ping_each_other()
{
	check "guest1 to guest2" guest_do guest1 "ping -c 3 -W 3 10.9.0.2"
	check "guest2 to guest1" guest_do guest2 "ping -c 3 -W 3 10.9.0.1"
}

t_guests_reach_the_wire_and_not_the_host()
{
	check "guest1 to the wire" guest_do guest1 "ping -c 1 -W 3 10.9.0.200"
	check "the wire to guest2" in_ns "$NS_WIRE" ping -q -c 1 -W 3 10.9.0.2
	refused "guest1 to the host" guest_do guest1 "ping -c 1 -W 1 10.9.0.100"
	refused "the host to guest2" in_ns "$NS_HOST" ping -q -c 1 -W 1 10.9.0.2
}

# host_reach_all on|off
host_reach_all()
{
	local n

	for n in 1 2; do
		must in_ns "$NS_HOST" mvtap set "vm$n" host "$1" >/dev/null
	done
}

t_with_host_reach_they_reach_the_host_past_the_wire()
{
	local wire

	is_intree_tap && skip "in-tree macvtap has no host reach"
	host_reach_all on
	check "guest1 to the host" guest_do guest1 "ping -c 3 -W 3 10.9.0.100"
	check "the host to guest2" in_ns "$NS_HOST" ping -q -c 3 -W 3 10.9.0.2
	wire=$(counter v0 tx)
	check "guest2 to the host" guest_do guest2 "ping -c 3 -W 3 -s 1000 10.9.0.100"
	check "on the wire" test $(($(counter v0 tx) - wire)) -lt 1000
	check "guest1 to guest2" guest_do guest1 "ping -c 1 -W 3 10.9.0.2"
	check "guest1 to the wire" guest_do guest1 "ping -c 1 -W 3 10.9.0.200"
	carry_from_host guest1
	host_reach_all off
	refused "off: guest1 to the host" guest_do guest1 "ping -c 1 -W 1 10.9.0.100"
}

t_a_file_arrives_whole_by_TCP()
{
	carry guest2 guest1
}

# The other way, and watched.
t_another_passes_the_links_but_neither_QEMU_nor_the_NIC()
{
	local pid=${GUEST_PID[guest1]} tx rx lower io=

	tx=$(counter vm1 tx) rx=$(counter vm2 rx) lower=$(counter v0 tx)
	[[ ! -r /proc/$pid/io ]] || io=$(qemu_io "$pid")
	carry guest1 guest2
	tx=$(($(counter vm1 tx) - tx)) rx=$(($(counter vm2 rx) - rx)) lower=$(($(counter v0 tx) - lower))
	echo "moved: vm1 tx $tx, vm2 rx $rx, v0 tx $lower"
	check "vm1 counts the file" test "$tx" -ge "$FILE_SIZE"
	check "vm2 counts the file" test "$rx" -ge "$FILE_SIZE"
	check "the NIC carries nothing of it" test "$lower" -lt $((FILE_SIZE / 16))
	if [[ -z $io ]]; then
		echo "no /proc/PID/io on this kernel: QEMU's own reads not looked at"
		return
	fi
	io=$(($(qemu_io "$pid") - io))
	echo "QEMU itself read and wrote $io bytes"
	check "QEMU carries nothing of it" test "$io" -lt $((FILE_SIZE / 16))
}

# Last: it ends a guest.
t_the_end_of_QEMU_frees_the_link()
{
	local pid=${GUEST_PID[guest1]}

	kill "$pid"
	wait_for "QEMU has gone" not kill -0 "$pid"
	wait_for "its vhost worker has gone" not grep -qs "^vhost-$pid\$" /proc/[0-9]*/comm
	check "the device opens again" in_ns "$NS_HOST" \
		sh -c "exec 3<>/dev/tap$(link_get "$NS_HOST" vm1 .ifindex)"
	check "the link can be deleted" ip -n "$NS_HOST" link del vm1
	check "guest2 still reaches the wire" guest_do guest2 "ping -c 1 -W 3 10.9.0.200"
}

need_cmd qemu-system-x86_64 jq mvtap
load_modules vhost_net
guest_init || skip_all "the guest is not built: run selftests/guest/build outside the lab"
defer guest_cleanup
set_up
run_tests t_vhost_serves_both_guests \
	t_guests_ping_each_other \
	t_guests_reach_the_wire_and_not_the_host \
	t_with_host_reach_they_reach_the_host_past_the_wire \
	t_a_file_arrives_whole_by_TCP \
	t_another_passes_the_links_but_neither_QEMU_nor_the_NIC \
	t_the_end_of_QEMU_frees_the_link
