/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Host reach: what the host sends out of a lower device goes to links, too.
 * A hook where frames leave that device, there while a link wants it.
 */
#ifndef _MVTAP_HOST_H
#define _MVTAP_HOST_H

#include <linux/netfilter.h>
#include <linux/skbuff.h>
#include <net/dst_metadata.h>

struct mvtap_port;
struct netlink_ext_ack;

/**
 * struct mvtap_host - the way between one lower device and its links
 * @ops: the egress hook
 * @mark: on frames that links send to the host, until they have passed our
 *	rx_handler
 * @users: links with host reach; RTNL
 * @hooked: the hook is there; RTNL
 */
struct mvtap_host {
	struct nf_hook_ops ops;
	struct metadata_dst *mark;
	unsigned int users;
	bool hooked;
};

/* Its lower device is known. Return: 0 or -ENOMEM. */
int mvtap_host_init(struct mvtap_port *port);
/* No link and no frame path is left. */
void mvtap_host_destroy(struct mvtap_host *host);

/**
 * mvtap_host_get - a link wants to hear the host
 * @port: its port
 * @extack: told the cause of a failure
 *
 * Context: RTNL, may sleep.
 * Return: 0, -EOPNOTSUPP (kernel without egress hooks), -ENOMEM.
 */
int mvtap_host_get(struct mvtap_port *port, struct netlink_ext_ack *extack);
/* The last one takes the hook away. Context: RTNL, may sleep. */
void mvtap_host_put(struct mvtap_port *port);

/*
 * A hook belongs to a network namespace: away before the lower device leaves
 * it, and back when it has arrived. Context: RTNL, may sleep.
 */
void mvtap_host_suspend(struct mvtap_port *port);
void mvtap_host_resume(struct mvtap_port *port);

/* Does a link send the frame? Then it is on its way to the host. */
static inline bool mvtap_host_marked(const struct mvtap_host *host,
				     const struct sk_buff *skb)
{
	const struct dst_entry *dst = skb_dst(skb);

	return unlikely(dst) && dst == &host->mark->dst;
}

static inline void mvtap_host_mark(const struct mvtap_host *host,
				   struct sk_buff *skb)
{
	skb_dst_set(skb, dst_clone(&host->mark->dst));
}

/*
 * Around a link's own transmission out of the lower device: the hook leaves
 * this frame alone. Context: bottom halves off.
 */
void mvtap_host_begin_wire(const struct sk_buff *skb);
void mvtap_host_end_wire(void);

#endif /* _MVTAP_HOST_H */
