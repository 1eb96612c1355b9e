# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# Second half of lib.sh, which sources it: links of the kind under test, the
# topology most tests share, and frames through it.

# ---------------------------------------------------------------- links

# link_add_kind NS KIND NAME LOWER MODE [KEY VALUE]...
# Makes a link whose lower device is LOWER, both in NS. Our kinds need our own
# tool: iproute2 cannot know their options.
link_add_kind()
{
	local ns=$1 kind=$2 name=$3 lower=$4 mode=$5 generic=()

	shift 5
	case $kind in
	macvlan|macvtap)
		while (($# >= 2)); do
			generic+=("$1" "$2")
			shift 2
		done
		ip -n "$ns" link add link "$lower" name "$name" \
			"${generic[@]}" type "$kind" mode "$mode"
		;;
	*)
		ip netns exec "$ns" mvtap add "$name" link "$lower" \
			kind "$kind" mode "$mode" "$@" >/dev/null
		;;
	esac
}

link_add()
{
	local ns=$1

	shift
	link_add_kind "$ns" "$KIND" "$@"
}

# link_set_mode NS NAME MODE: change the mode of a living link
link_set_mode()
{
	case $KIND in
	macvlan) ip -n "$1" link set dev "$2" type macvlan mode "$3" ;;
	*)	 ip netns exec "$1" mvtap set "$2" mode "$3" >/dev/null ;;
	esac
}

link_mode()
{
	case $KIND in
	macvlan) link_get "$1" "$2" .linkinfo.info_data.mode ;;
	*)	 json_value "$(ip netns exec "$1" mvtap -j show "$2")" .mode
		 echo "$VALUE" ;;
	esac
}

# ---------------------------------------------------------------- topology
#
#	NS_A: a     NS_B: b     NS_C: c
#	      |           |           |
#	      +-----------+-----------+        NS_SW
#	NS_HOST:         v0 ------------- v1 [bridge br0] w1 ---- w0 :NS_WIRE
#	                 (lower, "host")                         ("wire")
#
# No IPv6, no learning, no multicast snooping: the only frames that move are
# those of the test, and the switch knows where everybody is.

NS_HOST=mvt-$UNIQ-host NS_SW=mvt-$UNIQ-sw NS_WIRE=mvt-$UNIQ-wire
NS_A=mvt-$UNIQ-a NS_B=mvt-$UNIQ-b NS_C=mvt-$UNIQ-c NS_D=mvt-$UNIQ-d
MAC_HOST=02:00:00:00:01:01 MAC_WIRE=02:00:00:00:02:01
MAC_A=02:00:00:00:0a:01 MAC_B=02:00:00:00:0b:01 MAC_C=02:00:00:00:0c:01
MAC_D=02:00:00:00:0d:01

# ns_add NS...
ns_add()
{
	local ns

	for ns in "$@"; do
		must ip netns add "$ns"
		defer ip netns del "$ns"
	done
}

# New namespaces start without IPv6 link-local addresses: the chatter that
# comes with them would be counted.
quiet_ipv6()
{
	local mode=/proc/sys/net/ipv6/conf/default/addr_gen_mode
	local inherit=/proc/sys/net/core/devconf_inherit_init_net

	[[ -w $mode && -w $inherit ]] || return 0
	defer eval "echo $(<$inherit) > $inherit; echo $(<$mode) > $mode"
	echo 1 > $inherit
	echo 1 > $mode		# IN6_ADDR_GEN_MODE_NONE
}

