#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# mvtap stats and show -d, beside what ethtool and ip say.

. "$(dirname "$0")/lib.sh"
. "$HERE/toollib.sh"
need_cmd ethtool
need_helper frames

topo_wire()
{
	must ip link add v0 type veth peer name v1
	defer ip link del v0
	must ip link set v0 up
	must ip link set v1 up
}

stats()
{
	mvtap -j stats "$1" | jq -c ".[0]$2"
}

# lose N: frames between two private links
lose()
{
	printf 'send x a %s - 88b5 100 %d\n' "$(value b .address)" "$1" |
		"$SELFTESTS_BUILD/frames" "a=$TOOL_NS/a" >/dev/null
}

t_losses_by_reason()
{
	topo_wire
	add a link v0 kind mvlan mode private up
	add b link v0 kind mvlan mode private up
	check_eq "text without a loss" 1 "$(mvtap stats a | grep -c 'no frame lost')"
	must lose 7
	check_eq "reason" 7 "$(stats a .drops.tx_drop_private)"
	check_eq "sum" 7 "$(stats a .stats.tx_dropped)"
	check_eq "text" "    tx_drop_private 7" "$(mvtap stats a | grep tx_drop_)"
	check_eq "names and values as ethtool has them" \
		"$(ethtool -S a | sed -n 's/^ *\([^:]*\): /\1 /p')" \
		"$(mvtap -j stats a | jq -r '.[0].drops | to_entries[] | "\(.key) \(.value)"')"
	check_eq "an mvlan link has no queues" null "$(stats a .queues)"
}

t_queues()
{
	local inside

	topo_wire
	add vm0 link v0
	must ip link set vm0 txqueuelen 123
	check_eq "none" '[]' "$(stats vm0 .queues)"
	inside=$(mvtap run vm0 --queues 2 --no-vhost -- sh -c '
		printf "send x wire %s - 88b5 100 5\n" %mac% |
			"$0" wire="$TOOL_NS/v1" >/dev/null
		mvtap -j stats vm0' "$SELFTESTS_BUILD/frames")
	check_eq "two, with room" '[[0,123],[1,123]]' \
		"$(jq -c '.[0].queues | map([.queue,.size])' <<<"$inside")"
	check_eq "what nobody read waits" 5 "$(jq '.[0].queues | map(.backlog) | add' <<<"$inside")"
	check_eq "text" 2 "$(mvtap run vm0 --queues 2 --no-vhost -- mvtap stats vm0 |
		grep -Ec '^    queue [01] size 123 backlog 0$')"
}

t_all_links()
{
	local i

	topo_wire
	for ((i = 0; i < 4; i++)); do
		add "vm$i" link v0
	done
	check_eq "each, with its queues" '[["vm0",1],["vm1",0],["vm2",1],["vm3",0]]' \
		"$(mvtap run vm0 --no-vhost -- mvtap run vm2 --no-vhost -- mvtap -j stats |
		jq -c 'map([.name,(.queues|length)]) | sort')"
}

t_details()
{
	local ours theirs

	topo_wire
	ns_add "$NS_A"
	add vm0 link v0 host off up
	add l0 link v0 kind mvlan
	ours=$(mvtap -jd show vm0 | jq '.[0]')
	theirs=$(ip -j -d link show vm0 | jq '.[0]')
	check_eq "as ip has it" "$(jq -c '[.qdisc,.txqlen,.num_tx_queues,.num_rx_queues,.min_mtu,.max_mtu,.gso_max_size,.gso_max_segs,.promiscuity]' <<<"$theirs")" \
		"$(jq -c '[.qdisc,.txqlen,.tx_queues,.rx_queues,.min_mtu,.max_mtu,.gso_max_size,.gso_max_segs,.promiscuity]' <<<"$ours")"
	check_eq "carrier" true "$(jq .has_carrier <<<"$ours")"
	check "a feature" jq -e '.features | index("tx-tcp-segmentation")' <<<"$ours"
	check_eq "features that ethtool says are off" "" "$(ethtool -k vm0 |
		sed -n 's/^\t*\([a-z0-9-]*\): off.*/\1/p' |
		grep -xF -f <(jq -r '.features[]' <<<"$ours"))"
	must ip link set l0 netns "$NS_A"
	check_eq "lower device elsewhere" true "$(ip netns exec "$NS_A" mvtap -jd show l0 |
		jq '.[0] | .link_netnsid >= 0 and .qdisc != null')"
	must ip link set v1 down
	wait_for "no carrier" eval '[[ $(mvtap -jd show vm0 | jq .[0].has_carrier) == false ]]'
}

run_tests t_losses_by_reason t_queues t_all_links t_details
