#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# mvtap source: the list of a link in mode source, as the tool changes and
# shows it, and as the module goes by it.

. "$(dirname "$0")/lib.sh"
. "$HERE/toollib.sh"
need_helper frames

S1=02:00:00:00:51:01 S2=02:00:00:00:51:02 S3=02:00:00:00:51:03

list()
{
	mvtap -j source "$1" | jq -r '.[0].source | sort | join(" ")'
}

# add_many N: that many addresses in MANY
add_many()
{
	local i

	MANY=()
	for ((i = 0; i < $1; i++)); do
		printf -v MANY[i] '02:00:00:01:%02x:%02x' $((i / 256)) $((i % 256))
	done
}

t_change_and_show()
{
	topo
	add s0 link v0 mode source
	check_eq "empty" "" "$(list s0)"
	check "add" mvtap source s0 add $S2 $S1
	check_eq "two" "$S1 $S2" "$(list s0)"
	check_eq "text" "    source $S2 $S1" "$(mvtap source s0 | tail -n 1)"
	check "add one that is there" mvtap source s0 add $S1 $S3
	check_eq "three" "$S1 $S2 $S3" "$(list s0)"
	check "del, also one that is not there" mvtap source s0 del $S2 02:00:00:00:51:99
	check_eq "two" "$S1 $S3" "$(list s0)"
	check "set" mvtap source s0 set $S2
	check_eq "one" "$S2" "$(list s0)"
	check_eq "show" 1 "$(value s0 .source_count)"
	check_eq "show -d" "[\"$S2\"]" "$(mvtap -jd show s0 | jq -c '.[0].source')"
	check "flush" mvtap source s0 flush
	check_eq "empty again" "" "$(list s0)"
}

t_as_many_as_there_can_be()
{
	local err

	topo
	add s0 link v0 mode source
	add_many 4096
	check "set" mvtap source s0 set "${MANY[@]}"
	check_eq "all of them" "${MANY[*]}" "$(list s0)"
	err=$(mvtap source s0 add $S1 2>&1)
	check_eq "status of one more" 2 $?
	[[ $err == "mvtap: source s0: source: "*"4096"*" (Argument list too long)" ]] ||
		fail "message: $err"
	check_eq "as many as before" 4096 "$(value s0 .source_count)"
	gives 1 "mvtap: source: 4097 addresses are too many: at most 4096" \
		source s0 set "${MANY[@]}" $S1
}

# The list is afterwards what it was.
t_refused_as_a_whole()
{
	local before err words

	topo
	add s0 link v0 mode source
	must mvtap source s0 add $S1 $S2
	before=$(list s0)
	for words in "add $S2 $S3 01:00:5e:00:00:01" "set $S3 01:00:5e:00:00:01" \
		"set $S3 00:00:00:00:00:00"; do
		# shellcheck disable=SC2086
		err=$(mvtap source s0 $words 2>&1)
		check_eq "status of $words" 2 $?
		[[ $err == "mvtap: source s0: source: "* ]] || fail "message of $words: $err"
		check_eq "after $words" "$before" "$(list s0)"
	done
}

t_only_in_mode_source()
{
	local err

	topo
	add s0 link v0 mode vepa
	err=$(mvtap source s0 add $S1 2>&1)
	check_eq "status" 2 $?
	[[ $err == "mvtap: source s0: source: "*" (Invalid argument)" ]] || fail "message: $err"
	check "change the mode" mvtap set s0 mode source nodst on
	check "add" mvtap source s0 add $S1
	check_eq "nodst" true "$(value s0 .nodst)"
	check "leave the mode" mvtap set s0 mode bridge
	check_eq "nodst went with it" false "$(value s0 .nodst)"
	check "come back" mvtap set s0 mode source
	check_eq "and so did the list" "" "$(list s0)"
}

# gets WANT SOURCE: copies of a broadcast frame from there
gets()
{
	check_eq "from $2" "x s0=$1 wire=0" "$(
		printf 'send x wire ff:ff:ff:ff:ff:ff %s\nsettle %d\n' "$2" "$1" |
			"$SELFTESTS_BUILD/frames" "s0=$TOOL_NS/s0" "wire=$TOOL_NS/v1")"
}

t_what_the_module_does_with_it()
{
	must ip link add v0 type veth peer name v1
	defer ip link del v0
	must ip link set v0 up
	must ip link set v1 up
	add s0 link v0 kind mvlan mode source up
	gets 0 $S1
	must mvtap source s0 add $S1
	gets 1 $S1
	gets 0 $S2
	must mvtap source s0 set $S2
	gets 0 $S1
	gets 1 $S2
}

run_tests t_change_and_show t_as_many_as_there_can_be t_refused_as_a_whole \
	t_only_in_mode_source t_what_the_module_does_with_it
