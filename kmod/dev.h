/* SPDX-License-Identifier: GPL-2.0 */
/* A link. */
#ifndef _MVTAP_DEV_H
#define _MVTAP_DEV_H

#include <linux/netdevice.h>

#include "fwd.h"
#include "mcast.h"
#include "settings.h"
#include "source.h"
#include "station.h"
#include "stats.h"

struct mvtap_echo;
struct mvtap_port;
struct netpoll;
struct tap_dev;

/**
 * struct mvtap_dev - one link, the private part of its net_device
 * @station: the link as its lower device's driver sees it; first
 * @dev: its net_device
 * @lower: the lower device, held from ndo_init until the link is freed
 * @lower_tracker: of that reference
 * @port: the port on @lower, held as long
 * @stats: counters, from ndo_init until the link is freed
 * @echo: what it has sent to groups, as long as @stats
 * @node: in mvtap_port.links; RTNL
 * @mcast: the link as a subscriber to groups
 * @sources: whose frames it gets in mode source; empty in the other modes
 * @tap: the character device's half; NULL for kind mvlan
 * @settings: what macvlan does not have
 * @watched: on the list of links whose carrier goes by their queues
 * @below: what the carrier of the link depends on, other than queues; RTNL
 * @more_macs: unicast addresses in the port's table beside its own; under the
 *	link's address list lock
 * @mtu: what was set by hand; 0: as the lower device; RTNL
 * @following: the MTU is being set, but not by hand; RTNL
 * @netpoll: on the lower device, while something polls the link; written under
 *	RTNL, read under RCU
 * @set_features: features that the tap queues' users want; RTNL
 * @addr: the address that it has claimed of its port, while it is up;
 *	dev->dev_addr may be something else, for a bond writes its ports'
 *	without asking or telling; RTNL
 * @unfiltered: @addr is neither in the lower device's filter nor a station's,
 *	though the link is up; RTNL
 * @in_core: frames of ours that the core has, on their way back to us; what it
 *	loses stays counted for a while
 * @listened: when somebody was last seen to listen to what the link receives, in
 *	jiffies
 * @id: tells the links of a port apart, never 0
 * @mode: a bit of enum macvlan_mode; written under RTNL
 * @flags: MACVLAN_FLAG_*; written under RTNL
 * @no_station: the lower device has refused to offload it; RTNL
 * @bc_queue_len: this link's wish for mvtap_flood.queue_len; RTNL
 * @bc_cutoff: this link's wish for mvtap_flood.cutoff; RTNL
 */
struct mvtap_dev {
	struct macvlan_dev station;
	struct net_device *dev;
	struct net_device *lower;
	netdevice_tracker lower_tracker;
	struct mvtap_port *port;
	struct mvtap_stats __percpu *stats;
	struct mvtap_echo *echo;
	struct list_head node;
	struct mvtap_mcast_sub mcast;
	struct mvtap_source_list sources;
	struct tap_dev *tap;
	struct mvtap_settings settings;
	struct list_head watched;
	bool below;
	bool following;
	unsigned int more_macs;
	unsigned int mtu;
	struct netpoll __rcu *netpoll;
	netdev_features_t set_features;
	u8 addr[ETH_ALEN] __aligned(2);
	atomic_t in_core;
	unsigned long listened;
	u32 id;
	u32 mode;
	u16 flags;
	bool no_station;
	bool unfiltered;
	u32 bc_queue_len;
	s32 bc_cutoff;
};

static inline enum mvtap_mode mvtap_mode(const struct mvtap_dev *link)
{
	return mvtap_mode_index(READ_ONCE(link->mode));
}

/* Context: RTNL; passthru is for life, so readers under RCU may ask, too. */
static inline bool mvtap_is_passthru(const struct mvtap_dev *link)
{
	return READ_ONCE(link->mode) == MACVLAN_MODE_PASSTHRU;
}

#endif /* _MVTAP_DEV_H */
