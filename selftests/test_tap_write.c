// SPDX-License-Identifier: GPL-2.0
/*
 * What write(2) answers to every kind of malformed vnet header and frame, and
 * that nothing but a good frame comes out on the other side. The same table
 * holds for in-tree macvtap; where kernels differ, the row says from which to
 * which version it holds.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#include "ktap.h"
#include "netcfg.h"
#include "tapdev.h"

#define NEEDS_CSUM VIRTIO_NET_HDR_F_NEEDS_CSUM
#define TCPV4 VIRTIO_NET_HDR_GSO_TCPV4
#define TCPV6 VIRTIO_NET_HDR_GSO_TCPV6
#define UFO VIRTIO_NET_HDR_GSO_UDP
#define USO VIRTIO_NET_HDR_GSO_UDP_L4
#define ECN VIRTIO_NET_HDR_GSO_ECN

/* Offsets in an untagged IPv4 frame without options. */
#define L4 34
#define TCP_CSUM 16
#define UDP_CSUM 6

static uint8_t frame[1 << 20], got[FRAME_MAX];
static int fd_a = -1, fd_b = -1;

static int setup(void **state)
{
	if (bed_add_links(state))
		return -1;
	fd_a = tap_open(BED_A, O_RDWR | O_NONBLOCK);
	fd_b = tap_open(BED_B, O_RDWR | O_NONBLOCK);
	return fd_a < 0 || fd_b < 0 ? -1 : 0;
}

static int teardown(void **state)
{
	close(fd_a);
	close(fd_b);
	return bed_del_links(state);
}

static bool holds_here(unsigned int from, unsigned int until)
{
	unsigned int here = kernel_version();

	return here >= from && (!until || here < until);
}

/* What is wrong must not disturb what is right, before or after. */
static void expect_still_working(void)
{
	size_t len = probe_build(frame, mac_b, mac_a, 77);
	ssize_t n;

	assert_int_equal(tap_send(fd_a, NULL, frame, len), len + VNET_HLEN);
	n = tap_recv(fd_b, NULL, got, sizeof(got), ARRIVE_MS);
	ktap_assert(n > 0 && probe_is(got, n, 77), "the good frame is lost");
	assert_true(tap_quiet(fd_b));
}

/* Total length of the write, header included. */
static void lengths(void **state)
{
	static const struct {
		size_t len;
		int want;	/* 0: all of it */
		unsigned int from, until;
	} row[] = {
		{ 0, -EINVAL, 0, 0 },
		{ 1, -EINVAL, 0, 0 },
		{ VNET_HLEN - 1, -EINVAL, 0, 0 },
		{ VNET_HLEN, -EINVAL, 0, 0 },
		{ VNET_HLEN + 1, -EINVAL, 0, 0 },
		{ VNET_HLEN + 13, -EINVAL, 0, 0 },
		{ VNET_HLEN + 14, 0, 0, 0 },
		{ VNET_HLEN + 15, 0, 0, 0 },
		{ VNET_HLEN + 60, 0, 0, 0 },
		{ VNET_HLEN + 1514, 0, 0, 0 },
		{ VNET_HLEN + 65535, 0, 0, 0 },
		/* Pages of a frame: single ones before 6.6, larger ones since. */
		{ VNET_HLEN + 100000, -EMSGSIZE, 0, KVER(6, 6) },
		{ VNET_HLEN + 100000, 0, KVER(6, 6), 0 },
		{ VNET_HLEN + 1000000, -EMSGSIZE, 0, KVER(6, 6) },
	};
	size_t i, want;
	ssize_t n;

	(void)state;
	memset(frame, 0, sizeof(frame));
	/* To nobody: the answer is what counts here. */
	memcpy(frame + VNET_HLEN, mac_wire, 6);
	memcpy(frame + VNET_HLEN + 6, mac_a, 6);
	frame[VNET_HLEN + 12] = 0x88;
	frame[VNET_HLEN + 13] = 0xb5;
	for (i = 0; i < ARRAY_SIZE(row); i++) {
		if (!holds_here(row[i].from, row[i].until))
			continue;
		n = write(fd_a, frame, row[i].len);
		if (n < 0)
			n = -errno;
		want = row[i].want ? (size_t)row[i].want : row[i].len;
		ktap_assert(n == (ssize_t)want, "write of %zu: %zd, want %zd",
			    row[i].len, n, (ssize_t)want);
	}
	expect_still_working();
}

