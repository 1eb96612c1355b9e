// SPDX-License-Identifier: GPL-2.0
/*
 * Netlink requests of those who may not, each with the error that it must get and
 * with what the kernel says of the administrator's devices before and after, which
 * must be the same byte for byte. Who is who is in privbed.h.
 *
 * Where in-tree macvlan answers otherwise the row says so.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <net/if.h>
#include <stdio.h>

#include "attrreq.h"
#include "ktap.h"
#include "netcfg.h"
#include "privbed.h"
#include "privtry.h"

/* --- new links ---------------------------------------------------------- */

static void links_on_the_lower_device(void **state)
{
	static const struct row rows[] = {
		{ "by index", U, "+mvlan", "^ 5 u32:$L", "EPERM" },
		{ "mvtap, by index", U, "+mvtap", "^ 5 u32:$L", "EPERM" },
		{ "without a lower device", U, "+mvlan", "", "EPERM" },
		{ "on a sibling", U, "+mvlan", "^ 5 u32:$S", "EPERM" },
		{ "by index", N | C, "+mvlan", "^ 5 u32:$L", "ENODEV" },
		{ "on a sibling, by index", N | C, "+mvlan", "^ 5 u32:$S", "ENODEV" },
		{ "by LINK_NETNSID", N | C, "+mvlan", "^ 5 u32:$L ^ 37 u32:$N", "EPERM" },
		{ "mvtap, by LINK_NETNSID", N | C, "+mvtap", "^ 5 u32:$L ^ 37 u32:$N", "EPERM" },
		{ "on a sibling, by LINK_NETNSID", N | C, "+mvlan", "^ 5 u32:$S ^ 37 u32:$N",
		  "EPERM" },
		{ "by TARGET_NETNSID", N | C, "+mvlan", "^ 5 u32:$L ^ 46 u32:$N", "EPERM" },
		{ "into NET_NS_PID", N | C, "+mvlan", "^ 5 u32:$L ^ 19 u32:$P", "EPERM" },
		{ "into NET_NS_FD", N | C, "+mvlan", "^ 5 u32:$L ^ 28 u32:$F", "EPERM" },
		{ "own lower device into NET_NS_FD", C, "+mvlan", "^ 5 u32:$O ^ 28 u32:$F",
		  "EPERM" },
	};

	(void)state;
	check_rows(rows, ARRAY_SIZE(rows));
}

/* A link's lower device is not the container's. In-tree of 6.1 makes such links. */
static void links_on_the_own_link(void **state)
{
	static const struct row rows[] = {
		{ "mvlan", C, "+mvlan", "^ 5 u32:$O", "EPERM" },
		{ "mvtap", C, "+mvtap", "^ 5 u32:$O", "EPERM" },
		{ "mvlan on mvtap", C, "+mvlan", "^ 5 u32:$Q", "EPERM" },
		{ "each mode", C, "+mvlan", "1 u32:8 ^ 5 u32:$O", "EPERM" },
		/* 6.1 and 6.12 do not ask, and find the lower device taken. */
		{ "in-tree macvlan", C, "+macvlan", "^ 5 u32:$O", "EPERM EBUSY EOPNOTSUPP" },
		{ "in-tree macvtap", C, "+macvtap", "^ 5 u32:$O", "EPERM EBUSY EOPNOTSUPP" },
	};

	(void)state;
	check_rows(rows, ARRAY_SIZE(rows));
}

/* The same requests where he has the right: it was the right that was missing. */
static long own_lower(const void *arg)
{
	struct link_spec spec = { .kind = "dummy", .name = "d0" };
	const char *const *text = arg;
	static struct attrreq req;
	struct attranswer answer;
	int ret = 0;

	if (!if_nametoindex("d0"))
		ret = link_add(&spec);
	if (ret || attrreq_build(&req, "x", netcfg_tap_kind(), if_nametoindex("d0"), *text))
		return ret ?: -EBADMSG;
	ret = attrreq_send(&req, &answer) ?: -answer.error;
	return ret ?: link_del("x");
}

