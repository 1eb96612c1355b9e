// SPDX-License-Identifier: GPL-2.0
/* What commands do to the kernel, beyond what they print. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>
#include <errno.h>
#include <linux/if_link.h>

#include "capture.h"
#include "fake_kernel.h"
#include "mvtap.h"

/* With the kernel's echo the look-up is not needed. */
static void test_add_requests(void **state)
{
	struct captured c;

	(void)state;
	fake_reset();
	fake.echo = true;
	capture_line("add vm1 link eth0", &c);
	assert_int_equal(fake.requests, 1);
	fake_reset();
	capture_line("add vm1 link eth0", &c);
	assert_int_equal(fake.requests, 2);
}

/* The fake kernel changes mode and address before it refuses the MTU. */
static void test_set_undone(void **state)
{
	struct captured c;
	struct fake_link before;

	(void)state;
	fake_reset();
	before = *fake_find("vm0");
	capture_line("set vm0 mtu 1501 mode private address 02:00:00:00:00:01 up", &c);
	assert_int_equal(c.status, MVTAP_REFUSED);
	assert_string_equal(c.err, "mvtap: set vm0: mtu: larger than the lower device's (Invalid argument)\n");
	assert_memory_equal(&before, fake_find("vm0"), sizeof(before));
	assert_int_equal(fake.news, 2);
}

static void test_set_one_message(void **state)
{
	struct captured c;
	struct fake_link *l;

	(void)state;
	fake_reset();
	capture_line("set vm0 mode private address 02:00:00:00:00:01 mtu 1400 up nopromisc on bccutoff 5 bcqueuelen 9",
		     &c);
	l = fake_find("vm0");
	assert_int_equal(c.status, MVTAP_OK);
	assert_int_equal(fake.news, 1);
	assert_int_equal(l->mode, MACVLAN_MODE_PRIVATE);
	assert_int_equal(l->mtu, 1400);
	assert_int_equal(l->mac[5], 1);
	assert_int_equal(l->flags, MACVLAN_FLAG_NOPROMISC);
	assert_int_equal(l->bccutoff, 5);
	assert_int_equal(l->bcqueuelen, 9);
	assert_true(l->up);
}

static void in_source_mode(void)
{
	fake_reset();
	fake_find("vm0")->mode = MACVLAN_MODE_SOURCE;
}

static void test_source_list(void **state)
{
	struct fake_link *l;
	struct captured c;

	(void)state;
	in_source_mode();
	l = fake_find("vm0");
	capture_line("source vm0 add 02:00:00:00:00:01 02:00:00:00:00:02", &c);
	assert_int_equal(c.status, MVTAP_OK);
	assert_int_equal(l->sources, 2);
	capture_line("source vm0", &c);
	assert_string_equal(c.out, "vm0: ifindex 10 mode source\n"
			    "    source 02:00:00:00:00:01 02:00:00:00:00:02\n");
	capture_line("-jd show vm0", &c);
	assert_non_null(strstr(c.out, "\"source_count\":2,"));
	assert_non_null(strstr(c.out, "\"source\":[\"02:00:00:00:00:01\",\"02:00:00:00:00:02\"]"));
	capture_line("source vm0 del 02:00:00:00:00:01 02:00:00:00:00:09", &c);
	assert_int_equal(l->sources, 1);
	assert_int_equal(l->source[0][5], 2);
	fake.news = 0;
	capture_line("source vm0 set 02:00:00:00:00:07 02:00:00:00:00:08 02:00:00:00:00:07", &c);
	assert_int_equal(fake.news, 1);
	assert_int_equal(l->sources, 2);
	assert_int_equal(l->source[1][5], 8);
	capture_line("source vm0 flush", &c);
	assert_int_equal(c.status, MVTAP_OK);
	assert_int_equal(l->sources, 0);
}

/* What is refused half way through leaves the list as it was. */
static void test_source_undone(void **state)
{
	struct fake_link before;
	struct captured c;

	(void)state;
	in_source_mode();
	capture_line("source vm0 add 02:00:00:00:00:01 02:00:00:00:00:02", &c);
	before = *fake_find("vm0");
	capture_line("source vm0 add 02:00:00:00:00:02 02:00:00:00:00:03 01:00:00:00:00:01", &c);
	assert_int_equal(c.status, MVTAP_REFUSED);
	assert_string_equal(c.err, "mvtap: source vm0: source: not a unicast address (Cannot assign requested address)\n");
	assert_memory_equal(&before, fake_find("vm0"), sizeof(before));
	capture_line("source vm0 set 02:00:00:00:00:03 01:00:00:00:00:01", &c);
	assert_int_equal(c.status, MVTAP_REFUSED);
	assert_memory_equal(&before, fake_find("vm0"), sizeof(before));
}

