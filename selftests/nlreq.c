// SPDX-License-Identifier: GPL-2.0
/*
 * Sends one request, RTM_NEWLINK mostly, with exactly the attributes asked for, right
 * or wrong, and prints the kernel's answer: "OK", or the name of the error and
 * the kernel's message: "EINVAL unknown mode". For tests of bad input, which
 * no well-behaved tool can send.
 *
 *	nlreq new|set NAME [kind KIND] [link IFINDEX] [netnsid ID] [mtu N]
 *		[index N] [addr HEX] [up 0|1] [attr NUMBER HEX|u16:N|u32:N]...
 *
 *	nlreq fdb-add|fdb-del NAME HEX		an address in the device's own list
 *
 * "attr" is an attribute in IFLA_INFO_DATA.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/if_link.h>
#include <linux/neighbour.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "attrreq.h"

#define BUFFER	8192

static void usage(void)
{
	fprintf(stderr, "usage: nlreq new|set NAME [KEY VALUE]...\n");
	exit(1);
}

static void die(const char *what)
{
	fprintf(stderr, "nlreq: %s: %s\n", what, strerror(errno));
	exit(2);
}

/* What stands outside IFLA_LINKINFO; returns the number of words used. */
static int put_generic(struct nlmsghdr *nlh, char *argv[])
{
	if (!strcmp(argv[0], "link"))
		mnl_attr_put_u32(nlh, IFLA_LINK, strtoul(argv[1], NULL, 0));
	else if (!strcmp(argv[0], "netnsid"))
		mnl_attr_put_u32(nlh, IFLA_LINK_NETNSID, strtoul(argv[1], NULL, 0));
	else if (!strcmp(argv[0], "mtu"))
		mnl_attr_put_u32(nlh, IFLA_MTU, strtoul(argv[1], NULL, 0));
	else if (!strcmp(argv[0], "addr"))
		attrreq_put_value(nlh, IFLA_ADDRESS, argv[1]);
	else if (!strcmp(argv[0], "attr"))
		return 3;
	else if (strcmp(argv[0], "kind") && strcmp(argv[0], "up") &&
		 strcmp(argv[0], "index"))
		usage();
	return 2;
}

static void put_linkinfo(struct nlmsghdr *nlh, int argc, char *argv[])
{
	struct nlattr *info = NULL, *data = NULL;
	int i;

	for (i = 0; i < argc; i++)
		if (!strcmp(argv[i], "kind") && i + 1 < argc) {
			info = mnl_attr_nest_start(nlh, IFLA_LINKINFO);
			mnl_attr_put_strz(nlh, IFLA_INFO_KIND, argv[i + 1]);
		}
	if (!info)
		return;
	for (i = 0; i + 2 < argc; i++) {
		if (strcmp(argv[i], "attr"))
			continue;
		if (!data)
			data = mnl_attr_nest_start(nlh, IFLA_INFO_DATA);
		attrreq_put_value(nlh, strtoul(argv[i + 1], NULL, 0), argv[i + 2]);
	}
	if (data)
		mnl_attr_nest_end(nlh, data);
	mnl_attr_nest_end(nlh, info);
}

static struct nlmsghdr *build(char *buf, int argc, char *argv[])
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	struct ifinfomsg *ifi;
	int i, new = !strcmp(argv[1], "new");

	nlh->nlmsg_type = RTM_NEWLINK;
	nlh->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
	if (new)
		nlh->nlmsg_flags |= NLM_F_CREATE | NLM_F_EXCL;
	nlh->nlmsg_seq = time(NULL);
	ifi = mnl_nlmsg_put_extra_header(nlh, sizeof(*ifi));
	ifi->ifi_family = AF_UNSPEC;
	if (!new) {
		ifi->ifi_index = if_nametoindex(argv[2]);
		if (!ifi->ifi_index)
			die(argv[2]);
	} else {
		mnl_attr_put_strz(nlh, IFLA_IFNAME, argv[2]);
	}
	for (i = 3; i + 1 < argc;) {
		if (!strcmp(argv[i], "up")) {
			ifi->ifi_change |= IFF_UP;
			ifi->ifi_flags |= atoi(argv[i + 1]) ? IFF_UP : 0;
		}
		if (!strcmp(argv[i], "index"))
			ifi->ifi_index = atoi(argv[i + 1]);
		i += put_generic(nlh, &argv[i]);
	}
	put_linkinfo(nlh, argc, argv);
	return nlh;
}

static struct nlmsghdr *build_fdb(char *buf, char *argv[])
{
	int index = if_nametoindex(argv[2]);
	struct nlmsghdr *nlh;

	if (!index)
		die(argv[2]);
	nlh = attrreq_begin_fdb(buf, !strcmp(argv[1], "fdb-add"), index);
	attrreq_put_value(nlh, NDA_LLADDR, argv[3]);
	return nlh;
}

static const char *extack_message(const struct nlmsghdr *nlh)
{
	const struct nlmsgerr *err = mnl_nlmsg_get_payload(nlh);
	unsigned int offset = sizeof(*err);
	const struct nlattr *attr;

	if (!(nlh->nlmsg_flags & NLM_F_ACK_TLVS))
		return "";
	if (!(nlh->nlmsg_flags & NLM_F_CAPPED))
		offset += mnl_nlmsg_get_payload_len(&err->msg);
	mnl_attr_for_each(attr, nlh, offset)
		if (mnl_attr_get_type(attr) == NLMSGERR_ATTR_MSG)
			return mnl_attr_get_str(attr);
	return "";
}

static void print_answer(const struct nlmsghdr *nlh)
{
	const struct nlmsgerr *err = mnl_nlmsg_get_payload(nlh);

	if (nlh->nlmsg_type != NLMSG_ERROR)
		printf("ODD message of type %u\n", nlh->nlmsg_type);
	else if (!err->error)
		printf("OK\n");
	else
		printf("%s %s\n", strerrorname_np(-err->error), extack_message(nlh));
}

int main(int argc, char *argv[])
{
	char request[BUFFER], answer[BUFFER];
	struct mnl_socket *nl;
	struct nlmsghdr *nlh;
	int one = 1;
	bool fdb;

	fdb = argc == 4 && !strncmp(argv[1], "fdb-", 4);
	if (argc < 3 || (strcmp(argv[1], "new") && strcmp(argv[1], "set") && !fdb))
		usage();
	nl = mnl_socket_open(NETLINK_ROUTE);
	if (!nl || mnl_socket_bind(nl, 0, MNL_SOCKET_AUTOPID))
		die("netlink");
	mnl_socket_setsockopt(nl, NETLINK_EXT_ACK, &one, sizeof(one));
	mnl_socket_setsockopt(nl, NETLINK_CAP_ACK, &one, sizeof(one));

	nlh = fdb ? build_fdb(request, argv) : build(request, argc, argv);
	if (mnl_socket_sendto(nl, nlh, nlh->nlmsg_len) < 0)
		die("send");
	if (mnl_socket_recvfrom(nl, answer, sizeof(answer)) < 0)
		die("receive");
	print_answer((struct nlmsghdr *)answer);
	mnl_socket_close(nl);
	return 0;
}
