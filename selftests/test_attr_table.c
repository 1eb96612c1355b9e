// SPDX-License-Identifier: GPL-2.0
/*
 * Every attribute, wrong in every way: refused with the right error, with a
 * message, with the offset of the attribute that is wrong; and afterwards the
 * kernel says byte for byte the same of all devices as before. The devices, in a
 * namespace of their own:
 *
 *	v0	shared by a (bridge), b (vepa), s (source, two addresses), t (source)
 *		and m (bridge, of the kind with a character device)
 *	p0	held by p (passthru)
 *	f0	free
 *
 *	test_attr_table		as a test
 *	test_attr_table -p	prints each row's error only, to compare modules
 *
 * Requests are in the language of attrreq.h. With KIND=macvlan the errors are
 * those of the in-tree driver, which passes over much and explains little.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <net/if.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "attrreq.h"
#include "netcfg.h"

#define DUMP_SIZE (1 << 20)

struct row {
	const char *name;
	const char *errors;	/* allowed ones, "OK" if it is no error */
	const char *in_tree;	/* the same for in-tree macvlan; NULL: @errors */
	const char *dev;	/* "+f0": make x on f0; "*f0": of the tap kind; "a": change a */
	const char *text;
};

#define LONG_ADDRESS "020000000001020000000001020000000001020000000001020000000001020000000001"
#define SHORT	"ERANGE EINVAL"

