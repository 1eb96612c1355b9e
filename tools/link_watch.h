/* SPDX-License-Identifier: GPL-2.0 */
/* Changes of our links, as they happen. */
#ifndef MVTAP_LINK_WATCH_H
#define MVTAP_LINK_WATCH_H

#include "link.h"

/** link_watch_cb - a link is new or has changed, or is @gone; without counters */
typedef void (*link_watch_cb)(const struct link *l, bool gone, void *arg);

enum link_watch_result {
	LINK_WATCH_OK,
	LINK_WATCH_LOST,	/* the kernel had no room for some: look at all links */
	LINK_WATCH_ERROR,	/* after saying why */
};

/** link_watch_open() - begin; a descriptor to wait on, or -1 after saying why */
int link_watch_open(const char *cmd);

/** link_watch_read() - hand over what happened since */
enum link_watch_result link_watch_read(const char *cmd, link_watch_cb cb, void *arg);

void link_watch_close(void);

#endif
