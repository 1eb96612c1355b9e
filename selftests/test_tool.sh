#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The tool mvtap against the real module: what it makes, changes, prints and
# refuses. The parser itself has its unit tests in tools/test.

. "$(dirname "$0")/lib.sh"
. "$HERE/toollib.sh"

t_add_prints_what_it_made()
{
	local made ifindex address

	topo
	made=$(mvtap -j add vm0 link v0)
	check_eq "the same as show" "$made" "$(mvtap -j show)"
	read -r ifindex address < <(kernel vm0 '|"\(.ifindex) \(.address)"')
	check_eq "record" \
		"[[\"vm0\",$ifindex,\"mvtap\",\"v0\",\"bridge\",false,\"$address\",1500,\"/dev/tap$ifindex\"]]" \
		"$(jq -c 'map([.name,.ifindex,.kind,.link,.mode,.up,.address,.mtu,.node])' <<<"$made")"
	check "node" test -c "/dev/tap$ifindex"
	made=$(mvtap show vm0)
	check_eq "text" "vm0: ifindex $ifindex kind mvtap link v0 mode bridge down operstate down" \
		"${made%%$'\n'*}"
}

t_add_with_every_key()
{
	topo
	check "add" mvtap add l0 link v0 kind mvlan mode private address 02:00:00:00:00:77 \
		mtu 1300 bcqueuelen 700 bccutoff -1 nopromisc off up
	check_eq "record" \
		'["mvlan","v0","private",true,"02:00:00:00:00:77",1300,false,700,-1,null]' \
		"$(value l0 '|[.kind,.link,.mode,.up,.address,.mtu,.nopromisc,.bcqueuelen,.bccutoff,.node]')"
	wait_for "operstate" value_is l0 .operstate up
}

t_passthru_and_nopromisc()
{
	topo
	check "add" mvtap add p0 link v0 mode passthru nopromisc on up
	check_eq "flag" true "$(value p0 .nopromisc)"
	check_eq "address of the lower device" "$(kernel v0 .address)" "$(value p0 .address)"
	check_eq "lower device is not promiscuous" 0 "$(kernel v0 .promiscuity)"
	check "off again" mvtap set p0 nopromisc off
	wait_for "lower device is promiscuous" kernel_says v0 .promiscuity 1
}

t_set_changes_all_keys()
{
	topo
	add vm0 link v0
	check "set" mvtap set vm0 mode vepa address 02:00:00:00:00:01 mtu 1400 bcqueuelen 5 bccutoff 3 up
	check_eq "record" '["vepa","02:00:00:00:00:01",1400,5,3,true]' \
		"$(value vm0 '|[.mode,.address,.mtu,.bcqueuelen,.bccutoff,.up]')"
	check "down" mvtap set vm0 down
	check_eq "down" false "$(value vm0 .up)"
}

# The kernel takes the mode, then the address, and stumbles over the MTU.
t_set_is_all_or_nothing()
{
	local before

	topo
	add vm0 link v0 mtu 1400
	before=$(mvtap -j show vm0)
	gives 2 "mvtap: set vm0: mtu greater than device maximum (Invalid argument)" \
		set vm0 mode private address 02:00:00:00:00:09 bcqueuelen 9 mtu 1501 up
	check_eq "as before" "$before" "$(mvtap -j show vm0)"
}

t_del()
{
	local node

	topo
	add vm0 link v0
	add l0 link v0 kind mvlan
	node=$(value vm0 .node)
	check "del" mvtap del vm0
	check "node is gone" not test -e "$node"
	check "link is gone" not exists vm0
	check_eq "the other stays" '["l0"]' "$(mvtap -j show | jq -c 'map(.name)')"
	gives 2 "mvtap: del v0: is not a link of mvtap but of kind dummy" del v0
	check "somebody else's device stays" exists v0
}

t_show_counters()
{
	topo
	add vm0 link v0
	check_eq "not unless asked for" null "$(value vm0 .stats)"
	check_eq "names" \
		"multicast,rx_bytes,rx_dropped,rx_errors,rx_packets,tx_bytes,tx_dropped,tx_errors,tx_packets" \
		"$(mvtap -js show vm0 | jq -r '.[0].stats | keys | join(",")')"
}

t_show_with_the_lower_device_elsewhere()
{
	topo
	ns_add "$NS_A"
	add l0 link v0 kind mvlan
	must ip link set l0 netns "$NS_A"
	check_eq "number and namespace" true "$(ip netns exec "$NS_A" mvtap -j show l0 |
		jq '.[0] | .link == "\(.link_ifindex)@netns\(.link_netnsid)"')"
	check_eq "not here any more" '[]' "$(mvtap -j show)"
}

