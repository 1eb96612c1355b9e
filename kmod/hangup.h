/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What becomes of an open queue whose link is gone. The tap core forgets the
 * link, but leaves readers asleep and takes what is written into nowhere.
 */
#ifndef _MVTAP_HANGUP_H
#define _MVTAP_HANGUP_H

#include <linux/fs.h>

struct tap_queue;

/**
 * mvtap_hangup - end a queue
 * @queue: still on its tap device's list; nothing more is put into its ring
 * @live: the tap core's operations, which its file has
 *
 * Readers that sleep get an empty frame; from then on read and write say
 * ENODEV, and poll says EPOLLERR and EPOLLHUP. Requests (ioctl) are answered
 * as before: QEMU does not survive that some of them fail.
 *
 * Context: RTNL, may sleep.
 */
void mvtap_hangup(struct tap_queue *queue, const struct file_operations *live);

#endif /* _MVTAP_HANGUP_H */
