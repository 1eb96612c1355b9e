// SPDX-License-Identifier: GPL-2.0
#include "fake_kernel.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/if_link.h>
#include <linux/mvtap.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

struct fake fake;

static char answer[65536];
static size_t answer_len;
static char socket_stub;

/* Why the request at hand is refused. */
static const char *refusal;
static unsigned int refused_at;

static int refuse(const struct nlmsghdr *req, const struct nlattr *attr, int err,
		  const char *why)
{
	refused_at = attr ? (const char *)attr - (const char *)req : 0;
	refusal = why;
	return err;
}

struct fake_link *fake_find(const char *name)
{
	for (int i = 0; i < fake.count; i++)
		if (!strcmp(fake.link[i].name, name))
			return &fake.link[i];
	return NULL;
}

struct fake_link *fake_add(const char *name, const char *kind)
{
	struct fake_link *l = &fake.link[fake.count];

	*l = (struct fake_link) {
		.ifindex = 10 + fake.count++, .mode = MACVLAN_MODE_VEPA, .mtu = 1500,
		.bcqueuelen = 1000, .bccutoff = 1, .mac = { 2, 0, 0, 0, 0, 0xaa },
		.lower = FAKE_LOWER_INDEX, .netnsid = -1, .txqlen = 500, .type = ARPHRD_ETHER,
		.rx_packets = 7, .maxmacs = 1, .perm = 0600,
	};
	snprintf(l->name, sizeof(l->name), "%s", name);
	snprintf(l->kind, sizeof(l->kind), "%s", kind);
	return l;
}

void fake_reset(void)
{
	for (int i = 0; i < FAKE_ARGS; i++)
		free(fake.exec[i]);
	memset(&fake, 0, sizeof(fake));
	fake.exec_errno = ENOENT;
	fake_add("vm0", "mvtap");
	fake_add("lan0", "mvlan");
	fake_add("d0", "dummy");
	fake_put("/sys/module/mvtap/parameters/compat", "N\n");
}

static void put_info(struct nlmsghdr *nlh, const struct fake_link *l)
{
	struct nlattr *info = mnl_attr_nest_start(nlh, IFLA_LINKINFO);
	struct nlattr *data;

	mnl_attr_put_strz(nlh, IFLA_INFO_KIND, l->kind);
	data = mnl_attr_nest_start(nlh, IFLA_INFO_DATA);
	mnl_attr_put_u32(nlh, IFLA_MVTAP_MODE, l->mode);
	mnl_attr_put_u16(nlh, IFLA_MVTAP_FLAGS, l->flags);
	fake_put_source(nlh, l);
	mnl_attr_put_u32(nlh, IFLA_MVTAP_BC_QUEUE_LEN, l->bcqueuelen);
	mnl_attr_put_u32(nlh, IFLA_MVTAP_BC_QUEUE_LEN_USED, l->bcqueuelen);
	if (l->bccutoff != 1)
		mnl_attr_put_u32(nlh, IFLA_MVTAP_BC_CUTOFF, l->bccutoff);
	fake_put_own(nlh, l);
	mnl_attr_nest_end(nlh, data);
	if (*l->slave_kind)
		mnl_attr_put_strz(nlh, IFLA_INFO_SLAVE_KIND, l->slave_kind);
	mnl_attr_nest_end(nlh, info);
}

static void put_details(struct nlmsghdr *nlh, const struct fake_link *l)
{
	mnl_attr_put_u8(nlh, IFLA_CARRIER, !l->no_carrier);
	mnl_attr_put_u8(nlh, IFLA_PROTO_DOWN, 0);
	mnl_attr_put_u32(nlh, IFLA_CARRIER_CHANGES, 3);
	mnl_attr_put_u32(nlh, IFLA_TXQLEN, l->txqlen);
	mnl_attr_put_u32(nlh, IFLA_NUM_TX_QUEUES, 16);
	mnl_attr_put_u32(nlh, IFLA_NUM_RX_QUEUES, 16);
	mnl_attr_put_strz(nlh, IFLA_QDISC, "noqueue");
	if (l->master)
		mnl_attr_put_u32(nlh, IFLA_MASTER, l->master);
}

