/* SPDX-License-Identifier: GPL-2.0 */
/* What a netlink message about a link must look like, whatever the link. */
#ifndef _MVTAP_ATTR_H
#define _MVTAP_ATTR_H

#include <uapi/linux/mvtap.h>

#include <net/netlink.h>

/* Refuse an attribute: name it, say why. */
#define mvtap_refuse(extack, attr, err, msg) \
	({ NL_SET_ERR_MSG_ATTR(extack, attr, msg); (err); })

extern const struct nla_policy mvtap_attr_policy[IFLA_MVTAP_MAX + 1];

/* The mode that @data asks for; without a word of it, or any @data: @other. */
static inline u32 mvtap_attr_mode(struct nlattr *data[], u32 other)
{
	return data && data[IFLA_MVTAP_MODE] ?
	       nla_get_u32(data[IFLA_MVTAP_MODE]) : other;
}

/* rtnl_link_ops.validate */
int mvtap_attr_validate(struct nlattr *tb[], struct nlattr *data[],
			struct netlink_ext_ack *extack);

#endif /* _MVTAP_ATTR_H */
