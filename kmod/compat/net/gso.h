/* SPDX-License-Identifier: GPL-2.0 */
/* Segmentation moved to a header of its own in 6.5 (d457a0e329b0). */
#ifndef _MVTAP_COMPAT_NET_GSO_H
#define _MVTAP_COMPAT_NET_GSO_H

#ifdef MVTAP_HAVE_GSO_H
#include_next <net/gso.h>
#else
#include <linux/netdevice.h>
#endif

#endif /* _MVTAP_COMPAT_NET_GSO_H */
