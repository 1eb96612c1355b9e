// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include "vhostbed.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ktap.h"
#include "netcfg.h"

int tap_a = -1, tap_b = -1, wire = -1;
struct vdrv drv_a, drv_b;

static uint8_t out[FRAME_MAX], in[FRAME_MAX];

/* The node comes with the module, which nothing but its node would load. */
int vhost_create(void)
{
	if (access("/dev/vhost-net", F_OK) && system("modprobe vhost_net"))
		fprintf(stderr, "no vhost_net module\n");
	return bed_create();
}

int vhost_setup(void **state)
{
	drv_a.vhost = -1;
	drv_b.vhost = -1;
	if (bed_add_links(state))
		return -1;
	tap_a = tap_open(BED_A, O_RDWR | O_NONBLOCK);
	tap_b = tap_open(BED_B, O_RDWR | O_NONBLOCK);
	wire = wire_open(BED_WIRE);
	return tap_a < 0 || tap_b < 0 || wire < 0 ? -1 : 0;
}

int vhost_teardown(void **state)
{
	vdrv_close(&drv_a);
	vdrv_close(&drv_b);
	close(tap_a);
	close(tap_b);
	close(wire);
	return bed_del_links(state);
}

static bool is_vhost_thread(const char *dir, const char *tid)
{
	char path[300], want[32], comm[32] = "";
	FILE *f;

	snprintf(want, sizeof(want), "vhost-%d\n", getpid());
	snprintf(path, sizeof(path), "%s/%s/comm", dir, tid);
	f = fopen(path, "r");
	if (!f)
		return false;
	if (!fgets(comm, sizeof(comm), f))
		comm[0] = '\0';
	fclose(f);
	return !strcmp(comm, want);
}

static int pin_threads_in(const char *dir)
{
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);
	struct dirent *e;
	int n = 0, tid;
	cpu_set_t set;
	DIR *d = opendir(dir);

	while (d && (e = readdir(d))) {
		tid = atoi(e->d_name);
		if (tid <= 0 || !is_vhost_thread(dir, e->d_name))
			continue;
		CPU_ZERO(&set);
		CPU_SET(tid % cpus, &set);
		n += !sched_setaffinity(tid, sizeof(set), &set);
	}
	if (d)
		closedir(d);
	return n;
}

/*
 * While somebody listens, frames reach another link through the backlog of the processor that
 * sent them. When the scheduler moves vhost's thread while ksoftirqd still has some, later ones
 * overtake them, with macvtap and veth as with us; so the thread stays where it is, and order can
 * be asked for on that way, too. It is a kernel thread on 6.1, and one of our own since 6.4.
 */
static void pin_vhost(void)
{
	int n = pin_threads_in("/proc/self/task");

	if (!n)
		n = pin_threads_in("/proc");
	ktap_assert(n > 0, "no thread vhost-%d to pin", getpid());
}

void start(struct vdrv *d, int tap, const struct vdrv_config *c)
{
	int ret = vdrv_open(d, c);

	ktap_assert(!ret, "vhost: %s", strerror(-ret));
	pin_vhost();
	ktap_assert(d->features & VDRV_VERSION_1 || !(c->want & VDRV_VERSION_1),
		    "vhost offers %#llx", (unsigned long long)d->offered);
	/*
	 * As QEMU does: vhost may batch, and frames that wait for a guest which
	 * does not look do not hold back the sender.
	 */
	assert_int_equal(tap_set_int(tap, TUNSETSNDBUF, INT_MAX), 0);
	ret = vdrv_attach(d, tap);
	ktap_assert(!ret, "vhost does not take our descriptor: %s", strerror(-ret));
}

void start_both(uint64_t want)
{
	struct vdrv_config c = {
		.want = want, .ring = RING, .rx_buf = SMALL_BUF, .tx_buf = SMALL_BUF,
	};

	start(&drv_a, tap_a, &c);
	start(&drv_b, tap_b, &c);
}

struct frame udp(const uint8_t *dst, const uint8_t *src, uint32_t seq, size_t payload)
{
	struct frame f = {
		.dst = dst, .src = src, .seq = seq, .payload = payload,
		.sport = 1000, .dport = 2000,
	};

	return f;
}

void drv_send(struct vdrv *d, const struct frame *f, uint16_t gso)
{
	struct virtio_net_hdr h;
	size_t len = frame_build(out, f);
	int ret;

	frame_vnet(f, gso, &h);
	ret = vdrv_send(d, &h, out, len, ARRIVE_MS);
	ktap_assert(!ret, "frame %u not sent: %s", f->seq, strerror(-ret));
}

static void expect_frame(const struct frame *f, ssize_t n)
{
	size_t len;

	ktap_assert(n > 0, "frame %u: %s", f->seq, strerror((int)-n));
	len = frame_build(out, f);
	ktap_assert(n == (ssize_t)len, "frame %u: %zd bytes of %zu", f->seq, n, len);
	ktap_assert(!memcmp(in, out, len), "frame %u: other content", f->seq);
}

