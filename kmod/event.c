// SPDX-License-Identifier: GPL-2.0
/*
 * From 7.3 on, the core calls most events of an "ops-locked" device (dummy,
 * mlx5, ...) under that device's instance lock. So no event of a lower device
 * may call a dev_*() function that takes this lock (dev_set_promiscuity(),
 * dev_set_mtu(), dev_set_mac_address(), ...) on the lower device itself.
 * NETDEV_UNREGISTER comes without it.
 */
#include "event.h"

#include <linux/notifier.h>
#include <linux/rtnetlink.h>

#include "carrier.h"
#include "filter.h"
#include "macs.h"
#include "netdev.h"
#include "port.h"
#include "rtnl.h"
#include "tap.h"

/* --- events of a link --------------------------------------------------- */

/*
 * What is on top of a link may not want LRO, or not later: settle it now. The
 * core would do so at the next NETDEV_FEAT_CHANGE of the lower device, under
 * whose instance lock it would take that lock again.
 */
static void mvtap_event_changeupper(struct mvtap_dev *link,
				    struct netdev_notifier_info *info)
{
	struct netdev_notifier_changeupper_info *upper =
		container_of(info, struct netdev_notifier_changeupper_info,
			     info);

	if (upper->linking)
		mvtap_netdev_forgo_lro(link->dev);
}

static int mvtap_event_check_addr(struct mvtap_dev *link, const u8 *addr,
				  struct netlink_ext_ack *extack)
{
	if (mvtap_is_passthru(link))
		return 0;
	return mvtap_filter_check_addr(link, addr, extack);
}

static int mvtap_event_link_changeaddr(struct mvtap_dev *link,
				       struct netdev_notifier_info *info)
{
	struct netlink_ext_ack *extack = netdev_notifier_info_to_extack(info);
	struct netdev_notifier_pre_changeaddr_info *addr =
		container_of(info, struct netdev_notifier_pre_changeaddr_info,
			     info);
	int err;

	err = mvtap_macs_check_right(link, extack);
	if (err || !netif_running(link->dev))
		return err;
	return mvtap_event_check_addr(link, addr->dev_addr, extack);
}

static int mvtap_event_link(struct mvtap_dev *link, unsigned long event,
			    struct netdev_notifier_info *info)
{
	struct netlink_ext_ack *extack = netdev_notifier_info_to_extack(info);

	switch (event) {
	case NETDEV_PRE_UP:
		return mvtap_event_check_addr(link, link->dev->dev_addr,
					      extack);
	case NETDEV_PRE_CHANGEADDR:
		return mvtap_event_link_changeaddr(link, info);
	case NETDEV_CHANGEUPPER:
		mvtap_event_changeupper(link, info);
		return 0;
	case NETDEV_REGISTER:
		return link->tap ? mvtap_tap_add_node(link) : 0;
	case NETDEV_UNREGISTER:
		if (link->tap)
			mvtap_tap_del_node(link);
		return 0;
	case NETDEV_CHANGE_TX_QUEUE_LEN:
		return link->tap ? mvtap_tap_resize(link, extack) : 0;
	default:
		return 0;
	}
}

/* --- events of a lower device ------------------------------------------- */

static void mvtap_event_remove_links(struct mvtap_port *port)
{
	struct mvtap_dev *link, *next;
	LIST_HEAD(kill);

	list_for_each_entry_safe(link, next, &port->links, node)
		link->dev->rtnl_link_ops->dellink(link->dev, &kill);
	unregister_netdevice_many(&kill);
}

/*
 * The end of the lower device, or the beginning of a move to another network
 * namespace: then the core empties its filters.
 */
static void mvtap_event_unregister(struct mvtap_port *port)
{
	struct mvtap_dev *link;

	if (port->lower->reg_state == NETREG_UNREGISTERING) {
		mvtap_event_remove_links(port);
		return;
	}
	mvtap_host_suspend(port);
	list_for_each_entry(link, &port->links, node)
		mvtap_filter_suspend(link);
}

/*
 * The passthru link follows, and a new address is what to go back to. The
 * core tells of a new broadcast address in the same way, and does not heed
 * what we return.
 */