static const struct row rows[] = {
	/* MODE: u32 */
	{ "mode: empty", SHORT, NULL, "+f0", "! 1 -" },
	{ "mode: 2 bytes", SHORT, NULL, "+f0", "! 1 0200" },
	{ "mode: 8 bytes", SHORT, "OK", "+f0", "! 1 0200000000000000" },
	{ "mode: 0", "EINVAL", NULL, "+f0", "! 1 u32:0" },
	{ "mode: 3", "EINVAL", NULL, "+f0", "! 1 u32:3" },
	{ "mode: 32", "EINVAL", NULL, "+f0", "! 1 u32:32" },
	{ "mode: all bits", "EINVAL", NULL, "+f0", "! 1 u32:0xffffffff" },
	{ "mode: twice", "EINVAL", "OK", "+f0", "! 1 u32:4 ! 1 u32:2" },
	{ "mode: passthru on a shared device", "EINVAL", NULL, "+v0", "! 1 u32:8" },
	{ "mode: bridge beside passthru", "EINVAL", NULL, "+p0", "1 u32:4" },
	{ "mode: passthru beside passthru", "EINVAL", NULL, "+p0", "1 u32:8" },
	{ "set mode: empty", SHORT, NULL, "a", "! 1 -" },
	{ "set mode: 2 bytes", SHORT, NULL, "a", "! 1 0200" },
	{ "set mode: 8 bytes", SHORT, "OK", "b", "! 1 0200000000000000" },
	{ "set mode: 3", "EINVAL", NULL, "a", "! 1 u32:3" },
	{ "set mode: twice", "EINVAL", "OK", "a", "! 1 u32:4 ! 1 u32:4" },
	{ "set mode: to passthru", "EINVAL", NULL, "a", "! 1 u32:8" },
	{ "set mode: source to passthru", "EINVAL", NULL, "s", "! 1 u32:8" },
	{ "set mode: from passthru", "EINVAL", NULL, "p", "! 1 u32:4" },
	{ "set mode: passthru to source", "EINVAL", NULL, "p", "! 1 u32:16" },
	/* FLAGS: u16 */
	{ "flags: empty", SHORT, NULL, "+f0", "1 u32:8 ! 2 -" },
	{ "flags: 1 byte", SHORT, NULL, "+f0", "1 u32:8 ! 2 01" },
	{ "flags: 4 bytes", SHORT, "OK", "+f0", "1 u32:8 ! 2 u32:1" },
	{ "flags: unknown bit", "EINVAL", NULL, "+f0", "1 u32:8 ! 2 u16:4" },
	{ "flags: highest bit", "EINVAL", NULL, "+f0", "1 u32:8 ! 2 u16:0x8000" },
	{ "flags: nopromisc, bridge", "EINVAL", "OK", "+f0", "1 u32:4 ! 2 u16:1" },
	{ "flags: nopromisc, source", "EINVAL", "OK", "+f0", "1 u32:16 ! 2 u16:1" },
	{ "flags: nodst, default mode", "EINVAL", "OK", "+f0", "! 2 u16:2" },
	{ "flags: nodst, passthru", "EINVAL", "OK", "+f0", "1 u32:8 ! 2 u16:2" },
	{ "flags: both", "EINVAL", "OK", "+f0", "1 u32:16 ! 2 u16:3" },
	{ "flags: twice", "EINVAL", "OK", "+f0", "1 u32:8 ! 2 u16:1 ! 2 u16:0" },
	{ "set flags: unknown bit", "EINVAL", NULL, "p", "! 2 u16:4" },
	{ "set flags: 1 byte", SHORT, NULL, "p", "! 2 01" },
	{ "set flags: twice", "EINVAL", "OK", "p", "! 2 u16:0 ! 2 u16:0" },
	{ "set flags: nodst, passthru", "EINVAL", "OK", "p", "! 2 u16:2" },
	{ "set flags: nopromisc, bridge", "EINVAL", "OK", "a", "! 2 u16:1" },
	{ "set flags: nodst while leaving source", "EINVAL", "OK", "t", "1 u32:4 ! 2 u16:2" },
	{ "set flags: unknown bit while leaving source", "EINVAL", NULL, "s",
	  "1 u32:4 ! 2 u16:4" },
	/* MACADDR_MODE: u32 */
	{ "operation: empty", SHORT, NULL, "+f0", "1 u32:16 ! 3 -" },
	{ "operation: 1 byte", SHORT, NULL, "+f0", "1 u32:16 ! 3 02" },
	{ "operation: 8 bytes", SHORT, "OK", "+f0", "1 u32:16 ! 3 0200000000000000" },
	{ "operation: 4", "EINVAL", NULL, "+f0", "1 u32:16 ! 3 u32:4" },
	{ "operation: all bits", "EINVAL", NULL, "+f0", "1 u32:16 ! 3 u32:0xffffffff" },
	{ "operation: default mode", "EINVAL", NULL, "+f0", "! 3 u32:2" },
	{ "operation: bridge", "EINVAL", NULL, "+f0", "1 u32:4 ! 3 u32:3" },
	{ "operation: passthru", "EINVAL", NULL, "+f0", "1 u32:8 ! 3 u32:2" },
	{ "operation: twice", "EINVAL", "OK", "+f0", "1 u32:16 ! 3 u32:2 ! 3 u32:2" },
	{ "operation: add without address", "EINVAL", NULL, "+f0", "1 u32:16 ! 3 u32:0" },
	{ "operation: del without address", "EINVAL", NULL, "+f0", "1 u32:16 ! 3 u32:1" },
	{ "set operation: 4", "EINVAL", NULL, "s", "! 3 u32:4" },
	{ "set operation: bridge", "EINVAL", NULL, "a", "! 3 u32:2" },
	{ "set operation: passthru", "EINVAL", NULL, "p", "! 3 u32:2" },
	{ "set operation: add without address", "EINVAL", NULL, "s", "! 3 u32:0" },
	{ "set operation: del without address", "EINVAL", NULL, "s", "! 3 u32:1" },
	{ "set operation: twice", "EINVAL", "OK", "s",
	  "! 3 u32:0 ! 3 u32:0 4 020000000051" },
	{ "set operation: while leaving source", "EINVAL", NULL, "t", "1 u32:4 ! 3 u32:2" },
	/* MACADDR: 6 bytes, an address */
	{ "address: empty", SHORT, NULL, "+f0", "1 u32:16 3 u32:0 ! 4 -" },
	{ "address: 5 bytes", SHORT, NULL, "+f0", "1 u32:16 3 u32:0 ! 4 0200000000" },
	{ "address: 7 bytes", SHORT, NULL, "+f0", "1 u32:16 3 u32:0 ! 4 02000000000102" },
	{ "address: 36 bytes", SHORT, NULL, "+f0", "1 u32:16 3 u32:0 ! 4 " LONG_ADDRESS },
	{ "address: multicast", "EADDRNOTAVAIL", NULL, "+f0",
	  "1 u32:16 3 u32:0 ! 4 01005e000001" },
	{ "address: zero", "EADDRNOTAVAIL", NULL, "+f0", "1 u32:16 3 u32:0 ! 4 000000000000" },
	{ "address: without operation", "EINVAL", "OK", "+f0", "1 u32:16 ! 4 020000000001" },
	{ "address: default mode", "EINVAL", "OK", "+f0", "! 4 020000000001" },
	{ "address: flush", "EINVAL", "OK", "+f0", "1 u32:16 3 u32:2 ! 4 020000000001" },
	{ "address: twice", "EINVAL", "OK", "+f0",
	  "1 u32:16 3 u32:0 ! 4 020000000001 ! 4 020000000002" },
	{ "set address: 5 bytes", SHORT, NULL, "s", "3 u32:0 ! 4 0200000000" },
	{ "set address: multicast", "EADDRNOTAVAIL", NULL, "s", "3 u32:0 ! 4 01005e000001" },
	{ "set address: in SET", "EADDRNOTAVAIL", NULL, "s", "3 u32:3 ! 4 01005e000001" },
	{ "set address: DEL", "EADDRNOTAVAIL", NULL, "s", "3 u32:1 ! 4 000000000000" },
	{ "set address: without operation", "EINVAL", "OK", "s", "! 4 020000000001" },
	{ "set address: twice", "EINVAL", "OK", "s",
	  "3 u32:0 ! 4 020000000051 ! 4 020000000052" },
	/* MACADDR_DATA: a nest of MACADDR */
	{ "addresses: 3 bytes", SHORT, NULL, "+f0", "1 u32:16 3 u32:3 ! 5 010203" },
	{ "addresses: an address, no nest", "EINVAL", "OK", "+f0",
	  "1 u32:16 3 u32:3 ! 5 020000000001" },
	{ "addresses: wrong type inside", "EINVAL", NULL, "+f0",
	  "1 u32:16 3 u32:3 ! 5 [ ! 3 u32:1 ]" },
	{ "addresses: type 0 inside", "EINVAL", NULL, "+f0",
	  "1 u32:16 3 u32:3 ! 5 [ ! 0 020000000001 ]" },
	{ "addresses: type 4000 inside", "EINVAL", NULL, "+f0",
	  "1 u32:16 3 u32:3 ! 5 [ ! 4000 020000000001 ]" },
	{ "addresses: nest in the nest", "EINVAL", NULL, "+f0",
	  "1 u32:16 3 u32:3 ! 5 [ ! 5 [ 4 020000000001 ] ]" },
	{ "addresses: empty inside", SHORT, NULL, "+f0", "1 u32:16 3 u32:3 ! 5 [ ! 4 - ]" },
	{ "addresses: 5 bytes inside", SHORT, NULL, "+f0",
	  "1 u32:16 3 u32:3 ! 5 [ 4 020000000001 ! 4 0200000000 ]" },
	{ "addresses: 7 bytes inside", SHORT, NULL, "+f0",
	  "1 u32:16 3 u32:3 ! 5 [ ! 4 02000000000102 ]" },
	{ "addresses: multicast inside", "EADDRNOTAVAIL", NULL, "+f0",
	  "1 u32:16 3 u32:3 ! 5 [ 4 020000000001 ! 4 01005e000001 ]" },
	{ "addresses: zero inside", "EADDRNOTAVAIL", NULL, "+f0",
	  "1 u32:16 3 u32:3 ! 5 [ ! 4 000000000000 ]" },
	{ "addresses: bytes left over inside", "EINVAL", "OK", "+f0",
	  "1 u32:16 3 u32:3 ! 5 [ 4 020000000001 raw:0102 ]" },
	{ "addresses: longer than the nest", "EINVAL", "OK", "+f0",
	  "1 u32:16 3 u32:3 ! 5 [ 4 020000000001 raw:4000040002000000 ]" },
	{ "addresses: without operation", "EINVAL", "OK", "+f0",
	  "1 u32:16 ! 5 [ 4 020000000001 ]" },
	{ "addresses: default mode", "EINVAL", "OK", "+f0", "! 5 [ 4 020000000001 ]" },
	{ "addresses: ADD", "EINVAL", "OK", "+f0",
	  "1 u32:16 3 u32:0 4 020000000001 ! 5 [ 4 020000000002 ]" },
	{ "addresses: DEL", "EINVAL", "OK", "+f0",
	  "1 u32:16 3 u32:1 4 020000000001 ! 5 [ 4 020000000002 ]" },
	{ "addresses: FLUSH", "EINVAL", "OK", "+f0",
	  "1 u32:16 3 u32:2 ! 5 [ 4 020000000002 ]" },
	{ "addresses: twice", "EINVAL", "OK", "+f0",
	  "1 u32:16 3 u32:3 ! 5 [ 4 020000000001 ] ! 5 [ 4 020000000002 ]" },
	{ "addresses: 4097", "E2BIG", "OK", "+f0",
	  "1 u32:16 ! 3 u32:3 ! 5 [ 4 4097*020000000000 ]" },
	{ "set addresses: 4097", "E2BIG", "", "s", "! 3 u32:3 ! 5 [ 4 4097*020000000000 ]" },
	{ "set addresses: 4096 and one", "E2BIG", "", "s",
	  "! 3 u32:3 4 020000010000 ! 5 [ 4 4096*020000000000 ]" },
	{ "set addresses: multicast last", "EADDRNOTAVAIL", NULL, "s",
	  "3 u32:3 ! 5 [ 4 020000000061 ! 4 01005e000001 ]" },
	{ "set addresses: wrong type last", "EINVAL", NULL, "s",
	  "3 u32:3 ! 5 [ 4 020000000061 ! 1 u32:4 ]" },
	{ "set addresses: bytes left over", "EINVAL", "", "s",
	  "3 u32:3 ! 5 [ 4 020000000061 raw:01 ]" },
	{ "set addresses: bridge", "EINVAL", NULL, "a", "! 3 u32:3 ! 5 [ 4 020000000061 ]" },
	{ "set addresses: without operation", "EINVAL", "OK", "s", "! 5 [ 4 020000000061 ]" },
	{ "set addresses: while leaving source", "EINVAL", NULL, "t",
	  "1 u32:1 ! 3 u32:3 ! 5 [ 4 020000000061 ]" },
	/* MACADDR_COUNT and BC_QUEUE_LEN_USED: output only */
	{ "count: given", "EINVAL", NULL, "+f0", "1 u32:16 ! 6 u32:1" },
	{ "count: empty", SHORT, NULL, "+f0", "1 u32:16 ! 6 -" },
	{ "set count: given", "EINVAL", NULL, "s", "! 6 u32:2" },
	{ "used: given", "EINVAL", NULL, "+f0", "! 8 u32:1000" },
	{ "used: empty", "EINVAL", NULL, "+f0", "! 8 -" },
	{ "set used: given", "EINVAL", NULL, "a", "! 8 u32:1000" },
	/* BC_QUEUE_LEN: u32, any */
	{ "queue length: empty", SHORT, NULL, "+f0", "! 7 -" },
	{ "queue length: 3 bytes", SHORT, NULL, "+f0", "! 7 010000" },
	{ "queue length: 8 bytes", SHORT, "OK", "+f0", "! 7 0100000000000000" },
	{ "queue length: twice", "EINVAL", "OK", "+f0", "! 7 u32:1 ! 7 u32:1" },
	{ "set queue length: 3 bytes", SHORT, NULL, "a", "! 7 010000" },
	{ "set queue length: twice", "EINVAL", "OK", "a", "! 7 u32:1000 ! 7 u32:1000" },
	/* BC_CUTOFF: s32, any; unknown to macvlan of 6.1 */
	{ "cutoff: empty", SHORT, "ERANGE OK", "+f0", "! 9 -" },
	{ "cutoff: 2 bytes", SHORT, "ERANGE OK", "+f0", "! 9 0100" },
	{ "cutoff: 8 bytes", SHORT, "OK", "+f0", "! 9 0100000000000000" },
	{ "cutoff: twice", "EINVAL", "OK", "+f0", "! 9 u32:1 ! 9 u32:1" },
	{ "set cutoff: 2 bytes", SHORT, "ERANGE OK", "a", "! 9 0100" },
	{ "set cutoff: twice", "EINVAL", "OK", "a", "! 9 u32:1 ! 9 u32:1" },
	/* HOST_REACH: u8, 0 or 1, modes bridge and private */
	{ "host: empty", SHORT, "OK", "+f0", "1 u32:4 ! 32 -" },
	{ "host: 2 bytes", SHORT, "OK", "+f0", "1 u32:4 ! 32 0100" },
	{ "host: 2", "ERANGE", "OK", "+f0", "1 u32:4 ! 32 02" },
	{ "host: twice", "EINVAL", "OK", "+f0", "1 u32:4 ! 32 00 ! 32 00" },
	{ "host: default mode", "EINVAL", "OK", "+f0", "! 32 01" },
	{ "host: passthru", "EINVAL", "OK", "+f0", "1 u32:8 ! 32 01" },
	{ "host: source", "EINVAL", "OK", "+f0", "1 u32:16 ! 32 01" },
	{ "set host: 2", "ERANGE", "OK", "a", "! 32 02" },
	{ "set host: vepa", "EINVAL", "OK", "b", "! 32 01" },
	{ "set host: source", "EINVAL", "OK", "s", "! 32 01" },
	{ "set host: passthru", "EINVAL", "OK", "p", "! 32 01" },
	{ "set host: while leaving bridge", "EINVAL", "OK", "a", "1 u32:2 ! 32 01" },
	/* SPOOFCHECK: u8, 0 or 1 */
	{ "spoofcheck: empty", SHORT, "OK", "+f0", "! 33 -" },
	{ "spoofcheck: 4 bytes", SHORT, "OK", "+f0", "! 33 u32:1" },
	{ "spoofcheck: 2", "ERANGE", "OK", "+f0", "! 33 02" },
	{ "spoofcheck: 255", "ERANGE", "OK", "+f0", "! 33 ff" },
	{ "spoofcheck: twice", "EINVAL", "OK", "+f0", "! 33 01 ! 33 01" },
	{ "set spoofcheck: 2", "ERANGE", "OK", "a", "! 33 02" },
	{ "set spoofcheck: empty", SHORT, "OK", "a", "! 33 -" },
	/* MAXMACS: u32, 1 to 1024 */
	{ "maxmacs: empty", SHORT, "OK", "+f0", "! 34 -" },
	{ "maxmacs: 1 byte", SHORT, "OK", "+f0", "! 34 02" },
	{ "maxmacs: 8 bytes", SHORT, "OK", "+f0", "! 34 0200000000000000" },
	{ "maxmacs: 0", "ERANGE", "OK", "+f0", "! 34 u32:0" },
	{ "maxmacs: 1025", "ERANGE", "OK", "+f0", "! 34 u32:1025" },
	{ "maxmacs: all bits", "ERANGE", "OK", "+f0", "! 34 u32:0xffffffff" },
	{ "maxmacs: twice", "EINVAL", "OK", "+f0", "! 34 u32:2 ! 34 u32:3" },
	{ "set maxmacs: 0", "ERANGE", "OK", "a", "! 34 u32:0" },
	{ "set maxmacs: 1025", "ERANGE", "OK", "a", "! 34 u32:1025" },
	{ "set maxmacs: 2 bytes", SHORT, "OK", "a", "! 34 0200" },
	/* MACS, NODE, BC_CUTOFF_USED: output only */
	{ "macs: given", "EINVAL", "OK", "+f0", "! 35 u32:1" },
	{ "macs: empty", SHORT, "OK", "+f0", "! 35 -" },
	{ "set macs: given", "EINVAL", "OK", "a", "! 35 u32:1" },
	{ "node: given", "EINVAL", "OK", "*f0", "! 41 7461703100" },
	{ "node: given, no such device", "EINVAL", "OK", "+f0", "! 41 7461703100" },
	{ "set node: given", "EINVAL", "OK", "m", "! 41 7461703100" },
	{ "cutoff used: given", "EINVAL", "OK", "+f0", "! 42 u32:1" },
	{ "set cutoff used: given", "EINVAL", "OK", "a", "! 42 u32:1" },
	/* STACK: u8, 0 or 1, with a character device */
	{ "stack: no such device", "EINVAL", "OK", "+f0", "! 36 01" },
	{ "stack: off, no such device", "EINVAL", "OK", "+f0", "! 36 00" },
	{ "stack: empty", SHORT, "OK", "*f0", "! 36 -" },
	{ "stack: 2 bytes", SHORT, "OK", "*f0", "! 36 0100" },
	{ "stack: 2", "ERANGE", "OK", "*f0", "! 36 02" },
	{ "stack: twice", "EINVAL", "OK", "*f0", "! 36 01 ! 36 01" },
	{ "set stack: no such device", "EINVAL", "OK", "a", "! 36 01" },
	{ "set stack: 2", "ERANGE", "OK", "m", "! 36 02" },
	/* CARRIER: u8, 0 or 1, with a character device */
	{ "carrier: no such device", "EINVAL", "OK", "+f0", "! 37 01" },
	{ "carrier: empty", SHORT, "OK", "*f0", "! 37 -" },
	{ "carrier: 4 bytes", SHORT, "OK", "*f0", "! 37 u32:1" },
	{ "carrier: 2", "ERANGE", "OK", "*f0", "! 37 02" },
	{ "carrier: twice", "EINVAL", "OK", "*f0", "! 37 00 ! 37 01" },
	{ "set carrier: no such device", "EINVAL", "OK", "a", "! 37 00" },
	{ "set carrier: 2", "ERANGE", "OK", "m", "! 37 02" },
	/* OWNER, GROUP, PERM: u32, with a character device */
	{ "owner: no such device", "EINVAL", "OK", "+f0", "! 38 u32:0" },
	{ "owner: empty", SHORT, "OK", "*f0", "! 38 -" },
	{ "owner: 2 bytes", SHORT, "OK", "*f0", "! 38 0100" },
	{ "owner: 8 bytes", SHORT, "OK", "*f0", "! 38 0100000000000000" },
	{ "owner: nobody's id", "EINVAL", "OK", "*f0", "! 38 u32:0xffffffff" },
	{ "owner: twice", "EINVAL", "OK", "*f0", "! 38 u32:1 ! 38 u32:2" },
	{ "set owner: no such device", "EINVAL", "OK", "a", "! 38 u32:0" },
	{ "set owner: nobody's id", "EINVAL", "OK", "m", "! 38 u32:0xffffffff" },
	{ "group: no such device", "EINVAL", "OK", "+f0", "! 39 u32:0" },
	{ "group: 2 bytes", SHORT, "OK", "*f0", "! 39 0100" },
	{ "group: nobody's id", "EINVAL", "OK", "*f0", "! 39 u32:0xffffffff" },
	{ "group: twice", "EINVAL", "OK", "*f0", "! 39 u32:1 ! 39 u32:2" },
	{ "set group: nobody's id", "EINVAL", "OK", "m", "! 39 u32:0xffffffff" },
	{ "perm: no such device", "EINVAL", "OK", "+f0", "! 40 u32:0600" },
	{ "perm: 2 bytes", SHORT, "OK", "*f0", "! 40 8001" },
	{ "perm: 01000", "ERANGE", "OK", "*f0", "! 40 u32:01000" },
	{ "perm: all bits", "ERANGE", "OK", "*f0", "! 40 u32:0xffffffff" },
	{ "perm: twice", "EINVAL", "OK", "*f0", "! 40 u32:0600 ! 40 u32:0660" },
	{ "set perm: 01000", "ERANGE", "OK", "m", "! 40 u32:01000" },
	/* numbers that are nobody's */
	{ "attribute 0", "EINVAL", "OK", "+f0", "! 0 u32:1" },
	{ "attribute 10", "EINVAL", "OK", "+f0", "! 10 u32:1" },
	{ "attribute 31", "EINVAL", "OK", "+f0", "! 31 u32:1" },
	{ "attribute 43", "EINVAL", "OK", "+f0", "! 43 u32:1" },
	{ "attribute 63", "EINVAL", "OK", "+f0", "! 63 u32:1" },
	{ "attribute 4000", "EINVAL", "OK", "+f0", "! 4000 u32:1" },
	{ "attribute 16383", "EINVAL", "OK", "+f0", "! 16383 u32:1" },
	{ "set attribute 0", "EINVAL", "OK", "a", "! 0 u32:1" },
	{ "set attribute 10", "EINVAL", "OK", "a", "! 10 u32:1" },
	{ "set attribute 43", "EINVAL", "OK", "a", "! 43 u32:1" },
	/* the nest itself */
	{ "data: bytes left over", "EINVAL", "OK", "+f0", "1 u32:4 raw:0102" },
	{ "data: longer than the nest", "EINVAL", "OK", "+f0", "1 u32:4 raw:4000020001000000" },
	{ "data: shorter than a header", "EINVAL", "OK", "+f0", "1 u32:4 raw:0200010001000000" },
	{ "data: no attribute", "EINVAL", "OK", "+f0", "raw:ff" },
	/* the core takes the last of two; ours wants both well-formed */
	{ "data: the first of two is bad", SHORT, "OK", "+f0", "! 1 0200 ; 1 u32:4" },
	{ "set data: bytes left over", "EINVAL", "OK", "a", "1 u32:4 raw:0102" },
	/* good and bad together: nothing is done */
	{ "set good and bad: mode, unknown", "EINVAL", "", "a", "1 u32:1 ! 43 u32:1" },
	{ "set good and bad: spoofcheck, maxmacs", "ERANGE", "", "a", "33 01 ! 34 u32:2000" },
	{ "set good and bad: maxmacs, mode", "EINVAL", "", "a", "34 u32:4 33 01 ! 1 u32:8" },
	{ "set good and bad: perm, stack", "ERANGE", "", "m", "38 u32:7 40 u32:0640 ! 36 02" },
	{ "set good and bad: owner, queue length", SHORT, "", "m", "38 u32:7 37 01 ! 7 01" },
	{ "set good and bad: mode, flags", "EINVAL", NULL, "a", "1 u32:1 ! 2 u16:4" },
	{ "set good and bad: lengths, mode", "EINVAL", "", "a", "7 u32:5 9 u32:5 ! 1 u32:8" },
	{ "set good and bad: mode, count", "EINVAL", NULL, "s", "1 u32:1 ! 6 u32:0" },
	{ "set good and bad: flags, list", "EINVAL", "", "s", "2 u16:2 ! 3 u32:0" },
	{ "set good and bad: length, list", "EINVAL", "", "s", "7 u32:5 ! 3 u32:1" },
	/* what stands outside */
	{ "no lower device", "EINVAL", NULL, "+", "1 u32:4" },
	{ "lower device unknown", "ENODEV", NULL, "+", "1 u32:4 ^ ! 5 u32:9999" },
	{ "lower device loopback", "EINVAL", NULL, "+", "1 u32:4 ^ 5 u32:1" },
	{ "own address: 5 bytes", SHORT, NULL, "+f0", "1 u32:4 ^ ! 1 0200000000" },
	{ "own address: 7 bytes", SHORT, NULL, "+f0", "1 u32:4 ^ ! 1 02000000000102" },
	{ "own address: multicast", "EADDRNOTAVAIL", NULL, "+f0", "1 u32:4 ^ ! 1 01005e000001" },
	{ "own address: zero", "EADDRNOTAVAIL", NULL, "+f0", "1 u32:4 ^ ! 1 000000000000" },
	{ "own address: passthru", "EINVAL", "OK", "+f0", "1 u32:8 ^ ! 1 020000000001" },
	{ "mtu: above the lower device's", "EINVAL", NULL, "+f0", "1 u32:4 ^ ! 4 u32:1501" },
	{ "mtu: 67", "EINVAL", NULL, "+f0", "1 u32:4 ^ 4 u32:67" },
	/* the same requests, made well, are not refused */
	{ "good: none", "OK", NULL, "+f0", "" },
	{ "good: all of mode source", "OK", NULL, "+f0",
	  "1 u32:16 2 u16:2 3 u32:3 4 020000000001 5 [ 4 020000000002 ] 7 u32:5 9 u32:-1" },
	{ "good: passthru, nopromisc", "OK", NULL, "+f0", "1 u32:8 2 u16:1" },
	{ "good: no addresses", "OK", NULL, "+f0", "1 u32:16 3 u32:3 5 -" },
	{ "good: 4096 addresses", "OK", NULL, "+f0", "1 u32:16 3 u32:3 5 [ 4 4096*020000000000 ]" },
	{ "good: the same address twice", "OK", NULL, "+f0",
	  "1 u32:16 3 u32:3 4 020000000001 5 [ 4 020000000001 4 020000000001 ]" },
	{ "good: host, spoofcheck, maxmacs", "OK", NULL, "+f0", "1 u32:4 32 01 33 01 34 u32:1024" },
	{ "good: host, private", "OK", NULL, "+f0", "1 u32:1 32 01" },
	{ "good: host off, passthru", "OK", NULL, "+f0", "1 u32:8 32 00" },
	{ "good: of the character device", "OK", NULL, "*f0",
	  "36 01 37 01 38 u32:1 39 u32:2 40 u32:0777" },
	{ "good: perm 0", "OK", NULL, "*f0", "40 u32:0" },
	{ "set good: add what is there", "OK", NULL, "s", "3 u32:0 4 020000000051" },
	{ "set good: del what is not there", "OK", NULL, "s", "3 u32:1 4 020000000099" },
	{ "set good: 4096 addresses", "OK", NULL, "s", "3 u32:3 5 [ 4 4096*020000000000 ]" },
	{ "set addresses: one more", "E2BIG", "OK", "s", "! 3 u32:0 ! 4 020000010000" },
	{ "set good: add one of the 4096", "OK", NULL, "s", "3 u32:0 4 020000000005" },
	{ "set good: leave source", "OK", NULL, "s", "1 u32:4" },
	{ "set good: lengths", "OK", NULL, "a", "7 u32:999 9 u32:2" },
	{ "set good: host", "OK", NULL, "a", "32 01" },
	{ "set mode: source with host", "EINVAL", "OK", "a", "! 1 u32:16" },
	{ "set mode: vepa with host", "EINVAL", "OK", "a", "! 1 u32:2" },
	{ "set good: private with host", "OK", NULL, "a", "1 u32:1" },
	{ "set good: vepa, host off", "OK", NULL, "a", "1 u32:2 32 00" },
	{ "set good: spoofcheck, maxmacs", "OK", NULL, "a", "33 01 34 u32:2" },
	{ "set good: owner, group, perm", "OK", NULL, "m", "38 u32:1 39 u32:2 40 u32:0640" },
	{ "set good: carrier, stack", "OK", NULL, "m", "36 01 37 01" },
};

