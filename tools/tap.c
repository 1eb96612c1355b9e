// SPDX-License-Identifier: GPL-2.0
#include "tap.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "link.h"
#include "out.h"

#define VHOST_NODE "/dev/vhost-net"

static int fail(const char *cmd, const struct link *l, const char *what)
{
	out_error("%s %s: %s: %s", cmd, l->name, what, strerror(errno));
	return -1;
}

static int say_node(const char *cmd, const struct link *l, const struct tap_node *n)
{
	switch (n->state) {
	case TAP_NODE_NO_SYSFS:
		out_error("%s %s: /sys is not mounted, or shows another network namespace (enter it with ip netns exec)",
			  cmd, l->name);
		return -1;
	case TAP_NODE_MISSING:
		out_error("%s %s: %s: %s; the node has to be device %u:%u", cmd, l->name,
			  n->path, strerror(n->err), major(n->want), minor(n->want));
		return -1;
	case TAP_NODE_NO_DEVICE:
		out_error("%s %s: %s is not a character device", cmd, l->name, n->path);
		return -1;
	case TAP_NODE_FOREIGN:
		out_error("%s %s: %s is device %u:%u and belongs to another link; the node has to be %u:%u",
			  cmd, l->name, n->path, major(n->st.st_rdev), minor(n->st.st_rdev),
			  major(n->want), minor(n->want));
		return -1;
	default:
		return 0;
	}
}

/* The queue itself says whose it is. The name alone may exist twice. */
static int check_owner(const char *cmd, const struct link *l, const char *node, int fd)
{
	struct ifreq ifr = { 0 }, hw = { 0 };

	if (ioctl(fd, TUNGETIFF, &ifr) < 0 || ioctl(fd, SIOCGIFHWADDR, &hw) < 0)
		return fail(cmd, l, node);
	if (!strncmp(ifr.ifr_name, l->name, IFNAMSIZ) &&
	    !memcmp(hw.ifr_hwaddr.sa_data, l->conf.value[KEY_ADDRESS].mac, 6))
		return 0;
	out_error("%s %s: %s belongs to another link, %.*s", cmd, l->name, node,
		  IFNAMSIZ, ifr.ifr_name);
	return -1;
}

static int check_after(const char *cmd, const struct link *l, struct tap_node *n, int fd)
{
	if (fstat(fd, &n->st) < 0)
		return fail(cmd, l, n->path);
	n->state = tap_node_compare(n);
	if (say_node(cmd, l, n) < 0)
		return -1;
	return check_owner(cmd, l, n->path, fd);
}

/* A queue begins with a virtio header and as the only one. */
static int set_flags(const char *cmd, const struct link *l, const char *node, int fd,
		     bool vnet, bool multi)
{
	struct ifreq ifr = { .ifr_flags = IFF_TAP | IFF_NO_PI };

	if (vnet && !multi)
		return 0;
	strcpy(ifr.ifr_name, l->name);
	if (vnet)
		ifr.ifr_flags |= IFF_VNET_HDR;
	if (multi)
		ifr.ifr_flags |= IFF_MULTI_QUEUE;
	return ioctl(fd, TUNSETIFF, &ifr) < 0 ? fail(cmd, l, node) : 0;
}

/* What a command inherits must not end up as its standard input or output. */
static int open_high(const char *path)
{
	int fd = open(path, O_RDWR | O_CLOEXEC), high;

	if (fd < 0 || fd > STDERR_FILENO)
		return fd;
	high = fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	close(fd);
	return high;
}

int tap_open(const char *cmd, const struct link *l, bool vnet, bool multi)
{
	struct tap_node n;
	int fd;

	tap_node(l, &n);
	if (say_node(cmd, l, &n) < 0)
		return -1;
	fd = open_high(n.path);
	if (fd < 0)
		return fail(cmd, l, n.path);
	if (check_after(cmd, l, &n, fd) < 0 ||
	    set_flags(cmd, l, n.path, fd, vnet, multi) < 0) {
		close(fd);
		return -1;
	}
	return fd;
}

int tap_open_vhost(const char *cmd)
{
	int fd = open_high(VHOST_NODE);

	if (fd < 0)
		out_error("%s: %s: %s (module vhost_net; --no-vhost does without)", cmd,
			  VHOST_NODE, strerror(errno));
	return fd;
}

int tap_send_fd(int sock, int fd)
{
	union {
		struct cmsghdr align;
		char buf[CMSG_SPACE(sizeof(int))];
	} control = { 0 };
	char byte = 0;	/* a message without data would be none */
	struct iovec iov = { .iov_base = &byte, .iov_len = sizeof(byte) };
	struct msghdr msg = {
		.msg_iov = &iov, .msg_iovlen = 1,
		.msg_control = control.buf, .msg_controllen = sizeof(control.buf),
	};
	struct cmsghdr *cmsg = CMSG_FIRSTHDR(&msg);
	ssize_t sent;

	cmsg->cmsg_level = SOL_SOCKET;
	cmsg->cmsg_type = SCM_RIGHTS;
	cmsg->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(cmsg), &fd, sizeof(fd));
	do {
		sent = sendmsg(sock, &msg, MSG_NOSIGNAL);
	} while (sent < 0 && errno == EINTR);
	return sent == sizeof(byte) ? 0 : -1;
}
