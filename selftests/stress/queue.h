/* SPDX-License-Identifier: GPL-2.0 */
/* Queues by chance, for all actors that need one. */
#ifndef MVTAP_SELFTESTS_STRESS_QUEUE_H
#define MVTAP_SELFTESTS_STRESS_QUEUE_H

struct rng;

/* A queue of any link, a descriptor or -errno. */
int queue_open(struct rng *r, int flags);
void queue_close(int *fd);

#endif
