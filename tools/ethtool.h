/* SPDX-License-Identifier: GPL-2.0 */
/* What a driver tells by the ethtool ioctl: counters of its own, and features. */
#ifndef MVTAP_ETHTOOL_H
#define MVTAP_ETHTOOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ETHTOOL_NAME_SIZE 32

struct ethtool_counter {
	char name[ETHTOOL_NAME_SIZE];
	uint64_t value;
};

struct ethtool_feature {
	char name[ETHTOOL_NAME_SIZE];
	bool active;
	bool changeable;
};

/**
 * ethtool_counters() - as "ethtool -S"; of a link, the frames lost by reason
 * @list: free() it afterwards
 *
 * Return: 0, or an errno; EOPNOTSUPP if the device has none.
 */
int ethtool_counters(const char *name, struct ethtool_counter **list, size_t *count);

/** ethtool_features() - as "ethtool -k"; returns as ethtool_counters() */
int ethtool_features(const char *name, struct ethtool_feature **list, size_t *count);

#endif
