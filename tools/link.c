// SPDX-License-Identifier: GPL-2.0
/* The attributes of a link: the table of keys, and requests made from it. */
#include "link.h"

#include <linux/if_link.h>
#include <linux/mvtap.h>
#include <linux/rtnetlink.h>
#include <string.h>

#include "link_msg.h"
#include "mvtap.h"

static void put_u32(struct nlmsghdr *nlh, const struct link_key *k,
		    const struct link_conf *conf)
{
	mnl_attr_put_u32(nlh, k->attr, (uint32_t)conf->value[k->id].num);
}

static void get_u32(const struct nlattr *attr, struct value *v)
{
	v->num = mnl_attr_get_u32(attr);
}

static void put_u8(struct nlmsghdr *nlh, const struct link_key *k,
		   const struct link_conf *conf)
{
	mnl_attr_put_u8(nlh, k->attr, conf->value[k->id].num);
}

static void get_u8(const struct nlattr *attr, struct value *v)
{
	v->num = mnl_attr_get_u8(attr);
}

static void get_s32(const struct nlattr *attr, struct value *v)
{
	v->num = (int32_t)mnl_attr_get_u32(attr);
}

static uint16_t flag_of(const struct link_conf *conf, enum link_key_id id, uint16_t flag)
{
	return (conf->given & KEY_BIT(id)) && conf->value[id].num ? flag : 0;
}

/* Both flags are in one word, and the attribute must not come twice. */
static void put_flags(struct nlmsghdr *nlh, const struct link_key *k,
		      const struct link_conf *conf)
{
	if (k->id == KEY_NODST && (conf->given & KEY_BIT(KEY_NOPROMISC)))
		return;
	mnl_attr_put_u16(nlh, k->attr,
			 flag_of(conf, KEY_NOPROMISC, MACVLAN_FLAG_NOPROMISC) |
			 flag_of(conf, KEY_NODST, MACVLAN_FLAG_NODST));
}

static void get_nopromisc(const struct nlattr *attr, struct value *v)
{
	v->num = !!(mnl_attr_get_u16(attr) & MACVLAN_FLAG_NOPROMISC);
}

static void get_nodst(const struct nlattr *attr, struct value *v)
{
	v->num = !!(mnl_attr_get_u16(attr) & MACVLAN_FLAG_NODST);
}

static void put_mac(struct nlmsghdr *nlh, const struct link_key *k,
		    const struct link_conf *conf)
{
	mnl_attr_put(nlh, k->attr, 6, conf->value[k->id].mac);
}

static void get_mac(const struct nlattr *attr, struct value *v)
{
	memcpy(v->mac, mnl_attr_get_payload(attr), sizeof(v->mac));
}

static void put_kind(struct nlmsghdr *nlh, const struct link_key *k,
		     const struct link_conf *conf)
{
	mnl_attr_put_strz(nlh, k->attr, value_word(k->type, conf->value[k->id].num));
}

static void put_up(struct nlmsghdr *nlh, const struct link_key *k,
		   const struct link_conf *conf)
{
	struct ifinfomsg *ifi = mnl_nlmsg_get_payload(nlh);

	ifi->ifi_change |= IFF_UP;
	ifi->ifi_flags |= conf->value[k->id].num ? IFF_UP : 0;
}

static const struct link_form as_up = { .place = IN_HEADER, .put = put_up };
static const struct link_form as_kind = { .place = IN_INFO, .put = put_kind };
static const struct link_form as_u32 = { IN_MESSAGE, 4, put_u32, get_u32 };
static const struct link_form as_mac = { IN_MESSAGE, 6, put_mac, get_mac };
static const struct link_form as_data_u8 = { IN_DATA, 1, put_u8, get_u8 };
static const struct link_form as_data_u32 = { IN_DATA, 4, put_u32, get_u32 };
static const struct link_form as_data_s32 = { IN_DATA, 4, put_u32, get_s32 };
static const struct link_form as_nopromisc = { IN_DATA, 2, put_flags, get_nopromisc };
static const struct link_form as_nodst = { IN_DATA, 2, put_flags, get_nodst };

