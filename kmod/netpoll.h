/* SPDX-License-Identifier: GPL-2.0 */
/* netconsole and the like over a link: through its lower device. */
#ifndef _MVTAP_NETPOLL_H
#define _MVTAP_NETPOLL_H

#include <linux/netdevice.h>

#ifdef CONFIG_NET_POLL_CONTROLLER

/* ndo_poll_controller, ndo_netpoll_setup, ndo_netpoll_cleanup */
void mvtap_netpoll_poll(struct net_device *dev);
int mvtap_netpoll_setup(struct net_device *dev);
void mvtap_netpoll_cleanup(struct net_device *dev);

MVTAP_DEFINE_NETPOLL_SETUP(mvtap_netpoll_setup)

#define MVTAP_NETPOLL_OPS					\
	.ndo_poll_controller = mvtap_netpoll_poll,		\
	.ndo_netpoll_setup = MVTAP_NETPOLL_SETUP(mvtap_netpoll_setup), \
	.ndo_netpoll_cleanup = mvtap_netpoll_cleanup,

/* ndo_start_xmit when netpoll_tx_running(): interrupts are off. */
netdev_tx_t mvtap_netpoll_xmit(struct sk_buff *skb, struct net_device *dev);

#else

#define MVTAP_NETPOLL_OPS

static inline netdev_tx_t mvtap_netpoll_xmit(struct sk_buff *skb,
					     struct net_device *dev)
{
	dev_kfree_skb_any(skb);
	return NETDEV_TX_OK;
}

#endif

#endif /* _MVTAP_NETPOLL_H */
