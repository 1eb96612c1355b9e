/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Frames on their way into the ring of one queue. Those that follow each other
 * share the ring's lock and the wake-up of who reads: 130 of 3,480 instructions
 * from guest to guest for a frame of 64 bytes in batches of 128, 300 of 5,490 in
 * batches of 16 (this and what other comments say of gains: on 7.3, by
 * selftests/bench, with and without).
 */
#ifndef _MVTAP_RUN_H
#define _MVTAP_RUN_H

struct mvtap_dev;
struct sk_buff;
struct tap_queue;

/**
 * struct mvtap_run - frames that wait for those behind them
 * @link: whose queue it is
 * @queue: the queue; NULL: no frame waits
 * @first: the frames, linked by their @next
 * @end: where the next one goes
 *
 * All calls for a run are made in one RCU read side section, with bottom halves
 * off, the last of them mvtap_run_flush().
 */
struct mvtap_run {
	struct mvtap_dev *link;
	struct tap_queue *queue;
	struct sk_buff *first;
	struct sk_buff **end;
};

/*
 * Behind the frames that wait, after these have gone if they are for another
 * queue. @skb is as the tap core wants it in its ring: data and MAC header at
 * the Ethernet header, nobody else's.
 */
void mvtap_run_add(struct mvtap_run *run, struct mvtap_dev *link,
		   struct tap_queue *queue, struct sk_buff *skb);

/* The same for a frame on its own, at once. */
void mvtap_run_single(struct mvtap_dev *link, struct tap_queue *queue,
		      struct sk_buff *skb);

/* Into the ring. What has no room there is lost on the link's account. */
void mvtap_run_flush(struct mvtap_run *run);

#endif /* _MVTAP_RUN_H */
