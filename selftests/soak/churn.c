// SPDX-License-Identifier: GPL-2.0
/* Links that come, are used and go, at a steady pace; how long that takes. */
#define _GNU_SOURCE
#include "soak.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "../ipframe.h"
#include "../netcfg.h"
#include "../tapdev.h"
#include "flow.h"

#define NAME "churn"
#define TWIN "yardstick"
#define FRAMES 2
#define PORT 50
#define RECEIVE_US 5000000

struct guest {
	const char *kind;
	uint32_t mode;
	uint8_t mac[6];
	int fd[2], queues;
};

const char *const op_names[OPS] = {
	[OP_ADD_LAN] = "add mvlan", [OP_ADD_TAP] = "add mvtap", [OP_SET_MAC] = "set mac",
	[OP_SHOW] = "show", [OP_DEL_LAN] = "del mvlan", [OP_DEL_TAP] = "del mvtap",
	[OP_TWINS + OP_ADD_LAN] = "add macvlan", [OP_TWINS + OP_ADD_TAP] = "add macvtap",
	[OP_TWINS + OP_SET_MAC] = "set mac in-tree", [OP_TWINS + OP_SHOW] = "show in-tree",
	[OP_TWINS + OP_DEL_LAN] = "del macvlan", [OP_TWINS + OP_DEL_TAP] = "del macvtap",
};

static uint32_t *latency[OPS], *scratch;
static unsigned int capacity;
static atomic_uint done, failed;
static struct path_count received;
static uint32_t dice, jitter;

unsigned int churn_done(void)
{
	return done;
}

unsigned int churn_failed(void)
{
	return failed;
}

void churn_count(struct path_count *wire_churn)
{
	*wire_churn = received;
}

static bool one_in(uint32_t n)
{
	return next_random(&dice) % n == 0;
}

/* Note what took since @begin, and what came of it. 0 is for not done at all. */
static int timed(enum op_kind op, uint64_t begin, int err)
{
	uint32_t us = (uint32_t)(now_us() - begin);

	latency[op][done] = us ? us : 1;
	return err;
}

static bool is_tap(const struct guest *g)
{
	return !strcmp(g->kind, "mvtap");
}

static int create(struct guest *g)
{
	static const uint32_t modes[] = {
		MACVLAN_MODE_BRIDGE, MACVLAN_MODE_PRIVATE, MACVLAN_MODE_VEPA,
	};
	struct link_spec spec = { .name = NAME, .lower = LOWER };
	uint64_t begin;

	memset(g, 0, sizeof(*g));
	g->kind = one_in(2) ? "mvtap" : "mvlan";
	g->mode = modes[next_random(&dice) % 3];
	spec.kind = g->kind;
	spec.mode = g->mode;
	begin = now_us();
	return timed(is_tap(g) ? OP_ADD_TAP : OP_ADD_LAN, begin, link_add(&spec));
}

static int configure(struct guest *g)
{
	const uint8_t mac[6] = {
		2, 0x51, (uint8_t)(done >> 24), (uint8_t)(done >> 16), (uint8_t)(done >> 8),
		(uint8_t)done,
	};
	struct rtnl_link_stats64 stats;
	uint64_t begin;
	int err = 0;

	memcpy(g->mac, mac, sizeof(mac));
	if (g->mode != MACVLAN_MODE_VEPA && one_in(4))
		err = set_host_reach(NAME, g->kind);
	begin = now_us();
	if (!err)
		err = timed(OP_SET_MAC, begin, link_set_mac(NAME, g->mac));
	begin = now_us();
	if (!err)
		err = timed(OP_SHOW, begin, link_get_stats(NAME, &stats));
	return err ? err : link_up(NAME);
}

static int open_queues(struct guest *g)
{
	int want = one_in(2) ? 2 : 1;

	while (g->queues < want) {
		g->fd[g->queues] = tap_open(NAME, O_RDWR | O_NONBLOCK);
		if (g->fd[g->queues] < 0)
			return g->fd[g->queues];
		g->queues++;
	}
	return 0;
}

static void close_queues(struct guest *g)
{
	while (g->queues)
		close(g->fd[--g->queues]);
}

static void send_out(const struct guest *g, int fd)
{
	int i;

	for (i = 0; i < FRAMES; i++) {
		traffic_churn_sent(CHURN_WIRE, fd, is_tap(g), g->mac);
		if (g->mode == MACVLAN_MODE_BRIDGE)
			traffic_churn_sent(CHURN_TAP, fd, is_tap(g), g->mac);
	}
}

static bool is_frame(const uint8_t *buf, size_t len, uint32_t seq)
{
	struct frame_view v;

	return frame_parse(buf, len, &v) && v.dport == PORT && v.seq == seq &&
	       frame_checksum_ok(buf, len) && pattern_ok(buf + v.data, v.end - v.data, seq, 0);
}

