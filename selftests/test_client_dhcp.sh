#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# DHCP through links of the personality, in every mode: Debian's dhclient in a
# namespace behind each link, dnsmasq on the wire. The first lease comes by
# broadcast, its renewal by unicast.
#
#	 vepa  bridge  private  tap	  passthru	a namespace each, with dhclient
#	   |      |       |      |	     |
#	   +------+---v0--+------+	    p0		NS_HOST
#	              |			     |
#	             v1 ---[bridge br0]---- p1		NS_SW
#	                        |
#	                       w0			NS_WIRE, with dnsmasq

MVTAP_TEST_COMPAT=${MVTAP_TEST_COMPAT-1}
# shellcheck source=selftests/lib.sh disable=SC1091
source "$(dirname "$0")/lib.sh"
# shellcheck source=selftests/clients/lib.sh disable=SC1091
source "$HERE/clients/lib.sh"

CLIENTS="vepa bridge private tap passthru"
MAC_P0=02:00:00:00:01:02
declare -A MAC=([vepa]=$MAC_A [bridge]=$MAC_B [private]=$MAC_C [tap]=02:00:00:00:0d:01 [passthru]=$MAC_P0)

# One for each link.
ns() { echo "mvt-$UNIQ-$1"; }

second_lower()
{
	must ip -n "$NS_HOST" link add p0 address $MAC_P0 type veth peer name p1 netns "$NS_SW"
	must ip -n "$NS_SW" link set p1 master br0 up
	must ip -n "$NS_HOST" link set p0 up
}

# behind NAME KIND LOWER MODE: a link in a namespace of its own
behind()
{
	ns_add "$(ns "$1")"
	must link_add_kind "$NS_HOST" "$2" "$1" "$3" "$4" address "${MAC[$1]}"
	must ip -n "$NS_HOST" link set dev "$1" netns "$(ns "$1")"
	[[ $3 != v0 ]] || must bridge -n "$NS_SW" fdb add "${MAC[$1]}" dev v1 master static
}

# T1, after which a client renews, is twelve seconds: dnsmasq gives no lease that short.
server()
{
	background ip netns exec "$NS_WIRE" dnsmasq --keep-in-foreground --conf-file=/dev/null \
		--user=root --port=0 --interface=w0 --bind-interfaces --log-dhcp --log-facility="$DIR/dnsmasq" \
		--dhcp-range=10.9.0.50,10.9.0.99,1h --dhcp-option=option:T1,12 --dhcp-option=option:T2,600 \
		--dhcp-authoritative --no-ping --dhcp-leasefile="$DIR/leases" --pid-file=
	must busywait 10000 in_ns "$NS_WIRE" sh -c 'ss -uln | grep -q :67'
}

set_up()
{
	local name

	topo_switch
	second_lower
	must ip -n "$NS_WIRE" addr add 10.9.0.200/24 dev w0
	behind vepa "$KIND" v0 vepa
	behind bridge "$KIND" v0 bridge
	behind private "$KIND" v0 private
	behind tap "$TAPKIND" v0 bridge
	behind passthru "$KIND" p0 passthru
	DIR=$(mktemp -d)
	defer rm -r "$DIR"
	background ip netns exec "$NS_WIRE" tcpdump -i w0 -n -e -l -U --immediate-mode \
		udp port 67 and dst host 10.9.0.200 >"$DIR/unicast" 2>"$DIR/tcpdump"
	must busywait 10000 grep -q "listening on w0" "$DIR/tcpdump"
	server
	for name in $CLIENTS; do
		background ip netns exec "$(ns "$name")" dhclient -d -1 -pf "$DIR/$name.pid" \
			-lf "$DIR/$name.leases" "$name" >"$DIR/$name" 2>&1
	done
}

address() { ip -n "$(ns "$1")" -j -4 addr show dev "$1" | jq -r '.[0].addr_info[0].local // ""'; }
has_address() { [[ $(address "$1") == 10.9.0.* ]]; }

# all CONDITION: it holds for every client
all()
{
	local name

	for name in $CLIENTS; do
		"$1" "$name" || return
	done
}

t_every_link_gets_a_lease()
{
	local name

	busywait 60000 all has_address
	for name in $CLIENTS; do
		has_address "$name" || { fail "$name: $(tail -n 4 "$DIR/$name")"; continue; }
		check "$name in the server's list" grep -q "${MAC[$name]} $(address "$name") " "$DIR/leases"
	done
}

renewed()
{
	grep -q "${MAC[$1]} > $MAC_WIRE.*$(address "$1").68 > 10.9.0.200.67" "$DIR/unicast" &&
		[[ $(grep -c "DHCPACK of $(address "$1") from 10.9.0.200" "$DIR/$1") -ge 2 ]]
}

t_and_renews_it_by_unicast()
{
	local name

	busywait 60000 all renewed
	for name in $CLIENTS; do
		renewed "$name" || fail "$name: $(tail -n 4 "$DIR/$name")"
	done
}

t_the_address_works()
{
	local name

	for name in $CLIENTS; do
		check "the wire to $name" in_ns "$NS_WIRE" ping -q -c 1 -W 5 "$(address "$name")"
	done
}

load_modules
set_up
run_tests t_our_module_does_the_work t_every_link_gets_a_lease t_and_renews_it_by_unicast \
	t_the_address_works
