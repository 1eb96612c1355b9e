/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A virtio-net driver in user space, without any VM: one queue pair of split
 * rings in our own memory, served by the kernel's vhost-net through the
 * descriptor of a tap queue. A device with several queue pairs is several of
 * these. Not thread safe: one thread may send while another receives, no more.
 */
#ifndef MVTAP_SELFTESTS_VIRTIO_DRV_H
#define MVTAP_SELFTESTS_VIRTIO_DRV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <linux/virtio_config.h>
#include <linux/virtio_net.h>
#include <linux/virtio_ring.h>

#ifndef VIRTIO_F_RING_RESET
#define VIRTIO_F_RING_RESET 40
#endif

#define VDRV_BIT(n) (1ull << (n))
#define VDRV_VERSION_1 VDRV_BIT(VIRTIO_F_VERSION_1)
#define VDRV_MRG_RXBUF VDRV_BIT(VIRTIO_NET_F_MRG_RXBUF)
#define VDRV_EVENT_IDX VDRV_BIT(VIRTIO_RING_F_EVENT_IDX)
#define VDRV_RING_RESET VDRV_BIT(VIRTIO_F_RING_RESET)

/* Most buffers that one received frame may span. */
#define VDRV_MAX_SPAN 64

struct vdrv_config {
	const char *vhost;	/* NULL: /dev/vhost-net */
	uint64_t want;		/* feature bits; those not offered are left out */
	uint16_t ring;		/* entries of each ring, a power of two */
	uint16_t chain;		/* descriptors of one sent frame, 0: 1 */
	uint16_t first;		/* ring index to start at */
	uint32_t rx_buf;	/* size of a buffer, vnet header included */
	uint32_t tx_buf;
};

struct vdrv_ring {
	struct vring vr;
	int kick, call;
	uint16_t next;		/* avail index we write next */
	uint16_t seen;		/* used index we read next */
	uint16_t kicked;	/* avail index at the last notification */
	uint16_t slots;		/* frames or buffers it holds */
	uint16_t chain;		/* descriptors per slot */
	uint16_t *free;		/* stack of free slots */
	uint16_t n_free;
	uint32_t buf_size;
	uint8_t *bufs;
	uint64_t gpa;		/* guest physical address of bufs */
	uint64_t notified;	/* kicks that were needed */
};

struct vdrv {
	int vhost;
	int tap;		/* the caller's; -1 while detached */
	uint64_t offered, features;
	size_t hdr_len;
	uint8_t *mem;
	size_t mem_len;
	size_t tx_at, rx_at;	/* where the two memory regions start */
	struct vdrv_ring rx, tx;
};

/* All functions that return int: 0 or -errno. */
int vdrv_open(struct vdrv *d, const struct vdrv_config *c);
void vdrv_close(struct vdrv *d);

/* Give vhost the queue @tap, sets its header size; or take it away again. */
int vdrv_attach(struct vdrv *d, int tap);
int vdrv_detach(struct vdrv *d);

/* Put one frame (without kick); -ENOBUFS when the ring is full. */
int vdrv_put(struct vdrv *d, const struct virtio_net_hdr *h, const void *frame, size_t len);
/* Tell vhost of what was put, if it wants to know. */
void vdrv_kick(struct vdrv *d, struct vdrv_ring *r);
/* Take back what vhost has sent; how many frames. */
unsigned int vdrv_reap(struct vdrv *d);
/* Put and kick; waits for room up to @timeout_ms. */
int vdrv_send(struct vdrv *d, const struct virtio_net_hdr *h, const void *frame, size_t len,
	      int timeout_ms);

/*
 * Copy out the next frame, give its buffers back. Its length, -ETIMEDOUT, or
 * -EPROTO when vhost broke the rules. @h may be NULL.
 */
ssize_t vdrv_recv(struct vdrv *d, struct virtio_net_hdr_v1 *h, void *frame, size_t cap,
		  int timeout_ms);

/* Wait until vhost has used an entry of @r: true if it has. */
bool vdrv_wait(struct vdrv *d, struct vdrv_ring *r, int timeout_ms);

/*
 * For measuring, where neither side shall touch what is in a frame: put the same one in all
 * transmit buffers, make @n of these available (how many there was room for; no kick), and take
 * back up to @max received frames unread (how many; no kick). vdrv_peek() shows the next one,
 * NULL: none.
 */
int vdrv_fill(struct vdrv *d, const struct virtio_net_hdr *h, const void *frame, size_t len);
unsigned int vdrv_put_filled(struct vdrv *d, unsigned int n);
unsigned int vdrv_discard(struct vdrv *d, unsigned int max);
const uint8_t *vdrv_peek(const struct vdrv *d);

/* Withhold all receive buffers from now on (false: post them again). */
void vdrv_starve(struct vdrv *d, bool on);

#endif
