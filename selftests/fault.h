/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One allocation, or one copy from or to user space, made to fail: the Nth that
 * this thread makes in the system calls between fault_begin() and fault_end().
 * By the kernel's fault injection, /proc/thread-self/fail-nth.
 */
#ifndef MVTAP_SELFTESTS_FAULT_H
#define MVTAP_SELFTESTS_FAULT_H

#include <stdbool.h>

/*
 * Before anything else of a program. KTAP_PASS: all is there. Otherwise the
 * status to exit with, the plan being printed: skipped, or failed if
 * $MVTAP_TEST_NEED_FAULTS is set.
 */
int fault_init(void);

/* A file of debugfs, also when another sysfs is mounted over it. A descriptor or -errno. */
int fault_debugfs(const char *path, int flags);
int fault_debugfs_write(const char *path, const char *text);

/* The Nth from here on is to fail; 0: none. */
void fault_arm(unsigned int nth);
void fault_begin(void);
void fault_end(void);
/* Did it, since fault_arm()? */
bool fault_hit(void);

/* Pages, too, or only what comes from the slab allocator. */
void fault_pages(bool on);

/*
 * The kernel's log since the last call: false if it has something that no
 * failed allocation explains; that is noted.
 */
bool fault_log_ok(void);
/* Where the last failure was: the innermost function of ours on the stack, or NULL. */
const char *fault_site(void);
/* Was it in what another subscriber does at a notification? */
bool fault_of_others(void);
/* Is there a stack at all? Not of an allocation whose failure is not to be told. */
bool fault_told(void);
/* Its whole stack, as a note. */
void fault_note_stack(void);
/* Says the names of the functions that fault_site() has returned since the beginning: how many? */
int fault_say_sites(void);

/* Two scans for leaked memory. False, with a note, if ours leaked. */
bool fault_no_leaks(void);

#endif
