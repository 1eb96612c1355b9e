/* SPDX-License-Identifier: GPL-2.0 */
/* What netlink sets on a link: checked as a whole, then applied. */
#ifndef _MVTAP_CONFIG_H
#define _MVTAP_CONFIG_H

#include "dev.h"

/**
 * mvtap_config_check - whether attributes suit a link
 * @mode: what its mode is or shall be
 * @data: IFLA_INFO_DATA, parsed
 * @extack: told the cause of a refusal
 *
 * Return: 0 or -EINVAL.
 */
int mvtap_config_check(u32 mode, struct nlattr *data[],
		       struct netlink_ext_ack *extack);

/**
 * mvtap_config_new - the settings of a new link, other than its mode
 * @link: the link, not registered yet
 * @data: IFLA_INFO_DATA, parsed and checked, or NULL
 * @extack: told the cause of a refusal
 *
 * Context: RTNL, may sleep.
 * Return: 0, -E2BIG (too many source addresses), -ENOMEM, or as
 * mvtap_settings_read() and mvtap_settings_apply(). In any case it is
 * undone by mvtap_config_abort().
 */
int mvtap_config_new(struct mvtap_dev *link, struct nlattr *data[],
		     struct netlink_ext_ack *extack);
/* Context: RTNL, may sleep. */
void mvtap_config_abort(struct mvtap_dev *link);

/* rtnl_link_ops.changelink: all of it or nothing */
int mvtap_config_changelink(struct net_device *dev, struct nlattr *tb[],
			    struct nlattr *data[],
			    struct netlink_ext_ack *extack);

/* What a link that is listed brings to its port. Context: RTNL. */
void mvtap_config_port(struct mvtap_dev *link, struct nlattr *data[]);

/* @changed has come, or has other wishes; NULL: a link has gone. Context: RTNL. */
void mvtap_config_wishes(struct mvtap_port *port,
			 const struct mvtap_dev *changed);

#endif /* _MVTAP_CONFIG_H */
