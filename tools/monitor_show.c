// SPDX-License-Identifier: GPL-2.0
/* The two faces of the monitor: lines of JSON, and a table for people. */
#include "monitor.h"

#include <stdio.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "mvtap.h"
#include "out.h"
#include "print.h"

double monitor_wall(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

/* The table moves down when something is printed above it. */
static void wipe(struct monitor *m)
{
	if (m->rows)
		printf("\033[%dA\033[J", m->rows);
	m->rows = 0;
}

static void print_time(void)
{
	time_t now = monitor_wall();
	struct tm tm;
	char text[16];

	localtime_r(&now, &tm);
	strftime(text, sizeof(text), "%H:%M:%S", &tm);
	fputs(text, stdout);
}

static void json_head(const char *event, const struct link *l)
{
	out_line();
	out_str("event", event);
	out_real("time", monitor_wall());
	out_str("name", l->name);
}

static void json_changed(unsigned int changed)
{
	out_list("changed");
	for (int id = 0; id < KEY_COUNT; id++)
		if (changed & KEY_BIT(id))
			out_item(link_key_by_id(id)->name);
	if (changed & CHANGED_NAME)
		out_item("name");
	if (changed & CHANGED_OPERSTATE)
		out_item("operstate");
	out_list_end();
}

static void text_event(const char *what, const struct link *l, unsigned int changed)
{
	const unsigned int all = KEY_BIT(KEY_KIND) | KEY_BIT(KEY_LINK) | KEY_BIT(KEY_MODE) |
				 KEY_BIT(KEY_UP) | KEY_BIT(KEY_ADDRESS);

	print_time();
	printf(" %s %s:", what, l->name);
	print_some(l, changed ? changed : all);
	if (changed & CHANGED_NAME)
		out_str("name", l->name);
	if (changed & CHANGED_OPERSTATE)
		out_str("operstate", print_operstate(l->operstate));
	putchar('\n');
}

void monitor_show_event(struct monitor *m, const char *what, const struct link *l,
			unsigned int changed)
{
	if (!options.json) {
		wipe(m);
		text_event(what, l, changed);
		return;
	}
	json_head(what, l);
	if (changed)
		json_changed(changed);
	print_keys(l);
	out_line_end();
}

static void json_counters(const struct watched *w, double interval)
{
	json_head("counters", &w->link);
	out_num("ifindex", w->link.ifindex);
	out_real("interval", interval);
	print_stats("stats", w->link.stats);
	if (w->has_rate)
		print_rates("rates", w->rate);
	print_queues(&w->link);
	out_line_end();
}

/* Four characters or fewer, and a unit. */
static void print_rate(int width, bool known, double rate)
{
	static const char units[] = " kMGT";
	int unit = 0;

	if (!known) {
		printf(" %*s", width, "-");
		return;
	}
	for (; rate >= 9999.5 && units[unit + 1]; unit++)
		rate /= 1000;
	printf(" %*.0f%c", width - 1, rate, units[unit]);
}

static void print_row(const struct watched *w)
{
	const struct link *l = &w->link;
	const char *mode = value_word(&value_mode, l->conf.value[KEY_MODE].num);
	unsigned int backlog = 0;
	const double *r = w->rate;

	printf("%-15s %-14s %-8s", l->name,
	       l->conf.value[KEY_UP].num ? print_operstate(l->operstate) : "off",
	       mode ? mode : "?");
	print_rate(7, w->has_rate, r[STAT_RX_PACKETS]);
	print_rate(9, w->has_rate, r[STAT_RX_BYTES] * 8);
	print_rate(7, w->has_rate, r[STAT_TX_PACKETS]);
	print_rate(9, w->has_rate, r[STAT_TX_BYTES] * 8);
	print_rate(7, w->has_rate, r[STAT_RX_DROPPED] + r[STAT_TX_DROPPED] +
				   r[STAT_RX_ERRORS] + r[STAT_TX_ERRORS]);
	for (unsigned int i = 0; i < l->queues; i++)
		backlog += l->queue[i].backlog;
	if (l->has_queues)
		printf(" %6u %7u\n", l->queues, backlog);
	else
		printf(" %6s %7s\n", "-", "-");
}

/* A table that is longer than the screen could not be drawn again in its place. */
static size_t rows_that_fit(const struct monitor *m)
{
	struct winsize size;

	if (!m->terminal || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) < 0 || size.ws_row < 4)
		return m->count;
	return m->count + 2 <= size.ws_row ? m->count : size.ws_row - 3U;
}

static void table(struct monitor *m)
{
	size_t rows = rows_that_fit(m);

	wipe(m);
	if (!m->terminal) {
		print_time();
		putchar('\n');
	}
	printf("%-15s %-14s %-8s %7s %9s %7s %9s %7s %6s %7s\n", "name", "state", "mode",
	       "rx/s ", "rx bit/s ", "tx/s ", "tx bit/s ", "lost/s ", "queues", "backlog");
	for (size_t i = 0; i < rows; i++)
		print_row(&m->list[i]);
	if (rows < m->count)
		printf("... and %zu more\n", m->count - rows);
	if (m->terminal)
		m->rows = 1 + rows + (rows < m->count);
	else
		putchar('\n');
}

void monitor_show_counters(struct monitor *m, double interval)
{
	if (!options.json)
		table(m);
	for (size_t i = 0; options.json && i < m->count; i++)
		json_counters(&m->list[i], interval);
}
