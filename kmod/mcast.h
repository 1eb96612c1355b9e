/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Group address -> the links that want its frames, exactly. Knows no modes
 * and no frames.
 */
#ifndef _MVTAP_MCAST_H
#define _MVTAP_MCAST_H

#include <linux/bits.h>
#include <linux/list.h>
#include <linux/rhashtable-types.h>
#include <linux/spinlock.h>
#include <linux/types.h>

struct mvtap_dev;

enum mvtap_mcast_part {
	MVTAP_MCAST_FRONT,
	MVTAP_MCAST_REST,
	MVTAP_MCAST_PARTS
};

#define MVTAP_MCAST_BOTH (BIT(MVTAP_MCAST_FRONT) | BIT(MVTAP_MCAST_REST))

/* Subscribers in the first part, at most: the first to come. */
#define MVTAP_MCAST_FRONT_MAX 8

/**
 * struct mvtap_mcast - the groups of one port
 * @groups: memberships by group address, read under RCU
 * @everyone: all subscribers: who gets broadcast; read under RCU
 * @all: subscribers that want every group; read under RCU
 * @lock: writers of @everyone and @all
 * @front: how many subscribers are of the first part; RTNL
 *
 * There are two parts of each: few subscribers, whom whoever sends a frame may
 * serve on the spot however many there are in all, and the rest.
 */
struct mvtap_mcast {
	struct rhltable groups;
	struct hlist_head everyone[MVTAP_MCAST_PARTS];
	struct hlist_head all[MVTAP_MCAST_PARTS];
	spinlock_t lock;	/* writers of everyone and all */
	unsigned int front;
};

/**
 * struct mvtap_mcast_sub - a link as a subscriber
 * @owner: the link
 * @part: of the two, for life
 * @everyone: in mvtap_mcast.everyone while @active
 * @all: in mvtap_mcast.all while @wants_all
 * @active: between attach and detach; under the link's address list lock
 * @wants_all: under the link's address list lock
 */
struct mvtap_mcast_sub {
	struct mvtap_dev *owner;
	enum mvtap_mcast_part part;
	struct hlist_node everyone;
	struct hlist_node all;
	bool active;
	bool wants_all;
};

/* Return: 0 or -ENOMEM. */
int mvtap_mcast_init(struct mvtap_mcast *mc);
/* Context: may sleep; no reader and no subscriber is left. */
void mvtap_mcast_destroy(struct mvtap_mcast *mc);

/**
 * mvtap_mcast_enrol - a subscriber's birth: give it a part
 * @mc: groups of the port
 * @sub: the subscriber
 * @front: the first part, if there is room
 *
 * Context: RTNL.
 */
void mvtap_mcast_enrol(struct mvtap_mcast *mc, struct mvtap_mcast_sub *sub,
		       bool front);
/* Its end. Context: RTNL; detached, and a grace period has passed. */
void mvtap_mcast_strike(struct mvtap_mcast *mc, struct mvtap_mcast_sub *sub);

/*
 * The calls below are made under the address list lock of the subscriber's
 * device (netif_addr_lock_bh()), which makes them one after the other for one
 * subscriber. After mvtap_mcast_detach() and a grace period no walk sees it.
 */
void mvtap_mcast_attach(struct mvtap_mcast *mc, struct mvtap_mcast_sub *sub);
/* All groups have been left before. */
void mvtap_mcast_detach(struct mvtap_mcast *mc, struct mvtap_mcast_sub *sub);

/**
 * mvtap_mcast_join - subscribe to one group
 * @mc: groups of the port
 * @sub: subscriber, which has not joined @addr
 * @addr: 6 bytes
 *
 * Return: 0, -ENETDOWN if @sub is not attached, or the error of an allocation.
 */
int mvtap_mcast_join(struct mvtap_mcast *mc, struct mvtap_mcast_sub *sub,
		     const u8 *addr);
void mvtap_mcast_leave(struct mvtap_mcast *mc, struct mvtap_mcast_sub *sub,
		       const u8 *addr);
void mvtap_mcast_set_all(struct mvtap_mcast *mc, struct mvtap_mcast_sub *sub,
			 bool wants_all);

/**
 * mvtap_mcast_walk - call a function for each link that wants a group
 * @mc: groups of the port
 * @addr: 6 bytes, a multicast or the broadcast address
 * @parts: which subscribers, bits by enum mvtap_mcast_part
 * @visit: called once a link; returns false to end the walk
 * @arg: its second parameter
 *
 * Context: RCU read side. While a subscriber comes back, or changes between
 * "all groups" and a list, a walk may visit links twice.
 */
void mvtap_mcast_walk(struct mvtap_mcast *mc, const u8 *addr,
		      unsigned long parts,
		      bool (*visit)(struct mvtap_dev *link, void *arg),
		      void *arg);

/* Context: RCU read side. Return: more than @n links of @parts want the group. */
bool mvtap_mcast_wanted_by_more(struct mvtap_mcast *mc, const u8 *addr,
				unsigned long parts, int n);

#ifdef MVTAP_SELFTEST
bool mvtap_mcast_selftest(void);
#endif

#endif /* _MVTAP_MCAST_H */
