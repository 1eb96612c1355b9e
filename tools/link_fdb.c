// SPDX-License-Identifier: GPL-2.0
/* The addresses that a link receives beside its own: its own part of the fdb. */
#include <errno.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "link_msg.h"
#include "mvtap.h"

struct query {
	struct mac_list macs;
	int ifindex;
};

static struct ndmsg *begin(struct link_request *r, int type, int flags, const struct link *l)
{
	struct ndmsg *ndm;

	r->nlh = mnl_nlmsg_put_header(r->buf);
	r->nlh->nlmsg_type = type;
	r->nlh->nlmsg_flags = flags;
	ndm = mnl_nlmsg_put_extra_header(r->nlh, sizeof(*ndm));
	ndm->ndm_family = AF_BRIDGE;
	ndm->ndm_ifindex = l->ifindex;
	return ndm;
}

int link_fdb(const char *cmd, const struct link *l, bool add, const struct mac *mac)
{
	struct link_request r;
	struct ndmsg *ndm;

	ndm = begin(&r, add ? RTM_NEWNEIGH : RTM_DELNEIGH,
		    add ? NLM_F_CREATE | NLM_F_EXCL : 0, l);
	ndm->ndm_state = NUD_PERMANENT;
	ndm->ndm_flags = NTF_SELF;
	mnl_attr_put(r.nlh, NDA_LLADDR, sizeof(mac->byte), mac->byte);
	return link_talk(cmd, l->name, &r, NULL, NULL);
}

/* The kernel may tell about other devices too: the filter is a wish. */
static int on_neigh(const struct nlmsghdr *nlh, void *arg)
{
	const struct ndmsg *ndm = mnl_nlmsg_get_payload(nlh);
	const struct nlattr *attr;
	struct query *q = arg;

	if (nlh->nlmsg_type != RTM_NEWNEIGH || mnl_nlmsg_get_payload_len(nlh) < sizeof(*ndm) ||
	    ndm->ndm_family != AF_BRIDGE || ndm->ndm_ifindex != q->ifindex ||
	    !(ndm->ndm_flags & NTF_SELF))
		return MNL_CB_OK;
	mnl_attr_for_each(attr, nlh, sizeof(*ndm))
		if (mnl_attr_get_type(attr) == NDA_LLADDR &&
		    link_macs_add(&q->macs, attr) != MNL_CB_OK)
			return MNL_CB_ERROR;
	return MNL_CB_OK;
}

int link_fdb_list(const char *cmd, const struct link *l, struct mac_list *macs)
{
	struct link_request r;

	for (int tries = DUMP_TRIES; tries; tries--) {
		struct query q = { .ifindex = l->ifindex };

		begin(&r, RTM_GETNEIGH, NLM_F_DUMP, l);
		if (!nl_talk(r.nlh, on_neigh, &q, &r.fate)) {
			*macs = q.macs;
			return MVTAP_OK;
		}
		free(q.macs.mac);
		if (r.fate.err != EINTR)
			break;
	}
	return link_refused(cmd, l->name, r.nlh, &r.fate);
}