size_t fake_message(void *buf, int type, const struct fake_link *l)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	struct ifinfomsg *ifi;
	struct rtnl_link_stats64 stats = { .rx_packets = l->rx_packets, .tx_dropped = 9 };

	nlh->nlmsg_type = type;
	ifi = mnl_nlmsg_put_extra_header(nlh, sizeof(*ifi));
	ifi->ifi_index = l->ifindex;
	ifi->ifi_type = l->type;
	ifi->ifi_flags = l->up ? IFF_UP : 0;
	mnl_attr_put_strz(nlh, IFLA_IFNAME, l->name);
	mnl_attr_put_u32(nlh, IFLA_MTU, l->mtu);
	mnl_attr_put_u32(nlh, IFLA_LINK, l->lower);
	mnl_attr_put(nlh, IFLA_ADDRESS, 6, l->mac);
	mnl_attr_put_u8(nlh, IFLA_OPERSTATE, l->up ? 6 : 2);
	put_details(nlh, l);
	mnl_attr_put(nlh, IFLA_STATS64, sizeof(stats), &stats);
	if (l->netnsid >= 0)
		mnl_attr_put_u32(nlh, IFLA_LINK_NETNSID, l->netnsid);
	put_info(nlh, l);
	return nlh->nlmsg_len;
}

static void answer_link(const struct nlmsghdr *req, const struct fake_link *l, int flags)
{
	struct nlmsghdr *nlh = (void *)(answer + answer_len);

	answer_len += fake_message(nlh, RTM_NEWLINK, l);
	nlh->nlmsg_flags = flags;
	nlh->nlmsg_seq = req->nlmsg_seq;
}

static void answer_end(const struct nlmsghdr *req, int type, int err)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(answer + answer_len);
	struct nlmsgerr *e;

	nlh->nlmsg_type = type;
	nlh->nlmsg_seq = req->nlmsg_seq;
	nlh->nlmsg_flags = NLM_F_CAPPED;
	e = mnl_nlmsg_put_extra_header(nlh, type == NLMSG_DONE ? sizeof(int) : sizeof(*e));
	e->error = -err;
	if (refusal) {
		nlh->nlmsg_flags |= NLM_F_ACK_TLVS;
		mnl_attr_put_strz(nlh, NLMSGERR_ATTR_MSG, refusal);
		if (refused_at)
			mnl_attr_put_u32(nlh, NLMSGERR_ATTR_OFFS, refused_at);
	}
	answer_len += nlh->nlmsg_len;
}

static int take_data(const struct nlmsghdr *req, const struct nlattr *data,
		     struct fake_link *l)
{
	const char *why = NULL;
	const struct nlattr *a = fake_no_host(data, l);
	uint64_t seen = 0;
	int err;

	if (a)
		return refuse(req, a, EINVAL, "only in modes bridge and private");
	mnl_attr_for_each_nested(a, data) {
		if (seen & 1ULL << mnl_attr_get_type(a))
			return refuse(req, a, EINVAL, "given twice");
		seen |= 1ULL << mnl_attr_get_type(a);
		switch (mnl_attr_get_type(a)) {
		case IFLA_MVTAP_MACADDR_MODE:
			err = fake_take_source(data, l, &why);
			if (err)
				return refuse(req, a, err, why);
			break;
		case IFLA_MVTAP_MODE:
			if (mnl_attr_get_u32(a) == MACVLAN_MODE_PASSTHRU)
				return refuse(req, a, EINVAL, "not passthru");
			l->mode = mnl_attr_get_u32(a);
			break;
		case IFLA_MVTAP_FLAGS:
			l->flags = mnl_attr_get_u16(a);
			break;
		case IFLA_MVTAP_BC_QUEUE_LEN:
			l->bcqueuelen = mnl_attr_get_u32(a);
			break;
		case IFLA_MVTAP_BC_CUTOFF:
			l->bccutoff = mnl_attr_get_u32(a);
			break;
		default:
			err = mnl_attr_get_type(a) < IFLA_MVTAP_OWN_BASE ? 0 :
				fake_take_own(a, l, &why);
			if (err)
				return refuse(req, a, err, why);
		}
	}
	return 0;
}

static int take_info(const struct nlmsghdr *req, const struct nlattr *info,
		     struct fake_link *l)
{
	const struct nlattr *a;
	int err = 0;

	mnl_attr_for_each_nested(a, info) {
		if (mnl_attr_get_type(a) == IFLA_INFO_KIND)
			snprintf(l->kind, sizeof(l->kind), "%s", mnl_attr_get_str(a));
		else if (!err)
			err = take_data(req, a, l);
	}
	return err;
}

