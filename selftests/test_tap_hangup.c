// SPDX-License-Identifier: GPL-2.0
/*
 * A link is removed while its character device is open: who waits there is told,
 * and whoever comes later gets an error, not silence.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "ktap.h"
#include "netcfg.h"
#include "tapdev.h"

#define QUEUES 3

/* In-tree a reader sleeps for good: how long we watch it. */
#define WATCH_MS 300

static uint8_t buf[2048];

/* ---------------------------------------------------------------- who waits */

struct waiter {
	pthread_t thread;
	int fd;
	long (*wait)(int fd);
	atomic_bool done;
	long result;		/* what the call returned, -errno */
};

static long wait_read(int fd)
{
	uint8_t frame[2048];
	ssize_t n = read(fd, frame, sizeof(frame));

	return n < 0 ? -errno : n;
}

static long wait_poll(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	return poll(&p, 1, -1) < 0 ? -errno : p.revents;
}

static long wait_epoll(int fd, uint32_t events)
{
	struct epoll_event e = { .events = events };
	int ep = epoll_create1(EPOLL_CLOEXEC), n;

	if (ep < 0 || epoll_ctl(ep, EPOLL_CTL_ADD, fd, &e))
		return -errno;
	n = epoll_wait(ep, &e, 1, -1);
	if (n < 0)
		n = -errno;
	close(ep);
	return n < 0 ? n : (long)e.events;
}

static long wait_epoll_level(int fd)
{
	return wait_epoll(fd, EPOLLIN);
}

static long wait_epoll_edge(int fd)
{
	return wait_epoll(fd, EPOLLIN | EPOLLET);
}

static void *waiter_main(void *arg)
{
	struct waiter *w = arg;

	w->result = w->wait(w->fd);
	w->done = true;
	return NULL;
}

static void on_signal(int sig)
{
	(void)sig;
}

/* Wait in a thread of its own, long enough to be asleep there. */
static void waiter_start(struct waiter *w, int fd, long (*wait)(int fd))
{
	struct sigaction sa = { .sa_handler = on_signal };

	sigaction(SIGUSR1, &sa, NULL);
	w->fd = fd;
	w->wait = wait;
	w->done = false;
	assert_int_equal(pthread_create(&w->thread, NULL, waiter_main, w), 0);
	usleep(20000);
	ktap_assert(!w->done, "ended before it began: %ld", w->result);
}

/* What it got; -EINTR if nothing came in time. */
static long waiter_end(struct waiter *w, int ms)
{
	for (; !w->done && ms > 0; ms--)
		usleep(1000);
	while (!w->done) {
		pthread_kill(w->thread, SIGUSR1);
		usleep(1000);
	}
	pthread_join(w->thread, NULL);
	return w->result;
}

/* The same without a moment to fall asleep first. */
static long call(int fd, long (*wait)(int fd), int ms)
{
	struct waiter w = { .fd = fd, .wait = wait };

	assert_int_equal(pthread_create(&w.thread, NULL, waiter_main, &w), 0);
	return waiter_end(&w, ms);
}

/* ---------------------------------------------------------------- what in-tree does */

static const char *outcome(long result, char *text, size_t len)
{
	if (result == -EINTR)
		return "sleeps on";
	if (result < 0)
		return strerrorname_np((int)-result);
	snprintf(text, len, "returns %ld", result);
	return text;
}

static void compare_reader(void)
{
	char r[32], p[32], s[32];
	struct waiter reader, poller;
	int fd = tap_open(BED_B, O_RDWR);
	size_t len = probe_build(buf, mac_a, mac_b, 1);
	long n;

	assert_true(fd >= 0);
	waiter_start(&reader, fd, wait_read);
	waiter_start(&poller, fd, wait_poll);
	assert_int_equal(link_del(BED_B), 0);
	n = waiter_end(&reader, WATCH_MS);
	ktap_say("in-tree macvtap, link removed: read %s, poll %s, write %s",
		 outcome(n, r, sizeof(r)),
		 outcome(waiter_end(&poller, 0), p, sizeof(p)),
		 outcome(tap_send(fd, NULL, buf, len), s, sizeof(s)));
	close(fd);
}

/* The bed is made anew of in-tree links, for @compare. */
static void in_tree(void **state, void (*compare)(void))
{
	if (!netcfg_compare_push())
		return;
	bed_del_links(state);
	assert_int_equal(bed_add_links(state), 0);
	compare();
	bed_del_links(state);
	netcfg_compare_pop();
	assert_int_equal(bed_add_links(state), 0);
}

