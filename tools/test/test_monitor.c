// SPDX-License-Identifier: GPL-2.0
/* What the monitor makes of events, of their loss, and of counters. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <linux/if_link.h>
#include <poll.h>

#include "capture.h"
#include "fake_kernel.h"
#include "mvtap.h"

enum { EVENT, TIMER, SIGNAL, OUTPUT };

static const char *at;	/* what is not yet looked at */

/* Each line in turn: its event, and what has to be in it. */
static void next_json(const char *event, const char *rest)
{
	char begin[64];
	const char *end = strchr(at, '\n');

	snprintf(begin, sizeof(begin), "{\"event\":\"%s\",\"time\":", event);
	assert_non_null(end);
	if (strncmp(at, begin, strlen(begin)) || !strstr(at, rest) || strstr(at, rest) > end)
		fail_msg("want: %s...%s\n got: %.*s", begin, rest, (int)(end - at), at);
	at = end + 1;
}

static void life(int n, struct pollfd *pfd)
{
	pfd[n == 4 ? TIMER : EVENT].revents = POLLIN;
	switch (n) {
	case 0:		/* two keys at once, and nothing new */
		fake_find("vm0")->mode = MACVLAN_MODE_PRIVATE;
		fake_find("vm0")->up = true;
		fake_event("vm0", false);
		fake_event("vm0", false);
		break;
	case 1:		/* not one of ours */
		fake_event("d0", false);
		fake_add("vm1", "mvtap");
		fake_event("vm1", false);
		break;
	case 2:
		strcpy(fake_find("vm1")->name, "vm2");
		fake_event("vm2", false);
		break;
	case 3:
		fake_event("lan0", true);
		strcpy(fake_find("lan0")->kind, "dummy");
		break;
	case 4:
		fake_find("vm0")->queues = 1;
		fake_find("vm0")->backlog = 5;
		break;
	case 5:		/* one gone, one new, one changed, and nobody said so */
		strcpy(fake_find("vm2")->kind, "dummy");
		strcpy(fake_find("lan0")->kind, "mvlan");
		fake_find("vm0")->mode = MACVLAN_MODE_BRIDGE;
		fake.overrun = true;
		break;
	default:
		pfd[SIGNAL].revents = POLLIN;
	}
}

static void test_events(void **state)
{
	struct captured c;

	(void)state;
	fake_reset();
	fake.step = life;
	capture_line("-j monitor", &c);
	assert_int_equal(c.status, MVTAP_OK);
	assert_string_equal(c.err, "");
	at = c.out;
	next_json("present", "\"name\":\"vm0\",\"ifindex\":10,\"kind\":\"mvtap\"");
	next_json("present", "\"name\":\"lan0\"");
	next_json("changed", "\"name\":\"vm0\",\"changed\":[\"mode\",\"up\",\"operstate\"],\"ifindex\":10,");
	next_json("added", "\"name\":\"vm1\"");
	next_json("changed", "\"name\":\"vm2\",\"changed\":[\"name\"],");
	next_json("removed", "\"name\":\"lan0\"");
	next_json("counters", "\"name\":\"vm0\",\"ifindex\":10,\"interval\":");
	next_json("counters", "\"name\":\"vm2\"");
	next_json("lost", "}");
	next_json("changed", "\"name\":\"vm0\",\"changed\":[\"mode\"]");
	next_json("added", "\"name\":\"lan0\"");
	next_json("removed", "\"name\":\"vm2\"");
	assert_string_equal(at, "");
	assert_non_null(strstr(c.out, "\"queues\":[{\"queue\":0,\"size\":500,\"backlog\":5}]"));
}

static void test_named(void **state)
{
	struct captured c;

	(void)state;
	fake_reset();
	fake.step = life;
	capture_line("-j monitor vm1 nobody interval 5", &c);
	assert_int_equal(c.status, MVTAP_OK);
	at = c.out;
	next_json("added", "\"name\":\"vm1\"");
	next_json("changed", "\"name\":\"vm2\"");	/* followed by its number */
	next_json("counters", "\"name\":\"vm2\"");
	next_json("lost", "}");
	next_json("removed", "\"name\":\"vm2\"");
	assert_string_equal(at, "");
}

static void count(int n, struct pollfd *pfd)
{
	pfd[TIMER].revents = POLLIN;
	fake_find("vm0")->rx_packets += 1000;
	if (n == 0) {	/* an event tells of them first */
		pfd[EVENT].revents = POLLIN;
		fake_event("vm0", false);
	}
	if (n == 1)
		fake_find("vm0")->rx_packets = 3;	/* as after a reset */
	if (n == 2)
		pfd[SIGNAL].revents = POLLIN;
}

static double number_behind(const char *text, const char *key)
{
	text = strstr(text, key);
	return text ? strtod(text + strlen(key), NULL) : -1;
}

static void test_rates(void **state)
{
	const char *first, *second;
	struct captured c;

	(void)state;
	fake_reset();
	fake.step = count;
	capture_line("-j monitor vm0", &c);
	first = strstr(c.out, "\"counters\"");
	assert_non_null(first);
	/* a thousand in much less than a second */
	assert_true(number_behind(first, "\"rates\":{\"rx_packets\":") > 1000);
	second = strstr(first + 1, "\"counters\"");
	assert_non_null(second);
	assert_non_null(strstr(second, "\"rates\":{\"rx_packets\":0.0,"));
}

static void test_table(void **state)
{
	struct captured c;

	(void)state;
	fake_reset();
	fake.step = life;
	capture_line("monitor", &c);
	assert_int_equal(c.status, MVTAP_OK);
	assert_non_null(strstr(c.out, " present vm0: kind mvtap link eth0 mode vepa down address 02:00:00:00:00:aa\n"));
	assert_non_null(strstr(c.out, " changed vm0: mode private up operstate up\n"));
	assert_non_null(strstr(c.out, " changed vm2: name vm2\n"));
	assert_non_null(strstr(c.out, " removed lan0:"));
	assert_non_null(strstr(c.out, "\nname            state          mode   "));
	assert_non_null(strstr(c.out, "\nvm0             up             private "));
	assert_non_null(strstr(c.out, "      1       5\n"));
	assert_null(strchr(c.out, '\033'));
}

static void reader_gone(int n, struct pollfd *pfd)
{
	(void)n;
	pfd[OUTPUT].revents = POLLERR;
}

static void test_nobody_reads(void **state)
{
	struct captured c;

	(void)state;
	fake_reset();
	fake.step = reader_gone;
	capture_line("-j monitor", &c);
	assert_int_equal(c.status, MVTAP_OK);
	assert_string_equal(c.err, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_events),
		cmocka_unit_test(test_named),
		cmocka_unit_test(test_rates),
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_nobody_reads),
	};

	return cmocka_run_group_tests_name("monitor", tests, NULL, NULL);
}
