/* SPDX-License-Identifier: GPL-2.0 */
/* The two entrances of the packet path. */
#ifndef _MVTAP_PATH_H
#define _MVTAP_PATH_H

#include <linux/netdevice.h>

/* rx_handler of the lower device. Context: RCU read side, softirq. */
rx_handler_result_t mvtap_rx(struct sk_buff **pskb);

/* ndo_start_xmit of a link. */
netdev_tx_t mvtap_xmit(struct sk_buff *skb, struct net_device *dev);

#endif /* _MVTAP_PATH_H */
