// SPDX-License-Identifier: GPL-2.0
/* The types of what a device node has: a user, a group, permissions. */
#include <grp.h>
#include <pwd.h>
#include <stdio.h>

#include "args.h"
#include "mvtap.h"
#include "out.h"
#include "value.h"

/* The last number stands for "none" in the kernel. */
static bool parse_id(const struct value_type *type, const char *text, struct value *v)
{
	return args_number(text, type->min, type->max, &v->num);
}

/* As chown(1): a name may consist of digits. */
static bool parse_user(const struct value_type *type, const char *text, struct value *v)
{
	const struct passwd *pw = getpwnam(text);

	if (!pw)
		return parse_id(type, text, v);
	v->num = pw->pw_uid;
	return true;
}

static bool parse_group(const struct value_type *type, const char *text, struct value *v)
{
	const struct group *gr = getgrnam(text);

	if (!gr)
		return parse_id(type, text, v);
	v->num = gr->gr_gid;
	return true;
}

/* The number is the same for everybody; the name is that of who looks. */
static void print_id(const char *key, const char *name, const char *num_key, int64_t num)
{
	char text[24];

	snprintf(text, sizeof(text), "%lld", (long long)num);
	out_str(key, name ? name : text);
	if (options.json)
		out_num(num_key, num);
}

static void print_user(const struct value_type *type, const char *key, const struct value *v)
{
	const struct passwd *pw = getpwuid(v->num);

	(void)type;
	print_id(key, pw ? pw->pw_name : NULL, "uid", v->num);
}

static void print_group(const struct value_type *type, const char *key, const struct value *v)
{
	const struct group *gr = getgrgid(v->num);

	(void)type;
	print_id(key, gr ? gr->gr_name : NULL, "gid", v->num);
}

/* Octal, up to four digits, with or without a leading zero. */
static bool parse_perm(const struct value_type *type, const char *text, struct value *v)
{
	int64_t num = 0;
	int digits = 0;

	for (; *text; text++) {
		if (*text < '0' || *text > '7' || ++digits > 4)
			return false;
		num = num * 8 + *text - '0';
	}
	v->num = num;
	return digits && num <= type->max;
}

static void print_perm(const struct value_type *type, const char *key, const struct value *v)
{
	char text[24];

	(void)type;
	snprintf(text, sizeof(text), "%04llo", (unsigned long long)v->num);
	out_str(key, text);
}

const struct value_type value_user = {
	.parse = parse_user, .print = print_user,
	.what = "the name or number of a user", .min = 0, .max = UINT32_MAX - 1,
};

const struct value_type value_group = {
	.parse = parse_group, .print = print_group,
	.what = "the name or number of a group", .min = 0, .max = UINT32_MAX - 1,
};

const struct value_type value_perm = {
	.parse = parse_perm, .print = print_perm,
	.what = "octal permissions from 0 to 0777", .max = 0777,
};
