#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Bad requests: each is refused with the right error and a message, and changes
# nothing. The devices, all in a namespace in which this whole script runs:
#
#	v0   shared by a (bridge) and b (vepa)
#	p0   held by p (passthru)
#	f0   free, MTU 1500
#	s0   a port of the bridge br0
#	t0   a tun device: not Ethernet
#
# A row: name | allowed errors | arguments of nlreq; @X is the ifindex of X.

[[ ${MVTAP_OWN_NETNS:-} ]] || MVTAP_OWN_NETNS=1 exec unshare -n "$0"

. "$(dirname "$0")/lib.sh"

ROWS="
mode unknown           | EINVAL        | new x link @f0 attr 1 u32:3
mode zero              | EINVAL        | new x link @f0 attr 1 u32:0
mode of many bits      | EINVAL        | new x link @f0 attr 1 u32:0xffffffff
mode too short         | EINVAL ERANGE | new x link @f0 attr 1 0200
mode too long          | EINVAL ERANGE | new x link @f0 attr 1 0200000000000000
mode empty             | EINVAL ERANGE | new x link @f0 attr 1 -
flag unknown           | EINVAL        | new x link @f0 attr 1 u32:8 attr 2 u16:4
flags too short        | EINVAL ERANGE | new x link @f0 attr 1 u32:8 attr 2 01
flag nodst, vepa       | EINVAL        | new x link @f0 attr 1 u32:2 attr 2 u16:2
flag nopromisc, source | EINVAL        | new x link @f0 attr 1 u32:16 attr 2 u16:1
source list, vepa      | EINVAL        | new x link @f0 attr 3 u32:0 attr 4 020000000001
source list, nothing   | EINVAL        | new x link @f0 attr 1 u32:16 attr 3 u32:0
source list, address   | EINVAL        | new x link @f0 attr 1 u32:16 attr 4 020000000001
source list, addresses | EINVAL        | new x link @f0 attr 1 u32:16 attr 5 0a000400020000000001
source list, count     | EINVAL        | new x link @f0 attr 6 u32:1
queue length too short | EINVAL ERANGE | new x link @f0 attr 7 01
queue length used      | EINVAL        | new x link @f0 attr 8 u32:1
cutoff too short       | EINVAL ERANGE | new x link @f0 attr 9 01
attribute 10           | EINVAL        | new x link @f0 attr 10 u32:1
attribute 31           | EINVAL        | new x link @f0 attr 31 u32:1
attribute 32           | EINVAL        | new x link @f0 attr 32 u32:1
attribute 33           | EINVAL        | new x link @f0 attr 33 u32:1
attribute 4000         | EINVAL        | new x link @f0 attr 4000 u32:1
no lower device        | EINVAL        | new x
lower device unknown   | ENODEV        | new x link 99999
lower device loopback  | EINVAL        | new x link @lo
lower not Ethernet     | EINVAL        | new x link @t0
lower is a bridge port | EBUSY         | new x link @s0
address multicast      | EADDRNOTAVAIL | new x link @f0 addr 01005e000001
address zero           | EADDRNOTAVAIL | new x link @f0 addr 000000000000
address short          | EINVAL        | new x link @f0 addr 0200000001
mtu above the lower's  | EINVAL        | new x link @f0 mtu 1501
mtu 67                 | EINVAL        | new x link @f0 mtu 67
passthru, shared port  | EINVAL        | new x link @v0 attr 1 u32:8
beside passthru        | EINVAL        | new x link @p0 attr 1 u32:4
passthru twice         | EINVAL        | new x link @p0 attr 1 u32:8
set mode unknown       | EINVAL        | set a attr 1 u32:3
set mode too short     | EINVAL ERANGE | set a attr 1 0200
set to passthru        | EINVAL        | set a attr 1 u32:8
set from passthru      | EINVAL        | set p attr 1 u32:4
set flag unknown       | EINVAL        | set p attr 2 u16:4
set source list        | EINVAL        | set a attr 3 u32:2
set count              | EINVAL        | set a attr 6 u32:1
set attribute 33       | EINVAL        | set a attr 33 u32:1
set good and bad       | EINVAL        | set a attr 1 u32:1 attr 33 u32:1
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
	must add b v0 vepa
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

snapshot()
{
	ip -d link show
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
