// SPDX-License-Identifier: GPL-2.0
/* One workload on one peer: its process, its worker, its windows. */
#define _GNU_SOURCE
#include "bench.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#include <jansson.h>

#include "../tapdev.h"
#include "mark.h"

#define RING_SIZE 256
#define BATCH_MS 20000		/* until the worker must have a batch */

uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

/* ---------------------------------------------------------------- parts */

int task_driver(struct task *t, struct vdrv *d, int tap)
{
	/* mergeable buffers of a page, as Linux guests have them */
	struct vdrv_config c = {
		.want = VDRV_VERSION_1 | VDRV_MRG_RXBUF | VDRV_EVENT_IDX, .ring = RING_SIZE,
		.rx_buf = t->w->gso ? 4096 : 2048, .tx_buf = t->w->gso ? 12 + FRAME_MAX : 2048,
	};
	int ret = tap < 0 ? tap : vdrv_open(d, &c);

	return ret ? ret : vdrv_attach(d, tap);
}

/* So that a bridge knows where the guest is; the others do not mind. */
static int announce(struct task *t, struct vdrv *d, const uint8_t *mac)
{
	uint8_t frame[64] = { 0 };

	(void)t;
	memcpy(frame, mac_far, 6);
	memcpy(frame + 6, mac, 6);
	frame[12] = 0x88;
	frame[13] = 0xb5;
	return vdrv_send(d, NULL, frame, sizeof(frame), ARRIVE_MS);
}

int task_guest(struct task *t, struct vdrv *d, unsigned int link, const uint8_t *to, bool turned)
{
	uint8_t mac[6];
	int ret = task_driver(t, d, bed_queue(&t->bed, link));

	bed_mac(&t->bed, link, mac);
	if (!ret)
		ret = announce(t, d, mac);
	if (!ret)
		ret = traffic_sent(d);
	return ret ? ret : traffic_fill(t, d, to, mac, turned);
}

/* Dies with the task, whose death nobody else would tell it. */
int task_worker(struct task *t, int (*run)(struct task *t, unsigned int link), unsigned int link)
{
	struct pollfd p = { .fd = t->ready, .events = POLLIN };
	eventfd_t count;
	pid_t pid;
	int ret;

	pid = fork();
	if (pid < 0)
		return -errno;
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		ret = run(t, link);
		fprintf(stderr, "bench: worker of %s: %s\n", t->w->name, strerror(-ret));
		_exit(1);
	}
	if (poll(&p, 1, BATCH_MS) <= 0)
		return -ETIMEDOUT;
	return eventfd_read(t->ready, &count) ? -errno : 0;
}

void task_ready(struct task *t)
{
	eventfd_write(t->ready, 1);
}

int task_receive(struct task *t, unsigned int link)
{
	struct vdrv d;
	int ret = task_guest(t, &d, link, mac_far, true);
	unsigned int n;

	if (ret)
		return ret;
	task_ready(t);
	for (;;) {
		if (!vdrv_wait(&d, &d.rx, -1))
			return -EIO;
		n = vdrv_discard(&d, 64);
		vdrv_kick(&d, &d.rx);
		task_took(t, n);
	}
}

void task_took(struct task *t, unsigned int n)
{
	uint64_t before = atomic_fetch_add(&t->shared->seen, n);
	uint64_t target = atomic_load(&t->shared->target);

	if (before < target && before + n >= target)
		eventfd_write(t->acked, 1);
}

void task_expect(struct task *t, unsigned int n)
{
	atomic_store(&t->shared->target, n ? atomic_load(&t->shared->seen) + n : UINT64_MAX);
}

int task_acked(struct task *t)
{
	struct pollfd p = { .fd = t->acked, .events = POLLIN };
	eventfd_t count;

	if (poll(&p, 1, BATCH_MS) > 0)
		return eventfd_read(t->acked, &count) ? -errno : 0;
	fprintf(stderr, "bench: %s on %s: %llu frames are missing\n", t->w->name, t->bed.peer->name,
		(unsigned long long)(t->shared->target - t->shared->seen));
	return -ETIMEDOUT;
}

/* ---------------------------------------------------------------- windows */

void window_open(struct task *t, const char *op)
{
	memset(&t->result, 0, sizeof(t->result));
	t->result.op = op;
	mark_number(t->window);
	t->opened = now_ns();
	mark(MARK_OPEN);
}

void window_close(struct task *t)
{
	mark(MARK_CLOSE);
	t->result.ns = now_ns() - t->opened;
}

void window_report(struct task *t)
{
	const struct result *r = &t->result;
	json_t *line = json_pack("{ss ss sI sI sI sI sI sI}", "workload", t->w->name,
				 "peer", t->bed.peer->name, "round", (json_int_t)t->round,
				 "window", (json_int_t)t->window, "links", (json_int_t)t->bed.links,
				 "frames", (json_int_t)r->frames, "lost", (json_int_t)r->lost,
				 "ns", (json_int_t)r->ns);
	char *text;

	t->window++;
	if (r->op)
		json_object_set_new(line, "op", json_string(r->op));
	if (r->fairness > 0)
		json_object_set_new(line, "fairness", json_real(r->fairness));
	text = json_dumps(line, JSON_COMPACT);
	dprintf(STDOUT_FILENO, "%s\n", text);
	free(text);
	json_decref(line);
}

/* ---------------------------------------------------------------- the process */

static int begin(struct task *t)
{
	int ret;

	t->shared = mmap(NULL, sizeof(*t->shared), PROT_READ | PROT_WRITE,
			 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	t->acked = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	t->ready = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (t->shared == MAP_FAILED || t->acked < 0 || t->ready < 0)
		return -ENOMEM;
	t->bed.dummy = t->w->how->dummy;
	ret = bed_make(&t->bed);
	if (!ret)
		ret = bed_grow(&t->bed, t->w->links);
	return ret ? ret : t->w->how->prepare(t);
}

static int serve(struct task *t, const struct command *c)
{
	int ret;

	t->w = &workloads[c->workload];
	t->round = c->round;
	t->window = c->window;
	ret = bed_grow(&t->bed, t->w->links);
	return ret ? ret : t->w->how->measure(t);
}

/* Answers each command, the first when all is set up. */
void task_main(struct task *t, int fd)
{
	struct command c;
	int ret;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (ret = begin(t);; ret = serve(t, &c)) {
		if (ret)
			fprintf(stderr, "bench: %s on %s: %s\n", t->w->name, t->bed.peer->name,
				strerror(-ret));
		if (write(fd, &ret, sizeof(ret)) != sizeof(ret) || ret)
			_exit(1);
		if (read(fd, &c, sizeof(c)) != sizeof(c))
			_exit(0);
	}
}
