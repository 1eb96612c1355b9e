/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Since 6.15 (8ef890df4031, "net: move misc netdev_lock flavors to a separate
 * header") this header has netdev_lockdep_set_classes(); <linux/netdevice.h>
 * had it before.
 */
#ifndef _MVTAP_COMPAT_NET_NETDEV_LOCK_H
#define _MVTAP_COMPAT_NET_NETDEV_LOCK_H

#ifdef MVTAP_HAVE_NETDEV_LOCK_H
#include_next <net/netdev_lock.h>
#else
#include <linux/netdevice.h>
#endif

#endif /* _MVTAP_COMPAT_NET_NETDEV_LOCK_H */
