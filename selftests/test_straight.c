// SPDX-License-Identifier: GPL-2.0
/*
 * Frames go from link to link, and from the wire to a link, straight into the
 * ring of the receiver, unless somebody in the core waits for them on the way:
 * then that one gets them, as from any other device.
 *
 *	drv_a -- vhost -- beda --.
 *	                         +-- bedl ===veth=== bedw (packet socket)
 *	drv_b -- vhost -- bedb --'
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/if_link.h>
#include <linux/if_packet.h>

#include "ktap.h"
#include "netcfg.h"
#include "vhostbed.h"

#define MODERN (VDRV_VERSION_1 | VDRV_MRG_RXBUF)
#define FRAMES 100
/* Longer than frames keep to the core's way after the last one who listened. */
#define DETOUR_US 300000

/* Frames that the core has received, on any device, since the machine started. */
static unsigned long received(void)
{
	unsigned long sum = 0, n;
	FILE *f = fopen("/proc/net/softnet_stat", "r");

	assert_non_null(f);
	while (fscanf(f, "%lx %*[^\n]", &n) == 1)
		sum += n;
	fclose(f);
	return sum;
}

static void a_to_b(void)
{
	static uint32_t seq = 1;

	flow(&drv_a, &drv_b, mac_b, mac_a, seq, FRAMES);
	seq += FRAMES;
}

/* The machine is not ours alone: a few frames are somebody else's. */
static void assert_straight(void)
{
	unsigned long before;

	usleep(DETOUR_US);
	before = received();
	a_to_b();
	assert_in_range(received() - before, 0, FRAMES / 2);
}

static void link_to_link(void **state)
{
	(void)state;
	start_both(MODERN);
	assert_straight();
}

/* The lower device has received it, which is once; the core's way is twice. */
static void wire_to_link(void **state)
{
	struct frame f;
	unsigned long before;
	int i;

	(void)state;
	start_both(MODERN);
	before = received();
	for (i = 0; i < FRAMES; i++) {
		f = udp(mac_a, mac_wire, i, 100);
		wire_put(&f, 0);
		drv_expect(&drv_a, &f, 0);
	}
	assert_in_range(received() - before, FRAMES, FRAMES + FRAMES / 2);
}

static void run_or_skip(const char *command)
{
	char quiet[512];

	snprintf(quiet, sizeof(quiet), "{ %s; } >/dev/null 2>&1", command);
	if (system(quiet))
		ktap_skip("not here: %s", command);
}

/* --- who looks ----------------------------------------------------------- */

/* @dev NULL: at all devices of the namespace */
static int listen_on(const char *dev)
{
	struct sockaddr_ll addr = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(ETH_P_ALL),
		.sll_ifindex = dev ? (int)if_nametoindex(dev) : 0,
	};
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	int room = 1 << 20;

	assert_true(fd >= 0);
	assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room)), 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&addr, sizeof(addr)), 0);
	return fd;
}

/* Frames from A to B among what a socket has got. */
static unsigned int seen_by(int fd)
{
	uint8_t buf[FRAME_MAX];
	unsigned int n = 0;
	ssize_t len;

	while ((len = recv(fd, buf, sizeof(buf), 0)) > 0)
		n += len > ETH_HLEN && !memcmp(buf, mac_b, 6) && !memcmp(buf + 6, mac_a, 6);
	return n;
}

static void check_listener(const char *dev, unsigned int times)
{
	int fd;

	start_both(MODERN);
	a_to_b();
	fd = listen_on(dev);
	a_to_b();
	assert_int_equal(seen_by(fd), times * FRAMES);
	close(fd);
	assert_straight();
}

static void listener_at_sender(void **state)
{
	(void)state;
	check_listener(BED_A, 1);
}

static void listener_at_receiver(void **state)
{
	(void)state;
	check_listener(BED_B, 1);
}

static void listener_at_lower_device(void **state)
{
	(void)state;
	check_listener(BED_LOWER, 1);
}

/* It leaves A, passes the lower device, and arrives at B. */
static void listener_everywhere(void **state)
{
	(void)state;
	check_listener(NULL, 3);
}

/* Frames that the core still has are not overtaken by those behind them. */
static void check_order(void)
{
	struct pump p;
	int i, fd;

	pump_start(&p, &drv_a, &drv_b, mac_b, mac_a);
	for (i = 0; i < 20; i++) {
		fd = listen_on(i % 2 ? BED_B : BED_A);
		assert_true(pump_runs(&p, 1));
		close(fd);
		assert_true(pump_runs(&p, 1));
	}
	assert_true(pump_stop(&p));
}

static void listener_comes_and_goes(void **state)
{
	(void)state;
	start_both(MODERN);
	check_order();
}

/*
 * Frames that came to B's device by another way than ours do not count as if the
 * core had given back what it has of ours.
 */
static void listener_after_others(void **state)
{
	uint8_t buf[FRAME_MAX];
	struct frame f;
	int i, fd;

	(void)state;
	start_both(MODERN);
	run_or_skip("modprobe -q -a sch_ingress cls_matchall act_mirred dummy; "
		    "ip link add straight0 type dummy && ip link set straight0 up && "
		    "tc qdisc add dev straight0 clsact && tc filter add dev straight0 egress "
		    "matchall action mirred ingress redirect dev " BED_B);
	fd = listen_on("straight0");
	for (i = 0; i < FRAMES; i++) {
		f = udp(mac_b, mac_wire, i, 100);
		assert_true(send(fd, buf, frame_build(buf, &f), 0) > 0);
		drv_expect(&drv_b, &f, 0);
	}
	close(fd);
	assert_int_equal(system("ip link del straight0"), 0);
	check_order();
}

