// SPDX-License-Identifier: GPL-2.0
#include "args.h"

#include <ctype.h>
#include <errno.h>
#include <net/if.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "mvtap.h"
#include "out.h"

struct options options;

static const struct {
	char letter;
	const char *name;
	size_t field;
} known[] = {
	{ 'j', "--json", offsetof(struct options, json) },
	{ 'p', "--pretty", offsetof(struct options, pretty) },
	{ 's', "--stats", offsetof(struct options, stats) },
	{ 'd', "--details", offsetof(struct options, details) },
	{ 'h', "--help", offsetof(struct options, help) },
	{ 'V', "--version", offsetof(struct options, version) },
};

static bool take_letter(char letter, struct options *o)
{
	for (size_t i = 0; i < ARRAY_SIZE(known); i++)
		if (known[i].letter == letter)
			return *(bool *)((char *)o + known[i].field) = true;
	return false;
}

/* "-j", or several as "-js": all of them, or it is not an option of ours. */
static bool take_letters(const char *arg, struct options *o)
{
	struct options all = *o;

	if (*arg++ != '-' || !*arg)
		return false;
	for (; *arg; arg++)
		if (!take_letter(*arg, &all))
			return false;
	*o = all;
	return true;
}

static bool take_option(const char *arg, struct options *o)
{
	for (size_t i = 0; i < ARRAY_SIZE(known); i++)
		if (!strcmp(arg, known[i].name))
			return take_letter(known[i].letter, o);
	return take_letters(arg, o);
}

int args_take_options(int argc, char **argv, struct options *o)
{
	int kept = argc ? 1 : 0;
	int i;

	memset(o, 0, sizeof(*o));
	for (i = 1; i < argc && strcmp(argv[i], "--"); i++)
		if (!take_option(argv[i], o))
			argv[kept++] = argv[i];
	for (; i < argc; i++)
		argv[kept++] = argv[i];
	argv[kept] = NULL;
	if (o->pretty)
		o->json = true;
	return kept;
}

bool args_is_name(const char *text)
{
	size_t len = strlen(text);

	if (!len || len >= IFNAMSIZ || *text == '-')
		return false;
	if (!strcmp(text, ".") || !strcmp(text, ".."))
		return false;
	for (; *text; text++)
		/* '%' makes the kernel choose a name; ours are literal */
		if (*text == '/' || *text == ':' || *text == '%' ||
		    isspace((unsigned char)*text))
			return false;
	return true;
}

int args_name(const char *cmd, int argc, char **argv, const char **name)
{
	if (argc < 2)
		return usage_error("%s: the name of a link is missing", cmd);
	if (!args_is_name(argv[1]))
		return usage_error("%s: \"%s\" cannot name a link: 1 to %d characters, no space / : %%, no - in front",
				   cmd, argv[1], IFNAMSIZ - 1);
	*name = argv[1];
	return MVTAP_OK;
}

const char *args_option_value(const char *name, int argc, char **argv, int *i)
{
	size_t len = strlen(name);

	if (!strncmp(argv[*i], name, len) && argv[*i][len] == '=')
		return argv[*i] + len + 1;
	if (strcmp(argv[*i], name) || *i + 1 >= argc)
		return NULL;
	return argv[++*i];
}

bool args_number(const char *text, int64_t min, int64_t max, int64_t *num)
{
	char *end;
	long long n;

	/* strtoll() would skip blanks and take a plus sign */
	if (!isdigit((unsigned char)text[*text == '-']))
		return false;
	errno = 0;
	n = strtoll(text, &end, 10);
	if (errno || *end || n < min || n > max)
		return false;
	*num = n;
	return true;
}

bool args_mac(const char *text, unsigned char mac[6])
{
	for (int i = 0; i < 6; i++, text += 3) {
		char byte[3] = { text[0], text[0] ? text[1] : 0 };

		if (!isxdigit((unsigned char)byte[0]) || !isxdigit((unsigned char)byte[1]))
			return false;
		if (text[2] != (i < 5 ? ':' : '\0'))
			return false;
		mac[i] = strtoul(byte, NULL, 16);
	}
	return true;
}
