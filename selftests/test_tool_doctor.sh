#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# mvtap doctor: modules, vhost-net, and links with their VMs.

. "$(dirname "$0")/lib.sh"
. "$HERE/toollib.sh"
. "$HERE/doctorlib.sh"

t_modules()
{
	# no link keeps the module, and nobody else is at work here
	[[ -z $(mvtap -j show | jq -r '.[].name') ]] || skip "links"
	healthy
	modprobe -r mvtap 2>/dev/null || skip "the module cannot be unloaded"
	defer modprobe mvtap
	ill "error host module"
	if modprobe macvtap 2>/dev/null; then
		mkdir -p /etc/modprobe.d
		echo "options mvtap compat=1" > /etc/modprobe.d/zz-doctor.conf
		defer rm -f /etc/modprobe.d/zz-doctor.conf
		look wait 0
		check_eq "in the way" "3 error host module error host intree" "$FOUND"
		rm /etc/modprobe.d/zz-doctor.conf
		modprobe -r macvtap macvlan
	fi
	check "the remedy" modprobe mvtap
	healthy
	echo "options mvtap compat=1" > /etc/modprobe.d/zz-doctor.conf
	ill "warning host intree"
	rm /etc/modprobe.d/zz-doctor.conf
}

t_vhost()
{
	[[ -c /dev/vhost-net ]] || skip "no /dev/vhost-net"
	healthy
	must mv /dev/vhost-net /dev/vhost-net.away
	defer eval "rm -f /dev/vhost-net; mv /dev/vhost-net.away /dev/vhost-net"
	ill "error host vhost"
	remedy
	healthy
	rm /dev/vhost-net
	touch /dev/vhost-net
	ill "error host vhost"
	remedy
	healthy
	chmod 600 /dev/vhost-net
	ill "error host vhost" user nobody
	remedy
	healthy user nobody
}

t_node()
{
	topo_vm
	healthy
	must mv "$NODE" "$NODE.away"
	defer rm -f "$NODE" "$NODE.away"	# or they would outlive the link
	ill "error vm0 node"
	remedy
	healthy
	rm "$NODE"
	must mknod -m 600 "$NODE" c 1 3
	ill "error vm0 node"
	rm "$NODE"
	touch "$NODE"
	ill "error vm0 node"
	remedy
	healthy
}

# Settings of the link: the kernel makes its own node anew, not one that was made by hand.
t_rights()
{
	topo_vm
	healthy
	must chmod 666 "$NODE"
	ill "warning vm0 node"
	remedy
	healthy
	must mvtap set vm0 perm 666
	ill "warning vm0 node"
	remedy
	healthy
	check_eq "permissions" 0660 "$(value vm0 .perm)"
	must chmod 666 /dev/vhost-net
	ill "error vm0 node" user nobody
	remedy
	healthy user nobody
}

t_mtu()
{
	topo_vm
	healthy
	must mvtap set vm0 mtu 1400
	ill "warning vm0 mtu"
	remedy_mtu
	healthy
}

# Its second half is about the guest.
remedy_mtu()
{
	check "the remedy" mvtap set vm0 mtu 1500
}

fill()
{
	printf 'send x wire %s - 88b5 100 %d\n' "$(value vm0 .address)" "$1" |
		"$SELFTESTS_BUILD/frames" "wire=$TOOL_NS/v1" >/dev/null
}

t_vm()
{
	topo_vm
	healthy
	must mvtap set vm0 down
	ill "error vm0 down"
	remedy
	healthy
	vm_off
	ill "note vm0 idle"
	must ip link set vm0 txqueuelen 16
	vm_on
	healthy
	fill 20
	ill "error vm0 backlog"
	vm_off
	must ip link set vm0 txqueuelen 0
	vm_on
	has "error vm0 txqlen" wait 0
}

t_losses()
{
	topo_vm
	must ip link set vm0 txqueuelen 4
	"$SELFTESTS_BUILD/frames" -f "$(value vm0 .address)" "f=$TOOL_NS/v1" &
	defer kill -KILL $!
	must busywait 10000 eval '[[ $(mvtap stats vm0) == *rx_drop_tap* ]]'
	has "warning vm0 losses" wait 300
}

t_names()
{
	topo_vm
	must mvtap set vm0 mtu 1400
	ill "warning vm0 mtu" vm0
	ill "warning vm0 mtu" v0
	healthy v1
	check_eq "JSON" '["vm0","warning","mtu"]' \
		"$(mvtap -j doctor vm0 wait 0 | jq -c '.[0] | [.name,.severity,.check]')"
	gives 2 "mvtap: doctor nope: No such device" doctor nope
}

run_tests t_modules t_vhost t_node t_rights t_mtu t_vm t_losses t_names
