#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Host reach comes and goes: with which modes, with which hook, with the lower
# device.

. "$(dirname "$0")/lib.sh"
. "$HERE/hostlib.sh"

TRACING=/sys/kernel/tracing

reach_of()
{
	json_value "$(in_ns "$NS_HOST" mvtap -j show "$1")" .host
	echo "$VALUE"
}

# says WHAT ANSWER ERROR WORDS: refused with this error, and with a reason
says()
{
	[[ $2 == "$3 "* && ${2,,} == *"$4"* ]] || fail "$1: want '$3 ... $4 ...', got '$2'"
}

nlreq_new()
{
	local lower

	lower=$(link_get "$NS_HOST" v0 .ifindex)
	in_ns "$NS_HOST" "$SELFTESTS_BUILD/nlreq" new "$1" kind "$KIND" link "$lower" "${@:2}"
}

# ---------------------------------------------------------------- modes

VEPA=02000000 PASSTHRU=08000000 SOURCE=10000000

t_refused_in_vepa_passthru_and_source()
{
	local mode

	topo_plain
	for mode in $VEPA $PASSTHRU $SOURCE; do
		says "new in mode $mode" "$(nlreq_new x attr 1 $mode attr $HOST_REACH 01)" \
			EINVAL "bridge"
		check "not made" not link_exists "$NS_HOST" x
	done
	for mode in vepa source passthru; do
		must link_add "$NS_HOST" a v0 $mode
		says "on in mode $mode" "$(host_set "$NS_HOST" a on)" EINVAL "bridge"
		check_eq "off in mode $mode" OK "$(host_set "$NS_HOST" a off)"
		must ip -n "$NS_HOST" link del dev a
	done
	says "2" "$(nlreq_new x attr 1 04000000 attr $HOST_REACH 02)" ERANGE ""
}

# The mode cannot take it away silently.
t_mode_change_is_refused_while_it_is_on()
{
	local mode got

	topo_plain
	plain_link a "$MAC_A" bridge
	host_reach "$NS_HOST" a on
	for mode in $VEPA $SOURCE; do
		got=$(in_ns "$NS_HOST" "$SELFTESTS_BUILD/nlreq" set a kind "$KIND" attr 1 $mode)
		says "to mode $mode" "$got" EINVAL "host"
		check_eq "mode" bridge "$(link_mode "$NS_HOST" a)"
	done
	check "to private" link_set_mode "$NS_HOST" a private
	check "and back" link_set_mode "$NS_HOST" a bridge
	got=$(in_ns "$NS_HOST" "$SELFTESTS_BUILD/nlreq" set a kind "$KIND" \
		attr 1 $VEPA attr $HOST_REACH 00)
	check_eq "off and vepa in one request" OK "$got"
	check_eq "mode" vepa "$(link_mode "$NS_HOST" a)"
}

t_the_tool_sets_and_shows_it()
{
	topo_plain
	must in_ns "$NS_HOST" mvtap add a link v0 kind "$KIND" mode private host on >/dev/null
	check_eq "on" true "$(reach_of a)"
	must in_ns "$NS_HOST" mvtap set a host off >/dev/null
	check_eq "off" false "$(reach_of a)"
	refused "vepa" in_ns "$NS_HOST" mvtap add b link v0 kind "$KIND" mode vepa host on
}

t_both_kinds()
{
	local fd

	topo_plain
	must link_add_kind "$NS_HOST" "$TAPKIND" t v0 bridge address "$MAC_A"
	check_eq "on" OK "$(host_set "$NS_HOST" t on "$TAPKIND")"
	exec {fd}<>"/dev/tap$(link_get "$NS_HOST" t .ifindex)"
	must ip -n "$NS_HOST" link set dev t up
	printf 'send x host %s\nsettle 0\n' "$MAC_A" |
		frames "host=$NS_HOST/v0" "+out=$NS_HOST/v1" >"$TMP"
	check_eq "nothing on the wire" "x host=0 out=0" "$(<"$TMP")"
	check_eq "the guest has it" "$MAC_HOST" "$(read_source "$fd")"
	exec {fd}<&-
}

# The source address of a frame read, behind ten bytes of struct virtio_net_hdr
read_source()
{
	timeout 5 dd bs=4096 count=1 <&"$1" 2>/dev/null | od -An -v -tx1 -j16 -N6 |
		sed 's/^ //; s/ /:/g'
}

# ---------------------------------------------------------------- the hook

# hooks: how often a hook came and went since hooks_start, "+2 -1"
hooks_start()
{
	[[ -w $TRACING/kprobe_events ]] || mount -t tracefs tracefs $TRACING 2>/dev/null
	[[ -w $TRACING/kprobe_events ]] || skip "no kprobes here"
	{
		echo "p:mvt_plus nf_register_net_hook"
		echo "p:mvt_minus nf_unregister_net_hook"
	} >$TRACING/kprobe_events || skip "no probe on netfilter here"
	defer eval "echo > $TRACING/kprobe_events"
	defer eval "echo 0 > $TRACING/events/kprobes/enable"
	echo 1 >$TRACING/events/kprobes/enable
}

