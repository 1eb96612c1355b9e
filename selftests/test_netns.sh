#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Links and lower devices move between network namespaces, and namespaces go
# away, with frames running.

. "$(dirname "$0")/lib.sh"

received()
{
	link_get "$1" "$2" .stats64.rx.packets
}

# more_received NS DEV THAN
more_received()
{
	[[ $(received "$1" "$2") -gt $3 ]]
}

# The link must be getting the flood right now.
check_traffic()
{
	wait_for "traffic at $2 in ${1##*-}" more_received "$1" "$2" \
		"$(received "$1" "$2")"
}

move()
{
	must ip -n "$2" link set dev "$1" netns "$3"
	must ip -n "$3" link set dev "$1" up
}

t_link_moves_under_traffic()
{
	topo_plain
	ns_add "$NS_A" "$NS_B"
	plain_link a "$MAC_A" bridge
	flood "$NS_HOST" v1 "$MAC_A"
	flood "$NS_HOST" v1 ff:ff:ff:ff:ff:ff
	check_traffic "$NS_HOST" a
	move a "$NS_HOST" "$NS_A"
	check_traffic "$NS_A" a
	move a "$NS_A" "$NS_B"
	check_traffic "$NS_B" a
	move a "$NS_B" "$NS_HOST"
	check_traffic "$NS_HOST" a
	check_eq "address" "$MAC_A" "$(mac_of "$NS_HOST" a)"
	check_eq "mode" bridge "$(link_mode "$NS_HOST" a)"
}

t_siblings_in_different_namespaces()
{
	topo_plain
	ns_add "$NS_A" "$NS_B"
	plain_link a "$MAC_A" bridge
	plain_link b "$MAC_B" bridge
	move a "$NS_HOST" "$NS_A"
	move b "$NS_HOST" "$NS_B"
	sent_gives "a=0 b=1 wire=0" a "$MAC_B" -- \
		"a=$NS_A/a" "b=$NS_B/b" "wire=$NS_HOST/v1"
	sent_gives "a=1 b=0 wire=1" b ff:ff:ff:ff:ff:ff -- \
		"a=$NS_A/a" "b=$NS_B/b" "wire=$NS_HOST/v1"
}

# lower_filter_has ADDRESS [NAMESPACE]
lower_filter_has()
{
	[[ $(bridge -n "${2:-$NS_HOST}" fdb show dev v0) == *"$1 "*"self"* ]]
}

GROUP=01:00:5e:01:02:03

# The core empties the filters of a device that moves.
t_lower_takes_its_filters_along()
{
	topo_plain
	ns_add "$NS_A"
	plain_link a "$MAC_A" bridge
	must ip -n "$NS_HOST" maddr add "$GROUP" dev a
	wait_for "the group is in the filter" lower_filter_has "$GROUP"
	must ip -n "$NS_HOST" link set dev v0 netns "$NS_A"
	must ip -n "$NS_A" link set dev v0 up
	wait_for "the address is back" lower_filter_has "$MAC_A" "$NS_A"
	wait_for "the group is back" lower_filter_has "$GROUP" "$NS_A"
	must ip -n "$NS_HOST" link set dev a down
	wait_for "the address goes with the link" not lower_filter_has "$MAC_A" "$NS_A"
	wait_for "the group goes, too" not lower_filter_has "$GROUP" "$NS_A"
}

t_lower_moves_under_traffic()
{
	topo_plain
	ns_add "$NS_A"
	plain_link a "$MAC_A" bridge
	flood "$NS_HOST" v1 "$MAC_A"
	check_traffic "$NS_HOST" a
	must ip -n "$NS_HOST" link set dev v0 netns "$NS_A"
	check "a stays" link_exists "$NS_HOST" a
	must ip -n "$NS_A" link set dev v0 up
	check_traffic "$NS_HOST" a
	must ip -n "$NS_A" link set dev v0 netns "$NS_HOST"
	must ip -n "$NS_HOST" link set dev v0 up
	check_traffic "$NS_HOST" a
}


t_namespace_of_a_link_is_deleted()
{
	topo_plain
	must ip netns add "$NS_C"
	plain_link a "$MAC_A" bridge
	plain_link b "$MAC_B" bridge
	flood "$NS_HOST" v1 ff:ff:ff:ff:ff:ff
	move a "$NS_HOST" "$NS_C"
	check_traffic "$NS_C" a
	must ip netns del "$NS_C"
	wait_for "its address is gone" not lower_filter_has "$MAC_A"
	check_traffic "$NS_HOST" b
	check "the address is free" link_add "$NS_HOST" a2 v0 bridge address "$MAC_A"
	check "and usable" ip -n "$NS_HOST" link set dev a2 up
}

t_namespace_of_the_lower_is_deleted()
{
	ns_add "$NS_A" "$NS_HOST"
	must ip netns add "$NS_C"
	must ip -n "$NS_HOST" link add v0 type veth peer name v1
	must link_add "$NS_HOST" a v0 bridge address "$MAC_A"
	move a "$NS_HOST" "$NS_A"
	must ip -n "$NS_HOST" link set dev v1 up
	must ip -n "$NS_HOST" link set dev v0 netns "$NS_C"
	must ip -n "$NS_C" link set dev v0 up
	flood "$NS_HOST" v1 "$MAC_A"
	check_traffic "$NS_A" a
	must ip netns del "$NS_C"
	wait_for "a is gone" not link_exists "$NS_A" a
}

