# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# Library of the shell tests: KTAP output, undo beside do, waiting with a
# deadline, links of the kind under test, and the topology most tests share.
#
# A test sources this file and ends with
#	run_tests t_first t_second ...
# which announces the plan, runs each function in a subshell of its own and
# prints one point for each. A function fails by a failed check, by returning
# non-zero or by dying. Tests whose points are rows of a table use
#	tap_plan N; point NAME WANT GOT; ...; tap_end

# MVTAP_TEST_COMPAT=1: our module, in the names of the in-tree ones. Without
# it these names mean the in-tree modules.
if [[ ${MVTAP_TEST_COMPAT:-} ]]; then
	KIND=macvlan TAPKIND=macvtap
fi
KIND=${KIND:-mvlan}		# plain link kind under test
TAPKIND=${TAPKIND:-mvtap}	# the same with a character device
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
SELFTESTS_BUILD=${SELFTESTS_BUILD:-$HERE/../build/selftests}
KSFT_SKIP=4
export PATH=$HERE/../build/tools:$PATH:/usr/sbin:/sbin

# ---------------------------------------------------------------- KTAP

VALUE=
TAP_PLAN='' TAP_RUN=0 TAP_FAILED=0 TAP_ENDED=''

tap_plan()
{
	TAP_PLAN=$1
	echo "KTAP version 1"
	echo "1..$1"
	# Dying between the plan and tap_end must not look like success.
	defer tap_check_ended
}

tap_check_ended()
{
	[[ $TAP_ENDED ]] && return
	echo "# died after $TAP_RUN of $TAP_PLAN points"
	TAP_FAILED=$((TAP_FAILED + 1))
}

# tap_result ok|not\ ok|skip NAME [REASON]
tap_result()
{
	TAP_RUN=$((TAP_RUN + 1))
	case $1 in
	skip)	echo "ok $TAP_RUN $2 # SKIP ${3:-}" ;;
	ok)	echo "ok $TAP_RUN $2" ;;
	*)	echo "not ok $TAP_RUN $2"
		TAP_FAILED=$((TAP_FAILED + 1)) ;;
	esac
}

# point NAME WANT GOT: one point of the plan, passed if WANT equals GOT
point()
{
	if [[ $2 == "$3" ]]; then
		tap_result ok "$1"
	else
		echo "# want $2"
		echo "#  got $3"
		tap_result 'not ok' "$1"
	fi
}

tap_end()
{
	TAP_ENDED=1
	if [[ $TAP_RUN -ne $TAP_PLAN ]]; then
		echo "# planned $TAP_PLAN points, ran $TAP_RUN"
		exit 1
	fi
	[[ $TAP_FAILED -eq 0 ]] || exit 1
	exit 0
}

skip_all()
{
	echo "KTAP version 1"
	echo "1..0 # SKIP $*"
	exit $KSFT_SKIP
}

run_tests()
{
	local t name rc

	tap_plan $#
	for t in "$@"; do
		name=${t#t_}
		(
			DEFERS=() TAP_FAILED=0
			RET=0
			trap run_defers EXIT
			"$t" || RET=1
			exit $RET
		) 2>&1 | sed -u 's/^/# /'
		rc=${PIPESTATUS[0]}
		case $rc in
		0)	tap_result ok "${name//_/ }" ;;
		"$KSFT_SKIP") tap_result skip "${name//_/ }" "see above" ;;
		*)	tap_result 'not ok' "${name//_/ }" ;;
		esac
	done
	tap_end
}

# Inside a test function: give up on it without a verdict.
skip()
{
	echo "SKIP: $*"
	exit $KSFT_SKIP
}

RET=0

fail()
{
	echo "FAIL: $*"
	RET=1
}

# check DESCRIPTION COMMAND...: the command must succeed
check()
{
	local what=$1 out

	shift
	if ! out=$("$@" 2>&1); then
		fail "$what: '$*' failed: $out"
	fi
}

# refused DESCRIPTION COMMAND...: the command must fail
refused()
{
	local what=$1 out

	shift
	if out=$("$@" 2>&1); then
		fail "$what: '$*' succeeded: $out"
	fi
}

check_eq()
{
	[[ $2 == "$3" ]] || fail "$1: want '$2', got '$3'"
}

# must COMMAND...: set-up step; without it the test makes no sense
must()
{
	"$@" || { echo "FAIL: set-up: '$*'"; exit 1; }
}

# ---------------------------------------------------------------- undo

DEFERS=()

defer()
{
	DEFERS+=("$(printf '%q ' "$@")")
}

