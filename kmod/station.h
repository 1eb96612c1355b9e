/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A link as the drivers of lower devices see it. They take what stands at the
 * start of netdev_priv() of a device with IFF_MACVLAN for a struct macvlan_dev,
 * by the inline functions of <linux/if_macvlan.h>; so each link begins with one
 * and has the flag.
 *
 * L2 forwarding offload: a lower device with receive queues to spare (ixgbe,
 * i40e, fm10k) gives some of them to a link, which it calls a station. It then
 * sorts out the frames with the link's unicast address by itself, and hands
 * them to the link without passing by our rx_handler. It may also end that by
 * itself, with macvlan_release_l2fw_offload().
 */
#ifndef _MVTAP_STATION_H
#define _MVTAP_STATION_H

#include <linux/if_macvlan.h>

struct mvtap_dev;

static inline bool mvtap_station_is_on(const struct macvlan_dev *station)
{
	return station->accel_priv;
}

/* Fill in what drivers look at. Context: RTNL; @link is not registered yet. */
void mvtap_station_init(struct mvtap_dev *link);

/* Does the lower device do it, for a link in this mode? Context: RTNL. */
bool mvtap_station_can(const struct net_device *lower, u32 mode);

/**
 * mvtap_station_begin - have the lower device sort out a link's frames
 * @link: the link, up, or about to be
 *
 * Context: RTNL, may sleep.
 * Return: it does; if not, the link's address wants a unicast filter.
 */
bool mvtap_station_begin(struct mvtap_dev *link);

/* Context: RTNL, may sleep; the link has the address that it began with. */
void mvtap_station_end(struct mvtap_dev *link);

/* What the lower device counted. */
void mvtap_station_sum(const struct macvlan_dev *station,
		       struct rtnl_link_stats64 *sum);
/* Nobody has a reference to the link any more. */
void mvtap_station_free(struct macvlan_dev *station);

#endif /* _MVTAP_STATION_H */
