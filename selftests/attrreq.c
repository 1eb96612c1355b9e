// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include "attrreq.h"

#include <errno.h>
#include <net/if.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <libmnl/libmnl.h>
#include <linux/if_link.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>

#define WORDS 512

/* Where we are in the text. */
struct cursor {
	struct attrreq *req;
	char *word[WORDS];
	int words, next;
	bool wrong;		/* the next attribute is the wrong one */
};

static struct nlmsghdr *message(struct cursor *c)
{
	return (struct nlmsghdr *)c->req->buf;
}

static void mark(struct cursor *c)
{
	if (c->wrong && c->req->n_wrong < ATTRREQ_WRONG)
		c->req->wrong[c->req->n_wrong++] = message(c)->nlmsg_len;
	c->wrong = false;
}

static size_t parse_hex(const char *text, uint8_t *bytes, size_t max)
{
	size_t n = 0;

	while (n < max && sscanf(text, "%2hhx", &bytes[n]) == 1) {
		n++;
		text += text[1] ? 2 : 1;
	}
	return n;
}

void attrreq_put_value(struct nlmsghdr *nlh, uint16_t type, const char *text)
{
	unsigned long i, times = 1;
	char *star = strchr(text, '*');
	uint8_t bytes[256];
	size_t len;

	if (!strncmp(text, "u16:", 4)) {
		mnl_attr_put_u16(nlh, type, strtoul(text + 4, NULL, 0));
		return;
	}
	if (!strncmp(text, "u32:", 4)) {
		mnl_attr_put_u32(nlh, type, strtoul(text + 4, NULL, 0));
		return;
	}
	if (star) {
		times = strtoul(text, NULL, 0);
		text = star + 1;
	}
	len = parse_hex(text, bytes, sizeof(bytes));
	for (i = 0; i < times; i++) {
		if (i && len > 1 && !++bytes[len - 1])
			bytes[len - 2]++;
		mnl_attr_put(nlh, type, len, bytes);
	}
}

/* Bytes as they are, padded as an attribute would be. */
static void put_raw(struct nlmsghdr *nlh, const char *text)
{
	uint8_t *end = (uint8_t *)nlh + nlh->nlmsg_len;
	size_t len = parse_hex(text, end, 64);

	memset(end + len, 0, MNL_ALIGN(len) - len);
	nlh->nlmsg_len += MNL_ALIGN(len);
}

/* Pairs up to the end, to "]" or to what @stop allows to stand between them. */
static int put_pairs(struct cursor *c, const char *stop)
{
	struct nlmsghdr *nlh = message(c);
	struct nlattr *nest;
	uint16_t type;
	char *word;

	while (c->next < c->words) {
		word = c->word[c->next];
		if (strchr(stop, *word))
			return 0;
		c->next++;
		if (*word == '!') {
			c->wrong = true;
			continue;
		}
		mark(c);
		if (!strncmp(word, "raw:", 4)) {
			put_raw(nlh, word + 4);
			continue;
		}
		type = strtoul(word, NULL, 0);
		if (c->next == c->words)
			return -1;
		word = c->word[c->next++];
		if (*word != '[') {
			attrreq_put_value(nlh, type, word);
			continue;
		}
		nest = mnl_attr_nest_start(nlh, type);
		nest->nla_type = type;	/* as ip(8) does: without NLA_F_NESTED */
		if (put_pairs(c, "]") || c->next++ == c->words)
			return -1;
		mnl_attr_nest_end(nlh, nest);
	}
	return 0;
}

static int put_data(struct cursor *c)
{
	struct nlattr *data;

	do {
		data = mnl_attr_nest_start(message(c), IFLA_INFO_DATA);
		if (put_pairs(c, "^;"))
			return -1;
		mnl_attr_nest_end(message(c), data);
	} while (c->next < c->words && c->word[c->next][0] == ';' && ++c->next);
	return 0;
}

/* "^" NUMBER VALUE, each with its own sign */
static int put_outside(struct cursor *c)
{
	while (c->next < c->words) {
		if (c->word[c->next++][0] != '^')
			return -1;
		if (put_pairs(c, "^"))
			return -1;
	}
	return 0;
}

static void put_header(struct nlmsghdr *nlh, const char *name, unsigned int link)
{
	struct ifinfomsg *ifi;

	nlh->nlmsg_type = RTM_NEWLINK;
	nlh->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
	ifi = mnl_nlmsg_put_extra_header(nlh, sizeof(*ifi));
	if (!link) {
		ifi->ifi_index = if_nametoindex(name);
		return;
	}
	nlh->nlmsg_flags |= NLM_F_CREATE | NLM_F_EXCL;
	mnl_attr_put_strz(nlh, IFLA_IFNAME, name);
	if (link != ATTRREQ_NO_LINK)
		mnl_attr_put_u32(nlh, IFLA_LINK, link);
}

int attrreq_build(struct attrreq *req, const char *name, const char *kind,
		  unsigned int link, const char *text)
{
	struct cursor c = { .req = req };
	char *copy = strdup(text), *save = NULL, *word;
	struct nlmsghdr *nlh;
	struct nlattr *info;
	int err = 0;

	req->n_wrong = 0;
	nlh = mnl_nlmsg_put_header(req->buf);
	for (word = strtok_r(copy, " ", &save); word && c.words < WORDS;
	     word = strtok_r(NULL, " ", &save))
		c.word[c.words++] = word;
	put_header(nlh, name, link);
	info = mnl_attr_nest_start(nlh, IFLA_LINKINFO);
	mnl_attr_put_strz(nlh, IFLA_INFO_KIND, kind);
	if (c.words && c.word[0][0] != '^')
		err = put_data(&c);
	mnl_attr_nest_end(nlh, info);
	if (!err)
		err = put_outside(&c);
	free(copy);
	return err;
}

