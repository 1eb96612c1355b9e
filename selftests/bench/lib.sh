# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2034
# What run, report, budget and profile share: where results are, and how a boot makes them.

set -u -o pipefail

BENCHDIR=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
TOP=$(cd "$BENCHDIR/../.." && pwd -P)
BENCH=$TOP/build/selftests/bench
PROFILE=$TOP/build/selftests/bench-profile
RESULTS=$TOP/build/bench

ROUNDS=3		# instructions hardly differ
UML_ROUNDS=21
UML_PERCENT=50
# No bc-fan and bc-delay: they wait, which the clock counts, too. Nor mc-sparse: in-tree macvtap loses frames.
UML_WORKLOADS=v2v-64,v2v-1514,v2v-tso,v2v-b16,v2v-rr,w2v-64,v2w-64,rw-64,host-64,copy-64,copy-1514,copy-tso
UML_WORKLOADS+=,scale-uni-2,scale-uni-2048,ctl-1,ctl-1024

bench_note() { printf 'bench [%4d s]: %s\n' "$SECONDS" "$*" >&2; }

bench_build()
{
	make -s -C "$TOP/tools" O="$TOP/build/tools" >/dev/null &&
		make -s -C "$TOP/selftests" O="$TOP/build/selftests" programs-bench >/dev/null
}

# bench_begin KERNEL ADD: without ADD, forget what was counted before. Boots have names of their own, for
# windows are numbered anew in each.
bench_begin()
{
	STAMP=$(date +%s) COMMIT=$(bench_commit)
	mkdir -p "$RESULTS/$1" || return 1
	[ -n "$2" ] || rm -rf "$RESULTS/$1"/part-*
}

# Time is measured alone on a processor: with others in between, a system call of User-Mode Linux, which is
# two switches of the host, takes ten times as long now and then.
bench_alone()
{
	local alone=(chrt -f 1 taskset -c "$(($(nproc) - 1))")

	"${alone[@]}" true 2>/dev/null && { "${alone[@]}" "$@"; return; }
	bench_note "cannot have a processor alone: times will be uneven"
	"$@"
}

# bench_boot KERNEL PART OPTION…: all peers in one boot.
bench_boot()
{
	local kernel=$1 dir=$RESULTS/$1/part-$2-$STAMP alone=() how=()
	shift 2
	mkdir -p "$dir"
	# before it is measured, and at usual priority
	"$TOP/selftests/vm/build-module" --quiet "$kernel" || return 1
	if [ "$kernel" = uml ]; then
		alone=(bench_alone)
	else
		how=(--icount --plugin "$TOP/build/selftests/bench-plugin.so,out=$dir/counts")
	fi
	bench_note "$kernel: $*"
	MVTAP_LAB_BUILD=no MVTAP_LAB_KEEP=$dir "${alone[@]}" "$TOP/selftests/vm/run" -k "$kernel" -m "${BENCH_MIB:-3072}" -t "${BENCH_SECONDS:-3600}" \
		"${how[@]}" -- selftests/bench/guest "$@" || return 1
	! grep -s '^E' "$dir/counts" >&2
}

# bench_windows DIR: what the guest said of its windows, with what the plugin counted in each.
bench_windows()
{
	if [ -s "$1/counts" ]; then
		"$PROFILE" -s "$BENCHDIR/stages" "$1/kallsyms" "$1/counts" |
			jq -c -s --slurpfile lines "$1/lines.json" --arg part "${1##*/part-}" -f "$BENCHDIR/join.jq"
	else
		jq -c -s --arg part "${1##*/part-}" 'map(.part = $part)' "$1/lines.json"
	fi
}

bench_commit()
{
	git -C "$TOP" describe --always --abbrev=10 --dirty=+ 2>/dev/null || echo unknown
}

# bench_collect KERNEL ADD: one file of results; with ADD, earlier windows of other workloads stay.
bench_collect()
{
	local kernel=$1 dir=$RESULTS/$1 part parts
	local old=/dev/null

	parts=("$dir"/part-*-"$STAMP")
	[ -d "${parts[0]}" ] || { bench_note "$kernel: nothing was to be measured"; return 1; }
	for part in "${parts[@]}"; do
		bench_windows "$part" || return 1
	done >"$dir/windows.json"
	[ -z "$2" ] || [ ! -s "$dir/results.json" ] || old=$dir/results.json
	jq -n --slurpfile new "$dir/windows.json" --slurpfile old "$old" \
		--arg kernel "$kernel" --arg release "$(cat "$part/release")" \
		--arg commit "$COMMIT" --arg stamp "$STAMP" --arg date "$(date -u +%F)" \
		-f "$BENCHDIR/collect.jq" >"$dir/results.json.new" &&
		mv "$dir/results.json.new" "$dir/results.json"
}
