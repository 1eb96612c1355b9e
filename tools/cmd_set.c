// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>

#include "args.h"
#include "conf.h"
#include "mvtap.h"
#include "out.h"

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
	return ret ? ret : link_set("set", &old, &conf);
}

static void details(void)
{
	printf("All keys are set, or none is.\n");
	conf_help(FOR_SET);
}

const struct command cmd_set = {
	.name = "set",
	.synopsis = "NAME {KEY VALUE|up|down}...",
	.summary = "change a link",
	.details = details,
	.run = run,
};
