// SPDX-License-Identifier: GPL-2.0
#include "print.h"

#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ethtool.h"
#include "link.h"
#include "mvtap.h"
#include "out.h"

const char *print_operstate(unsigned char state)
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

static const char *const stat_names[STAT_COUNT] = {
	[STAT_RX_PACKETS] = "rx_packets", [STAT_RX_BYTES] = "rx_bytes",
	[STAT_RX_ERRORS] = "rx_errors", [STAT_RX_DROPPED] = "rx_dropped",
	[STAT_MULTICAST] = "multicast",
	[STAT_TX_PACKETS] = "tx_packets", [STAT_TX_BYTES] = "tx_bytes",
	[STAT_TX_ERRORS] = "tx_errors", [STAT_TX_DROPPED] = "tx_dropped",
};

void print_rates(const char *key, const double *rates)
{
	out_group(key);
	for (int i = 0; i < STAT_COUNT; i++)
		out_real(stat_names[i], rates[i]);
	out_group_end();
}

void print_stats(const char *key, const uint64_t *stats)
{
	out_group(key);
	for (int i = 0; i < STAT_COUNT; i++) {
		if (i == STAT_TX_PACKETS)
			out_break();
		out_num(stat_names[i], stats[i]);
	}
	out_group_end();
}

void print_queues(const struct link *l)
{
	if (!l->has_queues)
		return;
	out_break();
	out_list("queues");
	if (!l->queues && !options.json)
		out_item("none");
	for (unsigned int i = 0; i < l->queues; i++) {
		out_group(NULL);
		if (l->queue[i].attached)
			out_num("queue", l->queue[i].index);
		else
			out_flag("attached", false, "attached", "detached");
		out_num("size", l->queue[i].size);
		out_num("backlog", l->queue[i].backlog);
		out_group_end();
	}
	out_list_end();
}

void print_drops(const struct link *l)
{
	struct ethtool_counter *list;
	size_t count, lost = 0;

	if (ethtool_counters(l->name, &list, &count))
		return;	/* the driver has none to tell */
	if (options.json)
		out_group("drops");
	for (size_t i = 0; i < count; i++) {
		if (!list[i].value && !options.json && !options.details)
			continue;
		out_break();
		out_num(list[i].name, list[i].value);
		lost++;
	}
	if (options.json)
		out_group_end();
	else if (!lost)
		printf("\n    no frame lost in the link");
	free(list);
}

void print_macs(const char *key, const struct mac_list *macs)
{
	char text[VALUE_MAC_SIZE];

	out_list(key);
	if (!macs->count && !options.json)
		out_item("none");
	for (size_t i = 0; i < macs->count; i++) {
		if (i && !(i % 4))
			out_break();
		out_item(value_mac_text(macs->mac[i].byte, text));
	}
	out_list_end();
}

static const struct {
	const char *name;
	enum link_detail detail;
	bool flag;
	bool line;	/* begins a new one */
} details[] = {
	{ .name = "has_carrier", .detail = DETAIL_CARRIER, .flag = true, .line = true },
	{ .name = "carrier_changes", .detail = DETAIL_CARRIER_CHANGES },
	{ .name = "protodown", .detail = DETAIL_PROTODOWN, .flag = true },
	{ .name = "promiscuity", .detail = DETAIL_PROMISCUITY },
	{ .name = "allmulti", .detail = DETAIL_ALLMULTI },
	{ .name = "txqlen", .detail = DETAIL_TXQLEN, .line = true },
	{ .name = "tx_queues", .detail = DETAIL_TX_QUEUES },
	{ .name = "rx_queues", .detail = DETAIL_RX_QUEUES },
	{ .name = "min_mtu", .detail = DETAIL_MIN_MTU, .line = true },
	{ .name = "max_mtu", .detail = DETAIL_MAX_MTU },
	{ .name = "gso_max_size", .detail = DETAIL_GSO_MAX_SIZE },
	{ .name = "gso_max_segs", .detail = DETAIL_GSO_MAX_SEGS },
	{ .name = "netdev_group", .detail = DETAIL_GROUP },
};

static void print_master(const struct link *l)
{
	char name[IFNAMSIZ];

	if (link_has(l, DETAIL_MASTER) && if_indextoname(l->detail[DETAIL_MASTER], name))
		out_str("master", name);
}

/* What is on, in lines of four. */
static void print_features(const struct link *l)
{
	struct ethtool_feature *list;
	size_t count, printed = 0;

	if (ethtool_features(l->name, &list, &count))
		return;
	out_break();
	out_list("features");
	for (size_t i = 0; i < count; i++) {
		if (!list[i].active || !*list[i].name)
			continue;
		if (printed && !(printed % 4))
			out_break();
		out_item(list[i].name);
		printed++;
	}
	out_list_end();
	free(list);
}

static void print_details(const struct link *l)
{
	for (size_t i = 0; i < ARRAY_SIZE(details); i++) {
		if (details[i].line)
			out_break();
		if (!link_has(l, details[i].detail))
			continue;
		if (details[i].flag)
			out_flag(details[i].name, l->detail[details[i].detail], NULL, NULL);
		else
			out_num(details[i].name, l->detail[details[i].detail]);
	}
	out_str("qdisc", *l->qdisc ? l->qdisc : "none");
	print_master(l);
	print_queues(l);
	print_features(l);
}

static bool is_source(const struct link *l)
{
	int64_t source;

	return value_find(&value_mode, "source", &source) &&
	       l->conf.value[KEY_MODE].num == source;
}

void print_some(const struct link *l, unsigned int given)
{
	for (int id = 0; id < KEY_COUNT; id++)
		if (given & KEY_BIT(id))
			print_key(l, id);
}

static void print_range(const struct link *l, enum link_key_id from, enum link_key_id to)
{
	for (int id = from; id <= (int)to; id++)
		print_key(l, id);
}

/* In text, whose the node is, and how many addresses there are, are details. */
static void print_own(const struct link *l)
{
	out_break();
	print_range(l, KEY_HOST, KEY_CARRIER);
	if (!options.json && !options.details)
		return;
	if (l->has_macs)
		out_num("macs", l->macs);
	print_range(l, KEY_OWNER, KEY_PERM);
}

void print_keys(const struct link *l)
{
	char node[sizeof(l->node) + 8];

	out_num("ifindex", l->ifindex);
	print_range(l, KEY_KIND, KEY_UP);
	out_str("operstate", print_operstate(l->operstate));
	out_break();
	print_key(l, KEY_ADDRESS);
	print_key(l, KEY_MTU);
	if (link_has_node(l)) {
		link_node(l, node, sizeof(node));
		out_str("node", node);
	}
	print_own(l);
	out_break();
	print_range(l, KEY_NOPROMISC, KEY_BCCUTOFF);
	if (l->has_bcused)
		out_num("bcqueuelen_used", l->bcused);
	if (l->has_cutoffused)
		out_num("bccutoff_used", (int32_t)l->cutoffused);
	if (is_source(l))
		out_num("source_count", l->sources);
}

void print_link(const struct link *l, const struct mac_list *source)
{
	out_record(l->name);
	print_keys(l);
	if (options.details)
		print_details(l);
	if (source && is_source(l)) {
		out_break();
		print_macs("source", source);
	}
	if (l->has_stats && options.stats)
		print_stats("stats", l->stats);
	out_record_end();
}
