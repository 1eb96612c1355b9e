// SPDX-License-Identifier: GPL-2.0
/*
 * Sends marked Ethernet frames from some devices and counts how many copies of
 * each arrive at the others. One process serves all network namespaces of a
 * test, so that a whole table of cells costs one wait.
 *
 *	frames PORT=NETNS/DEVICE...       (NETNS "-" is the current one)
 *	frames +PORT=NETNS/DEVICE...      (counts all that the device receives)
 *
 * reads commands from standard input:
 *
 *	send TAG PORT DST [SRC [ETHERTYPE [LENGTH [COUNT]]]]
 *	join PORT GROUP | leave PORT GROUP | promisc PORT | allmulti PORT
 *	all PORT
 *	bypass PORT | xdp PORT		what it sends passes by the queueing discipline,
 *					by PACKET_QDISC_BYPASS or by an AF_XDP socket
 *	settle COPIES
 *
 * "settle" waits until COPIES copies have arrived in all (at most 5 s) and then
 * until nothing has come for 250 ms, and prints for each send so far one line
 * "TAG PORT=COPIES PORT=COPIES ...".
 *
 * What counts is what the device's own stack gets: the sockets are bound to a
 * protocol, hence behind the rx_handler of a lower device, and frames for
 * other hosts are left out, except on a port for which "all" was said.
 *
 *	frames -f DST PORT=NETNS/DEVICE   sends to DST until it is killed
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netinet/ether.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "xsk.h"

#define MAX_PORTS	12
#define MAX_TAGS	1024
#define MAX_FRAME	65536
#define MIN_FRAME	60
#define MARK		0x6d767470u	/* payload of our frames: mark, then the tag's index */
#define ETHERTYPE	0x88b5		/* IEEE 802 local experimental 1 */
#define ETHERTYPE_PAUSE	0x8808
#define DEADLINE_MS	5000
#define QUIET_MS	250

static const uint16_t ethertypes[] = { ETHERTYPE, ETHERTYPE_PAUSE };

#define N_TYPES		((int)(sizeof(ethertypes) / sizeof(ethertypes[0])))

struct port {
	char name[32];
	char netns[64];
	int fd[N_TYPES];
	int ifindex;
	int all;	/* count frames for other hosts, too */
	int xsk;	/* sends by this AF_XDP socket */
	struct ether_addr addr;
};

struct payload {
	uint32_t mark;
	uint32_t tag;
};

static struct port ports[MAX_PORTS];
static int n_ports;
static char tags[MAX_TAGS][64];
static unsigned int copies[MAX_TAGS][MAX_PORTS];
static int n_tags;

static void die(const char *what)
{
	fprintf(stderr, "frames: %s: %s\n", what, strerror(errno));
	exit(2);
}

static void usage(const char *what)
{
	fprintf(stderr, "frames: %s\n", what);
	exit(1);
}

static long now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000L + ts.tv_nsec / 1000000L;
}

static void enter_netns(const char *name)
{
	char path[PATH_MAX];
	int fd;

	if (!strcmp(name, "-"))
		return;
	snprintf(path, sizeof(path), "/run/netns/%s", name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || setns(fd, CLONE_NEWNET))
		die(path);
	close(fd);
}

static void leave_netns(int home)
{
	if (setns(home, CLONE_NEWNET))
		die("setns");
}

static int open_socket(int ifindex, uint16_t ethertype)
{
	struct sockaddr_ll sll = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(ethertype),
		.sll_ifindex = ifindex,
	};
	int fd, size = 1 << 20;

	fd = socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		die("socket");
	setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size));
	if (bind(fd, (struct sockaddr *)&sll, sizeof(sll)))
		die("bind");
	return fd;
}

static void read_address(struct port *port, const char *dev)
{
	struct sockaddr_ll sll;
	socklen_t len = sizeof(sll);

	if (getsockname(port->fd[0], (struct sockaddr *)&sll, &len))
		die(dev);
	memcpy(&port->addr, sll.sll_addr, sizeof(port->addr));
}

