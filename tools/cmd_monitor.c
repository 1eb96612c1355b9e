// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "args.h"
#include "link_watch.h"
#include "monitor.h"
#include "mvtap.h"
#include "out.h"

#define MAX_INTERVAL 3600

enum { ON_EVENT, ON_TIMER, ON_SIGNAL, ON_OUTPUT, ON_COUNT };

struct loop {
	struct monitor monitor;
	int64_t interval;
	struct pollfd pfd[ON_COUNT];
};

/* Only names, then only "interval N": the names are kept in place. */
static int parse(int argc, char **argv, struct loop *loop)
{
	const char *name;
	int i, ret;

	for (i = 1; i < argc && strcmp(argv[i], "interval"); i++) {
		ret = args_name("monitor", argc - i + 1, argv + i - 1, &name);
		if (ret)
			return ret;
	}
	loop->monitor.names = argv + 1;
	if (i == argc)
		return MVTAP_OK;
	if (i + 1 == argc || !args_number(argv[i + 1], 1, MAX_INTERVAL, &loop->interval))
		return usage_error("monitor: interval: \"%s\" is not a number of seconds from 1 to %d",
				   i + 1 < argc ? argv[i + 1] : "", MAX_INTERVAL);
	if (i + 2 < argc)
		return usage_error("monitor: \"%s\" is too much: monitor [NAME]... [interval N]",
				   argv[i + 2]);
	argv[i] = NULL;
	return MVTAP_OK;
}

static double uptime(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

static int open_timer(int64_t seconds)
{
	const struct itimerspec every = { { seconds, 0 }, { seconds, 0 } };
	int fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);

	if (fd >= 0)
		timerfd_settime(fd, 0, &every, NULL);
	return fd;
}

/* Whoever reads us may go away at any time; that shows in the output. */
static int open_signals(void)
{
	sigset_t set;

	signal(SIGPIPE, SIG_IGN);
	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigprocmask(SIG_BLOCK, &set, NULL);
	return signalfd(-1, &set, SFD_CLOEXEC);
}

static int open_all(struct loop *loop)
{
	const int fds[ON_COUNT] = {
		[ON_EVENT] = link_watch_open("monitor"),
		[ON_TIMER] = open_timer(loop->interval),
		[ON_SIGNAL] = open_signals(),
		[ON_OUTPUT] = STDOUT_FILENO,
	};
	int ret = MVTAP_OK;

	for (int i = 0; i < ON_COUNT; i++) {
		loop->pfd[i].fd = fds[i];
		loop->pfd[i].events = i == ON_OUTPUT ? 0 : POLLIN;
		if (fds[i] < 0)
			ret = MVTAP_REFUSED;
	}
	return ret;
}

static void close_all(struct loop *loop)
{
	link_watch_close();
	if (loop->pfd[ON_TIMER].fd >= 0)
		close(loop->pfd[ON_TIMER].fd);
	if (loop->pfd[ON_SIGNAL].fd >= 0)
		close(loop->pfd[ON_SIGNAL].fd);
	free(loop->monitor.list);
}

static void on_event(const struct link *l, bool gone, void *arg)
{
	monitor_event(arg, l, gone);
}

/* Between what was lost and the new look, links may have come and gone unseen. */
static int resync(struct monitor *m)
{
	if (options.json) {
		out_line();
		out_str("event", "lost");
		out_real("time", monitor_wall());
		out_line_end();
	}
	return monitor_resync(m, false);
}

static int read_events(struct loop *loop)
{
	struct monitor *m = &loop->monitor;

	switch (link_watch_read("monitor", on_event, m)) {
	case LINK_WATCH_LOST:
		return resync(m);
	case LINK_WATCH_ERROR:
		return MVTAP_REFUSED;
	default:
		return MVTAP_OK;
	}
}

static int tick(struct loop *loop)
{
	uint64_t times;
	double now = uptime(), since = now - loop->monitor.looked;

	if (read(loop->pfd[ON_TIMER].fd, &times, sizeof(times)) < 0 && errno != EAGAIN)
		return MVTAP_REFUSED;
	if (monitor_counters(&loop->monitor, now))
		return MVTAP_REFUSED;
	monitor_show_counters(&loop->monitor, since);
	return MVTAP_OK;
}

/* False at the end; @ret says how. */
static bool flush(int *ret)
{
	if (!fflush(stdout) && !ferror(stdout))
		return true;
	if (errno != EPIPE) {
		out_error("cannot write the output: %s", strerror(errno));
		*ret = MVTAP_REFUSED;
	}
	return false;
}

static bool turn(struct loop *loop, int *ret)
{
	struct pollfd *pfd = loop->pfd;

	if (poll(pfd, ON_COUNT, -1) < 0)
		return errno == EINTR;
	if (pfd[ON_SIGNAL].revents || pfd[ON_OUTPUT].revents & POLLERR)
		return false;
	if (pfd[ON_EVENT].revents) {
		*ret = read_events(loop);
		/* the table went down with what was printed */
		if (!*ret && loop->monitor.terminal && !loop->monitor.rows)
			monitor_show_counters(&loop->monitor, 0);
	}
	if (!*ret && pfd[ON_TIMER].revents)
		*ret = tick(loop);
	return !*ret && flush(ret);
}

static int watch(struct loop *loop)
{
	struct monitor *m = &loop->monitor;
	int ret = monitor_resync(m, true);

	if (!ret)
		ret = monitor_counters(m, uptime());
	if (!ret && m->terminal)
		monitor_show_counters(m, 0);
	if (!ret && flush(&ret))
		while (turn(loop, &ret))
			;
	return ret;
}

static int run(int argc, char **argv)
{
	struct loop loop = { .interval = 1 };
	int ret = parse(argc, argv, &loop);

	if (ret)
		return ret;
	options.stats = true;
	options.pretty = false;
	loop.monitor.terminal = !options.json && isatty(STDOUT_FILENO);
	ret = open_all(&loop);
	if (!ret)
		ret = watch(&loop);
	close_all(&loop);
	return ret;
}

static void details(void)
{
	printf("A table of rates per second, drawn again every N seconds (1 if not given), and a\n"
	       "line for each link that appears, changes or goes. Links that are named may come\n"
	       "later. With -j, one JSON object a line; its \"event\" is present (at the start),\n"
	       "added, changed, removed, counters, or lost (events came too fast; what follows is\n"
	       "how the links are now). Ends with SIGINT, SIGTERM, or when nobody reads any more.\n");
}

const struct command cmd_monitor = {
	.name = "monitor",
	.synopsis = "[NAME]... [interval N]",
	.summary = "watch links: events and rates, as a table or (-j) as lines of JSON",
	.details = details,
	.run = run,
};
