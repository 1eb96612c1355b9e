// SPDX-License-Identifier: GPL-2.0

static struct mvtap_source mvtap_test_src __initdata;
static struct mvtap_source_list mvtap_test_lists[2] __initdata;

static const u8 mvtap_test_addr[3][ETH_ALEN] __initconst = {
	{ 2, 0, 0, 0, 0, 1 }, { 2, 0, 0, 0, 0, 2 }, { 2, 0, 0, 0, 0, 3 },
};

/* Owners are the pointers 8 and 16; @arg sums up whom the walk visits. */
static void __init mvtap_test_sum(struct mvtap_dev *link, void *arg)
{
	*(unsigned long *)arg += (unsigned long)link;
}

static bool __init mvtap_test_listed(int addr, unsigned long expected)
{
	unsigned long sum = 0;

	rcu_read_lock();
	mvtap_source_walk(&mvtap_test_src, mvtap_test_addr[addr],
			  mvtap_test_sum, &sum);
	rcu_read_unlock();
	return sum == expected;
}

/* @arg collects the last bytes of the addresses, as bits. */
static int __init mvtap_test_collect(const u8 *addr, void *arg)
{
	*(u32 *)arg |= BIT(addr[ETH_ALEN - 1]);
	return 0;
}

static bool __init mvtap_test_reads(struct mvtap_source_list *list,
				    u32 expected)
{
	u32 seen = 0;

	return !mvtap_source_read(list, mvtap_test_collect, &seen) &&
	       seen == expected && list->count == hweight32(expected);
}

static bool __init mvtap_test_source_set(struct mvtap_source *src,
					 struct mvtap_source_list *list)
{
	bool ok = true;

	/* From { 1, 2 } to { 2, 3 }: first in vain. */
	ok &= !mvtap_source_stage(src, list, mvtap_test_addr[1]);
	ok &= !mvtap_source_stage(src, list, mvtap_test_addr[2]);
	ok &= mvtap_test_reads(list, 0x6) && mvtap_test_listed(2, 0);
	mvtap_source_abort(src, list);
	ok &= mvtap_test_reads(list, 0x6) && mvtap_test_listed(1, 24);

	ok &= !mvtap_source_stage(src, list, mvtap_test_addr[1]);
	ok &= !mvtap_source_stage(src, list, mvtap_test_addr[2]);
	ok &= !mvtap_source_stage(src, list, mvtap_test_addr[2]);
	ok &= mvtap_test_listed(0, 8) && mvtap_test_listed(1, 24);
	mvtap_source_commit(src, list);
	ok &= mvtap_test_reads(list, 0xc) && mvtap_test_listed(0, 0);
	ok &= mvtap_test_listed(1, 24) && mvtap_test_listed(2, 8);
	return ok;
}

static bool __init mvtap_test_source_full(struct mvtap_source *src,
					  struct mvtap_source_list *list)
{
	u8 addr[ETH_ALEN] = { 2 };
	bool ok = true;
	u32 i;

	mvtap_source_flush(src, list);
	for (i = 0; i < MVTAP_SOURCE_MAX; i++) {
		addr[4] = i >> 8;
		addr[5] = i;
		ok &= !mvtap_source_stage(src, list, addr);
	}
	addr[4] = i >> 8;
	addr[5] = i;
	ok &= mvtap_source_stage(src, list, addr) == -E2BIG;
	mvtap_source_commit(src, list);
	ok &= mvtap_source_add(src, list, addr) == -E2BIG;
	ok &= list->count == MVTAP_SOURCE_MAX;
	mvtap_source_flush(src, list);
	return ok && !list->count;
}

static bool __init mvtap_test_source(struct mvtap_source *src)
{
	struct mvtap_source_list *list = mvtap_test_lists;
	bool ok = !mvtap_source_any(src);

	mvtap_source_list_init(&list[0], (struct mvtap_dev *)8);
	mvtap_source_list_init(&list[1], (struct mvtap_dev *)16);
	ok &= !mvtap_source_add(src, &list[0], mvtap_test_addr[0]);
	ok &= !mvtap_source_add(src, &list[0], mvtap_test_addr[1]);
	ok &= !mvtap_source_add(src, &list[0], mvtap_test_addr[1]);
	ok &= !mvtap_source_add(src, &list[1], mvtap_test_addr[1]);
	ok &= mvtap_source_any(src);
	ok &= mvtap_test_listed(0, 8) && mvtap_test_listed(1, 24);
	ok &= mvtap_test_source_set(src, &list[0]);
	mvtap_source_del(src, &list[0], mvtap_test_addr[1]);
	mvtap_source_del(src, &list[0], mvtap_test_addr[0]);
	ok &= mvtap_test_reads(&list[0], 0x8) && mvtap_test_listed(1, 16);
	ok &= mvtap_test_source_full(src, &list[0]);
	mvtap_source_flush(src, &list[1]);
	return ok && !mvtap_source_any(src);
}

bool __init mvtap_source_selftest(void)
{
	bool ok = false;

	if (!mvtap_source_init(&mvtap_test_src)) {
		rtnl_lock();
		ok = mvtap_test_source(&mvtap_test_src);
		rtnl_unlock();
		mvtap_source_destroy(&mvtap_test_src);
	}
	pr_info("mvtap: source self-test: %s\n", ok ? "pass" : "FAIL");
	return ok;
}
