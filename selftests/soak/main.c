// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include "soak.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "../ktap.h"
#include "../netcfg.h"
#include "flow.h"

/* Work items and grace periods of the last links, and what the allocator does at leisure. */
#define SETTLE_S 6
#define STACK (256 << 10)
#define MODULES "modprobe -a mvtap macvtap && modprobe dummy numdummies=0"

struct options opt = {
	.seconds = 300, .links = 1000, .queues = 64, .churn = 10, .rate = 600,
};

atomic_bool stopping;

uint64_t now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

void sleep_until(uint64_t us)
{
	struct timespec t = { (time_t)(us / 1000000), (long)(us % 1000000) * 1000 };

	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL) == EINTR)
		;
}

uint32_t next_random(uint32_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state;
}

static void usage(void)
{
	puts("usage: soak [--seconds N] [--window N] [--links N] [--queues N] [--churn LINKS-PER-SECOND]\n"
	     "            [--rate FRAMES-PER-SECOND] [--seed N] [--leak]\n"
	     "--leak leaves something behind with each churned link, to see that it is noticed.");
}

static int *option(int c)
{
	switch (c) {
	case 's': return &opt.seconds;
	case 'w': return &opt.window;
	case 'l': return &opt.links;
	case 'q': return &opt.queues;
	case 'c': return &opt.churn;
	case 'r': return &opt.rate;
	default: return NULL;
	}
}

static bool sane(void)
{
	if (!opt.window)
		opt.window = opt.seconds < 80 ? 2 : opt.seconds / 40;
	return opt.seconds >= 20 && opt.window > 0 && opt.seconds / opt.window >= 8 &&
	       opt.links >= LOADED && opt.queues >= LOADED &&
	       opt.queues <= LOADED * MAX_QUEUES && opt.churn > 0 && opt.rate > 0;
}

static bool parse(int argc, char **argv)
{
	static const struct option longs[] = {
		{ "seconds", 1, NULL, 's' }, { "window", 1, NULL, 'w' }, { "links", 1, NULL, 'l' },
		{ "queues", 1, NULL, 'q' }, { "churn", 1, NULL, 'c' }, { "rate", 1, NULL, 'r' },
		{ "seed", 1, NULL, 'x' }, { "leak", 0, NULL, 'L' }, { NULL, 0, NULL, 0 },
	};
	int c;

	opt.seed = (unsigned int)time(NULL);
	while ((c = getopt_long(argc, argv, "", longs, NULL)) != -1) {
		if (c == 'L')
			opt.leak = true;
		else if (c == 'x')
			opt.seed = (unsigned int)strtoul(optarg, NULL, 0);
		else if (option(c))
			*option(c) = atoi(optarg);
		else
			return false;
	}
	return optind == argc && sane();
}

/* Our own memory is all there from the beginning; files left by --leak are many. */
static void prepare(void)
{
	struct rlimit r = { 1 << 20, 1 << 20 };

	setvbuf(stdout, NULL, _IOLBF, 0);
	setrlimit(RLIMIT_NOFILE, &r);
	if (mlockall(MCL_CURRENT | MCL_FUTURE))
		fprintf(stderr, "mlockall: %s\n", strerror(errno));
}

/* All was there once and is gone: what stays from now on is none of ours. */
static int warm_kernel(void)
{
	int err = lower_add();

	if (!err)
		err = population_add();
	if (!err)
		err = population_del();
	return err ? err : lower_del();
}

static int build(struct result *r)
{
	int err = warm_kernel();
	uint64_t begin;

	if (err)
		return err;
	sleep(SETTLE_S);
	memory_read(&r->before);
	begin = now_us();
	err = lower_add();
	if (!err)
		err = population_add();
	printf("# %d links made in %llu ms\n", opt.links,
	       (unsigned long long)(now_us() - begin) / 1000);
	if (!err)
		err = traffic_open();
	return err;
}

static void one_window(struct window *w, uint64_t until)
{
	w->begin = now_us();
	w->churn_from = churn_done();
	w->frames = traffic_frames();
	sleep_until(until);
	w->churn_to = churn_done();
	w->frames = traffic_frames() - w->frames;
	w->end = now_us();
	memory_read(&w->mem);
}

static void run_windows(struct result *r)
{
	uint64_t begin = now_us(), each = (uint64_t)opt.window * 1000000;
	int i;

	window_head();
	for (i = 0; i < r->n; i++) {
		one_window(&r->windows[i], begin + (uint64_t)(i + 1) * each);
		window_print(i, &r->windows[i]);
	}
	r->us = r->windows[r->n - 1].end - begin;
}

static int run_threads(struct result *r)
{
	pthread_t traffic, churn;
	pthread_attr_t attr;

	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, STACK);
	if (pthread_create(&traffic, &attr, traffic_main, NULL) ||
	    pthread_create(&churn, &attr, churn_main, NULL))
		return -EAGAIN;
	run_windows(r);
	stopping = true;
	pthread_join(churn, NULL);
	traffic_stopping = true;
	pthread_join(traffic, NULL);
	return 0;
}

static int tear_down(struct result *r)
{
	int err;

	traffic_close();
	err = population_del();
	if (!err)
		err = lower_del();
	sleep(SETTLE_S);
	memory_read(&r->after);
	r->unload_error = syscall(SYS_delete_module, "mvtap", O_NONBLOCK) ? errno : 0;
	return err;
}

static int soak(struct result *r)
{
	int err;

	r->n = opt.seconds / opt.window;
	r->windows = calloc((size_t)r->n, sizeof(*r->windows));
	if (!r->windows)
		return -ENOMEM;
	err = churn_open();
	if (!err)
		err = netcfg_private();
	if (!err)
		err = build(r);
	if (!err)
		err = run_threads(r);
	return err ? err : tear_down(r);
}

int main(int argc, char **argv)
{
	struct result r = { 0 };
	int err;

	if (!parse(argc, argv)) {
		usage();
		return 2;
	}
	prepare();
	printf("# soak --seconds %d --links %d --queues %d --churn %d --rate %d --seed %u%s\n",
	       opt.seconds, opt.links, opt.queues, opt.churn, opt.rate, opt.seed,
	       opt.leak ? " --leak" : "");
	err = system(MODULES) ? -ENOENT : soak(&r);
	if (err) {
		printf("Bail out! %s\n", strerror(-err));
		return KTAP_FAIL;
	}
	err = judge(&r);
	churn_close();
	free(r.windows);
	return err;
}
