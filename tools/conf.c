// SPDX-License-Identifier: GPL-2.0
#include "conf.h"

#include <stdio.h>
#include <string.h>

#include "mvtap.h"
#include "out.h"

static const struct link_key *find(const char *name)
{
	for (size_t i = 0; i < link_keys_count; i++)
		if (!strcmp(link_keys[i].name, name))
			return &link_keys[i];
	return NULL;
}

static int no_key(const char *cmd, enum link_key_use use, const char *name)
{
	char list[256] = "";

	for (size_t i = 0; i < link_keys_count; i++) {
		if (!(link_keys[i].use & use))
			continue;
		strcat(list, *list ? ", " : "");
		strcat(list, link_keys[i].name);
	}
	return usage_error("%s: \"%s\" is not a key: %s", cmd, name, list);
}

static int parse_value(const char *cmd, const struct link_key *k, const char *text,
		       struct value *v)
{
	char hint[128];
	const char *valid = value_hint(k->type, ", ", hint, sizeof(hint));

	if (!text)
		return usage_error("%s: %s needs a value: %s", cmd, k->name, valid);
	if (k->type->parse(k->type, text, v))
		return MVTAP_OK;
	return usage_error("%s: %s: \"%s\" is not %s%s", cmd, k->name, text,
			   k->type->words ? "one of " : "", valid);
}

/* @taken receives how many words the key takes. */
static int parse_key(const char *cmd, enum link_key_use use, char **argv,
		     struct link_conf *conf, int *taken)
{
	const struct link_key *k = find(argv[0]);

	if (!k)
		return no_key(cmd, use, argv[0]);
	if (!(k->use & use))
		return usage_error("%s: %s cannot be changed on a link that exists", cmd,
				   k->name);
	if (conf->given & KEY_BIT(k->id))
		return usage_error("%s: %s is given twice", cmd,
				   k->bare ? "up or down" : k->name);
	conf->given |= KEY_BIT(k->id);
	*taken = k->bare ? 1 : 2;
	if (!k->bare)
		return parse_value(cmd, k, argv[1], &conf->value[k->id]);
	conf->value[k->id].num = k->num;
	return MVTAP_OK;
}

int conf_parse(const char *cmd, enum link_key_use use, char **argv, struct link_conf *conf)
{
	int taken = 0, ret;

	memset(conf, 0, sizeof(*conf));
	for (; *argv; argv += taken) {
		ret = parse_key(cmd, use, argv, conf, &taken);
		if (ret)
			return ret;
	}
	return MVTAP_OK;
}

void conf_help(enum link_key_use use)
{
	printf("\nKeys:\n");
	for (size_t i = 0; i < link_keys_count; i++) {
		const struct link_key *k = &link_keys[i];
		char hint[128];

		if (!(k->use & use))
			continue;
		printf("  %s%s%s\n      %s\n", k->name, k->bare ? "" : " ",
		       k->bare ? "" : value_hint(k->type, "|", hint, sizeof(hint)),
		       k->about);
	}
}

static const char *operstate_name(unsigned char state)
{
	/* RFC 2863, in the kernel's order and its words in sysfs */
	static const char *const names[] = {
		"unknown", "notpresent", "down", "lowerlayerdown", "testing",
		"dormant", "up",
	};

	return state < ARRAY_SIZE(names) ? names[state] : "unknown";
}

/* The lower device has a name only where we are; elsewhere it is a number. */
static void print_lower(const struct link *l)
{
	int ifindex = l->conf.value[KEY_LINK].num;
	char text[32 + IFNAMSIZ], name[IFNAMSIZ];

	if (l->lower_away)
		snprintf(text, sizeof(text), "%d@netns%d", ifindex, l->lower_netnsid);
	else if (if_indextoname(ifindex, name))
		snprintf(text, sizeof(text), "%s", name);
	else
		snprintf(text, sizeof(text), "%d", ifindex);
	out_str(link_key_by_id(KEY_LINK)->name, text);
	if (!options.json)
		return;
	out_num("link_ifindex", ifindex);
	if (l->lower_away)
		out_num("link_netnsid", l->lower_netnsid);
}

static void print_key(const struct link *l, enum link_key_id id)
{
	const struct link_key *k = link_key_by_id(id);

	if (!(l->conf.given & KEY_BIT(id)))
		return;
	if (id == KEY_LINK)
		print_lower(l);
	else
		k->type->print(k->type, k->name, &l->conf.value[id]);
}

static void print_stats(const struct link *l)
{
	static const char *const names[STAT_COUNT] = {
		[STAT_RX_PACKETS] = "rx_packets", [STAT_RX_BYTES] = "rx_bytes",
		[STAT_RX_ERRORS] = "rx_errors", [STAT_RX_DROPPED] = "rx_dropped",
		[STAT_MULTICAST] = "multicast",
		[STAT_TX_PACKETS] = "tx_packets", [STAT_TX_BYTES] = "tx_bytes",
		[STAT_TX_ERRORS] = "tx_errors", [STAT_TX_DROPPED] = "tx_dropped",
	};

	out_group("stats");
	for (int i = 0; i < STAT_COUNT; i++) {
		if (i == STAT_TX_PACKETS)
			out_break();
		out_num(names[i], l->stats[i]);
	}
	out_group_end();
}

void conf_print(const struct link *l)
{
	char node[32];

	out_record(l->name);
	out_num("ifindex", l->ifindex);
	for (int id = KEY_KIND; id <= KEY_UP; id++)
		print_key(l, id);
	out_str("operstate", operstate_name(l->operstate));
	out_break();
	print_key(l, KEY_ADDRESS);
	print_key(l, KEY_MTU);
	if (link_has_node(l)) {
		link_node(l, node, sizeof(node));
		out_str("node", node);
	}
	out_break();
	for (int id = KEY_NOPROMISC; id < KEY_COUNT; id++)
		print_key(l, id);
	if (l->has_bcused)
		out_num("bcqueuelen_used", l->bcused);
	if (l->has_stats && options.stats)
		print_stats(l);
	out_record_end();
}
