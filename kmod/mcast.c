// SPDX-License-Identifier: GPL-2.0
#include "mcast.h"

#include <linux/etherdevice.h>
#include <linux/rculist.h>
#include <linux/rhashtable.h>
#include <linux/slab.h>

/* One subscriber in one group. Never changes in the table; RCU frees it. */
struct mvtap_member {
	struct rhlist_head node;
	u64 key;		/* mvtap_member_key() */
	struct mvtap_mcast_sub *sub;
	struct rcu_head rcu;
};

static const struct rhashtable_params mvtap_member_params = {
	.head_offset = offsetof(struct mvtap_member, node),
	.key_offset = offsetof(struct mvtap_member, key),
	.key_len = sizeof_field(struct mvtap_member, key),
	.automatic_shrinking = true,
};

/* An address takes 48 bits. */
static u64 mvtap_member_key(const u8 *addr, enum mvtap_mcast_part part)
{
	return ether_addr_to_u64(addr) | (u64)part << 48;
}

int mvtap_mcast_init(struct mvtap_mcast *mc)
{
	int part;

	for (part = 0; part < MVTAP_MCAST_PARTS; part++) {
		INIT_HLIST_HEAD(&mc->everyone[part]);
		INIT_HLIST_HEAD(&mc->all[part]);
	}
	spin_lock_init(&mc->lock);
	return rhltable_init(&mc->groups, &mvtap_member_params);
}

void mvtap_mcast_destroy(struct mvtap_mcast *mc)
{
	WARN_ON_ONCE(!hlist_empty(&mc->everyone[MVTAP_MCAST_FRONT]) ||
		     !hlist_empty(&mc->everyone[MVTAP_MCAST_REST]));
	rhltable_destroy(&mc->groups);
}

void mvtap_mcast_enrol(struct mvtap_mcast *mc, struct mvtap_mcast_sub *sub,
		       bool front)
{
	front &= mc->front < MVTAP_MCAST_FRONT_MAX;
	sub->part = front ? MVTAP_MCAST_FRONT : MVTAP_MCAST_REST;
	mc->front += front;
}

void mvtap_mcast_strike(struct mvtap_mcast *mc, struct mvtap_mcast_sub *sub)
{
	mc->front -= sub->part == MVTAP_MCAST_FRONT;
}

void mvtap_mcast_attach(struct mvtap_mcast *mc, struct mvtap_mcast_sub *sub)
{
	spin_lock(&mc->lock);
	hlist_add_head_rcu(&sub->everyone, &mc->everyone[sub->part]);
	spin_unlock(&mc->lock);
	sub->active = true;
}

void mvtap_mcast_detach(struct mvtap_mcast *mc, struct mvtap_mcast_sub *sub)
{
	mvtap_mcast_set_all(mc, sub, false);
	spin_lock(&mc->lock);
	hlist_del_init_rcu(&sub->everyone);
	spin_unlock(&mc->lock);
	sub->active = false;
}

int mvtap_mcast_join(struct mvtap_mcast *mc, struct mvtap_mcast_sub *sub,
		     const u8 *addr)
{
	struct mvtap_member *member;
	int err;

	if (!sub->active)
		return -ENETDOWN;
	member = kmalloc(sizeof(*member), GFP_ATOMIC);
	if (!member)
		return -ENOMEM;
	member->key = mvtap_member_key(addr, sub->part);
	member->sub = sub;
	err = rhltable_insert(&mc->groups, &member->node, mvtap_member_params);
	if (err)
		kfree(member);
	return err;
}

void mvtap_mcast_leave(struct mvtap_mcast *mc, struct mvtap_mcast_sub *sub,
		       const u8 *addr)
{
	u64 key = mvtap_member_key(addr, sub->part);
	struct rhlist_head *list, *pos;
	struct mvtap_member *member;

	rcu_read_lock();
	list = rhltable_lookup(&mc->groups, &key, mvtap_member_params);
	rhl_for_each_entry_rcu(member, pos, list, node) {
		if (member->sub != sub)
			continue;
		rhltable_remove(&mc->groups, &member->node,
				mvtap_member_params);
		kfree_rcu(member, rcu);
		break;
	}
	rcu_read_unlock();
}

void mvtap_mcast_set_all(struct mvtap_mcast *mc, struct mvtap_mcast_sub *sub,
			 bool wants_all)
{
	if (sub->wants_all == wants_all || (wants_all && !sub->active))
		return;
	spin_lock(&mc->lock);
	if (wants_all)
		hlist_add_head_rcu(&sub->all, &mc->all[sub->part]);
	else
		hlist_del_init_rcu(&sub->all);
	spin_unlock(&mc->lock);
	WRITE_ONCE(sub->wants_all, wants_all);
}

static bool mvtap_mcast_walk_group(struct mvtap_mcast *mc, const u8 *addr,
				   enum mvtap_mcast_part part,
				   bool (*visit)(struct mvtap_dev *, void *),
				   void *arg)
{
	u64 key = mvtap_member_key(addr, part);
	struct rhlist_head *list, *pos;
	struct mvtap_mcast_sub *sub;
	struct mvtap_member *member;

	hlist_for_each_entry_rcu(sub, &mc->all[part], all)
		if (!visit(sub->owner, arg))
			return false;

	list = rhltable_lookup(&mc->groups, &key, mvtap_member_params);
	rhl_for_each_entry_rcu(member, pos, list, node)
		if (!READ_ONCE(member->sub->wants_all) &&
		    !visit(member->sub->owner, arg))
			return false;
	return true;
}

static bool mvtap_mcast_walk_everyone(struct mvtap_mcast *mc,
				      enum mvtap_mcast_part part,
				      bool (*visit)(struct mvtap_dev *, void *),
				      void *arg)
{
	struct mvtap_mcast_sub *sub;

	hlist_for_each_entry_rcu(sub, &mc->everyone[part], everyone)
		if (!visit(sub->owner, arg))
			return false;
	return true;
}

void mvtap_mcast_walk(struct mvtap_mcast *mc, const u8 *addr,
		      unsigned long parts,
		      bool (*visit)(struct mvtap_dev *link, void *arg),
		      void *arg)
{
	bool broadcast = is_broadcast_ether_addr(addr);
	bool on = true;
	int part;

	for (part = 0; on && part < MVTAP_MCAST_PARTS; part++) {
		if (!(parts & BIT(part)))
			continue;
		on = broadcast ?
		     mvtap_mcast_walk_everyone(mc, part, visit, arg) :
		     mvtap_mcast_walk_group(mc, addr, part, visit, arg);
	}
}

static bool mvtap_mcast_count(struct mvtap_dev *link, void *arg)
{
	int *left = arg;

	return (*left)-- > 0;
}

bool mvtap_mcast_wanted_by_more(struct mvtap_mcast *mc, const u8 *addr,
				unsigned long parts, int n)
{
	int left = n;

	mvtap_mcast_walk(mc, addr, parts, mvtap_mcast_count, &left);
	return left < 0;
}

#ifdef MVTAP_SELFTEST
#include "selftest/mcast.c"
#endif
