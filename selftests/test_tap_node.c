// SPDX-License-Identifier: GPL-2.0
/*
 * Where the character device shows up, what userspace is told about it, and
 * what an open descriptor does when its link moves or goes away.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <time.h>
#include <unistd.h>

#include <linux/netlink.h>

#include "ktap.h"
#include "netcfg.h"
#include "tapdev.h"

static uint8_t buf[2048], got[2048];

static bool path_exists(const char *fmt, ...)
{
	char path[PATH_MAX];
	struct stat st;
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(path, sizeof(path), fmt, ap);
	va_end(ap);
	return !lstat(path, &st);
}

/* The entries that libvirt, Incus and udev rules look for. */
static void sysfs_entries(void **state)
{
	const char *kind = netcfg_tap_kind();
	char node[32], link[PATH_MAX], want[PATH_MAX], *there;

	(void)state;
	tap_node_name(BED_A, node, sizeof(node));
	assert_true(path_exists("/sys/class/net/%s/%s/dev", BED_A, node));
	assert_true(path_exists("/sys/class/net/%s/%s/%s/dev", BED_A, kind, node));
	assert_true(path_exists("/sys/class/net/%s/%s/%s/uevent", BED_A, kind, node));
	assert_true(path_exists("/sys/class/%s/%s", kind, node));

	snprintf(link, sizeof(link), "/sys/class/net/%s/%s", BED_A, node);
	snprintf(want, sizeof(want), "%s/%s", kind, node);
	there = realpath(link, NULL);
	assert_non_null(there);
	assert_non_null(strstr(there, want));
	free(there);

	assert_int_equal(link_del(BED_A), 0);
	assert_false(path_exists("/sys/class/%s/%s", kind, node));
}

static unsigned int proc_devices_major(const char *name)
{
	unsigned int major, found = 0;
	char line[128], word[64];
	FILE *f = fopen("/proc/devices", "re");

	assert_non_null(f);
	while (fgets(line, sizeof(line), f))
		if (sscanf(line, "%u %63s", &major, word) == 2 && !strcmp(word, name))
			found = major;
	fclose(f);
	return found;
}

static void node_has_device_number(void **state)
{
	char node[32], path[64];
	struct stat st;
	dev_t dev;

	(void)state;
	assert_int_equal(tap_devnum(BED_A, &dev), 0);
	assert_int_equal(major(dev), proc_devices_major(netcfg_tap_kind()));
	tap_node_name(BED_A, node, sizeof(node));
	snprintf(path, sizeof(path), "/dev/%s", node);
	assert_int_equal(stat(path, &st), 0);
	assert_true(S_ISCHR(st.st_mode));
	assert_int_equal(st.st_rdev, dev);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(link_del(BED_A), 0);
	assert_int_equal(stat(path, &st), -1);
	assert_int_equal(errno, ENOENT);
}

static int uevent_socket(void)
{
	struct sockaddr_nl nl = { .nl_family = AF_NETLINK, .nl_groups = 1 };
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_KOBJECT_UEVENT);

	assert_true(fd >= 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&nl, sizeof(nl)), 0);
	return fd;
}

static bool has_line(const char *msg, ssize_t len, const char *want)
{
	const char *p;

	for (p = msg; p < msg + len; p += strlen(p) + 1)
		if (!strcmp(p, want))
			return true;
	return false;
}

/* Wait for the event on our class, then look at what it says of the device. */
static void expect_uevent(int fd, const char *action, const char *node, dev_t dev)
{
	char want[5][64], msg[4096];
	ssize_t n;
	int i;

	snprintf(want[0], sizeof(want[0]), "ACTION=%s", action);
	snprintf(want[1], sizeof(want[1]), "SUBSYSTEM=%s", netcfg_tap_kind());
	snprintf(want[2], sizeof(want[2]), "DEVNAME=%s", node);
	snprintf(want[3], sizeof(want[3]), "MAJOR=%u", major(dev));
	snprintf(want[4], sizeof(want[4]), "MINOR=%u", minor(dev));
	do {
		ktap_assert(tap_poll(fd, POLLIN, ARRIVE_MS), "no event %s", action);
		n = recv(fd, msg, sizeof(msg) - 1, 0);
		assert_true(n > 0);
		msg[n] = '\0';
	} while (!has_line(msg, n, want[0]) || !has_line(msg, n, want[1]));
	for (i = 2; i < 5; i++)
		ktap_assert(has_line(msg, n, want[i]), "event %s lacks %s", action, want[i]);
}

