// SPDX-License-Identifier: GPL-2.0
/*
 * The conductor: workloads by peers, in turn, so that what changes with time changes for all of
 * them. The processes stay until the end, idle: to take their devices down would disturb others.
 */
#define _GNU_SOURCE
#include "bench.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define MAX_RUNNING 128
#define ALL_PEERS "mvtap macvtap bridge ipvtap memcpy far"

struct running {
	const struct workload *w;
	const struct peer *peer;
	int fd;
};

static struct running running[MAX_RUNNING];
static unsigned int n_running;

static const char *want, *peers = ALL_PEERS;
static unsigned int rounds = 3, percent = 100;
static uint64_t window = 1;
static bool list, large, only_crowd, no_crowd;

/* Is @word one of those in @list, which are separated by blanks or commas? */
static bool listed(const char *list, const char *word)
{
	size_t len = strlen(word);
	const char *at;

	for (at = list; (at = strstr(at, word)); at += len)
		if ((at == list || strchr(" ,", at[-1])) && strchr(" ,", at[len]))
			return true;
	return false;
}

/* Does one of the chosen peers do it? */
static bool done_by_any(const struct workload *w)
{
	char list[128], *name, *rest;

	snprintf(list, sizeof(list), "%s", w->peers);
	for (name = strtok_r(list, " ", &rest); name; name = strtok_r(NULL, " ", &rest))
		if (listed(peers, name))
			return true;
	return false;
}

static bool wanted(const struct workload *w)
{
	if (!done_by_any(w))
		return false;
	if ((only_crowd && !w->how->crowd) || (no_crowd && w->how->crowd))
		return false;
	return want ? listed(want, w->name) : large || !w->large;
}

static int answer(const struct running *r)
{
	int ret;

	return read(r->fd, &ret, sizeof(ret)) == sizeof(ret) ? ret : -ECHILD;
}

static void child(const struct workload *w, const struct peer *peer, int fd)
{
	struct task t = { .w = w, .bed = { .peer = peer }, .tap = -1 };

	t.drv.vhost = -1;
	task_main(&t, fd);
}

/* Those of a crowd share a bed that grows. */
static struct running *find(const struct workload *w, const struct peer *peer)
{
	unsigned int i;

	for (i = 0; i < n_running; i++)
		if (running[i].peer == peer &&
		    (running[i].w == w || (w->how->crowd && running[i].w->how->crowd)))
			return &running[i];
	return NULL;
}

static struct running *start(const struct workload *w, const struct peer *peer)
{
	struct running *r = find(w, peer);
	int pair[2];
	pid_t pid;

	if (r)
		return r;
	if (n_running == MAX_RUNNING || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair))
		return NULL;
	pid = fork();
	if (!pid) {
		close(pair[0]);
		child(w, peer, pair[1]);
	}
	close(pair[1]);
	r = &running[n_running++];
	r->w = w;
	r->peer = peer;
	r->fd = pair[0];
	return pid > 0 && !answer(r) ? r : NULL;
}

static int measure(struct running *r, const struct workload *w, unsigned int round)
{
	struct command c = {
		.workload = (uint32_t)(w - workloads), .round = round, .window = window,
	};

	window += COMMAND_WINDOWS;
	if (write(r->fd, &c, sizeof(c)) != sizeof(c))
		return -EPIPE;
	return answer(r);
}

/* All peers of one workload, A B A B. */
static int compare(const struct workload *w)
{
	struct running *with[8];
	char list[128], *name, *rest;
	unsigned int n = 0, i, round;
	int ret = 0;

	snprintf(list, sizeof(list), "%s", w->peers);
	for (name = strtok_r(list, " ", &rest); name; name = strtok_r(NULL, " ", &rest)) {
		if (!listed(peers, name))
			continue;
		with[n] = start(w, peer_find(name));
		if (!with[n++])
			return -ECHILD;
	}
	for (round = 0; !ret && round < rounds; round++)
		for (i = 0; !ret && i < n; i++)
			ret = measure(with[i], w, round);
	return ret;
}

static int usage(void)
{
	fprintf(stderr,
		"usage: bench [-o WORKLOADS] [-p PEERS] [-r ROUNDS] [-s PERCENT] [-w WINDOW] [-L] [-c|-f] [-l]\n"
		"  lists are separated by commas; -s: of the frames of a window; -w: number of the first\n"
		"  window; -L: with what takes long; -c: only what depends on the number of links, -f: only\n"
		"  the others; -l: only list them, with their peers\n");
	return 2;
}

static int list_workloads(void)
{
	size_t i;

	for (i = 0; i < n_workloads; i++)
		if (wanted(&workloads[i]))
			printf("%s: %s\n", workloads[i].name, workloads[i].peers);
	return 0;
}

static int parse(int argc, char **argv)
{
	int c;

	while ((c = getopt(argc, argv, "o:p:r:s:w:Lcfl")) != -1) {
		switch (c) {
		case 'o':
			want = optarg;
			break;
		case 'p':
			peers = optarg;
			break;
		case 'r':
			rounds = atoi(optarg);
			break;
		case 's':
			percent = atoi(optarg);
			break;
		case 'w':
			window = strtoull(optarg, NULL, 0);
			break;
		case 'L':
			large = true;
			break;
		case 'c':
			only_crowd = true;
			break;
		case 'f':
			no_crowd = true;
			break;
		case 'l':
			list = true;
			break;
		default:
			return -1;
		}
	}
	return optind == argc && rounds && percent ? 0 : -1;
}

unsigned int scaled(unsigned int batches)
{
	unsigned int n = batches * percent / 100;

	return n ? n : 1;
}

/* A name that is misspelt shall not pass for one that had nothing to do. */
static bool known(const char *list, bool (*is)(const char *name))
{
	char *copy = strdup(list), *name, *rest;
	bool all = copy;

	for (name = strtok_r(copy, " ,", &rest); name; name = strtok_r(NULL, " ,", &rest)) {
		if (is(name))
			continue;
		fprintf(stderr, "bench: no such thing: %s\n", name);
		all = false;
	}
	free(copy);
	return all;
}

static bool is_peer(const char *name)
{
	return peer_find(name);
}

static bool is_workload(const char *name)
{
	size_t i;

	for (i = 0; i < n_workloads; i++)
		if (!strcmp(workloads[i].name, name))
			return true;
	return false;
}

int main(int argc, char **argv)
{
	struct rlimit files = { 65536, 65536 };
	unsigned int i;
	int ret = 0;

	if (parse(argc, argv))
		return usage();
	if (!known(peers, is_peer) || (want && !known(want, is_workload)))
		return 2;
	if (list)
		return list_workloads();
	if (setrlimit(RLIMIT_NOFILE, &files))
		perror("bench: open files");
	ret = peers_load(peers);
	for (i = 0; !ret && i < n_workloads; i++)
		if (wanted(&workloads[i]))
			ret = compare(&workloads[i]);
	if (!ret && !n_running)
		ret = -ENODATA;	/* none of these peers does any of these workloads */
	if (ret)
		fprintf(stderr, "bench: failed: %s\n", strerror(-ret));
	return ret ? 1 : 0;
}
