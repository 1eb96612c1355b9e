// SPDX-License-Identifier: GPL-2.0
/*
 * Every cell of the tables, written down a second time as the rules that
 * Documentation/modes.md states in words.
 */

static enum mvtap_verdict __init mvtap_expect_tx(enum mvtap_mode from,
						 enum mvtap_dst dst)
{
	bool isolated = from == MVTAP_PRIVATE;

	if (isolated && dst < MVTAP_DST_HOST)
		return MVTAP_REFUSE;
	if (from == MVTAP_BRIDGE && dst == MVTAP_DST_LINK + MVTAP_BRIDGE)
		return MVTAP_TO_LINK;
	if ((isolated || from == MVTAP_BRIDGE) && dst == MVTAP_DST_HOST_REACH)
		return MVTAP_TO_HOST;
	return MVTAP_TO_WIRE;
}

static enum mvtap_verdict __init mvtap_expect_host(enum mvtap_dst dst)
{
	return dst == MVTAP_DST_LINK + MVTAP_PRIVATE ||
	       dst == MVTAP_DST_LINK + MVTAP_BRIDGE ? MVTAP_TO_LINK :
						      MVTAP_TO_WIRE;
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
	if (src < MVTAP_HOST)
		return mvtap_expect_tx(src - MVTAP_TX, dst);
	if (src == MVTAP_HOST)
		return mvtap_expect_host(dst);
	if (src < MVTAP_RX_ECHO)
		return mvtap_expect_rx(true, src - MVTAP_RX_OWN, dst);
	if (src < MVTAP_RX_HOST_ECHO)
		return mvtap_expect_rx(true, src - MVTAP_RX_ECHO, dst);
	return mvtap_expect_rx(false, 0, dst);
}

static bool __init mvtap_expect_copy(enum mvtap_src src, enum mvtap_mode to,
				     bool reach, bool self)
{
	bool shared = to == MVTAP_VEPA || to == MVTAP_BRIDGE;

	switch ((int)src) {
	case MVTAP_TX + MVTAP_BRIDGE:
		return !self && to == MVTAP_BRIDGE;
	case MVTAP_HOST:
		return !self && reach &&
		       (to == MVTAP_BRIDGE || to == MVTAP_PRIVATE);
	case MVTAP_RX_OWN + MVTAP_VEPA:
	case MVTAP_RX_OWN + MVTAP_BRIDGE:
		return self || shared;
	case MVTAP_RX_OWN + MVTAP_PRIVATE:
	case MVTAP_RX_OWN + MVTAP_PASSTHRU:
	case MVTAP_RX_OWN + MVTAP_SOURCE:
		return self;
	case MVTAP_RX_ECHO + MVTAP_VEPA:
		return !self && shared;
	case MVTAP_RX_ECHO + MVTAP_BRIDGE:
		return !self && to == MVTAP_VEPA;
	case MVTAP_RX_HOST_ECHO:
		if (reach && (to == MVTAP_BRIDGE || to == MVTAP_PRIVATE))
			return false;
		fallthrough;
	case MVTAP_RX_OUTSIDE:
		return !self && to != MVTAP_SOURCE;
	default:
		return false;
	}
}

static enum mvtap_verdict __init mvtap_expect_group(enum mvtap_src src,
						    bool reach)
{
	if (!mvtap_src_is_wire(src))
		return MVTAP_TO_WIRE;
	switch ((int)src) {
	case MVTAP_RX_ECHO + MVTAP_BRIDGE:
		return reach ? MVTAP_CONSUME : MVTAP_TO_HOST;
	case MVTAP_RX_OWN + MVTAP_VEPA:
	case MVTAP_RX_OWN + MVTAP_BRIDGE:
	case MVTAP_RX_ECHO + MVTAP_VEPA:
	case MVTAP_RX_HOST_ECHO:
	case MVTAP_RX_OUTSIDE:
		return MVTAP_TO_HOST;
	default:
		return MVTAP_CONSUME;
	}
}

static enum mvtap_verdict __init mvtap_expect_listed(enum mvtap_src src)
{
	return mvtap_src_is_wire(src) &&
	       src != MVTAP_RX_OWN + MVTAP_PRIVATE &&
	       src != MVTAP_RX_ECHO + MVTAP_PRIVATE ? MVTAP_TO_LINK :
						      MVTAP_NO_COPY;
}

/* @what: bit 0 is host reach, bit 1 "self". Return: a copy is made. */
static bool __init mvtap_fwd_check_member(enum mvtap_src src,
					  enum mvtap_mode mode, int what,
					  unsigned int *bad)
{
	bool reach = what & 1, self = what & 2;
	bool copy = mvtap_fwd_member(src, mvtap_member(mode, reach, self)) ==
		    MVTAP_TO_LINK;

	if (copy != mvtap_expect_copy(src, mode, reach, self)) {
		pr_err("mvtap: fwd: group, src %d, mode %d, reach %d, self %d\n",
		       src, mode, reach, self);
		++*bad;
	}
	return copy;
}

static unsigned int __init mvtap_fwd_check_groups(enum mvtap_src src)
{
	unsigned int bad = 0;
	bool any = false;
	int mode, what;

	for (mode = 0; mode < MVTAP_MODES; mode++)
		for (what = 0; what < 4; what++)
			any |= mvtap_fwd_check_member(src, mode, what, &bad);
	if (any != mvtap_fwd_copies(src)) {
		pr_err("mvtap: fwd: copies, src %d\n", src);
		bad++;
	}
	if (mvtap_fwd_listed(src) != mvtap_expect_listed(src)) {
		pr_err("mvtap: fwd: listed, src %d\n", src);
		bad++;
	}
	for (what = 0; what < 2; what++) {
		if (mvtap_fwd_group(src, what) == mvtap_expect_group(src, what))
			continue;
		pr_err("mvtap: fwd: group itself, src %d, reach %d\n", src,
		       what);
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
