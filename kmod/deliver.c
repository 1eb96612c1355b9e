// SPDX-License-Identifier: GPL-2.0
#include "deliver.h"

#include <linux/etherdevice.h>
#include <net/dst_metadata.h>

#include "dev.h"
#include "port.h"
#include "quiet.h"
#include "run.h"
#include "tap.h"
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

void mvtap_deliver_lost_many(struct mvtap_dev *link, unsigned int count,
			     enum mvtap_drop why)
{
	mvtap_stats_drop_many(link->stats, why, count);
	trace_mvtap_drop(NULL, link->dev, mvtap_drop_names[why]);
}

void mvtap_deliver_drop(struct mvtap_dev *link, struct sk_buff *skb,
			enum mvtap_drop why)
{
	mvtap_deliver_lost(link, skb, why);
	kfree_skb_reason(skb, mvtap_skb_reason[why]);
}

/*
 * Would the core do nothing else with a frame for @to than give it to us? And
 * has it given us all others, which this one must not overtake? What it has lost
 * it will never give: some time after the last one who could make it lose any,
 * we no longer wait.
 */
static bool mvtap_deliver_is_quiet(struct mvtap_dev *to,
				   const struct sk_buff *skb)
{
	if (!to->tap || unlikely(!mvtap_quiet_frame(skb)))
		return false;
	if (unlikely(!mvtap_quiet_rx(to->dev))) {
		WRITE_ONCE(to->listened, jiffies);
		return false;
	}
	if (likely(!atomic_read(&to->in_core)))
		return true;
	if (!time_after(jiffies, READ_ONCE(to->listened) + HZ / 10))
		return false;
	atomic_set(&to->in_core, 0);
	return true;
}

/* The core gets a frame that comes back to us, see mvtap_tap_rx(). */
static void mvtap_deliver_lend(struct mvtap_dev *to, const struct sk_buff *skb)
{
	if (to->tap && mvtap_quiet_frame(skb))
		atomic_inc(&to->in_core);
}

/*
 * Into the ring of @to, without the core's backlog, its softirq and its way
 * through the protocols: 820 of 4,170 instructions from guest to guest. In order,
 * whatever CPU the sender runs on.
 * Return: false: no; @skb, from its Ethernet header on, is as it was.
 */
static bool mvtap_deliver_straight(struct mvtap_dev *to, struct sk_buff *skb,
				   struct mvtap_run *run)
{
	unsigned int len = skb->len;

	if (!mvtap_deliver_is_quiet(to, skb) || !mvtap_tap_put(to, skb, run))
		return false;
	mvtap_stats_rx(to->stats, len, false);
	return true;
}

rx_handler_result_t mvtap_deliver_rx(struct mvtap_dev *to,
				     struct sk_buff **pskb)
{
	struct sk_buff *skb = *pskb;
	unsigned int len = skb->len + ETH_HLEN;

	if (unlikely(!(READ_ONCE(to->dev->flags) & IFF_UP))) {
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
	skb_push(skb, ETH_HLEN);
	if (likely(mvtap_deliver_straight(to, skb, NULL)))
		return RX_HANDLER_CONSUMED;
	__skb_pull(skb, ETH_HLEN);
	mvtap_deliver_lend(to, skb);
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

	mvtap_deliver_lend(to, skb);
	if (likely(netif_rx(skb) == NET_RX_SUCCESS))
		mvtap_stats_rx(to->stats, len, multicast);
	else
		mvtap_deliver_lost(to, NULL, MVTAP_DROP_RX_STACK);
}

/*
 * The same from a work queue, at once: thousands of copies do not fit into the
 * CPU's backlog, which local_bh_enable() does not always drain.
 */
static void mvtap_deliver_stack_now(struct mvtap_dev *to, struct sk_buff *skb)
{
	local_bh_disable();
	mvtap_deliver_lend(to, skb);
	mvtap_stats_rx(to->stats, skb->len + ETH_HLEN, true);
	netif_receive_skb(skb);
	local_bh_enable();
}

/*
 * As if @dev had received what somebody sends. What has not passed the core has
 * no transport header yet.
 */
static int mvtap_deliver_forward(struct net_device *dev, struct sk_buff *skb)
{
	skb_probe_transport_header(skb);
	return __dev_forward_skb(dev, skb);
}

/* Why a link cannot take a frame that another link of its port sends. */
static enum mvtap_drop mvtap_deliver_unfit(const struct mvtap_dev *to)
{
	return READ_ONCE(to->dev->flags) & IFF_UP ?
	       MVTAP_DROP_RX_TOO_BIG : MVTAP_DROP_RX_DOWN;
}

static void mvtap_deliver_show_lower(struct net_device *lower,
				     struct sk_buff *skb)
{
	struct net_device *dev = skb->dev;

