#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Mode source: a link gets the frames from the wire whose source address is in
# its list, whatever their destination.
#
#	NS_HOST:  v0 (lower device, host) -- v1 (wire)
#	NS_A: a   NS_B: b, links on v0

. "$(dirname "$0")/lib.sh"

# Stations on the wire
S1=02:00:00:00:05:01 S2=02:00:00:00:05:02 S3=02:00:00:00:05:03
GROUP=01:00:5e:01:02:03
BROADCAST=ff:ff:ff:ff:ff:ff
MULTICAST=01:00:00:00:00:01
ADD=0 DEL=1 FLUSH=2 SET=3

declare -A NS_OF=([a]=$NS_A [b]=$NS_B)

topo()
{
	topo_plain
	ns_add "$NS_A" "$NS_B"
}

# move_up NAME: a link into its own namespace
move_up()
{
	must ip -n "$NS_HOST" link set dev "$1" netns "${NS_OF[$1]}"
	must ip -n "${NS_OF[$1]}" link set dev "$1" up
}

attrs()
{
	in_ns "${NS_OF[$2]}" "$SELFTESTS_BUILD/nlattrs" "$@"
}

# other_link NAME MAC MODE: a link of another mode
other_link()
{
	must link_add "$NS_HOST" "$1" v0 "$3" address "$2"
	move_up "$1"
}

# words MAC...: as nlattrs wants them in a nest
words()
{
	local m

	for m; do
		printf '4 %s ' "${m//:/}"
	done
}

