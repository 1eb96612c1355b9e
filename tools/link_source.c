// SPDX-License-Identifier: GPL-2.0
/* The addresses that a link in mode source takes frames from. */
#include <errno.h>
#include <linux/if_link.h>
#include <linux/mvtap.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>

#include "link_msg.h"
#include "mvtap.h"

/* An address with the head of its attribute, and what stands around them all. */
#define SOURCE_REQUEST_SIZE (LINK_MAX_SOURCES * 12 + NL_REQUEST_SIZE)

int link_macs_add(struct mac_list *m, const struct nlattr *attr)
{
	struct mac *more;

	if (mnl_attr_get_payload_len(attr) != sizeof(m->mac->byte))
		return MNL_CB_OK;
	if (!(m->count & (m->count - 1))) {	/* 0 or a power of two: it is full */
		more = realloc(m->mac, (m->count ? 2 * m->count : 1) * sizeof(*more));
		if (!more) {
			errno = ENOMEM;
			return MNL_CB_ERROR;
		}
		m->mac = more;
	}
	memcpy(m->mac[m->count++].byte, mnl_attr_get_payload(attr), sizeof(m->mac->byte));
	return MNL_CB_OK;
}

static const struct nlattr *nested(const struct nlattr *nest, unsigned short type)
{
	const struct nlattr *attr;

	mnl_attr_for_each_nested(attr, nest)
		if (mnl_attr_get_type(attr) == type)
			return attr;
	return NULL;
}

static int on_list(const struct nlmsghdr *nlh, void *arg)
{
	const struct nlattr *attr, *at = NULL;

	mnl_attr_for_each(attr, nlh, sizeof(struct ifinfomsg))
		if (mnl_attr_get_type(attr) == IFLA_LINKINFO)
			at = nested(attr, IFLA_INFO_DATA);
	if (at)
		at = nested(at, IFLA_MVTAP_MACADDR_DATA);
	if (!at)
		return MNL_CB_OK;
	mnl_attr_for_each_nested(attr, at)
		if (mnl_attr_get_type(attr) == IFLA_MVTAP_MACADDR &&
		    link_macs_add(arg, attr) != MNL_CB_OK)
			return MNL_CB_ERROR;
	return MNL_CB_OK;
}

int link_source_list(const char *cmd, const struct link *l, struct mac_list *macs)
{
	struct mac_list found = { 0 };
	struct link_request r;

	r.nlh = link_msg_begin(r.buf, RTM_GETLINK, 0, l->ifindex, NULL);
	if (link_talk(cmd, l->name, &r, on_list, &found)) {
		free(found.mac);
		return MVTAP_REFUSED;
	}
	*macs = found;
	return MVTAP_OK;
}

static struct nlmsghdr *begin(char *buf, const struct link *l, uint32_t mode,
			      struct nlattr **info, struct nlattr **data)
{
	struct nlmsghdr *nlh = link_msg_begin(buf, RTM_NEWLINK, 0, l->ifindex, NULL);

	*info = mnl_attr_nest_start(nlh, IFLA_LINKINFO);
	mnl_attr_put_strz(nlh, IFLA_INFO_KIND, l->kind);
	*data = mnl_attr_nest_start(nlh, IFLA_INFO_DATA);
	mnl_attr_put_u32(nlh, IFLA_MVTAP_MACADDR_MODE, mode);
	return nlh;
}

static int end(struct nlmsghdr *nlh, struct nlattr *info, struct nlattr *data,
	       struct nl_fate *fate)
{
	mnl_attr_nest_end(nlh, data);
	mnl_attr_nest_end(nlh, info);
	return nl_talk(nlh, NULL, NULL, fate);
}

static int one(const struct link *l, uint32_t mode, const struct mac *mac,
	       struct link_request *r)
{
	struct nlattr *info, *data;

	r->nlh = begin(r->buf, l, mode, &info, &data);
	mnl_attr_put(r->nlh, IFLA_MVTAP_MACADDR, sizeof(mac->byte), mac->byte);
	return end(r->nlh, info, data, &r->fate);
}

static int set(const char *cmd, const struct link *l, const struct mac_list *macs)
{
	char *buf = malloc(SOURCE_REQUEST_SIZE);
	struct nlattr *info, *data, *list;
	struct nl_fate fate = { .err = ENOMEM };
	struct nlmsghdr *nlh;
	int ret = MVTAP_OK;

	if (!buf)
		return link_refused(cmd, l->name, NULL, &fate);
	nlh = begin(buf, l, MACVLAN_MACADDR_SET, &info, &data);
	list = mnl_attr_nest_start(nlh, IFLA_MVTAP_MACADDR_DATA);
	for (size_t i = 0; i < macs->count; i++)
		mnl_attr_put(nlh, IFLA_MVTAP_MACADDR, sizeof(macs->mac->byte),
			     macs->mac[i].byte);
	mnl_attr_nest_end(nlh, list);
	if (end(nlh, info, data, &fate) < 0)
		ret = link_refused(cmd, l->name, nlh, &fate);
	free(buf);
	return ret;
}

static int flush(const char *cmd, const struct link *l)
{
	struct nlattr *info, *data;
	struct link_request r;

	r.nlh = begin(r.buf, l, MACVLAN_MACADDR_FLUSH, &info, &data);
	if (end(r.nlh, info, data, &r.fate) < 0)
		return link_refused(cmd, l->name, r.nlh, &r.fate);
	return MVTAP_OK;
}

static bool listed(const struct mac_list *macs, const struct mac *mac)
{
	for (size_t i = 0; i < macs->count; i++)
		if (!memcmp(macs->mac[i].byte, mac->byte, sizeof(mac->byte)))
			return true;
	return false;
}

/* Adding what was listed and removing what was not changed nothing. */
static int each(const char *cmd, const struct link *l, bool add, const struct mac_list *macs)
{
	const uint32_t mode[] = { MACVLAN_MACADDR_DEL, MACVLAN_MACADDR_ADD };
	struct link_request r, undo;
	struct mac_list before;
	int ret = MVTAP_OK;
	size_t done = 0;

	if (link_source_list(cmd, l, &before))
		return MVTAP_REFUSED;
	while (done < macs->count && !one(l, mode[add], &macs->mac[done], &r))
		done++;
	if (done < macs->count) {
		ret = link_refused(cmd, l->name, r.nlh, &r.fate);
		while (done--)
			if (listed(&before, &macs->mac[done]) != add)
				one(l, mode[!add], &macs->mac[done], &undo);
	}
	free(before.mac);
	return ret;
}

int link_source(const char *cmd, const struct link *l, enum source_op op,
		const struct mac_list *macs)
{
	if (op == SOURCE_SET)
		return macs->count ? set(cmd, l, macs) : flush(cmd, l);
	return each(cmd, l, op == SOURCE_ADD, macs);
}
