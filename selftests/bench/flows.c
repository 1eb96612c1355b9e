// SPDX-License-Identifier: GPL-2.0
/* One sender, one receiver: between guests, to and from the wire, by read and write. */
#define _GNU_SOURCE
#include "bench.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../netcfg.h"
#include "../tapdev.h"

/* @once moves a batch; as often as the workload says, and a few times before. */
int flow_measure(struct task *t, int (*once)(struct task *t), unsigned int legs)
{
	unsigned int i, warm = t->round ? 2 : 8, batches = scaled(t->w->batches);
	int ret = 0;

	for (i = 0; !ret && i < warm; i++)
		ret = once(t);
	window_open(t, NULL);
	for (i = 0; !ret && i < batches; i++)
		ret = once(t);
	window_close(t);
	t->result.frames = (uint64_t)legs * batches * t->w->batch;
	if (!ret)
		window_report(t);
	return ret;
}

/* ---------------------------------------------------------------- guest to guest */

static int v2v_prepare(struct task *t)
{
	uint8_t to[6];
	int ret = task_worker(t, task_receive, 1);

	bed_mac(&t->bed, 1, to);
	return ret ? ret : task_guest(t, &t->drv, 0, to, false);
}

static int v2v_batch(struct task *t)
{
	int ret;

	task_expect(t, t->w->batch);
	ret = traffic_send(&t->drv, t->w->batch);
	return ret ? ret : task_acked(t);
}

static int v2v_measure(struct task *t)
{
	return flow_measure(t, v2v_batch, 1);
}

const struct method method_v2v = { .prepare = v2v_prepare, .measure = v2v_measure };

/* ---------------------------------------------------------------- one in flight */

static int echo_one(struct vdrv *d, int timeout_ms)
{
	if (!vdrv_wait(d, &d->rx, timeout_ms))
		return -ETIMEDOUT;
	vdrv_discard(d, 1);
	vdrv_kick(d, &d->rx);
	return 0;
}

static int rr_worker(struct task *t, unsigned int link)
{
	struct vdrv d;
	uint8_t to[6];
	int ret;

	bed_mac(&t->bed, 0, to);
	ret = task_guest(t, &d, link, to, true);
	task_ready(t);
	while (!ret) {
		ret = echo_one(&d, -1);
		if (!ret)
			ret = traffic_send(&d, 1);
	}
	return ret;
}

/* What was flooded to us meanwhile is not an answer. */
static int rr_prepare(struct task *t)
{
	uint8_t to[6];
	int ret;

	bed_mac(&t->bed, 1, to);
	ret = task_guest(t, &t->drv, 0, to, false);
	if (!ret)
		ret = task_worker(t, rr_worker, 1);
	while (!ret && vdrv_wait(&t->drv, &t->drv.rx, QUIET_MS))
		vdrv_discard(&t->drv, 1);
	return ret;
}

static int rr_once(struct task *t)
{
	int ret = traffic_send(&t->drv, 1);

	return ret ? ret : echo_one(&t->drv, ARRIVE_MS);
}

static int rr_measure(struct task *t)
{
	return flow_measure(t, rr_once, 2);
}

const struct method method_rr = { .prepare = rr_prepare, .measure = rr_measure };

/* ---------------------------------------------------------------- guest to wire */

static int v2w_prepare(struct task *t)
{
	return task_guest(t, &t->drv, 0, mac_far, false);
}

static int v2w_batch(struct task *t)
{
	int ret = traffic_send(&t->drv, t->w->batch);

	return ret ? ret : traffic_sent(&t->drv);
}

/* The dummy device frees what it is given, and counts. */
static int v2w_measure(struct task *t)
{
	struct rtnl_link_stats64 before, after;
	unsigned int batches = scaled(t->w->batches) + (t->round ? 2 : 8);
	int ret = link_get_stats(BED_LOWER, &before);

	if (!ret)
		ret = flow_measure(t, v2w_batch, 1);
	if (!ret)
		ret = link_get_stats(BED_LOWER, &after);
	if (!ret && after.tx_packets - before.tx_packets != (uint64_t)batches * t->w->batch)
		ret = -ENODATA;
	return ret;
}

