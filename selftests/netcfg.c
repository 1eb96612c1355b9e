// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include "netcfg.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <arpa/inet.h>
#include <libmnl/libmnl.h>
#include <linux/if_ether.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <netinet/ether.h>

#define BUFSZ 16384

/* Bound to the namespace it was opened in; netns_enter() drops it. */
static struct mnl_socket *rtnl;

const char *netcfg_tap_kind(void)
{
	const char *kind = getenv("TAPKIND");

	return kind && kind[0] ? kind : "mvtap";
}

/* The names of the in-tree modules are those of our personality, too. */
static bool compat_tested(void)
{
	const char *compat = getenv("MVTAP_TEST_COMPAT");

	return compat && compat[0];
}

bool netcfg_in_tree(void)
{
	return !strcmp(netcfg_tap_kind(), "macvtap") && !compat_tested();
}

bool netcfg_compare_push(void)
{
	if (netcfg_in_tree() || compat_tested() || system("modprobe -q macvtap"))
		return false;
	return !setenv("TAPKIND", "macvtap", 1);
}

void netcfg_compare_pop(void)
{
	unsetenv("TAPKIND");
}

unsigned int kernel_version(void)
{
	unsigned int major = 0, minor = 0;
	struct utsname u;

	if (uname(&u) || sscanf(u.release, "%u.%u", &major, &minor) != 2)
		return 0;
	return KVER(major, minor);
}

static int write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	int ret = 0;

	if (fd < 0)
		return -errno;
	if (write(fd, text, strlen(text)) < 0)
		ret = -errno;
	close(fd);
	return ret;
}

int sysfs_push(void)
{
	return mount("sysfs", "/sys", "sysfs", 0, NULL) ? -errno : 0;
}

int sysfs_pop(void)
{
	return umount2("/sys", MNT_DETACH) ? -errno : 0;
}

/* Neighbour discovery would be noise on every link. Absent IPv6 is fine. */
static void silence_ipv6(void)
{
	write_file("/proc/sys/net/ipv6/conf/all/disable_ipv6", "1");
	write_file("/proc/sys/net/ipv6/conf/default/disable_ipv6", "1");
}

int netcfg_private(void)
{
	if (unshare(CLONE_NEWNET | CLONE_NEWNS))
		return -errno;
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL))
		return -errno;
	silence_ipv6();
	return sysfs_push();
}

int netns_here(void)
{
	return open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
}

int netns_enter(int fd)
{
	if (rtnl)
		mnl_socket_close(rtnl);
	rtnl = NULL;
	return setns(fd, CLONE_NEWNET) ? -errno : 0;
}

int netns_new(void)
{
	int here = netns_here();
	int fd = -1;

	if (here < 0)
		return -1;
	if (!unshare(CLONE_NEWNET)) {
		silence_ipv6();
		fd = netns_here();
	}
	netns_enter(here);
	close(here);
	return fd;
}

static struct mnl_socket *rtnl_socket(void)
{
	if (rtnl)
		return rtnl;
	rtnl = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC);
	if (rtnl && mnl_socket_bind(rtnl, 0, MNL_SOCKET_AUTOPID) < 0) {
		mnl_socket_close(rtnl);
		rtnl = NULL;
	}
	return rtnl;
}

/* Send one request and run @cb on the answers up to the acknowledgement. */
static int talk(struct nlmsghdr *nlh, mnl_cb_t cb, void *data)
{
	struct mnl_socket *nl = rtnl_socket();
	static uint32_t seq;
	char buf[BUFSZ];
	int ret;

	if (!nl)
		return -errno;
	nlh->nlmsg_flags |= NLM_F_REQUEST | NLM_F_ACK;
	nlh->nlmsg_seq = ++seq;
	if (mnl_socket_sendto(nl, nlh, nlh->nlmsg_len) < 0)
		return -errno;
	do {
		ret = mnl_socket_recvfrom(nl, buf, sizeof(buf));
		if (ret < 0)
			return -errno;
		ret = mnl_cb_run(buf, ret, nlh->nlmsg_seq,
				 mnl_socket_get_portid(nl), cb, data);
		/* EPROTO: the rest of an answer that could not be read when it was due. */
	} while (ret > 0 || (ret < 0 && errno == EPROTO));
	return ret < 0 ? -errno : 0;
}

