// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "args.h"
#include "link.h"
#include "mvtap.h"
#include "out.h"
#include "print.h"

static int show(const struct link *l)
{
	struct mac_list macs = { 0 };
	int ret = link_source_list("source", l, &macs);

	if (ret)
		return ret;
	out_begin();
	out_record(l->name);
	out_num("ifindex", l->ifindex);
	value_mode.print(&value_mode, "mode", &l->conf.value[KEY_MODE]);
	out_break();
	print_macs("source", &macs);
	out_record_end();
	free(macs.mac);
	return out_end();
}

static int parse_macs(char **argv, struct mac_list *macs)
{
	size_t n = 0;

	while (argv[n])
		n++;
	if (!n)
		return usage_error("source: %s needs an address: %s", argv[-1], value_mac.what);
	if (n > LINK_MAX_SOURCES)
		return usage_error("source: %zu addresses are too many: at most %d", n,
				   LINK_MAX_SOURCES);
	macs->mac = calloc(n, sizeof(*macs->mac));
	if (!macs->mac)
		return MVTAP_REFUSED;
	for (; macs->count < n; macs->count++)
		if (!args_mac(argv[macs->count], macs->mac[macs->count].byte))
			return usage_error("source: \"%s\" is not %s", argv[macs->count],
					   value_mac.what);
	return MVTAP_OK;
}

static const struct {
	const char *word;
	enum source_op op;
	bool addresses;
} verbs[] = {
	{ "add", SOURCE_ADD, true },
	{ "del", SOURCE_DEL, true },
	{ "set", SOURCE_SET, true },
	{ "flush", SOURCE_SET, false },
};

/* The addresses are looked at before the kernel is asked anything. */
static int parse(int argc, char **argv, size_t verb, struct mac_list *macs)
{
	if (argc < 3)
		return MVTAP_OK;
	if (verb == ARRAY_SIZE(verbs))
		return usage_error("source: \"%s\" is not one of add, del, set, flush", argv[2]);
	if (verbs[verb].addresses)
		return parse_macs(argv + 3, macs);
	if (argc > 3)
		return usage_error("source: \"%s\" is too much: source NAME flush", argv[3]);
	return MVTAP_OK;
}

static int run(int argc, char **argv)
{
	struct mac_list macs = { 0 };
	const char *name;
	struct link l;
	size_t v = 0;
	int ret;

	ret = args_name("source", argc, argv, &name);
	if (ret)
		return ret;
	while (argc > 2 && v < ARRAY_SIZE(verbs) && strcmp(verbs[v].word, argv[2]))
		v++;
	ret = parse(argc, argv, v, &macs);
	if (!ret)
		ret = link_get("source", name, &l);
	if (!ret)
		ret = argc > 2 ? link_source("source", &l, verbs[v].op, &macs) : show(&l);
	free(macs.mac);
	return ret;
}

static void details(void)
{
	printf("A link in mode source gets the frames that the listed addresses send. set puts\n"
	       "a new list in place of the old one in one step; a list has at most %d addresses.\n",
	       LINK_MAX_SOURCES);
}

const struct command cmd_source = {
	.name = "source",
	.synopsis = "NAME [add MAC...|del MAC...|set MAC...|flush]",
	.summary = "print or change the addresses that a link in mode source listens to",
	.details = details,
	.run = run,
};
