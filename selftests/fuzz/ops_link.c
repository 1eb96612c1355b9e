// SPDX-License-Identifier: GPL-2.0
/* rtnetlink messages of our kinds. */
#include "ops.h"

#include <net/if.h>
#include <string.h>

#include <libmnl/libmnl.h>
#include <linux/if_link.h>
#include <linux/mvtap.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>

#include "setup.h"
#include "world.h"

static char buf[65536] __attribute__((aligned(4)));

static struct nlmsghdr *request(uint16_t type, uint16_t flags, size_t extra)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(memset(buf, 0, 256));

	nlh->nlmsg_type = type;
	nlh->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | flags;
	memset(mnl_nlmsg_put_extra_header(nlh, extra), 0, extra);
	return nlh;
}

/* --- IFLA_INFO_DATA ------------------------------------------------------ */

static const struct {
	uint16_t type;
	uint8_t size;
} ours[] = {
	{ IFLA_MVTAP_MODE, 4 }, { IFLA_MVTAP_FLAGS, 2 }, { IFLA_MVTAP_MACADDR_MODE, 4 },
	{ IFLA_MVTAP_MACADDR, 6 }, { IFLA_MVTAP_MACADDR_DATA, 0 },
	{ IFLA_MVTAP_MACADDR_COUNT, 4 }, { IFLA_MVTAP_BC_QUEUE_LEN, 4 },
	{ IFLA_MVTAP_BC_QUEUE_LEN_USED, 4 }, { IFLA_MVTAP_BC_CUTOFF, 4 },
	{ IFLA_MVTAP_HOST_REACH, 1 }, { IFLA_MVTAP_SPOOFCHECK, 1 }, { IFLA_MVTAP_MAXMACS, 4 },
	{ IFLA_MVTAP_MACS, 4 }, { IFLA_MVTAP_STACK, 1 }, { IFLA_MVTAP_CARRIER, 1 },
	{ IFLA_MVTAP_OWNER, 4 }, { IFLA_MVTAP_GROUP, 4 }, { IFLA_MVTAP_PERM, 4 },
	{ IFLA_MVTAP_NODE, 8 }, { IFLA_MVTAP_BC_CUTOFF_USED, 4 },
};

#define N_OURS (sizeof(ours) / sizeof(ours[0]))

/* With any type, of any length: mostly what the kernel has to refuse. */
static void put_wild(struct stream *s, struct nlmsghdr *nlh, uint16_t type)
{
	uint8_t bytes[64];
	size_t len = take_below(s, sizeof(bytes) + 1);

	take_bytes(s, bytes, len);
	mnl_attr_put(nlh, type, len, bytes);
}

static void put_list(struct stream *s, struct nlmsghdr *nlh, uint16_t type)
{
	struct nlattr *nest = mnl_attr_nest_start(nlh, type);
	unsigned int n = take_below(s, 8);
	uint8_t mac[6];

	/* Now and then more than a list may hold. */
	if (n == 7) {
		n = take_u8(s) == 255 ? 4200 : 40;
		world_mac(32, mac);
		for (; n--; mac[3] = n >> 8, mac[4] = n & 255)
			mnl_attr_put(nlh, IFLA_MVTAP_MACADDR, sizeof(mac), mac);
	} else {
		for (; n--;) {
			take_mac(s, mac);
			mnl_attr_put(nlh, IFLA_MVTAP_MACADDR, sizeof(mac), mac);
		}
		if (take_chance(s, 24))
			put_wild(s, nlh, take_u8(s));
	}
	mnl_attr_nest_end(nlh, nest);
}

/* Sensible values are what leads further in. */
static uint32_t value_of(struct stream *s, uint16_t type)
{
	uint8_t sel = take_u8(s);

	if (sel >= 208)
		return take_number(s);
	switch (type) {
	case IFLA_MVTAP_MODE:
		return 1u << sel % 5;
	case IFLA_MVTAP_FLAGS:
	case IFLA_MVTAP_MACADDR_MODE:
		return sel % 4;
	case IFLA_MVTAP_HOST_REACH:
	case IFLA_MVTAP_SPOOFCHECK:
	case IFLA_MVTAP_STACK:
	case IFLA_MVTAP_CARRIER:
		return sel % 2;
	case IFLA_MVTAP_BC_CUTOFF:
		return (uint32_t)(sel % 8) - 2;
	default:
		return sel % 16;
	}
}

