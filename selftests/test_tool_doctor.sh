#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# mvtap doctor: each fault is provoked on a healthy host. Its finding must
# appear, alone, and be gone when the fault is.

. "$(dirname "$0")/lib.sh"
. "$HERE/toollib.sh"
need_cmd ethtool
need_helper frames

# Two ends of a cable, a link with a VM's queue open on one of them.
topo_vm()
{
	must ip link add v0 type veth peer name v1
	defer ip link del v0
	must ip link set v0 up
	must ip link set v1 up
	add vm0 link v0 "$@"
	NODE=$(value vm0 .node)
	[[ -c /dev/vhost-net ]] || skip "no /dev/vhost-net"
	vm_on
}

# What holds the queue open and reads nothing.
vm_on()
{
	mvtap run vm0 --no-vhost -- sleep 1000 &
	VM=$!
	defer eval "kill $VM 2>/dev/null"
	must busywait 10000 queues 1
}

vm_off()
{
	kill "$VM"
	wait "$VM" 2>/dev/null
	must busywait 10000 queues 0
}

# look ARGUMENTS...: FOUND is "status severity name check ..." of all findings,
# DO the remedy of the first. One process: there are many of these.
look()
{
	local out line rest

	out=$(mvtap doctor "$@" 2>&1)
	FOUND=$? DO=
	while IFS= read -r line; do
		rest=${line#*: }
		case $line in
		error:*|warning:*|note:*)
			FOUND+=" ${line%%:*} ${rest%%:*}"
			rest=${rest#*: }
			FOUND+=" ${rest%%:*}" ;;
		"    do:  "*)
			DO=${DO:-${line#*do:  }} ;;
		"    why: "*|"nothing found") ;;
		*)	FOUND+=" $line" ;;
		esac
	done <<<"$out"
}

# healthy [ARGUMENTS...]: nothing found, and the exit status says so
healthy()
{
	look "$@" wait 0
	check_eq "healthy" 0 "$FOUND"
}

# ill 'SEVERITY NAME CHECK' [ARGUMENTS...]: just that
ill()
{
	local want=$1 status=3

	shift
	[[ $want != note* ]] || status=0
	look "$@" wait 0
	check_eq "finding" "$status $want" "$FOUND"
}

# has 'SEVERITY NAME CHECK' [ARGUMENTS...]: that among others
has()
{
	local want=$1

	shift
	look "$@"
	[[ $FOUND == "3 "*"$want"* ]] || fail "want $want, got $FOUND"
}

is_healthy()
{
	look wait 0
	[[ $FOUND == 0 ]]
}

# remedy: do as the first finding of the last look says
remedy()
{
	check "the remedy" bash -c "$DO"
}

# queues N: so many are open
queues()
{
	[[ $(mvtap stats vm0 | grep -c '^    queue ') == "$1" ]]
}

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
	chmod 666 "$NODE"
	ill "warning vm0 node"
	remedy
	healthy
	must chmod 666 /dev/vhost-net
	ill "error vm0 node" user nobody
	remedy
	healthy user nobody
}

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

t_mtu()
{
	topo_vm
	healthy
	must ip link set v0 mtu 1400
	must ip link set v0 mtu 1500
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
	defer kill $!
	must busywait 10000 eval '[[ $(mvtap stats vm0) == *rx_drop_tap* ]]'
	has "warning vm0 losses" wait 300
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
	ill "note v0 reflection" probe on
	must bridge link set dev v1 hairpin off
	ill "error v0 hairpin" probe on
	must mvtap set vm0 mode bridge
	healthy probe on
}

t_names()
{
	topo_vm
	must ip link set v0 mtu 1400
	must ip link set v0 mtu 1500
	ill "warning vm0 mtu" vm0
	ill "warning vm0 mtu" v0
	healthy v1
	check_eq "JSON" '["vm0","warning","mtu"]' \
		"$(mvtap -j doctor vm0 wait 0 | jq -c '.[0] | [.name,.severity,.check]')"
	gives 2 "mvtap: doctor nope: No such device" doctor nope
}

run_tests t_modules t_vhost t_node t_lower_device t_features t_busy_device t_mtu t_vm \
	t_losses t_addresses_of_the_host t_switch t_names
