#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# netconsole, the user of netpoll, over a link: what the kernel says arrives on
# the wire. netconsole lives in the initial network namespace, so v0 and the
# link do, too.
#
#	(initial):  v0 (lower device), link a       NS_WIRE:  v1

. "$(dirname "$0")/lib.sh"

IP_A=10.9.0.5 IP_WIRE=10.9.0.6
TEXT="netconsole test $UNIQ"

# topo LOWER-KIND: a on v0; v1 if it is a veth
topo()
{
	ns_add "$NS_WIRE"
	if [[ $1 == veth ]]; then
		must ip link add v0 address "$MAC_HOST" type veth \
			peer name v1 address "$MAC_WIRE" netns "$NS_WIRE"
		must ip -n "$NS_WIRE" addr add "$IP_WIRE/24" dev v1
		must ip -n "$NS_WIRE" link set v1 up
	else
		must ip link add v0 address "$MAC_HOST" type "$1"
	fi
	defer ip link del dev v0
	must ip link set v0 up
	if is_intree; then
		must ip link add link v0 name a address "$MAC_A" type "$KIND" mode bridge
	else
		must mvtap add a link v0 kind "$KIND" mode bridge address "$MAC_A" >/dev/null
	fi
	must ip addr add "$IP_A/24" dev a
	must ip link set dev a up
}

# It says in the log only that a device is nothing for it.
start_netconsole()
{
	echo "$TEXT starts" > /dev/kmsg
	must modprobe netconsole \
		"netconsole=6665@$IP_A/a,6666@$IP_WIRE/$MAC_WIRE"
	defer eval 'rmmod netconsole 2>/dev/null'
	! dmesg | tac | sed "/$TEXT starts\$/q" | grep -q "doesn't support polling"
}

say()
{
	echo "<0>$TEXT $1" > /dev/kmsg
}

# said FILE WHAT: has it arrived? If not, say it again: the first may be early.
said()
{
	grep -q "$TEXT $2" "$1" && return
	say "$2"
	return 1
}

# What arrives at v1, in FILE
listen()
{
	ip netns exec "$NS_WIRE" tcpdump -l -n -e -A -i v1 udp port 6666 > "$1" 2>&1 &
	defer kill -KILL $!
	wait_for "tcpdump runs" grep -q 'listening on' "$1"
}

t_message_arrives_on_the_wire()
{
	local file

	# veth_xmit() wants bottom halves off, and netpoll has only interrupts off.
	[[ ! -e /proc/lockdep_stats ]] || skip "lockdep complains of netpoll over veth"
	topo veth
	file=$(mktemp)
	defer rm -f "$file"
	listen "$file"
	start_netconsole || skip "no netpoll on a veth device here"
	wait_for "the message" said "$file" first
	check "from the link's address" grep -q "$MAC_A > $MAC_WIRE" "$file"
	must rmmod netconsole
	must start_netconsole
	wait_for "after a new start" said "$file" second
}

# The link goes while netconsole uses it.
t_link_goes()
{
	topo testnic
	must start_netconsole
	must timeout 20 ip link del dev a
	say "into the void"
	must timeout 20 rmmod netconsole
	check "the lower device is free" timeout 20 ip link set v0 down
}

t_lower_device_goes()
{
	topo testnic
	must start_netconsole
	must timeout 20 ip link del dev v0
	say "into the void"
	check "a is gone" not ip link show dev a
	must timeout 20 rmmod netconsole
	must ip link add v0 type dummy
}

polled()
{
	say "more"
	[[ $(sed -n 's/^poll //p' /sys/class/net/v0/testnic/state) -gt 0 ]]
}

sent_bytes()
{
	echo "$(</sys/class/net/v0/statistics/tx_bytes)"
}

more_sent()
{
	[[ $(sent_bytes) -gt $1 ]]
}

busy_card()
{
	echo "xmit $1" > /sys/class/net/v0/testnic/fail
}

# A card that is busy is polled; when it has been so for too long, the frame waits.
# In-tree macvlan lets the wait circle in itself, and the processor with it.
t_busy_card_is_polled()
{
	local before

	is_intree && skip "in-tree macvlan hangs a processor here"
	topo testnic
	must start_netconsole
	busy_card 16
	say "while busy"
	wait_for "polled" polled
	busy_card 0
	before=$(sent_bytes)
	say "again"
	wait_for "sent" more_sent "$before"
	must timeout 20 rmmod netconsole
}

modprobe -qn netconsole || skip_all "no netconsole here"
need_cmd tcpdump
need_testnic
load_modules
modprobe -q netconsole || skip_all "netconsole cannot be loaded"
rmmod netconsole
run_tests t_message_arrives_on_the_wire t_link_goes t_lower_device_goes \
	t_busy_card_is_polled
