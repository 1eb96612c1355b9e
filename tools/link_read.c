// SPDX-License-Identifier: GPL-2.0
/* A link as the kernel tells it: its message read with the table of keys. */
#include <linux/if_link.h>
#include <linux/mvtap.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <string.h>

#include "link_msg.h"

static void take_key(const struct nlattr *attr, enum place place, struct link *l)
{
	for (int id = 0; id < KEY_COUNT; id++) {
		const struct link_key *k = link_key_by_id(id);

		if (k->form->place != place || k->attr != mnl_attr_get_type(attr) ||
		    !k->form->get || mnl_attr_get_payload_len(attr) < k->form->size)
			continue;
		k->form->get(attr, &l->conf.value[id]);
		l->conf.given |= KEY_BIT(id);
	}
}

static void take_data(const struct nlattr *data, struct link *l)
{
	const struct nlattr *attr;

	/* the kernel tells it only when it is not the default */
	l->conf.value[KEY_BCCUTOFF].num = 1;
	l->conf.given |= KEY_BIT(KEY_BCCUTOFF);
	mnl_attr_for_each_nested(attr, data) {
		take_key(attr, IN_DATA, l);
		if (mnl_attr_get_type(attr) == IFLA_MVTAP_BC_QUEUE_LEN_USED &&
		    mnl_attr_validate(attr, MNL_TYPE_U32) >= 0) {
			l->bcused = mnl_attr_get_u32(attr);
			l->has_bcused = true;
		}
	}
}

static void take_kind(const struct nlattr *attr, struct link *l)
{
	if (mnl_attr_validate(attr, MNL_TYPE_NUL_STRING) < 0)
		return;
	snprintf(l->kind, sizeof(l->kind), "%s", mnl_attr_get_str(attr));
	l->ours = value_find(&value_kind, l->kind, &l->conf.value[KEY_KIND].num);
	l->conf.given |= l->ours ? KEY_BIT(KEY_KIND) : 0;
}

static void take_info(const struct nlattr *info, struct link *l)
{
	const struct nlattr *attr;

	mnl_attr_for_each_nested(attr, info) {
		if (mnl_attr_get_type(attr) == IFLA_INFO_KIND)
			take_kind(attr, l);
		/* the kind stands before the data, which mean nothing without */
		if (mnl_attr_get_type(attr) == IFLA_INFO_DATA && l->ours)
			take_data(attr, l);
	}
}

static void take_stats(const struct nlattr *attr, struct link *l)
{
	static const size_t at[STAT_COUNT] = {
		[STAT_RX_PACKETS] = offsetof(struct rtnl_link_stats64, rx_packets),
		[STAT_RX_BYTES] = offsetof(struct rtnl_link_stats64, rx_bytes),
		[STAT_RX_ERRORS] = offsetof(struct rtnl_link_stats64, rx_errors),
		[STAT_RX_DROPPED] = offsetof(struct rtnl_link_stats64, rx_dropped),
		[STAT_MULTICAST] = offsetof(struct rtnl_link_stats64, multicast),
		[STAT_TX_PACKETS] = offsetof(struct rtnl_link_stats64, tx_packets),
		[STAT_TX_BYTES] = offsetof(struct rtnl_link_stats64, tx_bytes),
		[STAT_TX_ERRORS] = offsetof(struct rtnl_link_stats64, tx_errors),
		[STAT_TX_DROPPED] = offsetof(struct rtnl_link_stats64, tx_dropped),
	};
	const char *stats = mnl_attr_get_payload(attr);

	for (int i = 0; i < STAT_COUNT; i++) {
		if (at[i] + sizeof(l->stats[i]) > mnl_attr_get_payload_len(attr))
			return;
		memcpy(&l->stats[i], stats + at[i], sizeof(l->stats[i]));
	}
	l->has_stats = true;
}

static void take_attr(const struct nlattr *attr, struct link *l)
{
	take_key(attr, IN_MESSAGE, l);
	switch (mnl_attr_get_type(attr)) {
	case IFLA_IFNAME:
		if (mnl_attr_validate(attr, MNL_TYPE_NUL_STRING) >= 0)
			snprintf(l->name, sizeof(l->name), "%s", mnl_attr_get_str(attr));
		break;
	case IFLA_LINK_NETNSID:
		if (mnl_attr_validate(attr, MNL_TYPE_U32) >= 0) {
			l->lower_away = true;
			l->lower_netnsid = (int32_t)mnl_attr_get_u32(attr);
		}
		break;
	case IFLA_OPERSTATE:
		if (mnl_attr_validate(attr, MNL_TYPE_U8) >= 0)
			l->operstate = mnl_attr_get_u8(attr);
		break;
	case IFLA_LINKINFO:
		take_info(attr, l);
		break;
	case IFLA_STATS64:
		take_stats(attr, l);
		break;
	}
}

bool link_msg_parse(const struct nlmsghdr *nlh, struct link *l)
{
	const struct ifinfomsg *ifi = mnl_nlmsg_get_payload(nlh);
	const struct nlattr *attr;

	memset(l, 0, sizeof(*l));
	if (nlh->nlmsg_type != RTM_NEWLINK ||
	    mnl_nlmsg_get_payload_len(nlh) < sizeof(*ifi))
		return false;
	l->ifindex = ifi->ifi_index;
	l->conf.value[KEY_UP].num = !!(ifi->ifi_flags & IFF_UP);
	l->conf.given |= KEY_BIT(KEY_UP);
	mnl_attr_for_each(attr, nlh, sizeof(*ifi))
		take_attr(attr, l);
	return *l->name;
}
