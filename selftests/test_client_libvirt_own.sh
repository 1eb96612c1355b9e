#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Debian's libvirt, unchanged, on a link of our own kind, which it cannot make but
# can use: <interface type='ethernet'> with <target managed='no'/>.
#
#	 vm0			(guest: virtio-net, vhost, two queues)
#	  |
#	 v0			NS_HOST, with libvirtd
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
# shellcheck source=selftests/clients/libvirt.sh disable=SC1091
source "$HERE/clients/libvirt.sh"

set_up()
{
	link_for_a_guest
	INDEX=$(link_get "$NS_HOST" vm0 .ifindex)
	libvirt_start
	defer domains_cleanup
	domain own <<-END
	<interface type='ethernet'>
	  <mac address='$MAC_A'/>
	  <target dev='vm0' managed='no'/>
	  <model type='virtio'/>
	  <driver name='vhost' queues='2'/>
	  <rom enabled='no'/>
	</interface>
	END
}

number_of_vm0() { in_ns "$NS_HOST" sh -c 'cat /sys/class/net/vm0/tap*/dev'; }

boot()
{
	domain_start own
	must guest_up own 10.9.0.1
}

t_a_guest_on_our_link()
{
	check_eq "kind" mvtap "$(link_get "$NS_HOST" vm0 .linkinfo.info_kind)"
	check_eq "descriptors of its device" 2 "$(guest_fds own "/dev/tap$INDEX")"
	check_eq "descriptors of vhost-net" 2 "$(guest_fds own /dev/vhost-net)"
	check_eq "vhost workers" 2 "$(vhost_workers own)"
	check "the wire to the guest" in_ns "$NS_WIRE" ping -q -c 2 -W 5 10.9.0.1
	check "the guest to the wire" guest_do own "ping -q -c 2 -W 5 10.9.0.200"
}

t_two_queues_carry()
{
	two_queues_carry own 10.9.0.1
	check "and still answers" in_ns "$NS_WIRE" ping -q -c 2 -W 5 10.9.0.1
}

# libvirt did not make it, so it leaves it alone.
t_the_link_outlives_the_guest()
{
	local number

	number=$(number_of_vm0)
	check "destroy" domain_stop own
	check_eq "index" "$INDEX" "$(link_get "$NS_HOST" vm0 .ifindex)"
	check_eq "device number" "$number" "$(number_of_vm0)"
	check_eq "address" "$MAC_A" "$(mac_of "$NS_HOST" vm0)"
	boot
	check_eq "descriptors of its device, again" 2 "$(guest_fds own "/dev/tap$INDEX")"
	check "the wire to the next guest" in_ns "$NS_WIRE" ping -q -c 2 -W 5 10.9.0.1
	domain_stop own
}

load_modules vhost_net
set_up
boot
run_tests t_our_module_does_the_work t_a_guest_on_our_link t_two_queues_carry \
	t_the_link_outlives_the_guest