static void put_attr(struct stream *s, struct nlmsghdr *nlh, unsigned int i)
{
	uint16_t type = ours[i].type;
	uint8_t mac[6];
	uint32_t value;

	switch (type) {
	case IFLA_MVTAP_MACADDR:
		take_mac(s, mac);
		mnl_attr_put(nlh, type, sizeof(mac), mac);
		break;
	case IFLA_MVTAP_MACADDR_DATA:
		put_list(s, nlh, type);
		break;
	default:
		value = value_of(s, type);
		mnl_attr_put(nlh, type, ours[i].size < 4 ? ours[i].size : 4, &value);
	}
}

/* What belongs together is hard to find one by one. */
static void put_sources(struct stream *s, struct nlmsghdr *nlh)
{
	uint8_t sel = take_u8(s), mac[6];

	if (sel & 0x80)
		mnl_attr_put_u32(nlh, IFLA_MVTAP_MODE, MACVLAN_MODE_SOURCE);
	mnl_attr_put_u32(nlh, IFLA_MVTAP_MACADDR_MODE, sel % 4);
	if (sel & 4) {
		take_mac(s, mac);
		mnl_attr_put(nlh, IFLA_MVTAP_MACADDR, sizeof(mac), mac);
	}
	if (sel % 4 == MACVLAN_MACADDR_SET && sel & 8)
		put_list(s, nlh, IFLA_MVTAP_MACADDR_DATA);
}

static void put_data(struct stream *s, struct nlmsghdr *nlh)
{
	struct nlattr *data = mnl_attr_nest_start(nlh, IFLA_INFO_DATA);
	unsigned int n = take_below(s, 6);
	uint8_t sel;

	for (; n--;) {
		sel = take_u8(s);
		if (sel < 32)
			put_sources(s, nlh);
		else if (sel >= 240)
			put_wild(s, nlh, sel >= 250 ? take_u16(s) : ours[sel % N_OURS].type);
		else
			put_attr(s, nlh, sel % N_OURS);
	}
	mnl_attr_nest_end(nlh, data);
	if (take_chance(s, 8)) {
		uint8_t odd[4];

		/* bytes that are no attribute, inside of the nest */
		take_bytes(s, odd, sizeof(odd));
		memcpy((char *)nlh + nlh->nlmsg_len, odd, sizeof(odd));
		data->nla_len += sizeof(odd);
		nlh->nlmsg_len += sizeof(odd);
	}
}

static void put_info(struct stream *s, struct nlmsghdr *nlh, bool tap)
{
	struct nlattr *info = mnl_attr_nest_start(nlh, IFLA_LINKINFO);

	mnl_attr_put_strz(nlh, IFLA_INFO_KIND, world_kind(tap));
	put_data(s, nlh);
	if (take_chance(s, 8))
		put_data(s, nlh);
	mnl_attr_nest_end(nlh, info);
}

/* --- what stands outside of it ------------------------------------------- */

static void put_outer_u32(struct stream *s, struct nlmsghdr *nlh)
{
	static const uint16_t types[] = {
		IFLA_MTU, IFLA_TXQLEN, IFLA_NUM_TX_QUEUES, IFLA_NUM_RX_QUEUES, IFLA_PROMISCUITY,
		IFLA_GSO_MAX_SIZE, IFLA_GSO_MAX_SEGS, IFLA_CARRIER_CHANGES, IFLA_NEW_IFINDEX,
	};
	unsigned int i = take_below(s, sizeof(types) / sizeof(types[0]));
	uint32_t value = take_number(s);

	/* A million queues would only be a trial of patience. */
	if (types[i] == IFLA_NUM_TX_QUEUES || types[i] == IFLA_NUM_RX_QUEUES)
		value %= 17;
	if (types[i] == IFLA_TXQLEN)
		value %= 5000;
	if (types[i] == IFLA_MTU && value > 2000 && value & 1)
		value = 1500;
	mnl_attr_put_u32(nlh, types[i], value);
}

