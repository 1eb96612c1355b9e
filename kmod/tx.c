// SPDX-License-Identifier: GPL-2.0
/* What a link sends: classify, ask fwd, execute. */
#include "path.h"

#include <linux/etherdevice.h>
#include <linux/netpoll.h>

#include "deliver.h"
#include "dev.h"
#include "macs.h"
#include "netpoll.h"
#include "port.h"
#include "run.h"

static int mvtap_tx_unicast(struct mvtap_dev *from, enum mvtap_src src,
			    struct sk_buff *skb, struct mvtap_run *run)
{
	struct mvtap_port *port = from->port;
	struct mvtap_dev *to;
	enum mvtap_dst dst;

	to = mvtap_mactable_find(&port->macs, eth_hdr(skb)->h_dest);
	if (to)
		dst = MVTAP_DST_LINK + mvtap_mode(to);
	else if (ether_addr_equal(eth_hdr(skb)->h_dest, from->lower->dev_addr))
		dst = READ_ONCE(from->settings.host_reach) ?
		      MVTAP_DST_HOST_REACH : MVTAP_DST_HOST;
	else
		dst = MVTAP_DST_OTHER;

	switch (mvtap_fwd_unicast(src, dst)) {
	case MVTAP_TO_LINK:
		mvtap_deliver_link(from, to, skb, run);
		return NET_XMIT_SUCCESS;
	case MVTAP_TO_HOST:
		mvtap_deliver_host(from, skb);
		return NET_XMIT_SUCCESS;
	case MVTAP_REFUSE:
		mvtap_deliver_drop(from, skb, MVTAP_DROP_TX_PRIVATE);
		return NET_XMIT_SUCCESS;
	default:
		return mvtap_deliver_wire(from, skb);
	}
}

static int mvtap_tx_group(struct mvtap_dev *from, enum mvtap_src src,
			  struct sk_buff *skb)
{
	struct mvtap_port *port = from->port;

	mvtap_echo_sent(from->echo, skb);
	if (mvtap_fwd_copies(src))
		mvtap_flood(port, skb, src, from->id);
	if (READ_ONCE(from->settings.host_reach))
		mvtap_deliver_host_copy(from, skb);
	return mvtap_deliver_wire(from, skb);
}

static bool mvtap_tx_spoofed(const struct mvtap_dev *from,
			     const struct sk_buff *skb)
{
	return unlikely(READ_ONCE(from->settings.spoofcheck)) &&
	       !mvtap_macs_own(from, eth_hdr(skb)->h_source);
}

int mvtap_tx(struct sk_buff *skb, struct mvtap_dev *from,
	     struct mvtap_run *run)
{
	enum mvtap_src src = MVTAP_TX + mvtap_mode(from);

	if (mvtap_tx_spoofed(from, skb)) {
		mvtap_deliver_drop(from, skb, MVTAP_DROP_TX_SPOOF);
		return NET_XMIT_SUCCESS;
	}
	if (is_multicast_ether_addr(eth_hdr(skb)->h_dest)) {
		if (run)
			mvtap_run_flush(run);
		return mvtap_tx_group(from, src, skb);
	}
	return mvtap_tx_unicast(from, src, skb, run);
}

netdev_tx_t mvtap_xmit(struct sk_buff *skb, struct net_device *dev)
{
	struct mvtap_dev *from = netdev_priv(dev);
	int ret;

	if (unlikely(!pskb_may_pull(skb, ETH_HLEN))) {
		mvtap_deliver_drop(from, skb, MVTAP_DROP_TX_RUNT);
		return NETDEV_TX_OK;
	}
	skb_reset_mac_header(skb);
	if (unlikely(netpoll_tx_running(dev)))
		return mvtap_netpoll_xmit(skb, dev);

	rcu_read_lock();
	ret = mvtap_tx(skb, from, NULL);
	rcu_read_unlock();
	return ret;
}
