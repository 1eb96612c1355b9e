// SPDX-License-Identifier: GPL-2.0
#include "netdev.h"

#include <linux/etherdevice.h>
#include <linux/if_vlan.h>
#include <linux/rtnetlink.h>
#include <net/netdev_lock.h>

#include "filter.h"
#include "macs.h"
#include "netpoll.h"
#include "path.h"
#include "personality.h"
#include "port.h"
#include "tap.h"
#include "tstamp.h"

#define MVTAP_ALWAYS_ON \
	(NETIF_F_SG | NETIF_F_HW_CSUM | NETIF_F_GSO_SOFTWARE | \
	 NETIF_F_GSO_ROBUST | NETIF_F_GSO_ENCAP_ALL)

#define MVTAP_INHERITED \
	(NETIF_F_SG | NETIF_F_HW_CSUM | NETIF_F_HIGHDMA | NETIF_F_FRAGLIST | \
	 NETIF_F_GSO | NETIF_F_TSO | NETIF_F_TSO_ECN | NETIF_F_TSO6 | \
	 NETIF_F_LRO | NETIF_F_GRO | NETIF_F_RXCSUM | \
	 NETIF_F_HW_VLAN_CTAG_FILTER | NETIF_F_HW_VLAN_STAG_FILTER)

#define MVTAP_CARRIER_STATE \
	(BIT(__LINK_STATE_NOCARRIER) | BIT(__LINK_STATE_DORMANT))

/* --- the MAC address ---------------------------------------------------- */

int mvtap_netdev_follow_addr(struct mvtap_dev *link)
{
	int err;

	err = mvtap_filter_change_addr(link, link->lower->dev_addr);
	if (err)
		return err;
	/* When the link itself asked for it, its caller tells the others. */
	if (!link->port->setting_addr)
		call_netdevice_notifiers(NETDEV_CHANGEADDR, link->dev);
	return 0;
}

static int mvtap_set_lower_addr(struct mvtap_dev *link, void *sockaddr)
{
	struct mvtap_port *port = link->port;
	int err;

	port->setting_addr = true;
	err = dev_set_mac_address(port->lower, sockaddr, NULL);
	port->setting_addr = false;
	/* The notifier that did this before could not tell of an error. */
	if (!err)
		err = mvtap_filter_change_addr(link, port->lower->dev_addr);
	return err;
}

/* What the passthru link did to the lower device's address ends with it. */
static void mvtap_restore_lower_addr(struct mvtap_dev *link)
{
	const u8 *addr = link->port->perm_addr;
	struct net_device *lower = link->lower;
	struct sockaddr_storage ss = {};
	int err;

	if (lower->reg_state != NETREG_REGISTERED ||
	    ether_addr_equal(lower->dev_addr, addr))
		return;
	ss.ss_family = lower->type;
	memcpy(((struct sockaddr *)&ss)->sa_data, addr, ETH_ALEN);
	err = dev_set_mac_address(lower, (void *)&ss, NULL);
	if (err)
		netdev_warn(lower, "cannot restore address %pM: %pe\n", addr,
			    ERR_PTR(err));
}

static int mvtap_set_mac_address(struct net_device *dev, void *p)
{
	struct mvtap_dev *link = netdev_priv(dev);
	const u8 *addr = ((struct sockaddr *)p)->sa_data;

	if (!is_valid_ether_addr(addr))
		return -EADDRNOTAVAIL;
	if (mvtap_is_passthru(link))
		return mvtap_set_lower_addr(link, p);
	/* NETDEV_PRE_CHANGEADDR has found it free, see event.c. */
	return mvtap_filter_change_addr(link, addr);
}

/* --- what follows the lower device -------------------------------------- */

static int mvtap_change_mtu(struct net_device *dev, int mtu)
{
	struct mvtap_dev *link = netdev_priv(dev);

	if (mtu > link->lower->mtu)
		return -EINVAL;
	if (!link->following)
		link->mtu = mtu;
	WRITE_ONCE(dev->mtu, mtu);
	return 0;
}

/* What the core refuses with a reason that the user sees. */
unsigned int mvtap_netdev_max_mtu(const struct net_device *lower)
{
	return mvtap_personality()->compat ? lower->max_mtu : lower->mtu;
}

