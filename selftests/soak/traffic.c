// SPDX-License-Identifier: GPL-2.0
/*
 * Flows of numbered frames between the queues, the wire and the host. No more
 * than WINDOW frames of a flow are under way, far less than any ring or backlog
 * holds: whatever does not arrive is lost without need.
 */
#define _GNU_SOURCE
#include "soak.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <unistd.h>

#include "../netcfg.h"
#include "../tapdev.h"
#include "../virtio_drv.h"
#include "flow.h"

#define TICK_US 10000
#define STUCK_US 20000000ull
#define DRAIN_US 5000000ull
#define BCAST_US 1000000ull

struct end ends[ENDS];
static int poller = -1;
static bool has_vhost;
static atomic_ullong frames;

uint64_t traffic_frames(void)
{
	return frames;
}

bool traffic_has_vhost(void)
{
	return has_vhost;
}

/* ------------------------------------------------------------------ ends */

static int watch(int e, int q)
{
	struct epoll_event ev = { .events = EPOLLIN, .data.u32 = (uint32_t)(e << 8 | q) };

	return epoll_ctl(poller, EPOLL_CTL_ADD, ends[e].fd[q], &ev) ? -errno : 0;
}

static int open_queue(int e, const char *link)
{
	int fd = tap_open(link, O_RDWR | O_NONBLOCK);

	if (fd < 0)
		return fd;
	ends[e].fd[ends[e].queues] = fd;
	return watch(e, ends[e].queues++);
}

static int open_loaded(void)
{
	char name[IFNAMSIZ];
	int i, q, err = 0;

	for (i = 0; i < opt.queues && !err; i++) {
		q = i % LOADED;
		loaded_name(q, name);
		loaded_mac(q, ends[q].mac);
		err = open_queue(q, name);
	}
	return err;
}

static int open_packet(int e, const char *dev, const uint8_t *mac)
{
	int fd = wire_open(dev);

	if (fd < 0)
		return fd;
	ends[e].fd[ends[e].queues] = fd;
	memcpy(ends[e].mac, mac, 6);
	return watch(e, ends[e].queues++);
}

static int open_driver(int e, const char *link)
{
	struct vdrv_config c = {
		.want = VDRV_VERSION_1, .ring = 256, .rx_buf = 2048, .tx_buf = 2048,
	};
	struct end *end = &ends[e];
	int err;

	end->is_vhost = true;
	end->drv.vhost = -1;
	end->fd[0] = tap_open(link, O_RDWR | O_NONBLOCK);
	if (end->fd[0] < 0)
		return end->fd[0];
	end->queues = 1;
	err = link_get_mac(link, end->mac);
	if (!err)
		err = vdrv_open(&end->drv, &c);
	if (!err)
		err = tap_set_int(end->fd[0], TUNSETSNDBUF, INT_MAX);
	return err ? err : vdrv_attach(&end->drv, end->fd[0]);
}

static int open_vhost(void)
{
	int err;

	if (access("/dev/vhost-net", F_OK) && system("modprobe -q vhost_net"))
		return 0;
	err = vhost_links_add();
	if (!err)
		err = open_driver(END_VHOST, "vhost0");
	if (!err)
		err = open_driver(END_VHOST + 1, "vhost1");
	has_vhost = !err;
	return err;
}

int traffic_open(void)
{
	int err;

	poller = epoll_create1(EPOLL_CLOEXEC);
	if (poller < 0)
		return -errno;
	err = open_loaded();
	if (!err)
		err = open_packet(END_WIRE, WIRE, mac_wire1);
	if (!err)
		err = open_packet(END_HOST, LOWER, mac_lower);
	if (!err)
		err = open_vhost();
	return err ? err : flows_make(has_vhost);
}

void traffic_close(void)
{
	int e, q;

	for (e = 0; e < ENDS; e++) {
		if (ends[e].is_vhost)
			vdrv_close(&ends[e].drv);
		for (q = 0; q < ends[e].queues; q++)
			close(ends[e].fd[q]);
	}
	close(poller);
	if (has_vhost)
		vhost_links_del();
}

void traffic_queues(int *sent, int *received)
{
	int e, q;

	*sent = 0;
	*received = 0;
	for (e = 0; e < LOADED; e++)
		for (q = 0; q < ends[e].queues; q++) {
			*sent += ends[e].tx[q] > 0;
			*received += ends[e].rx[q] > 0;
		}
}

/* --------------------------------------------------------------- sending */

static bool end_send(struct end *end, int q, const void *frame, size_t len)
{
	q %= end->queues;
	if (end->is_vhost) {
		if (vdrv_send(&end->drv, NULL, frame, len, 0))
			return false;
	} else if (tap_send(end->fd[q], NULL, frame, len) < 0) {
		return false;
	}
	end->tx[q]++;
	return true;
}

