/* SPDX-License-Identifier: GPL-2.0 */
/* The device node of a link with a character device, and its sysfs entries. */
#ifndef _MVTAP_NODE_H
#define _MVTAP_NODE_H

#include <linux/types.h>

struct device;
struct mvtap_dev;

#define MVTAP_NODE_NAME 24	/* "tap2147483647", "mvtap/1048575" */

/**
 * struct mvtap_node - one link's node; under RTNL
 * @link: the link
 * @dev: its device; NULL: there is none
 * @ifindex: after which @dev is named
 * @first: /dev has it under that name; else it is "mvtap/<minor>"
 */
struct mvtap_node {
	struct mvtap_dev *link;
	struct device *dev;
	int ifindex;
	bool first;
};

/* @class: name of the device class. Return: 0 or what the driver core says. */
int mvtap_node_setup(const char *class);
void mvtap_node_teardown(void);

/**
 * mvtap_node_add - make it
 * @node: its link is registered
 * @devt: the device number
 *
 * Interface indices are unique in a network namespace, /dev is not: where
 * another link of ours has the name, the node gets a second one.
 *
 * Context: RTNL, may sleep.
 * Return: 0, -ENOMEM, or what the driver core says.
 */
int mvtap_node_add(struct mvtap_node *node, dev_t devt);
/* No effect if there is none. Context: RTNL, may sleep. */
void mvtap_node_del(struct mvtap_node *node);

/* Its name below /dev. Return: false if there is none. Context: RTNL. */
bool mvtap_node_name(const struct mvtap_node *node,
		     char name[MVTAP_NODE_NAME]);

#endif /* _MVTAP_NODE_H */
