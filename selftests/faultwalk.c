// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include "faultwalk.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "fault.h"
#include "faultcmd.h"
#include "ktap.h"
#include "netcfg.h"
#include "snapshot.h"

#define MAX_FAULTS 5000
/* How long the carrier and the like may take to follow. */
#define SETTLE_MS 3000
/* Of one walk. */
#define WALK_DEADLINE_S 600
#define AGAIN 8
#define STRIDE_OF_OTHERS 16

int (*fault_own_step)(const char *text);
void (*fault_own_state)(FILE *to);
bool fault_ours_late;
int (*fault_own_teardown)(void **state) = fault_no_bed;

struct walk {
	const struct fault_case *c;
	char *before, *after;
	unsigned int failed, ours, same, unanswered, allowed;
};

static struct walk sum;
static unsigned int operations;

/* --- steps -------------------------------------------------------------- */

static int step(const char *text)
{
	int ret = fault_own_step ? fault_own_step(text) : -EPROTO;

	return ret == -EPROTO ? faultcmd(text) : ret;
}

void fault_steps(const char *text)
{
	char *copy = strdup(text ? text : ""), *save = NULL, *one;
	int ret = 0;

	for (one = strtok_r(copy, ";", &save); one && !ret; one = strtok_r(NULL, ";", &save)) {
		one += strspn(one, " ");
		ret = step(one);
		if (ret)
			ktap_note("%s: %s", one, strerror(-ret));
	}
	free(copy);
	assert_int_equal(ret, 0);
}

/* --- states ------------------------------------------------------------- */

static char *state(void)
{
	char *text = faultcmd_state(), *all = NULL;
	size_t size;
	FILE *to = open_memstream(&all, &size);

	assert_non_null(text);
	assert_non_null(to);
	fputs(text, to);
	if (fault_own_state)
		fault_own_state(to);
	fclose(to);
	free(text);
	return all;
}

/* The next line that begins with none of the words in @prefixes, or the end. */
static const char *line_without(const char *line, const char *const *prefixes)
{
	int i = 0;

	while (*line && prefixes[i]) {
		if (strncmp(line, prefixes[i], strlen(prefixes[i]))) {
			i++;
		} else {
			line += strcspn(line, "\n") + 1;
			i = 0;
		}
	}
	return line;
}

bool fault_same_but(const char *want, const char *got, const char *const *prefixes)
{
	for (;;) {
		size_t len;

		want = line_without(want, prefixes);
		got = line_without(got, prefixes);
		len = strcspn(want, "\n") + 1;
		if (!*want || !*got || strncmp(want, got, len))
			return !*want && !*got;
		want += len;
		got += len;
	}
}

static unsigned long now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000ul + t.tv_nsec / 1000000;
}

/* It is @want, or becomes that in time; @got is the last one seen. */
static bool becomes(const char *want, const char *or, char **got)
{
	unsigned long end = now_ms() + SETTLE_MS;

	for (;;) {
		*got = state();
		if (!strcmp(*got, want) || (or && !strcmp(*got, or)))
			return true;
		if (now_ms() > end)
			return false;
		free(*got);
		usleep(3000);
	}
}

static void expect_state(const char *want, const char *when)
{
	char *got;

	if (becomes(want, NULL, &got)) {
		free(got);
		return;
	}
	snapshot_note_difference(want, got);
	free(got);
	ktap_fail("%s", when);
}

/* The same, when the carrier and the like have settled. */
static char *settled(void)
{
	char *old = state(), *new;
	int same = 0;

	while (same < 5) {
		usleep(20000);
		new = state();
		same = strcmp(old, new) ? 0 : same + 1;
		free(old);
		old = new;
	}
	return old;
}

/* --- the walk ----------------------------------------------------------- */

static void undo(struct walk *w, const char *when)
{
	fault_steps(w->c->undo);
	expect_state(w->before, when);
}

/* Without any failure. */
static void run_once(struct walk *w, const char *when)
{
	int ret;

	fault_arm(0);
	ret = step(w->c->run);
	ktap_assert(!ret, "%s: %s", when, strerror(-ret));
	expect_state(w->after, when);
	undo(w, when);
}

/* It is told that all is well. */
static void judge_success(struct walk *w, unsigned int n)
{
	char *got;

	if (becomes(w->after, NULL, &got)) {
		w->same++;
	} else if (fault_of_others() || (w->c->allow && w->c->allow(w->after, got))) {
		w->allowed++;
	} else {
		snapshot_note_difference(w->after, got);
		fault_note_stack();
		ktap_fail("failure %u: succeeds, but not as without it", n);
	}
	free(got);
	undo(w, "undone after a success in spite of a failure");
}

static void judge_no_answer(struct walk *w, unsigned int n)
{
	char *got;
	bool done;

	if (!becomes(w->after, w->before, &got)) {
		snapshot_note_difference(w->after, got);
		fault_note_stack();
		ktap_fail("failure %u: no answer, and neither done nor not", n);
	}
	done = !strcmp(got, w->after);
	free(got);
	w->unanswered++;
	if (done)
		undo(w, "undone after no answer");
}

static void judge_error(struct walk *w, unsigned int n, int error)
{
	char *got;

	w->failed++;
	if (!becomes(w->before, NULL, &got)) {
		snapshot_note_difference(w->before, got);
		fault_note_stack();
		ktap_fail("failure %u: %s, and a trace of it is left", n, strerror(-error));
	}
	free(got);
}

static void check_log(unsigned int n)
{
	if (fault_log_ok())
		return;
	fault_note_stack();
	ktap_fail("failure %u: the kernel complained", n);
}

