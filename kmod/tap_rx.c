// SPDX-License-Identifier: GPL-2.0
/* A frame for a link with a character device: into the ring of a queue. */
#include "tap.h"

#include <linux/if_tun.h>
#include <linux/netdevice.h>
#include <net/gso.h>

#include "deliver.h"

/* What a queue takes whose user asked for nothing; the tap core's. */
#define MVTAP_TAP_ALWAYS (NETIF_F_GSO | NETIF_F_SG | NETIF_F_FRAGLIST)

/* A guest may ask for segments of one byte. So many fill any usual ring. */
#define MVTAP_TAP_SEGMENTS_MAX 1000

/*
 * A guest may leave a frame in its ring for as long as it likes: it must keep
 * neither the pages nor the room of who has sent it, nor a connection's state.
 */
static bool mvtap_tap_rx_disown(struct sk_buff *skb)
{
	if (unlikely(skb_orphan_frags_rx(skb, GFP_ATOMIC)))
		return false;
	skb_orphan(skb);
	nf_reset_ct(skb);
	return true;
}

static rx_handler_result_t mvtap_tap_rx_one(struct mvtap_dev *link,
					    struct sk_buff **pskb)
{
	rx_handler_result_t result = tap_handle_frame(pskb);

	if (likely(result != RX_HANDLER_PASS) ||
	    READ_ONCE(link->settings.stack))
		return result;
	mvtap_deliver_drop(link, *pskb, MVTAP_DROP_RX_NO_QUEUE);
	return RX_HANDLER_CONSUMED;
}

/* Do all receiving queues read a header in front of each frame? */
static bool mvtap_tap_has_headers(const struct tap_dev *tap)
{
	int i, n = min(READ_ONCE(tap->numvtaps), MAX_TAP_QUEUES);
	const struct tap_queue *queue;

	for (i = 0; i < n; i++) {
		queue = rcu_dereference(tap->taps[i]);
		if (queue && !(READ_ONCE(queue->flags) & IFF_VNET_HDR))
			return false;
	}
	return true;
}

/*
 * The tap core would cut up a frame by itself, and not count the segments for
 * which its ring has no room. So it gets them one by one.
 * Return: the segments; NULL: the frame goes as it is, or an error.
 */
static struct sk_buff *mvtap_tap_rx_segment(struct tap_dev *tap,
					    struct sk_buff *skb)
{
	netdev_features_t features = MVTAP_TAP_ALWAYS;
	struct sk_buff *segs;

	if (likely(!skb_is_gso(skb)) || !READ_ONCE(tap->numvtaps))
		return NULL;
	if (mvtap_tap_has_headers(tap))
		features |= READ_ONCE(tap->tap_features);
	if (!netif_needs_gso(skb, features))
		return NULL;
	if (skb->len / skb_shinfo(skb)->gso_size > MVTAP_TAP_SEGMENTS_MAX)
		return ERR_PTR(-ENOBUFS);
	skb_push(skb, ETH_HLEN);
	segs = __skb_gso_segment(skb, features, false);
	/* Segmentation may return the frame itself, as the first of a list. */
	if (IS_ERR_OR_NULL(segs))
		__skb_pull(skb, ETH_HLEN);
	return segs;
}

static void mvtap_tap_rx_segments(struct mvtap_dev *link, struct sk_buff *segs)
{
	struct sk_buff *seg, *next;

	skb_list_walk_safe(segs, seg, next) {
		skb_mark_not_on_list(seg);
		__skb_pull(seg, ETH_HLEN);
		/* A link without a queue by now is no interface for these. */
		if (mvtap_tap_rx_one(link, &seg) == RX_HANDLER_PASS)
			mvtap_deliver_drop(link, seg, MVTAP_DROP_RX_NO_QUEUE);
	}
}

rx_handler_result_t mvtap_tap_rx(struct sk_buff **pskb)
{
	struct sk_buff *skb = *pskb;
	struct tap_dev *tap = rcu_dereference(skb->dev->rx_handler_data);
	struct mvtap_dev *link = mvtap_tap_link(tap);
	struct sk_buff *segs;

	if (unlikely(!mvtap_tap_rx_disown(skb))) {
		mvtap_deliver_drop(link, skb, MVTAP_DROP_RX_NOMEM);
		return RX_HANDLER_CONSUMED;
	}
	segs = mvtap_tap_rx_segment(tap, skb);
	if (likely(!segs))
		return mvtap_tap_rx_one(link, pskb);
	if (IS_ERR(segs)) {
		mvtap_deliver_drop(link, skb, MVTAP_DROP_RX_TAP);
		return RX_HANDLER_CONSUMED;
	}
	consume_skb(skb);
	mvtap_tap_rx_segments(link, segs);
	return RX_HANDLER_CONSUMED;
}
