#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Bad requests about lower devices, addresses and MTUs: each is refused with the
# right error and a message, and changes nothing. For the attributes of the kinds
# see test_attr_table.c. The devices, all in a namespace in which this whole
# script runs:
#
#	v0   shared by a (bridge, up), u (bridge, up) and b (vepa)
#	p0   held by p (passthru)
#	f0   free, MTU 1500
#	s0   a port of the bridge br0
#	t0   a tun device: not Ethernet
#
# A row: name | allowed errors | arguments of nlreq; @X is the ifindex of X.

[[ ${MVTAP_OWN_NETNS:-} ]] || MVTAP_OWN_NETNS=1 exec unshare -n "$0"

. "$(dirname "$0")/lib.sh"

ROWS="
no lower device        | EINVAL        | new x
lower device unknown   | ENODEV        | new x link 99999
lower device loopback  | EINVAL        | new x link @lo
lower not Ethernet     | EINVAL        | new x link @t0
lower is a bridge port | EBUSY         | new x link @s0
mtu above the lower's  | EINVAL        | new x link @f0 mtu 1501
mtu 67                 | EINVAL        | new x link @f0 mtu 67
set mtu above lower's  | EINVAL        | set a mtu 1501
set mtu 67             | EINVAL        | set a mtu 67
set address multicast  | EADDRNOTAVAIL | set a addr 01005e000001
set address of lower   | EADDRINUSE    | set u addr 020000000101
set address of sibling | EADDRINUSE    | set u addr 020000000a01
passthru, shared port  | EINVAL        | new x link @v0 attr 1 u32:8
beside passthru        | EINVAL        | new x link @p0 attr 1 u32:4
passthru twice         | EINVAL        | new x link @p0 attr 1 u32:8
"

topo()
{
	must ip -batch - <<-END
		link add v0 address $MAC_HOST type veth peer name v1
		link add p0 type dummy
		link add f0 type dummy
		link add s0 type dummy
		link add br0 type bridge
		link set s0 master br0
	END
	ip tuntap add dev t0 mode tun 2>/dev/null
	must add a v0 bridge
	must add u v0 bridge
	must add b v0 vepa
	must ip link set dev v0 up
	must ip link set dev a address $MAC_A
	must ip link set dev a up
	must ip link set dev u up
	must add p p0 passthru
}

add()
{
	if is_intree; then
		ip link add link "$2" name "$1" type "$KIND" mode "$3"
	else
		mvtap add "$1" link "$2" kind "$KIND" mode "$3" >/dev/null
	fi
}

# Without the operational state, which the kernel works out up to a second after the fact
snapshot()
{
	ip -d link show | sed 's/NO-CARRIER,//; s/ state [A-Z]*//'
}

modes()
{
	is_intree || mvtap -j show
}

# request ARGUMENTS: @X becomes the ifindex of X
request()
{
	local w args=()

	for w in "$@"; do
		if [[ $w == @* ]]; then
			w=${INDEX[${w#@}]:-}
			[[ $w ]] || { echo "no device $w here"; return; }
		fi
		args+=("$w")
	done
	"$SELFTESTS_BUILD/nlreq" "${args[0]}" "${args[1]}" \
		kind "$KIND" "${args[@]:2}"
}

declare -A INDEX=([lo]=1)

need_helper nlreq
load_modules tun
topo
# This namespace's own sysfs, without leaving a mount behind
sysfs=$(mktemp -d)
defer rmdir "$sysfs"
must mount -t sysfs sysfs "$sysfs"
defer umount "$sysfs"
for dev in v0 p0 f0 s0 t0; do
	[[ ! -e $sysfs/class/net/$dev ]] ||
		INDEX[$dev]=$(<"$sysfs/class/net/$dev/ifindex")
done

mapfile -t rows < <(grep '|' <<<"$ROWS")
tap_plan $((${#rows[@]} + 2))
modes_before=$(modes)
before=$(snapshot)
for row in "${rows[@]}"; do
	IFS='|' read -r name errors args <<<"$row"
	read -r name <<<"$name"
	read -r errors <<<"$errors"
	read -ra args <<<"$args"
	if [[ ${args[*]} == *@t0* && ! ${INDEX[t0]} ]]; then
		tap_result skip "$name" "no tun device here"
		continue
	fi
	got=$(request "${args[@]}")
	after=$(snapshot)
	[[ $got != OK ]] || ip link del dev x 2>/dev/null
	if [[ " $errors " != *" ${got%% *} "* ]]; then
		point "$name" "$errors" "$got"
	elif [[ $got != *" "?* ]]; then
		point "$name" "$got with a message" "$got"
	else
		point "$name" "$before" "$after"
	fi
	[[ $got != OK ]] || after=$(snapshot)
	before=$after
done

point "modes are what they were" "$modes_before" "$(modes)"

# After all that a good request still works.
point "good request" OK \
	"$(request new x link @f0 attr 1 u32:4 attr 7 u32:500 attr 9 u32:2)"
tap_end