static struct ifinfomsg *request(char *buf, uint16_t type, uint16_t flags)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);

	nlh->nlmsg_type = type;
	nlh->nlmsg_flags = flags;
	return mnl_nlmsg_put_extra_header(nlh, sizeof(struct ifinfomsg));
}

static struct nlmsghdr *named(char *buf, uint16_t type, const char *name)
{
	request(buf, type, 0);
	mnl_attr_put_strz((struct nlmsghdr *)buf, IFLA_IFNAME, name);
	return (struct nlmsghdr *)buf;
}

static void put_linkinfo(struct nlmsghdr *nlh, const char *kind, uint32_t mode)
{
	struct nlattr *info = mnl_attr_nest_start(nlh, IFLA_LINKINFO);
	struct nlattr *data;

	mnl_attr_put_strz(nlh, IFLA_INFO_KIND, kind);
	if (mode) {
		data = mnl_attr_nest_start(nlh, IFLA_INFO_DATA);
		mnl_attr_put_u32(nlh, IFLA_MACVLAN_MODE, mode);
		mnl_attr_nest_end(nlh, data);
	}
	mnl_attr_nest_end(nlh, info);
}

int link_add(const struct link_spec *spec)
{
	char buf[BUFSZ] = { 0 };
	struct nlmsghdr *nlh = (struct nlmsghdr *)buf;
	struct ether_addr mac;
	struct ifinfomsg *ifi;

	ifi = request(buf, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL);
	ifi->ifi_index = spec->index;
	mnl_attr_put_strz(nlh, IFLA_IFNAME, spec->name);
	if (spec->lower)
		mnl_attr_put_u32(nlh, IFLA_LINK, if_nametoindex(spec->lower));
	if (spec->mtu)
		mnl_attr_put_u32(nlh, IFLA_MTU, spec->mtu);
	if (spec->mac) {
		if (!ether_aton_r(spec->mac, &mac))
			return -EINVAL;
		mnl_attr_put(nlh, IFLA_ADDRESS, ETH_ALEN, &mac);
	}
	put_linkinfo(nlh, spec->kind ? spec->kind : netcfg_tap_kind(), spec->mode);
	return talk(nlh, NULL, NULL);
}

int link_add_veth(const char *a, const char *b)
{
	char buf[BUFSZ] = { 0 };
	struct nlmsghdr *nlh = (struct nlmsghdr *)buf;
	struct nlattr *info, *data, *peer;

	request(buf, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL);
	mnl_attr_put_strz(nlh, IFLA_IFNAME, a);
	info = mnl_attr_nest_start(nlh, IFLA_LINKINFO);
	mnl_attr_put_strz(nlh, IFLA_INFO_KIND, "veth");
	data = mnl_attr_nest_start(nlh, IFLA_INFO_DATA);
	peer = mnl_attr_nest_start(nlh, VETH_INFO_PEER);
	mnl_nlmsg_put_extra_header(nlh, sizeof(struct ifinfomsg));
	mnl_attr_put_strz(nlh, IFLA_IFNAME, b);
	mnl_attr_nest_end(nlh, peer);
	mnl_attr_nest_end(nlh, data);
	mnl_attr_nest_end(nlh, info);
	return talk(nlh, NULL, NULL);
}

int link_del(const char *name)
{
	char buf[BUFSZ] = { 0 };

	return talk(named(buf, RTM_DELLINK, name), NULL, NULL);
}

static int set_flags(const char *name, unsigned int flags)
{
	char buf[BUFSZ] = { 0 };
	struct nlmsghdr *nlh = named(buf, RTM_NEWLINK, name);
	struct ifinfomsg *ifi = mnl_nlmsg_get_payload(nlh);

	ifi->ifi_flags = flags;
	ifi->ifi_change = IFF_UP;
	return talk(nlh, NULL, NULL);
}

