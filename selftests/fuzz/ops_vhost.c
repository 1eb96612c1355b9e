// SPDX-License-Identifier: GPL-2.0
/*
 * A driver that breaks the rules, in front of the kernel's vhost-net: rings that
 * lead nowhere or in circles, descriptors that change while they are read,
 * memory that is not there.
 */
#define _GNU_SOURCE
#include "ops.h"

#include <fcntl.h>
#include <limits.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <linux/if_tun.h>
#include <linux/vhost.h>

#include "../tapdev.h"
#include "../virtio_drv.h"
#include "owner.h"
#include "scribble.h"
#include "watch.h"
#include "world.h"

#define RING 16
#define TX_BUF (12 + OPS_FRAME)	/* a header, and large frames in one piece */
#define RX_BUF 2048

static struct vdrv drv = { .vhost = -1 };
static int tap = -1;
static bool worn;	/* by ioctls: not to be used again */
static uint8_t flavour;

static const uint64_t features[4] = {
	VDRV_VERSION_1 | VDRV_MRG_RXBUF | VDRV_EVENT_IDX, VDRV_VERSION_1 | VDRV_MRG_RXBUF,
	VDRV_VERSION_1 | VDRV_BIT(VIRTIO_RING_F_INDIRECT_DESC), 0,
};

/* --- life ---------------------------------------------------------------- */

static void backend(unsigned int queue, int fd)
{
	struct vhost_vring_file file = { .index = queue, .fd = fd };

	ioctl(drv.vhost, VHOST_NET_SET_BACKEND, &file);
}

static bool is_open(void)
{
	return drv.vhost >= 0;
}

static void finish(void)
{
	if (is_open())
		vdrv_close(&drv);
	drv.vhost = -1;
	worn = false;
}

static void free_slots(struct vdrv_ring *r)
{
	for (r->n_free = 0; r->n_free < r->slots; r->n_free++)
		r->free[r->n_free] = r->n_free;
}

/* The rings as a driver leaves them at its start. */
static void rewind_ring(struct vdrv_ring *r, unsigned int index)
{
	struct vhost_vring_state base = { .index = index };
	uint64_t sink;

	memset(r->vr.desc, 0, r->vr.num * sizeof(*r->vr.desc));
	memset(r->vr.avail, 0, sizeof(*r->vr.avail) + (r->vr.num + 1) * 2);
	memset(r->vr.used, 0, sizeof(*r->vr.used) + r->vr.num * sizeof(struct vring_used_elem) + 2);
	ioctl(drv.vhost, VHOST_SET_VRING_BASE, &base);
	r->next = r->seen = r->kicked = 0;
	free_slots(r);
	if (read(r->kick, &sink, sizeof(sink)) < 0)
		return;
}

void vhost_reset(void)
{
	scribble_stop();
	if (!is_open())
		return;
	backend(0, -1);
	backend(1, -1);
	if (tap >= 0)
		close(tap);
	tap = -1;
	if (worn) {
		finish();
		return;
	}
	rewind_ring(&drv.rx, 0);
	rewind_ring(&drv.tx, 1);
}

void vhost_end(void)
{
	vhost_reset();
	finish();
}

void op_vhost_start(struct stream *s)
{
	struct vdrv_config c = { .ring = RING, .rx_buf = RX_BUF, .tx_buf = TX_BUF };
	uint8_t sel = take_u8(s);
	int size, room = INT_MAX;

	if (is_open() && flavour != sel % 4)
		vhost_end();
	flavour = sel % 4;
	c.want = features[flavour];
	if (!is_open() && owner_open(&drv, &c)) {
		if (world.failing)
			return;
		fuzz_die("vhost");
	}
	if (tap < 0)
		tap = tap_open(world_link(sel & 0x80 ? 4 : 0), O_RDWR | O_NONBLOCK);
	size = (int)drv.hdr_len;
	if (sel & 0x40)
		size = 10 + sel / 4 % 16;
	ioctl(tap, TUNSETVNETHDRSZ, &size);
	/* As QEMU has it: frames come in batches. Else each has memory of its own. */
	if (sel & 0x20)
		ioctl(tap, TUNSETSNDBUF, &room);
	if (sel & 4)
		ioctl(tap, TUNSETOFFLOAD, TUN_F_CSUM | TUN_F_TSO4 | TUN_F_TSO6);
	vdrv_starve(&drv, false);
	backend(0, tap);
	backend(1, tap);
}

void op_vhost_stop(struct stream *s)
{
	if (!is_open())
		return;
	backend(take_u8(s) & 1, -1);
}

/* --- what a driver does -------------------------------------------------- */

void op_vhost_tx(struct stream *s)
{
	static uint8_t frame[OPS_FRAME];
	struct virtio_net_hdr h = { 0 };
	size_t len = take_frame(s, &h, frame);

	if (!is_open())
		return;
	/* vdrv_put() would look for free slots in the used ring, which may be spoilt. */
	if (!drv.tx.n_free)
		free_slots(&drv.tx);
	if (!vdrv_put(&drv, &h, frame, len))
		vdrv_kick(&drv, &drv.tx);
}

void op_vhost_rx(struct stream *s)
{
	op_wire(s);
	/* The buffer that it took is there again. */
	if (is_open())
		drv.rx.vr.avail->idx += take_u8(s) & 1;
}

