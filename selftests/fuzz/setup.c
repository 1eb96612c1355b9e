// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include "setup.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>

#include <libmnl/libmnl.h>
#include <linux/ethtool.h>
#include <linux/if_tun.h>
#include <linux/if_vlan.h>
#include <linux/mvtap.h>
#include <linux/rtnetlink.h>
#include <linux/sockios.h>

#include "../netcfg.h"
#include "watch.h"
#include "world.h"

const char *const world_lower_names[WORLD_LOWERS] = {
	"tun0", "tun1", "nic0", "lock0", "dum0", "vlan0",
};

static char buf[4096] __attribute__((aligned(4)));

static struct nlmsghdr *request(uint16_t type, uint16_t flags, const char *name)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(memset(buf, 0, sizeof(buf)));

	nlh->nlmsg_type = type;
	nlh->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | flags;
	mnl_nlmsg_put_extra_header(nlh, sizeof(struct ifinfomsg));
	if (name)
		mnl_attr_put_strz(nlh, IFLA_IFNAME, name);
	return nlh;
}

/* --- lower devices ------------------------------------------------------- */

static int open_tun(const char *name)
{
	int fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
	struct ifreq ifr = { .ifr_flags = IFF_TAP | IFF_NO_PI | IFF_VNET_HDR };
	int room = INT_MAX - 1;

	strcpy(ifr.ifr_name, name);
	if (fd < 0 || ioctl(fd, TUNSETIFF, &ifr))
		fuzz_die("tun device");
	ioctl(fd, TUNSETOFFLOAD, TUN_F_CSUM | TUN_F_TSO4 | TUN_F_TSO6);
	/* Not INT_MAX: then each frame has memory of its own, of which KASAN knows the end. */
	ioctl(fd, TUNSETSNDBUF, &room);
	return fd;
}

static int add_device(const char *name, const char *kind)
{
	struct nlmsghdr *nlh = request(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, name);
	struct nlattr *info = mnl_attr_nest_start(nlh, IFLA_LINKINFO);

	mnl_attr_put_strz(nlh, IFLA_INFO_KIND, kind);
	mnl_attr_nest_end(nlh, info);
	return world_talk(HOME, nlh);
}

static int add_vlan(void)
{
	struct nlmsghdr *nlh = request(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL,
				       world_lower_names[WORLD_VLAN]);
	struct ifla_vlan_flags flags = { .flags = 0, .mask = VLAN_FLAG_REORDER_HDR };
	struct nlattr *info, *data;

	mnl_attr_put_u32(nlh, IFLA_LINK, world.lower[WORLD_TUN]);
	info = mnl_attr_nest_start(nlh, IFLA_LINKINFO);
	mnl_attr_put_strz(nlh, IFLA_INFO_KIND, "vlan");
	data = mnl_attr_nest_start(nlh, IFLA_INFO_DATA);
	mnl_attr_put_u16(nlh, IFLA_VLAN_ID, 5);
	mnl_attr_put(nlh, IFLA_VLAN_FLAGS, sizeof(flags), &flags);
	mnl_attr_nest_end(nlh, data);
	mnl_attr_nest_end(nlh, info);
	return world_talk(HOME, nlh);
}

static int add_lower(unsigned int i)
{
	const char *name = world_lower_names[i];

	switch (i) {
	case WORLD_TUN:
		world.wire = open_tun(name);
		return 0;
	case WORLD_TUN2:
		world.wire2 = open_tun(name);
		return 0;
	case WORLD_VLAN:
		return add_vlan();
	case WORLD_DUMMY:
		return add_device(name, "dummy");
	default:
		/* Without the tests' own card, a dummy takes its place. */
		if (!add_device(name, i == WORLD_NIC ? "testnic" : "testnic_locked"))
			return 0;
		return add_device(name, "dummy");
	}
}

static int mend_lower(unsigned int i)
{
	struct nlmsghdr *nlh = request(RTM_NEWLINK, 0, NULL);
	struct ifinfomsg *ifi = mnl_nlmsg_get_payload(nlh);
	uint8_t mac[6];

	world_mac(WORLD_MAC_LOWER + i, mac);
	ifi->ifi_index = (int)world.lower[i];
	ifi->ifi_flags = IFF_UP | IFF_MULTICAST;
	ifi->ifi_change = IFF_UP | IFF_PROMISC | IFF_ALLMULTI | IFF_MULTICAST;
	mnl_attr_put(nlh, IFLA_ADDRESS, sizeof(mac), mac);
	mnl_attr_put_u32(nlh, IFLA_MTU, 1500);
	return world_talk(HOME, nlh);
}

void setup_lowers(void)
{
	unsigned int i;

	for (i = 0; i < WORLD_LOWERS; i++) {
		if (add_lower(i))
			fuzz_die(world_lower_names[i]);
		world.lower[i] = world_index(HOME, world_lower_names[i]);
	}
	setup_mend_lowers();
}

void setup_mend_lowers(void)
{
	unsigned int i;

	for (i = 0; i < WORLD_LOWERS; i++)
		mend_lower(i);
	setup_offload(WORLD_NIC, 1);
	setup_offload(WORLD_LOCKED, 1);
}

