// SPDX-License-Identifier: GPL-2.0
/*
 * The character device as a file: open, read, write, poll.
 *
 *	beda (bridge) --.
 *	                +-- bedl ===veth=== bedw
 *	bedb (bridge) --'
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sysmacros.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include "ktap.h"
#include "netcfg.h"
#include "tapdev.h"

#ifndef RWF_NOWAIT
#define RWF_NOWAIT 8
#endif

static uint8_t buf[FRAME_MAX], got[FRAME_MAX];

static int open_or_fail(const char *link, int flags)
{
	int fd = tap_open(link, flags);

	ktap_assert(fd >= 0, "open %s: %s", link, strerror(-fd));
	return fd;
}

/* Frame @seq from beda to bedb, by writing to @fd. */
static void send_a_to_b(int fd, uint32_t seq)
{
	size_t len = probe_build(buf, mac_b, mac_a, seq);

	assert_int_equal(tap_send(fd, NULL, buf, len), len + VNET_HLEN);
}

static void expect_probe(int fd, uint32_t seq)
{
	ssize_t n = tap_recv(fd, NULL, got, sizeof(got), ARRIVE_MS);

	ktap_assert(n > 0, "frame %u: %s", seq, strerror((int)-n));
	assert_true(probe_is(got, n, seq));
}

static void reopen(void **state)
{
	int round, a, b;

	(void)state;
	for (round = 0; round < 5; round++) {
		a = open_or_fail(BED_A, O_RDWR);
		b = open_or_fail(BED_B, O_RDWR);
		send_a_to_b(a, round);
		expect_probe(b, round);
		close(a);
		close(b);
	}
}

static void open_unknown(void **state)
{
	dev_t dev;

	(void)state;
	assert_int_equal(tap_devnum(BED_A, &dev), 0);
	/* Same driver, a minor that no link has. */
	assert_int_equal(tap_open_devnum(makedev(major(dev), 0xff00), O_RDWR), -ENODEV);
}

#define CLOSERS 16
struct closer {
	int *fds;
	size_t n;
};

static void *close_all(void *arg)
{
	struct closer *c = arg;
	size_t i;

	for (i = 0; i < c->n; i++)
		if (c->fds[i] >= 0)
			close(c->fds[i]);
	return NULL;
}

/* Every close waits for RCU; side by side they share the wait. */
static void close_together(int *fds, size_t n)
{
	struct closer part[CLOSERS];
	pthread_t thread[CLOSERS];
	size_t share = n / CLOSERS, i;

	for (i = 0; i < CLOSERS; i++) {
		part[i].fds = fds + i * share;
		part[i].n = share;
		pthread_create(&thread[i], NULL, close_all, &part[i]);
	}
	for (i = 0; i < CLOSERS; i++)
		pthread_join(thread[i], NULL);
}

static void queue_limit(void **state)
{
	int fds[TAP_MAX_QUEUES], a, b, extra, i, first_bad = -1;

	(void)state;
	for (i = 0; i < TAP_MAX_QUEUES; i++) {
		fds[i] = tap_open(BED_B, O_RDWR);
		if (fds[i] < 0 && first_bad < 0)
			first_bad = i;
	}
	extra = tap_open(BED_B, O_RDWR);
	close_together(fds, TAP_MAX_QUEUES);
	ktap_assert(first_bad < 0, "queue %d of %d: %s", first_bad, TAP_MAX_QUEUES,
		    first_bad < 0 ? "" : strerror(-fds[first_bad]));
	assert_int_equal(extra, -EBUSY);

	/* All of them given back: the link works as on the first day. */
	a = open_or_fail(BED_A, O_RDWR);
	b = open_or_fail(BED_B, O_RDWR);
	send_a_to_b(a, 7);
	expect_probe(b, 7);
	close(a);
	close(b);
}

static void read_empty(void **state)
{
	int fd = open_or_fail(BED_A, O_RDWR | O_NONBLOCK);

	(void)state;
	assert_int_equal(read(fd, got, sizeof(got)), -1);
	assert_int_equal(errno, EAGAIN);
	/* Nothing asked for is nothing read, also when nothing is there. */
	assert_int_equal(read(fd, got, 0), 0);
	close(fd);
}

struct reader {
	int fd;
	ssize_t n;
};

static void *blocking_read(void *arg)
{
	struct reader *r = arg;

	r->n = read(r->fd, got, sizeof(got));
	return NULL;
}

