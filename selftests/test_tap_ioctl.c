// SPDX-License-Identifier: GPL-2.0
/*
 * The control requests of the character device, good and bad. The expected
 * answers are those of in-tree macvtap, so that QEMU, libvirt and the others
 * find what they know.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include <net/if_arp.h>

#include "ktap.h"
#include "netcfg.h"
#include "tapdev.h"

/* Header fields that the UAPI headers of an older machine do not have yet. */
#ifndef TUN_F_UDP_TUNNEL_GSO
#define TUN_F_UDP_TUNNEL_GSO 0x80
#endif

static int fd_a = -1;

static int setup(void **state)
{
	if (bed_add_links(state))
		return -1;
	fd_a = tap_open(BED_A, O_RDWR | O_NONBLOCK);
	return fd_a < 0 ? -1 : 0;
}

static int teardown(void **state)
{
	close(fd_a);
	return bed_del_links(state);
}

static unsigned int flags_of(int fd)
{
	struct ifreq ifr = { 0 };

	assert_int_equal(tap_ioctl(fd, TUNGETIFF, (unsigned long)&ifr), 0);
	assert_string_equal(ifr.ifr_name, BED_A);
	return (unsigned short)ifr.ifr_flags;
}

static void set_iff(void **state)
{
	static const struct { unsigned int flags; int want; } row[] = {
		{ IFF_TAP | IFF_NO_PI, 0 },
		{ IFF_TAP | IFF_NO_PI | IFF_VNET_HDR, 0 },
		{ IFF_TAP | IFF_NO_PI | IFF_MULTI_QUEUE, 0 },
		{ IFF_TAP | IFF_NO_PI | IFF_VNET_HDR | IFF_MULTI_QUEUE, 0 },
		{ 0, -EINVAL },
		{ IFF_TAP, -EINVAL },
		{ IFF_NO_PI, -EINVAL },
		{ IFF_TUN | IFF_NO_PI, -EINVAL },
		{ IFF_TAP | IFF_VNET_HDR, -EINVAL },
		{ IFF_TAP | IFF_NO_PI | IFF_ONE_QUEUE, -EINVAL },
		{ IFF_TAP | IFF_NO_PI | IFF_NAPI, -EINVAL },
		{ IFF_TAP | IFF_NO_PI | IFF_PERSIST, -EINVAL },
	};
	unsigned int now = IFF_TAP | IFF_NO_PI | IFF_VNET_HDR;
	size_t i;
	int ret;

	(void)state;
	/* A client that was handed the descriptor relies on these. */
	assert_int_equal(flags_of(fd_a), now);
	for (i = 0; i < ARRAY_SIZE(row); i++) {
		ret = tap_set_iff(fd_a, row[i].flags);
		ktap_assert(ret == row[i].want, "flags %#x: %d", row[i].flags, ret);
		if (!ret)
			now = row[i].flags;
		assert_int_equal(flags_of(fd_a), now);
	}
	assert_int_equal(tap_ioctl(fd_a, TUNSETIFF, 1), -EFAULT);
	assert_int_equal(tap_ioctl(fd_a, TUNGETIFF, 1), -EFAULT);
}

static void get_features(void **state)
{
	(void)state;
	assert_int_equal(tap_get_int(fd_a, TUNGETFEATURES),
			 IFF_TAP | IFF_NO_PI | IFF_VNET_HDR | IFF_MULTI_QUEUE);
	assert_int_equal(tap_ioctl(fd_a, TUNGETFEATURES, 1), -EFAULT);
}

static void header_size(void **state)
{
	static const struct { int size, want; } row[] = {
		{ 10, 0 }, { 12, 0 }, { 20, 0 }, { 4096, 0 }, { INT_MAX, 0 },
		{ 9, -EINVAL }, { 0, -EINVAL }, { -1, -EINVAL }, { INT_MIN, -EINVAL },
	};
	int now = 10, ret;
	size_t i;

	(void)state;
	assert_int_equal(tap_get_int(fd_a, TUNGETVNETHDRSZ), now);
	for (i = 0; i < ARRAY_SIZE(row); i++) {
		ret = tap_set_int(fd_a, TUNSETVNETHDRSZ, row[i].size);
		ktap_assert(ret == row[i].want, "size %d: %d", row[i].size, ret);
		if (!ret)
			now = row[i].size;
		assert_int_equal(tap_get_int(fd_a, TUNGETVNETHDRSZ), now);
	}
	assert_int_equal(tap_ioctl(fd_a, TUNSETVNETHDRSZ, 1), -EFAULT);
	assert_int_equal(tap_ioctl(fd_a, TUNGETVNETHDRSZ, 1), -EFAULT);
}

