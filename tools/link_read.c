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

bool link_msg_u32(const struct nlattr *attr, uint32_t *num)
{
	if (mnl_attr_validate(attr, MNL_TYPE_U32) < 0)
		return false;
	*num = mnl_attr_get_u32(attr);
	return true;
}

static void take_text(const struct nlattr *attr, char *text, size_t size)
{
	if (mnl_attr_validate(attr, MNL_TYPE_NUL_STRING) >= 0)
		snprintf(text, size, "%s", mnl_attr_get_str(attr));
}

/* What is only told. */
static void take_told(const struct nlattr *attr, struct link *l)
{
	switch (mnl_attr_get_type(attr)) {
	case IFLA_MVTAP_BC_QUEUE_LEN_USED:
		l->has_bcused = link_msg_u32(attr, &l->bcused);
		break;
	case IFLA_MVTAP_BC_CUTOFF_USED:
		l->has_cutoffused = link_msg_u32(attr, &l->cutoffused);
		break;
	case IFLA_MVTAP_MACADDR_COUNT:
		link_msg_u32(attr, &l->sources);
		break;
	case IFLA_MVTAP_MACS:
		l->has_macs = link_msg_u32(attr, &l->macs);
		break;
	case IFLA_MVTAP_NODE:
		take_text(attr, l->node, sizeof(l->node));
		break;
	}
}

static void take_data(const struct nlattr *data, struct link *l)
{
	const struct nlattr *attr;

	/* as macvlan, the personality tells it only when it is not the default */
	l->conf.value[KEY_BCCUTOFF].num = 1;
	l->conf.given |= KEY_BIT(KEY_BCCUTOFF);
	mnl_attr_for_each_nested(attr, data) {
		take_key(attr, IN_DATA, l);
		take_told(attr, l);
	}
}

static void take_kind(const struct nlattr *attr, struct link *l)
{
	take_text(attr, l->kind, sizeof(l->kind));
	l->ours = value_find(&value_kind, l->kind, &l->conf.value[KEY_KIND].num);
	l->conf.given |= l->ours ? KEY_BIT(KEY_KIND) : 0;
}

/* The kind stands before what means nothing without it. */
static void take_info(const struct nlattr *info, struct link *l)
{
	const struct nlattr *attr;

	mnl_attr_for_each_nested(attr, info) {
		switch (mnl_attr_get_type(attr)) {
		case IFLA_INFO_KIND:
			take_kind(attr, l);
			break;
		case IFLA_INFO_DATA:
			if (l->ours)
				take_data(attr, l);
			break;
		case IFLA_INFO_SLAVE_KIND:
			take_text(attr, l->slave_kind, sizeof(l->slave_kind));
			break;
		}
	}
}

static void take_detail(const struct nlattr *attr, struct link *l)
{
	static const unsigned short from[DETAIL_COUNT] = {
		[DETAIL_CARRIER] = IFLA_CARRIER,
		[DETAIL_CARRIER_CHANGES] = IFLA_CARRIER_CHANGES,
		[DETAIL_PROTODOWN] = IFLA_PROTO_DOWN,
		[DETAIL_TXQLEN] = IFLA_TXQLEN,
		[DETAIL_TX_QUEUES] = IFLA_NUM_TX_QUEUES,
		[DETAIL_RX_QUEUES] = IFLA_NUM_RX_QUEUES,
		[DETAIL_PROMISCUITY] = IFLA_PROMISCUITY,
		[DETAIL_ALLMULTI] = IFLA_ALLMULTI,
		[DETAIL_MIN_MTU] = IFLA_MIN_MTU,
		[DETAIL_MAX_MTU] = IFLA_MAX_MTU,
		[DETAIL_GSO_MAX_SIZE] = IFLA_GSO_MAX_SIZE,
		[DETAIL_GSO_MAX_SEGS] = IFLA_GSO_MAX_SEGS,
		[DETAIL_GROUP] = IFLA_GROUP,
		[DETAIL_MASTER] = IFLA_MASTER,
	};
	uint32_t num;

	for (int d = 0; d < DETAIL_COUNT; d++) {
		if (mnl_attr_get_type(attr) != from[d])
			continue;
		if (mnl_attr_get_payload_len(attr) == 1)
			num = mnl_attr_get_u8(attr);
		else if (!link_msg_u32(attr, &num))
			return;
		l->detail[d] = num;
		l->has_detail |= 1U << d;
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
	take_detail(attr, l);
	switch (mnl_attr_get_type(attr)) {
	case IFLA_IFNAME:
		take_text(attr, l->name, sizeof(l->name));
		break;
	case IFLA_QDISC:
		take_text(attr, l->qdisc, sizeof(l->qdisc));
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
	if ((nlh->nlmsg_type != RTM_NEWLINK && nlh->nlmsg_type != RTM_DELLINK) ||
	    mnl_nlmsg_get_payload_len(nlh) < sizeof(*ifi))
		return false;
	l->ifindex = ifi->ifi_index;
	l->type = ifi->ifi_type;
	l->conf.value[KEY_UP].num = !!(ifi->ifi_flags & IFF_UP);
	l->conf.given |= KEY_BIT(KEY_UP);
	mnl_attr_for_each(attr, nlh, sizeof(*ifi))
		take_attr(attr, l);
	return *l->name;
}
