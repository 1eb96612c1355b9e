/* SPDX-License-Identifier: GPL-2.0 */
/* A thread that changes a ring while the kernel reads it. */
#ifndef MVTAP_FUZZ_SCRIBBLE_H
#define MVTAP_FUZZ_SCRIBBLE_H

#include <stdint.h>

#include "../virtio_drv.h"

void scribble_start(struct vdrv_ring *r, uint32_t seed);
void scribble_stop(void);

#endif
