// SPDX-License-Identifier: GPL-2.0
#include "station.h"

#include <linux/rtnetlink.h>

#include "dev.h"

/*
 * Not private: such a link's reflected frames are told by their source
 * address, at which the lower device does not look.
 */
bool mvtap_station_can(const struct net_device *lower, u32 mode)
{
	return lower->features & NETIF_F_HW_L2FW_DOFFLOAD &&
	       lower->netdev_ops->ndo_dfwd_add_station &&
	       (mode == MACVLAN_MODE_VEPA || mode == MACVLAN_MODE_BRIDGE);
}

static bool mvtap_station_fill(struct mvtap_dev *link)
{
	struct macvlan_dev *station = &link->station;

	/* Kept from one time to the next: counters do not go back. */
	if (!station->pcpu_stats)
		station->pcpu_stats =
			netdev_alloc_pcpu_stats(struct vlan_pcpu_stats);
	if (!station->pcpu_stats)
		return false;
	station->dev = link->dev;
	station->lowerdev = link->lower;
	station->mode = link->mode;
	return true;
}

bool mvtap_station_begin(struct mvtap_dev *link)
{
	struct net_device *lower = link->lower;
	void *priv;

	BUILD_BUG_ON(offsetof(struct mvtap_dev, station));
	ASSERT_RTNL();
	if (!mvtap_station_fill(link))
		return false;
	priv = lower->netdev_ops->ndo_dfwd_add_station(lower, link->dev);
	if (IS_ERR_OR_NULL(priv))
		return false;
	link->station.accel_priv = priv;
	link->dev->priv_flags |= IFF_MACVLAN;
	return true;
}

void mvtap_station_end(struct mvtap_dev *link)
{
	struct net_device *lower = link->lower;
	void *priv = link->station.accel_priv;

	ASSERT_RTNL();
	link->dev->priv_flags &= ~IFF_MACVLAN;
	link->station.accel_priv = NULL;
	lower->netdev_ops->ndo_dfwd_del_station(lower, priv);
}

void mvtap_station_sum(const struct macvlan_dev *station,
		       struct rtnl_link_stats64 *sum)
{
	int cpu;

	if (!station->pcpu_stats)
		return;
	for_each_possible_cpu(cpu) {
		const struct vlan_pcpu_stats *s;
		u64 packets, bytes, multicast;
		unsigned int start;

		s = per_cpu_ptr(station->pcpu_stats, cpu);
		do {
			start = u64_stats_fetch_begin(&s->syncp);
			packets = u64_stats_read(&s->rx_packets);
			bytes = u64_stats_read(&s->rx_bytes);
			multicast = u64_stats_read(&s->rx_multicast);
		} while (u64_stats_fetch_retry(&s->syncp, start));
		sum->rx_packets += packets;
		sum->rx_bytes += bytes;
		sum->multicast += multicast;
	}
}

void mvtap_station_free(struct macvlan_dev *station)
{
	free_percpu(station->pcpu_stats);
}
