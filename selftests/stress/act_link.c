// SPDX-License-Identifier: GPL-2.0
/* Links come, go, move, and change as any device does. */
#define _GNU_SOURCE
#include <net/if.h>
#include <stdio.h>
#include <unistd.h>

#include <linux/if_link.h>

#include "../attrreq.h"
#include "../netcfg.h"
#include "stress.h"

static const unsigned int modes[] = {
	MACVLAN_MODE_PRIVATE, MACVLAN_MODE_VEPA, MACVLAN_MODE_BRIDGE, MACVLAN_MODE_BRIDGE,
	MACVLAN_MODE_BRIDGE, MACVLAN_MODE_SOURCE, MACVLAN_MODE_PASSTHRU,
};

/* On any lower device, into any namespace, mostly up at once. */
static int create(struct rng *r)
{
	unsigned int i = rng_below(r, BED_LINKS), low = rng_below(r, BED_LOWERS);
	unsigned int ns = rng_below(r, BED_NAMESPACES), mode = RNG_PICK(r, modes);
	unsigned int index = bed_enter_lower(low);
	char address[40] = "";
	uint8_t mac[6];
	int err;

	stress_note("%s on %s", bed_link(i), bed_lower(low));
	if (!index)
		return -ENODEV;
	bed_mac(i, rng_below(r, BED_MACS), mac);
	if (mode != MACVLAN_MODE_PASSTHRU)
		snprintf(address, sizeof(address), "^ %d %s", IFLA_ADDRESS, bed_mac_text(mac));
	err = bed_request(bed_link(i), bed_link_kind(i), index, "%d u32:%u ^ %d u32:%d %s",
			  IFLA_MACVLAN_MODE, mode, IFLA_NET_NS_FD, bed_ns(ns), address);
	if (err)
		return err;
	bed_link_moved(i, ns);
	if (!rng_one_in(r, 8)) {
		bed_enter(ns);
		link_up(bed_link(i));
	}
	return 0;
}

const struct actor actor_create = {
	.name = "create", .step = create, .weight = 20, .changes = true,
	/* The name or address is taken; a passthru link is or wants to be alone. */
	.may = { ENODEV, EEXIST, EADDRINUSE, EINVAL, EBUSY, EOPNOTSUPP },
};

static int delete(struct rng *r)
{
	unsigned int i = rng_below(r, BED_LINKS);

	bed_enter(bed_link_at(i));
	stress_note("%s", bed_link(i));
	return link_del(bed_link(i));
}

const struct actor actor_delete = {
	.name = "delete", .step = delete, .weight = 3, .changes = true, .may = { ENODEV },
};

static int move(struct rng *r)
{
	unsigned int i = rng_below(r, BED_LINKS), ns = rng_below(r, BED_NAMESPACES);
	int err;

	bed_enter(bed_link_at(i));
	stress_note("%s from %u to %u", bed_link(i), bed_link_at(i), ns);
	err = link_set_netns(bed_link(i), bed_ns(ns));
	if (err)
		return err;
	bed_link_moved(i, ns);
	if (rng_one_in(r, 2)) {
		bed_enter(ns);
		link_up(bed_link(i));
	}
	return 0;
}

const struct actor actor_move = {
	.name = "move", .step = move, .weight = 4, .changes = true,
	.may = { ENODEV, EEXIST },
};

/* Into a namespace that ends at once, and its links with it. */
static int nsdel(struct rng *r)
{
	unsigned int i = rng_below(r, BED_LINKS);
	int fd = netns_new(), err;

	if (fd < 0)
		return -errno;
	bed_enter(bed_link_at(i));
	stress_note("%s", bed_link(i));
	err = link_set_netns(bed_link(i), fd);
	close(fd);
	return err;
}

const struct actor actor_nsdel = {
	.name = "nsdel", .step = nsdel, .weight = 1, .changes = true, .may = { ENODEV, EEXIST },
};

static int updown(struct rng *r)
{
	unsigned int i = rng_below(r, BED_LINKS);
	bool down = rng_one_in(r, 3);

	bed_enter(bed_link_at(i));
	stress_note("%s %s", bed_link(i), down ? "down" : "up");
	return down ? link_down(bed_link(i)) : link_up(bed_link(i));
}

