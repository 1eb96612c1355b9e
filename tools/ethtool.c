// SPDX-License-Identifier: GPL-2.0
#include "ethtool.h"

#include <errno.h>
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#define BLOCK(n) ((n) / 32)
#define BIT_OF(n) (1U << ((n) % 32))

struct handle {
	char name[IFNAMSIZ];
	int fd;
	struct ethtool_gstrings *strings;
};

static int ask(const struct handle *h, void *cmd)
{
	struct ifreq ifr = { .ifr_data = cmd };

	memcpy(ifr.ifr_name, h->name, sizeof(ifr.ifr_name));
	return ioctl(h->fd, SIOCETHTOOL, &ifr) < 0 ? errno : 0;
}

static int set_size(const struct handle *h, uint32_t set, uint32_t *size)
{
	struct {
		struct ethtool_sset_info info;
		uint32_t size;
	} cmd = { .info = { .cmd = ETHTOOL_GSSET_INFO, .sset_mask = 1ULL << set } };
	int err = ask(h, &cmd);

	if (err)
		return err;
	if (!cmd.info.sset_mask)
		return EOPNOTSUPP;
	*size = cmd.size;
	return 0;
}

static void leave(struct handle *h)
{
	free(h->strings);
	close(h->fd);
}

/* Opens, and reads the names of a set of strings. */
static int enter(struct handle *h, const char *name, uint32_t set)
{
	uint32_t size = 0;
	int err;

	memset(h, 0, sizeof(*h));
	snprintf(h->name, sizeof(h->name), "%s", name);
	h->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (h->fd < 0)
		return errno;
	err = set_size(h, set, &size);
	if (!err) {
		h->strings = calloc(1, sizeof(*h->strings) + size * ETH_GSTRING_LEN);
		err = h->strings ? 0 : ENOMEM;
	}
	if (!err) {
		h->strings->cmd = ETHTOOL_GSTRINGS;
		h->strings->string_set = set;
		h->strings->len = size;
		err = ask(h, h->strings);
	}
	if (!err && h->strings->len > size)
		err = EAGAIN;	/* it grew meanwhile */
	if (err)
		leave(h);
	return err;
}

static void take_name(char *to, const struct handle *h, size_t i)
{
	snprintf(to, ETHTOOL_NAME_SIZE, "%.*s", ETH_GSTRING_LEN - 1,
		 (const char *)h->strings->data + i * ETH_GSTRING_LEN);
}

static int read_counters(const struct handle *h, struct ethtool_counter **list)
{
	size_t count = h->strings->len;
	struct ethtool_stats *stats;
	int err = ENOMEM;

	stats = calloc(1, sizeof(*stats) + count * sizeof(uint64_t));
	*list = calloc(count + 1, sizeof(**list));
	if (stats && *list) {
		stats->cmd = ETHTOOL_GSTATS;
		stats->n_stats = count;
		err = ask(h, stats);
	}
	for (size_t i = 0; !err && i < count; i++) {
		take_name((*list)[i].name, h, i);
		(*list)[i].value = stats->data[i];
	}
	free(stats);
	if (err)
		free(*list);
	return err;
}

int ethtool_counters(const char *name, struct ethtool_counter **list, size_t *count)
{
	struct handle h;
	int err = enter(&h, name, ETH_SS_STATS);

	*list = NULL;
	*count = 0;
	if (err)
		return err;
	err = read_counters(&h, list);
	if (err)
		*list = NULL;
	else
		*count = h.strings->len;
	leave(&h);
	return err;
}

static int read_features(const struct handle *h, struct ethtool_feature **list)
{
	size_t count = h->strings->len, blocks = BLOCK(count + 31);
	struct ethtool_gfeatures *f;
	int err = ENOMEM;

	f = calloc(1, sizeof(*f) + blocks * sizeof(f->features[0]));
	*list = calloc(count + 1, sizeof(**list));
	if (f && *list) {
		f->cmd = ETHTOOL_GFEATURES;
		f->size = blocks;
		err = ask(h, f);
	}
	for (size_t i = 0; !err && i < count; i++) {
		const struct ethtool_get_features_block *b = &f->features[BLOCK(i)];

		take_name((*list)[i].name, h, i);
		(*list)[i].active = b->active & BIT_OF(i);
		(*list)[i].changeable = b->available & ~b->never_changed & BIT_OF(i);
	}
	free(f);
	if (err)
		free(*list);
	return err;
}

int ethtool_features(const char *name, struct ethtool_feature **list, size_t *count)
{
	struct handle h;
	int err = enter(&h, name, ETH_SS_FEATURES);

	*list = NULL;
	*count = 0;
	if (err)
		return err;
	err = read_features(&h, list);
	if (err)
		*list = NULL;
	else
		*count = h.strings->len;
	leave(&h);
	return err;
}
