// SPDX-License-Identifier: GPL-2.0
/*
 * The tables of Documentation/modes.md. One letter a cell:
 *
 *	W wire   L link   H host   - no copy   C consume   X refuse
 *
 * A private link and its siblings never reach each other: neither directly,
 * nor through a switch that reflects. In-tree macvlan lets a reflected unicast
 * frame through.
 */
#include "fwd.h"

#define W MVTAP_TO_WIRE
#define L MVTAP_TO_LINK
#define H MVTAP_TO_HOST
#define N MVTAP_NO_COPY
#define C MVTAP_CONSUME
#define X MVTAP_REFUSE

static const u8 mvtap_unicast[MVTAP_SRCS][MVTAP_DSTS] = {
	/* link in mode private, vepa, bridge, passthru, source; host; other */
	[MVTAP_TX + MVTAP_PRIVATE] = { X, X, X, X, X, W, W },
	[MVTAP_TX + MVTAP_VEPA] = { W, W, W, W, W, W, W },
	[MVTAP_TX + MVTAP_BRIDGE] = { W, W, L, W, W, W, W },
	[MVTAP_TX + MVTAP_PASSTHRU] = { W, W, W, W, W, W, W },
	[MVTAP_TX + MVTAP_SOURCE] = { W, W, W, W, W, W, W },
	[MVTAP_RX_OWN + MVTAP_PRIVATE] = { X, X, X, X, X, H, H },
	[MVTAP_RX_OWN + MVTAP_VEPA] = { X, L, L, L, H, H, H },
	[MVTAP_RX_OWN + MVTAP_BRIDGE] = { X, L, L, L, H, H, H },
	[MVTAP_RX_OWN + MVTAP_PASSTHRU] = { X, L, L, L, H, H, H },
	[MVTAP_RX_OWN + MVTAP_SOURCE] = { X, L, L, L, H, H, H },
	[MVTAP_RX_OUTSIDE] = { L, L, L, L, H, H, H },
	[MVTAP_HOST] = { W, W, W, W, W, W, W },
};

/* Columns: private, vepa, bridge, passthru, source; then the link itself whose
 * address is the source address, whatever its mode.
 */
static const u8 mvtap_member[MVTAP_SRCS][MVTAP_MODES + 1] = {
	[MVTAP_TX + MVTAP_PRIVATE] = { N, N, N, N, N, N },
	[MVTAP_TX + MVTAP_VEPA] = { N, N, N, N, N, N },
	[MVTAP_TX + MVTAP_BRIDGE] = { N, N, L, N, N, N },
	[MVTAP_TX + MVTAP_PASSTHRU] = { N, N, N, N, N, N },
	[MVTAP_TX + MVTAP_SOURCE] = { N, N, N, N, N, N },
	[MVTAP_RX_OWN + MVTAP_PRIVATE] = { N, N, N, N, N, L },
	[MVTAP_RX_OWN + MVTAP_VEPA] = { N, L, L, N, N, N },
	[MVTAP_RX_OWN + MVTAP_BRIDGE] = { N, L, L, N, N, L },
	[MVTAP_RX_OWN + MVTAP_PASSTHRU] = { N, N, N, N, N, L },
	[MVTAP_RX_OWN + MVTAP_SOURCE] = { N, N, N, N, N, L },
	[MVTAP_RX_OUTSIDE] = { L, L, L, L, N, N },
	[MVTAP_HOST] = { N, N, N, N, N, N },
};

static const u8 mvtap_group[MVTAP_SRCS] = {
	[MVTAP_TX + MVTAP_PRIVATE] = W,
	[MVTAP_TX + MVTAP_VEPA] = W,
	[MVTAP_TX + MVTAP_BRIDGE] = W,
	[MVTAP_TX + MVTAP_PASSTHRU] = W,
	[MVTAP_TX + MVTAP_SOURCE] = W,
	[MVTAP_RX_OWN + MVTAP_PRIVATE] = C,
	[MVTAP_RX_OWN + MVTAP_VEPA] = H,
	[MVTAP_RX_OWN + MVTAP_BRIDGE] = H,
	[MVTAP_RX_OWN + MVTAP_PASSTHRU] = C,
	[MVTAP_RX_OWN + MVTAP_SOURCE] = C,
	[MVTAP_RX_OUTSIDE] = H,
	[MVTAP_HOST] = W,
};

static const u8 mvtap_listed[MVTAP_SRCS] = {
	[MVTAP_TX + MVTAP_PRIVATE] = N,
	[MVTAP_TX + MVTAP_VEPA] = N,
	[MVTAP_TX + MVTAP_BRIDGE] = N,
	[MVTAP_TX + MVTAP_PASSTHRU] = N,
	[MVTAP_TX + MVTAP_SOURCE] = N,
	[MVTAP_RX_OWN + MVTAP_PRIVATE] = N,
	[MVTAP_RX_OWN + MVTAP_VEPA] = L,
	[MVTAP_RX_OWN + MVTAP_BRIDGE] = L,
	[MVTAP_RX_OWN + MVTAP_PASSTHRU] = L,
	[MVTAP_RX_OWN + MVTAP_SOURCE] = L,
	[MVTAP_RX_OUTSIDE] = L,
	[MVTAP_HOST] = N,
};

#undef W
#undef L
#undef H
#undef N
#undef C
#undef X

enum mvtap_verdict mvtap_fwd_unicast(enum mvtap_src src, enum mvtap_dst dst)
{
	return mvtap_unicast[src][dst];
}

enum mvtap_verdict mvtap_fwd_member(enum mvtap_src src, enum mvtap_mode mode,
				    bool self)
{
	return mvtap_member[src][self ? MVTAP_MODES : mode];
}

enum mvtap_verdict mvtap_fwd_group(enum mvtap_src src)
{
	return mvtap_group[src];
}

enum mvtap_verdict mvtap_fwd_listed(enum mvtap_src src)
{
	return mvtap_listed[src];
}

bool mvtap_fwd_copies(enum mvtap_src src)
{
	return src >= MVTAP_RX_OWN ? src != MVTAP_HOST
				   : src == MVTAP_TX + MVTAP_BRIDGE;
}

#ifdef MVTAP_SELFTEST
#include "selftest/fwd.c"
#endif
