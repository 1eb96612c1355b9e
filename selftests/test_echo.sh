#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Behind a switch that reflects, every station gets each multicast datagram of
# every other once, whatever became of its frame on the way: cut into fragments
# or segments, padded, its checksum computed. The frames themselves, broadcast
# and stations that share an address are in test_host_reach.sh.
#
#	a	bridge	host on		c	vepa
#	b	bridge	host off	d	private	host on

. "$(dirname "$0")/lib.sh"
. "$HERE/hostlib.sh"

declare -A AT=(
	[a]=$NS_A/a/10.9.0.1 [b]=$NS_B/b/10.9.0.2 [c]=$NS_C/c/10.9.0.3 [d]=$NS_D/d/10.9.0.4
	[host]=$NS_HOST/v0/10.9.0.100 [wire]=$NS_WIRE/w0/10.9.0.200
)
PORTS=(a b c d host wire)

# Copies for the ports in that order; but for those that take no part
declare -A WANT=(
	[a]="0 1 1 0 1 1" [b]="1 0 1 0 1 1" [c]="1 1 0 0 1 1" [d]="0 0 0 0 1 1"
	[host]="1 1 1 1 0 1" [wire]="1 1 1 1 1 0"
)
WITHOUT=none REMARK=

set_up()
{
	local p ns dev address

	host_stations
	hairpin on
	for p in "${PORTS[@]}"; do
		IFS=/ read -r ns dev address <<<"${AT[$p]}"
		must ip -n "$ns" addr add "$address/24" dev "$dev"
	done
}

# wanted SENDER FACTOR: as the line that datagrams prints
wanted()
{
	local i=0 n line=

	for n in ${WANT[$1]}; do
		[[ ${PORTS[i]} == "$WITHOUT" ]] || line+=" ${PORTS[i]}=$((n * $2))"
		i=$((i + 1))
	done
	echo "${line# }"
}

# compare SENDER LENGTH WANT GOT
compare()
{
	if [[ ! $REMARK ]]; then
		check_eq "$2 bytes from $1" "$3" "$4"
	elif [[ $3 != "$4" ]]; then
		echo "$KIND, $2 bytes from $1: not $3, but $4"
	fi
}

# once FACTOR LENGTH [SEGMENT]: from each sender one datagram of LENGTH, which
# everybody gets FACTOR times, as that many
once()
{
	local factor=$1 length=$2 segment=${3:-0} args=() sends=("settle 0") total=0 p tag got n

	for p in "${PORTS[@]}"; do
		[[ $p != "$WITHOUT" ]] || continue
		args+=("$p=${AT[$p]}")
		sends+=("send $p $p $length $segment")
		for n in $(wanted "$p" "$factor"); do
			total=$((total + ${n#*=}))
		done
	done
	sends+=("settle $total")
	while read -r tag got; do
		if [[ $tag == \#* ]]; then
			fail "$tag $got"
		else
			compare "$tag" "$length" "$(wanted "$tag" "$factor")" "$got"
		fi
	done < <(printf '%s\n' "${sends[@]}" | "$SELFTESTS_BUILD/datagrams" "${args[@]}")
}

compared()
{
	REMARK=1
	set_up
	once 1 100
	once 1 3000
}

lower_offloads()
{
	must in_ns "$NS_HOST" ethtool -K v0 "$@" >/dev/null
}

t_checksum_left_to_the_device()
{
	lower_offloads tx on
	once 1 100
}

t_checksum_computed_below_the_link()
{
	lower_offloads tx off
	once 1 100
	lower_offloads tx on
}

t_fragments()
{
	once 1 3000
	lower_offloads tx off
	once 1 9000
	lower_offloads tx on
}

t_segments()
{
	lower_offloads tx on gso on tx-udp-segmentation on
	once 5 5000 1000
}

t_segments_cut_below_the_link()
{
	lower_offloads tx on tx-udp-segmentation off
	once 5 5000 1000
	lower_offloads tx-udp-segmentation on
}

# The host itself has no VLAN device: it would keep the tag's frames from the links.
t_tagged()
{
	local p ns dev address

	WITHOUT=host
	for p in a b c d wire; do
		IFS=/ read -r ns dev address <<<"${AT[$p]}"
		address=${address/10.9.0/10.9.7}
		must ip -n "$ns" link add link "$dev" name "$dev.7" type vlan id 7
		must ip -n "$ns" link set dev "$dev.7" up
		must ip -n "$ns" addr add "$address/24" dev "$dev.7"
		AT[$p]=$ns/$dev.7/$address
	done
	once 1 100
	once 1 3000
	lower_offloads txvlan off
	once 1 100
	lower_offloads txvlan on
}

# Short ones, and a far end that pads; no bridge, no wire. What goes that way
# needs its checksum.
t_padded()
{
	WITHOUT=wire
	lower_offloads tx off
	must ip -n "$NS_SW" link set dev v1 nomaster
	"$SELFTESTS_BUILD/reflect" "$NS_SW/v1" >"$TMP" &
	defer kill -KILL $!
	must busywait 5000 grep -q ready "$TMP"
	once 1 4
	once 1 3000
}

need_cmd ethtool
need_helper datagrams nlreq reflect
load_modules 8021q
is_intree && skip_all "in-tree macvlan tells by the address alone"
TMP=$(mktemp)
defer rm -f "$TMP"
in_tree compared | sed 's/^in-tree //; s/^/# in-tree /'
set_up
run_tests t_checksum_left_to_the_device t_checksum_computed_below_the_link t_fragments \
	t_segments t_segments_cut_below_the_link t_tagged t_padded
