# SPDX-License-Identifier: GPL-2.0
# From the windows of one kernel to figures per frame: an object by "workload peer", where what has several
# steps is "workload/step peer". Each figure is the median over the rounds; insn_min and insn_max the spread.

def median: sort | if length == 0 then null else .[(length - 1) / 2 | floor] end;
def quantile($q): sort | .[((length - 1) * $q) | round];
def name: .workload + (if .op then "/" + .op else "" end);

# Per frame, one window
def figures:
	.frames as $n
	| {ns: (.ns / $n), lost: .lost, frames: $n, fairness: .fairness}
	+ (if .insn then
		{insn: (.insn / $n), user: (.user / $n), locked: (.locked / $n), alloc: (.alloc / $n),
		 pages: (.pages / $n), wake: (.wake / $n), softirq: (.softirq / $n), switch: (.switch / $n),
		 tail: (.tail / $n), grace: .grace, hits: .hits, first: .first, last: .last,
		 stages: (.stages | map_values(. / $n))}
	   else {} end);

def over_rounds:
	. as $w
	| reduce ($w[0] | keys[] | select(. != "stages")) as $k ({};
		.[$k] = ([$w[][$k] | select(. != null)] | median))
	| if $w[0].insn then
		.insn_min = ([$w[].insn] | min) | .insn_max = ([$w[].insn] | max) | .stages = $w[-1].stages
	  else . end
	| .rounds = ($w | length);

def by_name:
	[.windows[] | select(.frames > 0)] | group_by(name + " " + .peer)
	| map({key: (.[0] | name + " " + .peer), value: (map(figures) | over_rounds)}) | from_entries;

# From netif_receive_skb to the used ring: the wire's far end taken off, up to where it ends by itself.
def add_net:
	. as $s
	| ($s["far-64 far"] // null) as $far
	| if $far == null or $far.insn == null then . else
		reduce ($s | keys[] | select(startswith("w2v-64 "))) as $k (.;
			($far.insn - $far.tail) as $off
			| .["w2v-64-net " + $k[7:]] = ($s[$k]
				| .insn -= $off | .insn_min -= $off | .insn_max -= $off
				| .locked -= $far.locked | .softirq -= $far.softirq | .alloc -= $far.alloc))
	  end;

# A broadcast's cost without what the machine does while nothing happens
def take_off_idle:
	. as $s
	| reduce ($s | keys[] | select(startswith("bc-fan-") and (contains("/idle") | not))) as $k (.;
		($s[$k | sub(" "; "/idle ")].insn // 0) as $idle
		| if .[$k].insn then
			.[$k].insn -= $idle / .[$k].frames
			| .[$k].insn_min -= $idle / .[$k].frames | .[$k].insn_max -= $idle / .[$k].frames
		  else . end);

def summary: by_name | add_net | take_off_idle;

# Wall-clock ratios of neighbours in time: the median and where 8 of 10 lie
def time_ratios($peer; $base):
	[.windows[] | select(.frames > 0 and (.peer == $peer or .peer == $base))]
	| group_by(name)
	| map(. as $all | ($all[0] | name) as $name
		| [group_by(.round)[]
		   | [($peer, $base) as $p | map(select(.peer == $p).ns / .frames) | median]
		   | select(all(. != null)) | .[0] / .[1]]
		| select(length > 0)
		| {workload: $name, n: length, median: median, p10: quantile(0.1), p90: quantile(0.9)});