const struct method method_v2w = {
	.prepare = v2w_prepare, .measure = v2w_measure, .dummy = true,
};

/* ---------------------------------------------------------------- wire to guest */

static int w2v_prepare(struct task *t)
{
	uint8_t to[6];
	int ret = task_worker(t, task_receive, 1);

	bed_mac(&t->bed, 1, to);
	if (!ret)
		ret = wire_start(t, to, mac_far);
	return ret ? ret : wire_first(true);
}

int w2v_batch(struct task *t)
{
	int ret;

	task_expect(t, t->w->batch);
	ret = wire_burst(t->w->batch);
	return ret ? ret : task_acked(t);
}

static int w2v_measure(struct task *t)
{
	return flow_measure(t, w2v_batch, 1);
}

const struct method method_w2v = { .prepare = w2v_prepare, .measure = w2v_measure };

/* The same frames to a device on which nobody wants them: ends within netif_receive_skb. */
static int far_prepare(struct task *t)
{
	int ret = wire_start(t, mac_a, mac_far);

	wire_protocol(0x88b5);
	return ret;
}

static int far_batch(struct task *t)
{
	return wire_burst(t->w->batch);
}

static int far_measure(struct task *t)
{
	return flow_measure(t, far_batch, 1);
}

const struct method method_far = { .prepare = far_prepare, .measure = far_measure };

/* ---------------------------------------------------------------- read and write */

static uint8_t rw_buf[VNET_HLEN + FRAME_MAX];
static size_t rw_len;

static int rw_worker(struct task *t, unsigned int link)
{
	int fd = bed_queue(&t->bed, link);

	task_ready(t);
	while (fd >= 0 && read(fd, rw_buf, sizeof(rw_buf)) > 0)
		task_took(t, 1);
	return -EIO;
}

static int rw_prepare(struct task *t)
{
	uint8_t to[6], from[6];
	int ret = task_worker(t, rw_worker, 1);

	bed_mac(&t->bed, 0, from);
	bed_mac(&t->bed, 1, to);
	rw_len = VNET_HLEN + traffic_frame(t, rw_buf + VNET_HLEN, to, from);
	t->tap = bed_queue(&t->bed, 0);
	return ret ? ret : t->tap < 0 ? t->tap : 0;
}

static int rw_batch(struct task *t)
{
	unsigned int i;

	task_expect(t, t->w->batch);
	for (i = 0; i < t->w->batch; i++)
		if (write(t->tap, rw_buf, rw_len) != (ssize_t)rw_len)
			return -errno;
	return task_acked(t);
}

static int rw_measure(struct task *t)
{
	return flow_measure(t, rw_batch, 1);
}

const struct method method_rw = { .prepare = rw_prepare, .measure = rw_measure };

/* ---------------------------------------------------------------- the bound */

static uint8_t copy_from[FRAME_MAX + 8], copy_to[FRAME_MAX + 8];

static int copy_prepare(struct task *t)
{
	memset(copy_from, 1, t->w->len);
	memset(copy_to, 2, t->w->len);
	return 0;
}

/* Eight bytes an instruction, as the kernel copies on such a processor. */
static int copy_batch(struct task *t)
{
	unsigned int i;

	for (i = 0; i < t->w->batch; i++) {
#if defined(__x86_64__)
		const void *from = copy_from;
		size_t n = t->w->len / 8;
		void *to = copy_to;

		__asm__ volatile("rep movsq" : "+S"(from), "+D"(to), "+c"(n) : : "memory");
		__asm__ volatile("rep movsb" : "+S"(from), "+D"(to), "=c"(n) : "2"(t->w->len % 8) : "memory");
#else
		memcpy(copy_to, copy_from, t->w->len);
#endif
	}
	return 0;
}

static int copy_measure(struct task *t)
{
	return flow_measure(t, copy_batch, 1);
}

const struct method method_copy = { .prepare = copy_prepare, .measure = copy_measure };
