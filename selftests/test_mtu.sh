#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The MTU of a link: never above its lower device's, and lowered with it.

. "$(dirname "$0")/lib.sh"

mtu_of()
{
	link_get "$NS_HOST" "$1" .mtu
}

set_mtu()
{
	ip -n "$NS_HOST" link set dev "$1" mtu "$2"
}

ports=("a=$NS_HOST/a" "wire=$NS_HOST/v1")

t_inherited()
{
	topo_plain
	must set_mtu v0 1400
	plain_link a "$MAC_A" bridge
	check_eq "mtu" 1400 "$(mtu_of a)"
	check_eq "min" 68 "$(link_get "$NS_HOST" a .min_mtu)"
}

t_given_at_creation()
{
	topo_plain
	must link_add "$NS_HOST" a v0 bridge mtu 1300
	check_eq "mtu" 1300 "$(mtu_of a)"
	refused "above the lower's" link_add "$NS_HOST" b v0 bridge mtu 1501
	check_eq "b" 1 "$(link_exists "$NS_HOST" b; echo $?)"
}

t_bounds_of_a_living_link()
{
	local got

	topo_plain
	plain_link a "$MAC_A" bridge
	check "68" set_mtu a 68
	refused "67" set_mtu a 67
	check "the lower's" set_mtu a 1500
	got=$(in_ns "$NS_HOST" "$SELFTESTS_BUILD/nlreq" set a mtu 1501)
	[[ $got == "EINVAL "* ]] || fail "above the lower's: $got"
	is_intree || [[ $got == "EINVAL "?* ]] || fail "no reason given"
	check_eq "mtu" 1500 "$(mtu_of a)"
}

t_lowered_with_the_lower_device()
{
	topo_plain
	plain_link a "$MAC_A" bridge
	must link_add "$NS_HOST" b v0 bridge mtu 1200
	must set_mtu v0 1300
	check_eq "a follows" 1300 "$(mtu_of a)"
	check_eq "b fits as it is" 1200 "$(mtu_of b)"
	must set_mtu v0 1500
	check "a can grow again" set_mtu a 1500
}

t_jumbo_frames_pass()
{
	topo_plain
	must set_mtu v0 9000
	must set_mtu v1 9000
	plain_link a "$MAC_A" bridge
	sent_gives "a=1 wire=0" wire "$MAC_A" - 88b5 9014 -- "${ports[@]}"
	sent_gives "a=0 wire=1" a "$MAC_WIRE" - 88b5 9014 -- "${ports[@]}"
}

need_helper frames nlreq
load_modules
run_tests t_inherited t_given_at_creation t_bounds_of_a_living_link \
	t_lowered_with_the_lower_device t_jumbo_frames_pass
