// SPDX-License-Identifier: GPL-2.0
#include "attr.h"

#include <linux/etherdevice.h>
#include <net/rtnetlink.h>

#include "flood.h"

const struct nla_policy mvtap_attr_policy[IFLA_MVTAP_MAX + 1] = {
	[IFLA_MVTAP_MODE] = { .type = NLA_U32 },
	[IFLA_MVTAP_FLAGS] = { .type = NLA_U16 },
	[IFLA_MVTAP_MACADDR_MODE] = { .type = NLA_U32 },
	[IFLA_MVTAP_MACADDR] = { .type = NLA_BINARY, .len = MAX_ADDR_LEN },
	[IFLA_MVTAP_MACADDR_DATA] = { .type = NLA_NESTED },
	[IFLA_MVTAP_MACADDR_COUNT] = { .type = NLA_REJECT },
	[IFLA_MVTAP_BC_QUEUE_LEN] = { .type = NLA_U32 },
	[IFLA_MVTAP_BC_QUEUE_LEN_USED] = { .type = NLA_REJECT },
	[IFLA_MVTAP_BC_CUTOFF] = { .type = NLA_S32 },
};

/*
 * The core parses IFLA_INFO_DATA the liberal way, which passes over unknown
 * attributes and accepts too long ones.
 */
static int mvtap_validate_strict(struct nlattr *tb[],
				 struct netlink_ext_ack *extack)
{
	const struct nlattr *attr;
	int rem;

	if (!tb[IFLA_LINKINFO])
		return 0;
	nla_for_each_nested(attr, tb[IFLA_LINKINFO], rem) {
		int err;

		if (nla_type(attr) != IFLA_INFO_DATA)
			continue;
		err = __nla_validate(nla_data(attr), nla_len(attr),
				     IFLA_MVTAP_MAX, mvtap_attr_policy,
				     NL_VALIDATE_TRAILING |
				     NL_VALIDATE_MAXTYPE |
				     NL_VALIDATE_UNSPEC |
				     NL_VALIDATE_STRICT_ATTRS, extack);
		if (err)
			return err;
	}
	return 0;
}

static int mvtap_validate_address(const struct nlattr *attr,
				  struct netlink_ext_ack *extack)
{
	if (!attr)
		return 0;
	if (nla_len(attr) != ETH_ALEN)
		return mvtap_refuse(extack, attr, -EINVAL,
				    "Address must have 6 bytes");
	if (!is_valid_ether_addr(nla_data(attr)))
		return mvtap_refuse(extack, attr, -EADDRNOTAVAIL,
				    "Address must be unicast and not zero");
	return 0;
}

static int mvtap_validate_mode(const struct nlattr *attr,
			       struct netlink_ext_ack *extack)
{
	if (!attr)
		return 0;
	switch (nla_get_u32(attr)) {
	case MACVLAN_MODE_PRIVATE:
	case MACVLAN_MODE_VEPA:
	case MACVLAN_MODE_BRIDGE:
	case MACVLAN_MODE_PASSTHRU:
		return 0;
	case MACVLAN_MODE_SOURCE:
		return mvtap_refuse(extack, attr, -EOPNOTSUPP,
				    "Mode source is not supported");
	default:
		return mvtap_refuse(extack, attr, -EINVAL,
				    "Mode must be private (1), vepa (2), bridge (4) or passthru (8)");
	}
}

static int mvtap_validate_flags(const struct nlattr *attr,
				struct netlink_ext_ack *extack)
{
	u16 flags;

	if (!attr)
		return 0;
	flags = nla_get_u16(attr);
	if (flags & ~(MACVLAN_FLAG_NOPROMISC | MACVLAN_FLAG_NODST))
		return mvtap_refuse(extack, attr, -EINVAL, "Unknown flag");
	if (flags & MACVLAN_FLAG_NODST)
		return mvtap_refuse(extack, attr, -EOPNOTSUPP,
				    "Flag nodst is of mode source, which is not supported");
	return 0;
}

static int mvtap_validate_macaddr(struct nlattr *data[],
				  struct netlink_ext_ack *extack)
{
	int i;

	for (i = IFLA_MVTAP_MACADDR_MODE; i <= IFLA_MVTAP_MACADDR_DATA; i++)
		if (data[i])
			return mvtap_refuse(extack, data[i], -EOPNOTSUPP,
					    "Address list is of mode source, which is not supported");
	return 0;
}

static int mvtap_validate_bc(struct nlattr *data[],
			     struct netlink_ext_ack *extack)
{
	const struct nlattr *len = data[IFLA_MVTAP_BC_QUEUE_LEN];

	if (len && nla_get_u32(len) > MVTAP_BC_QUEUE_LEN &&
	    !capable(CAP_NET_ADMIN))
		return mvtap_refuse(extack, len, -EPERM,
				    "bc_queue_len above 1000 needs CAP_NET_ADMIN in the initial user namespace");
	return 0;
}

int mvtap_attr_validate(struct nlattr *tb[], struct nlattr *data[],
			struct netlink_ext_ack *extack)
{
	int err;

	err = mvtap_validate_address(tb[IFLA_ADDRESS], extack);
	if (err || !data)
		return err;
	err = mvtap_validate_strict(tb, extack);
	if (err)
		return err;
	err = mvtap_validate_mode(data[IFLA_MVTAP_MODE], extack);
	if (err)
		return err;
	err = mvtap_validate_flags(data[IFLA_MVTAP_FLAGS], extack);
	if (err)
		return err;
	err = mvtap_validate_macaddr(data, extack);
	if (err)
		return err;
	return mvtap_validate_bc(data, extack);
}
