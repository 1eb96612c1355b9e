/* SPDX-License-Identifier: GPL-2.0 */
/* KTAP output for cmocka tests: plan, one line per test, skips with a reason. */
#ifndef MVTAP_SELFTESTS_KTAP_H
#define MVTAP_SELFTESTS_KTAP_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* Exit statuses that the runner knows. */
enum { KTAP_PASS = 0, KTAP_FAIL = 1, KTAP_SKIP = 4 };

/*
 * Run @n tests, each with its own setup and teardown, and print KTAP on
 * stdout. What a failing test printed follows as diagnostic lines. Returns the
 * exit status of the program. $MVTAP_TEST_ONLY runs just the tests whose name
 * contains it, $MVTAP_TEST_TIMES adds how long each took.
 */
int ktap_run(const struct CMUnitTest *tests, size_t n);

/* Say why, then leave the running test; it counts as skipped. */
#define ktap_skip(...) do { ktap_skip_reason(__VA_ARGS__); skip(); } while (0)
void ktap_skip_reason(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* Leave the whole program as skipped, with a plan that says so. */
int ktap_skip_all(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* For the running test: so long from now on, in the place of a minute in all. */
void ktap_deadline(unsigned int seconds);

/* A diagnostic, shown only when the running test fails. */
void ktap_note(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* A remark, shown whatever becomes of the running test. */
void ktap_say(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* Fail the running test with words of our own. */
#define ktap_fail(...) do { ktap_note(__VA_ARGS__); fail(); } while (0)

#define ktap_assert(cond, ...) do {	\
	if (!(cond))			\
		ktap_fail(__VA_ARGS__);	\
} while (0)

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

#endif
