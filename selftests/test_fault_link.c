// SPDX-License-Identifier: GPL-2.0
/*
 * Links are made, changed and removed while memory fails: each single
 * allocation on the way, once. See faultwalk.h.
 */

#include "faultcmd.h"
#include "faultwalk.h"
#include "ktap.h"

#define ADDR " ^ 1 0200000000aa"
#define ALL_OF_TAP "1 u32:4 7 u32:500 9 u32:5 32 01 33 01 34 u32:8 36 01 37 01 " \
		   "38 u32:100 39 u32:101 40 u32:416"
#define LIST "5 [ 4 4*020000000100 ]"

#define BRIDGE_LINK "new mvlan x low 1 u32:4" ADDR ";up x"
#define TAP_LINK "new mvtap x low 1 u32:4" ADDR ";up x"
#define SOURCE_LINK "new mvlan x low 1 u32:16 3 u32:3 " LIST ADDR ";up x"
#define PASSTHRU_LINK "new mvlan x low 1 u32:8;up x"

/* A change of a link of the kind with a character device, and the way back. */
#define CHANGE(what, to, from)					\
	{ .name = "set " what, .setup = TAP_LINK,		\
	  .run = "set mvtap x " to, .undo = "set mvtap x " from }

static const struct fault_case cases[] = {
	/* the first link, with all that a port needs */
	{ "new mvlan", NULL, "new mvlan x low 1 u32:4" ADDR, "del x", NULL },
	{ "new mvtap", NULL, "new mvtap x low 1 u32:4" ADDR, "del x", NULL },
	{ "new mvtap with every attribute", NULL, "new mvtap x low " ALL_OF_TAP ADDR, "del x",
	  NULL },
	{ "new private, host reach", NULL, "new mvlan x low 1 u32:1 32 01" ADDR, "del x", NULL },
	{ "new passthru", NULL, "new mvtap x low 1 u32:8", "del x", NULL },
	{ "new source with a list", NULL, "new mvtap x low 1 u32:16 3 u32:3 " LIST ADDR, "del x",
	  NULL },
	/* one more */
	{ "another mvtap, host reach", BRIDGE_LINK,
	  "new mvtap y low 1 u32:4 32 01 ^ 1 0200000000bb", "del y", NULL },
	{ "new in another namespace", BRIDGE_LINK,
	  "new mvtap y low 1 u32:4 ^ 1 0200000000bb 28 u32:" FAULT_NS1, "del y 1", NULL },

	{ "delete mvlan", BRIDGE_LINK, "del x", BRIDGE_LINK, NULL },
	{ "delete mvtap", "new mvtap x low " ALL_OF_TAP ADDR ";up x", "del x",
	  "new mvtap x low " ALL_OF_TAP ADDR ";up x", NULL },
	{ "delete passthru", PASSTHRU_LINK, "del x", PASSTHRU_LINK, NULL },
	{ "delete source", SOURCE_LINK, "del x", SOURCE_LINK, NULL },
	{ "delete the lower device", "new dummy d -" ADDR
	  ";up d;new mvtap x d 1 u32:4 32 01 ^ 1 0200000000ab;up x;new mvlan y d 1 u32:1"
	  " ^ 1 0200000000ac", "del d", "new dummy d -" ADDR
	  ";up d;new mvtap x d 1 u32:4 32 01 ^ 1 0200000000ab;up x;new mvlan y d 1 u32:1"
	  " ^ 1 0200000000ac", NULL },

	CHANGE("mode private", "1 u32:1", "1 u32:4"),
	CHANGE("mode source and a list", "1 u32:16 3 u32:3 " LIST, "1 u32:4"),
	CHANGE("bc_queue_len and cutoff", "7 u32:20 9 u32:7", "7 u32:1000 9 u32:1"),
	CHANGE("host reach", "32 01", "32 00"),
	CHANGE("spoofcheck, maxmacs", "33 01 34 u32:9", "33 00 34 u32:1"),
	CHANGE("stack", "36 01", "36 00"),
	CHANGE("carrier", "37 01", "37 00"),
	CHANGE("owner", "38 u32:100", "38 u32:0"),
	CHANGE("group and permissions", "39 u32:100 40 u32:416", "39 u32:0 40 u32:384"),
	CHANGE("everything", ALL_OF_TAP,
	       "7 u32:1000 9 u32:1 32 00 33 00 34 u32:1 36 00 37 00 38 u32:0 39 u32:0 40 u32:384"),
	{ "take host reach away", "new mvtap x low 1 u32:4 32 01" ADDR ";up x",
	  "set mvtap x 32 00", "set mvtap x 32 01", NULL },
	{ "set nopromisc", PASSTHRU_LINK, "set mvlan x 2 u16:1", "set mvlan x 2 u16:0", NULL },
	{ "set nodst", SOURCE_LINK, "set mvlan x 2 u16:2", "set mvlan x 2 u16:0", NULL },
	{ "sources: add", SOURCE_LINK, "set mvlan x 3 u32:0 4 020000000200",
	  "set mvlan x 3 u32:1 4 020000000200", NULL },
	{ "sources: delete the last", SOURCE_LINK, "set mvlan x 3 u32:1 4 020000000103",
	  "set mvlan x 3 u32:0 4 020000000103", NULL },
	{ "sources: flush", SOURCE_LINK, "set mvlan x 3 u32:2", "set mvlan x 3 u32:3 " LIST, NULL },
	{ "sources: replace", SOURCE_LINK, "set mvlan x 3 u32:3 5 [ 4 4*020000000102 ]",
	  "set mvlan x 3 u32:3 " LIST, NULL },
	{ "sources: replace, with owner and host reach off",
	  "new mvtap x low 1 u32:16 3 u32:3 " LIST ADDR ";up x",
	  "set mvtap x 3 u32:3 5 [ 4 4*020000000102 ] 38 u32:7",
	  "set mvtap x 38 u32:0 3 u32:3 " LIST, NULL },
};

int main(void)
{
	return fault_main(cases, ARRAY_SIZE(cases));
}
