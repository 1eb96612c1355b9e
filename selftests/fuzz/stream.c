// SPDX-License-Identifier: GPL-2.0
#include "stream.h"

#include <string.h>

#include "world.h"

uint8_t take_u8(struct stream *s)
{
	uint8_t v = 0;

	take_bytes(s, &v, 1);
	return v;
}

uint16_t take_u16(struct stream *s)
{
	uint16_t v;

	take_bytes(s, &v, sizeof(v));
	return v;
}

uint32_t take_u32(struct stream *s)
{
	uint32_t v;

	take_bytes(s, &v, sizeof(v));
	return v;
}

unsigned int take_below(struct stream *s, unsigned int n)
{
	return take_u8(s) % n;
}

bool take_chance(struct stream *s, unsigned int num)
{
	/* An input that has ended decides for the common case. */
	return s->left && take_u8(s) < num;
}

void take_bytes(struct stream *s, void *to, size_t n)
{
	size_t have = n < s->left ? n : s->left;

	memcpy(to, s->at, have);
	memset((uint8_t *)to + have, 0, n - have);
	s->at += have;
	s->left -= have;
}

uint32_t take_number(struct stream *s)
{
	static const uint32_t edges[] = {
		0, 1, 2, 3, 4, 5, 8, 16, 32, 64, 255, 256, 0777, 1000, 1024, 4095,
		4096, 65535, 65536, 1000000, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff,
	};
	uint8_t sel = take_u8(s);

	if (sel < 2 * (sizeof(edges) / sizeof(edges[0])))
		return edges[sel / 2];
	return sel < 128 ? take_u8(s) : take_u32(s);
}

void take_mac(struct stream *s, uint8_t mac[6])
{
	static const uint8_t broadcast[6] = { 255, 255, 255, 255, 255, 255 };
	static const uint8_t group[6] = { 1, 0, 0x5e, 0, 0, 0 };
	uint8_t sel = take_u8(s);

	if (sel < 128) {
		world_mac(sel % 32, mac);
	} else if (sel < 160) {
		world_mac(WORLD_MAC_LOWER + sel % WORLD_LOWERS, mac);
	} else if (sel < 176) {
		memcpy(mac, broadcast, 6);
	} else if (sel < 216) {
		memcpy(mac, group, 6);
		mac[5] = sel % 8;
	} else if (sel < 224) {
		memset(mac, 0, 6);
	} else {
		take_bytes(s, mac, 6);
	}
}
