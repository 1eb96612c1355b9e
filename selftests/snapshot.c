// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include "snapshot.h"

#include <dirent.h>
#include <errno.h>
#include <net/if.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <libmnl/libmnl.h>
#include <linux/if_link.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>

#include "ktap.h"

#define CLASS "mvtap"

/* --- netlink ------------------------------------------------------------ */

/*
 * Counters, how often the carrier came and went, what follows it up to a second
 * later, IPv6's time stamps, and what fills up to an address.
 */
static bool is_volatile(uint16_t type)
{
	switch (type) {
	case IFLA_STATS:
	case IFLA_STATS64:
	case IFLA_CARRIER_CHANGES:
	case IFLA_CARRIER_UP_COUNT:
	case IFLA_CARRIER_DOWN_COUNT:
	case IFLA_OPERSTATE:
	case IFLA_AF_SPEC:
	case IFLA_PAD:
		return true;
	default:
		return false;
	}
}

static void print_bytes(FILE *to, const void *data, size_t len)
{
	const uint8_t *byte = data;

	while (len--)
		fprintf(to, "%02x", *byte++);
}

static void print_hex(FILE *to, const void *data, size_t len)
{
	print_bytes(to, data, len);
	fputc('\n', to);
}

static int print_link(const struct nlmsghdr *nlh, void *data)
{
	const struct ifinfomsg *ifi = mnl_nlmsg_get_payload(nlh);
	const struct nlattr *attr;
	FILE *to = data;

	fprintf(to, "link %d flags %x type %u\n", ifi->ifi_index,
		ifi->ifi_flags & ~(unsigned int)IFF_RUNNING, ifi->ifi_type);
	mnl_attr_for_each(attr, nlh, sizeof(*ifi)) {
		uint16_t type = mnl_attr_get_type(attr);

		if (is_volatile(type))
			continue;
		fprintf(to, "link %d attribute %u ", ifi->ifi_index, type);
		print_hex(to, mnl_attr_get_payload(attr), mnl_attr_get_payload_len(attr));
	}
	return MNL_CB_OK;
}

static int print_neigh(const struct nlmsghdr *nlh, void *data)
{
	const struct ndmsg *ndm = mnl_nlmsg_get_payload(nlh);
	const struct nlattr *attr;
	FILE *to = data;

	mnl_attr_for_each(attr, nlh, sizeof(*ndm)) {
		const uint8_t *addr = mnl_attr_get_payload(attr);

		if (mnl_attr_get_type(attr) != NDA_LLADDR)
			continue;
		fputs(addr[0] & 1 ? "group " : "filter ", to);
		print_bytes(to, addr, mnl_attr_get_payload_len(attr));
		fprintf(to, " of %d state %x flags %x\n", ndm->ndm_ifindex, ndm->ndm_state,
			ndm->ndm_flags);
	}
	return MNL_CB_OK;
}

/* The queues of the character devices. */
static int print_xstats(const struct nlmsghdr *nlh, void *data)
{
	const struct if_stats_msg *ifsm = mnl_nlmsg_get_payload(nlh);
	const struct nlattr *attr;
	FILE *to = data;

	mnl_attr_for_each(attr, nlh, sizeof(*ifsm)) {
		fprintf(to, "queues %d ", ifsm->ifindex);
		print_hex(to, mnl_attr_get_payload(attr), mnl_attr_get_payload_len(attr));
	}
	return MNL_CB_OK;
}

static mnl_cb_t printer(int type)
{
	switch (type) {
	case RTM_GETNEIGH:
		return print_neigh;
	case RTM_GETSTATS:
		return print_xstats;
	default:
		return print_link;
	}
}

static int send_dump(struct mnl_socket *nl, int type)
{
	char buf[64] = { 0 };
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);

	nlh->nlmsg_type = type;
	nlh->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	if (type == RTM_GETNEIGH) {
		struct ndmsg *ndm = mnl_nlmsg_put_extra_header(nlh, sizeof(*ndm));

		ndm->ndm_family = PF_BRIDGE;
	} else if (type == RTM_GETSTATS) {
		struct if_stats_msg *ifsm = mnl_nlmsg_put_extra_header(nlh, sizeof(*ifsm));

		ifsm->filter_mask = IFLA_STATS_FILTER_BIT(IFLA_STATS_LINK_XSTATS);
	} else {
		mnl_nlmsg_put_extra_header(nlh, sizeof(struct ifinfomsg));
	}
	return mnl_socket_sendto(nl, nlh, nlh->nlmsg_len) < 0 ? -errno : 0;
}

