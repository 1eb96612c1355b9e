// SPDX-License-Identifier: GPL-2.0
#include "attr.h"

#include <linux/bitmap.h>
#include <linux/etherdevice.h>
#include <net/rtnetlink.h>

#include "flood.h"
#include "personality.h"
#include "settings.h"

const struct nla_policy mvtap_attr_policy[IFLA_MVTAP_MAX + 1] = {
	[IFLA_MVTAP_MODE] = { .type = NLA_U32 },
	[IFLA_MVTAP_FLAGS] = { .type = NLA_U16 },
	[IFLA_MVTAP_MACADDR_MODE] = { .type = NLA_U32 },
	[IFLA_MVTAP_MACADDR] = { .type = NLA_BINARY, .len = MAX_ADDR_LEN },
	[IFLA_MVTAP_MACADDR_DATA] = { .type = NLA_NESTED },
	[IFLA_MVTAP_MACADDR_COUNT] = { .type = NLA_U32 },
	[IFLA_MVTAP_BC_QUEUE_LEN] = { .type = NLA_U32 },
	[IFLA_MVTAP_BC_QUEUE_LEN_USED] = { .type = NLA_REJECT },
	[IFLA_MVTAP_BC_CUTOFF] = { .type = NLA_S32 },
	[IFLA_MVTAP_HOST_REACH] = NLA_POLICY_MAX(NLA_U8, 1),
	[IFLA_MVTAP_SPOOFCHECK] = NLA_POLICY_MAX(NLA_U8, 1),
	[IFLA_MVTAP_MAXMACS] = NLA_POLICY_RANGE(NLA_U32, 1, MVTAP_MAXMACS),
	[IFLA_MVTAP_MACS] = { .type = NLA_REJECT },
	[IFLA_MVTAP_STACK] = NLA_POLICY_MAX(NLA_U8, 1),
	[IFLA_MVTAP_CARRIER] = NLA_POLICY_MAX(NLA_U8, MVTAP_CARRIER_QUEUE),
	[IFLA_MVTAP_OWNER] = { .type = NLA_U32 },
	[IFLA_MVTAP_GROUP] = { .type = NLA_U32 },
	[IFLA_MVTAP_PERM] = NLA_POLICY_MAX(NLA_U32, 0777),
	[IFLA_MVTAP_NODE] = { .type = NLA_REJECT },
	[IFLA_MVTAP_BC_CUTOFF_USED] = { .type = NLA_REJECT },
};

static int mvtap_validate_unique(const struct nlattr *nest,
				 struct netlink_ext_ack *extack)
{
	DECLARE_BITMAP(seen, IFLA_MVTAP_MAX + 1) = {};
	const struct nlattr *attr;
	int rem;

	nla_for_each_nested(attr, nest, rem)
		if (__test_and_set_bit(nla_type(attr), seen))
			return mvtap_refuse(extack, attr, -EINVAL,
					    "Attribute is given twice");
	return 0;
}

static int mvtap_validate_nest(const struct nlattr *nest,
			       struct netlink_ext_ack *extack)
{
	int err;

	err = __nla_validate(nla_data(nest), nla_len(nest), IFLA_MVTAP_MAX,
			     mvtap_attr_policy,
			     NL_VALIDATE_TRAILING | NL_VALIDATE_MAXTYPE |
			     NL_VALIDATE_UNSPEC | NL_VALIDATE_STRICT_ATTRS,
			     extack);
	return err ?: mvtap_validate_unique(nest, extack);
}

/*
 * The core parses IFLA_INFO_DATA the liberal way, which passes over unknown
 * attributes, accepts too long ones, and takes the last of several. Clients of
 * the in-tree drivers may rely on that.
 */
static int mvtap_validate_strict(struct nlattr *tb[],
				 struct netlink_ext_ack *extack)
{
	const struct nlattr *attr;
	int rem, err;

	if (!tb[IFLA_LINKINFO] || mvtap_personality()->compat)
		return 0;
	nla_for_each_nested(attr, tb[IFLA_LINKINFO], rem) {
		if (nla_type(attr) != IFLA_INFO_DATA)
			continue;
		err = mvtap_validate_nest(attr, extack);
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
	case MACVLAN_MODE_SOURCE:
		return 0;
	default:
		return mvtap_refuse(extack, attr, -EINVAL,
				    "Mode must be private (1), vepa (2), bridge (4), passthru (8) or source (16)");
	}
}

