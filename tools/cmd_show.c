// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>

#include "args.h"
#include "conf.h"
#include "mvtap.h"
#include "out.h"

static int show_one(const char *name)
{
	struct link l;
	int ret = link_get("show", name, &l);

	if (ret)
		return ret;
	out_begin();
	conf_print(&l);
	return out_end();
}

static int show_all(void)
{
	struct link *list;
	size_t count;
	int ret = link_list("show", &list, &count);

	if (ret)
		return ret;
	out_begin();
	for (size_t i = 0; i < count; i++)
		conf_print(&list[i]);
	free(list);
	return out_end();
}

static int run(int argc, char **argv)
{
	const char *name;
	int ret;

	if (argc < 2)
		return show_all();
	ret = args_name("show", argc, argv, &name);
	if (ret)
		return ret;
	if (argc > 2)
		return usage_error("show: \"%s\" is too much: show [NAME]", argv[2]);
	return show_one(name);
}

const struct command cmd_show = {
	.name = "show",
	.synopsis = "[NAME]",
	.summary = "print one link or all; -j for JSON, -s with counters",
	.run = run,
};
