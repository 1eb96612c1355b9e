// SPDX-License-Identifier: GPL-2.0
/* Links by other ways than rtnetlink, and what is below and on top of them. */
#define _GNU_SOURCE
#include "ops.h"

#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <libmnl/libmnl.h>
#include <linux/ethtool.h>
#include <linux/if_packet.h>
#include <linux/net_tstamp.h>
#include <linux/rtnetlink.h>
#include <linux/sockios.h>

#include "setup.h"
#include "world.h"

static char buf[4096] __attribute__((aligned(4)));

static struct nlmsghdr *request(uint16_t type, uint16_t flags, int ifindex)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(memset(buf, 0, sizeof(buf)));
	struct ifinfomsg *ifi;

	nlh->nlmsg_type = type;
	nlh->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | flags;
	ifi = mnl_nlmsg_put_extra_header(nlh, sizeof(struct ifinfomsg));
	ifi->ifi_index = ifindex;
	return nlh;
}

/* --- lower devices ------------------------------------------------------- */

void op_lower_set(struct stream *s)
{
	unsigned int lower = take_below(s, WORLD_LOWERS);
	struct nlmsghdr *nlh = request(RTM_SETLINK, 0, (int)world.lower[lower]);
	struct ifinfomsg *ifi = mnl_nlmsg_get_payload(nlh);
	uint8_t mac[6];

	switch (take_below(s, 6)) {
	case 0:
		take_mac(s, mac);
		mnl_attr_put(nlh, IFLA_ADDRESS, sizeof(mac), mac);
		break;
	case 1:
		mnl_attr_put_u32(nlh, IFLA_MTU, 1200 + take_u8(s) * 4);
		break;
	case 2:
		ifi->ifi_change = IFF_UP;
		break;
	case 3:
		ifi->ifi_change = ifi->ifi_flags = take_u8(s) & 1 ? IFF_PROMISC : IFF_ALLMULTI;
		break;
	case 4:
		mnl_attr_put_u8(nlh, IFLA_CARRIER, take_u8(s) & 1);
		break;
	default:
		ifi->ifi_change = ifi->ifi_flags = IFF_UP;
	}
	world.lower_touched = true;
	world_talk(HOME, nlh);
}

static void move(int space, int ifindex)
{
	struct nlmsghdr *nlh = request(RTM_SETLINK, 0, ifindex);

	mnl_attr_put_u32(nlh, IFLA_NET_NS_FD, (uint32_t)world.ns[!space]);
	world_talk(space, nlh);
}

/* To the other namespace and back. */
void op_lower_away(struct stream *s)
{
	int ifindex = (int)world.lower[take_u8(s) & 1 ? WORLD_DUMMY : WORLD_NIC];

	world.lower_touched = true;
	world.links_touched = true;
	move(HOME, ifindex);
	if (take_chance(s, 128)) {
		struct nlmsghdr *nlh = request(RTM_SETLINK, 0, ifindex);
		struct ifinfomsg *ifi = mnl_nlmsg_get_payload(nlh);

		ifi->ifi_change = ifi->ifi_flags = IFF_UP;
		world_talk(GUEST, nlh);
	}
	move(GUEST, ifindex);
}