/*
 * All is looked at after a failure below a function of ours, and after one that
 * nobody knows; of those before and after us, which the core undoes by itself, and
 * of those of the kernel's debugging, now and then.
 */
static bool is_thorough(unsigned int n, int ret)
{
	if (fault_site() || n % AGAIN == 0 || getenv("MVTAP_TEST_FAULT_THOROUGH"))
		return true;
	return ret == FAULT_NO_ANSWER || (ret && !fault_told());
}

static void judge(struct walk *w, unsigned int n, int ret)
{
	if (!ret)
		judge_success(w, n);
	else if (ret == FAULT_NO_ANSWER)
		judge_no_answer(w, n);
	else
		judge_error(w, n, ret);
	run_once(w, "once more, without a failure");
	check_log(n);
}

/* False when there are not as many allocations. */
static bool fail_one(struct walk *w, unsigned int n)
{
	int ret;

	fault_arm(n);
	ret = step(w->c->run);
	check_log(n);
	if (!fault_hit()) {
		fault_arm(0);
		ktap_assert(!ret, "without a failure: %s", strerror(-ret));
		undo(w, "the last time");
		return false;
	}
	w->ours += fault_site() != NULL;
	if (is_thorough(n, ret)) {
		judge(w, n, ret);
	} else if (ret) {
		w->failed++;
	} else {
		fault_steps(w->c->undo);
		w->same++;
	}
	return true;
}

static void count(const struct walk *w, unsigned long ms)
{
	unsigned int n = w->failed + w->same + w->unanswered + w->allowed;

	ktap_say("%s: %u failures, %u of them in ours: %u refused, %u made no difference, %u not answered, %u allowed; %lu ms",
		 w->c->name, n, w->ours, w->failed, w->same, w->unanswered, w->allowed, ms);
	sum.failed += w->failed;
	sum.ours += w->ours;
	sum.same += w->same;
	sum.unanswered += w->unanswered;
	sum.allowed += w->allowed;
	operations++;
}

/* On a slow machine: not each allocation, but one in so many. */
static unsigned int stride(void)
{
	const char *text = getenv("MVTAP_TEST_FAULT_STRIDE");
	int n = text ? atoi(text) : 1;

	return n > 1 ? n : 1;
}

/* Where the walk begins. */
static unsigned int first(struct walk *w)
{
	unsigned int n = 1;

	if (!fault_ours_late)
		return n;
	while (n < MAX_FAULTS && !w->ours && fail_one(w, n))
		n += STRIDE_OF_OTHERS;
	w->ours = 0;
	return n > 2 * STRIDE_OF_OTHERS ? n - 2 * STRIDE_OF_OTHERS + 1 : 1;
}

void fault_walk(const struct fault_case *c)
{
	struct walk w = { .c = c };
	unsigned long begin = now_ms();
	unsigned int n;

	ktap_deadline(WALK_DEADLINE_S);
	fault_arm(0);
	fault_steps(c->setup);
	/* The first time may leave what stays: identifiers of namespaces, ... */
	fault_steps(c->run);
	fault_steps(c->undo);
	w.before = settled();
	fault_steps(c->run);
	w.after = settled();
	undo(&w, "undone");
	for (n = first(&w); n < MAX_FAULTS && fail_one(&w, n); n += stride())
		;
	assert_true(n < MAX_FAULTS);
	count(&w, now_ms() - begin);
	free(w.before);
	free(w.after);
}

/*
 * With none in a function of ours, stacks were not read, or nothing failed; one operation may have
 * none.
 */
static void sum_up(void)
{
	ktap_say("%u operations, %u failures, %u of them in ours: %u refused, %u made no difference, %u not answered, %u allowed",
		 operations, sum.failed + sum.same + sum.unanswered + sum.allowed, sum.ours,
		 sum.failed, sum.same, sum.unanswered, sum.allowed);
	assert_true(fault_say_sites() || getenv("MVTAP_TEST_ONLY"));
}

/* --- the program -------------------------------------------------------- */

static void walk_test(void **state)
{
	fault_walk(*state);
}

static void leak_test(void **state)
{
	(void)state;
	sum_up();
	assert_true(fault_no_leaks());
}

int fault_bed(void **state)
{
	static const uint8_t mac[6] = { 2, 0, 0, 0, 0, 1 };

	(void)state;
	if (if_nametoindex("low"))
		return 0;
	return link_add_veth("low", "wire") || link_set_mac("low", mac) || link_up("low") ||
	       link_up("wire");
}

int fault_no_bed(void **state)
{
	(void)state;
	fault_arm(0);
	faultcmd_reset();
	return 0;
}

int fault_tests(const struct CMUnitTest *tests, unsigned int n)
{
	struct CMUnitTest all[n + 1];
	int ret = fault_init();

	if (ret)
		return ret;
	if (netcfg_private() || system("modprobe mvtap") || faultcmd_init())
		return KTAP_FAIL;
	memcpy(all, tests, n * sizeof(*tests));
	all[n] = (struct CMUnitTest)cmocka_unit_test(leak_test);
	return ktap_run(all, n + 1);
}

int fault_main(const struct fault_case *cases, unsigned int n)
{
	struct CMUnitTest tests[n];
	unsigned int i;

	for (i = 0; i < n; i++)
		tests[i] = (struct CMUnitTest){ cases[i].name, walk_test, fault_bed,
						fault_own_teardown, (void *)&cases[i] };
	return fault_tests(tests, n);
}
