#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# mvtap monitor: events in order, rates that are right, a clean end, and the
# truth after events were lost.

. "$(dirname "$0")/lib.sh"
. "$HERE/toollib.sh"
need_helper frames

OUT=$(mktemp)
defer rm -f "$OUT"
MONITOR=

# watch ARGUMENTS...: a monitor with JSON into OUT, once it has begun
watch()
{
	: >"$OUT"
	mvtap -j monitor "$@" >"$OUT" &
	MONITOR=$!
	defer eval "kill -KILL $MONITOR 2>/dev/null"
	must busywait 10000 listening
}

# It listens before it looks.
listening()
{
	[[ -s $OUT ]] || grep -q '^socket:\|anon_inode:\[signalfd\]' \
		<(readlink "/proc/$MONITOR/fd/"* 2>/dev/null)
}

# events: as "event name [changed]"
events()
{
	jq -r 'select(.event != "counters") |
		"\(.event) \(.name)\(if .changed then " \(.changed | join(","))" else "" end)"' "$OUT"
}

happened()
{
	events | grep -qx "$1"
}

# ends SIGNAL: with it, quietly, with status 0
ends()
{
	kill "-$1" "$MONITOR"
	wait "$MONITOR"
	check_eq "status after SIG$1" 0 $?
	check "whole lines of JSON" jq -e . "$OUT"
}

t_events_in_order()
{
	topo
	ns_add "$NS_A"
	add vm0 link v0
	watch
	wait_for "what is there" happened "present vm0"
	must mvtap set vm0 mode private mtu 1400
	must mvtap add l1 link v0 kind mvlan >/dev/null
	must ip link set l1 name l2
	must ip link add d0 type dummy
	must ip link set l2 netns "$NS_A"
	must mvtap del vm0
	must ip link del d0
	wait_for "the end of it" happened "removed vm0"
	ends TERM
	check_eq "events" "present vm0 changed vm0 mode changed vm0 mtu added l1 changed l2 name removed l2 removed vm0 " \
		"$(events | sed 's/changed vm0 mode,mtu/changed vm0 mode\nchanged vm0 mtu/' | tr '\n' ' ')"
	check_eq "each with its time" true "$(jq -s 'map(.time) | . == sort and .[0] > 1e9' "$OUT")"
}

t_only_those_named()
{
	topo
	add vm0 link v0
	watch vm1 vm2
	add vm1 link v0
	must mvtap set vm0 mode vepa
	must mvtap del vm1
	wait_for "the end of it" happened "removed vm1"
	ends INT
	check_eq "events" "added vm1 removed vm1 " "$(events | tr '\n' ' ')"
}

# A look may fall between the first frame and the last.
all_seen()
{
	[[ $(jq -s 'map(select(.event == "counters")) | last | .stats.tx_packets' "$OUT") -ge $1 ]]
}

# The sum of rate times interval is what was sent, though an event tells of it first.
t_rates()
{
	topo
	add l0 link v0 kind mvlan up
	watch l0 interval 1
	wait_for "the first look" happened "present l0"
	printf 'send x l0 02:00:00:00:00:99 - 88b5 100 600\n' |
		"$SELFTESTS_BUILD/frames" "l0=$TOOL_NS/l0" >/dev/null
	must mvtap set l0 mtu 1400
	wait_for "all of them" all_seen 600
	ends TERM
	check_eq "frames" 600 "$(jq -s 'map(select(.event == "counters" and .rates) |
		.interval * .rates.tx_packets) | add | round' "$OUT")"
	check_eq "counter" 600 "$(jq -s 'map(select(.event == "counters")) | last | .stats.tx_packets' "$OUT")"
	check_eq "intervals" true "$(jq -s 'map(select(.event == "counters") | .interval) |
		all(.[]; . > 0.5 and . < 10)' "$OUT")"
}

# Stopped, it reads nothing, and the kernel has room for some events only.
t_lost_events()
{
	local i

	topo
	add vm0 link v0
	add vm1 link v0
	watch interval 3600
	wait_for "what is there" happened "present vm1"
	must kill -STOP "$MONITOR"
	must mvtap del vm0
	for ((i = 0; i < 600; i++)); do
		echo "link set dev vm1 mtu $((1000 + i % 2))"
	done | ip -batch - || fail "changes"
	must mvtap add vm2 link v0 mode vepa >/dev/null
	must mvtap set vm1 mode private mtu 1300
	must kill -CONT "$MONITOR"
	wait_for "it says that events are lost" happened "lost null"
	wait_for "what came" happened "added vm2"
	wait_for "what went" happened "removed vm0"
	ends TERM
	check_eq "the state at the end" "[\"private\",1300]" \
		"$(jq -sc 'map(select(.name == "vm1" and .mode)) | last | [.mode,.mtu]' "$OUT")"
}

t_reader_goes_away()
{
	topo
	add vm0 link v0
	check_eq "status, first line" "0 present" "$(
		set -o pipefail
		timeout 30 mvtap -j monitor interval 3600 | { read -r line; jq -r .event <<<"$line"; } |
			sed "s/^/0 /"
		[[ ${PIPESTATUS[0]} -eq 0 ]] || echo "status ${PIPESTATUS[0]}")"
}

t_text()
{
	local text

	topo
	add vm0 link v0 up
	text=$(timeout -s INT 4 mvtap monitor interval 1)
	[[ $text == *" present vm0: kind mvtap link v0 mode bridge up address "* ]] ||
		fail "event: $text"
	[[ $text == *$'\n'"name            state          mode "*$'\n'"vm0             up             bridge "* ]] ||
		fail "table: $text"
	[[ $text != *$'\033'* ]] || fail "a terminal's codes without a terminal"
}

# On a terminal the table is drawn over the former one.
t_terminal()
{
	local text

	command -v script >/dev/null || skip "no script(1)"
	topo
	add vm0 link v0
	text=$(timeout 30 script -qec "timeout -s INT 4 mvtap monitor" /dev/null </dev/null)
	[[ $text == *$'\033[2A\033[J'* ]] || fail "not drawn in its place: $text"
}

run_tests t_events_in_order t_only_those_named t_rates t_lost_events t_reader_goes_away \
	t_text t_terminal
