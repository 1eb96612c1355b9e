// SPDX-License-Identifier: GPL-2.0
#include "port.h"

#include <linux/if_arp.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>

#include "path.h"

struct mvtap_port *mvtap_port_find(const struct net_device *lower)
{
	ASSERT_RTNL();
	if (rcu_access_pointer(lower->rx_handler) != mvtap_rx)
		return NULL;
	return rtnl_dereference(lower->rx_handler_data);
}

static struct mvtap_port *mvtap_port_alloc(struct net_device *lower)
{
	struct mvtap_port *port = kzalloc(sizeof(*port), GFP_KERNEL_ACCOUNT);

	if (!port)
		return NULL;
	if (mvtap_mactable_init(&port->macs))
		goto free_port;
	if (mvtap_mcast_init(&port->mcast))
		goto destroy_macs;
	if (mvtap_source_init(&port->sources))
		goto destroy_mcast;
	port->echo = kzalloc(sizeof(*port->echo), GFP_KERNEL_ACCOUNT);
	if (!port->echo)
		goto destroy_sources;
	port->lower = lower;
	if (mvtap_host_init(port))
		goto free_echo;
	mvtap_flood_init(&port->flood);
	ether_addr_copy(port->perm_addr, lower->dev_addr);
	INIT_LIST_HEAD(&port->links);
	refcount_set(&port->ref, 1);
	return port;

free_echo:
	kfree(port->echo);
destroy_sources:
	mvtap_source_destroy(&port->sources);
destroy_mcast:
	mvtap_mcast_destroy(&port->mcast);
destroy_macs:
	mvtap_mactable_destroy(&port->macs);
free_port:
	kfree(port);
	return NULL;
}

static struct mvtap_port *mvtap_port_create(struct net_device *lower,
					    struct netlink_ext_ack *extack)
{
	struct mvtap_port *port;
	int err;

	if (lower->type != ARPHRD_ETHER || lower->flags & IFF_LOOPBACK) {
		NL_SET_ERR_MSG(extack, "Lower device is not an Ethernet device");
		return ERR_PTR(-EINVAL);
	}
	if (netdev_is_rx_handler_busy(lower)) {
		NL_SET_ERR_MSG(extack, "Lower device is a port of something else");
		return ERR_PTR(-EBUSY);
	}
	port = mvtap_port_alloc(lower);
	if (!port)
		return ERR_PTR(-ENOMEM);
	err = netdev_rx_handler_register(lower, mvtap_rx, port);
	if (err) {
		mvtap_port_put_memory(port);
		return ERR_PTR(err);
	}
	return port;
}

struct mvtap_port *mvtap_port_get(struct net_device *lower,
				  struct netlink_ext_ack *extack)
{
	struct mvtap_port *port = mvtap_port_find(lower);

	if (!port)
		port = mvtap_port_create(lower, extack);
	if (!IS_ERR(port))
		port->users++;
	return port;
}

void mvtap_port_count_mode(struct mvtap_port *port, u32 mode, int count)
{
	if (mode == MACVLAN_MODE_PRIVATE)
		WRITE_ONCE(port->privates, port->privates + count);
}

void mvtap_port_use(struct mvtap_port *port)
{
	ASSERT_RTNL();
	port->users++;
	refcount_inc(&port->ref);
}

/*
 * Who may still use the port here, and what ends it:
 * - the rx_handler: netdev_rx_handler_unregister() waits for a grace period;
 * - a link that transmits: no link is left, and the core waited for a grace
 *   period between closing a link and its ndo_uninit, which came here;
 * - the hook of host reach: gone with the last link that wanted it, and the
 *   grace period of the rx_handler is after that;
 * - the work: queued by these three only, so that nothing queues it after, and
 *   mvtap_flood_stop() waits for it;
 * - a dump of a dying link: it reads plain fields, under the reference that
 *   the link holds until its last reader is gone.
 */
void mvtap_port_put(struct mvtap_port *port)
{
	ASSERT_RTNL();
	if (--port->users)
		return;
	netdev_rx_handler_unregister(port->lower);
	mvtap_flood_stop(&port->flood);
	mvtap_port_put_memory(port);
}

void mvtap_port_put_memory(struct mvtap_port *port)
{
	if (!refcount_dec_and_test(&port->ref))
		return;
	mvtap_host_destroy(&port->host);
	kfree(port->echo);
	mvtap_source_destroy(&port->sources);
	mvtap_mcast_destroy(&port->mcast);
	mvtap_mactable_destroy(&port->macs);
	kfree(port);
}
