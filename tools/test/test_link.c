// SPDX-License-Identifier: GPL-2.0
/* Each key of the table: text -> value -> attribute -> value -> output. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <linux/if_link.h>
#include <linux/mvtap.h>
#include <linux/rtnetlink.h>

#include "conf.h"
#include "link_msg.h"
#include "mvtap.h"
#include "out.h"
#include "print.h"

struct trip {
	const char *words;	/* KEY VALUE */
	unsigned short attr;	/* in IFLA_INFO_DATA, or 0 */
	size_t size;		/* of its payload */
	const char *json;	/* what has to be printed */
};

static const struct trip trips[] = {
	{ "kind mvlan", 0, 0, "\"kind\":\"mvlan\"" },
	{ "kind mvtap", 0, 0, "\"kind\":\"mvtap\"" },
	{ "mode private", IFLA_MVTAP_MODE, 4, "\"mode\":\"private\"" },
	{ "mode vepa", IFLA_MVTAP_MODE, 4, "\"mode\":\"vepa\"" },
	{ "mode bridge", IFLA_MVTAP_MODE, 4, "\"mode\":\"bridge\"" },
	{ "mode source", IFLA_MVTAP_MODE, 4, "\"mode\":\"source\"" },
	{ "mode passthru", IFLA_MVTAP_MODE, 4, "\"mode\":\"passthru\"" },
	{ "up", 0, 0, "\"up\":true" },
	{ "down", 0, 0, "\"up\":false" },
	{ "address fe:dc:ba:98:76:54", 0, 0, "\"address\":\"fe:dc:ba:98:76:54\"" },
	{ "mtu 65535", 0, 0, "\"mtu\":65535" },
	{ "host on", IFLA_MVTAP_HOST_REACH, 1, "\"host\":true" },
	{ "host off", IFLA_MVTAP_HOST_REACH, 1, "\"host\":false" },
	{ "spoofcheck on", IFLA_MVTAP_SPOOFCHECK, 1, "\"spoofcheck\":true" },
	{ "maxmacs 1024", IFLA_MVTAP_MAXMACS, 4, "\"maxmacs\":1024" },
	{ "stack on", IFLA_MVTAP_STACK, 1, "\"stack\":true" },
	{ "carrier lower", IFLA_MVTAP_CARRIER, 1, "\"carrier\":\"lower\"" },
	{ "carrier queue", IFLA_MVTAP_CARRIER, 1, "\"carrier\":\"queue\"" },
	{ "owner root", IFLA_MVTAP_OWNER, 4, "\"owner\":\"root\",\"uid\":0" },
	{ "owner 4294967294", IFLA_MVTAP_OWNER, 4, "\"owner\":\"4294967294\",\"uid\":4294967294" },
	{ "group 4000000000", IFLA_MVTAP_GROUP, 4, "\"group\":\"4000000000\",\"gid\":4000000000" },
	{ "perm 0", IFLA_MVTAP_PERM, 4, "\"perm\":\"0000\"" },
	{ "perm 777", IFLA_MVTAP_PERM, 4, "\"perm\":\"0777\"" },
	{ "nopromisc on", IFLA_MVTAP_FLAGS, 2, "\"nopromisc\":true" },
	{ "nodst on", IFLA_MVTAP_FLAGS, 2, "\"nodst\":true" },
	{ "nopromisc off", IFLA_MVTAP_FLAGS, 2, "\"nopromisc\":false" },
	{ "bcqueuelen 0", IFLA_MVTAP_BC_QUEUE_LEN, 4, "\"bcqueuelen\":0" },
	{ "bcqueuelen 4294967295", IFLA_MVTAP_BC_QUEUE_LEN, 4, "\"bcqueuelen\":4294967295" },
	{ "bccutoff -1", IFLA_MVTAP_BC_CUTOFF, 4, "\"bccutoff\":-1" },
	{ "bccutoff 2147483647", IFLA_MVTAP_BC_CUTOFF, 4, "\"bccutoff\":2147483647" },
};

static void parse(const char *words, struct link_conf *conf)
{
	char text[96], *argv[16], *rest = text;
	int argc = 0;

	strcpy(text, words);
	while (rest && argc < 15)
		argv[argc++] = strsep(&rest, " ");
	argv[argc] = NULL;
	assert_int_equal(conf_parse("test", FOR_ADD, argv, conf), MVTAP_OK);
}

static struct nlmsghdr *build(char *buf, const struct link_conf *conf)
{
	struct nlmsghdr *nlh = link_msg_begin(buf, RTM_NEWLINK, 0, 5, "vm0");
	struct link_conf all = *conf;

	if (!(all.given & KEY_BIT(KEY_KIND)))
		all.value[KEY_KIND].num = KIND_TAP;
	all.given |= KEY_BIT(KEY_KIND);
	link_msg_conf(nlh, &all);
	return nlh;
}

static const struct nlattr *nested(const struct nlattr *nest, int type)
{
	const struct nlattr *a;

	mnl_attr_for_each_nested(a, nest)
		if (mnl_attr_get_type(a) == type)
			return a;
	return NULL;
}

static const struct nlattr *info_attr(const struct nlmsghdr *nlh, int type)
{
	const struct nlattr *a;

	mnl_attr_for_each(a, nlh, sizeof(struct ifinfomsg))
		if (mnl_attr_get_type(a) == IFLA_LINKINFO)
			return nested(a, type);
	return NULL;
}

static void check_attr(const struct nlmsghdr *nlh, const struct trip *t)
{
	const struct nlattr *a = info_attr(nlh, IFLA_INFO_DATA);

	if (!t->attr) {
		assert_null(a);	/* no empty nest */
		return;
	}
	assert_non_null(a);
	a = nested(a, t->attr);
	assert_non_null(a);
	assert_int_equal(mnl_attr_get_payload_len(a), t->size);
}

