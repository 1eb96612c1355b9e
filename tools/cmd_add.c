// SPDX-License-Identifier: GPL-2.0
#include "args.h"
#include "conf.h"
#include "mvtap.h"
#include "out.h"
#include "print.h"

/* What serves people; a bare netlink request would get a VEPA link. */
static void fill_defaults(struct link_conf *conf)
{
	if (!(conf->given & KEY_BIT(KEY_KIND)))
		conf->value[KEY_KIND].num = KIND_TAP;
	/* who names a mode gets that, and nothing beside it */
	if (!(conf->given & (KEY_BIT(KEY_MODE) | KEY_BIT(KEY_HOST)))) {
		conf->value[KEY_HOST].num = 1;
		conf->given |= KEY_BIT(KEY_HOST);
	}
	if (!(conf->given & KEY_BIT(KEY_MODE)))
		value_find(&value_mode, "bridge", &conf->value[KEY_MODE].num);
	conf->given |= KEY_BIT(KEY_KIND) | KEY_BIT(KEY_MODE);
}

static int run(int argc, char **argv)
{
	struct link_conf conf;
	struct link made;
	const char *name;
	int ret;

	options.details = false;	/* what was made, as it was asked for */
	ret = args_name("add", argc, argv, &name);
	if (!ret)
		ret = conf_parse("add", FOR_ADD, argv + 2, &conf);
	if (ret)
		return ret;
	if (!(conf.given & KEY_BIT(KEY_LINK)))
		return usage_error("add: link is missing: the name of the lower device");
	fill_defaults(&conf);
	ret = link_add("add", name, &conf, &made);
	if (ret)
		return ret;
	out_begin();
	print_link(&made, NULL);
	return out_end();
}

static void details(void)
{
	conf_help(FOR_ADD);
}

const struct command cmd_add = {
	.name = "add",
	.synopsis = "NAME link LOWER [KEY VALUE]... [up|down]",
	.summary = "make a link on a lower device, and print what was made",
	.details = details,
	.run = run,
};
