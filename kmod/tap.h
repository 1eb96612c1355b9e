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
