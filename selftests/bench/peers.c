// SPDX-License-Identifier: GPL-2.0
/* The ways to give a VM an address of its own on one NIC, each as its users set it up. */
#define _GNU_SOURCE
#include "bench.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "../netcfg.h"
#include "../tapdev.h"

#define SETTLE_US 1300000	/* news of new links wait for up to a second in the kernel */
#define FIRST_IP 0x0a090001	/* of link 0, the next has the next */

static int run(const char *command)
{
	int status = system(command);

	if (status)
		fprintf(stderr, "bench: failed: %s\n", command);
	return status ? -EIO : 0;
}

/* What QEMU asks for on behalf of a Linux guest: batches, and frames in one piece. */
static int ready_for_vhost(int fd)
{
	int ret;

	if (fd < 0)
		return fd;
	ret = tap_set_int(fd, TUNSETSNDBUF, INT_MAX);
	if (!ret)
		ret = tap_ioctl(fd, TUNSETOFFLOAD, TUN_F_CSUM | TUN_F_TSO4 | TUN_F_TSO6);
	if (!ret)
		return fd;
	close(fd);
	return ret;
}

/* macvtap and mvtap: the kind has the name of the peer. */
static int add_kind(struct bed *bed, const char *name, unsigned int i)
{
	char mac[18];
	uint8_t m[6];
	struct link_spec spec = {
		.kind = bed->peer->name, .name = name, .lower = BED_LOWER, .mac = mac,
		.mode = MACVLAN_MODE_BRIDGE,
	};

	bed_mac(bed, i, m);
	snprintf(mac, sizeof(mac), "%02x:%02x:%02x:%02x:%02x:%02x", m[0], m[1], m[2], m[3], m[4],
		 m[5]);
	return link_add(&spec);
}

static int open_kind(const char *name)
{
	return ready_for_vhost(tap_open(name, O_RDWR));
}

static int make_bridge(struct bed *bed)
{
	struct link_spec spec = { .kind = "bridge", .name = "br0" };
	int ret = link_add(&spec);

	(void)bed;
	if (!ret)
		ret = link_set_master(BED_LOWER, "br0");
	if (!ret)
		ret = link_up("br0");
	/* while the clock leaps ahead over idle times, nobody shall be forgotten */
	return ret ? ret : run("echo 100000000 >/sys/class/net/br0/bridge/ageing_time");
}

static int open_tun(const char *name)
{
	struct ifreq ifr = { .ifr_flags = IFF_TAP | IFF_NO_PI | IFF_VNET_HDR };
	int fd = open("/dev/net/tun", O_RDWR | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	snprintf(ifr.ifr_name, sizeof(ifr.ifr_name), "%s", name);
	if (!ioctl(fd, TUNSETIFF, &ifr) && !ioctl(fd, TUNSETPERSIST, 1))
		return ready_for_vhost(fd);
	close(fd);
	return -EIO;
}

static int add_tun(struct bed *bed, const char *name, unsigned int i)
{
	int fd = open_tun(name);

	(void)bed;
	(void)i;
	if (fd < 0)
		return fd;
	close(fd);
	return link_set_master(name, "br0");
}

/* Has no MAC addresses: it tells its links by their IP addresses. */
static int add_ipvtap(struct bed *bed, const char *name, unsigned int i)
{
	char command[128];
	int ret;

	(void)bed;
	snprintf(command, sizeof(command), "ip link add link %s name %s type ipvtap mode l2 bridge",
		 BED_LOWER, name);
	ret = run(command);
	return ret ? ret : link_add_ipv4(name, FIRST_IP + i, 32);
}

static const struct peer peers[] = {
	{ .name = "mvtap", .module = "mvtap", .add = add_kind, .open = open_kind },
	{ .name = "macvtap", .module = "macvtap", .add = add_kind, .open = open_kind },
	{ .name = "bridge", .module = "bridge", .make = make_bridge, .add = add_tun,
	  .open = open_tun },
	{ .name = "ipvtap", .module = "ipvtap", .add = add_ipvtap, .open = open_kind },
	{ .name = "memcpy" },	/* no network: the bytes copied once */
	{ .name = "far" },	/* no links: what the far end of the wire costs */
};

const struct peer *peer_find(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_LEN(peers); i++)
		if (!strcmp(peers[i].name, name))
			return &peers[i];
	return NULL;
}

int peers_load(const char *names)
{
	char command[64];
	int ret = run("modprobe -a vhost_net tun veth dummy");
	size_t i;

	for (i = 0; !ret && i < ARRAY_LEN(peers); i++) {
		if (!peers[i].module || !strstr(names, peers[i].name))
			continue;
		snprintf(command, sizeof(command), "modprobe %s", peers[i].module);
		ret = run(command);
	}
	return ret;
}

void bed_link_name(char *name, unsigned int i)
{
	snprintf(name, IFNAMSIZ, "l%u", i);
}

void bed_mac(const struct bed *bed, unsigned int i, uint8_t *mac)
{
	const uint8_t own[6] = { 2, 1, 0, 0, i >> 8, i };

	memcpy(mac, own, sizeof(own));
	if (bed->peer->add == add_ipvtap)
		link_get_mac(BED_LOWER, mac);
}

static int make_lower(const struct bed *bed)
{
	struct link_spec dummy = { .kind = "dummy", .name = BED_LOWER };
	int ret = bed->dummy ? link_add(&dummy) : link_add_veth(BED_LOWER, BED_WIRE);

	if (!ret)
		ret = link_up(BED_LOWER);
	if (!ret && !bed->dummy)
		ret = link_set_mac(BED_WIRE, mac_far);
	if (!ret && !bed->dummy)
		ret = link_up(BED_WIRE);
	return ret;
}

int bed_make(struct bed *bed)
{
	int ret = netcfg_private();

	if (!ret)
		ret = make_lower(bed);
	if (!ret && bed->peer->make)
		ret = bed->peer->make(bed);
	return ret;
}

int bed_grow(struct bed *bed, unsigned int links)
{
	unsigned int before = bed->links;
	char name[IFNAMSIZ];
	int ret = 0;

	while (!ret && bed->peer->add && bed->links < links) {
		bed_link_name(name, bed->links);
		ret = bed->peer->add(bed, name, bed->links);
		if (!ret)
			ret = link_up(name);
		bed->links += !ret;
	}
	if (bed->links > before)
		usleep(SETTLE_US);
	return ret;
}

int bed_queue(const struct bed *bed, unsigned int i)
{
	char name[IFNAMSIZ];

	bed_link_name(name, i);
	return bed->peer->open(name);
}
