// SPDX-License-Identifier: GPL-2.0
/*
 * The same as test_privilege by files: device nodes, queues whose holder has no
 * capability, queues handed to another process, vhost-net in a container, ioctls
 * on devices, and what the module shows in sysfs and tracefs.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/ethtool.h>
#include <linux/net_tstamp.h>
#include <linux/sockios.h>
#include <linux/vhost.h>

#include "ktap.h"
#include "netcfg.h"
#include "privtry.h"
#include "tapdev.h"
#include "virtio_drv.h"

/* One call, made by who may not; the arguments are numbers or paths. */
struct call {
	const char *name;
	unsigned int who;
	long (*fn)(const void *arg);
	const void *arg;
	const char *errors;
};

static void check_calls(const struct call *calls, size_t n)
{
	bool good = true;
	enum priv_who who;
	size_t i;

	attempts_begin();
	for (i = 0; i < n; i++)
		for (who = 0; who < PRIV_WHO; who++)
			if (calls[i].who & (1u << who))
				good &= attempt(who, calls[i].name, calls[i].errors, calls[i].fn,
						calls[i].arg);
	assert_true(good);
}

static long result(long ret)
{
	return ret < 0 ? -errno : 0;
}

/* --- nodes -------------------------------------------------------------- */

static long try_open_as(const char *path, int flags)
{
	int fd = open(path, flags | O_CLOEXEC);
	long ret = result(fd);

	if (fd >= 0)
		close(fd);
	return ret;
}

static long try_open(const void *path)
{
	return try_open_as(path, O_RDWR);
}

static long try_write_only(const void *path)
{
	return try_open_as(path, O_WRONLY);
}

static long try_chmod(const void *path)
{
	return result(chmod(path, 0666));
}

static long try_chown(const void *path)
{
	return result(chown(path, getuid(), getgid()));
}

static long try_unlink(const void *path)
{
	return result(unlink(path));
}

static long try_mknod(const void *dev)
{
	long ret = result(mknod("/tmp/privilege-node", S_IFCHR | 0600, *(const dev_t *)dev));

	if (!ret)
		unlink("/tmp/privilege-node");
	return ret;
}

/* A file system of one's own is mounted nodev, at the latest. */
static long try_mknod_own_tmpfs(const void *dev)
{
	long ret;

	if (mount("tmpfs", "/tmp", "tmpfs", 0, NULL))
		return -ENODATA;
	ret = try_mknod(dev);
	umount2("/tmp", MNT_DETACH);
	return ret;
}

static long try_mount(const void *type)
{
	return result(mount(type, "/mnt", type, 0, NULL));
}

static void nodes_of_others(void **state)
{
	const struct call calls[] = {
		{ "open a sibling's", ALL, try_open, facts->sibt_node, "EACCES" },
		{ "open one's own, root's", ALL, try_open, facts->ownt_node, "EACCES" },
		{ "chmod", ALL, try_chmod, facts->sibt_node, "EPERM" },
		{ "chmod of one's own", ALL, try_chmod, facts->ownt_node, "EPERM" },
		{ "chown", ALL, try_chown, facts->sibt_node, "EPERM" },
		{ "unlink", ALL, try_unlink, facts->sibt_node, "EACCES EPERM" },
		{ "make the node", ALL, try_mknod, &facts->sibt_dev, "EPERM" },
		{ "make one's own node", ALL, try_mknod, &facts->ownt_dev, "EPERM" },
		{ "on one's own tmpfs", N | C, try_mknod_own_tmpfs, &facts->sibt_dev, "EPERM" },
		{ "mount devtmpfs", ALL, try_mount, "devtmpfs", "EPERM" },
		{ "mount tracefs", ALL, try_mount, "tracefs", "EPERM ENODEV" },
		{ "mount debugfs", ALL, try_mount, "debugfs", "EPERM ENODEV" },
	};

	(void)state;
	check_calls(calls, ARRAY_SIZE(calls));
}

static long try_delete_module(const void *name)
{
	return result(syscall(SYS_delete_module, name, O_NONBLOCK));
}

