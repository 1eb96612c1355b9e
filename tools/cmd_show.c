// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>

#include "args.h"
#include "link.h"
#include "mvtap.h"
#include "out.h"
#include "print.h"

/* With -d, the source list takes a request of its own. */
static int print(struct link *l)
{
	struct mac_list source = { 0 };

	if (options.details)
		link_queues(l, 1);
	if (options.details && l->sources && link_source_list("show", l, &source))
		return MVTAP_REFUSED;
	print_link(l, options.details ? &source : NULL);
	free(source.mac);
	return MVTAP_OK;
}

static int show_one(const char *name)
{
	struct link l;
	int ret = link_get("show", name, &l);

	if (ret)
		return ret;
	out_begin();
	ret = print(&l);
	return ret ? ret : out_end();
}

static int show_all(void)
{
	struct link *list;
	size_t count;
	int ret = link_list("show", &list, &count);

	if (ret)
		return ret;
	out_begin();
	for (size_t i = 0; !ret && i < count; i++)
		ret = print(&list[i]);
	free(list);
	return ret ? ret : out_end();
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
	.summary = "print one link or all; -j for JSON, -s with counters, -d with details",
	.run = run,
};