static void uevents(void **state)
{
	int fd = uevent_socket();
	char node[32];
	dev_t dev;

	bed_del_links(state);
	assert_int_equal(bed_add_links(state), 0);
	assert_int_equal(tap_devnum(BED_A, &dev), 0);
	tap_node_name(BED_A, node, sizeof(node));
	expect_uevent(fd, "add", node, dev);
	assert_int_equal(link_del(BED_A), 0);
	expect_uevent(fd, "remove", node, dev);
	close(fd);
}

/* Wait for what the namespace of the lower device is told of a node elsewhere. */
static void expect_far_event(int fd, const char *what, const char *node, dev_t dev)
{
	char want[7][64], msg[4096];
	ssize_t n;
	int i;

	snprintf(want[0], sizeof(want[0]), "MVTAP_ACTION=%s", what);
	snprintf(want[1], sizeof(want[1]), "ACTION=change");
	snprintf(want[2], sizeof(want[2]), "SUBSYSTEM=net");
	snprintf(want[3], sizeof(want[3]), "INTERFACE=%s", BED_LOWER);
	snprintf(want[4], sizeof(want[4]), "MVTAP_NODE=%s", node);
	snprintf(want[5], sizeof(want[5]), "MVTAP_MAJOR=%u", major(dev));
	snprintf(want[6], sizeof(want[6]), "MVTAP_MINOR=%u", minor(dev));
	do {
		ktap_assert(tap_poll(fd, POLLIN, ARRIVE_MS), "no event %s", what);
		n = recv(fd, msg, sizeof(msg) - 1, 0);
		assert_true(n > 0);
		msg[n] = '\0';
	} while (!has_line(msg, n, want[0]));
	for (i = 1; i < 7; i++)
		ktap_assert(has_line(msg, n, want[i]), "event %s lacks %s", what, want[i]);
}

/* Does the namespace of the lower device hear of @node in any way? */
static bool node_heard_of(int fd, const char *node)
{
	char msg[4096];
	bool heard = false;
	ssize_t n;

	while (tap_poll(fd, POLLIN, QUIET_MS)) {
		n = recv(fd, msg, sizeof(msg), 0);
		heard |= n > 0 && memmem(msg, n, node, strlen(node));
	}
	return heard;
}

static void name_in(int netns, char *node, size_t len)
{
	int here = netns_here();

	assert_int_equal(netns_enter(netns), 0);
	tap_node_name(BED_B, node, len);
	assert_int_equal(netns_enter(here), 0);
	close(here);
}

static void delete_in(int netns)
{
	int here = netns_here();

	assert_int_equal(netns_enter(netns), 0);
	assert_int_equal(link_del(BED_B), 0);
	assert_int_equal(netns_enter(here), 0);
	close(here);
}

static void compare_far_events(int there)
{
	char node[32];
	int fd;

	bed_del_links(NULL);
	assert_int_equal(bed_add_links(NULL), 0);
	fd = uevent_socket();
	assert_int_equal(link_set_netns(BED_B, there), 0);
	name_in(there, node, sizeof(node));
	node_heard_of(fd, node);
	delete_in(there);
	ktap_say("in-tree macvtap, a node in a container goes: the host's udev hears %s",
		 node_heard_of(fd, node) ? "of it" : "nothing");
	close(fd);
	bed_del_links(NULL);
}

