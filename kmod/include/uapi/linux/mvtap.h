/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * User API of mvtap: the netlink attributes of the link kinds "mvlan" and
 * "mvtap".
 *
 * A link is configured with RTM_NEWLINK and shown with RTM_GETLINK. What is
 * ours stands in IFLA_LINKINFO / IFLA_INFO_DATA. Attribute numbers 1 to 31
 * have the number, the type and the meaning of IFLA_MACVLAN_* in
 * <linux/if_link.h>, so that a client of macvlan can talk to us without a
 * change; attributes of our own start at IFLA_MVTAP_OWN_BASE.
 */
#ifndef _UAPI_LINUX_MVTAP_H
#define _UAPI_LINUX_MVTAP_H

#include <linux/if_link.h>

/**
 * enum mvtap_attr - attributes in IFLA_INFO_DATA
 *
 * @IFLA_MVTAP_UNSPEC: never used.
 * @IFLA_MVTAP_MODE: u32, one of MACVLAN_MODE_VEPA (2, the default),
 *	MACVLAN_MODE_BRIDGE (4), MACVLAN_MODE_PRIVATE (1),
 *	MACVLAN_MODE_PASSTHRU (8) and MACVLAN_MODE_SOURCE (16). Can be changed
 *	on a living link, but neither from nor to passthru. Passthru needs a
 *	lower device without any other link, and starts with that device's
 *	address: an IFLA_ADDRESS that says otherwise is refused (EINVAL). To
 *	leave mode source empties the list of source addresses. Errors: EINVAL
 *	(unknown mode, passthru on a shared lower device, change from or to
 *	passthru), EPERM (a change needs CAP_NET_ADMIN in the lower device's
 *	network namespace).
 * @IFLA_MVTAP_FLAGS: u16, a set of MACVLAN_FLAG_NOPROMISC (1, in mode passthru:
 *	the link does not make its lower device promiscuous) and
 *	MACVLAN_FLAG_NODST (2, in mode source, while the link is up: a frame
 *	from a listed address goes to the links that list it and to nobody
 *	else, neither to the link with its destination address nor to the
 *	host). Default 0. Can be changed on a living link; a change of mode
 *	clears the flag of the former mode (not with compat=1). Errors: EINVAL
 *	(unknown bit; flag of another mode, but not with compat=1), EPERM (as
 *	@IFLA_MVTAP_MODE).
 * @IFLA_MVTAP_MACADDR_MODE: u32, input only, mode source only: what to do with
 *	the list of source addresses, whose frames the link gets.
 *	MACVLAN_MACADDR_ADD (0) and MACVLAN_MACADDR_DEL (1) take one
 *	@IFLA_MVTAP_MACADDR, and succeed when the address is there, or gone,
 *	already. MACVLAN_MACADDR_FLUSH (2) takes nothing. MACVLAN_MACADDR_SET
 *	(3) takes @IFLA_MVTAP_MACADDR, or @IFLA_MVTAP_MACADDR_DATA, or both,
 *	and replaces the list in one step. After an error the list is as
 *	before. Errors: EINVAL (unknown value, link not in mode source, address
 *	missing or not wanted), E2BIG (more than 4096 addresses), ENOMEM, EPERM
 *	(as @IFLA_MVTAP_MODE).
 * @IFLA_MVTAP_MACADDR: 6 bytes, a unicast address, see
 *	@IFLA_MVTAP_MACADDR_MODE. Errors: EINVAL (not 6 bytes), ERANGE (over 32),
 *	EADDRNOTAVAIL (multicast or zero).
 * @IFLA_MVTAP_MACADDR_DATA: nest of any number of @IFLA_MVTAP_MACADDR. Dumped,
 *	in the order in which they came to the list, if the list is not empty.
 *	A dump without IFLA_EXT_MASK, whose buffers are small, ends at a link
 *	with some hundred addresses or more, as for macvlan.
 * @IFLA_MVTAP_MACADDR_COUNT: u32, output only: addresses on the list. Refused
 *	with EINVAL.
 * @IFLA_MVTAP_BC_QUEUE_LEN: u32, frames that may wait for the deferred
 *	delivery of multicast and broadcast on this link's port. The port uses
 *	the largest wish of its links. Default 1000. More than the default
 *	needs CAP_NET_ADMIN in the initial user namespace (EPERM).
 * @IFLA_MVTAP_BC_QUEUE_LEN_USED: u32, output only: what the port uses.
 * @IFLA_MVTAP_BC_CUTOFF: s32, this link's wish: a frame from the wire for a
 *	group with more than so many receiving links is delivered from a work
 *	queue, one with fewer at once; a negative value means always at once.
 *	The port uses the largest wish of its links, negative being larger than
 *	any number. Default 1. With compat=1 as for macvlan: one value for the
 *	port, the last writer wins, dumped only when it is not 1.
 * @IFLA_MVTAP_HOST_REACH: u8, 0 (default) or 1: the link and the host reach
 *	each other past the wire. Modes bridge and private only. Errors: ERANGE
 *	(not 0 or 1), EINVAL (another mode, also by a change of the mode while
 *	it is on), EOPNOTSUPP (kernel without CONFIG_NETFILTER_EGRESS), ENOMEM,
 *	EPERM (as @IFLA_MVTAP_MODE).
 * @IFLA_MVTAP_SPOOFCHECK: u8, 0 (default) or 1: the link sends from its own
 *	addresses only, those that @IFLA_MVTAP_MACS counts; other frames are
 *	lost and counted. While it is on, a change of the address of the link
 *	takes the same right as this attribute. Errors: ERANGE, EPERM (as
 *	@IFLA_MVTAP_MODE).
 * @IFLA_MVTAP_MAXMACS: u32, 1 (default) to 1024: unicast addresses that the
 *	link may have, its own included; further ones come by the fdb, or from
 *	devices on top of the link. A passthru link is not bound by it. Less
 *	than there are is refused (EBUSY). Errors: ERANGE, EBUSY, EPERM (as
 *	@IFLA_MVTAP_MODE).
 * @IFLA_MVTAP_MACS: u32, output only: unicast addresses that the link has.
 * @IFLA_MVTAP_STACK: u8, kind mvtap only: what becomes of a frame for a link
 *	without an open queue. 0 (default): lost and counted. 1 (default with
 *	compat=1, as for macvtap): it goes to the stack of the link's own
 *	network namespace, as if the link were an interface. Errors: ERANGE,
 *	EINVAL (kind mvlan).
 * @IFLA_MVTAP_CARRIER: u8, kind mvtap only, enum mvtap_carrier: what the link
 *	has its carrier from. Errors: ERANGE, EINVAL (kind mvlan).
 * @IFLA_MVTAP_OWNER: u32, kind mvtap only: user id that owns the device node,
 *	in the user namespace of the sender. Default 0. A change makes the node
 *	anew, under the same number. Errors: EINVAL (kind mvlan, no such id in
 *	that namespace), EPERM (needs CAP_NET_ADMIN in the initial user
 *	namespace, also for a new link: /dev is the host's).
 * @IFLA_MVTAP_GROUP: u32, as @IFLA_MVTAP_OWNER: its group id.
 * @IFLA_MVTAP_PERM: u32, as @IFLA_MVTAP_OWNER: its permission bits, 0 to 0777.
 *	Default 0600. Errors: also ERANGE.
 * @IFLA_MVTAP_NODE: string, output only, kind mvtap only: the device node's
 *	name below /dev: "tap" and the link's interface index; or "mvtap/" and
 *	the minor device number, where another link of ours in another network
 *	namespace has that name, or the link is in one that belongs to another
 *	user namespace than the initial one. A node of the in-tree macvtap with
 *	the same name is not noticed.
 * @IFLA_MVTAP_BC_CUTOFF_USED: s32, output only: what the port uses.
 * @IFLA_MVTAP_OWN_BASE: first number of an attribute that macvlan does not
 *	have. Numbers that are not listed here are refused with EINVAL. With
 *	compat=1 our own attributes are there, too.
 */
