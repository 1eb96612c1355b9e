// SPDX-License-Identifier: GPL-2.0
#include "config.h"

#include <uapi/linux/mvtap.h>

#include <net/netlink.h>
#include <net/rtnetlink.h>

#include "attr.h"
#include "filter.h"
#include "macs.h"
#include "personality.h"
#include "port.h"

/* --- checks ------------------------------------------------------------- */

/* The flags that mean something in a mode. */
static u16 mvtap_config_flags_of(u32 mode)
{
	switch (mode) {
	case MACVLAN_MODE_PASSTHRU:
		return MACVLAN_FLAG_NOPROMISC;
	case MACVLAN_MODE_SOURCE:
		return MACVLAN_FLAG_NODST;
	default:
		return 0;
	}
}

static int mvtap_config_check_flags(u32 mode, const struct nlattr *attr,
				    struct netlink_ext_ack *extack)
{
	u16 foreign;

	if (!attr || mvtap_personality()->compat)
		return 0;
	foreign = nla_get_u16(attr) & ~mvtap_config_flags_of(mode);
	if (foreign & MACVLAN_FLAG_NOPROMISC)
		return mvtap_refuse(extack, attr, -EINVAL,
				    "Flag nopromisc is for mode passthru");
	if (foreign & MACVLAN_FLAG_NODST)
		return mvtap_refuse(extack, attr, -EINVAL,
				    "Flag nodst is for mode source");
	return 0;
}

int mvtap_config_check(u32 mode, struct nlattr *data[],
		       struct netlink_ext_ack *extack)
{
	const struct nlattr *op = data[IFLA_MVTAP_MACADDR_MODE];

	if (op && mode != MACVLAN_MODE_SOURCE)
		return mvtap_refuse(extack, op, -EINVAL,
				    "A list of source addresses is for mode source");
	return mvtap_config_check_flags(mode, data[IFLA_MVTAP_FLAGS], extack);
}

/*
 * What reaches the lower device's host or other links: a container that was
 * given a link shall not listen in on them, nor leave the mode that keeps it
 * apart.
 */
static const struct nlattr *mvtap_config_reaches_out(struct mvtap_dev *link,
						     struct nlattr *data[])
{
	const struct nlattr *flags = data[IFLA_MVTAP_FLAGS];

	if (mvtap_attr_mode(data, link->mode) != link->mode)
		return data[IFLA_MVTAP_MODE];
	if (flags && nla_get_u16(flags) != link->flags)
		return flags;
	return mvtap_settings_reach_out(data) ?:
	       data[IFLA_MVTAP_MACADDR_MODE] ?:
	       data[IFLA_MVTAP_BC_QUEUE_LEN] ?: data[IFLA_MVTAP_BC_CUTOFF];
}

static int mvtap_config_check_change(struct mvtap_dev *link,
				     struct nlattr *data[],
				     struct netlink_ext_ack *extack)
{
	u32 mode = mvtap_attr_mode(data, link->mode);
	const struct nlattr *attr;

	if (mode != link->mode && (mode == MACVLAN_MODE_PASSTHRU ||
				   mvtap_is_passthru(link)))
		return mvtap_refuse(extack, data[IFLA_MVTAP_MODE], -EINVAL,
				    "Mode cannot be changed from or to passthru");

	attr = mvtap_config_reaches_out(link, data);
	if (attr && !rtnl_dev_link_net_capable(link->dev,
					       dev_net(link->lower)))
		return mvtap_refuse(extack, attr, -EPERM,
				    "Needs CAP_NET_ADMIN in the lower device's network namespace");
	return mvtap_config_check(mode, data, extack);
}

/* --- the list of source addresses --------------------------------------- */

