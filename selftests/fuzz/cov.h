/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What of the module ran, by KCOV. The kernel reports the thread that asked,
 * in process context; and, through a handle, the vhost worker that a thread
 * made.
 */
#ifndef MVTAP_FUZZ_COV_H
#define MVTAP_FUZZ_COV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One for each call site: no two are nearer than five bytes. */
#define COV_COUNTERS (1 << 16)
extern uint8_t cov_counters[COV_COUNTERS];

/* False if the kernel has no KCOV: then nothing is counted. More than once is once. */
bool cov_open(void);
/* Where the module is, once it is loaded. */
void cov_locate(void);
/* By the thread that is to be counted; by one whose vhost workers are, beforehand. */
void cov_trace_me(void);
void cov_trace_my_workers(void);

void cov_begin(void);
/* Add what ran since cov_begin(); how many call sites were new to this process. */
size_t cov_end(void);
/* Call sites seen so far. */
size_t cov_seen(void);
/* Write them, one "SECTION OFFSET" a line. */
int cov_save(const char *path);

#endif
