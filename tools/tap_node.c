// SPDX-License-Identifier: GPL-2.0
/* The node of a link: known by a number that another link may have too. */
#include <errno.h>
#include <stdio.h>
#include <sys/sysmacros.h>

#include "host.h"
#include "hostfile.h"
#include "link.h"
#include "tap.h"

/* What sysfs says about the link, if it speaks about our namespace at all. */
static bool sysfs_dev(const struct link *l, dev_t *dev)
{
	unsigned int major_nr, minor_nr;
	char line[32];

	if (host_number(0, "/sys/class/net/%s/ifindex", l->name) != l->ifindex ||
	    !host_line(line, sizeof(line), "/sys/class/net/%s/tap%d/dev", l->name, l->ifindex) ||
	    sscanf(line, "%u:%u", &major_nr, &minor_nr) != 2)
		return false;
	*dev = makedev(major_nr, minor_nr);
	return true;
}

enum tap_node_state tap_node_compare(const struct tap_node *n)
{
	if (!S_ISCHR(n->st.st_mode))
		return TAP_NODE_NO_DEVICE;
	return n->st.st_rdev == n->want ? TAP_NODE_OK : TAP_NODE_FOREIGN;
}

enum tap_node_state tap_node(const struct link *l, struct tap_node *n)
{
	link_node(l, n->path, sizeof(n->path));
	if (!sysfs_dev(l, &n->want)) {
		n->state = TAP_NODE_NO_SYSFS;
	} else if (host_stat(n->path, &n->st) < 0) {
		n->err = errno;
		n->state = TAP_NODE_MISSING;
	} else {
		n->state = tap_node_compare(n);
	}
	return n->state;
}
