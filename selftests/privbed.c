// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include "privbed.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <libmnl/libmnl.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/net_namespace.h>
#include <linux/rtnetlink.h>

#include "attrreq.h"
#include "netcfg.h"
#include "tapdev.h"

#define DUMP_SIZE (1 << 20)

const char *const priv_names[PRIV_WHO] = { "user", "own namespace", "container" };
const uint8_t mac_lower[6] = { 2, 0, 0, 0, 0x77, 1 };
const uint8_t mac_sib[6] = { 2, 0, 0, 0, 0x77, 2 };
const uint8_t mac_sibt[6] = { 2, 0, 0, 0, 0x77, 3 };
const uint8_t mac_own[6] = { 2, 0, 0, 0, 0x77, 4 };
const uint8_t mac_ownt[6] = { 2, 0, 0, 0, 0x77, 5 };

struct priv_facts *facts;
int priv_given = -1;

static int sock[PRIV_WHO];
static pid_t pids[PRIV_WHO];
static int home = -1, container = -1;

/* --- the processes ------------------------------------------------------ */

struct question {
	long (*fn)(const void *arg);
	const void *arg;
};

/* A descriptor that comes along takes the place of the former. */
static ssize_t take(int fd, struct question *q)
{
	char control[CMSG_SPACE(sizeof(int))];
	struct iovec iov = { q, sizeof(*q) };
	struct msghdr msg = {
		.msg_iov = &iov, .msg_iovlen = 1,
		.msg_control = control, .msg_controllen = sizeof(control),
	};
	ssize_t n = recvmsg(fd, &msg, MSG_CMSG_CLOEXEC);
	struct cmsghdr *c = n > 0 ? CMSG_FIRSTHDR(&msg) : NULL;

	if (!c)
		return n;
	close(priv_given);
	memcpy(&priv_given, CMSG_DATA(c), sizeof(priv_given));
	return n;
}

static void serve(int fd)
{
	struct question q;
	long answer;

	while (take(fd, &q) == sizeof(q)) {
		answer = q.fn ? q.fn(q.arg) : 0;
		if (write(fd, &answer, sizeof(answer)) < 0)
			break;
	}
	_exit(0);
}

static int put(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : write(fd, text, strlen(text));

	if (fd >= 0)
		close(fd);
	return n < 0 ? -1 : 0;
}

static int become_nobody(void)
{
	if (setgroups(0, NULL) || setresgid(NOBODY, NOBODY, NOBODY) ||
	    setresuid(NOBODY, NOBODY, NOBODY))
		return -1;
	/* Else /proc/self is root's, the map of ids, too. */
	return prctl(PR_SET_DUMPABLE, 1);
}

static int become_root_of_own(void)
{
	if (unshare(CLONE_NEWUSER) || put("/proc/self/setgroups", "deny") ||
	    put("/proc/self/uid_map", "0 65534 1") || put("/proc/self/gid_map", "0 65534 1"))
		return -1;
	if (unshare(CLONE_NEWNET | CLONE_NEWNS))
		return -1;
	put("/proc/sys/net/ipv6/conf/all/disable_ipv6", "1");
	put("/proc/sys/net/ipv6/conf/default/disable_ipv6", "1");
	/* Not everywhere; who needs it looks whether it is there. */
	sysfs_push();
	return 0;
}

long priv_ask(enum priv_who who, long (*fn)(const void *arg), const void *arg)
{
	struct question q = { fn, arg };
	long answer;

	if (write(sock[who], &q, sizeof(q)) != sizeof(q) ||
	    read(sock[who], &answer, sizeof(answer)) != sizeof(answer))
		return PRIV_DIED;
	return answer;
}

