// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "args.h"
#include "expand.h"
#include "link.h"
#include "mvtap.h"
#include "out.h"
#include "tap.h"

#define LIST_SIZE (TAP_MAX_QUEUES * 12)

struct job {
	const char *name;
	int queues;
	bool vhost;
	char **command;
	char **expanded;	/* the same, with its placeholders replaced */
	struct link link;
	int tap[TAP_MAX_QUEUES];
	int vhost_fd[TAP_MAX_QUEUES];
	int taps, vhosts;	/* open ones */
};

static int parse_option(int argc, char **argv, int *i, struct job *job)
{
	const char *value;
	int64_t queues;

	if (!strcmp(argv[*i], "--no-vhost")) {
		job->vhost = false;
		return MVTAP_OK;
	}
	value = args_option_value("--queues", argc, argv, i);
	if (!value)
		return usage_error("run: \"%s\" is not an option: --queues N, --no-vhost, or -- before the command",
				   argv[*i]);
	if (!args_number(value, 1, TAP_MAX_QUEUES, &queues))
		return usage_error("run: --queues: \"%s\" is not a number from 1 to %d",
				   value, TAP_MAX_QUEUES);
	job->queues = queues;
	return MVTAP_OK;
}

static int parse(int argc, char **argv, struct job *job)
{
	int i, ret;

	for (i = 1; i < argc && strcmp(argv[i], "--"); i++) {
		if (*argv[i] == '-')
			ret = parse_option(argc, argv, &i, job);
		else if (job->name)
			ret = usage_error("run: \"%s\" is too much: -- goes before the command",
					  argv[i]);
		else
			ret = args_name("run", argc - i + 1, argv + i - 1, &job->name);
		if (ret)
			return ret;
	}
	if (!job->name)
		return usage_error("run: the name of a link is missing");
	if (i + 1 >= argc)
		return usage_error("run: the command is missing: run NAME -- COMMAND...");
	job->command = argv + i + 1;
	return MVTAP_OK;
}

static int open_all(struct job *job)
{
	while (job->taps < job->queues) {
		int fd = tap_open("run", &job->link, true, job->queues > 1);

		if (fd < 0)
			return MVTAP_REFUSED;
		job->tap[job->taps++] = fd;
	}
	while (job->vhost && job->vhosts < job->queues) {
		int fd = tap_open_vhost("run");

		if (fd < 0)
			return MVTAP_REFUSED;
		job->vhost_fd[job->vhosts++] = fd;
	}
	return MVTAP_OK;
}

static void release(struct job *job)
{
	for (char **arg = job->expanded; arg && *arg; arg++)
		free(*arg);
	free(job->expanded);
	while (job->taps)
		close(job->tap[--job->taps]);
	while (job->vhosts)
		close(job->vhost_fd[--job->vhosts]);
}

static void list_fds(const int *fds, int count, char *list)
{
	*list = '\0';
	for (int i = 0; i < count; i++)
		list += sprintf(list, "%s%d", i ? ":" : "", fds[i]);
}

static void keep_fds(const int *fds, int count)
{
	for (int i = 0; i < count; i++)
		fcntl(fds[i], F_SETFD, 0);
}

static int expand_into(struct job *job, const struct expansion *e)
{
	const char *missing = NULL;
	size_t count = 0;

	while (job->command[count])
		count++;
	job->expanded = calloc(count + 1, sizeof(*job->expanded));
	for (size_t i = 0; job->expanded && i < count; i++) {
		job->expanded[i] = expand_arg(e, job->command[i], &missing);
		if (!job->expanded[i])
			break;
	}
	if (missing)
		return usage_error("run: %%%s%% is used beside --no-vhost", missing);
	if (job->expanded && job->expanded[count - 1])
		return MVTAP_OK;
	out_error("run: %s", strerror(ENOMEM));
	return MVTAP_REFUSED;
}

static int expand_command(struct job *job)
{
	const unsigned char *m = job->link.conf.value[KEY_ADDRESS].mac;
	char taps[LIST_SIZE], vhosts[LIST_SIZE], mac[18], mtu[12], queues[12];
	const struct expansion e = {
		.link = job->name,
		.value = { taps, job->vhost ? vhosts : NULL, mac, mtu, queues },
	};

	list_fds(job->tap, job->taps, taps);
	list_fds(job->vhost_fd, job->vhosts, vhosts);
	snprintf(mac, sizeof(mac), "%02x:%02x:%02x:%02x:%02x:%02x",
		 m[0], m[1], m[2], m[3], m[4], m[5]);
	snprintf(mtu, sizeof(mtu), "%d", (int)job->link.conf.value[KEY_MTU].num);
	snprintf(queues, sizeof(queues), "%d", job->queues);
	return expand_into(job, &e);
}

static int exec_command(struct job *job)
{
	int err;

	keep_fds(job->tap, job->taps);
	keep_fds(job->vhost_fd, job->vhosts);
	execvp(job->expanded[0], job->expanded);
	err = errno;
	out_error("run: %s: %s", job->expanded[0], strerror(err));
	return err == ENOENT ? MVTAP_NOTFOUND : MVTAP_NOEXEC;
}

/* Nothing is left changed unless the command runs. */
static int up_and_exec(struct job *job)
{
	bool was_up = job->link.conf.value[KEY_UP].num;
	int ret;

	if (!was_up && link_set_up("run", &job->link, true))
		return MVTAP_REFUSED;
	ret = exec_command(job);
	if (!was_up)
		link_set_up("run", &job->link, false);
	return ret;
}

static int run(int argc, char **argv)
{
	struct job job = { .queues = 1, .vhost = true };
	int ret;

	ret = parse(argc, argv, &job);
	if (!ret)
		ret = link_get("run", job.name, &job.link);
	if (!ret && !link_has_node(&job.link)) {
		out_error("run %s: is an mvlan link, which has no device node", job.name);
		ret = MVTAP_REFUSED;
	}
	if (!ret)
		ret = open_all(&job);
	if (!ret)
		ret = expand_command(&job);
	if (!ret)
		ret = up_and_exec(&job);
	release(&job);
	return ret;
}

static void details(void)
{
	printf("The command inherits the descriptors; its arguments name them so:\n\n"
	       "  %%tap%%     the link's queues, as 3 or 3:4:5\n"
	       "  %%vhost%%   one /dev/vhost-net for each\n"
	       "  %%mac%%     the address of the link\n"
	       "  %%mtu%%     its MTU\n"
	       "  %%queues%%  how many queues there are\n\n"
	       "%%tap:NAME%% means the link of that name, and so for all of them. For several\n"
	       "links, let one run start the next; what has no name is the first one's:\n\n"
	       "  mvtap run vm0 -- mvtap run vm1 -- qemu-system-x86_64 ... fd=%%tap:vm1%%\n");
}

const struct command cmd_run = {
	.name = "run",
	.synopsis = "NAME [--queues N] [--no-vhost] -- COMMAND...",
	.summary = "start a command with the link's queues and /dev/vhost-net open",
	.details = details,
	.run = run,
};
