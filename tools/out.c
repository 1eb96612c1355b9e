// SPDX-License-Identifier: GPL-2.0
#include "out.h"

#include <jansson.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "mvtap.h"

static json_t *list;	/* owns the rest */
static json_t *object;	/* the record or group that pairs go into */
static json_t *record;

void out_begin(void)
{
	if (options.json)
		list = json_array();
}

int out_end(void)
{
	if (options.json) {
		json_dumpf(list, stdout, options.pretty ? JSON_INDENT(2) : JSON_COMPACT);
		json_decref(list);
		list = object = record = NULL;
		putchar('\n');
	}
	return out_finish();
}

void out_record(const char *name)
{
	if (!options.json) {
		printf("%s:", name);
		return;
	}
	record = object = json_object();
	json_array_append_new(list, record);
	out_str("name", name);
}

void out_record_end(void)
{
	if (!options.json)
		putchar('\n');
	object = record = NULL;
}

void out_str(const char *key, const char *value)
{
	if (options.json)
		json_object_set_new(object, key, json_string(value));
	else
		printf(" %s %s", key, value);
}

void out_num(const char *key, long long value)
{
	if (options.json)
		json_object_set_new(object, key, json_integer(value));
	else
		printf(" %s %lld", key, value);
}

void out_flag(const char *key, bool value, const char *on, const char *off)
{
	if (options.json)
		json_object_set_new(object, key, json_boolean(value));
	else if (on)
		printf(" %s", value ? on : off);
	else
		printf(" %s %s", key, value ? "on" : "off");
}

void out_group(const char *key)
{
	if (!options.json) {
		printf("\n   ");
		return;
	}
	object = json_object();
	json_object_set_new(record, key, object);
}

void out_group_end(void)
{
	object = record;
}

void out_break(void)
{
	if (!options.json)
		printf("\n   ");
}

int out_finish(void)
{
	if (!fflush(stdout) && !ferror(stdout))
		return MVTAP_OK;
	out_error("cannot write the output: %s", strerror(errno));
	return MVTAP_REFUSED;
}

static void verror(const char *fmt, va_list args)
{
	fputs("mvtap: ", stderr);
	vfprintf(stderr, fmt, args);
	fputc('\n', stderr);
}

void out_error(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	verror(fmt, args);
	va_end(args);
}

int usage_error(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	verror(fmt, args);
	va_end(args);
	return MVTAP_USAGE;
}
