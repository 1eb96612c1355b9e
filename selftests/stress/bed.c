// SPDX-License-Identifier: GPL-2.0
/*
 * The bed: three namespaces for links, the first two also for lower devices, and
 * one for the far ends of those.
 *
 *	low0 veth    low1 veth    low2 dummy    low3 VLAN on low0
 *	low4 bridge with a veth in it           low5 the lab's network card
 *
 * low5 is a second dummy where that card is not. Each namespace has a bond, of
 * another mode, which changes the addresses of its ports in another way.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <linux/if_bonding.h>
#include <linux/if_link.h>

#include "../attrreq.h"
#include "../netcfg.h"
#include "stress.h"

struct shared {
	atomic_uint link_at[BED_LINKS];
	atomic_uint lower_at[BED_LOWERS];
};

static struct shared *shared;
static int namespaces[BED_NAMESPACES], wires;
static bool have_nic;

static const char *const links[BED_LINKS] = {
	"t0", "t1", "t2", "t3", "t4", "t5", "t6", "t7", "p0", "p1", "p2", "p3",
};

static const struct {
	const char *name, *wire;
} lowers[BED_LOWERS] = {
	{ "low0", "wire0" }, { "low1", "wire1" }, { "low2", NULL }, { "low3", NULL },
	{ "low4", "wire4" }, { "low5", NULL },
};

const char *bed_link(unsigned int i)
{
	return links[i];
}

bool bed_link_has_tap(unsigned int i)
{
	return links[i][0] == 't';
}

const char *bed_link_kind(unsigned int i)
{
	return bed_link_has_tap(i) ? "mvtap" : "mvlan";
}

const char *bed_lower(unsigned int i)
{
	return lowers[i].name;
}

const char *bed_wire_of(unsigned int i)
{
	return lowers[i].wire;
}

unsigned int bed_link_at(unsigned int i)
{
	return shared->link_at[i];
}

void bed_link_moved(unsigned int i, unsigned int ns)
{
	shared->link_at[i] = ns;
}

unsigned int bed_lower_at(unsigned int i)
{
	return shared->lower_at[i];
}

void bed_lower_moved(unsigned int i, unsigned int ns)
{
	shared->lower_at[i] = ns;
}

int bed_ns(unsigned int ns)
{
	return namespaces[ns];
}

static void enter(int fd)
{
	if (netns_enter(fd)) {
		perror("enter a namespace");
		abort();
	}
}

void bed_enter(unsigned int ns)
{
	enter(namespaces[ns]);
}

void bed_enter_wires(void)
{
	enter(wires);
}

unsigned int bed_enter_link(unsigned int i)
{
	bed_enter(bed_link_at(i));
	return if_nametoindex(links[i]);
}

unsigned int bed_enter_lower(unsigned int i)
{
	bed_enter(bed_lower_at(i));
	return if_nametoindex(lowers[i].name);
}

void bed_mac(unsigned int i, unsigned int which, uint8_t *mac)
{
	const uint8_t addr[6] = { 2, 0, 0, 0, (uint8_t)(0x10 + i), (uint8_t)which };

	memcpy(mac, addr, sizeof(addr));
}

const char *bed_mac_text(const uint8_t *mac)
{
	static char text[13];

	snprintf(text, sizeof(text), "%02x%02x%02x%02x%02x%02x",
		 mac[0], mac[1], mac[2], mac[3], mac[4], mac[5]);
	return text;
}

int bed_request(const char *name, const char *kind, unsigned int lower, const char *fmt, ...)
{
	static struct attrreq req;
	struct attranswer answer;
	char text[1024];
	va_list ap;
	int err;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	stress_note("%s %s", name, text);
	if (attrreq_build(&req, name, kind, lower, text))
		abort();
	err = attrreq_send(&req, &answer);
	return err ? err : -answer.error;
}

/* --- lower devices ------------------------------------------------------ */

/* The far end of a veth, to where it belongs; leaves us there. */
static int raise_wire(const char *wire)
{
	int err = link_set_netns(wire, wires);

	if (err)
		return err;
	bed_enter_wires();
	return link_up(wire);
}

static int make_veth(const char *name, const char *wire)
{
	int err = link_add_veth(name, wire);

	return err ? err : raise_wire(wire);
}

static int make_plain(const char *name, const char *kind)
{
	return bed_request(name, kind, ATTRREQ_NO_LINK, "%s", "");
}

