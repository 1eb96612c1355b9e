// SPDX-License-Identifier: GPL-2.0
/* The figures of each window, as they come. */
#define _GNU_SOURCE
#include "soak.h"

#include <stdio.h>

void window_head(void)
{
	puts("# s, frames/s, links/s, frames lost or wrong, devices");
	puts("#  | KiB: free, available, slab, unreclaimable, percpu, vmalloc, free in slabs");
	puts("#  | us, median/p99: add mvlan, add mvtap, set mac, show, del mvlan, del mvtap");
	puts("#  | the same, of macvlan and macvtap of the tree");
}

void window_print(int i, const struct window *w)
{
	double s = (double)(w->end - w->begin) / 1e6;
	int op, area;

	printf("# %5d %6.0f %5.1f %llu %5d |", (i + 1) * opt.window, (double)w->frames / s,
	       (w->churn_to - w->churn_from) / s, (unsigned long long)traffic_wrong(),
	       w->mem.netdevs);
	for (area = 0; area < AREAS; area++)
		printf(" %ld", w->mem.kib[area]);
	printf(" |");
	for (op = 0; op < OPS; op++)
		printf("%s %u/%u", op == OP_TWINS ? " |" : "",
		       churn_latency(op, w->churn_from, w->churn_to, 0.5),
		       churn_latency(op, w->churn_from, w->churn_to, 0.99));
	putchar('\n');
}
