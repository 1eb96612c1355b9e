/* SPDX-License-Identifier: GPL-2.0 */
/* The character device of a link, a packet socket as the other side, and a test bed. */
#ifndef MVTAP_SELFTESTS_TAPDEV_H
#define MVTAP_SELFTESTS_TAPDEV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/types.h>

#include <linux/if_tun.h>
#include <linux/virtio_net.h>

#include "ipframe.h"

#ifndef TUN_F_USO4
#define TUN_F_USO4 0x20
#define TUN_F_USO6 0x40
#endif

#define VNET_HLEN sizeof(struct virtio_net_hdr)
#define TAP_MAX_QUEUES 256

/* How long an expected frame may take, and how long we listen for none. */
#define ARRIVE_MS 5000
#define QUIET_MS 50

/*
 * The bed: bedl is the lower device, bedw the wire end of it, beda and bedb two
 * bridge-mode links with known addresses, all up, in namespaces of our own.
 */
#define BED_LOWER "bedl"
#define BED_WIRE "bedw"
#define BED_A "beda"
#define BED_B "bedb"
extern const uint8_t mac_a[6], mac_b[6], mac_wire[6], mac_broadcast[6];
#define MAC_A_TEXT "02:00:00:00:00:0a"
#define MAC_B_TEXT "02:00:00:00:00:0b"

int bed_create(void);			/* once per program */
int bed_add_links(void **state);	/* a test's setup ... */
int bed_del_links(void **state);	/* ... and teardown */

/* The same with a queue of each link and the wire open, and these closed. */
extern int bed_a, bed_b, bed_wire;
int bed_open(void **state);
int bed_close(void **state);

/* sysfs' idea of the link's device: number, and its name tap<ifindex>. */
int tap_devnum(const char *link, dev_t *dev);
void tap_node_name(const char *link, char *name, size_t len);

/* Open by device number, through a node of our own. A descriptor or -errno. */
int tap_open(const char *link, int flags);
int tap_open_devnum(dev_t dev, int flags);

/* The request as the kernel answered it: 0 or -errno. */
int tap_ioctl(int fd, unsigned long cmd, unsigned long arg);
int tap_set_int(int fd, unsigned long cmd, int value);
int tap_get_int(int fd, unsigned long cmd);
int tap_set_iff(int fd, unsigned int flags);
int tap_queue_attach(int fd, bool on);

/* poll(2) for @events; what came, 0 at the deadline. */
int tap_poll(int fd, short events, int timeout_ms);

/* One frame behind the 10-byte header @h (NULL: zeroes). */
ssize_t tap_send(int fd, const struct virtio_net_hdr *h, const void *frame, size_t len);
/* Length of the frame that arrived in time, -errno otherwise; @h may be NULL. */
ssize_t tap_recv(int fd, struct virtio_net_hdr *h, void *frame, size_t cap, int timeout_ms);
bool tap_quiet(int fd);

/* The same over a packet socket, with a vnet header on every frame. */
int wire_open(const char *dev);
ssize_t wire_send(int fd, const struct virtio_net_hdr *h, const void *frame, size_t len);
ssize_t wire_recv(int fd, struct virtio_net_hdr *h, void *frame, size_t cap, int timeout_ms);

/* One small UDP frame with sequence number @seq, and the check that it came. */
size_t probe_build(uint8_t *buf, const uint8_t *dst, const uint8_t *src, uint32_t seq);
bool probe_is(const uint8_t *buf, size_t len, uint32_t seq);

#endif
