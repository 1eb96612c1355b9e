// SPDX-License-Identifier: GPL-2.0
/* mvtap: make, change and use the links of the mvtap kernel module. */
#include <stdio.h>
#include <string.h>

#include "mvtap.h"
#include "../kmod/version.h"
#include "args.h"
#include "host.h"
#include "link.h"
#include "out.h"
#include "value.h"

static int help_run(int argc, char **argv);

static const struct command cmd_help = {
	.name = "help",
	.synopsis = "[COMMAND]",
	.summary = "say what a command does",
	.run = help_run,
};

static const struct command *const commands[] = {
	&cmd_add, &cmd_set, &cmd_del, &cmd_show, &cmd_stats, &cmd_source, &cmd_fdb,
	&cmd_monitor, &cmd_probe, &cmd_doctor, &cmd_run, &cmd_qemu_helper, &cmd_help,
};

static const struct command *find(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		if (!strcmp(commands[i]->name, name))
			return commands[i];
	return NULL;
}

static int no_command(const char *name)
{
	char list[256] = "";

	for (size_t i = 0; i < ARRAY_SIZE(commands); i++) {
		strcat(list, i ? ", " : "");
		strcat(list, commands[i]->name);
	}
	if (name)
		return usage_error("\"%s\" is not a command: %s", name, list);
	return usage_error("no command given: %s", list);
}

static int help_all(void)
{
	printf("usage: mvtap [-j] [-p] [-s] [-d] COMMAND ...\n\n");
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		printf("  %-12s %s\n", commands[i]->name, commands[i]->summary);
	printf("\n  -j JSON   -p indented JSON   -s with counters   -d with details\n  -h help   -V version\n");
	return out_finish();
}

static int help_one(const struct command *c)
{
	printf("usage: mvtap %s %s\n\n%s.\n", c->name, c->synopsis, c->summary);
	if (c->details)
		c->details();
	return out_finish();
}

static int help_run(int argc, char **argv)
{
	const struct command *c;

	if (argc < 2)
		return help_all();
	if (argc > 2)
		return usage_error("help: \"%s\" is too much: help [COMMAND]", argv[2]);
	c = find(argv[1]);
	return c ? help_one(c) : no_command(argv[1]);
}

int main(int argc, char **argv)
{
	const struct command *c;
	int ret;

	argc = args_take_options(argc, argv, &options);
	value_set_compat(host_compat());
	if (options.version) {
		printf("mvtap %s\n", MVTAP_VERSION);
		return out_finish();
	}
	if (argc < 2)
		return options.help ? help_all() : no_command(NULL);
	c = find(argv[1]);
	if (!c)
		return no_command(argv[1]);
	if (options.help)
		return help_one(c);
	ret = c->run(argc - 1, argv + 1);
	link_cleanup();
	return ret;
}
