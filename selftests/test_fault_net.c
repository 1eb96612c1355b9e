// SPDX-License-Identifier: GPL-2.0
/*
 * What is done with a link that is there, and what its lower device does, while
 * memory fails: each single allocation on the way, once. See faultwalk.h.
 */

#include "faultcmd.h"
#include "faultwalk.h"
#include "ktap.h"

#define ADDR " ^ 1 0200000000aa"
#define LINK "new mvlan x low 1 u32:4 34 u32:8" ADDR
#define TAP_LINK "new mvtap x low 1 u32:4 32 01" ADDR
#define PASSTHRU_LINK "new mvlan x low 1 u32:8 2 u16:1;up x"
#define OTHER_LINK "new mvtap y low 1 u32:2 ^ 1 0200000000bb;up y"
#define GROUP "01:00:5e:00:00:05"
#define MORE "02:00:00:00:00:cc"
#define MORE_HEX "0200000000cc"
#define CARD "sh insmod $MVTAP_TESTNIC_KO 2>/dev/null || true;new testnic n -;up n;" \
	     "sh ethtool -K n l2-fwd-offload on;new mvlan x n 1 u32:4" ADDR

/*
 * ndo_set_rx_mode returns nothing: a group, or an address of a device on top,
 * that could not be entered for want of memory is tried again at the next
 * change; until then the link takes all groups. (Linux 7.3: by a work item.)
 */
static bool lacks_a_group(const char *want, const char *got)
{
	return fault_same_but(want, got, (const char *const []){ "group ", NULL });
}

static bool lacks_more(const char *want, const char *got)
{
	return fault_same_but(want, got, (const char *const []){ "group ", "filter " MORE_HEX, NULL });
}

/* Without memory for a station, the card's filter has the address. */
static bool by_filter(const char *want, const char *got)
{
	return fault_same_but(want, got, (const char *const []){ "group ", "filter 0200000000aa", NULL });
}

static const struct fault_case cases[] = {
	{ "up", LINK, "up x", "down x", lacks_a_group },
	{ "up, the first of a kind with groups", "new mvtap x low 1 u32:16 32 00" ADDR
	  ";join x " GROUP, "up x", "down x", lacks_a_group },
	{ "down", LINK ";up x;join x " GROUP, "down x", "up x", NULL },
	{ "up, passthru", "new mvlan x low 1 u32:8", "up x", "down x", lacks_a_group },
	{ "up, with another address", LINK ";fdb+ x " MORE, "up x", "down x", lacks_more },
	{ "up, promiscuous and all groups", LINK ";promisc+ x;allmulti+ x", "up x", "down x",
	  lacks_a_group },
	{ "up, on a card with stations", CARD, "up x", "down x", by_filter },
	{ "promiscuous", LINK ";up x", "promisc+ x", "promisc- x", NULL },
	{ "all groups", LINK ";up x", "allmulti+ x", "allmulti- x", NULL },
	{ "join", LINK ";up x", "join x " GROUP, "leave x " GROUP, lacks_a_group },
	{ "leave", LINK ";up x;join x " GROUP, "leave x " GROUP, "join x " GROUP, NULL },
	{ "filter entry", LINK ";up x", "fdb+ x " MORE, "fdb- x " MORE, NULL },
	{ "filter entry, the link is down", LINK, "fdb+ x " MORE, "fdb- x " MORE, NULL },
	{ "filter entry, passthru", PASSTHRU_LINK, "fdb+ x " MORE, "fdb- x " MORE, NULL },
	{ "filter entry, a group", LINK ";up x", "fdb+ x " GROUP, "fdb- x " GROUP, lacks_a_group },
	{ "no filter entry", LINK ";up x;fdb+ x " MORE, "fdb- x " MORE, "fdb+ x " MORE, NULL },
	{ "address", LINK, "set mvlan x ^ 1 0200000000dd", "set mvlan x" ADDR, NULL },
	{ "address, the link is up", LINK ";up x", "set mvlan x ^ 1 0200000000dd",
	  "set mvlan x" ADDR, NULL },
	{ "address, passthru", PASSTHRU_LINK, "set mvlan x ^ 1 0200000000dd",
	  "set mvlan x ^ 1 020000000001", NULL },
	{ "address, on a card with stations", CARD ";up x", "set mvlan x ^ 1 0200000000dd",
	  "set mvlan x" ADDR, NULL },
	{ "address of the lower device", LINK ";up x", "set veth low ^ 1 0200000000dd",
	  "set veth low ^ 1 020000000001", NULL },
	{ "address of the lower device, passthru", PASSTHRU_LINK, "set veth low ^ 1 0200000000dd",
	  "set veth low ^ 1 020000000001", NULL },
	{ "MTU", LINK, "set mvlan x ^ 4 u32:1400", "set mvlan x ^ 4 u32:1500", NULL },
	{ "MTU of the lower device", LINK ";" OTHER_LINK, "set veth low ^ 4 u32:1400",
	  "set veth low ^ 4 u32:1500", NULL },
	{ "lower device down", LINK ";up x;" OTHER_LINK, "down low", "up low", NULL },
	{ "lower device up", LINK ";up x;" OTHER_LINK ";down low", "up low", "down low", NULL },
	{ "VLAN device", LINK ";up x", "new vlan q x 1 u16:5", "del q", NULL },
	{ "VLAN device, on a card with a filter", CARD, "new vlan q x 1 u16:5", "del q", NULL },
	{ "dump of links", TAP_LINK ";" OTHER_LINK, "dump link", NULL, NULL },
	{ "dump of a list of sources", "new mvlan x low 1 u32:16 3 u32:3 5 [ 4 60*020000000100 ]",
	  "dump link", NULL, NULL },
	{ "dump of filters", LINK ";up x;fdb+ x " MORE, "dump fdb", NULL, NULL },
	{ "dump of queues", TAP_LINK, "dump queues", NULL, NULL },
};

int main(void)
{
	return fault_main(cases, ARRAY_SIZE(cases));
}
