// SPDX-License-Identifier: GPL-2.0
#include "flood.h"

#include <linux/if_ether.h>
#include <linux/limits.h>
#include <net/dst.h>

#include "deliver.h"
#include "dev.h"
#include "port.h"

/*
 * Group frames of a link or the host are delivered in its transmit path up to this
 * many receivers: beyond it, the receivers' backlog (1000 frames by default)
 * would overflow before the softirq runs, and the sender would stall.
 */
#define MVTAP_INLINE_MAX 64

/* What the visitor needs, and what a deferred frame keeps in its cb. */
struct mvtap_flood_cb {
	enum mvtap_src src;
	u32 self;
};

struct mvtap_flood_walk {
	struct sk_buff *skb;
	struct mvtap_flood_cb who;
	enum mvtap_drop why;	/* if it is about a loss */
	bool deferred;
};

static struct workqueue_struct *mvtap_flood_wq;

static bool mvtap_flood_gets(const struct mvtap_dev *link,
			     const struct mvtap_flood_cb *who)
{
	enum mvtap_member member;

	member = mvtap_member(mvtap_mode(link),
			      READ_ONCE(link->settings.host_reach),
			      link->id == who->self);
	return mvtap_fwd_member(who->src, member) == MVTAP_TO_LINK;
}

/* Do we see the frame on its way out, or did the wire bring it? */
static bool mvtap_flood_transmitted(const struct mvtap_flood_cb *who)
{
	return !mvtap_src_is_wire(who->src);
}

static bool mvtap_flood_visit(struct mvtap_dev *link, void *arg)
{
	const struct mvtap_flood_walk *walk = arg;

	if (mvtap_flood_gets(link, &walk->who))
		mvtap_deliver_copy(link, walk->skb,
				   mvtap_flood_transmitted(&walk->who),
				   walk->deferred);
	return true;
}

static bool mvtap_flood_visit_lost(struct mvtap_dev *link, void *arg)
{
	const struct mvtap_flood_walk *walk = arg;

	if (mvtap_flood_gets(link, &walk->who))
		mvtap_deliver_lost(link, walk->skb, walk->why);
	return true;
}

/*
 * The clone may wait longer than what the original refers to lives: it keeps
 * no route, no socket, and as its device the lower one, which outlives the
 * queue.
 */
static struct sk_buff *mvtap_flood_detach(struct mvtap_port *port,
					  const struct mvtap_flood_walk *walk)
{
	struct sk_buff *clone = skb_clone(walk->skb, GFP_ATOMIC);

	if (!clone)
		return NULL;
	/* The sender's namespace cannot be told from the clone: assume that
	 * each receiver is in another one.
	 */
	if (mvtap_flood_transmitted(&walk->who))
		skb_scrub_packet(clone, true);
	skb_dst_drop(clone);
	clone->dev = port->lower;
	memcpy(clone->cb, &walk->who, sizeof(walk->who));
	return clone;
}

/* False if the frame is lost; then @walk->why says why. */
static bool mvtap_flood_enqueue(struct mvtap_port *port,
				struct mvtap_flood_walk *walk)
{
	struct mvtap_flood *flood = &port->flood;
	struct sk_buff *clone;
	bool room;

	walk->why = MVTAP_DROP_RX_BC_QUEUE;
	if (skb_queue_len_lockless(&flood->queue) >=
	    READ_ONCE(flood->queue_len))
		return false;
	clone = mvtap_flood_detach(port, walk);
	if (!clone) {
		walk->why = MVTAP_DROP_RX_NOMEM;
		return false;
	}
	spin_lock(&flood->queue.lock);
	room = skb_queue_len(&flood->queue) < READ_ONCE(flood->queue_len);
	if (room)
		__skb_queue_tail(&flood->queue, clone);
	spin_unlock(&flood->queue.lock);
	if (!room)
		kfree_skb(clone);
	return room;
}

static void mvtap_flood_defer(struct mvtap_port *port,
			      struct mvtap_flood_walk *walk)
{
	if (mvtap_flood_enqueue(port, walk))
		queue_work(mvtap_flood_wq, &port->flood.work);
	else
		mvtap_mcast_walk(&port->mcast, eth_hdr(walk->skb)->h_dest,
				 mvtap_flood_visit_lost, walk);
}

void mvtap_flood(struct mvtap_port *port, struct sk_buff *skb,
		 enum mvtap_src src, u32 self)
{
	struct mvtap_flood_walk walk = {
		.skb = skb,
		.who = { .src = src, .self = self },
	};
	const struct ethhdr *eth = eth_hdr(skb);
	s32 inline_max = MVTAP_INLINE_MAX;

	/* Flow control is between a NIC and its switch port. */
	if (eth->h_proto == htons(ETH_P_PAUSE))
		return;
	if (mvtap_src_is_wire(src))
		inline_max = READ_ONCE(port->flood.cutoff);
	if (inline_max >= 0 &&
	    mvtap_mcast_wanted_by_more(&port->mcast, eth->h_dest, inline_max))
		mvtap_flood_defer(port, &walk);
	else
		mvtap_mcast_walk(&port->mcast, eth->h_dest, mvtap_flood_visit,
				 &walk);
}

static void mvtap_flood_one(struct mvtap_port *port, struct sk_buff *skb)
{
	struct mvtap_flood_walk walk = { .skb = skb, .deferred = true };

	memcpy(&walk.who, skb->cb, sizeof(walk.who));
	rcu_read_lock();
	mvtap_mcast_walk(&port->mcast, eth_hdr(skb)->h_dest, mvtap_flood_visit,
			 &walk);
	rcu_read_unlock();
	consume_skb(skb);
}

static void mvtap_flood_work(struct work_struct *work)
{
	struct mvtap_flood *flood = container_of(work, struct mvtap_flood,
						 work);
	struct mvtap_port *port = container_of(flood, struct mvtap_port,
					       flood);
	struct sk_buff_head list;
	struct sk_buff *skb;

	__skb_queue_head_init(&list);
	spin_lock_bh(&flood->queue.lock);
	skb_queue_splice_tail_init(&flood->queue, &list);
	spin_unlock_bh(&flood->queue.lock);

	while ((skb = __skb_dequeue(&list))) {
		mvtap_flood_one(port, skb);
		cond_resched();
	}
}

void mvtap_flood_init(struct mvtap_flood *flood)
{
	BUILD_BUG_ON(sizeof(struct mvtap_flood_cb) >
		     sizeof_field(struct sk_buff, cb));
	skb_queue_head_init(&flood->queue);
	INIT_WORK(&flood->work, mvtap_flood_work);
	flood->cutoff = MVTAP_BC_CUTOFF;
}

void mvtap_flood_stop(struct mvtap_flood *flood)
{
	cancel_work_sync(&flood->work);
	__skb_queue_purge(&flood->queue);
}

int mvtap_flood_setup(void)
{
	mvtap_flood_wq = alloc_workqueue("mvtap", WQ_UNBOUND, 0);
	return mvtap_flood_wq ? 0 : -ENOMEM;
}

void mvtap_flood_teardown(void)
{
	destroy_workqueue(mvtap_flood_wq);
}
