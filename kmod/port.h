/* SPDX-License-Identifier: GPL-2.0 */
/* A lower device in our hands: its rx_handler, and what its links share. */
#ifndef _MVTAP_PORT_H
#define _MVTAP_PORT_H

#include <linux/etherdevice.h>
#include <linux/netdevice.h>
#include <linux/refcount.h>

#include "echo.h"
#include "flood.h"
#include "host.h"
#include "mactable.h"
#include "mcast.h"
#include "source.h"

struct mvtap_dev;

/**
 * struct mvtap_port - our state on one lower device
 * @lower: the lower device; the rx_handler is there while @users is not 0
 * @macs: addresses of the links that are up
 * @mcast: groups that they want
 * @sources: lists of the links in mode source
 * @flood: deferred delivery to groups
 * @host: what the host sends to links
 * @echo: what the host has sent to groups
 * @refused: a link was refused an address that it may get later
 * @sole: the passthru link, if it has the port; read under RCU
 * @links: all links, mvtap_dev.node; RTNL
 * @privates: links in mode private; written under RTNL
 * @users: mvtap_port_get() and mvtap_port_use() less mvtap_port_put(); RTNL
 * @perm_addr: the lower device's own address, to be restored; RTNL
 * @setting_addr: a passthru link is changing the address of @lower; RTNL
 * @ref: memory; one for the port in use, one for each mvtap_port_use()
 */
struct mvtap_port {
	struct net_device *lower;
	struct mvtap_mactable macs;
	struct mvtap_mcast mcast;
	struct mvtap_source sources;
	struct mvtap_flood flood;
	struct mvtap_host host;
	struct mvtap_echo *echo;
	bool refused;
	struct mvtap_dev __rcu *sole;
	struct list_head links;
	unsigned int privates;
	unsigned int users;
	u8 perm_addr[ETH_ALEN] __aligned(2);
	bool setting_addr;
	refcount_t ref;
};

/* Context: RTNL. Return: our port on @lower, or NULL. */
struct mvtap_port *mvtap_port_find(const struct net_device *lower);

/**
 * mvtap_port_get - claim a lower device, or use it once more
 * @lower: an Ethernet device, not a loopback device
 * @extack: told the cause of a refusal
 *
 * Context: RTNL, may sleep.
 * Return: the port, or ERR_PTR: -EINVAL (not Ethernet, or loopback), -EBUSY
 * (another rx_handler has it), -ENOMEM.
 */
struct mvtap_port *mvtap_port_get(struct net_device *lower,
				  struct netlink_ext_ack *extack);
/* The last one gives the lower device back. Context: RTNL, may sleep. */
void mvtap_port_put(struct mvtap_port *port);

/**
 * mvtap_port_count_mode - a link comes to be in a mode, or no longer is
 * @port: the link's
 * @mode: a bit of enum macvlan_mode
 * @count: 1 before it is, -1 after it was
 *
 * Context: RTNL.
 */
void mvtap_port_count_mode(struct mvtap_port *port, u32 mode, int count);

/*
 * A link uses the port until its mvtap_port_put(), and may read it until its
 * mvtap_port_put_memory(). Context: RTNL.
 */
void mvtap_port_use(struct mvtap_port *port);
/* Context: may sleep. */
void mvtap_port_put_memory(struct mvtap_port *port);

#endif /* _MVTAP_PORT_H */
