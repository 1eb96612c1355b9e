/* SPDX-License-Identifier: GPL-2.0 */
/* What the kernel tells unasked. */
#ifndef MVTAP_NL_EVENTS_H
#define MVTAP_NL_EVENTS_H

#include <libmnl/libmnl.h>

/** nl_events_open() - listen to a group of rtnetlink; a descriptor to wait on, or -1 */
int nl_events_open(unsigned int group);

/**
 * nl_events_read() - hand over what is there, without waiting
 *
 * Return: 0, or -1 with errno; ENOBUFS: some of it was lost.
 */
int nl_events_read(mnl_cb_t cb, void *arg);

void nl_events_close(void);

#endif
