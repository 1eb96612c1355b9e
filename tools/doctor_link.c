// SPDX-License-Identifier: GPL-2.0
/* The doctor looks at a link: its node, its queues, what it loses. */
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>

#include "doctor.h"
#include "ethtool.h"
#include "mvtap.h"
#include "tap.h"

/* By whom: by the link's own setting, or by somebody's hand. */
static void open_to_all(struct doctor *d, const struct link *l, const struct tap_node *n)
{
	struct finding *f = doctor_find(d, WARNING, l->name, "node",
		"everybody on this host can read and write the VM's frames");

	doctor_what(f, "%s is open to all (mode %04o)", n->path, n->st.st_mode & 07777);
	if (l->conf.value[KEY_PERM].num & 06)
		doctor_remedy(f, "mvtap set %s perm %04o", l->name, n->st.st_mode & 0770);
	else
		doctor_remedy(f, "chmod o-rw %s", n->path);
}

void doctor_node(struct doctor *d, const struct subject *s)
{
	const struct link *l = &s->link;
	struct tap_node n;
	struct finding *f;

	if (!link_has_node(l))
		return;
	if (tap_node(l, &n) == TAP_NODE_OK) {
		doctor_access(d, l->name, "node", n.path, &n.st);
		if (n.st.st_mode & 06)
			open_to_all(d, l, &n);
		return;
	}
	f = doctor_find(d, n.state == TAP_NODE_NO_SYSFS ? NOTE : ERROR, l->name, "node",
			"a VM opens the link there");
	if (n.state == TAP_NODE_NO_SYSFS) {
		doctor_what(f, "the node cannot be judged: /sys shows another network namespace");
		doctor_remedy(f, "enter the namespace with ip netns exec");
	} else if (n.state == TAP_NODE_FOREIGN) {
		doctor_what(f, "%s is device %u:%u, another link's of the same number; its own is %u:%u",
			    n.path, major(n.st.st_rdev), minor(n.st.st_rdev), major(n.want),
			    minor(n.want));
		doctor_remedy(f, "mvtap del %s, and add it again: it gets another number", l->name);
	} else {
		doctor_what(f, "%s %s", n.path,
			    n.state == TAP_NODE_MISSING ? "is missing" : "is not a character device");
		doctor_remedy(f, "rm -f %s && mknod -m 600 %s c %u %u", n.path, n.path,
			      major(n.want), minor(n.want));
	}
}

static void mtu(struct doctor *d, const struct link *l)
{
	const struct subject *lower = doctor_lower(d, l);
	struct finding *f;

	if (!lower || lower->link.conf.value[KEY_MTU].num == l->conf.value[KEY_MTU].num)
		return;
	f = doctor_find(d, WARNING, l->name, "mtu",
			"larger frames for the link are dropped, and their senders do not hear of it");
	doctor_what(f, "mtu %d, the lower device %s has %d", (int)l->conf.value[KEY_MTU].num,
		    lower->link.name, (int)lower->link.conf.value[KEY_MTU].num);
	doctor_remedy(f, "mvtap set %s mtu %d, and the same in the guest", l->name,
		      (int)lower->link.conf.value[KEY_MTU].num);
}

static void queues(struct doctor *d, const struct link *l)
{
	bool up = l->conf.value[KEY_UP].num;
	struct finding *f;

	if (!l->queues && up && !l->conf.value[KEY_STACK].num) {
		f = doctor_find(d, NOTE, l->name, "idle",
				"no VM is there, and frames for it are lost");
		doctor_what(f, "is up, and nobody has its node open");
		doctor_remedy(f, "start the VM, or: mvtap set %s down", l->name);
	}
	if (l->queues && !up) {
		f = doctor_find(d, ERROR, l->name, "down", "the VM gets no frame");
		doctor_what(f, "is down, and a VM has it open");
		doctor_remedy(f, "mvtap set %s up", l->name);
	}
	for (unsigned int i = 0; i < l->queues; i++) {
		const struct link_queue *q = &l->queue[i];

		if (!q->attached || !q->size || q->backlog < q->size)
			continue;
		f = doctor_find(d, ERROR, l->name, "backlog",
				"the VM does not read: frames for it are dropped");
		doctor_what(f, "queue %u is full: %u frames wait", q->index, q->backlog);
		doctor_remedy(f, "look into the VM: is it stopped, has its driver started, is the interface up?");
	}
}

