// SPDX-License-Identifier: GPL-2.0
/* What the wire brings: classify, ask fwd, execute. */
#include "path.h"

#include <linux/etherdevice.h>
#include <net/ip.h>

#include "deliver.h"
#include "dev.h"
#include "port.h"

/* @from: the link with the frame's source address, or NULL. */
static enum mvtap_src mvtap_rx_src(const struct mvtap_dev *from)
{
	return from ? MVTAP_RX_OWN + mvtap_mode(from) : MVTAP_RX_OUTSIDE;
}

struct mvtap_rx_listed {
	struct sk_buff *skb;
	bool ends;	/* a link has it that leaves it to nobody else */
};

static void mvtap_rx_visit_listed(struct mvtap_dev *link, void *arg)
{
	struct mvtap_rx_listed *listed = arg;

	if (!(READ_ONCE(link->dev->flags) & IFF_UP))
		return;
	mvtap_deliver_listed(link, listed->skb);
	listed->ends |= READ_ONCE(link->flags) & MACVLAN_FLAG_NODST;
}

static bool mvtap_rx_give_listed(struct mvtap_port *port, struct sk_buff *skb)
{
	struct mvtap_rx_listed listed = { .skb = skb };
	const u8 *addr = eth_hdr(skb)->h_source;
	struct mvtap_dev *from;

	if (eth_hdr(skb)->h_proto == htons(ETH_P_PAUSE))
		return false;
	from = mvtap_mactable_find(&port->macs, addr);
	if (mvtap_fwd_listed(mvtap_rx_src(from)) != MVTAP_TO_LINK)
		return false;
	mvtap_source_walk(&port->sources, addr, mvtap_rx_visit_listed,
			  &listed);
	if (listed.ends)
		consume_skb(skb);
	return listed.ends;
}

/*
 * Links in mode source that are up take their copies, whatever the frame's
 * destination.
 * Return: the frame ends here, and is gone.
 */
static bool mvtap_rx_listed(struct mvtap_port *port, struct sk_buff *skb)
{
	return unlikely(mvtap_source_any(&port->sources)) &&
	       mvtap_rx_give_listed(port, skb);
}

/*
 * Whose a frame for one of our links is matters to private links only, at either
 * end, as the unit test holds the table to: most ports have none, and are spared
 * the second look into the table of addresses.
 */
static enum mvtap_src mvtap_rx_unicast_src(struct mvtap_port *port,
					   const u8 *addr)
{
	if (likely(!READ_ONCE(port->privates)))
		return MVTAP_RX_OUTSIDE;
	return mvtap_rx_src(mvtap_mactable_find(&port->macs, addr));
}

static rx_handler_result_t mvtap_rx_unicast(struct mvtap_port *port,
					    struct sk_buff **pskb)
{
	const struct ethhdr *eth = eth_hdr(*pskb);
	struct mvtap_dev *to;
	enum mvtap_src src;
	enum mvtap_dst dst;

	/* The host and a lone passthru link cannot share the lower device:
	 * the link gets whatever comes.
	 */
	to = rcu_dereference(port->sole);
	if (!to)
		to = mvtap_mactable_find(&port->macs, eth->h_dest);
	/* Nobody's of ours: for the host, from whatever source. That is what the
	 * table says in each row, and the unit test holds it to that.
	 */
	if (!to)
		return RX_HANDLER_PASS;

	dst = MVTAP_DST_LINK + mvtap_mode(to);
	src = mvtap_rx_unicast_src(port, eth->h_source);
	switch (mvtap_fwd_unicast(src, dst)) {
	case MVTAP_TO_LINK:
		return mvtap_deliver_rx(to, pskb);
	case MVTAP_REFUSE:
		mvtap_deliver_drop(to, *pskb, MVTAP_DROP_RX_PRIVATE);
		return RX_HANDLER_CONSUMED;
	default:
		return RX_HANDLER_PASS;
	}
}

/* Of a group's frame, as it came: fragments are sent one by one. */
static enum mvtap_src mvtap_rx_group_src(struct mvtap_port *port,
					 const struct sk_buff *skb,
					 const struct mvtap_dev *from)
{
	const u8 *addr = eth_hdr(skb)->h_source;

	if (from)
		return (mvtap_echo_recall(from->echo,
					  mvtap_echo_print(skb, false)) ?
			MVTAP_RX_ECHO : MVTAP_RX_OWN) + mvtap_mode(from);
	if (ether_addr_equal(addr, port->lower->dev_addr) &&
	    mvtap_echo_recall(port->echo, mvtap_echo_print(skb, false)))
		return MVTAP_RX_HOST_ECHO;
	return MVTAP_RX_OUTSIDE;
}

