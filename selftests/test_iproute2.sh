#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# ip of iproute2, unmodified, on our own kinds by way of the plug-in: every key
# of macvlan and macvtap, and the tool and ip agree on what a link is like.
#
# MVTAP_TEST_IP_ROOT: a directory with another Debian, whose ip is to be used.

. "$(dirname "$0")/lib.sh"

PLUGIN=$HERE/../build/tools/ip
A=02:00:00:00:00:0a B=02:00:00:00:00:0b C=02:00:00:00:00:0c

need_cmd jq mvtap
is_intree && skip_all "ip needs no plug-in for the in-tree kinds"
[[ -e $PLUGIN/link_mvtap.so ]] || skip_all "the plug-in is not built (make plugin)"
load_modules

in_own_namespace()
{
	[[ -z ${IPROUTE_NS:-} ]] || return 0
	export IPROUTE_NS=mvt-$UNIQ-ip
	ns_add "$IPROUTE_NS"
	ip netns exec "$IPROUTE_NS" "$0"
	exit
}

other_root()
{
	local root=$MVTAP_TEST_IP_ROOT

	must mount -t tmpfs tmpfs "$root/mnt"
	defer umount -l "$root/mnt"
	must mkdir "$root/mnt/ip"
	must cp "$PLUGIN"/*.so "$root/mnt/ip/"
	IPROUTE=(env IP_LIB_DIR=/mnt/ip chroot "$root" ip)
}

in_own_namespace
IPROUTE=(env "IP_LIB_DIR=$PLUGIN" ip)
[[ -z ${MVTAP_TEST_IP_ROOT:-} ]] || other_root

iproute()
{
	"${IPROUTE[@]}" "$@"
}

# without IP_LIB_DIR, and so without the plug-in
bare()
{
	env IP_LIB_DIR=/nowhere "${IPROUTE[@]:2}" "$@"
}

topo()
{
	must ip link add v0 type dummy
	defer ip link del v0
}

add()
{
	local name=$1

	shift
	check "add $name $*" iproute link add link v0 name "$name" type "$@"
}

change()
{
	local name=$1

	shift
	check "change $name to $*" iproute link set dev "$name" type "$@"
}

# info NAME: kind and settings, as compact JSON
info()
{
	# Some of ip's show the limit of each link, also when it is the default.
	iproute -d -j link show dev "$1" | jq -cS '.[0].linkinfo | [.info_kind, .info_data] |
		del(.[1].bclim | select(. == 1))'
}

# is NAME KIND '"KEY":VALUE,...': exactly these settings of macvlan's, beside the queue length
is()
{
	check_eq "$1" "[\"$2\",{$3}]" "$(info "$1" | jq -c '.[1] |= del(.bcqueuelen, .usedbcqueuelen,
		.host, .spoofcheck, .maxmacs, .macs, .stack, .carrier, .owner, .group, .perm, .node)')"
}

t_the_ip_under_test()
{
	iproute -V
	check_eq "kinds in ip itself" "" "$(bare link help mvtap 2>&1 | grep MODE)"
}

t_modes_of_both_kinds()
{
	local kind mode said

	topo
	for kind in mvlan mvtap; do
		for mode in private vepa bridge passthru source; do
			add l0 "$kind" mode "$mode"
			said=$(iproute -d link show l0)
			[[ $said == *" $kind mode $mode "* ]] || fail "$kind $mode: $said"
			must ip link del l0
		done
	done
}

t_change_mode()
{
	topo
	add vm0 mvtap mode bridge
	change vm0 mvtap mode private
	is vm0 mvtap '"mode":"private"'
	change vm0 mvtap mode vepa
	is vm0 mvtap '"mode":"vepa"'
	check_eq "the tool sees the same" '["mvtap","vepa"]' "$(mvtap -j show vm0 | jq -c '.[0] | [.kind,.mode]')"
}

t_flags()
{
	topo
	add p0 mvtap mode passthru nopromisc
	is p0 mvtap '"mode":"passthru","nopromisc":true'
	check_eq "lower is not promiscuous" 0 "$(ip -j -d link show v0 | jq '.[0].promiscuity')"
	must ip link del p0
	add s0 mvlan mode source nodst
	is s0 mvlan '"macaddr_count":0,"mode":"source","nodst":true'
}

t_queue_length()
{
	topo
	add vm0 mvtap mode bridge bcqueuelen 700
	check_eq "wish and use" '[700,700]' "$(info vm0 | jq -c '.[1] | [.bcqueuelen,.usedbcqueuelen]')"
	change vm0 mvtap bcqueuelen 900
	check_eq "wish and use" '[900,900]' "$(info vm0 | jq -c '.[1] | [.bcqueuelen,.usedbcqueuelen]')"
	check_eq "the tool sees the same" 900 "$(mvtap -j show vm0 | jq '.[0].bcqueuelen')"
}

# ip has the key since 6.4.
t_broadcast_limit()
{
	topo
	add vm0 mvtap mode bridge
	if ! bare link help macvtap 2>&1 | grep -q bclim; then
		refused "an ip that does not know bclim" iproute link set vm0 type mvtap bclim 5
		return
	fi
	change vm0 mvtap bclim 5
	check_eq "limit" 5 "$(info vm0 | jq '.[1].bclim')"
	check_eq "the tool sees the same" 5 "$(mvtap -j show vm0 | jq '.[0].bccutoff')"
	change vm0 mvtap bclim -1
	check_eq "none" -1 "$(info vm0 | jq '.[1].bclim')"
}

# own NAME: what macvlan has not
own()
{
	info "$1" | jq -c '.[1] | [.host,.spoofcheck,.maxmacs,.macs,.stack,.carrier,.owner,.group,.perm,.node]'
}

t_own_options()
{
	local said

	topo
	add vm0 mvtap mode bridge host on maxmacs 3 bcqueuelen 700 perm 640 group 7
	said='3,1,false,"lower",0,7,"0640","tap'$(<"/sys/class/net/vm0/ifindex")'"]'
	check_eq "as made" "[true,false,$said" "$(own vm0)"
	check_eq "the tool sees the same" '[true,3,7,"0640"]' \
		"$(mvtap -j show vm0 | jq -c '.[0] | [.host,.maxmacs,.gid,.perm]')"
	said=$(iproute -d link show vm0)
	[[ $said == *" host on spoofcheck off maxmacs 3 stack off carrier lower owner 0 group 7 perm 0640 macs 1 node tap"* ]] ||
		fail "text: $said"
	change vm0 mvtap mode vepa host off spoofcheck on carrier queue owner nobody
	check_eq "changed" '[false,true,"queue",65534]' \
		"$(info vm0 | jq -c '.[1] | [.host,.spoofcheck,.carrier,.owner]')"
	add l0 mvlan mode private host on
	check_eq "without a node" '[true,false,1,1,null,null,null,null,null,null]' "$(own l0)"
	said=$(iproute link set vm0 type mvtap host on 2>&1)
	check_eq "status" 2 $?
	[[ $said == *vepa* || $said == *bridge* ]] || fail "not the kernel's reason: $said"
	said=$(iproute link set vm0 type mvtap perm rw 2>&1)
	check "refused" test $? -ne 0
	check_eq "what is wrong" 'Error: argument "rw" is wrong: perm OCTAL' "$said"
}

# sources NAME: the list, sorted
sources()
{
	info "$1" | jq -r '.[1].macaddr_data // [] | sort | join(" ")'
}

t_source_addresses()
{
	topo
	add s0 mvtap mode source macaddr set $A $B
	check_eq "set when made" "$A $B" "$(sources s0)"
	change s0 mvtap macaddr add $C
	check_eq "added" "$A $B $C" "$(sources s0)"
	check_eq "counted" 3 "$(info s0 | jq '.[1].macaddr_count')"
	check_eq "text" 1 "$(iproute -d link show s0 | grep -c 'remotes (3) 02:')"
	change s0 mvtap macaddr del $A
	check_eq "deleted" "$B $C" "$(sources s0)"
	change s0 mvtap macaddr set $A
	check_eq "replaced" "$A" "$(sources s0)"
	change s0 mvtap macaddr flush
	check_eq "flushed" "" "$(sources s0)"
}

t_refusals()
{
	local said

	topo
	add vm0 mvtap mode bridge
	said=$(iproute link set vm0 type mvtap mode passthru 2>&1)
	check_eq "status" 2 $?
	[[ $said == *passthru* ]] || fail "not the kernel's reason: $said"
	said=$(iproute link set vm0 type mvtap mode brid 2>&1)
	check "refused" test $? -ne 0
	[[ $said == *'"private", "vepa", "bridge", "passthru"'* ]] || fail "no choice named: $said"
	said=$(iproute link set vm0 type mvtap colour 2>&1)
	[[ $said == "mvtap: "*colour* ]] || fail "not in the name of the kind: $said"
	is vm0 mvtap '"mode":"bridge"'
}

t_help()
{
	local kind

	for kind in mvlan mvtap; do
		check_eq "$kind" "Usage: ... $kind mode MODE" \
			"$(iproute link help $kind 2>&1 | grep -oE '^Usage: \.\.\. [a-z]+ mode MODE')"
	done
}

t_without_the_plug_in()
{
	local said

	topo
	said=$(bare link add link v0 name vm0 type mvtap mode bridge 2>&1)
	check "refused" test $? -ne 0
	[[ $said == "Garbage instead of arguments"* ]] || fail "something else: $said"
	check "nothing was made" not link_there vm0
	check "without a key it is made" bare link add link v0 name vm0 type mvtap
	check_eq "and shown, but for details" '["mvtap",null]' \
		"$(bare -d -j link show vm0 | jq -c '.[0].linkinfo | [.info_kind, .info_data]')"
}

link_there()
{
	[[ -e /sys/class/net/$1 ]]
}

run_tests t_the_ip_under_test t_modes_of_both_kinds t_change_mode t_flags t_queue_length \
	t_broadcast_limit t_own_options t_source_addresses t_refusals t_help t_without_the_plug_in
