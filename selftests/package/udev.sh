#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Inside the lab: udev.sh TREE. The udev of that Debian tree, with our rule: whose nodes group kvm
# may open. A group that owns a node shows as its number, which is the tree's own.

. "$(dirname "$0")/../lib.sh"
tree=$1

must mount -t proc proc "$tree/proc"
must mount -t sysfs sysfs "$tree/sys"
must mount --bind /dev "$tree/dev"
must mount -t tmpfs tmpfs "$tree/run"
KVM=$(sed -nE 's/^kvm:[^:]*:([0-9]+):.*/\1/p' "$tree/etc/group")
load_modules
must ip link add v0 type dummy
must chroot "$tree" /usr/lib/systemd/systemd-udevd --daemon

# Until the daemon has done all that was to do. udevadm has to be told that it is to act in a chroot,
# too.
settle() { chroot "$tree" env SYSTEMD_IGNORE_CHROOT=1 udevadm settle --timeout=30; }
must settle	# it takes signals from here on

# node KIND: owner, group and mode of the node of a new link
node()
{
	must ip link add link v0 name t0 type "$1"
	must settle
	stat -c '%u %g %a' "/dev/tap$(</sys/class/net/t0/ifindex)"
	must ip link del t0
}

# By signal: udevd ignores a message that comes between its accept() and its SO_PASSCRED, "Invalid
# sender uid 65534", and udevadm control does not notice. settle does not depend on its message: udevd
# accepts only when nothing else is left to do.
rule()
{
	mkdir -p "$tree/etc/udev/rules.d"
	if [[ $1 == on ]]; then
		cp "$HERE/../tools/install/70-mvtap.rules" "$tree/etc/udev/rules.d/"
	else
		rm -f "$tree/etc/udev/rules.d/70-mvtap.rules"
	fi
	must pkill -HUP -o -x systemd-udevd
	must settle
}

t_without_the_rule()
{
	rule off
	check_eq "mvtap" "0 0 600" "$(node mvtap)"
}

t_with_the_rule()
{
	rule on
	check_eq "mvtap" "0 $KVM 660" "$(node mvtap)"
}

t_in_tree_macvtap_is_left_alone()
{
	rule on
	must modprobe macvtap
	check_eq "macvtap" "0 0 600" "$(node macvtap)"
	must rmmod macvtap macvlan
}

t_macvtap_in_the_personality()
{
	rule on
	must rmmod mvtap
	must modprobe mvtap compat=1
	check_eq "macvtap" "0 $KVM 660" "$(node macvtap)"
}

run_tests t_without_the_rule t_with_the_rule t_in_tree_macvtap_is_left_alone \
	t_macvtap_in_the_personality
