#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# mvtap fdb: what a link receives beside its own address, beside what bridge(8)
# says about it.

. "$(dirname "$0")/lib.sh"
. "$HERE/toollib.sh"

G1=33:33:00:00:77:01 G2=01:00:5e:00:77:02 U1=02:00:00:00:77:03

# Without the groups that IPv6 joins by itself.
list()
{
	mvtap -j fdb "$1" | jq -r '.[0].fdb | map(select(.[12:14] == "77")) | sort | join(" ")'
}

bridge_list()
{
	bridge -j fdb show dev "$1" | jq -r '[.[] | select(.flags | index("self")) | .mac] |
		sort | join(" ")'
}

whole_list()
{
	mvtap -j fdb "$1" | jq -r '.[0].fdb | sort | join(" ")'
}

t_groups()
{
	topo
	add vm0 link v0
	add vm1 link v0
	check "add" mvtap fdb vm0 add $G1
	check "add" mvtap fdb vm0 add $G2
	check_eq "both" "$G2 $G1" "$(list vm0)"
	check_eq "as bridge has it" "$(bridge_list vm0)" "$(whole_list vm0)"
	check_eq "not the other link's" "" "$(list vm1)"
	gives 2 "mvtap: fdb vm0: File exists" fdb vm0 add $G1
	check "del" mvtap fdb vm0 del $G1
	check_eq "one" "$G2" "$(list vm0)"
	check_eq "text" 1 "$(mvtap fdb vm0 | grep -c "^    fdb .*$G2")"
	gives 2 "mvtap: fdb vm0: No such file or directory" fdb vm0 del $G1
}

t_what_the_link_joined()
{
	topo
	add l0 link v0 kind mvlan up
	must ip maddress add $G1 dev l0
	wait_for "it is there" eval '[[ $(list l0) == *$G1* ]]'
	check_eq "as bridge has it" "$(bridge_list l0)" "$(whole_list l0)"
}

t_unicast()
{
	local err

	topo
	add vm0 link v0 up
	err=$(mvtap fdb vm0 add $U1 2>&1)
	check_eq "status" 2 $?
	[[ $err == "mvtap: fdb vm0: "?*"(No space left on device)" ]] || fail "message: $err"
	check_eq "not there" "" "$(list vm0)"
	must mvtap set vm0 maxmacs 2 up
	check "within maxmacs it is taken" mvtap fdb vm0 add $U1
	check_eq "it is there" "$U1" "$(list vm0)"
	add vm1 link v0 maxmacs 2 up
	err=$(mvtap fdb vm1 add $U1 2>&1)
	check_eq "status" 2 $?
	[[ $err == "mvtap: fdb vm1: "*"Address already in use"* ]] || fail "message: $err"
	must mvtap del vm0
	must mvtap del vm1
	add p0 link v0 mode passthru
	check "passthru takes it" mvtap fdb p0 add $U1
	check_eq "it is there" "$U1" "$(list p0)"
	check "del" mvtap fdb p0 del $U1
}

t_refused()
{
	topo
	gives 2 "mvtap: fdb v0: is not a link of mvtap but of kind dummy" fdb v0
	gives 2 "mvtap: fdb vm9: No such device" fdb vm9 add $G1
	gives 1 'mvtap: fdb: "set" is not one of add, del' fdb vm9 set $G1
}

run_tests t_groups t_what_the_link_joined t_unicast t_refused
