/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a link, or the host, has just sent to groups. A switch that reflects brings it back,
 * where by its source address alone it looks like a frame of another station
 * that shares the address (VRRP). Knows no modes and no links.
 *
 * The memory is bounded: some two hundred frames of the last second, for each
 * sender its own, so that nobody can make another's be forgotten. Each
 * remembered frame is recognised once.
 */
#ifndef _MVTAP_ECHO_H
#define _MVTAP_ECHO_H

#include <linux/types.h>

struct sk_buff;

#define MVTAP_ECHO_BUCKETS 64
#define MVTAP_ECHO_WAYS 4

/**
 * struct mvtap_echo - the memory of one sender
 * @slots: a frame's print above, the time it was sent below; 0: none
 */
struct mvtap_echo {
	atomic64_t slots[MVTAP_ECHO_BUCKETS][MVTAP_ECHO_WAYS];
};

/**
 * mvtap_echo_print - what tells a frame from others, also after a trip over
 * the wire: padded, its VLAN tag in another place, its checksum computed
 * @skb: the frame, MAC header set
 * @transmitted: data is at the MAC header, else behind it
 */
u64 mvtap_echo_print(const struct sk_buff *skb, bool transmitted);

/* Remember a print. Context: any; several CPUs may at once. */
void mvtap_echo_remember(struct mvtap_echo *echo, u64 print);

/*
 * The same for a frame on its way out, data at the MAC header, and for the
 * segments that the lower device may make of it.
 */
void mvtap_echo_sent(struct mvtap_echo *echo, struct sk_buff *skb);

/* Return: the frame was remembered, and is no longer. Context: any. */
bool mvtap_echo_recall(struct mvtap_echo *echo, u64 print);

#ifdef MVTAP_SELFTEST
bool mvtap_echo_selftest(void);
#endif

#endif /* _MVTAP_ECHO_H */