enum mvtap_attr {
	IFLA_MVTAP_UNSPEC,
	IFLA_MVTAP_MODE,
	IFLA_MVTAP_FLAGS,
	IFLA_MVTAP_MACADDR_MODE,
	IFLA_MVTAP_MACADDR,
	IFLA_MVTAP_MACADDR_DATA,
	IFLA_MVTAP_MACADDR_COUNT,
	IFLA_MVTAP_BC_QUEUE_LEN,
	IFLA_MVTAP_BC_QUEUE_LEN_USED,
	IFLA_MVTAP_BC_CUTOFF,
	__IFLA_MVTAP_SHARED_END,

	IFLA_MVTAP_OWN_BASE = 32,
	IFLA_MVTAP_HOST_REACH = IFLA_MVTAP_OWN_BASE,
	IFLA_MVTAP_SPOOFCHECK,
	IFLA_MVTAP_MAXMACS,
	IFLA_MVTAP_MACS,
	IFLA_MVTAP_STACK,
	IFLA_MVTAP_CARRIER,
	IFLA_MVTAP_OWNER,
	IFLA_MVTAP_GROUP,
	IFLA_MVTAP_PERM,
	IFLA_MVTAP_NODE,
	IFLA_MVTAP_BC_CUTOFF_USED,
	__IFLA_MVTAP_END,
};

#define IFLA_MVTAP_MAX (__IFLA_MVTAP_END - 1)

/**
 * enum mvtap_carrier - values of IFLA_MVTAP_CARRIER
 *
 * @MVTAP_CARRIER_LOWER: the lower device's (default); a link with
 *	IFLA_MVTAP_HOST_REACH has a carrier while its lower device is up.
 * @MVTAP_CARRIER_QUEUE: the same, but none while no queue of the character
 *	device is attached. Noticed within a quarter of a second.
 */
enum mvtap_carrier {
	MVTAP_CARRIER_LOWER,
	MVTAP_CARRIER_QUEUE,
};

/*
 * RTM_GETSTATS with IFLA_STATS_LINK_XSTATS: a link with a character device has
 * a nest of this type there, with enum mvtap_xstats inside.
 */
#define LINK_XSTATS_TYPE_MVTAP 32

/**
 * enum mvtap_xstats - attributes in LINK_XSTATS_TYPE_MVTAP
 *
 * @MVTAP_XSTATS_UNSPEC: never used.
 * @MVTAP_XSTATS_QUEUE: nest of enum mvtap_queue_attr, one for each open queue
 *	of the character device, in the order in which they were opened.
 */
enum mvtap_xstats {
	MVTAP_XSTATS_UNSPEC,
	MVTAP_XSTATS_QUEUE,
};

/**
 * enum mvtap_queue_attr - one queue
 *
 * @MVTAP_QUEUE_UNSPEC: never used.
 * @MVTAP_QUEUE_INDEX: u32, number of the queue among those that receive; absent
 *	if it is detached (TUNSETQUEUE with IFF_DETACH_QUEUE).
 * @MVTAP_QUEUE_SIZE: u32, frames that it can hold.
 * @MVTAP_QUEUE_BACKLOG: u32, frames that wait in it.
 */
enum mvtap_queue_attr {
	MVTAP_QUEUE_UNSPEC,
	MVTAP_QUEUE_INDEX,
	MVTAP_QUEUE_SIZE,
	MVTAP_QUEUE_BACKLOG,
};

#endif /* _UAPI_LINUX_MVTAP_H */
