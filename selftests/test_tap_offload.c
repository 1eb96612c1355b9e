// SPDX-License-Identifier: GPL-2.0
/*
 * Segmentation, checksums and VLAN tags: what one side hands over in one piece
 * reaches the other as it declared with TUNSETOFFLOAD, whole with the right
 * header or in segments with good checksums.
 *
 *	beda --.
 *	       +-- bedl ===veth=== bedw (packet socket)
 *	bedb --'
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "ktap.h"
#include "netcfg.h"
#include "tapdev.h"

#define MSS 1000
#define ALL_TSO (TUN_F_CSUM | TUN_F_TSO4 | TUN_F_TSO6 | TUN_F_TSO_ECN)
#define ALL_USO (TUN_F_CSUM | TUN_F_USO4 | TUN_F_USO6)

static uint8_t buf[FRAME_MAX], got[FRAME_MAX];

static struct frame make(bool tcp, bool v6, size_t payload)
{
	struct frame f = {
		.dst = mac_b, .src = mac_a, .tcp = tcp, .v6 = v6, .partial = true,
		.sport = 100, .dport = 200, .seq = 5000, .payload = payload,
	};

	return f;
}

static void send_by(int fd, const struct frame *f, uint16_t gso)
{
	struct virtio_net_hdr h;
	size_t len = frame_build(buf, f);
	ssize_t n;

	frame_vnet(f, gso, &h);
	n = tap_send(fd, &h, buf, len);
	ktap_assert(n == (ssize_t)(len + VNET_HLEN), "send: %s", strerror((int)-n));
}

typedef ssize_t receive_t(int fd, struct virtio_net_hdr *h, void *frame, size_t cap, int ms);

/* The frame as sent: same bytes, same header. */
static void expect_whole_by(receive_t *receive, int fd, const struct frame *f, uint16_t gso)
{
	struct virtio_net_hdr h, want;
	size_t len = frame_build(buf, f);
	ssize_t n = receive(fd, &h, got, sizeof(got), ARRIVE_MS);

	frame_vnet(f, gso, &want);
	ktap_assert(n == (ssize_t)len, "%zd bytes of %zu", n, len);
	assert_memory_equal(got, buf, len);
	ktap_note("type %u size %u flags %u start %u offset %u hdr_len %u", h.gso_type,
		  h.gso_size, h.flags, h.csum_start, h.csum_offset, h.hdr_len);
	assert_int_equal(h.gso_type, want.gso_type);
	assert_int_equal(h.gso_size, want.gso_size);
	assert_int_equal(h.flags, want.flags);
	assert_int_equal(h.csum_start, want.csum_start);
	assert_int_equal(h.csum_offset, want.csum_offset);
	/* A hint that covers the protocol headers; the kernel leaves out the tag. */
	if (gso)
		assert_in_range(h.hdr_len, want.hdr_len - (f->vlan ? 4 : 0), len);
}

static void expect_whole(const struct frame *f, uint16_t gso)
{
	expect_whole_by(tap_recv, bed_b, f, gso);
	assert_true(tap_quiet(bed_b));
}

/* One segment, @off bytes into the payload; its length is returned. */
static size_t check_segment(const struct frame *f, size_t len, size_t off, bool checksummed)
{
	struct frame_view v;

	ktap_assert(frame_parse(got, len, &v), "not the frame we sent");
	assert_int_equal(v.vlan, f->vlan);
	assert_int_equal(v.sport, f->sport);
	assert_int_equal(v.dport, f->dport);
	assert_int_equal(v.tcp, f->tcp);
	if (f->tcp)
		assert_int_equal(v.seq, f->seq + off);
	if (checksummed)
		ktap_assert(frame_checksum_ok(got, len), "bad checksum at %zu", off);
	assert_true(v.end - v.data <= MSS);
	assert_true(pattern_ok(got + v.data, v.end - v.data, f->seq, off));
	return v.end - v.data;
}

/* The payload in pieces of MSS, each with its checksum done or left to us. */
static void expect_segments_by(receive_t *receive, int fd, const struct frame *f,
			       bool checksummed)
{
	struct virtio_net_hdr h;
	size_t off = 0, pieces = 0;
	ssize_t n;

	while (off < f->payload) {
		n = receive(fd, &h, got, sizeof(got), ARRIVE_MS);
		ktap_assert(n > 0, "only %zu bytes in %zu segments", off, pieces);
		assert_int_equal(h.gso_type, VIRTIO_NET_HDR_GSO_NONE);
		assert_int_equal(h.flags & VIRTIO_NET_HDR_F_NEEDS_CSUM,
				 checksummed ? 0 : VIRTIO_NET_HDR_F_NEEDS_CSUM);
		off += check_segment(f, n, off, checksummed);
		pieces++;
	}
	assert_int_equal(pieces, (f->payload + MSS - 1) / MSS);
}

static void expect_segments(const struct frame *f, bool checksummed)
{
	expect_segments_by(tap_recv, bed_b, f, checksummed);
	assert_true(tap_quiet(bed_b));
}

