// SPDX-License-Identifier: GPL-2.0
#include "value.h"

#include <linux/mvtap.h>
#include <stdio.h>
#include <string.h>

#include "args.h"
#include "out.h"

const char *value_word(const struct value_type *type, int64_t num)
{
	for (const struct word *w = type->words; w->name; w++)
		if (w->num == num)
			return w->name;
	return NULL;
}

bool value_find(const struct value_type *type, const char *name, int64_t *num)
{
	for (const struct word *w = type->words; w->name; w++) {
		if (strcmp(w->name, name))
			continue;
		*num = w->num;
		return true;
	}
	return false;
}

const char *value_hint(const struct value_type *type, const char *sep,
		       char *buf, size_t size)
{
	size_t len = 0;

	if (!type->words)
		return type->what;
	*buf = '\0';
	for (const struct word *w = type->words; w->name && len < size; w++)
		len += snprintf(buf + len, size - len, "%s%s",
				len ? sep : "", w->name);
	return buf;
}

static bool parse_word(const struct value_type *type, const char *text, struct value *v)
{
	return value_find(type, text, &v->num);
}

static void print_word(const struct value_type *type, const char *key,
		       const struct value *v)
{
	const char *word = value_word(type, v->num);
	char number[24];

	if (!word) {	/* a newer kernel may know more than we do */
		snprintf(number, sizeof(number), "%lld", (long long)v->num);
		word = number;
	}
	out_str(key, word);
}

static void print_flag(const struct value_type *type, const char *key,
		       const struct value *v)
{
	(void)type;
	out_flag(key, v->num, NULL, NULL);
}

static void print_updown(const struct value_type *type, const char *key,
			 const struct value *v)
{
	(void)type;
	out_flag(key, v->num, "up", "down");
}

static bool parse_num(const struct value_type *type, const char *text, struct value *v)
{
	return args_number(text, type->min, type->max, &v->num);
}

static void print_num(const struct value_type *type, const char *key,
		      const struct value *v)
{
	(void)type;
	out_num(key, v->num);
}

const char *value_mac_text(const unsigned char mac[6], char *buf)
{
	snprintf(buf, VALUE_MAC_SIZE, "%02x:%02x:%02x:%02x:%02x:%02x",
		 mac[0], mac[1], mac[2], mac[3], mac[4], mac[5]);
	return buf;
}

static bool parse_mac(const struct value_type *type, const char *text, struct value *v)
{
	(void)type;
	return args_mac(text, v->mac);
}

static void print_mac(const struct value_type *type, const char *key,
		      const struct value *v)
{
	char text[VALUE_MAC_SIZE];

	(void)type;
	out_str(key, value_mac_text(v->mac, text));
}

static bool parse_ifname(const struct value_type *type, const char *text, struct value *v)
{
	(void)type;
	if (!args_is_name(text))
		return false;
	strcpy(v->name, text);
	return true;
}

static void print_ifname(const struct value_type *type, const char *key,
			 const struct value *v)
{
	(void)type;
	out_str(key, v->name);
}

static const struct word own_kinds[] = {
	{ "mvtap", KIND_TAP }, { "mvlan", KIND_LAN }, { 0 },
};

static const struct word compat_kinds[] = {
	{ "macvtap", KIND_TAP }, { "macvlan", KIND_LAN }, { 0 },
};

struct value_type value_kind = {
	.parse = parse_word, .print = print_word, .words = own_kinds,
};

void value_set_compat(bool compat)
{
	value_kind.words = compat ? compat_kinds : own_kinds;
}

const struct value_type value_mode = {
	.parse = parse_word, .print = print_word,
	.words = (const struct word[]) {
		{ "vepa", MACVLAN_MODE_VEPA },
		{ "bridge", MACVLAN_MODE_BRIDGE },
		{ "private", MACVLAN_MODE_PRIVATE },
		{ "passthru", MACVLAN_MODE_PASSTHRU },
		{ "source", MACVLAN_MODE_SOURCE },
		{ 0 },
	},
};

const struct value_type value_onoff = {
	.parse = parse_word, .print = print_flag,
	.words = (const struct word[]) { { "on", 1 }, { "off", 0 }, { 0 } },
};

const struct value_type value_updown = {
	.parse = parse_word, .print = print_updown,
	.words = (const struct word[]) { { "up", 1 }, { "down", 0 }, { 0 } },
};

const struct value_type value_mac = {
	.parse = parse_mac, .print = print_mac,
	.what = "a MAC address like 02:00:00:00:00:01",
};

const struct value_type value_ifname = {
	.parse = parse_ifname, .print = print_ifname,
	.what = "the name of an interface",
};

const struct value_type value_mtu = {
	.parse = parse_num, .print = print_num,
	.what = "a number from 68 to 65535", .min = 68, .max = 65535,
};

const struct value_type value_u32 = {
	.parse = parse_num, .print = print_num,
	.what = "a number from 0 to 4294967295", .min = 0, .max = UINT32_MAX,
};

const struct value_type value_macs = {
	.parse = parse_num, .print = print_num,
	.what = "a number from 1 to 1024", .min = 1, .max = 1024,
};

const struct value_type value_carrier = {
	.parse = parse_word, .print = print_word,
	.words = (const struct word[]) {
		{ "lower", MVTAP_CARRIER_LOWER },
		{ "queue", MVTAP_CARRIER_QUEUE },
		{ 0 },
	},
};

const struct value_type value_s32 = {
	.parse = parse_num, .print = print_num,
	.what = "a number from -2147483648 to 2147483647",
	.min = INT32_MIN, .max = INT32_MAX,
};