/* A vnet header in front of a good frame, and the answer. */
struct vnet_row {
	const char *what;
	uint8_t v6, tcp;
	uint16_t payload;
	struct virtio_net_hdr h;
	int want;		/* 0: accepted */
	unsigned int from, until;
};

static const struct vnet_row vnet_rows[] = {
	{ "all zero", 0, 0, 64, { 0 }, 0, 0, 0 },
	{ "unknown flag bits are ignored", 0, 0, 64, { .flags = 0xf8 }, 0, 0, 0 },
	{ "data valid is a hint", 0, 0, 64, { .flags = VIRTIO_NET_HDR_F_DATA_VALID }, 0, 0, 0 },
	{ "hdr_len is the frame", 0, 0, 64, { .hdr_len = 106 }, 0, 0, 0 },
	{ "hdr_len past the frame", 0, 0, 64, { .hdr_len = 107 }, -EINVAL, 0, 0 },
	{ "hdr_len of all ones", 0, 0, 64, { .hdr_len = 0xffff }, -EINVAL, 0, 0 },
	{ "checksum start past the frame", 0, 0, 64,
	  { .flags = NEEDS_CSUM, .csum_start = 200, .csum_offset = UDP_CSUM }, -EINVAL, 0, 0 },
	{ "checksum start at the end", 0, 0, 64,
	  { .flags = NEEDS_CSUM, .csum_start = 106, .csum_offset = 0 }, -EINVAL, 0, 0 },
	{ "checksum field cut", 0, 0, 64,
	  { .flags = NEEDS_CSUM, .csum_start = L4, .csum_offset = 71 }, -EINVAL, 0, 0 },
	{ "checksum field the last two bytes", 0, 0, 64,
	  { .flags = NEEDS_CSUM, .csum_start = L4, .csum_offset = 70 }, 0, 0, 0 },
	{ "checksum offset past the frame", 0, 0, 64,
	  { .flags = NEEDS_CSUM, .csum_start = L4, .csum_offset = 0xfff0 }, -EINVAL, 0, 0 },
	{ "checksum start and offset that wrap to zero", 0, 0, 64,
	  { .flags = NEEDS_CSUM, .csum_start = 0xffff, .csum_offset = 0xffff }, -EINVAL, 0, 0 },
	{ "checksum start within the first 20 bytes", 0, 0, 64,
	  { .flags = NEEDS_CSUM, .csum_start = 19, .csum_offset = 0 }, -EINVAL, KVER(6, 12), 0 },
	{ "segment type 2", 0, 1, 3000, { .gso_type = 2, .gso_size = 1000 }, -EINVAL, 0, 0 },
	{ "segment type 6", 0, 1, 3000, { .gso_type = 6, .gso_size = 1000 }, -EINVAL, 0, 0 },
	{ "segment type 0x7f", 0, 1, 3000, { .gso_type = 0x7f, .gso_size = 1000 }, -EINVAL, 0, 0 },
	{ "ECN without a type", 0, 1, 3000, { .gso_type = ECN, .gso_size = 1000 }, -EINVAL, 0, 0 },
	{ "TCPv4 with segment size 0", 0, 1, 3000,
	  { NEEDS_CSUM, TCPV4, 54, 0, L4, TCP_CSUM }, -EINVAL, 0, 0 },
	{ "TCPv4 with segment size 0xffff", 0, 1, 3000,
	  { NEEDS_CSUM, TCPV4, 54, 0xffff, L4, TCP_CSUM }, -EINVAL, 0, 0 },
	{ "TCPv4", 0, 1, 3000, { NEEDS_CSUM, TCPV4, 54, 1000, L4, TCP_CSUM }, 0, 0, 0 },
	{ "TCPv4 with ECN", 0, 1, 3000,
	  { NEEDS_CSUM, TCPV4 | ECN, 54, 1000, L4, TCP_CSUM }, 0, 0, 0 },
	{ "TCPv4 without checksum request", 0, 1, 3000, { 0, TCPV4, 54, 1000, 0, 0 }, 0, 0, 0 },
	{ "TCPv4 of less than a segment", 0, 1, 500,
	  { NEEDS_CSUM, TCPV4, 54, 1000, L4, TCP_CSUM }, 0, 0, 0 },
	{ "TCPv4 with UDP's checksum offset", 0, 1, 3000,
	  { NEEDS_CSUM, TCPV4, 54, 1000, L4, UDP_CSUM }, -EINVAL, 0, 0 },
	{ "TCPv4 on a UDP frame", 0, 0, 3000, { 0, TCPV4, 54, 1000, 0, 0 }, -EINVAL, 0, 0 },
	{ "TCPv6 on a UDP frame", 1, 0, 3000, { 0, TCPV6, 74, 1000, 0, 0 }, -EINVAL, 0, 0 },
	{ "TCPv6 on an IPv4 frame", 0, 1, 3000, { 0, TCPV6, 54, 1000, 0, 0 },
	  -EINVAL, KVER(7, 0), 0 },
	{ "TCPv6", 1, 1, 3000, { NEEDS_CSUM, TCPV6, 74, 1000, 54, TCP_CSUM }, 0, 0, 0 },
	{ "UDP fragments on a TCP frame", 0, 1, 3000, { 0, UFO, 42, 1000, 0, 0 }, -EINVAL, 0, 0 },
	{ "UDP segments before 6.2", 0, 0, 3000,
	  { NEEDS_CSUM, USO, 42, 1000, L4, UDP_CSUM }, -EINVAL, 0, KVER(6, 2) },
	{ "UDP segments since 6.2", 0, 0, 3000,
	  { NEEDS_CSUM, USO, 42, 1000, L4, UDP_CSUM }, 0, KVER(6, 2), 0 },
	{ "UDP segments without checksum request", 0, 0, 3000,
	  { 0, USO, 42, 1000, 0, 0 }, -EINVAL, 0, 0 },
	{ "UDP segments with TCP's checksum offset", 0, 0, 3000,
	  { NEEDS_CSUM, USO, 42, 1000, L4, TCP_CSUM }, -EINVAL, 0, 0 },
	{ "more than 128 UDP segments", 0, 0, 3000,
	  { NEEDS_CSUM, USO, 42, 10, L4, UDP_CSUM }, -EINVAL, 0, 0 },
};

