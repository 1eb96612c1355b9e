// SPDX-License-Identifier: GPL-2.0
#include "netdev.h"

#include <linux/etherdevice.h>
#include <linux/if_vlan.h>
#include <linux/rtnetlink.h>
#include <net/netdev_lock.h>

#include "path.h"
#include "port.h"
#include "tap.h"

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

/* A link's address list lock is taken outside its lower device's. */
static struct lock_class_key mvtap_addr_list_lock_key;

static bool mvtap_passthru(const struct mvtap_dev *link)
{
	return link->mode == MACVLAN_MODE_PASSTHRU;
}

/* Does the link, while it is up, hold its lower device promiscuous? */
static bool mvtap_forces_promisc(const struct mvtap_dev *link, u16 flags)
{
	if (mvtap_passthru(link))
		return !(flags & MACVLAN_FLAG_NOPROMISC);
	return link->dev->flags & IFF_PROMISC;
}

/* --- addresses ---------------------------------------------------------- */

int mvtap_netdev_check_addr(struct mvtap_dev *link, const u8 *addr,
			    struct netlink_ext_ack *extack)
{
	struct mvtap_dev *owner;

	if (ether_addr_equal(addr, link->lower->dev_addr)) {
		NL_SET_ERR_MSG(extack, "Address is that of the lower device");
		return -EADDRINUSE;
	}
	rcu_read_lock();
	owner = mvtap_mactable_find(&link->port->macs, addr);
	rcu_read_unlock();
	if (owner && owner != link) {
		NL_SET_ERR_MSG(extack, "Address is in use by another link of the lower device");
		return -EADDRINUSE;
	}
	return 0;
}

/* Receive frames for an address: ours to find, and in the NIC's filter. */
static int mvtap_addr_claim(struct mvtap_dev *link, const u8 *addr)
{
	int err;

	err = mvtap_mactable_add(&link->port->macs, addr, link);
	if (err || mvtap_passthru(link))
		return err;
	err = dev_uc_add(link->lower, addr);
	if (err)
		mvtap_mactable_del(&link->port->macs, addr);
	return err;
}

static void mvtap_addr_release(struct mvtap_dev *link, const u8 *addr)
{
	if (!mvtap_passthru(link))
		dev_uc_del(link->lower, addr);
	mvtap_mactable_del(&link->port->macs, addr);
}

/* No frame for either address is lost while both are claimed. */
static int mvtap_addr_change(struct mvtap_dev *link, const u8 *addr)
{
	u8 old[ETH_ALEN] __aligned(2);
	int err;

	if (ether_addr_equal(link->dev->dev_addr, addr))
		return 0;
	if (!netif_running(link->dev)) {
		eth_hw_addr_set(link->dev, addr);
		return 0;
	}
	err = mvtap_addr_claim(link, addr);
	if (err)
		return err;
	ether_addr_copy(old, link->dev->dev_addr);
	eth_hw_addr_set(link->dev, addr);
	mvtap_addr_release(link, old);
	return 0;
}

int mvtap_netdev_follow_addr(struct mvtap_dev *link)
{
	int err;

	err = mvtap_addr_change(link, link->lower->dev_addr);
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
	int err;

	if (!is_valid_ether_addr(addr))
		return -EADDRNOTAVAIL;
	if (mvtap_passthru(link))
		return mvtap_set_lower_addr(link, p);
	if (netif_running(dev)) {
		err = mvtap_netdev_check_addr(link, addr, NULL);
		if (err)
			return err;
	}
	return mvtap_addr_change(link, addr);
}

/* --- groups and filters ------------------------------------------------- */

static int mvtap_group_join(struct net_device *dev, const unsigned char *addr)
{
	struct mvtap_dev *link = netdev_priv(dev);
	int err;

	err = mvtap_mcast_join(&link->port->mcast, &link->mcast, addr);
	if (err)
		return err;
	err = dev_mc_add(link->lower, addr);
	if (err)
		mvtap_mcast_leave(&link->port->mcast, &link->mcast, addr);
	return err;
}

static int mvtap_group_leave(struct net_device *dev, const unsigned char *addr)
{
	struct mvtap_dev *link = netdev_priv(dev);

	dev_mc_del(link->lower, addr);
	mvtap_mcast_leave(&link->port->mcast, &link->mcast, addr);
	return 0;
}

/*
 * Under the link's address list lock. A group that could not be joined for
 * want of memory is tried again at the next change; until then the link gets
 * all groups that pass the lower device's filter rather than too few.
 */
static void mvtap_set_rx_mode(struct net_device *dev)
{
	struct mvtap_dev *link = netdev_priv(dev);
	bool all = dev->flags & (IFF_ALLMULTI | IFF_PROMISC);
	int err;

	if (!link->mcast.active)
		return;
	dev_uc_sync(link->lower, dev);
	err = __dev_mc_sync(dev, mvtap_group_join, mvtap_group_leave);
	mvtap_mcast_set_all(&link->port->mcast, &link->mcast, all || err);
}

static void mvtap_change_rx_flags(struct net_device *dev, int change)
{
	struct mvtap_dev *link = netdev_priv(dev);
	struct net_device *lower = link->lower;

	if (!(dev->flags & IFF_UP))
		return;
	if (change & IFF_ALLMULTI)
		dev_set_allmulti(lower, dev->flags & IFF_ALLMULTI ? 1 : -1);
	if (change & IFF_PROMISC && !mvtap_passthru(link))
		dev_set_promiscuity(lower, dev->flags & IFF_PROMISC ? 1 : -1);
}