static bool flow_send(struct flow *f)
{
	uint8_t buf[FLOW_FRAME];
	size_t len;

	if (f->sent - f->next >= WINDOW)
		return false;
	len = flow_frame(f, buf);
	if (!end_send(f->from, f->queue, buf, len))
		return false;
	if (f->sent == f->next)
		f->moved = now_us();
	f->sent++;
	f->count.sent++;
	return true;
}

/* Up to @n frames, each flow in its turn. */
static void send_some(int n)
{
	static int turn;
	int idle = 0;

	while (n > 0 && idle < n_paced) {
		turn = (turn + 1) % n_paced;
		if (flow_send(&flows[turn])) {
			n--;
			idle = 0;
		} else {
			idle++;
		}
	}
}

/* The next broadcast of a kind, when all have the last one. */
static void send_broadcast(int b)
{
	struct bcast *bc = &bcasts[b];
	uint8_t buf[FLOW_FRAME];
	int i;

	for (i = 0; i < bc->n; i++)
		if (bc->to[i]->sent != bc->to[i]->next)
			return;
	if (!end_send(bc->to[0]->from, 0, buf, flow_frame(bc->to[0], buf)))
		return;
	for (i = 0; i < bc->n; i++) {
		bc->to[i]->moved = now_us();
		bc->to[i]->sent++;
		bc->to[i]->count.sent++;
	}
}

static void send_broadcasts(void)
{
	static uint64_t due;
	static int turn;

	if (now_us() < due)
		return;
	due = now_us() + BCAST_US / 2;
	send_broadcast(turn++ % BCASTS);
}

void traffic_churn_sent(enum path_kind path, int fd, bool is_tap, const uint8_t *src)
{
	struct flow *f = &churn_flows[path == CHURN_TAP];
	uint8_t buf[FLOW_FRAME];
	size_t len;

	memcpy(f->src, src, 6);
	len = flow_frame(f, buf);
	f->moved = now_us();
	f->sent++;
	f->count.sent++;
	/* What cannot be sent is not received, and is counted as that. */
	if (is_tap)
		tap_send(fd, NULL, buf, len);
	else
		wire_send(fd, NULL, buf, len);
}

/* ------------------------------------------------------------- receiving */

static void read_driver(struct end *end)
{
	uint8_t buf[FLOW_FRAME];
	ssize_t len;

	while ((len = vdrv_recv(&end->drv, NULL, buf, sizeof(buf), 0)) > 0) {
		frames += flow_seen(end, buf, (size_t)len);
		end->rx[0]++;
	}
}

static void read_queue(struct end *end, int q)
{
	uint8_t buf[FLOW_FRAME];
	ssize_t len;
	int i;

	for (i = 0; i < 16; i++) {
		len = end < &ends[END_WIRE] ?
		      tap_recv(end->fd[q], NULL, buf, sizeof(buf), 0) :
		      wire_recv(end->fd[q], NULL, buf, sizeof(buf), 0);
		if (len < 0)
			break;
		frames += flow_seen(end, buf, (size_t)len);
		end->rx[q]++;
	}
}

/* Take all that is there, and wait for more until @until. */
static void receive(uint64_t until)
{
	struct epoll_event ev[32];
	uint64_t now;
	int i, n, ms;

	do {
		for (i = END_VHOST; has_vhost && i < END_VHOST + 2; i++)
			read_driver(&ends[i]);
		now = now_us();
		ms = now < until ? (int)((until - now) / 1000) : 0;
		n = epoll_wait(poller, ev, 32, ms);
		for (i = 0; i < n; i++)
			read_queue(&ends[ev[i].data.u32 >> 8], ev[i].data.u32 & 0xff);
	} while (n > 0 || now_us() + 1000 < until);
}

static bool under_way(void)
{
	int i;

	for (i = 0; i < n_flows; i++)
		if (flows[i].sent != flows[i].next)
			return true;
	return false;
}

/* What has been under way for too long is given up as lost. */
static void give_up(uint64_t us)
{
	uint64_t now = now_us();
	int i;

	for (i = 0; i < n_flows; i++)
		if (flows[i].sent != flows[i].next && now > flows[i].moved + us)
			flow_lost(&flows[i]);
}

void *traffic_main(void *unused)
{
	uint64_t begin = now_us(), tick = begin, due, done = 0, most = opt.rate / 20 + 1;

	/* On one processor, the churn first. */
	setpriority(PRIO_PROCESS, (id_t)gettid(), 10);
	while (!traffic_stopping) {
		tick += TICK_US;
		due = (tick - begin) * (uint64_t)opt.rate / 1000000 - done;
		done += due;
		/* What could not be sent for want of time is not caught up with. */
		send_some((int)(due < most ? due : most));
		send_broadcasts();
		receive(tick);
		give_up(STUCK_US);
		if (now_us() > tick + 10 * TICK_US)
			tick = now_us();
	}
	for (tick = now_us(); under_way() && now_us() < tick + DRAIN_US;)
		receive(now_us() + TICK_US);
	give_up(0);
	return unused;
}
