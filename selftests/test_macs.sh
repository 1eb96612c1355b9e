#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Several unicast addresses of one link, for a bridge or containers in its guest:
# by the fdb, or from devices on top of it; bounded, and never by making the lower
# device promiscuous. The lower device is a VLAN device, which filters.
#
#	NS_HOST:  low (lower device) on v0 ------ v1, wire (VLAN device on v1)

. "$(dirname "$0")/lib.sh"

MAXMACS=34 MACS=35			# IFLA_MVTAP_*
E1=02:00:00:00:0e:01 E2=02:00:00:00:0e:02 E3=02:00:00:00:0e:03

ports=("a=$NS_HOST/a" "b=$NS_HOST/b" "wire=$NS_HOST/wire")

# topo_ab MODE: two links
topo_ab()
{
	topo_plain
	must ip -n "$NS_HOST" -batch - <<-END
		link add link v0 name low type vlan id 7
		link add link v1 name wire type vlan id 7
		link set low up
		link set wire up
	END
	plain_link a "$MAC_A" "$1" low
	plain_link b "$MAC_B" "$1" low
}

# gives WANT SEND-ARGUMENTS: as sent_gives, whether or not the stack would call the
# address a stranger's
gives()
{
	local want=$1 total

	total=${want//[^1]/}
	shift
	check_eq "frames $*" "x $want" "$(printf 'all a\nall b\nall wire\nsend x %s\nsettle %d\n' \
		"$*" "${#total}" | frames "${ports[@]}")"
}

nlreq()
{
	in_ns "$NS_HOST" "$SELFTESTS_BUILD/nlreq" "$@"
}

# may_have NAME N: unicast addresses
may_have()
{
	check_eq "$1 may have $2" OK "$(nlreq set "$1" kind "$KIND" attr $MAXMACS "u32:$2")"
}

fdb_add()
{
	nlreq fdb-add "$1" "${2//:/}"
}

fdb_del()
{
	nlreq fdb-del "$1" "${2//:/}"
}

# not_added ERROR NAME ADDRESS: refused with ERROR and a message
not_added()
{
	local got

	got=$(fdb_add "$2" "$3")
	[[ $got == "$1 "?* ]] || fail "fdb $2 add $3: want $1 and a message, got $got"
}

fdb_of()
{
	bridge -n "$NS_HOST" fdb show dev "$1"
}

fdb_has()
{
	[[ $(fdb_of "$1") == *"$2 "*self* ]]
}

# macs NAME: how many it has
macs()
{
	local path hex

	while read -r path _ hex; do
		[[ $path != "18/2/$MACS" ]] ||
			echo $((16#${hex:6:2}${hex:4:2}${hex:2:2}${hex:0:2}))
	done < <(in_ns "$NS_HOST" "$SELFTESTS_BUILD/nlattrs" show "$1")
}

refusals()
{
	in_ns "$NS_HOST" ethtool -S "$1" | sed -n 's/^ *mac_refused: //p'
}

# That it is the filter that lets frames in, and nothing else.
check_not_promiscuous()
{
	check_eq "promiscuity" 0 "$(link_get "$NS_HOST" low .promiscuity)"
}

# ---------------------------------------------------------------- by the fdb

fdb_of_macvlan()
{
	topo_ab bridge
	echo "macvlan, unicast address by the fdb: $(fdb_add a $E1)"
}

t_one_by_default()
{
	in_tree fdb_of_macvlan
	topo_ab bridge
	check_eq "its own" 1 "$(macs a)"
	not_added ENOSPC a $E1
	check_eq "counted" 1 "$(refusals a)"
	check "not told" not fdb_has a $E1
	check "not in the filter" not fdb_has low $E1
	check_eq "its own only" 1 "$(macs a)"
	gives "a=0 b=0 wire=0" wire $E1
}

t_up_to_the_bound()
{
	topo_ab bridge
	may_have a 3
	check_eq "first" OK "$(fdb_add a $E1)"
	check_eq "second" OK "$(fdb_add a $E2)"
	not_added ENOSPC a $E3
	check_eq "counted" 1 "$(refusals a)"
	check_eq "number" 3 "$(macs a)"
	check "told" fdb_has a $E1
	check "told" fdb_has a $E2
	wait_for "in the filter" fdb_has low $E1
	wait_for "in the filter" fdb_has low $E2
	gives "a=1 b=0 wire=0" wire $E1
	gives "a=1 b=0 wire=0" wire $E2
	gives "a=0 b=0 wire=0" wire $E3
	check_not_promiscuous
	check_eq "removed" OK "$(fdb_del a $E1)"
	check_eq "number" 2 "$(macs a)"
	wait_for "not in the filter" not fdb_has low $E1
	gives "a=0 b=0 wire=0" wire $E1
	not_added EADDRINUSE a $E2
	check_eq "there is room" OK "$(fdb_add a $E3)"
	gives "a=1 b=0 wire=0" wire $E3
}

# A sibling sends to it in memory, as to the link's own address.
t_siblings_reach_it()
{
	topo_ab bridge
	may_have a 2
	check_eq "add" OK "$(fdb_add a $E1)"
	gives "a=1 b=0 wire=0" b $E1
	check_eq "del" OK "$(fdb_del a $E1)"
	gives "a=0 b=0 wire=1" b $E1
}

t_private_stays_private()
{
	topo_ab private
	may_have a 2
	check_eq "add" OK "$(fdb_add a $E1)"
	gives "a=1 b=0 wire=0" wire $E1
	gives "a=0 b=0 wire=0" b $E1
	# Reflected, from and to the further address.
	gives "a=0 b=0 wire=0" wire $E1 $MAC_B
	gives "a=0 b=0 wire=0" wire $MAC_B $E1
}

t_taken()
{
	topo_ab bridge
	may_have a 3
	may_have b 3
	not_added EADDRINUSE a "$MAC_B"
	not_added EADDRINUSE a "$(mac_of "$NS_HOST" low)"
	check_eq "add" OK "$(fdb_add a $E1)"
	not_added EADDRINUSE b $E1
	check_eq "b's own address" EADDRINUSE "$(nlreq set b addr ${E1//:/} | cut -d' ' -f1)"
	refused "the lower device's" ip -n "$NS_HOST" link set dev low address $E1
	check_eq "b has one" 1 "$(macs b)"
	gives "a=1 b=0 wire=0" wire $E1
	gives "a=0 b=1 wire=0" wire "$MAC_B"
}

t_bound_below_what_there_is()
{
	topo_ab bridge
	may_have a 3
	check_eq "add" OK "$(fdb_add a $E1)"
	check_eq "add" OK "$(fdb_add a $E2)"
	check_eq "less" EBUSY "$(nlreq set a kind "$KIND" attr $MAXMACS u32:2 | cut -d' ' -f1)"
	check_eq "del" OK "$(fdb_del a $E1)"
	may_have a 2
	not_added ENOSPC a $E1
}

t_passthru_is_not_bound()
{
	local e

	topo_ab bridge
	must ip -n "$NS_HOST" link del dev a
	must ip -n "$NS_HOST" link del dev b
	must link_add "$NS_HOST" a low passthru
	must ip -n "$NS_HOST" link set dev a up
	for e in $E1 $E2 $E3; do
		check_eq "add $e" OK "$(fdb_add a $e)"
	done
}

# ---------------------------------------------------------------- devices on top

# on_top ADDRESS: a VLAN device with an address of its own, on a
on_top()
{
	must ip -n "$NS_HOST" link add link a name a.5 address "$1" type vlan id 5
	must ip -n "$NS_HOST" link set a.5 up
}

vlan_on_macvlan()
{
	topo_ab bridge
	on_top $E1
	busywait 1000 fdb_has low $E1
	echo "macvlan, VLAN device with another address on it: $(
		fdb_has low $E1 && echo "in the NIC's filter"), frame: $(printf \
		'all a\nsend x wire %s\nsettle 1\n' $E1 | frames "${ports[@]}")"
}

t_vlan_device_on_top()
{
	in_tree vlan_on_macvlan
	topo_ab bridge
	may_have a 2
	on_top $E1
	wait_for "in the filter" fdb_has low $E1
	check_eq "number" 2 "$(macs a)"
	gives "a=1 b=0 wire=0" wire $E1
	check_not_promiscuous
	must ip -n "$NS_HOST" link del a.5
	wait_for "gone" not fdb_has low $E1
	check_eq "number" 1 "$(macs a)"
}

refused_more_than()
{
	[[ $(refusals a) -gt $1 ]]
}

# The device on top cannot be told; it is counted.
t_vlan_device_beyond_the_bound()
{
	topo_ab bridge
	on_top $E1
	wait_for "counted" refused_more_than 0
	check "not in the filter" not fdb_has low $E1
	check_eq "number" 1 "$(macs a)"
	gives "a=0 b=0 wire=0" wire $E1
	may_have a 2
	must ip -n "$NS_HOST" link set a.5 down
	must ip -n "$NS_HOST" link set a.5 up
	wait_for "in the filter" fdb_has low $E1
}

t_vlan_device_with_a_siblings_address()
{
	topo_ab bridge
	may_have a 2
	on_top "$MAC_B"
	wait_for "counted" refused_more_than 0
	gives "a=0 b=1 wire=0" wire "$MAC_B"
}

# With VLAN filtering: without, a bridge asks for promiscuous mode, not for addresses.
t_bridge_on_top()
{
	topo_ab bridge
	may_have a 2
	must ip -n "$NS_HOST" link add name br address $E1 type bridge vlan_filtering 1
	must ip -n "$NS_HOST" link set dev a master br
	must ip -n "$NS_HOST" link set dev br up
	wait_for "in the filter" fdb_has low $E1
	sent_gives "br=1 wire=0" wire $E1 -- "br=$NS_HOST/br" "wire=$NS_HOST/wire"
}

# ---------------------------------------------------------------- life

t_down_and_up()
{
	topo_ab bridge
	may_have a 2
	check_eq "add" OK "$(fdb_add a $E1)"
	wait_for "in the filter" fdb_has low $E1
	must ip -n "$NS_HOST" link set dev a down
	wait_for "not while down" not fdb_has low $E1
	must ip -n "$NS_HOST" link set dev a up
	wait_for "up again" fdb_has low $E1
	check "told" fdb_has a $E1
	gives "a=1 b=0 wire=0" wire $E1
	must ip -n "$NS_HOST" link del dev a
	wait_for "goes with the link" not fdb_has low $E1
	may_have b 2
	check_eq "free for others" OK "$(fdb_add b $E1)"
}

t_lower_device_moves()
{
	local got

	topo_plain
	ns_add "$NS_B"
	plain_link a "$MAC_A" bridge
	may_have a 2
	check_eq "add" OK "$(fdb_add a $E1)"
	must ip -n "$NS_HOST" link set v0 netns "$NS_B"
	must ip -n "$NS_B" link set v0 up
	[[ $(bridge -n "$NS_B" fdb show dev v0) == *"$E1 self"* ]] || fail "not in the filter"
	got=$(printf 'all a\nsend x wire %s\nsettle 1\n' $E1 |
		frames "a=$NS_HOST/a" "wire=$NS_HOST/v1")
	check_eq "frames" "x a=1 wire=0" "$got"
}

need_cmd bridge ethtool
need_helper frames nlreq nlattrs
load_modules 8021q
is_intree && skip_all "in-tree macvlan has one address for each link"
run_tests t_one_by_default t_up_to_the_bound t_siblings_reach_it t_private_stays_private \
	t_taken t_bound_below_what_there_is t_passthru_is_not_bound t_vlan_device_on_top \
	t_vlan_device_beyond_the_bound t_vlan_device_with_a_siblings_address t_bridge_on_top \
	t_down_and_up t_lower_device_moves
