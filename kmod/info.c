// SPDX-License-Identifier: GPL-2.0
#include "info.h"

#include <uapi/linux/mvtap.h>

#include <linux/cred.h>
#include <net/netlink.h>

#include "dev.h"
#include "macs.h"
#include "personality.h"
#include "port.h"
#include "tap.h"

/* --- IFLA_INFO_DATA ------------------------------------------------------ */

static size_t mvtap_info_sources_size(const struct mvtap_dev *link)
{
	/* The core sizes the buffers of a dump without RTNL. */
	unsigned int count = READ_ONCE(link->sources.count);

	return count ? nla_total_size(0) + count * nla_total_size(ETH_ALEN) : 0;
}

static size_t mvtap_info_own_size(void)
{
	return nla_total_size(sizeof(u8)) +	/* IFLA_MVTAP_HOST_REACH */
	       nla_total_size(sizeof(u8)) +	/* IFLA_MVTAP_SPOOFCHECK */
	       nla_total_size(sizeof(u32)) +	/* IFLA_MVTAP_MAXMACS */
	       nla_total_size(sizeof(u32)) +	/* IFLA_MVTAP_MACS */
	       nla_total_size(sizeof(s32)) +	/* ..._BC_CUTOFF_USED */
	       nla_total_size(sizeof(u8)) +	/* IFLA_MVTAP_STACK */
	       nla_total_size(sizeof(u8)) +	/* IFLA_MVTAP_CARRIER */
	       nla_total_size(sizeof(u32)) +	/* IFLA_MVTAP_OWNER */
	       nla_total_size(sizeof(u32)) +	/* IFLA_MVTAP_GROUP */
	       nla_total_size(sizeof(u32)) +	/* IFLA_MVTAP_PERM */
	       nla_total_size(MVTAP_NODE_NAME);	/* IFLA_MVTAP_NODE */
}

size_t mvtap_info_get_size(const struct net_device *dev)
{
	const struct mvtap_dev *link = netdev_priv(dev);

	return nla_total_size(sizeof(u32)) +	/* IFLA_MVTAP_MODE */
	       nla_total_size(sizeof(u16)) +	/* IFLA_MVTAP_FLAGS */
	       nla_total_size(sizeof(u32)) +	/* ..._MACADDR_COUNT */
	       nla_total_size(sizeof(u32)) +	/* IFLA_MVTAP_BC_QUEUE_LEN */
	       nla_total_size(sizeof(u32)) +	/* ..._BC_QUEUE_LEN_USED */
	       nla_total_size(sizeof(s32)) +	/* IFLA_MVTAP_BC_CUTOFF */
	       mvtap_info_sources_size(link) +	/* ..._MACADDR_DATA */
	       mvtap_info_own_size();
}

static int mvtap_info_put_source(const u8 *addr, void *skb)
{
	return nla_put(skb, IFLA_MVTAP_MACADDR, ETH_ALEN, addr);
}

static int mvtap_info_put_sources(struct sk_buff *skb,
				  const struct mvtap_dev *link)
{
	struct nlattr *nest;
	int err;

	if (!link->sources.count)
		return 0;
	nest = nla_nest_start_noflag(skb, IFLA_MVTAP_MACADDR_DATA);
	if (!nest)
		return -EMSGSIZE;
	err = mvtap_source_read(&link->sources, mvtap_info_put_source, skb);
	if (err)
		nla_nest_cancel(skb, nest);
	else
		nla_nest_end(skb, nest);
	return err;
}

/* Ids as the reader sees them. */
static int mvtap_info_put_node(struct sk_buff *skb,
			       const struct mvtap_dev *link)
{
	const struct mvtap_settings *settings = &link->settings;
	struct user_namespace *ns = current_user_ns();
	char name[MVTAP_NODE_NAME];

	if (nla_put_u8(skb, IFLA_MVTAP_STACK, READ_ONCE(settings->stack)) ||
	    nla_put_u8(skb, IFLA_MVTAP_CARRIER, READ_ONCE(settings->carrier)) ||
	    nla_put_u32(skb, IFLA_MVTAP_OWNER,
			from_kuid_munged(ns, settings->owner)) ||
	    nla_put_u32(skb, IFLA_MVTAP_GROUP,
			from_kgid_munged(ns, settings->group)) ||
	    nla_put_u32(skb, IFLA_MVTAP_PERM, settings->perm))
		return -EMSGSIZE;
	if (!mvtap_node_name(mvtap_tap_node(link), name))
		return 0;
	return nla_put_string(skb, IFLA_MVTAP_NODE, name);
}

