#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Counters: every frame once, on the right link, every drop with its reason.

. "$(dirname "$0")/lib.sh"

N=100		# frames
LEN=200		# bytes of each
STRANGER=02:00:00:00:0f:01

ports=("a=$NS_HOST/a" "b=$NS_HOST/b" "wire=$NS_HOST/v1")

topo_ab()
{
	topo_plain
	plain_link a "$MAC_A" "$1"
	plain_link b "$MAC_B" "$1"
}

# counters DEV: "rx packets bytes multicast dropped, tx packets bytes dropped"
counters()
{
	local text out key

	text=$(ip -n "$NS_HOST" -j -d -s link show dev "$1")
	for key in rx.packets rx.bytes rx.multicast rx.dropped \
		   tx.packets tx.bytes tx.dropped; do
		json_value "$text" stats64."$key"
		case $key in
		rx.packets) out="rx $VALUE" ;;
		tx.packets) out+=", tx $VALUE" ;;
		*) out+=" $VALUE" ;;
		esac
	done
	echo "$out"
}

# send N frames of LEN bytes: burst COPIES FROM DST [SRC]
burst()
{
	printf 'send x %s %s %s 88b5 %d %d\nsettle %d\n' "$2" "$3" "${4:--}" \
		"$LEN" "$N" "$1" | frames "${ports[@]}"
}

# The sum of all drop counters of `ethtool -S DEV`
drops()
{
	in_ns "$NS_HOST" ethtool -S "$1" 2>/dev/null |
		awk -F: '$1 ~ /^ *[rt]x_drop_/ { n += $2 } END { print n + 0 }'
}

t_start_at_zero()
{
	topo_plain
	must link_add "$NS_HOST" a v0 bridge
	check_eq "a" "rx 0 0 0 0, tx 0 0 0" "$(counters a)"
}

t_sent_to_the_wire()
{
	topo_ab vepa
	check_eq "copies" "x a=0 b=0 wire=$N" "$(burst "$N" a "$MAC_WIRE")"
	check_eq "a" "rx 0 0 0 0, tx $N $((N * LEN)) 0" "$(counters a)"
	check_eq "b" "rx 0 0 0 0, tx 0 0 0" "$(counters b)"
}

t_received_from_the_wire()
{
	topo_ab vepa
	check_eq "copies" "x a=$N b=0 wire=0" "$(burst "$N" wire "$MAC_A")"
	check_eq "a" "rx $N $((N * LEN)) 0 0, tx 0 0 0" "$(counters a)"
	check_eq "b" "rx 0 0 0 0, tx 0 0 0" "$(counters b)"
}

t_received_broadcast()
{
	topo_ab vepa
	check_eq "copies" "x a=$N b=$N wire=0" \
		"$(burst $((2 * N)) wire ff:ff:ff:ff:ff:ff)"
	check_eq "a" "rx $N $((N * LEN)) $N 0, tx 0 0 0" "$(counters a)"
	check_eq "b" "rx $N $((N * LEN)) $N 0, tx 0 0 0" "$(counters b)"
}

t_between_bridge_links()
{
	local lower

	topo_ab bridge
	lower=$(link_get "$NS_HOST" v0 .stats64.tx.packets)
	check_eq "copies" "x a=0 b=$N wire=0" "$(burst "$N" a "$MAC_B")"
	check_eq "a" "rx 0 0 0 0, tx $N $((N * LEN)) 0" "$(counters a)"
	check_eq "b" "rx $N $((N * LEN)) 0 0, tx 0 0 0" "$(counters b)"
	check_eq "nothing left the lower device" "$lower" \
		"$(link_get "$NS_HOST" v0 .stats64.tx.packets)"
}

t_not_for_us()
{
	topo_ab vepa
	burst 0 wire "$STRANGER" >/dev/null
	check_eq "a" "rx 0 0 0 0, tx 0 0 0" "$(counters a)"
	check_eq "drops" "0 0" "$(drops a) $(drops b)"
}

t_drop_counters_have_names()
{
	local names

	is_intree && skip "in-tree has none"
	topo_ab vepa
	names=$(in_ns "$NS_HOST" ethtool -S a | tr -d ' ' | cut -d: -f1 | sed 1d)
	grep -q '^tx_drop_' <<<"$names" || fail "no tx_drop_* in: $names"
	grep -q '^rx_drop_' <<<"$names" || fail "no rx_drop_* in: $names"
	check_eq "names that occur twice" "" "$(sort <<<"$names" | uniq -d)"
}

# What a hairpin switch sends back looks just like this.
t_reflected_private_is_counted()
{
	is_intree && skip "in-tree delivers it"
	topo_ab private
	check_eq "copies" "x a=0 b=0 wire=0" "$(burst 0 wire "$MAC_B" "$MAC_A")"
	check_eq "drops in all, on a and b" "$N" $(($(drops a) + $(drops b)))
	check_eq "b received none" 0 "$(link_get "$NS_HOST" b .stats64.rx.packets)"
	check_eq "dropped of a and b" "$N" \
		$(($(link_get "$NS_HOST" a .stats64.rx.dropped) +
		   $(link_get "$NS_HOST" b .stats64.rx.dropped)))
}

# The sender's own table cell: a private link does not even send it.
t_private_to_a_sibling_is_counted()
{
	is_intree && skip "in-tree sends it"
	topo_ab private
	check_eq "copies" "x a=0 b=0 wire=0" "$(burst 0 a "$MAC_B")"
	check_eq "a" "rx 0 0 0 0, tx 0 0 $N" "$(counters a)"
	check_eq "b" "rx 0 0 0 0, tx 0 0 0" "$(counters b)"
	check_eq "drops" "$N 0" "$(drops a) $(drops b)"
}

# Without a carrier frames end in the queueing layer: none was sent.
t_nothing_sent_without_carrier()
{
	topo_ab vepa
	must ip -n "$NS_HOST" link set v0 down
	burst 0 a "$MAC_WIRE" >/dev/null
	check_eq "packets of a" 0 "$(link_get "$NS_HOST" a .stats64.tx.packets)"
}

t_survive_down_and_up()
{
	topo_ab vepa
	burst "$N" a "$MAC_WIRE" >/dev/null
	must ip -n "$NS_HOST" link set dev a down
	must ip -n "$NS_HOST" link set dev a up
	check_eq "a" "rx 0 0 0 0, tx $N $((N * LEN)) 0" "$(counters a)"
}

t_driver_name()
{
	local name

	topo_ab vepa
	name=$(in_ns "$NS_HOST" ethtool -i a | sed -n 's/^driver: //p')
	case $name in
	mvtap|mvlan) is_intree && fail "driver is '$name'" ;;
	macvlan) is_intree || fail "driver is '$name'" ;;
	*) fail "driver is '$name'" ;;
	esac
	return 0
}

need_cmd ethtool
need_helper frames
load_modules
run_tests t_start_at_zero t_sent_to_the_wire t_received_from_the_wire \
	t_received_broadcast t_between_bridge_links t_not_for_us \
	t_drop_counters_have_names t_reflected_private_is_counted \
	t_private_to_a_sibling_is_counted t_nothing_sent_without_carrier t_survive_down_and_up t_driver_name
