// SPDX-License-Identifier: GPL-2.0
/*
 * Plug-in for ip of iproute2: the kinds mvlan and mvtap take and print what
 * macvlan and macvtap do, by the very functions that ip has for those, since
 * the netlink attributes are the same. One object for both kinds;
 * link_mvlan.so is a link to link_mvtap.so.
 */
#include "link_util.h"

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
	own->maxattr = base->maxattr;
	own->parse_opt = base->parse_opt;
	own->print_opt = base->print_opt;
	own->print_help = base->print_help;
}

static void __attribute__((constructor)) borrow_both(void)
{
	borrow(&mvlan_link_util, &macvlan_link_util);
	borrow(&mvtap_link_util, &macvtap_link_util);
}
