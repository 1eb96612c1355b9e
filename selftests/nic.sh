# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# For tests on the lab's own network card (nic/testnic.c), which tells what it
# was asked: "nic", in NS_HOST. Its kind "testnic_locked" is the same with the
# instance lock of newer kernels.

NEW=02:00:00:00:0a:99

# topo_nic [KIND]: nic, up, and with offload on
topo_nic()
{
	ns_add "$NS_HOST"
	must ip -n "$NS_HOST" link add nic address "$MAC_HOST" type "${1:-testnic}"
	must ip -n "$NS_HOST" link set nic up
	must in_ns "$NS_HOST" ethtool -K nic l2-fwd-offload on
}

# state WORD: the values that nic tells for it, a line each
state()
{
	in_ns "$NS_HOST" sed -n "s/^$1 //p" /sys/class/net/nic/testnic/state
}

state_is()
{
	[[ $(state "$1") == "$2" ]]
}

# nic_fails OPERATION ERRNO
nic_fails()
{
	must in_ns "$NS_HOST" sh -c 'echo "$@" > /sys/class/net/nic/testnic/fail' sh "$@"
}

# In the filter of unicast addresses?
in_filter()
{
	[[ $(bridge -n "$NS_HOST" fdb show dev nic) == *"$1 "*self* ]]
}

# by_station NAME MAC, by_filter MAC: how the card gets to know an address
by_station()
{
	state_is station "$1 $2" && ! in_filter "$2"
}

by_filter()
{
	state_is station "" && in_filter "$1"
}

set_link()
{
	must timeout 20 ip -n "$NS_HOST" link set dev "$@"
}
