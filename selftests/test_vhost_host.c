// SPDX-License-Identifier: GPL-2.0
/*
 * A virtio driver behind vhost-net and the host, by host reach: every frame is
 * compared byte by byte, every vnet header field by field, and the far end of
 * the wire sees nothing but groups.
 *
 *	drv_a -- vhost -- beda (host on) --.
 *	                                   +-- bedl (the host) ===veth=== bedw
 *	drv_b -- vhost -- bedb (host off) -'
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "attrreq.h"
#include "ktap.h"
#include "netcfg.h"
#include "vhostbed.h"

#define MODERN (VDRV_VERSION_1 | VDRV_MRG_RXBUF)
#define MSS 1448
#define BIG_PAYLOAD (65535 - 54)

static const size_t payloads[] = { 18, 22, 23, 100, 1000, 1471, 1472 };
static uint8_t mac_host[6];
static uint8_t out[FRAME_MAX], in[FRAME_MAX];
static int host = -1;

static int set_host(const char *link, const char *on)
{
	static struct attrreq req;
	struct attranswer answer;

	if (attrreq_build(&req, link, netcfg_tap_kind(), 0, on))
		return -EINVAL;
	return attrreq_send(&req, &answer) ? -EIO : -answer.error;
}

/* Behind the rx_handler, as the host's IP is. */
static int host_open(void)
{
	struct sockaddr_ll sll = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(ETH_P_IP),
		.sll_ifindex = (int)if_nametoindex(BED_LOWER),
	};
	int fd = wire_open(BED_LOWER);

	if (fd >= 0 && bind(fd, (struct sockaddr *)&sll, sizeof(sll)))
		return -errno;
	return fd;
}

static int setup(void **state)
{
	if (vhost_setup(state) || link_get_mac(BED_LOWER, mac_host))
		return -1;
	host = host_open();
	return host < 0 || set_host(BED_A, "32 01") ? -1 : 0;
}

static int teardown(void **state)
{
	close(host);
	return vhost_teardown(state);
}

static struct frame tcp(const uint8_t *dst, const uint8_t *src, size_t payload)
{
	struct frame f = udp(dst, src, 4711, payload);

	f.tcp = true;
	f.partial = true;
	return f;
}

static void host_put(const struct frame *f, uint16_t gso)
{
	struct virtio_net_hdr h;
	size_t len = frame_build(out, f);

	frame_vnet(f, gso, &h);
	assert_int_equal(wire_send(host, &h, out, len), len + VNET_HLEN);
}

static void host_expect(const struct frame *f, uint16_t gso)
{
	struct virtio_net_hdr h, want;
	size_t len = frame_build(out, f);
	ssize_t n = wire_recv(host, &h, in, sizeof(in), ARRIVE_MS);

	ktap_assert(n == (ssize_t)len, "frame %u: %zd bytes of %zu", f->seq, n, len);
	ktap_assert(!memcmp(in, out, len), "frame %u: other content", f->seq);
	frame_vnet(f, gso, &want);
	assert_int_equal(h.gso_type, want.gso_type);
	assert_int_equal(h.gso_size, want.gso_size);
	assert_int_equal(h.flags & VIRTIO_NET_HDR_F_NEEDS_CSUM, want.flags);
}

static void both_ways(void)
{
	struct frame f;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(payloads); i++) {
		f = udp(mac_host, mac_a, 10 + i, payloads[i]);
		drv_send(&drv_a, &f, 0);
		host_expect(&f, 0);
		f = udp(mac_a, mac_host, 20 + i, payloads[i]);
		host_put(&f, 0);
		drv_expect(&drv_a, &f, 0);
	}
	assert_true(tap_quiet(wire));
}

static void small_frames(void **state)
{
	(void)state;
	start_both(VDRV_VERSION_1);
	both_ways();
}

static void mergeable(void **state)
{
	(void)state;
	start_both(MODERN | VDRV_EVENT_IDX);
	both_ways();
}

