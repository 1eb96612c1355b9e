// SPDX-License-Identifier: GPL-2.0
/* What a link sends: classify, ask fwd, execute. */
#include "path.h"

#include <linux/etherdevice.h>
#include <linux/netpoll.h>

#include "deliver.h"
#include "dev.h"
#include "netpoll.h"
#include "port.h"

static int mvtap_tx_unicast(struct mvtap_dev *from, enum mvtap_src src,
			    struct sk_buff *skb)
{
	struct mvtap_port *port = from->port;
	struct mvtap_dev *to;
	enum mvtap_dst dst;

	to = mvtap_mactable_find(&port->macs, eth_hdr(skb)->h_dest);
	if (to)
		dst = MVTAP_DST_LINK + mvtap_mode(to);
	else if (ether_addr_equal(eth_hdr(skb)->h_dest, from->lower->dev_addr))
		dst = MVTAP_DST_HOST;
	else
		dst = MVTAP_DST_OTHER;

	switch (mvtap_fwd_unicast(src, dst)) {
	case MVTAP_TO_LINK:
		mvtap_deliver_link(from, to, skb);
		return NET_XMIT_SUCCESS;
	case MVTAP_REFUSE:
		mvtap_deliver_drop(from, skb, MVTAP_DROP_TX_PRIVATE);
		return NET_XMIT_SUCCESS;
	default:
		return mvtap_deliver_wire(from, skb);
	}
}

netdev_tx_t mvtap_xmit(struct sk_buff *skb, struct net_device *dev)
{
	struct mvtap_dev *from = netdev_priv(dev);
	enum mvtap_src src = MVTAP_TX + mvtap_mode(from);
	int ret;

	if (unlikely(!pskb_may_pull(skb, ETH_HLEN))) {
		mvtap_deliver_drop(from, skb, MVTAP_DROP_TX_RUNT);
		return NETDEV_TX_OK;
	}
	skb_reset_mac_header(skb);
	if (unlikely(netpoll_tx_running(dev)))
		return mvtap_netpoll_xmit(skb, dev);

	rcu_read_lock();
	if (is_multicast_ether_addr(eth_hdr(skb)->h_dest)) {
		if (mvtap_fwd_copies(src))
			mvtap_flood(from->port, skb, src, from->id);
		ret = mvtap_deliver_wire(from, skb);
	} else {
		ret = mvtap_tx_unicast(from, src, skb);
	}
	rcu_read_unlock();
	return ret;
}
