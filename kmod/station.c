// SPDX-License-Identifier: GPL-2.0
#include "station.h"

#include <linux/rtnetlink.h>

#include "dev.h"

void mvtap_station_init(struct mvtap_dev *link)
{
	BUILD_BUG_ON(offsetof(struct mvtap_dev, station));
	link->station.dev = link->dev;
	link->station.lowerdev = link->lower;
	link->station.mode = link->mode;
	/* Without it, <linux/if_macvlan.h> would call BUG() for the flag. */
	if (IS_ENABLED(CONFIG_MACVLAN))
		link->dev->priv_flags |= IFF_MACVLAN;
}

bool mvtap_station_can(const struct net_device *lower, u32 mode)
{
	return lower->features & NETIF_F_HW_L2FW_DOFFLOAD &&
	       lower->netdev_ops->ndo_dfwd_add_station &&
	       (mode == MACVLAN_MODE_VEPA || mode == MACVLAN_MODE_BRIDGE);
}

/* Kept from one time to the next: counters do not go back. */
static bool mvtap_station_alloc(struct macvlan_dev *station)
{
	struct vlan_pcpu_stats __percpu *stats;

	if (station->pcpu_stats)
		return true;
	stats = netdev_alloc_pcpu_stats(struct vlan_pcpu_stats);
	if (!stats)
		return false;
	/* with READ_ONCE() in mvtap_station_sum(), which dereferences it */
	smp_store_release(&station->pcpu_stats, stats);
	return true;
}

bool mvtap_station_begin(struct mvtap_dev *link)
{
	struct net_device *lower = link->lower;
	void *priv;

	ASSERT_RTNL();
	if (!mvtap_station_alloc(&link->station))
		return false;
	priv = lower->netdev_ops->ndo_dfwd_add_station(lower, link->dev);
	if (IS_ERR_OR_NULL(priv))
		return false;
	link->station.accel_priv = priv;
	return true;
}

void mvtap_station_end(struct mvtap_dev *link)
{
	struct net_device *lower = link->lower;
	void *priv = link->station.accel_priv;

	ASSERT_RTNL();
	link->station.accel_priv = NULL;
	lower->netdev_ops->ndo_dfwd_del_station(lower, priv);
}

void mvtap_station_sum(const struct macvlan_dev *station,
		       struct rtnl_link_stats64 *sum)
{
	struct vlan_pcpu_stats __percpu *stats;
	int cpu;

	stats = READ_ONCE(station->pcpu_stats);
	if (!stats)
		return;
	for_each_possible_cpu(cpu) {
		const struct vlan_pcpu_stats *s;
		u64 packets, bytes, multicast;
		unsigned int start;

		s = per_cpu_ptr(stats, cpu);
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
