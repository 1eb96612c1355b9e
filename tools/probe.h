/* SPDX-License-Identifier: GPL-2.0 */
/* Asking the switch behind a device whether it sends frames back where they came from. */
#ifndef MVTAP_PROBE_H
#define MVTAP_PROBE_H

#include <stdbool.h>

#include "value.h"

#define PROBE_TRIES 3
#define PROBE_TIMEOUT 1000	/* milliseconds, if nobody says otherwise */

/**
 * struct probe - a question and its answer
 * @name: the device, for the frames to leave through
 * @ifindex: the same as a number
 * @own: its address
 * @from: what the frames are to say as their sender
 * @timeout: milliseconds to wait in all
 * @reflects: a frame came back
 * @sent: how many were sent
 * @waited: milliseconds from the first one to the answer, or to the end
 */
struct probe {
	const char *name;
	int ifindex;
	struct mac own;
	struct mac from;
	int timeout;
	bool reflects;
	int sent;
	double waited;
};

/** probe_random_mac() - an address that nobody has: random, locally administered */
bool probe_random_mac(struct mac *mac);

/**
 * probe_run() - send the frames, and wait
 *
 * A frame goes from @from to the device's own address. A switch that knows
 * where that address is - where the frame comes from - drops it, as 802.1Q
 * wants; one with reflective relay sends it back. It floods nothing either way,
 * so that nobody else is asked, and no filter of the device is in the way.
 *
 * Return: 0, or -1 with errno.
 */
int probe_run(struct probe *p);

#endif
