#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A link with spoofcheck sends from its own addresses only, and who got it in a
# container can change neither that nor the addresses.
#
#	NS_HOST:  a, b, t (links) on v0 ------ v1, the wire

. "$(dirname "$0")/lib.sh"

HOST=32 SPOOFCHECK=33 MAXMACS=34 OWNER=38 GROUP=39 PERM=40	# IFLA_MVTAP_*
E1=02:00:00:00:0e:01 E2=02:00:00:00:0e:02 STRANGER=02:00:00:00:0f:01
MAC_T=02:00:00:00:0d:01

ports=("a=$NS_HOST/a" "b=$NS_HOST/b" "wire=$NS_HOST/v1")

nlreq()
{
	in_ns "$NS_HOST" "$SELFTESTS_BUILD/nlreq" "$@"
}

# option NAME KIND NUMBER VALUE...
option()
{
	local name=$1 kind=$2

	shift 2
	check_eq "$name $*" OK "$(nlreq set "$name" kind "$kind" attr "$@")"
}

topo_ab()
{
	topo_plain
	plain_link a "$MAC_A" bridge
	plain_link b "$MAC_B" bridge
}

spoofed()
{
	in_ns "$NS_HOST" ethtool -S "$1" 2>/dev/null | sed -n 's/^ *tx_drop_spoof: //p'
}

spoof_of_macvlan()
{
	topo_ab
	echo "macvlan, frames with b's, a stranger's and the host's address from a:$(
		printf '%s\n' "send b a $MAC_WIRE $MAC_B" "send stranger a $MAC_WIRE $STRANGER" \
			"send host a $MAC_B $MAC_HOST" 'settle 3' |
			frames "${ports[@]}" | tr '\n' ',')"
}

t_off_by_default()
{
	in_tree spoof_of_macvlan
	topo_ab
	sent_gives "a=0 b=0 wire=1" a "$MAC_WIRE" $STRANGER -- "${ports[@]}"
	is_intree || check_eq "lost" 0 "$(spoofed a)"
}

t_foreign_source()
{
	local dropped

	is_intree && skip "in-tree macvlan sends what it is given"
	topo_ab
	option a "$KIND" $SPOOFCHECK 01
	dropped=$(link_get "$NS_HOST" a .stats64.tx.dropped)
	sent_gives "a=0 b=0 wire=0" a "$MAC_WIRE" $STRANGER -- "${ports[@]}"
	sent_gives "a=0 b=0 wire=0" a "$MAC_WIRE" "$MAC_B" -- "${ports[@]}"
	sent_gives "a=0 b=0 wire=0" a "$MAC_B" "$MAC_HOST" -- "${ports[@]}"
	sent_gives "a=0 b=0 wire=0" a ff:ff:ff:ff:ff:ff $STRANGER -- "${ports[@]}"
	sent_gives "a=0 b=0 wire=0" a "$MAC_WIRE" 01:00:5e:00:00:01 -- "${ports[@]}"
	sent_gives "a=0 b=0 wire=0" a "$MAC_WIRE" 00:00:00:00:00:00 -- "${ports[@]}"
	check_eq "lost" 6 "$(spoofed a)"
	check_eq "tx dropped" 6 $(($(link_get "$NS_HOST" a .stats64.tx.dropped) - dropped))
	sent_gives "a=0 b=0 wire=1" a "$MAC_WIRE" -- "${ports[@]}"
	sent_gives "a=0 b=1 wire=0" a "$MAC_B" -- "${ports[@]}"
	sent_gives "a=0 b=0 wire=1" b "$MAC_WIRE" $STRANGER -- "${ports[@]}"
	check_eq "lost" "6 0" "$(spoofed a) $(spoofed b)"
	option a "$KIND" $SPOOFCHECK 00
	sent_gives "a=0 b=0 wire=1" a "$MAC_WIRE" $STRANGER -- "${ports[@]}"
}