static void the_module(void **state)
{
	static const struct call calls[] = {
		{ "its parameter", ALL, try_write_only, "/sys/module/mvtap/parameters/compat",
		  "EACCES" },
		{ "its events in the log", ALL, try_write_only,
		  "/sys/kernel/tracing/events/mvtap/enable", "EACCES ENOENT" },
		{ "a sibling's MTU in sysfs", U, try_write_only, "/sys/class/net/" SIB "/mtu",
		  "EACCES" },
		{ "unload", ALL, try_delete_module, "mvtap", "EPERM" },
		{ "an event of a sibling's node", U, try_write_only,
		  "/sys/class/net/" SIBT "/uevent", "EACCES" },
	};

	(void)state;
	check_calls(calls, ARRAY_SIZE(calls));
}

/* --- ioctls on devices -------------------------------------------------- */

struct device_ioctl {
	const char *dev;
	unsigned long cmd;
	uint32_t ethtool;	/* ETHTOOL_* for SIOCETHTOOL */
};

static long try_device_ioctl(const void *arg)
{
	struct hwtstamp_config stamps = { .tx_type = HWTSTAMP_TX_ON };
	const struct device_ioctl *io = arg;
	uint32_t words[64] = { io->ethtool };
	struct ifreq ifr = { 0 };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	long ret;

	strcpy(ifr.ifr_name, io->dev);
	if (io->cmd == SIOCETHTOOL)
		ifr.ifr_data = (void *)words;
	else if (io->cmd == SIOCSHWTSTAMP)
		ifr.ifr_data = (void *)&stamps;
	else
		ifr.ifr_hwaddr = (struct sockaddr){ ARPHRD_ETHER, { 2, 0, 0, 0, 0, 9 } };
	ret = fd < 0 ? -1 : ioctl(fd, io->cmd, &ifr);
	ret = result(ret);
	close(fd);
	return ret;
}

#define DEVICE(dev, cmd) (&(const struct device_ioctl){ dev, cmd, 0 })
#define ETHTOOL(dev, cmd) (&(const struct device_ioctl){ dev, SIOCETHTOOL, cmd })

static void ioctls_on_devices(void **state)
{
	static const unsigned long each[] = {
		SIOCSIFMTU, SIOCSIFHWADDR, SIOCSIFFLAGS, SIOCSIFNAME, SIOCADDMULTI, SIOCDELMULTI,
		SIOCSIFHWBROADCAST, SIOCSHWTSTAMP, SIOCSIFTXQLEN, SIOCSIFMAP,
	};
	static const char *const devs[] = { SIB, SIBT, BED_LOWER };
	struct device_ioctl *io = (struct device_ioctl *)facts->scratch;
	size_t i, j;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(devs); i++)
		for (j = 0; j < ARRAY_SIZE(each); j++) {
			struct call c = { devs[i], U, try_device_ioctl, io, "EPERM" };

			*io = (struct device_ioctl){ devs[i], each[j], 0 };
			check_calls(&c, 1);
			c.who = N | C;
			/* The last two ask for the right to the first namespace. */
			c.errors = j < ARRAY_SIZE(each) - 2 ? "ENODEV" : "EPERM";
			check_calls(&c, 1);
		}
}

