// SPDX-License-Identifier: GPL-2.0
/*
 * An entry counts if its list's generation is one of its own two. To replace
 * a list is to enter the next generation into the entries that stay, to add
 * entries that have only this one, and then to step the list's generation:
 * the single write that takes effect. An entry that stays has both generations
 * at that moment, so that no frame falls between the lists.
 */
#include "source.h"

#include <linux/etherdevice.h>
#include <linux/rhashtable.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>

struct mvtap_source_entry {
	struct rhlist_head node;
	struct list_head item;
	struct mvtap_source_list *list;
	u64 key;		/* ether_addr_to_u64(@addr) */
	u32 generation;
	u32 next;		/* the same, or one more: stays */
	u8 addr[ETH_ALEN];
	struct rcu_head rcu;
};

static const struct rhashtable_params mvtap_source_params = {
	.head_offset = offsetof(struct mvtap_source_entry, node),
	.key_offset = offsetof(struct mvtap_source_entry, key),
	.key_len = sizeof_field(struct mvtap_source_entry, key),
	.automatic_shrinking = true,
};

int mvtap_source_init(struct mvtap_source *src)
{
	return rhltable_init(&src->table, &mvtap_source_params);
}

void mvtap_source_destroy(struct mvtap_source *src)
{
	WARN_ON_ONCE(mvtap_source_any(src));
	rhltable_destroy(&src->table);
}

void mvtap_source_list_init(struct mvtap_source_list *list,
			    struct mvtap_dev *owner)
{
	list->owner = owner;
	INIT_LIST_HEAD(&list->entries);
}

bool mvtap_source_any(const struct mvtap_source *src)
{
	return atomic_read(&src->table.ht.nelems);
}

static bool mvtap_source_is_of(const struct mvtap_source_entry *entry,
			       u32 generation)
{
	return READ_ONCE(entry->generation) == generation ||
	       READ_ONCE(entry->next) == generation;
}

/* While the list's generation is the same, so is the answer. */
static bool mvtap_source_counts(const struct mvtap_source_entry *entry)
{
	const struct mvtap_source_list *list = entry->list;
	u32 generation;
	bool counts;

	do {
		/* with smp_store_release() in mvtap_source_commit(): who sees
		 * the step sees the entries that were staged before
		 */
		generation = smp_load_acquire(&list->generation);
		counts = mvtap_source_is_of(entry, generation);
		/* with smp_wmb() in mvtap_source_commit(): who sees what an
		 * entry became after the step sees the step
		 */
		smp_rmb();
	} while (unlikely(READ_ONCE(list->generation) != generation));
	return counts;
}

static struct mvtap_source_entry *
mvtap_source_find(struct mvtap_source *src, struct mvtap_source_list *list,
		  const u8 *addr)
{
	u64 key = ether_addr_to_u64(addr);
	struct mvtap_source_entry *entry;
	struct rhlist_head *all, *pos;

	ASSERT_RTNL();
	rcu_read_lock();
	all = rhltable_lookup(&src->table, &key, mvtap_source_params);
	rhl_for_each_entry_rcu(entry, pos, all, node)
		if (entry->list == list)
			goto out;
	entry = NULL;
out:
	rcu_read_unlock();
	return entry;
}

static int mvtap_source_insert(struct mvtap_source *src,
			       struct mvtap_source_list *list, const u8 *addr,
			       u32 generation)
{
	struct mvtap_source_entry *entry;
	int err;

	entry = kzalloc(sizeof(*entry), GFP_KERNEL_ACCOUNT);
	if (!entry)
		return -ENOMEM;
	entry->list = list;
	entry->key = ether_addr_to_u64(addr);
	entry->generation = generation;
	entry->next = generation;
	ether_addr_copy(entry->addr, addr);
	err = rhltable_insert(&src->table, &entry->node, mvtap_source_params);
	if (err) {
		kfree(entry);
		return -ENOMEM;
	}
	list_add_tail(&entry->item, &list->entries);
	return 0;
}