#define N_ROWS (sizeof(rows) / sizeof(rows[0]))

static const char *kind, *tap_kind;
static bool in_tree;

static bool is_ok(int ret, const char *what)
{
	if (ret)
		printf("# %s: %s\n", what, strerror(ret < 0 ? -ret : ret));
	return !ret;
}

static bool request(const char *name, const char *of_kind, const char *lower, const char *text,
		    struct attranswer *answer)
{
	static struct attrreq req;
	unsigned int link = 0;
	int i;

	if (lower)
		link = *lower ? if_nametoindex(lower) : ATTRREQ_NO_LINK;
	if (attrreq_build(&req, name, of_kind, link, text)) {
		printf("# not a request: %s\n", text);
		return false;
	}
	if (!is_ok(attrreq_send(&req, answer), "netlink"))
		return false;
	for (i = 0; i < req.n_wrong; i++)
		if (answer->offset == req.wrong[i])
			return true;
	if (answer->error && req.n_wrong && !in_tree) {
		printf("# error at offset %u, want %u\n", answer->offset, req.wrong[0]);
		return false;
	}
	return true;
}

static bool need(const char *name, const char *of_kind, const char *lower, const char *text)
{
	struct attranswer answer;

	return request(name, of_kind, lower, text, &answer) && is_ok(answer.error, name);
}