/* --- who takes ------------------------------------------------------------ */

/* What comes between A and B drops everything, until it is gone. */
static void check_taken(void)
{
	struct frame f;
	int i;

	for (i = 0; i < FRAMES; i++) {
		f = udp(mac_b, mac_a, i, 100);
		drv_send(&drv_a, &f, 0);
	}
	assert_true(drv_quiet(&drv_b));
}

static void check_hook(const char *on, const char *off)
{
	start_both(MODERN);
	a_to_b();
	run_or_skip(on);
	check_taken();
	assert_int_equal(system(off), 0);
	assert_straight();
}

#define CLSACT(dev, way) \
	"modprobe -q -a sch_ingress cls_matchall act_gact; tc qdisc add dev " dev " clsact && " \
	"tc filter add dev " dev " " way " matchall action drop", "tc qdisc del dev " dev " clsact"
#define NFT(dev, way) \
	"modprobe -q nf_tables; nft 'table netdev straight { chain c { type filter hook " way \
	" device \"" dev "\" priority 0; policy drop; }; }'", "nft delete table netdev straight"

static void tc_at_sender(void **state)
{
	(void)state;
	check_hook(CLSACT(BED_A, "egress"));
}

static void tc_at_receiver(void **state)
{
	(void)state;
	check_hook(CLSACT(BED_B, "ingress"));
}

static void nft_at_sender(void **state)
{
	(void)state;
	check_hook(NFT(BED_A, "egress"));
}

static void nft_at_receiver(void **state)
{
	(void)state;
	check_hook(NFT(BED_B, "ingress"));
}

static void qdisc_at_sender(void **state)
{
	(void)state;
	check_hook("modprobe -q sch_netem; tc qdisc add dev " BED_A " root netem loss 100%",
		   "tc qdisc del dev " BED_A " root");
}

/* --- XDP ------------------------------------------------------------------ */

static int bpf(int cmd, union bpf_attr *attr)
{
	return syscall(SYS_bpf, cmd, attr, sizeof(*attr));
}

static int xdp_drop_program(void)
{
	struct bpf_insn insns[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0, .imm = XDP_DROP },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	union bpf_attr attr = {
		.prog_type = BPF_PROG_TYPE_XDP,
		.insns = (uintptr_t)insns,
		.insn_cnt = ARRAY_SIZE(insns),
		.license = (uintptr_t)"GPL",
	};

	return bpf(BPF_PROG_LOAD, &attr);
}

static void xdp_at_receiver(void **state)
{
	union bpf_attr attr = {
		.link_create = { .attach_type = BPF_XDP, .flags = XDP_FLAGS_SKB_MODE },
	};
	int prog = xdp_drop_program(), link;

	(void)state;
	if (prog < 0)
		ktap_skip("no BPF here: %s", strerror(errno));
	start_both(MODERN);
	a_to_b();
	attr.link_create.prog_fd = prog;
	attr.link_create.target_ifindex = if_nametoindex(BED_B);
	link = bpf(BPF_LINK_CREATE, &attr);
	assert_true(link >= 0);
	check_taken();
	close(link);
	close(prog);
	assert_straight();
}

/* --- VLAN ----------------------------------------------------------------- */

/* A guest's own tag: the frame arrives as it was sent. */
static void tag_passes(void **state)
{
	uint8_t sent[128] = { 0 }, got[256];
	static const uint8_t tag[] = { 0x81, 0x00, 0x00, 0x05, 0x88, 0xb5 };
	ssize_t n;

	(void)state;
	start_both(MODERN);
	memcpy(sent, mac_b, 6);
	memcpy(sent + 6, mac_a, 6);
	memcpy(sent + 12, tag, sizeof(tag));
	assert_int_equal(vdrv_send(&drv_a, NULL, sent, sizeof(sent), ARRIVE_MS), 0);
	n = vdrv_recv(&drv_b, NULL, got, sizeof(got), ARRIVE_MS);
	assert_int_equal(n, sizeof(sent));
	assert_memory_equal(got, sent, sizeof(sent));
}

/* The host's own device for a tag gets what carries it, and the guest does not. */
static void tag_for_vlan_device(void **state)
{
	uint8_t sent[128] = { 0 };
	static const uint8_t tag[] = { 0x81, 0x00, 0x00, 0x05, 0x88, 0xb5 };

	(void)state;
	start_both(MODERN);
	run_or_skip("modprobe -q 8021q; ip link add straight5 link " BED_B " type vlan id 5 && "
		    "ip link set straight5 up");
	memcpy(sent, mac_b, 6);
	memcpy(sent + 6, mac_a, 6);
	memcpy(sent + 12, tag, sizeof(tag));
	assert_int_equal(vdrv_send(&drv_a, NULL, sent, sizeof(sent), ARRIVE_MS), 0);
	assert_true(drv_quiet(&drv_b));
	a_to_b();
	assert_int_equal(system("ip link del straight5"), 0);
}

#define T(f) cmocka_unit_test_setup_teardown(f, vhost_setup, vhost_teardown)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		T(link_to_link), T(wire_to_link), T(listener_at_sender), T(listener_at_receiver),
		T(listener_at_lower_device), T(listener_everywhere), T(listener_comes_and_goes),
		T(listener_after_others), T(tc_at_sender), T(tc_at_receiver), T(nft_at_sender),
		T(nft_at_receiver), T(qdisc_at_sender), T(xdp_at_receiver), T(tag_passes),
		T(tag_for_vlan_device),
	};

	if (vhost_create())
		return KTAP_FAIL;
	return ktap_run(tests, ARRAY_SIZE(tests));
}