int link_up(const char *name)
{
	return set_flags(name, IFF_UP);
}

int link_down(const char *name)
{
	return set_flags(name, 0);
}

int link_set_mac(const char *name, const uint8_t *mac)
{
	char buf[BUFSZ] = { 0 };
	struct nlmsghdr *nlh = named(buf, RTM_NEWLINK, name);

	mnl_attr_put(nlh, IFLA_ADDRESS, ETH_ALEN, mac);
	return talk(nlh, NULL, NULL);
}

int link_set_txqlen(const char *name, uint32_t len)
{
	char buf[BUFSZ] = { 0 };
	struct nlmsghdr *nlh = named(buf, RTM_NEWLINK, name);

	mnl_attr_put_u32(nlh, IFLA_TXQLEN, len);
	return talk(nlh, NULL, NULL);
}

int link_set_netns(const char *name, int fd)
{
	char buf[BUFSZ] = { 0 };
	struct nlmsghdr *nlh = named(buf, RTM_NEWLINK, name);

	mnl_attr_put_u32(nlh, IFLA_NET_NS_FD, fd);
	return talk(nlh, NULL, NULL);
}

int link_set_master(const char *name, const char *master)
{
	char buf[BUFSZ] = { 0 };
	struct nlmsghdr *nlh = named(buf, RTM_NEWLINK, name);

	mnl_attr_put_u32(nlh, IFLA_MASTER, if_nametoindex(master));
	return talk(nlh, NULL, NULL);
}

int link_add_ipv4(const char *name, uint32_t addr, unsigned int prefix)
{
	char buf[BUFSZ] = { 0 };
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	struct ifaddrmsg *ifa;

	nlh->nlmsg_type = RTM_NEWADDR;
	nlh->nlmsg_flags = NLM_F_CREATE | NLM_F_EXCL;
	ifa = mnl_nlmsg_put_extra_header(nlh, sizeof(*ifa));
	ifa->ifa_family = AF_INET;
	ifa->ifa_prefixlen = prefix;
	ifa->ifa_index = if_nametoindex(name);
	mnl_attr_put_u32(nlh, IFA_LOCAL, htonl(addr));
	mnl_attr_put_u32(nlh, IFA_ADDRESS, htonl(addr));
	return talk(nlh, NULL, NULL);
}

struct wanted {
	uint16_t type;
	size_t len;
	void *to;
	bool found;
};

static int copy_attr(const struct nlmsghdr *nlh, void *data)
{
	struct wanted *w = data;
	const struct nlattr *attr;

	mnl_attr_for_each(attr, nlh, sizeof(struct ifinfomsg)) {
		size_t len = mnl_attr_get_payload_len(attr);

		if (mnl_attr_get_type(attr) != w->type)
			continue;
		/* A newer kernel appends to a structure, an older one ends early. */
		memset(w->to, 0, w->len);
		memcpy(w->to, mnl_attr_get_payload(attr), len < w->len ? len : w->len);
		w->found = true;
	}
	return MNL_CB_OK;
}

static int get_attr(const char *name, uint16_t type, void *to, size_t len)
{
	struct wanted w = { .type = type, .to = to, .len = len };
	char buf[BUFSZ] = { 0 };
	int ret;

	ret = talk(named(buf, RTM_GETLINK, name), copy_attr, &w);
	if (ret)
		return ret;
	return w.found ? 0 : -ENOENT;
}

int link_get_mac(const char *name, uint8_t *mac)
{
	return get_attr(name, IFLA_ADDRESS, mac, ETH_ALEN);
}

int link_get_stats(const char *name, struct rtnl_link_stats64 *stats)
{
	return get_attr(name, IFLA_STATS64, stats, sizeof(*stats));
}

int link_get_u32(const char *name, uint16_t attr, uint32_t *value)
{
	return get_attr(name, attr, value, sizeof(*value));
}
