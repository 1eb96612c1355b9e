// SPDX-License-Identifier: GPL-2.0
#include "hostfile.h"

#include <sys/stat.h>

FILE *host_open(const char *path)
{
	return fopen(path, "re");
}

int host_stat(const char *path, struct stat *st)
{
	return stat(path, st);
}
