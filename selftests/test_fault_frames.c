// SPDX-License-Identifier: GPL-2.0
/*
 * Frames while memory fails: each arrives once where it should, or is counted
 * as lost, and nothing else happens.
 *
 *	x (bridge, host reach), z (the same, with a queue) --.
 *	y (bridge), s (source, lists the wire)             --+-- low ===veth=== wire
 *
 * First one allocation after the other fails, in what the sender does itself;
 * then any, with some probability, wherever it is: also in interrupts and in
 * work items.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <linux/if_packet.h>

#include "fault.h"
#include "faultcmd.h"
#include "faultwalk.h"
#include "ktap.h"
#include "netcfg.h"
#include "tapdev.h"

#define SETUP \
	"new mvlan x low 1 u32:4 32 01 ^ 1 02000000000a;up x;" \
	"new mvtap z low 1 u32:4 32 01 ^ 1 02000000000b;up z;" \
	"new mvlan y low 1 u32:4 ^ 1 02000000000c;up y;" \
	"new mvlan s low 1 u32:16 3 u32:0 4 0200000000fe ^ 1 02000000000d;up s"

static const uint8_t mac_x[6] = { 2, 0, 0, 0, 0, 0xa }, mac_z[6] = { 2, 0, 0, 0, 0, 0xb },
		     mac_low[6] = { 2, 0, 0, 0, 0, 1 }, mac_wire_[6] = { 2, 0, 0, 0, 0, 0xfe };

/* The places: a device, and what it receives; and the queue of z. */
enum { X, Y, Z, S, LOW, WIRE, PLACES };
static const char *const names[PLACES] = { "x", "y", "z", "s", "low", "wire" };
static int fd[PLACES];		/* Z: the queue */

struct path {
	const char *name;
	int from;
	const uint8_t *dst, *src;
	unsigned int to;	/* set of places that get a copy */
};

#define IN(place) (1u << (place))
#define ALL (IN(X) | IN(Y) | IN(Z) | IN(S) | IN(LOW) | IN(WIRE))

/* The host, low, hears of links only what those with host reach send. */
static const struct path paths[] = {
	{ "link to wire", X, mac_wire_, mac_x, IN(WIRE) },
	{ "link to queue", X, mac_z, mac_x, IN(Z) },
	{ "link to host", X, mac_low, mac_x, IN(LOW) },
	{ "link to all", X, mac_broadcast, mac_x, ALL & ~(IN(X) | IN(S)) },
	{ "queue to wire", Z, mac_wire_, mac_z, IN(WIRE) },
	{ "queue to link", Z, mac_x, mac_z, IN(X) },
	{ "queue to all", Z, mac_broadcast, mac_z, ALL & ~(IN(Z) | IN(S)) },
	{ "host to link", LOW, mac_x, mac_low, IN(X) },
	{ "host to queue", LOW, mac_z, mac_low, IN(Z) },
	{ "host to all", LOW, mac_broadcast, mac_low, IN(X) | IN(Z) | IN(WIRE) },
	{ "wire to link and source link", WIRE, mac_x, mac_wire_, IN(X) | IN(S) },
	{ "wire to queue and source link", WIRE, mac_z, mac_wire_, IN(Z) | IN(S) },
	{ "wire to host and source link", WIRE, mac_low, mac_wire_, IN(LOW) | IN(S) },
	{ "wire to all", WIRE, mac_broadcast, mac_wire_, ALL & ~IN(WIRE) },
};

/* --- counting ------------------------------------------------------------ */

struct sums {
	unsigned int got[PLACES];
	unsigned int copies, lost;
};

static bool is_ours(const uint8_t *frame, ssize_t len)
{
	struct frame_view v;

	return len > 0 && frame_parse(frame, len, &v) && v.dport == 2000;
}

static unsigned int drain(int place)
{
	static uint8_t frame[FRAME_MAX];
	unsigned int n = 0;
	ssize_t len;

	do {
		if (place == Z)
			len = tap_recv(fd[Z], NULL, frame, sizeof(frame), 0);
		else
			len = wire_recv(fd[place], NULL, frame, sizeof(frame), 0);
		n += is_ours(frame, len);
	} while (len >= 0);
	return n;
}

