#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What "mvtap run" and "mvtap qemu-helper" hand over, and to whom.

. "$(dirname "$0")/lib.sh"
. "$HERE/toollib.sh"

t_run_hands_over_the_queue()
{
	topo
	add vm0 link v0
	check_eq "descriptors" "tap vm0 vnet vhost " \
		"$(mvtap run vm0 -- "$SELFTESTS_BUILD/tapinfo" %tap% %vhost% | tr '\n' ' ')"
	check_eq "up" true "$(value vm0 .up)"
	check_eq "placeholders" "$(value vm0 .address) $(value vm0 .mtu) 1 %mac:x%" \
		"$(mvtap run vm0 -- echo %mac% %mtu:vm0% %queues% %mac:x%)"
	mvtap run vm0 -- sh -c 'exit 7'
	check_eq "status of the command" 7 $?
}

t_run_several_queues()
{
	local got

	topo
	add vm0 link v0
	got=$(mvtap run vm0 --queues 3 -- "$SELFTESTS_BUILD/tapinfo" %tap% %vhost%)
	check_eq "descriptors" "3 3" \
		"$(grep -c '^tap vm0 vnet multi$' <<<"$got") $(grep -c '^vhost$' <<<"$got")"
	got=$(mvtap run vm0 --queues 256 --no-vhost -- "$SELFTESTS_BUILD/tapinfo" %tap%)
	check_eq "as many as there can be" 256 "$(grep -c '^tap vm0 vnet multi$' <<<"$got")"
}

t_run_several_links()
{
	topo
	add vm0 link v0
	add vm1 link v0
	check_eq "descriptors" "tap vm0 vnet tap vm1 vnet tap vm0 vnet vhost vhost " \
		"$(mvtap run vm0 -- mvtap run vm1 -- "$SELFTESTS_BUILD/tapinfo" %tap% %tap:vm1% %tap:vm0% \
			%vhost% %vhost:vm1% | tr '\n' ' ')"
}

t_run_refuses()
{
	topo
	add vm0 link v0
	add l0 link v0 kind mvlan
	gives 2 "mvtap: run l0: is an mvlan link, which has no device node" run l0 -- true
	gives 2 "mvtap: run vm9: No such device" run vm9 -- true
	gives 1 "mvtap: run: %vhost% is used beside --no-vhost" run vm0 --no-vhost -- echo %vhost%
	gives 127 "mvtap: run: /nonexistent: No such file or directory" run vm0 -- /nonexistent
	gives 126 "mvtap: run: /etc/passwd: Permission denied" run vm0 -- /etc/passwd
	check_eq "down as before" false "$(value vm0 .up)"
}

# The name of a node is only a number, and may be another link's.
t_run_takes_no_other_node()
{
	local node here there err

	topo
	add vm0 link v0
	add vm1 link v0
	node=$(value vm0 .node)
	read -r here there < <(mvtap run vm0 --no-vhost -- sh -c \
		'cat /sys/class/net/vm0/tap*/dev /sys/class/net/vm1/tap*/dev' | tr '\n' ' ')
	must mv "$node" "$node.away"
	defer rm -f "$node.away"	# or it would outlive the link
	gives 2 "mvtap: run vm0: $node: No such file or directory; the node has to be device $here" \
		run vm0 -- true
	must mknod "$node" c "${there%:*}" "${there#*:}"
	defer rm -f "$node"
	gives 2 "mvtap: run vm0: $node is device $there and belongs to another link; the node has to be $here" \
		run vm0 -- true
	must ln -sf /dev/null "$node"
	err=$(mvtap run vm0 -- true 2>&1)
	check_eq "/dev/null" 2 $?
	must rm "$node"
	must touch "$node"
	gives 2 "mvtap: run vm0: $node is not a character device" run vm0 -- true
	# a namespace without the sysfs that belongs to it
	ns_add "$NS_A"
	must ip link set vm0 netns "$NS_A"
	err=$(nsenter --net="/run/netns/$NS_A" mvtap run vm0 -- true 2>&1)
	check_eq "sysfs of another namespace" 2 $?
	[[ $err == *"shows another network namespace"* ]] || fail "message: $err"
}

t_qemu_helper()
{
	topo
	add vm0 link v0
	add l0 link v0 kind mvlan
	check_eq "with a header" "tap vm0 vnet" \
		"$(tapinfo --helper mvtap qemu-helper --use-vnet --br=vm0)"
	check_eq "up" true "$(value vm0 .up)"
	check_eq "without" "tap vm0" \
		"$(tapinfo --helper mvtap qemu-helper --br=vm0)"
	check_eq "no node" "none" \
		"$(tapinfo --helper mvtap qemu-helper --br=l0 2>/dev/null)"
	gives 2 "mvtap: qemu-helper vm0: --fd=99: Bad file descriptor" \
		qemu-helper --use-vnet --fd=99 --br=vm0
	gives 1 "mvtap: qemu-helper: --br=NAME is missing: the name of a link" qemu-helper --fd=3
}

# Up to its monitor, which tells what it has got.
t_qemu_takes_them()
{
	local out

	command -v qemu-system-x86_64 >/dev/null || skip "no QEMU"
	topo
	add vm0 link v0
	add vm1 link v0
	out=$(printf 'info network\nquit\n' | timeout 100 mvtap run vm0 --queues 2 -- \
		qemu-system-x86_64 -S -nodefaults -display none -accel tcg -m 32 -monitor stdio \
		-netdev tap,id=n0,fds=%tap%,vhost=on,vhostfds=%vhost% \
		-device virtio-net-pci,netdev=n0,mac=%mac%,mq=on,romfile= \
		-netdev "tap,id=n1,helper=$(type -P mvtap) qemu-helper,br=vm1" \
		-device virtio-net-pci,netdev=n1,romfile= 2>&1)
	check_eq "status of QEMU" 0 $?
	[[ $out == *"n0: index=1,type=tap,fd="* ]] || fail "with descriptors: $out"
	[[ $out == *"n1: index=0,type=tap,helper="*"mvtap qemu-helper"* ]] ||
		fail "with the helper: $out"
}

run_tests t_run_hands_over_the_queue t_run_several_queues t_run_several_links \
	t_run_refuses t_run_takes_no_other_node t_qemu_helper \
	t_qemu_takes_them