static void try_vnet_row(const struct vnet_row *r)
{
	struct frame f = {
		.dst = mac_b, .src = mac_a, .v6 = r->v6, .tcp = r->tcp,
		.partial = r->h.flags & NEEDS_CSUM, .payload = r->payload,
		.sport = 5, .dport = 6,
	};
	size_t len = frame_build(frame, &f);
	ssize_t n = tap_send(fd_a, &r->h, frame, len);
	ssize_t want = r->want ? r->want : (ssize_t)(len + VNET_HLEN);

	ktap_assert(n == want, "%s: %zd, want %zd", r->what, n, want);
	if (r->want) {
		ktap_assert(tap_quiet(fd_b), "%s: refused, but it arrived", r->what);
		return;
	}
	n = tap_recv(fd_b, NULL, got, sizeof(got), ARRIVE_MS);
	ktap_assert(n > 0, "%s: accepted, but lost", r->what);
	while (!tap_quiet(fd_b))
		tap_recv(fd_b, NULL, got, sizeof(got), 0);
}

static void vnet_headers(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(vnet_rows); i++)
		if (holds_here(vnet_rows[i].from, vnet_rows[i].until))
			try_vnet_row(&vnet_rows[i]);
	expect_still_working();
}

/* Every refusal counts as one frame that the link failed to send. */
static void refusals_counted(void **state)
{
	struct virtio_net_hdr bad = { .gso_type = 0x7f, .gso_size = 100 };
	struct rtnl_link_stats64 before, after;
	size_t len = probe_build(frame, mac_b, mac_a, 1);
	int i;

	(void)state;
	assert_int_equal(link_get_stats(BED_A, &before), 0);
	for (i = 0; i < 5; i++)
		assert_int_equal(tap_send(fd_a, &bad, frame, len), -EINVAL);
	assert_int_equal(write(fd_a, frame, 3), -1);
	assert_int_equal(tap_send(fd_a, NULL, frame, len), len + VNET_HLEN);
	assert_int_equal(link_get_stats(BED_A, &after), 0);
	assert_int_equal(after.tx_dropped - before.tx_dropped, 6);
	assert_int_equal(after.tx_packets - before.tx_packets, 1);
}

