/* SPDX-License-Identifier: GPL-2.0 */
/* Find out which input a kernel complained about. */
#ifndef MVTAP_FUZZ_WATCH_H
#define MVTAP_FUZZ_WATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* @last: file that shall hold the input at work, for a kernel that dies; or NULL. */
void watch_open(const char *last);
void watch_input(const uint8_t *data, size_t len);
/* Has the kernel complained since the last look? */
bool watch_complaint(void);

/* Something that is no finding, but ends the program. */
void fuzz_die(const char *what) __attribute__((noreturn));

#endif
