// SPDX-License-Identifier: GPL-2.0
/* The plug-in for ip, loaded by a program that knows macvtap but not macvlan. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <linux/rtnetlink.h>

#include "iproute2/link_mvtap.h"

static char said[512];

static void say(const char *format, ...)
{
	size_t len = strlen(said);
	va_list args;

	va_start(args, format);
	vsnprintf(said + len, sizeof(said) - len, format, args);
	va_end(args);
}

static int parse(struct link_util *util, int argc, char **argv, struct nlmsghdr *n)
{
	(void)util;
	(void)n;
	for (int i = 0; i < argc; i++)
		say("%s ", argv[i]);
	return argc + 40;
}

static void print(struct link_util *util, FILE *f, struct rtattr *tb[])
{
	(void)util;
	(void)f;
	say("%s", tb ? "base " : "no data");
}

static void help(struct link_util *util, int argc, char **argv, FILE *f)
{
	(void)argc;
	(void)argv;
	fprintf(f, "%s MODE\n", util->id);
}

/* What ip has beside its kinds. */
int addattr_l(struct nlmsghdr *n, int maxlen, int type, const void *data, int alen)
{
	(void)n;
	assert_int_equal(maxlen, 1024);
	say("%d=%u/%d ", type, alen == 1 ? *(uint8_t *)data : *(uint32_t *)data, alen);
	return 0;
}

int print_color_string(enum output_type t, enum color_attr color, const char *key,
		       const char *fmt, const char *value)
{
	assert_int_equal(t, PRINT_ANY);
	assert_int_equal(color, COLOR_NONE);
	assert_int_equal(strncmp(fmt, key, strlen(key)), 0);
	say(fmt, value);
	return 0;
}

int print_color_uint(enum output_type t, enum color_attr color, const char *key,
		     const char *fmt, unsigned int value)
{
	(void)t;
	(void)color;
	(void)key;
	say(fmt, value);
	return 0;
}

int print_color_on_off(enum output_type t, enum color_attr color, const char *key,
		       const char *fmt, bool value)
{
	(void)t;
	(void)color;
	(void)key;
	say(fmt, value ? "on" : "off");
	return 0;
}

static struct link_util other_kind = { .id = "other" };

struct link_util macvtap_link_util = {
	.next = &other_kind,
	.id = "macvtap",
	.maxattr = 7,
	.parse_opt = parse,
	.print_opt = print,
	.print_help = help,
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
	assert_int_equal(util->maxattr, IFLA_MVTAP_MAX);
	*said = '\0';
	assert_int_equal(util->parse_opt(util, 2, (char *[]) { "mode", "vepa" }, NULL), 42);
	util->print_opt(util, NULL, NULL);
	assert_string_equal(said, "mode vepa no data");
}

static const struct {
	const char *words, *said;
	int ret;
} lines[] = {
	{ "mode bridge host on bcqueuelen 5", "32=1/1 mode bridge bcqueuelen 5 ", 44 },
	{ "host off spoofcheck on maxmacs 7 stack on", "32=0/1 33=1/1 34=7/4 36=1/1 ", 40 },
	{ "carrier queue carrier lower", "37=1/1 37=0/1 ", 40 },
	{ "owner nobody group root perm 640", "38=65534/4 39=0/4 40=416/4 ", 40 },
	{ "owner 4294967294 group 5 perm 0", "38=4294967294/4 39=5/4 40=0/4 ", 40 },
	{ "host", "", -1 },
	{ "mode vepa host yes", "", -1 },
	{ "maxmacs x", "", -1 },
	{ "maxmacs -1", "", -1 },
	{ "maxmacs 4294967296", "", -1 },
	{ "perm 8", "", -1 },
	{ "owner no-such-user", "", -1 },
};

static void test_own_words(void **state)
{
	struct link_util *util = util_of("mvtap_link_util");

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
		char text[96], *argv[16], *rest = strcpy(text, lines[i].words);
		int argc = 0;

		while (rest)
			argv[argc++] = strsep(&rest, " ");
		*said = '\0';
		assert_int_equal(util->parse_opt(util, argc, argv, NULL), lines[i].ret);
		assert_string_equal(said, lines[i].said);
	}
}

static struct rtattr *attribute(char *buf, const void *data, size_t size)
{
	struct rtattr *attr = (void *)buf;

	attr->rta_len = RTA_LENGTH(size);
	memcpy(RTA_DATA(attr), data, size);
	return attr;
}

static void test_own_output(void **state)
{
	struct link_util *util = util_of("mvtap_link_util");
	struct rtattr *tb[IFLA_MVTAP_MAX + 1] = { NULL };
	char buf[5][32] __attribute__((aligned(4)));
	const uint32_t perm = 0640, macs = 3;

	(void)state;
	tb[IFLA_MVTAP_HOST_REACH] = attribute(buf[0], "\1", 1);
	tb[IFLA_MVTAP_CARRIER] = attribute(buf[1], "\1", 1);
	tb[IFLA_MVTAP_PERM] = attribute(buf[2], &perm, sizeof(perm));
	tb[IFLA_MVTAP_MACS] = attribute(buf[3], &macs, sizeof(macs));
	tb[IFLA_MVTAP_NODE] = attribute(buf[4], "mvtap/7", 8);
	*said = '\0';
	util->print_opt(util, NULL, tb);
	assert_string_equal(said, "base host on carrier queue perm 0640 macs 3 node mvtap/7 ");
	/* too short: not shown, and nothing is read that is not there */
	tb[IFLA_MVTAP_HOST_REACH]->rta_len = RTA_LENGTH(0);
	tb[IFLA_MVTAP_CARRIER] = NULL;
	tb[IFLA_MVTAP_PERM]->rta_len = tb[IFLA_MVTAP_MACS]->rta_len = RTA_LENGTH(3);
	tb[IFLA_MVTAP_NODE]->rta_len = RTA_LENGTH(7);
	*said = '\0';
	util->print_opt(util, NULL, tb);
	assert_string_equal(said, "base ");
}

static void test_own_help(void **state)
{
	struct link_util *util = util_of("mvtap_link_util");
	char *text = NULL;
	size_t size;
	FILE *f;

	(void)state;
	f = open_memstream(&text, &size);
	util->print_help(util, 0, NULL, f);
	fclose(f);
	assert_ptr_equal(strstr(text, "mvtap MODE\n"), text);
	assert_non_null(strstr(text, "[ carrier lower|queue ]\n"));
	free(text);
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
		cmocka_unit_test(test_own_words),
		cmocka_unit_test(test_own_output),
		cmocka_unit_test(test_own_help),
		cmocka_unit_test(test_nothing_to_borrow),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