/* With a longer header only its first 10 bytes mean something. */
static void long_header(void **state)
{
	/* The rest is zeroed since 7.0; before, the reader's memory is left alone. */
	uint8_t fill = kernel_version() >= KVER(7, 0) ? 0 : 0xaa;
	size_t hdr = 64, len = probe_build(frame + hdr, mac_b, mac_a, 8), i;

	(void)state;
	assert_int_equal(tap_set_int(fd_a, TUNSETVNETHDRSZ, hdr), 0);
	assert_int_equal(tap_set_int(fd_b, TUNSETVNETHDRSZ, hdr), 0);
	memset(frame, 0, VNET_HLEN);
	memset(frame + VNET_HLEN, 0xff, hdr - VNET_HLEN);
	assert_int_equal(write(fd_a, frame, hdr - 1), -1);
	assert_int_equal(errno, EINVAL);
	assert_int_equal(write(fd_a, frame, hdr + len), hdr + len);

	assert_int_equal(tap_poll(fd_b, POLLIN, ARRIVE_MS), POLLIN);
	memset(got, 0xaa, sizeof(got));
	assert_int_equal(read(fd_b, got, sizeof(got)), hdr + len);
	assert_true(probe_is(got + hdr, len, 8));
	for (i = 0; i < hdr; i++)
		ktap_assert(got[i] == (i < VNET_HLEN ? 0 : fill), "header byte %zu is %#x",
			    i, got[i]);

	/* A header longer than any write leaves nothing to write. */
	assert_int_equal(tap_set_int(fd_a, TUNSETVNETHDRSZ, INT_MAX), 0);
	assert_int_equal(write(fd_a, frame, sizeof(frame)), -1);
	assert_int_equal(errno, EINVAL);
}

/* Without IFF_VNET_HDR there is no header, in neither direction. */
static void no_header(void **state)
{
	size_t len = probe_build(frame, mac_b, mac_a, 8);

	(void)state;
	assert_int_equal(tap_set_iff(fd_a, IFF_TAP | IFF_NO_PI), 0);
	assert_int_equal(tap_set_iff(fd_b, IFF_TAP | IFF_NO_PI), 0);
	assert_int_equal(write(fd_a, frame, 13), -1);
	assert_int_equal(errno, EINVAL);
	assert_int_equal(write(fd_a, frame, len), len);
	assert_int_equal(tap_poll(fd_b, POLLIN, ARRIVE_MS), POLLIN);
	assert_int_equal(read(fd_b, got, sizeof(got)), len);
	assert_true(probe_is(got, len, 8));
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		T(lengths), T(vnet_headers), T(refusals_counted), T(long_header), T(no_header),
	};

	if (bed_create())
		return KTAP_FAIL;
	return ktap_run(tests, ARRAY_SIZE(tests));
}
