/* SPDX-License-Identifier: GPL-2.0 */
/* skb_is_decrypted() came with 6.11 (9f06f87fef68). */
#ifndef _MVTAP_COMPAT_LINUX_SKBUFF_H
#define _MVTAP_COMPAT_LINUX_SKBUFF_H

#include_next <linux/skbuff.h>

#ifndef MVTAP_HAVE_SKB_IS_DECRYPTED
static inline bool skb_is_decrypted(const struct sk_buff *skb)
{
#ifdef CONFIG_TLS_DEVICE
	return skb->decrypted;
#else
	return false;
#endif
}
#endif

#endif /* _MVTAP_COMPAT_LINUX_SKBUFF_H */
