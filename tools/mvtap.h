/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What every file of the tool shares: exit codes, the options that any command
 * takes, and the shape of a command.
 */
#ifndef MVTAP_TOOL_H
#define MVTAP_TOOL_H

#include <stdbool.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

enum mvtap_exit {
	MVTAP_OK = 0,
	MVTAP_USAGE = 1,	/* the command line is wrong */
	MVTAP_REFUSED = 2,	/* the kernel said no */
	MVTAP_PROBLEMS = 3,	/* doctor: found some */
	MVTAP_NOEXEC = 126,	/* run: the command cannot be executed */
	MVTAP_NOTFOUND = 127,	/* run: the command does not exist */
};

struct options {
	bool json;
	bool pretty;
	bool stats;
	bool details;
	bool help;
	bool version;
};

extern struct options options;

struct command {
	const char *name;
	const char *synopsis;	/* what follows the name */
	const char *summary;	/* one line */
	void (*details)(void);	/* the rest of "help NAME"; may be NULL */
	int (*run)(int argc, char **argv);	/* argv[0] is the name */
};

extern const struct command cmd_add;
extern const struct command cmd_set;
extern const struct command cmd_del;
extern const struct command cmd_show;
extern const struct command cmd_stats;
extern const struct command cmd_source;
extern const struct command cmd_fdb;
extern const struct command cmd_monitor;
extern const struct command cmd_probe;
extern const struct command cmd_doctor;
extern const struct command cmd_run;
extern const struct command cmd_qemu_helper;

#endif
