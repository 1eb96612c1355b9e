// SPDX-License-Identifier: GPL-2.0
#include "macs.h"

#include <linux/capability.h>
#include <linux/etherdevice.h>
#include <linux/rtnetlink.h>

#include "filter.h"
#include "port.h"

/* --- into and out of the tables ----------------------------------------- */

static struct mvtap_dev *mvtap_macs_owner(const struct mvtap_dev *link,
					  const u8 *addr)
{
	struct mvtap_dev *owner;

	rcu_read_lock();
	owner = mvtap_mactable_find(&link->port->macs, addr);
	rcu_read_unlock();
	return owner;
}

static bool mvtap_macs_is_free(const struct mvtap_dev *link, const u8 *addr)
{
	return !ether_addr_equal(addr, link->lower->dev_addr) &&
	       !mvtap_macs_owner(link, addr);
}

static bool mvtap_macs_has_room(const struct mvtap_dev *link)
{
	return 1 + link->more_macs < READ_ONCE(link->settings.maxmacs);
}

static int mvtap_macs_admit(struct mvtap_dev *link, const u8 *addr)
{
	int err;

	err = mvtap_mactable_add(&link->port->macs, addr, link, GFP_ATOMIC);
	if (err)
		return err;
	err = dev_uc_add(link->lower, addr);
	if (err)
		mvtap_mactable_del(&link->port->macs, addr);
	else
		WRITE_ONCE(link->more_macs, link->more_macs + 1);
	return err;
}

static int mvtap_macs_sync_one(struct net_device *dev,
			       const unsigned char *addr)
{
	struct mvtap_dev *link = netdev_priv(dev);
	int err = -EADDRINUSE;

	/* It is alone, and gets whatever comes, without the port's table. */
	if (mvtap_is_passthru(link)) {
		err = dev_uc_add(link->lower, addr);
		if (!err)
			WRITE_ONCE(link->more_macs, link->more_macs + 1);
		return err;
	}
	if (is_valid_ether_addr(addr) && mvtap_macs_is_free(link, addr) &&
	    mvtap_macs_has_room(link))
		err = mvtap_macs_admit(link, addr);
	if (err != -EADDRINUSE)
		return err;
	/* The list keeps what we refuse: whoever put it there is not asked. */
	mvtap_stats_drop(link->stats, MVTAP_DROP_MAC_REFUSED);
	WRITE_ONCE(link->port->refused, true);
	return 0;
}

static int mvtap_macs_unsync_one(struct net_device *dev,
				 const unsigned char *addr)
{
	struct mvtap_dev *link = netdev_priv(dev);

	if (!mvtap_is_passthru(link)) {
		/* One that was refused, or that has become the link's own. */
		if (mvtap_macs_owner(link, addr) != link ||
		    ether_addr_equal(addr, link->addr))
			return 0;
		mvtap_mactable_del(&link->port->macs, addr);
	}
	dev_uc_del(link->lower, addr);
	WRITE_ONCE(link->more_macs, link->more_macs - 1);
	return 0;
}

void mvtap_macs_sync(struct mvtap_dev *link)
{
	/* For want of memory; tried again at the next change. */
	if (__dev_uc_sync(link->dev, mvtap_macs_sync_one,
			  mvtap_macs_unsync_one))
		mvtap_stats_drop(link->stats, MVTAP_DROP_MAC_REFUSED);
}

void mvtap_macs_unsync(struct mvtap_dev *link)
{
	__dev_uc_unsync(link->dev, mvtap_macs_unsync_one);
}

void mvtap_macs_admit_more(struct mvtap_dev *link)
{
	struct net_device *dev = link->dev;
	struct netdev_hw_addr *ha;

	if (!link->mcast.active || mvtap_is_passthru(link))
		return;
	netif_addr_lock_bh(dev);
	netdev_for_each_uc_addr(ha, dev) {
		if (!ha->sync_cnt || mvtap_macs_owner(link, ha->addr) == link)
			continue;
		if (!is_valid_ether_addr(ha->addr))
			continue;
		if (!mvtap_macs_has_room(link) ||
		    !mvtap_macs_is_free(link, ha->addr) ||
		    mvtap_macs_admit(link, ha->addr))
			WRITE_ONCE(link->port->refused, true);
	}
	netif_addr_unlock_bh(dev);
}

void mvtap_macs_review(struct mvtap_port *port)
{
	struct mvtap_dev *link;

	if (!READ_ONCE(port->refused))
		return;
	WRITE_ONCE(port->refused, false);
	list_for_each_entry(link, &port->links, node)
		mvtap_macs_admit_more(link);
}

/* --- questions ---------------------------------------------------------- */

unsigned int mvtap_macs_count(const struct mvtap_dev *link)
{
	return 1 + (link->mcast.active ? READ_ONCE(link->more_macs) :
					 netdev_uc_count(link->dev));
}

bool mvtap_macs_own(const struct mvtap_dev *link, const u8 *addr)
{
	const struct netdev_hw_addr *ha;

	if (mvtap_mactable_find(&link->port->macs, addr) == link)
		return true;
	if (!mvtap_is_passthru(link))
		return false;
	list_for_each_entry_rcu(ha, &link->dev->uc.list, list)
		if (ether_addr_equal(addr, ha->addr))
			return true;
	return false;
}

