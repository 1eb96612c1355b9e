/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The benchmark inside the guest. The conductor (main.c) starts one process for each workload and
 * peer, and lets them measure in turn; what they find is one line of JSON for each window.
 */
#ifndef MVTAP_BENCH_BENCH_H
#define MVTAP_BENCH_BENCH_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "../virtio_drv.h"

#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

/* ---------------------------------------------------------------- peers.c, bed.c */

struct bed;

struct peer {
	const char *name;
	const char *module;	/* loaded before anything is measured; NULL: none */
	int (*make)(struct bed *bed);
	int (*add)(struct bed *bed, const char *name, unsigned int i);
	int (*open)(const char *name);
};

/*
 * Links l0, l1, ... of a peer on the lower device bedl, in namespaces of our own:
 *
 *	l0  l1  ...  on  bedl ===veth=== bedw        or, where nothing shall come back, bedl a dummy
 */
struct bed {
	const struct peer *peer;
	bool dummy;		/* the lower device */
	unsigned int links;	/* made and up */
};

const struct peer *peer_find(const char *name);
/* Load what all peers need, before anything is measured. */
int peers_load(const char *names);

int bed_make(struct bed *bed);
int bed_grow(struct bed *bed, unsigned int links);
void bed_link_name(char *name, unsigned int i);
/* A queue of link @i, ready for vhost. */
int bed_queue(const struct bed *bed, unsigned int i);
/* The address frames for the guest on link @i go to. */
void bed_mac(const struct bed *bed, unsigned int i, uint8_t *mac);

/* ---------------------------------------------------------------- workloads.c */

struct task;

struct result {
	uint64_t frames;	/* what the cost is divided by */
	uint64_t lost;
	uint64_t ns;
	double fairness;	/* Jain's index; 0: does not apply */
	const char *op;		/* of several in one workload; NULL: the only one */
};

struct method {
	/* In the task's process, with its bed made and grown. */
	int (*prepare)(struct task *t);
	/* Measures between window_open() and window_close(). */
	int (*measure)(struct task *t);
	bool crowd;		/* one process and bed per peer for all sizes */
	bool dummy;
};

struct workload {
	const char *name;
	const struct method *how;
	size_t len;		/* of a frame, Ethernet header included */
	unsigned int batch;	/* frames under way at once */
	unsigned int batches;	/* in a window */
	uint16_t gso;
	unsigned int links;
	const char *peers;	/* who can do it */
	bool large;		/* only when asked for */
};

extern const struct workload workloads[];
extern const size_t n_workloads;

extern const struct method method_v2v, method_rr, method_v2w, method_w2v, method_far, method_rw;
extern const struct method method_host, method_copy, method_incast;
extern const struct method method_scale, method_mc, method_fan, method_delay, method_ctl;

/* ---------------------------------------------------------------- task.c */

/* Between a task and its worker, the process that receives. */
struct shared {
	_Atomic uint64_t seen;		/* frames that have arrived */
	_Atomic uint64_t target;	/* tell when so many have */
	_Atomic uint64_t from[8];	/* of each sender, in incast */
};

struct task {
	const struct workload *w;
	struct bed bed;
	struct shared *shared;
	int acked;		/* eventfd: the target is reached */
	int ready;		/* eventfd: the worker can receive */
	int tap;		/* queue of link 0 */
	struct vdrv drv;	/* on it */
	uint64_t window, round;
	struct result result;
	uint64_t opened;
};

/* Parts that methods put together. Each 0 or -errno. */
int task_driver(struct task *t, struct vdrv *d, int tap);
/* A guest on @link whose buffers hold the frame to @to; @turned: from receiver to sender. */
int task_guest(struct task *t, struct vdrv *d, unsigned int link, const uint8_t *to, bool turned);
int task_worker(struct task *t, int (*run)(struct task *t, unsigned int link), unsigned int link);
void task_ready(struct task *t);			/* a worker: can receive */
void task_took(struct task *t, unsigned int n);		/* a worker: so many arrived */
int task_receive(struct task *t, unsigned int link);	/* a worker that does just that */
/* Let the worker tell when @n more frames are there; 0: it shall not. Then wait for that. */
void task_expect(struct task *t, unsigned int n);
int task_acked(struct task *t);

uint64_t now_ns(void);
void window_open(struct task *t, const char *op);
void window_close(struct task *t);
/* Prints the line of JSON; the next window has the next number. */
void window_report(struct task *t);

struct command {
	uint32_t workload;
	uint32_t round;
	uint64_t window;
};

/* Windows that one command may open. */
#define COMMAND_WINDOWS 32

/* The process: serves commands of the conductor on @fd. */
void task_main(struct task *t, int fd) __attribute__((noreturn));

/* ---------------------------------------------------------------- flows.c */

/* That many per cent of it, by the command line. */
unsigned int scaled(unsigned int batches);
/* @once moves a batch over @legs; as often as the workload says. */
int flow_measure(struct task *t, int (*once)(struct task *t), unsigned int legs);
int w2v_batch(struct task *t);

/* ---------------------------------------------------------------- groups.c */

/* For all methods that share a bed. */
int crowd_prepare(struct task *t);

/* ---------------------------------------------------------------- traffic.c */

size_t traffic_frame(const struct task *t, uint8_t *buf, const uint8_t *dst, const uint8_t *src);
void traffic_turn(uint8_t *frame);
/* Put the frame in all buffers of @d, so that sending is to publish one. */
int traffic_fill(const struct task *t, struct vdrv *d, const uint8_t *dst, const uint8_t *src,
		 bool turned);
/* Publish @n frames and kick once; wait until vhost has sent all. */
int traffic_send(struct vdrv *d, unsigned int n);
int traffic_sent(struct vdrv *d);

/* Frames from the far end of the wire, @n of them by one system call. */
int wire_start(struct task *t, const uint8_t *dst, const uint8_t *src);
int wire_first(bool on);
void wire_protocol(uint16_t protocol);
int wire_burst(unsigned int n);

extern const uint8_t mac_far[6], mac_group[6], mac_all[6];

#endif
