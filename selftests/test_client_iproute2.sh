#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Debian's ip and bridge, unchanged, on the personality: everything that they can
# ask of a macvlan or macvtap. (bclim came with iproute2 6.4: test_attr_table and
# the tool's tests send the same attribute.)

MVTAP_TEST_COMPAT=${MVTAP_TEST_COMPAT-1}
# shellcheck source=selftests/lib.sh disable=SC1091
source "$(dirname "$0")/lib.sh"
# shellcheck source=selftests/clients/lib.sh disable=SC1091
source "$HERE/clients/lib.sh"

topo()
{
	topo_plain
	ns_add "$NS_A"
	must ip -n "$NS_HOST" link add d0 type dummy	# for passthru
}

# add KIND NAME LOWER OPTION...
add()
{
	ip -n "$NS_HOST" link add link "$3" name "$2" type "$1" "${@:4}"
}

# set KIND NAME OPTION...
set_options()
{
	ip -n "$NS_HOST" link set dev "$2" type "$1" "${@:3}"
}

# data NAME KEY...: what ip prints about the kind, in one line. Not by jq, which
# takes long under emulation.
data()
{
	local text key line

	text=$(ip -n "$NS_HOST" -j -d link show dev "$1")
	text=${text#*\"linkinfo\":}
	json_value "$text" .info_kind
	line=$VALUE
	for key in "${@:2}"; do
		json_value "$text" ".info_data.$key"
		line+=" $VALUE"
	done
	echo "$line"
}

# for_both FUNCTION: for each kind, the links of one gone before the next
for_both()
{
	local kind

	topo
	for kind in macvlan macvtap; do
		"$1" $kind
		ip -n "$NS_HOST" link del l0
		ip -n "$NS_HOST" link del l1 2>/dev/null || true
	done
}

modes()
{
	local mode

	for mode in private vepa bridge source; do
		check "add $1 $mode" add "$1" l0 v0 mode $mode
		check_eq "$1 $mode" "$1 $mode" "$(data l0 mode)"
		check "delete" ip -n "$NS_HOST" link del dev l0
		refused "show what is deleted" ip -n "$NS_HOST" link show dev l0
	done
	check "add $1 passthru" add "$1" l0 d0 mode passthru nopromisc
	check_eq "$1 passthru" "$1 passthru" "$(data l0 mode)"
	[[ $(ip -n "$NS_HOST" -d link show dev l0) == *" nopromisc "* ]] || fail "no nopromisc"
	refused "a second one" add "$1" l1 d0 mode bridge
}

changes()
{
	local mode

	must add "$1" l0 v0
	check_eq "default of $1" "$1 vepa" "$(data l0 mode)"
	for mode in bridge private source vepa; do
		check "to $mode" set_options "$1" l0 mode $mode
		check_eq "now" "$1 $mode" "$(data l0 mode)"
	done
	refused "to passthru" set_options "$1" l0 mode passthru
	check_eq "still" "$1 vepa" "$(data l0 mode)"
	check "queue length" set_options "$1" l0 bcqueuelen 777
	must add "$1" l1 v0 bcqueuelen 888
	check_eq "asked for, used" "$1 777 888" "$(data l0 bcqueuelen usedbcqueuelen)"
}

# sources_are WHAT LIST: each followed by a blank
sources_are()
{
	local list

	list=$(ip -n "$NS_HOST" -j -d link show dev l0)
	json_value "$list" .macaddr_data
	list=${VALUE//[][\"]/}
	check_eq "$1" "$2" "$(tr , '\n' <<<"$list" | sort | tr '\n' ' ')"
}

source_list()
{
	local a=02:00:00:00:00:a1 b=02:00:00:00:00:b1 c=02:00:00:00:00:c1

	must add "$1" l0 v0 mode source
	sources_are "none" "null "
	check "add" set_options "$1" l0 macaddr add $b
	check "add" set_options "$1" l0 macaddr add $a
	sources_are "two" "$a $b "
	check "add again" set_options "$1" l0 macaddr add $a
	sources_are "still two" "$a $b "
	check "delete" set_options "$1" l0 macaddr del $a
	sources_are "one" "$b "
	check "set" set_options "$1" l0 macaddr set $c $a
	sources_are "others" "$a $c "
	check "flush" set_options "$1" l0 macaddr flush
	sources_are "none again" "null "
	must add "$1" l1 v0 mode bridge
	refused "a list in mode bridge" set_options "$1" l1 macaddr add $a
}

fdb()
{
	local group=01:00:5e:01:02:03

	must add "$1" l0 v0 mode bridge
	check "a group" bridge -n "$NS_HOST" fdb add $group dev l0 self
	[[ $(bridge -n "$NS_HOST" fdb show dev l0) == *"$group"* ]] || fail "$group is not shown"
	check "delete" bridge -n "$NS_HOST" fdb del $group dev l0 self
	[[ $(bridge -n "$NS_HOST" fdb show dev l0) != *"$group"* ]] || fail "$group is still shown"
	refused "a station, in mode bridge" bridge -n "$NS_HOST" fdb add $MAC_A dev l0 self
	must add "$1" l1 d0 mode passthru
	check "a station, in mode passthru" bridge -n "$NS_HOST" fdb add $MAC_A dev l1 self
	[[ $(bridge -n "$NS_HOST" fdb show dev l1) == *"$MAC_A"* ]] || fail "$MAC_A is not shown"
	check "delete" bridge -n "$NS_HOST" fdb del $MAC_A dev l1 self
}

generic()
{
	check "add, elsewhere" ip -n "$NS_HOST" link add link v0 name l0 netns "$NS_A" \
		address $MAC_A mtu 1400 txqueuelen 300 type "$1" mode bridge
	check_eq "elsewhere" "$MAC_A 1400 300" \
		"$(mac_of "$NS_A" l0) $(link_get "$NS_A" l0 .mtu) $(link_get "$NS_A" l0 .txqlen)"
	check "back" ip -n "$NS_A" link set dev l0 netns "$NS_HOST"
	check "alias" ip -n "$NS_HOST" link set dev l0 alias guest7
	check "name" ip -n "$NS_HOST" link set dev l0 name l7
	check "name" ip -n "$NS_HOST" link set dev l7 name l0
	check "protodown" ip -n "$NS_HOST" link set dev l0 protodown on
	check "protodown" ip -n "$NS_HOST" link set dev l0 protodown off
	check "up" ip -n "$NS_HOST" link set dev l0 up
	[[ $(ip -n "$NS_HOST" link show type "$1") == *" l0@v0: "* ]] || fail "not found by its kind"
	[[ $1 != macvtap ]] || refused "without queueing discipline" link_is "$NS_HOST" l0 .qdisc noqueue
}

t_every_mode() { for_both modes; }
t_changes() { for_both changes; }
t_source_list() { for_both source_list; }
t_fdb() { for_both fdb; }
t_what_every_link_has() { for_both generic; }

load_modules
run_tests t_our_module_does_the_work t_every_mode t_changes t_source_list t_fdb \
	t_what_every_link_has
