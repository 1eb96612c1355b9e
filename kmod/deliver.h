/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The only place that hands a frame on, and so the only one that counts it:
 * to a link, to the wire, or away. What is not called "copy" owns the frame
 * afterwards.
 */
#ifndef _MVTAP_DELIVER_H
#define _MVTAP_DELIVER_H

#include <linux/netdevice.h>

#include "stats.h"

struct mvtap_dev;
struct mvtap_run;

/**
 * mvtap_deliver_rx - a frame from the wire to the one link that gets it
 * @to: the link
 * @pskb: the frame as the rx_handler got it
 *
 * Return: what the rx_handler shall return.
 */
rx_handler_result_t mvtap_deliver_rx(struct mvtap_dev *to,
				     struct sk_buff **pskb);

/**
 * mvtap_deliver_link - a frame of one link to another, past the lower device
 * @from: the sender
 * @to: the receiver
 * @skb: the frame, data and MAC header at the Ethernet header
 * @run: takes it if it is for a ring; or NULL
 *
 * Listeners on the lower device (tcpdump) see it leaving there.
 */
void mvtap_deliver_link(struct mvtap_dev *from, struct mvtap_dev *to,
			struct sk_buff *skb, struct mvtap_run *run);

/**
 * mvtap_deliver_from_host - a frame of the host to a link, instead of out of
 * the lower device
 * @lower: the lower device
 * @to: the receiver
 * @skb: the frame, data and MAC header at the Ethernet header
 *
 * Listeners on the lower device see it leaving there.
 */
void mvtap_deliver_from_host(struct net_device *lower, struct mvtap_dev *to,
			     struct sk_buff *skb);

/**
 * mvtap_deliver_host - a link's frame to the host: the lower device receives it
 * @from: the sender, which has host reach
 * @skb: the frame, data and MAC header at the Ethernet header
 */
void mvtap_deliver_host(struct mvtap_dev *from, struct sk_buff *skb);
/* The same for a copy of a group's frame; @skb stays the caller's. */
void mvtap_deliver_host_copy(struct mvtap_dev *from, struct sk_buff *skb);

/**
 * struct mvtap_copies - a group's frame on its way to its receivers
 * @skb: the frame, stays the caller's
 * @shared: the one copy that all rings have; NULL so far
 * @transmitted: a link transmits it: data is at the Ethernet header
 * @deferred: a work queue delivers it
 */
struct mvtap_copies {
	struct sk_buff *skb;
	struct sk_buff *shared;
	bool transmitted;
	bool deferred;
};

/* To one link. Context: RCU read side. */
void mvtap_deliver_copy(struct mvtap_dev *to, struct mvtap_copies *copies);
/* There are no further receivers. */
void mvtap_deliver_copies_end(struct mvtap_copies *copies);

/**
 * mvtap_deliver_listed - a copy of a frame from the wire to a link in mode
 * source, whose list has its source address
 * @to: the receiver, up
 * @skb: the frame, stays the caller's
 */
void mvtap_deliver_listed(struct mvtap_dev *to, struct sk_buff *skb);

/* A frame of @from out of its lower device. Return: NET_XMIT_*. */
int mvtap_deliver_wire(struct mvtap_dev *from, struct sk_buff *skb);

/* Lose a frame, on the account of @link. */
void mvtap_deliver_drop(struct mvtap_dev *link, struct sk_buff *skb,
			enum mvtap_drop why);
/* The same for a frame that is not ours to free: a copy not made. */
void mvtap_deliver_lost(struct mvtap_dev *link, const struct sk_buff *skb,
			enum mvtap_drop why);
/* The same for @count of them, with one trace event. Context: any. */
void mvtap_deliver_lost_many(struct mvtap_dev *link, unsigned int count,
			     enum mvtap_drop why);

#endif /* _MVTAP_DELIVER_H */
