// SPDX-License-Identifier: GPL-2.0
/* A guest with vhost: its backend comes and goes while it sends and receives. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <limits.h>
#include <unistd.h>

#include "../tapdev.h"
#include "../virtio_drv.h"
#include "queue.h"
#include "stress.h"

static struct vdrv drv = { .vhost = -1 };
static int queue = -1;
static uint8_t frame[STRESS_FRAME_MAX];

static void detach(void)
{
	vdrv_detach(&drv);
	queue_close(&queue);
}

static int start(struct rng *r)
{
	struct vdrv_config c = {
		.want = VDRV_VERSION_1 | VDRV_MRG_RXBUF |
			(rng_one_in(r, 2) ? VDRV_EVENT_IDX : 0),
		.ring = 256, .rx_buf = 2048, .tx_buf = 2048,
	};

	stress_note("vhost");
	return vdrv_open(&drv, &c);
}

static int attach(struct rng *r)
{
	int err;

	queue = queue_open(r, O_NONBLOCK);
	if (queue < 0)
		return queue;
	stress_note("attach");
	/* As QEMU does; a link that has gone has no more say in it. */
	tap_set_int(queue, TUNSETSNDBUF, INT_MAX);
	err = vdrv_attach(&drv, queue);
	if (err)
		detach();
	return err;
}

static int send(struct rng *r)
{
	unsigned int i, n = 1 + rng_below(r, 64);
	const struct stress_frame *f;
	int ret = 0;

	stress_note("send");
	for (i = 0; i < n && !ret; i++) {
		f = frame_any(r, NULL);
		ret = vdrv_put(&drv, &f->h, f->data, f->len);
		if (ret == -EMSGSIZE)
			ret = 0;
	}
	vdrv_kick(&drv, &drv.tx);
	return ret;
}

static int receive(void)
{
	ssize_t n = 0;
	unsigned int i;

	stress_note("receive");
	for (i = 0; i < 64 && n >= 0; i++)
		n = vdrv_recv(&drv, NULL, frame, sizeof(frame), 1);
	return n < 0 && i == 1 ? (int)n : 0;
}

static int vhost(struct rng *r)
{
	if (drv.vhost < 0)
		return start(r);
	if (queue < 0)
		return attach(r);
	switch (rng_below(r, 16)) {
	case 0:
		detach();
		return 0;
	case 1:
		vdrv_close(&drv);
		queue_close(&queue);
		return 0;
	case 2:
		vdrv_starve(&drv, rng_one_in(r, 2));
		return 0;
	case 3:	/* vhost holds it by itself */
		close(queue);
		queue = open("/dev/null", O_RDONLY | O_CLOEXEC);
		return 0;
	case 4:
	case 5:
	case 6:
	case 7:
	case 8:
		return receive();
	default:
		return send(r);
	}
}

static void end(void)
{
	vdrv_close(&drv);
	queue_close(&queue);
}

static const char *missing(void)
{
	return access("/dev/vhost-net", F_OK) ? "no /dev/vhost-net" : NULL;
}

const struct actor actor_vhost = {
	.name = "vhost", .step = vhost, .end = end, .missing = missing, .weight = 40,
	.pins = true,
	/* The link has gone, ENOTSOCK: from an open queue; nothing came; the ring is full. */
	.may = { ENODEV, ENXIO, ENOLINK, ENOTSOCK, ETIMEDOUT, ENOBUFS },
};
