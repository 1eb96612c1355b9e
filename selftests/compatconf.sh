# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# For the tests of the personality: the configurations that are made with the
# in-tree modules and with ours, and which of them is loaded.
#
# A line is a name and, separated by ";", commands of ip(8): L is the lower
# device, a dummy that is up, X and Y are the links, A is another namespace; MACX
# and MACY are addresses of their own. After "nl" stands a command of nlattrs, after
# "fdb" one of `bridge fdb`; these run when all others have.

CONFIGURATIONS="
no options: X macvlan; Y macvtap
private: X macvlan mode private; Y macvtap mode private
vepa: X macvlan mode vepa; Y macvtap mode vepa
bridge: X macvlan mode bridge; Y macvtap mode bridge
source: X macvlan mode source; Y macvtap mode source
passthru, another address: X macvlan mode passthru
passthru, up: X macvtap mode passthru; link set X up
passthru, nopromisc: X macvlan mode passthru nopromisc; link set X up
source lists: X macvlan mode source; Y macvtap mode source; \
	link set X type macvlan macaddr add 02:00:00:00:05:01; \
	link set X type macvlan macaddr add 02:00:00:00:05:02; \
	link set X type macvlan macaddr add 02:00:00:00:05:03; \
	link set X type macvlan macaddr del 02:00:00:00:05:02; \
	link set Y type macvtap macaddr add 02:00:00:00:05:09; \
	link set Y type macvtap macaddr set 02:00:00:00:05:01 02:00:00:00:05:02
source, nodst: X macvlan mode source nodst; \
	link set X type macvlan macaddr set 02:00:00:00:05:01
source, left: X macvlan mode source; link set X type macvlan mode bridge; \
	Y macvtap mode source; link set Y type macvtap macaddr set 02:00:00:00:05:01; \
	link set Y type macvtap mode vepa
queue lengths: X macvlan mode bridge bcqueuelen 500; Y macvlan mode vepa bcqueuelen 700; \
	link set Y type macvlan bcqueuelen 50
cutoff: X macvlan mode bridge; nl set X macvlan 9 u32:0xffffffff
mode changed: X macvtap mode vepa; link set X type macvtap mode private
unknown attributes: nl new X macvlan L 1 u32:4 10 u32:1 31 u32:1 63 - ^ 1 020000000e0a
given twice: nl new X macvlan L 1 u32:4 1 u32:2 7 u32:5 7 u32:6 ^ 1 020000000e0b
mtu: X macvlan mode bridge; Y macvtap mode bridge; link set X mtu 1100; \
	link set L mtu 1200; link set L mtu 1500
address changed: X macvtap mode bridge; link set X up; link set X address 02:00:00:00:0e:99
VLANs below and above: link add link L name L.7 type vlan id 7; link set L.7 up; \
	link add link L.7 name X address MACX type macvtap mode bridge; link set X up; \
	link add link X name X.5 type vlan id 5
bond below: link add Y address MACY type bond mode active-backup; link set L down; \
	link set L master Y; link set Y up; \
	link add link Y name X address MACX type macvtap mode vepa; link set X up
on a link: X macvlan mode bridge; \
	link add link X name Y address MACY type macvtap mode bridge
moved to another namespace: X macvtap mode bridge; link set X netns A
made in another namespace: link add link L name X netns A address MACX type macvlan mode bridge
lower device down: X macvlan mode bridge; Y macvtap mode bridge; link set X up; \
	link set Y up; link set Y down; link set L down
transmit queue: X macvtap mode bridge; link set X txqueuelen 100
flags of the interface: X macvlan mode bridge; link set X up; link set X promisc on; \
	link set X allmulticast on
protodown: X macvtap mode bridge; link set X up; link set X protodown on
queues and groups: link add link L name X address MACX numtxqueues 4 numrxqueues 4 \
	group 7 type macvtap mode bridge
renamed: X macvtap mode bridge; link set X alias alias; link set X name zz; \
	link set zz name X
fdb: X macvlan mode passthru; link set X up; fdb add 02:00:00:00:0f:01 dev X self; \
	fdb add 33:33:00:00:0f:01 dev X self
"

# configurations: one a line, "NAME: COMMAND; COMMAND..."
configurations()
{
	sed -z 's/\\\n\t/ /g' <<<"$CONFIGURATIONS" | grep :
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