/*
 * Not rtnl_dev_link_net_capable(), which takes for granted a right to the
 * link's own namespace: the holder of a queue changes the address without any.
 */
int mvtap_macs_check_right(const struct mvtap_dev *link,
			   struct netlink_ext_ack *extack)
{
	if (!link->settings.spoofcheck)
		return 0;
	/* Which has all rights, and asks for who knows whom: a bond's timer. */
	if (current->flags & PF_KTHREAD) {
		NL_SET_ERR_MSG(extack, "Spoofcheck is on: not for a kernel thread");
		return -EPERM;
	}
	if (ns_capable(dev_net(link->lower)->user_ns, CAP_NET_ADMIN))
		return 0;
	NL_SET_ERR_MSG(extack, "Spoofcheck is on: needs CAP_NET_ADMIN where the lower device is");
	return -EPERM;
}

/* --- by hand ------------------------------------------------------------ */

static int mvtap_macs_check_add(struct mvtap_dev *link, const u8 *addr,
				struct netlink_ext_ack *extack)
{
	int err;

	if (!is_valid_ether_addr(addr)) {
		NL_SET_ERR_MSG(extack, "Not an address that a link can have");
		return -EADDRNOTAVAIL;
	}
	err = mvtap_macs_check_right(link, extack);
	if (err || mvtap_is_passthru(link))
		return err;
	err = mvtap_filter_check_addr(link, addr, extack);
	if (err)
		return err;
	if (ether_addr_equal(addr, netif_running(link->dev) ?
				   link->addr : link->dev->dev_addr)) {
		NL_SET_ERR_MSG(extack, "Address is the link's own");
		return -EEXIST;
	}
	if (mvtap_macs_count(link) < link->settings.maxmacs)
		return 0;
	NL_SET_ERR_MSG(extack, "The link has as many addresses as its maxmacs allows");
	mvtap_stats_drop(link->stats, MVTAP_DROP_MAC_REFUSED);
	return -ENOSPC;
}

/* At once: from 7.3 on the core comes for it later. */
static void mvtap_macs_sync_now(struct mvtap_dev *link)
{
	netif_addr_lock_bh(link->dev);
	if (link->mcast.active)
		mvtap_macs_sync(link);
	netif_addr_unlock_bh(link->dev);
}

static bool mvtap_macs_is_taken(struct mvtap_dev *link, const u8 *addr)
{
	const struct netdev_hw_addr *ha;
	bool taken = false;

	if (!mvtap_is_passthru(link))
		return mvtap_macs_owner(link, addr) == link;
	netif_addr_lock_bh(link->dev);
	netdev_for_each_uc_addr(ha, link->dev)
		if (ether_addr_equal(ha->addr, addr))
			taken = ha->sync_cnt;
	netif_addr_unlock_bh(link->dev);
	return taken;
}

static int mvtap_macs_fdb_add_unicast(struct mvtap_dev *link, const u8 *addr,
				      struct netlink_ext_ack *extack)
{
	struct net_device *dev = link->dev;
	int err;

	err = mvtap_macs_check_add(link, addr, extack);
	if (!err)
		err = dev_uc_add_excl(dev, addr);
	if (err)
		return err;
	mvtap_macs_sync_now(link);
	if (!link->mcast.active || mvtap_macs_is_taken(link, addr))
		return 0;
	/* Another device on top of the link was faster, or memory is short. */
	dev_uc_del(dev, addr);
	mvtap_macs_sync_now(link);
	NL_SET_ERR_MSG(extack, "Address could not be taken");
	return -EBUSY;
}

int mvtap_macs_fdb_add(struct ndmsg *ndm, struct nlattr *tb[],
		       struct net_device *dev, const unsigned char *addr,
		       u16 vid, u16 flags,
		       MVTAP_FDB_NOTIFIED struct netlink_ext_ack *extack)
{
	if (flags & NLM_F_REPLACE) {
		NL_SET_ERR_MSG(extack, "An entry cannot be replaced");
		return -EOPNOTSUPP;
	}
	if (is_multicast_ether_addr(addr))
		return dev_mc_add_excl(dev, addr);
	return mvtap_macs_fdb_add_unicast(netdev_priv(dev), addr, extack);
}

int mvtap_macs_fdb_del(struct ndmsg *ndm, struct nlattr *tb[],
		       struct net_device *dev, const unsigned char *addr,
		       u16 vid,
		       MVTAP_FDB_NOTIFIED struct netlink_ext_ack *extack)
{
	struct mvtap_dev *link = netdev_priv(dev);
	int err;

	if (is_multicast_ether_addr(addr))
		return dev_mc_del(dev, addr);
	err = mvtap_macs_check_right(link, extack);
	if (!err)
		err = dev_uc_del(dev, addr);
	if (err)
		return err;
	mvtap_macs_sync_now(link);
	mvtap_macs_review(link->port);
	return 0;
}
