// SPDX-License-Identifier: GPL-2.0
/* What the figures must be, but for those of latency. */
#define _GNU_SOURCE
#include "judge.h"

#include <stdio.h>
#include <string.h>

#include "../ktap.h"

/* One part in so many of the windows is for warming up. */
#define WARM_PART 10
/* Objects of one kind for each churned link: a leak is 1, a growth of less is noise. */
#define OBJECTS_PER_LINK 0.5
#define KIB_NOISE 1024
#define BYTES_PER_LINK 64
#define PERCPU_NOISE 64
#define PERCPU_PER_LINK 8
/* After the end, against before the beginning: objects of a cache beyond its slack. */
#define OBJECTS_LEFT 100
#define KIB_LEFT 2048
#define CHURN_LIMIT 0.9
#define RATE_LIMIT 0.5
#define OWN_TESTS 9

const struct result *res;
struct span first, last;

/* ---------------------------------------------------------------- memory */

static double mean_area(struct span s, enum area area)
{
	double sum = 0;
	int i;

	for (i = s.from; i < s.to; i++)
		sum += (double)res->windows[i].mem.kib[area];
	return sum / (s.to - s.from);
}

static double mean_active(struct span s, int cache)
{
	double sum = 0;
	int i;

	for (i = s.from; i < s.to; i++)
		sum += res->windows[i].mem.active[cache];
	return sum / (s.to - s.from);
}

static double mean_churned(struct span s)
{
	double sum = 0;
	int i;

	for (i = s.from; i < s.to; i++)
		sum += res->windows[i].churn_to;
	return sum / (s.to - s.from);
}

/* Links that were churned between the middles of the two quarters. */
static double churned(void)
{
	return mean_churned(last) - mean_churned(first);
}

/* A leak of one object with each link is more than this, in each cache that is named. */
static double cache_limit(int cache)
{
	return OBJECTS_PER_LINK * churned() + caches[cache].slack;
}

static void flat_caches(void **state)
{
	int i, wrong = 0, blind = 0, n = res->after.caches;
	double grown, most = 0;

	(void)state;
	for (i = 0; i < n; i++) {
		grown = mean_active(last, i) - mean_active(first, i);
		if (grown > most)
			most = grown;
		blind += cache_limit(i) >= churned();
		if (grown <= cache_limit(i))
			continue;
		wrong++;
		ktap_note("%s: %.0f objects of %u bytes more, %.2f a link", caches[i].name,
			  grown, caches[i].size, grown / churned());
	}
	ktap_say("%d slab caches, %.0f links churned between the quarters' middles", n, churned());
	ktap_say("most objects more in a cache: %.0f", most);
	ktap_assert(n, "no /proc/slabinfo");
	assert_int_equal(wrong, 0);
	if (blind)
		ktap_skip("too short a time: one object for each link would not show in %d caches",
			  blind);
}

static void area_grows(enum area area, double sign, double limit, const char *what)
{
	double a = mean_area(first, area), b = mean_area(last, area);

	ktap_say("%s %.0f -> %.0f KiB, limit %.0f KiB %s", area_names[area], a, b, limit, what);
	ktap_assert(sign * (b - a) <= limit, "%s: %+.0f KiB", area_names[area], b - a);
}

static void flat_memory(void **state)
{
	double per_link = churned() * BYTES_PER_LINK / 1024;

	(void)state;
	area_grows(MEM_FREE, -1, KIB_NOISE + per_link, "less");
	area_grows(MEM_AVAILABLE, -1, KIB_NOISE + per_link, "less");
	area_grows(MEM_UNRECLAIM, 1, KIB_NOISE + per_link, "more");
	area_grows(MEM_VMALLOC, 1, KIB_NOISE / 4, "more");
	area_grows(MEM_PERCPU, 1, PERCPU_NOISE + churned() * PERCPU_PER_LINK / 1024, "more");
}

static void flat_netdevs(void **state)
{
	int i, least = res->windows[first.from].mem.netdevs, most = least, n;

	(void)state;
	for (i = first.from; i < last.to; i++) {
		n = res->windows[i].mem.netdevs;
		least = n < least ? n : least;
		most = n > most ? n : most;
	}
	ktap_say("network devices: %d to %d, %d before, %d after", least, most,
		 res->before.netdevs, res->after.netdevs);
	/* The churned link may be there or not. */
	assert_true(most - least <= 1 && least >= opt.links);
	assert_int_equal(res->after.netdevs, res->before.netdevs);
}

