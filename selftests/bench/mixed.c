// SPDX-License-Identifier: GPL-2.0
/* Many senders to one guest; the host and a guest. */
#define _GNU_SOURCE
#include "bench.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../netcfg.h"
#include "../tapdev.h"

/* ---------------------------------------------------------------- incast */

#define SENDERS 8
#define SETTLE_US 20000
#define INCAST_MS 100		/* of the guest's time, in a window */

static struct vdrv senders[SENDERS];

static int incast_worker(struct task *t, unsigned int link)
{
	const uint8_t *frame;
	struct vdrv d;
	int ret = task_guest(t, &d, link, mac_far, true);

	if (ret)
		return ret;
	task_ready(t);
	for (;;) {
		if (!vdrv_wait(&d, &d.rx, -1))
			return -EIO;
		while ((frame = vdrv_peek(&d))) {
			if (frame[11] < SENDERS)
				t->shared->from[frame[11]]++;
			vdrv_discard(&d, 1);
		}
		vdrv_kick(&d, &d.rx);
	}
}

static int incast_prepare(struct task *t)
{
	uint8_t to[6];
	unsigned int i;
	int ret = task_worker(t, incast_worker, SENDERS);

	bed_mac(&t->bed, SENDERS, to);
	for (i = 0; !ret && i < SENDERS; i++)
		ret = task_guest(t, &senders[i], i, to, false);
	return ret;
}

/* Each the same, again when vhost has taken all of that. */
static int incast_burst(struct task *t)
{
	unsigned int i;
	int ret = 0;

	for (i = 0; !ret && i < SENDERS; i++)
		ret = traffic_send(&senders[i], t->w->batch);
	for (i = 0; !ret && i < SENDERS; i++)
		ret = traffic_sent(&senders[i]);
	return ret;
}

static void incast_judge(struct task *t, const uint64_t *had, uint64_t sent)
{
	double sum = 0, squares = 0, n;
	unsigned int i;

	for (i = 0; i < SENDERS; i++) {
		n = (double)(t->shared->from[i] - had[i]);
		sum += n;
		squares += n * n;
	}
	t->result.frames = (uint64_t)sum;
	t->result.lost = sent - (uint64_t)sum;
	t->result.fairness = squares > 0 ? sum * sum / (SENDERS * squares) : 0;
}

/* For a time, not a number of bursts: the faster would be done before the receiver has begun. */
static int incast_measure(struct task *t)
{
	uint64_t had[SENDERS], sent = 0, until = now_ns() + scaled(INCAST_MS) * 1000000ULL;
	unsigned int i;
	int ret = 0;

	for (i = 0; i < SENDERS; i++)
		had[i] = t->shared->from[i];
	window_open(t, NULL);
	for (; !ret && now_ns() < until; sent += SENDERS * t->w->batch)
		ret = incast_burst(t);
	usleep(SETTLE_US);
	window_close(t);
	incast_judge(t, had, sent);
	if (!ret)
		window_report(t);
	return ret;
}

const struct method method_incast = { .prepare = incast_prepare, .measure = incast_measure };

/* ---------------------------------------------------------------- host to guest and back */

#define HOST_IP 0x0a090001	/* as traffic_frame() has it; the guest's is the next */
#define SPORT 1000
#define DPORT 2000

static int host_socket;
static struct mmsghdr *host_burst;
static struct iovec *host_pieces;

static int echo_worker(struct task *t, unsigned int link)
{
	uint8_t to[6] = { 0 };
	unsigned int n = 0;
	struct vdrv d;
	int ret;

	link_get_mac(if_nametoindex("br0") ? "br0" : BED_LOWER, to);
	ret = task_guest(t, &d, link, to, true);
	task_ready(t);
	while (!ret) {
		if (!vdrv_wait(&d, &d.rx, -1))
			return -EIO;
		n += vdrv_discard(&d, 64);
		vdrv_kick(&d, &d.rx);
		if (n >= t->w->batch) {
			ret = traffic_send(&d, t->w->batch);
			n = 0;
		}
	}
	return ret;
}

static int host_address(struct task *t, const char *dev)
{
	char command[128];
	uint8_t m[6];
	int ret = link_add_ipv4(dev, HOST_IP, 24);

	bed_mac(&t->bed, 1, m);
	snprintf(command, sizeof(command),
		 "ip neigh add 10.9.0.2 lladdr %02x:%02x:%02x:%02x:%02x:%02x dev %s nud permanent",
		 m[0], m[1], m[2], m[3], m[4], m[5], dev);
	return ret ? ret : system(command) ? -EIO : 0;
}

static int host_open(struct task *t)
{
	struct sockaddr_in at = {
		.sin_family = AF_INET, .sin_port = htons(SPORT), .sin_addr.s_addr = htonl(HOST_IP),
	};
	unsigned int i;

	host_socket = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (bind(host_socket, (struct sockaddr *)&at, sizeof(at)))
		return -errno;
	at.sin_port = htons(DPORT);
	at.sin_addr.s_addr = htonl(HOST_IP + 1);
	if (connect(host_socket, (struct sockaddr *)&at, sizeof(at)))
		return -errno;
	host_burst = calloc(t->w->batch, sizeof(*host_burst));
	host_pieces = calloc(t->w->batch, sizeof(*host_pieces));
	for (i = 0; i < t->w->batch; i++) {
		host_pieces[i].iov_base = malloc(t->w->len);
		host_pieces[i].iov_len = t->w->len - 42;
		memset(host_pieces[i].iov_base, 1, t->w->len);
		host_burst[i].msg_hdr.msg_iov = &host_pieces[i];
		host_burst[i].msg_hdr.msg_iovlen = 1;
	}
	return 0;
}

static int host_prepare(struct task *t)
{
	const char *dev = if_nametoindex("br0") ? "br0" : BED_LOWER;
	int ret = 0;

	if (!strcmp(t->bed.peer->name, "mvtap"))
		ret = system("mvtap set l1 host on >/dev/null") ? -EIO : 0;
	if (!ret)
		ret = host_address(t, dev);
	if (!ret)
		ret = task_worker(t, echo_worker, 1);
	return ret ? ret : host_open(t);
}

static int host_batch(struct task *t)
{
	unsigned int n = t->w->batch, got = 0;
	int ret;

	if (sendmmsg(host_socket, host_burst, n, 0) != (int)n)
		return -EIO;
	while (got < n) {
		if (!(tap_poll(host_socket, POLLIN, ARRIVE_MS) & POLLIN))
			return -ETIMEDOUT;
		ret = recvmmsg(host_socket, host_burst, n - got, MSG_DONTWAIT, NULL);
		if (ret < 0)
			return -errno;
		got += (unsigned int)ret;
	}
	return 0;
}

static int host_measure(struct task *t)
{
	return flow_measure(t, host_batch, 2);
}

const struct method method_host = { .prepare = host_prepare, .measure = host_measure };
