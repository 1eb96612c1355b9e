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
	KEY_HOST,
	KEY_SPOOFCHECK,
	KEY_MAXMACS,
	KEY_STACK,
	KEY_CARRIER,
	KEY_OWNER,
	KEY_GROUP,
	KEY_PERM,
	KEY_NOPROMISC,
	KEY_NODST,
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

/* What netlink tells beyond keys and counters. */
enum link_detail {
	DETAIL_CARRIER, DETAIL_CARRIER_CHANGES, DETAIL_PROTODOWN,
	DETAIL_TXQLEN, DETAIL_TX_QUEUES, DETAIL_RX_QUEUES,
	DETAIL_PROMISCUITY, DETAIL_ALLMULTI, DETAIL_MIN_MTU, DETAIL_MAX_MTU,
	DETAIL_GSO_MAX_SIZE, DETAIL_GSO_MAX_SEGS, DETAIL_GROUP, DETAIL_MASTER,
	DETAIL_COUNT,
};

#define LINK_MAX_QUEUES 256	/* the kernel's bound */
#define LINK_MAX_SOURCES 4096

/* An open queue of the character device. */
struct link_queue {
	bool attached;		/* it receives, as number @index */
	uint32_t index;
	uint32_t size;		/* frames that it can hold */
	uint32_t backlog;	/* frames that wait in it */
};

struct link {
	char name[IFNAMSIZ];
	int ifindex;
	unsigned short type;	/* of hardware, ARPHRD_... */
	char kind[IFNAMSIZ];	/* as the kernel says it; "" if it has none */
	bool ours;		/* it is one of our kinds, so conf has KEY_KIND */
	struct link_conf conf;
	bool lower_away;	/* the lower device is in another namespace ... */
	int lower_netnsid;	/* ... of this number */
	unsigned char operstate;
	bool has_bcused;
	uint32_t bcused;	/* what the port uses of its links' bcqueuelen */
	bool has_cutoffused;
	uint32_t cutoffused;	/* the same for bccutoff; a signed number */
	bool has_macs;
	uint32_t macs;		/* unicast addresses that the link has */
	char node[32];		/* its device node below /dev; "" if not told */
	uint32_t sources;	/* how many addresses the source list has */
	char qdisc[IFNAMSIZ];
	char slave_kind[IFNAMSIZ];	/* what it is to its master; "" without */
	unsigned int has_detail;	/* 1 << enum link_detail */
	int64_t detail[DETAIL_COUNT];
	bool has_stats;
	uint64_t stats[STAT_COUNT];
	bool has_queues;	/* link_queues() was told */
	unsigned int queues;
	struct link_queue queue[LINK_MAX_QUEUES];
};

/** link_has() - whether the kernel told this detail */
static inline bool link_has(const struct link *l, enum link_detail d)
{
	return l->has_detail & (1U << d);
}

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
 * All keys go in one message, with those that share an attribute with them. The
 * kernel takes them one after the other and does not undo what it did before
 * the one it refuses, so that is done here.
 */
int link_set(const char *cmd, const struct link *old, const struct link_conf *conf);

/** link_set_up() - switch a link on or off */
int link_set_up(const char *cmd, const struct link *l, bool up);

int link_del(const char *cmd, const struct link *l);

/** link_list() - all our links of this namespace; free() *@list afterwards */
int link_list(const char *cmd, struct link **list, size_t *count);

/** link_list_all() - the same with the interfaces of every kind */
int link_list_all(const char *cmd, struct link **list, size_t *count);

/**
 * link_queues() - fill in the open queues of links
 * @list: @count of them, as link_get() or link_list() found them
 *
 * A kernel that does not tell them leaves has_queues unset.
 */
void link_queues(struct link *list, size_t count);

/** link_find() - an interface of any kind, by number if @name is NULL; 0 or an errno */
int link_find(const char *name, int ifindex, struct link *l);

enum source_op { SOURCE_ADD, SOURCE_DEL, SOURCE_SET };

/**
 * link_source() - change the list of addresses of a link in mode source
 * @macs: at most LINK_MAX_SOURCES; SOURCE_SET with none empties the list
 *
 * SOURCE_SET is one step for the kernel. The others are a step for each
 * address: if one is refused, those before it are taken back.
 */
int link_source(const char *cmd, const struct link *l, enum source_op op,
		const struct mac_list *macs);

/** link_source_list() - read that list */
int link_source_list(const char *cmd, const struct link *l, struct mac_list *macs);

/** link_fdb() - add an address to what a link receives, or take one away */
int link_fdb(const char *cmd, const struct link *l, bool add, const struct mac *mac);

/** link_fdb_list() - read those addresses */
int link_fdb_list(const char *cmd, const struct link *l, struct mac_list *macs);

/** link_cleanup() - give back what the requests hold */
void link_cleanup(void);

#endif
