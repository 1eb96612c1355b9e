/* SPDX-License-Identifier: GPL-2.0 */
/* What "mvtap monitor" knows about links, and how it shows that. */
#ifndef MVTAP_MONITOR_H
#define MVTAP_MONITOR_H

#include "link.h"

/**
 * struct watched - a link that is there
 * @link: as it was last seen
 * @rate: of its counters, per second
 * @has_rate: there were two looks at them
 * @seen: in the last look at all links
 */
struct watched {
	struct link link;
	double rate[STAT_COUNT];
	bool has_rate;
	bool seen;
};

/**
 * struct monitor - all of them
 * @names: which ones, ended by a NULL; none: all
 * @terminal: the table is drawn again in its place
 * @rows: lines that it takes now
 * @looked: when the counters were last looked at, in seconds; 0: never
 */
struct monitor {
	char **names;
	struct watched *list;
	size_t count;
	bool terminal;
	int rows;
	double looked;
};

/* A bit for each key, and these for what is no key. */
#define CHANGED_NAME KEY_BIT(KEY_COUNT)
#define CHANGED_OPERSTATE KEY_BIT(KEY_COUNT + 1)

/** monitor_event() - take in what happened to a link, and show it */
void monitor_event(struct monitor *m, const struct link *l, bool gone);

/** monitor_resync() - look at all links, and show how they are other than we knew */
int monitor_resync(struct monitor *m, bool first);

/** monitor_counters() - look at the counters of the links that we know */
int monitor_counters(struct monitor *m, double now);

/** monitor_show_event() - @what happened, and @changed of it */
void monitor_show_event(struct monitor *m, const char *what, const struct link *l,
			unsigned int changed);

/** monitor_show_counters() - the table, or a line for each link; @interval in seconds */
void monitor_show_counters(struct monitor *m, double interval);

/** monitor_wall() - seconds since 1970 */
double monitor_wall(void);

#endif
