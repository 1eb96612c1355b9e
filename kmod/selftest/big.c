// SPDX-License-Identifier: GPL-2.0
#include <linux/vmalloc.h>

#define MVTAP_TEST_LINEAR 54

static struct sk_buff *__init mvtap_test_big(u8 *bytes, size_t len)
{
	struct kvec vec = { .iov_base = bytes, .iov_len = len };
	struct iov_iter from;

	iov_iter_kvec(&from, ITER_SOURCE, &vec, 1, len);
	return mvtap_big_skb(&from, MVTAP_TEST_LINEAR);
}

/* @len bytes @value from @bytes on arrive as such, in pages that nobody else has. */
static bool __init mvtap_test_frame(u8 *bytes, size_t len, u8 value)
{
	struct sk_buff *skb;
	bool ok;

	memset(bytes, value, len);
	skb = mvtap_test_big(bytes, len);
	if (!skb)
		return false;
	memset(bytes, ~value, len);
	ok = skb->len == len && skb_headlen(skb) == MVTAP_TEST_LINEAR &&
	     !skb_copy_bits(skb, 0, bytes, len) &&
	     !memchr_inv(bytes, value, len);
	consume_skb(skb);
	return ok;
}

static unsigned int __init mvtap_test_kept(void)
{
	unsigned int n = 0;
	int cpu, i;

	for_each_possible_cpu(cpu)
		for (i = 0; i < MVTAP_BIG_PAGES; i++)
			n += !!per_cpu_ptr(&mvtap_big_cache, cpu)->pages[i];
	return n;
}

/* What is still read does not change under who reads it. */
static bool __init mvtap_test_held(u8 *bytes)
{
	struct sk_buff *held;
	bool ok = true;
	u8 value;
	int i;

	memset(bytes, 'h', SZ_64K);
	held = mvtap_test_big(bytes, SZ_64K);
	if (!held)
		return false;
	for (i = 0; i < 2 * MVTAP_BIG_PAGES; i++)
		ok &= mvtap_test_frame(bytes, SZ_64K, i);
	for (i = 0; i < SZ_64K; i++)
		ok &= !skb_copy_bits(held, i, &value, 1) && value == 'h';
	consume_skb(held);
	return ok;
}

static bool __init mvtap_test_bigs(u8 *bytes)
{
	bool ok = mvtap_test_held(bytes);

	ok &= mvtap_test_frame(bytes, SZ_64K + MVTAP_TEST_LINEAR, 1);
	ok &= !mvtap_test_big(bytes, SZ_64K + MVTAP_TEST_LINEAR + 1);
	ok &= mvtap_test_kept() >= MVTAP_BIG_PAGES;
	/* in use, then idle */
	mvtap_big_look(NULL);
	ok &= mvtap_test_kept() >= MVTAP_BIG_PAGES;
	mvtap_big_look(NULL);
	ok &= !mvtap_test_kept();
	return ok;
}

bool __init mvtap_big_selftest(void)
{
	u8 *bytes = vmalloc(2 * SZ_64K);
	bool ok = bytes && mvtap_test_bigs(bytes);

	mvtap_big_teardown();
	vfree(bytes);
	pr_info("mvtap: big self-test: %s\n", ok ? "pass" : "FAIL");
	return ok;
}
