// SPDX-License-Identifier: GPL-2.0
/*
 * The character device while memory fails: each single allocation in open,
 * ioctl, close and a change of the queue's length, once. See faultwalk.h.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fault.h"
#include "faultcmd.h"
#include "faultwalk.h"
#include "ktap.h"
#include "tapdev.h"

#define QUEUES 3
#define LINK "new mvtap x low 1 u32:4 ^ 1 0200000000aa;up x"

static int queue[QUEUES] = { -1, -1, -1 };

/* --- steps -------------------------------------------------------------- */

/* The node that the kernel made for link x. */
static int open_queue(int *fd)
{
	char path[32];

	snprintf(path, sizeof(path), "/dev/tap%u", if_nametoindex("x"));
	fault_begin();
	*fd = open(path, O_RDWR | O_CLOEXEC);
	fault_end();
	return *fd < 0 ? -errno : 0;
}

static int close_queue(int *fd)
{
	fault_begin();
	close(*fd);
	fault_end();
	*fd = -1;
	return 0;
}

static int faulty_ioctl(int fd, unsigned long cmd, unsigned long arg)
{
	int ret;

	fault_begin();
	ret = ioctl(fd, cmd, arg);
	fault_end();
	return ret < 0 ? -errno : 0;
}

static int set_flags(int fd, unsigned long cmd, long flags)
{
	struct ifreq ifr = { .ifr_flags = (short)flags };

	return faulty_ioctl(fd, cmd, (unsigned long)&ifr);
}

static int set_int(int fd, unsigned long cmd, long value)
{
	int v = (int)value;

	return faulty_ioctl(fd, cmd, (unsigned long)&v);
}

static int set_address(int fd, unsigned long cmd, long last)
{
	struct ifreq ifr = { .ifr_hwaddr = { .sa_family = ARPHRD_ETHER } };

	ifr.ifr_hwaddr.sa_data[0] = 2;
	ifr.ifr_hwaddr.sa_data[5] = (char)last;
	return faulty_ioctl(fd, cmd, (unsigned long)&ifr);
}

static int set_value(int fd, unsigned long cmd, long value)
{
	return faulty_ioctl(fd, cmd, (unsigned long)value);
}

/* "WORD QUEUE [VALUE]" */
static const struct {
	const char *word;
	int (*run)(int fd, unsigned long cmd, long value);
	unsigned long cmd;
} ioctls[] = {
	{ "iff", set_flags, TUNSETIFF }, { "queue", set_flags, TUNSETQUEUE },
	{ "offload", set_value, TUNSETOFFLOAD },
	{ "sndbuf", set_int, TUNSETSNDBUF }, { "header", set_int, TUNSETVNETHDRSZ },
	{ "address", set_address, SIOCSIFHWADDR },
};

static int own_step(const char *text)
{
	char verb[16] = "";
	int q = 0;
	long value = 0;
	size_t i;

	if (sscanf(text, "%15s %d %li", verb, &q, &value) < 2 || q < 0 || q >= QUEUES)
		return -EPROTO;
	if (!strcmp(verb, "open"))
		return open_queue(&queue[q]);
	if (!strcmp(verb, "close"))
		return close_queue(&queue[q]);
	for (i = 0; i < ARRAY_SIZE(ioctls); i++)
		if (!strcmp(verb, ioctls[i].word))
			return ioctls[i].run(queue[q], ioctls[i].cmd, value);
	return -EPROTO;
}

/* --- what can be seen of a queue ----------------------------------------- */

static void print_queue(FILE *to, int fd)
{
	struct ifreq ifr = { .ifr_flags = 0 };

	fprintf(to, "queue iff %d", tap_ioctl(fd, TUNGETIFF, (unsigned long)&ifr));
	fprintf(to, " %.16s %x", ifr.ifr_name, ifr.ifr_flags);
	fprintf(to, " header %d\n", tap_get_int(fd, TUNGETVNETHDRSZ));
}

static void own_state(FILE *to)
{
	int i;

	for (i = 0; i < QUEUES; i++)
		if (queue[i] >= 0)
			print_queue(to, queue[i]);
}

static int teardown(void **state)
{
	int i;

	for (i = 0; i < QUEUES; i++) {
		if (queue[i] >= 0)
			close(queue[i]);
		queue[i] = -1;
	}
	return fault_no_bed(state);
}

static const struct fault_case cases[] = {
	{ "open", LINK, "open 0", "close 0", NULL },
	{ "open one more", LINK ";open 0", "open 1", "close 1", NULL },
	{ "close", LINK ";open 0", "close 0", "open 0", NULL },
	{ "close the first of three", LINK ";open 0;open 1;open 2", "close 0",
	  "close 1;close 2;open 0;open 1;open 2", NULL },
	{ "flags", LINK ";open 0", "iff 0 0x1002", "iff 0 0x5002", NULL },
	{ "detach", LINK ";open 0;iff 0 0x5102;open 1;iff 1 0x5102", "queue 0 0x400",
	  "queue 0 0x200;queue 1 0x400;queue 1 0x200", NULL },
	{ "attach", LINK ";open 0;iff 0 0x5102;open 1;iff 1 0x5102;queue 1 0x400",
	  "queue 1 0x200", "queue 1 0x400", NULL },
	{ "offload", LINK ";open 0", "offload 0 7", "offload 0 0", NULL },
	{ "send buffer", LINK ";open 0", "sndbuf 0 100000", "sndbuf 0 2147483647", NULL },
	{ "header", LINK ";open 0", "header 0 12", "header 0 10", NULL },
	{ "address", LINK ";open 0", "address 0 0xdd", "address 0 0xaa", NULL },
	{ "queue length", LINK ";open 0;open 1", "set mvtap x ^ 13 u32:50",
	  "set mvtap x ^ 13 u32:500", NULL },
	{ "dump of queues", LINK ";open 0;open 1", "dump queues", NULL, NULL },
	{ "delete the link", LINK ";open 0", "del x", "close 0;" LINK ";open 0", NULL },
	{ "close without a link", LINK ";open 0;del x", "close 0", LINK ";open 0;del x", NULL },
};

int main(void)
{
	fault_own_step = own_step;
	fault_own_state = own_state;
	fault_own_teardown = teardown;
	return fault_main(cases, ARRAY_SIZE(cases));
}