static int dump(struct mnl_socket *nl, int type, FILE *to)
{
	static char buf[65536];
	int ret = send_dump(nl, type);
	ssize_t len;

	if (ret)
		return ret;
	do {
		len = mnl_socket_recvfrom(nl, buf, sizeof(buf));
		if (len < 0)
			return -errno;
		ret = mnl_cb_run(buf, len, 0, 0, printer(type), to);
	} while (ret > 0);
	return ret < 0 ? -errno : 0;
}

char *snapshot_dump(struct mnl_socket *nl, int type)
{
	char *text = NULL;
	size_t size;
	FILE *to = open_memstream(&text, &size);
	int ret;

	if (!to)
		return NULL;
	ret = dump(nl, type, to);
	fclose(to);
	if (!ret)
		return text;
	free(text);
	errno = -ret;
	return NULL;
}

/* --- files -------------------------------------------------------------- */

/* @name: just that line of the form "... NAME". */
static void print_lines(FILE *to, const char *what, const char *path, const char *name)
{
	char line[512];
	FILE *f = fopen(path, "re");

	while (f && fgets(line, sizeof(line), f))
		if (!name || strstr(line, name))
			fprintf(to, "%s %s", what, line);
	if (f)
		fclose(f);
	else
		fprintf(to, "%s -\n", what);
}

static void print_node(FILE *to, const char *dir, const char *name)
{
	char path[PATH_MAX];
	struct stat st;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	if (lstat(path, &st))
		return;
	fprintf(to, "%s mode %o owner %u:%u", path, st.st_mode, st.st_uid, st.st_gid);
	if (S_ISCHR(st.st_mode))
		fprintf(to, " number %u:%u", major(st.st_rdev), minor(st.st_rdev));
	fputc('\n', to);
}

static int no_dots(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

/* Those names that begin with @prefix, in order. */
static void each_in(FILE *to, const char *dir, const char *prefix,
		    void (*print)(FILE *to, const char *dir, const char *name))
{
	struct dirent **entry;
	int i, n = scandir(dir, &entry, no_dots, alphasort);

	for (i = 0; i < n; i++) {
		if (!strncmp(entry[i]->d_name, prefix, strlen(prefix)))
			print(to, dir, entry[i]->d_name);
		free(entry[i]);
	}
	if (n >= 0)
		free(entry);
}

static void print_name(FILE *to, const char *dir, const char *name)
{
	fprintf(to, "%s/%s\n", dir, name);
}

/* With the links of sysfs to the node and to other devices; not for "wire". */
static void print_device(FILE *to, const char *dir, const char *name)
{
	char path[PATH_MAX];

	print_name(to, dir, name);
	if (strlen(name) > 3)
		return;
	snprintf(path, sizeof(path), "%s/%s", dir, name);
	each_in(to, path, "", print_name);
}

static void print_global(FILE *to)
{
	each_in(to, "/sys/class/net", "", print_device);
	each_in(to, "/sys/class", CLASS, print_name);
	each_in(to, "/sys/class/" CLASS, "", print_name);
	each_in(to, "/dev", "tap", print_node);
	each_in(to, "/dev/mvtap", "", print_node);
	print_lines(to, "users", "/sys/module/" CLASS "/refcnt", NULL);
	print_lines(to, "number", "/proc/devices", " " CLASS);
}

/* --- all of it ---------------------------------------------------------- */

static int print_ns(FILE *to, struct mnl_socket *nl, int index)
{
	int ret;

	fprintf(to, "namespace %d\n", index);
	ret = dump(nl, RTM_GETLINK, to);
	if (!ret)
		ret = dump(nl, RTM_GETNEIGH, to);
	if (!ret)
		ret = dump(nl, RTM_GETSTATS, to);
	return ret;
}

char *snapshot_take(struct mnl_socket *const *nl, int n)
{
	char *text = NULL;
	size_t size;
	FILE *to = open_memstream(&text, &size);
	int i, ret = 0;

	if (!to)
		return NULL;
	for (i = 0; i < n && !ret; i++)
		ret = print_ns(to, nl[i], i);
	print_lines(to, "group", "/proc/thread-self/net/dev_mcast", NULL);
	print_global(to);
	fclose(to);
	if (!ret)
		return text;
	free(text);
	return NULL;
}

static const char *rest_of_line(const char *from, const char *at, int *len)
{
	while (at > from && at[-1] != '\n')
		at--;
	*len = (int)strcspn(at, "\n");
	return at;
}

void snapshot_note_difference(const char *want, const char *got)
{
	const char *a = want, *b = got;
	int len;

	while (*a && *a == *b) {
		a++;
		b++;
	}
	a = rest_of_line(want, a, &len);
	ktap_note("want: %.*s", len, a);
	b = rest_of_line(got, b, &len);
	ktap_note(" got: %.*s", len, b);
}
