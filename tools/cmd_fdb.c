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
	int ret = link_fdb_list("fdb", l, &macs);

	if (ret)
		return ret;
	out_begin();
	out_record(l->name);
	out_num("ifindex", l->ifindex);
	value_mac.print(&value_mac, "address", &l->conf.value[KEY_ADDRESS]);
	out_break();
	print_macs("fdb", &macs);
	out_record_end();
	free(macs.mac);
	return out_end();
}

static int run(int argc, char **argv)
{
	struct mac mac;
	const char *name;
	struct link l;
	int ret;

	ret = args_name("fdb", argc, argv, &name);
	if (ret)
		return ret;
	if (argc > 2 && strcmp(argv[2], "add") && strcmp(argv[2], "del"))
		return usage_error("fdb: \"%s\" is not one of add, del", argv[2]);
	if (argc == 3)
		return usage_error("fdb: %s needs an address: %s", argv[2], value_mac.what);
	if (argc > 3 && !args_mac(argv[3], mac.byte))
		return usage_error("fdb: \"%s\" is not %s", argv[3], value_mac.what);
	if (argc > 4)
		return usage_error("fdb: \"%s\" is too much: fdb NAME [add MAC|del MAC]", argv[4]);
	ret = link_get("fdb", name, &l);
	if (ret)
		return ret;
	return argc > 3 ? link_fdb("fdb", &l, !strcmp(argv[2], "add"), &mac) : show(&l);
}

static void details(void)
{
	printf("Beside its own address and broadcast, a link receives the addresses in this list:\n"
	       "the groups that its user joined, and what is added here. Multicast addresses can\n"
	       "be added to any link, others only in mode passthru.\n");
}

const struct command cmd_fdb = {
	.name = "fdb",
	.synopsis = "NAME [add MAC|del MAC]",
	.summary = "print or change the addresses that a link receives beside its own",
	.details = details,
	.run = run,
};