static int mvtap_info_put_own(struct sk_buff *skb,
			      const struct mvtap_dev *link)
{
	const struct mvtap_settings *settings = &link->settings;

	if (nla_put_u8(skb, IFLA_MVTAP_HOST_REACH,
		       READ_ONCE(settings->host_reach)) ||
	    nla_put_u8(skb, IFLA_MVTAP_SPOOFCHECK,
		       READ_ONCE(settings->spoofcheck)) ||
	    nla_put_u32(skb, IFLA_MVTAP_MAXMACS,
			READ_ONCE(settings->maxmacs)) ||
	    nla_put_u32(skb, IFLA_MVTAP_MACS, mvtap_macs_count(link)) ||
	    nla_put_s32(skb, IFLA_MVTAP_BC_CUTOFF_USED,
			READ_ONCE(link->port->flood.cutoff)))
		return -EMSGSIZE;
	return link->tap ? mvtap_info_put_node(skb, link) : 0;
}

int mvtap_info_fill(struct sk_buff *skb, const struct net_device *dev)
{
	const struct mvtap_dev *link = netdev_priv(dev);
	const struct mvtap_flood *flood = &link->port->flood;
	bool compat = mvtap_personality()->compat;
	s32 cutoff = compat ? READ_ONCE(flood->cutoff) :
			      READ_ONCE(link->bc_cutoff);

	if (nla_put_u32(skb, IFLA_MVTAP_MODE, READ_ONCE(link->mode)) ||
	    nla_put_u16(skb, IFLA_MVTAP_FLAGS, READ_ONCE(link->flags)) ||
	    nla_put_u32(skb, IFLA_MVTAP_MACADDR_COUNT, link->sources.count) ||
	    mvtap_info_put_sources(skb, link) ||
	    nla_put_u32(skb, IFLA_MVTAP_BC_QUEUE_LEN,
			READ_ONCE(link->bc_queue_len)) ||
	    nla_put_u32(skb, IFLA_MVTAP_BC_QUEUE_LEN_USED,
			READ_ONCE(flood->queue_len)))
		return -EMSGSIZE;
	/* macvlan is silent about its default. */
	if ((!compat || cutoff != MVTAP_BC_CUTOFF) &&
	    nla_put_s32(skb, IFLA_MVTAP_BC_CUTOFF, cutoff))
		return -EMSGSIZE;
	return mvtap_info_put_own(skb, link);
}

/* --- LINK_XSTATS_TYPE_MVTAP; under RTNL ---------------------------------- */

static size_t mvtap_info_queue_size(void)
{
	return nla_total_size(0) +		/* MVTAP_XSTATS_QUEUE */
	       nla_total_size(sizeof(u32)) +	/* MVTAP_QUEUE_INDEX */
	       nla_total_size(sizeof(u32)) +	/* MVTAP_QUEUE_SIZE */
	       nla_total_size(sizeof(u32));	/* MVTAP_QUEUE_BACKLOG */
}

size_t mvtap_info_get_xstats_size(const struct net_device *dev, int attr)
{
	const struct mvtap_dev *link = netdev_priv(dev);

	if (attr != IFLA_STATS_LINK_XSTATS || !link->tap)
		return 0;
	return nla_total_size(0) +
	       link->tap->numqueues * mvtap_info_queue_size();
}

static int mvtap_info_put_queue(struct sk_buff *skb,
				const struct tap_queue *queue)
{
	struct nlattr *nest = nla_nest_start_noflag(skb, MVTAP_XSTATS_QUEUE);

	if (!nest)
		return -EMSGSIZE;
	if ((queue->enabled &&
	     nla_put_u32(skb, MVTAP_QUEUE_INDEX, queue->queue_index)) ||
	    nla_put_u32(skb, MVTAP_QUEUE_SIZE, queue->ring.size) ||
	    nla_put_u32(skb, MVTAP_QUEUE_BACKLOG,
			mvtap_tap_backlog(queue))) {
		nla_nest_cancel(skb, nest);
		return -EMSGSIZE;
	}
	nla_nest_end(skb, nest);
	return 0;
}

/* What does not fit goes on in the next message, at @next. */
int mvtap_info_fill_xstats(struct sk_buff *skb, const struct net_device *dev,
			   int *next, int attr)
{
	const struct mvtap_dev *link = netdev_priv(dev);
	const struct tap_queue *queue;
	struct nlattr *nest;
	int i = 0, err = 0;

	if (attr != IFLA_STATS_LINK_XSTATS || !link->tap)
		return 0;
	nest = nla_nest_start_noflag(skb, LINK_XSTATS_TYPE_MVTAP);
	if (!nest)
		return -EMSGSIZE;
	list_for_each_entry(queue, &link->tap->queue_list, next) {
		if (i++ < *next)
			continue;
		err = mvtap_info_put_queue(skb, queue);
		if (err)
			break;
		*next = i;
	}
	nla_nest_end(skb, nest);
	if (!err)
		*next = 0;
	return err;
}