/* The devices of the comment above. */
static bool set_up(void)
{
	static const char *const lowers[] = { "v0", "p0", "f0" };
	size_t i;

	if (!is_ok(netcfg_private(), "namespace"))
		return false;
	for (i = 0; i < sizeof(lowers) / sizeof(lowers[0]); i++) {
		struct link_spec spec = { .kind = "dummy", .name = lowers[i] };

		if (!is_ok(link_add(&spec), lowers[i]) || !is_ok(link_up(lowers[i]), lowers[i]))
			return false;
	}
	return need("a", kind, "v0", "1 u32:4") && need("b", kind, "v0", "1 u32:2") &&
	       need("s", kind, "v0", "1 u32:16 3 u32:3 5 [ 4 020000000051 4 020000000052 ]") &&
	       need("t", kind, "v0", "1 u32:16") && need("m", tap_kind, "v0", "1 u32:4") &&
	       need("p", kind, "p0", "1 u32:8");
}

static const char *name_of(int error)
{
	return error ? strerrorname_np(error) : "OK";
}

static bool listed(const char *list, const char *word)
{
	const char *at = strstr(list, word);
	size_t len = strlen(word);

	return at && (at == list || at[-1] == ' ') && (!at[len] || at[len] == ' ');
}

static bool same_dump(const uint8_t *before, long len)
{
	static uint8_t after[DUMP_SIZE];

	if (attrreq_dump(after, sizeof(after)) == len && !memcmp(before, after, len))
		return true;
	printf("# something changed\n");
	return false;
}

