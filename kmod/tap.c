// SPDX-License-Identifier: GPL-2.0
#include "tap.h"

#include <linux/cdev.h>
#include <linux/device.h>
#include <linux/module.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>

#include "personality.h"
#include "trace.h"

/* What the user of a queue is assumed to want until TUNSETOFFLOAD. */
#define MVTAP_TAP_FEATURES (NETIF_F_HW_CSUM | NETIF_F_TSO_ECN | NETIF_F_TSO | \
			    NETIF_F_TSO6)

static dev_t mvtap_tap_major;
static struct cdev mvtap_tap_cdev;

static MVTAP_CLASS_NS_RESULT mvtap_tap_namespace(MVTAP_CLASS_NS_DEVICE *d)
{
	return MVTAP_CLASS_NS(dev_net(to_net_dev(d->parent)));
}

static struct class mvtap_tap_class = {
	MVTAP_CLASS_OWNER
	.ns_type = &net_ns_type_operations,
	.namespace = mvtap_tap_namespace,
};

static struct mvtap_tap_dev *mvtap_tap_of(struct mvtap_dev *link)
{
	return container_of(link, struct mvtap_tap_dev, link);
}

static struct mvtap_dev *mvtap_tap_link(struct tap_dev *tap)
{
	return &container_of(tap, struct mvtap_tap_dev, tap)->link;
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

	/* What LRO has merged cannot always be segmented again. Off for the
	 * life of the link, through its own wish: a link that goes on wishing
	 * what it cannot have makes 7.3 take the lower device's instance lock
	 * twice.
	 */
	if (!(features & NETIF_F_LRO))
		dev_disable_lro(link->dev);
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

	err = netdev_rx_handler_register(link->dev, tap_handle_frame, tap);
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
	tap_free_minor(mvtap_tap_major, link->tap);
	netdev_rx_handler_unregister(link->dev);
	tap_del_queues(link->tap);
}

int mvtap_tap_add_node(struct mvtap_dev *link)
{
	struct net_device *dev = link->dev;
	dev_t devt = mvtap_tap_devt(link->tap);
	struct device *node;
	char name[IFNAMSIZ];
	int err;

	snprintf(name, sizeof(name), "tap%d", dev->ifindex);
	node = device_create(&mvtap_tap_class, &dev->dev, devt, dev, "%s",
			     name);
	if (IS_ERR(node))
		return PTR_ERR(node);
	err = sysfs_create_link(&dev->dev.kobj, &node->kobj, name);
	if (err) {
		device_destroy(&mvtap_tap_class, devt);
		return err;
	}
	mvtap_tap_of(link)->node = true;
	return 0;
}

void mvtap_tap_del_node(struct mvtap_dev *link)
{
	struct net_device *dev = link->dev;
	char name[IFNAMSIZ];

	if (!mvtap_tap_of(link)->node)
		return;
	mvtap_tap_of(link)->node = false;
	snprintf(name, sizeof(name), "tap%d", dev->ifindex);
	sysfs_remove_link(&dev->dev.kobj, name);
	device_destroy(&mvtap_tap_class, mvtap_tap_devt(link->tap));
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

int mvtap_tap_resize(struct mvtap_dev *link)
{
	return tap_queue_resize(link->tap);
}

int mvtap_tap_setup(void)
{
	int err;

	mvtap_tap_class.name = mvtap_personality()->class;
	err = tap_create_cdev(&mvtap_tap_cdev, &mvtap_tap_major,
			      mvtap_tap_class.name, THIS_MODULE);
	if (err)
		return err;
	err = class_register(&mvtap_tap_class);
	if (err)
		tap_destroy_cdev(mvtap_tap_major, &mvtap_tap_cdev);
	return err;
}

void mvtap_tap_teardown(void)
{
	class_unregister(&mvtap_tap_class);
	tap_destroy_cdev(mvtap_tap_major, &mvtap_tap_cdev);
}
