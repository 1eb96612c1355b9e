// SPDX-License-Identifier: GPL-2.0
/*
 * Unloading the module. An open queue pins it, be it held by a program or by
 * vhost; links alone do not: they go with the module.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "ktap.h"
#include "netcfg.h"
#include "vhostbed.h"

#define MODERN (VDRV_VERSION_1 | VDRV_MRG_RXBUF)

/* The module has the name of its kind, in the tree and here. */
static int unload(void)
{
	return syscall(SYS_delete_module, netcfg_tap_kind(), O_NONBLOCK) ? -errno : 0;
}

static void load(void)
{
	char cmd[64];

	snprintf(cmd, sizeof(cmd), "modprobe %s", netcfg_tap_kind());
	assert_int_equal(system(cmd), 0);
}

static void rmmod_says_in_use(void)
{
	char cmd[80];

	snprintf(cmd, sizeof(cmd), "rmmod %s 2>&1 | grep -q 'in use'", netcfg_tap_kind());
	assert_int_equal(system(cmd), 0);
}

static bool there(const char *fmt, const char *arg)
{
	struct stat st;
	char path[128];

	snprintf(path, sizeof(path), fmt, arg);
	return !lstat(path, &st);
}

static bool in_proc_devices(const char *name)
{
	char line[128], word[64];
	bool found = false;
	FILE *f = fopen("/proc/devices", "re");

	assert_non_null(f);
	while (fgets(line, sizeof(line), f))
		found |= sscanf(line, "%*u %63s", word) == 1 && !strcmp(word, name);
	fclose(f);
	return found;
}

static void expect_unloaded(const char *node_a, const char *node_b)
{
	const char *kind = netcfg_tap_kind();

	assert_int_equal(unload(), 0);
	assert_int_equal(if_nametoindex(BED_A), 0);
	assert_int_equal(if_nametoindex(BED_B), 0);
	assert_int_not_equal(if_nametoindex(BED_LOWER), 0);
	assert_false(there("/dev/%s", node_a));
	assert_false(there("/dev/%s", node_b));
	assert_false(there("/sys/class/%s", kind));
	assert_false(there("/sys/module/%s", kind));
	assert_false(in_proc_devices(kind));
}

/* The lower device has its frames to itself again. */
static void expect_lower_works(void)
{
	int lower = wire_open(BED_LOWER);
	uint8_t buf[256];
	size_t len = probe_build(buf, mac_a, mac_wire, 3);
	ssize_t n;

	assert_true(lower >= 0);
	assert_int_equal(wire_send(wire, NULL, buf, len), len + VNET_HLEN);
	n = wire_recv(lower, NULL, buf, sizeof(buf), ARRIVE_MS);
	assert_true(n > 0 && probe_is(buf, n, 3));
	close(lower);
}

static void refused_while_guests_run(void **state)
{
	struct pump p;
	int i;

	(void)state;
	start_both(MODERN);
	pump_start(&p, &drv_a, &drv_b, mac_b, mac_a);
	for (i = 0; i < 5; i++) {
		assert_int_equal(unload(), -EWOULDBLOCK);
		ktap_assert(pump_runs(&p, 2), "traffic stopped after attempt %d", i);
	}
	rmmod_says_in_use();
	assert_true(pump_stop(&p));
	flow(&drv_b, &drv_a, mac_a, mac_b, 1, 100);
}

static void refused_by_each_holder(void **state)
{
	(void)state;
	/* One plain descriptor. */
	close(tap_b);
	tap_b = -1;
	assert_int_equal(unload(), -EWOULDBLOCK);
	/* Only vhost holds the queue. */
	start(&drv_a, tap_a, &(struct vdrv_config){
		.want = MODERN, .ring = RING, .rx_buf = SMALL_BUF, .tx_buf = SMALL_BUF });
	close(tap_a);
	tap_a = -1;
	assert_int_equal(unload(), -EWOULDBLOCK);
	/* The queue of a link that is no more. */
	bed_del_links(state);
	assert_int_equal(unload(), -EWOULDBLOCK);
	vdrv_close(&drv_a);
	assert_int_equal(unload(), 0);
	load();
}

static void goes_with_its_links(void **state)
{
	char node_a[32], node_b[32];
	const char *kind = netcfg_tap_kind();

	tap_node_name(BED_A, node_a, sizeof(node_a));
	tap_node_name(BED_B, node_b, sizeof(node_b));
	assert_true(there("/dev/%s", node_a) && there("/dev/%s", node_b));
	assert_true(there("/sys/class/%s", kind) && in_proc_devices(kind));
	close(tap_a);
	close(tap_b);
	tap_a = tap_b = -1;
	expect_unloaded(node_a, node_b);
	expect_lower_works();

	/* And comes back as new. */
	load();
	assert_int_equal(bed_add_links(state), 0);
	tap_a = tap_open(BED_A, O_RDWR | O_NONBLOCK);
	tap_b = tap_open(BED_B, O_RDWR | O_NONBLOCK);
	start_both(MODERN);
	flow(&drv_a, &drv_b, mac_b, mac_a, 1, 100);
}

static void *read_one(void *arg)
{
	uint8_t buf[256];

	return (void *)read(*(int *)arg, buf, sizeof(buf));
}

/* A reader whom the removal of the link woke leaves nothing behind. */
static void goes_after_hangup(void **state)
{
	int fd = tap_open(BED_B, O_RDWR);
	pthread_t thread;

	if (netcfg_in_tree())
		ktap_skip("in-tree macvtap does not wake the reader");
	assert_true(fd >= 0);
	close(tap_a);
	close(tap_b);
	tap_a = tap_b = -1;
	assert_int_equal(pthread_create(&thread, NULL, read_one, &fd), 0);
	bed_del_links(state);
	pthread_join(thread, NULL);
	assert_int_equal(unload(), -EWOULDBLOCK);
	close(fd);
	assert_int_equal(unload(), 0);
	load();
}

static atomic_bool stop;

/* Unicast to both links and broadcast, without pause but with room for others. */
static void *flood(void *arg)
{
	static const uint8_t *const to[] = { mac_a, mac_b, mac_broadcast };
	uint8_t buf[256];
	unsigned int i;

	(void)arg;
	for (i = 0; !stop; i++) {
		wire_send(wire, NULL, buf, probe_build(buf, to[i % 3], mac_wire, i));
		if (i % 32 == 31)
			usleep(200);
	}
	return NULL;
}

static void goes_under_traffic(void **state)
{
	pthread_t thread;
	int i, ret = 0;

	close(tap_a);
	close(tap_b);
	tap_a = tap_b = -1;
	stop = false;
	assert_int_equal(pthread_create(&thread, NULL, flood, NULL), 0);
	for (i = 0; i < 3 && !ret; i++) {
		ret = unload();
		load();
		ret = ret ? ret : bed_add_links(state);
	}
	stop = true;
	pthread_join(thread, NULL);
	assert_int_equal(ret, 0);
}

#define T(f) cmocka_unit_test_setup_teardown(f, vhost_setup, vhost_teardown)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		T(refused_while_guests_run), T(refused_by_each_holder),
		T(goes_with_its_links), T(goes_after_hangup), T(goes_under_traffic),
	};

	if (vhost_create())
		return KTAP_FAIL;
	return ktap_run(tests, ARRAY_SIZE(tests));
}