static bool try_row(const struct row *row, struct attranswer *answer)
{
	const char *errors = in_tree && row->in_tree ? row->in_tree : row->errors;
	bool tap = row->dev[0] == '*' || !strcmp(row->dev, "m"), good;
	bool new = row->dev[0] == '+' || row->dev[0] == '*';
	static uint8_t before[DUMP_SIZE];
	long len;

	len = attrreq_dump(before, sizeof(before));
	if (!is_ok(len < 0 ? len : 0, "dump"))
		return false;
	good = request(new ? "x" : row->dev, tap ? tap_kind : kind,
		       new ? row->dev + 1 : NULL, row->text, answer);
	if (*errors && !listed(errors, name_of(answer->error))) {
		printf("# want %s, got %s %s\n", errors, name_of(answer->error), answer->text);
		good = false;
	}
	if (answer->error && !answer->text[0] && !in_tree) {
		printf("# %s without a message\n", name_of(answer->error));
		good = false;
	}
	if (!answer->error && new)
		good &= is_ok(link_del("x"), "delete");
	/* In-tree flushes, then finds the error. */
	if ((answer->error && !in_tree) || new)
		good &= same_dump(before, len);
	return good;
}

int main(int argc, char *argv[])
{
	bool print = argc > 1 && !strcmp(argv[1], "-p"), good = true;
	struct attranswer answer = { 0 };
	size_t i;

	kind = getenv("KIND") ?: "mvlan";
	tap_kind = netcfg_tap_kind();
	in_tree = !strcmp(kind, "macvlan");
	setvbuf(stdout, NULL, _IOLBF, 0);
	if (!print)
		printf("KTAP version 1\n1..%zu\n", N_ROWS);
	if (!set_up())
		return 1;
	for (i = 0; i < N_ROWS; i++) {
		bool row = try_row(&rows[i], &answer);

		if (print)
			printf("%s: %s\n", rows[i].name, name_of(answer.error));
		else
			printf("%sok %zu %s\n", row ? "" : "not ", i + 1, rows[i].name);
		good &= row;
	}
	return good || print ? 0 : 1;
}
