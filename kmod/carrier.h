/* SPDX-License-Identifier: GPL-2.0 */
/* Whether a link has a carrier. */
#ifndef _MVTAP_CARRIER_H
#define _MVTAP_CARRIER_H

#include "dev.h"

/*
 * The lower device's state, or what the carrier of the link depends on, has
 * changed; the link is registered and listed. Context: RTNL.
 */
void mvtap_carrier_follow(struct mvtap_dev *link);

/* The settings may have changed; no effect on a link that is not listed yet. */
void mvtap_carrier_review(struct mvtap_dev *link);

/* Before the link goes. Context: RTNL. */
void mvtap_carrier_forget(struct mvtap_dev *link);

/* No link is left. Context: may sleep. */
void mvtap_carrier_teardown(void);

#endif /* _MVTAP_CARRIER_H */
