// SPDX-License-Identifier: GPL-2.0
#include "owner.h"

#include <errno.h>
#include <pthread.h>
#include <semaphore.h>

#include "cov.h"

static struct {
	pthread_t thread;
	sem_t asked, done;
	struct vdrv *d;
	const struct vdrv_config *c;
	int ret;
	bool lives;
} owner;

static void wait_for(sem_t *sem)
{
	while (sem_wait(sem) && errno == EINTR)
		;
}

static void *serve(void *arg)
{
	(void)arg;
	cov_trace_my_workers();
	for (;;) {
		wait_for(&owner.asked);
		owner.ret = vdrv_open(owner.d, owner.c);
		sem_post(&owner.done);
	}
	return NULL;
}

int owner_open(struct vdrv *d, const struct vdrv_config *c)
{
	if (!owner.lives) {
		sem_init(&owner.asked, 0, 0);
		sem_init(&owner.done, 0, 0);
		if (pthread_create(&owner.thread, NULL, serve, NULL))
			return -EAGAIN;
		owner.lives = true;
	}
	owner.d = d;
	owner.c = c;
	sem_post(&owner.asked);
	wait_for(&owner.done);
	return owner.ret;
}
