// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>

#include "args.h"
#include "conf.h"
#include "mvtap.h"
#include "out.h"

static bool mode_is(const struct link_conf *conf, const char *word)
{
	int64_t mode;

	return value_find(&value_mode, word, &mode) && conf->value[KEY_MODE].num == mode;
}

/* Only two modes reach the host. As it is with the flags, the mode settles it. */
static void leave_host(const struct link *old, struct link_conf *conf)
{
	if (!(conf->given & KEY_BIT(KEY_MODE)) || (conf->given & KEY_BIT(KEY_HOST)) ||
	    !old->conf.value[KEY_HOST].num || mode_is(conf, "bridge") || mode_is(conf, "private"))
		return;
	conf->value[KEY_HOST].num = 0;
	conf->given |= KEY_BIT(KEY_HOST);
}

static int run(int argc, char **argv)
{
	struct link_conf conf;
	struct link old;
	const char *name;
	int ret;

	ret = args_name("set", argc, argv, &name);
	if (!ret)
		ret = conf_parse("set", FOR_SET, argv + 2, &conf);
	if (ret)
		return ret;
	if (!conf.given)
		return usage_error("set: nothing to set: set NAME KEY VALUE...");
	ret = link_get("set", name, &old);
	if (ret)
		return ret;
	leave_host(&old, &conf);
	return link_set("set", &old, &conf);
}

static void details(void)
{
	printf("All keys are set, or none is. A mode in which a link cannot reach the host\n"
	       "switches host off.\n");
	conf_help(FOR_SET);
}

const struct command cmd_set = {
	.name = "set",
	.synopsis = "NAME {KEY VALUE|up|down}...",
	.summary = "change a link",
	.details = details,
	.run = run,
};