static void mvtap_groups_start(struct mvtap_dev *link)
{
	netif_addr_lock_bh(link->dev);
	mvtap_mcast_attach(&link->port->mcast, &link->mcast);
	netif_addr_unlock_bh(link->dev);
}

static void mvtap_groups_stop(struct mvtap_dev *link)
{
	struct net_device *dev = link->dev;

	netif_addr_lock_bh(dev);
	__dev_mc_unsync(dev, mvtap_group_leave);
	mvtap_mcast_detach(&link->port->mcast, &link->mcast);
	netif_addr_unlock_bh(dev);
	/* Detached, so that mvtap_set_rx_mode() does not sync them again. */
	dev_uc_unsync(link->lower, dev);
}

int mvtap_netdev_set_flags(struct mvtap_dev *link, u16 flags)
{
	bool before = mvtap_forces_promisc(link, link->flags);
	bool after = mvtap_forces_promisc(link, flags);
	int err;

	if (before != after && netif_running(link->dev)) {
		err = dev_set_promiscuity(link->lower, after ? 1 : -1);
		if (err)
			return err;
	}
	WRITE_ONCE(link->flags, flags);
	return 0;
}

/* --- up and down -------------------------------------------------------- */

static int mvtap_open(struct net_device *dev)
{
	struct mvtap_dev *link = netdev_priv(dev);
	struct net_device *lower = link->lower;
	int err;

	if (!mvtap_passthru(link)) {
		err = mvtap_netdev_check_addr(link, dev->dev_addr, NULL);
		if (err)
			return err;
	}
	err = mvtap_addr_claim(link, dev->dev_addr);
	if (err)
		return err;
	if (dev->flags & IFF_ALLMULTI) {
		err = dev_set_allmulti(lower, 1);
		if (err)
			goto release_addr;
	}
	if (mvtap_forces_promisc(link, link->flags)) {
		err = dev_set_promiscuity(lower, 1);
		if (err)
			goto clear_allmulti;
	}
	mvtap_groups_start(link);
	return 0;

clear_allmulti:
	if (dev->flags & IFF_ALLMULTI)
		dev_set_allmulti(lower, -1);
release_addr:
	mvtap_addr_release(link, dev->dev_addr);
	return err;
}

static int mvtap_stop(struct net_device *dev)
{
	struct mvtap_dev *link = netdev_priv(dev);
	struct net_device *lower = link->lower;

	mvtap_groups_stop(link);
	if (mvtap_forces_promisc(link, link->flags))
		dev_set_promiscuity(lower, -1);
	if (dev->flags & IFF_ALLMULTI)
		dev_set_allmulti(lower, -1);
	mvtap_addr_release(link, dev->dev_addr);
	return 0;
}

/* --- what follows the lower device -------------------------------------- */

static int mvtap_change_mtu(struct net_device *dev, int mtu)
{
	struct mvtap_dev *link = netdev_priv(dev);

	if (mtu > link->lower->mtu)
		return -EINVAL;
	WRITE_ONCE(dev->mtu, mtu);
	return 0;
}

void mvtap_netdev_follow_mtu(struct mvtap_dev *link)
{
	unsigned int mtu = link->lower->mtu;

	if (link->dev->mtu > mtu)
		dev_set_mtu(link->dev, mtu);
	/* So that the core refuses a larger one, and says why. */
	link->dev->max_mtu = mtu;
}

static void mvtap_inherit_lengths(struct net_device *dev,
				  const struct net_device *lower)
{
	netif_inherit_tso_max(dev, lower);
	dev->needed_headroom = lower->needed_headroom;
	dev->needed_tailroom = lower->needed_tailroom;
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
	if (link->tap) {
		err = mvtap_tap_attach(link);
		if (err) {
			free_percpu(link->stats);
			return err;
		}
	}
	mvtap_inherit(dev, link->lower);
	netdev_lockdep_set_classes(dev);
	lockdep_set_class(&dev->addr_list_lock, &mvtap_addr_list_lock_key);
	netdev_hold(link->lower, &link->lower_tracker, GFP_KERNEL);
	mvtap_port_hold(link->port);
	link->port->users++;
	return 0;
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
	if (mvtap_passthru(link))
		mvtap_restore_lower_addr(link);
	mvtap_port_put(link->port);
}

/* Nobody has a reference to the link any more. */
static void mvtap_destructor(struct net_device *dev)
{
	struct mvtap_dev *link = netdev_priv(dev);

	free_percpu(link->stats);
	mvtap_port_drop(link->port);
	netdev_put(link->lower, &link->lower_tracker);
}

const struct net_device_ops mvtap_netdev_ops = {
	.ndo_init = mvtap_init,
	.ndo_uninit = mvtap_uninit,
	.ndo_open = mvtap_open,
	.ndo_stop = mvtap_stop,
	.ndo_start_xmit = mvtap_xmit,
	.ndo_change_mtu = mvtap_change_mtu,
	.ndo_fix_features = mvtap_fix_features,
	.ndo_features_check = passthru_features_check,
	.ndo_change_rx_flags = mvtap_change_rx_flags,
	.ndo_set_rx_mode = mvtap_set_rx_mode,
	.ndo_set_mac_address = mvtap_set_mac_address,
	.ndo_validate_addr = eth_validate_addr,
	.ndo_get_stats64 = mvtap_get_stats64,
	.ndo_get_iflink = mvtap_get_iflink,
	.ndo_vlan_rx_add_vid = mvtap_vlan_add,
	.ndo_vlan_rx_kill_vid = mvtap_vlan_del,
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
