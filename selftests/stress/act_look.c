// SPDX-License-Identifier: GPL-2.0
/* Who only looks: dumps, counters, files, tracepoints. */
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <libmnl/libmnl.h>
#include <linux/ethtool.h>
#include <linux/if_link.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <linux/sockios.h>

#include "../netcfg.h"
#include "stress.h"

/* --- netlink ------------------------------------------------------------ */

static char buf[65536];

/* Take all answers and look at none; -errno of the kernel, or of a broken dump. */
static int ask(struct nlmsghdr *nlh)
{
	struct mnl_socket *nl = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC);
	int ret = 1, len, err = 0;

	if (!nl)
		return -errno;
	nlh->nlmsg_flags |= NLM_F_REQUEST;
	if (mnl_socket_bind(nl, 0, MNL_SOCKET_AUTOPID) ||
	    mnl_socket_sendto(nl, nlh, nlh->nlmsg_len) < 0)
		ret = -1;
	while (ret > 0) {
		len = mnl_socket_recvfrom(nl, buf, sizeof(buf));
		ret = len < 0 ? -1 : mnl_cb_run(buf, len, 0, 0, NULL, NULL);
		if (!(nlh->nlmsg_flags & NLM_F_DUMP))
			break;
	}
	if (ret < 0)
		err = -errno;
	mnl_socket_close(nl);
	return err;
}

static void *message(struct nlmsghdr **nlh, uint16_t type, uint16_t flags, size_t size)
{
	static char space[4096];

	memset(space, 0, sizeof(space));
	*nlh = mnl_nlmsg_put_header(space);
	(*nlh)->nlmsg_type = type;
	(*nlh)->nlmsg_flags = flags;
	return mnl_nlmsg_put_extra_header(*nlh, size);
}

static int dump_links(struct rng *r)
{
	struct nlmsghdr *nlh;

	stress_note("links");
	message(&nlh, RTM_GETLINK, NLM_F_DUMP, sizeof(struct ifinfomsg));
	if (rng_one_in(r, 2))
		mnl_attr_put_u32(nlh, IFLA_EXT_MASK, RTEXT_FILTER_VF);
	return ask(nlh);
}

static int dump_stats(struct rng *r)
{
	bool all = rng_one_in(r, 2);
	unsigned int index = if_nametoindex(bed_link(rng_below(r, BED_LINKS)));
	struct if_stats_msg *ism;
	struct nlmsghdr *nlh;

	stress_note("counters of %u", index);
	if (!all && !index)
		return -ENODEV;
	ism = message(&nlh, RTM_GETSTATS, all ? NLM_F_DUMP : 0, sizeof(*ism));
	ism->ifindex = all ? 0 : index;
	ism->filter_mask = IFLA_STATS_FILTER_BIT(IFLA_STATS_LINK_64) |
			   IFLA_STATS_FILTER_BIT(IFLA_STATS_LINK_XSTATS);
	return ask(nlh);
}

static int dump_fdb(void)
{
	struct nlmsghdr *nlh;
	struct ndmsg *ndm;

	stress_note("fdb");
	ndm = message(&nlh, RTM_GETNEIGH, NLM_F_DUMP, sizeof(*ndm));
	ndm->ndm_family = PF_BRIDGE;
	return ask(nlh);
}

static int dump(struct rng *r)
{
	bed_enter(rng_below(r, BED_NAMESPACES));
	switch (rng_below(r, 4)) {
	case 0:
		return dump_fdb();
	case 1:
		return dump_links(r);
	default:
		return dump_stats(r);
	}
}

const struct actor actor_dump = {
	.name = "dump", .step = dump, .weight = 12,
	/* EINTR: something changed meanwhile. */
	.may = { ENODEV, EINTR },
};

/* --- ethtool ------------------------------------------------------------ */

