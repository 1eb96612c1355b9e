/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What stands in front of a frame in a batch of TUN_MSG_PTR: a virtio_net_hdr,
 * behind the size of the buffer in 6.1 and 6.12; in 7.3 the xdp_buff has it.
 */
#ifndef _MVTAP_COMPAT_LINUX_IF_TUN_H
#define _MVTAP_COMPAT_LINUX_IF_TUN_H

#include_next <linux/if_tun.h>
#include <net/xdp.h>

static inline struct virtio_net_hdr *mvtap_xdp_vnet(const struct xdp_buff *xdp)
{
#ifdef MVTAP_HAVE_TUN_XDP_HDR
	return &((struct tun_xdp_hdr *)xdp->data_hard_start)->gso;
#else
	return xdp->data_hard_start;
#endif
}

static inline unsigned int mvtap_xdp_size(const struct xdp_buff *xdp)
{
#ifdef MVTAP_HAVE_TUN_XDP_HDR
	return ((struct tun_xdp_hdr *)xdp->data_hard_start)->buflen;
#else
	return xdp->frame_sz;
#endif
}

#endif /* _MVTAP_COMPAT_LINUX_IF_TUN_H */
