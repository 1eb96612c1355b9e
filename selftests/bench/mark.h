/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a program in the guest says to the plugin: instructions that do nothing, with a number in
 * the address that they do not touch. Without the plugin, and on User-Mode Linux, they are no more.
 */
#ifndef MVTAP_BENCH_MARK_H
#define MVTAP_BENCH_MARK_H

#include <stdint.h>

#define MARK_MAGIC 0x4d565400u		/* the low byte is the command */
#define MARK_ZERO 0			/* append a bit to the number being said */
#define MARK_ONE 1
#define MARK_OPEN 2			/* the window of that number begins */
#define MARK_CLOSE 3
#define MARK_WATCH 4			/* note when the function of that address is entered */

/* @command is a constant: it becomes part of the instruction. */
static inline __attribute__((always_inline)) void mark(unsigned int command)
{
#if defined(__x86_64__)
	__asm__ volatile(".byte 0x0f, 0x1f, 0x80; .long %c0"
			 : : "i"(MARK_MAGIC + command) : "memory");
#else
	(void)command;
#endif
}

static inline void mark_number(uint64_t number)
{
	int bit;

	for (bit = 63; bit >= 0; bit--) {
		if (number >> bit & 1)
			mark(MARK_ONE);
		else
			mark(MARK_ZERO);
	}
}

#endif
