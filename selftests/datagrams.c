// SPDX-License-Identifier: GPL-2.0
/*
 * As frames.c, with UDP datagrams: whole ones, so that fragments, segments,
 * padding and checksums are the kernel's own.
 *
 *	datagrams PORT=NETNS/DEVICE/ADDRESS...
 *
 * reads commands from standard input:
 *
 *	send TAG PORT LENGTH [SEGMENT]	to the group, which all ports have joined;
 *					with SEGMENT as UDP_SEGMENT has it
 *	settle COPIES			as in frames.c
 *
 * A port's own datagram, sent back by a switch, is not counted: IP does not
 * take what comes with one's own source address.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <net/if.h>
#include <netinet/udp.h>
#include <poll.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define GROUP		"239.1.2.3"
#define PORT		5002
#define MAX_PORTS	8
#define MAX_TAGS	256
#define MAX_LENGTH	60000
#define DEADLINE_MS	5000
#define QUIET_MS	250

#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103
#endif

static struct {
	char name[32];
	int fd;
} ports[MAX_PORTS];
static char tags[MAX_TAGS][64];
static unsigned int copies[MAX_TAGS][MAX_PORTS];
static int n_ports, n_tags;

static void die(const char *what)
{
	fprintf(stderr, "datagrams: %s: %s\n", what, strerror(errno));
	exit(2);
}

static void set(int fd, int level, int name, const void *value, socklen_t len)
{
	if (setsockopt(fd, level, name, value, len))
		die("setsockopt");
}

static void enter_netns(const char *name)
{
	char path[PATH_MAX];
	int fd;

	snprintf(path, sizeof(path), "/run/netns/%s", name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || setns(fd, CLONE_NEWNET))
		die(path);
	close(fd);
}

static int open_socket(const char *dev, const char *address)
{
	struct sockaddr_in any = { .sin_family = AF_INET, .sin_port = htons(PORT) };
	struct ip_mreqn group = { .imr_ifindex = if_nametoindex(dev) };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	int off = 0, on = 1;

	if (fd < 0 || inet_pton(AF_INET, address, &group.imr_address) != 1)
		die(address);
	inet_pton(AF_INET, GROUP, &group.imr_multiaddr);
	set(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	set(fd, SOL_SOCKET, SO_BINDTODEVICE, dev, strlen(dev));
	if (bind(fd, (struct sockaddr *)&any, sizeof(any)))
		die("bind");
	set(fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, &group, sizeof(group));
	set(fd, IPPROTO_IP, IP_MULTICAST_IF, &group, sizeof(group));
	set(fd, IPPROTO_IP, IP_MULTICAST_LOOP, &off, sizeof(off));
	return fd;
}

static void add_port(char *arg)
{
	char *name = strsep(&arg, "="), *netns = strsep(&arg, "/"), *dev = strsep(&arg, "/");

	if (!arg || n_ports == MAX_PORTS) {
		fprintf(stderr, "datagrams: ports are NAME=NETNS/DEVICE/ADDRESS\n");
		exit(1);
	}
	snprintf(ports[n_ports].name, sizeof(ports[0].name), "%s", name);
	enter_netns(netns);
	ports[n_ports++].fd = open_socket(dev, arg);
}

static long now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000L + ts.tv_nsec / 1000000L;
}

static int poll_ports(int timeout)
{
	static uint32_t buf[MAX_LENGTH / 4 + 1];
	struct pollfd p[MAX_PORTS];
	int i, n;

	for (i = 0; i < n_ports; i++)
		p[i] = (struct pollfd){ .fd = ports[i].fd, .events = POLLIN };
	n = poll(p, n_ports, timeout);
	for (i = 0; n > 0 && i < n_ports; i++)
		while (recv(ports[i].fd, buf, sizeof(buf), 0) >= 4)
			if (buf[0] < MAX_TAGS)
				copies[buf[0]][i]++;
	return n;
}

static void cmd_send(const char *tag, const char *name, int length, int segment)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(PORT) };
	static uint32_t buf[MAX_LENGTH / 4 + 1];
	int i, port;

	for (port = 0; port < n_ports && strcmp(ports[port].name, name); port++)
		;
	if (port == n_ports || n_tags == MAX_TAGS || length < 4 || length > MAX_LENGTH)
		die("send TAG PORT LENGTH [SEGMENT]");
	snprintf(tags[n_tags], sizeof(tags[0]), "%s", tag);
	/* Each segment has the tag, and is otherwise like no other. */
	for (i = 0; i <= length / 4; i++)
		buf[i] = n_tags + i * 2654435761u;
	for (i = 0; segment && i <= length / 4; i += segment / 4)
		buf[i] = n_tags;
	buf[0] = n_tags++;
	inet_pton(AF_INET, GROUP, &to.sin_addr);
	set(ports[port].fd, IPPROTO_UDP, UDP_SEGMENT, &segment, sizeof(segment));
	if (sendto(ports[port].fd, buf, length, 0, (struct sockaddr *)&to, sizeof(to)) < 0)
		printf("# %s: send: %s\n", tag, strerror(errno));
}

static unsigned int total(void)
{
	unsigned int sum = 0;
	int i, j;

	for (i = 0; i < n_tags; i++)
		for (j = 0; j < n_ports; j++)
			sum += copies[i][j];
	return sum;
}

static void settle(unsigned int want)
{
	long deadline = now_ms() + DEADLINE_MS;
	int i, j;

	while (total() < want && now_ms() < deadline)
		poll_ports(QUIET_MS);
	while (poll_ports(QUIET_MS) > 0 && now_ms() < deadline)
		;
	for (i = 0; i < n_tags; i++) {
		printf("%s", tags[i]);
		for (j = 0; j < n_ports; j++)
			printf(" %s=%u", ports[j].name, copies[i][j]);
		printf("\n");
	}
	fflush(stdout);
}

int main(int argc, char *argv[])
{
	char line[256], command[16], tag[64], port[32];
	int i, n, a, b;

	for (i = 1; i < argc; i++)
		add_port(argv[i]);
	while (fgets(line, sizeof(line), stdin)) {
		b = 0;
		n = sscanf(line, "%15s %63s %31s %d %d", command, tag, port, &a, &b);
		if (n >= 4 && !strcmp(command, "send"))
			cmd_send(tag, port, a, b);
		else if (n == 2 && !strcmp(command, "settle"))
			settle(strtoul(tag, NULL, 10));
		else
			die("unknown command");
	}
	return 0;
}