static void mvtap_source_remove(struct mvtap_source *src,
				struct mvtap_source_entry *entry)
{
	rhltable_remove(&src->table, &entry->node, mvtap_source_params);
	list_del(&entry->item);
	kfree_rcu(entry, rcu);
}

int mvtap_source_add(struct mvtap_source *src, struct mvtap_source_list *list,
		     const u8 *addr)
{
	int err;

	if (mvtap_source_find(src, list, addr))
		return 0;
	if (list->count == MVTAP_SOURCE_MAX)
		return -E2BIG;
	err = mvtap_source_insert(src, list, addr, list->generation);
	if (!err)
		WRITE_ONCE(list->count, list->count + 1);
	return err;
}

void mvtap_source_del(struct mvtap_source *src, struct mvtap_source_list *list,
		      const u8 *addr)
{
	struct mvtap_source_entry *entry = mvtap_source_find(src, list, addr);

	if (!entry)
		return;
	mvtap_source_remove(src, entry);
	WRITE_ONCE(list->count, list->count - 1);
}

int mvtap_source_stage(struct mvtap_source *src,
		       struct mvtap_source_list *list, const u8 *addr)
{
	struct mvtap_source_entry *entry = mvtap_source_find(src, list, addr);
	u32 next = list->generation + 1;
	int err;

	if (entry && entry->next == next)
		return 0;
	if (list->staged == MVTAP_SOURCE_MAX)
		return -E2BIG;
	if (entry) {
		WRITE_ONCE(entry->next, next);
	} else {
		err = mvtap_source_insert(src, list, addr, next);
		if (err)
			return err;
	}
	list->staged++;
	return 0;
}

/*
 * Only entries of the list's generation stay, and are of no other. One that
 * goes shall not count for the next generation, either, if somebody has it in
 * hand until then.
 */
static void mvtap_source_settle(struct mvtap_source *src,
				struct mvtap_source_list *list)
{
	struct mvtap_source_entry *entry, *following;
	u32 generation = list->generation;

	list_for_each_entry_safe(entry, following, &list->entries, item) {
		bool stays = mvtap_source_is_of(entry, generation);
		u32 last = stays ? generation : generation - 1;

		WRITE_ONCE(entry->generation, last);
		WRITE_ONCE(entry->next, last);
		if (!stays)
			mvtap_source_remove(src, entry);
	}
	list->staged = 0;
}

void mvtap_source_commit(struct mvtap_source *src,
			 struct mvtap_source_list *list)
{
	ASSERT_RTNL();
	WRITE_ONCE(list->count, list->staged);
	/* with smp_load_acquire() in mvtap_source_counts() */
	smp_store_release(&list->generation, list->generation + 1);
	/* with smp_rmb() in mvtap_source_counts() */
	smp_wmb();
	mvtap_source_settle(src, list);
}

void mvtap_source_abort(struct mvtap_source *src,
			struct mvtap_source_list *list)
{
	ASSERT_RTNL();
	mvtap_source_settle(src, list);
}

void mvtap_source_flush(struct mvtap_source *src,
			struct mvtap_source_list *list)
{
	mvtap_source_commit(src, list);
}

void mvtap_source_walk(struct mvtap_source *src, const u8 *addr,
		       void (*visit)(struct mvtap_dev *link, void *arg),
		       void *arg)
{
	u64 key = ether_addr_to_u64(addr);
	struct mvtap_source_entry *entry;
	struct rhlist_head *all, *pos;

	all = rhltable_lookup(&src->table, &key, mvtap_source_params);
	rhl_for_each_entry_rcu(entry, pos, all, node)
		if (mvtap_source_counts(entry))
			visit(entry->list->owner, arg);
}

int mvtap_source_read(const struct mvtap_source_list *list,
		      int (*visit)(const u8 *addr, void *arg), void *arg)
{
	const struct mvtap_source_entry *entry;
	int err = 0;

	list_for_each_entry(entry, &list->entries, item) {
		if (!mvtap_source_is_of(entry, list->generation))
			continue;
		err = visit(entry->addr, arg);
		if (err)
			break;
	}
	return err;
}

#ifdef MVTAP_SELFTEST
#include "selftest/source.c"
#endif