/* The order is that of the output. */
const struct link_key link_keys[] = {
	{ .name = "kind", .id = KEY_KIND, .use = FOR_ADD, .type = &value_kind,
	  .form = &as_kind, .attr = IFLA_INFO_KIND,
	  .about = "with a device node for a VM (the default), or without" },
	{ .name = "link", .id = KEY_LINK, .use = FOR_ADD, .type = &value_ifname,
	  .form = &as_u32, .attr = IFLA_LINK,
	  .about = "the lower device; has to be given" },
	{ .name = "mode", .id = KEY_MODE, .use = FOR_ADD | FOR_SET, .type = &value_mode,
	  .form = &as_data_u32, .attr = IFLA_MVTAP_MODE,
	  .about = "who reaches whom; bridge if not given" },
	{ .name = "up", .id = KEY_UP, .use = FOR_ADD | FOR_SET, .type = &value_updown,
	  .bare = true, .num = 1, .form = &as_up, .about = "switch it on" },
	{ .name = "down", .id = KEY_UP, .use = FOR_ADD | FOR_SET, .type = &value_updown,
	  .bare = true, .num = 0, .form = &as_up,
	  .about = "switch it off; so it is after add" },
	{ .name = "address", .id = KEY_ADDRESS, .use = FOR_ADD | FOR_SET, .type = &value_mac,
	  .form = &as_mac, .attr = IFLA_ADDRESS,
	  .about = "its MAC address; a random one if not given" },
	{ .name = "mtu", .id = KEY_MTU, .use = FOR_ADD | FOR_SET, .type = &value_mtu,
	  .form = &as_u32, .attr = IFLA_MTU,
	  .about = "at most that of the lower device, and that if not given" },
	{ .name = "host", .id = KEY_HOST, .use = FOR_ADD | FOR_SET, .type = &value_onoff,
	  .form = &as_data_u8, .attr = IFLA_MVTAP_HOST_REACH,
	  .about = "bridge, private: reach the host; on if neither mode nor host is given" },
	{ .name = "spoofcheck", .id = KEY_SPOOFCHECK, .use = FOR_ADD | FOR_SET,
	  .type = &value_onoff, .form = &as_data_u8, .attr = IFLA_MVTAP_SPOOFCHECK,
	  .about = "send from its own addresses only; off if not given" },
	{ .name = "maxmacs", .id = KEY_MAXMACS, .use = FOR_ADD | FOR_SET, .type = &value_macs,
	  .form = &as_data_u32, .attr = IFLA_MVTAP_MAXMACS,
	  .about = "unicast addresses that it may have, its own included; 1 if not given" },
	{ .name = "stack", .id = KEY_STACK, .use = FOR_ADD | FOR_SET, .type = &value_onoff,
	  .form = &as_data_u8, .attr = IFLA_MVTAP_STACK,
	  .about = "without an open queue, frames go to this host's own stack; off if not given" },
	{ .name = "carrier", .id = KEY_CARRIER, .use = FOR_ADD | FOR_SET, .type = &value_carrier,
	  .form = &as_data_u8, .attr = IFLA_MVTAP_CARRIER,
	  .about = "the lower device's (the default), or none without an open queue either" },
	{ .name = "owner", .id = KEY_OWNER, .use = FOR_ADD | FOR_SET, .type = &value_user,
	  .form = &as_data_u32, .attr = IFLA_MVTAP_OWNER,
	  .about = "of the device node; root if not given" },
	{ .name = "group", .id = KEY_GROUP, .use = FOR_ADD | FOR_SET, .type = &value_group,
	  .form = &as_data_u32, .attr = IFLA_MVTAP_GROUP,
	  .about = "of the device node; root if not given" },
	{ .name = "perm", .id = KEY_PERM, .use = FOR_ADD | FOR_SET, .type = &value_perm,
	  .form = &as_data_u32, .attr = IFLA_MVTAP_PERM,
	  .about = "of the device node; 0600 if not given" },
	{ .name = "nopromisc", .id = KEY_NOPROMISC, .use = FOR_ADD | FOR_SET,
	  .type = &value_onoff, .form = &as_nopromisc, .attr = IFLA_MVTAP_FLAGS,
	  .about = "passthru without promiscuous mode; off if not given" },
	{ .name = "nodst", .id = KEY_NODST, .use = FOR_ADD | FOR_SET,
	  .type = &value_onoff, .form = &as_nodst, .attr = IFLA_MVTAP_FLAGS,
	  .about = "source: nobody else gets a frame whose sender is listed; off if not given" },
	{ .name = "bcqueuelen", .id = KEY_BCQUEUELEN, .use = FOR_ADD | FOR_SET,
	  .type = &value_u32, .form = &as_data_u32, .attr = IFLA_MVTAP_BC_QUEUE_LEN,
	  .about = "frames that may wait for deferred multicast; 1000 if not given" },
	{ .name = "bccutoff", .id = KEY_BCCUTOFF, .use = FOR_ADD | FOR_SET,
	  .type = &value_s32, .form = &as_data_s32, .attr = IFLA_MVTAP_BC_CUTOFF,
	  .about = "multicast for more receivers is deferred, -1: never; 1 if not given" },
};