/* Unused sockets have a negative descriptor, which poll() ignores. */
static void open_sockets(struct port *port)
{
	int i;

	for (i = 0; i < N_TYPES; i++)
		port->fd[i] = port->all ? -1 : open_socket(port->ifindex, ethertypes[i]);
	if (port->all)
		port->fd[0] = open_socket(port->ifindex, ETH_P_ALL);
}

/* [+]NAME=NETNS/DEVICE */
static void add_port(char *arg)
{
	struct port *port = &ports[n_ports];
	char *netns = strchr(arg, '=');
	char *dev = netns ? strchr(netns, '/') : NULL;
	int home;

	if (!dev || n_ports == MAX_PORTS)
		usage("ports are NAME=NETNS/DEVICE");
	*netns++ = '\0';
	*dev++ = '\0';
	port->all = *arg == '+';
	snprintf(port->name, sizeof(port->name), "%s", arg + port->all);

	home = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	if (home < 0)
		die("/proc/self/ns/net");
	enter_netns(netns);
	port->ifindex = if_nametoindex(dev);
	if (!port->ifindex)
		die(dev);
	snprintf(port->netns, sizeof(port->netns), "%s", netns);
	port->xsk = -1;
	open_sockets(port);
	leave_netns(home);
	close(home);
	read_address(port, dev);
	n_ports++;
}

static struct port *find_port(const char *name)
{
	int i;

	for (i = 0; i < n_ports; i++)
		if (!strcmp(ports[i].name, name))
			return &ports[i];
	usage("no such port");
	return NULL;
}

static size_t build_frame(uint8_t *frame, const struct ether_addr *dst,
			  const struct ether_addr *src, unsigned int ethertype,
			  unsigned int tag, size_t len)
{
	struct ether_header *eth = (struct ether_header *)frame;
	struct payload payload = { .mark = htonl(MARK), .tag = htonl(tag) };

	if (len < ETH_HLEN + sizeof(payload))
		len = ETH_HLEN + sizeof(payload);
	memset(frame, 0, len);
	memcpy(eth->ether_dhost, dst, ETH_ALEN);
	memcpy(eth->ether_shost, src, ETH_ALEN);
	eth->ether_type = htons(ethertype);
	memcpy(eth + 1, &payload, sizeof(payload));
	return len;
}

static int send_frame(const struct port *port, const uint8_t *frame, size_t len)
{
	struct sockaddr_ll sll = {
		.sll_family = AF_PACKET,
		.sll_ifindex = port->ifindex,
		.sll_halen = ETH_ALEN,
	};

	if (port->xsk >= 0)
		return xsk_send(port->xsk, frame, len);
	memcpy(sll.sll_addr, frame, ETH_ALEN);
	return sendto(port->fd[0], frame, len, 0, (struct sockaddr *)&sll,
		      sizeof(sll)) < 0 ? -errno : 0;
}

static void count_frames(int port, int fd)
{
	static uint8_t frame[MAX_FRAME];
	struct sockaddr_ll from;
	struct payload payload;
	socklen_t from_len;
	ssize_t len;

	for (;;) {
		from_len = sizeof(from);
		len = recvfrom(fd, frame, sizeof(frame), MSG_DONTWAIT,
			       (struct sockaddr *)&from, &from_len);
		if (len < 0)
			return;
		if (len < (ssize_t)(ETH_HLEN + sizeof(payload)) ||
		    from.sll_pkttype == PACKET_OUTGOING ||
		    (from.sll_pkttype == PACKET_OTHERHOST && !ports[port].all))
			continue;
		memcpy(&payload, frame + ETH_HLEN, sizeof(payload));
		if (ntohl(payload.mark) == MARK && ntohl(payload.tag) < MAX_TAGS)
			copies[ntohl(payload.tag)][port]++;
	}
}

