#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Debian's libvirt, unchanged, on the personality: <interface type='direct'> in
# each of its modes, with vhost-net, one of them with two queues.
#
#	 bridge    vepa   private	  passthrough
#	    |        |       |			|	(virtio-net, vhost, macvtapN)
#	    +--------+-------+			|
#	             v0				p0	NS_HOST, with libvirtd
#	             |				|
#	            v1 -----[bridge br0]------ p1	NS_SW, no hairpin
#	                         |
#	                        w0			NS_WIRE

MVTAP_TEST_COMPAT=${MVTAP_TEST_COMPAT-1}
# shellcheck source=selftests/lib.sh disable=SC1091
source "$(dirname "$0")/lib.sh"
# shellcheck source=selftests/clients/lib.sh disable=SC1091
source "$HERE/clients/lib.sh"
# shellcheck source=selftests/guest/qemu.sh disable=SC1091
source "$HERE/guest/qemu.sh"
# shellcheck source=selftests/clients/guests.sh disable=SC1091
source "$HERE/clients/guests.sh"
# shellcheck source=selftests/clients/libvirt.sh disable=SC1091
source "$HERE/clients/libvirt.sh"

DOMAINS="bridge vepa private passthrough"
declare -A LOWER=([bridge]=v0 [vepa]=v0 [private]=v0 [passthrough]=p0)
declare -A KERNEL_MODE=([bridge]=bridge [vepa]=vepa [private]=private [passthrough]=passthru)
declare -A QUEUES=([bridge]=2 [vepa]=1 [private]=1 [passthrough]=1)
declare -A MAC=([bridge]=$MAC_A [vepa]=$MAC_B [private]=$MAC_C [passthrough]=02:00:00:00:0d:01)
declare -A ADDR=([bridge]=10.9.0.1 [vepa]=10.9.0.2 [private]=10.9.0.3 [passthrough]=10.9.0.4)
declare -A LINK INDEX		# the interfaces that libvirt made
MAC_P0=02:00:00:00:01:02

# ---------------------------------------------------------------- set-up

second_lower()
{
	must ip -n "$NS_HOST" link add p0 address $MAC_P0 type veth peer name p1 netns "$NS_SW"
	must ip -n "$NS_SW" link set p1 master br0 up
	must ip -n "$NS_HOST" link set p0 up
}

start()
{
	local name=$1

	domain "$name" <<-END
	<interface type='direct'>
	  <mac address='${MAC[$name]}'/>
	  <source dev='${LOWER[$name]}' mode='$name'/>
	  <model type='virtio'/>
	  <driver name='vhost' queues='${QUEUES[$name]}'/>
	  <rom enabled='no'/>
	</interface>
	END
	domain_start "$name"
	LINK[$name]=$(virsh domiflist "$name" | awk '$2 == "direct" { print $1 }')
	INDEX[$name]=$(link_get "$NS_HOST" "${LINK[$name]}" .ifindex)
}

set_up()
{
	local name

	topo_switch
	second_lower
	must ip -n "$NS_WIRE" addr add 10.9.0.200/24 dev w0
	for name in bridge vepa private; do
		must bridge -n "$NS_SW" fdb add "${MAC[$name]}" dev v1 master static
	done
	guests_init
	libvirt_start
	defer domains_cleanup
	for name in $DOMAINS; do
		start "$name"
	done
	for name in $DOMAINS; do
		must guest_up "$name" "${ADDR[$name]}"
	done
	echo "# all guests are up after $SECONDS s"
}

# ---------------------------------------------------------------- tests

t_libvirt_made_what_it_asked_for()
{
	local name text want

	for name in $DOMAINS; do
		text=$(ip -n "$NS_HOST" -j -d link show dev "${LINK[$name]}")
		want="macvtap ${KERNEL_MODE[$name]} ${LOWER[$name]} ${MAC[$name]} UP"
		check_eq "link of $name" "$want" "$(jq -r '.[0] | [.linkinfo.info_kind,
			.linkinfo.info_data.mode, .link, .address, .operstate] | join(" ")' <<<"$text")"
		check_eq "descriptors of its device" "${QUEUES[$name]}" \
			"$(guest_fds "$name" "/dev/tap${INDEX[$name]}")"
	done
	check_eq "p0 has the address of its guest" "${MAC[passthrough]}" "$(mac_of "$NS_HOST" p0)"
}

t_vhost_serves_every_guest()
{
	local name

	for name in $DOMAINS; do
		check_eq "descriptors of vhost-net in $name" "${QUEUES[$name]}" "$(guest_fds "$name" /dev/vhost-net)"
		check_eq "vhost workers of $name" "${QUEUES[$name]}" "$(vhost_workers "$name")"
	done
}

t_every_guest_answers()
{
	local name

	for name in $DOMAINS; do
		check "the wire to $name" in_ns "$NS_WIRE" ping -q -c 2 -W 5 "${ADDR[$name]}"
		check "$name to the wire" guest_do "$name" "ping -q -c 2 -W 5 10.9.0.200"
	done
}

# Through the switch, never in memory: no hairpin, and the modes differ.
t_guests_of_other_modes_stay_apart()
{
	refused "bridge to vepa" guest_do bridge "ping -q -c 1 -W 1 ${ADDR[vepa]}"
	refused "bridge to private" guest_do bridge "ping -q -c 1 -W 1 ${ADDR[private]}"
	check "bridge to passthrough, by the switch" \
		guest_do bridge "ping -q -c 1 -W 5 ${ADDR[passthrough]}"
}

t_two_queues_carry()
{
	two_queues_carry bridge "${ADDR[bridge]}"
	check "and still answers" in_ns "$NS_WIRE" ping -q -c 2 -W 5 "${ADDR[bridge]}"
}

# Last: it ends the guests.
t_destroy_takes_device_and_node_away()
{
	local name

	for name in $DOMAINS; do
		check "node of $name" test -c "/dev/tap${INDEX[$name]}"
		check "destroy $name" domain_stop "$name"
		check "link of $name has gone" not link_exists "$NS_HOST" "${LINK[$name]}"
		check "node of $name has gone" not test -e "/dev/tap${INDEX[$name]}"
	done
	check_eq "p0 has its own address again" $MAC_P0 "$(mac_of "$NS_HOST" p0)"
	check_eq "v0 is not promiscuous" 0 "$(link_get "$NS_HOST" v0 .promiscuity)"
	check_eq "p0 is not promiscuous" 0 "$(link_get "$NS_HOST" p0 .promiscuity)"
}

load_modules vhost_net
set_up
run_tests t_our_module_does_the_work \
	t_libvirt_made_what_it_asked_for \
	t_vhost_serves_every_guest \
	t_every_guest_answers \
	t_guests_of_other_modes_stay_apart \
	t_two_queues_carry \
	t_destroy_takes_device_and_node_away
