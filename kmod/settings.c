// SPDX-License-Identifier: GPL-2.0
#include "settings.h"

#include <linux/capability.h>
#include <linux/cred.h>
#include <linux/netdevice.h>

#include "attr.h"
#include "carrier.h"
#include "dev.h"
#include "host.h"
#include "macs.h"
#include "personality.h"
#include "port.h"
#include "tap.h"

void mvtap_settings_init(struct mvtap_settings *settings)
{
	*settings = (struct mvtap_settings) {
		.stack = mvtap_personality()->compat,
		.maxmacs = 1,
		.owner = GLOBAL_ROOT_UID,
		.group = GLOBAL_ROOT_GID,
		.perm = MVTAP_PERM,
	};
}

/* --- what is asked for -------------------------------------------------- */

static int mvtap_settings_read_host(struct nlattr *data[], u32 mode,
				    struct mvtap_settings *settings,
				    struct netlink_ext_ack *extack)
{
	const struct nlattr *attr = data[IFLA_MVTAP_HOST_REACH];

	if (attr)
		settings->host_reach = nla_get_u8(attr);
	if (!settings->host_reach || mode == MACVLAN_MODE_BRIDGE ||
	    mode == MACVLAN_MODE_PRIVATE)
		return 0;
	return mvtap_refuse(extack, attr ?: data[IFLA_MVTAP_MODE], -EINVAL,
			    "Host reach is for modes bridge and private");
}

static int mvtap_settings_read_macs(const struct mvtap_dev *link,
				    struct nlattr *data[],
				    struct mvtap_settings *settings,
				    struct netlink_ext_ack *extack)
{
	const struct nlattr *attr = data[IFLA_MVTAP_MAXMACS];

	if (data[IFLA_MVTAP_SPOOFCHECK])
		settings->spoofcheck = nla_get_u8(data[IFLA_MVTAP_SPOOFCHECK]);
	if (!attr)
		return 0;
	settings->maxmacs = nla_get_u32(attr);
	if (!mvtap_is_passthru(link) &&
	    settings->maxmacs < mvtap_macs_count(link))
		return mvtap_refuse(extack, attr, -EBUSY,
				    "The link has more addresses than that");
	return 0;
}

static int mvtap_settings_read_node(struct nlattr *data[],
				    struct mvtap_settings *settings,
				    struct netlink_ext_ack *extack)
{
	struct user_namespace *ns = current_user_ns();
	const struct nlattr *attr;

	/* /dev is the host's, wherever the lower device is. */
	attr = data[IFLA_MVTAP_OWNER] ?: data[IFLA_MVTAP_GROUP] ?:
	       data[IFLA_MVTAP_PERM];
	if (attr && !capable(CAP_NET_ADMIN))
		return mvtap_refuse(extack, attr, -EPERM,
				    "Needs CAP_NET_ADMIN in the initial user namespace");
	attr = data[IFLA_MVTAP_OWNER];
	if (attr)
		settings->owner = make_kuid(ns, nla_get_u32(attr));
	if (!uid_valid(settings->owner))
		return mvtap_refuse(extack, attr, -EINVAL, "No such user id");
	attr = data[IFLA_MVTAP_GROUP];
	if (attr)
		settings->group = make_kgid(ns, nla_get_u32(attr));
	if (!gid_valid(settings->group))
		return mvtap_refuse(extack, attr, -EINVAL, "No such group id");
	if (data[IFLA_MVTAP_PERM])
		settings->perm = nla_get_u32(data[IFLA_MVTAP_PERM]);
	return 0;
}

static int mvtap_settings_read_tap(const struct mvtap_dev *link,
				   struct nlattr *data[],
				   struct mvtap_settings *settings,
				   struct netlink_ext_ack *extack)
{
	static const u16 ours[] = {
		IFLA_MVTAP_STACK, IFLA_MVTAP_CARRIER, IFLA_MVTAP_OWNER,
		IFLA_MVTAP_GROUP, IFLA_MVTAP_PERM,
	};
	int i;

