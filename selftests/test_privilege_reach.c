// SPDX-License-Identifier: GPL-2.0
/*
 * What root of a container sees and hears of others, and whom his frames reach: dumps,
 * events, frames. Who is who is in privbed.h.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <libmnl/libmnl.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>

#include "ktap.h"
#include "netcfg.h"
#include "privbed.h"
#include "tapdev.h"

/* --- sight -------------------------------------------------------------- */

static uint8_t seen[1 << 18];
static size_t seen_len;

/* All that a dump says, as bytes. */
static long dump(uint16_t type, uint8_t family, size_t header)
{
	struct mnl_socket *nl = mnl_socket_open(NETLINK_ROUTE);
	static uint8_t buf[1 << 16];
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	uint8_t *at;
	int n, ret = 1;

	nlh->nlmsg_type = type;
	nlh->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	at = mnl_nlmsg_put_extra_header(nlh, header);
	at[0] = family;
	if (type == RTM_GETSTATS)
		((struct if_stats_msg *)at)->filter_mask = 0x1f;
	if (!nl || mnl_socket_bind(nl, 0, 0) || mnl_socket_sendto(nl, nlh, nlh->nlmsg_len) < 0)
		return -errno;
	while (ret > 0) {
		n = mnl_socket_recvfrom(nl, buf, sizeof(buf));
		if (n < 0 || seen_len + n > sizeof(seen))
			return -ENOSPC;
		memcpy(seen + seen_len, buf, n);
		seen_len += n;
		ret = mnl_cb_run(buf, n, 0, 0, NULL, NULL);
	}
	mnl_socket_close(nl);
	return ret;
}

static long look_around(const void *arg)
{
	(void)arg;
	seen_len = 0;
	return dump(RTM_GETLINK, AF_UNSPEC, sizeof(struct ifinfomsg)) ?:
	       dump(RTM_GETNEIGH, PF_BRIDGE, sizeof(struct ndmsg)) ?:
	       dump(RTM_GETSTATS, AF_UNSPEC, sizeof(struct if_stats_msg)) ?:
	       dump(RTM_GETNSID, AF_UNSPEC, sizeof(struct rtgenmsg));
}

struct thing {
	const char *name;
	const void *bytes;
	size_t len;
};

static long sees(const void *arg)
{
	const struct thing *thing = arg;

	return !!memmem(seen, seen_len, thing->bytes, thing->len);
}

static const struct thing others[] = {
	{ "the lower device's name", BED_LOWER, sizeof(BED_LOWER) },
	{ "the wire's name", BED_WIRE, sizeof(BED_WIRE) },
	{ "a sibling's name", SIB, sizeof(SIB) },
	{ "the other sibling's name", SIBT, sizeof(SIBT) },
	{ "the lower device's address", mac_lower, 6 },
	{ "a sibling's address", mac_sib, 6 },
	{ "the other sibling's address", mac_sibt, 6 },
};

static void nothing_of_others(void **state)
{
	static const struct thing mine = { "its own", mac_own, 6 };
	size_t i;

	(void)state;
	assert_int_equal(priv_ask(PRIV_CONTAINER, look_around, NULL), 0);
	assert_int_equal(priv_ask(PRIV_OWN, look_around, NULL), 0);
	assert_int_equal(priv_ask(PRIV_CONTAINER, sees, &mine), 1);
	assert_int_equal(priv_ask(PRIV_OWN, sees, &mine), 0);
	for (i = 0; i < ARRAY_SIZE(others); i++) {
		ktap_assert(priv_ask(PRIV_CONTAINER, sees, &others[i]) == 0,
			    "the container sees %s", others[i].name);
		ktap_assert(priv_ask(PRIV_OWN, sees, &others[i]) == 0,
			    "the own namespace sees %s", others[i].name);
	}
}

/* Netlink of all namespaces that have a number here, and uevents. */
static int ears[2];

static long listen_up(const void *arg)
{
	struct sockaddr_nl all = { .nl_family = AF_NETLINK, .nl_groups = ~0u };
	static const int protocols[2] = { NETLINK_ROUTE, NETLINK_KOBJECT_UEVENT };
	int i, one = 1;

	(void)arg;
	for (i = 0; i < 2; i++) {
		ears[i] = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, protocols[i]);
		if (ears[i] < 0 || bind(ears[i], (struct sockaddr *)&all, sizeof(all)))
			return -errno;
		setsockopt(ears[i], SOL_NETLINK, NETLINK_LISTEN_ALL_NSID, &one, sizeof(one));
	}
	return 0;
}

static long heard(const void *arg)
{
	static uint8_t buf[1 << 16];
	long n = 0;
	int i;

	(void)arg;
	for (i = 0; i < 2; i++)
		while (recv(ears[i], buf, sizeof(buf), 0) > 0)
			n++;
	return n;
}

static long change_mtu(const void *arg)
{
	(void)arg;
	return priv_set(OWN, priv_kind(), "^ 4 u32:1400") ?:
	       priv_set(OWN, priv_kind(), "^ 4 u32:1500");
}

