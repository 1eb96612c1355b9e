/* SPDX-License-Identifier: GPL-2.0 */
/*
 * In 6.1 a device's time stamping is set by an ioctl, which we make look like
 * the operations of today; 6.12 has these, and generic_hwtstamp_*_lower().
 */
#ifndef _MVTAP_COMPAT_LINUX_NET_TSTAMP_H
#define _MVTAP_COMPAT_LINUX_NET_TSTAMP_H

#ifdef MVTAP_HAVE_HWTSTAMP_OPS

#include_next <linux/net_tstamp.h>

#define MVTAP_HWTSTAMP_OPS(get, set) \
	.ndo_hwtstamp_get = (get), .ndo_hwtstamp_set = (set)
#define MVTAP_DEFINE_HWTSTAMP(get, set)

#else

#include <uapi/linux/net_tstamp.h>

#include <linux/if.h>
#include <linux/netdevice.h>
#include <linux/sockios.h>
#include <linux/string.h>

/* The request travels on as it came. */
struct kernel_hwtstamp_config {
	struct ifreq *ifr;
};

static inline int mvtap_hwtstamp_lower(struct net_device *lower,
				       struct kernel_hwtstamp_config *config,
				       int cmd)
{
	const struct net_device_ops *ops = lower->netdev_ops;
	struct ifreq ifr = { .ifr_ifru = config->ifr->ifr_ifru };
	int err;

	if (!netif_device_present(lower))
		return -ENODEV;
	if (!ops->ndo_eth_ioctl)
		return -EOPNOTSUPP;
	strscpy(ifr.ifr_name, lower->name, sizeof(ifr.ifr_name));
	err = ops->ndo_eth_ioctl(lower, &ifr, cmd);
	if (!err)
		config->ifr->ifr_ifru = ifr.ifr_ifru;
	return err;
}

static inline int
generic_hwtstamp_get_lower(struct net_device *lower,
			   struct kernel_hwtstamp_config *config)
{
	return mvtap_hwtstamp_lower(lower, config, SIOCGHWTSTAMP);
}

static inline int
generic_hwtstamp_set_lower(struct net_device *lower,
			   struct kernel_hwtstamp_config *config,
			   struct netlink_ext_ack *extack)
{
	return mvtap_hwtstamp_lower(lower, config, SIOCSHWTSTAMP);
}

#define MVTAP_HWTSTAMP_OPS(get, set) .ndo_eth_ioctl = get##_or_##set
#define MVTAP_DEFINE_HWTSTAMP(get, set)					\
static int get##_or_##set(struct net_device *dev, struct ifreq *ifr,	\
			  int cmd)					\
{									\
	struct kernel_hwtstamp_config config = { .ifr = ifr };		\
									\
	switch (cmd) {							\
	case SIOCGHWTSTAMP:						\
		return get(dev, &config);				\
	case SIOCSHWTSTAMP:						\
		return set(dev, &config, NULL);				\
	default:							\
		return -EOPNOTSUPP;					\
	}								\
}

#endif

#endif /* _MVTAP_COMPAT_LINUX_NET_TSTAMP_H */
