# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# For the tests of the tool mvtap. Sourced behind lib.sh.
#
# The whole test moves into a network namespace of its own, since to enter one
# for each call costs more than the call.

need_cmd jq mvtap
need_helper tapinfo
is_intree && skip_all "the tool is for kinds mvtap and mvlan only"
load_modules
modprobe -q vhost_net || true

in_own_namespace()
{
	[[ -z ${TOOL_NS:-} ]] || return 0
	export TOOL_NS=mvt-$UNIQ-tool
	ns_add "$TOOL_NS"
	ip netns exec "$TOOL_NS" "$0"
	exit
}

# tapinfo WORD...
tapinfo()
{
	"$SELFTESTS_BUILD/tapinfo" "$@"
}

in_own_namespace

# A dummy is all that most points need; what is on it goes with it.
topo()
{
	must ip link add v0 type dummy
	defer ip link del v0
	must ip link set v0 up
}

# add NAME link LOWER...: as set-up
add()
{
	must mvtap add "$@" >/dev/null
}

# value NAME .KEY: of the tool's JSON
value()
{
	mvtap -j show "$1" | jq -cr ".[0]$2"
}

value_is()
{
	[[ $(value "$1" "$2") == "$3" ]]
}

# kernel NAME .KEY: what ip says about an interface
kernel()
{
	ip -j -d link show dev "$1" | jq -r ".[0]$2"
}

kernel_says()
{
	[[ $(kernel "$1" "$2") == "$3" ]]
}

exists()
{
	[[ -e /sys/class/net/$1 ]]
}

# gives STATUS MESSAGE ARGUMENTS...: exit status, and stderr is that one line
gives()
{
	local want=$1 message=$2 got err

	shift 2
	err=$(mvtap "$@" 2>&1 >/dev/null)
	got=$?
	check_eq "status of $*" "$want" "$got"
	check_eq "message of $*" "$message" "$err"
}
