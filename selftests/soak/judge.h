/* SPDX-License-Identifier: GPL-2.0 */
/* What the points share. */
#ifndef MVTAP_SELFTESTS_SOAK_JUDGE_H
#define MVTAP_SELFTESTS_SOAK_JUDGE_H

#include "../ktap.h"
#include "soak.h"

/* Windows, the last one not included. */
struct span {
	int from, to;
};

extern const struct result *res;
/* The first quarter after warm-up, and the last one. */
extern struct span first, last;

/* For each operation its p10, its median and its p95. */
#define LATENCY_QUANTILES 3
#define LATENCY_TESTS (LATENCY_QUANTILES * OP_TWINS)
void latency_tests(struct CMUnitTest *tests);

#endif
