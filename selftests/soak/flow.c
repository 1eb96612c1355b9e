// SPDX-License-Identifier: GPL-2.0
/* Which flows there are, and what is expected of each. */
#define _GNU_SOURCE
#include "flow.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../ipframe.h"
#include "../tapdev.h"

#define MARK 4242		/* source port of all our frames */
#define FIRST_PORT 1000
#define BCAST_PORT 100
#define MAX_FLOWS 1024
/* Flows to a link, so that the hash finds all its queues; and from it. */
#define MANY 16
#define FEW 4

struct flow *flows, *churn_flows;
int n_flows, n_paced;
struct bcast bcasts[BCASTS];
atomic_bool traffic_stopping;

const char *const path_names[PATHS] = {
	[TAP_TAP] = "tap to tap", [TAP_WIRE] = "tap to wire", [WIRE_TAP] = "wire to tap",
	[WIRE_SOURCE] = "wire to source", [TAP_HOST] = "tap to host",
	[HOST_TAP] = "host to tap", [VHOST_VHOST] = "vhost to vhost",
	[BCAST_WIRE] = "wire to group", [BCAST_TAP] = "tap to group",
	[CHURN_WIRE] = "churn to wire", [CHURN_TAP] = "churn to tap",
	[WIRE_CHURN] = "wire to churn",
};

static struct flow *add(enum path_kind path, struct end *from, struct end *to)
{
	struct flow *f = &flows[n_flows];

	f->path = path;
	f->port = FIRST_PORT + n_flows++;
	f->from = from;
	f->to = to;
	memcpy(f->dst, to->mac, 6);
	if (from)
		memcpy(f->src, from->mac, 6);
	return f;
}

static void add_many(enum path_kind path, int from, int to, int n)
{
	int i;

	for (i = 0; i < n; i++)
		add(path, &ends[from], &ends[to])->queue = i;
}

static void add_source(int i)
{
	int n, first = n_flows;

	add_many(WIRE_SOURCE, END_WIRE, i, MANY);
	for (n = first; n < n_flows; n++)
		memcpy(flows[n].src, mac_wire2, 6);
	add_many(TAP_WIRE, i, END_WIRE, FEW);
}

static void add_loaded(int i)
{
	switch (loaded_role(i)) {
	case ROLE_BRIDGE:
		add_many(TAP_TAP, i, i ^ 1, MANY);
		break;
	case ROLE_HOST:
	case ROLE_HOST_PRIVATE:
		add_many(HOST_TAP, END_HOST, i, MANY);
		add_many(TAP_HOST, i, END_HOST, FEW);
		break;
	case ROLE_PRIVATE:
	case ROLE_VEPA:
		add_many(WIRE_TAP, END_WIRE, i, MANY);
		add_many(TAP_WIRE, i, END_WIRE, FEW);
		break;
	case ROLE_SOURCE:
		add_source(i);
		break;
	}
}

static void add_receiver(int b, enum path_kind path, struct end *from, int to)
{
	struct flow *f = add(path, from, &ends[to]);

	f->port = (uint16_t)(BCAST_PORT + b);
	memcpy(f->dst, mac_broadcast, 6);
	ends[to].bcast[b] = f;
	bcasts[b].to[bcasts[b].n++] = f;
}

/* Documentation/modes.md: who gets the group frame of the wire, and of a bridge link. */
static void add_broadcasts(bool vhost)
{
	int i;

	for (i = 0; i < LOADED; i++)
		if (loaded_role(i) != ROLE_SOURCE)
			add_receiver(0, BCAST_WIRE, &ends[END_WIRE], i);
	add_receiver(0, BCAST_WIRE, &ends[END_WIRE], END_HOST);
	for (i = 1; i < LOADED; i++)
		if (loaded_role(i) == ROLE_BRIDGE || loaded_role(i) == ROLE_HOST)
			add_receiver(1, BCAST_TAP, &ends[0], i);
	add_receiver(1, BCAST_TAP, &ends[0], END_WIRE);
	for (i = END_VHOST; vhost && i < END_VHOST + 2; i++) {
		add_receiver(0, BCAST_WIRE, &ends[END_WIRE], i);
		add_receiver(1, BCAST_TAP, &ends[0], i);
	}
}

