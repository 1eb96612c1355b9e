// SPDX-License-Identifier: GPL-2.0
/* Changes of our links, as they happen. */
#include "link_watch.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>

#include "link_msg.h"
#include "mvtap.h"
#include "link_events.h"
#include "out.h"

struct watch {
	link_watch_cb cb;
	void *arg;
};

int link_watch_open(const char *cmd)
{
	int fd = link_events_open(RTNLGRP_LINK);

	if (fd < 0)
		out_error("%s: cannot listen to events: %s", cmd, strerror(errno));
	return fd;
}

/* Bridges speak in the same group about their ports, as another family. */
static int on_event(const struct nlmsghdr *nlh, void *arg)
{
	const struct ifinfomsg *ifi = mnl_nlmsg_get_payload(nlh);
	struct watch *w = arg;
	struct link l;

	if (mnl_nlmsg_get_payload_len(nlh) >= sizeof(*ifi) && ifi->ifi_family == AF_UNSPEC &&
	    link_msg_parse(nlh, &l) && l.ours)
		w->cb(&l, nlh->nlmsg_type == RTM_DELLINK, w->arg);
	return MNL_CB_OK;
}

enum link_watch_result link_watch_read(const char *cmd, link_watch_cb cb, void *arg)
{
	struct watch w = { cb, arg };
	bool lost = false;

	while (link_events_read(on_event, &w) < 0) {
		if (errno == ENOBUFS) {
			lost = true;	/* what is still queued comes first */
			continue;
		}
		out_error("%s: cannot read events: %s", cmd, strerror(errno));
		return LINK_WATCH_ERROR;
	}
	return lost ? LINK_WATCH_LOST : LINK_WATCH_OK;
}

void link_watch_close(void)
{
	link_events_close();
}
