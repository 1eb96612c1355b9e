/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The actors at work. A worker is a process that plays one actor after the other,
 * by chance and by weight. Half of the workers change things, half move frames or
 * look, so that neither waits for the other; with one worker, that one does all,
 * and the seed alone says in which order.
 */
#ifndef MVTAP_SELFTESTS_STRESS_CREW_H
#define MVTAP_SELFTESTS_STRESS_CREW_H

#include <stdbool.h>
#include <stdint.h>

struct crew_options {
	uint64_t seed;
	unsigned int workers;
	unsigned long steps;	/* of each worker in a phase; 0: no limit */
	const char *only;	/* names with commas between, NULL: all */
	bool verbose;
};

/* Choose the actors, say who is missing; once. 0 or -errno. */
int crew_choose(const struct crew_options *o);

void crew_start(unsigned int phase);
/* True once all have done their steps. */
bool crew_done(void);
/* Who holds queues gives them up. False if a worker does not come to it. */
bool crew_release(void);
/* False if a worker did not end, or ended badly. */
bool crew_stop(void);

/* A line for each actor. */
void crew_report(void);

struct crew_sum {
	unsigned long done, refused, wrong;
	unsigned int idle;	/* actors that never succeeded */
};

struct crew_sum crew_sum(void);

#endif
