// SPDX-License-Identifier: GPL-2.0

#define MVTAP_TEST_SUBS (MVTAP_MCAST_FRONT_MAX + 2)

struct mvtap_test_walk {
	u32 seen;	/* one bit a subscriber */
	u32 twice;
};

static struct mvtap_mcast_sub mvtap_test_subs[MVTAP_TEST_SUBS] __initdata;

/* Subscriber i is owned by a pointer that says i. */
static bool __init mvtap_test_visit(struct mvtap_dev *link, void *arg)
{
	struct mvtap_test_walk *walk = arg;
	u32 bit = BIT(((unsigned long)link - 8) / 8);

	walk->twice |= walk->seen & bit;
	walk->seen |= bit;
	return true;
}

static bool __init mvtap_test_members(struct mvtap_mcast *mc, const u8 *addr,
				      u32 expected)
{
	struct mvtap_test_walk walk = {};
	bool more, as_many;

	rcu_read_lock();
	mvtap_mcast_walk(mc, addr, MVTAP_MCAST_BOTH, mvtap_test_visit, &walk);
	more = mvtap_mcast_wanted_by_more(mc, addr, MVTAP_MCAST_BOTH,
					  hweight32(expected));
	as_many = !expected ||
		  mvtap_mcast_wanted_by_more(mc, addr, MVTAP_MCAST_BOTH,
					     hweight32(expected) - 1);
	rcu_read_unlock();
	return walk.seen == expected && !walk.twice && !more && as_many;
}

/* Is @part of the receivers of a group as @expected? */
static bool __init mvtap_test_part(struct mvtap_mcast *mc, const u8 *addr,
				   enum mvtap_mcast_part part, u32 expected)
{
	struct mvtap_test_walk walk = {};

	rcu_read_lock();
	mvtap_mcast_walk(mc, addr, BIT(part), mvtap_test_visit, &walk);
	rcu_read_unlock();
	return walk.seen == expected && !walk.twice;
}

/* Two are too many for the first part, until others leave it. */
static bool __init mvtap_test_parts(struct mvtap_mcast *mc, const u8 *addr)
{
	static const u8 ff[ETH_ALEN] __initconst = { 255, 255, 255, 255, 255,
						     255 };
	struct mvtap_mcast_sub *sub = mvtap_test_subs;
	struct mvtap_mcast_sub *last = &sub[MVTAP_TEST_SUBS - 1];
	u32 rest = 3u << MVTAP_MCAST_FRONT_MAX;
	bool ok = true;

	ok &= mvtap_test_part(mc, ff, MVTAP_MCAST_REST, rest);
	ok &= mvtap_test_part(mc, ff, MVTAP_MCAST_FRONT, rest / 3 - 1);
	ok &= !mvtap_mcast_join(mc, &sub[0], addr);
	ok &= !mvtap_mcast_join(mc, last, addr);
	ok &= mvtap_test_part(mc, addr, MVTAP_MCAST_FRONT, 1);
	ok &= mvtap_test_part(mc, addr, MVTAP_MCAST_REST, rest / 3 * 2);
	mvtap_mcast_leave(mc, last, addr);
	mvtap_mcast_leave(mc, &sub[0], addr);
	mvtap_mcast_detach(mc, &sub[0]);
	mvtap_mcast_detach(mc, last);
	mvtap_mcast_strike(mc, &sub[0]);
	mvtap_mcast_strike(mc, last);
	mvtap_mcast_enrol(mc, last, true);
	mvtap_mcast_enrol(mc, &sub[0], true);
	mvtap_mcast_attach(mc, last);
	mvtap_mcast_attach(mc, &sub[0]);
	ok &= mvtap_test_part(mc, ff, MVTAP_MCAST_REST, rest / 3 | 1);
	return ok;
}

static bool __init mvtap_test_mcast(struct mvtap_mcast *mc)
{
	static const u8 a[ETH_ALEN] __initconst = { 1, 0, 0x5e, 0, 0, 1 };
	static const u8 b[ETH_ALEN] __initconst = { 1, 0, 0x5e, 0, 0, 2 };
	static const u8 ff[ETH_ALEN] __initconst = { 255, 255, 255, 255, 255,
						     255 };
	struct mvtap_mcast_sub *sub = mvtap_test_subs;
	bool ok = true;
	int i;

	ok &= mvtap_mcast_join(mc, &sub[0], a) == -ENETDOWN;
	for (i = 0; i < MVTAP_TEST_SUBS; i++) {
		sub[i].owner = (struct mvtap_dev *)(unsigned long)(8 * i + 8);
		mvtap_mcast_enrol(mc, &sub[i], true);
		mvtap_mcast_attach(mc, &sub[i]);
	}
	ok &= mvtap_test_members(mc, ff, BIT(MVTAP_TEST_SUBS) - 1);
	ok &= mvtap_test_parts(mc, a);
	ok &= mvtap_test_members(mc, a, 0);
	for (i = 0; i < 4; i++)
		ok &= !mvtap_mcast_join(mc, &sub[i], a);
	ok &= !mvtap_mcast_join(mc, &sub[5], b);
	ok &= mvtap_test_members(mc, a, 0x0f);
	ok &= mvtap_test_members(mc, b, 0x20);
	mvtap_mcast_set_all(mc, &sub[0], true);
	mvtap_mcast_set_all(mc, &sub[7], true);
	ok &= mvtap_test_members(mc, a, 0x8f);
	ok &= mvtap_test_members(mc, b, 0xa1);
	mvtap_mcast_set_all(mc, &sub[0], false);
	ok &= mvtap_test_members(mc, b, 0xa0);
	mvtap_mcast_leave(mc, &sub[2], a);
	ok &= mvtap_test_members(mc, a, 0x8b);
	mvtap_mcast_leave(mc, &sub[0], a);
	mvtap_mcast_leave(mc, &sub[1], a);
	mvtap_mcast_leave(mc, &sub[3], a);
	mvtap_mcast_leave(mc, &sub[5], b);
	ok &= mvtap_test_members(mc, a, 0x80);
	for (i = 0; i < MVTAP_TEST_SUBS; i++) {
		mvtap_mcast_detach(mc, &sub[i]);
		mvtap_mcast_strike(mc, &sub[i]);
	}
	ok &= !mc->front;
	ok &= mvtap_test_members(mc, a, 0) && mvtap_test_members(mc, ff, 0);
	return ok;
}

bool __init mvtap_mcast_selftest(void)
{
	/* Has a work item, which must not be on the stack. */
	static struct mvtap_mcast mc __initdata;
	bool ok = false;

	if (!mvtap_mcast_init(&mc)) {
		ok = mvtap_test_mcast(&mc);
		mvtap_mcast_destroy(&mc);
	}
	pr_info("mvtap: mcast self-test: %s\n", ok ? "pass" : "FAIL");
	return ok;
}
