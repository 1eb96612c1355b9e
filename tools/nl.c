// SPDX-License-Identifier: GPL-2.0
#include "nl.h"

#include <errno.h>
#include <linux/netlink.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

/* A message is at most 64 KiB: a link with 4096 source addresses comes near. */
#define NL_ANSWER_SIZE 131072

struct talk {
	mnl_cb_t cb;
	void *arg;
	struct nl_fate *fate;
};

static struct mnl_socket *sock;
static unsigned int sequence;

static void set_option(int option)
{
	int on = 1;

	/* an old kernel without it only says less */
	mnl_socket_setsockopt(sock, option, &on, sizeof(on));
}

static int open_socket(void)
{
	if (sock)
		return 0;
	sock = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC);
	if (!sock)
		return -1;
	if (mnl_socket_bind(sock, 0, MNL_SOCKET_AUTOPID) < 0) {
		nl_close();
		return -1;
	}
	set_option(NETLINK_EXT_ACK);
	set_option(NETLINK_CAP_ACK);
	set_option(NETLINK_GET_STRICT_CHK);
	return 0;
}

void nl_close(void)
{
	if (sock)
		mnl_socket_close(sock);
	sock = NULL;
}

static void take_attr(const struct nlattr *attr, struct nl_fate *fate)
{
	if (mnl_attr_get_type(attr) == NLMSGERR_ATTR_OFFS &&
	    mnl_attr_validate(attr, MNL_TYPE_U32) >= 0)
		fate->offset = mnl_attr_get_u32(attr);
	if (mnl_attr_get_type(attr) == NLMSGERR_ATTR_MSG &&
	    mnl_attr_validate(attr, MNL_TYPE_NUL_STRING) >= 0)
		snprintf(fate->text, sizeof(fate->text), "%s", mnl_attr_get_str(attr));
}

/* The extended acknowledgement: attributes @skip bytes into the message. */
static void take_extack(const struct nlmsghdr *nlh, size_t skip, struct nl_fate *fate)
{
	const struct nlattr *attr;

	if (!(nlh->nlmsg_flags & NLM_F_ACK_TLVS) ||
	    mnl_nlmsg_get_payload_len(nlh) < skip)
		return;
	mnl_attr_for_each(attr, nlh, skip)
		take_attr(attr, fate);
}

static int stop(struct nl_fate *fate, int err)
{
	fate->err = err < 0 ? -err : err;
	return MNL_CB_STOP;
}

static int on_error(const struct nlmsghdr *nlh, void *data)
{
	const struct nlmsgerr *e = mnl_nlmsg_get_payload(nlh);
	struct nl_fate *fate = ((struct talk *)data)->fate;
	size_t skip = sizeof(*e);

	if (mnl_nlmsg_get_payload_len(nlh) < sizeof(*e))
		return stop(fate, EBADMSG);
	/* unless capped, the whole request comes back before the attributes */
	if (!(nlh->nlmsg_flags & NLM_F_CAPPED) && e->msg.nlmsg_len > sizeof(e->msg))
		skip += MNL_ALIGN(e->msg.nlmsg_len - sizeof(e->msg));
	take_extack(nlh, skip, fate);
	return stop(fate, e->error);
}

static int on_done(const struct nlmsghdr *nlh, void *data)
{
	struct nl_fate *fate = ((struct talk *)data)->fate;
	int err = 0;

	if (mnl_nlmsg_get_payload_len(nlh) >= sizeof(err))
		memcpy(&err, mnl_nlmsg_get_payload(nlh), sizeof(err));
	take_extack(nlh, sizeof(err), fate);
	return stop(fate, err < 0 ? err : 0);
}

static int on_data(const struct nlmsghdr *nlh, void *data)
{
	struct talk *talk = data;

	return talk->cb ? talk->cb(nlh, talk->arg) : MNL_CB_OK;
}

static mnl_cb_t control[NLMSG_MIN_TYPE] = {
	[NLMSG_ERROR] = on_error,
	[NLMSG_DONE] = on_done,
};

static int receive(struct talk *talk)
{
	static char buf[NL_ANSWER_SIZE];
	unsigned int port = mnl_socket_get_portid(sock);
	ssize_t len;
	int more;

	do {
		len = mnl_socket_recvfrom(sock, buf, sizeof(buf));
		if (len < 0)
			return -1;
		more = mnl_cb_run2(buf, len, sequence, port, on_data, talk,
				   control, sizeof(control) / sizeof(control[0]));
		if (more < 0)
			return -1;
	} while (more > 0);
	return 0;
}

int nl_talk(struct nlmsghdr *req, mnl_cb_t cb, void *arg, struct nl_fate *fate)
{
	struct talk talk = { .cb = cb, .arg = arg, .fate = fate };

	memset(fate, 0, sizeof(*fate));
	req->nlmsg_flags |= NLM_F_REQUEST;
	/* one of the two bits alone means NLM_F_EXCL or NLM_F_REPLACE */
	if ((req->nlmsg_flags & NLM_F_DUMP) != NLM_F_DUMP)
		req->nlmsg_flags |= NLM_F_ACK;
	req->nlmsg_seq = ++sequence;
	if (open_socket() < 0 ||
	    mnl_socket_sendto(sock, req, req->nlmsg_len) < 0 ||
	    receive(&talk) < 0) {
		fate->err = errno;
		nl_close();	/* what was not read is no answer to the next request */
	}
	return fate->err ? -1 : 0;
}
