// SPDX-License-Identifier: GPL-2.0
/* The frames of a workload, made once; to send is then to publish a buffer. */
#define _GNU_SOURCE
#include "bench.h"

#include <arpa/inet.h>
#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/if_packet.h>
#include <net/if.h>

#include "../tapdev.h"

#define UDP_HEADERS 42
#define TCP_HEADERS 54
#define IP_AT 26		/* source and destination, 4 bytes each */
#define PORT_AT 34

const uint8_t mac_far[6] = { 2, 0, 0, 0, 0, 1 };
const uint8_t mac_group[6] = { 0x33, 0x33, 0, 0, 0x12, 0x34 };
const uint8_t mac_all[6] = { 255, 255, 255, 255, 255, 255 };

static void describe(const struct task *t, struct frame *f)
{
	const struct workload *w = t->w;

	memset(f, 0, sizeof(*f));
	f->tcp = f->partial = w->gso != 0;
	f->payload = w->len - (w->gso ? TCP_HEADERS : UDP_HEADERS);
	f->sport = 1000;
	f->dport = 2000;
}

size_t traffic_frame(const struct task *t, uint8_t *buf, const uint8_t *dst, const uint8_t *src)
{
	struct frame f;

	describe(t, &f);
	f.dst = dst;
	f.src = src;
	return frame_build(buf, &f);
}

/* From the receiver to the sender: which no checksum notices. */
void traffic_turn(uint8_t *frame)
{
	uint8_t keep[4];

	memcpy(keep, frame + IP_AT, 4);
	memcpy(frame + IP_AT, frame + IP_AT + 4, 4);
	memcpy(frame + IP_AT + 4, keep, 4);
	memcpy(keep, frame + PORT_AT, 2);
	memcpy(frame + PORT_AT, frame + PORT_AT + 2, 2);
	memcpy(frame + PORT_AT + 2, keep, 2);
}

int traffic_fill(const struct task *t, struct vdrv *d, const uint8_t *dst, const uint8_t *src,
		 bool turned)
{
	uint8_t *buf = malloc(FRAME_MAX);
	struct virtio_net_hdr h;
	struct frame f;
	int ret;

	if (!buf)
		return -ENOMEM;
	describe(t, &f);
	frame_vnet(&f, t->w->gso, &h);
	ret = (int)traffic_frame(t, buf, dst, src);
	if (turned)
		traffic_turn(buf);
	ret = vdrv_fill(d, &h, buf, (size_t)ret);
	free(buf);
	return ret;
}

int traffic_send(struct vdrv *d, unsigned int n)
{
	if (vdrv_put_filled(d, n) != n)
		return -ENOBUFS;
	vdrv_kick(d, &d->tx);
	return 0;
}

int traffic_sent(struct vdrv *d)
{
	for (vdrv_reap(d); d->tx.n_free < d->tx.slots; vdrv_reap(d))
		if (!vdrv_wait(d, &d->tx, ARRIVE_MS))
			return -ETIMEDOUT;
	return 0;
}

/* ---------------------------------------------------------------- the far end of the wire */

static struct {
	uint8_t frame[FRAME_MAX];
	struct iovec piece;
	struct mmsghdr *burst;
	int fd;
} far_end;

/* Sends only: protocol 0 receives nothing. */
int wire_start(struct task *t, const uint8_t *dst, const uint8_t *src)
{
	struct sockaddr_ll sll = {
		.sll_family = AF_PACKET, .sll_ifindex = (int)if_nametoindex(BED_WIRE),
	};
	unsigned int i;

	far_end.piece.iov_base = far_end.frame;
	far_end.piece.iov_len = traffic_frame(t, far_end.frame, dst, src);
	free(far_end.burst);
	far_end.burst = calloc(t->w->batch, sizeof(*far_end.burst));
	if (!far_end.burst)
		return -ENOMEM;
	for (i = 0; i < t->w->batch; i++) {
		far_end.burst[i].msg_hdr.msg_iov = &far_end.piece;
		far_end.burst[i].msg_hdr.msg_iovlen = 1;
	}
	if (far_end.fd)
		return 0;
	far_end.fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	return bind(far_end.fd, (struct sockaddr *)&sll, sizeof(sll)) ? -errno : 0;
}

/*
 * So that who is woken by a frame does not run before the burst is over, as with a NIC whose frames
 * come in a softirq: sendmmsg() lets others run between frames, and Linux 6.1 then does.
 */
int wire_first(bool on)
{
	struct sched_param param = { .sched_priority = on };

	return sched_setscheduler(0, on ? SCHED_FIFO : SCHED_OTHER, &param) ? -errno : 0;
}

void wire_protocol(uint16_t protocol)
{
	far_end.frame[12] = protocol >> 8;
	far_end.frame[13] = protocol & 0xff;
}

int wire_burst(unsigned int n)
{
	int done = sendmmsg(far_end.fd, far_end.burst, n, 0);

	if (done < 0)
		return -errno;
	return (unsigned int)done == n ? 0 : -EIO;
}
