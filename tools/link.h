/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A link: what it has, what can be set, and the requests to the kernel.
 *
 * link.c holds the one table of keys and turns it into attributes and back,
 * link_req.c sends requests, conf.c reads the same keys from a command line and
 * prints them. Netlink itself is not visible here.
 */
#ifndef MVTAP_LINK_H
#define MVTAP_LINK_H

#include <net/if.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "value.h"

enum link_key_id {
	KEY_KIND,
	KEY_LINK,
	KEY_MODE,
	KEY_UP,
	KEY_ADDRESS,
	KEY_MTU,
	KEY_NOPROMISC,
	KEY_BCQUEUELEN,
	KEY_BCCUTOFF,
	KEY_COUNT,
};

#define KEY_BIT(id) (1U << (id))

enum link_key_use {
	FOR_ADD = 1,
	FOR_SET = 2,
};

struct link_form;

/**
 * struct link_key - one thing that can be set on a link
 * @name: the word for it on the command line and in the output
 * @id: what it sets; "up" and "down" set the same thing
 * @use: commands that take it
 * @type: its values
 * @bare: is a word without a value, and stands for @num
 * @num: see @bare
 * @about: for the help
 * @form: how it looks in a netlink message
 * @attr: number of its attribute
 */
struct link_key {
	const char *name;
	enum link_key_id id;
	unsigned int use;
	const struct value_type *type;
	bool bare;
	int64_t num;
	const char *about;
	const struct link_form *form;
	unsigned short attr;
};

extern const struct link_key link_keys[];
extern const size_t link_keys_count;

/** link_key_by_id() - the (first) key that sets @id */
const struct link_key *link_key_by_id(enum link_key_id id);

/** struct link_conf - some keys with their values */
struct link_conf {
	unsigned int given;	/* KEY_BIT() of those that are there */
	struct value value[KEY_COUNT];
};

enum link_stat {
	STAT_RX_PACKETS, STAT_RX_BYTES, STAT_RX_ERRORS, STAT_RX_DROPPED,
	STAT_MULTICAST,
	STAT_TX_PACKETS, STAT_TX_BYTES, STAT_TX_ERRORS, STAT_TX_DROPPED,
	STAT_COUNT,
};

struct link {
	char name[IFNAMSIZ];
	int ifindex;
	char kind[IFNAMSIZ];	/* as the kernel says it; "" if it has none */
	bool ours;		/* it is one of our kinds, so conf has KEY_KIND */
	struct link_conf conf;
	bool lower_away;	/* the lower device is in another namespace ... */
	int lower_netnsid;	/* ... of this number */
	unsigned char operstate;
	bool has_bcused;
	uint32_t bcused;	/* what the port uses of its links' bcqueuelen */
	bool has_stats;
	uint64_t stats[STAT_COUNT];
};

/** link_has_node() - whether a link has a character device */
bool link_has_node(const struct link *l);

/** link_node() - the name of that device, into @buf */
void link_node(const struct link *l, char *buf, size_t size);

/*
 * Requests. All return MVTAP_OK, or MVTAP_REFUSED after printing what the
 * kernel said; @cmd is the command that the message is to name.
 */

/** link_get() - look up one of our links by name, with counters if options.stats */
int link_get(const char *cmd, const char *name, struct link *l);

/** link_add() - make a link, and tell what it became */
int link_add(const char *cmd, const char *name, const struct link_conf *conf,
	     struct link *made);

/**
 * link_set() - change a link, all of it or nothing
 * @old: the link as link_get() found it
 *
 * All keys go in one message. The kernel takes them one after the other and
 * does not undo what it did before the one it refuses, so that is done here.
 */
int link_set(const char *cmd, const struct link *old, const struct link_conf *conf);

/** link_set_up() - switch a link on or off */
int link_set_up(const char *cmd, const struct link *l, bool up);

int link_del(const char *cmd, const struct link *l);

/** link_list() - all our links of this namespace; free() *@list afterwards */
int link_list(const char *cmd, struct link **list, size_t *count);

/** link_cleanup() - give back what the requests hold */
void link_cleanup(void);

#endif
