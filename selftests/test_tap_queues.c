// SPDX-License-Identifier: GPL-2.0
/* Several queues of one link: flows spread over them, each stays on its own. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "ktap.h"
#include "netcfg.h"
#include "tapdev.h"

#define QUEUES 4
#define FLOWS 64
#define ROUNDS 3
#define NOWHERE -1

static uint8_t buf[2048], got[2048];
static int fd_a = -1, queue[QUEUES];

static int setup(void **state)
{
	int i;

	if (bed_add_links(state))
		return -1;
	fd_a = tap_open(BED_A, O_RDWR | O_NONBLOCK);
	for (i = 0; i < QUEUES; i++) {
		queue[i] = tap_open(BED_B, O_RDWR | O_NONBLOCK);
		if (queue[i] < 0)
			return -1;
	}
	return fd_a < 0 ? -1 : 0;
}

static int teardown(void **state)
{
	int i;

	close(fd_a);
	for (i = 0; i < QUEUES; i++)
		close(queue[i]);
	return bed_del_links(state);
}

static void send_flow(int fd, const uint8_t *src, int flow)
{
	struct frame f = {
		.dst = mac_b, .src = src, .seq = flow, .payload = 100,
		.sport = 10000 + flow, .dport = 5000 + flow % 7,
	};
	size_t len = frame_build(buf, &f);

	assert_int_equal(tap_send(fd, NULL, buf, len), len + VNET_HLEN);
}

/* The queue in which the frame of @flow waits; it must be in exactly one. */
static int find_flow(int flow)
{
	struct frame_view v;
	int i, at = NOWHERE;
	ssize_t n;

	for (i = 0; i < QUEUES; i++) {
		if (!(tap_poll(queue[i], POLLIN, 0) & POLLIN))
			continue;
		n = tap_recv(queue[i], NULL, got, sizeof(got), 0);
		ktap_assert(at == NOWHERE, "flow %d in queues %d and %d", flow, at, i);
		assert_true(n > 0 && frame_parse(got, n, &v));
		assert_int_equal(v.sport, 10000 + flow);
		assert_true(pattern_ok(got + v.data, 100, flow, 0));
		at = i;
	}
	return at;
}

static int wait_flow(int flow)
{
	struct pollfd p[QUEUES];
	int i;

	for (i = 0; i < QUEUES; i++)
		p[i] = (struct pollfd){ .fd = queue[i], .events = POLLIN };
	if (poll(p, QUEUES, ARRIVE_MS) <= 0)
		return NOWHERE;
	return find_flow(flow);
}

/* Send every flow once from beda; where each went. */
static void place_flows(int *at)
{
	int flow;

	for (flow = 0; flow < FLOWS; flow++) {
		send_flow(fd_a, mac_a, flow);
		at[flow] = wait_flow(flow);
		ktap_assert(at[flow] != NOWHERE, "flow %d is lost", flow);
	}
}

static void count_per_queue(const int *at, int *count)
{
	int flow;

	memset(count, 0, QUEUES * sizeof(*count));
	for (flow = 0; flow < FLOWS; flow++)
		count[at[flow]]++;
	ktap_note("flows per queue: %d %d %d %d", count[0], count[1], count[2], count[3]);
}

static void flows_spread_and_stick(void **state)
{
	int first[FLOWS], again[FLOWS], count[QUEUES], i;

	(void)state;
	place_flows(first);
	count_per_queue(first, count);
	for (i = 0; i < QUEUES; i++)
		assert_int_not_equal(count[i], 0);
	for (i = 1; i < ROUNDS; i++) {
		place_flows(again);
		assert_memory_equal(first, again, sizeof(first));
	}
}

static void flows_from_wire_spread(void **state)
{
	int fd = wire_open(BED_WIRE), at[FLOWS], count[QUEUES], flow, i;

	(void)state;
	for (flow = 0; flow < FLOWS; flow++) {
		send_flow(fd, mac_wire, flow);
		at[flow] = wait_flow(flow);
		ktap_assert(at[flow] != NOWHERE, "flow %d is lost", flow);
	}
	count_per_queue(at, count);
	for (i = 0; i < QUEUES; i++)
		assert_int_not_equal(count[i], 0);
	close(fd);
}

