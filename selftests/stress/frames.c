// SPDX-License-Identifier: GPL-2.0
/* Frames of every kind, by chance. */
#include <string.h>

#include "../ipframe.h"
#include "stress.h"

void frame_group(struct rng *r, uint8_t *mac)
{
	const uint8_t group[6] = { 1, 0, 0x5e, 0, 0, (uint8_t)(1 + rng_below(r, 4)) };

	memcpy(mac, group, sizeof(group));
}

static void any_destination(struct rng *r, uint8_t *mac)
{
	const uint8_t lower[6] = { 2, 0, 0, 0, 1, (uint8_t)rng_below(r, 2 * BED_LOWERS) };

	switch (rng_below(r, 8)) {
	case 0:
		memset(mac, 0xff, 6);
		break;
	case 1:
		frame_group(r, mac);
		break;
	case 2:
		memcpy(mac, lower, 6);
		break;
	default:
		bed_mac(rng_below(r, BED_LINKS), rng_below(r, BED_MACS), mac);
	}
}

/* What no driver would send. */
static void spoil(struct rng *r, struct virtio_net_hdr *h)
{
	switch (rng_below(r, 4)) {
	case 0:
		h->gso_type = (uint8_t)rng_next(r);
		break;
	case 1:
		h->gso_size = (uint16_t)rng_next(r);
		break;
	case 2:
		h->flags = VIRTIO_NET_HDR_F_NEEDS_CSUM;
		h->csum_start = (uint16_t)rng_next(r);
		break;
	default:
		h->hdr_len = (uint16_t)rng_next(r);
	}
}

const struct stress_frame *frame_any(struct rng *r, const uint8_t *src)
{
	static struct stress_frame f;
	uint8_t to[6], from[6];
	struct frame spec = {
		.dst = to, .src = src ? src : from,
		.vlan = rng_one_in(r, 8) ? 5 : 0,
		.v6 = rng_one_in(r, 4), .tcp = rng_one_in(r, 2), .partial = rng_one_in(r, 2),
		.sport = (uint16_t)rng_next(r), .dport = 2000, .seq = (uint32_t)rng_next(r),
		.payload = rng_below(r, 1400),
	};
	uint16_t gso = 0;

	any_destination(r, to);
	bed_mac(rng_below(r, BED_LINKS), rng_below(r, BED_MACS), from);
	if (rng_one_in(r, 8)) {
		spec.payload = 1500 + rng_below(r, 40000);
		spec.partial = true;
		/* Older kernels have no segments of UDP. */
		spec.tcp = !rng_one_in(r, 8);
		gso = 1400;
	}
	f.len = frame_build(f.data, &spec);
	frame_vnet(&spec, gso, &f.h);
	if (rng_one_in(r, 64))
		spoil(r, &f.h);
	return &f;
}
