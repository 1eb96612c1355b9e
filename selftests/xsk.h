/* SPDX-License-Identifier: GPL-2.0 */
/* An AF_XDP socket that sends by copy, and does nothing else. */
#ifndef MVTAP_SELFTESTS_XSK_H
#define MVTAP_SELFTESTS_XSK_H

#include <stddef.h>

/* A descriptor for the device with this index in the current namespace, or -errno. */
int xsk_open(int ifindex);
/* Send one frame by that socket; there is one in a program. 0 or -errno. */
int xsk_send(int fd, const void *frame, size_t len);

#endif
