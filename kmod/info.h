/* SPDX-License-Identifier: GPL-2.0 */
/* A link as netlink shows it. Context: RTNL; sizes: RTNL or RCU. */
#ifndef _MVTAP_INFO_H
#define _MVTAP_INFO_H

#include <linux/netdevice.h>

/* rtnl_link_ops.get_size, .fill_info: IFLA_INFO_DATA */
size_t mvtap_info_get_size(const struct net_device *dev);
int mvtap_info_fill(struct sk_buff *skb, const struct net_device *dev);

/*
 * rtnl_link_ops.get_linkxstats_size, .fill_linkxstats: the tap queues, in the
 * answer to RTM_GETSTATS.
 */
size_t mvtap_info_get_xstats_size(const struct net_device *dev, int attr);
int mvtap_info_fill_xstats(struct sk_buff *skb, const struct net_device *dev,
			   int *next, int attr);

#endif /* _MVTAP_INFO_H */