	if (!dev_nit_active(lower))
		return;
	skb->dev = lower;
	dev_queue_xmit_nit(skb, lower);
	skb->dev = dev;
}

/* From a link, or the host, past @lower. */
static void mvtap_deliver_across(struct net_device *lower,
				 struct mvtap_dev *to, struct sk_buff *skb,
				 struct mvtap_run *run)
{
	mvtap_deliver_show_lower(lower, skb);
	if (unlikely(!is_skb_forwardable(to->dev, skb))) {
		mvtap_deliver_drop(to, skb, mvtap_deliver_unfit(to));
		return;
	}
	trace_mvtap_forward(skb, skb->dev, to->dev, skb->len);
	if (likely(mvtap_deliver_straight(to, skb, run)))
		return;
	/* Some other CPU may have it sooner than we are done with the run. */
	if (run)
		mvtap_run_flush(run);
	if (unlikely(mvtap_deliver_forward(to->dev, skb)))
		mvtap_deliver_lost(to, NULL, MVTAP_DROP_RX_STACK);
	else
		mvtap_deliver_stack(to, skb, false);
}

void mvtap_deliver_link(struct mvtap_dev *from, struct mvtap_dev *to,
			struct sk_buff *skb, struct mvtap_run *run)
{
	mvtap_stats_tx(from->stats, skb->len);
	mvtap_deliver_across(from->lower, to, skb, run);
}

void mvtap_deliver_from_host(struct net_device *lower, struct mvtap_dev *to,
			     struct sk_buff *skb)
{
	skb_tx_timestamp(skb);	/* as a driver does */
	mvtap_deliver_across(lower, to, skb, NULL);
}

void mvtap_deliver_host(struct mvtap_dev *from, struct sk_buff *skb)
{
	struct net_device *lower = from->lower;
	unsigned int len = skb->len;

	if (unlikely(!is_skb_forwardable(lower, skb))) {
		mvtap_deliver_drop(from, skb, MVTAP_DROP_TX_HOST);
		return;
	}
	trace_mvtap_forward(skb, from->dev, lower, len);
	if (unlikely(mvtap_deliver_forward(lower, skb)))
		goto lost;
	/* Our rx_handler shall let it pass. */
	mvtap_host_mark(&from->port->host, skb);
	if (unlikely(netif_rx(skb) != NET_RX_SUCCESS))
		goto lost;
	mvtap_stats_tx(from->stats, len);
	return;

lost:
	mvtap_deliver_lost(from, NULL, MVTAP_DROP_TX_HOST);
}

void mvtap_deliver_host_copy(struct mvtap_dev *from, struct sk_buff *skb)
{
	struct net_device *lower = from->lower;
	struct sk_buff *copy;

	if (unlikely(!is_skb_forwardable(lower, skb)))
		goto lost;
	copy = skb_clone(skb, GFP_ATOMIC);
	if (unlikely(!copy))
		goto lost;
	trace_mvtap_forward(copy, from->dev, lower, skb->len);
	if (unlikely(mvtap_deliver_forward(lower, copy)))
		goto lost;
	mvtap_host_mark(&from->port->host, copy);
	if (likely(netif_rx(copy) == NET_RX_SUCCESS))
		return;

lost:
	mvtap_deliver_lost(from, NULL, MVTAP_DROP_TX_HOST);
}

/*
 * A copy of a group's frame as a ring wants it. Who reads a ring does not change
 * what is in it, so that all have the same one, but for what may have to be cut
 * up or summed up for one of them.
 */
static struct sk_buff *mvtap_deliver_ring_copy(struct mvtap_copies *copies)
{
	struct sk_buff *skb = copies->skb, *copy;