static void read_answer(const struct nlmsghdr *nlh, struct attranswer *answer)
{
	const struct nlmsgerr *err = mnl_nlmsg_get_payload(nlh);
	unsigned int skip = sizeof(*err);
	const struct nlattr *attr;

	memset(answer, 0, sizeof(*answer));
	answer->error = -err->error;
	if (!(nlh->nlmsg_flags & NLM_F_ACK_TLVS))
		return;
	if (!(nlh->nlmsg_flags & NLM_F_CAPPED))
		skip += mnl_nlmsg_get_payload_len(&err->msg);
	mnl_attr_for_each(attr, nlh, skip) {
		if (mnl_attr_get_type(attr) == NLMSGERR_ATTR_MSG)
			snprintf(answer->text, sizeof(answer->text), "%s",
				 mnl_attr_get_str(attr));
		if (mnl_attr_get_type(attr) == NLMSGERR_ATTR_OFFS)
			answer->offset = mnl_attr_get_u32(attr);
	}
}

static struct mnl_socket *open_socket(void)
{
	struct mnl_socket *nl = mnl_socket_open(NETLINK_ROUTE);
	int one = 1, size = 4 * ATTRREQ_SIZE;

	if (!nl || mnl_socket_bind(nl, 0, MNL_SOCKET_AUTOPID))
		return NULL;
	mnl_socket_setsockopt(nl, NETLINK_EXT_ACK, &one, sizeof(one));
	mnl_socket_setsockopt(nl, NETLINK_CAP_ACK, &one, sizeof(one));
	setsockopt(mnl_socket_get_fd(nl), SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof(size));
	return nl;
}

struct nlmsghdr *attrreq_begin_fdb(void *buf, bool add, int index)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	struct ndmsg *ndm;

	nlh->nlmsg_type = add ? RTM_NEWNEIGH : RTM_DELNEIGH;
	nlh->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | (add ? NLM_F_CREATE | NLM_F_EXCL : 0);
	ndm = mnl_nlmsg_put_extra_header(nlh, sizeof(*ndm));
	ndm->ndm_family = PF_BRIDGE;
	ndm->ndm_flags = NTF_SELF;
	ndm->ndm_state = NUD_PERMANENT | NUD_NOARP;
	ndm->ndm_ifindex = index;
	return nlh;
}

int attrreq_send(struct attrreq *req, struct attranswer *answer)
{
	struct nlmsghdr *nlh = (struct nlmsghdr *)req->buf;
	struct mnl_socket *nl = open_socket();
	char buf[8192];
	int err = 0;

	if (!nl || mnl_socket_sendto(nl, nlh, nlh->nlmsg_len) < 0 ||
	    mnl_socket_recvfrom(nl, buf, sizeof(buf)) < 0)
		err = -errno;
	else
		read_answer((struct nlmsghdr *)buf, answer);
	if (nl)
		mnl_socket_close(nl);
	return err;
}

/* Counters, and how often the carrier came and went. */
static bool volatile_attr(uint16_t type)
{
	return type == IFLA_STATS || type == IFLA_STATS64 || type == IFLA_CARRIER_CHANGES ||
	       type == IFLA_CARRIER_UP_COUNT || type == IFLA_CARRIER_DOWN_COUNT;
}

struct dump {
	uint8_t *to;
	unsigned long len, size;
};

static void append(struct dump *d, const void *from, size_t len)
{
	if (d->len + len <= d->size)
		memcpy(d->to + d->len, from, len);
	d->len += len;
}

static int dump_one(const struct nlmsghdr *nlh, void *data)
{
	const struct nlattr *attr;

	append(data, mnl_nlmsg_get_payload(nlh), sizeof(struct ifinfomsg));
	mnl_attr_for_each(attr, nlh, sizeof(struct ifinfomsg))
		if (!volatile_attr(mnl_attr_get_type(attr)))
			append(data, attr, attr->nla_len);
	return MNL_CB_OK;
}

long attrreq_dump(void *to, unsigned long size)
{
	static char buf[ATTRREQ_SIZE];
	struct dump d = { .to = to, .size = size };
	struct mnl_socket *nl = open_socket();
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	int len, ret = 1;

	if (!nl)
		return -errno;
	nlh->nlmsg_type = RTM_GETLINK;
	nlh->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	mnl_nlmsg_put_extra_header(nlh, sizeof(struct ifinfomsg));
	if (mnl_socket_sendto(nl, nlh, nlh->nlmsg_len) < 0)
		ret = -1;
	while (ret > 0) {
		len = mnl_socket_recvfrom(nl, buf, sizeof(buf));
		ret = len < 0 ? -1 : mnl_cb_run(buf, len, 0, 0, dump_one, &d);
	}
	mnl_socket_close(nl);
	if (ret < 0)
		return -errno;
	return d.len > size ? -ENOSPC : (long)d.len;
}
