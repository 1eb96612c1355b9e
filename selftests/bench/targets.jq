# SPDX-License-Identifier: GPL-2.0
# What is to be reached, on Linux 7.3: value() is what was measured, null when it was not.
# "ours" and "tree" are mvtap and in-tree macvtap.

def ours($s; $w): $s[$w + " mvtap"];
def tree($s; $w): $s[$w + " macvtap"];
def over($a; $b): if $a == null or $b == null or $b == 0 then null else $a / $b end;
def ratio($s; $w; f): over(ours($s; $w) | f; tree($s; $w) | f);
def largest($s; $w): [$s | keys[] | select(startswith($w) and endswith(" mvtap"))
	| ltrimstr($w) | rtrimstr(" mvtap") | select(test("^[0-9]+$")) | tonumber] | max;
def grows($s; $w; $step; $peer):
	largest($s; "bc-fan-") as $n
	| over($s["\($w)-\($n)\($step) \($peer)"].insn; $s["\($w)-1\($step) \($peer)"].insn);


# A frame that is dropped on the way is cheap, and what is divided by the few that arrive looks dear: broadcasts
# compare only where neither side loses more than one copy in twenty.
def comparable($s; $w):
	[ours($s; $w), tree($s; $w)] | all(.[]; . != null and .lost * 20 <= .frames + .lost);
def fan_ratio($s; $n): if comparable($s; "bc-fan-\($n)") then ratio($s; "bc-fan-\($n)"; .insn) else null end;
def largest_fan($s): [64, 1024, 4096 | select(comparable($s; "bc-fan-\(.)"))] | max;

def targets($s):
	(largest($s; "bc-fan-") // 1024) as $fan
	| largest_fan($s) as $fair
	| (largest($s; "scale-uni-") // 2048) as $uni
	| [
	{id: "v2v-64", what: "instructions per frame, ratio", target: 0.70, stretch: 0.55, value: ratio($s; "v2v-64"; .insn)},
	{id: "v2v-b16", what: "instructions per frame, ratio", target: 0.70, stretch: 0.55, value: ratio($s; "v2v-b16"; .insn)},
	{id: "v2v-1514", what: "instructions per frame, ratio", target: 0.75, stretch: 0.60, value: ratio($s; "v2v-1514"; .insn)},
	{id: "v2v-tso", what: "instructions per frame, ratio", target: 0.95, stretch: 0.85, value: ratio($s; "v2v-tso"; .insn)},
	{id: "v2v-rr", what: "instructions one way, ratio", target: 0.90, stretch: 0.80, value: ratio($s; "v2v-rr"; .insn)},
	{id: "w2v-64-net", what: "netif_receive_skb to the used ring, ratio", target: 0.85, stretch: 0.70, value: ratio($s; "w2v-64-net"; .insn)},
	{id: "v2w-64", what: "instructions per frame, ratio", target: 0.85, stretch: 0.70, value: ratio($s; "v2w-64"; .insn)},
	{id: "locked", what: "locked instructions per frame of v2v-64", target: 7, stretch: 5, value: ours($s; "v2v-64").locked},
	{id: "softirq", what: "softirqs per frame of v2v-64", target: 0.1, stretch: null, value: ours($s; "v2v-64").softirq},
	{id: "mc-sparse", what: "2,048 links against 2, ratio", target: 1.1, stretch: 1.0,
	 value: over(ours($s; "mc-sparse-2048").insn; ours($s; "mc-sparse-2").insn)},
	{id: "bc-fan-lost", what: "frames lost at \($fan) links", target: 0, stretch: null, value: ours($s; "bc-fan-\($fan)").lost},
	{id: "bc-fan", what: "instructions per receiver at \($fair) links, ratio", target: 0.6, stretch: 0.4, value: fan_ratio($s; $fair)},
	{id: "bc-delay", what: "wire to first receiver, at worst, us", target: 50, stretch: null,
	 value: ([$s | to_entries[] | select(.key | startswith("bc-delay-") and endswith(" mvtap")) | .value.first / 1000 | select(. > 0)] | max)},
	{id: "scale-uni", what: "\($uni) links against 2, ratio", target: 1.02, stretch: null,
	 value: over(ours($s; "scale-uni-\($uni)").insn; ours($s; "scale-uni-2").insn)},
	{id: "ctl-create", what: "create: link \($fan) against the 1st, ratio", target: 1.2, stretch: null, value: grows($s; "ctl"; "/create"; "mvtap")},
	{id: "ctl-up", what: "up: link \($fan) against the 1st, ratio", target: 1.2, stretch: null, value: grows($s; "ctl"; "/up"; "mvtap")},
	{id: "ctl-mac", what: "change MAC: link \($fan) against the 1st, ratio", target: 1.2, stretch: null, value: grows($s; "ctl"; "/mac"; "mvtap")},
	{id: "ctl-delete", what: "delete: link \($fan) against the 1st, ratio", target: 1.2, stretch: null, value: grows($s; "ctl"; "/delete"; "mvtap")},
	{id: "delete-wall", what: "delete one of \($fan) links, time, ratio", target: 0.5, stretch: 0.2, value: ratio($s; "ctl-\($fan)/delete"; .ns)},
	{id: "mac-grace", what: "grace periods waited for at a change of MAC", target: 0, stretch: null, value: ours($s; "ctl-1/mac").grace}
	];

def verdict:
	if .value == null then "not measured"
	elif .stretch != null and .value <= .stretch then "stretch"
	elif .value <= .target then "met"
	else "missed" end;