int priv_give(enum priv_who who, int fd)
{
	char control[CMSG_SPACE(sizeof(int))] = { 0 };
	struct question q = { NULL, NULL };
	struct iovec iov = { &q, sizeof(q) };
	struct msghdr msg = {
		.msg_iov = &iov, .msg_iovlen = 1,
		.msg_control = control, .msg_controllen = sizeof(control),
	};
	struct cmsghdr *c = CMSG_FIRSTHDR(&msg);
	long answer;

	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(c), &fd, sizeof(fd));
	if (sendmsg(sock[who], &msg, 0) < 0 || read(sock[who], &answer, sizeof(answer)) < 0)
		return -errno;
	return 0;
}

static int spawn(enum priv_who who)
{
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair))
		return -1;
	pids[who] = fork();
	if (!pids[who]) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (become_nobody() || (who != PRIV_USER && become_root_of_own()))
			_exit(1);
		prctl(PR_SET_PDEATHSIG, SIGKILL);	/* lost with the credentials */
		close(pair[0]);
		netns_enter(-1);				/* drops a socket from before */
		serve(pair[1]);
	}
	close(pair[1]);
	sock[who] = pair[0];
	return priv_ask(who, NULL, NULL) ? -1 : 0;
}

/* --- namespaces --------------------------------------------------------- */

void priv_visit(void)
{
	netns_enter(container);
}

void priv_leave(void)
{
	netns_enter(home);
}

/* RTM_NEWNSID or RTM_GETNSID for the administrator's namespace, by his pid. */
static struct nlmsghdr *nsid_request(void *buf, uint16_t type)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);

	nlh->nlmsg_type = type;
	nlh->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
	mnl_nlmsg_put_extra_header(nlh, sizeof(struct rtgenmsg));
	mnl_attr_put_u32(nlh, NETNSA_PID, facts->admin);
	return nlh;
}

static long ask_nsid(const void *arg)
{
	struct mnl_socket *nl = mnl_socket_open(NETLINK_ROUTE);
	static uint32_t buf[1024];
	struct nlmsghdr *nlh = nsid_request(buf, RTM_NEWNSID);
	const struct nlattr *attr;
	long nsid = -1;

	(void)arg;
	mnl_attr_put_u32(nlh, NETNSA_NSID, 77);
	if (!nl || mnl_socket_bind(nl, 0, 0) || mnl_socket_sendto(nl, nlh, nlh->nlmsg_len) < 0 ||
	    mnl_socket_recvfrom(nl, buf, sizeof(buf)) < 0)
		return -1;
	/* It may have one since its link came. */
	nlh = nsid_request(buf, RTM_GETNSID);
	if (mnl_socket_sendto(nl, nlh, nlh->nlmsg_len) < 0 ||
	    mnl_socket_recvfrom(nl, buf, sizeof(buf)) < 0 || nlh->nlmsg_type == NLMSG_ERROR)
		return -1;
	mnl_attr_for_each(attr, nlh, sizeof(struct rtgenmsg))
		if (mnl_attr_get_type(attr) == NETNSA_NSID)
			nsid = (int32_t)mnl_attr_get_u32(attr);
	mnl_socket_close(nl);
	return nsid;
}

/* --- the links ---------------------------------------------------------- */

const char *priv_kind(void)
{
	const char *kind = getenv("KIND");

	return kind && kind[0] ? kind : "mvlan";
}

static int make_link(const char *name, const char *kind, uint32_t mode, const uint8_t *mac)
{
	struct link_spec spec = { .kind = kind, .name = name, .lower = BED_LOWER, .mode = mode };
	int ret = link_add(&spec);

	return ret ? ret : link_set_mac(name, mac);
}

