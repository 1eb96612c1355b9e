// SPDX-License-Identifier: GPL-2.0
#include "deliver.h"

#include <linux/etherdevice.h>

#include "dev.h"
#include "trace.h"

static const u8 mvtap_skb_reason[MVTAP_DROP_COUNT] = {
#define X(name, string, reason, shown) SKB_DROP_REASON_##reason,
	MVTAP_DROPS(X)
#undef X
};

void mvtap_deliver_lost(struct mvtap_dev *link, const struct sk_buff *skb,
			enum mvtap_drop why)
{
	mvtap_stats_drop(link->stats, why);
	trace_mvtap_drop(skb, link->dev, mvtap_drop_names[why]);
}

void mvtap_deliver_drop(struct mvtap_dev *link, struct sk_buff *skb,
			enum mvtap_drop why)
{
	mvtap_deliver_lost(link, skb, why);
	kfree_skb_reason(skb, mvtap_skb_reason[why]);
}

rx_handler_result_t mvtap_deliver_rx(struct mvtap_dev *to,
				     struct sk_buff **pskb)
{
	struct sk_buff *skb = *pskb;
	unsigned int len = skb->len + ETH_HLEN;

	if (unlikely(!(to->dev->flags & IFF_UP))) {
		mvtap_deliver_drop(to, skb, MVTAP_DROP_RX_DOWN);
		return RX_HANDLER_CONSUMED;
	}
	skb = skb_share_check(skb, GFP_ATOMIC);
	if (unlikely(!skb)) {
		mvtap_deliver_lost(to, NULL, MVTAP_DROP_RX_NOMEM);
		return RX_HANDLER_CONSUMED;
	}
	*pskb = skb;
	trace_mvtap_forward(skb, skb->dev, to->dev, len);
	mvtap_stats_rx(to->stats, len, false);
	skb->dev = to->dev;
	skb->pkt_type = PACKET_HOST;
	return RX_HANDLER_ANOTHER;
}

/* Into the stack of @to, from the protocol's side of the Ethernet header. */
static void mvtap_deliver_stack(struct mvtap_dev *to, struct sk_buff *skb,
				bool multicast)
{
	unsigned int len = skb->len + ETH_HLEN;

	/* The deferred flood comes here with bottom halves on. They are off
	 * for one frame only, so that its backlog drains between two copies.
	 */
	local_bh_disable();
	if (likely(netif_rx(skb) == NET_RX_SUCCESS))
		mvtap_stats_rx(to->stats, len, multicast);
	else
		mvtap_deliver_lost(to, NULL, MVTAP_DROP_RX_STACK);
	local_bh_enable();
}

/* Why a link cannot take a frame that another link of its port sends. */
static enum mvtap_drop mvtap_deliver_unfit(const struct mvtap_dev *to)
{
	return to->dev->flags & IFF_UP ? MVTAP_DROP_RX_TOO_BIG :
					 MVTAP_DROP_RX_DOWN;
}

static void mvtap_deliver_show_lower(struct mvtap_dev *from,
				     struct sk_buff *skb)
{
	if (!dev_nit_active(from->lower))
		return;
	skb->dev = from->lower;
	dev_queue_xmit_nit(skb, from->lower);
	skb->dev = from->dev;
}

void mvtap_deliver_link(struct mvtap_dev *from, struct mvtap_dev *to,
			struct sk_buff *skb)
{
	mvtap_deliver_show_lower(from, skb);
	mvtap_stats_tx(from->stats, skb->len);
	if (unlikely(!is_skb_forwardable(to->dev, skb))) {
		mvtap_deliver_drop(to, skb, mvtap_deliver_unfit(to));
		return;
	}
	trace_mvtap_forward(skb, from->dev, to->dev, skb->len);
	if (unlikely(__dev_forward_skb(to->dev, skb)))
		mvtap_deliver_lost(to, NULL, MVTAP_DROP_RX_STACK);
	else
		mvtap_deliver_stack(to, skb, false);
}

void mvtap_deliver_copy(struct mvtap_dev *to, struct sk_buff *skb,
			bool transmitted)
{
	struct sk_buff *copy;

	if (transmitted && unlikely(!is_skb_forwardable(to->dev, skb))) {
		mvtap_deliver_lost(to, skb, mvtap_deliver_unfit(to));
		return;
	}
	copy = skb_clone(skb, GFP_ATOMIC);
	if (unlikely(!copy)) {
		mvtap_deliver_lost(to, skb, MVTAP_DROP_RX_NOMEM);
		return;
	}
	trace_mvtap_forward(copy, skb->dev, to->dev,
			    skb->len + (transmitted ? 0 : ETH_HLEN));
	if (!transmitted) {
		copy->dev = to->dev;
	} else if (unlikely(__dev_forward_skb(to->dev, copy))) {
		mvtap_deliver_lost(to, NULL, MVTAP_DROP_RX_STACK);
		return;
	}
	mvtap_deliver_stack(to, copy, true);
}

void mvtap_deliver_listed(struct mvtap_dev *to, struct sk_buff *skb)
{
	const u8 *dest = eth_hdr(skb)->h_dest;
	struct sk_buff *copy;

	copy = skb_clone(skb, GFP_ATOMIC);
	if (unlikely(!copy)) {
		mvtap_deliver_lost(to, skb, MVTAP_DROP_RX_NOMEM);
		return;
	}
	trace_mvtap_forward(copy, skb->dev, to->dev, skb->len + ETH_HLEN);
	copy->dev = to->dev;
	if (ether_addr_equal(dest, to->dev->dev_addr))
		copy->pkt_type = PACKET_HOST;
	mvtap_deliver_stack(to, copy, is_multicast_ether_addr(dest));
}

int mvtap_deliver_wire(struct mvtap_dev *from, struct sk_buff *skb)
{
	unsigned int len = skb->len;
	int ret;

	trace_mvtap_forward(skb, from->dev, from->lower, len);
	skb->dev = from->lower;
	ret = dev_queue_xmit_accel(skb, netdev_get_sb_channel(from->dev) ?
					from->dev : NULL);
	if (likely(ret == NET_XMIT_SUCCESS || ret == NET_XMIT_CN))
		mvtap_stats_tx(from->stats, len);
	else
		mvtap_deliver_lost(from, NULL, MVTAP_DROP_TX_LOWER);
	return ret;
}