/* A lower device of its own ends with links on it. */
void op_lower_del(struct stream *s)
{
	struct nlmsghdr *nlh = request(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, 0);
	struct nlattr *info;
	unsigned int i, n;
	uint32_t lower;

	mnl_attr_put_strz(nlh, IFLA_IFNAME, "brief0");
	info = mnl_attr_nest_start(nlh, IFLA_LINKINFO);
	mnl_attr_put_strz(nlh, IFLA_INFO_KIND, take_u8(s) & 1 ? "dummy" : "testnic");
	mnl_attr_nest_end(nlh, info);
	world_talk(HOME, nlh);
	lower = world_index(HOME, "brief0");
	for (n = take_below(s, 4), i = 0; i < n; i++) {
		nlh = request(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, 0);
		((struct ifinfomsg *)mnl_nlmsg_get_payload(nlh))->ifi_flags = IFF_UP;
		((struct ifinfomsg *)mnl_nlmsg_get_payload(nlh))->ifi_change = IFF_UP;
		mnl_attr_put_strz(nlh, IFLA_IFNAME, world_link(take_u8(s)));
		mnl_attr_put_u32(nlh, IFLA_GROUP, SETUP_GROUP);
		mnl_attr_put_u32(nlh, IFLA_LINK, lower);
		if (take_chance(s, 64))
			mnl_attr_put_u32(nlh, IFLA_NET_NS_FD, (uint32_t)world.ns[GUEST]);
		info = mnl_attr_nest_start(nlh, IFLA_LINKINFO);
		mnl_attr_put_strz(nlh, IFLA_INFO_KIND, world_kind(take_u8(s) & 1));
		mnl_attr_nest_end(nlh, info);
		world_talk(HOME, nlh);
	}
	world.links_touched = true;
	world_talk(HOME, request(RTM_DELLINK, 0, (int)lower));
}

/* --- ioctls -------------------------------------------------------------- */

static const char *take_name(struct stream *s)
{
	uint8_t sel = take_u8(s);

	if (sel < 64)
		world.lower_touched = true;
	return sel < 64 ? world_lower_names[sel % WORLD_LOWERS] : world_link(sel);
}

void op_ethtool(struct stream *s)
{
	static const uint32_t commands[] = {
		ETHTOOL_GDRVINFO, ETHTOOL_GSET, ETHTOOL_GSSET_INFO, ETHTOOL_GSTRINGS,
		ETHTOOL_GSTATS, ETHTOOL_GLINKSETTINGS, ETHTOOL_GET_TS_INFO, ETHTOOL_GFEATURES,
		ETHTOOL_SFEATURES, ETHTOOL_SFLAGS, ETHTOOL_STSO, ETHTOOL_SGRO, ETHTOOL_STXCSUM,
		ETHTOOL_GLINK,
	};
	static uint32_t data[4096];
	struct ifreq ifr = { .ifr_data = (void *)data };

	strcpy(ifr.ifr_name, take_name(s));
	data[0] = commands[take_below(s, sizeof(commands) / sizeof(commands[0]))];
	switch (data[0]) {
	case ETHTOOL_SFEATURES:
	case ETHTOOL_GFEATURES:
		data[1] = 2;
		take_bytes(s, data + 2, 16);
		break;
	case ETHTOOL_GSTATS:
		/* how many there is room for: none is "do not care" */
		data[1] = take_chance(s, 64) ? take_u8(s) : 0;
		break;
	case ETHTOOL_GSTRINGS:
	case ETHTOOL_GSSET_INFO:
		data[1] = take_u8(s) & 1 ? take_u8(s) : ETH_SS_STATS;
		data[2] = data[0] == ETHTOOL_GSSET_INFO ? 1u << data[1] % 32 : 0;
		data[3] = 0;
		break;
	default:
		data[1] = take_number(s);
	}
	ioctl(world.inet[take_chance(s, 40)], SIOCETHTOOL, &ifr);
}

void op_tstamp(struct stream *s)
{
	struct hwtstamp_config config = { 0 };
	struct ifreq ifr = { .ifr_data = (void *)&config };

	strcpy(ifr.ifr_name, take_name(s));
	config.flags = take_chance(s, 16) ? take_u8(s) : 0;
	config.tx_type = take_below(s, 4);
	config.rx_filter = take_below(s, 17);
	ioctl(world.inet[take_chance(s, 64)], take_u8(s) & 1 ? SIOCGHWTSTAMP : SIOCSHWTSTAMP, &ifr);
}

/* A group, or another unicast address, that a socket wants of a link. */
void op_group(struct stream *s)
{
	static const unsigned short types[] = {
		PACKET_MR_MULTICAST, PACKET_MR_UNICAST, PACKET_MR_ALLMULTI, PACKET_MR_PROMISC,
	};
	struct packet_mreq mr = { .mr_alen = 6 };
	uint8_t sel = take_u8(s);

	mr.mr_ifindex = (int)world_index(HOME, take_name(s));
	mr.mr_type = types[sel / 4 % 4];
	take_mac(s, mr.mr_address);
	setsockopt(world.packet, SOL_PACKET,
		   sel & 1 ? PACKET_DROP_MEMBERSHIP : PACKET_ADD_MEMBERSHIP, &mr, sizeof(mr));
	world.links_touched = true;
}

