/* SPDX-License-Identifier: GPL-2.0 */
/*
 * struct class lost .owner in 6.4 (6e30a66433af), and .namespace() has had
 * three signatures: (struct device *) before 6.4, (const struct device *)
 * after, and a result of type struct ns_common * in 7.x. The device that
 * device_type.devnode() is given became const later than 6.1.
 */
#ifndef _MVTAP_COMPAT_LINUX_DEVICE_CLASS_H
#define _MVTAP_COMPAT_LINUX_DEVICE_CLASS_H

#include_next <linux/device/class.h>

#ifdef MVTAP_HAVE_CLASS_NS_COMMON
#define MVTAP_CLASS_NS_RESULT const struct ns_common *
#define MVTAP_CLASS_NS(net) to_ns_common(net)
#else
#define MVTAP_CLASS_NS_RESULT const void *
#define MVTAP_CLASS_NS(net) (net)
#endif

#ifdef MVTAP_HAVE_CLASS_CONST_DEVICE
#define MVTAP_CLASS_NS_DEVICE const struct device
#else
#define MVTAP_CLASS_NS_DEVICE struct device
#endif

#ifdef MVTAP_HAVE_DEVNODE_CONST_DEVICE
#define MVTAP_DEVNODE_DEVICE const struct device
#else
#define MVTAP_DEVNODE_DEVICE struct device
#endif

#ifdef MVTAP_HAVE_CLASS_OWNER
#define MVTAP_CLASS_OWNER .owner = THIS_MODULE,
#else
#define MVTAP_CLASS_OWNER
#endif

#endif /* _MVTAP_COMPAT_LINUX_DEVICE_CLASS_H */