void mvtap_netdev_follow_mtu(struct mvtap_dev *link)
{
	unsigned int mtu = link->lower->mtu;

	if (link->mtu)
		mtu = min(mtu, link->mtu);
	WRITE_ONCE(link->dev->max_mtu, mvtap_netdev_max_mtu(link->lower));
	/* Upwards, too; clients of macvlan do not expect that. */
	if (link->dev->mtu == mtu ||
	    (mvtap_personality()->compat && link->dev->mtu < mtu))
		return;
	link->following = true;
	dev_set_mtu(link->dev, mtu);
	link->following = false;
}

static void mvtap_inherit_lengths(struct net_device *dev,
				  const struct net_device *lower)
{
	netif_inherit_tso_max(dev, lower);
	WRITE_ONCE(dev->needed_headroom, READ_ONCE(lower->needed_headroom));
	WRITE_ONCE(dev->needed_tailroom, READ_ONCE(lower->needed_tailroom));
}

void mvtap_netdev_forgo_lro(struct net_device *dev)
{
	dev_disable_lro(dev);
	dev->hw_features &= ~NETIF_F_LRO;
}

void mvtap_netdev_follow_features(struct mvtap_dev *link)
{
	mvtap_inherit_lengths(link->dev, link->lower);
	netdev_update_features(link->dev);
}

static netdev_features_t mvtap_fix_features(struct net_device *dev,
					    netdev_features_t features)
{
	struct mvtap_dev *link = netdev_priv(dev);
	netdev_features_t lower = link->lower->features;
	netdev_features_t wanted;

	wanted = features | NETIF_F_ALL_FOR_ALL;
	wanted &= link->set_features | ~MVTAP_INHERITED;
	lower &= wanted | ~NETIF_F_LRO;
	features = netdev_increment_features(lower, wanted, wanted);
	features |= MVTAP_ALWAYS_ON;
	features &= MVTAP_ALWAYS_ON | MVTAP_INHERITED;
	return features | MVTAP_F_LLTX;
}

static int mvtap_get_iflink(const struct net_device *dev)
{
	const struct mvtap_dev *link = netdev_priv(dev);

	return READ_ONCE(link->lower->ifindex);
}

static int mvtap_vlan_add(struct net_device *dev, __be16 proto, u16 vid)
{
	struct mvtap_dev *link = netdev_priv(dev);

	return vlan_vid_add(link->lower, proto, vid);
}

static int mvtap_vlan_del(struct net_device *dev, __be16 proto, u16 vid)
{
	struct mvtap_dev *link = netdev_priv(dev);

	vlan_vid_del(link->lower, proto, vid);
	return 0;
}

static int mvtap_hard_header(struct sk_buff *skb, struct net_device *dev,
			     unsigned short type, const void *daddr,
			     const void *saddr, unsigned int len)
{
	struct mvtap_dev *link = netdev_priv(dev);

	return dev_hard_header(skb, link->lower, type, daddr,
			       saddr ?: dev->dev_addr, len);
}

static const struct header_ops mvtap_header_ops = {
	.create = mvtap_hard_header,
	.parse = eth_header_parse,
	.cache = eth_header_cache,
	.cache_update = eth_header_cache_update,
	.parse_protocol = eth_header_parse_protocol,
};

static void mvtap_get_stats64(struct net_device *dev,
			      struct rtnl_link_stats64 *sum)
{
	struct mvtap_dev *link = netdev_priv(dev);

	mvtap_stats_sum(link->stats, sum);
	mvtap_station_sum(&link->station, sum);
}

/* --- birth and death ---------------------------------------------------- */

static void mvtap_inherit(struct net_device *dev,
			  const struct net_device *lower)
{
	dev->state = (dev->state & ~MVTAP_CARRIER_STATE) |
		     (lower->state & MVTAP_CARRIER_STATE);
	dev->features |= lower->features & MVTAP_INHERITED;
	dev->features |= MVTAP_ALWAYS_ON;
	dev->hw_features |= NETIF_F_LRO;
	dev->vlan_features = lower->vlan_features & MVTAP_INHERITED;
	dev->vlan_features |= MVTAP_ALWAYS_ON;
	dev->hw_enc_features |= dev->features;
	dev->hard_header_len = lower->hard_header_len;
	mvtap_inherit_lengths(dev, lower);
}

