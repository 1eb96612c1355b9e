/* SPDX-License-Identifier: GPL-2.0 */
/* The calls by which the host's files are looked at: unit tests put their own in place. */
#ifndef MVTAP_HOSTFILE_H
#define MVTAP_HOSTFILE_H

#include <stdbool.h>
#include <stdio.h>

struct stat;

/** host_open() - open a file for reading, closed on exec */
FILE *host_open(const char *path);

/** host_stat() - stat() */
int host_stat(const char *path, struct stat *st);

/**
 * host_list() - the names in a directory that end in @suffix, one after the other
 * @cb: is called with each path until it returns true
 *
 * Return: whether it did.
 */
bool host_list(const char *dir, const char *suffix,
	       bool (*cb)(const char *path, void *arg), void *arg);

#endif
