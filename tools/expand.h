/* SPDX-License-Identifier: GPL-2.0 */
/* The placeholders of "mvtap run". */
#ifndef MVTAP_EXPAND_H
#define MVTAP_EXPAND_H

enum expand_var {
	EXPAND_TAP, EXPAND_VHOST, EXPAND_MAC, EXPAND_MTU, EXPAND_QUEUES,
	EXPAND_COUNT,
};

extern const char *const expand_names[EXPAND_COUNT];

/**
 * struct expansion - what placeholders stand for
 * @link: the link; %tap:LINK% is its, and so is %tap% without a name
 * @value: for each variable; NULL if there is none
 */
struct expansion {
	const char *link;
	const char *value[EXPAND_COUNT];
};

/**
 * expand_arg() - replace the placeholders in one argument
 * @e: values
 * @arg: text; what is not a placeholder of @e->link is kept as it is, also
 *	the placeholders of other links
 * @missing: receives the name of a placeholder without a value
 *
 * Return: a new string; NULL if a value is missing, or without memory (then
 * @missing is NULL).
 */
char *expand_arg(const struct expansion *e, const char *arg, const char **missing);

#endif
