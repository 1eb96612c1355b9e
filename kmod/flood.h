/* SPDX-License-Identifier: GPL-2.0 */
/* Delivery of a group's frame to many links, at once or from a work queue. */
#ifndef _MVTAP_FLOOD_H
#define _MVTAP_FLOOD_H

#include <linux/if_ether.h>
#include <linux/skbuff.h>
#include <linux/types.h>
#include <linux/workqueue.h>

#include "fwd.h"
#include "stats.h"

struct mvtap_port;

#define MVTAP_BC_QUEUE_LEN	1000	/* default, frames */
#define MVTAP_BC_CUTOFF		1	/* default, links */

/**
 * struct mvtap_flood_cb - what tells who gets a group's frame
 * @src: who sent it
 * @self: mvtap_dev.id of the sender, 0: none
 */
struct mvtap_flood_cb {
	enum mvtap_src src;
	u32 self;
};

/**
 * struct mvtap_flood_loss - frames of one kind that were lost
 * @who: as for the frames
 * @why: the reason
 * @dest: the group
 * @count: how many; 0: the record is free
 */
struct mvtap_flood_loss {
	struct mvtap_flood_cb who;
	enum mvtap_drop why;
	u8 dest[ETH_ALEN];
	unsigned int count;
};

#define MVTAP_FLOOD_LOSSES 4

/**
 * struct mvtap_flood - deferred delivery on one port
 * @queue: frames that wait; own clones whose control block is ours
 * @losses: what found no room, for @work to count with each receiver: a storm
 *	shall not cost most when there is least time; under the queue's lock
 * @work: delivers them
 * @busy: a frame is in @queue, or @work is at it; under the queue's lock
 * @queue_len: bound of @queue, largest wish of the port's links; RTNL
 * @cutoff: a frame from the wire for more links is deferred; RTNL
 */
struct mvtap_flood {
	struct sk_buff_head queue;
	struct mvtap_flood_loss losses[MVTAP_FLOOD_LOSSES];
	struct work_struct work;
	bool busy;
	u32 queue_len;
	s32 cutoff;
};

int mvtap_flood_setup(void);
void mvtap_flood_teardown(void);

void mvtap_flood_init(struct mvtap_flood *flood);
/* Context: may sleep; no frame can be queued any more. */
void mvtap_flood_stop(struct mvtap_flood *flood);

/**
 * mvtap_flood - hand copies of a group's frame to the links that get one
 * @port: the port
 * @skb: the frame, stays the caller's; MAC header set; data is at the MAC
 *	header if a link transmits it, behind it if the wire brought it
 * @src: who sent it
 * @self: mvtap_dev.id of the link with the frame's source address (from the
 *	wire) or of the sender (a link transmits); 0: none
 *
 * Context: RCU read side, bottom halves off.
 */
void mvtap_flood(struct mvtap_port *port, struct sk_buff *skb,
		 enum mvtap_src src, u32 self);

#endif /* _MVTAP_FLOOD_H */
