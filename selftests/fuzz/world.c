// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include "world.h"

#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <libmnl/libmnl.h>
#include <linux/capability.h>
#include <linux/if_packet.h>
#include <linux/if_tun.h>
#include <linux/net_namespace.h>
#include <linux/rtnetlink.h>

#include "../netcfg.h"
#include "../tapdev.h"
#include "setup.h"
#include "watch.h"

struct world world;

const char *world_link(unsigned int i)
{
	static const char *const names[WORLD_LINKS] = { "k0", "k1", "k2", "k3", "k4", "k5" };

	return names[i % WORLD_LINKS];
}

const char *world_kind(bool tap)
{
	if (tap)
		return netcfg_tap_kind();
	return strcmp(netcfg_tap_kind(), "macvtap") ? "mvlan" : "macvlan";
}

void world_mac(unsigned int n, uint8_t mac[6])
{
	memcpy(mac, (uint8_t[]){ 2, 0, 0, 0, 0, n }, 6);
}

unsigned int world_index(int space, const char *name)
{
	struct ifreq ifr = { 0 };

	strcpy(ifr.ifr_name, name);
	return ioctl(world.inet[space], SIOCGIFINDEX, &ifr) ? 0 : (unsigned int)ifr.ifr_ifindex;
}

int world_talk(int space, struct nlmsghdr *nlh)
{
	static char buf[65536];
	int ret = -ENOMSG;
	ssize_t n;

	if (send(world.nl[space], nlh, nlh->nlmsg_len, 0) < 0)
		return -errno;
	/* The kernel has answered by now; what remains of a dump comes as we read. */
	while ((n = recv(world.nl[space], buf, sizeof(buf), MSG_DONTWAIT)) > 0) {
		const struct nlmsghdr *in = (struct nlmsghdr *)buf;
		int left = (int)n;

		for (; mnl_nlmsg_ok(in, left); in = mnl_nlmsg_next(in, &left))
			if (in->nlmsg_type == NLMSG_ERROR)
				ret = *(int *)mnl_nlmsg_get_payload(in);
	}
	return ret;
}

/* A failure that an input asked for hits once: what is ours is tried again. */
void world_privilege(bool on)
{
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2];

	if (syscall(SYS_capget, &head, data) && syscall(SYS_capget, &head, data))
		fuzz_die("capget");
	data[0].effective = on ? data[0].permitted :
				 data[0].permitted & ~(1u << CAP_NET_ADMIN);
	data[1].effective = data[1].permitted;
	if (syscall(SYS_capset, &head, data) && syscall(SYS_capset, &head, data))
		fuzz_die("capset");
	world.restricted = !on;
}

/* --- making it ----------------------------------------------------------- */

static int open_rtnl(void)
{
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	int on = 1;

	if (fd < 0)
		fuzz_die("rtnetlink");
	setsockopt(fd, SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof(on));
	return fd;
}

/* A network namespace of a user namespace below ours: a child makes both. */
static int foreign_namespace(void)
{
	int ready[2], fd;
	char path[64];
	pid_t pid;
	char c;

	if (pipe2(ready, O_CLOEXEC))
		fuzz_die("pipe");
	pid = fork();
	if (!pid) {
		if (unshare(CLONE_NEWUSER | CLONE_NEWNET) || write(ready[1], "", 1) != 1)
			_exit(1);
		pause();
		_exit(0);
	}
	close(ready[1]);
	if (pid < 0 || read(ready[0], &c, 1) != 1)
		fuzz_die("user namespace");
	snprintf(path, sizeof(path), "/proc/%d/ns/net", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	close(ready[0]);
	if (fd < 0)
		fuzz_die(path);
	return fd;
}

/* In the guest's namespace home is number 0, so that links there can be on its devices. */
static void name_home(void)
{
	static char buf[256] __attribute__((aligned(4)));
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	struct rtgenmsg *gen;

	nlh->nlmsg_type = RTM_NEWNSID;
	nlh->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
	gen = mnl_nlmsg_put_extra_header(nlh, sizeof(*gen));
	gen->rtgen_family = AF_UNSPEC;
	mnl_attr_put_u32(nlh, NETNSA_FD, (uint32_t)world.ns[HOME]);
	mnl_attr_put_u32(nlh, NETNSA_NSID, 0);
	if (world_talk(GUEST, nlh))
		fuzz_die("number of a namespace");
}

static int open_packet(int type, bool bypass)
{
	int fd = socket(AF_PACKET, type | SOCK_CLOEXEC, 0);
	int on = 1;

	if (fd < 0)
		fuzz_die("packet socket");
	setsockopt(fd, SOL_PACKET, PACKET_VNET_HDR, &on, sizeof(on));
	if (bypass)
		setsockopt(fd, SOL_PACKET, PACKET_QDISC_BYPASS, &on, sizeof(on));
	return fd;
}

void world_create(void)
{
	if (netcfg_private())
		fuzz_die("network namespace");
	world.ns[HOME] = netns_here();
	world.ns[GUEST] = foreign_namespace();
	if (netns_enter(world.ns[GUEST]))
		fuzz_die("setns");
	world.nl[GUEST] = open_rtnl();
	world.inet[GUEST] = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (netns_enter(world.ns[HOME]))
		fuzz_die("setns");
	world.nl[HOME] = open_rtnl();
	world.inet[HOME] = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	name_home();
	world.packet = open_packet(SOCK_RAW, false);
	world.bypass = open_packet(SOCK_RAW, true);
	world.cooked = open_packet(SOCK_DGRAM, false);
	setup_lowers();
}

/* --- between inputs ------------------------------------------------------ */

void world_reset(void)
{
	if (world.restricted)
		world_privilege(true);
	if (world.links_touched)
		setup_no_links();
	if (world.lower_touched)
		setup_mend_lowers();
	world.links_touched = false;
	world.lower_touched = false;
}
