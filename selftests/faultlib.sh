# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# For tests in which somebody says no: a step of an operation fails, and the
# whole is undone. Sourced after lib.sh.

# What can be seen of links in $NS_HOST, but for the operational state, which
# comes when it comes; a test may add to it by also_seen.
also_seen()
{
	:
}

seen()
{
	ip -n "$NS_HOST" -d link show | sed 's/ state [A-Z][A-Z]*//'
	bridge -n "$NS_HOST" fdb show
	(shopt -s nullglob; echo /dev/tap* /dev/mvtap/* /sys/class/mvtap/*)
	cat /sys/module/mvtap/refcnt
	also_seen
}

# undone OBSTACLE STEP ERRNO COMMAND...: "OBSTACLE STEP ERRNO" lets that step
# fail, with 0 no more. COMMAND is refused meanwhile, leaves no trace, and is
# done afterwards.
undone()
{
	local obstacle=$1 step=$2 error=$3 before after

	shift 3
	before=$(seen)
	"$obstacle" "$step" "$error"
	refused "$step" "$@"
	"$obstacle" "$step" 0
	after=$(seen)
	[[ $before == "$after" ]] || fail "$step: '$*' left: $(diff <(echo "$before") <(echo "$after"))"
	check "$step, no more" "$@"
}
