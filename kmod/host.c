// SPDX-License-Identifier: GPL-2.0
/* What the host sends: classify, ask fwd, execute. And when to look. */
#include "host.h"

#include <linux/etherdevice.h>
#include <linux/netdevice.h>
#include <linux/percpu.h>
#include <linux/rtnetlink.h>
#include <net/dst_metadata.h>
#include <net/xfrm.h>

#include "deliver.h"
#include "dev.h"
#include "port.h"

/* --- the frames --------------------------------------------------------- */

/*
 * The frame of a link that this CPU is handing to a lower device. It meets the
 * hook there at once, in the same context, so that one is enough; by its
 * contents it cannot be told from a frame of the host. A device on top of
 * another passes on the same frame, where it is no link's any more.
 */
struct mvtap_host_foreign {
	const struct sk_buff *skb;
	const struct net_device *lower;
};

static DEFINE_PER_CPU(struct mvtap_host_foreign, mvtap_host_foreign);

/* Tasks with bottom halves off take turns on a CPU, in the midst of all this. */
#if defined(CONFIG_PREEMPT_RT) && !defined(CONFIG_PREEMPT_RT_NEEDS_BH_LOCK)
#define MVTAP_HOST_CANNOT_TELL true
#else
#define MVTAP_HOST_CANNOT_TELL false
#endif

void mvtap_host_begin_wire(const struct sk_buff *skb)
{
	this_cpu_write(mvtap_host_foreign.skb, skb);
	this_cpu_write(mvtap_host_foreign.lower, skb->dev);
}

void mvtap_host_end_wire(void)
{
	this_cpu_write(mvtap_host_foreign.skb, NULL);
}

static bool mvtap_host_is_foreign(const struct mvtap_port *port,
				  const struct sk_buff *skb)
{
	return this_cpu_read(mvtap_host_foreign.skb) == skb &&
	       this_cpu_read(mvtap_host_foreign.lower) == port->lower;
}

/*
 * IPsec, TLS and MACsec with offload are encrypted behind the hook, by the core
 * or by the NIC: such a frame is for the wire only.
 */
static bool mvtap_host_is_cleartext(struct sk_buff *skb)
{
	return xfrm_offload(skb) || skb_is_decrypted(skb) ||
	       skb_metadata_dst(skb);
}

static unsigned int mvtap_host_unicast(struct mvtap_port *port,
				       struct sk_buff *skb)
{
	struct mvtap_dev *to;
	enum mvtap_dst dst;

	to = mvtap_mactable_find(&port->macs, eth_hdr(skb)->h_dest);
	if (!to || !READ_ONCE(to->settings.host_reach))
		return NF_ACCEPT;
	dst = MVTAP_DST_LINK + mvtap_mode(to);
	if (mvtap_fwd_unicast(MVTAP_HOST, dst) != MVTAP_TO_LINK)
		return NF_ACCEPT;
	mvtap_deliver_from_host(port->lower, to, skb);
	return NF_STOLEN;
}

static unsigned int mvtap_host_group(struct mvtap_port *port,
				     struct sk_buff *skb)
{
	mvtap_echo_sent(port->echo, skb);
	mvtap_flood(port, skb, MVTAP_HOST, 0);
	return NF_ACCEPT;
}

/*
 * Context: RCU read side. Packet sockets with PACKET_QDISC_BYPASS come with
 * bottom halves on. Data is at the MAC header.
 */
static unsigned int mvtap_host_hook(void *priv, struct sk_buff *skb,
				    const struct nf_hook_state *state)
{
	struct mvtap_port *port = priv;
	unsigned int verdict;

	/* pktgen sends one frame many times. */
	if (unlikely(skb_shared(skb) || !pskb_may_pull(skb, ETH_HLEN)))
		return NF_ACCEPT;
	skb_reset_mac_header(skb);
	local_bh_disable();
	if (mvtap_host_is_foreign(port, skb) ||
	    unlikely(mvtap_host_is_cleartext(skb)))
		verdict = NF_ACCEPT;
	else if (is_multicast_ether_addr(skb->data))
		verdict = mvtap_host_group(port, skb);
	else
		verdict = mvtap_host_unicast(port, skb);
	local_bh_enable();
	return verdict;
}

/* --- the hook ----------------------------------------------------------- */

#ifdef CONFIG_NETFILTER_EGRESS
static int mvtap_host_hook_up(struct mvtap_port *port)
{
	struct mvtap_host *host = &port->host;
	int err;

	err = nf_register_net_hook(dev_net(port->lower), &host->ops);
	host->hooked = !err;
	return err;
}

static void mvtap_host_unhook(struct mvtap_port *port)
{
	struct mvtap_host *host = &port->host;

	if (host->hooked)
		nf_unregister_net_hook(dev_net(port->lower), &host->ops);
	host->hooked = false;
}
#else
static int mvtap_host_hook_up(struct mvtap_port *port)
{
	return -EOPNOTSUPP;
}

static void mvtap_host_unhook(struct mvtap_port *port)
{
}
#endif

static int mvtap_host_start(struct mvtap_port *port,
			    struct netlink_ext_ack *extack)
{
	int err;

	if (MVTAP_HOST_CANNOT_TELL) {
		NL_SET_ERR_MSG(extack, "PREEMPT_RT: needs CONFIG_PREEMPT_RT_NEEDS_BH_LOCK");
		return -EOPNOTSUPP;
	}
	err = mvtap_host_hook_up(port);
	if (err == -EOPNOTSUPP)
		NL_SET_ERR_MSG(extack, "Host reach needs a kernel with CONFIG_NETFILTER_EGRESS");
	return err;
}

int mvtap_host_get(struct mvtap_port *port, struct netlink_ext_ack *extack)
{
	int err = 0;

	ASSERT_RTNL();
	if (!port->host.hooked)
		err = mvtap_host_start(port, extack);
	if (!err)
		port->host.users++;
	return err;
}

void mvtap_host_put(struct mvtap_port *port)
{
	ASSERT_RTNL();
	if (!--port->host.users)
		mvtap_host_unhook(port);
}

void mvtap_host_suspend(struct mvtap_port *port)
{
	mvtap_host_unhook(port);
}

void mvtap_host_resume(struct mvtap_port *port)
{
	int err;

	if (!port->host.users || port->host.hooked)
		return;
	err = mvtap_host_hook_up(port);
	if (err)
		netdev_warn(port->lower, "host does not reach its links: %pe\n",
			    ERR_PTR(err));
}

int mvtap_host_init(struct mvtap_port *port)
{
	port->host.ops = (struct nf_hook_ops) {
		.hook = mvtap_host_hook,
		.dev = port->lower,
		.priv = port,
		.pf = NFPROTO_NETDEV,
		.hooknum = NF_NETDEV_EGRESS,
		/* after the filters of the host */
		.priority = INT_MAX,
	};
	port->host.mark = metadata_dst_alloc(0, METADATA_HW_PORT_MUX,
					     GFP_KERNEL);
	return port->host.mark ? 0 : -ENOMEM;
}

void mvtap_host_destroy(struct mvtap_host *host)
{
	/* Frames on their way may have references, too. */
	dst_release(&host->mark->dst);
}
