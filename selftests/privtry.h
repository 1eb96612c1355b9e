/* SPDX-License-Identifier: GPL-2.0 */
/* A table of requests, made by who may not: see privbed.h for who that is. */
#ifndef MVTAP_SELFTESTS_PRIVTRY_H
#define MVTAP_SELFTESTS_PRIVTRY_H

#include <stdbool.h>
#include <stddef.h>

#include "privbed.h"

#define U (1 << PRIV_USER)
#define N (1 << PRIV_OWN)
#define C (1 << PRIV_CONTAINER)
#define ALL (U | N | C)

/*
 * @what: "+mvlan", "+mvtap" (of the kinds under test), "+KIND": makes link x;
 *	"-NAME" deletes; "?NAME" asks; "NAME" changes. A device of the
 *	administrator is named to who is elsewhere by IFLA_TARGET_NETNSID and its
 *	index; with "@" before the name by the index only. In the table of an fdb:
 *	"+NAME" and "-NAME" add and delete an entry, @text is its address.
 * @text: as in attrreq.h, with $L (lower device), $S (sib), $T (sibt), $O (own),
 *	$Q (ownt), $N (number of the administrator's namespace), $P (his pid),
 *	$F (his namespace, as an open file) for numbers
 */
struct row {
	const char *name;
	unsigned int who;
	const char *what;
	const char *text;
	const char *errors;	/* allowed ones; "OK" if it is none */
};

/*
 * Each row by each of its @who: it must get one of its errors, and nothing of
 * struct priv_state may have changed. The running test fails otherwise.
 */
void check_rows(const struct row *rows, size_t n);
void check_fdb_rows(const struct row *rows, size_t n);

/*
 * The same for one that is no row; false, with a note, if it went wrong. Before the
 * first of several, and after a change by the administrator: attempts_begin().
 */
void attempts_begin(void);
bool attempt(enum priv_who who, const char *name, const char *errors,
	     long (*fn)(const void *arg), const void *arg);
/* Only count it, and say whether @got is one of @errors. */
bool attempt_gave(const char *who, const char *name, const char *errors, long got);
/* "N attempts, M refused" so far, as a remark. */
void say_attempts(void);

#endif
