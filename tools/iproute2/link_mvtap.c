// SPDX-License-Identifier: GPL-2.0
/*
 * Plug-in for ip of iproute2: the kinds mvlan and mvtap take and print what
 * macvlan and macvtap do, by the very functions that ip has for those, since
 * those netlink attributes are the same, and what is ours beside it. One object
 * for both kinds; link_mvlan.so is a link to link_mvtap.so.
 */
#include "link_mvtap.h"

#include <stdbool.h>
#include <stdlib.h>

static const struct link_util *base_of(const struct link_util *util)
{
	return util == &mvlan_link_util ? &macvlan_link_util : &macvtap_link_util;
}

static void say_no_base(const struct link_util *util, FILE *f)
{
	fprintf(f, "Error: this ip knows nothing of mac%s, and so of no option of %s.\n",
		util->id + 1, util->id);
}

static int parse_no_base(struct link_util *util, int argc, char **argv, struct nlmsghdr *n)
{
	(void)argc;
	(void)argv;
	(void)n;
	say_no_base(util, stderr);
	return -1;
}

static void help_no_base(struct link_util *util, int argc, char **argv, FILE *f)
{
	(void)argc;
	(void)argv;
	say_no_base(util, f);
}

/* Ours are taken out of the words; the rest is for ip's own function. */
static int take_own(int argc, char **argv, struct nlmsghdr *n, char **rest)
{
	int kept = 0;

	for (int i = 0; i < argc; i++) {
		int taken = own_parse(argc - i, argv + i, n);

		if (taken < 0)
			return -1;
		if (taken)
			i++;
		else
			rest[kept++] = argv[i];
	}
	rest[kept] = NULL;
	return kept;
}

static int parse(struct link_util *util, int argc, char **argv, struct nlmsghdr *n)
{
	char **rest = calloc(argc + 1, sizeof(*rest));
	int kept = rest ? take_own(argc, argv, n, rest) : -1;
	int ret = kept < 0 ? -1 : base_of(util)->parse_opt(util, kept, rest, n);

	free(rest);
	return ret;
}

static void print(struct link_util *util, FILE *f, struct rtattr *tb[])
{
	base_of(util)->print_opt(util, f, tb);
	if (tb)
		own_print(tb);
}

static void help(struct link_util *util, int argc, char **argv, FILE *f)
{
	base_of(util)->print_help(util, argc, argv, f);
	own_help(f);
}

struct link_util mvlan_link_util = {
	.id = "mvlan",
	.parse_opt = parse_no_base,
	.print_help = help_no_base,
};

struct link_util mvtap_link_util = {
	.id = "mvtap",
	.parse_opt = parse_no_base,
	.print_help = help_no_base,
};

/* Not next, which is ip's, nor id, which is in the messages of these functions. */
static void borrow(struct link_util *own, const struct link_util *base)
{
	if (!base)
		return;
	own->maxattr = base->maxattr > OWN_MAXATTR ? base->maxattr : OWN_MAXATTR;
	own->parse_opt = parse;
	own->print_opt = print;
	own->print_help = help;
}

static void __attribute__((constructor)) borrow_both(void)
{
	borrow(&mvlan_link_util, &macvlan_link_util);
	borrow(&mvtap_link_util, &macvtap_link_util);
}
