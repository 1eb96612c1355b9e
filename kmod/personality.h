/* SPDX-License-Identifier: GPL-2.0 */
/*
 * By what names we are known: as mvtap, or (module parameter "compat=1") as
 * the in-tree macvlan and macvtap, whose clients then work without a change.
 */
#ifndef _MVTAP_PERSONALITY_H
#define _MVTAP_PERSONALITY_H

#include <linux/types.h>

/**
 * struct mvtap_personality - names, and what goes with them
 * @kind: link kind of a plain interface
 * @tap_kind: link kind of one with a character device
 * @class: device class and name of the character device
 * @driver: what "ethtool -i" shows
 * @version: the same
 * @compat: also in what clients of the in-tree drivers may rely on:
 *	- attributes that are unknown, given twice, or without meaning for the
 *	  mode are passed over, not refused;
 *	- passthru takes the lower device's address, whatever IFLA_ADDRESS says;
 *	- a link's max_mtu is that of its lower device, not its lower's mtu;
 *	- a link of @tap_kind has a queueing discipline;
 *	- its frames go to the stack while no queue is open;
 *	- an MTU follows the lower device's downwards only;
 *	- bc_cutoff is the port's, and shown only when it is not 1.
 */
struct mvtap_personality {
	const char *kind;
	const char *tap_kind;
	const char *class;
	const char *driver;
	const char *version;
	bool compat;
};

/* Fixed when the module is loaded. */
const struct mvtap_personality *mvtap_personality(void);

#endif /* _MVTAP_PERSONALITY_H */