static void put_outer(struct stream *s, struct nlmsghdr *nlh)
{
	uint8_t mac[6];
	uint16_t type;

	switch (take_below(s, 8)) {
	case 0:
	case 1:
		take_mac(s, mac);
		mnl_attr_put(nlh, IFLA_ADDRESS, sizeof(mac), mac);
		break;
	case 2:
		take_mac(s, mac);
		mnl_attr_put(nlh, IFLA_BROADCAST, sizeof(mac), mac);
		break;
	case 3:
		mnl_attr_put_u8(nlh, take_chance(s, 128) ? IFLA_CARRIER : IFLA_PROTO_DOWN,
				take_below(s, 2));
		break;
	case 4:
		mnl_attr_put_u8(nlh, take_chance(s, 128) ? IFLA_OPERSTATE : IFLA_LINKMODE,
				take_u8(s));
		break;
	case 5:
		type = take_below(s, 70);
		/* By its group it is found when the input has ended. */
		put_wild(s, nlh, type == IFLA_GROUP ? IFLA_UNSPEC : type);
		break;
	default:
		put_outer_u32(s, nlh);
	}
}

static void put_flags(struct stream *s, struct ifinfomsg *ifi)
{
	static const uint32_t bits[] = {
		IFF_UP, IFF_PROMISC, IFF_ALLMULTI, IFF_MULTICAST, IFF_NOARP, IFF_UP,
	};
	unsigned int n = take_below(s, 4);

	for (; n--;) {
		uint8_t sel = take_u8(s);
		uint32_t bit = bits[sel / 2 % 6];

		ifi->ifi_change |= bit;
		ifi->ifi_flags = (ifi->ifi_flags & ~bit) | (sel & 1 ? 0 : bit);
	}
}

/* --- operations ---------------------------------------------------------- */

static int take_space(struct stream *s)
{
	return take_chance(s, 40) ? GUEST : HOME;
}

static void put_lower(struct stream *s, struct nlmsghdr *nlh)
{
	uint8_t sel = take_u8(s);

	if (sel < 220)
		mnl_attr_put_u32(nlh, IFLA_LINK, world.lower[sel % WORLD_LOWERS]);
	else if (sel < 245)
		mnl_attr_put_u32(nlh, IFLA_LINK, world_index(HOME, world_link(sel)));
	else if (sel < 250)
		mnl_attr_put_u32(nlh, IFLA_LINK, take_number(s));
}

void op_link_new(struct stream *s)
{
	struct nlmsghdr *nlh = request(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL,
				       sizeof(struct ifinfomsg));
	struct ifinfomsg *ifi = mnl_nlmsg_get_payload(nlh);
	uint8_t sel = take_u8(s);
	int space = take_space(s);
	unsigned int n;

	/* Numbers that links of two namespaces may share. */
	if (sel & 0x80)
		ifi->ifi_index = 5000 + sel / 16 % 4;
	ifi->ifi_change = ifi->ifi_flags = IFF_UP;
	put_flags(s, ifi);
	mnl_attr_put_strz(nlh, IFLA_IFNAME, world_link(sel));
	mnl_attr_put_u32(nlh, IFLA_GROUP, SETUP_GROUP);
	put_lower(s, nlh);
	if (space == GUEST) {
		/* Asked for in the guest's namespace, on a lower device of home. */
		mnl_attr_put_u32(nlh, IFLA_LINK_NETNSID, 0);
	} else if (take_chance(s, 24)) {
		mnl_attr_put_u32(nlh, IFLA_NET_NS_FD, (uint32_t)world.ns[GUEST]);
	}
	for (n = take_below(s, 4); n--;)
		put_outer(s, nlh);
	put_info(s, nlh, sel / 8 & 1);
	world.links_touched = true;
	world_talk(space, nlh);
}

static void change(struct stream *s, uint16_t type, bool info)
{
	struct nlmsghdr *nlh = request(type, 0, sizeof(struct ifinfomsg));
	uint8_t sel = take_u8(s);
	int space = take_space(s);
	unsigned int n;

	put_flags(s, mnl_nlmsg_get_payload(nlh));
	mnl_attr_put_strz(nlh, IFLA_IFNAME, world_link(sel));
	for (n = info ? take_below(s, 2) : 1 + take_below(s, 3); n--;)
		put_outer(s, nlh);
	if (info)
		put_info(s, nlh, sel / 8 & 1);
	world.links_touched = true;
	world_talk(space, nlh);
}

void op_link_change(struct stream *s)
{
	change(s, RTM_NEWLINK, true);
}

void op_link_set(struct stream *s)
{
	change(s, RTM_SETLINK, false);
}

void op_link_del(struct stream *s)
{
	struct nlmsghdr *nlh = request(RTM_DELLINK, 0, sizeof(struct ifinfomsg));

	mnl_attr_put_strz(nlh, IFLA_IFNAME, world_link(take_u8(s)));
	world.links_touched = true;
	world_talk(take_space(s), nlh);
}

