#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# TCP between the host and its guests, both ways, with every offload of the
# lower device on and off. What arrives has the hash of what was sent. 1 GiB
# each on UML, less where the kernel runs emulated, and where a process carries
# each frame of 1500 bytes.
#
#	NS_A: a  (mvlan)             10.9.0.2
#	NS_B: guest -- relay -- t  (mvtap)  10.9.0.3	a TAP device, its stack is the guest's
#	NS_HOST: v0 10.9.0.1 ------ far, with nobody there

. "$(dirname "$0")/lib.sh"
. "$HERE/hostlib.sh"

case ${MVTAP_KERNEL:-} in
uml)	MIB=1024 ;;
*)	MIB=8 ;;
esac
MIB=${MVTAP_TEST_MIB:-$MIB} SMALL=$(((MIB + 31) / 32))
HOST=10.9.0.1 GUEST_A=10.9.0.2 GUEST_B=10.9.0.3

set_up()
{
	ns_add "$NS_HOST" "$NS_WIRE" "$NS_A" "$NS_B"
	must ip -n "$NS_HOST" link add v0 address "$MAC_HOST" type veth \
		peer name far address "$MAC_WIRE" netns "$NS_WIRE"
	must ip -n "$NS_WIRE" link set dev far up
	must link_add "$NS_HOST" a v0 bridge address "$MAC_A"
	must link_add_kind "$NS_HOST" "$TAPKIND" t v0 bridge address "$MAC_B"
	NODE=/dev/tap$(link_get "$NS_HOST" t .ifindex)
	must ip -n "$NS_HOST" link set dev a netns "$NS_A"
	must ip -n "$NS_HOST" -batch - <<-END
		link set dev v0 up
		link set dev t up
		addr add $HOST/24 dev v0
	END
	must ip -n "$NS_A" -batch - <<-END
		link set dev a up
		addr add $GUEST_A/24 dev a
	END
	host_reach "$NS_A" a on
	host_reach "$NS_HOST" t on "$TAPKIND"
}

# offloads KEY VALUE...: of the lower device, from which the link has its own
offloads()
{
	must in_ns "$NS_HOST" ethtool -K v0 "$@" >/dev/null
}

far_bytes()
{
	link_get "$NS_WIRE" far .stats64.rx.bytes
}

# transfer GUEST-NS GUEST-ADDRESS [MIB]: both ways, and nothing of it on the wire
transfer()
{
	local got before mib=${3:-$MIB}

	before=$(far_bytes)
	got=$("$SELFTESTS_BUILD/tcphash" "$mib" "$NS_HOST" "$1" "$2" 2>&1) ||
		fail "host to guest: $got"
	echo "host to guest: $mib MiB, $got"
	got=$("$SELFTESTS_BUILD/tcphash" "$mib" "$1" "$NS_HOST" $HOST 2>&1) ||
		fail "guest to host: $got"
	echo "guest to host: $mib MiB, $got"
	[[ $(($(far_bytes) - before)) -lt 10000 ]] || fail "it went over the wire"
}

t_mvlan()
{
	offloads tx on tso on
	transfer "$NS_A" $GUEST_A
}

t_mvlan_without_TSO()
{
	offloads tx on tso off gso off
	transfer "$NS_A" $GUEST_A
}

t_mvlan_without_checksum_offload()
{
	offloads tx off rx off tso off gso on
	transfer "$NS_A" $GUEST_A
}

# relay OFFLOADS: the guest behind t
relay()
{
	"$SELFTESTS_BUILD/taprelay" "$NODE" "$NS_B" guest "$1" &
	defer kill -KILL $!
	must busywait 5000 link_exists "$NS_B" guest
	must ip -n "$NS_B" -batch - <<-END
		link set dev guest address $MAC_B up
		addr add $GUEST_B/24 dev guest
	END
}

# TUN_F_CSUM 1, TUN_F_TSO4 2, TUN_F_TSO6 4
t_mvtap()
{
	offloads tx on tso on rx on gso on
	relay 7
	transfer "$NS_B" $GUEST_B
}

t_mvtap_without_TSO()
{
	offloads tx on tso off rx on
	relay 1
	transfer "$NS_B" $GUEST_B $SMALL
}

t_mvtap_without_checksum_offload()
{
	offloads tx off rx off tso off
	relay 0
	transfer "$NS_B" $GUEST_B $SMALL
}

need_cmd ethtool
need_helper nlreq taprelay tcphash
load_modules tun
is_intree && skip_all "in-tree macvlan has no host reach"
set_up
run_tests t_mvlan t_mvlan_without_TSO t_mvlan_without_checksum_offload \
	t_mvtap t_mvtap_without_TSO t_mvtap_without_checksum_offload