/* 64 KiB in one piece, its checksum left to nobody: it never leaves memory. */
static void big_frames(void **state)
{
	struct vdrv_config c = {
		.want = MODERN, .ring = 64, .rx_buf = 1600, .tx_buf = BIG_BUF, .chain = 4,
	};
	struct frame f;

	(void)state;
	assert_int_equal(tap_ioctl(tap_a, TUNSETOFFLOAD, TUN_F_CSUM | TUN_F_TSO4), 0);
	start(&drv_a, tap_a, &c);
	f = tcp(mac_host, mac_a, BIG_PAYLOAD);
	drv_send(&drv_a, &f, MSS);
	host_expect(&f, MSS);
	f = tcp(mac_a, mac_host, BIG_PAYLOAD);
	host_put(&f, MSS);
	drv_expect(&drv_a, &f, MSS);
	assert_true(tap_quiet(wire));
}

/* A guest that takes neither gets segments with a checksum. */
static void segmented_for_the_guest(void **state)
{
	struct frame f = tcp(mac_a, mac_host, 3 * MSS);
	size_t got = 0;
	ssize_t n;

	(void)state;
	start_both(VDRV_VERSION_1);
	assert_int_equal(tap_ioctl(tap_a, TUNSETOFFLOAD, 0), 0);
	host_put(&f, MSS);
	while (got < 3 * MSS) {
		struct virtio_net_hdr_v1 h;
		struct frame_view v;

		n = vdrv_recv(&drv_a, &h, in, sizeof(in), ARRIVE_MS);
		ktap_assert(n > 0, "segment at %zu: %s", got, strerror((int)-n));
		assert_true(frame_parse(in, n, &v) && frame_checksum_ok(in, n));
		assert_int_equal(h.gso_type, VIRTIO_NET_HDR_GSO_NONE);
		assert_true(pattern_ok(in + v.data, v.end - v.data, f.seq, got));
		got += v.end - v.data;
	}
}

/* A copy for everybody who is in reach, and one for the wire. */
static void groups(void **state)
{
	struct frame f = udp(mac_broadcast, mac_a, 1, 100);

	(void)state;
	start_both(VDRV_VERSION_1);
	drv_send(&drv_a, &f, 0);
	host_expect(&f, 0);
	drv_expect(&drv_b, &f, 0);
	wire_expect(&f, 0);
	f = udp(mac_broadcast, mac_host, 2, 100);
	host_put(&f, 0);
	drv_expect(&drv_a, &f, 0);
	wire_expect(&f, 0);
	assert_true(drv_quiet(&drv_a) && drv_quiet(&drv_b) && tap_quiet(host));
}

static void off_takes_the_wire(void **state)
{
	struct frame f = udp(mac_host, mac_b, 1, 100);

	(void)state;
	start_both(VDRV_VERSION_1);
	drv_send(&drv_b, &f, 0);
	wire_expect(&f, 0);
	f = udp(mac_b, mac_host, 2, 100);
	host_put(&f, 0);
	wire_expect(&f, 0);
	assert_int_equal(set_host(BED_A, "32 00"), 0);
	f = udp(mac_host, mac_a, 3, 100);
	drv_send(&drv_a, &f, 0);
	wire_expect(&f, 0);
	assert_true(drv_quiet(&drv_b) && tap_quiet(host));
}

/* The link goes while both send. */
static void link_removed_under_traffic(void **state)
{
	struct frame f = udp(mac_a, mac_host, 1, 100);
	struct virtio_net_hdr h = { 0 };
	struct pump p;
	size_t len;
	int i;

	(void)state;
	start_both(MODERN);
	pump_start(&p, &drv_a, NULL, mac_host, mac_a);
	len = frame_build(out, &f);
	for (i = 0; i < 200; i++)
		wire_send(host, &h, out, len);
	assert_int_equal(link_del(BED_A), 0);
	for (i = 0; i < 20; i++)
		wire_send(host, &h, out, len);
	pump_stop(&p);
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		T(small_frames), T(mergeable), T(big_frames), T(segmented_for_the_guest),
		T(groups), T(off_takes_the_wire), T(link_removed_under_traffic),
	};

	if (netcfg_in_tree())
		return ktap_skip_all("in-tree macvtap has no host reach");
	if (vhost_create())
		return KTAP_FAIL;
	return ktap_run(tests, ARRAY_SIZE(tests));
}
