/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Source address -> the links that list it, for the links of one port. Knows
 * no modes and no frames.
 */
#ifndef _MVTAP_SOURCE_H
#define _MVTAP_SOURCE_H

#include <linux/list.h>
#include <linux/rhashtable-types.h>
#include <linux/types.h>

struct mvtap_dev;

/* Addresses on one list: a dump of more would not fit into one attribute. */
#define MVTAP_SOURCE_MAX 4096

/* The lists of one port, by address. */
struct mvtap_source {
	struct rhltable table;
};

/**
 * struct mvtap_source_list - the list of one link
 * @owner: the link
 * @entries: in the order in which they came; RTNL
 * @generation: which entries count; written under RTNL
 * @count: how many they are; written under RTNL
 * @staged: how many there would be after mvtap_source_commit(); RTNL
 */
struct mvtap_source_list {
	struct mvtap_dev *owner;
	struct list_head entries;
	u32 generation;
	unsigned int count;
	unsigned int staged;
};

/* Return: 0 or -ENOMEM. */
int mvtap_source_init(struct mvtap_source *src);
/* Context: may sleep; no reader and no entry is left. */
void mvtap_source_destroy(struct mvtap_source *src);

void mvtap_source_list_init(struct mvtap_source_list *list,
			    struct mvtap_dev *owner);

/*
 * Changes. Context: RTNL, may sleep. The owner stays alive for a grace period
 * after its last entry is gone.
 */

/**
 * mvtap_source_add - put an address on a list; no effect if it is there
 * @src: the port's lists
 * @list: one of them
 * @addr: 6 bytes
 *
 * Return: 0, -E2BIG if the list is full, -ENOMEM.
 */
int mvtap_source_add(struct mvtap_source *src, struct mvtap_source_list *list,
		     const u8 *addr);
void mvtap_source_del(struct mvtap_source *src, struct mvtap_source_list *list,
		      const u8 *addr);
void mvtap_source_flush(struct mvtap_source *src,
			struct mvtap_source_list *list);

/*
 * Replace a list: stage each address of the new one, then commit, at which
 * moment the one list takes the place of the other, or abort.
 * mvtap_source_stage() returns as mvtap_source_add().
 */
int mvtap_source_stage(struct mvtap_source *src,
		       struct mvtap_source_list *list, const u8 *addr);
void mvtap_source_commit(struct mvtap_source *src,
			 struct mvtap_source_list *list);
void mvtap_source_abort(struct mvtap_source *src,
			struct mvtap_source_list *list);

/* False if no list of the port has an entry. */
bool mvtap_source_any(const struct mvtap_source *src);

/**
 * mvtap_source_walk - call a function for each link that lists an address
 * @src: the port's lists
 * @addr: 6 bytes
 * @visit: called once a link
 * @arg: its second parameter
 *
 * Context: RCU read side.
 */
void mvtap_source_walk(struct mvtap_source *src, const u8 *addr,
		       void (*visit)(struct mvtap_dev *link, void *arg),
		       void *arg);

/**
 * mvtap_source_read - call a function for each address on a list
 * @list: the list
 * @visit: called once an address of 6 bytes; an error of it ends the walk
 * @arg: its second parameter
 *
 * Context: RTNL.
 * Return: 0 or an error of @visit.
 */
int mvtap_source_read(const struct mvtap_source_list *list,
		      int (*visit)(const u8 *addr, void *arg), void *arg);

#ifdef MVTAP_SELFTEST
bool mvtap_source_selftest(void);
#endif

#endif /* _MVTAP_SOURCE_H */