t_refusals_name_the_key()
{
	local args words err

	topo
	add vm0 link v0
	gives 2 "mvtap: add vm0: File exists" add vm0 link v0
	gives 2 "mvtap: add vm1: link: nope: No such device" add vm1 link nope
	gives 2 "mvtap: set vm9: No such device" set vm9 mode vepa
	gives 2 "mvtap: show vm9: No such device" show vm9
	gives 2 "mvtap: set v0: is not a link of mvtap but of kind dummy" set v0 mode vepa
	# what the kernel says is its own affair; that it is printed, and for
	# which key, is ours
	for args in "add vm1 link v0 mode passthru=mode" "add vm1 link v0 mtu 9000=mtu" \
		"add vm1 link v0 address 01:00:00:00:00:01=address" \
		"set vm0 mode passthru=mode"; do
		read -ra words <<<"${args%=*}"
		err=$(mvtap "${words[@]}" 2>&1 >/dev/null)
		check_eq "status of ${words[*]}" 2 $?
		[[ $err == "mvtap: ${words[0]} ${words[1]}: ${args#*=}: "?*" ("*")" ]] ||
			fail "message of ${words[*]}: $err"
	done
	err=$(mvtap add vm1 link lo 2>&1)
	check_eq "status of link lo" 2 $?
	[[ $err == "mvtap: add vm1: "*"Ethernet"*" (Invalid argument)" ]] ||
		fail "message of link lo: $err"
	check "nothing was left behind" not exists vm1
}

t_usage()
{
	topo
	gives 1 'mvtap: add: mode: "brid" is not one of vepa, bridge, private, passthru, source' \
		add vm0 link v0 mode brid
	gives 1 'mvtap: add: link is missing: the name of the lower device' add vm0
	gives 1 'mvtap: set: kind cannot be changed on a link that exists' set vm0 kind mvlan
	gives 1 'mvtap: run: the command is missing: run NAME -- COMMAND...' run vm0
	gives 1 'mvtap: "shw" is not a command: add, set, del, show, stats, source, fdb, monitor, probe, doctor, run, qemu-helper, help' shw
	check "help" mvtap help run
	mvtap show >/dev/full 2>/dev/null
	check_eq "nothing to write" 0 $?
	add vm0 link v0
	mvtap show >/dev/full 2>/dev/null
	check_eq "output that cannot be written" 2 $?
}

# Several at once: a link must always be there whole or not at all.
t_dump_while_links_come_and_go()
{
	local i other

	topo
	(
		for ((i = 0; i < 6; i++)); do
			mvtap add "x$i" link v0 kind mvlan
			mvtap del "x$i"
		done >/dev/null
	) &
	other=$!
	for ((i = 0; i < 6; i++)); do
		mvtap -j show | jq -e 'all(.[]; .mode == "bridge" and .link == "v0")' >/dev/null ||
			fail "a dump was refused or broken"
	done
	wait $other || fail "the other side"
	check_eq "none is left" '[]' "$(mvtap -j show)"
}

# Named as the in-tree modules, in-tree links are strangers no more: they are ours.
t_in_the_personality()
{
	modprobe -r mvtap 2>/dev/null || skip "the module cannot be unloaded"
	wait_for "the in-tree modules are free" without_in_tree
	defer eval "modprobe -r mvtap; modprobe mvtap"
	must modprobe mvtap compat=1
	topo
	add vm0 link v0 up
	add l0 link v0 kind macvlan mode source
	check_eq "kinds" '["macvtap","macvlan"]' "$(mvtap -j show | jq -c 'map(.kind)')"
	check_eq "as ip has it" macvtap "$(kernel vm0 .linkinfo.info_kind)"
	check "set" mvtap set vm0 mode vepa
	check_eq "mode, as ip has it" vepa "$(kernel vm0 .linkinfo.info_data.mode)"
	check "source" mvtap source l0 add 02:00:00:00:00:77
	check_eq "the node is its own" "tap vm0 vnet " \
		"$(mvtap run vm0 --no-vhost -- "$SELFTESTS_BUILD/tapinfo" %tap% | tr '\n' ' ')"
	gives 1 'mvtap: add: kind: "mvtap" is not one of macvtap, macvlan' add x link v0 kind mvtap
	check "del" mvtap del vm0
	check "made by ip" ip link add link v0 name mt0 type macvtap mode bridge
	check_eq "ours too" '"bridge"' "$(mvtap -j show mt0 | jq '.[0].mode')"
	must ip link del mt0
}

# The in-tree modules' links are not touched.
t_links_of_others()
{
	modprobe macvlan 2>/dev/null || skip "no in-tree macvlan"
	topo
	must ip link add link v0 name mv0 type macvlan
	gives 2 "mvtap: del mv0: is not a link of mvtap but of kind macvlan" del mv0
	gives 2 "mvtap: set mv0: is not a link of mvtap but of kind macvlan" set mv0 mode vepa
	check_eq "not listed" '[]' "$(mvtap -j show)"
	must ip link del mv0
	modprobe -r macvlan
}

run_tests t_add_prints_what_it_made t_add_with_every_key t_passthru_and_nopromisc \
	t_set_changes_all_keys t_set_is_all_or_nothing t_del t_show_counters \
	t_show_with_the_lower_device_elsewhere t_refusals_name_the_key t_usage \
	t_dump_while_links_come_and_go t_in_the_personality t_links_of_others
