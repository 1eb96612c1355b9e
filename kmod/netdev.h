/* SPDX-License-Identifier: GPL-2.0 */
/* A link as a net_device: its operations, and what follows the lower device. */
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
 * mvtap_netdev_follow_addr - the lower device of a passthru link has a new
 * address, and so the link
 * @link: the link
 *
 * Context: RTNL, may sleep.
 * Return: 0 or -ENOMEM.
 */
int mvtap_netdev_follow_addr(struct mvtap_dev *link);

/* The largest MTU that a link of @lower can ask for. Context: RTNL. */
unsigned int mvtap_netdev_max_mtu(const struct net_device *lower);

/* The lower device's MTU or features have changed. Context: RTNL. */
void mvtap_netdev_follow_mtu(struct mvtap_dev *link);
void mvtap_netdev_follow_features(struct mvtap_dev *link);

/*
 * For the life of the link, and not to be wished back: a link that wishes for
 * LRO what it cannot have makes 7.3 take the instance lock of a lower device
 * twice, when that device gets LRO.
 */
void mvtap_netdev_forgo_lro(struct net_device *dev);

#endif /* _MVTAP_NETDEV_H */