	if (copies->shared)
		return skb_get(copies->shared);
	copy = skb_clone(skb, GFP_ATOMIC);
	if (unlikely(!copy))
		return NULL;
	if (unlikely(!mvtap_tap_disown(copy))) {
		kfree_skb_reason(copy, SKB_DROP_REASON_NOMEM);
		return NULL;
	}
	if (!copies->transmitted)
		skb_push(copy, ETH_HLEN);
	if (!skb_is_gso(copy) && copy->ip_summed != CHECKSUM_PARTIAL)
		copies->shared = skb_get(copy);
	return copy;
}

static void mvtap_deliver_trace_copy(const struct mvtap_dev *to,
				     const struct mvtap_copies *copies)
{
	const struct sk_buff *skb = copies->skb;

	trace_mvtap_forward(skb, skb->dev, to->dev,
			    skb->len + (copies->transmitted ? 0 : ETH_HLEN));
}

/*
 * As mvtap_deliver_straight(). Not in a run: a frame that several have can be on
 * no list.
 */
static bool mvtap_deliver_copy_straight(struct mvtap_dev *to,
					struct mvtap_copies *copies)
{
	struct sk_buff *copy;
	unsigned int len;
	bool taken;

	if (!mvtap_deliver_is_quiet(to, copies->skb))
		return false;
	copy = mvtap_deliver_ring_copy(copies);
	if (unlikely(!copy)) {
		mvtap_deliver_lost(to, copies->skb, MVTAP_DROP_RX_NOMEM);
		return true;
	}
	len = copy->len;
	local_bh_disable();
	taken = mvtap_tap_put(to, copy, NULL);
	if (likely(taken))
		mvtap_stats_rx(to->stats, len, true);
	local_bh_enable();
	if (likely(taken))
		mvtap_deliver_trace_copy(to, copies);
	else
		consume_skb(copy);
	return taken;
}

/* Through the core. */
static void mvtap_deliver_copy_core(struct mvtap_dev *to,
				    const struct mvtap_copies *copies)
{
	struct sk_buff *copy = skb_clone(copies->skb, GFP_ATOMIC);

	if (unlikely(!copy)) {
		mvtap_deliver_lost(to, copies->skb, MVTAP_DROP_RX_NOMEM);
		return;
	}
	mvtap_deliver_trace_copy(to, copies);
	if (!copies->transmitted) {
		copy->dev = to->dev;
	} else if (unlikely(mvtap_deliver_forward(to->dev, copy))) {
		mvtap_deliver_lost(to, NULL, MVTAP_DROP_RX_STACK);
		return;
	}
	if (copies->deferred)
		mvtap_deliver_stack_now(to, copy);
	else
		mvtap_deliver_stack(to, copy, true);
}

void mvtap_deliver_copy(struct mvtap_dev *to, struct mvtap_copies *copies)
{
	struct sk_buff *skb = copies->skb;

	if (copies->transmitted &&
	    unlikely(!is_skb_forwardable(to->dev, skb))) {
		mvtap_deliver_lost(to, skb, mvtap_deliver_unfit(to));
		return;
	}
	if (!mvtap_deliver_copy_straight(to, copies))
		mvtap_deliver_copy_core(to, copies);
}

void mvtap_deliver_copies_end(struct mvtap_copies *copies)
{
	consume_skb(copies->shared);
	copies->shared = NULL;
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

/* What a container has attached to a frame is not for who owns the wire. */
static void mvtap_deliver_scrub(const struct mvtap_dev *from,
				struct sk_buff *skb)
{
	if (net_eq(dev_net(from->dev), dev_net(from->lower)))
		return;
	skb->mark = 0;
	nf_reset_ct(skb);
	if (skb_metadata_dst(skb))
		skb_dst_drop(skb);
}

int mvtap_deliver_wire(struct mvtap_dev *from, struct sk_buff *skb)
{
	unsigned int len = skb->len;
	int ret;

	trace_mvtap_forward(skb, from->dev, from->lower, len);
	mvtap_deliver_scrub(from, skb);
	/* As in mvtap_deliver_forward(). */
	skb_probe_transport_header(skb);
	skb->dev = from->lower;
	mvtap_host_begin_wire(skb);
	ret = dev_queue_xmit_accel(skb, netdev_get_sb_channel(from->dev) ?
					from->dev : NULL);
	mvtap_host_end_wire();
	if (likely(ret == NET_XMIT_SUCCESS || ret == NET_XMIT_CN))
		mvtap_stats_tx(from->stats, len);
	else
		mvtap_deliver_lost(from, NULL, MVTAP_DROP_TX_LOWER);
	return ret;
}
