// SPDX-License-Identifier: GPL-2.0
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "expand.h"
#include "mvtap.h"

static const struct expansion vm0 = {
	.link = "vm0",
	.value = { "3:5", "4:6", "02:00:00:00:00:01", "1500", "2" },
};

static const struct expansion vm1 = {
	.link = "vm1",
	.value = { "7", NULL, "02:00:00:00:00:02", "1400", "1" },
};

struct row {
	const char *text, *expanded;
};

static const struct row rows[] = {
	{ "", "" },
	{ "plain", "plain" },
	{ "%tap%", "3:5" },
	{ "tap,fds=%tap%,vhostfds=%vhost%", "tap,fds=3:5,vhostfds=4:6" },
	{ "mac=%mac%,host_mtu=%mtu%,%queues%", "mac=02:00:00:00:00:01,host_mtu=1500,2" },
	{ "%tap:vm0%%vhost:vm0%", "3:54:6" },
	/* another link's, and what only looks like one */
	{ "%tap:vm1%", "%tap:vm1%" },
	{ "%tap:vm01%", "%tap:vm01%" },
	{ "%tap:vm%", "%tap:vm%" },
	{ "%tap:%", "%tap:%" },
	{ "%tap", "%tap" },
	{ "%taps%", "%taps%" },
	{ "%TAP%", "%TAP%" },
	{ "%", "%" },
	{ "%%", "%%" },
	{ "100%", "100%" },
	{ "%%tap%%", "%3:5%" },
	{ "50%tap%", "503:5" },
	{ "%d %s %n", "%d %s %n" },
};

static void test_rows(void **state)
{
	const char *missing;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		char *text = expand_arg(&vm0, rows[i].text, &missing);

		assert_non_null(text);
		assert_null(missing);
		assert_string_equal(text, rows[i].expanded);
		free(text);
	}
}

static void test_missing(void **state)
{
	const char *missing;

	(void)state;
	assert_null(expand_arg(&vm1, "x%vhost%", &missing));
	assert_string_equal(missing, "vhost");
	assert_null(expand_arg(&vm1, "%vhost:vm1%", &missing));
	assert_string_equal(missing, "vhost");
}

/* The first run takes what has no name; each takes what has its own. */
static void test_nested(void **state)
{
	const char *missing;
	char *first, *second;

	(void)state;
	first = expand_arg(&vm0, "%tap% %tap:vm0% %tap:vm1% %mac% %mac:vm1%", &missing);
	second = expand_arg(&vm1, first, &missing);
	assert_string_equal(second, "3:5 3:5 7 02:00:00:00:00:01 02:00:00:00:00:02");
	free(first);
	free(second);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_missing),
		cmocka_unit_test(test_nested),
	};

	return cmocka_run_group_tests_name("placeholders", tests, NULL, NULL);
}