static void links_on_a_lower_device_of_his_own(void **state)
{
	static const struct {
		const char *text, *errors;
	} rows[] = {
		{ "", "OK" },
		{ "1 u32:16 3 u32:3 5 [ 4 020000000001 4 020000000002 ]", "OK" },
		{ "1 u32:8", "OK" },
		{ "1 u32:4 7 u32:1000 9 u32:5 33 01 34 u32:1024 36 01 37 01", "OK" },
		{ "7 u32:1001", "EPERM" },	/* in-tree: the same */
		/* /dev is the administrator's. */
		{ "38 u32:0", "EPERM" }, { "39 u32:0", "EPERM" }, { "40 u32:0666", "EPERM" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		long got = priv_ask(PRIV_OWN, own_lower, &rows[i].text);

		assert_true(attempt_gave("own namespace", rows[i].text, rows[i].errors, got));
	}
}

/* --- every attribute ---------------------------------------------------- */

static const char *const each_attribute[] = {
	"1 u32:1", "1 u32:2", "1 u32:4", "1 u32:8", "1 u32:16", "2 u16:0", "2 u16:1", "2 u16:2",
	"1 u32:16 3 u32:0 4 020000000009", "3 u32:0 4 020000000009", "3 u32:1 4 020000000009",
	"3 u32:2", "3 u32:3 5 [ 4 020000000009 ]", "6 u32:1", "7 u32:10", "7 u32:100000",
	"8 u32:10", "9 u32:0", "9 u32:0xffffffff", "32 00", "32 01", "33 00", "33 01", "34 u32:1",
	"34 u32:1024", "35 u32:1", "36 01", "37 01", "38 u32:65534", "39 u32:65534", "40 u32:0666",
	"41 7400", "42 u32:1", "43 u32:1", "31 u32:1",
	/* outside of what is ours */
	"^ 1 020000000009", "^ 3 7800", "^ 4 u32:1000", "^ 10 u32:0", "^ 13 u32:5", "^ 17 01",
	"^ 20 7800", "^ 27 u32:5", "^ 31 u32:1", "^ 33 00", "^ 39 01", "^ 40 u32:10", "^ 41 u32:1000",
};

/*
 * Netlink has no name for a device elsewhere that is to be changed; what is wrong in
 * itself is seen before.
 */
#define NOT_FOUND "ENODEV EINVAL EPERM"

static void change(unsigned int who, const char *what, const char *errors)
{
	/* What the others read is in memory of all. */
	struct row *rows = (struct row *)(facts->scratch + 256);
	size_t i;

	for (i = 0; i < ARRAY_SIZE(each_attribute); i++)
		rows[i] = (struct row){
			each_attribute[i], who, what, each_attribute[i], errors
		};
	check_rows(rows, ARRAY_SIZE(each_attribute));
}

static void attributes_of_a_sibling(void **state)
{
	(void)state;
	change(U, SIB, "EPERM");
	change(U, SIBT, "EPERM");
	change(N | C, SIB, NOT_FOUND);
	change(N | C, SIBT, NOT_FOUND);
}

static void attributes_of_the_lower_device(void **state)
{
	(void)state;
	change(U, "lower", "EPERM");
	change(N | C, "lower", NOT_FOUND);
}

static void attributes_of_the_own_link(void **state)
{
	static const struct row rows[] = {
		{ "mode bridge", C, OWN, "1 u32:4", "EPERM" },
		{ "mode vepa", C, OWN, "1 u32:2", "EPERM" },
		{ "mode source", C, OWN, "1 u32:16", "EPERM" },
		{ "mode passthru", C, OWN, "1 u32:8", "EINVAL" },
		{ "mode source with a list", C, OWN, "1 u32:16 3 u32:0 4 020000000009", "EPERM" },
		{ "the mode that it has", C, OWN, "1 u32:1", "OK" },
		{ "flag nopromisc", C, OWN, "2 u16:1", "EPERM" },
		{ "flag nodst", C, OWN, "2 u16:2", "EPERM" },
		{ "the flags that it has", C, OWN, "2 u16:0", "OK" },
		{ "a source", C, OWN, "3 u32:0 4 020000000009", "EPERM" },
		{ "no source", C, OWN, "3 u32:1 4 020000000009", "EPERM" },
		{ "flush", C, OWN, "3 u32:2", "EPERM" },
		{ "a list", C, OWN, "3 u32:3 5 [ 4 020000000009 ]", "EPERM" },
		{ "count", C, OWN, "6 u32:1", "EINVAL" },
		/* in-tree asks for no mode and no flag, that of 6.1 nor for these */
		{ "queue length", C, OWN, "7 u32:10", "EPERM" },
		{ "the queue length that it has", C, OWN, "7 u32:1000", "EPERM" },
		{ "long queue", C, OWN, "7 u32:100000", "EPERM" },
		{ "queue length used", C, OWN, "8 u32:10", "EINVAL" },
		{ "cutoff", C, OWN, "9 u32:0", "EPERM" },
		{ "host reach", C, OWN, "32 01", "EPERM" },
		{ "host reach, though off", C, OWN, "32 00", "EPERM" },
		{ "spoofcheck on", C, OWN, "33 01", "EPERM" },
		{ "spoofcheck off", C, OWNT, "33 00", "EPERM" },
		{ "spoofcheck, together with what it may", C, OWNT, "36 01 33 00", "EPERM" },
		{ "more addresses", C, OWN, "34 u32:2", "EPERM" },
		{ "more addresses, with spoofcheck", C, OWNT, "34 u32:2", "EPERM" },
		{ "addresses", C, OWN, "35 u32:1", "EINVAL" },
		{ "stack, no node", C, OWN, "36 01", "EINVAL" },
		{ "stack", C, OWNT, "36 01", "OK" },
		{ "no stack", C, OWNT, "36 00", "OK" },
		{ "owner", C, OWNT, "38 u32:0", "EPERM" },
		{ "group", C, OWNT, "39 u32:0", "EPERM" },
		{ "permissions", C, OWNT, "40 u32:0666", "EPERM" },
		{ "owner, no node", C, OWN, "38 u32:0", "EINVAL" },
		{ "node", C, OWNT, "41 7400", "EINVAL" },
		{ "cutoff used", C, OWN, "42 u32:1", "EINVAL" },
	};

	(void)state;
	check_rows(rows, ARRAY_SIZE(rows));
}

/* --- what any device has ------------------------------------------------ */

static void the_own_link_as_a_device(void **state)
{
	static const struct row rows[] = {
		{ "rename", C, OWN, "^ 3 6f776e3200", "OK EBUSY" },
		{ "back", C, OWN, "^ 3 6f776e00", "OK EBUSY" },
		{ "MTU", C, OWN, "^ 4 u32:1000", "OK" },
		{ "MTU of the lower device", C, OWN, "^ 4 u32:1500", "OK" },
		{ "larger MTU", C, OWN, "^ 4 u32:1501", "EINVAL" },
		{ "alias", C, OWN, "^ 20 7800", "OK" },
		{ "group", C, OWN, "^ 27 u32:5", "OK" },
		{ "carrier", C, OWN, "^ 33 00", "EOPNOTSUPP" },
		{ "another lower device", C, OWN, "^ 5 u32:1", "OK" },	/* passed over */
		{ "address of a sibling", C, OWN, "^ 1 020000007702", "EADDRINUSE" },
		{ "address of the lower device", C, OWN, "^ 1 020000007701", "EADDRINUSE" },
		{ "address of a group", C, OWN, "^ 1 01005e000001", "EADDRNOTAVAIL" },
		{ "no address", C, OWN, "^ 1 000000000000", "EADDRNOTAVAIL" },
		{ "address, with spoofcheck", C, OWNT, "^ 1 020000000009", "EPERM" },
		{ "address of a sibling, with spoofcheck", C, OWNT, "^ 1 020000007702", "EPERM" },
		{ "functions of a NIC", C, OWN, "^ 22 [ 1 [ 2 000000000500000000000000 ] ]",
		  "EOPNOTSUPP" },
	};

	(void)state;
	check_rows(rows, ARRAY_SIZE(rows));
}

/* Of the own link, and of nothing else. */
static void the_carrier(void **state)
{
	static const struct row rows[] = {
		{ "that of its queues", C, OWNT, "37 01", "OK" },
		{ "proto down", C, OWN, "^ 39 01", "OK" },
		{ "proto up", C, OWN, "^ 39 00", "OK" },
		{ "the lower device's", C, OWNT, "37 00", "OK" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		check_rows(&rows[i], 1);
		priv_settle();
	}
}

static void to_another_namespace(void **state)
{
	static const struct row rows[] = {
		{ "own to his pid", C, OWN, "^ 19 u32:$P", "EPERM" },
		{ "own to his file", C, OWN, "^ 28 u32:$F", "EPERM" },
		{ "own to his number", C, OWN, "^ 46 u32:$N", "EPERM" },
		{ "ownt to his file", C, OWNT, "^ 28 u32:$F", "EPERM" },
		{ "sib, by number", C, SIB, "^ 4 u32:1000", "ENODEV EPERM" },
		{ "sib, by index", N | C, "@sib", "^ 4 u32:1000", "ENODEV" },
		{ "sib from here", U, SIB, "^ 19 u32:$P", "EPERM" },
		{ "lower device from here", U, "lower", "^ 19 u32:$P", "EPERM" },
	};

	(void)state;
	check_rows(rows, ARRAY_SIZE(rows));
}

static void removal(void **state)
{
	static const struct row rows[] = {
		{ "sib", U, "-sib", "", "EPERM" },
		{ "sibt", U, "-sibt", "", "EPERM" },
		{ "lower device", U, "-lower", "", "EPERM" },
		{ "sib", N | C, "-sib", "", "EACCES" },
		{ "sibt", N | C, "-sibt", "", "EACCES" },
		{ "lower device", N | C, "-lower", "", "EACCES" },
		{ "sib by index", N | C, "-@sib", "", "ENODEV" },
		{ "lower device by index", N | C, "-@lower", "", "ENODEV" },
		{ "own, of the user's", U, "-own", "", "EPERM" },
	};

	(void)state;
	check_rows(rows, ARRAY_SIZE(rows));
}

static void sight_by_netlink(void **state)
{
	static const struct row rows[] = {
		{ "sib", N | C, "?sib", "", "EACCES" },
		{ "lower device", N | C, "?lower", "", "EACCES" },
		{ "sib by index", N | C, "?@sib", "", "ENODEV" },
		{ "lower device by index", N | C, "?@lower", "", "ENODEV" },
	};

	(void)state;
	check_rows(rows, ARRAY_SIZE(rows));
}

static void forwarding_table(void **state)
{
	static const struct row rows[] = {
		{ "on a sibling", U, "+sib", "020000000009", "EPERM" },
		{ "on the lower device", U, "+lower", "020000000009", "EPERM" },
		{ "the lower device's entry", U, "-lower", "020000007702", "EPERM" },
		{ "on a sibling", N | C, "+sib", "020000000009", "ENODEV" },
		{ "on the lower device", N | C, "+lower", "020000000009", "ENODEV" },
		{ "the lower device's entry", N | C, "-lower", "020000007702", "ENODEV" },
		/* in-tree: EOPNOTSUPP for each, but for a passthru link */
		{ "beyond maxmacs", C, "+own", "020000000009", "ENOSPC" },
		{ "a sibling's", C, "+own", "020000007702", "EADDRINUSE" },
		{ "the lower device's", C, "+own", "020000007701", "EADDRINUSE" },
		{ "its own", C, "+own", "020000007704", "EEXIST" },
		{ "with spoofcheck", C, "+ownt", "020000000009", "EPERM" },
		{ "a sibling's, with spoofcheck", C, "+ownt", "020000007702", "EPERM" },
		{ "what is not there", C, "-own", "020000000009", "ENOENT" },
		{ "what is not there, with spoofcheck", C, "-ownt", "020000000009", "EPERM" },
		{ "a sibling's", C, "-own", "020000007702", "ENOENT" },
	};

	(void)state;
	check_fdb_rows(rows, ARRAY_SIZE(rows));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(links_on_the_lower_device),
		cmocka_unit_test(links_on_the_own_link),
		cmocka_unit_test(links_on_a_lower_device_of_his_own),
		cmocka_unit_test(attributes_of_a_sibling),
		cmocka_unit_test(attributes_of_the_lower_device),
		cmocka_unit_test(attributes_of_the_own_link),
		cmocka_unit_test(the_own_link_as_a_device),
		cmocka_unit_test(the_carrier),
		cmocka_unit_test(to_another_namespace),
		cmocka_unit_test(removal),
		cmocka_unit_test(sight_by_netlink),
		cmocka_unit_test(forwarding_table),
	};
	const char *why;
	int ret;

	if (netcfg_in_tree())
		return ktap_skip_all("in-tree macvlan has other rights");
	if (priv_create(&why))
		return why ? ktap_skip_all("%s", why) : KTAP_FAIL;
	ret = ktap_run(tests, ARRAY_SIZE(tests));
	say_attempts();
	return ret;
}
