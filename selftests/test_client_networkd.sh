#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Debian's systemd-networkd, unchanged, makes links of the personality from .netdev
# files, gives them addresses and finds them again. udevd runs beside it, as
# networkd waits for it to have seen each interface.

MVTAP_TEST_COMPAT=${MVTAP_TEST_COMPAT-1}
# shellcheck source=selftests/lib.sh disable=SC1091
source "$(dirname "$0")/lib.sh"
# shellcheck source=selftests/clients/lib.sh disable=SC1091
source "$HERE/clients/lib.sh"

CONFIG=/etc/systemd/network
export SYSTEMD_IGNORE_CHROOT=1	# process 1 has another root

# ---------------------------------------------------------------- set-up

# netdev NAME KIND LINES: a .netdev file, and a .network file with an address
ADDRESSES=0
netdev()
{
	ADDRESSES=$((ADDRESSES + 1))
	cat >"$CONFIG/10-$1.netdev" <<-END
	[NetDev]
	Name=$1
	Kind=$2
	MACAddress=02:00:00:00:10:0$ADDRESSES

	[${2^^}]
	$3
	END
	cat >"$CONFIG/30-$1.network" <<-END
	[Match]
	Name=$1
	[Network]
	Address=10.9.$ADDRESSES.1/24
	IPv6AcceptRA=no
	LinkLocalAddressing=no
	END
}

# lower NAME LINES: a .network file for a lower device
lower()
{
	printf '[Match]\nName=%s\n[Network]\nLinkLocalAddressing=no\n%s\n' "$1" "$2" >"$CONFIG/20-$1.network"
}

configure()
{
	rm -f "$CONFIG"/*
	netdev tvepa macvtap Mode=vepa
	netdev tbridge macvtap Mode=bridge
	netdev tprivate macvtap Mode=private
	netdev tpassthru macvtap Mode=passthru
	netdev lvepa macvlan Mode=vepa
	netdev lbridge macvlan $'Mode=bridge\nBroadcastMulticastQueueLength=500'
	netdev lprivate macvlan Mode=private
	netdev lsource macvlan $'Mode=source\nSourceMACAddress=02:00:00:00:02:01 02:00:00:00:02:02'
	lower v0 $'MACVTAP=tvepa\nMACVTAP=tbridge\nMACVTAP=tprivate
MACVLAN=lvepa\nMACVLAN=lbridge\nMACVLAN=lprivate\nMACVLAN=lsource'
	lower p0 MACVTAP=tpassthru
	chmod 644 "$CONFIG"/*
}

# start DAEMON: in NS_HOST
start() { background ip netns exec "$NS_HOST" "/lib/systemd/$1" >"$LOGS/$1" 2>&1; }

set_up()
{
	topo_plain
	ns_add "$NS_WIRE"
	must ip -n "$NS_HOST" link add p0 type veth peer name p1
	must ip -n "$NS_HOST" link set p1 up
	configure
	LOGS=$(mktemp -d)
	defer rm -r "$LOGS"
	start systemd-udevd
	must busywait 10000 in_ns "$NS_HOST" udevadm control --ping
	must in_ns "$NS_HOST" udevadm trigger --action=add --subsystem-match=net
	must in_ns "$NS_HOST" udevadm settle
	must install -d -o systemd-network -g systemd-network /run/systemd/netif
	start systemd-networkd
	NETWORKD=$DAEMON
}

# ---------------------------------------------------------------- tests

LINKS="tvepa tbridge tprivate tpassthru lvepa lbridge lprivate lsource"
declare -A WANT=(
	[tvepa]="macvtap vepa v0" [tbridge]="macvtap bridge v0"
	[tprivate]="macvtap private v0" [tpassthru]="macvtap passthru p0"
	[lvepa]="macvlan vepa v0" [lbridge]="macvlan bridge v0"
	[lprivate]="macvlan private v0" [lsource]="macvlan source v0")

# What networkd itself says of a link
state_is()
{
	grep -qsx "ADMIN_STATE=$2" \
		"/run/systemd/netif/links/$(link_get "$NS_HOST" "$1" .ifindex 2>/dev/null)"
}

all_configured()
{
	local link

	for link in $LINKS; do
		state_is "$link" configured || return
	done
}

# settled: networkd has no more to do
settled()
{
	local link

	busywait 60000 all_configured && return
	for link in $LINKS; do
		state_is "$link" configured || fail "networkd does not get done with $link"
	done
	sed 's/^/networkd: /' "$LOGS/systemd-networkd"
}

t_networkd_makes_each_link()
{
	local link

	settled
	for link in $LINKS; do
		check_eq "$link" "${WANT[$link]}" "$(link_get_all "$link" \
			'[.linkinfo.info_kind, .linkinfo.info_data.mode, .link]')"
	done
	check_eq "queue length of lbridge" 500 \
		"$(link_get "$NS_HOST" lbridge .linkinfo.info_data.bcqueuelen)"
	check_eq "sources of lsource" "02:00:00:00:02:01 02:00:00:00:02:02" \
		"$(link_get_all lsource '[.linkinfo.info_data.macaddr_data[]] | sort')"
}

# link_get_all LINK FILTER: what jq makes of it, in one line
link_get_all()
{
	ip -n "$NS_HOST" -j -d link show dev "$1" | jq -r ".[0] | $2 | join(\" \")"
}

t_and_configures_it()
{
	local link n=0

	for link in $LINKS; do
		n=$((n + 1))
		check_eq "operstate of $link" UP "$(link_get "$NS_HOST" "$link" .operstate)"
		check_eq "address of $link" "10.9.$n.1" \
			"$(ip -n "$NS_HOST" -j addr show dev "$link" | jq -r '.[0].addr_info[0].local')"
		[[ $link == tpassthru ]] ||
			check_eq "MAC of $link" "02:00:00:00:10:0$n" "$(mac_of "$NS_HOST" "$link")"
	done
	check_eq "MAC of tpassthru" "$(mac_of "$NS_HOST" p0)" "$(mac_of "$NS_HOST" tpassthru)"
}

# All addresses are in one namespace: with arp_ignore only the link that has one
# answers for it, and not the lower device.
t_the_links_carry()
{
	must in_ns "$NS_HOST" sh -c 'echo 1 >/proc/sys/net/ipv4/conf/all/arp_ignore'
	must ip -n "$NS_HOST" link set dev v1 netns "$NS_WIRE"
	must ip -n "$NS_WIRE" link set dev v1 up
	must ip -n "$NS_WIRE" addr add 10.9.2.2/24 dev v1
	must ip -n "$NS_WIRE" addr add 10.9.6.2/24 dev v1
	check "the wire to tbridge" in_ns "$NS_WIRE" ping -q -c 1 -W 5 10.9.2.1
	check "the wire to lbridge" in_ns "$NS_WIRE" ping -q -c 1 -W 5 10.9.6.1
}

# It finds its links by name and kind, and leaves them as they are.
t_another_networkd_takes_them_over()
{
	local before after

	before=$(ip -n "$NS_HOST" -o link show | cut -d' ' -f1-2 | sort)
	end "$NETWORKD"
	rm -f /run/systemd/netif/links/*
	start systemd-networkd
	settled
	after=$(ip -n "$NS_HOST" -o link show | cut -d' ' -f1-2 | sort)
	check_eq "interfaces and their indexes" "$before" "$after"
	refused "complaints" grep -E "Failed|Could not" "$LOGS/systemd-networkd"
}

load_modules
set_up
run_tests t_our_module_does_the_work t_networkd_makes_each_link t_and_configures_it \
	t_the_links_carry t_another_networkd_takes_them_over
