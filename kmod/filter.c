// SPDX-License-Identifier: GPL-2.0
#include "filter.h"

#include <linux/etherdevice.h>
#include <linux/rtnetlink.h>

#include "macs.h"
#include "port.h"

/* --- the address -------------------------------------------------------- */

int mvtap_filter_check_addr(struct mvtap_dev *link, const u8 *addr,
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
	if (!owner ||
	    (owner == link && ether_addr_equal(addr, link->addr)))
		return 0;
	if (owner == link)
		NL_SET_ERR_MSG(extack, "The link has the address already, beside its own");
	else
		NL_SET_ERR_MSG(extack, "Address is in use by another link of the lower device");
	return -EADDRINUSE;
}

/* A passthru link has its lower device's address, which needs no filter. */
static int mvtap_addr_admit(struct mvtap_dev *link, const u8 *addr)
{
	return mvtap_is_passthru(link) ? 0 : dev_uc_add(link->lower, addr);
}

static void mvtap_addr_expel(struct mvtap_dev *link, const u8 *addr)
{
	if (mvtap_station_is_on(&link->station))
		mvtap_station_end(link);
	else if (!mvtap_is_passthru(link) && !link->unfiltered)
		dev_uc_del(link->lower, addr);
}

/*
 * A lower device sorts frames by destination only. It would hand a link what
 * the switch reflects of a private one, and pass by the lists of source links.
 */
static bool mvtap_filter_forbids_offload(u32 mode)
{
	return mode == MACVLAN_MODE_PRIVATE || mode == MACVLAN_MODE_SOURCE;
}

static bool mvtap_filter_can_offload(const struct mvtap_dev *link, u32 mode)
{
	const struct mvtap_dev *other;

	if (link->lower->reg_state != NETREG_REGISTERED ||
	    !mvtap_station_can(link->lower, mode))
		return false;
	/* A driver looks at the other one. */
	if (!ether_addr_equal(link->addr, link->dev->dev_addr))
		return false;
	list_for_each_entry(other, &link->port->links, node)
		if (other != link && mvtap_filter_forbids_offload(other->mode))
			return false;
	return true;
}

static int mvtap_filter_uc_refs(struct net_device *lower, const u8 *addr)
{
	struct netdev_hw_addr *ha;
	int refs = 0;

	netif_addr_lock_bh(lower);
	netdev_for_each_uc_addr(ha, lower)
		if (ether_addr_equal(ha->addr, addr))
			refs = ha->refcount;
	netif_addr_unlock_bh(lower);
	return refs;
}

/*
 * From the lower device's unicast filter to one of its stations ... A refusal
 * holds until the link is opened again or has another address.
 */
static void mvtap_filter_offload(struct mvtap_dev *link)
{
	const u8 *addr = link->addr;
	int refs = mvtap_filter_uc_refs(link->lower, addr);

	link->no_station = !mvtap_station_begin(link);
	/* A driver that finds too late that it cannot puts the address into
	 * the filter, where it is already.
	 */
	if (!link->no_station ||
	    mvtap_filter_uc_refs(link->lower, addr) > refs)
		dev_uc_del(link->lower, addr);
}

/* ... and back, without a gap. */
static int mvtap_filter_onload(struct mvtap_dev *link)
{
	int err;

	if (!mvtap_station_is_on(&link->station))
		return 0;
	err = mvtap_addr_admit(link, link->addr);
	if (!err)
		mvtap_station_end(link);
	return err;
}

static void mvtap_filter_enter_offload(struct mvtap_dev *link)
{
	if (netif_running(link->dev) && link->mcast.active &&
	    !link->no_station && !mvtap_station_is_on(&link->station) &&
	    mvtap_filter_can_offload(link, link->mode))
		mvtap_filter_offload(link);
}

int mvtap_filter_prepare_mode(struct mvtap_dev *link, u32 mode)
{
	struct mvtap_dev *other;
	int err = 0;

	if (!mvtap_filter_can_offload(link, mode))
		err = mvtap_filter_onload(link);
	if (!mvtap_filter_forbids_offload(mode))
		return err;
	list_for_each_entry(other, &link->port->links, node) {
		if (err)
			break;
		err = mvtap_filter_onload(other);
	}
	return err;
}

void mvtap_filter_review_offload(struct mvtap_port *port)
{
	struct mvtap_dev *link;

	if (!port->lower->netdev_ops->ndo_dfwd_add_station)
		return;
	list_for_each_entry(link, &port->links, node) {
		int err = 0;

		if (!mvtap_filter_can_offload(link, link->mode))
			err = mvtap_filter_onload(link);
		if (err)
			netdev_warn(link->dev, "not in the lower device's filter: %pe\n",
				    ERR_PTR(err));
		mvtap_filter_enter_offload(link);
	}
}

void mvtap_filter_end_offload(struct mvtap_dev *link)
{
	if (!mvtap_filter_onload(link))
		return;
	mvtap_station_end(link);
	link->unfiltered = true;
}

/* Those who look at it for the list have the list's lock. */
static void mvtap_addr_set(struct mvtap_dev *link, const u8 *addr)
{
	netif_addr_lock_bh(link->dev);
	ether_addr_copy(link->addr, addr);
	netif_addr_unlock_bh(link->dev);
}

/*
 * Receive frames for an address: ours to find, and past the NIC's filter. A
 * passthru link cannot be without the address that its lower device has got.
 */
