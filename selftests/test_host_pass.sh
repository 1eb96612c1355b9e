#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What host reach goes by, who can look on, and what passes by it.
#
#	a (bridge, host on) -- v0 (the host) ----- v1 (the wire)

. "$(dirname "$0")/lib.sh"
. "$HERE/hostlib.sh"

PORTS=("a=$NS_HOST/a" "host=$NS_HOST/v0" "+out=$NS_HOST/v1")

t_a_link_that_is_down_is_not_there()
{
	sent_gives "a=1 host=0 out=0" host "$MAC_A" -- "${PORTS[@]}"
	must ip -n "$NS_HOST" link set dev a down
	printf 'send x host %s\nsettle 1\n' "$MAC_A" | frames "${PORTS[@]:1}" >"$TMP"
	check_eq "down: to the wire" "x host=0 out=1" "$(<"$TMP")"
	must ip -n "$NS_HOST" link set dev a up
	sent_gives "a=1 host=0 out=0" host "$MAC_A" -- "${PORTS[@]}"
}

t_it_follows_the_addresses()
{
	must ip -n "$NS_HOST" link set dev a address "$MAC_B"
	sent_gives "a=1 host=0 out=0" host "$MAC_B" -- "${PORTS[@]}"
	sent_gives "a=0 host=0 out=1" host "$MAC_A" -- "${PORTS[@]}"
	must ip -n "$NS_HOST" link set dev v0 address "$MAC_C"
	sent_gives "a=0 host=1 out=0" a "$MAC_C" -- "${PORTS[@]}"
	sent_gives "a=0 host=0 out=1" a "$MAC_HOST" -- "${PORTS[@]}"
	must ip -n "$NS_HOST" link set dev v0 address "$MAC_HOST"
	must ip -n "$NS_HOST" link set dev a address "$MAC_A"
}

# ---------------------------------------------------------------- what passes by

