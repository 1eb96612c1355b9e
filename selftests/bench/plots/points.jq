# SPDX-License-Identifier: GPL-2.0
# Columns for plots/$plot.gp, from the results of one kernel.
include "summary";
include "targets";

def line: map(. // "NaN" | tostring) | join(" ");

def flows:
	summary as $s
	| ("v2v-64", "v2v-b16", "v2v-1514", "v2w-64", "w2v-64-net", "rw-64", "v2v-rr", "v2v-tso") as $w
	| select($s[$w + " macvtap"])
	| [$w] + [("mvtap", "bridge", "ipvtap") as $p | over($s["\($w) \($p)"].insn; $s[$w + " macvtap"].insn)]
	+ [targets($s)[] | select(.id == $w) | .target] | line;

def links:
	summary as $s
	| [$s | keys[] | capture("^(?<w>bc-fan|mc-sparse|bc-delay)-(?<n>[0-9]+) mvtap$") | .n |= tonumber] | sort_by(.n)[]
	| [.w, .n] + [.w as $w | .n as $n | ("mvtap", "macvtap") as $p | $s["\($w)-\($n) \($p)"] | if $w == "bc-delay" then .last else .insn end]
	| line;

def time:
	time_ratios("mvtap"; "macvtap")[] | [.workload, .median, .p10, .p90] | line;

if $plot == "flows" then flows elif $plot == "links" then links else time end
