// SPDX-License-Identifier: GPL-2.0
/* Every finding of the doctor: with its fault it is there, alone, and without it is not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <arpa/inet.h>
#include <cmocka.h>
#include <ifaddrs.h>
#include <linux/if_link.h>
#include <net/if_arp.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/utsname.h>

#include "capture.h"
#include "fake_kernel.h"
#include "mvtap.h"

static struct fake_link *vm0, *eth0;

static struct fake_file *node(const char *path, unsigned int major_nr,
			      unsigned int minor_nr, unsigned int mode)
{
	struct fake_file *f = fake_put(path, NULL);

	f->mode = S_IFCHR | mode;
	f->rdev = makedev(major_nr, minor_nr);
	return f;
}

static void healthy(void)
{
	fake_reset();
	fake_put("/sys/module/mvtap", NULL);
	fake_put("/sys/module/vhost_net", NULL);
	node("/dev/vhost-net", 10, 238, 0660);
	fake_put("/sys/class/net/vm0/ifindex", "10\n");
	fake_put("/sys/class/net/vm0/tap10/dev", "240:7\n");
	node("/dev/tap10", 240, 7, 0600);
	eth0 = fake_add("eth0", "");
	eth0->ifindex = FAKE_LOWER_INDEX;
	eth0->lower = 0;
	eth0->up = true;
	vm0 = fake_find("vm0");
	vm0->up = true;
	vm0->queues = 1;
}

static void no_module(void)
{
	fake_gone("/sys/module/mvtap");
}

static void intree_first(void)
{
	fake_gone("/sys/module/mvtap");
	fake_put("/sys/module/macvtap", NULL);
	fake_put("/etc/modprobe.d/mvtap.conf", "# ours\noptions mvtap compat=1\n");
}

static void compat_wanted(void)
{
	fake_put("/etc/modprobe.d/mvtap.conf", "options mvtap compat=1\n");
}

static void no_vhost_node(void)
{
	fake_gone("/dev/vhost-net");
}

static void no_vhost(void)
{
	fake_gone("/sys/module/vhost_net");
}

static void other_vhost(void)
{
	node("/dev/vhost-net", 10, 200, 0660);
}

static void no_node(void)
{
	fake_gone("/dev/tap10");
}

static void others_node(void)
{
	node("/dev/tap10", 240, 8, 0600);
}

static void file_node(void)
{
	fake_put("/dev/tap10", "");
}

static void open_node(void)
{
	node("/dev/tap10", 240, 7, 0666);
}

static void open_perm(void)
{
	open_node();
	vm0->perm = 0666;
}

static void other_sysfs(void)
{
	fake_put("/sys/class/net/vm0/ifindex", "11\n");
}

static void lower_down(void)
{
	eth0->up = false;
}

static void no_carrier(void)
{
	eth0->no_carrier = true;
}

static void not_ethernet(void)
{
	eth0->type = ARPHRD_INFINIBAND;
}

static void bridge_port(void)
{
	eth0->master = fake_add("br0", "bridge")->ifindex;
	strcpy(eth0->slave_kind, "bridge");
}

static void bond_port(void)
{
	eth0->master = fake_add("bond0", "bond")->ifindex;
	strcpy(eth0->slave_kind, "bond");
}

static void intree_link(void)
{
	fake_add("mv0", "macvlan");
}

static void no_checksum(void)
{
	fake.off = "tx-checksum-ip-generic";
}

static void no_sg(void)
{
	fake.off = "tx-scatter-gather";
}

static void no_tso(void)
{
	fake.off = "tx-tcp-segmentation";
}

static void no_vlan(void)
{
	fake.off = "tx-vlan-hw-insert";
}

static void small_mtu(void)
{
	vm0->mtu = 1400;
}

static void no_queue(void)
{
	vm0->queues = 0;
}

static void link_down(void)
{
	vm0->up = false;
}

static void full_queue(void)
{
	vm0->backlog = 500;
}

static void no_txqlen(void)
{
	vm0->txqlen = 0;
}

static void lose(int n, struct pollfd *pfd)
{
	(void)n;
	(void)pfd;
	vm0->lost += 5;
}

static void losses(void)
{
	fake.step = lose;
}

static void two_vepa(void)
{
	fake_find("lan0")->up = true;
}

static struct sockaddr_in lower_ip = { .sin_family = AF_INET };
static struct ifaddrs lower_addr = { .ifa_name = "eth0", .ifa_addr = (void *)&lower_ip };

static void vepa_and_host(void)
{
	fake.addrs = &lower_addr;
}

static void bridge_without_host(void)
{
	vm0->mode = MACVLAN_MODE_BRIDGE;
	fake.addrs = &lower_addr;
}

static const struct fault {
	void (*provoke)(void);
	const char *name, *check, *severity;
	const char *remedy;
} faults[] = {
	{ no_module, "host", "module", "error", "modprobe mvtap" },
	{ compat_wanted, "host", "intree", "warning", "modprobe -r mvtap && modprobe mvtap" },
	{ no_vhost_node, "host", "vhost", "error", "mknod -m 660 /dev/vhost-net c 10 238" },
	{ no_vhost, "host", "vhost", "error", "install the package" },
	{ other_vhost, "host", "vhost", "error", "rm /dev/vhost-net" },
	{ no_node, "vm0", "node", "error", "rm -f /dev/tap10 && mknod -m 600 /dev/tap10 c 240 7" },
	{ others_node, "vm0", "node", "error", "mvtap del vm0" },
	{ file_node, "vm0", "node", "error", "rm -f /dev/tap10" },
	{ open_node, "vm0", "node", "warning", "chmod o-rw /dev/tap10" },
	{ open_perm, "vm0", "node", "warning", "mvtap set vm0 perm 0660" },
	{ other_sysfs, "vm0", "node", "note", "ip netns exec" },
	{ lower_down, "eth0", "down", "error", "ip link set eth0 up" },
	{ no_carrier, "eth0", "carrier", "error", "ethtool eth0" },
	{ not_ethernet, "eth0", "ethernet", "error", "another" },
	{ bridge_port, "eth0", "busy", "error", "ip link set eth0 nomaster" },
	{ bond_port, "eth0", "busy", "error", "mvtap add NAME link bond0" },
	{ intree_link, "eth0", "busy", "error", "ip link del mv0" },
	{ no_checksum, "eth0", "checksum", "warning", "ethtool -K eth0 tx on" },
	{ no_sg, "eth0", "sg", "warning", "ethtool -K eth0 sg on" },
	{ no_tso, "eth0", "tso", "warning", "ethtool -K eth0 tso on" },
	{ no_vlan, "eth0", "vlan", "note", "ethtool -K eth0 txvlan on" },
	{ small_mtu, "vm0", "mtu", "warning", "mvtap set vm0 mtu 1500" },
	{ no_queue, "vm0", "idle", "note", "mvtap set vm0 down" },
	{ link_down, "vm0", "down", "error", "mvtap set vm0 up" },
	{ full_queue, "vm0", "backlog", "error", "look into the VM" },
	{ no_txqlen, "vm0", "txqlen", "error", "ip link set vm0 txqueuelen 500" },
	{ losses, "vm0", "losses", "warning", "mvtap stats" },
	{ two_vepa, "eth0", "hairpin", "error", "mvtap set NAME mode bridge host on" },
	{ vepa_and_host, "eth0", "hairpin", "note", "mvtap set NAME mode bridge host on" },
	{ bridge_without_host, "vm0", "host", "note", "mvtap set vm0 host on" },
};

static void check_fault(const struct fault *f)
{
	bool problem = strcmp(f->severity, "note");
	struct captured c;
	char want[96];

	healthy();
	f->provoke();
	capture_line("-j doctor user root probe on wait 0", &c);
	snprintf(want, sizeof(want), "[{\"name\":\"%s\",\"severity\":\"%s\",\"check\":\"%s\",",
		 f->name, f->severity, f->check);
	if (c.status != (problem ? MVTAP_PROBLEMS : MVTAP_OK) || *c.err ||
	    strncmp(c.out, want, strlen(want)) || strstr(c.out, "},{") ||
	    !strstr(c.out, f->remedy))
		fail_msg("want: %s\n got: %d %s%s", want, c.status, c.out, c.err);
}

static void test_each_alone(void **state)
{
	struct captured c;

	(void)state;
	healthy();
	capture_line("doctor user root probe on wait 0", &c);
	assert_string_equal(c.out, "nothing found\n");
	assert_int_equal(c.status, MVTAP_OK);
	capture_line("-j doctor user root wait 0", &c);
	assert_string_equal(c.out, "[]\n");
	for (size_t i = 0; i < ARRAY_SIZE(faults); i++)
		check_fault(&faults[i]);
}

/* What would be a fault elsewhere is meant so here. */
static void test_no_fault(void **state)
{
	static struct sockaddr_in6 link_local = { .sin6_family = AF_INET6 };
	static struct ifaddrs addr = { .ifa_name = "eth0", .ifa_addr = (void *)&link_local };
	struct captured c;

	(void)state;
	healthy();
	no_queue();
	vm0->stack = 1;
	capture_line("doctor user root wait 0", &c);
	assert_string_equal(c.out, "nothing found\n");
	healthy();
	bridge_without_host();
	vm0->host = 1;
	capture_line("doctor user root probe on wait 0", &c);
	assert_string_equal(c.out, "nothing found\n");
	vm0->host = 0;
	vm0->mode = MACVLAN_MODE_PRIVATE;
	capture_line("doctor user root probe on wait 0", &c);
	assert_string_equal(c.out, "nothing found\n");
	bridge_without_host();
	memcpy(&link_local.sin6_addr, "\xfe\x80", 2);
	fake.addrs = &addr;
	capture_line("doctor user root wait 0", &c);
	assert_string_equal(c.out, "nothing found\n");
	link_local.sin6_addr.s6_addr[0] = 0xfd;
	capture_line("doctor user root wait 0", &c);
	assert_non_null(strstr(c.out, "note: vm0: host: host is off, and the host has an address on eth0\n"));
}