static int make_links(void)
{
	int ret = link_set_mac(BED_LOWER, mac_lower);

	if (!ret)
		ret = make_link(SIB, priv_kind(), MACVLAN_MODE_BRIDGE, mac_sib);
	if (!ret)
		ret = make_link(SIBT, netcfg_tap_kind(), MACVLAN_MODE_BRIDGE, mac_sibt);
	if (!ret)
		ret = make_link(OWN, priv_kind(), MACVLAN_MODE_PRIVATE, mac_own);
	if (!ret)
		ret = make_link(OWNT, netcfg_tap_kind(), MACVLAN_MODE_BRIDGE, mac_ownt);
	/* in-tree: passed over */
	if (!ret)
		ret = priv_set(OWNT, netcfg_tap_kind(), "33 01");
	if (!ret)
		ret = link_up(SIB) ?: link_up(SIBT);
	facts->lower = if_nametoindex(BED_LOWER);
	facts->sib = if_nametoindex(SIB);
	facts->sibt = if_nametoindex(SIBT);
	facts->own = if_nametoindex(OWN);
	facts->ownt = if_nametoindex(OWNT);
	return ret ?: tap_devnum(SIBT, &facts->sibt_dev) ?: tap_devnum(OWNT, &facts->ownt_dev);
}

static long raise_links(const void *arg)
{
	(void)arg;
	return link_up(OWN) ?: link_up(OWNT);
}

static int give_links(void)
{
	int ret = link_set_netns(OWN, container) ?: link_set_netns(OWNT, container);

	return ret ?: (int)priv_ask(PRIV_CONTAINER, raise_links, NULL);
}

int priv_set(const char *name, const char *kind, const char *text)
{
	static struct attrreq req;
	struct attranswer answer;
	int ret;

	if (attrreq_build(&req, name, kind, 0, text))
		return -EBADMSG;
	ret = attrreq_send(&req, &answer);
	return ret ?: -answer.error;
}

static void name_nodes(void)
{
	snprintf(facts->sibt_node, sizeof(facts->sibt_node), "/dev/tap%u", facts->sibt);
	snprintf(facts->ownt_node, sizeof(facts->ownt_node), "/dev/mvtap/%u",
		 (unsigned int)(facts->ownt_dev & 0xff) |
		 (unsigned int)(facts->ownt_dev >> 12 & 0xfff00));
}

/* What cannot be told from "no user namespaces here" is not told. */
static int spawn_all(const char **why)
{
	char path[64];
	int i;

	facts->admin = getpid();
	home = netns_here();
	facts->hostns = dup(home);
	for (i = 0; i < PRIV_WHO; i++)
		if (spawn(i)) {
			*why = "no user namespaces for a user here";
			return -1;
		}
	snprintf(path, sizeof(path), "/proc/%d/ns/net", pids[PRIV_CONTAINER]);
	container = open(path, O_RDONLY | O_CLOEXEC);
	return 0;
}

int priv_create(const char **why)
{
	int ret;

	*why = NULL;
	facts = mmap(NULL, sizeof(*facts), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
		     -1, 0);
	if (facts == MAP_FAILED || bed_create())
		return -1;
	if (spawn_all(why))
		return -1;
	ret = make_links() ?: give_links();
	if (ret) {
		fprintf(stderr, "links: %s\n", strerror(-ret));
		return -1;
	}
	name_nodes();
	priv_settle();
	facts->nsid[PRIV_OWN] = (int32_t)priv_ask(PRIV_OWN, ask_nsid, NULL);
	facts->nsid[PRIV_CONTAINER] = (int32_t)priv_ask(PRIV_CONTAINER, ask_nsid, NULL);
	return 0;
}

/* --- what there is ------------------------------------------------------ */

static uint64_t hash(const void *data, size_t len)
{
	uint64_t h = 0xcbf29ce484222325;
	size_t i;

	for (i = 0; i < len; i++)
		h = (h ^ ((const uint8_t *)data)[i]) * 0x100000001b3;
	return h;
}

static long hash_links(const void *arg)
{
	static uint8_t dump[DUMP_SIZE];
	long n = attrreq_dump(dump, sizeof(dump));

	(void)arg;
	return n < 0 ? n : (long)(hash(dump, n) >> 1);
}

struct filters {
	uint64_t sum;		/* whatever the order */
	unsigned int count;
	const uint8_t *wanted;
	bool found;
};