static void all_given_back(void **state)
{
	long kib = res->before.kib[MEM_FREE] + res->before.kib[MEM_SLAB_FREE] -
		   res->after.kib[MEM_FREE] - res->after.kib[MEM_SLAB_FREE];
	long percpu;
	int i, more, wrong = 0;

	(void)state;
	for (i = 0; i < AREAS; i++)
		ktap_say("%s before %ld, after %ld KiB", area_names[i], res->before.kib[i],
			 res->after.kib[i]);
	for (i = 0; i < res->after.caches; i++) {
		more = (int)(res->after.active[i] - res->before.active[i]);
		if (more <= (int)caches[i].slack + OBJECTS_LEFT)
			continue;
		wrong++;
		ktap_note("%s: %d objects of %u bytes left", caches[i].name, more,
			  caches[i].size);
	}
	percpu = res->after.kib[MEM_PERCPU] - res->before.kib[MEM_PERCPU];
	ktap_say("memory not given back: %ld KiB, limit %d KiB; percpu %ld KiB, limit %d KiB", kib,
		 KIB_LEFT, percpu, PERCPU_NOISE);
	assert_int_equal(wrong, 0);
	assert_true(kib <= KIB_LEFT);
	assert_true(percpu <= PERCPU_NOISE);
}

/* --------------------------------------------------------------- frames */

static bool path_good(enum path_kind path, struct path_count *c)
{
	if (path == WIRE_CHURN)
		churn_count(c);
	else
		traffic_count(path, c);
	ktap_say("%-15s %10llu sent %10llu seen %llu lost %llu doubled %llu damaged %llu astray",
		 path_names[path], (unsigned long long)c->sent, (unsigned long long)c->seen,
		 (unsigned long long)c->lost, (unsigned long long)c->doubled,
		 (unsigned long long)c->damaged, (unsigned long long)c->strays);
	return c->sent == c->seen && !c->lost && !c->doubled && !c->damaged && !c->strays;
}

static void no_frame_lost(void **state)
{
	struct path_count c;
	int path, bad = 0;

	(void)state;
	for (path = 0; path < PATHS; path++) {
		if (path == VHOST_VHOST)
			continue;
		bad += !path_good(path, &c);
		ktap_assert(c.sent, "%s: nothing was sent", path_names[path]);
	}
	assert_int_equal(bad, 0);
}

static void no_frame_lost_vhost(void **state)
{
	struct path_count c;

	(void)state;
	if (!traffic_has_vhost())
		ktap_skip("no /dev/vhost-net");
	assert_true(path_good(VHOST_VHOST, &c));
	assert_true(c.sent > 0);
}

static void traffic_enough(void **state)
{
	double rate = (double)traffic_frames() * 1e6 / (double)res->us;
	int sent, received;

	(void)state;
	traffic_queues(&sent, &received);
	ktap_say("%.0f frames/s of %d asked for; of %d queues %d sent, %d received", rate,
		 opt.rate, opt.queues, sent, received);
	assert_true(rate >= RATE_LIMIT * opt.rate);
	/* Which queues receive is the hash's choice. */
	assert_true(sent >= opt.queues * 3 / 4 && received >= opt.queues * 3 / 4);
}

/* ---------------------------------------------------------------- churn */

static void churn_enough(void **state)
{
	double rate = res->windows[res->n - 1].churn_to * 1e6 / (double)res->us;

	(void)state;
	ktap_say("%u links churned, %.2f/s of %d asked for, %u failed", churn_done(), rate,
		 opt.churn, churn_failed());
	assert_true(rate >= CHURN_LIMIT * opt.churn);
	assert_int_equal(churn_failed(), 0);
}

static void unloads(void **state)
{
	(void)state;
	ktap_assert(!res->unload_error, "rmmod: %s", strerror(res->unload_error));
}

static void set_quarters(void)
{
	int warm = (res->n + WARM_PART - 1) / WARM_PART;
	int quarter = (res->n - warm) / 4;

	first = (struct span){ warm, warm + quarter };
	last = (struct span){ res->n - quarter, res->n };
}

int judge(const struct result *r)
{
	static struct CMUnitTest tests[OWN_TESTS + LATENCY_TESTS] = {
		cmocka_unit_test(flat_caches), cmocka_unit_test(flat_memory),
		cmocka_unit_test(flat_netdevs), cmocka_unit_test(all_given_back),
		cmocka_unit_test(no_frame_lost), cmocka_unit_test(no_frame_lost_vhost),
		cmocka_unit_test(traffic_enough), cmocka_unit_test(churn_enough),
		cmocka_unit_test(unloads),
	};

	latency_tests(tests + OWN_TESTS);
	res = r;
	set_quarters();
	return ktap_run(tests, ARRAY_SIZE(tests));
}
