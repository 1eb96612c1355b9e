/* SPDX-License-Identifier: GPL-2.0 */
/* One operation, again and again, until each allocation in it has failed once. */
#ifndef MVTAP_SELFTESTS_FAULTWALK_H
#define MVTAP_SELFTESTS_FAULTWALK_H

#include <stdbool.h>
#include <stdio.h>

/*
 * In the texts, steps are separated by ";"; each is one of faultcmd.h, or what
 * the test itself understands.
 */
struct fault_case {
	const char *name;
	const char *setup;	/* once, before; NULL: nothing */
	const char *run;	/* one step: the operation */
	const char *undo;	/* what brings back the state before it; NULL: it changes nothing */
	/*
	 * It succeeds, and is not as without the failure: allowed where this,
	 * given the state as it should be and as it is, says so. NULL: never.
	 */
	bool (*allow)(const char *want, const char *got);
};

/* @got is @want, but for lines that begin with one of @prefixes, which NULL ends. */
bool fault_same_but(const char *want, const char *got, const char *const *prefixes);

/* Steps that are not in faultcmd.h: 0 or an error, -EPROTO if it is none either. */
extern int (*fault_own_step)(const char *text);
/* What belongs to the state, beside a snapshot. */
extern void (*fault_own_state)(FILE *to);

/*
 * Fails the running test unless each failed allocation either made the
 * operation fail and left everything as it was, or made no difference at all;
 * but where another subscriber of notifications, IPv6 or so, fails and keeps it
 * to itself, it is his to make a difference.
 * After each one below a function of ours, and some others, the operation must
 * succeed and be undone. $MVTAP_TEST_FAULT_THOROUGH: after all of them.
 * $MVTAP_TEST_FAULT_STRIDE: only one allocation in so many fails.
 */
void fault_walk(const struct fault_case *c);

/* Of many allocations before the first in a function of ours, only some fail. */
extern bool fault_ours_late;

/* All steps of @text; the test fails if one does. */
void fault_steps(const char *text);

/* After each test, in the place of fault_no_bed(), which it calls. */
extern int (*fault_own_teardown)(void **state);

/*
 * A program: on devices "low" and its wire "wire" in fresh namespaces, a test
 * for each of the cases, then one for leaked memory.
 */
int fault_main(const struct fault_case *cases, unsigned int n);

/* The same for tests that walk by themselves; each calls these before and after. */
struct CMUnitTest;
int fault_tests(const struct CMUnitTest *tests, unsigned int n);
int fault_bed(void **state);
/* All that a test has made goes. */
int fault_no_bed(void **state);

#endif