# sent_by COMMAND WANT: the host sends to the link and to all by a socket that
# does not go through the queueing discipline; afterwards all is as before
sent_by()
{
	local got

	got=$(printf '%s host\nsend u host %s\nsend g host ff:ff:ff:ff:ff:ff\nsettle %d\n' \
		"$1" "$MAC_A" "$3" | frames "${PORTS[@]}")
	[[ $got != *AF_XDP:* ]] || skip "no AF_XDP here"
	got=${got//$'\n'/ }
	check_eq "$1" "$2" "${got#'# u: send: No buffer space available '}"
	sent_gives "a=1 host=0 out=0" host "$MAC_A" -- "${PORTS[@]}"
	sent_gives "a=0 host=1 out=0" a "$MAC_HOST" -- "${PORTS[@]}"
}

# Such a packet socket calls netfilter itself, since Linux 5.18. What netfilter
# has taken, it takes for lost: the sender is told ENOBUFS, and the link has it.
t_packet_socket_past_the_queueing_discipline()
{
	sent_by bypass "u a=1 host=0 out=0 g a=1 host=0 out=1" 3
}

t_AF_XDP_takes_the_wire()
{
	sent_by xdp "u a=0 host=0 out=1 g a=0 host=0 out=1" 2
}

t_tc_redirect_onto_the_lower_device()
{
	local ports=("a=$NS_HOST/a" "d=$NS_HOST/d0" "+out=$NS_HOST/v1")

	need_tc
	defer ip -n "$NS_HOST" link del dev d0
	must ip -n "$NS_HOST" link add d0 type dummy
	must ip -n "$NS_HOST" link set dev d0 up
	must tc -n "$NS_HOST" qdisc add dev d0 clsact
	tc -n "$NS_HOST" filter add dev d0 egress matchall \
		action mirred egress redirect dev v0 || skip "no mirred here"
	sent_gives "a=0 d=0 out=1" d "$MAC_A" -- "${ports[@]}"
	sent_gives "a=0 d=0 out=1" d ff:ff:ff:ff:ff:ff -- "${ports[@]}"
}

t_tc_redirect_from_the_lower_device()
{
	local ports=("a=$NS_HOST/a" "host=$NS_HOST/v0" "+out=$NS_HOST/v1" "+d=$NS_HOST/d1")

	need_tc
	defer ip -n "$NS_HOST" link del dev d0
	defer tc -n "$NS_HOST" qdisc del dev v0 clsact
	must ip -n "$NS_HOST" link add d0 type veth peer name d1
	must ip -n "$NS_HOST" link set dev d0 up
	must ip -n "$NS_HOST" link set dev d1 up
	must tc -n "$NS_HOST" qdisc add dev v0 clsact
	tc -n "$NS_HOST" filter add dev v0 egress matchall \
		action mirred egress redirect dev d0 || skip "no mirred here"
	# Netfilter comes before tc: the hook has it first.
	sent_gives "a=1 host=0 out=0 d=0" host "$MAC_A" -- "${ports[@]}"
	sent_gives "a=0 host=0 out=0 d=1" host "$MAC_WIRE" -- "${ports[@]}"
	sent_gives "a=0 host=0 out=0 d=1" a "$MAC_WIRE" -- "${ports[@]}"
}

need_tc()
{
	command -v tc >/dev/null || skip "no tc"
	modprobe -q -a sch_ingress cls_matchall act_mirred || skip "no clsact or mirred here"
}

# ---------------------------------------------------------------- secrets

KEY=0x4142434445464748414243444546474841424344

# Encrypted behind the hook, even without a NIC that could: so not for a link.
t_IPsec_with_offload_takes_the_wire()
{
	local esp=(src 10.9.0.1 dst 10.9.0.2 proto esp) i

	modprobe -q -a esp4 esp4_offload || skip "no esp4_offload here"
	defer ip -n "$NS_HOST" addr flush dev v0
	defer ip -n "$NS_HOST" xfrm policy flush
	defer ip -n "$NS_HOST" xfrm state flush
	must ip -n "$NS_HOST" addr add 10.9.0.1/24 dev v0
	must ip -n "$NS_HOST" neigh add 10.9.0.2 lladdr "$MAC_A" dev v0
	must ip -n "$NS_HOST" xfrm state add "${esp[@]}" spi 0x100 mode transport \
		aead 'rfc4106(gcm(aes))' $KEY 128
	must ip -n "$NS_HOST" xfrm policy add src 10.9.0.1 dst 10.9.0.2 dir out \
		tmpl "${esp[@]}" mode transport
	watch_for_secrets a "$NS_HOST" "$TMP.a"
	watch_for_secrets v1 "$NS_HOST" "$TMP.out"
	defer rm -f "$TMP.a" "$TMP.out"
	for i in 1 2 3; do
		in_ns "$NS_HOST" bash -c 'echo THIS-IS-A-SECRET >/dev/udp/10.9.0.2/9999'
	done
	wait_for "the wire has it" secrets_are 3 ESP "$TMP.out"
	check "encrypted" secrets_are 0 SECRET "$TMP.out"
	check "the link has nothing" secrets_are 0 ESP "$TMP.a"
	sent_gives "a=1 host=0 out=0" host "$MAC_A" -- "${PORTS[@]}"
}

watch_for_secrets()
{
	in_ns "$2" timeout 30 tcpdump -l -U -n -A -i "$1" -Q in ip proto 50 >"$3" 2>&1 &
	defer kill -KILL $!
	must busywait 10000 grep -q "listening on" "$3"
}

secrets_are()
{
	[[ $(grep -c "$2" "$3") == "$1" ]]
}

# ---------------------------------------------------------------- listeners

# capture DIRECTION FROM DST: what tcpdump on the lower device sees of a frame
capture()
{
	in_ns "$NS_HOST" timeout 15 tcpdump -l -U -n -e -c 1 -Q "$1" -i v0 \
		ether proto 0x88b5 >"$TMP" 2>&1 &
	must busywait 10000 grep -q "listening on" "$TMP"
	printf 'send x %s %s\nsettle 0\n' "$2" "$3" |
		frames "host=$NS_HOST/v0" "a=$NS_HOST/a" >/dev/null
	wait $!
	grep -c 88b5 "$TMP"
}

t_tcpdump_on_the_lower_device_sees_both_ways()
{
	check_eq "host to link" 1 "$(capture out host "$MAC_A")"
	check_eq "link to host" 1 "$(capture in a "$MAC_HOST")"
}

need_cmd tcpdump
need_helper frames nlreq
load_modules
is_intree && skip_all "in-tree macvlan has no host reach"
TMP=$(mktemp)
defer rm -f "$TMP"
topo_plain
plain_link a "$MAC_A" bridge
host_reach "$NS_HOST" a on
run_tests t_a_link_that_is_down_is_not_there t_it_follows_the_addresses \
	t_packet_socket_past_the_queueing_discipline t_AF_XDP_takes_the_wire \
	t_tc_redirect_onto_the_lower_device t_tc_redirect_from_the_lower_device \
	t_IPsec_with_offload_takes_the_wire \
	t_tcpdump_on_the_lower_device_sees_both_ways
