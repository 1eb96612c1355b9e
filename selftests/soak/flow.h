/* SPDX-License-Identifier: GPL-2.0 */
/* One flow: from one queue of an end to another end, each frame with a number. */
#ifndef MVTAP_SELFTESTS_SOAK_FLOW_H
#define MVTAP_SELFTESTS_SOAK_FLOW_H

#include "../virtio_drv.h"
#include "soak.h"

#define WINDOW 2
#define FLOW_FRAME 2048
#define MAX_QUEUES 16

/* The loaded links, two drivers, the wire, the host. */
enum { END_VHOST = LOADED, END_WIRE = LOADED + 2, END_HOST, ENDS };
enum { BCASTS = 2 };

struct flow;

struct end {
	int fd[MAX_QUEUES], queues;
	uint8_t mac[6];
	bool is_vhost;
	struct vdrv drv;
	uint64_t tx[MAX_QUEUES], rx[MAX_QUEUES];
	struct flow *bcast[BCASTS];	/* what it gets of them */
};

struct flow {
	enum path_kind path;
	uint16_t port;		/* tells which flow it is */
	int queue;
	struct end *from, *to;	/* @from NULL: the churn */
	uint8_t dst[6], src[6];
	atomic_uint sent;	/* number of the next frame to send, ... */
	atomic_uint next;	/* ... to come */
	atomic_ullong moved;	/* when something came last, or was sent into nothing */
	struct path_count count;
};

struct bcast {
	struct flow *to[ENDS];
	int n;
};

extern struct end ends[ENDS];
extern struct flow *flows, *churn_flows;	/* the latter has two */
/* All, and those in front that the window paces. */
extern int n_flows, n_paced;
extern struct bcast bcasts[BCASTS];
extern atomic_bool traffic_stopping;

int flows_make(bool vhost);
size_t flow_frame(const struct flow *f, uint8_t *buf);
/* A frame came to @end: was it one of ours? */
bool flow_seen(struct end *end, const uint8_t *buf, size_t len);
void flow_lost(struct flow *f);

#endif
