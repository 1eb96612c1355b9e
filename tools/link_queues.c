// SPDX-License-Identifier: GPL-2.0
/* The open queues of a link's character device. */
#include <errno.h>
#include <linux/if_link.h>
#include <linux/mvtap.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>

#include "link_msg.h"

struct links {
	struct link *list;
	size_t count;
};

static void take_queue(const struct nlattr *nest, struct link *l)
{
	struct link_queue *q = &l->queue[l->queues];
	const struct nlattr *attr;

	if (l->queues == LINK_MAX_QUEUES)
		return;
	memset(q, 0, sizeof(*q));
	mnl_attr_for_each_nested(attr, nest) {
		switch (mnl_attr_get_type(attr)) {
		case MVTAP_QUEUE_INDEX:
			q->attached = link_msg_u32(attr, &q->index);
			break;
		case MVTAP_QUEUE_SIZE:
			link_msg_u32(attr, &q->size);
			break;
		case MVTAP_QUEUE_BACKLOG:
			link_msg_u32(attr, &q->backlog);
			break;
		}
	}
	l->queues++;
}

static void take_queues(const struct nlattr *nest, struct link *l)
{
	const struct nlattr *attr;

	l->has_queues = true;
	mnl_attr_for_each_nested(attr, nest)
		if (mnl_attr_get_type(attr) == MVTAP_XSTATS_QUEUE)
			take_queue(attr, l);
}

static struct link *find(const struct links *links, int ifindex)
{
	for (size_t i = 0; i < links->count; i++)
		if (links->list[i].ifindex == ifindex && link_has_node(&links->list[i]))
			return &links->list[i];
	return NULL;
}

static int on_stats(const struct nlmsghdr *nlh, void *arg)
{
	const struct if_stats_msg *ifsm = mnl_nlmsg_get_payload(nlh);
	const struct nlattr *attr, *inner;
	struct link *l;

	if (nlh->nlmsg_type != RTM_NEWSTATS || mnl_nlmsg_get_payload_len(nlh) < sizeof(*ifsm))
		return MNL_CB_OK;
	l = find(arg, ifsm->ifindex);
	if (!l)
		return MNL_CB_OK;
	mnl_attr_for_each(attr, nlh, sizeof(*ifsm)) {
		if (mnl_attr_get_type(attr) != IFLA_STATS_LINK_XSTATS)
			continue;
		mnl_attr_for_each_nested(inner, attr)
			if (mnl_attr_get_type(inner) == LINK_XSTATS_TYPE_MVTAP)
				take_queues(inner, l);
	}
	return MNL_CB_OK;
}

/* One request for one link, a dump for more. */
static void ask(struct link_request *r, const struct link *list, size_t count)
{
	struct if_stats_msg *ifsm;

	r->nlh = mnl_nlmsg_put_header(r->buf);
	r->nlh->nlmsg_type = RTM_GETSTATS;
	r->nlh->nlmsg_flags = count == 1 ? 0 : NLM_F_DUMP;
	ifsm = mnl_nlmsg_put_extra_header(r->nlh, sizeof(*ifsm));
	ifsm->ifindex = count == 1 ? list->ifindex : 0;
	ifsm->filter_mask = IFLA_STATS_FILTER_BIT(IFLA_STATS_LINK_XSTATS);
}

void link_queues(struct link *list, size_t count)
{
	struct links links = { list, count };
	struct link_request r;

	for (int tries = DUMP_TRIES; tries; tries--) {
		for (size_t i = 0; i < count; i++)
			list[i].queues = list[i].has_queues = 0;
		ask(&r, list, count);
		if (!count || !nl_talk(r.nlh, on_stats, &links, &r.fate) ||
		    r.fate.err != EINTR)
			return;
	}
}
