// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include "target.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cov.h"
#include "ops.h"
#include "watch.h"
#include "world.h"

/* Longer inputs only repeat themselves. */
#define MAX_OPS 24

struct target {
	const char *name;
	bool furnished;		/* starts with links in every mode */
	/* some more than once: more often chosen */
	void (*ops[40])(struct stream *s);
};

static const struct target targets[] = {
	{ "netlink", false, {
		op_link_new, op_link_new, op_link_new, op_link_new, op_link_change,
		op_link_change, op_link_change, op_link_set, op_link_set, op_link_del,
		op_link_get, op_link_stats, op_link_move, op_link_raw, op_fdb, op_fdb,
		op_fdb_dump, op_lower_set, op_lower_away, op_lower_del, op_ethtool, op_tstamp,
		op_group, op_upper, op_privilege, op_fail, op_nic_fail, op_offload, op_ethtool,
		op_tstamp, op_tap_open, op_link_send, op_wire,
	} },
	{ "tap", true, {
		op_tap_open, op_tap_open, op_tap_close, op_tap_ioctl, op_tap_ioctl, op_tap_ioctl,
		op_tap_ioctl_raw, op_tap_queue, op_tap_write, op_tap_write, op_tap_write,
		op_tap_read, op_tap_poll, op_wire, op_link_send, op_link_change, op_link_set,
		op_link_stats, op_link_del, op_link_move, op_privilege, op_fail, op_ethtool,
		op_burst,
	} },
	{ "vhost", true, {
		op_vhost_start, op_vhost_start, op_vhost_stop, op_vhost_tx, op_vhost_tx,
		op_vhost_rx, op_vhost_rx, op_vhost_desc, op_vhost_desc, op_vhost_desc,
		op_vhost_ring, op_vhost_ring, op_vhost_kick, op_vhost_ioctl, op_vhost_memory,
		op_vhost_scribble, op_vhost_backend, op_tap_open, op_link_del, op_link_set,
	} },
	{ "wire", true, {
		op_wire, op_wire, op_wire, op_wire, op_wire_raw, op_burst, op_host_send,
		op_host_send, op_link_send, op_link_send, op_tap_open, op_tap_ioctl, op_tap_read,
		op_link_change, op_lower_set, op_group, op_fail, op_ethtool, op_tstamp, op_fdb,
		op_upper,
	} },
};

#define N_TARGETS (sizeof(targets) / sizeof(targets[0]))

static const struct target *target;
static unsigned int n_ops;
static bool dirty = true;	/* the links are not what an input should find */

int target_choose(const char *name)
{
	size_t i;

	for (i = 0; i < N_TARGETS; i++) {
		if (strcmp(targets[i].name, name))
			continue;
		target = &targets[i];
		for (n_ops = 0; target->ops[n_ops];)
			n_ops++;
		dirty = true;
		return 1;
	}
	return 0;
}

static void save_coverage(void)
{
	const char *path = getenv("MVTAP_FUZZ_COVERAGE");

	if (path)
		cov_save(path);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	const char *name = getenv("MVTAP_FUZZ_TARGET");

	(void)argc;
	(void)argv;
	if (!target && !target_choose(name ? name : "")) {
		fprintf(stderr, "fuzz: MVTAP_FUZZ_TARGET is none of netlink, tap, vhost, wire\n");
		exit(2);
	}
	watch_open(getenv("MVTAP_FUZZ_LAST"));
	if (!cov_open())
		fprintf(stderr, "fuzz: no KCOV here: blind\n");
	cov_locate();
	world_create();
	cov_trace_me();
	atexit(save_coverage);
	return 0;
}

void target_end(void)
{
	vhost_end();
	world.links_touched = true;
	world_reset();
}

static void no_more_failures(void)
{
	int fd = open("/proc/thread-self/fail-nth", O_WRONLY | O_CLOEXEC);

	world.failing = false;
	/* This may be what fails. */
	if (fd >= 0 && write(fd, "0", 1) != 1 && write(fd, "0", 1) != 1)
		fuzz_die("fail-nth");
	if (fd >= 0)
		close(fd);
	hold_alarm(false);
}

static void run(const uint8_t *data, size_t size)
{
	struct stream s = { .at = data, .left = size };
	unsigned int n;

	for (n = 0; s.left && n < MAX_OPS; n++)
		target->ops[take_u8(&s) % n_ops](&s);
	if (world.failing)
		no_more_failures();
	tap_reset();
	vhost_reset();
	dirty = world.links_touched || world.lower_touched;
	world_reset();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (dirty && target->furnished) {
		world.links_touched = true;
		world_reset();
		world_furnish();
	}
	watch_input(data, size);
	cov_begin();
	run(data, size);
	cov_end();
	if (watch_complaint()) {
		fprintf(stderr, "fuzz: the kernel complained\n");
		save_coverage();
		abort();
	}
	return 0;
}