static void read_blocks_until_frame(void **state)
{
	struct reader r = { .fd = open_or_fail(BED_B, O_RDWR), .n = -2 };
	int a = open_or_fail(BED_A, O_RDWR);
	struct timespec soon;
	pthread_t thread;

	(void)state;
	assert_int_equal(pthread_create(&thread, NULL, blocking_read, &r), 0);
	clock_gettime(CLOCK_REALTIME, &soon);
	soon.tv_nsec += QUIET_MS * 1000000L;
	soon.tv_sec += soon.tv_nsec / 1000000000L;
	soon.tv_nsec %= 1000000000L;
	assert_int_equal(pthread_timedjoin_np(thread, NULL, &soon), ETIMEDOUT);

	send_a_to_b(a, 3);
	pthread_join(thread, NULL);
	assert_true(r.n > (ssize_t)VNET_HLEN);
	assert_true(probe_is(got + VNET_HLEN, r.n - VNET_HLEN, 3));
	close(a);
	close(r.fd);
}

static void poll_states(void **state)
{
	int a = open_or_fail(BED_A, O_RDWR);
	int b = open_or_fail(BED_B, O_RDWR);

	(void)state;
	assert_int_equal(tap_poll(b, POLLIN | POLLOUT, 0), POLLOUT);
	send_a_to_b(a, 1);
	assert_int_equal(tap_poll(b, POLLIN, ARRIVE_MS), POLLIN);
	assert_int_equal(tap_poll(b, POLLIN | POLLOUT, 0), POLLIN | POLLOUT);
	expect_probe(b, 1);
	assert_int_equal(tap_poll(b, POLLIN | POLLOUT, 0), POLLOUT);
	close(a);
	close(b);
}

/* Too small a buffer gets what fits; the rest of the frame is gone. */
static void read_truncates(void **state)
{
	static const struct { size_t cap; int want; } row[] = {
		{ 40, 40 }, { VNET_HLEN, VNET_HLEN }, { VNET_HLEN - 1, -EINVAL }, { 1, -EINVAL },
	};
	int a = open_or_fail(BED_A, O_RDWR);
	int b = open_or_fail(BED_B, O_RDWR | O_NONBLOCK);
	ssize_t n;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(row); i++) {
		send_a_to_b(a, i);
		send_a_to_b(a, 100 + i);
		assert_int_equal(tap_poll(b, POLLIN, ARRIVE_MS), POLLIN);
		memset(got, 0x5a, sizeof(got));
		n = read(b, got, row[i].cap);
		if (n < 0)
			n = -errno;
		ktap_assert(n == row[i].want, "buffer of %zu: %zd", row[i].cap, n);
		assert_int_equal(got[row[i].cap], 0x5a);
		/* The next read starts at the next frame. */
		expect_probe(b, 100 + i);
		assert_true(tap_quiet(b));
	}
	close(a);
	close(b);
}

/* Vectors that cut the header and the frame anywhere. */
static void split_vectors(void **state)
{
	struct iovec out[] = { { NULL, 3 }, { NULL, 0 }, { NULL, 9 }, { NULL, 1 }, { NULL, 0 } };
	struct iovec in[] = { { got, 1 }, { got + 1, 11 }, { got + 12, 7 }, { got + 19, 4000 } };
	int a = open_or_fail(BED_A, O_RDWR);
	int b = open_or_fail(BED_B, O_RDWR);
	size_t len = probe_build(buf + VNET_HLEN, mac_b, mac_a, 9) + VNET_HLEN, i;
	uint8_t *p = buf;

	(void)state;
	memset(buf, 0, VNET_HLEN);
	out[ARRAY_SIZE(out) - 1].iov_len = len - 13;
	for (i = 0; i < ARRAY_SIZE(out); i++) {
		out[i].iov_base = p;
		p += out[i].iov_len;
	}
	assert_int_equal(writev(a, out, ARRAY_SIZE(out)), len);
	assert_int_equal(tap_poll(b, POLLIN, ARRIVE_MS), POLLIN);
	assert_int_equal(readv(b, in, ARRAY_SIZE(in)), len);
	assert_true(probe_is(got + VNET_HLEN, len - VNET_HLEN, 9));
	close(a);
	close(b);
}

/* A page that is there, followed by one that is not. */
static uint8_t *half_mapped(void)
{
	size_t page = sysconf(_SC_PAGESIZE);
	uint8_t *p = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	assert_ptr_not_equal(p, MAP_FAILED);
	munmap(p + page, page);
	return p + page;
}