/* Waits up to timeout ms for a frame anywhere and counts what is there. */
static int poll_ports(int timeout)
{
	struct pollfd pfd[MAX_PORTS * N_TYPES];
	int i, n = n_ports * N_TYPES;

	for (i = 0; i < n; i++) {
		pfd[i].fd = ports[i / N_TYPES].fd[i % N_TYPES];
		pfd[i].events = POLLIN;
	}
	n = poll(pfd, n, timeout);
	for (i = 0; n > 0 && i < n_ports * N_TYPES; i++)
		if (pfd[i].revents)
			count_frames(i / N_TYPES, pfd[i].fd);
	return n;
}

static unsigned int total_copies(void)
{
	unsigned int total = 0;
	int i, j;

	for (i = 0; i < n_tags; i++)
		for (j = 0; j < n_ports; j++)
			total += copies[i][j];
	return total;
}

static void print_copies(void)
{
	int i, j;

	for (i = 0; i < n_tags; i++) {
		printf("%s", tags[i]);
		for (j = 0; j < n_ports; j++)
			printf(" %s=%u", ports[j].name, copies[i][j]);
		printf("\n");
	}
	fflush(stdout);
}

static void settle(unsigned int want)
{
	long deadline = now_ms() + DEADLINE_MS;

	while (total_copies() < want && now_ms() < deadline)
		poll_ports(QUIET_MS);
	while (poll_ports(QUIET_MS) > 0 && now_ms() < deadline)
		;
	print_copies();
}

/* The receivers are read here, too: what waits there fills the sender's buffer. */
static int send_patiently(const struct port *port, const uint8_t *frame, size_t len)
{
	long deadline = now_ms() + DEADLINE_MS;
	int err;

	do {
		err = send_frame(port, frame, len);
	} while (err == -EAGAIN && poll_ports(10) >= 0 && now_ms() < deadline);
	return err;
}

/* send TAG PORT DST [SRC [ETHERTYPE [LENGTH [COUNT]]]] */
static void cmd_send(char *argv[], int argc)
{
	static uint8_t frame[MAX_FRAME];
	struct ether_addr dst, src;
	struct port *port;
	unsigned int type = ETHERTYPE, len = MIN_FRAME, count = 1;
	size_t size;
	int err;

	if (argc < 4 || n_tags == MAX_TAGS)
		usage("send TAG PORT DST [SRC [ETHERTYPE [LENGTH [COUNT]]]]");
	port = find_port(argv[2]);
	src = port->addr;
	if (!ether_aton_r(argv[3], &dst) ||
	    (argc > 4 && strcmp(argv[4], "-") && !ether_aton_r(argv[4], &src)))
		usage("bad address");
	if (argc > 5)
		type = strtoul(argv[5], NULL, 16);
	if (argc > 6)
		len = strtoul(argv[6], NULL, 10);
	if (argc > 7)
		count = strtoul(argv[7], NULL, 10);
	if (len > MAX_FRAME)
		usage("frame too long");

	snprintf(tags[n_tags], sizeof(tags[n_tags]), "%s", argv[1]);
	size = build_frame(frame, &dst, &src, type, n_tags, len);
	n_tags++;
	while (count--) {
		err = send_patiently(port, frame, size);
		if (err)
			printf("# %s: send: %s\n", argv[1], strerror(-err));
		if (count % 64 == 0)
			poll_ports(0);
	}
}

static void cmd_membership(char *argv[], int argc, int option, int type)
{
	struct packet_mreq mr = { .mr_type = type };
	struct ether_addr group;
	struct port *port;

	if (argc < 2)
		usage("port missing");
	port = find_port(argv[1]);
	mr.mr_ifindex = port->ifindex;
	if (type == PACKET_MR_MULTICAST) {
		if (argc < 3 || !ether_aton_r(argv[2], &group))
			usage("bad group");
		memcpy(mr.mr_address, &group, ETH_ALEN);
		mr.mr_alen = ETH_ALEN;
	}
	if (setsockopt(port->fd[0], SOL_PACKET, option, &mr, sizeof(mr)))
		die(argv[0]);
}

