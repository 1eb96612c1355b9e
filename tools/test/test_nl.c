// SPDX-License-Identifier: GPL-2.0
/* Extended acknowledgements, read from messages as the kernel would send them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>
#include <errno.h>
#include <linux/rtnetlink.h>

#include "fake_kernel.h"
#include "mvtap.h"
#include "nl.h"

static char answer[2048];
static struct nl_fate fate;

static struct nlmsghdr *begin(int type, int flags)
{
	struct nlmsghdr *nlh;

	memset(answer, 0, sizeof(answer));
	nlh = mnl_nlmsg_put_header(answer);
	nlh->nlmsg_type = type;
	nlh->nlmsg_flags = flags;
	return nlh;
}

static struct nlmsghdr *begin_error(int err, int flags, size_t echoed)
{
	struct nlmsghdr *nlh = begin(NLMSG_ERROR, flags);
	struct nlmsgerr *e = mnl_nlmsg_put_extra_header(nlh, sizeof(*e) + echoed);

	e->error = -err;
	e->msg.nlmsg_len = sizeof(e->msg) + echoed;
	return nlh;
}

/* Sequence 0 fits any request. */
static int talk_about(const struct nlmsghdr *nlh, int flags, mnl_cb_t cb)
{
	char buf[NL_REQUEST_SIZE];
	struct nlmsghdr *req = mnl_nlmsg_put_header(buf);

	req->nlmsg_type = RTM_GETLINK;
	req->nlmsg_flags = flags;
	mnl_nlmsg_put_extra_header(req, sizeof(struct ifinfomsg));
	fake_reset();
	fake.canned = nlh;
	fake.canned_len = nlh->nlmsg_len;
	return nl_talk(req, cb, NULL, &fate);
}

static void expect(int ret, int err, unsigned int offset, const char *text)
{
	assert_int_equal(ret, err ? -1 : 0);
	assert_int_equal(fate.err, err);
	assert_int_equal(fate.offset, offset);
	assert_string_equal(fate.text, text);
}

static void test_ack(void **state)
{
	(void)state;
	expect(talk_about(begin_error(0, 0, 0), 0, NULL), 0, 0, "");
}

static void test_plain_error(void **state)
{
	(void)state;
	expect(talk_about(begin_error(EBUSY, NLM_F_CAPPED, 0), 0, NULL), EBUSY, 0, "");
}

static void test_capped(void **state)
{
	struct nlmsghdr *nlh = begin_error(EINVAL, NLM_F_CAPPED | NLM_F_ACK_TLVS, 0);

	(void)state;
	((struct nlmsgerr *)mnl_nlmsg_get_payload(nlh))->msg.nlmsg_len = 500;
	mnl_attr_put_strz(nlh, NLMSGERR_ATTR_MSG, "mode is unknown");
	mnl_attr_put_u32(nlh, NLMSGERR_ATTR_OFFS, 64);
	expect(talk_about(nlh, 0, NULL), EINVAL, 64, "mode is unknown");
}

static void test_request_in_between(void **state)
{
	struct nlmsghdr *nlh = begin_error(EINVAL, NLM_F_ACK_TLVS, 45);

	(void)state;
	mnl_attr_put_strz(nlh, NLMSGERR_ATTR_MSG, "behind the request");
	expect(talk_about(nlh, 0, NULL), EINVAL, 0, "behind the request");
}

static void test_request_longer_than_answer(void **state)
{
	struct nlmsghdr *nlh = begin_error(EINVAL, NLM_F_ACK_TLVS, 8);

	(void)state;
	((struct nlmsgerr *)mnl_nlmsg_get_payload(nlh))->msg.nlmsg_len = 0xfffffff0;
	expect(talk_about(nlh, 0, NULL), EINVAL, 0, "");
}

static void test_no_tlvs_announced(void **state)
{
	struct nlmsghdr *nlh = begin_error(EINVAL, NLM_F_CAPPED, 0);

	(void)state;
	mnl_attr_put_strz(nlh, NLMSGERR_ATTR_MSG, "not to be read");
	expect(talk_about(nlh, 0, NULL), EINVAL, 0, "");
}

static void test_malformed_tlvs(void **state)
{
	struct nlmsghdr *nlh = begin_error(EPERM, NLM_F_CAPPED | NLM_F_ACK_TLVS, 0);

	(void)state;
	mnl_attr_put(nlh, NLMSGERR_ATTR_MSG, 4, "abcd");	/* does not end */
	mnl_attr_put_u8(nlh, NLMSGERR_ATTR_OFFS, 3);		/* too short */
	mnl_attr_put_u32(nlh, 77, 1);				/* unknown */
	expect(talk_about(nlh, 0, NULL), EPERM, 0, "");
}

static void test_long_text(void **state)
{
	struct nlmsghdr *nlh = begin_error(EPERM, NLM_F_CAPPED | NLM_F_ACK_TLVS, 0);
	char text[600];

	(void)state;
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	mnl_attr_put_strz(nlh, NLMSGERR_ATTR_MSG, text);
	talk_about(nlh, 0, NULL);
	assert_int_equal(strlen(fate.text), sizeof(fate.text) - 1);
}

static void test_warning(void **state)
{
	struct nlmsghdr *nlh = begin_error(0, NLM_F_CAPPED | NLM_F_ACK_TLVS, 0);

	(void)state;
	mnl_attr_put_strz(nlh, NLMSGERR_ATTR_MSG, "works, but");
	expect(talk_about(nlh, 0, NULL), 0, 0, "works, but");
}

static void test_short_error(void **state)
{
	struct nlmsghdr *nlh = begin(NLMSG_ERROR, 0);

	(void)state;
	mnl_nlmsg_put_extra_header(nlh, 4);
	expect(talk_about(nlh, 0, NULL), EBADMSG, 0, "");
}

static void test_dump_fails_at_its_end(void **state)
{
	struct nlmsghdr *nlh = begin(NLMSG_DONE, NLM_F_MULTI | NLM_F_ACK_TLVS);

	(void)state;
	*(int *)mnl_nlmsg_put_extra_header(nlh, sizeof(int)) = -EOPNOTSUPP;
	mnl_attr_put_strz(nlh, NLMSGERR_ATTR_MSG, "no such filter");
	expect(talk_about(nlh, NLM_F_DUMP, NULL), EOPNOTSUPP, 0, "no such filter");
}

static int count;

static int on_data(const struct nlmsghdr *nlh, void *arg)
{
	(void)nlh;
	(void)arg;
	count++;
	return MNL_CB_OK;
}

static void test_dump_disturbed(void **state)
{
	struct nlmsghdr *nlh = begin(RTM_NEWLINK, NLM_F_MULTI | NLM_F_DUMP_INTR);

	(void)state;
	mnl_nlmsg_put_extra_header(nlh, sizeof(struct ifinfomsg));
	count = 0;
	expect(talk_about(nlh, NLM_F_DUMP, on_data), EINTR, 0, "");
	assert_int_equal(count, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ack),
		cmocka_unit_test(test_plain_error),
		cmocka_unit_test(test_capped),
		cmocka_unit_test(test_request_in_between),
		cmocka_unit_test(test_request_longer_than_answer),
		cmocka_unit_test(test_no_tlvs_announced),
		cmocka_unit_test(test_malformed_tlvs),
		cmocka_unit_test(test_long_text),
		cmocka_unit_test(test_warning),
		cmocka_unit_test(test_short_error),
		cmocka_unit_test(test_dump_fails_at_its_end),
		cmocka_unit_test(test_dump_disturbed),
	};

	return cmocka_run_group_tests_name("netlink", tests, NULL, NULL);
}
