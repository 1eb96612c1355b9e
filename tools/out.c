// SPDX-License-Identifier: GPL-2.0
#include "out.h"

#include <jansson.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "mvtap.h"

#define DEPTH 8

/* What is open, from the outermost; each one owns the next. */
static json_t *stack[DEPTH];
static int depth;

static json_t *top(void)
{
	return depth ? stack[depth - 1] : NULL;
}

static void put(const char *key, json_t *value)
{
	if (json_is_array(top()))
		json_array_append_new(top(), value);
	else
		json_object_set_new(top(), key, value);
}

/* The outermost is ours, the others belong to what they are in. */
static void push(const char *key, json_t *value)
{
	if (depth)
		put(key, value);
	if (depth < DEPTH)
		stack[depth++] = value;
}

static void print_outermost(size_t flags)
{
	json_dumpf(stack[0], stdout, flags | JSON_REAL_PRECISION(12));
	json_decref(stack[0]);
	depth = 0;
	putchar('\n');
}

void out_begin(void)
{
	if (options.json)
		push(NULL, json_array());
}

int out_end(void)
{
	if (options.json)
		print_outermost(options.pretty ? JSON_INDENT(2) : JSON_COMPACT);
	return out_finish();
}

void out_record(const char *name)
{
	if (!options.json) {
		printf("%s:", name);
		return;
	}
	push(NULL, json_object());
	out_str("name", name);
}

void out_record_end(void)
{
	if (options.json)
		depth--;
	else
		putchar('\n');
}

void out_line(void)
{
	push(NULL, json_object());
}

void out_line_end(void)
{
	print_outermost(JSON_COMPACT);
}

void out_str(const char *key, const char *value)
{
	if (options.json)
		put(key, json_string(value));
	else
		printf(" %s %s", key, value);
}

void out_num(const char *key, long long value)
{
	if (options.json)
		put(key, json_integer(value));
	else
		printf(" %s %lld", key, value);
}

void out_real(const char *key, double value)
{
	if (options.json)
		put(key, json_real((long long)(value * 1000 + 0.5) / 1000.0));
	else
		printf(" %s %.3f", key, value);
}

void out_flag(const char *key, bool value, const char *on, const char *off)
{
	if (options.json)
		put(key, json_boolean(value));
	else if (on)
		printf(" %s", value ? on : off);
	else
		printf(" %s %s", key, value ? "on" : "off");
}

void out_group(const char *key)
{
	if (options.json)
		push(key, json_object());
	else
		out_break();
}

void out_group_end(void)
{
	if (options.json)
		depth--;
}

void out_list(const char *key)
{
	if (options.json)
		push(key, json_array());
	else
		printf(" %s", key);
}

void out_item(const char *value)
{
	if (options.json)
		put(NULL, json_string(value));
	else
		printf(" %s", value);
}

void out_list_end(void)
{
	if (options.json)
		depth--;
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