static int mvtap_config_stage(struct mvtap_dev *link, struct nlattr *data[])
{
	struct mvtap_source *src = &link->port->sources;
	const struct nlattr *attr;
	int rem, err = 0;

	if (data[IFLA_MVTAP_MACADDR])
		err = mvtap_source_stage(src, &link->sources,
					 nla_data(data[IFLA_MVTAP_MACADDR]));
	if (!data[IFLA_MVTAP_MACADDR_DATA])
		return err;
	nla_for_each_nested(attr, data[IFLA_MVTAP_MACADDR_DATA], rem) {
		if (err)
			break;
		err = mvtap_source_stage(src, &link->sources, nla_data(attr));
	}
	return err;
}

static int mvtap_config_replace(struct mvtap_dev *link, struct nlattr *data[])
{
	struct mvtap_source *src = &link->port->sources;
	int err = mvtap_config_stage(link, data);

	if (err)
		mvtap_source_abort(src, &link->sources);
	else
		mvtap_source_commit(src, &link->sources);
	return err;
}

static int mvtap_config_sources(struct mvtap_dev *link, struct nlattr *data[],
				struct netlink_ext_ack *extack)
{
	const struct nlattr *op = data[IFLA_MVTAP_MACADDR_MODE];
	struct mvtap_source *src = &link->port->sources;
	const u8 *addr = NULL;
	int err = 0;

	if (!op)
		return 0;
	if (data[IFLA_MVTAP_MACADDR])
		addr = nla_data(data[IFLA_MVTAP_MACADDR]);
	switch (nla_get_u32(op)) {
	case MACVLAN_MACADDR_ADD:
		err = mvtap_source_add(src, &link->sources, addr);
		break;
	case MACVLAN_MACADDR_DEL:
		mvtap_source_del(src, &link->sources, addr);
		break;
	case MACVLAN_MACADDR_FLUSH:
		mvtap_source_flush(src, &link->sources);
		break;
	case MACVLAN_MACADDR_SET:
		err = mvtap_config_replace(link, data);
		break;
	}
	if (err == -E2BIG)
		return mvtap_refuse(extack, op, err,
				    "A list of source addresses holds 4096 at most");
	return err;
}

/* --- changes ------------------------------------------------------------ */

/* As numbers, the negative ones are the largest: "always at once". */
static s32 mvtap_config_larger(s32 a, s32 b)
{
	return (u32)a > (u32)b ? a : b;
}

/*
 * What is in use was the largest of all wishes until one changed: nobody else's
 * is larger than that, and who has as large a one needs no further look.
 */
void mvtap_config_wishes(struct mvtap_port *port,
			 const struct mvtap_dev *changed)
{
	u32 len = changed ? changed->bc_queue_len : 0;
	s32 cutoff = changed ? changed->bc_cutoff : 0;
	struct mvtap_flood *flood = &port->flood;
	struct mvtap_dev *link;

	list_for_each_entry(link, &port->links, node) {
		if (len >= flood->queue_len &&
		    (u32)cutoff >= (u32)flood->cutoff)
			break;
		len = max(len, link->bc_queue_len);
		cutoff = mvtap_config_larger(cutoff, link->bc_cutoff);
	}
	WRITE_ONCE(flood->queue_len, len);
	/* In macvlan it is the port's, and the last word counts. */
	if (!mvtap_personality()->compat)
		WRITE_ONCE(flood->cutoff, cutoff);
}

int mvtap_config_new(struct mvtap_dev *link, struct nlattr *data[],
		     struct netlink_ext_ack *extack)
{
	struct mvtap_settings settings;
	int err;

	if (!data)
		return 0;
	err = mvtap_settings_read(link, data, link->mode, &settings, extack);
	if (!err)
		err = mvtap_settings_apply(link, &settings, extack);
	if (err)
		return err;
	if (data[IFLA_MVTAP_FLAGS])
		link->flags = nla_get_u16(data[IFLA_MVTAP_FLAGS]);
	if (data[IFLA_MVTAP_BC_QUEUE_LEN])
		link->bc_queue_len = nla_get_u32(data[IFLA_MVTAP_BC_QUEUE_LEN]);
	return mvtap_config_sources(link, data, extack);
}

