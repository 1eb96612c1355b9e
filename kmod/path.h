/* SPDX-License-Identifier: GPL-2.0 */
/* The entrances of the packet path. */
#ifndef _MVTAP_PATH_H
#define _MVTAP_PATH_H

#include <linux/netdevice.h>

struct mvtap_dev;
struct mvtap_run;

/* rx_handler of the lower device. Context: RCU read side, softirq. */
rx_handler_result_t mvtap_rx(struct sk_buff **pskb);

/* ndo_start_xmit of a link. */
netdev_tx_t mvtap_xmit(struct sk_buff *skb, struct net_device *dev);

/**
 * mvtap_tx - the same for a frame that has not passed the core
 * @skb: data and MAC header at the Ethernet header; gone afterwards
 * @from: the link that sends it
 * @run: takes it if it is for the ring of another link's queue; or NULL
 *
 * Context: RCU read side, bottom halves off.
 * Return: NET_XMIT_*.
 */
int mvtap_tx(struct sk_buff *skb, struct mvtap_dev *from,
	     struct mvtap_run *run);

#endif /* _MVTAP_PATH_H */