static int make_vlan(const char *name, const char *on)
{
	unsigned int index = if_nametoindex(on);

	if (!index)
		return -ENODEV;
	return bed_request(name, "vlan", index, "%d u16:5", IFLA_VLAN_ID);
}

static int make_bridge(const char *name, const char *wire)
{
	char port[IFNAMSIZ];
	int err = make_plain(name, "bridge");

	snprintf(port, sizeof(port), "%s-port", name);
	if (!err)
		err = link_add_veth(port, wire);
	if (!err)
		err = bed_request(port, "veth", 0, "^ %d u32:%u", IFLA_MASTER,
				  if_nametoindex(name));
	if (!err)
		err = link_up(port);
	return err ? err : raise_wire(wire);
}

static int make_kind(unsigned int i)
{
	const char *name = lowers[i].name;

	switch (i) {
	case 0:
	case 1:
		return make_veth(name, lowers[i].wire);
	case 3:
		return make_vlan(name, lowers[0].name);
	case 4:
		return make_bridge(name, lowers[i].wire);
	case 5:
		return make_plain(name, have_nic ? "testnic" : "dummy");
	default:
		return make_plain(name, "dummy");
	}
}

/* Where the device is that it stands on, if there is one. */
int bed_lower_make(unsigned int i)
{
	unsigned int ns = i == 3 ? bed_lower_at(0) : 0;
	int err;

	bed_enter(ns);
	bed_lower_moved(i, ns);
	stress_note("make %s", lowers[i].name);
	err = make_kind(i);
	if (err)
		return err;
	bed_enter(ns);
	return link_up(lowers[i].name);
}

static void remove_port(unsigned int i)
{
	char port[IFNAMSIZ];

	snprintf(port, sizeof(port), "%s-port", lowers[i].name);
	link_del(port);
}

int bed_lower_remove(unsigned int i)
{
	bed_enter(bed_lower_at(i));
	stress_note("remove %s", lowers[i].name);
	if (i == 4)
		remove_port(i);
	return link_del(lowers[i].name);
}

/* --- all of it ---------------------------------------------------------- */

static void load_others(void)
{
	static const char *const modules[] = {
		"veth", "dummy", "8021q", "bridge", "bonding", "vhost_net",
	};
	const char *nic = getenv("MVTAP_TESTNIC_KO");
	char cmd[512];
	size_t i;

	for (i = 0; i < sizeof(modules) / sizeof(modules[0]); i++) {
		snprintf(cmd, sizeof(cmd), "modprobe -q %s", modules[i]);
		if (system(cmd))
			printf("# no module %s\n", modules[i]);
	}
	if (!nic || access(nic, R_OK))
		return;
	snprintf(cmd, sizeof(cmd), "test -d /sys/module/mvtap_testnic || insmod '%s'", nic);
	have_nic = !system(cmd);
}

/* No lower device; without the module there is none. */
static void make_bonds(void)
{
	static const int modes[BED_NAMESPACES] = {
		BOND_MODE_ACTIVEBACKUP, BOND_MODE_TLB, BOND_MODE_ALB,
	};
	unsigned int ns;

	for (ns = 0; ns < BED_NAMESPACES; ns++) {
		bed_enter(ns);
		bed_request(BED_BOND, "bond", ATTRREQ_NO_LINK, "%d %02x %d u32:50", IFLA_BOND_MODE,
			    modes[ns], IFLA_BOND_MIIMON);
		link_up(BED_BOND);
	}
}

int bed_make(void)
{
	unsigned int i;
	int err;

	load_others();
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED)
		return -errno;
	err = netcfg_private();
	if (err)
		return err;
	namespaces[0] = netns_here();
	for (i = 1; i < BED_NAMESPACES; i++)
		namespaces[i] = netns_new();
	wires = netns_new();
	make_bonds();
	for (i = 0; !err && i < BED_LOWERS; i++)
		err = bed_lower_make(i);
	if (err)
		fprintf(stderr, "bed: %s: %s\n", stress_noted(), strerror(-err));
	return err;
}

void bed_clear(void)
{
	unsigned int i, ns;

	for (ns = 0; ns < BED_NAMESPACES; ns++) {
		for (i = 0; i < BED_LINKS; i++) {
			bed_enter(ns);
			link_del(links[i]);
		}
		for (i = 0; i < BED_LOWERS; i++) {
			bed_lower_moved(i, ns);
			bed_lower_remove(i);
		}
		bed_enter(ns);
		link_del(BED_BOND);
	}
	bed_enter(0);
}