/* What the socket could not take; reading it clears it. */
static unsigned int socket_lost(int place)
{
	struct tpacket_stats st = { 0 };
	socklen_t len = sizeof(st);

	if (place == Z || getsockopt(fd[place], SOL_PACKET, PACKET_STATISTICS, &st, &len))
		return 0;
	return st.tp_drops;
}

/* Since ever. Memory may lack for the question, too. */
static unsigned long device_lost(int place)
{
	struct rtnl_link_stats64 st;
	int i, err = -1;

	for (i = 0; i < 100 && err; i++)
		err = link_get_stats(names[place], &st);
	assert_int_equal(err, 0);
	return st.rx_dropped + st.tx_dropped;
}

static unsigned long all_lost(void)
{
	unsigned long n = 0;
	int i;

	for (i = 0; i < PLACES; i++)
		n += device_lost(i);
	return n;
}

/*
 * A socket of one protocol on the lower device is shown what a link gets from the
 * wire by a change of skb->dev: that is not the host's.
 */
static void collect(struct sums *sum, const struct path *p, unsigned long lost_before)
{
	unsigned int n;
	int i;

	sum->lost = all_lost() - lost_before;
	for (i = 0; i < PLACES; i++) {
		n = drain(i);
		if (i == LOW && p->from == WIRE && !(p->to & IN(LOW)))
			n = 0;
		sum->got[i] += n;
		sum->copies += n;
	}
}

/* Until so many have come or are lost, or nothing more happens. */
static void collect_all(struct sums *sum, const struct path *p, unsigned long lost_before,
			unsigned int want, int quiet)
{
	unsigned int sockets = 0, last = 0;
	int i, idle = 0;

	do {
		collect(sum, p, lost_before);
		for (i = 0; i < PLACES; i++)
			sockets += socket_lost(i);
		sum->lost += sockets;
		idle = sum->copies + sum->lost == last ? idle + 1 : 0;
		last = sum->copies + sum->lost;
		usleep(2000);
	} while (last < want && idle < quiet);
}

/* --- sending ------------------------------------------------------------- */

#define SEGMENTS 4
#define SEGMENT 1000

static int send_one(const struct path *p, bool gso)
{
	static uint8_t frame[FRAME_MAX];
	struct frame f = {
		.dst = p->dst, .src = p->src, .sport = 1000, .dport = 2000, .tcp = gso,
		.partial = gso, .payload = gso ? SEGMENTS * SEGMENT : 64,
	};
	struct virtio_net_hdr h = { 0 };
	size_t len = frame_build(frame, &f);
	ssize_t n;

	if (gso)
		frame_vnet(&f, SEGMENT, &h);
	fault_begin();
	n = tap_send(fd[p->from], &h, frame, len);
	fault_end();
	return n < 0 ? (int)n : 0;
}

static unsigned int copies_of(const struct path *p, bool gso)
{
	return gso ? SEGMENTS : (unsigned int)__builtin_popcount(p->to);
}

static void nobody_else(const struct path *p, const struct sums *sum, unsigned int each)
{
	int i;

	for (i = 0; i < PLACES; i++)
		ktap_assert(sum->got[i] <= (p->to & IN(i) ? each : 0), "%s: %s got %u", p->name,
			    names[i], sum->got[i]);
}

/*
 * Each copy arrived or was lost; or the frame was, before it was copied: then
 * it is counted once, or not at all if who sent it was told.
 */
static void judge(const struct path *p, const struct sums *sum, unsigned int k, int error)
{
	if (sum->copies + sum->lost == k)
		return;
	if (!sum->copies && sum->lost <= 1 && (error || sum->lost))
		return;
	fault_note_stack();
	ktap_fail("%s: %u of %u copies, %u lost, %s", p->name, sum->copies, k, sum->lost,
		  strerror(-error));
}

static unsigned int walked, failures, sent_all, lost_all;