static void no_events_of_others(void **state)
{
	struct link_spec spec = { .name = "t9", .lower = BED_LOWER, .mode = MACVLAN_MODE_BRIDGE };

	(void)state;
	assert_int_equal(priv_ask(PRIV_CONTAINER, listen_up, NULL), 0);
	priv_settle();
	priv_ask(PRIV_CONTAINER, heard, NULL);
	assert_int_equal(link_add(&spec), 0);
	assert_int_equal(link_up("t9"), 0);
	assert_int_equal(priv_set(SIB, priv_kind(), "^ 4 u32:1400"), 0);
	assert_int_equal(priv_set(SIB, priv_kind(), "^ 4 u32:1500"), 0);
	assert_int_equal(priv_set("t9", netcfg_tap_kind(), "38 u32:65534"), 0);
	assert_int_equal(link_del("t9"), 0);
	usleep(300000);
	assert_int_equal(priv_ask(PRIV_CONTAINER, heard, NULL), 0);
	assert_int_equal(priv_ask(PRIV_CONTAINER, change_mtu, NULL), 0);
	assert_true(priv_ask(PRIV_CONTAINER, heard, NULL) > 0);
}

/* --- frames ------------------------------------------------------------- */

struct sent {
	const char *name, *from;
	const uint8_t *dst, *src;
	int sib, host, wire;
};

static long send_one(const void *arg)
{
	const struct sent *s = arg;
	uint8_t frame[256];
	int fd = priv_packets(s->from);
	size_t n = probe_build(frame, s->dst, s->src, 1);
	long ret = fd < 0 ? fd : send(fd, frame, n, 0) < 0 ? -errno : 0;

	close(fd);
	return ret;
}

static void whom_frames_reach(void **state)
{
	static const uint8_t group[6] = { 1, 0, 0x5e, 0, 0, 1 }, zero[6];
	static const uint8_t free_mac[6] = { 2, 0, 0, 0, 0, 9 };
	/* own: private, may send from any address. ownt: bridge, spoofcheck. */
	static const struct sent rows[] = {
		{ "private to a sibling", OWN, mac_sib, mac_own, 0, 0, 0 },
		{ "private to the other", OWN, mac_sibt, mac_own, 0, 0, 0 },
		{ "private to the host", OWN, mac_lower, mac_own, 0, 0, 1 },
		{ "private to all", OWN, mac_broadcast, mac_own, 0, 0, 1 },
		{ "private to a group", OWN, group, mac_own, 0, 0, 1 },
		{ "private to a sibling, as the host", OWN, mac_sib, mac_lower, 0, 0, 0 },
		{ "private to all, as a sibling", OWN, mac_broadcast, mac_sib, 0, 0, 1 },
		{ "bridge to a sibling", OWNT, mac_sib, mac_ownt, 1, 0, 0 },
		{ "bridge to the host", OWNT, mac_lower, mac_ownt, 0, 0, 1 },
		{ "to a sibling, as the host", OWNT, mac_sib, mac_lower, 0, 0, 0 },
		{ "to a sibling, as another", OWNT, mac_sib, mac_sibt, 0, 0, 0 },
		{ "to a sibling, as nobody", OWNT, mac_sib, free_mac, 0, 0, 0 },
		{ "to all, as the host", OWNT, mac_broadcast, mac_lower, 0, 0, 0 },
		{ "to the wire, as a sibling", OWNT, mac_wire, mac_sib, 0, 0, 0 },
		{ "to the wire, from a group", OWNT, mac_wire, group, 0, 0, 0 },
		{ "to the wire, from zero", OWNT, mac_wire, zero, 0, 0, 0 },
		{ "to the wire, from all", OWNT, mac_wire, mac_broadcast, 0, 0, 0 },
	};
	int sib = priv_packets(SIB), host = priv_packets(BED_LOWER), wire = priv_packets(BED_WIRE);
	bool good = true;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct sent *s = &rows[i];
		int w, n, h;

		assert_int_equal(priv_ask(PRIV_CONTAINER, send_one, s), 0);
		n = priv_count(sib, QUIET_MS);
		w = priv_count(wire, 5);
		h = priv_count(host, 5);
		if (n == s->sib && w == s->wire && h == s->host)
			continue;
		ktap_note("%s: want %d %d %d, got %d %d %d at sibling, host, wire", s->name, s->sib,
			  s->host, s->wire, n, h, w);
		good = false;
	}
	close(sib);
	close(host);
	close(wire);
	assert_true(good);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_of_others),
		cmocka_unit_test(no_events_of_others),
		cmocka_unit_test(whom_frames_reach),
	};
	const char *why;

	if (netcfg_in_tree())
		return ktap_skip_all("in-tree macvlan has no spoofcheck");
	if (priv_create(&why))
		return why ? ktap_skip_all("%s", why) : KTAP_FAIL;
	return ktap_run(tests, ARRAY_SIZE(tests));
}
