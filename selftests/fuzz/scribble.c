// SPDX-License-Identifier: GPL-2.0
#include "scribble.h"

#include <pthread.h>
#include <stdatomic.h>

/* Then it rests: the rest of the input wants a processor, too. */
#define ROUNDS 2000

/* Under the eyes of the kernel. */
#define store(to, value) __atomic_store_n(to, value, __ATOMIC_RELAXED)

static pthread_t thread;
static struct vdrv_ring *ring;
static uint32_t state;
static atomic_bool on, stop;

static uint32_t next(void)
{
	state ^= state << 13;
	state ^= state >> 17;
	state ^= state << 5;
	return state;
}

static void *scribble(void *arg)
{
	unsigned int n;

	(void)arg;
	for (n = 0; n < ROUNDS && !atomic_load(&stop); n++) {
		struct vring_desc *d = &ring->vr.desc[next() % ring->vr.num];
		uint32_t what = next();

		switch (what % 4) {
		case 0:
			store(&d->len, what & 0x100 ? what >> 9 & 0xfff : what);
			break;
		case 1:
			store(&d->flags, (uint16_t)(what >> 4 & 7));
			break;
		case 2:
			store(&d->next, (uint16_t)(what >> 8 & (what & 0x10 ? 15 : 0xffff)));
			break;
		default:
			store(&d->addr, ring->gpa + (what >> 8 & 0xffff));
		}
	}
	return NULL;
}

void scribble_start(struct vdrv_ring *r, uint32_t seed)
{
	scribble_stop();
	ring = r;
	state = seed | 1;
	atomic_store(&stop, false);
	atomic_store(&on, !pthread_create(&thread, NULL, scribble, NULL));
}

void scribble_stop(void)
{
	if (!atomic_load(&on))
		return;
	atomic_store(&stop, true);
	pthread_join(thread, NULL);
	atomic_store(&on, false);
}