/* In-tree: SIOCSHWTSTAMP is EOPNOTSUPP where the link is not in the first namespace. */
static const struct call ethtool_calls[] = {
	{ "time stamps", C, try_device_ioctl, DEVICE(OWN, SIOCSHWTSTAMP), "EPERM" },
	{ "its map", C, try_device_ioctl, DEVICE(OWN, SIOCSIFMAP), "EPERM" },
	{ "speed", C, try_device_ioctl, ETHTOOL(OWN, ETHTOOL_SSET), "EOPNOTSUPP" },
	{ "speed", C, try_device_ioctl, ETHTOOL(OWN, ETHTOOL_SLINKSETTINGS), "EOPNOTSUPP" },
	{ "ring", C, try_device_ioctl, ETHTOOL(OWN, ETHTOOL_SRINGPARAM), "EOPNOTSUPP" },
	{ "coalescing", C, try_device_ioctl, ETHTOOL(OWN, ETHTOOL_SCOALESCE), "EOPNOTSUPP" },
	{ "channels", C, try_device_ioctl, ETHTOOL(OWN, ETHTOOL_SCHANNELS), "EOPNOTSUPP" },
	{ "pause", C, try_device_ioctl, ETHTOOL(OWN, ETHTOOL_SPAUSEPARAM), "EOPNOTSUPP" },
	{ "wake", C, try_device_ioctl, ETHTOOL(OWN, ETHTOOL_SWOL), "EOPNOTSUPP" },
	{ "EEPROM", C, try_device_ioctl, ETHTOOL(OWN, ETHTOOL_GEEPROM), "EOPNOTSUPP" },
	{ "registers", C, try_device_ioctl, ETHTOOL(OWN, ETHTOOL_GREGS), "EOPNOTSUPP" },
	{ "self-test", C, try_device_ioctl, ETHTOOL(OWN, ETHTOOL_TEST), "EOPNOTSUPP" },
	{ "reset", C, try_device_ioctl, ETHTOOL(OWN, ETHTOOL_RESET), "EOPNOTSUPP" },
	{ "a sibling's driver", U, try_device_ioctl, ETHTOOL(SIB, ETHTOOL_RESET), "EPERM" },
	{ "a sibling's features", U, try_device_ioctl, ETHTOOL(SIB, ETHTOOL_SGSO), "EPERM" },
};

static void ethtool_of_the_own_link(void **state)
{
	(void)state;
	check_calls(ethtool_calls, ARRAY_SIZE(ethtool_calls));
}

/* --- the holder of a queue ---------------------------------------------- */

static int held = -1;	/* in the process that holds it */

static long hold(const void *path)
{
	close(held);
	held = path ? open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC) : dup(priv_given);
	return held < 0 ? -errno : 0;
}

static void let_go(enum priv_who who)
{
	priv_ask(who, hold, "/nowhere");
}

static long try_held_ioctl(const void *arg)
{
	struct ifreq ifr = { 0 };

	/* A flag as TUNSETIFF has it, an int of 4098, and the name of another. */
	strcpy(ifr.ifr_name, SIB);
	ifr.ifr_flags = IFF_TAP | IFF_NO_PI | IFF_VNET_HDR;
	return tap_ioctl(held, (unsigned long)arg, (unsigned long)&ifr);
}

static long set_address(const void *mac)
{
	struct ifreq ifr = { .ifr_hwaddr.sa_family = ARPHRD_ETHER };

	memcpy(ifr.ifr_hwaddr.sa_data, mac, 6);
	return tap_ioctl(held, SIOCSIFHWADDR, (unsigned long)&ifr);
}

static long held_name_is(const void *name)
{
	struct ifreq ifr = { 0 };
	long ret = tap_ioctl(held, TUNGETIFF, (unsigned long)&ifr);

	return ret ?: strcmp(ifr.ifr_name, name) ? -EREMCHG : 0;
}

#define REQUEST(cmd) ((const void *)(unsigned long)(cmd))

