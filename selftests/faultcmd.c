// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include "faultcmd.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/ether.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <libmnl/libmnl.h>
#include <linux/if_link.h>
#include <linux/if_packet.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>

#include "attrreq.h"
#include "fault.h"
#include "ktap.h"
#include "netcfg.h"
#include "snapshot.h"

/* Explicit, so that a link made again is the same. */
#define FIRST_INDEX 1000

int fault_ns[2];
static struct mnl_socket *nl[2];
static int packet = -1;
static struct attrreq req;

static struct mnl_socket *open_rtnl(void)
{
	struct mnl_socket *s = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC);
	struct timeval limit = { .tv_sec = 10 };

	if (!s || mnl_socket_bind(s, 0, MNL_SOCKET_AUTOPID))
		return NULL;
	setsockopt(mnl_socket_get_fd(s), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	return s;
}

int faultcmd_init(void)
{
	fault_ns[0] = netns_here();
	fault_ns[1] = dup3(netns_new(), atoi(FAULT_NS1), O_CLOEXEC);
	nl[0] = open_rtnl();
	if (fault_ns[1] < 0 || netns_enter(fault_ns[1]))
		return -1;
	nl[1] = open_rtnl();
	if (netns_enter(fault_ns[0]) || !nl[0] || !nl[1])
		return -1;
	faultcmd_reset();
	return packet < 0 ? -1 : 0;
}

static void del_all(void)
{
	struct if_nameindex *all = if_nameindex(), *i;

	for (i = all; i && i->if_index; i++)
		if (!i->if_name[1])
			link_del(i->if_name);
	if_freenameindex(all);
}

void faultcmd_reset(void)
{
	if (packet >= 0)
		close(packet);
	packet = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	netns_enter(fault_ns[1]);
	del_all();
	netns_enter(fault_ns[0]);
	del_all();
}

char *faultcmd_state(void)
{
	return snapshot_take(nl, 2);
}

/* --- netlink ------------------------------------------------------------ */

/* Up to the acknowledgement; what was left of an earlier answer is passed over. */
static int read_answer(struct mnl_socket *s, unsigned int seq)
{
	unsigned int port = mnl_socket_get_portid(s);
	char buf[8192];
	int ret = 1;

	while (ret > 0) {
		ssize_t n = mnl_socket_recvfrom(s, buf, sizeof(buf));

		if (n < 0)
			return errno == ENOBUFS ? FAULT_NO_ANSWER : -errno;
		if (((struct nlmsghdr *)buf)->nlmsg_seq == seq)
			ret = mnl_cb_run(buf, n, seq, port, NULL, NULL);
	}
	return ret < 0 ? -errno : 0;
}

/* The kernel does all the work while we send. */
static int ask(int ns, struct nlmsghdr *nlh)
{
	static unsigned int seq;
	ssize_t n;

	nlh->nlmsg_flags |= NLM_F_REQUEST | NLM_F_ACK;
	nlh->nlmsg_seq = ++seq;
	fault_begin();
	n = mnl_socket_sendto(nl[ns], nlh, nlh->nlmsg_len);
	fault_end();
	return n < 0 ? -errno : read_answer(nl[ns], seq);
}

static struct nlmsghdr *message(uint16_t type, size_t header)
{
	struct nlmsghdr *nlh;

	memset(req.buf, 0, 256);
	nlh = mnl_nlmsg_put_header(req.buf);
	nlh->nlmsg_type = type;
	mnl_nlmsg_put_extra_header(nlh, header);
	return nlh;
}

static struct nlmsghdr *link_message(uint16_t type, const char *name)
{
	struct nlmsghdr *nlh = message(type, sizeof(struct ifinfomsg));

	mnl_attr_put_strz(nlh, IFLA_IFNAME, name);
	return nlh;
}

/* Words that are not there are empty. */
static const char *word(char **args)
{
	const char *w = *args ? strsep(args, " ") : NULL;

	return w ? w : "";
}

static const struct ether_addr *address(char **args)
{
	static const struct ether_addr none;
	const struct ether_addr *addr = ether_aton(word(args));

	return addr ? addr : &none;
}

static int cmd_new(char *args)
{
	const char *kind = word(&args), *name = word(&args), *lower = word(&args);
	unsigned int link = if_nametoindex(lower);
	struct ifinfomsg *ifi;

	if (attrreq_build(&req, name, kind, link ? link : ATTRREQ_NO_LINK, args ? args : ""))
		return -EPROTO;
	ifi = mnl_nlmsg_get_payload((struct nlmsghdr *)req.buf);
	ifi->ifi_index = FIRST_INDEX + name[0];
	return ask(0, (struct nlmsghdr *)req.buf);
}

static int cmd_set(char *args)
{
	const char *kind = word(&args), *name = word(&args);

	if (attrreq_build(&req, name, kind, 0, args ? args : ""))
		return -EPROTO;
	return ask(0, (struct nlmsghdr *)req.buf);
}

static int cmd_del(char *args)
{
	struct nlmsghdr *nlh = link_message(RTM_DELLINK, word(&args));

	return ask(*word(&args) == '1', nlh);
}

static int set_up(const char *name, bool up)
{
	struct nlmsghdr *nlh = link_message(RTM_NEWLINK, name);
	struct ifinfomsg *ifi = mnl_nlmsg_get_payload(nlh);

	ifi->ifi_change = IFF_UP;
	ifi->ifi_flags = up ? IFF_UP : 0;
	return ask(0, nlh);
}

