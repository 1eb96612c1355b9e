/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A soak test: a thousand links, queues with traffic, links that come and go.
 * What it has seen goes by windows of time; what it judges is the last quarter
 * of the windows after warm-up against the first.
 */
#ifndef MVTAP_SELFTESTS_SOAK_H
#define MVTAP_SELFTESTS_SOAK_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LOWER "soakl"
#define WIRE "soakw"
/* Has the links of the tree that ours are compared with. */
#define TWIN_LOWER "soakt"

struct options {
	int seconds, window, links, queues, churn, rate;
	unsigned int seed;
	bool leak;		/* leave one object behind with each churned link */
};

extern struct options opt;
extern atomic_bool stopping;

uint64_t now_us(void);
void sleep_until(uint64_t us);
/* A step of the generator whose state is *@state. */
uint32_t next_random(uint32_t *state);

/* ---------------------------------------------------------- population.c */

/* The links with traffic: so many, and all others do nothing but be there. */
#define LOADED 16

extern const uint8_t mac_lower[6], mac_wire1[6], mac_wire2[6];

/* What each loaded link is for, by its number. */
enum role { ROLE_BRIDGE, ROLE_HOST, ROLE_HOST_PRIVATE, ROLE_PRIVATE, ROLE_VEPA, ROLE_SOURCE };

enum role loaded_role(int i);
void loaded_mac(int i, uint8_t *mac);
void loaded_name(int i, char *name);

/* Each 0 or -errno. */
int lower_add(void);
int lower_del(void);
int population_add(void);
int population_del(void);
/* Two more links, for vhost: "vhost0", "vhost1". */
int vhost_links_add(void);
int vhost_links_del(void);
int set_host_reach(const char *link, const char *kind);

/* ------------------------------------------------------------- traffic.c */

enum path_kind {
	TAP_TAP, TAP_WIRE, WIRE_TAP, WIRE_SOURCE, TAP_HOST, HOST_TAP, VHOST_VHOST,
	BCAST_WIRE, BCAST_TAP, CHURN_WIRE, CHURN_TAP, WIRE_CHURN, PATHS
};

extern const char *const path_names[PATHS];

struct path_count {
	uint64_t sent, seen;	/* of a broadcast: copies that are due */
	uint64_t lost, doubled, damaged, strays;
};

int traffic_open(void);
void traffic_close(void);
/* The thread; ends, with nothing under way, after @stopping. */
void *traffic_main(void *unused);
void traffic_count(enum path_kind path, struct path_count *count);
/* All that went wrong so far. */
uint64_t traffic_wrong(void);
uint64_t traffic_frames(void);
bool traffic_has_vhost(void);
/* Queues that sent, and that received. */
void traffic_queues(int *sent, int *received);
/* A frame of the churn's, from link @src by @fd: to the wire or to loaded link 0. */
void traffic_churn_sent(enum path_kind path, int fd, bool is_tap, const uint8_t *src);

/* --------------------------------------------------------------- churn.c */

/*
 * What is timed, and the same done to a link of the tree's macvlan and macvtap, next to
 * it, as a yardstick, OP_TWINS further: what others take from this machine, they take
 * from both, and both wait for the same things.
 */
enum op_kind {
	OP_ADD_LAN, OP_ADD_TAP, OP_SET_MAC, OP_SHOW, OP_DEL_LAN, OP_DEL_TAP,
	OP_TWINS, OPS = 2 * OP_TWINS
};

extern const char *const op_names[OPS];

int churn_open(void);
void churn_close(void);
void *churn_main(void *unused);
unsigned int churn_done(void);
unsigned int churn_failed(void);
void churn_count(struct path_count *wire_churn);
/* Quantile @q (0 to 1) of the latency, us, at links number @from to @to (without). */
uint32_t churn_latency(enum op_kind op, unsigned int from, unsigned int to, double q);
/* How many there are. */
unsigned int churn_ops(enum op_kind op, unsigned int from, unsigned int to);

/* -------------------------------------------------------------- memory.c */

#define MAX_CACHES 512

enum area {
	MEM_FREE,		/* with the pages that CPUs have in hand */
	MEM_AVAILABLE, MEM_SLAB, MEM_UNRECLAIM, MEM_PERCPU, MEM_VMALLOC,
	MEM_SLAB_FREE,		/* not by the kernel: free objects in all slabs */
	AREAS
};

extern const char *const area_names[AREAS];

struct memory {
	long kib[AREAS];
	int netdevs;
	int caches;
	uint32_t active[MAX_CACHES];
};

/* What a slab cache is; the same number in each struct memory. */
struct cache {
	char name[40];
	uint32_t size, slack;	/* slack: objects that may be counted and are free */
};

extern struct cache caches[MAX_CACHES];

/* With what the kernel may give back given back. */
void memory_read(struct memory *m);

/* ------------------------------------------------------ table.c, judge.c */

struct window {
	uint64_t begin, end;
	unsigned int churn_from, churn_to;
	uint64_t frames;
	struct memory mem;
};

struct result {
	struct window *windows;
	int n;
	struct memory before, after;
	uint64_t us;		/* what all windows took */
	int unload_error;
};

void window_head(void);
void window_print(int i, const struct window *w);
/* Judge and print KTAP; the exit status. */
int judge(const struct result *r);

#endif