int flows_make(bool vhost)
{
	int i;

	flows = calloc(MAX_FLOWS, sizeof(*flows));
	if (!flows)
		return -ENOMEM;
	for (i = 0; i < LOADED; i++)
		add_loaded(i);
	if (vhost) {
		add_many(VHOST_VHOST, END_VHOST, END_VHOST + 1, FEW);
		add_many(VHOST_VHOST, END_VHOST + 1, END_VHOST, FEW);
	}
	n_paced = n_flows;
	add_broadcasts(vhost);
	churn_flows = add(CHURN_WIRE, NULL, &ends[END_WIRE]);
	add(CHURN_TAP, NULL, &ends[0]);
	return 0;
}

size_t flow_frame(const struct flow *f, uint8_t *buf)
{
	struct frame frame = {
		.dst = f->dst, .src = f->src, .tcp = true, .sport = MARK, .dport = f->port,
		.seq = f->sent, .payload = 40 + (f->sent * 37 + f->port) % 1000,
	};

	return frame_build(buf, &frame);
}

static struct flow *flow_of(struct end *end, uint16_t port)
{
	if (port >= BCAST_PORT && port < BCAST_PORT + BCASTS)
		return end->bcast[port - BCAST_PORT];
	if (port < FIRST_PORT || port >= FIRST_PORT + n_flows)
		return NULL;
	return &flows[port - FIRST_PORT];
}

/* On its device the host's socket sees what is not for the host, too. */
static bool for_others(const struct end *end, const uint8_t *buf)
{
	return end == &ends[END_HOST] && !(buf[0] & 1) && memcmp(buf, end->mac, 6);
}

static bool intact(const struct flow *f, const uint8_t *buf, const struct frame_view *v,
		   size_t len)
{
	return !memcmp(buf, f->dst, 6) && (!f->from || !memcmp(buf + 6, f->src, 6)) &&
	       v->end == len && v->end - v->data == 40 + (v->seq * 37 + f->port) % 1000 &&
	       frame_checksum_ok(buf, len) &&
	       pattern_ok(buf + v->data, v->end - v->data, v->seq, 0);
}

static void judge_number(struct flow *f, uint32_t seq)
{
	uint32_t ahead = seq - f->next;

	if (ahead > 0x7fffffff) {
		f->count.doubled++;
		return;
	}
	f->count.lost += ahead;
	f->count.seen++;
	f->next = seq + 1;
	f->moved = now_us();
}

bool flow_seen(struct end *end, const uint8_t *buf, size_t len)
{
	struct frame_view v;
	struct flow *f;

	if (!frame_parse(buf, len, &v) || !v.tcp || v.sport != MARK || for_others(end, buf))
		return false;
	f = flow_of(end, v.dport);
	if (!f || f->to != end) {
		(f ? f : &flows[0])->count.strays++;
		return false;
	}
	if (intact(f, buf, &v, len))
		judge_number(f, v.seq);
	else
		f->count.damaged++;
	return true;
}

void flow_lost(struct flow *f)
{
	uint32_t sent = f->sent;

	f->count.lost += sent - f->next;
	f->next = sent;
}

void traffic_count(enum path_kind path, struct path_count *count)
{
	int i;

	memset(count, 0, sizeof(*count));
	for (i = 0; i < n_flows; i++) {
		if (flows[i].path != path)
			continue;
		count->sent += flows[i].count.sent;
		count->seen += flows[i].count.seen;
		count->lost += flows[i].count.lost;
		count->doubled += flows[i].count.doubled;
		count->damaged += flows[i].count.damaged;
		count->strays += flows[i].count.strays;
	}
}

uint64_t traffic_wrong(void)
{
	uint64_t sum = 0;
	int i;

	for (i = 0; i < n_flows; i++)
		sum += flows[i].count.lost + flows[i].count.doubled + flows[i].count.damaged +
		       flows[i].count.strays;
	return sum;
}
