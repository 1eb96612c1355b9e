/* SPDX-License-Identifier: GPL-2.0 */
/* The options that macvlan and macvtap do not have. */
#ifndef MVTAP_LINK_MVTAP_H
#define MVTAP_LINK_MVTAP_H

#include "link_util.h"

#include <linux/mvtap.h>

#define OWN_MAXATTR IFLA_MVTAP_MAX

/**
 * own_parse() - take an option and its value
 *
 * Return: 2 words if it is one of ours, 0 if not, -1 after saying what is wrong.
 */
int own_parse(int argc, char **argv, struct nlmsghdr *n);

void own_print(struct rtattr *tb[]);
void own_help(FILE *f);

#endif /* MVTAP_LINK_MVTAP_H */