static int ethtool(struct rng *r)
{
	union {
		uint32_t cmd;
		struct ethtool_drvinfo info;
		struct ethtool_stats stats;
		struct ethtool_gstrings strings;
		struct ethtool_ts_info ts;
		struct ethtool_value value;
		char space[16384];
	} u = { 0 };
	static const uint32_t cmds[] = {
		ETHTOOL_GDRVINFO, ETHTOOL_GLINK, ETHTOOL_GSTATS, ETHTOOL_GSTATS,
		ETHTOOL_GSTRINGS, ETHTOOL_GET_TS_INFO, ETHTOOL_GTSO,
	};
	unsigned int i = rng_below(r, BED_LINKS);
	struct ifreq ifr = { .ifr_data = (void *)&u };
	int fd, err;

	bed_enter(bed_link_at(i));
	u.cmd = RNG_PICK(r, cmds);
	if (u.cmd == ETHTOOL_GSTATS || u.cmd == ETHTOOL_GSTRINGS)
		u.strings.string_set = ETH_SS_STATS;
	stress_note("%s %#x", bed_link(i), u.cmd);
	snprintf(ifr.ifr_name, sizeof(ifr.ifr_name), "%s", bed_link(i));
	fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	err = ioctl(fd, SIOCETHTOOL, &ifr) < 0 ? -errno : 0;
	close(fd);
	return err;
}

const struct actor actor_ethtool = {
	.name = "ethtool", .step = ethtool, .weight = 8, .may = { ENODEV },
};

/* --- files -------------------------------------------------------------- */

static int read_file(const char *path)
{
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC), err = 0;

	if (fd < 0)
		return -errno;
	while (!err) {
		ssize_t n = read(fd, buf, sizeof(buf));

		if (n <= 0) {
			err = n < 0 ? -errno : 0;
			break;
		}
	}
	close(fd);
	return err;
}

/* All files of a directory; what one of them answers does not matter, be it "no carrier". */
static int read_dir(const char *dir)
{
	char path[512];
	struct dirent *e;
	DIR *d = opendir(dir);

	if (!d)
		return -errno;
	while ((e = readdir(d))) {
		snprintf(path, sizeof(path), "%s/%s", dir, e->d_name);
		if (e->d_type == DT_REG)
			read_file(path);
	}
	closedir(d);
	return 0;
}

/* /sys is that of the first namespace. */
static int sysfs(struct rng *r)
{
	static const char *const proc[] = {
		"/proc/thread-self/net/dev", "/proc/thread-self/net/dev_mcast",
		"/proc/thread-self/net/packet", "/proc/devices", "/proc/modules",
	};
	unsigned int i = rng_below(r, BED_LINKS);
	unsigned int index = bed_enter_link(i);
	char path[128];
	const char *file;

	switch (rng_below(r, 4)) {
	case 0:
		file = RNG_PICK(r, proc);
		stress_note("%s", file);
		return read_file(file);
	case 1:
		snprintf(path, sizeof(path), "/sys/class/net/%s/tap%u", bed_link(i), index);
		break;
	case 2:
		snprintf(path, sizeof(path), "/sys/class/net/%s/statistics", bed_link(i));
		break;
	default:
		snprintf(path, sizeof(path), "/sys/class/net/%s", bed_link(i));
	}
	stress_note("%s", path);
	return read_dir(path);
}

const struct actor actor_sysfs = {
	.name = "sysfs", .step = sysfs, .weight = 6,
	.may = { ENOENT, ENODEV, EINVAL },
};

/* --- tracepoints --------------------------------------------------------- */

#define TRACE_DIR "/dev/mvtap-stress-trace"

static const char *trace_missing(void)
{
	mkdir(TRACE_DIR, 0700);
	if (!access(TRACE_DIR "/events", F_OK))
		return NULL;
	return mount("tracefs", TRACE_DIR, "tracefs", 0, NULL) ? "no tracefs" : NULL;
}

static int trace(struct rng *r)
{
	int fd, err = 0;

	if (rng_one_in(r, 8)) {
		stress_note("read");
		err = read_file(TRACE_DIR "/trace");
		close(open(TRACE_DIR "/trace", O_WRONLY | O_TRUNC | O_CLOEXEC));
		return err;
	}
	stress_note("switch");
	fd = open(TRACE_DIR "/events/mvtap/enable", O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (write(fd, rng_one_in(r, 3) ? "1" : "0", 1) < 0)
		err = -errno;
	close(fd);
	return err;
}

const struct actor actor_trace = {
	.name = "trace", .step = trace, .missing = trace_missing, .weight = 3,
	/* Gone with the module. */
	.may = { ENOENT, ENODEV, EINVAL },
};
