// SPDX-License-Identifier: GPL-2.0
#include "flood.h"

#include <linux/etherdevice.h>
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

/* What the visitor needs; a deferred frame keeps @who in its cb. */
struct mvtap_flood_walk {
	struct mvtap_copies copies;
	struct mvtap_flood_cb who;
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
	struct mvtap_flood_walk *walk = arg;

	if (mvtap_flood_gets(link, &walk->who))
		mvtap_deliver_copy(link, &walk->copies);
	return true;
}

static void mvtap_flood_walk(struct mvtap_port *port,
			     struct mvtap_flood_walk *walk, unsigned long parts)
{
	struct sk_buff *skb = walk->copies.skb;

	walk->copies.transmitted = mvtap_flood_transmitted(&walk->who);
	mvtap_mcast_walk(&port->mcast, eth_hdr(skb)->h_dest, parts,
			 mvtap_flood_visit, walk);
	mvtap_deliver_copies_end(&walk->copies);
}

/* --- losses ------------------------------------------------------------- */

static bool mvtap_flood_visit_lost(struct mvtap_dev *link, void *arg)
{
	const struct mvtap_flood_loss *loss = arg;

	if (mvtap_flood_gets(link, &loss->who))
		mvtap_deliver_lost_many(link, loss->count, loss->why);
	return true;
}

static bool mvtap_flood_is_loss(const struct mvtap_flood_loss *loss,
				const struct mvtap_flood_loss *like)
{
	return loss->who.src == like->who.src &&
	       loss->who.self == like->who.self && loss->why == like->why &&
	       ether_addr_equal(loss->dest, like->dest);
}

/* Under the queue's lock. Return: false if there is no record left. */
static bool mvtap_flood_record(struct mvtap_flood *flood,
			       const struct mvtap_flood_loss *one)
{
	struct mvtap_flood_loss *loss;
	int i;

	for (i = 0; i < MVTAP_FLOOD_LOSSES; i++) {
		loss = &flood->losses[i];
		if (!loss->count)
			*loss = *one;
		else if (mvtap_flood_is_loss(loss, one))
			loss->count++;
		else
			continue;
		return true;
	}
	return false;
}

static void mvtap_flood_lose(struct mvtap_port *port,
			     const struct mvtap_flood_walk *walk,
			     enum mvtap_drop why)
{
	struct mvtap_flood_loss one = {
		.who = walk->who, .why = why, .count = 1,
	};
	bool recorded;

	ether_addr_copy(one.dest, eth_hdr(walk->copies.skb)->h_dest);
	spin_lock(&port->flood.queue.lock);
	recorded = mvtap_flood_record(&port->flood, &one);
	spin_unlock(&port->flood.queue.lock);
	/* As in-tree macvlan does with all. */
	if (!recorded)
		dev_core_stats_rx_dropped_inc(port->lower);
}

static void mvtap_flood_tell_losses(struct mvtap_port *port)
{
	struct mvtap_flood *flood = &port->flood;
	struct mvtap_flood_loss losses[MVTAP_FLOOD_LOSSES];
	int i;

	spin_lock_bh(&flood->queue.lock);
	memcpy(losses, flood->losses, sizeof(losses));
	memset(flood->losses, 0, sizeof(flood->losses));
	spin_unlock_bh(&flood->queue.lock);

	rcu_read_lock();
	for (i = 0; i < MVTAP_FLOOD_LOSSES && losses[i].count; i++)
		mvtap_mcast_walk(&port->mcast, losses[i].dest,
				 BIT(MVTAP_MCAST_REST),
				 mvtap_flood_visit_lost, &losses[i]);
	rcu_read_unlock();
}

/* --- the queue ---------------------------------------------------------- */

/*
 * The clone may wait longer than what the original refers to lives: it keeps
 * no route, no socket, and as its device the lower one, which outlives the
 * queue.
 */
static struct sk_buff *mvtap_flood_detach(struct mvtap_port *port,
					  const struct mvtap_flood_walk *walk)
{
	struct sk_buff *clone = skb_clone(walk->copies.skb, GFP_ATOMIC);

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

static void mvtap_flood_enqueue(struct mvtap_port *port,
				const struct mvtap_flood_walk *walk)
{
	struct mvtap_flood *flood = &port->flood;
	struct sk_buff *clone;
	bool room;

	if (skb_queue_len_lockless(&flood->queue) >=
	    READ_ONCE(flood->queue_len)) {
		mvtap_flood_lose(port, walk, MVTAP_DROP_RX_BC_QUEUE);
		return;
	}
	clone = mvtap_flood_detach(port, walk);
	if (!clone) {
		mvtap_flood_lose(port, walk, MVTAP_DROP_RX_NOMEM);
		return;
	}
	spin_lock(&flood->queue.lock);
	room = skb_queue_len(&flood->queue) < READ_ONCE(flood->queue_len);
	if (room) {
		__skb_queue_tail(&flood->queue, clone);
		WRITE_ONCE(flood->busy, true);
	}
	spin_unlock(&flood->queue.lock);
	if (room)
		return;
	kfree_skb(clone);
	mvtap_flood_lose(port, walk, MVTAP_DROP_RX_BC_QUEUE);
}

void mvtap_flood(struct mvtap_port *port, struct sk_buff *skb,
		 enum mvtap_src src, u32 self)
{
	struct mvtap_flood_walk walk = {
		.copies = { .skb = skb },
		.who = { .src = src, .self = self },
	};
	const struct ethhdr *eth = eth_hdr(skb);
	s32 inline_max = MVTAP_INLINE_MAX;

	/* Flow control is between a NIC and its switch port. */
	if (eth->h_proto == htons(ETH_P_PAUSE))
		return;
	if (mvtap_src_is_wire(src))
		inline_max = READ_ONCE(port->flood.cutoff);
	/* Nor does a frame for few overtake those that wait. */
	if (!READ_ONCE(port->flood.busy) &&
	    (inline_max < 0 ||
	     !mvtap_mcast_wanted_by_more(&port->mcast, eth->h_dest,
					 MVTAP_MCAST_BOTH, inline_max))) {
		mvtap_flood_walk(port, &walk, MVTAP_MCAST_BOTH);
		return;
	}
	/* The few first ones shall not wait for the work item because of the
	 * others.
	 */
	mvtap_flood_walk(port, &walk, BIT(MVTAP_MCAST_FRONT));
	if (mvtap_mcast_wanted_by_more(&port->mcast, eth->h_dest,
				       BIT(MVTAP_MCAST_REST), 0)) {
		mvtap_flood_enqueue(port, &walk);
		queue_work(mvtap_flood_wq, &port->flood.work);
	}
}

static void mvtap_flood_one(struct mvtap_port *port, struct sk_buff *skb)
{
	struct mvtap_flood_walk walk = {
		.copies = { .skb = skb, .deferred = true },
	};

	memcpy(&walk.who, skb->cb, sizeof(walk.who));
	rcu_read_lock();
	mvtap_flood_walk(port, &walk, BIT(MVTAP_MCAST_REST));
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
	mvtap_flood_tell_losses(port);

	spin_lock_bh(&flood->queue.lock);
	WRITE_ONCE(flood->busy, !skb_queue_empty(&flood->queue));
	spin_unlock_bh(&flood->queue.lock);
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
