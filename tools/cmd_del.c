// SPDX-License-Identifier: GPL-2.0
#include "args.h"
#include "link.h"
#include "mvtap.h"
#include "out.h"

static int run(int argc, char **argv)
{
	const char *name;
	struct link l;
	int ret;

	ret = args_name("del", argc, argv, &name);
	if (ret)
		return ret;
	if (argc > 2)
		return usage_error("del: \"%s\" is too much: del NAME", argv[2]);
	/* the look-up keeps us from removing somebody else's interface */
	ret = link_get("del", name, &l);
	return ret ? ret : link_del("del", &l);
}

const struct command cmd_del = {
	.name = "del",
	.synopsis = "NAME",
	.summary = "remove a link, and its device node",
	.run = run,
};
