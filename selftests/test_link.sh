#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What else one can do to a link: protodown, the length of the queue for deferred
# multicast and the cutoff, entries in the forwarding database by hand.
#
#	NS_HOST:  v0 (lower device) -- v1 (wire);  links a and b on v0

. "$(dirname "$0")/lib.sh"

GROUP=01:00:5e:01:02:03
EXTRA=02:00:00:00:0a:55
BROADCAST=ff:ff:ff:ff:ff:ff

attrs()
{
	in_ns "$NS_HOST" "$SELFTESTS_BUILD/nlattrs" "$@"
}

set_attrs()
{
	check_eq "$1: $2" OK "$(attrs set "$1" "$KIND" "$2")"
}

# info NAME NUMBER: an attribute of IFLA_INFO_DATA as a decimal number
info()
{
	local path size bytes

	while read -r path size bytes; do
		[[ $path != "18/2/$2" ]] ||
			echo $((16#${bytes:6:2}${bytes:4:2}${bytes:2:2}${bytes:0:2}))
	done < <(attrs show "$1")
}

ports=("a=$NS_HOST/a" "b=$NS_HOST/b" "wire=$NS_HOST/v1")

topo_ab()
{
	topo_plain
	plain_link a "$MAC_A" bridge
	plain_link b "$MAC_B" bridge
}

# ---------------------------------------------------------------- protodown

has_carrier()
{
	[[ $(link_get "$NS_HOST" "$1" .flags) == *'"LOWER_UP"'* ]]
}

t_protodown()
{
	topo_ab
	wait_for "carrier" has_carrier a
	check "on" ip -n "$NS_HOST" link set dev a protodown on
	check_eq "told" true "$(link_get "$NS_HOST" a .proto_down)"
	wait_for "no carrier" not has_carrier a
	check "not the sibling" has_carrier b
	check "off" ip -n "$NS_HOST" link set dev a protodown off
	wait_for "carrier again" has_carrier a
	sent_gives "a=1 b=0 wire=0" wire "$MAC_A" -- "${ports[@]}"
}

t_protodown_reasons()
{
	topo_ab
	must ip -n "$NS_HOST" link set dev a protodown on protodown_reason 3 on
	refused "while there is a reason" ip -n "$NS_HOST" link set dev a protodown off
	check "without" ip -n "$NS_HOST" link set dev a protodown off protodown_reason 3 off
	wait_for "carrier again" has_carrier a
}

# ---------------------------------------------------------------- deferral

t_queue_length_of_the_port()
{
	topo_ab
	check_eq "default" "1000 1000" "$(info a 7) $(info a 8)"
	set_attrs a "7 u32:200"
	check_eq "b wants more" "200 1000" "$(info a 7) $(info a 8)"
	set_attrs b "7 u32:50"
	check_eq "a wants more" "200 200" "$(info a 7) $(info a 8)"
	check_eq "the same of b" "50 200" "$(info b 7) $(info b 8)"
	set_attrs a "7 u32:5000"
	check_eq "root may have more" 5000 "$(info b 8)"
	must ip -n "$NS_HOST" link del dev a
	check_eq "b alone" "50 50" "$(info b 7) $(info b 8)"
}

# One that is root in its own container only
t_queue_length_in_a_container()
{
	local got

	unshare -Un true 2>/dev/null || skip "no user namespaces here"
	got=$(unshare -Urn sh -c '
		ip link add v0 type dummy
		'"$SELFTESTS_BUILD"'/nlattrs new a '"$KIND"' v0 "7 u32:1000"
		'"$SELFTESTS_BUILD"'/nlattrs new b '"$KIND"' v0 "7 u32:1001"
		'"$SELFTESTS_BUILD"'/nlattrs set a '"$KIND"' "7 u32:1001"' |
		cut -d' ' -f1 | tr '\n' ' ')
	if is_intree && [[ $got == "OK OK OK " ]]; then
		skip "in-tree macvlan of this kernel does not care"
	fi
	check_eq "default, above, set above" "OK EPERM EPERM " "$got"
}

drops()
{
	in_ns "$NS_HOST" ethtool -S "$1" | sed -n 's/^ *rx_drop_bc_queue: //p'
}

# With no place in the queue, what is deferred is lost: so one sees what is. One
# value for the port in-tree and with compat=1, where the last writer wins.
t_cutoff_of_the_port()
{
	[[ $KIND == macvlan ]] || skip "each link has its own wish"
	topo_ab
	set_attrs a "7 u32:0"
	set_attrs b "7 u32:0"
	set_attrs a "9 u32:5"
	if is_intree && [[ ! $(info a 9) ]]; then
		skip "in-tree macvlan of this kernel has no cutoff"
	fi
	set_attrs a "9 u32:1"
	check_eq "not told when it is the default" "" "$(info a 9)"
	sent_gives "a=0 b=0 wire=0" wire "$BROADCAST" -- "${ports[@]}"
	set_attrs a "9 u32:2"
	check_eq "it is the port's" 2 "$(info b 9)"
	sent_gives "a=1 b=1 wire=0" wire "$BROADCAST" -- "${ports[@]}"
	set_attrs a "9 u32:0"
	sent_gives "a=0 b=0 wire=0" wire "$BROADCAST" -- "${ports[@]}"
	set_attrs b "9 u32:0xffffffff"
	check_eq "never" 4294967295 "$(info a 9)"
	sent_gives "a=1 b=1 wire=0" wire "$BROADCAST" -- "${ports[@]}"
}

# cutoffs: wish of a, of b, and what the port uses, by a and by b
cutoffs()
{
	echo "$(info a 9) $(info b 9), $(info a 42) $(info b 42)"
}

two_cutoffs_of_macvlan()
{
	topo_ab
	set_attrs a "9 u32:7"
	set_attrs b "9 u32:3"
	echo "macvlan, a wants a cutoff of 7, then b of 3: a tells $(info a 9), b tells $(info b 9)"
}

# Each link has its wish; the port uses the largest.
t_cutoff_of_each_link()
{
	in_tree two_cutoffs_of_macvlan
	[[ $KIND != macvlan ]] || skip "one value for the port"
	topo_ab
	set_attrs a "7 u32:0"
	set_attrs b "7 u32:0"
	check_eq "default, told" "1 1, 1 1" "$(cutoffs)"
	sent_gives "a=0 b=0 wire=0" wire "$BROADCAST" -- "${ports[@]}"
	set_attrs a "9 u32:7"
	set_attrs b "9 u32:3"
	check_eq "the largest" "7 3, 7 7" "$(cutoffs)"
	sent_gives "a=1 b=1 wire=0" wire "$BROADCAST" -- "${ports[@]}"
	set_attrs a "9 u32:0"
	check_eq "b's" "0 3, 3 3" "$(cutoffs)"
	set_attrs b "9 u32:1"
	check_eq "deferred again" "0 1, 1 1" "$(cutoffs)"
	sent_gives "a=0 b=0 wire=0" wire "$BROADCAST" -- "${ports[@]}"
	set_attrs b "9 u32:0xffffffff"
	check_eq "never" "0 4294967295, 4294967295 4294967295" "$(cutoffs)"
	sent_gives "a=1 b=1 wire=0" wire "$BROADCAST" -- "${ports[@]}"
	must ip -n "$NS_HOST" link del dev b
	check_eq "goes with its link" "0, 0" "$(info a 9), $(info a 42)"
}

t_queue_overflow_is_counted()
{
	is_intree && skip "in-tree macvlan counts it on the lower device"
	topo_ab
	set_attrs a "7 u32:0"
	set_attrs b "7 u32:0"
	sent_gives "a=0 b=0 wire=0" wire "$BROADCAST" -- "${ports[@]}"
	check_eq "a" 1 "$(drops a)"
	check_eq "b" 1 "$(drops b)"
	set_attrs a "7 u32:1000"
	sent_gives "a=1 b=1 wire=0" wire "$BROADCAST" -- "${ports[@]}"
}

# ---------------------------------------------------------------- fdb

fdb()
{
	bridge -n "$NS_HOST" fdb "$@"
}

fdb_has()
{
	[[ $(fdb show dev "$1") == *"$2 "*self* ]]
}

lower_has()
{
	[[ $(fdb show dev "$1") == *"$2 "*self* ||
	   $(ip -n "$NS_HOST" maddr show dev "$1") == *"link "*"$2"* ]]
}

t_fdb_group()
{
	topo_ab
	check "add" fdb add "$GROUP" dev a self
	check "it is told" fdb_has a "$GROUP"
	refused "add again" fdb add "$GROUP" dev a self
	wait_for "the lower device has it" lower_has v0 "$GROUP"
	sent_gives "a=1 b=0 wire=0" wire "$GROUP" -- "${ports[@]}"
	check "del" fdb del "$GROUP" dev a self
	check "it is not told" not fdb_has a "$GROUP"
	wait_for "the lower device lost it" not lower_has v0 "$GROUP"
	# In-tree macvlan computes its filter before the group has left the list.
	is_intree || sent_gives "a=0 b=0 wire=0" wire "$GROUP" -- "${ports[@]}"
	refused "del again" fdb del "$GROUP" dev a self
}

# In passthru without a bound. On other links in-tree macvlan has no more than one
# address; ours have maxmacs: test_macs.sh.
t_fdb_unicast_in_passthru()
{
	topo_ab
	refused "bridge" fdb add "$EXTRA" dev a self
	check "nothing is there" not fdb_has a "$EXTRA"
	refused "del" fdb del "$EXTRA" dev a self
	must ip -n "$NS_HOST" link del dev a
	must ip -n "$NS_HOST" link del dev b
	must link_add "$NS_HOST" a v0 passthru
	must ip -n "$NS_HOST" link set dev a up
	check "passthru" fdb add "$EXTRA" dev a self
	check "it is told" fdb_has a "$EXTRA"
	refused "add again" fdb add "$EXTRA" dev a self
	refused "replace" fdb replace "$EXTRA" dev a self
	wait_for "the lower device has it" lower_has v0 "$EXTRA"
	check "del" fdb del "$EXTRA" dev a self
	wait_for "the lower device lost it" not lower_has v0 "$EXTRA"
}

t_fdb_goes_with_the_link()
{
	topo_ab
	must fdb add "$GROUP" dev a self
	wait_for "there" lower_has v0 "$GROUP"
	must ip -n "$NS_HOST" link set dev a down
	wait_for "not while down" not lower_has v0 "$GROUP"
	must ip -n "$NS_HOST" link set dev a up
	wait_for "up again" lower_has v0 "$GROUP"
	must ip -n "$NS_HOST" link del dev a
	wait_for "gone" not lower_has v0 "$GROUP"
}

# ---------------------------------------------------------------- what it looks like

# speed DEV
speed()
{
	in_ns "$NS_HOST" ethtool "$1" | grep -E 'Speed|Duplex|Link detected'
}

t_ethtool()
{
	local got

	topo_ab
	got=$(in_ns "$NS_HOST" ethtool -i a)
	[[ $got == "driver: $(is_intree && echo macvlan || echo mvtap)"* ]] || fail "$got"
	wait_for "carrier" has_carrier a
	check_eq "as the lower device" "$(speed v0)" "$(speed a)"
}

t_upper_and_lower()
{
	topo_ab
	check "a says who is below" in_ns "$NS_HOST" test -e /sys/class/net/a/lower_v0
	check "v0 says who is above" in_ns "$NS_HOST" test -e /sys/class/net/v0/upper_a
	must ip -n "$NS_HOST" link del dev a
	check "no longer" in_ns "$NS_HOST" test ! -e /sys/class/net/v0/upper_a
}

# In-tree macvtap has one.
t_no_queueing_discipline()
{
	topo_ab
	must link_add_kind "$NS_HOST" "$TAPKIND" t v0 bridge
	must ip -n "$NS_HOST" link set dev t up
	check_eq "$KIND" noqueue "$(link_get "$NS_HOST" a .qdisc)"
	check_eq "$TAPKIND" "$(is_intree && echo yes || echo no)" \
		"$([[ $(link_get "$NS_HOST" t .qdisc) == noqueue ]] && echo no || echo yes)"
	check_eq "ring" 500 "$(link_get "$NS_HOST" t .txqlen)"
}

need_cmd ethtool bridge
need_helper frames nlattrs
load_modules
run_tests t_protodown t_protodown_reasons t_queue_length_of_the_port \
	t_queue_length_in_a_container t_cutoff_of_the_port t_cutoff_of_each_link \
	t_queue_overflow_is_counted \
	t_fdb_group t_fdb_unicast_in_passthru t_fdb_goes_with_the_link \
	t_ethtool t_upper_and_lower t_no_queueing_discipline
