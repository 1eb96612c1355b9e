# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# For the tests of clients: sourced behind lib.sh, it moves the test into the
# tree with the clients (./build), where / is a Debian 12 as installed, in a mount
# namespace of its own. The checkout and the cache are where they were.
#
# A test of the personality sets MVTAP_TEST_COMPAT=1 before it sources lib.sh,
# unless the caller has set it: with MVTAP_TEST_COMPAT= and the in-tree kinds in
# KIND and TAPKIND the same clients run on the in-tree modules.

# Here nothing may be missing.
skip_all()
{
	echo "KTAP version 1"
	echo "1..1"
	echo "not ok 1 ${0##*/}: $*"
	exit 1
}

# this test again, with the tree as its root
enter_tree()
{
	local tree

	[[ -z ${IN_CLIENT_TREE:-} ]] || return 0
	tree=$("$HERE/clients/build" -n) ||
		skip_all "the tree with the clients is not built: run selftests/clients/build outside the lab"
	export IN_CLIENT_TREE=$tree GUEST_BUILT
	# Found by what the machine has installed; see guest/qemu.sh.
	GUEST_BUILT=$("$HERE/guest/build" -n 2>/dev/null)
	exec unshare -m --propagation slave "$HERE/clients/enter" "$tree" \
		"$(cd "$HERE/.." && pwd)" "${XDG_CACHE_HOME:-$HOME/.cache}/mvtap" "$(realpath "$0")"
}

# background COMMAND...: until the test ends; its process is then in $DAEMON
background()
{
	"$@" &
	DAEMON=$!
	defer end $DAEMON
}

# end PID: and wait until it has
end()
{
	kill "$1" 2>/dev/null
	wait "$1" 2>/dev/null
}

loaded() { grep -q "^$1 " /proc/modules; }

# The personality has the names of the in-tree modules; what carries them is
# ours. An open device pins the module that its code is in.
t_our_module_does_the_work()
{
	local module=mvtap other=macvtap compat=N node before

	! is_intree || module=macvtap other=mvtap
	check "$module is loaded" loaded $module
	check "$other is not" not loaded $other
	if ! is_intree; then
		check "nor macvlan" not loaded macvlan
		[[ $KIND != macvlan ]] || compat=Y
		check_eq "personality" $compat "$(</sys/module/mvtap/parameters/compat)"
	fi
	ns_add "$NS_PROOF"
	must ip -n "$NS_PROOF" link add d0 type dummy
	must link_add_kind "$NS_PROOF" "$TAPKIND" t0 d0 bridge
	node=/dev/tap$(link_get "$NS_PROOF" t0 .ifindex)
	before=$(</sys/module/$module/refcnt)
	exec 7<>"$node" || fail "cannot open $node"
	check_eq "references to $module, with $node open" $((before + 1)) \
		"$(</sys/module/$module/refcnt)"
	exec 7<&-
	check_eq "class of the device" "/sys/class/$TAPKIND" \
		"$(in_ns "$NS_PROOF" realpath "/sys/class/net/t0/$TAPKIND/${node##*/}/subsystem")"
}

NS_PROOF=mvt-$UNIQ-proof

enter_tree
