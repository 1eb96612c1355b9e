// SPDX-License-Identifier: GPL-2.0
#include "rtnl.h"

#include <uapi/linux/mvtap.h>

#include <linux/etherdevice.h>
#include <linux/ethtool.h>
#include <net/netlink.h>
#include <net/rtnetlink.h>

#include "attr.h"
#include "carrier.h"
#include "config.h"
#include "filter.h"
#include "info.h"
#include "netdev.h"
#include "personality.h"
#include "port.h"
#include "tap.h"

/* --- a new link --------------------------------------------------------- */

static struct net_device *mvtap_find_lower(struct net_device *dev,
					   struct net *net,
					   const struct nlattr *attr,
					   struct netlink_ext_ack *extack)
{
	struct net_device *lower;

	if (!attr) {
		NL_SET_ERR_MSG(extack, "A lower device (IFLA_LINK) is needed");
		return ERR_PTR(-EINVAL);
	}
	lower = __dev_get_by_index(net, nla_get_u32(attr));
	if (!lower) {
		NL_SET_ERR_MSG_ATTR(extack, attr, "No such lower device");
		return ERR_PTR(-ENODEV);
	}
	if (!mvtap_is_link(lower))
		return lower;
	/* Links do not stack: use the lower device of that link, which may be
	 * in a namespace where the caller has no say.
	 */
	lower = ((struct mvtap_dev *)netdev_priv(lower))->lower;
	if (!rtnl_dev_link_net_capable(dev, dev_net(lower))) {
		NL_SET_ERR_MSG_ATTR(extack, attr,
				    "The lower device of this link is in a network namespace where CAP_NET_ADMIN is missing");
		return ERR_PTR(-EPERM);
	}
	return lower;
}

static int mvtap_new_mtu(struct net_device *dev,
			 const struct net_device *lower,
			 const struct nlattr *attr,
			 struct netlink_ext_ack *extack)
{
	struct mvtap_dev *link = netdev_priv(dev);

	if (attr && dev->mtu > lower->mtu)
		return mvtap_refuse(extack, attr, -EINVAL,
				    "MTU is larger than that of the lower device");
	if (attr)
		link->mtu = dev->mtu;
	else
		dev->mtu = lower->mtu;
	dev->max_mtu = mvtap_netdev_max_mtu(lower);
	return 0;
}

static int mvtap_new_address(struct net_device *dev,
			     struct net_device *lower, u32 mode,
			     const struct nlattr *attr,
			     struct netlink_ext_ack *extack)
{
	if (mode != MACVLAN_MODE_PASSTHRU) {
		if (!attr)
			eth_hw_addr_random(dev);
		return 0;
	}
	if (attr && !mvtap_personality()->compat &&
	    !ether_addr_equal(nla_data(attr), lower->dev_addr))
		return mvtap_refuse(extack, attr, -EINVAL,
				    "A passthru link starts with the address of its lower device");
	eth_hw_addr_inherit(dev, lower);
	return 0;
}

/* Passthru owns its port. */
static int mvtap_new_admit(struct mvtap_port *port, u32 mode,
			   struct nlattr *data[],
			   struct netlink_ext_ack *extack)
{
	if (rtnl_dereference(port->sole)) {
		NL_SET_ERR_MSG(extack, "Lower device is owned by a passthru link");
		return -EINVAL;
	}
	if (mode == MACVLAN_MODE_PASSTHRU && !list_empty(&port->links))
		return mvtap_refuse(extack, data[IFLA_MVTAP_MODE], -EINVAL,
				    "Mode passthru needs a lower device without other links");
	return 0;
}

static void mvtap_add_to_port(struct mvtap_dev *link)
{
	struct mvtap_port *port = link->port;

	list_add_tail(&link->node, &port->links);
	if (link->mode == MACVLAN_MODE_PASSTHRU) {
		ether_addr_copy(port->perm_addr, port->lower->dev_addr);
		rcu_assign_pointer(port->sole, link);
	}
}

static void mvtap_del_from_port(struct mvtap_dev *link)
{
	struct mvtap_port *port = link->port;

	list_del(&link->node);
	if (rtnl_dereference(port->sole) == link)
		RCU_INIT_POINTER(port->sole, NULL);
	mvtap_source_flush(&port->sources, &link->sources);
	mvtap_config_wishes(port, NULL);
	mvtap_filter_end_offload(link);
	mvtap_settings_end(link);
}

static u32 mvtap_last_id;	/* RTNL */

static u32 mvtap_new_id(void)
{
	/* 0 means "no link". */
	if (!++mvtap_last_id)
		mvtap_last_id++;
	return mvtap_last_id;
}

static void mvtap_new_init(struct mvtap_dev *link, struct net_device *dev,
			   struct mvtap_port *port, struct nlattr *data[])
{
	link->dev = dev;
	link->lower = port->lower;
	link->port = port;
	link->mcast.owner = link;
	mvtap_source_list_init(&link->sources, link);
	link->set_features = ~(netdev_features_t)0;
	link->id = mvtap_new_id();
	link->mode = mvtap_attr_mode(data, MACVLAN_MODE_VEPA);
	link->bc_queue_len = MVTAP_BC_QUEUE_LEN;
	link->bc_cutoff = MVTAP_BC_CUTOFF;
	INIT_LIST_HEAD(&link->watched);
	mvtap_settings_init(&link->settings);
	mvtap_station_init(link);
}