/* From the wire to whichever of the queues the hash finds. */
static void receive_one(struct guest *g, uint32_t seq)
{
	uint64_t end = now_us() + RECEIVE_US;
	uint8_t buf[FLOW_FRAME];
	int i, wait = 0;
	ssize_t len;

	do {
		for (i = 0; i < g->queues; i++) {
			len = tap_recv(g->fd[i], NULL, buf, sizeof(buf), wait);
			if (len > 0 && is_frame(buf, (size_t)len, seq)) {
				received.seen++;
				return;
			}
		}
		wait = 1;
	} while (now_us() < end);
	received.lost++;
}

static void send_in(struct guest *g)
{
	struct frame f = {
		.dst = g->mac, .src = mac_wire1, .tcp = true, .sport = PORT, .dport = PORT,
		.payload = 200,
	};
	uint8_t buf[FLOW_FRAME];
	int i;

	for (i = 0; i < FRAMES; i++) {
		f.seq = (uint32_t)received.sent++;
		wire_send(ends[END_WIRE].fd[0], NULL, buf, frame_build(buf, &f));
		receive_one(g, f.seq);
	}
}

/* One link in two carries something, by its queues or by a packet socket. */
static int use(struct guest *g)
{
	int err, fd;

	if (one_in(2))
		return 0;
	if (is_tap(g)) {
		err = open_queues(g);
		if (err)
			return err;
		send_out(g, g->fd[0]);
		send_in(g);
		/* The others are still open while their link goes. */
		if (one_in(2))
			close_queues(g);
		return 0;
	}
	fd = wire_open(NAME);
	if (fd < 0)
		return fd;
	send_out(g, fd);
	close(fd);
	return 0;
}

/* The same kind of link as of the tree, on a lower device that nobody else has. */
static int yardstick(bool tap)
{
	static const uint8_t mac[6] = { 2, 0x52 };
	struct link_spec spec = {
		.kind = tap ? "macvtap" : "macvlan", .name = TWIN, .lower = TWIN_LOWER,
		.mode = MACVLAN_MODE_BRIDGE,
	};
	struct rtnl_link_stats64 stats;
	uint64_t begin = now_us();
	int err, gone;

	err = timed(OP_TWINS + (tap ? OP_ADD_TAP : OP_ADD_LAN), begin, link_add(&spec));
	begin = now_us();
	if (!err)
		err = timed(OP_TWINS + OP_SET_MAC, begin, link_set_mac(TWIN, mac));
	begin = now_us();
	if (!err)
		err = timed(OP_TWINS + OP_SHOW, begin, link_get_stats(TWIN, &stats));
	if (!err)
		err = link_up(TWIN);
	begin = now_us();
	gone = timed(OP_TWINS + (tap ? OP_DEL_TAP : OP_DEL_LAN), begin, link_del(TWIN));
	return err ? err : gone;
}

static int one_link(void)
{
	struct guest g;
	uint64_t begin;
	int err, gone;

	err = create(&g);
	if (!err)
		err = configure(&g);
	if (!err)
		err = use(&g);
	begin = now_us();
	gone = timed(is_tap(&g) ? OP_DEL_TAP : OP_DEL_LAN, begin, link_del(NAME));
	close_queues(&g);
	if (!err)
		err = yardstick(is_tap(&g));
	if (opt.leak && eventfd(0, EFD_CLOEXEC) < 0)
		err = -errno;
	return err ? err : gone;
}

/*
 * Link number @done comes at any point of its period: the traffic keeps time as well, and
 * what waits for a grace period would always meet it at the same point.
 */
static uint64_t next_time(uint64_t begin)
{
	uint64_t periods_us = done * 1000000ull + next_random(&jitter) % 1000000;

	return begin + periods_us / (unsigned int)opt.churn;
}

void *churn_main(void *unused)
{
	uint64_t begin = now_us();
	int err;

	while (!stopping && done < capacity) {
		err = one_link();
		if (err && failed++ < 5)
			fprintf(stderr, "churned link %u: %s\n", done, strerror(-err));
		done++;
		sleep_until(next_time(begin));
	}
	return unused;
}

int churn_open(void)
{
	size_t size;
	int i;

	capacity = (unsigned int)(opt.seconds * opt.churn + 1000);
	size = capacity * sizeof(**latency);
	dice = opt.seed | 1;
	jitter = ~opt.seed | 1;
	scratch = malloc(size);
	for (i = 0; i < OPS && scratch; i++) {
		latency[i] = calloc(1, size);
		if (!latency[i])
			return -ENOMEM;
	}
	return scratch ? 0 : -ENOMEM;
}

void churn_close(void)
{
	int i;

	for (i = 0; i < OPS; i++)
		free(latency[i]);
	free(scratch);
}

static int by_size(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

static unsigned int gather(enum op_kind op, unsigned int from, unsigned int to)
{
	unsigned int i, n = 0;

	for (i = from; i < to; i++)
		if (latency[op][i])
			scratch[n++] = latency[op][i];
	return n;
}

unsigned int churn_ops(enum op_kind op, unsigned int from, unsigned int to)
{
	return gather(op, from, to);
}

uint32_t churn_latency(enum op_kind op, unsigned int from, unsigned int to, double q)
{
	unsigned int n = gather(op, from, to);

	if (!n)
		return 0;
	qsort(scratch, n, sizeof(*scratch), by_size);
	return scratch[(unsigned int)((n - 1) * q)];
}
