// SPDX-License-Identifier: GPL-2.0
/*
 * What one guest does to another, or to the machine, with frames that are all
 * allowed: it does not read, or asks for segments of one byte.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ktap.h"
#include "netcfg.h"
#include "tapdev.h"

#define SNDBUF 20000	/* bytes; room for some 27 small frames */
#define FRAMES 100

static uint8_t buf[FRAME_MAX], got[FRAME_MAX];

static int probes_sent(const uint8_t *dst)
{
	size_t len;
	int i;

	for (i = 0; i < FRAMES; i++) {
		len = probe_build(buf, dst, mac_a, i);
		if (tap_send(bed_a, NULL, buf, len) < 0)
			break;
	}
	return i;
}

/* How many frames go to a link that does not read, and then to the wire. */
static void sent_past_sleeper(int *sleeper, int *others)
{
	assert_int_equal(bed_open(NULL), 0);
	assert_int_equal(tap_set_int(bed_a, TUNSETSNDBUF, SNDBUF), 0);
	*sleeper = probes_sent(mac_b);
	*others = probes_sent(mac_wire);
	assert_int_equal(bed_close(NULL), 0);
}

/* A frame in the other's ring is no longer on the account of its sender. */
static void who_sleeps_stops_nobody(void **state)
{
	int sleeper, others;

	(void)state;
	if (netcfg_compare_push()) {
		sent_past_sleeper(&sleeper, &others);
		netcfg_compare_pop();
		ktap_say("in-tree macvtap: of %d frames %d to the sleeper, then %d to the wire",
			 FRAMES, sleeper, others);
	}
	sent_past_sleeper(&sleeper, &others);
	assert_int_equal(sleeper, FRAMES);
	assert_int_equal(others, FRAMES);
}

static size_t group_frame(struct virtio_net_hdr *h, uint16_t gso, size_t payload)
{
	struct frame f = {
		.dst = mac_broadcast, .src = mac_a, .tcp = gso, .partial = gso,
		.sport = 1, .dport = 2, .seq = gso, .payload = payload,
	};
	size_t len = frame_build(buf, &f);

	frame_vnet(&f, gso, h);
	h->gso_size = gso;
	return len;
}

/* Reads until there is nothing left; how many of the frames are @frame. */
static int copies_at_b(const uint8_t *frame, size_t len)
{
	int n = 0;
	ssize_t r;

	while ((r = tap_recv(bed_b, NULL, got, sizeof(got), QUIET_MS)) > 0)
		n += (size_t)r == len && !memcmp(got, frame, len);
	return n;
}

/*
 * The memory of what a link has sent to groups is kept from a frame of 60,000
 * segments, which would fill it many times over, and take long.
 */
static void segments_of_one_byte(void **state)
{
	static uint8_t small[2048];
	struct virtio_net_hdr h;
	size_t len, n;

	(void)state;
	n = group_frame(&h, 0, 100);
	memcpy(small, buf, n);
	assert_int_equal(tap_send(bed_a, &h, small, n), n + VNET_HLEN);
	len = group_frame(&h, 1, 60000);
	assert_int_equal(tap_send(bed_a, &h, buf, len), len + VNET_HLEN);
	assert_int_equal(copies_at_b(small, n), 1);

	assert_true(wire_send(bed_wire, NULL, small, n) > 0);
	assert_int_equal(copies_at_b(small, n), 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_sleeps_stops_nobody),
		cmocka_unit_test_setup_teardown(segments_of_one_byte, bed_open, bed_close),
	};

	if (bed_create())
		return KTAP_FAIL;
	return ktap_run(tests, ARRAY_SIZE(tests));
}