static void ours_only(void)
{
	if (netcfg_in_tree())
		ktap_skip("in-tree macvtap tells nobody");
}

/* ---------------------------------------------------------------- ours */

/*
 * A reader that slept may find an empty frame first. -ENODEV, and it stays so.
 */
static void expect_reads_fail(int fd)
{
	long n = call(fd, wait_read, ARRIVE_MS);

	if (n >= 0) {
		ktap_assert(n <= (long)VNET_HLEN, "read %ld bytes", n);
		n = call(fd, wait_read, ARRIVE_MS);
	}
	assert_int_equal(n, -ENODEV);
	assert_int_equal(call(fd, wait_read, ARRIVE_MS), -ENODEV);
}

static void expect_writes_fail(int fd)
{
	size_t len = probe_build(buf, mac_a, mac_b, 1);

	assert_int_equal(tap_send(fd, NULL, buf, len), -ENODEV);
	assert_int_equal(write(fd, buf, len), -1);
	assert_int_equal(errno, ENODEV);
}

static void expect_polls_hup(int fd)
{
	assert_int_equal(tap_poll(fd, 0, ARRIVE_MS) & (POLLERR | POLLHUP), POLLERR | POLLHUP);
	assert_int_equal(tap_poll(fd, POLLIN | POLLOUT, 0) & (POLLERR | POLLHUP),
			 POLLERR | POLLHUP);
}

static void expect_gone(int fd)
{
	struct ifreq ifr = { 0 };

	expect_polls_hup(fd);
	expect_reads_fail(fd);
	expect_writes_fail(fd);
	assert_int_equal(tap_ioctl(fd, TUNGETIFF, (unsigned long)&ifr), -ENOLINK);
	assert_int_equal(tap_ioctl(fd, TUNSETOFFLOAD, 0), -ENOLINK);
	assert_int_equal(tap_ioctl(fd, SIOCGIFHWADDR, (unsigned long)&ifr), -ENOLINK);
	assert_int_equal(tap_set_int(fd, TUNSETVNETHDRSZ, 12), 0);
}

static void reader_wakes(void **state)
{
	struct waiter w;
	long n;
	int fd;

	in_tree(state, compare_reader);
	ours_only();
	fd = tap_open(BED_B, O_RDWR);
	waiter_start(&w, fd, wait_read);
	assert_int_equal(link_del(BED_B), 0);
	n = waiter_end(&w, ARRIVE_MS);
	ktap_assert(n == -ENODEV || (n >= 0 && n <= (long)VNET_HLEN), "read: %ld", n);
	expect_gone(fd);
	close(fd);
}

static void readers_wake_all(void **state)
{
	struct waiter w[QUEUES];
	int fd, i;

	(void)state;
	ours_only();
	fd = tap_open(BED_B, O_RDWR);
	for (i = 0; i < QUEUES; i++)
		waiter_start(&w[i], fd, wait_read);
	assert_int_equal(link_del(BED_B), 0);
	for (i = 0; i < QUEUES; i++)
		ktap_assert(waiter_end(&w[i], ARRIVE_MS) != -EINTR, "reader %d sleeps on", i);
	close(fd);
}

static void poll_says_so(void **state)
{
	static long (*const waits[])(int fd) = { wait_poll, wait_epoll_level, wait_epoll_edge };
	struct waiter w[ARRAY_SIZE(waits)];
	size_t i;
	long n;
	int fd;

	(void)state;
	ours_only();
	fd = tap_open(BED_B, O_RDWR | O_NONBLOCK);
	for (i = 0; i < ARRAY_SIZE(waits); i++)
		waiter_start(&w[i], fd, waits[i]);
	assert_int_equal(link_del(BED_B), 0);
	for (i = 0; i < ARRAY_SIZE(waits); i++) {
		n = waiter_end(&w[i], ARRIVE_MS);
		ktap_assert(n > 0 && (n & (POLLERR | POLLHUP)) == (POLLERR | POLLHUP),
			    "wait %zu: %#lx", i, n);
		/* Who asks later is told, too. */
		n = call(fd, waits[i], ARRIVE_MS);
		ktap_assert(n > 0 && (n & (POLLERR | POLLHUP)) == (POLLERR | POLLHUP),
			    "wait %zu, later: %#lx", i, n);
	}
	expect_gone(fd);
	close(fd);
}

