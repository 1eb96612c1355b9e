# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# For the tests of mvtap doctor: a healthy host, and what the doctor says.
# Sourced behind toollib.sh.
#
# Each fault is provoked on a healthy host. Its finding must appear, alone, and
# be gone when the fault is; where the remedy is a command, that is what ends it.

need_cmd ethtool
need_helper frames

# Two ends of a cable, a link with a VM's queue open on one of them.
topo_vm()
{
	must ip link add v0 type veth peer name v1
	defer ip link del v0
	must ip link set v0 up
	must ip link set v1 up
	add vm0 link v0 "$@"
	NODE=$(value vm0 .node)
	[[ -c /dev/vhost-net ]] || skip "no /dev/vhost-net"
	vm_on
}

# What holds the queue open and reads nothing.
vm_on()
{
	mvtap run vm0 --no-vhost -- sleep 1000 &
	VM=$!
	defer eval "kill $VM 2>/dev/null"
	must busywait 10000 queues 1
}

vm_off()
{
	kill "$VM"
	wait "$VM" 2>/dev/null
	must busywait 10000 queues 0
}

# look ARGUMENTS...: FOUND is "status severity name check ..." of all findings,
# DO the remedy of the first. One process: there are many of these.
look()
{
	local out line rest

	out=$(mvtap doctor "$@" 2>&1)
	FOUND=$? DO=
	while IFS= read -r line; do
		rest=${line#*: }
		case $line in
		error:*|warning:*|note:*)
			FOUND+=" ${line%%:*} ${rest%%:*}"
			rest=${rest#*: }
			FOUND+=" ${rest%%:*}" ;;
		"    do:  "*)
			DO=${DO:-${line#*do:  }} ;;
		"    why: "*|"nothing found") ;;
		*)	FOUND+=" $line" ;;
		esac
	done <<<"$out"
}

# healthy [ARGUMENTS...]: nothing found, and the exit status says so
healthy()
{
	look "$@" wait 0
	check_eq "healthy" 0 "$FOUND"
}

# ill 'SEVERITY NAME CHECK' [ARGUMENTS...]: just that
ill()
{
	local want=$1 status=3

	shift
	[[ $want != note* ]] || status=0
	look "$@" wait 0
	check_eq "finding" "$status $want" "$FOUND"
}

# has 'SEVERITY NAME CHECK' [ARGUMENTS...]: that among others
has()
{
	local want=$1

	shift
	look "$@"
	[[ $FOUND == "3 "*"$want"* ]] || fail "want $want, got $FOUND"
}

is_healthy()
{
	look wait 0
	[[ $FOUND == 0 ]]
}

# remedy: do as the first finding of the last look says
remedy()
{
	check "the remedy" bash -c "$DO"
}

# queues N: so many are open
queues()
{
	[[ $(mvtap stats vm0 | grep -c '^    queue ') == "$1" ]]
}
