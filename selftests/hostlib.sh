# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# Links with host reach, for the tests of it. Sourced after lib.sh.

HOST_REACH=32		# IFLA_MVTAP_HOST_REACH

# host_set NS LINK on|off [KIND]: the kernel's answer, "OK" or "ERROR message"
host_set()
{
	local byte=01

	[[ $3 == on ]] || byte=00
	in_ns "$1" "$SELFTESTS_BUILD/nlreq" set "$2" kind "${4:-$KIND}" attr $HOST_REACH $byte
}

# host_reach NS LINK on|off [KIND]: set-up; the in-tree modules have no such thing
host_reach()
{
	local got

	is_intree && return
	got=$(host_set "$@")
	[[ $got == OK ]] || { echo "FAIL: set-up: host $3: $got"; exit 1; }
}

# host_station NAME NS MAC MODE on|off: station(), with host reach or without
host_station()
{
	station "$1" "$2" "$3" "$4"
	host_reach "$2" "$1" "$5"
}

# One link of each sort behind the switch: a bridge with host reach, b bridge,
# c vepa, d private with host reach
host_stations()
{
	topo_switch
	host_station a "$NS_A" "$MAC_A" bridge on
	host_station b "$NS_B" "$MAC_B" bridge off
	host_station c "$NS_C" "$MAC_C" vepa off
	host_station d "$NS_D" "$MAC_D" private on
}