hooks()
{
	awk '$1 == "mvt_plus" { plus = $2 } $1 == "mvt_minus" { minus = $2 }
	     END { print "+" plus + 0 " -" minus + 0 }' $TRACING/kprobe_profile
}

t_the_hook_is_there_while_a_link_wants_it()
{
	topo_plain
	plain_link a "$MAC_A" bridge
	plain_link b "$MAC_B" private
	hooks_start
	check_eq "before" "+0 -0" "$(hooks)"
	host_reach "$NS_HOST" a on
	check_eq "first link" "+1 -0" "$(hooks)"
	host_reach "$NS_HOST" b on
	host_reach "$NS_HOST" a on
	check_eq "second link" "+1 -0" "$(hooks)"
	host_reach "$NS_HOST" a off
	check_eq "one left" "+1 -0" "$(hooks)"
	must ip -n "$NS_HOST" link del dev b
	check_eq "none left" "+1 -1" "$(hooks)"
	host_reach "$NS_HOST" a on
	must ip -n "$NS_HOST" link del dev v0
	check_eq "with the lower device" "+2 -2" "$(hooks)"
}

# ---------------------------------------------------------------- the lower device

# topo_pair veth|dummy: v0, with a and b on it, and frames that never end
topo_pair()
{
	if [[ $1 == veth ]]; then
		topo_plain
	else
		ns_add "$NS_HOST"
		must ip -n "$NS_HOST" link add v0 address "$MAC_HOST" type dummy
		must ip -n "$NS_HOST" link set dev v0 up
	fi
	plain_link a "$MAC_A" bridge
	plain_link b "$MAC_B" private
	host_reach "$NS_HOST" a on
	host_reach "$NS_HOST" b on
	flood "$NS_HOST" v0 "$MAC_A"
	flood "$NS_HOST" v0 ff:ff:ff:ff:ff:ff
	flood "$NS_HOST" a "$MAC_HOST"
	flood "$NS_HOST" b ff:ff:ff:ff:ff:ff
}

# Their sockets would keep the namespace.
no_more_floods()
{
	# shellcheck disable=SC2046 # one word each
	kill -KILL $(jobs -p)
	wait
}

removal()
{
	topo_pair "$1"
	must timeout 20 ip -n "$NS_HOST" link set dev v0 down
	must timeout 20 ip -n "$NS_HOST" link set dev v0 up
	must timeout 20 ip -n "$NS_HOST" link del dev v0
	check "a is gone" not link_exists "$NS_HOST" a
	check "b is gone" not link_exists "$NS_HOST" b
}

t_removal_of_the_lower_device_veth()
{
	removal veth
}

t_removal_of_the_lower_device_dummy()
{
	removal dummy
}

# It is the new namespace's stack that is the host then.
moved()
{
	local ports=("a=$NS_HOST/a" "b=$NS_HOST/b" "host=$NS_C/v0")

	topo_pair "$1"
	ns_add "$NS_C"
	must timeout 20 ip -n "$NS_HOST" link set dev v0 netns "$NS_C"
	must ip -n "$NS_C" link set dev v0 up
	no_more_floods 2>/dev/null
	sent_gives "a=1 b=0 host=0" host "$MAC_A" -- "${ports[@]}"
	sent_gives "a=0 b=1 host=0" host "$MAC_B" -- "${ports[@]}"
	sent_gives "a=0 b=0 host=1" b "$MAC_HOST" -- "${ports[@]}"
	sent_gives "a=1 b=1 host=0" host ff:ff:ff:ff:ff:ff -- "${ports[@]}"
	host_reach "$NS_HOST" a off
	host_reach "$NS_HOST" b off
	must ip -n "$NS_C" link del dev v0
	check "a is gone" not link_exists "$NS_HOST" a
}

t_move_of_the_lower_device_veth()
{
	moved veth
}

t_move_of_the_lower_device_dummy()
{
	moved dummy
}

# A namespace that ends takes its devices with it; a veth is not moved out of it.
t_end_of_the_namespace()
{
	topo_plain
	ns_add "$NS_C"
	plain_link a "$MAC_A" bridge
	host_reach "$NS_HOST" a on
	must ip -n "$NS_HOST" link set dev a netns "$NS_C"
	must ip -n "$NS_C" link set dev a up
	flood "$NS_HOST" v0 "$MAC_A"
	flood "$NS_C" a "$MAC_HOST"
	sleep 0.2
	no_more_floods 2>/dev/null
	must ip netns del "$NS_HOST"
	wait_for "a is gone" not link_exists "$NS_C" a
	must ip netns add "$NS_HOST"	# for the undo
}

need_helper frames nlreq
load_modules
is_intree && skip_all "in-tree macvlan has no host reach"
TMP=$(mktemp)
defer rm -f "$TMP"
run_tests t_refused_in_vepa_passthru_and_source t_mode_change_is_refused_while_it_is_on \
	t_the_tool_sets_and_shows_it t_both_kinds t_the_hook_is_there_while_a_link_wants_it \
	t_removal_of_the_lower_device_veth t_removal_of_the_lower_device_dummy \
	t_move_of_the_lower_device_veth t_move_of_the_lower_device_dummy t_end_of_the_namespace