static void offload_b(unsigned long bits)
{
	assert_int_equal(tap_ioctl(bed_b, TUNSETOFFLOAD, bits), 0);
}

/* Receiver that knows nothing, checksums, TSO of one kind, all. */
static void tso(bool v6)
{
	struct frame f = make(true, v6, 10 * MSS + 123);
	unsigned long own = v6 ? TUN_F_TSO6 : TUN_F_TSO4;
	unsigned long other = v6 ? TUN_F_TSO4 : TUN_F_TSO6;

	send_by(bed_a, &f, MSS);
	expect_whole(&f, MSS);		/* the default, before any request */
	offload_b(0);
	send_by(bed_a, &f, MSS);
	expect_segments(&f, true);
	offload_b(TUN_F_CSUM);
	send_by(bed_a, &f, MSS);
	expect_segments(&f, false);
	offload_b(TUN_F_CSUM | other);
	send_by(bed_a, &f, MSS);
	expect_segments(&f, false);
	offload_b(TUN_F_CSUM | own);
	send_by(bed_a, &f, MSS);
	expect_whole(&f, MSS);
	offload_b(own);			/* worth nothing without checksums */
	send_by(bed_a, &f, MSS);
	expect_segments(&f, true);
	offload_b(ALL_TSO);
	send_by(bed_a, &f, MSS);
	expect_whole(&f, MSS);
}

/* More segments than are ever cut: who takes them whole, gets them. */
static void tso_tiny_segments(void **state)
{
	struct frame f = make(true, false, 40000);

	(void)state;
	offload_b(ALL_TSO);
	send_by(bed_a, &f, 20);
	expect_whole(&f, 20);
}

static void tso4(void **state)
{
	(void)state;
	tso(false);
}

static void tso6(void **state)
{
	(void)state;
	tso(true);
}

/* The largest frame that a device takes in one piece by default. */
static void tso_64k(void **state)
{
	struct frame f = make(true, false, 65535 - 54);

	(void)state;
	send_by(bed_a, &f, MSS);
	expect_whole(&f, MSS);
	offload_b(0);
	send_by(bed_a, &f, MSS);
	expect_segments(&f, true);
}

static void uso(void **state)
{
	struct frame f = make(false, false, 10 * MSS + 123);

	(void)state;
	if (kernel_version() < KVER(6, 2))
		ktap_skip("UDP segmentation in the vnet header came with Linux 6.2");
	offload_b(ALL_USO);
	send_by(bed_a, &f, MSS);
	/* The tap core of 6.12 takes the request and forgets it; 7.3 keeps it. */
	if (kernel_version() < KVER(7, 0))
		expect_segments(&f, false);
	else
		expect_whole(&f, MSS);
	offload_b(TUN_F_CSUM | TUN_F_USO4);	/* both or none */
	send_by(bed_a, &f, MSS);
	expect_segments(&f, false);
	offload_b(ALL_TSO);
	send_by(bed_a, &f, MSS);
	expect_segments(&f, false);
	offload_b(0);
	send_by(bed_a, &f, MSS);
	expect_segments(&f, true);
}

/* UFO is accepted and always cut into IP fragments. */
static void ufo(void **state)
{
	struct virtio_net_hdr h = {
		.gso_type = VIRTIO_NET_HDR_GSO_UDP, .gso_size = 1480, .hdr_len = 42,
	};
	struct frame f = make(false, false, 4000);
	struct frame_view v;
	size_t len, l4 = 0;
	int pieces = 0;
	ssize_t n;

	(void)state;
	frame_vnet(&f, 0, &h);
	h.gso_type = VIRTIO_NET_HDR_GSO_UDP;
	h.gso_size = 1480;
	len = frame_build(buf, &f);
	assert_int_equal(tap_send(bed_a, &h, buf, len), len + VNET_HLEN);
	while (l4 < 4008) {
		n = tap_recv(bed_b, &h, got, sizeof(got), ARRIVE_MS);
		ktap_assert(n > 0, "only %zu bytes in %d fragments", l4, pieces);
		assert_int_equal(h.gso_type, VIRTIO_NET_HDR_GSO_NONE);
		assert_true(frame_parse(got, n, &v) && v.fragment);
		l4 += v.end - v.l4;
		pieces++;
	}
	assert_int_equal(l4, 4008);
	assert_int_equal(pieces, 3);
}

static void partial_checksum(void **state)
{
	static const struct { bool tcp, v6; } row[] = {
		{ true, false }, { true, true }, { false, false }, { false, true },
	};
	struct virtio_net_hdr h;
	struct frame f;
	size_t i;
	ssize_t n;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(row); i++) {
		f = make(row[i].tcp, row[i].v6, 500 + i);
		offload_b(TUN_F_CSUM);
		send_by(bed_a, &f, 0);
		expect_whole(&f, 0);
		offload_b(0);
		send_by(bed_a, &f, 0);
		n = tap_recv(bed_b, &h, got, sizeof(got), ARRIVE_MS);
		assert_true(n > 0);
		assert_int_equal(h.flags, 0);
		assert_int_equal(check_segment(&f, n, 0, true), 500 + i);
	}
}

