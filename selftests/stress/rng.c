// SPDX-License-Identifier: GPL-2.0
#include "stress.h"

/* splitmix64 */
uint64_t rng_next(struct rng *r)
{
	uint64_t z = (r->state += 0x9e3779b97f4a7c15ull);

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
	return z ^ (z >> 31);
}

struct rng rng_of(uint64_t seed, uint64_t stream)
{
	struct rng r = { .state = seed };

	r.state = rng_next(&r) ^ stream * 0xd6e8feb86659fd93ull;
	rng_next(&r);
	return r;
}

unsigned int rng_below(struct rng *r, unsigned int n)
{
	return (unsigned int)((rng_next(r) >> 32) * n >> 32);
}

bool rng_one_in(struct rng *r, unsigned int n)
{
	return !rng_below(r, n);
}
