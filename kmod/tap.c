// SPDX-License-Identifier: GPL-2.0
#include "tap.h"

#include <linux/capability.h>
#include <linux/cdev.h>
#include <linux/fs.h>
#include <linux/module.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>

#include "hangup.h"
#include "netdev.h"
#include "personality.h"
#include "sock.h"
#include "trace.h"

/* What the user of a queue is assumed to want until TUNSETOFFLOAD. */
#define MVTAP_TAP_FEATURES (NETIF_F_HW_CSUM | NETIF_F_TSO_ECN | NETIF_F_TSO | \
			    NETIF_F_TSO6)

static dev_t mvtap_tap_major;
static struct cdev mvtap_tap_cdev;

/* The tap core's operations, behind each open queue. */
static const struct file_operations *mvtap_tap_fops;

static struct mvtap_tap_dev *mvtap_tap_of(struct mvtap_dev *link)
{
	return container_of(link, struct mvtap_tap_dev, link);
}

static dev_t mvtap_tap_devt(const struct tap_dev *tap)
{
	return MKDEV(MAJOR(mvtap_tap_major), tap->minor);
}

static void mvtap_tap_lost(struct tap_dev *tap, enum mvtap_drop why)
{
	struct mvtap_dev *link = mvtap_tap_link(tap);

	mvtap_stats_drop(link->stats, why);
	trace_mvtap_drop(NULL, link->dev, mvtap_drop_names[why]);
}

static void mvtap_tap_count_tx_dropped(struct tap_dev *tap)
{
	mvtap_tap_lost(tap, MVTAP_DROP_TX_TAP);
}

static void mvtap_tap_count_rx_dropped(struct tap_dev *tap)
{
	mvtap_tap_lost(tap, MVTAP_DROP_RX_TAP);
}

static void mvtap_tap_update_features(struct tap_dev *tap,
				      netdev_features_t features)
{
	struct mvtap_dev *link = mvtap_tap_link(tap);

	/* What LRO has merged cannot always be segmented again. */
	if (!(features & NETIF_F_LRO))
		mvtap_netdev_forgo_lro(link->dev);
	link->set_features = features;
	netdev_update_features(link->dev);
}

int mvtap_tap_attach(struct mvtap_dev *link)
{
	struct tap_dev *tap = &mvtap_tap_of(link)->tap;
	int err;

	INIT_LIST_HEAD(&tap->queue_list);
	tap->dev = link->dev;
	tap->tap_features = MVTAP_TAP_FEATURES;
	tap->count_tx_dropped = mvtap_tap_count_tx_dropped;
	tap->count_rx_dropped = mvtap_tap_count_rx_dropped;
	tap->update_features = mvtap_tap_update_features;

	err = netdev_rx_handler_register(link->dev, mvtap_tap_rx, tap);
	if (err)
		return err;
	/* From here on the number can be opened; tap_open() takes RTNL. The
	 * number stays the link's own through moves between namespaces.
	 */
	err = tap_get_minor(mvtap_tap_major, tap);
	if (err)
		goto unregister_handler;
	return 0;

unregister_handler:
	netdev_rx_handler_unregister(link->dev);
	return err;
}

void mvtap_tap_detach(struct mvtap_dev *link)
{
	struct tap_queue *queue;

	tap_free_minor(mvtap_tap_major, link->tap);
	netdev_rx_handler_unregister(link->dev);
	list_for_each_entry(queue, &link->tap->queue_list, next)
		mvtap_hangup(queue, mvtap_tap_fops);
	tap_del_queues(link->tap);
}

int mvtap_tap_add_node(struct mvtap_dev *link)
{
	struct mvtap_tap_dev *tap = mvtap_tap_of(link);

	tap->node.link = link;
	return mvtap_node_add(&tap->node, mvtap_tap_devt(&tap->tap));
}

void mvtap_tap_del_node(struct mvtap_dev *link)
{
	mvtap_node_del(&mvtap_tap_of(link)->node);
}

int mvtap_tap_renew_node(struct mvtap_dev *link)
{
	if (link->dev->reg_state != NETREG_REGISTERED)
		return 0;
	mvtap_tap_del_node(link);
	return mvtap_tap_add_node(link);
}

const struct mvtap_node *mvtap_tap_node(const struct mvtap_dev *link)
{
	return &container_of(link, struct mvtap_tap_dev, link)->node;
}

bool mvtap_tap_attached(const struct mvtap_dev *link)
{
	/* After the end, which frees the number, the tap core says "full". */
	return READ_ONCE(link->tap->numvtaps) > 0 &&
	       READ_ONCE(link->tap->minor);
}

/*
 * RTNL keeps the ring's size, and so its memory, as it is; producer and
 * consumer go on. The consumer frees a slot some time after it has taken the
 * frame, so that a full ring is one whose next slot to take is not empty.
 */
unsigned int mvtap_tap_backlog(const struct tap_queue *queue)
{
	const struct ptr_ring *ring = &queue->ring;
	int head, backlog;

	ASSERT_RTNL();
	if (!ring->size)
		return 0;
	head = READ_ONCE(ring->consumer_head);
	backlog = READ_ONCE(ring->producer) - head;
	if (backlog < 0)
		backlog += ring->size;
	if (!backlog && READ_ONCE(ring->queue[head]))
		backlog = ring->size;
	return backlog;
}

int mvtap_tap_resize(struct mvtap_dev *link, struct netlink_ext_ack *extack)
{
	if (link->dev->tx_queue_len > MVTAP_TAP_QUEUE_LEN_FREE &&
	    !ns_capable(dev_net(link->lower)->user_ns, CAP_NET_ADMIN)) {
		NL_SET_ERR_MSG(extack, "So long a queue needs rights where the lower device is");
		return -EPERM;
	}
	return tap_queue_resize(link->tap);
}

/*
 * The file becomes the tap core's, as vhost-net wants it; its socket is ours
 * as well.
 */
static int mvtap_tap_open(struct inode *inode, struct file *file)
{
	const struct file_operations *core = fops_get(mvtap_tap_fops);
	int err;

	if (!core)
		return -ENXIO;
	replace_fops(file, core);
	err = core->open(inode, file);
	if (!err)
		mvtap_sock_adopt(file->private_data);
	return err;
}

static const struct file_operations mvtap_tap_open_fops = {
	.owner = THIS_MODULE,
	.open = mvtap_tap_open,
};

int mvtap_tap_setup(void)
{
	const char *class = mvtap_personality()->class;
	int err;

	err = tap_create_cdev(&mvtap_tap_cdev, &mvtap_tap_major, class,
			      THIS_MODULE);
	if (err)
		return err;
	mvtap_tap_fops = mvtap_tap_cdev.ops;
	mvtap_tap_cdev.ops = &mvtap_tap_open_fops;
	err = mvtap_node_setup(class);
	if (err)
		tap_destroy_cdev(mvtap_tap_major, &mvtap_tap_cdev);
	return err;
}

void mvtap_tap_teardown(void)
{
	mvtap_node_teardown();
	tap_destroy_cdev(mvtap_tap_major, &mvtap_tap_cdev);
}