static void expect_header(const struct frame *f, uint16_t gso, const struct virtio_net_hdr *h)
{
	struct virtio_net_hdr want;

	frame_vnet(f, gso, &want);
	assert_int_equal(h->gso_type, want.gso_type);
	assert_int_equal(h->gso_size, want.gso_size);
	assert_int_equal(h->flags, want.flags);
	assert_int_equal(h->csum_start, want.csum_start);
	assert_int_equal(h->csum_offset, want.csum_offset);
}

void drv_expect(struct vdrv *d, const struct frame *f, uint16_t gso)
{
	struct virtio_net_hdr_v1 h;
	ssize_t n = vdrv_recv(d, &h, in, sizeof(in), ARRIVE_MS);

	expect_frame(f, n);
	expect_header(f, gso, (struct virtio_net_hdr *)&h);
}

bool drv_quiet(struct vdrv *d)
{
	return !vdrv_wait(d, &d->rx, QUIET_MS);
}

void wire_put(const struct frame *f, uint16_t gso)
{
	struct virtio_net_hdr h;
	size_t len = frame_build(out, f);

	frame_vnet(f, gso, &h);
	assert_int_equal(wire_send(wire, &h, out, len), len + VNET_HLEN);
}

void wire_expect(const struct frame *f, uint16_t gso)
{
	struct virtio_net_hdr h;
	ssize_t n = wire_recv(wire, &h, in, sizeof(in), ARRIVE_MS);

	expect_frame(f, n);
	expect_header(f, gso, &h);
}

/* At most half a ring under way, so that nothing may be dropped. */
#define WINDOW (RING / 2)

#define FLOW_PAYLOAD 60
#define FLOW_MAX 256
#define IP_ID_AT 18	/* the low half of the stream number */

static bool flow_put(struct vdrv *d, const uint8_t *dst, const uint8_t *src, uint32_t seq)
{
	struct frame f = udp(dst, src, seq, FLOW_PAYLOAD);
	uint8_t buf[FLOW_MAX];
	int ret = vdrv_send(d, NULL, buf, frame_build(buf, &f), ARRIVE_MS);

	if (ret)
		ktap_note("frame %u not sent: %s", seq, strerror(-ret));
	return !ret;
}

static bool flow_get(struct vdrv *d, const uint8_t *dst, const uint8_t *src, uint32_t seq)
{
	struct frame f = udp(dst, src, seq, FLOW_PAYLOAD);
	uint8_t want[FLOW_MAX], got[FLOW_MAX];
	size_t len = frame_build(want, &f);
	ssize_t n = vdrv_recv(d, NULL, got, sizeof(got), ARRIVE_MS);

	if (n == (ssize_t)len && !memcmp(want, got, len))
		return true;
	if (n < 0)
		ktap_note("frame %u: %s", seq, strerror((int)-n));
	else if (n < (ssize_t)len)
		ktap_note("not frame %u but %zd bytes", seq, n);
	else
		ktap_note("not frame %u but %zd bytes, of frame %u if it is one of ours", seq, n,
			  got[IP_ID_AT] << 8 | got[IP_ID_AT + 1]);
	return false;
}

bool try_flow(struct vdrv *from, struct vdrv *to, const uint8_t *dst, const uint8_t *src,
	      uint32_t seq, unsigned int n)
{
	unsigned int sent = 0, seen = 0;

	while (seen < n) {
		while (sent < n && sent - seen < WINDOW)
			if (!flow_put(from, dst, src, seq + sent++))
				return false;
		if (!flow_get(to, dst, src, seq + seen++))
			return false;
	}
	return true;
}

void flow(struct vdrv *from, struct vdrv *to, const uint8_t *dst, const uint8_t *src,
	  uint32_t seq, unsigned int n)
{
	assert_true(try_flow(from, to, dst, src, seq, n));
}

#define PUMP_ROUND 50

static bool pump_round(struct pump *p, uint32_t seq)
{
	unsigned int i;

	if (p->to)
		return try_flow(p->from, p->to, p->dst, p->src, seq, PUMP_ROUND);
	for (i = 0; i < PUMP_ROUND; i++)
		if (!flow_put(p->from, p->dst, p->src, seq + i))
			return false;
	return true;
}

static void *pump_main(void *arg)
{
	struct pump *p = arg;
	uint32_t seq;

	for (seq = 0; !p->stop; seq += PUMP_ROUND) {
		if (!pump_round(p, seq)) {
			p->broken = true;
			break;
		}
		p->rounds++;
	}
	return NULL;
}

void pump_start(struct pump *p, struct vdrv *from, struct vdrv *to, const uint8_t *dst,
		const uint8_t *src)
{
	memset(p, 0, sizeof(*p));
	p->from = from;
	p->to = to;
	p->dst = dst;
	p->src = src;
	assert_int_equal(pthread_create(&p->thread, NULL, pump_main, p), 0);
}

bool pump_runs(struct pump *p, unsigned int n)
{
	unsigned int until = p->rounds + n, ms;

	for (ms = 0; p->rounds < until; ms++) {
		if (p->broken || ms > ARRIVE_MS)
			return false;
		usleep(1000);
	}
	return true;
}

bool pump_stop(struct pump *p)
{
	p->stop = true;
	pthread_join(p->thread, NULL);
	return !p->broken;
}
