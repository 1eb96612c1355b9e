# SPDX-License-Identifier: GPL-2.0
# Markdown from results: $kernels is an object of results by kernel, $reasons one of reasons by target.
include "summary";
include "targets";

def PEERS: ["mvtap", "macvtap", "bridge", "ipvtap"];
def FLOWS: ["v2v-64", "v2v-b16", "v2v-1514", "v2v-tso", "v2v-rr", "w2v-64", "w2v-64-net", "v2w-64", "rw-64", "host-64"];

def row: "| " + join(" | ") + " |";
def head: row + "\n" + (map("---") | row);
# 12345.6 as 12,346; small ones with some digits
def digits($n): (. * pow(10; $n) | round) / pow(10; $n) | tostring;
def thousands: tostring | [while(length > 0; .[:-3])] | map(.[-3:]) | reverse | join(",");
def number:
	if . == null then "-" elif . >= 1000 then round | thousands
	elif . >= 100 then round | tostring elif . >= 10 then digits(1) else digits(2) end;
def fixed($n):
	if . == null then "-"
	else (digits($n)) | if test("\\.") then . else . + "." end | . + "000" | .[:(index(".") + 1 + $n)] end;
def per_cent: if . == null then "-" else (. * 100 | fixed(1)) + " %" end;
def spread: if . == null or .insn == null then "-" else (.insn_max - .insn_min) / .insn / 2 | per_cent end;

def bound: {"v2v-64": "copy-64", "v2v-b16": "copy-64", "v2v-rr": "copy-64", "w2v-64": "copy-64", "w2v-64-net": "copy-64",
	"v2w-64": "copy-64", "rw-64": "copy-64", "host-64": "copy-64", "v2v-1514": "copy-1514", "v2v-tso": "copy-tso"};

def flows_table($s; $targets):
	(["workload"] + PEERS + ["one copy", "mvtap / macvtap", "spread", "target"] | head),
	(FLOWS[] as $w
	| select($s[$w + " mvtap"] != null)
	| ([$targets[] | select(.id == $w)][0]) as $t
	| [$w] + [PEERS[] as $p | $s["\($w) \($p)"].insn | number]
	  + [($s[bound[$w] + " memcpy"].insn | number), (ratio($s; $w; .insn) | fixed(2)),
	     "±" + ($s[$w + " mvtap"] | spread),
	     (if $t then ($t.target | fixed(2)) + ", " + ($t | verdict) else "" end)] | row);

def COUNTS: ["locked", "alloc", "pages", "wake", "switch", "softirq"];
def counts_table($s):
	(["per frame", "peer", "locked", "allocations", "of pages", "wake-ups", "switches", "softirqs", "instructions of the drivers"] | head),
	(("v2v-64", "v2v-b16", "v2v-tso", "v2v-rr", "w2v-64-net", "v2w-64", "rw-64") as $w | PEERS[] as $p
	| $s["\($w) \($p)"] | select(. != null) | . as $f
	| [$w, $p] + [COUNTS[] as $c | $f[$c] | fixed(2)] + [$f.user | number] | row);

def sizes($s; $prefix): [$s | keys[] | select(startswith($prefix)) | ltrimstr($prefix) | split(" ")[0] | split("/")[0] | tonumber] | unique;

def links_table($s):
	(["workload", "links", "mvtap", "macvtap", "ratio", "spread", "unit", "lost by mvtap", "lost by macvtap"] | head),
	(("scale-uni", "mc-sparse", "bc-fan") as $w | sizes($s; $w + "-")[] as $n | "\($w)-\($n)" as $k
	| [$w, ($n | thousands), (ours($s; $k).insn | number), (tree($s; $k).insn | number),
	   (if $w == "bc-fan" and (comparable($s; $k) | not) then "none: losses" else ratio($s; $k; .insn) | fixed(2) end),
	   "±" + (ours($s; $k) | spread), (if $w == "bc-fan" then "instructions per receiver" else "instructions per frame" end),
	   "\(ours($s; $k).lost)", "\(tree($s; $k).lost)"] | row),
	(sizes($s; "bc-delay-")[] as $n | "bc-delay-\($n)" as $k | ("first", "last") as $which
	| [$k[:8] + ", " + $which, ($n | thousands), (ours($s; $k)[$which] / 1000 | number), (tree($s; $k)[$which] / 1000 | number),
	   (ratio($s; $k; .[$which]) | fixed(2)), "", "us", "\(ours($s; $k).lost)", "\(tree($s; $k).lost)"] | row);

