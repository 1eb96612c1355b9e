// SPDX-License-Identifier: GPL-2.0
/*
 * Queues of the character device. They are opened by number, so that a link may
 * be anywhere, and may go or come at any moment.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/sysmacros.h>
#include <sys/time.h>
#include <unistd.h>

#include <linux/if.h>

#include "../tapdev.h"
#include "queue.h"
#include "stress.h"

static unsigned int major_number(void)
{
	unsigned int major = 0, n;
	char line[128], word[64];
	FILE *f = fopen("/proc/devices", "re");

	while (f && fgets(line, sizeof(line), f))
		if (sscanf(line, "%u %63s", &n, word) == 2 && !strcmp(word, "mvtap"))
			major = n;
	if (f)
		fclose(f);
	return major;
}

int queue_open(struct rng *r, int flags)
{
	unsigned int major = major_number();

	stress_note("open");
	if (!major)
		return -ENXIO;
	return tap_open_devnum(makedev(major, 1 + rng_below(r, BED_LINKS)), O_RDWR | flags);
}

void queue_close(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

/* --- queues that nobody reads, and whatever a user may ask of them ------- */

#define IDLE 6

static int idle[IDLE] = { -1, -1, -1, -1, -1, -1 };

static int iff(struct rng *r, int fd)
{
	unsigned int flags = IFF_TAP | IFF_NO_PI;

	if (!rng_one_in(r, 4))
		flags |= IFF_VNET_HDR;
	if (rng_one_in(r, 2))
		flags |= IFF_MULTI_QUEUE;
	stress_note("TUNSETIFF");
	return tap_set_iff(fd, flags);
}

static int address(struct rng *r, int fd)
{
	struct ifreq ifr = { 0 };

	stress_note("the address");
	if (rng_one_in(r, 2))
		return tap_ioctl(fd, SIOCGIFHWADDR, (unsigned long)&ifr);
	ifr.ifr_hwaddr.sa_family = 1;
	bed_mac(rng_below(r, BED_LINKS), rng_below(r, BED_MACS),
		(uint8_t *)ifr.ifr_hwaddr.sa_data);
	return tap_ioctl(fd, SIOCSIFHWADDR, (unsigned long)&ifr);
}

static int offload(struct rng *r, int fd)
{
	static const unsigned long sets[] = {
		0, TUN_F_CSUM, TUN_F_CSUM | TUN_F_TSO4, TUN_F_CSUM | TUN_F_TSO4 | TUN_F_TSO6,
	};

	stress_note("TUNSETOFFLOAD");
	return tap_ioctl(fd, TUNSETOFFLOAD, RNG_PICK(r, sets));
}

static int ask(struct rng *r, int fd)
{
	static const int sizes[] = { 10, 12, 20 };
	struct ifreq ifr;

	switch (rng_below(r, 7)) {
	case 0:
		return iff(r, fd);
	case 1:
		return address(r, fd);
	case 2:
		return offload(r, fd);
	case 3:
		stress_note("TUNSETVNETHDRSZ");
		return tap_set_int(fd, TUNSETVNETHDRSZ, RNG_PICK(r, sizes));
	case 4:
		stress_note("TUNSETSNDBUF");
		return tap_set_int(fd, TUNSETSNDBUF, rng_one_in(r, 2) ? INT_MAX : 20000);
	case 5:
		stress_note("TUNGETIFF");
		return tap_ioctl(fd, TUNGETIFF, (unsigned long)&ifr);
	default:
		stress_note("TUNSETQUEUE");
		return tap_queue_attach(fd, rng_one_in(r, 2));
	}
}

static int queue(struct rng *r)
{
	int *fd = &RNG_PICK(r, idle), ret = 0;

	if (*fd < 0) {
		ret = queue_open(r, rng_one_in(r, 2) ? O_NONBLOCK : 0);
		*fd = ret < 0 ? -1 : ret;
		return ret < 0 ? ret : 0;
	}
	if (rng_one_in(r, 6))
		queue_close(fd);
	else
		ret = ask(r, *fd);
	return ret;
}

static void queue_end(void)
{
	unsigned int i;

	for (i = 0; i < IDLE; i++)
		queue_close(&idle[i]);
}

