/* SPDX-License-Identifier: GPL-2.0 */
/* What the vhost tests share: links, a driver on each, frames that are checked. */
#ifndef MVTAP_SELFTESTS_VHOSTBED_H
#define MVTAP_SELFTESTS_VHOSTBED_H

#include <pthread.h>
#include <stdatomic.h>

#include "tapdev.h"
#include "virtio_drv.h"

#define RING 256
#define SMALL_BUF 2048
#define BIG_BUF (12 + FRAME_MAX)

/* The tap queues of beda and bedb, the drivers on them, the wire. */
extern int tap_a, tap_b, wire;
extern struct vdrv drv_a, drv_b;

/* bed_create(), and /dev/vhost-net is there; once per program. */
int vhost_create(void);
int vhost_setup(void **state);
int vhost_teardown(void **state);

/* vdrv_open() and vdrv_attach(), or the test fails. */
void start(struct vdrv *d, int tap, const struct vdrv_config *c);
/* Both drivers with the same features and small buffers. */
void start_both(uint64_t want);

/* A UDP frame with @payload bytes of stream @seq. */
struct frame udp(const uint8_t *dst, const uint8_t *src, uint32_t seq, size_t payload);

void drv_send(struct vdrv *d, const struct frame *f, uint16_t gso);
void drv_expect(struct vdrv *d, const struct frame *f, uint16_t gso);
bool drv_quiet(struct vdrv *d);
void wire_put(const struct frame *f, uint16_t gso);
void wire_expect(const struct frame *f, uint16_t gso);

/*
 * Send @n small frames with stream numbers from @seq on; they must arrive in
 * order and complete. False, with a note, if they do not.
 */
bool try_flow(struct vdrv *from, struct vdrv *to, const uint8_t *dst, const uint8_t *src,
	      uint32_t seq, unsigned int n);
void flow(struct vdrv *from, struct vdrv *to, const uint8_t *dst, const uint8_t *src,
	  uint32_t seq, unsigned int n);

/* Traffic by a thread of its own, until it is stopped. */
struct pump {
	pthread_t thread;
	struct vdrv *from, *to;	/* @to NULL: send and do not look */
	const uint8_t *dst, *src;
	atomic_bool stop, broken;
	atomic_uint rounds;	/* of some tens of frames each */
};

void pump_start(struct pump *p, struct vdrv *from, struct vdrv *to, const uint8_t *dst,
		const uint8_t *src);
/* Wait for @n more rounds; false when they do not come. */
bool pump_runs(struct pump *p, unsigned int n);
/* False if a frame was lost or damaged, which only a pump with @to can know. */
bool pump_stop(struct pump *p);

#endif