static int mvtap_addr_claim(struct mvtap_dev *link, const u8 *addr)
{
	gfp_t gfp = GFP_KERNEL_ACCOUNT;
	int err;

	if (mvtap_is_passthru(link))
		gfp |= __GFP_NOFAIL;
	err = mvtap_mactable_add(&link->port->macs, addr, link, gfp);
	if (err)
		return err;
	err = mvtap_addr_admit(link, addr);
	if (err)
		mvtap_mactable_del(&link->port->macs, addr);
	return err;
}

static void mvtap_addr_release(struct mvtap_dev *link, const u8 *addr)
{
	mvtap_addr_expel(link, addr);
	mvtap_mactable_del(&link->port->macs, addr);
}

/* No frame for either address is lost while both are claimed. */
int mvtap_filter_change_addr(struct mvtap_dev *link, const u8 *addr)
{
	u8 old[ETH_ALEN] __aligned(2);
	int err;

	if (!netif_running(link->dev) || ether_addr_equal(link->addr, addr)) {
		eth_hw_addr_set(link->dev, addr);
		return 0;
	}
	/* A station has the address that it began with. */
	err = mvtap_filter_onload(link);
	if (err)
		return err;
	err = mvtap_addr_claim(link, addr);
	if (!err) {
		ether_addr_copy(old, link->addr);
		mvtap_addr_set(link, addr);
		eth_hw_addr_set(link->dev, addr);
		mvtap_addr_release(link, old);
		link->unfiltered = false;
		link->no_station = false;
	}
	mvtap_filter_enter_offload(link);
	mvtap_macs_review(link->port);
	return err;
}

/* --- the groups --------------------------------------------------------- */

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
void mvtap_filter_set_rx_mode(struct net_device *dev)
{
	struct mvtap_dev *link = netdev_priv(dev);
	bool all = READ_ONCE(dev->flags) & (IFF_ALLMULTI | IFF_PROMISC);
	int err;

	if (!link->mcast.active)
		return;
	mvtap_macs_sync(link);
	err = __dev_mc_sync(dev, mvtap_group_join, mvtap_group_leave);
	mvtap_mcast_set_all(&link->port->mcast, &link->mcast, all || err);
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
	mvtap_macs_unsync(link);
	mvtap_mcast_detach(&link->port->mcast, &link->mcast);
	netif_addr_unlock_bh(dev);
}

/* --- promiscuous mode --------------------------------------------------- */

/* Does the link, while it is up, hold its lower device promiscuous? */
static bool mvtap_forces_promisc(const struct mvtap_dev *link, u16 flags)
{
	if (mvtap_is_passthru(link))
		return !(flags & MACVLAN_FLAG_NOPROMISC);
	return link->dev->flags & IFF_PROMISC;
}

void mvtap_filter_change_rx_flags(struct net_device *dev, int change)
{
	struct mvtap_dev *link = netdev_priv(dev);
	struct net_device *lower = link->lower;

	if (!(dev->flags & IFF_UP))
		return;
	if (change & IFF_ALLMULTI)
		dev_set_allmulti(lower, dev->flags & IFF_ALLMULTI ? 1 : -1);
	if (change & IFF_PROMISC && !mvtap_is_passthru(link))
		dev_set_promiscuity(lower, dev->flags & IFF_PROMISC ? 1 : -1);
}

int mvtap_filter_set_flags(struct mvtap_dev *link, u16 flags)
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

/* --- up and down, away and back ----------------------------------------- */

int mvtap_filter_open(struct net_device *dev)
{
	struct mvtap_dev *link = netdev_priv(dev);
	struct net_device *lower = link->lower;
	int err;

	/* NETDEV_PRE_UP has found the address free, see event.c. */
	mvtap_addr_set(link, dev->dev_addr);
	err = mvtap_addr_claim(link, link->addr);
	if (err)
		return err;
	link->unfiltered = false;
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
	link->no_station = false;
	mvtap_filter_enter_offload(link);
	return 0;

clear_allmulti:
	if (dev->flags & IFF_ALLMULTI)
		dev_set_allmulti(lower, -1);
release_addr:
	mvtap_addr_release(link, link->addr);
	return err;
}

int mvtap_filter_stop(struct net_device *dev)
{
	struct mvtap_dev *link = netdev_priv(dev);
	struct net_device *lower = link->lower;

	mvtap_groups_stop(link);
	if (mvtap_forces_promisc(link, link->flags))
		dev_set_promiscuity(lower, -1);
	if (dev->flags & IFF_ALLMULTI)
		dev_set_allmulti(lower, -1);
	mvtap_addr_release(link, link->addr);
	mvtap_macs_review(link->port);
	return 0;
}

void mvtap_filter_suspend(struct mvtap_dev *link)
{
	if (!link->mcast.active)
		return;
	mvtap_groups_stop(link);
	mvtap_addr_expel(link, link->addr);
	link->unfiltered = true;
}

void mvtap_filter_resume(struct mvtap_dev *link)
{
	int err;

	if (!netif_running(link->dev) || link->mcast.active)
		return;
	err = mvtap_addr_admit(link, link->addr);
	link->unfiltered = err;
	if (err)
		netdev_warn(link->dev, "lost from the lower device's filter: %pe\n",
			    ERR_PTR(err));
	mvtap_groups_start(link);
	netif_addr_lock_bh(link->dev);
	mvtap_filter_set_rx_mode(link->dev);
	netif_addr_unlock_bh(link->dev);
	mvtap_filter_enter_offload(link);
}
