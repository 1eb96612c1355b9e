/* SPDX-License-Identifier: GPL-2.0 */
/* Reading the command line: options, names, numbers, words. No netlink here. */
#ifndef MVTAP_ARGS_H
#define MVTAP_ARGS_H

#include <stdbool.h>
#include <stdint.h>

struct options;

/**
 * args_take_options() - take the options of every command out of the line
 * @argc: length of @argv
 * @argv: is shortened in place; nothing behind a "--" is looked at
 * @o: receives what was found
 *
 * Return: the new length.
 */
int args_take_options(int argc, char **argv, struct options *o);

/** args_is_name() - whether @text can be the name of a link; '%' cannot */
bool args_is_name(const char *text);

/**
 * args_name() - read the argument that names a link
 *
 * Return: 0, or MVTAP_USAGE after saying what is wrong.
 */
int args_name(const char *cmd, int argc, char **argv, const char **name);

/**
 * args_option_value() - the value of option @name, as "@name V" or "@name=V"
 * @i: where to look; moved on if the value is the next argument
 *
 * Return: NULL if there is another option, or no value.
 */
const char *args_option_value(const char *name, int argc, char **argv, int *i);

/** args_number() - read a whole decimal number within bounds; false if not one */
bool args_number(const char *text, int64_t min, int64_t max, int64_t *num);

/** args_mac() - read six hexadecimal bytes, two digits each, between colons */
bool args_mac(const char *text, unsigned char mac[6]);

#endif
