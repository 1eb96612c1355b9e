/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Printing: one call gives the text or the JSON form, as options.json says.
 *
 * The output is a list of records. In text a record is its name and then
 * "key value" pairs, on one line until out_break().
 */
#ifndef MVTAP_OUT_H
#define MVTAP_OUT_H

#include <stdbool.h>

/** out_begin() - start the list */
void out_begin(void);

/** out_end() - print what is left of the list; returns as out_finish() */
int out_end(void);

/** out_record() - start a record, called @name and with this as its "name" */
void out_record(const char *name);

void out_record_end(void);

/** out_line() - a record outside the list, printed at once on a line of its own; JSON only */
void out_line(void);

/** out_line_end() - print it; flushing is up to the caller */
void out_line_end(void);

void out_str(const char *key, const char *value);
void out_num(const char *key, long long value);

/** out_real() - a number with three decimals */
void out_real(const char *key, double value);

/** out_flag() - a boolean; its text form is @on or @off alone if they are given */
void out_flag(const char *key, bool value, const char *on, const char *off);

/** out_group() - the pairs that follow go into an object @key, on a new line in text */
void out_group(const char *key);
void out_group_end(void);

/**
 * out_list() - the items that follow go into an array @key
 *
 * Items are out_item() or, as objects, what is between out_group(NULL) and
 * out_group_end(). In text @key comes before the first item.
 */
void out_list(const char *key);
void out_item(const char *value);
void out_list_end(void);

/** out_break() - a new line, in text */
void out_break(void);

/** out_finish() - flush; MVTAP_REFUSED if the output could not be written */
int out_finish(void);

/** out_error() - print "mvtap: ..." on stderr */
void out_error(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/** usage_error() - the same, returning MVTAP_USAGE */
int usage_error(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif
