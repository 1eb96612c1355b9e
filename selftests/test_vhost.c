// SPDX-License-Identifier: GPL-2.0
/*
 * Stock vhost-net moves frames between a virtio driver and our queue. Every
 * frame is compared byte by byte, every vnet header field by field.
 *
 *	drv_a -- vhost -- beda --.
 *	                         +-- bedl ===veth=== bedw (packet socket)
 *	drv_b -- vhost -- bedb --'
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <linux/vhost.h>

#include "ktap.h"
#include "netcfg.h"
#include "vhostbed.h"

#define MODERN (VDRV_VERSION_1 | VDRV_MRG_RXBUF)
#define MSS 1448
/* The largest frame that a device takes in one piece by default, headers off. */
#define BIG_PAYLOAD (65535 - 54)

/* Frame sizes of 60, 64, 65, ... bytes: Ethernet, IP and UDP headers are 42. */
static const size_t payloads[] = { 18, 22, 23, 100, 1000, 1471, 1472 };

static struct frame tcp(const uint8_t *dst, const uint8_t *src, size_t payload)
{
	struct frame f = udp(dst, src, 4711, payload);

	f.tcp = true;
	f.partial = true;
	return f;
}

static void all_ways(void)
{
	struct frame f;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(payloads); i++) {
		f = udp(mac_b, mac_a, 10 + i, payloads[i]);
		drv_send(&drv_a, &f, 0);
		drv_expect(&drv_b, &f, 0);
		f = udp(mac_a, mac_b, 20 + i, payloads[i]);
		drv_send(&drv_b, &f, 0);
		drv_expect(&drv_a, &f, 0);
		f = udp(mac_wire, mac_a, 30 + i, payloads[i]);
		drv_send(&drv_a, &f, 0);
		wire_expect(&f, 0);
		f = udp(mac_a, mac_wire, 40 + i, payloads[i]);
		wire_put(&f, 0);
		drv_expect(&drv_a, &f, 0);
	}
	/* A broadcast reaches both others, once. */
	f = udp(mac_broadcast, mac_a, 50, 100);
	drv_send(&drv_a, &f, 0);
	drv_expect(&drv_b, &f, 0);
	wire_expect(&f, 0);
	assert_true(drv_quiet(&drv_a) && drv_quiet(&drv_b));
}

static void modern(void **state)
{
	(void)state;
	start_both(VDRV_VERSION_1);
	assert_int_equal(drv_a.hdr_len, 12);
	all_ways();
}

static void mergeable(void **state)
{
	(void)state;
	start_both(MODERN);
	assert_true(drv_a.features & VDRV_MRG_RXBUF);
	all_ways();
}

static void event_index(void **state)
{
	(void)state;
	start_both(MODERN | VDRV_EVENT_IDX);
	assert_true(drv_a.features & VDRV_EVENT_IDX);
	all_ways();
	flow(&drv_a, &drv_b, mac_b, mac_a, 100, 1000);
}

static void legacy(void **state)
{
	(void)state;
	start_both(0);
	assert_int_equal(drv_a.hdr_len, 10);
	all_ways();
}

/* Since 6.12; vhost-net itself has nothing to do for it. */
static void ring_reset(void **state)
{
	(void)state;
	start_both(MODERN | VDRV_RING_RESET);
	if (!(drv_a.features & VDRV_RING_RESET))
		ktap_skip("this vhost-net does not offer VIRTIO_F_RING_RESET");
	all_ways();
}

/* With a send buffer of its own a queue gets its frames one by one. */
static void plain_send(void **state)
{
	(void)state;
	start_both(MODERN);
	assert_int_equal(tap_set_int(tap_a, TUNSETSNDBUF, 1 << 20), 0);
	assert_int_equal(tap_set_int(tap_b, TUNSETSNDBUF, 1 << 20), 0);
	all_ways();
	flow(&drv_a, &drv_b, mac_b, mac_a, 100, 1000);
}

/*
 * Frames that the other guest does not take are not on the account of their
 * sender, however small its buffer: in-tree macvtap stops it here, for all its
 * receivers. They wait in the other's queue, of 500.
 */
static void sender_is_not_held_back(void **state)
{
	const unsigned int n = 400;
	unsigned int i;

	(void)state;
	start_both(MODERN);
	vdrv_starve(&drv_b, true);
	assert_int_equal(tap_set_int(tap_a, TUNSETSNDBUF, 64 << 10), 0);
	for (i = 0; i < n; i++) {
		struct frame f = udp(mac_b, mac_a, i, 60);

		drv_send(&drv_a, &f, 0);
	}
	do
		vdrv_reap(&drv_a);
	while (drv_a.tx.n_free < RING && vdrv_wait(&drv_a, &drv_a.tx, ARRIVE_MS));
	assert_int_equal(drv_a.tx.n_free, RING);
	vdrv_starve(&drv_b, false);
	for (i = 0; i < n; i++) {
		struct frame f = udp(mac_b, mac_a, i, 60);

		drv_expect(&drv_b, &f, 0);
	}
}

/* A frame in several descriptors, cut anywhere. */
static void chained_descriptors(void **state)
{
	struct vdrv_config c = {
		.want = MODERN, .ring = RING, .chain = 4,
		.rx_buf = SMALL_BUF, .tx_buf = SMALL_BUF,
	};

	(void)state;
	start(&drv_a, tap_a, &c);
	start(&drv_b, tap_b, &c);
	all_ways();
}

static void tso(const struct vdrv_config *c)
{
	struct frame f;

	start(&drv_a, tap_a, c);
	start(&drv_b, tap_b, c);
	f = tcp(mac_b, mac_a, BIG_PAYLOAD);
	drv_send(&drv_a, &f, MSS);
	drv_expect(&drv_b, &f, MSS);
	f = tcp(mac_a, mac_b, BIG_PAYLOAD);
	drv_send(&drv_b, &f, MSS);
	drv_expect(&drv_a, &f, MSS);
	f = tcp(mac_wire, mac_a, 20 * MSS);
	drv_send(&drv_a, &f, MSS);
	wire_expect(&f, MSS);
	f = tcp(mac_a, mac_wire, 20 * MSS);
	wire_put(&f, MSS);
	drv_expect(&drv_a, &f, MSS);
	/* Checksum left to the receiver, no segments. */
	f = tcp(mac_b, mac_a, 1000);
	drv_send(&drv_a, &f, 0);
	drv_expect(&drv_b, &f, 0);
}

static void tso_big_buffers(void **state)
{
	struct vdrv_config c = {
		.want = VDRV_VERSION_1, .ring = 16, .rx_buf = BIG_BUF, .tx_buf = BIG_BUF,
	};

	(void)state;
	tso(&c);
}

/* 64 KiB over some forty receive buffers. */
static void tso_merged_buffers(void **state)
{
	struct vdrv_config c = {
		.want = MODERN, .ring = 64, .rx_buf = 1600, .tx_buf = BIG_BUF, .chain = 4,
	};

	(void)state;
	tso(&c);
}

/* The guest that cannot take segments gets single frames with good checksums. */
static void no_offload_is_segmented(void **state)
{
	struct frame f = tcp(mac_b, mac_a, 5 * 1000);
	static uint8_t got[SMALL_BUF];
	struct virtio_net_hdr_v1 h;
	struct frame_view v;
	size_t off = 0;
	ssize_t n;

	(void)state;
	start(&drv_a, tap_a, &(struct vdrv_config){
		.want = MODERN, .ring = 16, .rx_buf = SMALL_BUF, .tx_buf = BIG_BUF });
	start(&drv_b, tap_b, &(struct vdrv_config){
		.want = VDRV_VERSION_1, .ring = 64, .rx_buf = SMALL_BUF, .tx_buf = SMALL_BUF });
	assert_int_equal(tap_ioctl(tap_b, TUNSETOFFLOAD, 0), 0);
	drv_send(&drv_a, &f, 1000);
	for (; off < f.payload; off += v.end - v.data) {
		n = vdrv_recv(&drv_b, &h, got, sizeof(got), ARRIVE_MS);
		ktap_assert(n > 0, "only %zu bytes", off);
		assert_int_equal(h.flags | h.gso_type, 0);
		assert_true(frame_parse(got, n, &v) && frame_checksum_ok(got, n));
		assert_true(v.seq == f.seq + off && v.end > v.data);
		assert_true(pattern_ok(got + v.data, v.end - v.data, f.seq, off));
	}
}

/* Thousands of frames, and the 16-bit ring index overflows on the way. */
static void ring_wraps(void **state)
{
	struct vdrv_config c = {
		.want = MODERN, .ring = RING, .rx_buf = SMALL_BUF, .tx_buf = SMALL_BUF,
		.first = 65000,
	};

	(void)state;
	start(&drv_a, tap_a, &c);
	start(&drv_b, tap_b, &c);
	flow(&drv_a, &drv_b, mac_b, mac_a, 1, 4000);
	flow(&drv_b, &drv_a, mac_a, mac_b, 9000, 2000);
	assert_true(drv_a.tx.next < 65000);
	assert_true(drv_quiet(&drv_a) && drv_quiet(&drv_b));
}

