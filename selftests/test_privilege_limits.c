// SPDX-License-Identifier: GPL-2.0
/*
 * What root of a container, or the guest behind a queue, can use up with a link:
 * addresses in the lower device's filter, groups, promiscuous mode, the length of
 * queues, time. Who is who is in privbed.h.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <linux/if_packet.h>

#include "ktap.h"
#include "netcfg.h"
#include "privtry.h"
#include "tapdev.h"

#define MANY 300

static int members = -1;	/* the packet socket that wants addresses */

struct wish {
	const char *dev;
	unsigned short type;	/* PACKET_MR_* */
	int n;			/* addresses: counted up from @first */
	uint8_t first[6];
};

static long wish_for(const void *arg)
{
	const struct wish *w = arg;
	struct packet_mreq req = { .mr_type = w->type, .mr_alen = 6 };
	int i;

	if (members < 0)
		members = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	req.mr_ifindex = (int)if_nametoindex(w->dev);
	memcpy(req.mr_address, w->first, 6);
	for (i = 0; i < w->n; i++) {
		req.mr_address[4] = w->first[4] + (i >> 8);
		req.mr_address[5] = w->first[5] + (i & 255);
		if (setsockopt(members, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &req, sizeof(req)))
			return -errno;
	}
	return 0;
}

static long wish_for_nothing(const void *arg)
{
	(void)arg;
	close(members);
	members = -1;
	return 0;
}

/* From Linux 7.3 on a work item brings a wish to the lower device. */
static bool filter_becomes(unsigned int n)
{
	int i;

	for (i = 0; i < 50 && priv_filter_count() != n; i++)
		usleep(100000);
	if (priv_filter_count() != n)
		ktap_note("%u addresses in the filter, want %u", priv_filter_count(), n);
	return priv_filter_count() == n;
}

static int as_administrator(const char *text)
{
	int ret;

	priv_visit();
	ret = priv_set(OWN, priv_kind(), text);
	priv_leave();
	return ret;
}

static void addresses_are_bounded(void **state)
{
	static const struct wish many = { OWN, PACKET_MR_UNICAST, MANY, { 2, 0, 0, 9, 0, 0 } };
	static const struct wish guarded = { OWNT, PACKET_MR_UNICAST, MANY, { 2, 0, 0, 8, 0, 0 } };
	unsigned int before = priv_filter_count();

	(void)state;
	assert_int_equal(priv_ask(PRIV_CONTAINER, wish_for, &many), 0);
	assert_int_equal(priv_ask(PRIV_CONTAINER, wish_for, &guarded), 0);
	usleep(300000);
	assert_true(filter_becomes(before));
	assert_int_equal(as_administrator("34 u32:4"), 0);
	assert_true(filter_becomes(before + 3));
	priv_ask(PRIV_CONTAINER, wish_for_nothing, NULL);
	assert_true(filter_becomes(before));
	assert_int_equal(as_administrator("34 u32:1"), 0);
}

/* What is no station's address, or is somebody's, is nobody else's. */
static void odd_addresses(void **state)
{
	static const struct wish odd[] = {
		{ OWN, PACKET_MR_UNICAST, 1, { 255, 255, 255, 255, 255, 255 } },
		{ OWN, PACKET_MR_UNICAST, 1, { 1, 0, 0x5e, 9, 9, 9 } },
		{ OWN, PACKET_MR_UNICAST, 1, { 0 } },
		{ OWN, PACKET_MR_UNICAST, 1, { 2, 0, 0, 0, 0x77, 1 } },
		{ OWN, PACKET_MR_UNICAST, 1, { 2, 0, 0, 0, 0x77, 2 } },
	};
	unsigned int before = priv_filter_count();
	size_t i;

	(void)state;
	assert_int_equal(as_administrator("34 u32:100"), 0);
	for (i = 0; i < ARRAY_SIZE(odd); i++)
		assert_int_equal(priv_ask(PRIV_CONTAINER, wish_for, &odd[i]), 0);
	usleep(300000);
	assert_true(filter_becomes(before));
	priv_ask(PRIV_CONTAINER, wish_for_nothing, NULL);
	assert_int_equal(as_administrator("34 u32:1"), 0);
}

/* Groups are not bounded, as those of no device are; they go with who joined. */
static void groups_go_with_their_member(void **state)
{
	static const struct wish many = { OWN, PACKET_MR_MULTICAST, MANY, { 1, 0, 0x5e, 9, 0, 0 } };
	unsigned int before = priv_filter_count();

	(void)state;
	assert_int_equal(priv_ask(PRIV_CONTAINER, wish_for, &many), 0);
	assert_true(filter_becomes(before + MANY));
	priv_ask(PRIV_CONTAINER, wish_for_nothing, NULL);
	assert_true(filter_becomes(before));
}

/* More than 0 anyway: veth has no filter of addresses. */
static uint32_t promiscuity(void)
{
	uint32_t n = ~0u;

	link_get_u32(BED_LOWER, IFLA_PROMISCUITY, &n);
	return n;
}

