/* SPDX-License-Identifier: GPL-2.0 */
/* What the kernel tells unasked. */
#ifndef MVTAP_LINK_EVENTS_H
#define MVTAP_LINK_EVENTS_H

#include <libmnl/libmnl.h>

/** link_events_open() - listen to a group of rtnetlink; a descriptor to wait on, or -1 */
int link_events_open(unsigned int group);

/**
 * link_events_read() - hand over what is there, without waiting
 *
 * Return: 0, or -1 with errno; ENOBUFS: some of it was lost.
 */
int link_events_read(mnl_cb_t cb, void *arg);

void link_events_close(void);

#endif
