/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Who may send to whom: the forwarding decision as a pure function over
 * constant tables. Nothing here knows a device, a frame or a lock; the packet
 * path classifies, asks, and executes the answer.
 */
#ifndef _MVTAP_FWD_H
#define _MVTAP_FWD_H

#include <linux/bug.h>
#include <linux/if_link.h>
#include <linux/log2.h>
#include <linux/types.h>

/*
 * Link modes as indices, in the order of the bits of enum macvlan_mode
 * (private 1, vepa 2, bridge 4, passthru 8, source 16).
 */
enum mvtap_mode {
	MVTAP_PRIVATE,
	MVTAP_VEPA,
	MVTAP_BRIDGE,
	MVTAP_PASSTHRU,
	MVTAP_SOURCE,
	MVTAP_MODES
};

/* Who sent the frame, and which way it came to us. */
enum mvtap_src {
	/* a link transmits it; one for each mode of that link */
	MVTAP_TX,
	/* the host sends it out of the lower device, to links that it reaches */
	MVTAP_HOST = MVTAP_TX + MVTAP_MODES,
	/* the wire brought it, its source address is that of one of our links:
	 * a unicast frame that the switch reflects, or a group's frame that no
	 * link is known to have sent; one for each mode of that link
	 */
	MVTAP_RX_OWN,
	/* the wire brought back a group's frame that one of our links sent;
	 * one for each mode of that link
	 */
	MVTAP_RX_ECHO = MVTAP_RX_OWN + MVTAP_MODES,
	/* the wire brought back a group's frame that the host sent, and that
	 * the links which it reaches have had
	 */
	MVTAP_RX_HOST_ECHO = MVTAP_RX_ECHO + MVTAP_MODES,
	/* the wire brought it, sent by another station */
	MVTAP_RX_OUTSIDE,
	MVTAP_SRCS
};

/* Did the wire bring it? Else we see it on its way there. */
static inline bool mvtap_src_is_wire(enum mvtap_src src)
{
	return src >= MVTAP_RX_OWN;
}

/* Where the destination address of a unicast frame points to. */
enum mvtap_dst {
	/* one of our links; one for each mode of that link */
	MVTAP_DST_LINK,
	/* the address of the lower device */
	MVTAP_DST_HOST = MVTAP_DST_LINK + MVTAP_MODES,
	/* the same, and the link that sends has host reach */
	MVTAP_DST_HOST_REACH,
	MVTAP_DST_OTHER,
	MVTAP_DSTS
};

/* What a link is to a group's frame: one for each mode, or */
enum mvtap_member {
	MVTAP_MEMBER_PRIVATE_REACH = MVTAP_MODES,	/* has host reach */
	MVTAP_MEMBER_BRIDGE_REACH,			/* the same */
	MVTAP_MEMBER_SELF,	/* has the source address, whatever its mode */
	MVTAP_MEMBERS
};

enum mvtap_verdict {
	MVTAP_TO_WIRE,		/* out of the lower device */
	MVTAP_TO_LINK,		/* to the link (unicast), a copy (group) */
	MVTAP_TO_HOST,		/* leave it to the host's stack */
	MVTAP_NO_COPY,		/* group: not to this link */
	MVTAP_CONSUME,		/* group: ends here, whoever got a copy */
	MVTAP_REFUSE,		/* drop and count: isolation */
};

/* @macvlan_mode: one bit of enum macvlan_mode. */
static inline enum mvtap_mode mvtap_mode_index(u32 macvlan_mode)
{
	return ilog2(macvlan_mode);
}

/**
 * mvtap_fwd_unicast - decide on a frame for one station
 * @src: who sent it, below MVTAP_SRCS
 * @dst: whose address it carries, below MVTAP_DSTS
 *
 * Return: MVTAP_TO_WIRE, MVTAP_TO_LINK, MVTAP_TO_HOST or MVTAP_REFUSE.
 */
enum mvtap_verdict mvtap_fwd_unicast(enum mvtap_src src, enum mvtap_dst dst);

/**
 * mvtap_member - what a link is to a group's frame
 * @mode: its mode
 * @reach: it has host reach
 * @self: it has the frame's source address
 */
static inline enum mvtap_member mvtap_member(enum mvtap_mode mode, bool reach,
					     bool self)
{
	if (self)
		return MVTAP_MEMBER_SELF;
	if (reach && mode == MVTAP_PRIVATE)
		return MVTAP_MEMBER_PRIVATE_REACH;
	if (reach && mode == MVTAP_BRIDGE)
		return MVTAP_MEMBER_BRIDGE_REACH;
	return (enum mvtap_member)mode;
}

/**
 * mvtap_fwd_member - decide whether one link gets a copy of a group's frame
 * @src: who sent it
 * @member: the link in question, which wants the group
 *
 * Return: MVTAP_TO_LINK or MVTAP_NO_COPY.
 */
enum mvtap_verdict mvtap_fwd_member(enum mvtap_src src,
				    enum mvtap_member member);

/**
 * mvtap_fwd_group - decide on a group's frame itself, beside all copies
 * @src: who sent it
 * @reach: a link of ours has the source address, and host reach
 *
 * Return: MVTAP_TO_WIRE, MVTAP_TO_HOST or MVTAP_CONSUME.
 */
enum mvtap_verdict mvtap_fwd_group(enum mvtap_src src, bool reach);

/**
 * mvtap_fwd_listed - decide whether links in mode source, whose lists have the
 * frame's source address, get a copy, whatever the destination
 * @src: who sent it
 *
 * Return: MVTAP_TO_LINK or MVTAP_NO_COPY.
 */
enum mvtap_verdict mvtap_fwd_listed(enum mvtap_src src);

/* False if no link can get a copy of a group's frame from @src. */
bool mvtap_fwd_copies(enum mvtap_src src);

#ifdef MVTAP_SELFTEST
bool mvtap_fwd_selftest(void);
#endif

#endif /* _MVTAP_FWD_H */