const struct actor actor_queue = {
	.name = "queue", .step = queue, .end = queue_end, .weight = 20, .pins = true,
	/* No such link; it has gone from an open queue; attached, or not, already. */
	.may = { ENODEV, ENXIO, ENOLINK, EINVAL, EADDRINUSE, EBUSY },
};

/* --- writing ------------------------------------------------------------ */

static int out = -1;

static int write_burst(struct rng *r)
{
	unsigned int i, n = 1 + rng_below(r, 32);
	const struct stress_frame *f;
	struct ifreq ifr = { 0 };
	ssize_t ret = 0;
	uint8_t *src;

	stress_note("write");
	if (tap_ioctl(out, SIOCGIFHWADDR, (unsigned long)&ifr))
		return -ENOLINK;
	src = (uint8_t *)ifr.ifr_hwaddr.sa_data;
	/* A wrong header is no reason to end. */
	for (i = 0; i < n && (ret >= 0 || ret == -EINVAL); i++) {
		f = frame_any(r, rng_one_in(r, 16) ? NULL : src);
		ret = tap_send(out, &f->h, f->data, f->len);
	}
	return ret < 0 ? (int)ret : 0;
}

static int write_step(struct rng *r)
{
	int ret;

	if (out < 0) {
		ret = queue_open(r, O_NONBLOCK);
		if (ret < 0)
			return ret;
		out = ret;
		/* Or what waits unread elsewhere makes us wait. */
		return tap_set_int(out, TUNSETSNDBUF, INT_MAX);
	}
	ret = write_burst(r);
	if (ret == -ENODEV || ret == -ENOLINK || rng_one_in(r, 50))
		queue_close(&out);
	return ret;
}

static void write_end(void)
{
	queue_close(&out);
}

const struct actor actor_write = {
	.name = "write", .step = write_step, .end = write_end, .weight = 40, .pins = true,
	/* EINVAL: the header is wrong. */
	.may = { ENODEV, ENXIO, ENOLINK, EINVAL, EAGAIN, EMSGSIZE },
};

/* --- reading: at once, after poll(), or asleep --------------------------- */

static int in = -1;
static uint8_t frame[STRESS_FRAME_MAX];

static void on_alarm(int sig)
{
	(void)sig;
}

/* More than one signal, should the first come before the sleep. */
static void wake_every_ms(unsigned int ms)
{
	struct sigaction act = { .sa_handler = on_alarm };
	struct itimerval t = {
		.it_value.tv_usec = ms * 1000, .it_interval.tv_usec = ms * 1000,
	};

	sigaction(SIGALRM, &act, NULL);
	setitimer(ITIMER_REAL, &t, NULL);
}

static int read_asleep(void)
{
	ssize_t n;
	int err;

	stress_note("read, asleep");
	fcntl(in, F_SETFL, fcntl(in, F_GETFL) & ~O_NONBLOCK);
	wake_every_ms(10);
	n = read(in, frame, sizeof(frame));
	err = -errno;
	wake_every_ms(0);
	fcntl(in, F_SETFL, fcntl(in, F_GETFL) | O_NONBLOCK);
	return n < 0 ? err : 0;
}

static int read_burst(void)
{
	unsigned int i;

	stress_note("read");
	for (i = 0; i < 64; i++)
		if (read(in, frame, sizeof(frame)) < 0)
			return i ? 0 : -errno;
	return 0;
}

static int read_some(struct rng *r)
{
	switch (rng_below(r, 8)) {
	case 0:
		return read_asleep();
	case 1:	/* and stop for a while */
		usleep(10000);
		return 0;
	case 2:
		stress_note("poll");
		return tap_poll(in, POLLIN | POLLOUT, 5) & POLLERR ? -ENODEV : 0;
	default:
		return read_burst();
	}
}

static int read_step(struct rng *r)
{
	int ret;

	if (in < 0) {
		ret = queue_open(r, O_NONBLOCK);
		in = ret < 0 ? -1 : ret;
		return ret < 0 ? ret : 0;
	}
	ret = read_some(r);
	if (ret == -ENODEV || rng_one_in(r, 100))
		queue_close(&in);
	return ret;
}

static void read_end(void)
{
	queue_close(&in);
}

const struct actor actor_read = {
	.name = "read", .step = read_step, .end = read_end, .weight = 40, .pins = true,
	.may = { ENODEV, ENXIO, EAGAIN, EINTR },
};