t_link_netnsid_names_the_lower()
{
	topo_plain
	ns_add "$NS_A"
	plain_link a "$MAC_A" bridge
	move a "$NS_HOST" "$NS_A"
	check_eq "ifindex" "$(link_get "$NS_HOST" v0 .ifindex)" \
		"$(link_get "$NS_A" a .link_index)"
	[[ $(link_get "$NS_A" a .link_netnsid) =~ ^[0-9]+$ ]] ||
		fail "link_netnsid is '$(link_get "$NS_A" a .link_netnsid)'"
	move a "$NS_A" "$NS_HOST"
	check_eq "at home" null "$(link_get "$NS_HOST" a .link_netnsid)"
	check_eq "lower" v0 "$(link_get "$NS_HOST" a .link)"
}

t_made_across_namespaces()
{
	local got

	topo_plain
	ns_add "$NS_A"
	must ip -n "$NS_A" netns set "$NS_HOST" 7
	got=$(in_ns "$NS_A" "$SELFTESTS_BUILD/nlreq" new a kind "$KIND" \
		link "$(link_get "$NS_HOST" v0 .ifindex)" netnsid 7 \
		addr "${MAC_A//:/}")
	check_eq "request" OK "$got"
	must ip -n "$NS_A" link set dev a up
	sent_gives "a=1 wire=0" wire "$MAC_A" -- "a=$NS_A/a" "wire=$NS_HOST/v1"
}

# tap_of NS DEV: "NAME MAJOR:MINOR" of its character device as sysfs shows it
tap_of()
{
	in_ns "$1" sh -c '
		cd /sys/class/net/$1/$2 && for t in tap*; do
			echo "$t $(cat $t/dev)"
		done' sh "$2" "$TAPKIND"
}

t_tap_node_follows()
{
	local node

	topo_plain
	ns_add "$NS_A"
	must link_add_kind "$NS_HOST" "$TAPKIND" t v0 bridge
	node=$(tap_of "$NS_HOST" t)
	check_eq "at home" "tap$(link_get "$NS_HOST" t .ifindex)" "${node% *}"
	check "node" test -c "/dev/${node% *}"
	move t "$NS_HOST" "$NS_A"
	node=$(tap_of "$NS_A" t)
	check_eq "moved" "tap$(link_get "$NS_A" t .ifindex)" "${node% *}"
	check "node" test -c "/dev/${node% *}"
	# shellcheck disable=SC2046,SC2183 # two words, two numbers
	check_eq "device number" "${node#* }" \
		"$(printf '%d:%d' $(stat -c '0x%t 0x%T' "/dev/${node% *}"))"
	must ip -n "$NS_A" link del dev t
	check "node is gone" not test -e "/dev/${node% *}"
}

# A container that was given /dev/tapN by its device number keeps it.
t_tap_number_is_stable()
{
	local before after

	topo_plain
	ns_add "$NS_A"
	must link_add_kind "$NS_HOST" "$TAPKIND" t1 v0 bridge
	must link_add_kind "$NS_HOST" "$TAPKIND" t2 v0 bridge
	before=$(tap_of "$NS_HOST" t2)
	must ip -n "$NS_HOST" link del dev t1
	move t2 "$NS_HOST" "$NS_A"
	after=$(tap_of "$NS_A" t2)
	check_eq "device number" "${before#* }" "${after#* }"
}

# What it was given a link for is its own; what reaches the host and others is not.
t_root_of_a_container()
{
	local row what args

	topo_plain
	must link_add "$NS_HOST" a v0 private
	container_start
	must ip -n "$NS_HOST" link set dev a netns "$CONTAINER"
	check "switch it on" inside ip link set dev a up
	check "change its address" inside ip link set dev a address "$MAC_A"
	check "change its mtu" inside ip link set dev a mtu 1400
	while IFS='|' read -r what args; do
		# shellcheck disable=SC2086 # words
		row=$(inside "$SELFTESTS_BUILD/nlreq" set a kind "$KIND" $args)
		check_eq "$what" EPERM "${row%% *}"
	done <<-END
		mode bridge|attr 1 u32:4
		mode source|attr 1 u32:16
		mode source, list|attr 1 u32:16 attr 3 u32:0 attr 4 020000000001
		mode source, nodst|attr 1 u32:16 attr 2 u16:2
		queue length|attr 7 u32:10
		cutoff|attr 9 u32:10
	END
	check_eq "the mode that it has" OK "$(inside "$SELFTESTS_BUILD/nlreq" set a kind "$KIND" attr 1 u32:1)"
}

need_helper frames nlreq
load_modules
run_tests t_link_moves_under_traffic t_siblings_in_different_namespaces \
	t_lower_moves_under_traffic t_lower_takes_its_filters_along \
	t_namespace_of_a_link_is_deleted \
	t_namespace_of_the_lower_is_deleted t_link_netnsid_names_the_lower \
	t_made_across_namespaces t_root_of_a_container t_tap_node_follows t_tap_number_is_stable
