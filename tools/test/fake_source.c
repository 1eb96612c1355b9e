// SPDX-License-Identifier: GPL-2.0
/* The fake kernel's lists of addresses, with the rules of the real one. */
#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/mvtap.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <stdbool.h>
#include <string.h>

#include "fake_kernel.h"

static int find(unsigned char (*list)[6], int count, const unsigned char *mac)
{
	for (int i = 0; i < count; i++)
		if (!memcmp(list[i], mac, 6))
			return i;
	return -1;
}

static int add(struct fake_link *l, const struct nlattr *attr, const char **why)
{
	const unsigned char *mac = mnl_attr_get_payload(attr);

	if (mac[0] & 1) {
		*why = "not a unicast address";
		return EADDRNOTAVAIL;
	}
	if (find(l->source, l->sources, mac) >= 0)
		return 0;
	if (l->sources == FAKE_SOURCES)
		return E2BIG;
	memcpy(l->source[l->sources++], mac, 6);
	return 0;
}

static void del(struct fake_link *l, const unsigned char *mac)
{
	int at = find(l->source, l->sources, mac);

	if (at < 0)
		return;
	memmove(l->source[at], l->source[at + 1], 6 * (--l->sources - at));
	memset(l->source[l->sources], 0, 6);
}

static int set(struct fake_link *l, const struct nlattr *nest, const char **why)
{
	struct fake_link next = *l;
	const struct nlattr *a;
	int err = 0;

	next.sources = 0;
	mnl_attr_for_each_nested(a, nest)
		err = err ? err : add(&next, a, why);
	if (!err)
		*l = next;
	return err;
}

int fake_take_source(const struct nlattr *data, struct fake_link *l, const char **why)
{
	const struct nlattr *a, *mac = NULL, *nest = NULL;
	uint32_t op = 99;

	if (l->mode != MACVLAN_MODE_SOURCE) {
		*why = "only for mode source";
		return EINVAL;
	}
	mnl_attr_for_each_nested(a, data) {
		if (mnl_attr_get_type(a) == IFLA_MVTAP_MACADDR_MODE)
			op = mnl_attr_get_u32(a);
		if (mnl_attr_get_type(a) == IFLA_MVTAP_MACADDR)
			mac = a;
		if (mnl_attr_get_type(a) == IFLA_MVTAP_MACADDR_DATA)
			nest = a;
	}
	if (op == MACVLAN_MACADDR_ADD && mac)
		return add(l, mac, why);
	if (op == MACVLAN_MACADDR_SET && nest)
		return set(l, nest, why);
	if (op == MACVLAN_MACADDR_DEL && mac)
		del(l, mnl_attr_get_payload(mac));
	else if (op == MACVLAN_MACADDR_FLUSH && !mac && !nest)
		l->sources = 0;
	else
		return EINVAL;
	return 0;
}

void fake_put_source(struct nlmsghdr *nlh, const struct fake_link *l)
{
	struct nlattr *nest;

	mnl_attr_put_u32(nlh, IFLA_MVTAP_MACADDR_COUNT, l->sources);
	if (!l->sources)
		return;
	nest = mnl_attr_nest_start(nlh, IFLA_MVTAP_MACADDR_DATA);
	for (int i = 0; i < l->sources; i++)
		mnl_attr_put(nlh, IFLA_MVTAP_MACADDR, 6, l->source[i]);
	mnl_attr_nest_end(nlh, nest);
}

int fake_take_neigh(const struct nlmsghdr *req, struct fake_link *l, const char **why)
{
	const struct ndmsg *ndm = mnl_nlmsg_get_payload(req);
	const unsigned char *mac = NULL;
	const struct nlattr *a;
	int at;

	mnl_attr_for_each(a, req, sizeof(*ndm))
		if (mnl_attr_get_type(a) == NDA_LLADDR)
			mac = mnl_attr_get_payload(a);
	if (!l || !mac || !(ndm->ndm_flags & NTF_SELF) || ndm->ndm_state != NUD_PERMANENT)
		return EINVAL;
	at = find(l->fdb, l->fdbs, mac);
	if (!(mac[0] & 1) && at < 0 && l->fdbs + 1 >= (int)l->maxmacs) {
		*why = "more addresses than maxmacs";
		return ENOSPC;
	}
	if (req->nlmsg_type == RTM_NEWNEIGH) {
		if (at >= 0)
			return EEXIST;
		memcpy(l->fdb[l->fdbs++], mac, 6);
	} else {
		if (at < 0)
			return ENOENT;
		memmove(l->fdb[at], l->fdb[at + 1], 6 * (--l->fdbs - at));
	}
	return 0;
}
