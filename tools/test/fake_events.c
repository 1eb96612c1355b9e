// SPDX-License-Identifier: GPL-2.0
/* Events of the fake kernel, and poll(), at which the world may change. */
#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/rtnetlink.h>
#include <poll.h>

#include "fake_kernel.h"

int __real_poll(struct pollfd *pfd, nfds_t count, int timeout);

void fake_event(const char *name, bool gone)
{
	fake.event[fake.events++] = (struct fake_event) { *fake_find(name), gone };
}

int __wrap_link_events_open(unsigned int group)
{
	return group == RTNLGRP_LINK ? 1000 : -1;
}

int __wrap_link_events_read(mnl_cb_t cb, void *arg)
{
	static char buf[8192];

	if (fake.overrun) {
		fake.overrun = false;
		errno = ENOBUFS;
		return -1;
	}
	for (int i = 0; i < fake.events; i++) {
		fake_message(buf, fake.event[i].gone ? RTM_DELLINK : RTM_NEWLINK,
			     &fake.event[i].link);
		cb((void *)buf, arg);
	}
	fake.events = 0;
	return 0;
}

void __wrap_link_events_close(void)
{
}

int __wrap_poll(struct pollfd *pfd, nfds_t count, int timeout)
{
	if (!fake.step)
		return __real_poll(pfd, count, timeout);
	for (nfds_t i = 0; i < count; i++)
		pfd[i].revents = 0;
	fake.step(fake.steps++, pfd);
	return 1;
}