/* The order of the kernel: first the kind's own, then the rest, each for itself. */
static int take_new(const struct nlmsghdr *req, const struct nlattr **tb, struct fake_link *l)
{
	const struct ifinfomsg *ifi = mnl_nlmsg_get_payload(req);
	int err = tb[IFLA_LINKINFO] ? take_info(req, tb[IFLA_LINKINFO], l) : 0;

	if (err)
		return err;
	if (tb[IFLA_LINK])
		l->lower = mnl_attr_get_u32(tb[IFLA_LINK]);
	if (tb[IFLA_ADDRESS])
		memcpy(l->mac, mnl_attr_get_payload(tb[IFLA_ADDRESS]), 6);
	if (tb[IFLA_MTU] && mnl_attr_get_u32(tb[IFLA_MTU]) > 1500)
		return refuse(req, tb[IFLA_MTU], EINVAL, "larger than the lower device's");
	if (tb[IFLA_MTU])
		l->mtu = mnl_attr_get_u32(tb[IFLA_MTU]);
	if (ifi->ifi_change & IFF_UP)
		l->up = ifi->ifi_flags & IFF_UP;
	return 0;
}

/* ifi_index, ndm_ifindex and the ifindex of if_stats_msg are at the same place. */
static struct fake_link *wanted(const struct nlmsghdr *req, const struct nlattr **tb)
{
	const struct ifinfomsg *ifi = mnl_nlmsg_get_payload(req);

	for (int i = 0; ifi->ifi_index && i < fake.count; i++)
		if (fake.link[i].ifindex == ifi->ifi_index)
			return &fake.link[i];
	return tb[IFLA_IFNAME] ? fake_find(mnl_attr_get_str(tb[IFLA_IFNAME])) : NULL;
}

static int new_link(const struct nlmsghdr *req, const struct nlattr **tb)
{
	struct fake_link *l = wanted(req, tb);
	int err;

	fake.news++;
	if (l && (req->nlmsg_flags & NLM_F_EXCL))
		return EEXIST;
	if (l)
		return take_new(req, tb, l);
	if (!(req->nlmsg_flags & NLM_F_CREATE))
		return ENODEV;
	l = fake_add(mnl_attr_get_str(tb[IFLA_IFNAME]), "");
	err = take_new(req, tb, l);
	if (err)
		fake.count--;
	else if (fake.echo && (req->nlmsg_flags & NLM_F_ECHO))
		answer_link(req, l, 0);
	return err;
}

static void put_queues(struct nlmsghdr *nlh, const struct fake_link *l)
{
	struct nlattr *outer = mnl_attr_nest_start(nlh, IFLA_STATS_LINK_XSTATS);
	struct nlattr *inner = mnl_attr_nest_start(nlh, LINK_XSTATS_TYPE_MVTAP), *queue;

	for (int i = 0; i < l->queues; i++) {
		queue = mnl_attr_nest_start(nlh, MVTAP_XSTATS_QUEUE);
		if (i != 1)
			mnl_attr_put_u32(nlh, MVTAP_QUEUE_INDEX, i ? i - 1 : 0);
		mnl_attr_put_u32(nlh, MVTAP_QUEUE_SIZE, 500);
		mnl_attr_put_u32(nlh, MVTAP_QUEUE_BACKLOG, i ? 0 : l->backlog);
		mnl_attr_nest_end(nlh, queue);
	}
	mnl_attr_nest_end(nlh, inner);
	mnl_attr_nest_end(nlh, outer);
}

/* As the kernel does, only devices that have something to say answer a dump. */
static void answer_stats(const struct nlmsghdr *req, const struct fake_link *l, int flags)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(answer + answer_len);
	struct if_stats_msg *ifsm;

	nlh->nlmsg_type = RTM_NEWSTATS;
	nlh->nlmsg_flags = flags;
	nlh->nlmsg_seq = req->nlmsg_seq;
	ifsm = mnl_nlmsg_put_extra_header(nlh, sizeof(*ifsm));
	ifsm->ifindex = l->ifindex;
	if (!strcmp(l->kind, "mvtap") || !strcmp(l->kind, "macvtap"))
		put_queues(nlh, l);
	answer_len += nlh->nlmsg_len;
}

