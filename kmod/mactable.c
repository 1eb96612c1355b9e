// SPDX-License-Identifier: GPL-2.0
#include "mactable.h"

#include <linux/etherdevice.h>
#include <linux/jhash.h>
#include <linux/rhashtable.h>
#include <linux/slab.h>

/* An entry never changes while readers can see it; RCU frees it. */
struct mvtap_mac {
	struct rhash_head node;
	u64 addr;		/* mvtap_mac_key() */
	struct mvtap_dev *owner;
	struct rcu_head rcu;
};

/* Three loads, where ether_addr_to_u64() shifts six bytes. @addr is even. */
static u64 mvtap_mac_key(const u8 *addr)
{
	const u16 *part = (const u16 *)addr;

	return part[0] | (u32)part[1] << 16 | (u64)part[2] << 32;
}

/* Keys are two words, known to the compiler, which the table's own code is not. */
static u32 mvtap_mac_hash(const void *data, u32 len, u32 seed)
{
	u64 addr = *(const u64 *)data;

	return jhash_2words(lower_32_bits(addr), upper_32_bits(addr), seed);
}

static int mvtap_mac_compare(struct rhashtable_compare_arg *arg,
			     const void *obj)
{
	const struct mvtap_mac *mac = obj;

	return mac->addr != *(const u64 *)arg->key;
}

static const struct rhashtable_params mvtap_mac_params = {
	.head_offset = offsetof(struct mvtap_mac, node),
	.key_offset = offsetof(struct mvtap_mac, addr),
	.key_len = sizeof_field(struct mvtap_mac, addr),
	.hashfn = mvtap_mac_hash,
	.obj_cmpfn = mvtap_mac_compare,
	.automatic_shrinking = true,
};

int mvtap_mactable_init(struct mvtap_mactable *table)
{
	return rhashtable_init(&table->ht, &mvtap_mac_params);
}

void mvtap_mactable_destroy(struct mvtap_mactable *table)
{
	rhashtable_destroy(&table->ht);
}

int mvtap_mactable_add(struct mvtap_mactable *table, const u8 *addr,
		       struct mvtap_dev *owner, gfp_t gfp)
{
	struct mvtap_mac *mac;
	int err;

	mac = kmalloc(sizeof(*mac), gfp);
	if (!mac)
		return -ENOMEM;
	mac->addr = mvtap_mac_key(addr);
	mac->owner = owner;
	err = rhashtable_lookup_insert_fast(&table->ht, &mac->node,
					    mvtap_mac_params);
	if (err)
		kfree(mac);
	return err == -EEXIST ? -EADDRINUSE : err;
}

void mvtap_mactable_del(struct mvtap_mactable *table, const u8 *addr)
{
	u64 key = mvtap_mac_key(addr);
	struct mvtap_mac *mac;

	mac = rhashtable_lookup_fast(&table->ht, &key, mvtap_mac_params);
	if (WARN_ON_ONCE(!mac))
		return;
	rhashtable_remove_fast(&table->ht, &mac->node, mvtap_mac_params);
	kfree_rcu(mac, rcu);
}

struct mvtap_dev *mvtap_mactable_find(struct mvtap_mactable *table,
				      const u8 *addr)
{
	u64 key = mvtap_mac_key(addr);
	struct mvtap_mac *mac;

	mac = rhashtable_lookup(&table->ht, &key, mvtap_mac_params);
	return mac ? mac->owner : NULL;
}

#ifdef MVTAP_SELFTEST
#include "selftest/mactable.c"
#endif
