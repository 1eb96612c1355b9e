/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Before 6.15 (69c7be1b903f, "rtnetlink: Pack newlink() params into struct")
 * rtnl_link_ops.newlink took its parameters one by one. The driver is written
 * for the new form; MVTAP_DEFINE_NEWLINK() makes the function of the old form.
 */
#ifndef _MVTAP_COMPAT_NET_RTNETLINK_H
#define _MVTAP_COMPAT_NET_RTNETLINK_H

#include_next <net/rtnetlink.h>

#include <linux/capability.h>

#ifdef MVTAP_HAVE_NEWLINK_PARAMS

#define MVTAP_DEFINE_NEWLINK(fn)
#define MVTAP_NEWLINK(fn) fn

#else

struct rtnl_newlink_params {
	struct net *src_net;
	struct nlattr **tb;
	struct nlattr **data;
};

static inline struct net *
rtnl_newlink_link_net(const struct rtnl_newlink_params *p)
{
	return p->src_net;
}

#define MVTAP_DEFINE_NEWLINK(fn)					\
static int fn##_unpacked(struct net *src_net, struct net_device *dev,	\
			 struct nlattr *tb[], struct nlattr *data[],	\
			 struct netlink_ext_ack *extack)		\
{									\
	struct rtnl_newlink_params params = {				\
		.src_net = src_net,					\
		.tb = tb,						\
		.data = data,						\
	};								\
									\
	return fn(dev, &params, extack);				\
}

#define MVTAP_NEWLINK(fn) fn##_unpacked

#endif

#ifndef MVTAP_HAVE_LINK_NET_CAPABLE

static inline bool rtnl_dev_link_net_capable(const struct net_device *dev,
					     const struct net *link_net)
{
	return net_eq(dev_net(dev), link_net) ||
	       ns_capable(link_net->user_ns, CAP_NET_ADMIN);
}

#endif

#endif /* _MVTAP_COMPAT_NET_RTNETLINK_H */
