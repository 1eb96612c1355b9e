// SPDX-License-Identifier: GPL-2.0
#include "monitor.h"

#include <stdlib.h>
#include <string.h>

#include "mvtap.h"
#include "out.h"

static struct watched *find(struct monitor *m, int ifindex)
{
	for (size_t i = 0; i < m->count; i++)
		if (m->list[i].link.ifindex == ifindex)
			return &m->list[i];
	return NULL;
}

static bool wanted(const struct monitor *m, const char *name)
{
	for (char **n = m->names; *n; n++)
		if (!strcmp(*n, name))
			return true;
	return !*m->names;
}

/* Without memory the link is left out; the next look tries again. */
static struct watched *add(struct monitor *m, const struct link *l)
{
	struct watched *more = realloc(m->list, (m->count + 1) * sizeof(*more));

	if (!more)
		return NULL;
	m->list = more;
	more += m->count++;
	memset(more, 0, sizeof(*more));
	more->link = *l;
	return more;
}

static void del(struct monitor *m, struct watched *w)
{
	size_t at = w - m->list;

	memmove(w, w + 1, (--m->count - at) * sizeof(*w));
}

static unsigned int differences(const struct link *a, const struct link *b)
{
	unsigned int changed = 0;

	for (int id = 0; id < KEY_COUNT; id++)
		if (a->conf.value[id].num != b->conf.value[id].num ||
		    memcmp(a->conf.value[id].mac, b->conf.value[id].mac, 6))
			changed |= KEY_BIT(id);
	if (a->lower_away != b->lower_away || a->lower_netnsid != b->lower_netnsid)
		changed |= KEY_BIT(KEY_LINK);
	if (strcmp(a->name, b->name))
		changed |= CHANGED_NAME;
	if (a->operstate != b->operstate)
		changed |= CHANGED_OPERSTATE;
	return changed;
}

/*
 * Counters and queues stay those of the last look: an event brings counters too, and frames
 * counted by it would be missing in the next rate.
 */
static void update(struct link *old, const struct link *l)
{
	struct link now = *l;

	now.has_stats = old->has_stats;
	memcpy(now.stats, old->stats, sizeof(now.stats));
	now.has_queues = old->has_queues;
	now.queues = old->queues;
	memcpy(now.queue, old->queue, sizeof(now.queue));
	*old = now;
}

static struct watched *present(struct monitor *m, const struct link *l, const char *added)
{
	struct watched *w = find(m, l->ifindex);
	unsigned int changed;

	if (!w && !wanted(m, l->name))
		return NULL;
	if (!w) {
		w = add(m, l);
		if (w)
			monitor_show_event(m, added, l, 0);
		return w;
	}
	changed = differences(&w->link, l);
	if (changed)
		monitor_show_event(m, "changed", l, changed);
	update(&w->link, l);
	return w;
}

void monitor_event(struct monitor *m, const struct link *l, bool gone)
{
	struct watched *w;

	if (!gone) {
		present(m, l, "added");
		return;
	}
	w = find(m, l->ifindex);
	if (!w)
		return;
	monitor_show_event(m, "removed", &w->link, 0);
	del(m, w);
}

int monitor_resync(struct monitor *m, bool first)
{
	struct watched *w;
	struct link *list;
	size_t count;

	if (link_list("monitor", &list, &count))
		return MVTAP_REFUSED;
	for (size_t i = 0; i < m->count; i++)
		m->list[i].seen = false;
	for (size_t i = 0; i < count; i++) {
		w = present(m, &list[i], first ? "present" : "added");
		if (w)
			w->seen = true;
	}
	free(list);
	for (size_t i = m->count; i--;) {
		if (m->list[i].seen)
			continue;
		monitor_show_event(m, "removed", &m->list[i].link, 0);
		del(m, &m->list[i]);
	}
	return MVTAP_OK;
}

/* A counter that went back is that of another link with the same number. */
static void rates(struct watched *w, const struct link *now, double seconds)
{
	w->has_rate = w->link.has_stats && now->has_stats && seconds > 0;
	for (int i = 0; w->has_rate && i < STAT_COUNT; i++)
		w->rate[i] = now->stats[i] < w->link.stats[i] ? 0 :
			(now->stats[i] - w->link.stats[i]) / seconds;
}

static void take_counters(struct watched *w, const struct link *now)
{
	w->link.has_stats = now->has_stats;
	memcpy(w->link.stats, now->stats, sizeof(now->stats));
	w->link.has_queues = now->has_queues;
	w->link.queues = now->queues;
	memcpy(w->link.queue, now->queue, sizeof(now->queue));
}

/* What else differs is left to the events, which tell it in order. */
int monitor_counters(struct monitor *m, double now)
{
	struct watched *w;
	struct link *list;
	size_t count;

	if (link_list("monitor", &list, &count))
		return MVTAP_REFUSED;
	link_queues(list, count);
	for (size_t i = 0; i < count; i++) {
		w = find(m, list[i].ifindex);
		if (!w)
			continue;
		rates(w, &list[i], m->looked ? now - m->looked : 0);
		take_counters(w, &list[i]);
	}
	m->looked = now;
	free(list);
	return MVTAP_OK;
}
