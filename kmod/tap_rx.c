// SPDX-License-Identifier: GPL-2.0
/* A frame for a link with a character device: into the ring of a queue. */
#include "tap.h"

#include <linux/if_tun.h>
#include <linux/netdevice.h>
#include <net/gso.h>

#include "deliver.h"
#include "quiet.h"
#include "run.h"

/* What a queue takes whose user asked for nothing; the tap core's. */
#define MVTAP_TAP_ALWAYS (NETIF_F_GSO | NETIF_F_SG | NETIF_F_FRAGLIST)

/* A guest may ask for segments of one byte. So many fill any usual ring. */
#define MVTAP_TAP_SEGMENTS_MAX 1000

bool mvtap_tap_disown(struct sk_buff *skb)
{
	if (unlikely(skb_orphan_frags_rx(skb, GFP_ATOMIC)))
		return false;
	skb_orphan(skb);
	skb_dst_drop(skb);
	skb_ext_reset(skb);
	nf_reset_ct(skb);
	return true;
}

/*
 * Which queue gets a frame: the tap core's choice, for its flow hash, or the
 * receive queue of the device that brought it. The number of queues may change
 * meanwhile.
 */
static struct tap_queue *mvtap_tap_pick(const struct tap_dev *tap,
					struct sk_buff *skb)
{
	unsigned int n = min_t(unsigned int, READ_ONCE(tap->numvtaps),
			       MAX_TAP_QUEUES);
	u32 i = 0;

	if (!n)
		return NULL;
	if (n > 1) {
		i = skb_get_hash(skb);
		if (!i && skb_rx_queue_recorded(skb))
			i = skb_get_rx_queue(skb);
	}
	return rcu_dereference(tap->taps[i % n]);
}

/* What a queue's user takes: those who read no header, nothing special. */
static netdev_features_t mvtap_tap_features(const struct tap_dev *tap,
					    const struct tap_queue *queue)
{
	if (READ_ONCE(queue->flags) & IFF_VNET_HDR)
		return MVTAP_TAP_ALWAYS | READ_ONCE(tap->tap_features);
	return MVTAP_TAP_ALWAYS;
}

static struct sk_buff *mvtap_tap_segment(struct sk_buff *skb,
					 netdev_features_t features)
{
	/* A guest's large frame comes here for its headers to be verified, too. */
	if (!skb_gso_ok(skb, features | NETIF_F_GSO_ROBUST) &&
	    skb->len / skb_shinfo(skb)->gso_size > MVTAP_TAP_SEGMENTS_MAX)
		return ERR_PTR(-ENOBUFS);
	return __skb_gso_segment(skb, features, false);
}

static void mvtap_tap_add(struct mvtap_dev *link, struct tap_queue *queue,
			  struct sk_buff *skb, struct mvtap_run *run)
{
	if (run)
		mvtap_run_add(run, link, queue, skb);
	else
		mvtap_run_single(link, queue, skb);
}

/* A frame that is cut up or summed up, if the queue's user cannot do that. */
static void mvtap_tap_put_offload(struct mvtap_dev *link,
				  struct tap_queue *queue, struct sk_buff *skb,
				  struct mvtap_run *run)
{
	netdev_features_t features = mvtap_tap_features(link->tap, queue);
	struct sk_buff *segs = NULL, *next;

	if (netif_needs_gso(skb, features))
		segs = mvtap_tap_segment(skb, features);
	else if (skb->ip_summed == CHECKSUM_PARTIAL &&
		 !(features & NETIF_F_CSUM_MASK))
		segs = ERR_PTR(skb_checksum_help(skb));

	if (IS_ERR(segs)) {
		mvtap_deliver_drop(link, skb, MVTAP_DROP_RX_TAP);
		return;
	}
	if (!segs) {
		mvtap_tap_add(link, queue, skb, run);
		return;
	}
	consume_skb(skb);
	skb_list_walk_safe(segs, skb, next) {
		skb_mark_not_on_list(skb);
		mvtap_tap_add(link, queue, skb, run);
	}
}

bool mvtap_tap_put(struct mvtap_dev *link, struct sk_buff *skb,
		   struct mvtap_run *run)
{
	struct tap_queue *queue = mvtap_tap_pick(link->tap, skb);

	if (unlikely(!queue))
		return false;
	if (!skb_shared(skb) && unlikely(!mvtap_tap_disown(skb)))
		mvtap_deliver_drop(link, skb, MVTAP_DROP_RX_NOMEM);
	else if (likely(!skb_is_gso(skb) &&
			skb->ip_summed != CHECKSUM_PARTIAL))
		mvtap_tap_add(link, queue, skb, run);
	else
		mvtap_tap_put_offload(link, queue, skb, run);
	return true;
}

rx_handler_result_t mvtap_tap_rx(struct sk_buff **pskb)
{
	struct sk_buff *skb = *pskb;
	struct tap_dev *tap = rcu_dereference(skb->dev->rx_handler_data);
	struct mvtap_dev *link = mvtap_tap_link(tap);

	if (mvtap_quiet_frame(skb))
		atomic_dec_if_positive(&link->in_core);	/* not all are ours */
	skb_push(skb, ETH_HLEN);
	if (likely(mvtap_tap_put(link, skb, NULL)))
		return RX_HANDLER_CONSUMED;
	__skb_pull(skb, ETH_HLEN);
	if (READ_ONCE(link->settings.stack))
		return RX_HANDLER_PASS;
	mvtap_deliver_drop(link, skb, MVTAP_DROP_RX_NO_QUEUE);
	return RX_HANDLER_CONSUMED;
}
