/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Unicast addresses that a link has beside its own: by the fdb, or for devices
 * on top of it. Each is on the list of the net_device and, while the link is
 * up, in the table of the port and in the lower device's unicast filter.
 */
#ifndef _MVTAP_MACS_H
#define _MVTAP_MACS_H

#include "dev.h"

/* Context: the link's address list lock; the link is up. */
void mvtap_macs_sync(struct mvtap_dev *link);
void mvtap_macs_unsync(struct mvtap_dev *link);

/*
 * Addresses that were refused, of one link or of all, may find room or be free
 * by now. Context: RTNL.
 */
void mvtap_macs_admit_more(struct mvtap_dev *link);
void mvtap_macs_review(struct mvtap_port *port);

/* How many it has, its own included. Context: RTNL. */
unsigned int mvtap_macs_count(const struct mvtap_dev *link);

/* Is the address one of the link's, which is up? Context: RCU read side. */
bool mvtap_macs_own(const struct mvtap_dev *link, const u8 *addr);

/**
 * mvtap_macs_check_right - may the caller change a link's addresses?
 * @link: the link
 * @extack: told the cause of a refusal
 *
 * Context: of the process that asks.
 * Return: 0, or -EPERM if the link is held to its addresses and the caller has
 * no right to its lower device.
 */
int mvtap_macs_check_right(const struct mvtap_dev *link,
			   struct netlink_ext_ack *extack);

/* ndo_fdb_add, ndo_fdb_del */
int mvtap_macs_fdb_add(struct ndmsg *ndm, struct nlattr *tb[],
		       struct net_device *dev, const unsigned char *addr,
		       u16 vid, u16 flags,
		       MVTAP_FDB_NOTIFIED struct netlink_ext_ack *extack);
int mvtap_macs_fdb_del(struct ndmsg *ndm, struct nlattr *tb[],
		       struct net_device *dev, const unsigned char *addr,
		       u16 vid,
		       MVTAP_FDB_NOTIFIED struct netlink_ext_ack *extack);

#endif /* _MVTAP_MACS_H */
