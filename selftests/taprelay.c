// SPDX-License-Identifier: GPL-2.0
/*
 * A guest without a machine: moves frames between the character device of a
 * link and a TAP device in another network namespace, with their virtio header,
 * so that the kernel's own stack is the guest's.
 *
 *	taprelay NODE NETNS NAME OFFLOADS
 *
 * makes the TAP device NAME there and runs until it is killed. OFFLOADS are the
 * TUN_F_* that both sides get.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define FLAGS	(IFF_TAP | IFF_NO_PI | IFF_VNET_HDR)
#define ROUND	64	/* frames of one side before the other has its turn */

static void die(const char *what)
{
	fprintf(stderr, "taprelay: %s: %s\n", what, strerror(errno));
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

static int open_queue(const char *path, const char *name, unsigned long offloads)
{
	struct ifreq ifr = { .ifr_flags = FLAGS };
	int fd = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC);

	if (fd < 0)
		die(path);
	snprintf(ifr.ifr_name, sizeof(ifr.ifr_name), "%s", name);
	if (ioctl(fd, TUNSETIFF, &ifr))
		die("TUNSETIFF");
	if (ioctl(fd, TUNSETOFFLOAD, offloads))
		die("TUNSETOFFLOAD");
	return fd;
}

/* A frame that the other side does not take is lost, as on a wire. */
static void move(int from, int to)
{
	static char frame[1 << 17];
	ssize_t len;
	int i;

	for (i = 0; i < ROUND; i++) {
		len = read(from, frame, sizeof(frame));
		if (len <= 0)
			return;
		if (write(to, frame, len) < 0 && errno != EAGAIN && errno != EIO)
			die("write");
	}
}

int main(int argc, char *argv[])
{
	struct pollfd p[2] = { { .events = POLLIN }, { .events = POLLIN } };
	unsigned long offloads;

	if (argc != 5) {
		fprintf(stderr, "usage: taprelay NODE NETNS NAME OFFLOADS\n");
		return 1;
	}
	offloads = strtoul(argv[4], NULL, 0);
	p[0].fd = open_queue(argv[1], "", offloads);
	enter_netns(argv[2]);
	p[1].fd = open_queue("/dev/net/tun", argv[3], offloads);
	while (poll(p, 2, -1) > 0) {
		if (p[0].revents)
			move(p[0].fd, p[1].fd);
		if (p[1].revents)
			move(p[1].fd, p[0].fd);
	}
	return 0;
}
