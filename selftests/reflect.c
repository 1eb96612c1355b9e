// SPDX-License-Identifier: GPL-2.0
/*
 * The far end of a wire that sends every frame back, padded to the least
 * length that Ethernet has, as a NIC or a switch does. Until it is killed.
 *
 *	reflect NETNS/DEVICE
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void die(const char *what)
{
	fprintf(stderr, "reflect: %s: %s\n", what, strerror(errno));
	exit(2);
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

int main(int argc, char *argv[])
{
	struct sockaddr_ll sll = { .sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL) };
	struct packet_mreq promisc = { .mr_type = PACKET_MR_PROMISC };
	static char frame[1 << 16];
	char *dev = argc == 2 ? strchr(argv[1], '/') : NULL;
	int fd, one = 1;
	ssize_t len;

	if (!dev)
		die("usage: reflect NETNS/DEVICE");
	*dev++ = '\0';
	enter_netns(argv[1]);
	sll.sll_ifindex = promisc.mr_ifindex = if_nametoindex(dev);
	fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	if (fd < 0 || bind(fd, (struct sockaddr *)&sll, sizeof(sll)) ||
	    setsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &one, sizeof(one)) ||
	    setsockopt(fd, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &promisc, sizeof(promisc)))
		die(dev);
	printf("ready\n");
	fflush(stdout);
	while ((len = read(fd, frame, sizeof(frame))) > 0) {
		if (len < ETH_ZLEN) {
			memset(frame + len, 0, ETH_ZLEN - len);
			len = ETH_ZLEN;
		}
		if (write(fd, frame, len) != len)
			die("write");
	}
	return 0;
}