/* The number of the feature is the kernel's own affair. */
static int offload_bit(struct ifreq *ifr)
{
	static struct {
		struct ethtool_gstrings head;
		char names[256][ETH_GSTRING_LEN];
	} strings = { { .cmd = ETHTOOL_GSTRINGS, .string_set = ETH_SS_FEATURES }, { "" } };
	static int bit = -1;

	if (bit >= 0)
		return bit;
	ifr->ifr_data = (void *)&strings;
	if (ioctl(world.inet[HOME], SIOCETHTOOL, ifr))
		return 0;
	for (bit = 0; bit < 63; bit++)
		if (!strcmp(strings.names[bit], "l2-fwd-offload"))
			break;
	return bit;
}

void setup_offload(unsigned int lower, int on)
{
	struct {
		struct ethtool_sfeatures head;
		struct ethtool_set_features_block blocks[2];
	} set = { { .cmd = ETHTOOL_SFEATURES, .size = 2 }, { { 0 } } };
	struct ifreq ifr = { 0 };
	int bit;

	strcpy(ifr.ifr_name, world_lower_names[lower]);
	bit = offload_bit(&ifr);
	set.blocks[bit / 32].valid = 1u << bit % 32;
	set.blocks[bit / 32].requested = on ? 1u << bit % 32 : 0;
	ifr.ifr_data = (void *)&set;
	ioctl(world.inet[HOME], SIOCETHTOOL, &ifr);
}

/* --- links --------------------------------------------------------------- */

void setup_no_links(void)
{
	struct nlmsghdr *nlh;
	int space;

	for (space = 0; space < WORLD_SPACES; space++) {
		nlh = request(RTM_DELLINK, 0, NULL);
		mnl_attr_put_u32(nlh, IFLA_GROUP, SETUP_GROUP);
		world_talk(space, nlh);
	}
}

struct furniture {
	uint8_t lower, mode;
	bool tap, reach, spoofcheck;
};

static const struct furniture furniture[WORLD_LINKS] = {
	{ WORLD_TUN, MACVLAN_MODE_BRIDGE, true, false, false },
	{ WORLD_TUN, MACVLAN_MODE_BRIDGE, false, true, false },
	{ WORLD_TUN, MACVLAN_MODE_PRIVATE, false, false, true },
	{ WORLD_TUN, MACVLAN_MODE_SOURCE, false, false, false },
	{ WORLD_TUN2, MACVLAN_MODE_PASSTHRU, true, false, false },
	{ WORLD_VLAN, MACVLAN_MODE_VEPA, false, false, false },
};

static void put_furniture(struct nlmsghdr *nlh, const struct furniture *f)
{
	struct nlattr *info = mnl_attr_nest_start(nlh, IFLA_LINKINFO), *data;
	uint8_t mac[6];

	mnl_attr_put_strz(nlh, IFLA_INFO_KIND, world_kind(f->tap));
	data = mnl_attr_nest_start(nlh, IFLA_INFO_DATA);
	mnl_attr_put_u32(nlh, IFLA_MVTAP_MODE, f->mode);
	/* Soon full, as the queue of a device below. */
	mnl_attr_put_u32(nlh, IFLA_MVTAP_BC_QUEUE_LEN, 16);
	mnl_attr_put_u8(nlh, IFLA_MVTAP_HOST_REACH, f->reach);
	mnl_attr_put_u8(nlh, IFLA_MVTAP_SPOOFCHECK, f->spoofcheck);
	if (f->mode == MACVLAN_MODE_SOURCE) {
		world_mac(16, mac);
		mnl_attr_put_u32(nlh, IFLA_MVTAP_MACADDR_MODE, MACVLAN_MACADDR_SET);
		mnl_attr_put(nlh, IFLA_MVTAP_MACADDR, sizeof(mac), mac);
	}
	mnl_attr_nest_end(nlh, data);
	mnl_attr_nest_end(nlh, info);
}

static int add_furniture(unsigned int i)
{
	struct nlmsghdr *nlh = request(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, world_link(i));
	struct ifinfomsg *ifi = mnl_nlmsg_get_payload(nlh);
	const struct furniture *f = &furniture[i];
	uint8_t mac[6];

	ifi->ifi_flags = IFF_UP;
	ifi->ifi_change = IFF_UP;
	mnl_attr_put_u32(nlh, IFLA_LINK, world.lower[f->lower]);
	mnl_attr_put_u32(nlh, IFLA_GROUP, SETUP_GROUP);
	mnl_attr_put_u32(nlh, IFLA_TXQLEN, 8);
	if (f->mode != MACVLAN_MODE_PASSTHRU) {
		world_mac(i, mac);
		mnl_attr_put(nlh, IFLA_ADDRESS, sizeof(mac), mac);
	}
	put_furniture(nlh, f);
	return world_talk(HOME, nlh);
}

void world_furnish(void)
{
	unsigned int i;
	int ret;

	for (i = 0; i < WORLD_LINKS; i++) {
		ret = add_furniture(i);
		if (ret)
			fprintf(stderr, "fuzz: link %s: %s\n", world_link(i), strerror(-ret));
	}
}
