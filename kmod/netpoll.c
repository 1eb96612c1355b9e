// SPDX-License-Identifier: GPL-2.0
#include "netpoll.h"

#include <linux/netpoll.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>

#include "deliver.h"
#include "dev.h"

/* Nothing of ours waits to be polled. */
void mvtap_netpoll_poll(struct net_device *dev)
{
}

int mvtap_netpoll_setup(struct net_device *dev)
{
	struct mvtap_dev *link = netdev_priv(dev);
	struct netpoll *netpoll;
	int err;

	netpoll = kzalloc(sizeof(*netpoll), GFP_KERNEL);
	if (!netpoll)
		return -ENOMEM;
	err = __netpoll_setup(netpoll, link->lower);
	if (err) {
		kfree(netpoll);
		return err;
	}
	rcu_assign_pointer(link->netpoll, netpoll);
	return 0;
}

/*
 * The core's work that sends again what waits on the link may still be at it.
 * __netpoll_free() waits for a grace period before it frees.
 */
void mvtap_netpoll_cleanup(struct net_device *dev)
{
	struct mvtap_dev *link = netdev_priv(dev);
	struct netpoll *netpoll = rtnl_dereference(link->netpoll);

	if (!netpoll)
		return;
	RCU_INIT_POINTER(link->netpoll, NULL);
	__netpoll_free(netpoll);
}

/*
 * Straight to the lower device, whatever the destination: a console message is
 * for the wire. The core counts none of these frames, and so do we.
 */
netdev_tx_t mvtap_netpoll_xmit(struct sk_buff *skb, struct net_device *dev)
{
	struct mvtap_dev *link = netdev_priv(dev);
	netdev_tx_t ret = NETDEV_TX_OK;
	struct netpoll *netpoll;

	rcu_read_lock();
	netpoll = rcu_dereference(link->netpoll);
	if (likely(netpoll)) {
		skb->dev = link->lower;
		ret = netpoll_send_skb(netpoll, skb);
	} else {
		mvtap_deliver_lost(link, skb, MVTAP_DROP_TX_LOWER);
		dev_kfree_skb_irq(skb);
	}
	rcu_read_unlock();
	return ret;
}