/* What is refused to a holder without capability, whoever he is. */
static void check_holder(unsigned int who, const char *name)
{
	static const uint8_t group[6] = { 1, 0, 0x5e, 0, 0, 1 };
	const struct call calls[] = {
		{ "another's name", who, try_held_ioctl, REQUEST(TUNSETIFF), "OK" },
		{ "which is passed over", who, held_name_is, name, "OK" },
		{ "persistence", who, try_held_ioctl, REQUEST(TUNSETPERSIST), "EINVAL" },
		{ "owner", who, try_held_ioctl, REQUEST(TUNSETOWNER), "EINVAL" },
		{ "group", who, try_held_ioctl, REQUEST(TUNSETGROUP), "EINVAL" },
		{ "type", who, try_held_ioctl, REQUEST(TUNSETLINK), "EINVAL" },
		{ "carrier", who, try_held_ioctl, REQUEST(TUNSETCARRIER), "EINVAL" },
		{ "filter", who, try_held_ioctl, REQUEST(TUNATTACHFILTER), "EINVAL" },
		{ "steering", who, try_held_ioctl, REQUEST(TUNSETSTEERINGEBPF), "EINVAL" },
		{ "namespace", who, try_held_ioctl, REQUEST(TUNGETDEVNETNS), "EINVAL" },
		{ "MTU", who, try_held_ioctl, REQUEST(SIOCSIFMTU), "EINVAL" },
		{ "flags", who, try_held_ioctl, REQUEST(SIOCSIFFLAGS), "EINVAL" },
		{ "address of a sibling", who, set_address, mac_sib,
		  strcmp(name, OWNT) ? "EADDRINUSE" : "EPERM" },
		{ "address of the lower device", who, set_address, mac_lower,
		  strcmp(name, OWNT) ? "EADDRINUSE" : "EPERM" },
		{ "address of a group", who, set_address, group,
		  strcmp(name, OWNT) ? "EADDRNOTAVAIL" : "EADDRNOTAVAIL EPERM" },
	};

	check_calls(calls, ARRAY_SIZE(calls));
}

static void a_queue_handed_over(void **state)
{
	int fd = open(facts->sibt_node, O_RDWR | O_NONBLOCK | O_CLOEXEC);
	enum priv_who who;

	(void)state;
	assert_true(fd >= 0);
	for (who = 0; who < PRIV_WHO; who++) {
		assert_int_equal(priv_give(who, fd), 0);
		assert_int_equal(priv_ask(who, hold, NULL), 0);
		check_holder(1u << who, SIBT);
		let_go(who);
	}
	close(fd);
}

/* The administrator's word about the node of the container's link. */
static int set_node(const char *text)
{
	int ret;

	priv_visit();
	ret = priv_set(OWNT, netcfg_tap_kind(), text);
	priv_leave();
	return ret;
}

static void a_node_of_his_own(void **state)
{
	static const uint8_t other[6] = { 2, 0, 0, 0, 0, 9 };
	const struct call denied[] = {
		{ "spoofcheck is on", U | C, set_address, other, "EPERM" },
		{ "chmod", C, try_chmod, facts->sibt_node, "EPERM" },
	};

	(void)state;
	assert_int_equal(set_node("38 u32:65534"), 0);
	assert_int_equal(priv_ask(PRIV_USER, hold, facts->ownt_node), 0);
	assert_int_equal(priv_ask(PRIV_CONTAINER, hold, facts->ownt_node), 0);
	check_holder(U | C, OWNT);
	check_calls(denied, ARRAY_SIZE(denied));
	/* What is taken back is taken back from who comes later. */
	assert_int_equal(set_node("38 u32:0"), 0);
	assert_int_equal(priv_ask(PRIV_CONTAINER, try_open, facts->ownt_node), -EACCES);
	assert_int_equal(priv_ask(PRIV_CONTAINER, held_name_is, OWNT), 0);
	/* To read is not to write. */
	assert_int_equal(set_node("38 u32:65534 40 u32:0400"), 0);
	assert_int_equal(priv_ask(PRIV_USER, try_open, facts->ownt_node), -EACCES);
	assert_int_equal(set_node("38 u32:0 40 u32:0600"), 0);
	let_go(PRIV_USER);
	let_go(PRIV_CONTAINER);
}

/* --- vhost-net in a container ------------------------------------------- */

static long send_by_vhost(const void *mac)
{
	static const struct vdrv_config config = {
		.want = VDRV_VERSION_1 | VDRV_MRG_RXBUF, .ring = 64, .rx_buf = 2048,
		.tx_buf = 2048,
	};
	uint8_t frame[256];
	struct vdrv d;
	int ret = vdrv_open(&d, &config);

	if (ret)
		return ret;
	ret = vdrv_attach(&d, held);
	if (!ret)
		ret = vdrv_send(&d, NULL, frame, probe_build(frame, mac_wire, mac, 1), ARRIVE_MS);
	while (!ret && d.tx.n_free < d.tx.slots) {
		if (!vdrv_wait(&d, &d.tx, ARRIVE_MS))
			ret = -ETIME;
		vdrv_reap(&d);
	}
	vdrv_close(&d);
	return ret;
}

