/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A kernel for unit tests: it stands below libmnl's socket functions, knows a
 * few links, and takes attributes one after the other as rtnetlink does. The
 * device node, vhost-net and exec are also here.
 */
#ifndef FAKE_KERNEL_H
#define FAKE_KERNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FAKE_LOWER_INDEX 3	/* of "eth0" */
#define FAKE_ARGS 16

struct fake_link {
	char name[16];
	int ifindex;
	char kind[16];
	uint32_t mode;
	uint16_t flags;
	uint32_t bcqueuelen;
	int32_t bccutoff;
	uint32_t mtu;
	unsigned char mac[6];
	uint32_t lower;
	bool up;
	int netnsid;	/* of the lower device, -1: here */
};

struct fake {
	struct fake_link link[8];
	int count;
	bool echo;		/* answers NLM_F_ECHO, as 6.12 does */
	int disturbed;		/* that many dumps are marked as disturbed */
	int requests;		/* seen so far */
	int news;		/* RTM_NEWLINK among them */
	bool vnet, multi;	/* of the last tap_open() */
	int opened;		/* how many queues and vhosts are */
	char *exec[FAKE_ARGS];	/* arguments of the last exec */
	int exec_errno;
	const void *canned;	/* answers to everything, if not NULL */
	size_t canned_len;
};

extern struct fake fake;

/** fake_reset() - "eth0" is 3; vm0 is an mvtap link on it, lan0 an mvlan, d0 a dummy */
void fake_reset(void);

struct fake_link *fake_find(const char *name);

int mvtap_main(int argc, char **argv);

#endif
