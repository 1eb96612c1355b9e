/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the inputs act on: two network namespaces, "home" and "guest", the
 * latter of another user namespace; lower devices in home, the first of which
 * is a tun device, so that a frame from its wire comes in the context of
 * whoever writes it, where KCOV sees it; and names for links.
 */
#ifndef MVTAP_FUZZ_WORLD_H
#define MVTAP_FUZZ_WORLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <linux/netlink.h>

enum {
	WORLD_TUN,	/* has a wire: world.wire */
	WORLD_TUN2,	/* the same, for passthru: world.wire2 */
	WORLD_NIC,	/* the tests' network card, or a dummy */
	WORLD_LOCKED,	/* the same with the instance lock */
	WORLD_DUMMY,
	WORLD_VLAN,	/* on top of WORLD_TUN, without reordering of headers */
	WORLD_LOWERS
};

#define WORLD_LINKS 6
#define WORLD_MAC_LOWER 0x40

enum { HOME, GUEST, WORLD_SPACES };

struct world {
	int ns[WORLD_SPACES];
	int nl[WORLD_SPACES];	/* rtnetlink sockets */
	int inet[WORLD_SPACES];	/* for ioctls */
	int packet;		/* in home, unbound, frames with a vnet header */
	int cooked;		/* the same, without Ethernet headers */
	int bypass;		/* the same, past the queueing discipline */
	int wire, wire2;
	unsigned int lower[WORLD_LOWERS];	/* interface indices */
	bool lower_touched;
	bool links_touched;
	bool restricted;	/* without CAP_NET_ADMIN */
	bool failing;		/* fail-nth is set */
};

extern struct world world;

extern const char *const world_lower_names[WORLD_LOWERS];
/* "k0" to "k5": what links are called, in either namespace. */
const char *world_link(unsigned int i);
const char *world_kind(bool tap);

/* MAC address number @n; from WORLD_MAC_LOWER on those of lower devices. */
void world_mac(unsigned int n, uint8_t mac[6]);

void world_create(void);
/* No links, and lower devices as in the beginning. */
void world_reset(void);
/* A set of links in every mode, all up: what frames can run through. */
void world_furnish(void);

/* Of a device there; 0 if there is none. */
unsigned int world_index(int space, const char *name);
/* Send a request, take all answers: 0 or the kernel's -errno. */
int world_talk(int space, struct nlmsghdr *nlh);
/* From now on without CAP_NET_ADMIN, or with it again. */
void world_privilege(bool on);

#endif
