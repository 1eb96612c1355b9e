/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Frames of many pages, as a guest sends for segmentation. A quarter
 * of what such a frame costs (12,300 of 47,900 instructions) is to get pages and
 * to clear them, just to write over them: so pages that nobody has any more are
 * used again, as long as there are such frames.
 */
#ifndef _MVTAP_BIG_H
#define _MVTAP_BIG_H

#include <linux/types.h>

struct iov_iter;
struct sk_buff;

/* Give all pages back. Context: may sleep; there are no callers any more. */
void mvtap_big_teardown(void);

/**
 * mvtap_big_skb - a frame with bytes of user space
 * @from: all that is left in it is the frame; position unknown afterwards
 * @linear: so many bytes are in front of the pages; at most a page less the skb's
 *	own needs
 *
 * Context: process, may sleep.
 * Return: the frame, or NULL: too long, no memory, or user space has no such
 * bytes.
 */
struct sk_buff *mvtap_big_skb(struct iov_iter *from, size_t linear);

#ifdef MVTAP_SELFTEST
bool mvtap_big_selftest(void);
#endif

#endif /* _MVTAP_BIG_H */