static void answer_neighs(const struct nlmsghdr *req, const struct fake_link *l)
{
	for (int i = 0; i < l->fdbs; i++) {
		struct nlmsghdr *nlh = mnl_nlmsg_put_header(answer + answer_len);
		struct ndmsg *ndm;

		nlh->nlmsg_type = RTM_NEWNEIGH;
		nlh->nlmsg_flags = NLM_F_MULTI;
		nlh->nlmsg_seq = req->nlmsg_seq;
		ndm = mnl_nlmsg_put_extra_header(nlh, sizeof(*ndm));
		ndm->ndm_family = AF_BRIDGE;
		ndm->ndm_ifindex = l->ifindex;
		ndm->ndm_flags = NTF_SELF;
		mnl_attr_put(nlh, NDA_LLADDR, 6, l->fdb[i]);
		answer_len += nlh->nlmsg_len;
	}
}

static void dump_other(const struct nlmsghdr *req)
{
	for (int i = 0; i < fake.count; i++) {
		if (req->nlmsg_type == RTM_GETNEIGH)
			answer_neighs(req, &fake.link[i]);
		else
			answer_stats(req, &fake.link[i], NLM_F_MULTI);
	}
	answer_end(req, NLMSG_DONE, 0);
}

static void dump(const struct nlmsghdr *req)
{
	bool disturbed = fake.disturbed && fake.disturbed--;

	for (int i = 0; i < fake.count; i++)
		answer_link(req, &fake.link[i],
			    NLM_F_MULTI | (disturbed && i ? NLM_F_DUMP_INTR : 0));
	answer_end(req, NLMSG_DONE, 0);
}

static int serve(const struct nlmsghdr *req, const struct nlattr **tb)
{
	struct fake_link *l = wanted(req, tb);
	const char *why = NULL;
	int err;

	if (req->nlmsg_type == RTM_NEWNEIGH || req->nlmsg_type == RTM_DELNEIGH) {
		err = fake_take_neigh(req, l, &why);
		return refuse(req, NULL, err, why);
	}
	if (req->nlmsg_type == RTM_NEWLINK)
		return new_link(req, tb);
	if (!l)
		return ENODEV;
	if (req->nlmsg_type == RTM_GETLINK)
		answer_link(req, l, 0);
	else if (req->nlmsg_type == RTM_GETSTATS)
		answer_stats(req, l, 0);
	else
		*l = fake.link[--fake.count];
	return 0;
}

ssize_t __wrap_mnl_socket_sendto(const struct mnl_socket *nl, const void *buf, size_t len)
{
	const struct nlmsghdr *req = buf;
	const struct nlattr *tb[IFLA_MAX + 1] = { NULL };
	const struct nlattr *a;

	(void)nl;
	fake.requests++;
	refusal = NULL;
	refused_at = 0;
	if (req->nlmsg_type <= RTM_SETLINK)
		mnl_attr_for_each(a, req, sizeof(struct ifinfomsg))
			if (mnl_attr_get_type(a) <= IFLA_MAX)
				tb[mnl_attr_get_type(a)] = a;
	answer_len = 0;
	if ((req->nlmsg_flags & NLM_F_DUMP) == NLM_F_DUMP && req->nlmsg_type == RTM_GETLINK)
		dump(req);
	else if ((req->nlmsg_flags & NLM_F_DUMP) == NLM_F_DUMP)
		dump_other(req);
	else
		answer_end(req, NLMSG_ERROR, serve(req, tb));
	return len;
}

ssize_t __wrap_mnl_socket_recvfrom(const struct mnl_socket *nl, void *buf, size_t size)
{
	size_t len = fake.canned ? fake.canned_len : answer_len;

	(void)nl;
	if (!len || len > size) {	/* the kernel would let us wait for ever */
		errno = EAGAIN;
		return -1;
	}
	memcpy(buf, fake.canned ? fake.canned : answer, len);
	answer_len = 0;
	return len;
}

struct mnl_socket *__wrap_mnl_socket_open2(int bus, int flags)
{
	(void)bus;
	(void)flags;
	return (struct mnl_socket *)&socket_stub;
}

int __wrap_mnl_socket_bind(struct mnl_socket *nl, unsigned int groups, pid_t pid)
{
	(void)nl;
	(void)groups;
	(void)pid;
	return 0;
}

int __wrap_mnl_socket_setsockopt(const struct mnl_socket *nl, int type, void *buf, socklen_t len)
{
	(void)nl;
	(void)type;
	(void)buf;
	(void)len;
	return 0;
}

unsigned int __wrap_mnl_socket_get_portid(const struct mnl_socket *nl)
{
	(void)nl;
	return 0;
}

int __wrap_mnl_socket_close(struct mnl_socket *nl)
{
	(void)nl;
	return 0;
}