static int see_filter(const struct nlmsghdr *nlh, void *data)
{
	const struct ndmsg *ndm = mnl_nlmsg_get_payload(nlh);
	struct filters *f = data;
	const struct nlattr *attr;

	if (nlh->nlmsg_type != RTM_NEWNEIGH || ndm->ndm_ifindex != (int)facts->lower)
		return MNL_CB_OK;
	mnl_attr_for_each(attr, nlh, sizeof(*ndm)) {
		if (mnl_attr_get_type(attr) != NDA_LLADDR)
			continue;
		f->count++;
		f->sum += hash(mnl_attr_get_payload(attr), 6);
		if (f->wanted && !memcmp(mnl_attr_get_payload(attr), f->wanted, 6))
			f->found = true;
	}
	return MNL_CB_OK;
}

static void read_filters(struct filters *f)
{
	struct mnl_socket *nl = mnl_socket_open(NETLINK_ROUTE);
	static uint32_t buf[16384];
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	struct ndmsg *ndm;
	int n, ret = 1;

	nlh->nlmsg_type = RTM_GETNEIGH;
	nlh->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	ndm = mnl_nlmsg_put_extra_header(nlh, sizeof(*ndm));
	ndm->ndm_family = PF_BRIDGE;
	if (!nl || mnl_socket_bind(nl, 0, 0) || mnl_socket_sendto(nl, nlh, nlh->nlmsg_len) < 0)
		return;
	while (ret > 0) {
		n = mnl_socket_recvfrom(nl, buf, sizeof(buf));
		ret = n < 0 ? -1 : mnl_cb_run(buf, n, 0, 0, see_filter, f);
	}
	mnl_socket_close(nl);
}

bool priv_filter_has(const uint8_t *mac)
{
	struct filters f = { .wanted = mac };

	read_filters(&f);
	return f.found;
}

unsigned int priv_filter_count(void)
{
	struct filters f = { 0 };

	read_filters(&f);
	return f.count;
}

static uint64_t node_state(const char *path)
{
	struct stat st;

	if (stat(path, &st))
		return errno;
	return (uint64_t)st.st_rdev << 32 ^ (uint64_t)st.st_mode << 16 ^ st.st_uid ^
	       (uint64_t)st.st_gid << 48;
}

void priv_look(struct priv_state *state)
{
	struct filters f = { 0 };

	read_filters(&f);
	state->filters = f.sum + f.count;
	state->links = hash_links(NULL);
	state->nodes = node_state(facts->sibt_node) ^ node_state(facts->ownt_node) * 31;
	state->container = priv_ask(PRIV_CONTAINER, hash_links, NULL);
}

const char *priv_differs(const struct priv_state *a, const struct priv_state *b)
{
	static char text[64];

	snprintf(text, sizeof(text), "%s%s%s%s", a->links != b->links ? " links" : "",
		 a->filters != b->filters ? " filters" : "",
		 a->nodes != b->nodes ? " nodes" : "",
		 a->container != b->container ? " container" : "");
	return text;
}

/* The core tells of a carrier up to a second later. */
void priv_settle(void)
{
	struct priv_state first, now;
	int quiet, tries = 0;

	priv_look(&now);
	for (quiet = 0; quiet < 12 && tries < 100; tries++) {
		first = now;
		usleep(100000);
		priv_look(&now);
		quiet = *priv_differs(&first, &now) ? 0 : quiet + 1;
	}
}

/* --- frames ------------------------------------------------------------- */

int priv_packets(const char *dev)
{
	struct sockaddr_ll sll = {
		.sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL),
		.sll_ifindex = (int)if_nametoindex(dev),
	};
	int one = 1, fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);

	if (fd < 0 || setsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &one, sizeof(one)) ||
	    bind(fd, (struct sockaddr *)&sll, sizeof(sll)))
		return -errno;
	return fd;
}

int priv_count(int fd, int wait_ms)
{
	uint8_t frame[256];
	int n = 0;

	while (tap_poll(fd, POLLIN, wait_ms) && recv(fd, frame, sizeof(frame), 0) >= 0)
		n++;
	return n;
}