static void print(const struct link *l, char *text, size_t size)
{
	FILE *file = tmpfile(), *saved = stdout;
	size_t len;

	stdout = file;
	out_begin();
	print_link(l, NULL);
	assert_int_equal(out_end(), MVTAP_OK);
	stdout = saved;
	rewind(file);
	len = fread(text, 1, size - 1, file);
	text[len] = '\0';
	fclose(file);
}

static void test_round_trips(void **state)
{
	char buf[NL_REQUEST_SIZE], text[1024];

	(void)state;
	options.json = true;
	for (size_t i = 0; i < ARRAY_SIZE(trips); i++) {
		struct link_conf conf;
		struct nlmsghdr *nlh;
		struct link l;

		parse(trips[i].words, &conf);
		nlh = build(buf, &conf);
		check_attr(nlh, &trips[i]);
		assert_true(link_msg_parse(nlh, &l));
		assert_string_equal(l.name, "vm0");
		assert_int_equal(l.ifindex, 5);
		print(&l, text, sizeof(text));
		if (!strstr(text, trips[i].json))
			fail_msg("%s became %s", trips[i].words, text);
	}
	options.json = false;
}

/* A key without a row above is a key without a test. */
static void test_no_key_left_out(void **state)
{
	(void)state;
	for (size_t i = 0; i < link_keys_count; i++) {
		size_t row = 0, len = strlen(link_keys[i].name);

		if (link_keys[i].id == KEY_LINK)
			continue;	/* needs an interface: test_cmdline.c */
		while (row < ARRAY_SIZE(trips) &&
		       (strncmp(trips[row].words, link_keys[i].name, len) ||
			(trips[row].words[len] && trips[row].words[len] != ' ')))
			row++;
		if (row == ARRAY_SIZE(trips))
			fail_msg("key %s has no round trip", link_keys[i].name);
	}
}

static unsigned int offset_of(const struct nlmsghdr *nlh, const struct nlattr *a)
{
	return (const char *)a - (const char *)nlh;
}

static void test_key_at(void **state)
{
	char buf[NL_REQUEST_SIZE];
	struct link_conf conf;
	struct nlmsghdr *nlh;
	const struct nlattr *data, *a;

	(void)state;
	parse("mtu 1400 mode vepa bccutoff 3 kind mvlan", &conf);
	nlh = build(buf, &conf);
	data = info_attr(nlh, IFLA_INFO_DATA);
	a = nested(data, IFLA_MVTAP_MODE);
	assert_string_equal(link_msg_key_at(nlh, offset_of(nlh, a)), "mode");
	a = nested(data, IFLA_MVTAP_BC_CUTOFF);
	assert_string_equal(link_msg_key_at(nlh, offset_of(nlh, a)), "bccutoff");
	a = info_attr(nlh, IFLA_INFO_KIND);
	assert_string_equal(link_msg_key_at(nlh, offset_of(nlh, a)), "kind");
	a = mnl_nlmsg_get_payload_offset(nlh, sizeof(struct ifinfomsg));
	assert_string_equal(link_msg_key_at(nlh, offset_of(nlh, a)), "name");
	assert_string_equal(link_msg_key_at(nlh, offset_of(nlh, mnl_attr_next(a))), "mtu");
	assert_null(link_msg_key_at(nlh, offset_of(nlh, data)));
	for (unsigned int i = 0; i < nlh->nlmsg_len + 64; i++)
		link_msg_key_at(nlh, i);	/* for the sanitizers */
	assert_null(link_msg_key_at(nlh, nlh->nlmsg_len));
	assert_null(link_msg_key_at(nlh, 17));
	assert_null(link_msg_key_at(nlh, 0xffffffff));
}

/* Any single wrong byte or a cut: nothing may be read that is not there. */
static void test_broken_messages(void **state)
{
	char buf[NL_REQUEST_SIZE], copy[NL_REQUEST_SIZE];
	struct link_conf conf;
	struct nlmsghdr *nlh;
	struct link l;
	unsigned int len;

	(void)state;
	parse("mtu 1400 mode vepa bccutoff 3 address 02:00:00:00:00:01 nopromisc on", &conf);
	nlh = build(buf, &conf);
	len = nlh->nlmsg_len;
	for (unsigned int i = sizeof(*nlh); i < len; i++) {
		static const unsigned char bytes[] = { 0, 1, 3, 4, 5, 0x7f, 0x80, 0xff };

		for (size_t b = 0; b < ARRAY_SIZE(bytes); b++) {
			memset(copy, 0xa5, sizeof(copy));
			memcpy(copy, buf, len);
			copy[i] = bytes[b];
			link_msg_parse((void *)copy, &l);
		}
		memcpy(copy, buf, len);
		((struct nlmsghdr *)copy)->nlmsg_len = i;
		link_msg_parse((void *)copy, &l);
	}
}

static void test_unknown_mode_is_a_number(void **state)
{
	struct link l = { .name = "x", .conf.given = KEY_BIT(KEY_MODE) };
	char text[1024];

	(void)state;
	l.conf.value[KEY_MODE].num = 32;
	options.json = true;
	print(&l, text, sizeof(text));
	options.json = false;
	assert_non_null(strstr(text, "\"mode\":\"32\""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trips),
		cmocka_unit_test(test_no_key_left_out),
		cmocka_unit_test(test_key_at),
		cmocka_unit_test(test_broken_messages),
		cmocka_unit_test(test_unknown_mode_is_a_number),
	};

	return cmocka_run_group_tests_name("attributes", tests, NULL, NULL);
}
