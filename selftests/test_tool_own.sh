#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The tool and what our links have beyond macvlan: host reach, spoof check,
# addresses, stack, carrier, and the device node's rights and names. That the
# tool sets and shows it; what it does to frames is tested elsewhere.

. "$(dirname "$0")/lib.sh"
. "$HERE/toollib.sh"

U1=02:00:00:00:77:01 U2=02:00:00:00:77:02

# own NAME: what keeps to a link, whether it has a node or not
own()
{
	value "$1" '|[.mode,.host,.spoofcheck,.maxmacs,.macs]'
}

# refuses KEY ARGUMENTS...: the kernel says why, about that key
refuses()
{
	local key=$1 err

	shift
	err=$(mvtap "$@" 2>&1 >/dev/null)
	check_eq "status of $*" 2 $?
	[[ $err == "mvtap: $1 $2: $key: "?*" ("*")" ]] || fail "message of $*: $err"
}

t_defaults_of_add()
{
	topo
	add vm0 link v0
	check_eq "a VM that reaches the host" '["bridge",true,false,1,1]' "$(own vm0)"
	check_eq "of a node" '[false,"lower",0,0,"0600"]' \
		"$(value vm0 '|[.stack,.carrier,.uid,.gid,.perm]')"
	add l0 link v0 kind mvlan
	check_eq "a container too" '["bridge",true,false,1,1]' "$(own l0)"
	check_eq "without a node" '[null,null,null,null,null,null]' \
		"$(value l0 '|[.stack,.carrier,.uid,.gid,.perm,.node]')"
	add vm1 link v0 host off
	check_eq "host off" '["bridge",false,false,1,1]' "$(own vm1)"
	add vm2 link v0 mode bridge
	check_eq "who names a mode gets that alone" '["bridge",false,false,1,1]' "$(own vm2)"
	add vm3 link v0 mode private host on
	check_eq "private" '["private",true,false,1,1]' "$(own vm3)"
	add vm4 link v0 mode vepa
	check_eq "vepa" '["vepa",false,false,1,1]' "$(own vm4)"
}

t_add_and_set()
{
	topo
	add vm0 link v0 spoofcheck on maxmacs 1024 stack on carrier queue owner nobody group 7 perm 640
	check_eq "as asked for" '["bridge",true,true,1024,1]' "$(own vm0)"
	check_eq "of a node" '[true,"queue","nobody",7,"0640"]' \
		"$(value vm0 '|[.stack,.carrier,.owner,.gid,.perm]')"
	check "set" mvtap set vm0 mode private host off spoofcheck off maxmacs 2 stack off \
		carrier lower owner 0 group root perm 600
	check_eq "as asked for" '["private",false,false,2,1]' "$(own vm0)"
	check_eq "of a node" '[false,"lower",0,0,"0600"]' \
		"$(value vm0 '|[.stack,.carrier,.uid,.gid,.perm]')"
	check_eq "text" "    host off spoofcheck off maxmacs 2 stack off carrier lower macs 1 owner root group root perm 0600" \
		"$(mvtap -d show vm0 | grep spoofcheck)"
	check_eq "short text" "    host off spoofcheck off maxmacs 2 stack off carrier lower" \
		"$(mvtap show vm0 | grep spoofcheck)"
}

t_the_mode_settles_host()
{
	local before

	topo
	add vm0 link v0 mtu 1400
	before=$(mvtap -j show vm0)
	gives 2 "mvtap: set vm0: mtu greater than device maximum (Invalid argument)" \
		set vm0 mode vepa mtu 1501
	check_eq "undone with the mode" "$before" "$(mvtap -j show vm0)"
	check "private keeps it" mvtap set vm0 mode private
	check_eq "private" '["private",true,false,1,1]' "$(own vm0)"
	check "vepa" mvtap set vm0 mode vepa
	check_eq "vepa" '["vepa",false,false,1,1]' "$(own vm0)"
	refuses host set vm0 host on
	refuses host set vm0 mode source host on
	check_eq "as before" '["vepa",false,false,1,1]' "$(own vm0)"
}

t_refusals()
{
	local key

	topo
	add l0 link v0 kind mvlan
	for key in "stack on" "carrier queue" "owner 1" "group 1" "perm 644"; do
		refuses "${key% *}" set l0 $key
	done
	for key in vepa source; do
		refuses host add x link v0 mode $key host on
	done
	check "nothing was left behind" not exists x
	gives 1 'mvtap: set: perm: "688" is not octal permissions from 0 to 0777' set l0 perm 688
	gives 1 'mvtap: set: owner: "no-such-user" is not the name or number of a user' \
		set l0 owner no-such-user
	gives 1 'mvtap: set: maxmacs: "1025" is not a number from 1 to 1024' set l0 maxmacs 1025
}