static int mvtap_new_register(struct mvtap_dev *link, struct nlattr *data[],
			      struct netlink_ext_ack *extack)
{
	struct net_device *dev = link->dev;
	int err;

	err = register_netdevice(dev);
	if (err)
		return err;
	err = netdev_upper_dev_link(link->lower, dev, extack);
	if (err) {
		unregister_netdevice(dev);
		return err;
	}
	mvtap_add_to_port(link);
	mvtap_config_port(link, data);
	mvtap_carrier_review(link);
	linkwatch_fire_event(dev);
	return 0;
}

static int mvtap_newlink(struct net_device *dev,
			 struct rtnl_newlink_params *params,
			 struct netlink_ext_ack *extack)
{
	struct mvtap_dev *link = netdev_priv(dev);
	struct nlattr **data = params->data;
	struct nlattr **tb = params->tb;
	struct net_device *lower;
	struct mvtap_port *port;
	int err;

	lower = mvtap_find_lower(dev, rtnl_newlink_link_net(params),
				 tb[IFLA_LINK], extack);
	if (IS_ERR(lower))
		return PTR_ERR(lower);
	err = mvtap_new_mtu(dev, lower, tb[IFLA_MTU], extack);
	if (err)
		return err;

	/* For this function; the link takes its own in ndo_init. */
	port = mvtap_port_get(lower, extack);
	if (IS_ERR(port))
		return PTR_ERR(port);
	mvtap_new_init(link, dev, port, data);
	err = data ? mvtap_config_check(link->mode, data, extack) : 0;
	if (!err)
		err = mvtap_new_admit(port, link->mode, data, extack);
	if (!err)
		err = mvtap_new_address(dev, lower, link->mode,
					tb[IFLA_ADDRESS], extack);
	if (!err)
		err = mvtap_config_new(link, data, extack);
	if (!err)
		err = mvtap_filter_prepare_mode(link, link->mode);
	if (!err)
		err = mvtap_new_register(link, data, extack);
	if (err)
		mvtap_config_abort(link);
	mvtap_filter_review_offload(port);
	mvtap_port_put(port);
	return err;
}

MVTAP_DEFINE_NEWLINK(mvtap_newlink)

static int mvtap_newlink_tap(struct net_device *dev,
			     struct rtnl_newlink_params *params,
			     struct netlink_ext_ack *extack)
{
	struct mvtap_tap_dev *tap = netdev_priv(dev);

	tap->link.tap = &tap->tap;
	return mvtap_newlink(dev, params, extack);
}

MVTAP_DEFINE_NEWLINK(mvtap_newlink_tap)

static void mvtap_dellink(struct net_device *dev, struct list_head *head)
{
	struct mvtap_dev *link = netdev_priv(dev);

	mvtap_del_from_port(link);
	unregister_netdevice_queue(dev, head);
	netdev_upper_dev_unlink(link->lower, dev);
}

/* --- the two kinds ------------------------------------------------------ */

static struct net *mvtap_get_link_net(const struct net_device *dev)
{
	const struct mvtap_dev *link = netdev_priv(dev);

	return dev_net(link->lower);
}

static void mvtap_setup_tap(struct net_device *dev)
{
	mvtap_netdev_setup(dev);
	if (mvtap_personality()->compat)
		dev->priv_flags &= ~IFF_NO_QUEUE;
	dev->tx_queue_len = MVTAP_TAP_QUEUE_LEN;
}

#define MVTAP_LINK_OPS					\
	.maxtype = IFLA_MVTAP_MAX,			\
	.policy = mvtap_attr_policy,				\
	.validate = mvtap_attr_validate,			\
	.dellink = mvtap_dellink,			\
	.changelink = mvtap_config_changelink,		\
	.get_size = mvtap_info_get_size,		\
	.fill_info = mvtap_info_fill,			\
	.get_linkxstats_size = mvtap_info_get_xstats_size, \
	.fill_linkxstats = mvtap_info_fill_xstats,	\
	.get_link_net = mvtap_get_link_net

static struct rtnl_link_ops mvtap_link_ops = {
	MVTAP_LINK_OPS,
	.priv_size = sizeof(struct mvtap_dev),
	.setup = mvtap_netdev_setup,
	.newlink = MVTAP_NEWLINK(mvtap_newlink),
};

static struct rtnl_link_ops mvtap_tap_link_ops = {
	MVTAP_LINK_OPS,
	.priv_size = sizeof(struct mvtap_tap_dev),
	.setup = mvtap_setup_tap,
	.newlink = MVTAP_NEWLINK(mvtap_newlink_tap),
};

int mvtap_rtnl_setup(void)
{
	mvtap_link_ops.kind = mvtap_personality()->kind;
	return rtnl_link_register(&mvtap_link_ops);
}

int mvtap_rtnl_setup_tap(void)
{
	mvtap_tap_link_ops.kind = mvtap_personality()->tap_kind;
	return rtnl_link_register(&mvtap_tap_link_ops);
}

void mvtap_rtnl_teardown_tap(void)
{
	rtnl_link_unregister(&mvtap_tap_link_ops);
}

void mvtap_rtnl_teardown(void)
{
	rtnl_link_unregister(&mvtap_link_ops);
}
