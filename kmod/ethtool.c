// SPDX-License-Identifier: GPL-2.0
#include <linux/ethtool.h>

#include "netdev.h"
#include "personality.h"
#include "tstamp.h"

static void mvtap_get_drvinfo(struct net_device *dev,
			      struct ethtool_drvinfo *info)
{
	strscpy(info->driver, mvtap_personality()->driver,
		sizeof(info->driver));
	strscpy(info->version, mvtap_personality()->version,
		sizeof(info->version));
}

static int mvtap_get_link_ksettings(struct net_device *dev,
				    struct ethtool_link_ksettings *settings)
{
	const struct mvtap_dev *link = netdev_priv(dev);

	return __ethtool_get_link_ksettings(link->lower, settings);
}

static int mvtap_get_sset_count(struct net_device *dev, int sset)
{
	return sset == ETH_SS_STATS ? MVTAP_DROP_COUNT : -EOPNOTSUPP;
}

static void mvtap_get_strings(struct net_device *dev, u32 sset, u8 *data)
{
	enum mvtap_drop why;

	if (sset != ETH_SS_STATS)
		return;
	for (why = 0; why < MVTAP_DROP_COUNT; why++)
		strscpy((char *)data + why * ETH_GSTRING_LEN,
			mvtap_drop_names[why], ETH_GSTRING_LEN);
}

static void mvtap_get_ethtool_stats(struct net_device *dev,
				    struct ethtool_stats *unused, u64 *data)
{
	const struct mvtap_dev *link = netdev_priv(dev);
	enum mvtap_drop why;

	for (why = 0; why < MVTAP_DROP_COUNT; why++)
		data[why] = mvtap_stats_drops(link->stats, why);
}

const struct ethtool_ops mvtap_ethtool_ops = {
	.get_link = ethtool_op_get_link,
	.get_link_ksettings = mvtap_get_link_ksettings,
	.get_drvinfo = mvtap_get_drvinfo,
	.get_ts_info = mvtap_tstamp_get_info,
	.get_sset_count = mvtap_get_sset_count,
	.get_strings = mvtap_get_strings,
	.get_ethtool_stats = mvtap_get_ethtool_stats,
};
