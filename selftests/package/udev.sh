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
# It has to be told that in a chroot, too, it is to do something.
udevadm() { chroot "$tree" env SYSTEMD_IGNORE_CHROOT=1 udevadm "$@"; }

# node KIND: owner, group and mode of the node of a new link
node()
{
	must ip link add link v0 name t0 type "$1"
	must udevadm settle --timeout=30
	stat -c '%u %g %a' "/dev/tap$(</sys/class/net/t0/ifindex)"
	must ip link del t0
}

rule()
{
	mkdir -p "$tree/etc/udev/rules.d"
	if [[ $1 == on ]]; then
		cp "$HERE/../tools/install/70-mvtap.rules" "$tree/etc/udev/rules.d/"
	else
		rm -f "$tree/etc/udev/rules.d/70-mvtap.rules"
	fi
	must udevadm control --reload
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
