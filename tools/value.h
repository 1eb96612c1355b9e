/* SPDX-License-Identifier: GPL-2.0 */
/* The types of what a key can be set to: text to value, value to output. */
#ifndef MVTAP_VALUE_H
#define MVTAP_VALUE_H

#include <net/if.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct value {
	int64_t num;		/* numbers, words, booleans, ids, an ifindex */
	unsigned char mac[6];
	char name[IFNAMSIZ];	/* of an interface */
};

#define VALUE_MAC_SIZE 18

/* Addresses; free() @mac afterwards where a function filled it in. */
struct mac_list {
	struct mac {
		unsigned char byte[6];
	} *mac;
	size_t count;
};

struct word {
	const char *name;
	int64_t num;
};

struct value_type {
	bool (*parse)(const struct value_type *type, const char *text, struct value *v);
	void (*print)(const struct value_type *type, const char *key, const struct value *v);
	const struct word *words;	/* ends with an empty one */
	const char *what;		/* for numbers and the like: what is wanted */
	int64_t min, max;
};

extern struct value_type value_kind;
extern const struct value_type value_mode;
extern const struct value_type value_onoff;
extern const struct value_type value_updown;
extern const struct value_type value_mac;
extern const struct value_type value_ifname;
extern const struct value_type value_mtu;
extern const struct value_type value_u32;
extern const struct value_type value_macs;
extern const struct value_type value_carrier;
extern const struct value_type value_perm;
extern const struct value_type value_user;
extern const struct value_type value_group;
extern const struct value_type value_s32;

/* A kind with a character device or without; its word depends on the module. */
enum value_kind_num { KIND_TAP, KIND_LAN };

/**
 * value_set_compat() - which words value_kind has
 * @compat: the module runs as macvlan and macvtap; its own kinds do not exist
 */
void value_set_compat(bool compat);

/** value_mac_text() - write an address as text into @buf of VALUE_MAC_SIZE bytes; returns @buf */
const char *value_mac_text(const unsigned char mac[6], char *buf);

/** value_word() - the word for @num, NULL if there is none */
const char *value_word(const struct value_type *type, int64_t num);

/** value_find() - the number of the word @name; false if there is none */
bool value_find(const struct value_type *type, const char *name, int64_t *num);

/** value_hint() - what can stand there, words joined by @sep, into @buf */
const char *value_hint(const struct value_type *type, const char *sep,
		       char *buf, size_t size);

#endif
