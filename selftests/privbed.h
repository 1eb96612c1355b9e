/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Who tries what he may not: three processes beside the administrator, which is
 * the test itself, in a network namespace of the initial user namespace:
 *
 *	administrator: bedl (lower device), bedw (its wire), sib (mvlan, bridge),
 *		sibt (mvtap, bridge)
 *	PRIV_USER: the same namespaces, user nobody, no capability
 *	PRIV_OWN: user nobody, who made himself root of a user namespace and a
 *		network namespace of his own, without any link
 *	PRIV_CONTAINER: the same, and was given own (mvlan, private, may change its
 *		address) and ownt (mvtap, bridge, spoofcheck), both up
 *
 * The latter two see the administrator's /dev and have his network namespace as
 * an open file: nothing but the kernel's checks is between them and him.
 */
#ifndef MVTAP_SELFTESTS_PRIVBED_H
#define MVTAP_SELFTESTS_PRIVBED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum priv_who { PRIV_USER, PRIV_OWN, PRIV_CONTAINER, PRIV_WHO };

#define NOBODY 65534

#define SIB "sib"
#define SIBT "sibt"
#define OWN "own"
#define OWNT "ownt"

extern const char *const priv_names[PRIV_WHO];
extern const uint8_t mac_lower[6], mac_sib[6], mac_sibt[6], mac_own[6], mac_ownt[6];

/* What everybody knows, in memory that all of them share. */
struct priv_facts {
	uint32_t lower, sib, sibt, own, ownt;	/* interface indexes */
	pid_t admin;
	int hostns;			/* the administrator's, open in everybody */
	int32_t nsid[PRIV_WHO];		/* its number in their namespace */
	dev_t sibt_dev, ownt_dev;	/* device numbers of their nodes */
	char ownt_node[64];		/* path of its node */
	char sibt_node[64];
	uint8_t scratch[4096];		/* for a request and its answer */
};

extern struct priv_facts *facts;

/* All of the above, once per program: 0, or -1 and *@why says what is missing. */
int priv_create(const char **why);

/*
 * Run @fn(@arg) in that process. @arg points to what was there before
 * priv_create(), or into *facts. PRIV_DIED if the process did.
 */
#define PRIV_DIED (-4095)
long priv_ask(enum priv_who who, long (*fn)(const void *arg), const void *arg);

/* Hand him a descriptor: in his calls it is priv_given. */
extern int priv_given;
int priv_give(enum priv_who who, int fd);

/* The administrator in the container's network namespace, until undone. */
void priv_visit(void);
void priv_leave(void);

/* The kind of links without a node: $KIND, else "mvlan". */
const char *priv_kind(void);

/* Set attributes of a link, in the words of attrreq.h: 0 or -errno. */
int priv_set(const char *name, const char *kind, const char *text);

/*
 * What must not change: all that the kernel says of the administrator's links, of
 * their receive filters, and of the two nodes; and of the container's links.
 */
struct priv_state {
	uint64_t links, filters, nodes, container;
};

void priv_look(struct priv_state *state);
/* What differs, as words; "" if nothing does. */
const char *priv_differs(const struct priv_state *a, const struct priv_state *b);
/* Until nothing of it has changed for a second or so. */
void priv_settle(void);

/* Addresses in the lower device's filters: is this one there? how many? */
bool priv_filter_has(const uint8_t *mac);
unsigned int priv_filter_count(void);

/*
 * A packet socket on a device, which root of a container can open, too, unlike
 * wire_open(); and how many frames come until none does for @wait_ms.
 */
int priv_packets(const char *dev);
int priv_count(int fd, int wait_ms);

#endif
