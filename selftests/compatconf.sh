# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# The configurations that test_compat.sh makes with the in-tree modules and with
# ours: each a function c_NAME, which runs in NS_HOST beside the lower device l0,
# with NS_A as another namespace. It makes the links x and y, or one of them.

MAC_X=02:00:00:00:0e:01 MAC_Y=02:00:00:00:0e:02

add()
{
	local kind=$1 name=$2

	shift 2
	ip link add link "${LOWER:-l0}" name "$name" "${GENERIC[@]}" type "$kind" "$@"
}

# x KIND OPTION...: link x, with an address
x()
{
	local GENERIC=(address "$MAC_X")

	add "$1" x "${@:2}"
}

y()
{
	local GENERIC=(address "$MAC_Y")

	add "$1" y "${@:2}"
}

raw()
{
	[[ $("$SELFTESTS_BUILD/nlattrs" "$@") == OK ]]
}

both()
{
	x macvlan "$@" && y macvtap "$@"
}

c_no_options()	{ both; }
c_private()	{ both mode private; }
c_vepa()	{ both mode vepa; }
c_bridge()	{ both mode bridge; }
c_source()	{ both mode source; }

# The address asked for is not the one it gets.
c_passthru()
{
	x macvlan mode passthru
}

c_passthru_up()
{
	add macvtap x mode passthru && ip link set dev x up
}

c_passthru_nopromisc()
{
	add macvlan x mode passthru nopromisc && ip link set dev x up
}

c_source_lists()
{
	both mode source &&
		ip link set dev x type macvlan macaddr add 02:00:00:00:05:01 &&
		ip link set dev x type macvlan macaddr add 02:00:00:00:05:02 &&
		ip link set dev x type macvlan macaddr add 02:00:00:00:05:03 &&
		ip link set dev x type macvlan macaddr del 02:00:00:00:05:02 &&
		ip link set dev y type macvtap macaddr add 02:00:00:00:05:09 &&
		ip link set dev y type macvtap macaddr set 02:00:00:00:05:01 02:00:00:00:05:02
}

c_source_nodst()
{
	x macvlan mode source nodst &&
		ip link set dev x type macvlan macaddr set 02:00:00:00:05:01
}

c_source_left_again()
{
	x macvlan mode source &&
		ip link set dev x type macvlan macaddr set 02:00:00:00:05:01 &&
		ip link set dev x type macvlan mode bridge
}

c_queue_lengths()
{
	x macvlan mode bridge bcqueuelen 500 && y macvlan mode vepa bcqueuelen 700 &&
		ip link set dev y type macvlan bcqueuelen 50
}

c_cutoff_never()
{
	x macvlan mode bridge && raw set x macvlan "9 u32:0xffffffff"
}

c_mode_changed()
{
	x macvtap mode vepa && ip link set dev x type macvtap mode private
}

c_unknown_attributes()
{
	raw new x macvlan l0 "1 u32:4 10 u32:1 31 u32:1 63 - ^ 1 ${MAC_X//:/}"
}

c_given_twice()
{
	raw new x macvlan l0 "1 u32:4 1 u32:2 7 u32:5 7 u32:6 ^ 1 ${MAC_X//:/}"
}

c_mtu()
{
	both mode bridge && ip link set dev x mtu 1100 &&
		ip link set dev l0 mtu 1200 && ip link set dev l0 mtu 1500
}

c_address_changed()
{
	x macvtap mode bridge && ip link set dev x up &&
		ip link set dev x address 02:00:00:00:0e:99
}

c_vlans()
{
	local LOWER=l0.7

	ip link add link l0 name l0.7 type vlan id 7 && ip link set l0.7 up &&
		x macvtap mode bridge && ip link set dev x up &&
		ip link add link x name x.5 type vlan id 5
}

c_bond_below()
{
	local LOWER=b0

	ip link add b0 address 02:00:00:00:0e:b0 type bond mode active-backup &&
		ip link set l0 down && ip link set l0 master b0 &&
		ip link set b0 up && x macvtap mode vepa && ip link set dev x up
}

c_on_a_link()
{
	local LOWER=x

	LOWER=l0 x macvlan mode bridge && y macvtap mode bridge
}

c_lower_in_another_namespace()
{
	x macvtap mode bridge && ip link set dev x netns "$NS_A" &&
		ip -n "$NS_A" link set dev x up
}

c_made_in_another_namespace()
{
	ip link add link l0 name x netns "$NS_A" address "$MAC_X" type macvlan mode bridge
}

c_lower_down()
{
	both mode bridge && ip link set dev x up && ip link set dev y up &&
		ip link set dev y down && ip link set dev l0 down
}

c_tx_queue_length()
{
	x macvtap mode bridge && ip link set dev x txqueuelen 100
}

c_flags_of_the_interface()
{
	x macvlan mode bridge && ip link set dev x up &&
		ip link set dev x promisc on && ip link set dev x allmulticast on
}

c_protodown()
{
	x macvtap mode bridge && ip link set dev x up && ip link set dev x protodown on
}

c_queues_and_groups()
{
	ip link add link l0 name x address "$MAC_X" numtxqueues 4 numrxqueues 4 \
		group 7 type macvtap mode bridge
}

c_renamed()
{
	x macvtap mode bridge && ip link set dev x alias "an alias" &&
		ip link set dev x name z && ip link set dev z name x
}

c_fdb()
{
	add macvlan x mode passthru && ip link set dev x up &&
		bridge fdb add 02:00:00:00:0f:01 dev x self &&
		bridge fdb add 33:33:00:00:0f:01 dev x self
}

# Their names, in the order of this file
configurations()
{
	sed -nE 's/^c_(\w+)\(\).*/\1/p' "${BASH_SOURCE[0]}"
}

# ---------------------------------------------------------------- the modules

unload_all()
{
	local m

	for m in mvtap macvtap macvlan; do
		[[ ! -d /sys/module/$m ]] || busywait 10000 rmmod "$m" || return
	done
}

loaded()
{
	[[ -d /sys/module/$1 ]]
}
