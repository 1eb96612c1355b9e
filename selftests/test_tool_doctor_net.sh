#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# mvtap doctor: lower devices, the host's addresses, and the switch.

. "$(dirname "$0")/lib.sh"
. "$HERE/toollib.sh"
. "$HERE/doctorlib.sh"

t_lower_device()
{
	topo_vm
	healthy
	must ip link set v0 down
	ill "error v0 down"
	remedy
	wait_for "healthy again" is_healthy
	must ip link set v1 down
	ill "error v0 carrier"
	must ip link set v1 up
	wait_for "healthy again" is_healthy
}

t_features()
{
	local pair

	topo_vm
	healthy
	for pair in "tx checksum" "sg sg" "tso tso"; do
		# checksums and pieces are what the others stand on
		must ethtool -K v0 "${pair% *}" off >/dev/null 2>&1
		has "warning v0 ${pair#* }" wait 0
		must ethtool -K v0 tx on sg on tso on >/dev/null 2>&1
		healthy
	done
	must ethtool -K v0 txvlan off
	ill "note v0 vlan"
	remedy
	healthy
}

t_busy_device()
{
	must ip link add w0 type veth peer name w1
	defer ip link del w0
	must ip link set w0 up
	must ip link set w1 up
	healthy w0
	must ip link add br0 type bridge
	defer ip link del br0
	must ip link set w0 master br0
	ill "error w0 busy" w0
	remedy
	healthy w0
	modprobe macvlan 2>/dev/null || return 0
	must ip link add link w0 name mv0 type macvlan
	ill "error w0 busy" w0
	remedy
	healthy w0
	ill "error lo ethernet" lo
}

sysctl_all()
{
	local key

	for key in arp_ignore arp_announce arp_filter rp_filter; do
		echo 0 > "/proc/sys/net/ipv4/conf/all/$key"
		echo 0 > "/proc/sys/net/ipv4/conf/v0/$key"
		echo 0 > "/proc/sys/net/ipv4/conf/l0/$key"
	done
	echo 1 > /proc/sys/net/ipv4/conf/all/arp_ignore
	echo 2 > /proc/sys/net/ipv4/conf/all/arp_announce
}

t_addresses_of_the_host()
{
	local key value

	topo_vm
	add l0 link v0 kind mvlan up
	must ip address add 10.7.0.1/24 dev v0
	sysctl_all
	echo 0 > /proc/sys/net/ipv4/conf/all/arp_ignore
	healthy
	must ip address add 10.7.0.2/24 dev l0
	ill "warning l0 arp_ignore"
	remedy
	healthy
	for key in all/arp_announce=1 l0/arp_filter=1 v0/rp_filter=1 l0/arp_ignore=8; do
		echo "${key#*=}" > "/proc/sys/net/ipv4/conf/${key%=*}"
		value=${key#*/}
		ill "warning l0 ${value%=*}"
		remedy
		healthy
		sysctl_all
	done
}

# The switch is a bridge in this same namespace.
t_switch()
{
	topo_vm mode vepa
	add vm1 link v0 mode vepa kind mvlan up
	must ip link add br0 type bridge mcast_snooping 0 forward_delay 0
	defer ip link del br0
	must ip link set br0 up
	must ip link set v1 master br0
	must busywait 5000 eval '[[ $(bridge link show dev v1) == *"state forwarding"* ]]'
	healthy
	ill "error v0 hairpin" probe on
	must bridge link set dev v1 hairpin on
	healthy probe on
	must mvtap set vm1 mode bridge
	must bridge link set dev v1 hairpin off
	ill "error v0 hairpin" probe on
	must mvtap set vm0 mode bridge
	healthy probe on
}

# A host with an address wants to reach its VMs.
t_host_reach()
{
	topo_vm mode bridge
	healthy
	must ip address add 10.7.0.1/24 dev v0
	ill "note vm0 host"
	remedy
	check_eq "host" true "$(value vm0 .host)"
	healthy
}

run_tests t_lower_device t_features t_busy_device t_addresses_of_the_host t_switch \
	t_host_reach