static void test_intree_in_the_way(void **state)
{
	struct captured c;

	(void)state;
	healthy();
	intree_first();
	capture_line("doctor user root wait 0", &c);
	assert_int_equal(c.status, MVTAP_PROBLEMS);
	assert_non_null(strstr(c.out, "error: host: intree: /etc/modprobe.d/mvtap.conf asks for mvtap as macvtap, "
			       "but the in-tree module macvtap is loaded\n"));
	assert_non_null(strstr(c.out, "    do:  modprobe -r macvtap macvlan && modprobe mvtap\n"));
}

/* A module that is not loaded but can be is loaded when the node is opened. */
static void test_vhost_loadable(void **state)
{
	static char path[128];
	struct captured c;
	struct utsname u;

	(void)state;
	healthy();
	no_vhost();
	uname(&u);
	snprintf(path, sizeof(path), "/lib/modules/%s/modules.dep", u.release);
	fake_put(path, "kernel/a.ko:\nkernel/drivers/vhost/vhost_net.ko: kernel/b.ko\n");
	capture_line("doctor user root wait 0", &c);
	assert_string_equal(c.out, "nothing found\n");
	no_vhost_node();
	capture_line("doctor user root wait 0", &c);
	assert_non_null(strstr(c.out, "    do:  modprobe vhost_net\n"));
}