/* --- what stands on a link ----------------------------------------------- */

static void put_vlan(struct stream *s, struct nlmsghdr *nlh)
{
	struct nlattr *data = mnl_attr_nest_start(nlh, IFLA_INFO_DATA);

	mnl_attr_put_u16(nlh, IFLA_VLAN_ID, 1 + take_below(s, 16));
	mnl_attr_nest_end(nlh, data);
}

/* Of our group, so that it ends with the links. */
void op_upper(struct stream *s)
{
	static const char *const kinds[] = { "vlan", "macvlan", "vlan", "mvlan" };
	struct nlmsghdr *nlh = request(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, 0);
	struct ifinfomsg *ifi = mnl_nlmsg_get_payload(nlh);
	uint8_t sel = take_u8(s), mac[6];
	struct nlattr *info;
	char name[] = "up0";

	name[2] += sel % 4;
	ifi->ifi_change = ifi->ifi_flags = IFF_UP;
	mnl_attr_put_strz(nlh, IFLA_IFNAME, name);
	mnl_attr_put_u32(nlh, IFLA_GROUP, SETUP_GROUP);
	mnl_attr_put_u32(nlh, IFLA_LINK, world_index(HOME, world_link(take_u8(s))));
	if (sel & 0x40) {
		take_mac(s, mac);
		mnl_attr_put(nlh, IFLA_ADDRESS, sizeof(mac), mac);
	}
	info = mnl_attr_nest_start(nlh, IFLA_LINKINFO);
	mnl_attr_put_strz(nlh, IFLA_INFO_KIND, kinds[sel / 4 % 4]);
	if (!(sel & 4))
		put_vlan(s, nlh);
	mnl_attr_nest_end(nlh, info);
	world.links_touched = true;
	world_talk(HOME, nlh);
}

/* --- adversity ----------------------------------------------------------- */

void op_privilege(struct stream *s)
{
	world_privilege(take_u8(s) & 1);
}

static void write_text(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return;
	if (write(fd, text, strlen(text)) < 0)
		fd = (close(fd), -1);
	if (fd >= 0)
		close(fd);
}

/*
 * libFuzzer's alarm, which looks for inputs that take too long, waits while something may fail:
 * that could be the copy of a signal's frame to our stack, which ends in SIGSEGV.
 */
void hold_alarm(bool on)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGALRM);
	pthread_sigmask(on ? SIG_BLOCK : SIG_UNBLOCK, &set, NULL);
}

/* An allocation or a copy from user space fails, some calls from now on. */
void op_fail(struct stream *s)
{
	char text[16];

	hold_alarm(true);
	snprintf(text, sizeof(text), "%u", 1 + take_u8(s) / 2);
	write_text("/proc/thread-self/fail-nth", text);
	world.failing = true;
}

/* Not "xmit": for a busy card the kernel's queue tries again without end. */
void op_nic_fail(struct stream *s)
{
	static const char *const words[] = {
		"open", "vid_add", "set_mac", "set_mtu", "station_add", "vid_add", "tstamp_get",
		"tstamp_set", "ts_info", "station_xmit",
	};
	uint8_t sel = take_u8(s);
	char path[64], text[32];

	snprintf(path, sizeof(path), "/sys/class/net/%s/testnic/fail",
		 world_lower_names[sel & 1 ? WORLD_NIC : WORLD_LOCKED]);
	snprintf(text, sizeof(text), "%s %d", words[sel / 2 % 10], sel & 0x80 ? EINVAL : 0);
	write_text(path, text);
	world.lower_touched = true;
}

void op_offload(struct stream *s)
{
	uint8_t sel = take_u8(s);

	setup_offload(sel & 1 ? WORLD_NIC : WORLD_LOCKED, sel & 2);
	world.lower_touched = true;
}
