#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The device node of a link: whose it is, that it is there under a name of its own
# whatever happens in other network namespaces, and that its number stays.

. "$(dirname "$0")/lib.sh"

OWNER=38 GROUP=39 PERM=40 NODE=41	# IFLA_MVTAP_*

nlreq()
{
	local ns=$1

	shift
	in_ns "$ns" "$SELFTESTS_BUILD/nlreq" "$@"
}

# tap_new NS NAME LOWER ARGUMENT...: a link with a character device, by nlreq
tap_new()
{
	local ns=$1 name=$2 lower=$3 got

	shift 3
	got=$(nlreq "$ns" new "$name" kind "$TAPKIND" \
		link "$(link_get "$ns" "$lower" .ifindex)" attr 1 u32:4 "$@")
	check_eq "make $name" OK "$got"
}

tap_set()
{
	local name=$1

	shift
	check_eq "set $name $*" OK "$(nlreq "$NS_HOST" set "$name" kind "$TAPKIND" "$@")"
}

# node_of NS NAME: what IFLA_MVTAP_NODE says, as a path
node_of()
{
	local path hex i

	while read -r path _ hex; do
		[[ $path == "18/2/$NODE" ]] || continue
		printf /dev/
		for ((i = 0; i < ${#hex} - 2; i += 2)); do
			# shellcheck disable=SC2059 # a character by its number
			printf "\\x${hex:i:2}"
		done
	done < <(in_ns "$1" "$SELFTESTS_BUILD/nlattrs" show "$2")
}

# number_of NS NAME: of the character device, "MAJOR:MINOR", by sysfs
number_of()
{
	in_ns "$1" sh -c "cat /sys/class/net/$2/$TAPKIND/*/dev"
}

# number_at PATH
number_at()
{
	local numbers

	read -ra numbers < <(stat -c '0x%t 0x%T' "$1" 2>/dev/null) || return
	echo "$((numbers[0])):$((numbers[1]))"
}

is_node()
{
	[[ $(number_at "$1") == "$2" ]]
}

# opens_link PATH NAME: the queue that PATH opens is that link's
opens_link()
{
	local got

	got=$("$SELFTESTS_BUILD/tapinfo" 9 9<>"$1") && [[ $got == "tap $2"* ]]
}

# rights PATH: "USER:GROUP MODE"
rights()
{
	stat -c '%u:%g %a' "$1"
}

# Two namespaces, in both a lower device.
topo_two()
{
	topo_plain
	ns_add "$NS_A"
	must ip -n "$NS_A" link add d0 type dummy
	must ip -n "$NS_A" link set d0 up
}

# ---------------------------------------------------------------- names

# Two links with the same index, in two namespaces.
twins()
{
	topo_two
	tap_new "$NS_HOST" one v0 index 777
	tap_new "$NS_A" two d0 index 777
}

twins_of_macvtap()
{
	local of=none

	twins
	! is_node /dev/tap777 "$(number_of "$NS_HOST" one)" || of="the first's"
	! is_node /dev/tap777 "$(number_of "$NS_A" two)" || of="the second's"
	echo "macvtap, two links of index 777: /dev/tap777 is $of, the other has none"
}

t_same_index_in_two_namespaces()
{
	local one two

	in_tree twins_of_macvtap
	is_intree && skip "in-tree macvtap gives the second no node"
	twins
	one=$(node_of "$NS_HOST" one)
	two=$(node_of "$NS_A" two)
	check_eq "first" /dev/tap777 "$one"
	check_eq "second" "/dev/mvtap/$(number_of "$NS_A" two | cut -d: -f2)" "$two"
	check "first is there" is_node "$one" "$(number_of "$NS_HOST" one)"
	check "second is there" is_node "$two" "$(number_of "$NS_A" two)"
	check "first opens" opens_link "$one" one
	check "second opens" opens_link "$two" two
	check_eq "rights" "0:0 600" "$(rights "$two")"
	must ip -n "$NS_HOST" link del dev one
	check "first is gone" not test -e "$one"
	two=$(node_of "$NS_A" two)
	check "second is still there" is_node "$two" "$(number_of "$NS_A" two)"
	must ip -n "$NS_A" link del dev two
	check "second is gone" not test -e "$two"
	check "nothing left" not test -e /dev/tap777
}

# Collisions that a move makes, and solves.
t_move_into_a_collision()
{
	local number

	is_intree && skip "in-tree macvtap: see the point before"
	topo_two
	tap_new "$NS_HOST" one v0 index 777
	tap_new "$NS_HOST" two v0 index 778
	number=$(number_of "$NS_HOST" two)
	tap_new "$NS_A" three d0 index 778
	check "three is there" is_node "$(node_of "$NS_A" three)" "$(number_of "$NS_A" three)"
	must ip -n "$NS_HOST" link set dev two netns "$NS_A"
	check_eq "number" "$number" "$(number_of "$NS_A" two)"
	check "moved" is_node "$(node_of "$NS_A" two)" "$number"
	check "three" is_node "$(node_of "$NS_A" three)" "$(number_of "$NS_A" three)"
	must ip -n "$NS_A" link set dev two netns "$NS_HOST"
	check "moved back" is_node "$(node_of "$NS_HOST" two)" "$number"
	check "three" is_node "$(node_of "$NS_A" three)" "$(number_of "$NS_A" three)"
	check "one" is_node /dev/tap777 "$(number_of "$NS_HOST" one)"
}

# What is named by number only keeps working: a container's device rule (W20).
moved()
{
	topo_two
	tap_new "$NS_HOST" first v0
	tap_new "$NS_HOST" t v0
	BEFORE=$(number_of "$NS_HOST" t)
	must ip -n "$NS_HOST" link del dev first
	must ip -n "$NS_HOST" link set dev t netns "$NS_A"
	AFTER=$(number_of "$NS_A" t)
}

moved_macvtap()
{
	moved
	echo "macvtap, moved to another namespace: number $BEFORE, then $AFTER"
}

t_number_stays()
{
	in_tree moved_macvtap
	is_intree && skip "in-tree macvtap takes another"
	moved
	check_eq "number" "$BEFORE" "$AFTER"
	check "node" is_node "$(node_of "$NS_A" t)" "$AFTER"
}

# ---------------------------------------------------------------- rights

t_rights_at_creation()
{
	is_intree && skip "in-tree macvtap's are root's"
	topo_plain
	tap_new "$NS_HOST" t v0 attr $OWNER u32:1001 attr $GROUP u32:1002 attr $PERM u32:0660
	check_eq "rights" "1001:1002 660" "$(rights "$(node_of "$NS_HOST" t)")"
	tap_new "$NS_HOST" u v0
	check_eq "default" "0:0 600" "$(rights "$(node_of "$NS_HOST" u)")"
}

t_rights_later()
{
	local node number

	is_intree && skip "in-tree macvtap's are root's"
	topo_plain
	tap_new "$NS_HOST" t v0
	node=$(node_of "$NS_HOST" t)
	number=$(number_of "$NS_HOST" t)
	exec 9<>"$node"
	tap_set t attr $OWNER u32:1001
	check_eq "owner" "1001:0 600" "$(rights "$node")"
	tap_set t attr $GROUP u32:1002 attr $PERM u32:0640
	check_eq "all" "1001:1002 640" "$(rights "$node")"
	check "number" is_node "$node" "$number"
	check_eq "open queues stay" "tap t vnet" "$("$SELFTESTS_BUILD/tapinfo" 9)"
	exec 9>&-
	tap_set t attr $PERM u32:0
	check_eq "none" "1001:1002 0" "$(rights "$node")"
	tap_set t attr $OWNER u32:0 attr $GROUP u32:0 attr $PERM u32:0600
	check_eq "as at first" "0:0 600" "$(rights "$node")"
}

t_rights_move_along()
{
	is_intree && skip "in-tree macvtap's are root's"
	topo_two
	tap_new "$NS_HOST" t v0 attr $OWNER u32:1001 attr $PERM u32:0660
	must ip -n "$NS_HOST" link set dev t netns "$NS_A"
	check_eq "there" "1001:0 660" "$(rights "$(node_of "$NS_A" t)")"
	must ip -n "$NS_A" link set dev t netns "$NS_HOST"
	check_eq "and back" "1001:0 660" "$(rights "$(node_of "$NS_HOST" t)")"
}

as_user()
{
	setpriv --reuid "$1" --regid "$1" --clear-groups -- "${@:2}"
}

# An unprivileged user opens what is his, and nothing else.
t_a_user_opens_his_own()
{
	local mine other

	is_intree && skip "in-tree macvtap's are root's"
	topo_plain
	tap_new "$NS_HOST" t v0 attr $OWNER u32:1001
	tap_new "$NS_HOST" u v0 attr $OWNER u32:1002
	mine=$(node_of "$NS_HOST" t)
	other=$(node_of "$NS_HOST" u)
	check "his own" as_user 1001 sh -c "exec 9<>$mine"
	refused "another's" as_user 1001 sh -c "exec 9<>$other"
	tap_set t attr $OWNER u32:1002
	refused "no longer his" as_user 1001 sh -c "exec 9<>$mine"
}

# Root of a container does not hand out the host's nodes.
t_not_from_a_container()
{
	local node got

	is_intree && skip "in-tree macvtap's are root's"
	topo_plain
	tap_new "$NS_HOST" t v0
	container_start
	node=$(number_of "$NS_HOST" t)
	must ip -n "$NS_HOST" link set dev t netns "$CONTAINER"
	for got in "$OWNER u32:0" "$GROUP u32:0" "$PERM u32:0666"; do
		# shellcheck disable=SC2086 # words
		got=$(inside "$SELFTESTS_BUILD/nlreq" set t kind "$TAPKIND" attr $got)
		check_eq "from inside" EPERM "${got%% *}"
	done
	node=$(find /dev/tap* /dev/mvtap/ -type c -exec stat -c '%n %Hr:%Lr' {} + 2>/dev/null |
		sed -n "s/ $node\$//p")
	check_eq "rights" "0:0 600" "$(rights "$node")"
}

need_helper nlreq nlattrs tapinfo
need_cmd setpriv
load_modules
run_tests t_same_index_in_two_namespaces t_move_into_a_collision t_number_stays \
	t_rights_at_creation t_rights_later t_rights_move_along t_a_user_opens_his_own \
	t_not_from_a_container
