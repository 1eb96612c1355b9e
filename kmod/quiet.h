/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Would a frame meet anyone in the core, on its way from a link's character
 * device to us, or from us to it? If not, it may take the straight way.
 */
#ifndef _MVTAP_QUIET_H
#define _MVTAP_QUIET_H

#include <linux/if_vlan.h>
#include <linux/netdevice.h>
#include <net/sch_generic.h>

/* Ingress hooks of a device: tc, netfilter, XDP of the generic kind. */
static inline bool mvtap_quiet_ingress(const struct net_device *dev)
{
#ifdef MVTAP_TC_HOOKS
	if (rcu_access_pointer(dev->mvtap_tc_ingress))
		return false;
#endif
#ifdef CONFIG_NETFILTER_INGRESS
	if (rcu_access_pointer(dev->nf_hooks_ingress))
		return false;
#endif
	return !rcu_access_pointer(dev->xdp_prog);
}

static inline bool mvtap_quiet_egress(const struct net_device *dev)
{
#ifdef MVTAP_TC_HOOKS
	if (rcu_access_pointer(dev->mvtap_tc_egress))
		return false;
#endif
#ifdef CONFIG_NETFILTER_EGRESS
	if (rcu_access_pointer(dev->nf_hooks_egress))
		return false;
#endif
	return true;
}

/*
 * The one and only qdisc is "noqueue"; that of a device which is down, or has
 * no carrier, is not.
 */
static inline bool mvtap_quiet_qdisc(struct net_device *dev)
{
	struct netdev_queue *txq = netdev_get_tx_queue(dev, 0);
	const struct Qdisc *qdisc = rcu_dereference_bh(txq->qdisc);

	return !qdisc->enqueue && rcu_access_pointer(dev->qdisc) == qdisc;
}

/* Context: RCU read side, bottom halves off. */
static inline bool mvtap_quiet_rx(struct net_device *dev)
{
	return !dev_nit_active_rcu(dev) && mvtap_quiet_ingress(dev);
}

/* Context: RCU read side, bottom halves off. */
static inline bool mvtap_quiet_tx(struct net_device *dev)
{
	return !dev_nit_active_rcu(dev) && mvtap_quiet_egress(dev) &&
	       mvtap_quiet_qdisc(dev);
}

/* The core takes a tag off, and looks for a device of that VLAN. What protocol
 * a frame has, who sends it by a packet socket may say as he likes.
 */
static inline bool mvtap_quiet_frame(const struct sk_buff *skb)
{
	return !skb_vlan_tag_present(skb) && !eth_type_vlan(eth_hdr(skb)->h_proto);
}

#endif /* _MVTAP_QUIET_H */
