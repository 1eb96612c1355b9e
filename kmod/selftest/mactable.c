// SPDX-License-Identifier: GPL-2.0

#define MVTAP_TEST_MACS 4096

static void __init mvtap_test_addr(u8 *addr, u32 i)
{
	u64_to_ether_addr(0x020000000000ULL + i * 0x10001ULL, addr);
}

/* Entry i is owned by a pointer that says i. */
static struct mvtap_dev *__init mvtap_test_owner(u32 i)
{
	return (struct mvtap_dev *)(unsigned long)(8 * i + 8);
}

static bool __init mvtap_test_find(struct mvtap_mactable *t, u32 i,
				   struct mvtap_dev *expected)
{
	struct mvtap_dev *found;
	u8 addr[ETH_ALEN];

	mvtap_test_addr(addr, i);
	rcu_read_lock();
	found = mvtap_mactable_find(t, addr);
	rcu_read_unlock();
	return found == expected;
}

static bool __init mvtap_test_mactable(struct mvtap_mactable *t)
{
	u8 addr[ETH_ALEN];
	bool ok = true;
	u32 i;

	for (i = 0; i < MVTAP_TEST_MACS; i++) {
		mvtap_test_addr(addr, i);
		ok &= !mvtap_mactable_add(t, addr, mvtap_test_owner(i),
					  GFP_KERNEL);
	}
	mvtap_test_addr(addr, 7);
	ok &= mvtap_mactable_add(t, addr, mvtap_test_owner(8), GFP_KERNEL) ==
	      -EADDRINUSE;
	for (i = 0; i < MVTAP_TEST_MACS; i++)
		ok &= mvtap_test_find(t, i, mvtap_test_owner(i));
	ok &= mvtap_test_find(t, MVTAP_TEST_MACS, NULL);
	for (i = 0; i < MVTAP_TEST_MACS; i++) {
		mvtap_test_addr(addr, i);
		mvtap_mactable_del(t, addr);
		ok &= mvtap_test_find(t, i, NULL);
	}
	return ok;
}

bool __init mvtap_mactable_selftest(void)
{
	/* Has a work item, which must not be on the stack. */
	static struct mvtap_mactable t __initdata;
	bool ok = false;

	if (!mvtap_mactable_init(&t)) {
		ok = mvtap_test_mactable(&t);
		mvtap_mactable_destroy(&t);
	}
	pr_info("mvtap: mactable self-test: %s\n", ok ? "pass" : "FAIL");
	return ok;
}
