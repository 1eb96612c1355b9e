/* SPDX-License-Identifier: GPL-2.0 */
/* What netlink sets on a link and macvlan does not have. */
#ifndef _MVTAP_SETTINGS_H
#define _MVTAP_SETTINGS_H

#include <linux/types.h>
#include <linux/uidgid.h>

struct mvtap_dev;
struct netlink_ext_ack;
struct nlattr;

#define MVTAP_MAXMACS 1024	/* largest value of maxmacs */
#define MVTAP_PERM 0600		/* default of perm */

/**
 * struct mvtap_settings - see enum mvtap_attr in the UAPI header
 * @host_reach: IFLA_MVTAP_HOST_REACH; read under RCU
 * @spoofcheck: IFLA_MVTAP_SPOOFCHECK; read under RCU
 * @stack: IFLA_MVTAP_STACK; read under RCU
 * @carrier: IFLA_MVTAP_CARRIER
 * @maxmacs: IFLA_MVTAP_MAXMACS
 * @owner: IFLA_MVTAP_OWNER
 * @group: IFLA_MVTAP_GROUP
 * @perm: IFLA_MVTAP_PERM
 *
 * All are written under RTNL.
 */
struct mvtap_settings {
	bool host_reach;
	bool spoofcheck;
	bool stack;
	u8 carrier;
	u32 maxmacs;
	kuid_t owner;
	kgid_t group;
	umode_t perm;
};

void mvtap_settings_init(struct mvtap_settings *settings);

/**
 * mvtap_settings_read - the settings that a link shall have
 * @link: the link; not registered yet, or living
 * @data: IFLA_INFO_DATA, parsed
 * @mode: what its mode is or shall be
 * @settings: receives the result: what it has, changed by @data
 * @extack: told the cause of a refusal
 *
 * Context: RTNL.
 * Return: 0; -EINVAL: does not suit the mode or the kind, or a user id that
 * is none; -EBUSY: the link has more addresses; -EPERM: the node's settings
 * take CAP_NET_ADMIN in the initial user namespace.
 */
int mvtap_settings_read(const struct mvtap_dev *link, struct nlattr *data[],
			u32 mode, struct mvtap_settings *settings,
			struct netlink_ext_ack *extack);

/* An attribute in @data that takes a right to the lower device, or NULL. */
const struct nlattr *mvtap_settings_reach_out(struct nlattr *data[]);

/**
 * mvtap_settings_apply - give them to the link, all or none
 * @link: the link
 * @settings: what mvtap_settings_read() has made
 * @extack: told the cause of a failure
 *
 * Context: RTNL, may sleep.
 * Return: 0, -EOPNOTSUPP (kernel without egress hooks), -ENOMEM, or what the
 * driver core says of the device node.
 */
int mvtap_settings_apply(struct mvtap_dev *link,
			 const struct mvtap_settings *settings,
			 struct netlink_ext_ack *extack);

/* For a link that is about to go. Context: RTNL, may sleep. */
void mvtap_settings_end(struct mvtap_dev *link);

#endif /* _MVTAP_SETTINGS_H */