/* The host's udev, which may own the nodes, is told of those in containers. */
static void uevents_of_containers(void **state)
{
	int here = netns_here(), there = netns_new(), fd;
	char near[32], far[32];
	dev_t dev;

	if (netcfg_compare_push()) {
		compare_far_events(there);
		netcfg_compare_pop();
		bed_del_links(state);
		assert_int_equal(bed_add_links(state), 0);
	}
	if (netcfg_in_tree())
		ktap_skip("in-tree macvtap tells the container only");
	tap_node_name(BED_B, near, sizeof(near));
	assert_int_equal(tap_devnum(BED_B, &dev), 0);
	fd = uevent_socket();
	assert_int_equal(link_set_netns(BED_B, there), 0);
	name_in(there, far, sizeof(far));
	expect_uevent(fd, "remove", near, dev);
	expect_far_event(fd, "add", far, dev);
	delete_in(there);
	expect_far_event(fd, "remove", far, dev);
	close(fd);
	close(there);
	close(here);
}

/* Two links never share a number, and a new one does not inherit an open file. */
static void numbers_are_unique(void **state)
{
	int fd = tap_open(BED_A, O_RDWR);
	struct ifreq ifr = { 0 };
	dev_t a, b;

	assert_true(fd >= 0);
	assert_int_equal(tap_devnum(BED_A, &a), 0);
	assert_int_equal(tap_devnum(BED_B, &b), 0);
	assert_int_not_equal(a, b);
	bed_del_links(state);
	/* Somebody kept the old node. */
	assert_int_equal(tap_open_devnum(a, O_RDWR), -ENODEV);
	assert_int_equal(tap_open_devnum(b, O_RDWR), -ENODEV);
	assert_int_equal(bed_add_links(state), 0);
	assert_int_equal(tap_ioctl(fd, TUNGETIFF, (unsigned long)&ifr), -ENOLINK);
	close(fd);
}

static void expect_send_after_end(int fd, size_t len)
{
	ssize_t want = netcfg_in_tree() ? (ssize_t)(len + VNET_HLEN) : -ENODEV;

	assert_int_equal(tap_send(fd, NULL, buf, len), want);
}

/* What is left of a descriptor when its link is gone. */
static void fd_outlives_link(void **state)
{
	int b = tap_open(BED_B, O_RDWR | O_NONBLOCK);
	int a = tap_open(BED_A, O_RDWR | O_NONBLOCK);
	size_t len = probe_build(buf, mac_b, mac_a, 1);
	struct ifreq ifr = { 0 };
	ssize_t n;

	(void)state;
	assert_int_equal(tap_send(a, NULL, buf, len), len + VNET_HLEN);
	assert_int_equal(tap_poll(b, POLLIN, ARRIVE_MS), POLLIN);
	assert_int_equal(link_del(BED_B), 0);

	if (netcfg_in_tree()) {
		/* What had arrived can be read, then there is nothing more. */
		n = tap_recv(b, NULL, got, sizeof(got), ARRIVE_MS);
		assert_true(n > 0 && probe_is(got, n, 1));
		assert_int_equal(read(b, got, sizeof(got)), -1);
		assert_int_equal(errno, EAGAIN);
	}
	/* In-tree it is taken, and thrown away; test_tap_hangup has more. */
	expect_send_after_end(b, len);

	assert_int_equal(tap_ioctl(b, TUNGETIFF, (unsigned long)&ifr), -ENOLINK);
	assert_int_equal(tap_ioctl(b, TUNSETOFFLOAD, 0), -ENOLINK);
	assert_int_equal(tap_ioctl(b, SIOCGIFHWADDR, (unsigned long)&ifr), -ENOLINK);
	assert_int_equal(tap_ioctl(b, SIOCSIFHWADDR, (unsigned long)&ifr), -ENOLINK);
	assert_int_equal(tap_queue_attach(b, false), -EINVAL);
	assert_int_equal(tap_set_int(b, TUNSETVNETHDRSZ, 12), 0);
	close(b);
	close(a);
}

/* The lower device goes, and its links with it, under an open descriptor. */
static void fd_outlives_lower(void **state)
{
	int a = tap_open(BED_A, O_RDWR | O_NONBLOCK);
	size_t len = probe_build(buf, mac_b, mac_a, 1);
	struct ifreq ifr = { 0 };

	(void)state;
	assert_int_equal(link_del(BED_LOWER), 0);
	assert_int_equal(if_nametoindex(BED_A), 0);
	assert_int_equal(tap_ioctl(a, TUNGETIFF, (unsigned long)&ifr), -ENOLINK);
	expect_send_after_end(a, len);
	close(a);
}

