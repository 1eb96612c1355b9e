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
#define FAKE_SOURCES 4		/* more do not fit on a source list */
#define FAKE_FILES 32

struct pollfd;

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
	unsigned char source[FAKE_SOURCES][6];
	int sources;
	unsigned char fdb[4][6];
	int fdbs;
	int queues;		/* the second one is detached */
	uint32_t backlog;	/* of the first; there is room for 500 */
	uint32_t txqlen;
	bool no_carrier;
	uint8_t host, spoofcheck, stack, carrier;
	uint32_t maxmacs, owner, group, perm;
	bool collides;		/* another link's node has the name of its node */
	unsigned short type;	/* ARPHRD_... */
	uint32_t master;
	char slave_kind[16];
	uint64_t rx_packets;
	uint64_t lost;		/* its first ethtool counter */
};

struct fake_file {
	const char *path;
	const char *text;	/* NULL: it can be found, not read */
	unsigned int mode, uid, gid;
	unsigned long rdev;
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
	struct fake_file file[FAKE_FILES];
	int files;
	struct ifaddrs *addrs;	/* of the host */
	bool reflects;		/* what a probe would find */
	const char *off;	/* features that are off, between commas */
	/* fake_events.c: called by poll() with the number of the call */
	void (*step)(int n, struct pollfd *pfd);
	int steps;
	struct fake_event {
		struct fake_link link;
		bool gone;
	} event[8];
	int events;
	bool overrun;		/* before the next event is read */
	const void *canned;	/* answers to everything, if not NULL */
	size_t canned_len;
};

extern struct fake fake;

/** fake_reset() - "eth0" is 3; vm0 is an mvtap link on it, lan0 an mvlan, d0 a dummy */
void fake_reset(void);

struct fake_link *fake_find(const char *name);

/** fake_add() - one more interface on nothing; answers where */
struct fake_link *fake_add(const char *name, const char *kind);

/** fake_put() - put a file in place, or another one in its place; @text may be NULL */
struct fake_file *fake_put(const char *path, const char *text);

/** fake_event() - tell about a link as it is now, or @gone */
void fake_event(const char *name, bool gone);

/** fake_message() - RTM_NEWLINK or the like, as an event has it; its length */
size_t fake_message(void *buf, int type, const struct fake_link *l);

/** fake_gone() - take a file away */
void fake_gone(const char *path);

/* fake_source.c: the parts of requests about addresses; errno and, in @why, the reason. */
struct nlattr;
struct nlmsghdr;
int fake_take_source(const struct nlattr *data, struct fake_link *l, const char **why);
int fake_take_neigh(const struct nlmsghdr *req, struct fake_link *l, const char **why);
void fake_put_source(struct nlmsghdr *nlh, const struct fake_link *l);

/* fake_own.c: our own attributes */
void fake_put_own(struct nlmsghdr *nlh, const struct fake_link *l);
int fake_take_own(const struct nlattr *a, struct fake_link *l, const char **why);

/** fake_no_host() - the attribute that asks for host reach in a mode without */
const struct nlattr *fake_no_host(const struct nlattr *data, const struct fake_link *l);

int mvtap_main(int argc, char **argv);

#endif
