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
 *	MACVLAN_MODE_BRIDGE (4), MACVLAN_MODE_PRIVATE (1) and
 *	MACVLAN_MODE_PASSTHRU (8). Can be changed on a living link, but neither
 *	from nor to passthru. Passthru needs a lower device without any other
 *	link, and starts with that device's address: an IFLA_ADDRESS that says
 *	otherwise is refused (EINVAL). Errors: EINVAL (unknown mode, passthru
 *	on a shared lower device, change from or to passthru), EOPNOTSUPP
 *	(MACVLAN_MODE_SOURCE).
 * @IFLA_MVTAP_FLAGS: u16, a set of MACVLAN_FLAG_NOPROMISC (1: a passthru link
 *	does not make its lower device promiscuous; without effect in the other
 *	modes). Default 0. Can be changed on a living link. Errors: EINVAL
 *	(unknown bit), EOPNOTSUPP (MACVLAN_FLAG_NODST, of mode source).
 * @IFLA_MVTAP_MACADDR_MODE: u32, reserved for the address list of mode
 *	source; refused with EOPNOTSUPP.
 * @IFLA_MVTAP_MACADDR: 6 bytes, refused like @IFLA_MVTAP_MACADDR_MODE.
 * @IFLA_MVTAP_MACADDR_DATA: nest, refused like @IFLA_MVTAP_MACADDR_MODE.
 * @IFLA_MVTAP_MACADDR_COUNT: u32, output only; refused with EINVAL.
 * @IFLA_MVTAP_BC_QUEUE_LEN: u32, frames that may wait for the deferred
 *	delivery of multicast and broadcast on this link's port. The port uses
 *	the largest wish of its links. Default 1000. More than the default
 *	needs CAP_NET_ADMIN in the initial user namespace (EPERM).
 * @IFLA_MVTAP_BC_QUEUE_LEN_USED: u32, output only: what the port uses.
 * @IFLA_MVTAP_BC_CUTOFF: s32, a frame from the wire for a group with more than
 *	this many receiving links is delivered from a work queue, one with fewer
 *	at once; a negative value means always at once. One value for the whole
 *	port: the last writer wins. Default 1. Dumped only when it is not 1.
 * @IFLA_MVTAP_OWN_BASE: first number of an attribute that macvlan does not
 *	have. None is defined yet; a larger number is refused with EINVAL.
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
	__IFLA_MVTAP_END = IFLA_MVTAP_OWN_BASE,
};

#define IFLA_MVTAP_MAX (__IFLA_MVTAP_END - 1)

#endif /* _UAPI_LINUX_MVTAP_H */
