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
		cmocka_unit_test(test_dump_disturbed),
		cmocka_unit_test(test_lower_away),
		cmocka_unit_test(test_run_expands),
	};

	return cmocka_run_group_tests_name("commands", tests, NULL, NULL);
}
