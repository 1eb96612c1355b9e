#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The MTU of a link: never above its lower device's. One that was never set by hand
# follows it down and up; one that was is a wish. In-tree macvlan's go down only,
# and with compat=1 so do ours.

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
	[[ $KIND == macvlan || $got == "EINVAL "?* ]] || fail "no reason given"
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
	check "b can grow" set_mtu b 1500
}

down_only()
{
	[[ $KIND == macvlan ]]
}

# Links as a lower device leaves them that went to 1300 and back: not set by
# hand, set at creation, set later.
down_and_up()
{
	topo_plain
	plain_link a "$MAC_A" bridge
	must link_add "$NS_HOST" b v0 bridge mtu 1400
	plain_link c "$MAC_C" bridge
	must set_mtu c 1450
	must set_mtu v0 1300
	MTU_LOW="$(mtu_of a) $(mtu_of b) $(mtu_of c)"
	must set_mtu v0 1500
	MTU_BACK="$(mtu_of a) $(mtu_of b) $(mtu_of c)"
}

in_tree_down_and_up()
{
	down_and_up
	echo "macvlan, lower device to 1300 and back: $MTU_LOW, then $MTU_BACK"
}

t_up_again_with_the_lower_device()
{
	in_tree in_tree_down_and_up
	down_and_up
	check_eq "lowered" "1300 1300 1300" "$MTU_LOW"
	if down_only; then
		check_eq "as they are" "1300 1300 1300" "$MTU_BACK"
		return
	fi
	check_eq "1500, or what was wished" "1500 1400 1450" "$MTU_BACK"
	must set_mtu v0 9000
	check_eq "and on" "9000 1400 1450" "$(mtu_of a) $(mtu_of b) $(mtu_of c)"
	must set_mtu v1 9000
	sent_gives "a=1 wire=0" wire "$MAC_A" - 88b5 9014 -- "${ports[@]}"
}

# A wish that does not fit is what it was when there is room again.
t_wish_below_the_lower_device()
{
	down_only && skip "macvlan has no wishes"
	topo_plain
	plain_link a "$MAC_A" bridge
	must set_mtu a 1400
	must set_mtu v0 1000
	check_eq "lowered" 1000 "$(mtu_of a)"
	must set_mtu a 900
	must set_mtu v0 1500
	check_eq "the last wish" 900 "$(mtu_of a)"
	must set_mtu a 1500
	must set_mtu v0 2000
	check_eq "1500 is a wish as any" 1500 "$(mtu_of a)"
}

# A link in another namespace follows, too.
t_follows_from_another_namespace()
{
	down_only && skip "macvlan does not follow upwards"
	topo_plain
	ns_add "$NS_A"
	plain_link a "$MAC_A" bridge
	must ip -n "$NS_HOST" link set dev a netns "$NS_A"
	must set_mtu v0 1200
	check_eq "down" 1200 "$(link_get "$NS_A" a .mtu)"
	must set_mtu v0 1600
	check_eq "up" 1600 "$(link_get "$NS_A" a .mtu)"
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
	t_lowered_with_the_lower_device t_up_again_with_the_lower_device \
	t_wish_below_the_lower_device t_follows_from_another_namespace t_jumbo_frames_pass
