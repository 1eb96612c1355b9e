/* SPDX-License-Identifier: GPL-2.0 */
/* The calls by which the host's files are looked at: unit tests put their own in place. */
#ifndef MVTAP_HOSTFILE_H
#define MVTAP_HOSTFILE_H

#include <stdio.h>

struct stat;

/** host_open() - open a file for reading, closed on exec */
FILE *host_open(const char *path);

/** host_stat() - stat() */
int host_stat(const char *path, struct stat *st);

#endif