/* A guest without receive buffers loses nothing that the queue can hold. */
static void starved_receiver(void **state)
{
	struct frame f;
	int i;

	(void)state;
	start_both(MODERN);
	vdrv_starve(&drv_b, true);
	for (i = 0; i < RING + 100; i++) {
		f = udp(mac_b, mac_wire, i, 60);
		wire_put(&f, 0);
		/* Use up what was posted before, then let the queue fill. */
		if (i < RING)
			drv_expect(&drv_b, &f, 0);
	}
	assert_true(drv_quiet(&drv_b));
	vdrv_starve(&drv_b, false);
	for (i = RING; i < RING + 100; i++) {
		f = udp(mac_b, mac_wire, i, 60);
		drv_expect(&drv_b, &f, 0);
	}
	flow(&drv_a, &drv_b, mac_b, mac_a, 5000, 100);
}

#define FLOWS 32

/* The one of two drivers that has received something. */
static int which_received(struct vdrv **pair)
{
	int ms, q;

	for (ms = 0; ms < ARRIVE_MS; ms += 2)
		for (q = 0; q < 2; q++)
			if (vdrv_wait(pair[q], &pair[q]->rx, 1))
				return q;
	ktap_fail("the frame arrived at neither");
	return 0;
}

/* Two queues of one link, each with a vhost of its own. */
static void two_queue_pairs(void **state)
{
	int tap_b2 = tap_open(BED_B, O_RDWR | O_NONBLOCK), i, at[2] = { 0, 0 };
	struct vdrv second = { .vhost = -1 }, *pair[2] = { &drv_b, &second };
	struct vdrv_config c = {
		.want = MODERN, .ring = RING, .rx_buf = SMALL_BUF, .tx_buf = SMALL_BUF,
	};
	struct frame f;

	(void)state;
	assert_true(tap_b2 >= 0);
	start_both(MODERN);
	start(&second, tap_b2, &c);
	for (i = 0; i < FLOWS; i++) {
		int q;

		f = udp(mac_b, mac_a, i, 100);
		f.sport = 100 + i;
		drv_send(&drv_a, &f, 0);
		/* Wherever it went, the answer goes out through the same pair. */
		q = which_received(pair);
		drv_expect(pair[q], &f, 0);
		at[q]++;
		f = udp(mac_a, mac_b, 500 + i, 100);
		drv_send(pair[q], &f, 0);
		drv_expect(&drv_a, &f, 0);
	}
	vdrv_close(&second);
	close(tap_b2);
	ktap_note("flows per pair: %d %d", at[0], at[1]);
	assert_true(at[0] && at[1]);
}

/* Descriptors that are not a tap queue, and requests out of order. */
static void refusals(void **state)
{
	struct vhost_vring_file file = { .index = 0, .fd = tap_a };
	int raw = open("/dev/vhost-net", O_RDWR | O_CLOEXEC);
	struct vdrv_config c = {
		.want = MODERN, .ring = RING, .rx_buf = SMALL_BUF, .tx_buf = SMALL_BUF,
	};

	(void)state;
	assert_true(raw >= 0);
	file.fd = tap_a;
	assert_int_equal(tap_ioctl(raw, VHOST_NET_SET_BACKEND, (unsigned long)&file), -EPERM);
	close(raw);

	assert_int_equal(vdrv_open(&drv_a, &c), 0);
	file.fd = drv_a.rx.kick;
	assert_int_equal(tap_ioctl(drv_a.vhost, VHOST_NET_SET_BACKEND, (unsigned long)&file),
			 -ENOTSOCK);
	file.index = 2;
	file.fd = tap_a;
	assert_int_equal(tap_ioctl(drv_a.vhost, VHOST_NET_SET_BACKEND, (unsigned long)&file),
			 -ENOBUFS);
	assert_int_equal(vdrv_attach(&drv_a, tap_a), 0);
}

#define T(f) cmocka_unit_test_setup_teardown(f, vhost_setup, vhost_teardown)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		T(modern), T(mergeable), T(event_index), T(legacy), T(ring_reset),
		T(plain_send), T(sender_is_not_held_back), T(chained_descriptors),
		T(tso_big_buffers),
		T(tso_merged_buffers), T(no_offload_is_segmented), T(ring_wraps),
		T(starved_receiver), T(two_queue_pairs), T(refusals),
	};

	if (vhost_create())
		return KTAP_FAIL;
	return ktap_run(tests, ARRAY_SIZE(tests));
}
