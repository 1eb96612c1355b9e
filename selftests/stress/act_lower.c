// SPDX-License-Identifier: GPL-2.0
/* Lower devices go, come back, move, and change under their links. */
#define _GNU_SOURCE
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/ethtool.h>
#include <linux/if_link.h>
#include <linux/sockios.h>

#include "../netcfg.h"
#include "stress.h"

static int life(struct rng *r)
{
	unsigned int i = rng_below(r, BED_LOWERS);

	if (!bed_enter_lower(i))
		return bed_lower_make(i);
	return rng_one_in(r, 12) ? bed_lower_remove(i) : 0;
}

const struct actor actor_lower_life = {
	.name = "lower_life", .step = life, .weight = 2, .changes = true,
	/* The device that it stands on is away; half of a pair is left. */
	.may = { ENODEV, EEXIST, ENETDOWN },
};

/* Into a namespace that ends at once; or, mostly, to another. */
static int move(struct rng *r)
{
	unsigned int i = rng_below(r, BED_LOWERS), ns = rng_below(r, 2);
	bool last = rng_one_in(r, 12);
	int fd = last ? netns_new() : bed_ns(ns);
	int err;

	bed_enter(bed_lower_at(i));
	stress_note("%s to %d", bed_lower(i), last ? -1 : (int)ns);
	err = link_set_netns(bed_lower(i), fd);
	if (last) {
		close(fd);
		return err;
	}
	if (err)
		return err;
	bed_lower_moved(i, ns);
	bed_enter(ns);
	link_up(bed_lower(i));
	return 0;
}

const struct actor actor_lower_move = {
	.name = "lower_move", .step = move, .weight = 1, .changes = true,
	/* EINVAL: a bridge stays where it is. */
	.may = { ENODEV, EEXIST, EINVAL },
};

static int change_mac(struct rng *r, unsigned int i)
{
	uint8_t mac[6] = { 2, 0, 0, 0, 1, 0 };

	mac[5] = (uint8_t)(i * 2 + rng_below(r, 2));
	if (rng_one_in(r, 4))
		bed_mac(rng_below(r, BED_LINKS), rng_below(r, BED_MACS), mac);
	stress_note("%s %s", bed_lower(i), bed_mac_text(mac));
	return link_set_mac(bed_lower(i), mac);
}

static int state(struct rng *r)
{
	static const unsigned int mtus[] = { 1280, 1500, 1500, 4000, 9000 };
	unsigned int i = rng_below(r, BED_LOWERS), what = rng_below(r, 8);

	bed_enter(bed_lower_at(i));
	stress_note("%s %u", bed_lower(i), what);
	switch (what) {
	case 0:
		return link_down(bed_lower(i));
	case 1:
	case 2:
		return bed_request(bed_lower(i), "", 0, "^ %d u32:%u", IFLA_MTU,
				   RNG_PICK(r, mtus));
	case 3:
	case 4:
		return change_mac(r, i);
	case 5:	/* the far end: the lower device loses its carrier */
		if (!bed_wire_of(i))
			return link_up(bed_lower(i));
		bed_enter_wires();
		return rng_one_in(r, 2) ? link_down(bed_wire_of(i)) : link_up(bed_wire_of(i));
	default:
		return link_up(bed_lower(i));
	}
}

const struct actor actor_lower_state = {
	.name = "lower_state", .step = state, .weight = 6, .changes = true,
	/* An address that a link uses; of a card that is up; a VLAN above one that is down. */
	.may = { ENODEV, EADDRINUSE, EBUSY, ENETDOWN, ERANGE, EINVAL },
};

static int ethtool(const char *name, void *cmd)
{
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct ifreq ifr = { .ifr_data = cmd };
	int err;

	snprintf(ifr.ifr_name, sizeof(ifr.ifr_name), "%s", name);
	err = ioctl(fd, SIOCETHTOOL, &ifr) < 0 ? -errno : 0;
	close(fd);
	return err;
}

#define FEATURES 128

/* The bit of feature @word, and how many features the kernel has. */
static int find_feature(const char *name, const char *word, unsigned int *count)
{
	struct {
		struct ethtool_gstrings h;
		char text[FEATURES][ETH_GSTRING_LEN];
	} names = { .h = { .cmd = ETHTOOL_GSTRINGS, .string_set = ETH_SS_FEATURES } };
	struct {
		struct ethtool_sset_info h;
		uint32_t count;
	} info = { .h = { .cmd = ETHTOOL_GSSET_INFO, .sset_mask = 1ull << ETH_SS_FEATURES } };
	unsigned int i;
	int err = ethtool(name, &info);

	if (err)
		return err;
	if (info.count > FEATURES)
		return -EOPNOTSUPP;
	*count = names.h.len = info.count;
	err = ethtool(name, &names);
	for (i = 0; !err && i < names.h.len; i++)
		if (!strcmp(names.text[i], word))
			return (int)i;
	return err ? err : -EOPNOTSUPP;
}

static int features(struct rng *r)
{
	static const char *const words[] = {
		"l2-fwd-offload", "tx-tcp-segmentation", "rx-gro", "rx-lro",
		"tx-checksum-ip-generic",
	};
	struct {
		struct ethtool_sfeatures h;
		struct ethtool_set_features_block block[FEATURES / 32];
	} req = { .h = { .cmd = ETHTOOL_SFEATURES } };
	unsigned int i = rng_below(r, BED_LOWERS);
	const char *word = RNG_PICK(r, words);
	unsigned int count;
	int bit;

	bed_enter(bed_lower_at(i));
	stress_note("%s %s", bed_lower(i), word);
	bit = find_feature(bed_lower(i), word, &count);
	if (bit < 0)
		return bit;
	req.h.size = (count + 31) / 32;
	req.block[bit / 32].valid = 1u << bit % 32;
	req.block[bit / 32].requested = rng_one_in(r, 2) ? 1u << bit % 32 : 0;
	return ethtool(bed_lower(i), &req);
}

const struct actor actor_lower_features = {
	.name = "features", .step = features, .weight = 3, .changes = true,
	.may = { ENODEV, EOPNOTSUPP },
};
