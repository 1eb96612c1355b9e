// SPDX-License-Identifier: GPL-2.0
#include "run.h"

#include <linux/if_tap.h>
#include <linux/netdevice.h>

#include "deliver.h"

/* Return: the frames for which the ring has no room. */
static struct sk_buff *mvtap_run_produce(struct ptr_ring *ring,
					 struct sk_buff *skb)
{
	struct sk_buff *next;

	spin_lock(&ring->producer_lock);
	for (; skb; skb = next) {
		next = skb->next;
		skb_mark_not_on_list(skb);
		if (unlikely(__ptr_ring_produce(ring, skb))) {
			skb->next = next;
			break;
		}
	}
	spin_unlock(&ring->producer_lock);
	return skb;
}

static void mvtap_run_lose(struct mvtap_dev *link, struct sk_buff *skb)
{
	struct sk_buff *next;

	skb_list_walk_safe(skb, skb, next) {
		skb_mark_not_on_list(skb);
		mvtap_deliver_lost(link, skb, MVTAP_DROP_RX_TAP);
		kfree_skb_reason(skb, SKB_DROP_REASON_FULL_RING);
	}
}

static void mvtap_run_wake(struct tap_queue *queue)
{
	wake_up_interruptible_poll(sk_sleep(&queue->sk),
				   EPOLLIN | EPOLLRDNORM | EPOLLRDBAND);
}

void mvtap_run_flush(struct mvtap_run *run)
{
	struct tap_queue *queue = run->queue;
	struct sk_buff *lost;

	if (!queue)
		return;
	run->queue = NULL;
	lost = mvtap_run_produce(&queue->ring, run->first);
	mvtap_run_wake(queue);
	if (unlikely(lost))
		mvtap_run_lose(run->link, lost);
}

void mvtap_run_single(struct mvtap_dev *link, struct tap_queue *queue,
		      struct sk_buff *skb)
{
	struct ptr_ring *ring = &queue->ring;
	int full;

	spin_lock(&ring->producer_lock);
	full = __ptr_ring_produce(ring, skb);
	spin_unlock(&ring->producer_lock);
	mvtap_run_wake(queue);
	if (unlikely(full))
		mvtap_run_lose(link, skb);
}

void mvtap_run_add(struct mvtap_run *run, struct mvtap_dev *link,
		   struct tap_queue *queue, struct sk_buff *skb)
{
	if (run->queue != queue) {
		if (run->queue)
			mvtap_run_flush(run);
		run->link = link;
		run->queue = queue;
		run->end = &run->first;
	}
	*run->end = skb;
	run->end = &skb->next;
	skb->next = NULL;
}
