// SPDX-License-Identifier: GPL-2.0
/* Frames from the wire, from the host, and from a link. */
#define _GNU_SOURCE
#include "ops.h"

#include <arpa/inet.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/virtio_net.h>

#include "../ipframe.h"
#include "world.h"

static uint8_t frame[OPS_FRAME + sizeof(struct virtio_net_hdr)];

/* --- making one ---------------------------------------------------------- */

static size_t take_ip(struct stream *s, struct frame *f, struct virtio_net_hdr *h, uint8_t *buf)
{
	uint8_t kind = take_u8(s), size = take_u8(s);
	size_t len;

	f->v6 = kind & 1;
	f->tcp = kind & 2;
	f->partial = kind & 4;
	f->vlan = kind & 8 ? 5 : 0;
	f->sport = 1000 + (kind >> 6);
	f->dport = 2000;
	/* up to what the MTU allows, or more for a frame to be segmented */
	f->payload = size < 192 ? size * 7 : (size - 190) * 1000u;
	f->seq = 1;
	len = frame_build(buf, f);
	if (f->partial)
		frame_vnet(f, kind & 16 ? 1000 : 0, h);
	return len;
}

static size_t take_plain(struct stream *s, uint8_t *buf)
{
	static const uint16_t types[] = {
		ETH_P_ARP, ETH_P_PAUSE, ETH_P_LOOP, ETH_P_8021Q, ETH_P_IP, ETH_P_IPV6, 0x88cc, 40,
	};
	uint16_t type = htons(types[take_below(s, 8)]);
	size_t len = take_below(s, 64);

	memcpy(buf + 12, &type, 2);
	take_bytes(s, buf + 14, len);
	return 14 + len;
}

/* A fragment of IPv4, first, middle or last. */
static size_t take_fragment(struct stream *s, struct frame *f, uint8_t *buf)
{
	uint8_t sel = take_u8(s);
	size_t len;

	f->payload = 64;
	f->seq = 1 + sel / 64;
	len = frame_build(buf, f);
	buf[20] = sel & 1 ? 0x20 : 0;
	buf[21] = sel / 2 % 16;
	/* keep the header's checksum right: it was summed without these */
	f->seq = (buf[24] << 8 | buf[25]) ^ 0xffff;
	f->seq += buf[20] << 8 | buf[21];
	f->seq = (f->seq & 0xffff) + (f->seq >> 16);
	buf[24] = ~f->seq >> 8;
	buf[25] = ~f->seq;
	return len;
}

static void poke(struct stream *s, struct virtio_net_hdr *h, uint8_t *buf, size_t len)
{
	unsigned int n = take_below(s, 6);

	for (; n--;) {
		size_t at = take_u8(s);

		buf[at % len] = take_u8(s);
	}
	/* A header that has nothing to do with the frame. */
	if (take_chance(s, 64)) {
		take_bytes(s, h, sizeof(*h));
		if (take_chance(s, 128))
			h->flags &= 3;
		if (take_chance(s, 128))
			h->gso_type %= 6;
	}
}

size_t take_frame(struct stream *s, struct virtio_net_hdr *h, uint8_t *buf)
{
	uint8_t sel = take_u8(s), dst[6], src[6];
	struct frame f = { .dst = dst, .src = src, .sport = 1, .dport = 2, .seq = 1 };
	size_t len;

	take_mac(s, dst);
	take_mac(s, src);
	memcpy(buf, dst, 6);
	memcpy(buf + 6, src, 6);
	if (sel < 96)
		len = take_ip(s, &f, h, buf);
	else if (sel < 160)
		len = take_plain(s, buf);
	else if (sel < 192)
		len = take_fragment(s, &f, buf);
	else
		len = take_ip(s, &f, h, buf);
	if (sel & 1)
		poke(s, h, buf, len);
	if (take_chance(s, 24))
		len = take_u8(s);
	return len;
}

/* --- sending it ---------------------------------------------------------- */

static void wire_write(uint8_t sel, const struct virtio_net_hdr *h, size_t len)
{
	memcpy(frame, h, sizeof(*h));
	if (write(sel & 1 ? world.wire2 : world.wire, frame, sizeof(*h) + len) < 0)
		return;
}

/* What came out there, to keep the queue from filling up. */
static void wire_drain(int fd)
{
	static uint8_t sink[OPS_FRAME];

	while (read(fd, sink, sizeof(sink)) > 0)
		;
}

void op_wire(struct stream *s)
{
	uint8_t sel = take_u8(s);
	struct virtio_net_hdr h = { 0 };
	size_t len = take_frame(s, &h, frame + sizeof(h));

	wire_write(sel & 7 ? 0 : 1, &h, len);
}

/* Header and frame as the input has them. */
void op_wire_raw(struct stream *s)
{
	uint8_t sel = take_u8(s);
	size_t len = take_u8(s);
	struct virtio_net_hdr h;

	take_bytes(s, &h, sizeof(h));
	take_bytes(s, frame + sizeof(h), len);
	wire_write(sel & 7 ? 0 : 1, &h, len);
}

/* The same frame from the wire many times: what is deferred overflows. */
void op_burst(struct stream *s)
{
	struct virtio_net_hdr h = { 0 };
	unsigned int n = take_u8(s) / 4;
	size_t len = take_frame(s, &h, frame + sizeof(h));

	for (; n--;)
		wire_write(0, &h, len);
}

static void send_from(int fd, unsigned int ifindex, struct stream *s)
{
	struct sockaddr_ll to = {
		.sll_family = AF_PACKET, .sll_ifindex = (int)ifindex, .sll_halen = 6,
		.sll_protocol = htons(take_u8(s) & 1 ? ETH_P_IP : ETH_P_ALL),
	};
	struct virtio_net_hdr h = { 0 };
	size_t len = take_frame(s, &h, frame + sizeof(h));

	memcpy(frame, &h, sizeof(h));
	memcpy(to.sll_addr, frame + sizeof(h), 6);
	sendto(fd, frame, sizeof(h) + len, MSG_DONTWAIT, (struct sockaddr *)&to, sizeof(to));
	wire_drain(world.wire);
	wire_drain(world.wire2);
}

void op_host_send(struct stream *s)
{
	uint8_t sel = take_u8(s);

	send_from(sel & 0x80 ? world.bypass : world.packet,
		  world.lower[sel & 8 ? sel % WORLD_LOWERS : WORLD_TUN], s);
}

void op_link_send(struct stream *s)
{
	uint8_t sel = take_u8(s);

	send_from(sel & 0x80 ? world.bypass : sel & 0x40 ? world.cooked : world.packet,
		  world_index(HOME, world_link(sel % 64)), s);
}
