// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <net/if_arp.h>
#include <stdio.h>
#include <string.h>

#include "args.h"
#include "link.h"
#include "mvtap.h"
#include "out.h"
#include "probe.h"

#define MAX_TIMEOUT 60000

static int fail(const char *name, const char *why)
{
	out_error("probe %s: %s", name, why);
	return MVTAP_REFUSED;
}

static int parse(int argc, char **argv, struct probe *p)
{
	int64_t ms;

	for (int i = 2; i < argc; i += 2) {
		const char *key = argv[i], *value = argv[i + 1];

		if (strcmp(key, "timeout") && strcmp(key, "from"))
			return usage_error("probe: \"%s\" is not a key: timeout, from", key);
		if (!value)
			return usage_error("probe: %s needs a value: %s", key, *key == 't' ?
					   "milliseconds from 3 to 60000" : value_mac.what);
		if (*key == 'f' && !args_mac(value, p->from.byte))
			return usage_error("probe: from: \"%s\" is not %s", value, value_mac.what);
		if (*key == 'f')
			continue;
		if (!args_number(value, PROBE_TRIES, MAX_TIMEOUT, &ms))
			return usage_error("probe: timeout: \"%s\" is not a number from %d to %d",
					   value, PROBE_TRIES, MAX_TIMEOUT);
		p->timeout = ms;
	}
	return MVTAP_OK;
}

/* @l becomes the device that the frames leave through. */
static int find_lower(const char *name, struct link *l)
{
	int err = link_find(name, 0, l);

	if (!err && l->ours && l->lower_away)
		return fail(name, "its lower device is in another network namespace");
	if (!err && l->ours)
		err = link_find(NULL, l->conf.value[KEY_LINK].num, l);
	if (err)
		return fail(name, strerror(err));
	if (l->type != ARPHRD_ETHER)
		return fail(l->name, "is not an Ethernet device");
	if (!l->conf.value[KEY_UP].num)
		return fail(l->name, "is down");
	if (link_has(l, DETAIL_CARRIER) && !l->detail[DETAIL_CARRIER])
		return fail(l->name, "has no carrier: there is no switch to ask");
	return MVTAP_OK;
}

static int print(const struct probe *p)
{
	out_begin();
	out_record(p->name);
	out_flag("reflects", p->reflects, "reflects", "does not reflect");
	out_num("sent", p->sent);
	out_real("waited_ms", p->waited);
	out_record_end();
	return out_end();
}

static int run(int argc, char **argv)
{
	struct probe p = { .timeout = PROBE_TIMEOUT };
	const char *name;
	struct link l;
	int ret;

	ret = args_name("probe", argc, argv, &name);
	if (ret)
		return ret;
	if (!probe_random_mac(&p.from))
		return fail(name, strerror(errno));
	ret = parse(argc, argv, &p);
	if (!ret)
		ret = find_lower(name, &l);
	if (ret)
		return ret;
	p.name = l.name;
	p.ifindex = l.ifindex;
	memcpy(p.own.byte, l.conf.value[KEY_ADDRESS].mac, sizeof(p.own.byte));
	if (probe_run(&p) < 0)
		return fail(l.name, strerror(errno));
	return print(&p);
}

static void details(void)
{
	printf("Sends up to %d frames of the experimental EtherType 88b5 out of LOWER, or out of\n"
	       "the lower device of a link, and waits for their return. They go to the device's\n"
	       "own address: a switch drops them, one that reflects (hairpin, 802.1Qbg reflective\n"
	       "relay) sends them back. Exit status 0: there is an answer, whichever.\n\n"
	       "Keys:\n"
	       "  timeout MS\n      how long to wait in all; %d if not given\n"
	       "  from MAC\n      what they come from; a random address if not given, which the switch\n"
	       "      remembers for some minutes; where a port takes known addresses only: one that\n"
	       "      lives behind this very port\n",
	       PROBE_TRIES, PROBE_TIMEOUT);
}

const struct command cmd_probe = {
	.name = "probe",
	.synopsis = "LOWER|NAME [timeout MS] [from MAC]",
	.summary = "ask the switch behind a device whether it sends frames back",
	.details = details,
	.run = run,
};
