// SPDX-License-Identifier: GPL-2.0
/*
 * vhost-net on our queue while things change under it: the backend taken away
 * and given back, descriptors closed in any order, the link or its lower device
 * deleted, moved, taken down. Whatever may still flow must flow, complete.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "ktap.h"
#include "netcfg.h"
#include "vhostbed.h"

#define MODERN (VDRV_VERSION_1 | VDRV_MRG_RXBUF)
#define ROUNDS 10
#define BURST 100

static const struct vdrv_config small = {
	.want = MODERN, .ring = RING, .rx_buf = SMALL_BUF, .tx_buf = SMALL_BUF,
};

/* Both directions work. */
static void check_flow(uint32_t seq)
{
	flow(&drv_a, &drv_b, mac_b, mac_a, seq, BURST);
	flow(&drv_b, &drv_a, mac_a, mac_b, seq + BURST, BURST);
}

static void burst(struct vdrv *from, const uint8_t *dst, const uint8_t *src, uint32_t seq)
{
	struct frame f;
	int i;

	for (i = 0; i < BURST; i++) {
		f = udp(dst, src, seq + i, 60);
		drv_send(from, &f, 0);
	}
}

static void expect_burst(struct vdrv *to, const uint8_t *dst, const uint8_t *src, uint32_t seq)
{
	struct frame f;
	int i;

	for (i = 0; i < BURST; i++) {
		f = udp(dst, src, seq + i, 60);
		drv_expect(to, &f, 0);
	}
}

/* Wait until vhost has given back all of @d's sent frames. */
static void expect_all_sent(struct vdrv *d)
{
	while (vdrv_reap(d), d->tx.n_free < d->tx.slots)
		ktap_assert(vdrv_wait(d, &d->tx, ARRIVE_MS), "%u frames are stuck",
			    d->tx.slots - d->tx.n_free);
}

/* What is under way when the backend goes waits in the queue or in the ring. */
static void detach_loses_nothing(void **state)
{
	uint32_t seq = 0;
	int i;

	(void)state;
	start_both(MODERN);
	for (i = 0; i < ROUNDS; i++, seq += 1000) {
		burst(&drv_a, mac_b, mac_a, seq);
		assert_int_equal(vdrv_detach(&drv_b), 0);
		burst(&drv_a, mac_b, mac_a, seq + BURST);
		/* Put into the ring of a device that is stopped. */
		burst(&drv_b, mac_a, mac_b, seq);
		if (!i)
			assert_true(drv_quiet(&drv_a));
		assert_int_equal(vdrv_attach(&drv_b, tap_b), 0);
		expect_burst(&drv_b, mac_b, mac_a, seq);
		expect_burst(&drv_b, mac_b, mac_a, seq + BURST);
		expect_burst(&drv_a, mac_a, mac_b, seq);
	}
}

static void other_queue_as_backend(void **state)
{
	int other = tap_open(BED_B, O_RDWR | O_NONBLOCK);

	(void)state;
	assert_true(other >= 0);
	start_both(MODERN);
	assert_int_equal(vdrv_detach(&drv_b), 0);
	close(tap_b);
	tap_b = other;
	assert_int_equal(vdrv_attach(&drv_b, tap_b), 0);
	check_flow(1);
}

static void vhost_closed_first(void **state)
{
	uint8_t buf[256];
	struct frame f;
	int i, size = VNET_HLEN;
	ssize_t n;

	(void)state;
	start_both(MODERN);
	for (i = 0; i < ROUNDS; i++) {
		check_flow(1000 * i);
		vdrv_close(&drv_b);
		/* The queue is an ordinary one again. */
		assert_int_equal(tap_set_int(tap_b, TUNSETVNETHDRSZ, size), 0);
		f = udp(mac_b, mac_a, i, 64);
		drv_send(&drv_a, &f, 0);
		n = tap_recv(tap_b, NULL, buf, sizeof(buf), ARRIVE_MS);
		assert_true(n > 0 && probe_is(buf, n, i));
		start(&drv_b, tap_b, &small);
	}
	check_flow(1);
}

/* vhost holds the queue by itself; the caller's descriptor is not needed. */
static void tap_closed_first(void **state)
{
	(void)state;
	start_both(MODERN);
	close(tap_a);
	close(tap_b);
	tap_a = tap_b = -1;
	check_flow(1);
	vdrv_close(&drv_a);
	vdrv_close(&drv_b);
	tap_a = tap_open(BED_A, O_RDWR | O_NONBLOCK);
	tap_b = tap_open(BED_B, O_RDWR | O_NONBLOCK);
	start_both(MODERN);
	check_flow(1000);
}