t_several_addresses()
{
	local err

	topo
	add vm0 link v0 maxmacs 2 up
	check "one beside its own" mvtap fdb vm0 add $U1
	check_eq "counted" 2 "$(value vm0 .macs)"
	err=$(mvtap fdb vm0 add $U2 2>&1)
	check_eq "one too many" 2 $?
	[[ $err == "mvtap: fdb vm0: "?*"(No space left on device)" ]] || fail "message: $err"
	refuses maxmacs set vm0 maxmacs 1
	check_eq "refused" 1 "$(mvtap -j stats vm0 | jq '.[0].drops.mac_refused')"
	check "more" mvtap set vm0 maxmacs 3
	check "now it is taken" mvtap fdb vm0 add $U2
	check_eq "counted" 3 "$(value vm0 .macs)"
	check_eq "listed" 2 "$(mvtap fdb vm0 | grep -o '02:00:00:00:77:0[12]' | wc -l)"
}

# rights NODE: of the node, as stat has it
rights()
{
	stat -c '%u %g %a' "$1" 2>/dev/null
}

has_rights()
{
	[[ $(rights "$1") == "$2" ]]
}

as_nobody()
{
	setpriv --reuid 65534 --regid 65534 --clear-groups "$@"
}

t_rights_of_the_node()
{
	local node dev

	topo
	add vm0 link v0 group 7 perm 660 up
	node=$(value vm0 .node)
	wait_for "as made" has_rights "$node" "0 7 660"
	dev=$(stat -c %t:%T "$node")
	as_nobody mvtap run vm0 --no-vhost -- true 2>/dev/null
	check_eq "not for all" 2 $?
	check "set" mvtap set vm0 owner nobody group 0 perm 600
	wait_for "as set" has_rights "$node" "65534 0 600"
	check_eq "the same device" "$dev" "$(stat -c %t:%T "$node")"
	check_eq "its owner can use it" "tap vm0 vnet " \
		"$(as_nobody mvtap run vm0 --no-vhost -- "$SELFTESTS_BUILD/tapinfo" %tap% | tr '\n' ' ')"
}

# same_index NS NAME: a link there with the index that vm0 has here, which takes an ip that
# makes links of our kind without any option
same_index()
{
	must ip -n "$1" link add v0 type dummy
	must ip -n "$1" link add link v0 index "$(<"/sys/class/net/vm0/ifindex")" name "$2" type "$TAPKIND"
}

t_second_name_of_a_node()
{
	local there

	topo
	ns_add "$NS_A"
	add vm0 link v0
	same_index "$NS_A" vm1
	there=$(in_ns "$NS_A" mvtap -j show vm1 | jq -r '.[0].node')
	check_eq "the first has its name" "/dev/tap$(<"/sys/class/net/vm0/ifindex")" "$(value vm0 .node)"
	[[ $there == /dev/mvtap/[1-9]* ]] || fail "node of the second: $there"
	check "it is there" test -c "$there"
	check_eq "run" "tap vm1 vnet " \
		"$(in_ns "$NS_A" mvtap run vm1 --no-vhost -- "$SELFTESTS_BUILD/tapinfo" %tap% | tr '\n' ' ')"
	check_eq "qemu-helper" "tap vm1" \
		"$(in_ns "$NS_A" "$SELFTESTS_BUILD/tapinfo" --helper mvtap qemu-helper --br=vm1)"
	check_eq "the first is still itself" "tap vm0 vnet " \
		"$(mvtap run vm0 --no-vhost -- "$SELFTESTS_BUILD/tapinfo" %tap% | tr '\n' ' ')"
	must mvtap del vm0
	check_eq "it keeps its name" "$there" "$(in_ns "$NS_A" mvtap -j show vm1 | jq -r '.[0].node')"
	must ip -n "$NS_A" link del vm1
	check "and takes it along" not test -e "$there"
}

t_nobody_at_home()
{
	must ip link add v0 type veth peer name v1
	defer ip link del v0
	must ip link set v0 up
	must ip link set v1 up
	add vm0 link v0 up
	printf 'send x wire %s - 88b5 100 5\n' "$(value vm0 .address)" |
		"$SELFTESTS_BUILD/frames" "wire=$TOOL_NS/v1" >/dev/null
	wait_for "lost" eval '[[ $(mvtap stats vm0) == *"rx_drop_no_queue 5"* ]]'
	check_eq "with a reason" 5 "$(mvtap -j stats vm0 | jq '.[0].drops.rx_drop_no_queue')"
	must mvtap set vm0 carrier queue
	# Newer kernels look whether it is the lower device that is down.
	wait_for "no carrier" eval '[[ $(value vm0 .operstate) == @(down|lowerlayerdown) ]]'
	check_eq "with a queue" up "$(mvtap run vm0 --no-vhost -- bash -c '
		for ((i = 0; i < 50; i++)); do
			state=$(mvtap -j show vm0 | jq -r ".[0].operstate")
			[[ $state != up ]] || break
			sleep 0.1
		done
		echo "$state"')"
}

need_helper frames
run_tests t_defaults_of_add t_add_and_set t_the_mode_settles_host t_refusals t_several_addresses \
	t_rights_of_the_node t_second_name_of_a_node t_nobody_at_home
