/* SPDX-License-Identifier: GPL-2.0 */
/*
 * L2 forwarding offload: a lower device with receive queues to spare (ixgbe,
 * i40e, fm10k) gives some of them to a link, which it calls a station. It then
 * sorts out the frames with the link's unicast address by itself, and hands
 * them to the link without passing by our rx_handler.
 *
 * These drivers take what they find at the start of a station's netdev_priv()
 * for a struct macvlan_dev, by the inline functions of <linux/if_macvlan.h>:
 * so there is one in each link. The flag IFF_MACVLAN, which is what they know
 * stations by after a reset, is set only as long as it is filled in.
 */
#ifndef _MVTAP_STATION_H
#define _MVTAP_STATION_H

#include <linux/if_macvlan.h>

struct mvtap_dev;

static inline bool mvtap_station_is_on(const struct macvlan_dev *station)
{
	return station->accel_priv;
}

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