# The lower device, the switch and the wire station; no links yet.
topo_switch()
{
	ns_add "$NS_HOST" "$NS_SW" "$NS_WIRE"
	must ip -n "$NS_HOST" link add v0 address $MAC_HOST type veth \
		peer name v1 netns "$NS_SW"
	must ip -n "$NS_WIRE" link add w0 address $MAC_WIRE type veth \
		peer name w1 netns "$NS_SW"
	must ip -n "$NS_SW" -batch - <<-END
		link add br0 type bridge mcast_snooping 0 forward_delay 0
		link set v1 master br0
		link set w1 master br0
		link set v1 type bridge_slave learning off
		link set w1 type bridge_slave learning off
		link set br0 up
		link set v1 up
		link set w1 up
	END
	ip -n "$NS_HOST" link set v0 up
	ip -n "$NS_WIRE" link set w0 up
	must bridge -n "$NS_SW" -batch - <<-END
		fdb add $MAC_WIRE dev w1 master static
		fdb add $MAC_HOST dev v1 master static
	END
	must busywait 5000 ports_forward
}

ports_forward()
{
	[[ $(bridge -n "$NS_SW" link show) == *"state forwarding"*"state forwarding"* ]]
}

hairpin()
{
	must ip -n "$NS_SW" link set v1 type bridge_slave hairpin "$1"
}

# station NAME NS MAC MODE: a link over v0, up, in a namespace of its own
station()
{
	local name=$1 ns=$2 mac=$3 mode=$4

	ns_add "$ns"
	must link_add "$NS_HOST" "$name" v0 "$mode" address "$mac"
	must ip -n "$NS_HOST" link set dev "$name" netns "$ns"
	must ip -n "$ns" link set dev "$name" up
	[[ $mac == "$MAC_HOST" ]] ||
		must bridge -n "$NS_SW" fdb add "$mac" dev v1 master static
}

# Everything in one namespace, for tests that need no switch: lower device v0,
# its peer v1 is the wire.
topo_plain()
{
	ns_add "$NS_HOST"
	must ip -n "$NS_HOST" link add v0 address $MAC_HOST type veth \
		peer name v1 address $MAC_WIRE
	must ip -n "$NS_HOST" -batch - <<-END
		link set v0 up
		link set v1 up
	END
}

# plain_link NAME MAC MODE [LOWER]: a link there, up
plain_link()
{
	must link_add "$NS_HOST" "$1" "${4:-v0}" "$3" address "$2"
	must ip -n "$NS_HOST" link set dev "$1" up
}

# ---------------------------------------------------------------- a container

in_another_user_namespace()
{
	[[ $(readlink "/proc/$1/ns/user") != "$(readlink /proc/self/ns/user)" ]] &&
		grep -q . "/proc/$1/uid_map"
}

# A user and a network namespace; CONTAINER is the pid of a process in them.
container_start()
{
	unshare -Urn true 2>/dev/null || skip "no user namespaces here"
	unshare -Urn sleep 100 &
	CONTAINER=$!
	defer kill -KILL "$CONTAINER"
	wait_for "the container" in_another_user_namespace "$CONTAINER"
}

# inside COMMAND...: as its root
inside()
{
	nsenter -t "$CONTAINER" -U -n "$@"
}

# ---------------------------------------------------------------- traffic

# sent_gives 'PORT=COPIES ...' SEND-ARGUMENTS -- PORT=NS/DEV...
# One frame (or COUNT of them), and what every port must get of it.
sent_gives()
{
	local want=$1 send=() total=0 p got

	shift
	while [[ $1 != -- ]]; do
		send+=("$1")
		shift
	done
	shift
	for p in $want; do
		total=$((total + ${p#*=}))
	done
	got=$(printf 'send x %s\nsettle %d\n' "${send[*]}" "$total" | frames "$@")
	check_eq "frames ${send[*]}" "x $want" "$got"
}

# frames PORT=NS/DEV...: see frames.c; commands on stdin, counts on stdout
frames()
{
	"$SELFTESTS_BUILD/frames" "$@"
}

# flood NS DEV DST: frames from DEV without end, in the background. To be ended by SIGKILL: bash, where
# there is a trap on EXIT, loses a SIGTERM between fork() and exec().
flood()
{
	"$SELFTESTS_BUILD/frames" -f "$3" "f=$1/$2" &
	defer eval "kill -KILL $! 2>/dev/null"
}