static void vhost_in_the_container(void **state)
{
	const struct call closed = { "open vhost-net", ALL, try_open, "/dev/vhost-net", "EACCES" };
	int fd, wire = wire_open(BED_WIRE);
	uint8_t frame[256];
	ssize_t n;

	(void)state;
	if (system("modprobe -q vhost_net") || access("/dev/vhost-net", F_OK))
		ktap_skip("no vhost-net here");
	assert_int_equal(chmod("/dev/vhost-net", 0600), 0);
	check_calls(&closed, 1);
	fd = open(facts->ownt_node, O_RDWR | O_NONBLOCK | O_CLOEXEC);
	assert_int_equal(priv_give(PRIV_CONTAINER, fd), 0);
	assert_int_equal(priv_ask(PRIV_CONTAINER, hold, NULL), 0);
	assert_int_equal(chmod("/dev/vhost-net", 0666), 0);
	assert_int_equal(priv_ask(PRIV_CONTAINER, send_by_vhost, mac_sib), 0);
	assert_int_equal(priv_ask(PRIV_CONTAINER, send_by_vhost, mac_lower), 0);
	assert_true(wire >= 0 && !tap_poll(wire, POLLIN, QUIET_MS));
	assert_int_equal(priv_ask(PRIV_CONTAINER, send_by_vhost, mac_ownt), 0);
	n = wire_recv(wire, NULL, frame, sizeof(frame), ARRIVE_MS);
	assert_true(n > 0 && probe_is(frame, n, 1));
	assert_memory_equal(frame + 6, mac_ownt, 6);
	chmod("/dev/vhost-net", 0600);
	let_go(PRIV_CONTAINER);
	close(fd);
	close(wire);
}

/* --- the end ------------------------------------------------------------ */

static long try_read(const void *arg)
{
	char c;

	(void)arg;
	return result(read(held, &c, 1));
}

static long has_own(const void *arg)
{
	return if_nametoindex(arg) || if_nametoindex(OWNT);
}

/* Last: it takes the bed away. Nobody who holds something can be in the way. */
static void nobody_pins_the_lower_device(void **state)
{
	int fd = open(facts->ownt_node, O_RDWR | O_NONBLOCK | O_CLOEXEC);

	(void)state;
	assert_int_equal(priv_give(PRIV_CONTAINER, fd), 0);
	assert_int_equal(priv_ask(PRIV_CONTAINER, hold, NULL), 0);
	close(fd);
	alarm(10);
	assert_int_equal(link_del(BED_LOWER), 0);
	assert_int_equal(priv_ask(PRIV_CONTAINER, has_own, OWN), 0);
	assert_int_equal(priv_ask(PRIV_CONTAINER, try_read, NULL), -ENODEV);
	assert_int_equal(priv_ask(PRIV_CONTAINER, held_name_is, OWNT), -ENOLINK);
	assert_int_not_equal(access(facts->ownt_node, F_OK), 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(nodes_of_others),
		cmocka_unit_test(the_module),
		cmocka_unit_test(ioctls_on_devices),
		cmocka_unit_test(ethtool_of_the_own_link),
		cmocka_unit_test(a_queue_handed_over),
		cmocka_unit_test(a_node_of_his_own),
		cmocka_unit_test(vhost_in_the_container),
		cmocka_unit_test(nobody_pins_the_lower_device),
	};
	const char *why;
	int ret;

	if (netcfg_in_tree())
		return ktap_skip_all("in-tree macvtap has no owner of a node");
	if (priv_create(&why))
		return why ? ktap_skip_all("%s", why) : KTAP_FAIL;
	ret = ktap_run(tests, ARRAY_SIZE(tests));
	say_attempts();
	return ret;
}