static bool promiscuity_becomes(uint32_t want)
{
	int i;

	for (i = 0; i < 50 && promiscuity() != want; i++)
		usleep(100000);
	return promiscuity() == want;
}

static long listen_own(const void *arg)
{
	(void)arg;
	members = priv_packets(OWN);
	return members < 0 ? members : 0;
}

static long heard_frames(const void *arg)
{
	(void)arg;
	return priv_count(members, QUIET_MS);
}

static void send_from_the_wire(const uint8_t *dst)
{
	uint8_t frame[256];
	int fd = priv_packets(BED_WIRE);
	size_t n = probe_build(frame, dst, mac_wire, 1);

	assert_true(fd >= 0 && send(fd, frame, n, 0) == (ssize_t)n);
	close(fd);
}

/* It costs the NIC its filter, and shows the link nobody's unicast. */
static void promiscuous_mode(void **state)
{
	static const struct wish promisc = { OWN, PACKET_MR_PROMISC, 1, { 0 } };
	static const uint8_t free_mac[6] = { 2, 0, 0, 0, 0, 9 };
	static const uint8_t *const others[] = { mac_sib, mac_lower, free_mac };
	uint32_t before = promiscuity();
	size_t i;

	(void)state;
	assert_int_equal(priv_ask(PRIV_CONTAINER, listen_own, NULL), 0);
	assert_int_equal(priv_ask(PRIV_CONTAINER, wish_for, &promisc), 0);
	assert_true(promiscuity_becomes(before + 1));
	for (i = 0; i < ARRAY_SIZE(others); i++)
		send_from_the_wire(others[i]);
	assert_int_equal(priv_ask(PRIV_CONTAINER, heard_frames, NULL), 0);
	send_from_the_wire(mac_own);
	assert_int_equal(priv_ask(PRIV_CONTAINER, heard_frames, NULL), 1);
	priv_ask(PRIV_CONTAINER, wish_for_nothing, NULL);
	assert_true(promiscuity_becomes(before));
}

/* Each entry of a queue is a frame in the host's memory. */
static void length_of_queues(void **state)
{
	static const struct row rows[] = {
		{ "shorter", C, OWNT, "^ 13 u32:10", "OK" },
		{ "as long as anybody may", C, OWNT, "^ 13 u32:1000", "OK" },
		{ "longer", C, OWNT, "^ 13 u32:1001", "EPERM" },
		{ "much longer", C, OWNT, "^ 13 u32:500000", "EPERM ERANGE" },
	};

	(void)state;
	check_rows(rows, ARRAY_SIZE(rows));
}

#define TIMES 10

/* How long that many of them take, in microseconds. */
static long time_tiny(const uint8_t *dst)
{
	struct frame f = {
		.dst = dst, .src = mac_sibt, .tcp = true, .partial = true, .sport = 1000,
		.dport = 2000, .seq = 1, .payload = 60000,
	};
	static uint8_t buf[FRAME_MAX];
	int i, fd = tap_open_devnum(facts->sibt_dev, O_RDWR);
	ssize_t n = (ssize_t)frame_build(buf, &f);
	struct virtio_net_hdr h = { 0 };
	struct timespec begin, end;

	assert_true(fd >= 0);
	frame_vnet(&f, 1, &h);
	clock_gettime(CLOCK_MONOTONIC, &begin);
	for (i = 0; i < TIMES; i++)
		assert_int_equal(tap_send(fd, &h, buf, n), n + VNET_HLEN);
	clock_gettime(CLOCK_MONOTONIC, &end);
	close(fd);
	return (end.tv_sec - begin.tv_sec) * 1000000 + (end.tv_nsec - begin.tv_nsec) / 1000;
}

/*
 * To remember a frame for a group is not to cut it into 60000 pieces. Without
 * that it takes as long as to one station; with it a hundred times that.
 */
static void a_frame_of_tiny_segments(void **state)
{
	static const uint8_t group[6] = { 1, 0, 0x5e, 0, 0, 1 };
	long one = time_tiny(mac_wire), all = time_tiny(group);

	(void)state;
	ktap_say("%d frames of 60000 segments each: to one station %ld us, to a group %ld us",
		 TIMES, one, all);
	assert_true(all < 20 * one + 20000);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses_are_bounded),
		cmocka_unit_test(odd_addresses),
		cmocka_unit_test(groups_go_with_their_member),
		cmocka_unit_test(promiscuous_mode),
		cmocka_unit_test(length_of_queues),
		cmocka_unit_test(a_frame_of_tiny_segments),
	};
	const char *why;
	int ret;

	if (netcfg_in_tree())
		return ktap_skip_all("in-tree macvlan has no spoofcheck");
	if (priv_create(&why))
		return why ? ktap_skip_all("%s", why) : KTAP_FAIL;
	ret = ktap_run(tests, ARRAY_SIZE(tests));
	say_attempts();
	return ret;
}
