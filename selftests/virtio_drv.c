// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include "virtio_drv.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <linux/if_tun.h>
#include <linux/vhost.h>

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "virtio 1 rings are little endian, and no byte is swapped here"
#endif

#define RING_ALIGN 4096
/* Where the guest would see our two memory regions: not where they are, and apart. */
#define GPA_TX 0x100000ull
#define GPA_RX 0x4000000000ull

enum { VQ_RX = 0, VQ_TX = 1 };

static size_t pages(size_t len)
{
	return (len + RING_ALIGN - 1) & ~(size_t)(RING_ALIGN - 1);
}

static int vhost_ioctl(const struct vdrv *d, unsigned long cmd, void *arg)
{
	return ioctl(d->vhost, cmd, arg) < 0 ? -errno : 0;
}

/* ---------------------------------------------------------------- set-up */

static int negotiate(struct vdrv *d, uint64_t want)
{
	int ret = vhost_ioctl(d, VHOST_GET_FEATURES, &d->offered);

	if (ret)
		return ret;
	d->features = want & d->offered;
	d->hdr_len = d->features & (VDRV_VERSION_1 | VDRV_MRG_RXBUF) ?
		     sizeof(struct virtio_net_hdr_v1) : sizeof(struct virtio_net_hdr);
	return vhost_ioctl(d, VHOST_SET_FEATURES, &d->features);
}

