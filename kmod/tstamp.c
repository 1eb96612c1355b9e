// SPDX-License-Identifier: GPL-2.0
#include "tstamp.h"

#include <net/rtnetlink.h>

#include "dev.h"

int mvtap_tstamp_get(struct net_device *dev,
		     struct kernel_hwtstamp_config *config)
{
	const struct mvtap_dev *link = netdev_priv(dev);

	return generic_hwtstamp_get_lower(link->lower, config);
}

/* The setting is the lower device's, and so of all that use it. */
int mvtap_tstamp_set(struct net_device *dev,
		     struct kernel_hwtstamp_config *config,
		     struct netlink_ext_ack *extack)
{
	const struct mvtap_dev *link = netdev_priv(dev);

	if (!rtnl_dev_link_net_capable(dev, dev_net(link->lower))) {
		NL_SET_ERR_MSG(extack,
			       "Needs CAP_NET_ADMIN in the lower device's network namespace");
		return -EPERM;
	}
	return generic_hwtstamp_set_lower(link->lower, config, extack);
}

int mvtap_tstamp_get_info(struct net_device *dev,
			  struct kernel_ethtool_ts_info *info)
{
	const struct mvtap_dev *link = netdev_priv(dev);

	return ethtool_get_ts_info_by_layer(link->lower, info);
}