static int mvtap_init(struct net_device *dev)
{
	struct mvtap_dev *link = netdev_priv(dev);
	int err;

	link->stats = netdev_alloc_pcpu_stats(struct mvtap_stats);
	if (!link->stats)
		return -ENOMEM;
	err = -ENOMEM;
	link->echo = kzalloc(sizeof(*link->echo), GFP_KERNEL_ACCOUNT);
	if (!link->echo)
		goto free_stats;
	err = link->tap ? mvtap_tap_attach(link) : 0;
	if (err)
		goto free_echo;
	mvtap_inherit(dev, link->lower);
	netdev_lockdep_set_classes(dev);
	netdev_hold(link->lower, &link->lower_tracker, GFP_KERNEL);
	mvtap_port_use(link->port);
	mvtap_port_count_mode(link->port, link->mode, 1);
	/* Rings take a frame at once; a stack has a backlog to overflow. */
	mvtap_mcast_enrol(&link->port->mcast, &link->mcast, link->tap);
	return 0;

free_echo:
	kfree(link->echo);
free_stats:
	free_percpu(link->stats);
	return err;
}

/*
 * The link is closed, unlisted, and a grace period has passed: no frame and
 * no walk over groups or addresses reaches it. Dumps may still read it.
 */
static void mvtap_uninit(struct net_device *dev)
{
	struct mvtap_dev *link = netdev_priv(dev);

	if (link->tap)
		mvtap_tap_detach(link);
	if (mvtap_is_passthru(link))
		mvtap_restore_lower_addr(link);
	mvtap_filter_review_offload(link->port);
	mvtap_mcast_strike(&link->port->mcast, &link->mcast);
	mvtap_port_count_mode(link->port, link->mode, -1);
	mvtap_port_put(link->port);
}

/* Nobody has a reference to the link any more. */
static void mvtap_destructor(struct net_device *dev)
{
	struct mvtap_dev *link = netdev_priv(dev);

	free_percpu(link->stats);
	kfree(link->echo);
	mvtap_station_free(&link->station);
	mvtap_port_put_memory(link->port);
	netdev_put(link->lower, &link->lower_tracker);
}

MVTAP_DEFINE_HWTSTAMP(mvtap_tstamp_get, mvtap_tstamp_set)

const struct net_device_ops mvtap_netdev_ops = {
	.ndo_init = mvtap_init,
	.ndo_uninit = mvtap_uninit,
	.ndo_open = mvtap_filter_open,
	.ndo_stop = mvtap_filter_stop,
	.ndo_start_xmit = mvtap_xmit,
	.ndo_change_mtu = mvtap_change_mtu,
	.ndo_fix_features = mvtap_fix_features,
	.ndo_features_check = passthru_features_check,
	.ndo_change_rx_flags = mvtap_filter_change_rx_flags,
	.ndo_set_rx_mode = mvtap_filter_set_rx_mode,
	.ndo_fdb_add = mvtap_macs_fdb_add,
	.ndo_fdb_del = mvtap_macs_fdb_del,
	.ndo_set_mac_address = mvtap_set_mac_address,
	.ndo_validate_addr = eth_validate_addr,
	.ndo_get_stats64 = mvtap_get_stats64,
	.ndo_get_iflink = mvtap_get_iflink,
	.ndo_vlan_rx_add_vid = mvtap_vlan_add,
	.ndo_vlan_rx_kill_vid = mvtap_vlan_del,
	MVTAP_NETPOLL_OPS
	MVTAP_HWTSTAMP_OPS(mvtap_tstamp_get, mvtap_tstamp_set),
};

void mvtap_netdev_setup(struct net_device *dev)
{
	ether_setup(dev);
	dev->max_mtu = ETH_MAX_MTU;
	dev->priv_flags &= ~IFF_TX_SKB_SHARING;
	dev->priv_flags |= IFF_UNICAST_FLT | IFF_NO_QUEUE;
	netif_keep_dst(dev);
	mvtap_set_lltx(dev);
	mvtap_set_change_proto_down(dev);
	dev->netdev_ops = &mvtap_netdev_ops;
	dev->ethtool_ops = &mvtap_ethtool_ops;
	dev->header_ops = &mvtap_header_ops;
	dev->needs_free_netdev = true;
	dev->priv_destructor = mvtap_destructor;
}
