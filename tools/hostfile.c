// SPDX-License-Identifier: GPL-2.0
#include "hostfile.h"

#include <dirent.h>
#include <string.h>
#include <sys/stat.h>

FILE *host_open(const char *path)
{
	return fopen(path, "re");
}

int host_stat(const char *path, struct stat *st)
{
	return stat(path, st);
}

bool host_list(const char *dir, const char *suffix,
	       bool (*cb)(const char *path, void *arg), void *arg)
{
	DIR *d = opendir(dir);
	struct dirent *e;
	bool done = false;
	char path[512];

	while (d && !done && (e = readdir(d))) {
		size_t len = strlen(e->d_name), end = strlen(suffix);

		if (len < end || strcmp(e->d_name + len - end, suffix))
			continue;
		snprintf(path, sizeof(path), "%s/%s", dir, e->d_name);
		done = cb(path, arg);
	}
	if (d)
		closedir(d);
	return done;
}