static void bad_addresses(void **state)
{
	int a = open_or_fail(BED_A, O_RDWR);
	int b = open_or_fail(BED_B, O_RDWR | O_NONBLOCK);
	uint8_t *edge = half_mapped();

	(void)state;
	assert_int_equal(write(a, edge - 4, 100), -1);
	assert_int_equal(errno, EFAULT);
	assert_int_equal(write(a, memset(edge - 30, 0, 30), 100), -1);
	assert_int_equal(errno, EFAULT);
	assert_true(tap_quiet(b));

	send_a_to_b(a, 1);
	assert_int_equal(tap_poll(b, POLLIN, ARRIVE_MS), POLLIN);
	assert_int_equal(read(b, edge - 30, 200), -1);
	assert_int_equal(errno, EFAULT);
	send_a_to_b(a, 2);
	expect_probe(b, 2);
	close(a);
	close(b);
}

/* Since 6.4 a read or write may refuse to wait without O_NONBLOCK. */
static void rwf_nowait(void **state)
{
	int a = open_or_fail(BED_A, O_RDWR);
	int b = open_or_fail(BED_B, O_RDWR);
	struct iovec iov = { got, sizeof(got) };
	size_t len = probe_build(buf + VNET_HLEN, mac_b, mac_a, 5) + VNET_HLEN;
	struct iovec out = { buf, len };

	(void)state;
	memset(buf, 0, VNET_HLEN);
	assert_int_equal(preadv2(b, &iov, 1, -1, RWF_NOWAIT), -1);
	if (kernel_version() < KVER(6, 4)) {
		assert_int_equal(errno, EOPNOTSUPP);
		assert_int_equal(pwritev2(a, &out, 1, -1, RWF_NOWAIT), -1);
		assert_int_equal(errno, EOPNOTSUPP);
	} else {
		assert_int_equal(errno, EAGAIN);
		assert_int_equal(pwritev2(a, &out, 1, -1, RWF_NOWAIT), len);
		assert_int_equal(tap_poll(b, POLLIN, ARRIVE_MS), POLLIN);
		assert_int_equal(preadv2(b, &iov, 1, -1, RWF_NOWAIT), len);
		assert_true(probe_is(got + VNET_HLEN, len - VNET_HLEN, 5));
	}
	close(a);
	close(b);
}

/* The queue holds tx_queue_len frames, follows it, and counts the others. */
static void ring_overflow_counted(void **state)
{
	struct rtnl_link_stats64 before, after;
	int b = open_or_fail(BED_B, O_RDWR | O_NONBLOCK);
	int wire = wire_open(BED_WIRE);
	size_t len = probe_build(buf, mac_b, mac_wire, 0);
	int i;

	(void)state;
	assert_int_equal(link_set_txqlen(BED_B, 8), 0);
	assert_int_equal(link_get_stats(BED_B, &before), 0);
	for (i = 0; i < 20; i++) {
		len = probe_build(buf, mac_b, mac_wire, i);
		assert_int_equal(wire_send(wire, NULL, buf, len), len + VNET_HLEN);
	}
	for (i = 0; i < 8; i++)
		expect_probe(b, i);
	assert_true(tap_quiet(b));
	assert_int_equal(link_get_stats(BED_B, &after), 0);
	assert_int_equal(after.rx_dropped - before.rx_dropped, 12);
	close(wire);
	close(b);
}

/* What waits in the queue stays in it when it grows. */
static void ring_grows(void **state)
{
	int b = open_or_fail(BED_B, O_RDWR | O_NONBLOCK);
	int wire = wire_open(BED_WIRE);
	size_t len;
	int i;

	(void)state;
	assert_int_equal(link_set_txqlen(BED_B, 8), 0);
	for (i = 0; i < 40; i++) {
		len = probe_build(buf, mac_b, mac_wire, i);
		assert_int_equal(wire_send(wire, NULL, buf, len), len + VNET_HLEN);
		if (i == 7)
			assert_int_equal(link_set_txqlen(BED_B, 40), 0);
	}
	for (i = 0; i < 40; i++)
		expect_probe(b, i);
	assert_true(tap_quiet(b));
	close(wire);
	close(b);
}

#define T(f) cmocka_unit_test_setup_teardown(f, bed_add_links, bed_del_links)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		T(reopen), T(open_unknown), T(queue_limit), T(read_empty),
		T(read_blocks_until_frame), T(poll_states), T(read_truncates),
		T(split_vectors), T(bad_addresses), T(rwf_nowait),
		T(ring_overflow_counted), T(ring_grows),
	};

	if (bed_create())
		return KTAP_FAIL;
	return ktap_run(tests, ARRAY_SIZE(tests));
}