/* A descriptor without vnet headers can be told nothing: all is done for it. */
static void no_header_no_offload(void **state)
{
	struct frame f = make(true, false, 5 * MSS);
	size_t off = 0;
	ssize_t n;

	(void)state;
	offload_b(ALL_TSO);
	assert_int_equal(tap_set_iff(bed_b, IFF_TAP | IFF_NO_PI), 0);
	send_by(bed_a, &f, MSS);
	while (off < f.payload) {
		assert_true(tap_poll(bed_b, POLLIN, ARRIVE_MS) & POLLIN);
		n = read(bed_b, got, sizeof(got));
		assert_true(n > 0);
		off += check_segment(&f, n, off, true);
	}
}

/* Tagged frames keep their tag, and the header's offsets count it. */
static void vlan_between_links(void **state)
{
	struct frame f = make(true, false, 400);

	(void)state;
	f.vlan = 42;
	send_by(bed_a, &f, 0);
	expect_whole(&f, 0);
	f.payload = 5 * MSS;
	send_by(bed_a, &f, MSS);
	expect_whole(&f, MSS);
	offload_b(0);
	send_by(bed_a, &f, MSS);
	expect_segments(&f, true);
}

static void vlan_from_wire(void **state)
{
	struct frame f = make(false, false, 400);

	(void)state;
	f.vlan = 42;
	f.src = mac_wire;
	f.partial = false;
	send_by(bed_wire, &f, 0);
	expect_whole(&f, 0);
}

static void vlan_to_wire(void **state)
{
	struct frame f = make(false, false, 400);

	(void)state;
	f.vlan = 42;
	f.dst = mac_wire;
	f.partial = false;
	send_by(bed_a, &f, 0);
	expect_whole_by(wire_recv, bed_wire, &f, 0);
}

static void tso_to_wire(void **state)
{
	struct frame f = make(true, false, 10 * MSS);

	(void)state;
	f.dst = mac_wire;
	send_by(bed_a, &f, MSS);
	expect_whole_by(wire_recv, bed_wire, &f, MSS);
}

static void tso_from_wire(void **state)
{
	struct frame f = make(true, false, 10 * MSS);

	(void)state;
	f.src = mac_wire;
	send_by(bed_wire, &f, MSS);
	expect_whole(&f, MSS);
	offload_b(0);
	send_by(bed_wire, &f, MSS);
	expect_segments(&f, true);
}

/* A burst of @segments for a full ring of @ring, without a reader: how many are lost. */
static uint64_t lost_of_burst(uint32_t ring, int segments)
{
	struct frame f = make(true, false, segments * MSS);
	struct rtnl_link_stats64 before, after;

	offload_b(0);
	assert_int_equal(link_set_txqlen(BED_B, ring), 0);
	assert_int_equal(link_get_stats(BED_B, &before), 0);
	send_by(bed_a, &f, MSS);
	assert_int_equal(tap_poll(bed_b, POLLIN, ARRIVE_MS), POLLIN);
	usleep(QUIET_MS * 1000);
	assert_int_equal(link_get_stats(BED_B, &after), 0);
	return after.rx_dropped - before.rx_dropped;
}

/* The ring fills in the middle of what is segmented for it: each segment counts. */
static void burst_into_full_ring(void **state)
{
	struct rtnl_link_stats64 after;
	int got_segments = 0;
	uint64_t lost;

	if (netcfg_compare_push()) {
		bed_close(state);
		assert_int_equal(bed_open(state), 0);
		ktap_say("in-tree macvtap, 20 segments for a ring of 4: %llu counted as lost",
			 (unsigned long long)lost_of_burst(4, 20));
		bed_close(state);
		netcfg_compare_pop();
		assert_int_equal(bed_open(state), 0);
	}
	lost = lost_of_burst(4, 20);
	while (tap_recv(bed_b, NULL, got, sizeof(got), QUIET_MS) > 0)
		got_segments++;
	ktap_note("%d segments arrived, %llu are counted as lost", got_segments,
		  (unsigned long long)lost);
	assert_true(got_segments >= 1 && got_segments < 20);
	if (netcfg_in_tree())
		return;
	assert_int_equal(lost, 20 - got_segments);
	/* Losses are no errors. */
	assert_int_equal(link_get_stats(BED_B, &after), 0);
	assert_int_equal(after.rx_errors, 0);
}

#define T(f) cmocka_unit_test_setup_teardown(f, bed_open, bed_close)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		T(tso4), T(tso_tiny_segments), T(tso6), T(tso_64k), T(uso), T(ufo),
		T(partial_checksum), T(no_header_no_offload), T(vlan_between_links),
		T(vlan_from_wire), T(vlan_to_wire), T(tso_to_wire), T(tso_from_wire),
		T(burst_into_full_ring),
	};

	if (bed_create())
		return KTAP_FAIL;
	return ktap_run(tests, ARRAY_SIZE(tests));
}