void mvtap_config_abort(struct mvtap_dev *link)
{
	mvtap_settings_end(link);
	if (link->mode != MACVLAN_MODE_SOURCE)
		return;
	mvtap_source_flush(&link->port->sources, &link->sources);
	/* Receivers may have seen an entry, also of a list that failed. */
	synchronize_net();
}

void mvtap_config_port(struct mvtap_dev *link, struct nlattr *data[])
{
	if (data && data[IFLA_MVTAP_BC_CUTOFF])
		WRITE_ONCE(link->bc_cutoff,
			   nla_get_s32(data[IFLA_MVTAP_BC_CUTOFF]));
	if (data && data[IFLA_MVTAP_BC_CUTOFF] && mvtap_personality()->compat)
		WRITE_ONCE(link->port->flood.cutoff, link->bc_cutoff);
	mvtap_config_wishes(link->port, link);
}

/* Can fail for a passthru link only, and so not after a change of the list. */
static int mvtap_config_flags(struct mvtap_dev *link, u32 mode,
			      struct nlattr *data[],
			      struct netlink_ext_ack *extack)
{
	const struct nlattr *attr = data[IFLA_MVTAP_FLAGS];
	u16 flags = attr ? nla_get_u16(attr) : link->flags;
	int err;

	if (!mvtap_personality()->compat)
		flags &= mvtap_config_flags_of(mode);
	err = mvtap_filter_set_flags(link, flags);
	if (err)
		return mvtap_refuse(extack, attr, err,
				    "Lower device cannot be made promiscuous");
	return 0;
}

static void mvtap_config_apply(struct mvtap_dev *link, u32 mode,
			       struct nlattr *data[])
{
	u32 old = link->mode;

	if (link->mode == MACVLAN_MODE_SOURCE && mode != link->mode)
		mvtap_source_flush(&link->port->sources, &link->sources);
	mvtap_port_count_mode(link->port, mode, 1);
	WRITE_ONCE(link->mode, mode);
	mvtap_port_count_mode(link->port, old, -1);
	link->station.mode = mode;
	if (data[IFLA_MVTAP_BC_QUEUE_LEN])
		WRITE_ONCE(link->bc_queue_len,
			   nla_get_u32(data[IFLA_MVTAP_BC_QUEUE_LEN]));
	mvtap_config_port(link, data);
	if (data[IFLA_MVTAP_MAXMACS])
		mvtap_macs_admit_more(link);
}

/* What may fail comes first; what has been done by then is undone. */
static int mvtap_config_change(struct mvtap_dev *link, u32 mode,
			       struct nlattr *data[],
			       struct netlink_ext_ack *extack)
{
	struct mvtap_settings settings, before = link->settings;
	int err;

	err = mvtap_settings_read(link, data, mode, &settings, extack);
	if (err)
		return err;
	err = mode != link->mode ? mvtap_filter_prepare_mode(link, mode) : 0;
	if (err) {
		NL_SET_ERR_MSG(extack, "Lower device's filter takes no address");
		return err;
	}
	err = mvtap_settings_apply(link, &settings, extack);
	if (err)
		return err;
	err = mvtap_config_sources(link, data, extack);
	if (!err)
		err = mvtap_config_flags(link, mode, data, extack);
	if (err && mvtap_settings_apply(link, &before, NULL))
		netdev_warn(link->dev, "settings changed, though refused\n");
	return err;
}

int mvtap_config_changelink(struct net_device *dev, struct nlattr *tb[],
			    struct nlattr *data[],
			    struct netlink_ext_ack *extack)
{
	struct mvtap_dev *link = netdev_priv(dev);
	bool changes;
	u32 mode;
	int err;

	if (!data)
		return 0;
	err = mvtap_config_check_change(link, data, extack);
	if (err)
		return err;
	mode = mvtap_attr_mode(data, link->mode);
	changes = mode != link->mode;
	err = mvtap_config_change(link, mode, data, extack);
	if (!err)
		mvtap_config_apply(link, mode, data);
	if (changes)
		mvtap_filter_review_offload(link->port);
	return err;
}
