#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Root of a container puts the link that he was given into a bond. Bonding writes a
# port's address past everybody's checks (balance-tlb), and has it changed by a
# kernel thread, which has every right (fail_over_mac follow).
#
#	NS_HOST: v0 ------ v1, the wire		CONTAINER: a (link), d0, bond0

. "$(dirname "$0")/lib.sh"

SPOOFCHECK=33		# IFLA_MVTAP_*
FIRST=02:00:00:00:0e:01 SECOND=02:00:00:00:0e:02 D0=02:00:00:00:0e:03

# bond_of MODE...: bond0 with d0 as its active port, and a
bond_of()
{
	must inside ip -batch - <<-END
		link add d0 address $D0 type dummy
		link add bond0 type bond miimon 50 mode $*
		link set dev bond0 up
		link set dev d0 master bond0
		link set dev d0 up
	END
	wait_for "d0 is active" active_is d0
	must inside ip link set dev a down
	inside ip link set dev a master bond0 || return
	must inside ip link set dev a up
}

active_is()
{
	[[ $(inside ip -d link show dev bond0) == *"active_slave $1 "* ]]
}

# own_address: that of the link
own_address()
{
	inside ip -o link show dev a | sed 's/.*ether \([^ ]*\).*/\1/'
}

give()
{
	topo_plain
	must link_add "$NS_HOST" a v0 bridge address "$MAC_A"
	container_start
	must ip -n "$NS_HOST" link set dev a netns "$CONTAINER"
	must inside ip link set dev a up
}

# Whatever the bond wrote, the link gives back what it took; a frame to one of these
# addresses would find it after its end.
t_address_written_by_a_bond()
{
	local mac left

	give
	bond_of balance-tlb
	must inside ip -batch - <<-END
		link set dev bond0 address $FIRST
		link set dev bond0 address $SECOND
		link set dev bond0 address $FIRST
		link set dev d0 down
		link set dev bond0 address $SECOND
		link set dev a nomaster
		link set dev a down
		link del dev a
	END
	left=$(bridge -n "$NS_HOST" fdb show dev v0)
	for mac in "$MAC_A" $FIRST $SECOND $D0; do
		[[ $left != *"$mac "* ]] || fail "$mac is left in the filter"
	done
	printf 'send x wire %s\n' "$MAC_A" $FIRST $SECOND $D0 | frames "wire=$NS_HOST/v1" >/dev/null
	# It is free.
	must link_add "$NS_HOST" b v0 bridge address $SECOND
	check "an address is free" ip -n "$NS_HOST" link set dev b up
}

t_address_changed_by_a_kernel_thread()
{
	local dropped

	give
	check_eq "spoofcheck" OK "$(nsenter -t "$CONTAINER" -n "$SELFTESTS_BUILD/nlreq" \
		set a kind "$KIND" attr $SPOOFCHECK 01)"
	check_eq "by himself" EPERM "$(inside "$SELFTESTS_BUILD/nlreq" \
		set a addr ${D0//:/} | cut -d' ' -f1)"
	bond_of active-backup fail_over_mac follow
	must inside ip link set dev d0 down
	wait_for "a is active" active_is a
	check_eq "its address" "$MAC_A" "$(own_address)"
	dropped=$(inside ethtool -S a | sed -n 's/^ *tx_drop_spoof: //p')
	must inside ip addr add 10.9.8.1/24 dev bond0
	inside ping -c 3 -i 0.1 -W 0.1 10.9.8.2 >/dev/null 2>&1
	[[ $(own_address) == "$MAC_A" ]] || fail "changed"
	[[ $(inside ethtool -S a | sed -n 's/^ *tx_drop_spoof: //p') -gt $dropped ]] ||
		fail "frames from the bond's address are not dropped"
}

# With spoofcheck on a bond that wants the address of its ports gets no such port.
t_bond_that_wants_the_address()
{
	give
	check_eq "spoofcheck" OK "$(nsenter -t "$CONTAINER" -n "$SELFTESTS_BUILD/nlreq" \
		set a kind "$KIND" attr $SPOOFCHECK 01)"
	refused "a bond" bond_of balance-tlb
	check_eq "its address" "$MAC_A" "$(own_address)"
}

is_intree && skip_all "in-tree macvlan leaves the address in the filter"
need_cmd ethtool bridge ping
need_helper frames nlreq
load_modules bonding
[[ -d /sys/module/bonding ]] || skip_all "no bonding here"
run_tests t_address_written_by_a_bond t_address_changed_by_a_kernel_thread \
	t_bond_that_wants_the_address
