/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What an input can do, one operation after the other: a byte of the input
 * chooses one of its target's, which takes what it needs from the rest.
 */
#ifndef MVTAP_FUZZ_OPS_H
#define MVTAP_FUZZ_OPS_H

#include "stream.h"

typedef void op_fn(struct stream *s);

/* ops_link.c: rtnetlink */
op_fn op_link_new, op_link_change, op_link_set, op_link_del, op_link_get, op_link_stats;
op_fn op_link_move, op_link_raw, op_fdb, op_fdb_dump;
/* ops_dev.c: the same devices by other ways, and the lower ones */
op_fn op_lower_set, op_lower_away, op_lower_del, op_ethtool, op_tstamp, op_group, op_upper;
op_fn op_privilege, op_fail, op_nic_fail, op_offload;
/* From op_fail to the end of the failures. */
void hold_alarm(bool on);
/* ops_tap.c: the character device */
op_fn op_tap_open, op_tap_close, op_tap_ioctl, op_tap_ioctl_raw, op_tap_write, op_tap_read;
op_fn op_tap_queue, op_tap_poll;
void tap_reset(void);
/* ops_frame.c: frames from the wire, from the host, from a link */
op_fn op_wire, op_wire_raw, op_host_send, op_link_send, op_burst;
/* ops_vhost.c */
op_fn op_vhost_start, op_vhost_stop, op_vhost_tx, op_vhost_rx, op_vhost_desc, op_vhost_ring;
op_fn op_vhost_kick, op_vhost_ioctl, op_vhost_memory, op_vhost_scribble, op_vhost_backend;
void vhost_reset(void);
void vhost_end(void);

/* A frame as the input wants it; its length. At most OPS_FRAME bytes. */
#define OPS_FRAME 70000
struct virtio_net_hdr;
size_t take_frame(struct stream *s, struct virtio_net_hdr *h, uint8_t *frame);

/* The descriptor of an open tap queue, or -1. */
int tap_pick(struct stream *s);

#endif
