// SPDX-License-Identifier: GPL-2.0
#include "probe.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <poll.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#ifndef PACKET_IGNORE_OUTGOING
#define PACKET_IGNORE_OUTGOING 23
#endif

#define PROBE_TYPE 0x88b5	/* IEEE 802: local experiments */

struct frame {
	struct ethhdr eth;
	char magic[12];
	unsigned char nonce[16];
	unsigned char pad[ETH_ZLEN - ETH_HLEN - 28];
} __attribute__((packed));

bool probe_random_mac(struct mac *mac)
{
	if (getrandom(mac->byte, sizeof(mac->byte), 0) != sizeof(mac->byte))
		return false;
	mac->byte[0] = (mac->byte[0] & 0xfc) | 2;
	return true;
}

static bool fill(const struct probe *p, struct frame *f)
{
	memset(f, 0, sizeof(*f));
	memcpy(f->eth.h_dest, p->own.byte, ETH_ALEN);
	memcpy(f->eth.h_source, p->from.byte, ETH_ALEN);
	f->eth.h_proto = htons(PROBE_TYPE);
	memcpy(f->magic, "mvtap probe", sizeof(f->magic));
	return getrandom(f->nonce, sizeof(f->nonce), 0) == sizeof(f->nonce);
}

/*
 * A socket for one protocol would get its frames behind the rx_handler of the
 * device, which may keep them; one for all protocols gets them before.
 */
static int open_socket(const struct probe *p)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_H | BPF_ABS, offsetof(struct ethhdr, h_proto)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, PROBE_TYPE, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, 0xffff),
		BPF_STMT(BPF_RET | BPF_K, 0),
	};
	struct sock_fprog filter = { sizeof(code) / sizeof(code[0]), code };
	struct sockaddr_ll at = {
		.sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL),
		.sll_ifindex = p->ifindex,
	};
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int on = 1, err;

	if (fd < 0)
		return -1;
	/* an old kernel without it shows them, and we know them by their type */
	setsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &on, sizeof(on));
	if (!setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof(filter)) &&
	    !bind(fd, (struct sockaddr *)&at, sizeof(at)))
		return fd;
	err = errno;
	close(fd);
	errno = err;
	return -1;
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000.0 + t.tv_nsec / 1000000.0;
}

/* 1: it is there, 0: not yet, -1: the device is gone or down. */
static int look(int fd, const struct frame *sent)
{
	struct sockaddr_ll from;
	socklen_t size = sizeof(from);
	struct frame got;
	ssize_t len;

	while (size = sizeof(from),
	       (len = recvfrom(fd, &got, sizeof(got), 0, (struct sockaddr *)&from, &size)) >= 0)
		if (from.sll_pkttype != PACKET_OUTGOING && len == sizeof(got) &&
		    !memcmp(got.magic, sent->magic, sizeof(got.magic)) &&
		    !memcmp(got.nonce, sent->nonce, sizeof(got.nonce)))
			return 1;
	return errno == EAGAIN || errno == EINTR ? 0 : -1;
}

/* Until @end, or until it came back. */
static int await(int fd, const struct frame *sent, double end)
{
	struct pollfd pfd = { .fd = fd, .events = POLLIN };
	int found = 0;

	for (double left; !found && (left = end - now()) > 0;) {
		if (poll(&pfd, 1, (int)left + 1) < 0 && errno != EINTR)
			return -1;
		found = look(fd, sent);
	}
	return found;
}

static int ask(struct probe *p, int fd, const struct frame *f)
{
	double start = now();
	int found = 0;

	while (!found && p->sent < PROBE_TRIES) {
		if (send(fd, f, sizeof(*f), 0) < 0)
			return -1;
		p->sent++;
		found = await(fd, f, start + (double)p->timeout * p->sent / PROBE_TRIES);
	}
	p->waited = now() - start;
	p->reflects = found > 0;
	return found < 0 ? -1 : 0;
}

int probe_run(struct probe *p)
{
	struct frame f;
	int fd, ret, err;

	p->sent = 0;
	if (!fill(p, &f))
		return -1;
	fd = open_socket(p);
	if (fd < 0)
		return -1;
	ret = ask(p, fd, &f);
	err = errno;
	close(fd);
	errno = err;
	return ret;
}