const struct actor actor_updown = {
	.name = "updown", .step = updown, .weight = 8, .changes = true,
	.may = { ENODEV, EADDRINUSE },
};

static int mtu(struct rng *r)
{
	static const unsigned int sizes[] = { 68, 1280, 1500, 1500, 1600, 9000 };
	unsigned int i = rng_below(r, BED_LINKS);

	bed_enter(bed_link_at(i));
	return bed_request(bed_link(i), bed_link_kind(i), 0, "^ %d u32:%u", IFLA_MTU,
			   RNG_PICK(r, sizes));
}

const struct actor actor_mtu = {
	.name = "mtu", .step = mtu, .weight = 4, .changes = true,
	/* Larger than the lower device's. */
	.may = { ENODEV, EINVAL, EOPNOTSUPP },
};

/* Also to another link's address. */
static int mac(struct rng *r)
{
	unsigned int i = rng_below(r, BED_LINKS);
	uint8_t addr[6];

	bed_enter(bed_link_at(i));
	bed_mac(rng_one_in(r, 4) ? rng_below(r, BED_LINKS) : i, rng_below(r, BED_MACS), addr);
	stress_note("%s %s", bed_link(i), bed_mac_text(addr));
	return link_set_mac(bed_link(i), addr);
}

const struct actor actor_mac = {
	.name = "mac", .step = mac, .weight = 8, .changes = true,
	/* EBUSY: a passthru link's lower device takes no address while it is up. */
	.may = { ENODEV, EADDRINUSE, EBUSY },
};

/* Resizes the rings of all open queues. */
static int txqlen(struct rng *r)
{
	static const unsigned int lens[] = { 1, 2, 16, 500, 500, 4096 };
	unsigned int i = rng_below(r, BED_LINKS), len = RNG_PICK(r, lens);

	bed_enter(bed_link_at(i));
	stress_note("%s %u", bed_link(i), len);
	return link_set_txqlen(bed_link(i), len);
}

const struct actor actor_txqlen = {
	.name = "txqlen", .step = txqlen, .weight = 6, .changes = true, .may = { ENODEV },
};

/* A VLAN device on a link: with an address of its own, and a tag to filter. */
static int upper(struct rng *r)
{
	unsigned int i = rng_below(r, BED_LINKS), index = bed_enter_link(i);
	char name[IFNAMSIZ];
	uint8_t addr[6];
	int err;

	snprintf(name, sizeof(name), "%s.7", bed_link(i));
	stress_note("%s", name);
	if (rng_one_in(r, 2))
		return link_del(name);
	if (!index)
		return -ENODEV;
	bed_mac(rng_below(r, BED_LINKS), rng_below(r, BED_MACS), addr);
	err = bed_request(name, "vlan", index, "%d u16:7 ^ %d %s", IFLA_VLAN_ID, IFLA_ADDRESS,
			  bed_mac_text(addr));
	return err ? err : link_up(name);
}

const struct actor actor_upper = {
	.name = "upper", .step = upper, .weight = 3, .changes = true,
	/* ENETDOWN: not while the link is down. */
	.may = { ENODEV, EEXIST, ENETDOWN, EADDRINUSE },
};

/*
 * Into the bond of its namespace and out again: bonds give their ports other
 * addresses, some without asking.
 */
static int bond(struct rng *r)
{
	unsigned int i = rng_below(r, BED_LINKS), to = 0;

	bed_enter(bed_link_at(i));
	if (!rng_one_in(r, 3)) {
		to = if_nametoindex(BED_BOND);
		link_down(bed_link(i));
	}
	return bed_request(bed_link(i), bed_link_kind(i), 0, "^ %d u32:%u", IFLA_MASTER, to);
}

static const char *bond_missing(void)
{
	bed_enter(0);
	return if_nametoindex(BED_BOND) ? NULL : "no bonding";
}

const struct actor actor_bond = {
	.name = "bond", .step = bond, .missing = bond_missing, .weight = 3, .changes = true,
	/* Up again already; an address that is taken; queues, or the lower device, say no. */
	.may = { ENODEV, EPERM, EADDRINUSE, EBUSY, EINVAL, EOPNOTSUPP },
};