void doctor_link(struct doctor *d, const struct subject *s)
{
	const struct link *l = &s->link;
	struct finding *f;

	mtu(d, l);
	if (!link_has_node(l))
		return;
	if (link_has(l, DETAIL_TXQLEN) && !l->detail[DETAIL_TXQLEN]) {
		f = doctor_find(d, ERROR, l->name, "txqlen", "that is how many frames a queue holds");
		doctor_what(f, "txqlen is 0");
		doctor_remedy(f, "ip link set %s txqueuelen 500", l->name);
	}
	if (l->has_queues)
		queues(d, l);
}

static const struct {
	const char *counter;
	const char *why;
	const char *remedy;
} reasons[] = {
	{ "tx_drop_private", "it sends to another link, and its mode is private",
	  "mvtap set NAME mode bridge, if it may" },
	{ "rx_drop_private", "another link sends to it, and one of the two is private",
	  "mvtap set NAME mode bridge, if they may" },
	{ "tx_drop_spoof", "it sends from an address that is not its own",
	  "mvtap set NAME spoofcheck off or maxmacs N, if it may" },
	{ "tx_drop_host", "this host does not take what it sends to it",
	  "sysctl -w net.core.netdev_max_backlog=N" },
	{ "tx_drop_lower", "the lower device does not take what it sends",
	  "ip -s link show, for the lower device" },
	{ "tx_drop_tap", "what the VM writes makes no sense, or memory is short",
	  "look at the VM's driver" },
	{ "rx_drop_down", "it is down, and frames come for it", "mvtap set NAME up" },
	{ "rx_drop_too_big", "frames come that are larger than its MTU", "mvtap set NAME mtu N" },
	{ "rx_drop_bc_queue", "multicast comes faster than it is delivered",
	  "mvtap set NAME bcqueuelen N" },
	{ "rx_drop_tap", "the VM does not read fast enough",
	  "vhost and more queues in QEMU; ip link set NAME txqueuelen N" },
	{ "rx_drop_no_queue", "it is up, frames come for it, and no VM has it open",
	  "start the VM, or: mvtap set NAME down" },
	{ "mac_refused", "devices in the VM, or on top of the link, want more addresses than it may have",
	  "mvtap set NAME maxmacs N, if they may" },
	{ "rx_drop_stack", "this host does not keep up",
	  "sysctl -w net.core.netdev_max_backlog=N" },
};

void doctor_losses_before(struct subject *s)
{
	if (ethtool_counters(s->link.name, &s->lost, &s->lost_count)) {
		s->lost = NULL;
		s->lost_count = 0;
	}
}

static void growing(struct doctor *d, const char *name, const char *counter, uint64_t by)
{
	const char *why = "frames are lost in this link", *remedy = "mvtap stats NAME";
	struct finding *f;

	for (size_t i = 0; i < ARRAY_SIZE(reasons); i++) {
		if (strcmp(reasons[i].counter, counter))
			continue;
		why = reasons[i].why;
		remedy = reasons[i].remedy;
	}
	f = doctor_find(d, WARNING, name, "losses", why);
	doctor_what(f, "%s grew by %llu in %d ms", counter, (unsigned long long)by, d->wait);
	doctor_remedy(f, "%s", remedy);
}

/* An address that is refused loses all frames for it. */
static bool is_loss(const char *counter)
{
	return strstr(counter, "_drop_") || !strcmp(counter, "mac_refused");
}

void doctor_losses(struct doctor *d, const struct subject *s)
{
	struct ethtool_counter *now;
	size_t count;

	if (!s->lost_count || ethtool_counters(s->link.name, &now, &count))
		return;
	for (size_t i = 0; i < count && i < s->lost_count; i++)
		if (is_loss(now[i].name) && now[i].value > s->lost[i].value)
			growing(d, s->link.name, now[i].name, now[i].value - s->lost[i].value);
	free(now);
}
