// SPDX-License-Identifier: GPL-2.0
#include "link_events.h"

#include <errno.h>
#include <linux/netlink.h>
#include <sys/socket.h>

#define EVENT_SIZE 131072	/* a message is at most 64 KiB */

static struct mnl_socket *sock;

int link_events_open(unsigned int group)
{
	sock = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC | SOCK_NONBLOCK);
	if (!sock)
		return -1;
	if (mnl_socket_bind(sock, 0, MNL_SOCKET_AUTOPID) < 0 ||
	    mnl_socket_setsockopt(sock, NETLINK_ADD_MEMBERSHIP, &group, sizeof(group)) < 0) {
		link_events_close();
		return -1;
	}
	return mnl_socket_get_fd(sock);
}

int link_events_read(mnl_cb_t cb, void *arg)
{
	static char buf[EVENT_SIZE];
	ssize_t len;

	for (;;) {
		len = mnl_socket_recvfrom(sock, buf, sizeof(buf));
		if (len < 0)
			return errno == EAGAIN || errno == EINTR ? 0 : -1;
		if (mnl_cb_run(buf, len, 0, 0, cb, arg) < 0)
			return -1;
	}
}

void link_events_close(void)
{
	if (sock)
		mnl_socket_close(sock);
	sock = NULL;
}