/* One mapping: rings and tx buffers are one region of it, rx buffers another. */
static int map_memory(struct vdrv *d, const struct vdrv_config *c)
{
	size_t rings = 2 * pages(vring_size(c->ring, RING_ALIGN));
	size_t tx = pages((size_t)c->ring * c->tx_buf);
	size_t rx = pages((size_t)c->ring * c->rx_buf);

	d->tx_at = rings;
	d->rx_at = rings + tx;
	d->mem_len = rings + tx + rx;
	d->mem = mmap(NULL, d->mem_len, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (d->mem == MAP_FAILED) {
		d->mem = NULL;
		return -errno;
	}
	return 0;
}

static int set_mem_table(struct vdrv *d)
{
	char space[sizeof(struct vhost_memory) + 2 * sizeof(struct vhost_memory_region)] = { 0 };
	struct vhost_memory *table = (struct vhost_memory *)space;

	table->nregions = 2;
	table->regions[0].guest_phys_addr = GPA_TX;
	table->regions[0].userspace_addr = (uintptr_t)(d->mem + d->tx_at);
	table->regions[0].memory_size = d->rx_at - d->tx_at;
	table->regions[1].guest_phys_addr = GPA_RX;
	table->regions[1].userspace_addr = (uintptr_t)(d->mem + d->rx_at);
	table->regions[1].memory_size = d->mem_len - d->rx_at;
	return vhost_ioctl(d, VHOST_SET_MEM_TABLE, table);
}

static int init_ring(struct vdrv_ring *r, const struct vdrv_config *c, uint16_t chain,
		     uint32_t buf_size)
{
	uint16_t i;

	r->chain = chain;
	r->slots = c->ring / chain;
	r->buf_size = buf_size;
	r->next = c->first;
	r->seen = c->first;
	r->kicked = c->first;
	r->vr.avail->idx = c->first;
	r->vr.used->idx = c->first;
	vring_used_event(&r->vr) = c->first;
	r->kick = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	r->call = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	r->free = calloc(r->slots, sizeof(*r->free));
	if (r->kick < 0 || r->call < 0 || !r->free)
		return -ENOMEM;
	for (i = 0; i < r->slots; i++)
		r->free[r->n_free++] = i;
	return 0;
}

static int set_vring(struct vdrv *d, struct vdrv_ring *r, unsigned int index)
{
	struct vhost_vring_state num = { .index = index, .num = r->vr.num };
	struct vhost_vring_state base = { .index = index, .num = r->next };
	struct vhost_vring_file kick = { .index = index, .fd = r->kick };
	struct vhost_vring_file call = { .index = index, .fd = r->call };
	struct vhost_vring_addr addr = {
		.index = index,
		.desc_user_addr = (uintptr_t)r->vr.desc,
		.avail_user_addr = (uintptr_t)r->vr.avail,
		.used_user_addr = (uintptr_t)r->vr.used,
	};
	int ret = vhost_ioctl(d, VHOST_SET_VRING_NUM, &num);

	if (!ret)
		ret = vhost_ioctl(d, VHOST_SET_VRING_BASE, &base);
	if (!ret)
		ret = vhost_ioctl(d, VHOST_SET_VRING_ADDR, &addr);
	if (!ret)
		ret = vhost_ioctl(d, VHOST_SET_VRING_KICK, &kick);
	if (!ret)
		ret = vhost_ioctl(d, VHOST_SET_VRING_CALL, &call);
	return ret;
}

static int set_up(struct vdrv *d, const struct vdrv_config *c)
{
	int ret = vhost_ioctl(d, VHOST_SET_OWNER, NULL);

	if (!ret)
		ret = negotiate(d, c->want);
	if (!ret)
		ret = map_memory(d, c);
	if (ret)
		return ret;
	vring_init(&d->rx.vr, c->ring, d->mem, RING_ALIGN);
	vring_init(&d->tx.vr, c->ring, d->mem + d->tx_at / 2, RING_ALIGN);
	d->tx.bufs = d->mem + d->tx_at;
	d->tx.gpa = GPA_TX;
	d->rx.bufs = d->mem + d->rx_at;
	d->rx.gpa = GPA_RX;
	ret = init_ring(&d->rx, c, 1, c->rx_buf);
	if (!ret)
		ret = init_ring(&d->tx, c, c->chain ? c->chain : 1, c->tx_buf);
	if (!ret)
		ret = set_mem_table(d);
	if (!ret)
		ret = set_vring(d, &d->rx, VQ_RX);
	if (!ret)
		ret = set_vring(d, &d->tx, VQ_TX);
	return ret;
}

int vdrv_open(struct vdrv *d, const struct vdrv_config *c)
{
	int ret;

	memset(d, 0, sizeof(*d));
	d->tap = -1;
	d->rx.kick = d->rx.call = d->tx.kick = d->tx.call = -1;
	d->vhost = open(c->vhost ? c->vhost : "/dev/vhost-net", O_RDWR | O_CLOEXEC);
	if (d->vhost < 0)
		return -errno;
	ret = set_up(d, c);
	if (ret) {
		vdrv_close(d);
		return ret;
	}
	vdrv_starve(d, false);
	return 0;
}

static void close_ring(struct vdrv_ring *r)
{
	if (r->kick >= 0)
		close(r->kick);
	if (r->call >= 0)
		close(r->call);
	free(r->free);
	memset(r, 0, sizeof(*r));
	r->kick = r->call = -1;
}

/* vhost goes first: it must not touch the rings when their memory goes. */
void vdrv_close(struct vdrv *d)
{
	if (d->vhost >= 0)
		close(d->vhost);
	d->vhost = -1;
	close_ring(&d->rx);
	close_ring(&d->tx);
	if (d->mem)
		munmap(d->mem, d->mem_len);
	d->mem = NULL;
}

static int set_backend(struct vdrv *d, unsigned int index, int fd)
{
	struct vhost_vring_file file = { .index = index, .fd = fd };

	return vhost_ioctl(d, VHOST_NET_SET_BACKEND, &file);
}

int vdrv_attach(struct vdrv *d, int tap)
{
	int size = (int)d->hdr_len;
	int ret = ioctl(tap, TUNSETVNETHDRSZ, &size) < 0 ? -errno : 0;

	if (!ret)
		ret = set_backend(d, VQ_RX, tap);
	if (!ret)
		ret = set_backend(d, VQ_TX, tap);
	if (!ret)
		d->tap = tap;
	return ret;
}

/* Stop both rings and carry their position over, the way QEMU pauses a VM. */
int vdrv_detach(struct vdrv *d)
{
	struct vhost_vring_state base[2] = { { .index = VQ_RX }, { .index = VQ_TX } };
	int i, ret;

	ret = set_backend(d, VQ_RX, -1);
	if (!ret)
		ret = set_backend(d, VQ_TX, -1);
	for (i = 0; !ret && i < 2; i++)
		ret = vhost_ioctl(d, VHOST_GET_VRING_BASE, &base[i]);
	for (i = 0; !ret && i < 2; i++)
		ret = vhost_ioctl(d, VHOST_SET_VRING_BASE, &base[i]);
	d->tap = -1;
	return ret;
}

/* ---------------------------------------------------------------- rings */

static uint16_t used_index(const struct vdrv_ring *r)
{
	return __atomic_load_n(&r->vr.used->idx, __ATOMIC_ACQUIRE);
}

/* Make descriptor chain @head available; vhost sees it from here on. */
static void publish(struct vdrv_ring *r, uint16_t head)
{
	r->vr.avail->ring[r->next % r->vr.num] = head;
	r->next++;
	__atomic_store_n(&r->vr.avail->idx, r->next, __ATOMIC_RELEASE);
}

static bool wants_kick(const struct vdrv *d, const struct vdrv_ring *r)
{
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	if (d->features & VDRV_EVENT_IDX)
		return vring_need_event(vring_avail_event(&r->vr), r->next, r->kicked);
	return !(__atomic_load_n(&r->vr.used->flags, __ATOMIC_RELAXED) & VRING_USED_F_NO_NOTIFY);
}

void vdrv_kick(struct vdrv *d, struct vdrv_ring *r)
{
	if (r->next == r->kicked)
		return;
	if (wants_kick(d, r)) {
		eventfd_write(r->kick, 1);
		r->notified++;
	}
	r->kicked = r->next;
}

bool vdrv_wait(struct vdrv *d, struct vdrv_ring *r, int timeout_ms)
{
	struct pollfd p = { .fd = r->call, .events = POLLIN };
	eventfd_t count;

	while (used_index(r) == r->seen) {
		if (d->features & VDRV_EVENT_IDX) {
			vring_used_event(&r->vr) = r->seen;
			__atomic_thread_fence(__ATOMIC_SEQ_CST);
			if (used_index(r) != r->seen)
				break;
		}
		if (poll(&p, 1, timeout_ms) <= 0)
			return used_index(r) != r->seen;
		eventfd_read(r->call, &count);
	}
	return true;
}

/* ---------------------------------------------------------------- sending */

unsigned int vdrv_reap(struct vdrv *d)
{
	struct vdrv_ring *r = &d->tx;
	unsigned int n = 0;
	uint16_t end;

	for (end = used_index(r); r->seen != end; r->seen++, n++)
		r->free[r->n_free++] = r->vr.used->ring[r->seen % r->vr.num].id / r->chain;
	return n;
}

/* Spread @len bytes of a slot over its descriptors, the header alone first. */
static void fill_chain(struct vdrv *d, uint16_t head, uint64_t gpa, size_t len)
{
	struct vdrv_ring *r = &d->tx;
	size_t piece;
	uint16_t i;

	for (i = 0; i < r->chain; i++) {
		if (i == r->chain - 1)
			piece = len;
		else
			piece = i ? len / 2 : d->hdr_len;
		r->vr.desc[head + i] = (struct vring_desc){
			.addr = gpa, .len = (uint32_t)piece,
			.flags = i < r->chain - 1 ? VRING_DESC_F_NEXT : 0,
			.next = head + i + 1,
		};
		gpa += piece;
		len -= piece;
	}
}

static void fill_slot(struct vdrv *d, uint16_t slot, const struct virtio_net_hdr *h,
		      const void *frame, size_t len)
{
	struct vdrv_ring *r = &d->tx;
	uint8_t *buf = memset(r->bufs + (size_t)slot * r->buf_size, 0, d->hdr_len);

	if (h)
		memcpy(buf, h, sizeof(*h));
	memcpy(buf + d->hdr_len, frame, len);
	fill_chain(d, slot * r->chain, r->gpa + (uint64_t)slot * r->buf_size, d->hdr_len + len);
}

int vdrv_fill(struct vdrv *d, const struct virtio_net_hdr *h, const void *frame, size_t len)
{
	uint16_t slot;

	if (d->hdr_len + len > d->tx.buf_size)
		return -EMSGSIZE;
	for (slot = 0; slot < d->tx.slots; slot++)
		fill_slot(d, slot, h, frame, len);
	return 0;
}

unsigned int vdrv_put_filled(struct vdrv *d, unsigned int n)
{
	struct vdrv_ring *r = &d->tx;
	unsigned int i;

	if (r->n_free < n)
		vdrv_reap(d);
	for (i = 0; i < n && r->n_free; i++)
		publish(r, r->free[--r->n_free] * r->chain);
	return i;
}

int vdrv_put(struct vdrv *d, const struct virtio_net_hdr *h, const void *frame, size_t len)
{
	struct vdrv_ring *r = &d->tx;

	if (d->hdr_len + len > r->buf_size)
		return -EMSGSIZE;
	if (!r->n_free && !vdrv_reap(d))
		return -ENOBUFS;
	fill_slot(d, r->free[r->n_free - 1], h, frame, len);
	vdrv_put_filled(d, 1);
	return 0;
}

int vdrv_send(struct vdrv *d, const struct virtio_net_hdr *h, const void *frame, size_t len,
	      int timeout_ms)
{
	int ret;

	while ((ret = vdrv_put(d, h, frame, len)) == -ENOBUFS)
		if (!vdrv_wait(d, &d->tx, timeout_ms))
			return -ETIMEDOUT;
	if (!ret)
		vdrv_kick(d, &d->tx);
	return ret;
}

/* ---------------------------------------------------------------- receiving */

static void post(struct vdrv *d, uint16_t slot)
{
	struct vdrv_ring *r = &d->rx;

	r->vr.desc[slot] = (struct vring_desc){
		.addr = r->gpa + (uint64_t)slot * r->buf_size,
		.len = r->buf_size, .flags = VRING_DESC_F_WRITE,
	};
	publish(r, slot);
}

/* A starved ring keeps what comes back; feeding it posts all of that. */
void vdrv_starve(struct vdrv *d, bool on)
{
	struct vdrv_ring *r = &d->rx;

	r->slots = on ? 0 : r->vr.num;
	while (!on && r->n_free)
		post(d, r->free[--r->n_free]);
	vdrv_kick(d, r);
}

static void give_back(struct vdrv *d, uint16_t slot)
{
	struct vdrv_ring *r = &d->rx;

	if (r->slots)
		post(d, slot);
	else
		r->free[r->n_free++] = slot;
}

/* Append one used buffer to what has been copied; false if vhost lied. */
static bool take_buffer(struct vdrv *d, size_t skip, uint8_t *to, size_t cap, size_t *len)
{
	struct vdrv_ring *r = &d->rx;
	const struct vring_used_elem *e = &r->vr.used->ring[r->seen % r->vr.num];
	size_t n;

	if (e->id >= r->vr.num || e->len > r->buf_size || e->len < skip)
		return false;
	n = e->len - skip;
	if (*len + n > cap)
		return false;
	memcpy(to + *len, r->bufs + (size_t)e->id * r->buf_size + skip, n);
	*len += n;
	r->seen++;
	give_back(d, (uint16_t)e->id);
	return true;
}

ssize_t vdrv_recv(struct vdrv *d, struct virtio_net_hdr_v1 *h, void *frame, size_t cap,
		  int timeout_ms)
{
	struct vdrv_ring *r = &d->rx;
	struct virtio_net_hdr_v1 head = { 0 };
	uint16_t span = 1, i;
	size_t len = 0;

	if (!vdrv_wait(d, r, timeout_ms))
		return -ETIMEDOUT;
	i = (uint16_t)r->vr.used->ring[r->seen % r->vr.num].id;
	if (i >= r->vr.num)
		return -EPROTO;
	memcpy(&head, r->bufs + (size_t)i * r->buf_size, d->hdr_len);
	if (d->features & VDRV_MRG_RXBUF)
		span = head.num_buffers;
	if (!span || span > VDRV_MAX_SPAN)
		return -EPROTO;
	for (i = 0; i < span; i++) {
		if (!vdrv_wait(d, r, timeout_ms) ||
		    !take_buffer(d, i ? 0 : d->hdr_len, frame, cap, &len))
			return -EPROTO;
	}
	vdrv_kick(d, r);
	if (h)
		*h = head;
	return (ssize_t)len;
}

const uint8_t *vdrv_peek(const struct vdrv *d)
{
	const struct vdrv_ring *r = &d->rx;
	uint32_t id = r->vr.used->ring[r->seen % r->vr.num].id;

	if (used_index(r) == r->seen || id >= r->vr.num)
		return NULL;
	return r->bufs + (size_t)id * r->buf_size + d->hdr_len;
}

unsigned int vdrv_discard(struct vdrv *d, unsigned int max)
{
	const struct virtio_net_hdr_v1 *h;
	const uint8_t *frame;
	unsigned int n;
	uint16_t span;

	for (n = 0; n < max && (frame = vdrv_peek(d)); n++) {
		h = (const void *)(frame - d->hdr_len);
		span = d->features & VDRV_MRG_RXBUF ? h->num_buffers : 1;
		for (; span; span--, d->rx.seen++)
			give_back(d, (uint16_t)d->rx.vr.used->ring[d->rx.seen % d->rx.vr.num].id);
	}
	return n;
}