static void cmd_bypass(const char *name)
{
	struct port *port = find_port(name);
	int one = 1;

	if (setsockopt(port->fd[0], SOL_PACKET, PACKET_QDISC_BYPASS, &one, sizeof(one)))
		die("PACKET_QDISC_BYPASS");
}

static void cmd_xdp(const char *name)
{
	struct port *port = find_port(name);
	int home = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);

	enter_netns(port->netns);
	port->xsk = xsk_open(port->ifindex);
	leave_netns(home);
	close(home);
	if (port->xsk < 0)
		printf("# AF_XDP: %s\n", strerror(-port->xsk));
}

static void run_command(char *line)
{
	char *argv[9], *save = NULL;
	int argc = 0;

	for (line = strtok_r(line, " \t\n", &save); line && argc < 9;
	     line = strtok_r(NULL, " \t\n", &save))
		argv[argc++] = line;
	if (!argc || argv[0][0] == '#')
		return;
	if (!strcmp(argv[0], "send"))
		cmd_send(argv, argc);
	else if (!strcmp(argv[0], "join"))
		cmd_membership(argv, argc, PACKET_ADD_MEMBERSHIP, PACKET_MR_MULTICAST);
	else if (!strcmp(argv[0], "leave"))
		cmd_membership(argv, argc, PACKET_DROP_MEMBERSHIP, PACKET_MR_MULTICAST);
	else if (!strcmp(argv[0], "promisc"))
		cmd_membership(argv, argc, PACKET_ADD_MEMBERSHIP, PACKET_MR_PROMISC);
	else if (!strcmp(argv[0], "allmulti"))
		cmd_membership(argv, argc, PACKET_ADD_MEMBERSHIP, PACKET_MR_ALLMULTI);
	else if (!strcmp(argv[0], "all") && argc > 1)
		find_port(argv[1])->all = 1;
	else if (!strcmp(argv[0], "bypass") && argc > 1)
		cmd_bypass(argv[1]);
	else if (!strcmp(argv[0], "xdp") && argc > 1)
		cmd_xdp(argv[1]);
	else if (!strcmp(argv[0], "settle"))
		settle(argc > 1 ? strtoul(argv[1], NULL, 10) : 0);
	else
		usage("unknown command");
}

/* Errors are the purpose of tests that flood a device they take away. */
static void flood(const char *to)
{
	static uint8_t frame[MAX_FRAME];
	struct timespec pause = { .tv_nsec = 2000000 };
	struct ether_addr dst;
	size_t size;

	if (!ether_aton_r(to, &dst))
		usage("bad address");
	size = build_frame(frame, &dst, &ports[0].addr, ETHERTYPE, MAX_TAGS, 200);
	for (;;) {
		send_frame(&ports[0], frame, size);
		nanosleep(&pause, NULL);
	}
}

static void *close_socket(void *fd)
{
	close(*(int *)fd);
	return NULL;
}

/* All at a time: at each the kernel waits for an RCU grace period, which they share. */
static void close_sockets(void)
{
	pthread_t thread[MAX_PORTS * N_TYPES];
	int i, n = 0;

	for (i = 0; i < n_ports * N_TYPES; i++)
		if (ports[i / N_TYPES].fd[i % N_TYPES] >= 0 &&
		    !pthread_create(&thread[n], NULL, close_socket,
				    &ports[i / N_TYPES].fd[i % N_TYPES]))
			n++;
	while (n--)
		pthread_join(thread[n], NULL);
}

int main(int argc, char *argv[])
{
	const char *flood_to = NULL;
	char line[256];
	int i = 1;

	if (argc > 2 && !strcmp(argv[1], "-f")) {
		flood_to = argv[2];
		i = 3;
	}
	if (i >= argc)
		usage("usage: frames [-f DST] PORT=NETNS/DEVICE...");
	for (; i < argc; i++)
		add_port(argv[i]);
	if (flood_to)
		flood(flood_to);
	while (fgets(line, sizeof(line), stdin))
		run_command(line);
	close_sockets();
	return 0;
}
