/* SPDX-License-Identifier: GPL-2.0 */
/* Opening what a virtual machine needs of a link: its queues, and vhost-net. */
#ifndef MVTAP_TAP_H
#define MVTAP_TAP_H

#include <stdbool.h>

struct link;

#define TAP_MAX_QUEUES 256	/* the kernel's bound */

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
