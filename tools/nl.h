/* SPDX-License-Identifier: GPL-2.0 */
/* The plumbing of rtnetlink, over libmnl: one request, its answers, its fate. */
#ifndef MVTAP_NL_H
#define MVTAP_NL_H

#include <libmnl/libmnl.h>

#define NL_REQUEST_SIZE 1024

/**
 * struct nl_fate - how a request ended
 * @err: 0 or a positive errno
 * @offset: where in the request the attribute is that the kernel complains
 *	about, 0 if it points to none
 * @text: what the kernel says about it, or ""; also a warning beside success
 */
struct nl_fate {
	int err;
	unsigned int offset;
	char text[256];
};

/**
 * nl_talk() - send a request, hand over the answers, wait for its end
 * @req: flags, sequence and port are set here.
 *	NLM_F_DUMP asks for a dump, anything else is acknowledged.
 * @cb: is called with each answer; may be NULL
 * @arg: for @cb
 * @fate: receives the end
 *
 * Return: 0, or -1 with the reason in @fate. EINTR there means that a dump was
 * disturbed by a change and is to be repeated.
 */
int nl_talk(struct nlmsghdr *req, mnl_cb_t cb, void *arg, struct nl_fate *fate);

/** nl_close() - close the socket that nl_talk() opened */
void nl_close(void);

#endif
