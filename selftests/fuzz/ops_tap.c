// SPDX-License-Identifier: GPL-2.0
/* The character device: queues, ioctls, vnet headers, frames. */
#define _GNU_SOURCE
#include "ops.h"

#include <fcntl.h>
#include <limits.h>
#include <net/if.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/uio.h>
#include <unistd.h>

#include <linux/if_tun.h>
#include <linux/virtio_net.h>

#include "../tapdev.h"
#include "world.h"

#define TAP_FDS 8

static struct {
	int fd;
	unsigned int hdr;	/* bytes in front of a frame */
} taps[TAP_FDS] = { [0 ... TAP_FDS - 1] = { -1, 0 } };

static uint8_t frame[OPS_FRAME + 256];

int tap_pick(struct stream *s)
{
	return taps[take_u8(s) % TAP_FDS].fd;
}

void tap_reset(void)
{
	int i;

	for (i = 0; i < TAP_FDS; i++) {
		if (taps[i].fd >= 0)
			close(taps[i].fd);
		taps[i].fd = -1;
	}
}

void op_tap_open(struct stream *s)
{
	uint8_t sel = take_u8(s);
	unsigned int i = sel % TAP_FDS;

	if (taps[i].fd >= 0)
		close(taps[i].fd);
	taps[i].fd = tap_open(world_link(sel / TAP_FDS), O_RDWR | O_NONBLOCK);
	taps[i].hdr = sizeof(struct virtio_net_hdr);
}

void op_tap_close(struct stream *s)
{
	unsigned int i = take_u8(s) % TAP_FDS;

	if (taps[i].fd >= 0)
		close(taps[i].fd);
	taps[i].fd = -1;
}

static void set_iff(struct stream *s, int fd, unsigned int *hdr)
{
	struct ifreq ifr = { .ifr_flags = IFF_TAP | IFF_NO_PI };

	ifr.ifr_flags |= (short)(take_u8(s) << 8);
	if (take_chance(s, 16))
		ifr.ifr_flags = (short)take_u16(s);
	if (!ioctl(fd, TUNSETIFF, &ifr))
		*hdr = ifr.ifr_flags & IFF_VNET_HDR ? sizeof(struct virtio_net_hdr) : 0;
}

static void set_mac(struct stream *s, int fd)
{
	struct ifreq ifr = { .ifr_hwaddr.sa_family = 1 };

	take_mac(s, (uint8_t *)ifr.ifr_hwaddr.sa_data);
	world.links_touched = true;
	ioctl(fd, SIOCSIFHWADDR, &ifr);
}

void op_tap_ioctl(struct stream *s)
{
	unsigned int i = take_u8(s) % TAP_FDS;
	int fd = taps[i].fd, value;
	struct ifreq ifr = { 0 };

	switch (take_below(s, 12)) {
	case 0:
	case 1:
		set_iff(s, fd, &taps[i].hdr);
		break;
	case 2:
	case 3:
		ioctl(fd, TUNSETOFFLOAD, (unsigned long)take_u8(s));
		break;
	case 4:
		value = (int)(take_chance(s, 200) ? 10 + 2 * take_below(s, 8) : take_number(s));
		if (!ioctl(fd, TUNSETVNETHDRSZ, &value))
			taps[i].hdr = (unsigned int)value;
		break;
	case 5:
		value = (int)take_number(s);
		ioctl(fd, TUNSETSNDBUF, &value);
		break;
	case 6:
		value = take_below(s, 3);
		ioctl(fd, take_u8(s) & 1 ? TUNSETVNETLE : TUNSETVNETBE, &value);
		break;
	case 7:
		set_mac(s, fd);
		break;
	case 8:
		ioctl(fd, take_u8(s) & 1 ? SIOCGIFHWADDR : TUNGETIFF, &ifr);
		break;
	case 9:
		ioctl(fd, take_u8(s) & 1 ? TUNGETFEATURES : TUNGETVNETHDRSZ, &value);
		break;
	case 10:
		ioctl(fd, take_u8(s) & 1 ? TUNGETSNDBUF : TUNGETVNETLE, &value);
		break;
	default:
		ioctl(fd, TUNGETVNETBE, &value);
	}
}

/* Any number with any argument, which may point to nowhere. */
void op_tap_ioctl_raw(struct stream *s)
{
	static uint8_t arg[4096];
	int fd = tap_pick(s);
	unsigned int cmd = take_u8(s);
	uint8_t how = take_u8(s);

	cmd |= how & 1 ? take_u32(s) & ~255u : _IOC(_IOC_READ | _IOC_WRITE, 'T', 0, 4);
	take_bytes(s, arg, 40);
	ioctl(fd, cmd, how & 2 ? (void *)(uintptr_t)take_u32(s) : arg);
}

void op_tap_queue(struct stream *s)
{
	struct ifreq ifr = { 0 };
	uint8_t sel = take_u8(s);

	ifr.ifr_flags = sel & 0x80 ? IFF_DETACH_QUEUE : IFF_ATTACH_QUEUE;
	if (sel & 0x40)
		ifr.ifr_flags = (short)take_u16(s);
	ioctl(taps[sel % TAP_FDS].fd, TUNSETQUEUE, &ifr);
}

/* A header of the length that the queue wants, mostly, and a frame behind it. */
void op_tap_write(struct stream *s)
{
	unsigned int i = take_u8(s) % TAP_FDS, hdr = taps[i].hdr;
	struct virtio_net_hdr h = { 0 };
	size_t len;

	if (hdr > 128)
		hdr = 128;
	len = take_frame(s, &h, frame + 128);
	memset(frame, 0, 128);
	memcpy(frame + 128 - hdr, &h, hdr < sizeof(h) ? hdr : sizeof(h));
	len += hdr;
	if (take_chance(s, 16))
		len = take_u8(s) % (len + 1);
	if (write(taps[i].fd, frame + 128 - hdr, len) < 0)
		return;
}

void op_tap_read(struct stream *s)
{
	int fd = tap_pick(s), n = 1 + take_u8(s) % 4;
	size_t cap = take_chance(s, 24) ? take_u8(s) : sizeof(frame);

	while (n-- && read(fd, frame, cap) >= 0)
		;
}

void op_tap_poll(struct stream *s)
{
	struct pollfd pfd = { .fd = tap_pick(s), .events = take_u8(s) };

	poll(&pfd, 1, 0);
}