static int mvtap_validate_flags(const struct nlattr *attr,
				struct netlink_ext_ack *extack)
{
	if (attr && nla_get_u16(attr) & ~(MACVLAN_FLAG_NOPROMISC |
					  MACVLAN_FLAG_NODST))
		return mvtap_refuse(extack, attr, -EINVAL, "Unknown flag");
	return 0;
}

static int mvtap_validate_source(const struct nlattr *attr,
				 struct netlink_ext_ack *extack)
{
	if (nla_len(attr) != ETH_ALEN)
		return mvtap_refuse(extack, attr, -EINVAL,
				    "Source address must have 6 bytes");
	if (!is_valid_ether_addr(nla_data(attr)))
		return mvtap_refuse(extack, attr, -EADDRNOTAVAIL,
				    "Source address must be unicast and not zero");
	return 0;
}

/* Of a list, the core has seen the outside only. */
static int mvtap_validate_list(const struct nlattr *list,
			       struct netlink_ext_ack *extack)
{
	const struct nlattr *attr;
	int rem, err;

	nla_for_each_nested(attr, list, rem) {
		if (nla_type(attr) != IFLA_MVTAP_MACADDR)
			return mvtap_refuse(extack, attr, -EINVAL,
					    "A list of source addresses holds addresses only");
		err = mvtap_validate_source(attr, extack);
		if (err)
			return err;
	}
	if (rem && !mvtap_personality()->compat)
		return mvtap_refuse(extack, list, -EINVAL,
				    "Bytes left over in a list of source addresses");
	return 0;
}

static int mvtap_validate_sources(struct nlattr *data[],
				  struct netlink_ext_ack *extack)
{
	int err = 0;

	if (data[IFLA_MVTAP_MACADDR])
		err = mvtap_validate_source(data[IFLA_MVTAP_MACADDR], extack);
	if (!err && data[IFLA_MVTAP_MACADDR_DATA])
		err = mvtap_validate_list(data[IFLA_MVTAP_MACADDR_DATA],
					  extack);
	return err;
}

static int mvtap_validate_source_op(struct nlattr *data[],
				    struct netlink_ext_ack *extack)
{
	const struct nlattr *op = data[IFLA_MVTAP_MACADDR_MODE];

	if (!op)
		return 0;
	switch (nla_get_u32(op)) {
	case MACVLAN_MACADDR_ADD:
	case MACVLAN_MACADDR_DEL:
		if (data[IFLA_MVTAP_MACADDR])
			return 0;
		return mvtap_refuse(extack, op, -EINVAL,
				    "A source address is needed");
	case MACVLAN_MACADDR_FLUSH:
	case MACVLAN_MACADDR_SET:
		return 0;
	default:
		return mvtap_refuse(extack, op, -EINVAL,
				    "Operation on source addresses must be add (0), del (1), flush (2) or set (3)");
	}
}

/* An address that no operation takes: one of "add", a list of "set". */
static int mvtap_validate_stray_source(struct nlattr *data[],
				       struct netlink_ext_ack *extack)
{
	const struct nlattr *op = data[IFLA_MVTAP_MACADDR_MODE];
	const struct nlattr *stray = data[IFLA_MVTAP_MACADDR_DATA];
	u32 what = op ? nla_get_u32(op) : MACVLAN_MACADDR_FLUSH;

	if (mvtap_personality()->compat || what == MACVLAN_MACADDR_SET)
		return 0;
	if (what == MACVLAN_MACADDR_FLUSH && data[IFLA_MVTAP_MACADDR])
		stray = data[IFLA_MVTAP_MACADDR];
	if (stray)
		return mvtap_refuse(extack, stray, -EINVAL,
				    "Source address without an operation that takes it");
	return 0;
}

/* In-tree macvlan's policy takes a number, to refuse it afterwards. */
static int mvtap_validate_count(const struct nlattr *attr,
				struct netlink_ext_ack *extack)
{
	if (attr)
		return mvtap_refuse(extack, attr, -EINVAL,
				    "The number of source addresses is output only");
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
	err = mvtap_validate_count(data[IFLA_MVTAP_MACADDR_COUNT], extack);
	if (err)
		return err;
	err = mvtap_validate_sources(data, extack);
	if (err)
		return err;
	err = mvtap_validate_source_op(data, extack);
	if (err)
		return err;
	err = mvtap_validate_stray_source(data, extack);
	if (err)
		return err;
	return mvtap_validate_bc(data, extack);
}
