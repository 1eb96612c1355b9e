/* SPDX-License-Identifier: GPL-2.0 */
/* Build TCP and UDP frames with a known payload, and judge what arrives. */
#ifndef MVTAP_SELFTESTS_IPFRAME_H
#define MVTAP_SELFTESTS_IPFRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <linux/virtio_net.h>

#ifndef VIRTIO_NET_HDR_GSO_UDP_L4
#define VIRTIO_NET_HDR_GSO_UDP_L4 5
#endif

/* Longest frame that IP can describe, with a VLAN tag. */
#define FRAME_MAX (14 + 4 + 65535)

struct frame {
	const uint8_t *dst, *src;	/* MAC addresses */
	uint16_t vlan;			/* 0: untagged */
	bool v6;
	bool tcp;			/* else UDP */
	bool partial;			/* checksum left to the receiver */
	uint16_t sport, dport;
	uint32_t seq;			/* also the seed of the payload */
	size_t payload;
};

/* Where the parts of a parsed frame are. */
struct frame_view {
	size_t l3, l4, data, end;
	bool v6, tcp, fragment;
	uint16_t vlan, sport, dport;
	uint32_t seq;
};

size_t frame_build(uint8_t *buf, const struct frame *f);

/* The header that asks for the checksum of @f, and for segments of @gso. */
void frame_vnet(const struct frame *f, uint16_t gso, struct virtio_net_hdr *h);

/* False for anything but an IP frame whose lengths agree. */
bool frame_parse(const uint8_t *buf, size_t len, struct frame_view *v);
bool frame_checksum_ok(const uint8_t *buf, size_t len);

/* Payload byte @off of the stream that starts with @seed. */
static inline uint8_t pattern_at(uint32_t seed, size_t off)
{
	uint32_t x = seed * 0x9e3779b1u + (uint32_t)(off >> 2) + 1;

	x ^= x >> 15;
	x *= 0x85ebca6bu;
	x ^= x >> 13;
	return (uint8_t)(x >> (8 * (off & 3)));
}

void pattern_fill(uint8_t *buf, size_t len, uint32_t seed, size_t off);
bool pattern_ok(const uint8_t *buf, size_t len, uint32_t seed, size_t off);

#endif