t_at_creation_in_each_mode()
{
	local mode got

	is_intree && skip "in-tree macvlan sends what it is given"
	topo_plain
	for mode in 1 2 4 8 16; do
		got=$(nlreq new a kind "$KIND" link "$(link_get "$NS_HOST" v0 .ifindex)" \
			attr 1 u32:$mode attr $SPOOFCHECK 01 up 1)
		check_eq "mode $mode" OK "$got"
		sent_gives "a=0 wire=0" a "$MAC_WIRE" $STRANGER -- "a=$NS_HOST/a" "wire=$NS_HOST/v1"
		sent_gives "a=0 wire=1" a "$MAC_WIRE" -- "a=$NS_HOST/a" "wire=$NS_HOST/v1"
		check_eq "lost" 1 "$(spoofed a)"
		must ip -n "$NS_HOST" link del dev a
	done
}

t_own_further_addresses()
{
	is_intree && skip "in-tree macvlan sends what it is given"
	topo_ab
	option a "$KIND" $SPOOFCHECK 01 attr $MAXMACS u32:2
	sent_gives "a=0 b=0 wire=0" a "$MAC_WIRE" $E1 -- "${ports[@]}"
	check_eq "add" OK "$(nlreq fdb-add a ${E1//:/})"
	sent_gives "a=0 b=0 wire=1" a "$MAC_WIRE" $E1 -- "${ports[@]}"
	check_eq "del" OK "$(nlreq fdb-del a ${E1//:/})"
	sent_gives "a=0 b=0 wire=0" a "$MAC_WIRE" $E1 -- "${ports[@]}"
	# The link's own address, changed by who may.
	must ip -n "$NS_HOST" link set dev a address $E1
	sent_gives "a=0 b=0 wire=1" a "$MAC_WIRE" $E1 -- "${ports[@]}"
	sent_gives "a=0 b=0 wire=0" a "$MAC_WIRE" "$MAC_A" -- "${ports[@]}"
	check_eq "lost" 3 "$(spoofed a)"
}

