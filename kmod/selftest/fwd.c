// SPDX-License-Identifier: GPL-2.0
/*
 * Every cell of the tables, written down a second time as the rules that
 * Documentation/modes.md states in words.
 */

static enum mvtap_verdict __init mvtap_expect_tx(enum mvtap_mode from,
						 enum mvtap_dst dst)
{
	bool to_link = dst < MVTAP_DST_HOST;

	if (from == MVTAP_PRIVATE && to_link)
		return MVTAP_REFUSE;
	if (from == MVTAP_BRIDGE && dst == MVTAP_DST_LINK + MVTAP_BRIDGE)
		return MVTAP_TO_LINK;
	return MVTAP_TO_WIRE;
}

static enum mvtap_verdict __init mvtap_expect_rx(bool own,
						 enum mvtap_mode from,
						 enum mvtap_dst dst)
{
	if (dst >= MVTAP_DST_HOST)
		return MVTAP_TO_HOST;
	if (own && (from == MVTAP_PRIVATE ||
		    dst == MVTAP_DST_LINK + MVTAP_PRIVATE))
		return MVTAP_REFUSE;
	if (dst == MVTAP_DST_LINK + MVTAP_SOURCE)
		return MVTAP_TO_HOST;
	return MVTAP_TO_LINK;
}

static enum mvtap_verdict __init mvtap_expect_unicast(enum mvtap_src src,
						      enum mvtap_dst dst)
{
	if (src < MVTAP_RX_OWN)
		return mvtap_expect_tx(src - MVTAP_TX, dst);
	if (src < MVTAP_RX_OUTSIDE)
		return mvtap_expect_rx(true, src - MVTAP_RX_OWN, dst);
	if (src == MVTAP_RX_OUTSIDE)
		return mvtap_expect_rx(false, 0, dst);
	return MVTAP_TO_WIRE;
}

static bool __init mvtap_expect_copy(enum mvtap_src src, enum mvtap_mode to,
				     bool self)
{
	bool shared = to == MVTAP_VEPA || to == MVTAP_BRIDGE;

	switch ((int)src) {
	case MVTAP_TX + MVTAP_BRIDGE:
		return !self && to == MVTAP_BRIDGE;
	case MVTAP_RX_OWN + MVTAP_VEPA:
		return !self && shared;
	case MVTAP_RX_OWN + MVTAP_BRIDGE:
		return self || shared;
	case MVTAP_RX_OWN + MVTAP_PRIVATE:
	case MVTAP_RX_OWN + MVTAP_PASSTHRU:
	case MVTAP_RX_OWN + MVTAP_SOURCE:
		return self;
	case MVTAP_RX_OUTSIDE:
		return !self && to != MVTAP_SOURCE;
	default:
		return false;
	}
}

static enum mvtap_verdict __init mvtap_expect_group(enum mvtap_src src)
{
	if (src < MVTAP_RX_OWN || src == MVTAP_HOST)
		return MVTAP_TO_WIRE;
	if (src == MVTAP_RX_OUTSIDE || src == MVTAP_RX_OWN + MVTAP_VEPA ||
	    src == MVTAP_RX_OWN + MVTAP_BRIDGE)
		return MVTAP_TO_HOST;
	return MVTAP_CONSUME;
}

static enum mvtap_verdict __init mvtap_expect_listed(enum mvtap_src src)
{
	bool wire = src >= MVTAP_RX_OWN && src != MVTAP_HOST;

	return wire && src != MVTAP_RX_OWN + MVTAP_PRIVATE ? MVTAP_TO_LINK :
							     MVTAP_NO_COPY;
}

static unsigned int __init mvtap_fwd_check_groups(enum mvtap_src src)
{
	bool any = false, copy;
	unsigned int bad = 0;
	int mode, self;

	for (mode = 0; mode < MVTAP_MODES; mode++) {
		for (self = 0; self < 2; self++) {
			copy = mvtap_fwd_member(src, mode, self) ==
			       MVTAP_TO_LINK;
			any |= copy;
			if (copy == mvtap_expect_copy(src, mode, self))
				continue;
			pr_err("mvtap: fwd: group, src %d, mode %d, self %d\n",
			       src, mode, self);
			bad++;
		}
	}
	if (any != mvtap_fwd_copies(src)) {
		pr_err("mvtap: fwd: copies, src %d\n", src);
		bad++;
	}
	if (mvtap_fwd_listed(src) != mvtap_expect_listed(src)) {
		pr_err("mvtap: fwd: listed, src %d\n", src);
		bad++;
	}
	if (mvtap_fwd_group(src) != mvtap_expect_group(src)) {
		pr_err("mvtap: fwd: group itself, src %d\n", src);
		bad++;
	}
	return bad;
}

bool __init mvtap_fwd_selftest(void)
{
	unsigned int bad = 0;
	int src, dst;

	for (src = 0; src < MVTAP_SRCS; src++) {
		for (dst = 0; dst < MVTAP_DSTS; dst++) {
			if (mvtap_fwd_unicast(src, dst) ==
			    mvtap_expect_unicast(src, dst))
				continue;
			pr_err("mvtap: fwd: unicast, src %d, dst %d\n", src,
			       dst);
			bad++;
		}
		bad += mvtap_fwd_check_groups(src);
	}
	pr_info("mvtap: fwd self-test: %s, %u bad cells\n",
		bad ? "FAIL" : "pass", bad);
	return !bad;
}
