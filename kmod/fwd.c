// SPDX-License-Identifier: GPL-2.0
/*
 * The tables of Documentation/modes.md. One letter a cell:
 *
 *	W wire   L link   H host   - no copy   C consume   X refuse
 *
 * A private link and its siblings never reach each other: neither directly,
 * nor through a switch that reflects. In-tree macvlan lets a reflected unicast
 * frame through.
 *
 * A group's frame with a link's source address is told from the link's own by
 * a bounded memory (echo.h). The rows MVTAP_RX_OWN hold when that memory has no
 * word of it: most likely another station shares the address, which the link
 * must hear; but it may be an echo that was forgotten, so that the rows never
 * cross a border that MVTAP_RX_ECHO does not cross.
 */
#include "fwd.h"

#define W MVTAP_TO_WIRE
#define L MVTAP_TO_LINK
#define H MVTAP_TO_HOST
#define N MVTAP_NO_COPY
#define C MVTAP_CONSUME
#define X MVTAP_REFUSE

static const u8 mvtap_unicast[MVTAP_SRCS][MVTAP_DSTS] = {
	/* link in mode private, vepa, bridge, passthru, source; host; host in
	 * reach of the sender; other
	 */
	[MVTAP_TX + MVTAP_PRIVATE] = { X, X, X, X, X, W, H, W },
	[MVTAP_TX + MVTAP_VEPA] = { W, W, W, W, W, W, W, W },
	[MVTAP_TX + MVTAP_BRIDGE] = { W, W, L, W, W, W, H, W },
	[MVTAP_TX + MVTAP_PASSTHRU] = { W, W, W, W, W, W, W, W },
	[MVTAP_TX + MVTAP_SOURCE] = { W, W, W, W, W, W, W, W },
	[MVTAP_HOST] = { L, W, L, W, W, W, W, W },
	[MVTAP_RX_OWN + MVTAP_PRIVATE] = { X, X, X, X, X, H, H, H },
	[MVTAP_RX_OWN + MVTAP_VEPA] = { X, L, L, L, H, H, H, H },
	[MVTAP_RX_OWN + MVTAP_BRIDGE] = { X, L, L, L, H, H, H, H },
	[MVTAP_RX_OWN + MVTAP_PASSTHRU] = { X, L, L, L, H, H, H, H },
	[MVTAP_RX_OWN + MVTAP_SOURCE] = { X, L, L, L, H, H, H, H },
	[MVTAP_RX_ECHO + MVTAP_PRIVATE] = { X, X, X, X, X, H, H, H },
	[MVTAP_RX_ECHO + MVTAP_VEPA] = { X, L, L, L, H, H, H, H },
	[MVTAP_RX_ECHO + MVTAP_BRIDGE] = { X, L, L, L, H, H, H, H },
	[MVTAP_RX_ECHO + MVTAP_PASSTHRU] = { X, L, L, L, H, H, H, H },
	[MVTAP_RX_ECHO + MVTAP_SOURCE] = { X, L, L, L, H, H, H, H },
	[MVTAP_RX_HOST_ECHO] = { L, L, L, L, H, H, H, H },
	[MVTAP_RX_OUTSIDE] = { L, L, L, L, H, H, H, H },
};

static const u8 mvtap_members[MVTAP_SRCS][MVTAP_MEMBERS] = {
	/* private, vepa, bridge, passthru, source; private, bridge with host
	 * reach; the link itself that has the source address
	 */
	[MVTAP_TX + MVTAP_PRIVATE] = { N, N, N, N, N, N, N, N },
	[MVTAP_TX + MVTAP_VEPA] = { N, N, N, N, N, N, N, N },
	[MVTAP_TX + MVTAP_BRIDGE] = { N, N, L, N, N, N, L, N },
	[MVTAP_TX + MVTAP_PASSTHRU] = { N, N, N, N, N, N, N, N },
	[MVTAP_TX + MVTAP_SOURCE] = { N, N, N, N, N, N, N, N },
	[MVTAP_HOST] = { N, N, N, N, N, L, L, N },
	[MVTAP_RX_OWN + MVTAP_PRIVATE] = { N, N, N, N, N, N, N, L },
	[MVTAP_RX_OWN + MVTAP_VEPA] = { N, L, L, N, N, N, L, L },
	[MVTAP_RX_OWN + MVTAP_BRIDGE] = { N, L, L, N, N, N, L, L },
	[MVTAP_RX_OWN + MVTAP_PASSTHRU] = { N, N, N, N, N, N, N, L },
	[MVTAP_RX_OWN + MVTAP_SOURCE] = { N, N, N, N, N, N, N, L },
	[MVTAP_RX_ECHO + MVTAP_PRIVATE] = { N, N, N, N, N, N, N, N },
	[MVTAP_RX_ECHO + MVTAP_VEPA] = { N, L, L, N, N, N, L, N },
	[MVTAP_RX_ECHO + MVTAP_BRIDGE] = { N, L, N, N, N, N, N, N },
	[MVTAP_RX_ECHO + MVTAP_PASSTHRU] = { N, N, N, N, N, N, N, N },
	[MVTAP_RX_ECHO + MVTAP_SOURCE] = { N, N, N, N, N, N, N, N },
	[MVTAP_RX_HOST_ECHO] = { L, L, L, L, N, N, N, N },
	[MVTAP_RX_OUTSIDE] = { L, L, L, L, N, L, L, N },
};