/* The flags share an attribute: to set one leaves the other. */
static void test_flags_kept(void **state)
{
	struct captured c;
	struct fake_link *l;

	(void)state;
	in_source_mode();
	l = fake_find("vm0");
	l->flags = MACVLAN_FLAG_NOPROMISC;
	capture_line("set vm0 nodst on", &c);
	assert_int_equal(l->flags, MACVLAN_FLAG_NOPROMISC | MACVLAN_FLAG_NODST);
	capture_line("set vm0 nopromisc off", &c);
	assert_int_equal(l->flags, MACVLAN_FLAG_NODST);
	capture_line("set vm0 mtu 1400", &c);
	assert_int_equal(l->flags, MACVLAN_FLAG_NODST);
	capture_line("set vm0 mode bridge nopromisc off", &c);
	assert_int_equal(l->flags, 0);
}

/* A mode without host reach switches it off, one with it leaves it, and undoing brings it back. */
static void test_mode_settles_host(void **state)
{
	struct captured c;
	struct fake_link *l, before;

	(void)state;
	fake_reset();
	capture_line("add vm1 link eth0", &c);
	l = fake_find("vm1");
	assert_int_equal(l->mode, MACVLAN_MODE_BRIDGE);
	assert_int_equal(l->host, 1);
	capture_line("set vm1 mode private", &c);
	assert_int_equal(c.status, MVTAP_OK);
	assert_int_equal(l->host, 1);
	before = *l;
	capture_line("set vm1 mode vepa mtu 1501", &c);
	assert_int_equal(c.status, MVTAP_REFUSED);
	assert_memory_equal(&before, l, sizeof(before));
	capture_line("set vm1 mode vepa host on", &c);
	assert_string_equal(c.err, "mvtap: set vm1: host: only in modes bridge and private (Invalid argument)\n");
	fake.news = 0;
	capture_line("set vm1 mode vepa", &c);
	assert_int_equal(c.status, MVTAP_OK);
	assert_int_equal(fake.news, 1);
	assert_int_equal(l->mode, MACVLAN_MODE_VEPA);
	assert_int_equal(l->host, 0);
	capture_line("set vm1 mode bridge", &c);
	assert_int_equal(l->host, 0);
}

static void test_set_own(void **state)
{
	struct fake_link *l, before;
	struct captured c;

	(void)state;
	fake_reset();
	l = fake_find("vm0");
	before = *l;
	capture_line("set vm0 mode bridge host on spoofcheck on maxmacs 5 stack on carrier queue owner nobody group 7 perm 640 mtu 1501",
		     &c);
	assert_int_equal(c.status, MVTAP_REFUSED);
	assert_memory_equal(&before, l, sizeof(before));
	capture_line("set vm0 mode bridge host on spoofcheck on maxmacs 5 stack on carrier queue owner nobody group 7 perm 640",
		     &c);
	assert_int_equal(c.status, MVTAP_OK);
	assert_true(l->host && l->spoofcheck && l->stack);
	assert_int_equal(l->maxmacs, 5);
	assert_int_equal(l->carrier, 1);
	assert_int_equal(l->owner, 65534);
	assert_int_equal(l->group, 7);
	assert_int_equal(l->perm, 0640);
}

/* Where another link has the name, the node has another one. */
static void test_second_name(void **state)
{
	struct captured c;

	(void)state;
	fake_reset();
	fake_find("vm0")->collides = true;
	capture_line("show vm0", &c);
	assert_non_null(strstr(c.out, " node /dev/mvtap/10\n"));
	capture_line("-j show vm0", &c);
	assert_non_null(strstr(c.out, "\"node\":\"/dev/mvtap/10\""));
}

static void test_fdb(void **state)
{
	struct captured c;

	(void)state;
	fake_reset();
	capture_line("fdb vm0 add 33:33:00:00:00:01", &c);
	capture_line("fdb lan0 add 33:33:00:00:00:02", &c);
	capture_line("fdb vm0 add 01:00:5e:00:00:01", &c);
	capture_line("fdb vm0 add 01:00:5e:00:00:01", &c);
	assert_string_equal(c.err, "mvtap: fdb vm0: File exists\n");
	capture_line("-j fdb vm0", &c);
	assert_string_equal(c.out, "[{\"name\":\"vm0\",\"ifindex\":10,\"address\":\"02:00:00:00:00:aa\","
			    "\"fdb\":[\"33:33:00:00:00:01\",\"01:00:5e:00:00:01\"]}]\n");
	capture_line("fdb vm0 del 33:33:00:00:00:01", &c);
	capture_line("set vm0 maxmacs 4", &c);
	capture_line("fdb vm0 add 02:00:00:00:00:01", &c);
	assert_int_equal(c.status, MVTAP_OK);
	capture_line("fdb vm0 del 02:00:00:00:00:01", &c);
	capture_line("fdb vm0", &c);
	assert_string_equal(c.out, "vm0: ifindex 10 address 02:00:00:00:00:aa\n    fdb 01:00:5e:00:00:01\n");
}