void op_vhost_kick(struct stream *s)
{
	uint64_t one = 1;

	if (is_open() && write(take_u8(s) & 1 ? drv.tx.kick : drv.rx.kick, &one, sizeof(one)) < 0)
		return;
}

/* --- and what it should not ---------------------------------------------- */

static struct vdrv_ring *take_ring(struct stream *s)
{
	return take_u8(s) & 1 ? &drv.rx : &drv.tx;
}

static uint64_t take_address(struct stream *s, const struct vdrv_ring *r)
{
	uint8_t sel = take_u8(s);

	if (sel < 160)
		return r->gpa + sel * 64ull;
	if (sel < 192)
		return r->gpa + (uint64_t)r->slots * r->buf_size - sel % 32;
	if (sel < 224)
		return (uint64_t)take_number(s) << 32 | take_number(s);
	return sel < 240 ? take_u32(s) : ~(uint64_t)take_u8(s);
}

void op_vhost_desc(struct stream *s)
{
	struct vdrv_ring *r = take_ring(s);
	struct vring_desc *d;
	uint8_t sel;

	if (!is_open())
		return;
	sel = take_u8(s);
	d = &r->vr.desc[sel % RING];
	d->addr = take_address(s, r);
	d->len = sel & 0x40 ? take_number(s) : take_u8(s) * 16u;
	d->flags = take_u8(s) & 7;
	d->next = sel & 0x80 ? take_u16(s) : take_u8(s) % RING;
	/* A table of its own, behind an indirect descriptor: this very ring. */
	if (d->flags & VRING_DESC_F_INDIRECT)
		memcpy(r->bufs, r->vr.desc, sizeof(*d) * RING);
}

void op_vhost_ring(struct stream *s)
{
	struct vdrv_ring *r = take_ring(s);
	uint8_t sel;

	if (!is_open())
		return;
	sel = take_u8(s);
	switch (sel % 5) {
	case 0:
	case 1:
		r->vr.avail->ring[sel / 8 % RING] = sel & 0x80 ? take_u16(s) : take_u8(s) % RING;
		break;
	case 2:
		r->vr.avail->idx += sel & 0x80 ? take_u16(s) : take_u8(s) % (RING + 2);
		break;
	case 3:
		vring_used_event(&r->vr) = take_u16(s);
		r->vr.avail->flags = take_u8(s);
		break;
	default:
		r->vr.used->idx = take_u16(s);
	}
}

void op_vhost_scribble(struct stream *s)
{
	if (is_open())
		scribble_start(take_ring(s), take_u32(s));
}

/* In the driver's memory, or where there is none: vhost writes where we say. */
static uintptr_t take_user(struct stream *s)
{
	uint8_t sel = take_u8(s);

	return sel < 224 ? (uintptr_t)drv.mem + sel * 64u : sel;
}

void op_vhost_ioctl(struct stream *s)
{
	static const unsigned long commands[] = {
		VHOST_SET_VRING_NUM, VHOST_SET_VRING_BASE, VHOST_SET_VRING_ENDIAN,
		VHOST_SET_VRING_BUSYLOOP_TIMEOUT, VHOST_GET_VRING_BASE,
	};
	struct vhost_vring_addr addr = { 0 };
	struct vhost_vring_state state;
	uint8_t sel = take_u8(s);
	uint64_t bits;

	if (!is_open())
		return;
	worn = true;
	switch (sel % 4) {
	case 0:
		state.index = sel / 4 % 3;
		state.num = take_number(s);
		/* What is longer than this would lead out of our memory. */
		if (state.num > 64 && state.num < 65536)
			state.num = 64;
		ioctl(drv.vhost, commands[take_below(s, 5)], &state);
		break;
	case 1:
		addr.index = sel / 4 % 2;
		addr.flags = sel & 0x40;
		addr.desc_user_addr = take_user(s);
		addr.avail_user_addr = take_user(s);
		addr.used_user_addr = take_user(s);
		ioctl(drv.vhost, VHOST_SET_VRING_ADDR, &addr);
		break;
	case 2:
		bits = features[sel / 4 % 4] ^ (1ull << sel / 4 % 40);
		ioctl(drv.vhost, VHOST_SET_FEATURES, &bits);
		break;
	default:
		if (sel & 0x80)
			ioctl(drv.vhost, VHOST_RESET_OWNER, NULL);
	}
}

void op_vhost_memory(struct stream *s)
{
	char space[sizeof(struct vhost_memory) + 4 * sizeof(struct vhost_memory_region)] = { 0 };
	struct vhost_memory *table = (struct vhost_memory *)space;
	unsigned int i, n = take_below(s, 5);

	if (!is_open())
		return;
	worn = true;
	table->nregions = n;
	for (i = 0; i < n; i++) {
		table->regions[i].guest_phys_addr = take_address(s, &drv.tx);
		table->regions[i].userspace_addr = take_user(s);
		table->regions[i].memory_size = take_number(s) % (drv.mem_len / 2);
	}
	ioctl(drv.vhost, VHOST_SET_MEM_TABLE, table);
}

/* A queue of another link, what is no tap, or the same once more. */
void op_vhost_backend(struct stream *s)
{
	const int fds[] = { tap, tap_pick(s), world.wire2, world.packet, -1 };
	uint8_t sel = take_u8(s);

	if (is_open())
		backend(sel & 1, fds[sel / 2 % 5]);
}
