/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A thread that opens vhost for the others. KCOV traces either a thread or the
 * workers that it made, so the workers are made by this one.
 */
#ifndef MVTAP_FUZZ_OWNER_H
#define MVTAP_FUZZ_OWNER_H

#include "../virtio_drv.h"

/* vdrv_open(), elsewhere. */
int owner_open(struct vdrv *d, const struct vdrv_config *c);

#endif