static void test_queues(void **state)
{
	struct captured c;

	(void)state;
	fake_reset();
	fake_find("vm0")->queues = 2;
	fake_find("vm0")->backlog = 9;
	fake_find("vm0")->lost = 1ULL << 40;
	capture_line("stats vm0", &c);
	assert_non_null(strstr(c.out, "\n    tx_drop_runt 1099511627776\n    queues\n"
			       "    queue 0 size 500 backlog 9\n    detached size 500 backlog 0\n"));
	capture_line("-j stats", &c);
	assert_non_null(strstr(c.out, "\"queues\":[{\"queue\":0,\"size\":500,\"backlog\":9},"
			       "{\"attached\":false,\"size\":500,\"backlog\":0}]"));
	/* an mvlan link has none to tell */
	assert_null(strstr(strstr(c.out, "lan0"), "queues"));
}

/* The words are those of the personality that the module has. */
static void test_compat(void **state)
{
	struct captured c;

	(void)state;
	fake_reset();
	fake_add("mt0", "macvtap");
	capture_line("show mt0", &c);
	assert_string_equal(c.err, "mvtap: show mt0: is not a link of mvtap but of kind macvtap\n");
	fake_put("/sys/module/mvtap/parameters/compat", "Y\n");
	capture_line("show mt0", &c);
	assert_int_equal(c.status, MVTAP_OK);
	assert_non_null(strstr(c.out, "kind macvtap link eth0"));
	assert_non_null(strstr(c.out, "node /dev/tap13"));
	capture_line("show vm0", &c);
	assert_string_equal(c.err, "mvtap: show vm0: is not a link of mvtap but of kind mvtap\n");
	capture_line("add mt1 link eth0", &c);
	assert_string_equal(fake_find("mt1")->kind, "macvtap");
	capture_line("add ml1 link eth0 kind macvlan", &c);
	assert_string_equal(fake_find("ml1")->kind, "macvlan");
	capture_line("add ml2 link eth0 kind mvlan", &c);
	assert_int_equal(c.status, MVTAP_USAGE);
	assert_string_equal(c.err, "mvtap: add: kind: \"mvlan\" is not one of macvtap, macvlan\n");
	fake_gone("/sys/module/mvtap/parameters/compat");
	capture_line("show mt0", &c);
	assert_int_equal(c.status, MVTAP_REFUSED);
}

static void test_dump_disturbed(void **state)
{
	struct captured calm, disturbed;

	(void)state;
	fake_reset();
	capture_line("-j show", &calm);
	fake.disturbed = 3;
	capture_line("-j show", &disturbed);
	assert_int_equal(disturbed.status, MVTAP_OK);
	assert_string_equal(calm.out, disturbed.out);
	fake.disturbed = 1000;
	capture_line("-j show", &disturbed);
	assert_int_equal(disturbed.status, MVTAP_REFUSED);
}

static void test_lower_away(void **state)
{
	struct captured c;

	(void)state;
	fake_reset();
	fake_find("vm0")->netnsid = 4;
	capture_line("show vm0", &c);
	assert_non_null(strstr(c.out, " link 3@netns4 "));
	capture_line("-j show vm0", &c);
	assert_non_null(strstr(c.out, "\"link\":\"3@netns4\",\"link_ifindex\":3,\"link_netnsid\":4,"));
}

static void test_run_expands(void **state)
{
	struct captured c;

	(void)state;
	fake_reset();
	fake.exec_errno = EACCES;
	capture_line("run vm0 --queues 2 -- c fds=%tap:vm0% mac=%mac%,mtu=%mtu%,q=%queues%,%tap:vm1%", &c);
	assert_int_equal(c.status, MVTAP_NOEXEC);
	assert_string_equal(fake.exec[0], "c");
	assert_string_equal(fake.exec[2], "mac=02:00:00:00:00:aa,mtu=1500,q=2,%tap:vm1%");
	assert_true(strchr(fake.exec[1], ':') != NULL);
	assert_int_equal(fake.opened, 4);
	assert_true(fake.multi && fake.vnet);
	/* brought up for the command, and down again without one */
	assert_int_equal(fake.news, 2);
	assert_false(fake_find("vm0")->up);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_add_requests),
		cmocka_unit_test(test_set_undone),
		cmocka_unit_test(test_set_one_message),
		cmocka_unit_test(test_source_list),
		cmocka_unit_test(test_source_undone),
		cmocka_unit_test(test_flags_kept),
		cmocka_unit_test(test_mode_settles_host),
		cmocka_unit_test(test_set_own),
		cmocka_unit_test(test_second_name),
		cmocka_unit_test(test_fdb),
		cmocka_unit_test(test_queues),
		cmocka_unit_test(test_compat),
		cmocka_unit_test(test_dump_disturbed),
		cmocka_unit_test(test_lower_away),
		cmocka_unit_test(test_run_expands),
	};

	return cmocka_run_group_tests_name("commands", tests, NULL, NULL);
}
