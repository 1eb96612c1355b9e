/* SPDX-License-Identifier: GPL-2.0 */
/*
 * 6.1 has no name of its own for the kernel's form of what "ethtool -T" shows,
 * and each stacked driver asks its lower device's PHY and driver by itself.
 */
#ifndef _MVTAP_COMPAT_LINUX_ETHTOOL_H
#define _MVTAP_COMPAT_LINUX_ETHTOOL_H

#include_next <linux/ethtool.h>

#ifndef MVTAP_HAVE_KERNEL_TS_INFO
#define kernel_ethtool_ts_info ethtool_ts_info
#endif

#ifndef MVTAP_HAVE_TS_INFO_BY_LAYER

#include <linux/net_tstamp.h>
#include <linux/netdevice.h>
#include <linux/phy.h>

static inline int
ethtool_get_ts_info_by_layer(struct net_device *dev,
			     struct kernel_ethtool_ts_info *info)
{
	info->cmd = ETHTOOL_GET_TS_INFO;
	info->phc_index = -1;
	if (phy_has_tsinfo(dev->phydev))
		return phy_ts_info(dev->phydev, info);
	if (dev->ethtool_ops->get_ts_info)
		return dev->ethtool_ops->get_ts_info(dev, info);
	info->so_timestamping = SOF_TIMESTAMPING_RX_SOFTWARE |
				SOF_TIMESTAMPING_SOFTWARE;
	return 0;
}

#endif

#endif /* _MVTAP_COMPAT_LINUX_ETHTOOL_H */
