/* SPDX-License-Identifier: GPL-2.0 */
/* Unicast address -> link, for the links of one port. Knows no modes. */
#ifndef _MVTAP_MACTABLE_H
#define _MVTAP_MACTABLE_H

#include <linux/rhashtable-types.h>
#include <linux/types.h>

struct mvtap_dev;

struct mvtap_mactable {
	struct rhashtable ht;
};

/* Return: 0 or -ENOMEM. */
int mvtap_mactable_init(struct mvtap_mactable *table);
/* Context: may sleep; no reader is left. */
void mvtap_mactable_destroy(struct mvtap_mactable *table);

/**
 * mvtap_mactable_add - make an address point to a link
 * @table: the port's table
 * @addr: 6 bytes
 * @owner: the link; must stay alive for a grace period after
 *	mvtap_mactable_del()
 * @gfp: for the entry
 *
 * Context: process or softirq, as @gfp allows.
 * Return: 0, -EADDRINUSE if a link has the address, or -ENOMEM.
 */
int mvtap_mactable_add(struct mvtap_mactable *table, const u8 *addr,
		       struct mvtap_dev *owner, gfp_t gfp);

/*
 * Context: process or softirq. An address that is not there is a bug of the
 * caller.
 */
void mvtap_mactable_del(struct mvtap_mactable *table, const u8 *addr);

/* Context: RCU read side. Return: the link, or NULL. */
struct mvtap_dev *mvtap_mactable_find(struct mvtap_mactable *table,
				      const u8 *addr);

#ifdef MVTAP_SELFTEST
bool mvtap_mactable_selftest(void);
#endif

#endif /* _MVTAP_MACTABLE_H */