/* Every queue of the link, those that are detached included. */
static void all_queues(void **state)
{
	struct waiter w[QUEUES];
	int fd[QUEUES], i;

	(void)state;
	ours_only();
	for (i = 0; i < QUEUES; i++) {
		fd[i] = tap_open(BED_B, O_RDWR);
		assert_true(fd[i] >= 0);
	}
	assert_int_equal(tap_queue_attach(fd[1], false), 0);
	for (i = 0; i < QUEUES; i++)
		waiter_start(&w[i], fd[i], wait_read);
	assert_int_equal(link_del(BED_B), 0);
	for (i = 0; i < QUEUES; i++)
		ktap_assert(waiter_end(&w[i], ARRIVE_MS) != -EINTR, "queue %d sleeps on", i);
	for (i = 0; i < QUEUES; i++) {
		expect_gone(fd[i]);
		assert_true(tap_queue_attach(fd[i], true) < 0);
		close(fd[i]);
	}
}

/* The ring is full when the link goes: the reader is told all the same. */
static void full_ring(void **state)
{
	size_t len = probe_build(buf, mac_b, mac_a, 1);
	int a, b, i;

	(void)state;
	ours_only();
	assert_int_equal(link_set_txqlen(BED_B, 4), 0);
	a = tap_open(BED_A, O_RDWR | O_NONBLOCK);
	b = tap_open(BED_B, O_RDWR);
	for (i = 0; i < 8; i++)
		assert_int_equal(tap_send(a, NULL, buf, len), len + VNET_HLEN);
	assert_int_equal(tap_poll(b, POLLIN, ARRIVE_MS), POLLIN);
	assert_int_equal(link_del(BED_B), 0);
	expect_polls_hup(b);
	/* What waits may be read, or not; it ends. */
	for (i = 0; i < 6 && call(b, wait_read, ARRIVE_MS) >= 0; i++)
		;
	expect_reads_fail(b);
	expect_writes_fail(b);
	close(a);
	close(b);
}

static void lower_goes(void **state)
{
	struct waiter w;
	int fd;

	(void)state;
	ours_only();
	fd = tap_open(BED_A, O_RDWR);
	waiter_start(&w, fd, wait_read);
	assert_int_equal(link_del(BED_LOWER), 0);
	ktap_assert(waiter_end(&w, ARRIVE_MS) != -EINTR, "sleeps on");
	expect_gone(fd);
	close(fd);
}

/* A move to another namespace is not the end; nor is the link's going down. */
static void not_when_it_moves(void **state)
{
	size_t len = probe_build(buf, mac_b, mac_a, 1);
	int here = netns_here(), there = netns_new(), a, b;
	struct waiter w;

	(void)state;
	assert_true(here >= 0 && there >= 0);
	a = tap_open(BED_A, O_RDWR | O_NONBLOCK);
	b = tap_open(BED_B, O_RDWR);
	waiter_start(&w, b, wait_read);
	assert_int_equal(link_down(BED_B), 0);
	assert_int_equal(link_set_netns(BED_B, there), 0);
	assert_int_equal(tap_poll(b, POLLIN, QUIET_MS), 0);
	assert_int_equal(netns_enter(there), 0);
	assert_int_equal(link_up(BED_B), 0);
	assert_int_equal(netns_enter(here), 0);
	assert_int_equal(tap_send(a, NULL, buf, len), len + VNET_HLEN);
	assert_int_equal(waiter_end(&w, ARRIVE_MS), len + VNET_HLEN);
	close(a);
	close(b);
	close(there);
	close(here);
}

/* The next link finds nothing of the former's. */
static void next_link_works(void **state)
{
	size_t len = probe_build(buf, mac_b, mac_a, 7);
	int old = tap_open(BED_B, O_RDWR | O_NONBLOCK), a, b;
	uint8_t got[2048];
	ssize_t n;

	bed_del_links(state);
	assert_int_equal(bed_add_links(state), 0);
	a = tap_open(BED_A, O_RDWR | O_NONBLOCK);
	b = tap_open(BED_B, O_RDWR | O_NONBLOCK);
	assert_true(tap_quiet(b));
	assert_int_equal(tap_send(a, NULL, buf, len), len + VNET_HLEN);
	n = tap_recv(b, NULL, got, sizeof(got), ARRIVE_MS);
	assert_true(n > 0 && probe_is(got, n, 7));
	if (!netcfg_in_tree())
		expect_gone(old);
	close(old);
	close(a);
	close(b);
}

#define T(f) cmocka_unit_test_setup_teardown(f, bed_add_links, bed_del_links)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		T(reader_wakes), T(readers_wake_all), T(poll_says_so), T(all_queues),
		T(full_ring), T(lower_goes), T(not_when_it_moves), T(next_link_works),
	};

	if (bed_create())
		return KTAP_FAIL;
	return ktap_run(tests, ARRAY_SIZE(tests));
}
