// SPDX-License-Identifier: GPL-2.0
/* The plug-in for ip, loaded by a program that knows macvtap but not macvlan. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "iproute2/link_util.h"

static int parse(struct link_util *util, int argc, char **argv, struct nlmsghdr *n)
{
	(void)util;
	(void)argv;
	(void)n;
	return argc + 40;
}

static void print(struct link_util *util, FILE *f, struct rtattr *tb[])
{
	(void)util;
	(void)f;
	(void)tb;
}

static struct link_util other_kind = { .id = "other" };

struct link_util macvtap_link_util = {
	.next = &other_kind,
	.id = "macvtap",
	.maxattr = 7,
	.parse_opt = parse,
	.print_opt = print,
};

static struct link_util *util_of(const char *symbol)
{
	void *plugin = dlopen(PLUGIN, RTLD_LAZY);

	if (!plugin)
		fail_msg("%s", dlerror());
	return dlsym(plugin, symbol);
}

static void test_borrows(void **state)
{
	struct link_util *util = util_of("mvtap_link_util");

	(void)state;
	assert_non_null(util);
	assert_string_equal(util->id, "mvtap");
	assert_null(util->next);
	assert_int_equal(util->maxattr, 7);
	assert_ptr_equal(util->parse_opt, parse);
	assert_int_equal(util->parse_opt(util, 2, NULL, NULL), 42);
	assert_ptr_equal(util->print_opt, print);
}

/* ip calls print_opt only where there is one. */
static void test_nothing_to_borrow(void **state)
{
	struct link_util *util = util_of("mvlan_link_util");
	char *help = NULL;
	size_t size;
	FILE *f;

	(void)state;
	assert_non_null(util);
	assert_string_equal(util->id, "mvlan");
	assert_null(util->print_opt);
	assert_int_equal(util->parse_opt(util, 0, NULL, NULL), -1);
	f = open_memstream(&help, &size);
	util->print_help(util, 0, NULL, f);
	fclose(f);
	assert_string_equal(help,
			    "Error: this ip knows nothing of macvlan, and so of no option of mvlan.\n");
	free(help);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_borrows),
		cmocka_unit_test(test_nothing_to_borrow),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