static void offloads(void **state)
{
	/* UDP segmentation came with 6.2. */
	int uso = kernel_version() >= KVER(6, 2) ? 0 : -EINVAL;
	const struct { unsigned long bits; int want; } row[] = {
		{ 0, 0 },
		{ TUN_F_CSUM, 0 },
		{ TUN_F_CSUM | TUN_F_TSO4, 0 },
		{ TUN_F_CSUM | TUN_F_TSO6, 0 },
		{ TUN_F_CSUM | TUN_F_TSO4 | TUN_F_TSO6 | TUN_F_TSO_ECN, 0 },
		{ TUN_F_CSUM | TUN_F_UFO, 0 },
		{ TUN_F_TSO4, 0 },
		{ TUN_F_CSUM | TUN_F_USO4 | TUN_F_USO6, uso },
		{ TUN_F_CSUM | TUN_F_USO4, uso },
		{ TUN_F_CSUM | TUN_F_UDP_TUNNEL_GSO, -EINVAL },
		{ 1u << 16, -EINVAL },
		{ ~0ul, -EINVAL },
	};
	size_t i;
	int ret;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(row); i++) {
		ret = tap_ioctl(fd_a, TUNSETOFFLOAD, row[i].bits);
		ktap_assert(ret == row[i].want, "offloads %#lx: %d", row[i].bits, ret);
	}
}

static void send_buffer(void **state)
{
	static const struct { int size, want; } row[] = {
		{ INT_MAX, 0 }, { 1, 0 }, { 0, -EINVAL }, { -1, -EINVAL }, { INT_MIN, -EINVAL },
	};
	size_t i;
	int ret;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(row); i++) {
		ret = tap_set_int(fd_a, TUNSETSNDBUF, row[i].size);
		ktap_assert(ret == row[i].want, "size %d: %d", row[i].size, ret);
	}
	/* The last good one is in force: no room for a frame. */
	assert_int_equal(tap_poll(fd_a, POLLOUT, 0), 0);
	assert_int_equal(tap_set_int(fd_a, TUNSETSNDBUF, INT_MAX), 0);
	assert_int_equal(tap_poll(fd_a, POLLOUT, 0), POLLOUT);
	assert_int_equal(tap_ioctl(fd_a, TUNSETSNDBUF, 1), -EFAULT);
}

static void queue_state(void **state)
{
	struct ifreq none = { 0 };

	(void)state;
	assert_int_equal(tap_queue_attach(fd_a, true), -EINVAL);	/* it is */
	assert_int_equal(tap_queue_attach(fd_a, false), 0);
	assert_int_equal(tap_queue_attach(fd_a, false), -EINVAL);
	assert_int_equal(tap_queue_attach(fd_a, true), 0);
	assert_int_equal(tap_ioctl(fd_a, TUNSETQUEUE, (unsigned long)&none), -EINVAL);
	assert_int_equal(tap_ioctl(fd_a, TUNSETQUEUE, 1), -EFAULT);
}

static void byte_order(void **state)
{
	(void)state;
	assert_int_equal(tap_get_int(fd_a, TUNGETVNETLE), 0);
	assert_int_equal(tap_set_int(fd_a, TUNSETVNETLE, 5), 0);
	assert_int_equal(tap_get_int(fd_a, TUNGETVNETLE), 1);
	assert_int_equal(tap_set_int(fd_a, TUNSETVNETLE, 0), 0);
	assert_int_equal(tap_get_int(fd_a, TUNGETVNETLE), 0);
	/* Needs CONFIG_TUN_VNET_CROSS_LE, which stock kernels do not have. */
	assert_int_equal(tap_get_int(fd_a, TUNGETVNETBE), -EINVAL);
	assert_int_equal(tap_set_int(fd_a, TUNSETVNETBE, 1), -EINVAL);
	assert_int_equal(tap_ioctl(fd_a, TUNSETVNETLE, 1), -EFAULT);
}

