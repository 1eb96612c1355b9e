#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A container that is given a link the way Kubernetes does it: the runtime allows
# it the device by its number and makes the node in the container's own /dev; then
# the link moves into the container's network namespace. Numbers that are free are
# taken by others meanwhile. The container's node must open the container's link.
#
# In-tree macvtap gives the link another number when it moves; what comes of that
# is printed for comparison, not judged.

# shellcheck source=selftests/lib.sh disable=SC1091
source "$(dirname "$0")/lib.sh"
# shellcheck source=selftests/clients/lib.sh disable=SC1091
source "$HERE/clients/lib.sh"

# number_of LINK: its device's, in NS_HOST
number_of()
{
	in_ns "$NS_HOST" sh -c "cat /sys/class/net/$1/$TAPKIND/tap*/dev"
}

link_add_tap() { must link_add_kind "$NS_HOST" "$TAPKIND" "$1" v0 bridge; }

# cgroup_allow NUMBER: a control group in $CGROUP that may use this device only
cgroup_allow()
{
	CGROUP=$DIR/cgroup/container
	must mkdir "$DIR/cgroup"
	must mount -t cgroup -o devices none "$DIR/cgroup"
	defer umount "$DIR/cgroup"
	must mkdir "$CGROUP"
	defer rmdir "$CGROUP"
	echo a >"$CGROUP/devices.deny"
	echo "c $1 rw" >"$CGROUP/devices.allow"
}

# node NAME NUMBER: in the container's /dev
node() { must mknod "$DIR/$1" c "${2%:*}" "${2#*:}"; }

# opens NODE: the name of the link that the container gets there, or why not
opens()
{
	ip netns exec "$NS_A" bash -c 'echo $$ >"$1" && exec 3<>"$2" && "$3" 3' - \
		"$CGROUP/cgroup.procs" "$DIR/$1" "$SELFTESTS_BUILD/tapinfo" 2>&1 |
		sed -nE 's/^tap ([^ ]*).*/\1/p; s/.*: (Operation|No such|Permission)/\1/p'
}

# The story; leaves what the container got in GOT and GOT_OTHER.
container()
{
	local number

	topo_plain
	ns_add "$NS_A"
	DIR=$(mktemp -d)
	defer rm -r "$DIR"
	link_add_tap another
	link_add_tap guest
	number=$(number_of guest)
	cgroup_allow "$number"
	node tap "$number"
	# one goes, ours moves, one comes
	must ip -n "$NS_HOST" link del dev another
	must ip -n "$NS_HOST" link set dev guest netns "$NS_A" name eth7 up
	link_add_tap stranger
	node stranger "$(number_of stranger)"
	GOT=$(opens tap)
	GOT_OTHER=$(opens stranger)
	echo "$TAPKIND: the container's device opens '$GOT', a stranger's '$GOT_OTHER'"
}

judge()
{
	check_eq "the container's device" eth7 "$GOT"
	check_eq "a stranger's" "Operation not permitted" "$GOT_OTHER"
}

t_a_link_of_our_own_kind()
{
	container
	judge
}

t_for_comparison_only_in_tree()
{
	must modprobe macvtap
	defer modprobe -r macvtap
	TAPKIND=macvtap
	container
}

t_a_link_of_the_personality()
{
	MVTAP_TEST_COMPAT=1 TAPKIND=macvtap KIND=macvlan
	must load_mvtap
	t_our_module_does_the_work
	container
	judge
}

need_helper tapinfo
load_modules
run_tests t_our_module_does_the_work t_a_link_of_our_own_kind t_for_comparison_only_in_tree \
	t_a_link_of_the_personality
