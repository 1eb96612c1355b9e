/* SPDX-License-Identifier: GPL-2.0 */
/* What the host says about itself in files: /sys, /proc, /dev, /etc. */
#ifndef MVTAP_HOST_H
#define MVTAP_HOST_H

#include <stdbool.h>
#include <stddef.h>

/**
 * host_line() - the first line of a file, without its end
 * @buf: receives it
 * @fmt: path
 *
 * Return: false with errno if it cannot be read.
 */
bool host_line(char *buf, size_t size, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/** host_number() - the number that a file holds, or @none */
long host_number(long none, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/**
 * host_grep() - look for a line in files
 * @dirs: where, ended by a NULL
 * @suffix: how the names of the files end
 * @match: knows the line
 * @path: receives the file that has it
 */
bool host_grep(const char *const *dirs, const char *suffix, bool (*match)(const char *line),
	       char *path, size_t size);

/** host_compat() - whether the module is loaded as macvlan and macvtap */
bool host_compat(void);

#endif