run_defers()
{
	local rc=$? i

	trap - EXIT
	for ((i = ${#DEFERS[@]} - 1; i >= 0; i--)); do
		eval "${DEFERS[i]}" || true
	done
	[[ $rc -ne 0 || $TAP_FAILED -eq 0 ]] || rc=1
	exit $rc
}
trap run_defers EXIT

# ---------------------------------------------------------------- waiting

# In these, as everywhere, few forks: under emulation each costs some 50 ms.

# busywait MILLISECONDS COMMAND...: until the command succeeds; its status
busywait()
{
	local end=$((${EPOCHREALTIME/[.,]/} / 1000 + $1))

	shift
	until "$@" >/dev/null 2>&1; do
		if [[ $((${EPOCHREALTIME/[.,]/} / 1000)) -ge $end ]]; then
			"$@"
			return
		fi
		sleep 0.05
	done
}

# wait_for DESCRIPTION COMMAND...: check(), given five seconds to come true
wait_for()
{
	local what=$1

	shift
	busywait 5000 "$@" || fail "$what: '$*' still fails after 5 s"
}

not()
{
	! "$@"
}

# ---------------------------------------------------------------- helpers

# Under UML and QEMU the random generator may be young; $$ and the clock do.
UNIQ=$(printf '%x%03x' $(($$ % 4096)) $((${EPOCHREALTIME/[.,]/} / 100 % 4096)))

need_cmd()
{
	local c

	for c in "$@"; do
		command -v "$c" >/dev/null || skip_all "no command $c"
	done
}

need_helper()
{
	local h

	for h in "$@"; do
		[[ -x $SELFTESTS_BUILD/$h ]] ||
			skip_all "helper $h is not built (make -C selftests)"
	done
}

# The lab's own network card, see nic/testnic.c
need_testnic()
{
	[[ -r ${MVTAP_TESTNIC_KO:-} ]] || skip_all "no network card of the lab here"
	[[ -d /sys/module/mvtap_testnic ]] || must insmod "$MVTAP_TESTNIC_KO"
}

is_intree()
{
	[[ $KIND == macvlan && -z ${MVTAP_TEST_COMPAT:-} ]]
}

# Our module in the names that this test wants; an earlier one may have left the others.
load_mvtap()
{
	local want=N now

	[[ -z ${MVTAP_TEST_COMPAT:-} ]] || want=Y
	if read -r now 2>/dev/null </sys/module/mvtap/parameters/compat && [[ $now != "$want" ]]; then
		modprobe -r mvtap
	fi
	modprobe -q mvtap compat=$want
}

load_modules()
{
	local m

	for m in veth dummy bridge "$@"; do
		modprobe -q "$m" || true
	done
	if is_intree; then
		modprobe -q macvlan
		modprobe -q macvtap
	else
		load_mvtap
	fi || skip_all "no module for kind $KIND"
	quiet_ipv6
}

# apart FUNCTION...: with undo steps of its own, done when it returns
apart()
(
	DEFERS=() TAP_FAILED=0 RET=0
	trap run_defers EXIT
	"$@"
)

# in_tree FUNCTION...: what the in-tree modules do in the same case, as a remark
# that no point depends on. Before FUNCTION the test has no topology.
in_tree()
{
	# Then the names are taken, or the test itself is about them.
	[[ -z ${MVTAP_TEST_COMPAT:-} ]] && ! is_intree && modprobe -q macvtap || return 0
	echo "in-tree $(KIND=macvlan TAPKIND=macvtap apart "$@" 2>&1)"
	# Their links go with their namespaces, a moment later.
	wait_for "the in-tree modules are free" without_in_tree
}

# Out with them, as far as nobody uses them.
without_in_tree()
{
	modprobe -qr macvtap 2>/dev/null
	modprobe -qr macvlan 2>/dev/null
	[[ ! -d /sys/module/macvlan ]]
}

# Run FUNCTION, COMMAND in namespace NS: in_ns NS COMMAND...
in_ns()
{
	local ns=$1

	shift
	ip netns exec "$ns" "$@"
}

# json_value TEXT PATH: the value at PATH (.key.key...) in VALUE, "null" if
# there is none. Enough for what `ip -j` prints of one device.
json_value()
{
	local text=$1 keys key

	IFS=. read -ra keys <<<"${2#.}"
	for key in "${keys[@]}"; do
		if [[ $text != *"\"$key\":"* ]]; then
			VALUE=null
			return
		fi
		text=${text#*"\"$key\":"}
	done
	case $text in
	\"*)	text=${text#\"}
		VALUE=${text%%\"*} ;;
	\[*)	VALUE=${text%%]*}] ;;
	*)	VALUE=${text%%[,\}]*} ;;
	esac
}

# link_get NS DEV PATH: a value of `ip -j -d -s link show`
link_get()
{
	local text

	text=$(ip -n "$1" -j -d -s link show dev "$2") || return
	json_value "$text" "$3"
	echo "$VALUE"
}

link_is()
{
	[[ $(link_get "$1" "$2" "$3" 2>/dev/null) == "$4" ]]
}

link_exists()
{
	ip -n "$1" link show dev "$2" >/dev/null 2>&1
}

mac_of()
{
	link_get "$1" "$2" .address
}

# shellcheck source=selftests/net.sh
. "$HERE/net.sh"
