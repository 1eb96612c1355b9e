// SPDX-License-Identifier: GPL-2.0
/*
 *	stress [--seed N] [--seconds N] [--phase N] [--workers N] [--steps N]
 *		[--actors NAME,...] [--verbose]
 *
 * Runs the actors side by side for so many seconds, in phases. At the end of a
 * phase the queues are closed; the module is unloaded and loaded while the rest
 * goes on; then all stop, and the next phase begins. At the end nothing may be
 * left. The first line says the seed.
 *
 * The kernel's answers depend on who comes first, so that a seed gives the same
 * attempts, not the same run. With --workers 1 everything is done in one process,
 * in an order that comes from the seed, --steps of them in each phase: threads of
 * the kernel aside, that is the same every time.
 *
 * $MVTAP_TEST_SEED and $MVTAP_TEST_SECONDS are what is used without an option.
 */
#define _GNU_SOURCE
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include "../ktap.h"
#include "crew.h"
#include "stress.h"

#define SECONDS 60
#define PHASE_SECONDS 15
#define WORKERS 8
#define ALONE_STEPS 3000
#define RELOADS 2	/* at the end of a phase */
#define UNLOAD_MS 10000

static struct crew_options options = { .workers = WORKERS };
static unsigned int seconds = SECONDS, phase_seconds = PHASE_SECONDS;

/* What became of it. */
static bool all_ended = true, all_loaded = true;
static unsigned int phases, reloads;
static const char *complaint;

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* True while the kernel is content. */
static bool content(void)
{
	const char *line = complaint ? NULL : watch_line();

	if (line)
		complaint = strdup(line);
	return !complaint;
}

static void reload(void)
{
	int err = module_unload(UNLOAD_MS);

	if (err)
		printf("# phase %u, unload: %s\n", phases, strerror(-err));
	if (!err)
		err = module_load();
	reloads += !err;
	all_loaded &= !err;
}

/* So that there is something to change from the first step on. */
static void populate(void)
{
	struct rng r = rng_of(options.seed, ~(uint64_t)phases);
	unsigned int i;

	for (i = 0; i < BED_LOWERS; i++)
		if (!bed_enter_lower(i))
			bed_lower_make(i);
	for (i = 0; i < 3 * BED_LINKS; i++)
		actor_create.step(&r);
}

static void phase(double until)
{
	unsigned int i;

	populate();
	crew_start(phases);
	while (now() < until && !crew_done() && content())
		usleep(20000);
	all_ended &= crew_release();
	for (i = 0; i < RELOADS && all_ended && content(); i++)
		reload();
	all_ended &= crew_stop();
	phases++;
}

/*
 * On a busy machine, where a phase may take minutes, some actors come to nothing
 * in the time: they have three times as much.
 */
static void run(void)
{
	double end = now() + seconds, last = end + 2 * seconds, until;

	while (all_ended && content()) {
		if (now() >= end && (now() >= last || options.steps || !crew_sum().idle))
			break;
		until = now() + phase_seconds;
		phase(until < end || now() >= end ? until : end);
	}
}

static void point(bool good, const char *what)
{
	static unsigned int no;

	printf("%sok %u %s\n", good ? "" : "not ", ++no, what);
}

#define POINTS 7

static bool judge(void)
{
	struct crew_sum sum;
	bool gone, clean;
	double began = now();
	int err;

	bed_clear();
	err = module_unload(UNLOAD_MS);
	printf("# removed in %.1f s: %s\n", now() - began, strerror(-err));
	gone = module_gone();
	clean = content();
	crew_report();
	sum = crew_sum();
	point(all_ended, "all actors ended");
	point(!sum.wrong, "every refusal was a right one");
	point(!sum.idle, "every actor did its work");
	point(all_loaded && reloads, "the module went and came beside the actors");
	point(!err, "the module went at the end");
	point(gone, "nothing of it is left");
	if (complaint)
		printf("# %s\n", complaint);
	point(clean, "the kernel did not complain");
	printf("# stress: seed %#llx, %u phases, %lu steps done, %lu refused, %lu wrong, %u reloads\n",
	       (unsigned long long)options.seed, phases, sum.done, sum.refused, sum.wrong,
	       reloads);
	return all_ended && !sum.wrong && !sum.idle && all_loaded && reloads && !err && gone &&
	       clean;
}

/* --- options ------------------------------------------------------------ */

static void usage(void)
{
	unsigned int i;

	fprintf(stderr, "usage: stress [--seed N] [--seconds N] [--phase N] [--workers N]\n"
		"\t[--steps N] [--actors NAME,...] [--verbose]\nactors:");
	for (i = 0; i < stress_n_actors; i++)
		fprintf(stderr, " %s", stress_actors[i]->name);
	fprintf(stderr, "\n");
	exit(2);
}

static unsigned long long number(const char *text)
{
	char *rest;
	unsigned long long n = strtoull(text, &rest, 0);

	if (!*text || *rest)
		usage();
	return n;
}

static void defaults(void)
{
	const char *seed = getenv("MVTAP_TEST_SEED"), *time = getenv("MVTAP_TEST_SECONDS");

	if (seed)
		options.seed = number(seed);
	else if (getrandom(&options.seed, 4, 0) != 4)
		options.seed = (uint64_t)getpid();
	if (time)
		seconds = (unsigned int)number(time);
}

static void take(int option, const char *value)
{
	switch (option) {
	case 's':
		options.seed = number(value);
		break;
	case 't':
		seconds = (unsigned int)number(value);
		break;
	case 'p':
		phase_seconds = (unsigned int)number(value);
		break;
	case 'n':
		options.steps = number(value);
		break;
	case 'a':
		options.only = value;
		break;
	case 'w':
		options.workers = (unsigned int)number(value);
		break;
	case 'v':
		options.verbose = true;
		break;
	default:
		usage();
	}
}

static void parse(int argc, char *argv[])
{
	static const struct option longs[] = {
		{ "seed", 1, NULL, 's' }, { "seconds", 1, NULL, 't' }, { "phase", 1, NULL, 'p' },
		{ "steps", 1, NULL, 'n' }, { "actors", 1, NULL, 'a' },
		{ "workers", 1, NULL, 'w' }, { "verbose", 0, NULL, 'v' }, { 0 },
	};
	int c;

	while ((c = getopt_long(argc, argv, "", longs, NULL)) != -1)
		take(c, optarg);
	if (optind < argc)
		usage();
	if (options.workers == 1 && !options.steps)
		options.steps = ALONE_STEPS;
}

int main(int argc, char *argv[])
{
	bool good;
	int err;

	defaults();
	parse(argc, argv);
	setvbuf(stdout, NULL, _IOLBF, 0);
	printf("KTAP version 1\n1..%d\n# seed %#llx, %u s, %u workers\n", POINTS,
	       (unsigned long long)options.seed, seconds, options.workers);
	err = watch_begin();
	if (!err)
		err = module_load();
	if (!err)
		err = bed_make();
	if (!err)
		err = crew_choose(&options);
	if (err) {
		printf("# set-up: %s\n", strerror(-err));
		return KTAP_FAIL;
	}
	module_autoload(false);
	run();
	good = judge();
	module_autoload(true);
	return good ? KTAP_PASS : KTAP_FAIL;
}
