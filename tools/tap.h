/* SPDX-License-Identifier: GPL-2.0 */
/* Opening what a virtual machine needs of a link: its queues, and vhost-net. */
#ifndef MVTAP_TAP_H
#define MVTAP_TAP_H

#include <stdbool.h>

#include <sys/stat.h>

struct link;

#define TAP_MAX_QUEUES 256	/* the kernel's bound */

/**
 * struct tap_node - a link's character device, seen from outside
 * @path: its name
 * @state: what is there
 * @want: the device number that it has to have; not with TAP_NODE_NO_SYSFS
 * @st: what was found; only with OK, NO_DEVICE and FOREIGN
 * @err: why nothing was; only with MISSING
 */
struct tap_node {
	char path[40];
	enum tap_node_state {
		TAP_NODE_OK,
		TAP_NODE_NO_SYSFS,	/* not mounted, or of another namespace */
		TAP_NODE_MISSING,
		TAP_NODE_NO_DEVICE,	/* a file or the like */
		TAP_NODE_FOREIGN,	/* another link's */
	} state;
	dev_t want;
	struct stat st;
	int err;
};

/** tap_node() - look at the node of a link, without opening it */
enum tap_node_state tap_node(const struct link *l, struct tap_node *n);

/** tap_node_compare() - what @n->st is, beside @n->want */
enum tap_node_state tap_node_compare(const struct tap_node *n);

/**
 * tap_open() - open one queue of a link
 * @cmd: for messages
 * @l: the link as it is now
 * @vnet: frames carry a virtio header
 * @multi: it is one queue of several
 *
 * The node is known by the number of the interface only, and interfaces of
 * different network namespaces can have the same one. So the node's device
 * number is compared with the one that sysfs has for this link before it is
 * opened (to open another link's node would already steal its frames), and the
 * open queue is asked whose it is.
 *
 * Return: the descriptor, closed on exec, above 2; or -1 after saying why.
 */
int tap_open(const char *cmd, const struct link *l, bool vnet, bool multi);

/** tap_open_vhost() - open /dev/vhost-net; returns as tap_open() */
int tap_open_vhost(const char *cmd);

/** tap_send_fd() - hand @fd over @sock in the way QEMU expects of a helper; 0 or -1 */
int tap_send_fd(int sock, int fd);

#endif
