// SPDX-License-Identifier: GPL-2.0
/*
 * What depends on how many links there are. One bed per peer, which grows: a guest on link 0, one
 * in another process on link 1, and where copies are looked for a bare queue on every other link.
 */
#define _GNU_SOURCE
#include "bench.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <net/if.h>

#include "../tapdev.h"
#include "mark.h"

#define FIRST_QUEUE 2		/* links below have guests */
#define MAX_LINKS 16384
#define WAKE_FUNCTION "ep_poll_callback"

static int queues[MAX_LINKS];
static unsigned int n_queues = FIRST_QUEUE;
static bool watching;		/* the plugin knows which function wakes */

/* The program is root: addresses are not hidden from it. */
static uint64_t kernel_symbol(const char *wanted)
{
	FILE *f = fopen("/proc/kallsyms", "re");
	uint64_t at = 0, found = 0;
	char name[128];

	while (f && !found && fscanf(f, "%lx %*c %127s%*[^\n]", &at, name) == 2)
		if (!strcmp(name, wanted))
			found = at;
	if (f)
		fclose(f);
	return found;
}

static int join(const char *link)
{
	struct ifreq ifr = { .ifr_hwaddr = { .sa_family = AF_UNSPEC } };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	int ret;

	snprintf(ifr.ifr_name, sizeof(ifr.ifr_name), "%s", link);
	memcpy(ifr.ifr_hwaddr.sa_data, mac_group, 6);
	ret = ioctl(fd, SIOCADDMULTI, &ifr) ? -errno : 0;
	close(fd);
	return ret;
}

/* Before any descriptor is waited for: the plugin must see that code translated. */
int crowd_prepare(struct task *t)
{
	uint64_t at = kernel_symbol(WAKE_FUNCTION);
	uint8_t to[6];
	int ret;

	watching = at;
	mark_number(at);
	mark(MARK_WATCH);
	ret = join("l1");
	if (!ret)
		ret = task_worker(t, task_receive, 1);
	bed_mac(&t->bed, 1, to);
	return ret ? ret : task_guest(t, &t->drv, 0, to, false);
}

static int open_queues(struct task *t)
{
	for (; n_queues < t->bed.links; n_queues++) {
		queues[n_queues] = bed_queue(&t->bed, n_queues);
		if (queues[n_queues] < 0)
			return queues[n_queues];
		fcntl(queues[n_queues], F_SETFL, O_NONBLOCK);
	}
	return 0;
}

static uint64_t drain(void)
{
	uint8_t frame[256];
	uint64_t n = 0;
	unsigned int i;

	for (i = FIRST_QUEUE; i < n_queues; i++)
		while (read(queues[i], frame, sizeof(frame)) > 0)
			n++;
	return n;
}

/* ---------------------------------------------------------------- one to one, among many */

static int scale_batch(struct task *t)
{
	int ret;

	task_expect(t, t->w->batch);
	ret = traffic_send(&t->drv, t->w->batch);
	return ret ? ret : task_acked(t);
}

static int scale_measure(struct task *t)
{
	uint8_t to[6], from[6];
	int ret;

	bed_mac(&t->bed, 0, from);
	bed_mac(&t->bed, 1, to);
	ret = traffic_fill(t, &t->drv, to, from, false);
	return ret ? ret : flow_measure(t, scale_batch, 1);
}

const struct method method_scale = {
	.prepare = crowd_prepare, .measure = scale_measure, .crowd = true,
};

/* ---------------------------------------------------------------- a group with one member */

static int mc_measure(struct task *t)
{
	int ret = wire_start(t, mac_group, mac_far);

	if (!ret)
		ret = wire_first(true);
	if (!ret)
		ret = flow_measure(t, w2v_batch, 1);
	wire_first(false);
	return ret;
}

const struct method method_mc = {
	.prepare = crowd_prepare, .measure = mc_measure, .crowd = true,
};

/* ---------------------------------------------------------------- to all */

/* Longer than copies to all may take; an idle machine executes next to nothing. */
static void settle(const struct task *t)
{
	usleep(3000 + 5 * t->bed.links);
}

/* What the machine does anyhow while it waits for the copies, to be taken off. */
static void fan_idle(struct task *t, unsigned int n)
{
	window_open(t, "idle");
	while (n--)
		settle(t);
	window_close(t);
	t->result.frames = 1;
	window_report(t);
}

/* Until the copies are in the queues, and link 1's in the ring: nobody reads a queue meanwhile. */
static int fan_measure(struct task *t)
{
	unsigned int i, n = scaled(t->w->batches);
	uint64_t had, copies, all;
	uint8_t from[6];
	int ret = open_queues(t);

	bed_mac(&t->bed, 0, from);
	if (!ret)
		ret = traffic_fill(t, &t->drv, mac_all, from, false);
	task_expect(t, 0);
	if (!ret)
		ret = traffic_send(&t->drv, 1);	/* a first one, for what is only done once */
	settle(t);
	drain();
	had = t->shared->seen;
	window_open(t, NULL);
	for (i = 0; !ret && i < n; i++) {
		ret = traffic_send(&t->drv, 1);
		settle(t);
	}
	window_close(t);
	copies = t->shared->seen - had + drain();
	all = (uint64_t)n * (t->bed.links - 1);
	t->result.frames = copies;
	t->result.lost = all - copies;
	if (ret || copies > all)
		return ret ? ret : -EPROTO;
	window_report(t);
	fan_idle(t, n);
	return 0;
}

const struct method method_fan = {
	.prepare = crowd_prepare, .measure = fan_measure, .crowd = true,
};

static int wait_for_all(void)
{
	struct epoll_event event = { .events = EPOLLIN };
	int ep = epoll_create1(EPOLL_CLOEXEC);
	unsigned int i;

	for (i = FIRST_QUEUE; i < n_queues; i++)
		if (epoll_ctl(ep, EPOLL_CTL_ADD, queues[i], &event))
			return -errno;
	return ep;
}

/*
 * The plugin notes when the first and the last waiting receiver is woken, in instructions from the
 * opening: no process has to get round to anything.
 */
static int delay_measure(struct task *t)
{
	uint64_t copies;
	int ret = watching ? open_queues(t) : -ENOENT, ep;

	drain();
	ep = ret ? ret : wait_for_all();
	if (ep < 0)
		return ep;
	ret = wire_start(t, mac_all, mac_far);
	task_expect(t, 0);
	window_open(t, NULL);
	if (!ret)
		ret = wire_burst(1);
	settle(t);
	window_close(t);
	close(ep);
	copies = drain();
	t->result.frames = copies;
	t->result.lost = n_queues - FIRST_QUEUE - copies;
	if (!ret)
		window_report(t);
	return ret;
}

const struct method method_delay = {
	.prepare = crowd_prepare, .measure = delay_measure, .crowd = true,
};
