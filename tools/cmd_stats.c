// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>

#include "args.h"
#include "link.h"
#include "mvtap.h"
#include "out.h"
#include "print.h"

static void print(const struct link *l)
{
	out_record(l->name);
	out_num("ifindex", l->ifindex);
	if (l->has_stats)
		print_stats("stats", l->stats);
	print_drops(l);
	print_queues(l);
	out_record_end();
}

static int stats_one(const char *name)
{
	struct link l;
	int ret = link_get("stats", name, &l);

	if (ret)
		return ret;
	link_queues(&l, 1);
	out_begin();
	print(&l);
	return out_end();
}

static int stats_all(void)
{
	struct link *list;
	size_t count;
	int ret = link_list("stats", &list, &count);

	if (ret)
		return ret;
	link_queues(list, count);
	out_begin();
	for (size_t i = 0; i < count; i++)
		print(&list[i]);
	free(list);
	return out_end();
}

static int run(int argc, char **argv)
{
	const char *name;
	int ret;

	options.stats = true;
	if (argc < 2)
		return stats_all();
	ret = args_name("stats", argc, argv, &name);
	if (ret)
		return ret;
	if (argc > 2)
		return usage_error("stats: \"%s\" is too much: stats [NAME]", argv[2]);
	return stats_one(name);
}

const struct command cmd_stats = {
	.name = "stats",
	.synopsis = "[NAME]",
	.summary = "print counters: frames, losses by reason (-d: also those that are 0), queues",
	.run = run,
};