const size_t link_keys_count = ARRAY_SIZE(link_keys);

const struct link_key *link_key_by_id(enum link_key_id id)
{
	const struct link_key *k = link_keys;

	while (k->id != id)
		k++;
	return k;
}

struct nlmsghdr *link_msg_begin(char *buf, int type, int flags, int ifindex,
				const char *name)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	struct ifinfomsg *ifi;

	nlh->nlmsg_type = type;
	nlh->nlmsg_flags = flags;
	ifi = mnl_nlmsg_put_extra_header(nlh, sizeof(*ifi));
	ifi->ifi_index = ifindex;
	if (name)
		mnl_attr_put_strz(nlh, IFLA_IFNAME, name);
	return nlh;
}

static unsigned int put_all(struct nlmsghdr *nlh, const struct link_conf *conf,
			    enum place place)
{
	unsigned int put = 0;

	for (int id = 0; id < KEY_COUNT; id++) {
		const struct link_key *k = link_key_by_id(id);

		if (k->form->place != place || !(conf->given & KEY_BIT(id)))
			continue;
		k->form->put(nlh, k, conf);
		put++;
	}
	return put;
}

void link_msg_conf(struct nlmsghdr *nlh, const struct link_conf *conf)
{
	struct nlattr *info, *data;

	put_all(nlh, conf, IN_HEADER);
	put_all(nlh, conf, IN_MESSAGE);
	info = mnl_attr_nest_start(nlh, IFLA_LINKINFO);
	put_all(nlh, conf, IN_INFO);
	data = mnl_attr_nest_start(nlh, IFLA_INFO_DATA);
	if (put_all(nlh, conf, IN_DATA))
		mnl_attr_nest_end(nlh, data);
	else
		mnl_attr_nest_cancel(nlh, data);
	mnl_attr_nest_end(nlh, info);
}

/* The word is shared; that of the source list has no key. */
static const char *data_name(const struct nlattr *attr)
{
	switch (mnl_attr_get_type(attr)) {
	case IFLA_MVTAP_FLAGS:
		if (mnl_attr_get_payload_len(attr) >= 2 &&
		    mnl_attr_get_u16(attr) & MACVLAN_FLAG_NODST)
			return "nodst";
		break;
	case IFLA_MVTAP_MACADDR_MODE:
	case IFLA_MVTAP_MACADDR:
	case IFLA_MVTAP_MACADDR_DATA:
		return "source";
	}
	return NULL;
}

static const char *key_name(enum place place, const struct nlattr *attr)
{
	unsigned short type = mnl_attr_get_type(attr);
	const char *name = place == IN_DATA ? data_name(attr) : NULL;

	if (name || (place == IN_MESSAGE && type == IFLA_IFNAME))
		return name ? name : "name";
	for (size_t i = 0; i < link_keys_count; i++)
		if (link_keys[i].form->place == place && link_keys[i].attr == type)
			return link_keys[i].name;
	return NULL;
}

/* Follows the nests down to the attribute that starts at @offset. */
static const char *name_at(const struct nlmsghdr *nlh, const char *from, const char *end,
			   enum place place, unsigned int offset)
{
	const struct nlattr *attr = (const void *)from;

	for (; mnl_attr_ok(attr, end - (const char *)attr); attr = mnl_attr_next(attr)) {
		const char *start = (const char *)attr, *next = (const char *)mnl_attr_next(attr);
		unsigned int at = start - (const char *)nlh;
		unsigned short type = mnl_attr_get_type(attr);

		if (offset == at)
			return key_name(place, attr);
		if (offset < at || start + (offset - at) >= next)
			continue;
		if (place == IN_MESSAGE && type == IFLA_LINKINFO)
			return name_at(nlh, mnl_attr_get_payload(attr), next, IN_INFO, offset);
		if (place == IN_INFO && type == IFLA_INFO_DATA)
			return name_at(nlh, mnl_attr_get_payload(attr), next, IN_DATA, offset);
		if (place == IN_DATA && type == IFLA_MVTAP_MACADDR_DATA)
			return "source";
	}
	return NULL;
}

const char *link_msg_key_at(const struct nlmsghdr *nlh, unsigned int offset)
{
	if (nlh->nlmsg_type > RTM_SETLINK)
		return NULL;	/* not about a link */
	return name_at(nlh, mnl_nlmsg_get_payload_offset(nlh, sizeof(struct ifinfomsg)),
		       mnl_nlmsg_get_payload_tail(nlh), IN_MESSAGE, offset);
}