static const u8 mvtap_group[MVTAP_SRCS][2] = {
	/* the link with the source address is without, with host reach */
	[MVTAP_TX + MVTAP_PRIVATE] = { W, W },
	[MVTAP_TX + MVTAP_VEPA] = { W, W },
	[MVTAP_TX + MVTAP_BRIDGE] = { W, W },
	[MVTAP_TX + MVTAP_PASSTHRU] = { W, W },
	[MVTAP_TX + MVTAP_SOURCE] = { W, W },
	[MVTAP_HOST] = { W, W },
	[MVTAP_RX_OWN + MVTAP_PRIVATE] = { C, C },
	[MVTAP_RX_OWN + MVTAP_VEPA] = { H, H },
	[MVTAP_RX_OWN + MVTAP_BRIDGE] = { H, H },
	[MVTAP_RX_OWN + MVTAP_PASSTHRU] = { C, C },
	[MVTAP_RX_OWN + MVTAP_SOURCE] = { C, C },
	[MVTAP_RX_ECHO + MVTAP_PRIVATE] = { C, C },
	[MVTAP_RX_ECHO + MVTAP_VEPA] = { H, H },
	[MVTAP_RX_ECHO + MVTAP_BRIDGE] = { H, C },
	[MVTAP_RX_ECHO + MVTAP_PASSTHRU] = { C, C },
	[MVTAP_RX_ECHO + MVTAP_SOURCE] = { C, C },
	[MVTAP_RX_HOST_ECHO] = { H, H },
	[MVTAP_RX_OUTSIDE] = { H, H },
};

static const u8 mvtap_listed[MVTAP_SRCS] = {
	[MVTAP_TX + MVTAP_PRIVATE] = N,
	[MVTAP_TX + MVTAP_VEPA] = N,
	[MVTAP_TX + MVTAP_BRIDGE] = N,
	[MVTAP_TX + MVTAP_PASSTHRU] = N,
	[MVTAP_TX + MVTAP_SOURCE] = N,
	[MVTAP_HOST] = N,
	[MVTAP_RX_OWN + MVTAP_PRIVATE] = N,
	[MVTAP_RX_OWN + MVTAP_VEPA] = L,
	[MVTAP_RX_OWN + MVTAP_BRIDGE] = L,
	[MVTAP_RX_OWN + MVTAP_PASSTHRU] = L,
	[MVTAP_RX_OWN + MVTAP_SOURCE] = L,
	[MVTAP_RX_ECHO + MVTAP_PRIVATE] = N,
	[MVTAP_RX_ECHO + MVTAP_VEPA] = L,
	[MVTAP_RX_ECHO + MVTAP_BRIDGE] = L,
	[MVTAP_RX_ECHO + MVTAP_PASSTHRU] = L,
	[MVTAP_RX_ECHO + MVTAP_SOURCE] = L,
	[MVTAP_RX_HOST_ECHO] = L,
	[MVTAP_RX_OUTSIDE] = L,
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

enum mvtap_verdict mvtap_fwd_member(enum mvtap_src src,
				    enum mvtap_member member)
{
	return mvtap_members[src][member];
}

enum mvtap_verdict mvtap_fwd_group(enum mvtap_src src, bool reach)
{
	return mvtap_group[src][reach];
}

enum mvtap_verdict mvtap_fwd_listed(enum mvtap_src src)
{
	return mvtap_listed[src];
}

bool mvtap_fwd_copies(enum mvtap_src src)
{
	switch ((int)src) {
	case MVTAP_TX + MVTAP_BRIDGE:
		return true;
	case MVTAP_RX_ECHO + MVTAP_PRIVATE:
	case MVTAP_RX_ECHO + MVTAP_PASSTHRU:
	case MVTAP_RX_ECHO + MVTAP_SOURCE:
		return false;
	default:
		return src >= MVTAP_HOST;
	}
}

#ifdef MVTAP_SELFTEST
#include "selftest/fwd.c"
#endif