void op_link_move(struct stream *s)
{
	struct nlmsghdr *nlh = request(RTM_NEWLINK, 0, sizeof(struct ifinfomsg));
	uint8_t sel = take_u8(s);
	int from = sel & 0x40 ? GUEST : HOME;

	mnl_attr_put_strz(nlh, IFLA_IFNAME, world_link(sel));
	mnl_attr_put_u32(nlh, IFLA_NET_NS_FD, (uint32_t)world.ns[!from]);
	if (sel & 0x80)
		mnl_attr_put_u32(nlh, IFLA_NEW_IFINDEX, 5000 + sel / 8 % 4);
	world.links_touched = true;
	world_talk(from, nlh);
}

void op_link_get(struct stream *s)
{
	uint8_t sel = take_u8(s);
	struct nlmsghdr *nlh = request(RTM_GETLINK, sel & 0x80 ? NLM_F_DUMP : 0,
				       sizeof(struct ifinfomsg));

	if (sel & 0x40)
		mnl_attr_put_u32(nlh, IFLA_EXT_MASK, take_u8(s));
	if (!(sel & 0x80))
		mnl_attr_put_strz(nlh, IFLA_IFNAME, world_link(sel));
	world_talk(take_space(s), nlh);
}

void op_link_stats(struct stream *s)
{
	uint8_t sel = take_u8(s);
	struct nlmsghdr *nlh = request(RTM_GETSTATS, sel & 0x80 ? NLM_F_DUMP : 0,
				       sizeof(struct if_stats_msg));
	struct if_stats_msg *ism = mnl_nlmsg_get_payload(nlh);

	ism->filter_mask = sel & 0x40 ? take_u8(s) : IFLA_STATS_FILTER_BIT(IFLA_STATS_LINK_XSTATS);
	if (!(sel & 0x80))
		ism->ifindex = world_index(HOME, world_link(sel));
	world_talk(HOME, nlh);
}

/* Anything behind a header that names a link of ours. */
void op_link_raw(struct stream *s)
{
	struct nlmsghdr *nlh = request(RTM_NEWLINK, 0, sizeof(struct ifinfomsg));
	struct nlattr *info;
	size_t n = take_u8(s);

	mnl_attr_put_strz(nlh, IFLA_IFNAME, world_link(take_u8(s)));
	info = mnl_attr_nest_start(nlh, IFLA_LINKINFO);
	mnl_attr_put_strz(nlh, IFLA_INFO_KIND, world_kind(take_u8(s) & 1));
	take_bytes(s, (char *)nlh + nlh->nlmsg_len, n);
	nlh->nlmsg_len += n;
	mnl_attr_nest_end(nlh, info);
	world.links_touched = true;
	world_talk(HOME, nlh);
}

void op_fdb(struct stream *s)
{
	uint8_t sel = take_u8(s);
	struct nlmsghdr *nlh = request(sel & 0x80 ? RTM_DELNEIGH : RTM_NEWNEIGH,
				       sel & 0x40 ? NLM_F_CREATE : NLM_F_CREATE | NLM_F_EXCL,
				       sizeof(struct ndmsg));
	struct ndmsg *ndm = mnl_nlmsg_get_payload(nlh);
	uint8_t how = take_u8(s), mac[6];
	int space = take_space(s);

	if (how >= 240)
		nlh->nlmsg_flags |= NLM_F_REPLACE;
	ndm->ndm_family = AF_BRIDGE;
	ndm->ndm_ifindex = (int)world_index(space, world_link(sel));
	ndm->ndm_flags = how & 1 ? take_u8(s) : NTF_SELF;
	ndm->ndm_state = how & 2 ? (uint16_t)take_number(s) : NUD_PERMANENT;
	take_mac(s, mac);
	mnl_attr_put(nlh, NDA_LLADDR, sizeof(mac), mac);
	if (how & 4)
		mnl_attr_put_u16(nlh, NDA_VLAN, take_u8(s));
	world.links_touched = true;
	world_talk(space, nlh);
}

void op_fdb_dump(struct stream *s)
{
	struct nlmsghdr *nlh = request(RTM_GETNEIGH, NLM_F_DUMP, sizeof(struct ifinfomsg));
	struct ifinfomsg *ifi = mnl_nlmsg_get_payload(nlh);

	ifi->ifi_family = AF_BRIDGE;
	ifi->ifi_index = (int)world_index(HOME, world_link(take_u8(s)));
	world_talk(HOME, nlh);
}
