// SPDX-License-Identifier: GPL-2.0
#include "capture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fake_kernel.h"

struct redirect {
	FILE *file;
	int saved;
	int fd;
};

static void redirect(struct redirect *r, int fd)
{
	r->file = tmpfile();
	r->fd = fd;
	r->saved = dup(fd);
	if (!r->file || r->saved < 0 || dup2(fileno(r->file), fd) < 0)
		abort();
}

static void restore(struct redirect *r, char *buf, size_t size)
{
	size_t len;

	rewind(r->file);
	len = fread(buf, 1, size - 1, r->file);
	buf[len] = '\0';
	fclose(r->file);
	dup2(r->saved, r->fd);
	close(r->saved);
}

static int split(char *line, char **argv, int max)
{
	int argc = 0;

	argv[argc++] = "mvtap";
	for (char *word; (word = strsep(&line, " ")) && argc < max - 1;)
		argv[argc++] = word;
	argv[argc] = NULL;
	return argc;
}

void capture_line(const char *line, struct captured *c)
{
	char *words = strdup(line), *argv[48];
	struct redirect out, err;

	fflush(NULL);
	redirect(&out, STDOUT_FILENO);
	redirect(&err, STDERR_FILENO);
	c->status = mvtap_main(*line ? split(words, argv, 48) : 1,
			       *line ? argv : (char *[]) { "mvtap", NULL });
	fflush(NULL);
	restore(&out, c->out, sizeof(c->out));
	restore(&err, c->err, sizeof(c->err));
	free(words);
}