def ctl_table($s):
	(["step", "beside links", "mvtap", "macvtap", "ratio", "spread", "mvtap us", "macvtap us", "ratio", "grace periods, mvtap", "macvtap"] | head),
	(("create", "up", "mac", "delete") as $op | sizes($s; "ctl-")[] as $n | "ctl-\($n)/\($op)" as $k
	| [$op, ($n | thousands), (ours($s; $k).insn | number), (tree($s; $k).insn | number), (ratio($s; $k; .insn) | fixed(2)),
	   "±" + (ours($s; $k) | spread),
	   (ours($s; $k).ns / 1000 | number), (tree($s; $k).ns / 1000 | number), (ratio($s; $k; .ns) | fixed(2)),
	   "\(ours($s; $k).grace)", "\(tree($s; $k).grace)"] | row);

def incast_table($s):
	(["incast, 8 senders", "frames that arrived", "lost", "Jain's index", "instructions per frame that arrived"] | head),
	(PEERS[] as $p | $s["incast \($p)"] | select(. != null)
	| [$p, (.frames | number), (.lost / (.lost + .frames) | per_cent), (.fairness | fixed(3)), (.insn | number)] | row);

def stages_table($s):
	($s["v2v-64 mvtap"].stages | keys_unsorted) as $stages
	| (["stage", "v2v-64 mvtap", "macvtap", "v2v-tso mvtap", "macvtap", "v2v-rr mvtap", "macvtap", "w2v-64 mvtap", "macvtap"] | head),
	($stages[] as $st
	| [$st] + [("v2v-64", "v2v-tso", "v2v-rr", "w2v-64") as $w | ("mvtap", "macvtap") as $p
		   | $s["\($w) \($p)"].stages[$st] // 0 | number] | row);

def targets_table($targets):
	(["target", "what", "reached", "target", "stretch", "verdict"] | head),
	($targets[] | [.id, .what, (.value | if . == null then "-" else fixed(3) end), "\(.target)", "\(.stretch // "")", verdict] | row);

def missed($targets; $reasons):
	$targets[] | select(verdict == "missed")
	| "* **\(.id)** (\(.value | fixed(3)) instead of \(.target)): " + ($reasons[.id] // "no reason written down yet.");

def time_table($r):
	# the ratio to another peer, as text
	def against($peer; $w): [$r | time_ratios("mvtap"; $peer)[] | select(.workload == $w) | .median][0] | fixed(2);
	($r | summary) as $s
	| (["workload", "mvtap ns", "macvtap ns", "mvtap / macvtap", "8 of 10 rounds", "mvtap / bridge", "mvtap / ipvtap", "rounds"] | head),
	([$r | time_ratios("mvtap"; "macvtap", "bridge")[]] | unique_by(.workload)[] | .workload as $w
	| ([$r | time_ratios("mvtap"; "macvtap")[] | select(.workload == $w)][0]) as $tree
	| [$w, ($s["\($w) mvtap"].ns | number), ($s["\($w) macvtap"].ns | number), ($tree.median | fixed(2)),
	   (if $tree then ($tree.p10 | fixed(2)) + " to " + ($tree.p90 | fixed(2)) else "-" end),
	   against("bridge"; $w), against("ipvtap"; $w), "\(.n)"] | row);

# Ratios are of one boot each; workloads may be of several, which is said.
def title($r):
	[$r.windows[] | {commit, date, boot}] | unique
	| "measured on Linux \($r.release), "
	  + (group_by([.date, .commit]) | map("\(.[0].date) at commit \(.[0].commit) (\(length) boot\(if length > 1 then "s" else "" end))") | join(", "));

# Older kernels: no worse than in-tree macvtap, to the hundredth
def parity($s):
	[FLOWS[] as $w | select($s[$w + " mvtap"] and $s[$w + " macvtap"])
	 | {id: $w, what: "instructions per frame, ratio", target: 1, stretch: null, value: (ratio($s; $w; .insn) * 100 | round / 100)}];

def one_kernel($r; $k; $reasons):
	($r | summary) as $s | (if $k == "7.3" then targets($s) else parity($s) end) as $t
	| "### Linux \($k)\n", title($r) + ".\n",
	  "Instructions per frame, of the whole machine:\n", flows_table($s; $t), "",
	  counts_table($s), "",
	  (if ($s | has("incast mvtap")) then incast_table($s), "" else empty end),
	  (if sizes($s; "bc-fan-") != [] then links_table($s), "" else empty end),
	  (if sizes($s; "ctl-") != [] then ctl_table($s), "" else empty end),
	  (if $t != [] then targets_table($t), "" else empty end),
	  (if any($t[]; verdict == "missed") then "Missed:\n", missed($t; $reasons), "" else empty end),
	  (if $k == "7.3" then "Stages, by the functions' own instructions (`selftests/bench/stages`):\n", stages_table($s), "" else empty end);

($kernels | to_entries[] | select(.key != "uml") | one_kernel(.value; .key; $reasons)),
(if $kernels.uml then "### Time, on User-Mode Linux\n", title($kernels.uml) + ".\n", time_table($kernels.uml), "" else empty end)