/*
 * A reassembly for each lower device, so that nobody completes the datagrams of
 * another network. The last one of the kernel's is macvlan's.
 */
static u32 mvtap_rx_defrag_user(const struct mvtap_port *port)
{
	return IP_DEFRAG_MACVLAN + (u32)port->lower->ifindex;
}

static rx_handler_result_t mvtap_rx_group(struct mvtap_port *port,
					  struct sk_buff **pskb)
{
	struct sk_buff *skb = *pskb;
	struct mvtap_dev *from;
	enum mvtap_src src;
	bool reach;

	from = mvtap_mactable_find(&port->macs, eth_hdr(skb)->h_source);
	src = mvtap_rx_group_src(port, skb, from);
	/* Several links in one network namespace share its reassembly, which
	 * would take the copies of a fragment for duplicates.
	 */
	if (mvtap_mcast_wanted_by_more(&port->mcast, eth_hdr(skb)->h_dest,
				       MVTAP_MCAST_BOTH, 0) ||
	    mvtap_source_any(&port->sources)) {
		skb = ip_check_defrag(dev_net(skb->dev), skb,
				      mvtap_rx_defrag_user(port));
		if (!skb)
			return RX_HANDLER_CONSUMED;
		*pskb = skb;
	}
	if (mvtap_rx_listed(port, skb))
		return RX_HANDLER_CONSUMED;
	if (mvtap_fwd_copies(src))
		mvtap_flood(port, skb, src, from ? from->id : 0);
	reach = from && READ_ONCE(from->settings.host_reach);
	if (mvtap_fwd_group(src, reach) != MVTAP_CONSUME)
		return RX_HANDLER_PASS;
	consume_skb(skb);
	return RX_HANDLER_CONSUMED;
}

/*
 * A VLAN device with REORDER_HDR off puts the tag back between the addresses
 * and the type, other than for a port of macvlan or a bridge. We are none of
 * them, but no more expect the Ethernet header to be that long.
 * Return: the frame without tag, or NULL and it is gone.
 */
static struct sk_buff *mvtap_rx_untag(struct sk_buff *skb)
{
	struct net_device *lower = skb->dev;
	int extra;

	/* It is nobody's yet: the lower device loses it. */
	skb = skb_share_check(skb, GFP_ATOMIC);
	if (unlikely(!skb || skb_cow(skb, skb_headroom(skb)))) {
		dev_core_stats_rx_dropped_inc(lower);
		kfree_skb_reason(skb, SKB_DROP_REASON_NOMEM);
		return NULL;
	}
	extra = skb->data - skb_mac_header(skb) - ETH_HLEN;
	memmove(skb_mac_header(skb) + extra, skb_mac_header(skb),
		2 * ETH_ALEN);
	skb->mac_header += extra;
	/* They stood in front of it. */
	skb_metadata_clear(skb);
	skb_reset_mac_len(skb);
	return skb;
}

rx_handler_result_t mvtap_rx(struct sk_buff **pskb)
{
	struct sk_buff *skb = *pskb;
	struct mvtap_port *port = rcu_dereference(skb->dev->rx_handler_data);

	/* What dev_loopback_xmit() sends has no Ethernet header. */
	if (unlikely(skb->pkt_type == PACKET_LOOPBACK))
		return RX_HANDLER_PASS;
	/* A link's, for the host: the links have had it. */
	if (mvtap_host_marked(&port->host, skb)) {
		skb_dst_drop(skb);
		return RX_HANDLER_PASS;
	}
	if (unlikely(skb->data - skb_mac_header(skb) > ETH_HLEN)) {
		skb = mvtap_rx_untag(skb);
		if (!skb)
			return RX_HANDLER_CONSUMED;
		*pskb = skb;
	}
	if (is_multicast_ether_addr(eth_hdr(skb)->h_dest))
		return mvtap_rx_group(port, pskb);
	if (mvtap_rx_listed(port, skb))
		return RX_HANDLER_CONSUMED;
	return mvtap_rx_unicast(port, pskb);
}
