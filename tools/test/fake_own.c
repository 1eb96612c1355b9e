// SPDX-License-Identifier: GPL-2.0
/* The fake kernel's own attributes, those that macvlan does not have. */
#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/if_link.h>
#include <linux/mvtap.h>
#include <stdio.h>
#include <string.h>

#include "fake_kernel.h"

static bool has_node(const struct fake_link *l)
{
	return !strcmp(l->kind, "mvtap") || !strcmp(l->kind, "macvtap");
}

static void put_node(struct nlmsghdr *nlh, const struct fake_link *l)
{
	char name[32];

	snprintf(name, sizeof(name), l->collides ? "mvtap/%d" : "tap%d", l->ifindex);
	mnl_attr_put_u8(nlh, IFLA_MVTAP_STACK, l->stack);
	mnl_attr_put_u8(nlh, IFLA_MVTAP_CARRIER, l->carrier);
	mnl_attr_put_u32(nlh, IFLA_MVTAP_OWNER, l->owner);
	mnl_attr_put_u32(nlh, IFLA_MVTAP_GROUP, l->group);
	mnl_attr_put_u32(nlh, IFLA_MVTAP_PERM, l->perm);
	mnl_attr_put_strz(nlh, IFLA_MVTAP_NODE, name);
}

void fake_put_own(struct nlmsghdr *nlh, const struct fake_link *l)
{
	mnl_attr_put_u8(nlh, IFLA_MVTAP_HOST_REACH, l->host);
	mnl_attr_put_u8(nlh, IFLA_MVTAP_SPOOFCHECK, l->spoofcheck);
	mnl_attr_put_u32(nlh, IFLA_MVTAP_MAXMACS, l->maxmacs);
	mnl_attr_put_u32(nlh, IFLA_MVTAP_MACS, 1);
	mnl_attr_put_u32(nlh, IFLA_MVTAP_BC_CUTOFF_USED, l->bccutoff);
	if (has_node(l))
		put_node(nlh, l);
}

static int take_number(const struct nlattr *a, struct fake_link *l)
{
	switch (mnl_attr_get_type(a)) {
	case IFLA_MVTAP_HOST_REACH:
		l->host = mnl_attr_get_u8(a);
		return 0;
	case IFLA_MVTAP_SPOOFCHECK:
		l->spoofcheck = mnl_attr_get_u8(a);
		return 0;
	case IFLA_MVTAP_MAXMACS:
		l->maxmacs = mnl_attr_get_u32(a);
		return 0;
	case IFLA_MVTAP_STACK:
		l->stack = mnl_attr_get_u8(a);
		break;
	case IFLA_MVTAP_CARRIER:
		l->carrier = mnl_attr_get_u8(a);
		break;
	case IFLA_MVTAP_OWNER:
		l->owner = mnl_attr_get_u32(a);
		break;
	case IFLA_MVTAP_GROUP:
		l->group = mnl_attr_get_u32(a);
		break;
	case IFLA_MVTAP_PERM:
		l->perm = mnl_attr_get_u32(a);
		break;
	}
	return has_node(l) ? 0 : EINVAL;
}

int fake_take_own(const struct nlattr *a, struct fake_link *l, const char **why)
{
	int err = take_number(a, l);

	if (err)
		*why = "only for links with a device node";
	return err;
}

/* Whether mode and host go together, once the request is carried out. */
const struct nlattr *fake_no_host(const struct nlattr *data, const struct fake_link *l)
{
	const struct nlattr *a, *mode_attr = NULL, *host_attr = NULL;
	uint32_t mode = l->mode;
	bool host = l->host;

	mnl_attr_for_each_nested(a, data) {
		if (mnl_attr_get_type(a) == IFLA_MVTAP_MODE) {
			mode_attr = a;
			mode = mnl_attr_get_u32(a);
		}
		if (mnl_attr_get_type(a) == IFLA_MVTAP_HOST_REACH) {
			host_attr = a;
			host = mnl_attr_get_u8(a);
		}
	}
	if (!host || mode == MACVLAN_MODE_BRIDGE || mode == MACVLAN_MODE_PRIVATE)
		return NULL;
	return host_attr ? host_attr : mode_attr;
}
