// SPDX-License-Identifier: GPL-2.0
/*
 * Requests in the language of attrreq.h, and what the kernel has to say of a
 * link, attribute by attribute.
 *
 *	nlattrs new NAME KIND LOWER TEXT	prints "OK" or "ERROR message"
 *	nlattrs set NAME KIND TEXT		the same
 *	nlattrs loop NAME KIND TEXT TEXT	sends one and the other in turn until
 *						it is killed; an error ends it
 *	nlattrs show [NAME]			one line for each attribute: the
 *						numbers on the way to it, size, bytes;
 *						of all links: with the name in front
 */
#define _GNU_SOURCE
#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "attrreq.h"

static struct attrreq request[2];

static void die(const char *what)
{
	fprintf(stderr, "nlattrs: %s: %s\n", what, strerror(errno));
	exit(2);
}

static void build(int i, const char *name, const char *kind, unsigned int link,
		  const char *text)
{
	if (attrreq_build(&request[i], name, kind, link, text)) {
		fprintf(stderr, "nlattrs: not a request: %s\n", text);
		exit(2);
	}
}

static int send_request(int i, struct attranswer *answer)
{
	int err = attrreq_send(&request[i], answer);

	if (err) {
		errno = -err;
		die("netlink");
	}
	return answer->error;
}

static int ask(const char *name, const char *kind, unsigned int link, const char *text)
{
	struct attranswer answer;

	build(0, name, kind, link, text);
	if (send_request(0, &answer))
		printf("%s %s\n", strerrorname_np(answer.error), answer.text);
	else
		printf("OK\n");
	return 0;
}

static int loop(const char *name, const char *kind, const char *one, const char *other)
{
	struct attranswer answer;
	unsigned long i;

	build(0, name, kind, 0, one);
	build(1, name, kind, 0, other);
	for (i = 0; !send_request(i % 2, &answer); i++)
		;
	fprintf(stderr, "nlattrs: request %lu: %s %s\n", i, strerror(answer.error), answer.text);
	return 1;
}

/* The nests that we print inside of; others are bytes. */
static int is_nest(const char *path)
{
	static const char *const nests[] = { "18", "18/2", "18/2/5", "18/3", "18/3/1" };
	size_t i;

	for (i = 0; i < sizeof(nests) / sizeof(nests[0]); i++)
		if (!strcmp(path, nests[i]))
			return 1;
	return 0;
}

/* @prefix: stands before each line */
static void print_attr(const char *prefix, const char *above, const struct nlattr *attr)
{
	const uint8_t *bytes = mnl_attr_get_payload(attr);
	unsigned int i, len = mnl_attr_get_payload_len(attr);
	const struct nlattr *inner;
	char path[64];

	snprintf(path, sizeof(path), "%s%s%u", above, *above ? "/" : "",
		 attr->nla_type & NLA_TYPE_MASK);
	if (is_nest(path)) {
		printf("%s%s nest\n", prefix, path);
		mnl_attr_for_each_nested(inner, attr)
			print_attr(prefix, path, inner);
		return;
	}
	printf("%s%s %u ", prefix, path, len);
	for (i = 0; i < len; i++)
		printf("%02x", bytes[i]);
	printf("\n");
}

static int print_link(const struct nlmsghdr *nlh, void *data)
{
	const struct ifinfomsg *ifi = mnl_nlmsg_get_payload(nlh);
	char name[IFNAMSIZ] = "?", prefix[IFNAMSIZ + 1] = "";
	const struct nlattr *attr;

	if (data) {
		if_indextoname(ifi->ifi_index, name);
		snprintf(prefix, sizeof(prefix), "%s ", name);
	}
	printf("%sheader type %u flags %x\n", prefix, ifi->ifi_type, ifi->ifi_flags);
	mnl_attr_for_each(attr, nlh, sizeof(*ifi))
		print_attr(prefix, "", attr);
	return MNL_CB_OK;
}

static unsigned int index_of(const char *dev)
{
	unsigned int index = if_nametoindex(dev);

	if (!index)
		die(dev);
	return index;
}

static int show(const char *name)
{
	static char buf[ATTRREQ_SIZE];
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	struct mnl_socket *nl = mnl_socket_open(NETLINK_ROUTE);
	struct ifinfomsg *ifi;
	int len, ret = 1;

	if (!nl || mnl_socket_bind(nl, 0, MNL_SOCKET_AUTOPID))
		die("netlink");
	nlh->nlmsg_type = RTM_GETLINK;
	nlh->nlmsg_flags = NLM_F_REQUEST | (name ? NLM_F_ACK : NLM_F_DUMP);
	ifi = mnl_nlmsg_put_extra_header(nlh, sizeof(*ifi));
	ifi->ifi_index = name ? index_of(name) : 0;
	if (mnl_socket_sendto(nl, nlh, nlh->nlmsg_len) < 0)
		die("send");
	while (ret > 0) {
		len = mnl_socket_recvfrom(nl, buf, sizeof(buf));
		ret = len < 0 ? -1 : mnl_cb_run(buf, len, 0, 0, print_link,
						       name ? NULL : nlh);
	}
	if (ret < 0)
		die("receive");
	mnl_socket_close(nl);
	return 0;
}

int main(int argc, char *argv[])
{
	if (argc == 6 && !strcmp(argv[1], "new"))
		return ask(argv[2], argv[3], index_of(argv[4]), argv[5]);
	if (argc == 5 && !strcmp(argv[1], "set"))
		return ask(argv[2], argv[3], 0, argv[4]);
	if (argc == 6 && !strcmp(argv[1], "loop"))
		return loop(argv[2], argv[3], argv[4], argv[5]);
	if (argc > 1 && argc < 4 && !strcmp(argv[1], "show"))
		return show(argv[2]);
	fprintf(stderr, "usage: nlattrs new|set|loop|show NAME ...\n");
	return 2;
}