	for (i = 0; i < ARRAY_SIZE(ours) && !link->tap; i++)
		if (data[ours[i]])
			return mvtap_refuse(extack, data[ours[i]], -EINVAL,
					    "For links with a character device only");
	if (data[IFLA_MVTAP_STACK])
		settings->stack = nla_get_u8(data[IFLA_MVTAP_STACK]);
	if (data[IFLA_MVTAP_CARRIER])
		settings->carrier = nla_get_u8(data[IFLA_MVTAP_CARRIER]);
	return mvtap_settings_read_node(data, settings, extack);
}

int mvtap_settings_read(const struct mvtap_dev *link, struct nlattr *data[],
			u32 mode, struct mvtap_settings *settings,
			struct netlink_ext_ack *extack)
{
	int err;

	*settings = link->settings;
	err = mvtap_settings_read_host(data, mode, settings, extack);
	if (!err)
		err = mvtap_settings_read_macs(link, data, settings, extack);
	if (!err)
		err = mvtap_settings_read_tap(link, data, settings, extack);
	return err;
}

const struct nlattr *mvtap_settings_reach_out(struct nlattr *data[])
{
	static const u16 beyond[] = {
		IFLA_MVTAP_HOST_REACH, IFLA_MVTAP_SPOOFCHECK,
		IFLA_MVTAP_MAXMACS,
	};
	int i;

	for (i = 0; i < ARRAY_SIZE(beyond); i++)
		if (data[beyond[i]])
			return data[beyond[i]];
	return NULL;
}

/* --- the change --------------------------------------------------------- */

static bool mvtap_settings_same_node(const struct mvtap_settings *a,
				     const struct mvtap_settings *b)
{
	return uid_eq(a->owner, b->owner) && gid_eq(a->group, b->group) &&
	       a->perm == b->perm;
}

static void mvtap_settings_store(struct mvtap_dev *link,
				 const struct mvtap_settings *settings)
{
	struct mvtap_settings *mine = &link->settings;

	WRITE_ONCE(mine->host_reach, settings->host_reach);
	WRITE_ONCE(mine->spoofcheck, settings->spoofcheck);
	WRITE_ONCE(mine->stack, settings->stack);
	WRITE_ONCE(mine->carrier, settings->carrier);
	WRITE_ONCE(mine->maxmacs, settings->maxmacs);
	WRITE_ONCE(mine->owner, settings->owner);
	WRITE_ONCE(mine->group, settings->group);
	WRITE_ONCE(mine->perm, settings->perm);
}

/* What a device node is like is fixed when it is made. */
static int mvtap_settings_renew_node(struct mvtap_dev *link,
				     const struct mvtap_settings *old,
				     struct netlink_ext_ack *extack)
{
	int err;

	if (!link->tap || mvtap_settings_same_node(old, &link->settings))
		return 0;
	err = mvtap_tap_renew_node(link);
	if (!err)
		return 0;
	NL_SET_ERR_MSG(extack, "The device node cannot be made anew");
	mvtap_settings_store(link, old);
	if (mvtap_tap_renew_node(link))
		netdev_warn(link->dev, "has no device node\n");
	return err;
}

int mvtap_settings_apply(struct mvtap_dev *link,
			 const struct mvtap_settings *settings,
			 struct netlink_ext_ack *extack)
{
	struct mvtap_settings old = link->settings;
	struct mvtap_port *port = link->port;
	int err = 0;

	/* As if the link counted twice until it is clear which one stays. */
	if (settings->host_reach)
		err = mvtap_host_get(port, extack);
	if (err)
		return err;
	mvtap_settings_store(link, settings);
	err = mvtap_settings_renew_node(link, &old, extack);
	if (err ? settings->host_reach : old.host_reach)
		mvtap_host_put(port);
	if (err)
		return err;
	mvtap_carrier_review(link);
	return 0;
}

void mvtap_settings_end(struct mvtap_dev *link)
{
	mvtap_carrier_forget(link);
	if (!link->settings.host_reach)
		return;
	WRITE_ONCE(link->settings.host_reach, false);
	mvtap_host_put(link->port);
}
