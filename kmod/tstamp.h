/* SPDX-License-Identifier: GPL-2.0 */
/* Hardware time stamps: those of the lower device. */
#ifndef _MVTAP_TSTAMP_H
#define _MVTAP_TSTAMP_H

#include <linux/ethtool.h>
#include <linux/net_tstamp.h>
#include <linux/netdevice.h>

/* ndo_hwtstamp_get, ndo_hwtstamp_set; the latter is -EPERM for who has no
 * CAP_NET_ADMIN in the lower device's network namespace.
 */
int mvtap_tstamp_get(struct net_device *dev,
		     struct kernel_hwtstamp_config *config);
int mvtap_tstamp_set(struct net_device *dev,
		     struct kernel_hwtstamp_config *config,
		     struct netlink_ext_ack *extack);

/* ethtool_ops.get_ts_info */
int mvtap_tstamp_get_info(struct net_device *dev,
			  struct kernel_ethtool_ts_info *info);

#endif /* _MVTAP_TSTAMP_H */
