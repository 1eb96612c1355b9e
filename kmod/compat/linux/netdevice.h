/* SPDX-License-Identifier: GPL-2.0 */
/*
 * "Transmit needs no lock" and "protodown may be changed" were feature and
 * private flags before 6.12 (00d066a4d4ed, 6c862d0b1f9c) and are bits of
 * struct net_device since.
 */
#ifndef _MVTAP_COMPAT_LINUX_NETDEVICE_H
#define _MVTAP_COMPAT_LINUX_NETDEVICE_H

#include_next <linux/netdevice.h>

static inline void mvtap_set_lltx(struct net_device *dev)
{
#ifdef MVTAP_HAVE_LLTX_BIT
	dev->lltx = true;
#else
	dev->features |= NETIF_F_LLTX;
#endif
}

/* Feature bits that a driver must keep set on kernels where LLTX is one. */
#ifdef MVTAP_HAVE_LLTX_BIT
#define MVTAP_F_LLTX ((netdev_features_t)0)
#else
#define MVTAP_F_LLTX NETIF_F_LLTX
#endif

static inline void mvtap_set_change_proto_down(struct net_device *dev)
{
#ifdef MVTAP_HAVE_PROTO_DOWN_BIT
	dev->change_proto_down = true;
#else
	dev->priv_flags |= IFF_CHANGE_PROTO_DOWN;
#endif
}

/*
 * ndo_fdb_add() and ndo_fdb_del() have a further parameter since 6.14
 * (4b42fbc6bd8f, 42575ad5aab9): set if the driver has notified by itself.
 */
#ifdef MVTAP_HAVE_FDB_NOTIFIED
#define MVTAP_FDB_NOTIFIED bool *notified,
#else
#define MVTAP_FDB_NOTIFIED
#endif

/* In 6.12 ndo_netpoll_setup() has a further parameter, in 7.3 no longer. */
#ifdef MVTAP_HAVE_NETPOLL_INFO
#define MVTAP_DEFINE_NETPOLL_SETUP(fn)				\
static inline int fn##_with_info(struct net_device *dev,	\
				 struct netpoll_info *info)	\
{								\
	return fn(dev);						\
}

#define MVTAP_NETPOLL_SETUP(fn) fn##_with_info
#else
#define MVTAP_DEFINE_NETPOLL_SETUP(fn)
#define MVTAP_NETPOLL_SETUP(fn) fn
#endif

/* 7.3 has a name of its own for callers in the RCU read side. */
#ifndef MVTAP_HAVE_NIT_ACTIVE_RCU
static inline bool dev_nit_active_rcu(struct net_device *dev)
{
	return dev_nit_active(dev);
}
#endif

/* Where tc hooks in: the clsact qdisc before 6.6 (e420bed02507), tcx since. */
#ifdef MVTAP_HAVE_TCX
#ifdef CONFIG_NET_XGRESS
#define MVTAP_TC_HOOKS
#endif
#define mvtap_tc_ingress tcx_ingress
#define mvtap_tc_egress tcx_egress
#else
#ifdef CONFIG_NET_CLS_ACT
#define MVTAP_TC_HOOKS
#endif
#define mvtap_tc_ingress miniq_ingress
#define mvtap_tc_egress miniq_egress
#endif

#endif /* _MVTAP_COMPAT_LINUX_NETDEVICE_H */
