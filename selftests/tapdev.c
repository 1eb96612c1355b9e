// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include "tapdev.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/uio.h>
#include <unistd.h>

#include <linux/if_ether.h>
#include <linux/if_packet.h>

#include "netcfg.h"

const uint8_t mac_a[6] = { 2, 0, 0, 0, 0, 0xa };
const uint8_t mac_b[6] = { 2, 0, 0, 0, 0, 0xb };
const uint8_t mac_wire[6] = { 2, 0, 0, 0, 0, 1 };
const uint8_t mac_broadcast[6] = { 255, 255, 255, 255, 255, 255 };

static int add_lower(void)
{
	int ret = link_add_veth(BED_LOWER, BED_WIRE);

	if (!ret)
		ret = link_set_mac(BED_WIRE, mac_wire);
	if (!ret)
		ret = link_up(BED_LOWER);
	if (!ret)
		ret = link_up(BED_WIRE);
	return ret;
}

int bed_create(void)
{
	int ret = netcfg_private();

	if (!ret)
		ret = add_lower();
	if (ret)
		fprintf(stderr, "test bed: %s\n", strerror(-ret));
	return ret;
}

static int add_link(const char *name, const char *mac)
{
	struct link_spec spec = {
		.name = name, .lower = BED_LOWER, .mac = mac,
		.mode = MACVLAN_MODE_BRIDGE,
	};
	int ret = link_add(&spec);

	if (!ret)
		ret = link_up(name);
	if (ret)
		fprintf(stderr, "link %s: %s\n", name, strerror(-ret));
	return ret;
}

int bed_add_links(void **state)
{
	(void)state;
	/* A test may have taken the lower device away. */
	if (!if_nametoindex(BED_LOWER) && add_lower())
		return -1;
	if (add_link(BED_A, MAC_A_TEXT))
		return -1;
	return add_link(BED_B, MAC_B_TEXT) ? -1 : 0;
}

/* A test may have deleted them itself. */
int bed_del_links(void **state)
{
	(void)state;
	link_del(BED_A);
	link_del(BED_B);
	return 0;
}

int bed_a = -1, bed_b = -1, bed_wire = -1;

int bed_open(void **state)
{
	if (bed_add_links(state))
		return -1;
	bed_a = tap_open(BED_A, O_RDWR | O_NONBLOCK);
	bed_b = tap_open(BED_B, O_RDWR | O_NONBLOCK);
	bed_wire = wire_open(BED_WIRE);
	return bed_a < 0 || bed_b < 0 || bed_wire < 0 ? -1 : 0;
}

int bed_close(void **state)
{
	close(bed_a);
	close(bed_b);
	close(bed_wire);
	return bed_del_links(state);
}

void tap_node_name(const char *link, char *name, size_t len)
{
	snprintf(name, len, "tap%u", if_nametoindex(link));
}

int tap_devnum(const char *link, dev_t *dev)
{
	char path[PATH_MAX], node[32];
	unsigned int major, minor;
	FILE *f;
	int n;

	tap_node_name(link, node, sizeof(node));
	snprintf(path, sizeof(path), "/sys/class/net/%s/%s/dev", link, node);
	f = fopen(path, "re");
	if (!f)
		return -errno;
	n = fscanf(f, "%u:%u", &major, &minor);
	fclose(f);
	if (n != 2)
		return -EPROTO;
	*dev = makedev(major, minor);
	return 0;
}

/*
 * /dev/tap<ifindex> may belong to another namespace's link with the same index,
 * so make a node for just this number and for just this moment.
 */
int tap_open_devnum(dev_t dev, int flags)
{
	static unsigned int count;
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/dev/tapdev-%d-%u", getpid(), count++);
	if (mknod(path, S_IFCHR | 0600, dev))
		return -errno;
	fd = open(path, flags | O_CLOEXEC);
	if (fd < 0)
		fd = -errno;
	unlink(path);
	return fd;
}

int tap_open(const char *link, int flags)
{
	dev_t dev;
	int ret = tap_devnum(link, &dev);

	return ret ? ret : tap_open_devnum(dev, flags);
}

int tap_ioctl(int fd, unsigned long cmd, unsigned long arg)
{
	return ioctl(fd, cmd, arg) < 0 ? -errno : 0;
}

int tap_set_int(int fd, unsigned long cmd, int value)
{
	return tap_ioctl(fd, cmd, (unsigned long)&value);
}

int tap_get_int(int fd, unsigned long cmd)
{
	int value = 0;
	int ret = tap_ioctl(fd, cmd, (unsigned long)&value);

	return ret ? ret : value;
}

int tap_set_iff(int fd, unsigned int flags)
{
	struct ifreq ifr = { .ifr_flags = (short)flags };

	return tap_ioctl(fd, TUNSETIFF, (unsigned long)&ifr);
}