# source_link NAME MAC [FLAGS] [SOURCE...]: up
source_link()
{
	local name=$1 mac=$2 flags=${3:-0}

	shift 2
	[[ $# -eq 0 ]] || shift
	check_eq "$name" OK "$(in_ns "$NS_HOST" "$SELFTESTS_BUILD/nlattrs" new \
		"$name" "$KIND" v0 "1 u32:16 2 u16:$flags 3 u32:$SET 5 [ $(words "$@") ] ^ 1 ${mac//:/}")"
	move_up "$name"
}

# op NAME OPERATION [SOURCE]
op()
{
	attrs set "$1" "$KIND" "3 u32:$2${3:+ 4 ${3//:/}}"
}

# set_list NAME SOURCE...
set_list()
{
	local name=$1

	shift
	attrs set "$name" "$KIND" "3 u32:$SET 5 [ $(words "$@") ]"
}

# The list as the kernel tells it, sorted: its COUNT, then the addresses
list()
{
	local path size bytes count sorted

	while read -r path size bytes; do
		case $path in
		18/2/6)	  count=$((16#${bytes:2:2}${bytes:0:2})) ;;
		18/2/5/4) sorted+=$bytes$'\n' ;;
		esac
	done < <(attrs show "$1")
	# shellcheck disable=SC2046 # a list of words
	echo "$count" $(sort <<<"${sorted:-}")
}

# list_of SOURCE...: what list() prints of these
list_of()
{
	# shellcheck disable=SC2046 # a list of words
	echo $# $(printf '%s\n' "${@//:/}" | sort)
}

check_list()
{
	local what=$1 name=$2

	shift 2
	check_eq "$what" "$(list_of "$@")" "$(list "$name")"
}

# from_wire SOURCE DESTINATION 'COPIES' [...]: a frame for each three words
from_wire()
{
	local i=0 total=0 frames='' want='' p what=()

	while (($# >= 3)); do
		frames+="send $i wire $2 $1"$'\n'
		want+="$i $3"$'\n'
		what+=("$i: ${1##*:} to ${2##*:}")
		for p in $3; do
			total=$((total + ${p#*=}))
		done
		i=$((i + 1))
		shift 3
	done
	check_eq "${what[*]}" "${want%$'\n'}" "$(frames "${ports[@]}" <<<"${frames}settle $total")"
}

ports=("+a=$NS_A/a" "host=$NS_HOST/v0" "wire=$NS_HOST/v1")
ports2=("+a=$NS_A/a" "+b=$NS_B/b" "host=$NS_HOST/v0" "wire=$NS_HOST/v1")

t_listed_sources_only()
{
	topo
	source_link a "$MAC_A" 0 "$S1" "$S2"
	from_wire "$S1" "$MAC_HOST" "a=1 host=1 wire=0" \
		"$S2" "$MAC_HOST" "a=1 host=1 wire=0" \
		"$S3" "$MAC_HOST" "a=0 host=1 wire=0" \
		"$S1" "$BROADCAST" "a=1 host=1 wire=0" \
		"$S3" "$BROADCAST" "a=0 host=1 wire=0"
}

# Its own address is nothing special, and a group need not be joined.
t_destination_does_not_matter()
{
	topo
	source_link a "$MAC_A" 0 "$S1"
	from_wire "$S1" "$MAC_A" "a=1 host=0 wire=0" \
		"$S3" "$MAC_A" "a=0 host=0 wire=0" \
		"$S1" 02:00:00:00:77:77 "a=1 host=0 wire=0" \
		"$S1" "$MULTICAST" "a=1 host=1 wire=0"
}

# The stack takes a frame for the link's own address as its own.
t_own_address_is_for_the_link()
{
	local ports=("a=$NS_A/a" "host=$NS_HOST/v0" "wire=$NS_HOST/v1")

	topo
	source_link a "$MAC_A" 0 "$S1"
	from_wire "$S1" "$MAC_A" "a=1 host=0 wire=0" \
		"$S1" 02:00:00:00:77:77 "a=0 host=0 wire=0" \
		"$S1" "$BROADCAST" "a=1 host=1 wire=0"
}

t_several_links()
{
	local ports=("${ports2[@]}")

	topo
	source_link a "$MAC_A" 0 "$S1" "$S2"
	source_link b "$MAC_B" 0 "$S2" "$S3"
	from_wire "$S1" "$MAC_HOST" "a=1 b=0 host=1 wire=0" \
		"$S2" "$MAC_HOST" "a=1 b=1 host=1 wire=0" \
		"$S3" "$MAC_HOST" "a=0 b=1 host=1 wire=0" \
		"$S2" "$BROADCAST" "a=1 b=1 host=1 wire=0" \
		02:00:00:00:05:04 "$BROADCAST" "a=0 b=0 host=1 wire=0"
}

t_nodst_consumes()
{
	local ports=("${ports2[@]}")

	topo
	source_link a "$MAC_A" 2 "$S1"
	source_link b "$MAC_B" 0 "$S1" "$S2"
	from_wire "$S1" "$MAC_HOST" "a=1 b=1 host=0 wire=0" \
		"$S1" "$BROADCAST" "a=1 b=1 host=0 wire=0" \
		"$S2" "$MAC_HOST" "a=0 b=1 host=1 wire=0" \
		"$S3" "$MAC_HOST" "a=0 b=0 host=1 wire=0"
}

t_nodst_live()
{
	local down=1

	! is_intree || down=0
	topo
	source_link a "$MAC_A" 0 "$S1"
	check_eq "set" OK "$(attrs set a "$KIND" "2 u16:2")"
	from_wire "$S1" "$MAC_HOST" "a=1 host=0 wire=0"
	check_list "the list is as it was" a "$S1"
	# Who is down takes nothing from others; in-tree it does.
	must ip -n "$NS_A" link set dev a down
	from_wire "$S1" "$MAC_HOST" "a=0 host=$down wire=0"
	must ip -n "$NS_A" link set dev a up
	check_eq "clear" OK "$(attrs set a "$KIND" "2 u16:0")"
	from_wire "$S1" "$MAC_HOST" "a=1 host=1 wire=0"
}

# Links of other modes beside it get what they would without it, unless NODST.
t_beside_other_modes()
{
	local ports=("${ports2[@]}")

	topo
	source_link a "$MAC_A" 0 "$S1"
	other_link b "$MAC_B" bridge
	from_wire "$S1" "$MAC_B" "a=1 b=1 host=0 wire=0" \
		"$S3" "$MAC_B" "a=0 b=1 host=0 wire=0" \
		"$S1" "$BROADCAST" "a=1 b=1 host=1 wire=0" \
		"$S3" "$BROADCAST" "a=0 b=1 host=1 wire=0"
	check_eq "nodst" OK "$(attrs set a "$KIND" "2 u16:2")"
	from_wire "$S1" "$MAC_B" "a=1 b=0 host=0 wire=0" \
		"$S1" "$BROADCAST" "a=1 b=0 host=0 wire=0"
}

# What a source link sends goes to the wire, and nowhere else.
t_sends_to_the_wire()
{
	local ports=("+a=$NS_A/a" "b=$NS_B/b" "host=$NS_HOST/v0" "+wire=$NS_HOST/v1")

	topo
	source_link a "$MAC_A" 0 "$S1"
	other_link b "$MAC_B" bridge
	sent_gives "a=0 b=0 host=0 wire=1" a "$MAC_WIRE" -- "${ports[@]}"
	sent_gives "a=0 b=0 host=0 wire=1" a "$BROADCAST" -- "${ports[@]}"
	sent_gives "a=0 b=0 host=0 wire=1" a "$MAC_B" -- "${ports[@]}"
}

# A private link's frame that the switch reflects is for no other link, also not
# for one that lists its address. In-tree macvlan gives it to that one.
t_reflected_private_frames_stay_private()
{
	local got=0

	topo
	other_link b "$MAC_B" private
	source_link a "$MAC_A" 0 "$MAC_B" "$S1"
	is_intree && got=1
	from_wire "$MAC_B" "$MAC_HOST" "a=$got host=1 wire=0" \
		"$MAC_B" "$BROADCAST" "a=$got host=0 wire=0" \
		"$S1" "$BROADCAST" "a=1 host=1 wire=0"
}

# A bridge link's reflected frame is like any other station's.
t_reflected_bridge_frames_are_heard()
{
	topo
	other_link b "$MAC_B" bridge
	source_link a "$MAC_A" 0 "$MAC_B"
	from_wire "$MAC_B" "$MAC_HOST" "a=1 host=1 wire=0" \
		"$MAC_B" "$BROADCAST" "a=1 host=1 wire=0"
}

t_list_survives_down_and_up()
{
	topo
	source_link a "$MAC_A" 0 "$S1" "$S2"
	must ip -n "$NS_A" link set dev a down
	check_list "while down" a "$S1" "$S2"
	from_wire "$S1" "$MAC_HOST" "a=0 host=1 wire=0"
	check_eq "changed while down" OK "$(op a $ADD $S3)"
	must ip -n "$NS_A" link set dev a up
	check_list "up again" a "$S1" "$S2" "$S3"
	from_wire "$S1" "$MAC_HOST" "a=1 host=1 wire=0" \
		"$S3" "$MAC_HOST" "a=1 host=1 wire=0"
	must ip -n "$NS_HOST" link set dev v0 down
	must ip -n "$NS_HOST" link set dev v0 up
	check_list "after the lower device" a "$S1" "$S2" "$S3"
	from_wire "$S2" "$MAC_HOST" "a=1 host=1 wire=0"
}

t_operations()
{
	topo
	source_link a "$MAC_A"
	check_list "empty" a
	check_eq "add" OK "$(op a $ADD $S1)"
	check_eq "add another" OK "$(op a $ADD $S2)"
	check_eq "add again" OK "$(op a $ADD $S1)"
	check_list "added" a "$S1" "$S2"
	from_wire "$S2" "$MAC_HOST" "a=1 host=1 wire=0"
	check_eq "del" OK "$(op a $DEL $S2)"
	check_eq "del again" OK "$(op a $DEL $S2)"
	check_list "deleted" a "$S1"
	from_wire "$S2" "$MAC_HOST" "a=0 host=1 wire=0" \
		"$S1" "$MAC_HOST" "a=1 host=1 wire=0"
	check_eq "set" OK "$(set_list a "$S2" "$S3")"
	check_list "set" a "$S2" "$S3"
	from_wire "$S1" "$MAC_HOST" "a=0 host=1 wire=0" \
		"$S3" "$MAC_HOST" "a=1 host=1 wire=0"
	check_eq "set one" OK "$(op a $SET $S1)"
	check_list "set one" a "$S1"
	check_eq "flush" OK "$(op a $FLUSH)"
	check_list "flushed" a
	from_wire "$S1" "$MAC_HOST" "a=0 host=1 wire=0"
}

# The same address in several lists: each link's own entry.
t_lists_are_independent()
{
	local ports=("${ports2[@]}")

	topo
	source_link a "$MAC_A" 0 "$S1"
	source_link b "$MAC_B" 0 "$S1" "$S2"
	check_eq "del" OK "$(op a $DEL $S1)"
	check_list "b's" b "$S1" "$S2"
	from_wire "$S1" "$MAC_HOST" "a=0 b=1 host=1 wire=0"
	check_eq "add" OK "$(op a $ADD $S1)"
	check_eq "flush" OK "$(op b $FLUSH)"
	check_list "a's" a "$S1"
	from_wire "$S1" "$MAC_HOST" "a=1 b=0 host=1 wire=0"
}

t_deleting_a_link_ends_its_list()
{
	topo
	source_link b "$MAC_B" 2 "$S1"
	source_link a "$MAC_A" 0 "$S1"
	must ip -n "$NS_B" link del dev b
	from_wire "$S1" "$MAC_HOST" "a=1 host=1 wire=0"
}

t_failed_set_leaves_the_list()
{
	local got

	is_intree && skip "in-tree macvlan flushes first, and has no limit"
	topo
	source_link a "$MAC_A" 0 "$S1" "$S2"
	got=$(attrs set a "$KIND" "3 u32:$SET 5 [ 4 4097*020000000000 ]")
	check_eq "too many" E2BIG "${got%% *}"
	check_list "after too many" a "$S1" "$S2"
	got=$(attrs set a "$KIND" "3 u32:$SET 5 [ 4 020000000001 4 010000000001 ]")
	check_eq "impossible address" EADDRNOTAVAIL "${got%% *}"
	check_list "after an impossible address" a "$S1" "$S2"
	from_wire "$S1" "$MAC_HOST" "a=1 host=1 wire=0" \
		02:00:00:00:00:01 "$MAC_HOST" "a=0 host=1 wire=0"
}

# As long as a list may be: the dump has all of it.
t_long_list()
{
	topo
	source_link a "$MAC_A"
	check_eq "set" OK "$(attrs set a "$KIND" "3 u32:$SET 5 [ 4 4096*020000000000 ]")"
	check_eq "all of them" 4096 "$(attrs show a | grep -c '^18/2/5/4 ')"
	check_eq "each once" 4096 "$(attrs show a | grep '^18/2/5/4 ' | sort -u | wc -l)"
	from_wire 02:00:00:00:0f:ff "$MAC_HOST" "a=1 host=1 wire=0" \
		02:00:00:00:10:00 "$MAC_HOST" "a=0 host=1 wire=0"
	check_eq "shorter" OK "$(set_list a "$S1")"
	check_list "shorter" a "$S1"
}

# No frame from an address that is in the old and in the new list is lost while
# one replaces the other again and again.
t_set_is_atomic()
{
	local i one="" other="" got pid

	is_intree && skip "in-tree macvlan flushes first, and loses frames"
	topo
	source_link a "$MAC_A" 0 "$S1"
	for ((i = 0; i < 64; i++)); do
		printf -v one '%s4 0200000006%02x ' "$one" "$i"
		printf -v other '%s4 0200000007%02x ' "$other" "$i"
	done
	attrs loop a "$KIND" "3 u32:$SET 5 [ $one $(words $S1) ]" \
		"3 u32:$SET 5 [ $(words $S1) $other ]" &
	pid=$!
	defer kill -KILL $pid
	wait_for "the list changes" not list_is_short
	got=$(printf 'send x wire %s %s 88b5 60 10000\nsettle 10000\n' "$MAC_A" "$S1" |
		frames "${ports[@]}")
	check_eq "frames" "x a=10000 host=0 wire=0" "$got"
	check "it still changes" kill -0 $pid
}

list_is_short()
{
	[[ $(list a) == "1 "* ]]
}

t_leaving_source_flushes()
{
	topo
	source_link a "$MAC_A" 2 "$S1"
	check_eq "to bridge" OK "$(attrs set a "$KIND" "1 u32:4")"
	check_list "flushed" a
	from_wire "$S1" "$MAC_HOST" "a=0 host=1 wire=0" \
		"$S1" "$MAC_A" "a=1 host=0 wire=0"
	check_eq "back" OK "$(attrs set a "$KIND" "1 u32:16")"
	check_list "still empty" a
	is_intree || check_eq "flags" 0000 "$(attrs show a | awk '$1 == "18/2/2" { print $3 }')"
	from_wire "$S1" "$MAC_A" "a=0 host=0 wire=0"
}

# One request: into the mode, and the list with it
t_enter_with_a_list()
{
	topo
	other_link a "$MAC_A" bridge
	check_eq "enter" OK \
		"$(attrs set a "$KIND" "1 u32:16 2 u16:2 3 u32:$SET 5 [ $(words $S1) ]")"
	check_list "list" a "$S1"
	from_wire "$S1" "$MAC_HOST" "a=1 host=0 wire=0" \
		"$S3" "$MAC_HOST" "a=0 host=1 wire=0"
}

need_helper frames nlattrs
load_modules
run_tests t_listed_sources_only t_destination_does_not_matter \
	t_own_address_is_for_the_link t_several_links t_nodst_consumes \
	t_nodst_live t_beside_other_modes t_sends_to_the_wire \
	t_reflected_private_frames_stay_private \
	t_reflected_bridge_frames_are_heard t_list_survives_down_and_up \
	t_operations t_lists_are_independent t_deleting_a_link_ends_its_list \
	t_failed_set_leaves_the_list t_long_list t_set_is_atomic \
	t_leaving_source_flushes t_enter_with_a_list
