/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Glue between a link of kind mvtap and the kernel's tap core, which does the
 * character device: /dev/tap<ifindex>, its queues, and what vhost-net uses.
 */
#ifndef _MVTAP_TAP_H
#define _MVTAP_TAP_H

#include <linux/if_tap.h>

#include "dev.h"
#include "node.h"

struct mvtap_run;

/* Default depth of a tap queue, and tx_queue_len, which sets it. */
#define MVTAP_TAP_QUEUE_LEN 500

/* The longest that whoever has only the link may ask for: there may be 256
 * queues, whose frames are nobody's memory.
 */
#define MVTAP_TAP_QUEUE_LEN_FREE 1000

/**
 * struct mvtap_tap_dev - private part of a net_device of kind mvtap
 * @link: the link; first, as for kind mvlan
 * @tap: the tap core's half
 * @node: its device node
 */
struct mvtap_tap_dev {
	struct mvtap_dev link;
	struct tap_dev tap;
	struct mvtap_node node;
};

static inline struct mvtap_dev *mvtap_tap_link(struct tap_dev *tap)
{
	return &container_of(tap, struct mvtap_tap_dev, tap)->link;
}

int mvtap_tap_setup(void);
void mvtap_tap_teardown(void);

/**
 * mvtap_tap_attach - give a link its device number and its receive hook
 * @link: a link of kind mvtap, not registered yet or about to be
 *
 * Context: RTNL, may sleep.
 * Return: 0, -ENOMEM, or -EINVAL if all device numbers are taken.
 */
int mvtap_tap_attach(struct mvtap_dev *link);
/*
 * Open queues lose their link, see hangup.h.
 * Context: RTNL, may sleep; the link is closed.
 */
void mvtap_tap_detach(struct mvtap_dev *link);

/* Context: RTNL, may sleep. Return: 0 or what the driver core says. */
int mvtap_tap_add_node(struct mvtap_dev *link);
void mvtap_tap_del_node(struct mvtap_dev *link);
/* Del and add, if the link is registered. */
int mvtap_tap_renew_node(struct mvtap_dev *link);
const struct mvtap_node *mvtap_tap_node(const struct mvtap_dev *link);

/**
 * mvtap_tap_disown - make a frame fit to stay
 * @skb: nobody else's
 *
 * A guest may leave a frame in its ring for as long as it likes: it must keep
 * neither the pages nor the room of who has sent it, nor a route or a
 * connection's state.
 *
 * Return: false if memory lacks; @skb is still to be freed.
 */
bool mvtap_tap_disown(struct sk_buff *skb);

/**
 * mvtap_tap_put - a frame for the character device of a link
 * @link: of kind mvtap
 * @skb: data and MAC header at the Ethernet header; nobody else's, or a disowned
 *	one that needs no segmentation and no checksum
 * @run: takes it, for the ring of one of the queues; NULL: there is but one
 *
 * The frame is cut up, or its checksum filled in, if who reads the queue has
 * not offered to do that. It is gone, or counted as lost.
 *
 * Context: RCU read side, bottom halves off.
 * Return: false if no queue is open; @skb is as it was.
 */
bool mvtap_tap_put(struct mvtap_dev *link, struct sk_buff *skb,
		   struct mvtap_run *run);

/* rx_handler of a link. Context: RCU read side, bottom halves off. */
rx_handler_result_t mvtap_tap_rx(struct sk_buff **pskb);

/* Is a queue open, and not detached? Context: any. */
bool mvtap_tap_attached(const struct mvtap_dev *link);

/* How many frames wait in a queue, roughly. Context: RTNL. */
unsigned int mvtap_tap_backlog(const struct tap_queue *queue);

/* Follow tx_queue_len, to whose old value the core goes back if we refuse.
 * Return: 0, -ENOMEM or -EPERM.
 */
int mvtap_tap_resize(struct mvtap_dev *link, struct netlink_ext_ack *extack);

#endif /* _MVTAP_TAP_H */