static bool fail_one(const struct path *p, unsigned int n, bool gso)
{
	unsigned long before = all_lost();
	unsigned int k = copies_of(p, gso);
	struct sums sum = { 0 };
	bool ok;
	int ret;

	fault_arm(n);
	ret = send_one(p, gso);
	collect_all(&sum, p, before, k, ret ? 10 : 100);
	ok = fault_log_ok();
	nobody_else(p, &sum, gso ? SEGMENTS : 1);
	if (!fault_hit() && (ret || sum.copies != k))
		ktap_fail("%s: %u of %u, without a failure: %s", p->name, sum.copies, k, strerror(-ret));
	judge(p, &sum, k, ret);
	ktap_assert(ok, "%s, failure %u: the kernel complained", p->name, n);
	lost_all += sum.lost;
	return fault_hit();
}

static void walk(const struct path *p, bool gso)
{
	unsigned int n;

	for (n = 1; fail_one(p, n, gso); n++)
		;
	ktap_say("%s%s: %u failures", p->name, gso ? ", large" : "", n - 1);
	failures += n - 1;
	walked++;
}

/* --- the tests ----------------------------------------------------------- */

static int place_open(int place)
{
	struct sockaddr_ll ip = {
		.sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_IP),
		.sll_ifindex = (int)if_nametoindex(names[place]),
	};
	int s = wire_open(names[place]);

	/* Behind the receive handler of the lower device: what the host gets. */
	if (place == LOW && bind(s, (struct sockaddr *)&ip, sizeof(ip)))
		return -errno;
	return s;
}

static int frames_setup(void **state)
{
	int i;

	if (fault_bed(state))
		return -1;
	fault_steps(SETUP);
	for (i = 0; i < PLACES; i++) {
		fd[i] = i == Z ? tap_open("z", O_RDWR | O_NONBLOCK) : place_open(i);
		if (fd[i] < 0)
			return -1;
	}
	fault_debugfs_write("failslab/verbose", "2");
	ktap_deadline(600);
	return 0;
}

static int frames_teardown(void **state)
{
	int i;

	fault_debugfs_write("failslab/probability", "0");
	for (i = 0; i < PLACES; i++)
		close(fd[i]);
	return fault_no_bed(state);
}

static void each_allocation(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(paths); i++)
		walk(&paths[i], false);
}

/* A queue whose user takes no large frames: they are cut up on the way. */
static void each_allocation_large(void **state)
{
	(void)state;
	assert_int_equal(tap_ioctl(fd[Z], TUNSETOFFLOAD, 0), 0);
	walk(&paths[1], true);
	walk(&paths[8], true);
}

static void any_on_path(const struct path *p, unsigned int times)
{
	unsigned int i, ok = 0, bad = 0, k = copies_of(p, false);
	unsigned long before = all_lost();
	struct sums sum = { 0 };

	for (i = 0; i < times; i++) {
		if (send_one(p, false))
			bad++;
		else
			ok++;
		/* What waits in the queues stays below what they hold. */
		if (i % 32 == 31)
			collect(&sum, p, before);
	}
	fault_debugfs_write("failslab/probability", "0");
	collect_all(&sum, p, before, times * k, 50);
	fault_debugfs_write("failslab/probability", "10");
	nobody_else(p, &sum, times);
	sent_all += times;
	lost_all += sum.lost;
	if (sum.copies + sum.lost < ok * k || sum.copies + sum.lost > (ok + bad) * k)
		ktap_fail("%s: sent %u, refused %u, each to %u: %u copies, %u lost", p->name, ok, bad, k,
			  sum.copies, sum.lost);
}

static void any_allocation(void **state)
{
	size_t i;

	(void)state;
	fault_debugfs_write("failslab/verbose", "0");
	fault_debugfs_write("failslab/times", "-1");
	fault_debugfs_write("failslab/probability", "10");
	for (i = 0; i < ARRAY_SIZE(paths); i++)
		any_on_path(&paths[i], 300);
	fault_debugfs_write("failslab/probability", "0");
	assert_true(fault_log_ok());
	ktap_say("%u paths, %u single failures; %u frames while any may fail; %u frames or copies lost, all counted",
		 walked, failures, sent_all, lost_all);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(each_allocation, frames_setup, frames_teardown),
		cmocka_unit_test_setup_teardown(each_allocation_large, frames_setup, frames_teardown),
		cmocka_unit_test_setup_teardown(any_allocation, frames_setup, frames_teardown),
	};

	return fault_tests(tests, ARRAY_SIZE(tests));
}
