/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What ip of iproute2 and its plug-ins know of each other: for a kind that ip
 * does not know it loads link_KIND.so from its library directory, or from
 * $IP_LIB_DIR, and looks for KIND_link_util there. ip is linked with its
 * symbols exported, so a plug-in can refer to them.
 */
#ifndef MVTAP_LINK_UTIL_H
#define MVTAP_LINK_UTIL_H

#include <stdbool.h>
#include <stdio.h>

struct nlmsghdr;
struct rtattr;

/* As in iproute2's ip/ip_common.h, the same since iproute2 4.11. */
struct link_util {
	struct link_util *next;
	const char *id;
	int maxattr;
	int (*parse_opt)(struct link_util *util, int argc, char **argv, struct nlmsghdr *n);
	void (*print_opt)(struct link_util *util, FILE *f, struct rtattr *tb[]);
	void (*print_xstats)(struct link_util *util, FILE *f, struct rtattr *xstats);
	void (*print_help)(struct link_util *util, int argc, char **argv, FILE *f);
	int (*parse_ifla_xstats)(struct link_util *util, int argc, char **argv);
	int (*print_ifla_xstats)(struct nlmsghdr *n, void *arg);
};

/* ip's own. Weak: NULL, and no failure to load, in an ip without them. */
extern struct link_util macvlan_link_util __attribute__((weak));
extern struct link_util macvtap_link_util __attribute__((weak));

/* The parts of ip's library that we use, the same since iproute2 5.10. */
enum output_type { PRINT_ANY = 4 };
enum color_attr { COLOR_NONE = 6 };

int addattr_l(struct nlmsghdr *n, int maxlen, int type, const void *data, int alen)
	__attribute__((weak));
int print_color_string(enum output_type t, enum color_attr color, const char *key,
		       const char *fmt, const char *value) __attribute__((weak));
int print_color_uint(enum output_type t, enum color_attr color, const char *key,
		     const char *fmt, unsigned int value) __attribute__((weak));
int print_color_on_off(enum output_type t, enum color_attr color, const char *key,
		       const char *fmt, bool value) __attribute__((weak));

/* ours */
extern struct link_util mvlan_link_util;
extern struct link_util mvtap_link_util;

#endif /* MVTAP_LINK_UTIL_H */