static void detached_gets_nothing(void **state)
{
	int at[FLOWS], count[QUEUES], i;

	(void)state;
	assert_int_equal(tap_queue_attach(queue[1], false), 0);
	place_flows(at);
	count_per_queue(at, count);
	for (i = 0; i < QUEUES; i++)
		assert_true(i == 1 ? !count[i] : count[i]);

	assert_int_equal(tap_queue_attach(queue[1], true), 0);
	place_flows(at);
	count_per_queue(at, count);
	for (i = 0; i < QUEUES; i++)
		assert_int_not_equal(count[i], 0);
}

/* A detached queue still sends, and keeps what it had received. */
static void detached_still_works(void **state)
{
	int other = tap_open(BED_A, O_RDWR | O_NONBLOCK), i;
	size_t len;
	ssize_t n;

	(void)state;
	for (i = 1; i < QUEUES; i++)
		assert_int_equal(tap_queue_attach(queue[i], false), 0);
	send_flow(fd_a, mac_a, 1);
	assert_int_equal(tap_queue_attach(queue[0], false), 0);
	n = tap_recv(queue[0], NULL, got, sizeof(got), ARRIVE_MS);
	assert_true(n > 0);

	assert_int_equal(tap_queue_attach(other, false), 0);
	len = probe_build(buf, mac_a, mac_b, 4);
	assert_int_equal(tap_send(queue[0], NULL, buf, len), len + VNET_HLEN);
	n = tap_recv(fd_a, NULL, got, sizeof(got), ARRIVE_MS);
	assert_true(n > 0 && probe_is(got, n, 4));
	close(other);
}

/* No queue that receives is like no open queue: the frames are lost, and counted. */
static void all_detached_is_no_queue(void **state)
{
	struct rtnl_link_stats64 before, after;
	int i;

	(void)state;
	if (netcfg_in_tree())
		ktap_skip("in-tree macvtap hands the frames to the stack");
	assert_int_equal(link_get_stats(BED_B, &before), 0);
	for (i = 0; i < QUEUES; i++)
		assert_int_equal(tap_queue_attach(queue[i], false), 0);
	for (i = 0; i < 10; i++)
		send_flow(fd_a, mac_a, i);
	for (i = 0; i < ARRIVE_MS; i++) {
		assert_int_equal(link_get_stats(BED_B, &after), 0);
		if (after.rx_dropped >= before.rx_dropped + 10)
			break;
		usleep(1000);
	}
	assert_int_equal(after.rx_dropped, before.rx_dropped + 10);
	for (i = 0; i < QUEUES; i++)
		assert_true(tap_quiet(queue[i]));
	assert_int_equal(tap_queue_attach(queue[2], true), 0);
	send_flow(fd_a, mac_a, 11);
	assert_int_equal(wait_flow(11), 2);
}

/* Closing one queue moves its flows, and no other frame is lost. */
static void closed_queue_is_replaced(void **state)
{
	int at[FLOWS], count[QUEUES];

	(void)state;
	close(queue[0]);
	queue[0] = queue[QUEUES - 1];
	place_flows(at);
	count_per_queue(at, count);
	queue[QUEUES - 1] = tap_open(BED_B, O_RDWR | O_NONBLOCK);
	assert_true(queue[QUEUES - 1] >= 0);
	place_flows(at);
	count_per_queue(at, count);
	assert_int_not_equal(count[QUEUES - 1], 0);
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		T(flows_spread_and_stick), T(flows_from_wire_spread), T(detached_gets_nothing),
		T(detached_still_works), T(all_detached_is_no_queue), T(closed_queue_is_replaced),
	};

	if (bed_create())
		return KTAP_FAIL;
	return ktap_run(tests, ARRAY_SIZE(tests));
}
