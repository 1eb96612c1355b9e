#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# mvtap probe: a switch that reflects, one that does not, and one that learns.
# Nobody else may see a frame, and no filter of the device may be in the way.

. "$(dirname "$0")/lib.sh"

need_cmd jq mvtap
load_modules

probe()
{
	in_ns "$NS_HOST" mvtap -j probe "$@"
}

# answer NAME: reflects, sent
answer()
{
	probe "$@" | jq -c '.[0] | [.name, .reflects, .sent]'
}

# gives STATUS MESSAGE ARGUMENTS...
gives()
{
	local want=$1 message=$2 err

	shift 2
	err=$(in_ns "$NS_HOST" mvtap probe "$@" 2>&1 >/dev/null)
	check_eq "status of probe $*" "$want" $?
	check_eq "message of probe $*" "$message" "$err"
}

t_no_reflection()
{
	local got

	topo_switch
	got=$(probe v0 timeout 300) || fail "exit status $?"
	check_eq "answer" '["v0",false,3]' "$(jq -c '.[0] | [.name, .reflects, .sent]' <<<"$got")"
	check "it waited as long as told" jq -e '.[0].waited_ms >= 300' <<<"$got"
}

t_reflection()
{
	local got

	topo_switch
	hairpin on
	got=$(probe v0 timeout 30000) || fail "exit status $?"
	check_eq "answer" true "$(jq '.[0].reflects' <<<"$got")"
	check "it did not wait for the end" jq -e '.[0].waited_ms < 20000' <<<"$got"
	hairpin off
	check_eq "off again" '["v0",false,3]' "$(answer v0 timeout 300)"
}

# Whatever mode the links on it have, and also when one owns all that comes in.
t_through_links()
{
	local mode

	topo_switch
	hairpin on
	for mode in private vepa bridge passthru; do
		must link_add_kind "$NS_HOST" mvlan l0 v0 $mode
		must ip -n "$NS_HOST" link set l0 up
		check_eq "$mode, by the lower device" true "$(probe v0 | jq '.[0].reflects')"
		check_eq "$mode, by the link" '"v0" true' \
			"$(probe l0 | jq -r '.[0] | "\"\(.name)\" \(.reflects)"')"
		must ip -n "$NS_HOST" link del l0
	done
}

# A switch that has not learnt where the host is floods: that is no reflection.
# One that has sends the frame to nobody.
t_nobody_else_is_asked()
{
	local before

	topo_switch
	before=$(link_get "$NS_WIRE" w0 .stats64.rx.packets)
	check_eq "answer" '["v0",false,3]' "$(answer v0 timeout 300)"
	check_eq "frames at the other station" "$before" \
		"$(link_get "$NS_WIRE" w0 .stats64.rx.packets)"
	must bridge -n "$NS_SW" fdb del $MAC_HOST dev v1 master
	check_eq "flooded" '["v0",false,3]' "$(answer v0 timeout 300)"
	check_eq "frames at the other station" $((before + 3)) \
		"$(link_get "$NS_WIRE" w0 .stats64.rx.packets)"
}

# The address that the frames come from is not the host's, and can be chosen.
t_what_the_switch_learns()
{
	topo_switch
	must ip -n "$NS_SW" link set v1 type bridge_slave learning on
	must answer v0 timeout 300 >/dev/null
	check_eq "one address, locally administered" 1 \
		"$(bridge -n "$NS_SW" -j fdb show brport v1 |
		jq '[.[] | select(.flags == [] and .state == "" and .master == "br0") |
			.mac | select(.[1:2] | test("[26ae]"))] | length')"
	must answer v0 timeout 300 from 02:00:00:00:00:77 >/dev/null
	check_eq "the one that was asked for" 1 "$(bridge -n "$NS_SW" fdb show brport v1 |
		grep -c '^02:00:00:00:00:77 master br0')"
}

no_carrier()
{
	[[ $(in_ns "$NS_HOST" cat "/sys/class/net/$1/carrier") == 0 ]]
}

t_no_answer_possible()
{
	topo_switch
	must station a "$NS_A" "$MAC_A" vepa
	gives 2 "mvtap: probe nope: No such device" nope
	gives 2 "mvtap: probe lo: is not an Ethernet device" lo
	must ip -n "$NS_SW" link set v1 down
	must busywait 5000 no_carrier v0
	gives 2 "mvtap: probe v0: has no carrier: there is no switch to ask" v0
	must ip -n "$NS_HOST" link set v0 down
	gives 2 "mvtap: probe v0: is down" v0
	gives 1 'mvtap: probe: timeout: "0" is not a number from 3 to 60000' v0 timeout 0
	check_eq "lower device elsewhere" \
		"mvtap: probe a: its lower device is in another network namespace" \
		"$(in_ns "$NS_A" mvtap probe a 2>&1)"
}

run_tests t_no_reflection t_reflection t_through_links t_nobody_else_is_asked \
	t_what_the_switch_learns t_no_answer_possible
