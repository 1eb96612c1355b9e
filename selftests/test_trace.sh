#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The tracepoints mvtap_forward and mvtap_drop: one event for each frame.

. "$(dirname "$0")/lib.sh"

TRACE=/sys/kernel/tracing
N=5

ports=("a=$NS_HOST/a" "b=$NS_HOST/b" "wire=$NS_HOST/v1")

# traced FROM DST SRC: sends N frames and prints the trace
traced()
{
	: > "$TRACE"/trace
	echo 1 > "$TRACE"/tracing_on
	printf 'send x %s %s %s 88b5 60 %d\nsettle 0\n' "$1" "$2" "$3" "$N" |
		frames "${ports[@]}" >/dev/null
	grep -v '^#' "$TRACE"/trace
}

enable()
{
	echo 1 > "$TRACE"/events/mvtap/"$1"/enable
	defer eval "echo 0 > $TRACE/events/mvtap/$1/enable"
}

topo_ab()
{
	topo_plain
	plain_link a "$MAC_A" "$1"
	plain_link b "$MAC_B" "$1"
	enable mvtap_forward
	enable mvtap_drop
}

t_events_exist()
{
	check "forward" test -d "$TRACE"/events/mvtap/mvtap_forward
	check "drop" test -d "$TRACE"/events/mvtap/mvtap_drop
}

t_forwarded_from_the_wire()
{
	local got

	topo_ab vepa
	got=$(traced wire "$MAC_A" -)
	check_eq "forward events" "$N" "$(grep -c 'mvtap_forward: .*\ba\b' <<<"$got")"
	check_eq "drop events" 0 "$(grep -c 'mvtap_drop:' <<<"$got")"
}

t_forwarded_to_the_wire()
{
	local got

	topo_ab vepa
	got=$(traced a "$MAC_WIRE" -)
	check_eq "forward events" "$N" "$(grep -c 'mvtap_forward: .*\ba\b' <<<"$got")"
}

t_dropped()
{
	local got

	topo_ab private
	got=$(traced wire "$MAC_B" "$MAC_A")
	check_eq "drop events" "$N" "$(grep -c 'mvtap_drop:' <<<"$got")"
	check_eq "forward events" 0 "$(grep -c 'mvtap_forward:' <<<"$got")"
	[[ $RET -eq 0 ]] || echo "$got"
}

need_helper frames
load_modules
is_intree && skip_all "tracepoints of our own"
[[ -d $TRACE/events ]] || mount -t tracefs nodev $TRACE 2>/dev/null
[[ -d $TRACE/events ]] || skip_all "this kernel has no tracefs"
run_tests t_events_exist t_forwarded_from_the_wire t_forwarded_to_the_wire \
	t_dropped
