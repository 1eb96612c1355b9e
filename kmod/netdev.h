/* SPDX-License-Identifier: GPL-2.0 */
/* A link as a net_device: operations, addresses, filters, features. */
#ifndef _MVTAP_NETDEV_H
#define _MVTAP_NETDEV_H

#include "dev.h"

extern const struct net_device_ops mvtap_netdev_ops;
extern const struct ethtool_ops mvtap_ethtool_ops;

static inline bool mvtap_is_link(const struct net_device *dev)
{
	return dev->netdev_ops == &mvtap_netdev_ops;
}

/* The first half of a net_device, before it is configured. */
void mvtap_netdev_setup(struct net_device *dev);

/**
 * mvtap_netdev_check_addr - may a link that is up use an address?
 * @link: the link, up or about to be; not in mode passthru
 * @addr: 6 bytes
 * @extack: told whose address it is
 *
 * Context: RTNL.
 * Return: 0 or -EADDRINUSE.
 */
int mvtap_netdev_check_addr(struct mvtap_dev *link, const u8 *addr,
			    struct netlink_ext_ack *extack);

/**
 * mvtap_netdev_follow_addr - the lower device of a passthru link has a new
 * address, and so the link
 * @link: the link
 *
 * Context: RTNL, may sleep.
 * Return: 0 or -ENOMEM.
 */
int mvtap_netdev_follow_addr(struct mvtap_dev *link);

/* The lower device's MTU or features have changed. Context: RTNL. */
void mvtap_netdev_follow_mtu(struct mvtap_dev *link);
void mvtap_netdev_follow_features(struct mvtap_dev *link);

/**
 * mvtap_netdev_set_flags - change MACVLAN_FLAG_*
 * @link: the link
 * @flags: the new set
 *
 * Context: RTNL, may sleep.
 * Return: 0, or why the lower device could not be made promiscuous; then
 * nothing has changed.
 */
int mvtap_netdev_set_flags(struct mvtap_dev *link, u16 flags);

#endif /* _MVTAP_NETDEV_H */