int tap_queue_attach(int fd, bool on)
{
	struct ifreq ifr = {
		.ifr_flags = on ? IFF_ATTACH_QUEUE : IFF_DETACH_QUEUE,
	};

	return tap_ioctl(fd, TUNSETQUEUE, (unsigned long)&ifr);
}

int tap_poll(int fd, short events, int timeout_ms)
{
	struct pollfd p = { .fd = fd, .events = events };

	return poll(&p, 1, timeout_ms) > 0 ? p.revents : 0;
}

static const struct virtio_net_hdr no_hdr;

ssize_t tap_send(int fd, const struct virtio_net_hdr *h, const void *frame, size_t len)
{
	struct iovec iov[2] = {
		{ (void *)(h ? h : &no_hdr), VNET_HLEN },
		{ (void *)frame, len },
	};
	ssize_t n = writev(fd, iov, 2);

	return n < 0 ? -errno : n;
}

ssize_t tap_recv(int fd, struct virtio_net_hdr *h, void *frame, size_t cap, int timeout_ms)
{
	struct virtio_net_hdr spare;
	struct iovec iov[2] = {
		{ h ? h : &spare, VNET_HLEN },
		{ frame, cap },
	};
	ssize_t n;

	if (!(tap_poll(fd, POLLIN, timeout_ms) & POLLIN))
		return -ETIMEDOUT;
	n = readv(fd, iov, 2);
	if (n < 0)
		return -errno;
	return n - (ssize_t)VNET_HLEN;
}

bool tap_quiet(int fd)
{
	return !tap_poll(fd, POLLIN, QUIET_MS);
}

int wire_open(const char *dev)
{
	struct sockaddr_ll sll = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(ETH_P_ALL),
		.sll_ifindex = (int)if_nametoindex(dev),
	};
	int one = 1, big = 4 << 20;
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -errno;
	if (setsockopt(fd, SOL_PACKET, PACKET_VNET_HDR, &one, sizeof(one)) ||
	    setsockopt(fd, SOL_PACKET, PACKET_AUXDATA, &one, sizeof(one)) ||
	    setsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &one, sizeof(one)) ||
	    setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &big, sizeof(big)) ||
	    bind(fd, (struct sockaddr *)&sll, sizeof(sll))) {
		one = -errno;
		close(fd);
		return one;
	}
	return fd;
}

ssize_t wire_send(int fd, const struct virtio_net_hdr *h, const void *frame, size_t len)
{
	return tap_send(fd, h, frame, len);
}

/* The stack took the VLAN tag off; put it back, as a NIC's wire has it. */
static ssize_t retag(struct msghdr *msg, uint8_t *frame, ssize_t len, size_t cap)
{
	struct cmsghdr *c = CMSG_FIRSTHDR(msg);
	struct tpacket_auxdata *aux;
	uint16_t tag[2];

	if (!c || c->cmsg_type != PACKET_AUXDATA)
		return len;
	aux = (struct tpacket_auxdata *)CMSG_DATA(c);
	if (!(aux->tp_status & TP_STATUS_VLAN_VALID) || (size_t)len + 4 > cap)
		return len;
	tag[0] = htons(aux->tp_vlan_tpid);
	tag[1] = htons(aux->tp_vlan_tci);
	memmove(frame + 16, frame + 12, len - 12);
	memcpy(frame + 12, tag, sizeof(tag));
	return len + 4;
}

ssize_t wire_recv(int fd, struct virtio_net_hdr *h, void *frame, size_t cap, int timeout_ms)
{
	char control[CMSG_SPACE(sizeof(struct tpacket_auxdata))];
	struct virtio_net_hdr spare;
	struct iovec iov[2] = {
		{ h ? h : &spare, VNET_HLEN },
		{ frame, cap },
	};
	struct msghdr msg = {
		.msg_iov = iov, .msg_iovlen = 2,
		.msg_control = control, .msg_controllen = sizeof(control),
	};
	ssize_t n;

	if (!(tap_poll(fd, POLLIN, timeout_ms) & POLLIN))
		return -ETIMEDOUT;
	n = recvmsg(fd, &msg, 0);
	if (n < 0)
		return -errno;
	return retag(&msg, frame, n - (ssize_t)VNET_HLEN, cap);
}

size_t probe_build(uint8_t *buf, const uint8_t *dst, const uint8_t *src, uint32_t seq)
{
	struct frame f = {
		.dst = dst, .src = src, .sport = 1000, .dport = 2000,
		.seq = seq, .payload = 64,
	};

	return frame_build(buf, &f);
}

bool probe_is(const uint8_t *buf, size_t len, uint32_t seq)
{
	struct frame_view v;

	return frame_parse(buf, len, &v) && frame_checksum_ok(buf, len) &&
	       v.end - v.data == 64 && pattern_ok(buf + v.data, 64, seq, 0);
}