static void expect_b_reaches_a(int b, int a, uint32_t seq)
{
	size_t len = probe_build(buf, mac_a, mac_b, seq);
	ssize_t n;

	assert_int_equal(tap_send(b, NULL, buf, len), len + VNET_HLEN);
	n = tap_recv(a, NULL, got, sizeof(got), ARRIVE_MS);
	ktap_assert(n > 0 && probe_is(got, n, seq), "frame %u is lost", seq);
}

/* Links whose numbers are not the lowest free ones: a new number would differ. */
static void leave_hole_below(void **state)
{
	struct link_spec first = { .name = "bedx", .lower = BED_LOWER };

	bed_del_links(state);
	assert_int_equal(link_add(&first), 0);
	assert_int_equal(bed_add_links(state), 0);
	assert_int_equal(link_del("bedx"), 0);
}

/* A descriptor keeps its queue when the link moves to a container and back. */
static void fd_follows_netns_move(void **state)
{
	int here = netns_here(), there = netns_new(), a, b, fd;
	struct ifreq ifr = { 0 };
	dev_t before, after;

	assert_true(here >= 0 && there >= 0);
	leave_hole_below(state);
	a = tap_open(BED_A, O_RDWR | O_NONBLOCK);
	b = tap_open(BED_B, O_RDWR | O_NONBLOCK);
	assert_int_equal(tap_devnum(BED_B, &before), 0);
	expect_b_reaches_a(b, a, 1);
	assert_int_equal(link_set_netns(BED_B, there), 0);
	assert_int_equal(if_nametoindex(BED_B), 0);

	assert_int_equal(netns_enter(there), 0);
	assert_int_equal(sysfs_push(), 0);
	assert_int_equal(link_up(BED_B), 0);
	assert_int_equal(tap_devnum(BED_B, &after), 0);
	fd = tap_open(BED_B, O_RDWR | O_NONBLOCK);
	sysfs_pop();
	assert_true(fd >= 0);
	/* The in-tree driver gives another number, and a container's device rule breaks. */
	ktap_note("device number %#lx, then %#lx", (long)before, (long)after);
	if (!netcfg_in_tree())
		assert_int_equal(before, after);

	assert_int_equal(tap_ioctl(b, TUNGETIFF, (unsigned long)&ifr), 0);
	expect_b_reaches_a(b, a, 2);
	expect_b_reaches_a(fd, a, 3);
	close(fd);
	assert_int_equal(link_set_netns(BED_B, here), 0);
	assert_int_equal(netns_enter(here), 0);
	assert_int_equal(link_up(BED_B), 0);
	expect_b_reaches_a(b, a, 4);
	close(here);
	close(there);
	close(a);
	close(b);
}

/* While the link is down nothing passes, and afterwards everything does. */
static void fd_of_link_down(void **state)
{
	int b = tap_open(BED_B, O_RDWR | O_NONBLOCK);
	int a = tap_open(BED_A, O_RDWR | O_NONBLOCK);
	size_t len = probe_build(buf, mac_b, mac_a, 1);

	(void)state;
	assert_int_equal(link_down(BED_B), 0);
	assert_int_equal(tap_send(a, NULL, buf, len), len + VNET_HLEN);
	assert_true(tap_quiet(b));
	len = probe_build(buf, mac_a, mac_b, 1);
	tap_send(b, NULL, buf, len);
	assert_true(tap_quiet(a));
	assert_int_equal(link_up(BED_B), 0);
	expect_b_reaches_a(b, a, 2);
	close(a);
	close(b);
}

#define T(f) cmocka_unit_test_setup_teardown(f, bed_add_links, bed_del_links)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		T(sysfs_entries), T(node_has_device_number), T(uevents),
		T(uevents_of_containers), T(numbers_are_unique),
		T(fd_outlives_link), T(fd_outlives_lower), T(fd_follows_netns_move),
		T(fd_of_link_down),
	};

	if (bed_create())
		return KTAP_FAIL;
	return ktap_run(tests, ARRAY_SIZE(tests));
}