static void test_users(void **state)
{
	struct captured c;

	(void)state;
	healthy();
	capture_line("doctor user nobody wait 0", &c);
	assert_int_equal(c.status, MVTAP_PROBLEMS);
	assert_non_null(strstr(c.out, "error: host: vhost: /dev/vhost-net cannot be read and written by nobody (mode 0660, uid 0, gid 0)\n"));
	assert_non_null(strstr(c.out, "error: vm0: node: /dev/tap10 cannot be read and written by nobody"));
	assert_non_null(strstr(c.out, "    do:  mvtap set vm0 owner nobody perm 0600\n"));
	node("/dev/vhost-net", 10, 238, 0666);
	node("/dev/tap10", 240, 7, 0660)->gid = 107;
	capture_line("doctor user nobody wait 0", &c);
	assert_null(strstr(c.out, "vhost"));
	assert_non_null(strstr(c.out, "    do:  usermod -aG 107 nobody, and log in anew\n"));
}

static void test_compat_links_are_ours(void **state)
{
	struct captured c;

	(void)state;
	healthy();
	fake_put("/sys/module/mvtap/parameters/compat", "Y\n");
	fake_put("/etc/modprobe.d/mvtap.conf", "options mvtap compat=1\n");
	strcpy(vm0->kind, "macvtap");
	strcpy(fake_find("lan0")->kind, "macvlan");
	capture_line("doctor user root wait 0", &c);
	assert_string_equal(c.out, "nothing found\n");
}

