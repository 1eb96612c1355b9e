/* SPDX-License-Identifier: GPL-2.0 */
/* Counters of one link: frames, bytes, and every lost frame by its reason. */
#ifndef _MVTAP_STATS_H
#define _MVTAP_STATS_H

#include <linux/percpu.h>
#include <linux/u64_stats_sync.h>

struct rtnl_link_stats64;

/*
 * Why a frame was lost: name, string in "ethtool -S" and in the tracepoint,
 * reason told to kfree_skb_reason(), counter of "ip -s link" that shows it.
 * The link that loses the frame counts it: the sender for tx_*, the receiver
 * for rx_*. NONE: the networking core counts this loss on the same link by
 * itself, so we only say why.
 */
#define MVTAP_DROPS(X)							\
	/* shorter than an Ethernet header */				\
	X(TX_RUNT, "tx_drop_runt", NOT_SPECIFIED, TX)			\
	/* a private link sent to another link of its port */		\
	X(TX_PRIVATE, "tx_drop_private", NOT_SPECIFIED, TX)		\
	/* the lower device did not take it */				\
	X(TX_LOWER, "tx_drop_lower", NOT_SPECIFIED, TX)			\
	/* not from an address of the link's, while spoofcheck is on */	\
	X(TX_SPOOF, "tx_drop_spoof", NOT_SPECIFIED, TX)			\
	/* for the host, which did not take it */			\
	X(TX_HOST, "tx_drop_host", NOT_SPECIFIED, TX)			\
	/* the tap core refused what was written, or had no memory */	\
	X(TX_TAP, "tx_drop_tap", NOT_SPECIFIED, TX)			\
	/* from another link of the port, one of the two is private */	\
	X(RX_PRIVATE, "rx_drop_private", NOT_SPECIFIED, RX)		\
	/* the receiver is down */					\
	X(RX_DOWN, "rx_drop_down", DEV_READY, RX)			\
	/* larger than the receiver's MTU */				\
	X(RX_TOO_BIG, "rx_drop_too_big", PKT_TOO_BIG, RX)		\
	X(RX_NOMEM, "rx_drop_nomem", NOMEM, RX)				\
	/* the queue of deferred multicast was full */			\
	X(RX_BC_QUEUE, "rx_drop_bc_queue", NOT_SPECIFIED, RX)		\
	/* the tap queue was full, or segmentation failed */		\
	X(RX_TAP, "rx_drop_tap", NOT_SPECIFIED, RX)			\
	/* no queue of the character device is open */			\
	X(RX_NO_QUEUE, "rx_drop_no_queue", NOT_SPECIFIED, RX)		\
	/* the core did not take it: receive backlog full, no memory */	\
	X(RX_STACK, "rx_drop_stack", CPU_BACKLOG, NONE)			\
	/* no frame: an address beyond maxmacs, or of another station */ \
	X(MAC_REFUSED, "mac_refused", NOT_SPECIFIED, NONE)

enum mvtap_drop {
#define X(name, string, reason, shown) MVTAP_DROP_##name,
	MVTAP_DROPS(X)
#undef X
	MVTAP_DROP_COUNT
};

/**
 * struct mvtap_stats - the counters of one link on one CPU
 * @rx_packets: frames handed to the link
 * @rx_bytes: their bytes, Ethernet header included
 * @rx_multicast: those of them that were sent to a group
 * @tx_packets: frames sent
 * @tx_bytes: their bytes, Ethernet header included
 * @syncp: protects the five above on 32-bit machines
 * @drops: lost frames by reason, written with this_cpu_inc() from any context
 */
struct mvtap_stats {
	u64_stats_t rx_packets;
	u64_stats_t rx_bytes;
	u64_stats_t rx_multicast;
	u64_stats_t tx_packets;
	u64_stats_t tx_bytes;
	struct u64_stats_sync syncp;
	unsigned long drops[MVTAP_DROP_COUNT];
};

extern const char *const mvtap_drop_names[MVTAP_DROP_COUNT];

/* Context: bottom halves off. */
void mvtap_stats_rx(struct mvtap_stats __percpu *stats, unsigned int len,
		    bool multicast);
/* Context: bottom halves off. */
void mvtap_stats_tx(struct mvtap_stats __percpu *stats, unsigned int len);

static inline void mvtap_stats_drop(struct mvtap_stats __percpu *stats,
				    enum mvtap_drop why)
{
	this_cpu_inc(stats->drops[why]);
}

static inline void mvtap_stats_drop_many(struct mvtap_stats __percpu *stats,
					 enum mvtap_drop why, unsigned int count)
{
	this_cpu_add(stats->drops[why], count);
}

/* Sum over all CPUs. */
void mvtap_stats_sum(struct mvtap_stats __percpu *stats,
		     struct rtnl_link_stats64 *sum);
u64 mvtap_stats_drops(struct mvtap_stats __percpu *stats, enum mvtap_drop why);

#endif /* _MVTAP_STATS_H */