# tap_write DST SRC: one frame, written to the queue at descriptor 9, behind a
# header of ten zeroes. It is marked as those of frames.c.
tap_write()
{
	local hex="${1//:/}${2//:/}88b56d76747000000000" i out

	printf -v out '\\x00%.0s' {1..10}
	for ((i = 0; i < ${#hex}; i += 2)); do
		out+="\\x${hex:i:2}"
	done
	printf -v hex '\\x00%.0s' {1..40}
	# In one write.
	printf '%b' "$out$hex" | dd bs=4096 iflag=fullblock status=none >&9
}

t_written_to_a_queue()
{
	local got node

	is_intree && skip "in-tree macvtap sends what it is given"
	topo_plain
	must link_add_kind "$NS_HOST" "$TAPKIND" t v0 bridge address $MAC_T
	must ip -n "$NS_HOST" link set dev t up
	option t "$TAPKIND" $SPOOFCHECK 01
	node=/dev/tap$(link_get "$NS_HOST" t .ifindex)
	exec 9<>"$node"
	got=$({
		echo "send x wire $STRANGER"
		tap_write "$MAC_WIRE" $STRANGER
		tap_write "$MAC_WIRE" "$MAC_HOST"
		echo "settle 0"
	} | frames "wire=$NS_HOST/v1")
	check_eq "foreign" "x wire=0" "$got"
	check_eq "lost" 2 "$(spoofed t)"
	got=$({
		echo "send x wire $STRANGER"
		sleep 0.2
		tap_write "$MAC_WIRE" $MAC_T
		echo "settle 1"
	} | frames "wire=$NS_HOST/v1")
	check_eq "its own" "x wire=1" "$got"
	exec 9>&-
}

# ---------------------------------------------------------------- in a container

# in_container KIND [MAXMACS]: a link of that kind with spoofcheck and room for one
# more address, or not, given to CONTAINER
in_container()
{
	topo_plain
	plain_link b "$MAC_B" bridge
	must link_add_kind "$NS_HOST" "$1" a v0 bridge address "$MAC_A"
	option a "$1" $SPOOFCHECK 01 attr $MAXMACS "u32:${2:-2}"
	container_start
	must ip -n "$NS_HOST" link set dev a netns "$CONTAINER"
	must inside ip link set dev a up
}

from_inside()
{
	inside "$SELFTESTS_BUILD/nlreq" "$@" | cut -d' ' -f1
}

t_root_of_a_container_cannot()
{
	local what args before

	is_intree && skip "in-tree macvlan has nothing to lift"
	in_container "$KIND"
	before=$(inside "$SELFTESTS_BUILD/nlattrs" show a | grep -E '^(1 |18/2/)')
	while IFS='|' read -r what args; do
		# shellcheck disable=SC2086 # words
		check_eq "$what" EPERM "$(from_inside $args)"
	done <<-END
		lift it|set a kind $KIND attr $SPOOFCHECK 00
		more addresses|set a kind $KIND attr $MAXMACS u32:5
		fewer addresses|set a kind $KIND attr $MAXMACS u32:1
		host reach|set a kind $KIND attr $HOST 01
		address|set a addr ${E1//:/}
		a sibling's address|set a addr ${MAC_B//:/}
		fdb|fdb-add a ${E1//:/}
	END
	check_eq "nothing changed" "$before" \
		"$(inside "$SELFTESTS_BUILD/nlattrs" show a | grep -E '^(1 |18/2/)')"
	check_eq "what it has already" OK "$(from_inside set a mtu 1400)"
	check "down and up" inside sh -c 'ip link set dev a down && ip link set dev a up'
}

# Devices on top have the room that maxmacs leaves, and no more: with the default of
# one address there is none.
t_nor_by_a_device_on_top()
{
	is_intree && skip "in-tree macvlan has nothing to lift"
	in_container "$KIND" 1
	must inside ip link add link a name a.5 address $E1 type vlan id 5
	must inside ip link set dev a.5 up
	[[ $(bridge -n "$NS_HOST" fdb show dev v0) != *"$E1"* ]] || fail "taken"
	inside ip link set dev a.5 address $E2
	[[ $(bridge -n "$NS_HOST" fdb show dev v0) != *"$E2"* ]] || fail "taken"
	must inside ip addr add 10.9.8.1/24 dev a.5
	inside ping -c 3 -i 0.1 -W 0.1 10.9.8.2 >/dev/null 2>&1
	[[ $(inside ethtool -S a | sed -n 's/^ *tx_drop_spoof: //p') -ge 1 ]] ||
		fail "its frames are not dropped"
}

# The same when it is off: address and fdb are the container's own then.
t_without_it_the_address_is_its_own()
{
	is_intree && skip "in-tree macvlan: as here"
	in_container "$KIND"
	check_eq "off" OK "$(nsenter -t "$CONTAINER" -n "$SELFTESTS_BUILD/nlreq" \
		set a kind "$KIND" attr $SPOOFCHECK 00)"
	check_eq "address" OK "$(from_inside set a addr "${STRANGER//:/}")"
	check_eq "fdb" OK "$(from_inside fdb-add a ${E1//:/})"
	check_eq "not on again, either" EPERM \
		"$(from_inside set a kind "$KIND" attr $SPOOFCHECK 01)"
}

# What QEMU's user could: the ioctl on the queue.
t_nor_through_the_queue()
{
	local node

	is_intree && skip "in-tree macvtap has nothing to lift"
	in_container "$TAPKIND"
	# It cannot have chosen a name that a link of the host would have.
	check_eq "a name of the host" "" "$(find /dev/ -maxdepth 1 -name 'tap*')"
	node=$(find /dev/mvtap/ -type c | head -n 1)
	chmod 666 "$node"
	exec 9<>"$node"
	check_eq "SIOCSIFHWADDR" EPERM "$(inside "$SELFTESTS_BUILD/tapinfo" --address 9 $E1)"
	check_eq "address" "$MAC_A" "$(inside cat /sys/class/net/a/address 2>/dev/null ||
		inside ip -o link show dev a | sed 's/.*ether \([^ ]*\).*/\1/')"
	exec 9>&-
	for node in "$OWNER u32:0" "$GROUP u32:0" "$PERM u32:0666"; do
		# shellcheck disable=SC2086 # words
		check_eq "node" EPERM "$(from_inside set a kind "$TAPKIND" attr $node)"
	done
}

need_cmd ethtool bridge ping
need_helper frames nlreq nlattrs tapinfo
load_modules 8021q
run_tests t_off_by_default t_foreign_source t_at_creation_in_each_mode \
	t_own_further_addresses t_written_to_a_queue t_root_of_a_container_cannot \
	t_nor_by_a_device_on_top t_without_it_the_address_is_its_own t_nor_through_the_queue
