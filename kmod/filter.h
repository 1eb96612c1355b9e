/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a link receives: its address and its groups, in the tables of the port
 * and in the filters of the lower device.
 */
#ifndef _MVTAP_FILTER_H
#define _MVTAP_FILTER_H

#include "dev.h"

/**
 * mvtap_filter_check_addr - may a link that is up use an address?
 * @link: the link, up or about to be; not in mode passthru
 * @addr: 6 bytes
 * @extack: told whose address it is
 *
 * Context: RTNL.
 * Return: 0 or -EADDRINUSE.
 */
int mvtap_filter_check_addr(struct mvtap_dev *link, const u8 *addr,
			    struct netlink_ext_ack *extack);

/**
 * mvtap_filter_change_addr - give a link another address
 * @link: the link, up or down
 * @addr: 6 bytes
 *
 * Context: RTNL, may sleep.
 * Return: 0, -EADDRINUSE if another link that is up has it, -ENOMEM.
 */
int mvtap_filter_change_addr(struct mvtap_dev *link, const u8 *addr);

/**
 * mvtap_filter_set_flags - change MACVLAN_FLAG_*
 * @link: the link
 * @flags: the new set
 *
 * Context: RTNL, may sleep.
 * Return: 0, or why the lower device could not be made promiscuous; then
 * nothing has changed.
 */
int mvtap_filter_set_flags(struct mvtap_dev *link, u16 flags);

/*
 * If the lower device can, it sorts out the frames for the addresses of links
 * in mode vepa and bridge by itself, unless a link of the port is private or
 * has a list of sources.
 *
 * Context of these: RTNL, may sleep.
 */

/**
 * mvtap_filter_prepare_mode - no offload that does not go with a mode
 * @link: the link that is to get it, listed or not yet
 * @mode: the mode
 *
 * To be followed by mvtap_filter_review_offload(), also after an error.
 * Return: 0, or why the lower device's unicast filter does not take an address.
 */
int mvtap_filter_prepare_mode(struct mvtap_dev *link, u32 mode);

/* Links have come, gone or changed, or the lower device cannot any more. */
void mvtap_filter_review_offload(struct mvtap_port *port);

/* For a link that is about to go. */
void mvtap_filter_end_offload(struct mvtap_dev *link);

/*
 * Out of, and back into, the lower device's filters, which the core empties
 * when that device moves to another network namespace. No effect on a link
 * that is down, or where it was the last time. Context: RTNL.
 */
void mvtap_filter_suspend(struct mvtap_dev *link);
void mvtap_filter_resume(struct mvtap_dev *link);

/* ndo_open, ndo_stop, ndo_set_rx_mode, ndo_change_rx_flags */
int mvtap_filter_open(struct net_device *dev);
int mvtap_filter_stop(struct net_device *dev);
void mvtap_filter_set_rx_mode(struct net_device *dev);
void mvtap_filter_change_rx_flags(struct net_device *dev, int change);

#endif /* _MVTAP_FILTER_H */
