// SPDX-License-Identifier: GPL-2.0
/* What only our links have: modes, settings, lists of addresses. */
#define _GNU_SOURCE
#include <net/if.h>
#include <stdio.h>
#include <string.h>

#include <libmnl/libmnl.h>
#include <linux/mvtap.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>

#include "../attrreq.h"
#include "../netcfg.h"
#include "stress.h"

static int set(unsigned int i, const char *text)
{
	bed_enter(bed_link_at(i));
	return bed_request(bed_link(i), bed_link_kind(i), 0, "%s", text);
}

static int mode(struct rng *r)
{
	static const unsigned int modes[] = {
		MACVLAN_MODE_PRIVATE, MACVLAN_MODE_VEPA, MACVLAN_MODE_BRIDGE,
		MACVLAN_MODE_BRIDGE, MACVLAN_MODE_SOURCE, MACVLAN_MODE_PASSTHRU,
	};
	char text[64];

	snprintf(text, sizeof(text), "%d u32:%u", IFLA_MVTAP_MODE, RNG_PICK(r, modes));
	return set(rng_below(r, BED_LINKS), text);
}

const struct actor actor_mode = {
	.name = "mode", .step = mode, .weight = 8, .changes = true,
	/* From or to passthru; away from host reach. */
	.may = { ENODEV, EINVAL, EOPNOTSUPP },
};

/* On and off: the one-byte settings, and the flags of passthru and source. */
static int settings(struct rng *r)
{
	static const int attrs[] = {
		IFLA_MVTAP_HOST_REACH, IFLA_MVTAP_HOST_REACH, IFLA_MVTAP_HOST_REACH,
		IFLA_MVTAP_SPOOFCHECK, IFLA_MVTAP_STACK, IFLA_MVTAP_CARRIER,
	};
	char text[64];

	if (rng_one_in(r, 8))
		snprintf(text, sizeof(text), "%d u16:%u", IFLA_MVTAP_FLAGS, rng_below(r, 3));
	else
		snprintf(text, sizeof(text), "%d %02x", RNG_PICK(r, attrs), rng_below(r, 2));
	return set(rng_below(r, BED_LINKS), text);
}

const struct actor actor_settings = {
	.name = "settings", .step = settings, .weight = 10, .changes = true,
	/* Of another mode, or of the other kind. */
	.may = { ENODEV, EINVAL, EOPNOTSUPP },
};

/* The list of a source link; with a mode, so that it is one. */
static int sources(struct rng *r)
{
	unsigned int i = rng_below(r, BED_LINKS), what = rng_below(r, 4);
	char text[200], mode_text[20] = "";
	const char *addr;
	uint8_t mac[6];

	bed_mac(rng_below(r, BED_LINKS), rng_below(r, BED_MACS), mac);
	addr = bed_mac_text(mac);
	if (rng_one_in(r, 2))
		snprintf(mode_text, sizeof(mode_text), "%d u32:%d", IFLA_MVTAP_MODE,
			 MACVLAN_MODE_SOURCE);
	switch (what) {
	case MACVLAN_MACADDR_FLUSH:
		addr = "";
		break;
	case MACVLAN_MACADDR_SET:
		snprintf(text, sizeof(text), "%d u32:%u %s %d [ %d %u*%s ]",
			 IFLA_MVTAP_MACADDR_MODE, what, mode_text, IFLA_MVTAP_MACADDR_DATA,
			 IFLA_MVTAP_MACADDR, 1 + rng_below(r, 200), addr);
		return set(i, text);
	}
	snprintf(text, sizeof(text), "%d u32:%u %s", IFLA_MVTAP_MACADDR_MODE, what, mode_text);
	if (*addr)
		snprintf(text + strlen(text), sizeof(text) - strlen(text), " %d %s",
			 IFLA_MVTAP_MACADDR, addr);
	return set(i, text);
}

const struct actor actor_sources = {
	.name = "sources", .step = sources, .weight = 6, .changes = true,
	.may = { ENODEV, EINVAL, EOPNOTSUPP },
};

static int limits(struct rng *r)
{
	static const unsigned int lens[] = { 0, 1, 10, 1000, 5000 };
	static const int cutoffs[] = { -1, 0, 1, 4 };
	static const unsigned int counts[] = { 1, 2, 4, 1024 };
	char text[64];

	switch (rng_below(r, 3)) {
	case 0:
		snprintf(text, sizeof(text), "%d u32:%u", IFLA_MVTAP_BC_QUEUE_LEN,
			 RNG_PICK(r, lens));
		break;
	case 1:
		snprintf(text, sizeof(text), "%d u32:%u", IFLA_MVTAP_BC_CUTOFF,
			 (unsigned int)RNG_PICK(r, cutoffs));
		break;
	default:
		snprintf(text, sizeof(text), "%d u32:%u", IFLA_MVTAP_MAXMACS,
			 RNG_PICK(r, counts));
	}
	return set(rng_below(r, BED_LINKS), text);
}

const struct actor actor_limits = {
	.name = "limits", .step = limits, .weight = 6, .changes = true,
	/* More addresses than that are there. */
	.may = { ENODEV, EBUSY, EOPNOTSUPP },
};

/* The device node is made anew. */
static int node(struct rng *r)
{
	char text[64];

	snprintf(text, sizeof(text), "%d u32:%u %d u32:%u", IFLA_MVTAP_OWNER, rng_below(r, 3),
		 IFLA_MVTAP_PERM, 0600 + 010 * rng_below(r, 8));
	return set(rng_below(r, BED_LINKS), text);
}

const struct actor actor_node = {
	.name = "node", .step = node, .weight = 3, .changes = true,
	.may = { ENODEV, EINVAL, EOPNOTSUPP },
};

/* Further addresses and groups, by hand. */
static int fdb(struct rng *r)
{
	static struct attrreq req;
	struct attranswer answer;
	bool add = !rng_one_in(r, 3);
	struct nlmsghdr *nlh;
	uint8_t mac[6];
	int index, err;

	bed_mac(rng_below(r, BED_LINKS), rng_below(r, BED_MACS), mac);
	if (rng_one_in(r, 4))
		frame_group(r, mac);
	index = (int)bed_enter_link(rng_below(r, BED_LINKS));
	stress_note("%s %s at %d", add ? "add" : "remove", bed_mac_text(mac), index);
	if (!index)
		return -ENODEV;
	nlh = attrreq_begin_fdb(req.buf, add, index);
	mnl_attr_put(nlh, NDA_LLADDR, sizeof(mac), mac);
	err = attrreq_send(&req, &answer);
	return err ? err : -answer.error;
}

const struct actor actor_fdb = {
	.name = "fdb", .step = fdb, .weight = 6, .changes = true,
	/* There, or not there; another's; no room. */
	.may = { ENODEV, ENOENT, EEXIST, EADDRINUSE, ENOSPC, EBUSY },
};