static int cmd_up(char *args)
{
	return set_up(args, true);
}

static int cmd_down(char *args)
{
	return set_up(args, false);
}

static int cmd_move(char *args)
{
	const char *name = word(&args);
	int to = atoi(word(&args));
	struct nlmsghdr *nlh = link_message(RTM_NEWLINK, name);

	mnl_attr_put_u32(nlh, IFLA_NET_NS_FD, fault_ns[to]);
	return ask(!to, nlh);
}

static int cmd_master(char *args)
{
	struct nlmsghdr *nlh = link_message(RTM_NEWLINK, word(&args));

	mnl_attr_put_u32(nlh, IFLA_MASTER, if_nametoindex(word(&args)));
	return ask(0, nlh);
}

static int fdb(char *args, uint16_t type)
{
	const char *name = word(&args);
	struct nlmsghdr *nlh;
	struct ndmsg *ndm;

	nlh = message(type, sizeof(*ndm));
	ndm = mnl_nlmsg_get_payload(nlh);
	ndm->ndm_family = PF_BRIDGE;
	ndm->ndm_state = NUD_PERMANENT;
	ndm->ndm_flags = NTF_SELF;
	ndm->ndm_ifindex = if_nametoindex(name);
	if (type == RTM_NEWNEIGH)
		nlh->nlmsg_flags |= NLM_F_CREATE | NLM_F_EXCL;
	mnl_attr_put(nlh, NDA_LLADDR, ETH_ALEN, address(&args));
	return ask(0, nlh);
}

static int cmd_fdb_add(char *args)
{
	return fdb(args, RTM_NEWNEIGH);
}

static int cmd_fdb_del(char *args)
{
	return fdb(args, RTM_DELNEIGH);
}

/* --- dumps: nothing changes, but the answer is whole or an error --------- */

/* On a socket of its own: a dump that failed stays open on it. */
static int dump(int type)
{
	struct mnl_socket *s = open_rtnl();
	char *want, *got;
	int ret;

	if (!s)
		return -errno;
	want = snapshot_dump(nl[0], type);
	fault_begin();
	got = snapshot_dump(s, type);
	ret = got ? 0 : -errno;
	fault_end();
	if (want && got && strcmp(want, got)) {
		snapshot_note_difference(want, got);
		ret = -EPROTO;
	}
	mnl_socket_close(s);
	free(want);
	free(got);
	return ret;
}

static int cmd_dump(char *args)
{
	if (!strcmp(args, "queues"))
		return dump(RTM_GETSTATS);
	return dump(strcmp(args, "fdb") ? RTM_GETLINK : RTM_GETNEIGH);
}

/* --- a packet socket's wishes ------------------------------------------- */

static int membership(char *args, int option, unsigned short type)
{
	struct packet_mreq mreq = { .mr_type = type, .mr_alen = ETH_ALEN };
	int ret;

	mreq.mr_ifindex = if_nametoindex(word(&args));
	memcpy(mreq.mr_address, address(&args), ETH_ALEN);
	fault_begin();
	ret = setsockopt(packet, SOL_PACKET, option, &mreq, sizeof(mreq));
	fault_end();
	return ret ? -errno : 0;
}

static int cmd_join(char *args)
{
	return membership(args, PACKET_ADD_MEMBERSHIP, PACKET_MR_MULTICAST);
}

static int cmd_leave(char *args)
{
	return membership(args, PACKET_DROP_MEMBERSHIP, PACKET_MR_MULTICAST);
}

static int cmd_promisc(char *args)
{
	return membership(args, PACKET_ADD_MEMBERSHIP, PACKET_MR_PROMISC);
}

static int cmd_no_promisc(char *args)
{
	return membership(args, PACKET_DROP_MEMBERSHIP, PACKET_MR_PROMISC);
}

static int cmd_allmulti(char *args)
{
	return membership(args, PACKET_ADD_MEMBERSHIP, PACKET_MR_ALLMULTI);
}

static int cmd_no_allmulti(char *args)
{
	return membership(args, PACKET_DROP_MEMBERSHIP, PACKET_MR_ALLMULTI);
}

/* To set something up; that does not fail. */
static int cmd_sh(char *args)
{
	return system(args) ? -EIO : 0;
}

/* --- the words ---------------------------------------------------------- */

static const struct {
	const char *word;
	int (*run)(char *args);
} verbs[] = {
	{ "new", cmd_new }, { "set", cmd_set }, { "del", cmd_del },
	{ "up", cmd_up }, { "down", cmd_down }, { "move", cmd_move },
	{ "fdb+", cmd_fdb_add }, { "fdb-", cmd_fdb_del },
	{ "join", cmd_join }, { "leave", cmd_leave },
	{ "promisc+", cmd_promisc }, { "promisc-", cmd_no_promisc },
	{ "master", cmd_master },
	{ "allmulti+", cmd_allmulti }, { "allmulti-", cmd_no_allmulti },
	{ "dump", cmd_dump }, { "sh", cmd_sh },
};

int faultcmd(const char *text)
{
	char *copy = strdup(text), *args = strchr(copy, ' ');
	int ret = -EPROTO;
	size_t i;

	if (args)
		*args++ = '\0';
	for (i = 0; i < ARRAY_SIZE(verbs) && args; i++)
		if (!strcmp(copy, verbs[i].word))
			ret = verbs[i].run(args);
	free(copy);
	if (ret == -EPROTO)
		ktap_note("not understood, or answered wrongly: %s", text);
	return ret;
}
