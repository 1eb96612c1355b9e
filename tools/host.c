// SPDX-License-Identifier: GPL-2.0
#include "host.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hostfile.h"

static bool vline(char *buf, size_t size, const char *fmt, va_list args)
{
	char path[256];
	FILE *file;
	bool ok;

	vsnprintf(path, sizeof(path), fmt, args);
	file = host_open(path);
	if (!file)
		return false;
	ok = fgets(buf, size, file);
	fclose(file);
	if (ok)
		buf[strcspn(buf, "\n")] = '\0';
	return ok;
}

bool host_line(char *buf, size_t size, const char *fmt, ...)
{
	va_list args;
	bool ok;

	va_start(args, fmt);
	ok = vline(buf, size, fmt, args);
	va_end(args);
	return ok;
}

long host_number(long none, const char *fmt, ...)
{
	char line[32], *end;
	va_list args;
	long num;
	bool ok;

	va_start(args, fmt);
	ok = vline(line, sizeof(line), fmt, args);
	va_end(args);
	if (!ok)
		return none;
	num = strtol(line, &end, 10);
	return end == line ? none : num;
}

struct grep {
	bool (*match)(const char *line);
	char *path;
	size_t size;
};

static bool grep_file(const char *path, void *arg)
{
	const struct grep *g = arg;
	FILE *file = host_open(path);
	bool found = false;
	char *line = NULL;
	size_t size = 0;

	while (file && !found && getline(&line, &size, file) >= 0) {
		line[strcspn(line, "\n")] = '\0';
		found = g->match(line);
	}
	free(line);
	if (file)
		fclose(file);
	if (found)
		snprintf(g->path, g->size, "%s", path);
	return found;
}

bool host_grep(const char *const *dirs, const char *suffix, bool (*match)(const char *line),
	       char *path, size_t size)
{
	struct grep g = { match, path, size };

	for (; *dirs; dirs++)
		if (host_list(*dirs, suffix, grep_file, &g))
			return true;
	return false;
}

bool host_compat(void)
{
	char line[8];

	return host_line(line, sizeof(line), "/sys/module/mvtap/parameters/compat") &&
	       (*line == 'Y' || *line == '1');
}