static void mvtap_event_changeaddr(struct mvtap_port *port)
{
	struct mvtap_dev *sole = rtnl_dereference(port->sole);
	int err;

	if (!sole || ether_addr_equal(sole->dev->dev_addr,
				      port->lower->dev_addr))
		return;
	if (!port->setting_addr)
		ether_addr_copy(port->perm_addr, port->lower->dev_addr);
	err = mvtap_netdev_follow_addr(sole);
	if (err)
		netdev_warn(sole->dev, "cannot follow the lower device's address: %pe\n",
			    ERR_PTR(err));
}

static int mvtap_event_pre_changeaddr(struct mvtap_port *port,
				      struct netdev_notifier_info *info)
{
	struct netdev_notifier_pre_changeaddr_info *addr =
		container_of(info, struct netdev_notifier_pre_changeaddr_info,
			     info);
	struct mvtap_dev *owner = NULL;

	if (rtnl_dereference(port->sole))
		return 0;
	rcu_read_lock();
	owner = mvtap_mactable_find(&port->macs, addr->dev_addr);
	rcu_read_unlock();
	if (!owner)
		return 0;
	NL_SET_ERR_MSG(netdev_notifier_info_to_extack(info),
		       "Address is in use by an mvtap link of this device");
	return -EADDRINUSE;
}

static void mvtap_event_resume(struct mvtap_port *port)
{
	struct mvtap_dev *link;

	mvtap_host_resume(port);
	list_for_each_entry(link, &port->links, node)
		mvtap_filter_resume(link);
}

static int mvtap_event_lower(struct mvtap_port *port, unsigned long event,
			     struct netdev_notifier_info *info)
{
	struct mvtap_dev *link;

	switch (event) {
	case NETDEV_UP:
		/* In case that NETDEV_REGISTER did not come to us. */
		mvtap_event_resume(port);
		fallthrough;
	case NETDEV_DOWN:
	case NETDEV_CHANGE:
		list_for_each_entry(link, &port->links, node)
			mvtap_carrier_follow(link);
		return 0;
	case NETDEV_FEAT_CHANGE:
		/* Not the other way: the driver is amidst its change. */
		if (!(port->lower->features & NETIF_F_HW_L2FW_DOFFLOAD))
			mvtap_filter_review_offload(port);
		list_for_each_entry(link, &port->links, node)
			mvtap_netdev_follow_features(link);
		return 0;
	case NETDEV_CHANGEMTU:
		list_for_each_entry(link, &port->links, node)
			mvtap_netdev_follow_mtu(link);
		return 0;
	case NETDEV_PRE_CHANGEADDR:
		return mvtap_event_pre_changeaddr(port, info);
	case NETDEV_CHANGEADDR:
		mvtap_event_changeaddr(port);
		return 0;
	case NETDEV_UNREGISTER:
		mvtap_event_unregister(port);
		return 0;
	case NETDEV_REGISTER:
		/* The end of a move: ours since before. */
		mvtap_event_resume(port);
		return 0;
	case NETDEV_PRE_TYPE_CHANGE:
		NL_SET_ERR_MSG(netdev_notifier_info_to_extack(info),
			       "Device has mvtap links");
		return -EBUSY;
	case NETDEV_NOTIFY_PEERS:
	case NETDEV_BONDING_FAILOVER:
	case NETDEV_RESEND_IGMP:
		list_for_each_entry(link, &port->links, node)
			call_netdevice_notifiers(event, link->dev);
		return 0;
	default:
		return 0;
	}
}

static int mvtap_event(struct notifier_block *nb, unsigned long event,
		       void *ptr)
{
	struct netdev_notifier_info *info = ptr;
	struct net_device *dev = netdev_notifier_info_to_dev(ptr);
	struct mvtap_port *port;
	int err = 0;

	if (mvtap_is_link(dev)) {
		err = mvtap_event_link(netdev_priv(dev), event, info);
	} else {
		port = mvtap_port_find(dev);
		if (port)
			err = mvtap_event_lower(port, event, info);
	}
	return notifier_from_errno(err);
}

static struct notifier_block mvtap_event_block = {
	.notifier_call = mvtap_event,
};

int mvtap_event_setup(void)
{
	return register_netdevice_notifier(&mvtap_event_block);
}

void mvtap_event_teardown(void)
{
	unregister_netdevice_notifier(&mvtap_event_block);
}