static int set_mac(const uint8_t *mac, unsigned short family)
{
	struct ifreq ifr = { .ifr_hwaddr.sa_family = family };

	memcpy(ifr.ifr_hwaddr.sa_data, mac, 6);
	return tap_ioctl(fd_a, SIOCSIFHWADDR, (unsigned long)&ifr);
}

static void expect_mac(const uint8_t *mac)
{
	struct ifreq ifr = { 0 };
	uint8_t link[6];

	assert_int_equal(tap_ioctl(fd_a, SIOCGIFHWADDR, (unsigned long)&ifr), 0);
	assert_string_equal(ifr.ifr_name, BED_A);
	assert_int_equal(ifr.ifr_hwaddr.sa_family, ARPHRD_ETHER);
	assert_memory_equal(ifr.ifr_hwaddr.sa_data, mac, 6);
	assert_int_equal(link_get_mac(BED_A, link), 0);
	assert_memory_equal(link, mac, 6);
}

static void hardware_address(void **state)
{
	static const uint8_t other[6] = { 2, 0, 0, 0, 0x55, 1 };
	static const uint8_t group[6] = { 3, 0, 0, 0, 0, 1 }, zero[6];

	(void)state;
	expect_mac(mac_a);
	assert_int_equal(set_mac(other, ARPHRD_ETHER), 0);
	expect_mac(other);
	assert_int_equal(set_mac(group, ARPHRD_ETHER), -EADDRNOTAVAIL);
	assert_int_equal(set_mac(zero, ARPHRD_ETHER), -EADDRNOTAVAIL);
	assert_int_equal(set_mac(mac_b, ARPHRD_ETHER), -EADDRINUSE);
	assert_int_equal(set_mac(mac_a, ARPHRD_LOOPBACK), -EINVAL);
	expect_mac(other);
	assert_int_equal(tap_ioctl(fd_a, SIOCGIFHWADDR, 1), -EFAULT);
	assert_int_equal(tap_ioctl(fd_a, SIOCSIFHWADDR, 1), -EFAULT);
}

/* The guest's new address is the one that gets its frames. */
static void new_address_receives(void **state)
{
	static const uint8_t other[6] = { 2, 0, 0, 0, 0x55, 1 };
	int fd_b = tap_open(BED_B, O_RDWR);
	uint8_t out[256], in[256];
	ssize_t n;

	(void)state;
	assert_int_equal(set_mac(other, ARPHRD_ETHER), 0);
	n = (ssize_t)probe_build(out, mac_a, mac_b, 1);
	assert_true(tap_send(fd_b, NULL, out, n) > 0);
	n = (ssize_t)probe_build(out, other, mac_b, 2);
	assert_true(tap_send(fd_b, NULL, out, n) > 0);
	n = tap_recv(fd_a, NULL, in, sizeof(in), ARRIVE_MS);
	assert_true(n > 0 && probe_is(in, n, 2));
	assert_true(tap_quiet(fd_a));
	close(fd_b);
}

static void unknown_requests(void **state)
{
	static const unsigned long cmd[] = {
		TUNSETPERSIST, TUNSETOWNER, TUNSETGROUP, TUNSETLINK, TUNGETSNDBUF,
		TUNATTACHFILTER, TUNSETSTEERINGEBPF, TUNSETCARRIER, TUNSETNOCSUM, 0, ~0ul,
	};
	int value = 0;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(cmd); i++)
		ktap_assert(tap_ioctl(fd_a, cmd[i], (unsigned long)&value) == -EINVAL,
			    "request %#lx is not refused", cmd[i]);
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		T(set_iff), T(get_features), T(header_size), T(offloads), T(send_buffer),
		T(queue_state), T(byte_order), T(hardware_address), T(new_address_receives),
		T(unknown_requests),
	};

	if (bed_create())
		return KTAP_FAIL;
	return ktap_run(tests, ARRAY_SIZE(tests));
}