/* The sender of a deleted link must not hang: its frames go nowhere. */
static void link_deleted(void **state)
{
	struct pump p;

	(void)state;
	start_both(MODERN);
	check_flow(1);
	pump_start(&p, &drv_a, NULL, mac_b, mac_a);
	assert_true(pump_runs(&p, 2));
	burst(&drv_b, mac_wire, mac_b, 1);
	assert_int_equal(link_del(BED_B), 0);
	burst(&drv_b, mac_wire, mac_b, 1000);
	expect_all_sent(&drv_b);
	assert_true(pump_runs(&p, 2));
	assert_true(pump_stop(&p));
	assert_int_equal(vdrv_detach(&drv_b), 0);
	vdrv_close(&drv_b);
	close(tap_b);

	bed_del_links(state);
	vdrv_close(&drv_a);
	close(tap_a);
	assert_int_equal(bed_add_links(state), 0);
	tap_a = tap_open(BED_A, O_RDWR | O_NONBLOCK);
	tap_b = tap_open(BED_B, O_RDWR | O_NONBLOCK);
	start_both(MODERN);
	check_flow(1);
}

static void lower_deleted(void **state)
{
	struct pump p;

	(void)state;
	start_both(MODERN);
	check_flow(1);
	pump_start(&p, &drv_a, NULL, mac_b, mac_a);
	assert_true(pump_runs(&p, 2));
	assert_int_equal(link_del(BED_LOWER), 0);
	/* No link is left, and the guest's frames are still taken. */
	assert_true(pump_runs(&p, 20));
	assert_true(pump_stop(&p));
	expect_all_sent(&drv_a);
}

/* A VM's link is moved while it runs; nobody tells vhost. */
static void link_moves(void **state)
{
	int here = netns_here(), there = netns_new(), i;
	struct pump p;

	(void)state;
	assert_true(here >= 0 && there >= 0);
	start_both(MODERN);
	pump_start(&p, &drv_a, NULL, mac_wire, mac_a);
	for (i = 0; i < 3; i++) {
		assert_int_equal(link_set_netns(BED_B, there), 0);
		assert_int_equal(netns_enter(there), 0);
		assert_int_equal(link_up(BED_B), 0);
		assert_int_equal(link_set_netns(BED_B, here), 0);
		assert_int_equal(netns_enter(here), 0);
	}
	assert_int_equal(link_set_netns(BED_B, there), 0);
	assert_int_equal(netns_enter(there), 0);
	assert_int_equal(link_up(BED_B), 0);
	netns_enter(here);
	assert_true(pump_stop(&p));
	check_flow(1);
	close(there);
	close(here);
}

static void link_down_and_up(void **state)
{
	struct pump p;
	int i;

	(void)state;
	start_both(MODERN);
	pump_start(&p, &drv_b, NULL, mac_wire, mac_b);
	for (i = 0; i < ROUNDS; i++) {
		assert_int_equal(link_down(BED_B), 0);
		assert_true(pump_runs(&p, 1));
		assert_int_equal(link_up(BED_B), 0);
		assert_true(pump_runs(&p, 1));
	}
	assert_true(pump_stop(&p));
	expect_all_sent(&drv_b);
	check_flow(1);
}

/* A guest that starts and stops while another sends to it without pause. */
static void guest_restarts(void **state)
{
	struct pump p;
	int i;

	(void)state;
	start_both(MODERN);
	pump_start(&p, &drv_a, NULL, mac_b, mac_a);
	for (i = 0; i < ROUNDS; i++) {
		vdrv_close(&drv_b);
		close(tap_b);
		tap_b = tap_open(BED_B, O_RDWR | O_NONBLOCK);
		start(&drv_b, tap_b, &small);
		ktap_assert(vdrv_wait(&drv_b, &drv_b.rx, ARRIVE_MS), "round %d: no frame", i);
	}
	assert_true(pump_stop(&p));
	expect_all_sent(&drv_a);
}

#define T(f) cmocka_unit_test_setup_teardown(f, vhost_setup, vhost_teardown)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		T(detach_loses_nothing), T(other_queue_as_backend), T(vhost_closed_first),
		T(tap_closed_first), T(link_deleted), T(lower_deleted), T(link_moves),
		T(link_down_and_up), T(guest_restarts),
	};

	if (vhost_create())
		return KTAP_FAIL;
	return ktap_run(tests, ARRAY_SIZE(tests));
}