/* Only what was asked for, and what belongs to it. */
static void test_names(void **state)
{
	struct captured c;

	(void)state;
	healthy();
	vm0->mtu = 1400;
	fake_find("lan0")->mtu = 1300;
	fake_find("d0")->up = false;
	capture_line("doctor lan0 user root wait 0", &c);
	assert_non_null(strstr(c.out, "warning: lan0: mtu"));
	assert_null(strstr(c.out, "vm0"));
	capture_line("doctor eth0 user root wait 0", &c);
	assert_non_null(strstr(c.out, "warning: lan0: mtu"));
	assert_non_null(strstr(c.out, "warning: vm0: mtu"));
	assert_null(strstr(c.out, "d0"));
	capture_line("doctor d0 user root wait 0", &c);
	assert_null(strstr(c.out, "lan0"));
	assert_non_null(strstr(c.out, "error: d0: down"));
}

static struct sockaddr_in ips[] = {
	{ .sin_family = AF_INET }, { .sin_family = AF_INET }, { .sin_family = AF_INET },
};

static struct ifaddrs addrs[] = {
	{ .ifa_next = &addrs[1], .ifa_name = "eth0", .ifa_addr = (void *)&ips[0], .ifa_netmask = (void *)&ips[2] },
	{ .ifa_name = "lan0", .ifa_addr = (void *)&ips[1], .ifa_netmask = (void *)&ips[2] },
};

static void test_arp(void **state)
{
	static const struct {
		const char *path, *text, *check;
	} bad[] = {
		{ "/proc/sys/net/ipv4/conf/all/arp_ignore", "0\n", "arp_ignore" },
		{ "/proc/sys/net/ipv4/conf/lan0/arp_ignore", "8\n", "arp_ignore" },
		{ "/proc/sys/net/ipv4/conf/all/arp_announce", "1\n", "arp_announce" },
		{ "/proc/sys/net/ipv4/conf/lan0/arp_filter", "1\n", "arp_filter" },
		{ "/proc/sys/net/ipv4/conf/eth0/rp_filter", "1\n", "rp_filter" },
	};
	struct captured c;
	char want[64];

	(void)state;
	ips[0].sin_addr.s_addr = htonl(0x0a000001);
	ips[1].sin_addr.s_addr = htonl(0x0a000002);
	ips[2].sin_addr.s_addr = htonl(0xffffff00);
	for (size_t i = 0; i <= ARRAY_SIZE(bad); i++) {
		healthy();
		fake.addrs = addrs;
		fake_put("/proc/sys/net/ipv4/conf/all/arp_ignore", "1\n");
		fake_put("/proc/sys/net/ipv4/conf/all/arp_announce", "2\n");
		if (i < ARRAY_SIZE(bad))
			fake_put(bad[i].path, bad[i].text);
		capture_line("doctor user root wait 0", &c);
		if (i == ARRAY_SIZE(bad)) {
			assert_string_equal(c.out, "nothing found\n");
			break;
		}
		snprintf(want, sizeof(want), "warning: lan0: %s: %s is %c for ", bad[i].check,
			 bad[i].check, *bad[i].text);
		if (strncmp(c.out, want, strlen(want)) || strstr(c.out, "\nwarning"))
			fail_msg("want: %s\n got: %s", want, c.out);
		/* in two subnets, the last two settings do no harm */
		ips[1].sin_addr.s_addr = htonl(0x0a010002);
		capture_line("doctor user root wait 0", &c);
		assert_int_equal(!!strstr(c.out, "nothing found"), i >= 3);
		ips[1].sin_addr.s_addr = htonl(0x0a000002);
		/* without a second address nothing of it matters */
		fake.addrs = &addrs[1];
		capture_line("doctor user root wait 0", &c);
		assert_string_equal(c.out, "nothing found\n");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_alone),
		cmocka_unit_test(test_no_fault),
		cmocka_unit_test(test_intree_in_the_way),
		cmocka_unit_test(test_vhost_loadable),
		cmocka_unit_test(test_users),
		cmocka_unit_test(test_compat_links_are_ours),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_arp),
	};

	return cmocka_run_group_tests_name("doctor", tests, NULL, NULL);
}
