// SPDX-License-Identifier: GPL-2.0
#include "expand.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const expand_names[EXPAND_COUNT] = {
	[EXPAND_TAP] = "tap", [EXPAND_VHOST] = "vhost", [EXPAND_MAC] = "mac",
	[EXPAND_MTU] = "mtu", [EXPAND_QUEUES] = "queues",
};

/* Steps over @word if the text goes on with it. */
static const char *skip(const char *text, const char *word)
{
	size_t len = strlen(word);

	return strncmp(text, word, len) ? NULL : text + len;
}

/* The end of the placeholder of variable @name at @text, NULL if there is none. */
static const char *match(const struct expansion *e, const char *name, const char *text)
{
	const char *at = skip(text, "%"), *named;

	at = at ? skip(at, name) : NULL;
	named = at ? skip(at, ":") : NULL;
	if (named)
		at = skip(named, e->link);
	return at ? skip(at, "%") : NULL;
}

static int find(const struct expansion *e, const char *text, const char **end)
{
	for (int i = 0; i < EXPAND_COUNT; i++) {
		*end = match(e, expand_names[i], text);
		if (*end)
			return i;
	}
	return -1;
}

char *expand_arg(const struct expansion *e, const char *arg, const char **missing)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	const char *end;

	*missing = NULL;
	if (!out)
		return NULL;
	while (*arg && !*missing) {
		int var = find(e, arg, &end);

		if (var < 0) {
			fputc(*arg++, out);
			continue;
		}
		if (e->value[var])
			fputs(e->value[var], out);
		else
			*missing = expand_names[var];
		arg = end;
	}
	if (fclose(out) || *missing) {
		free(text);
		return NULL;
	}
	return text;
}
