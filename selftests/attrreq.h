/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Netlink requests written as text, right or wrong. A request is a list of
 * "NUMBER VALUE" pairs, the attributes of IFLA_INFO_DATA. VALUE is one of
 *
 *	u16:N u32:N	a number
 *	020000000001	bytes; "-" is none
 *	[ ... ]		a nest of such pairs
 *	N*VALUE		inside of a nest: N of them, counted up in the last two bytes
 *
 * and between pairs may stand
 *
 *	!		the next attribute is what the kernel should complain about
 *	^		the next attribute stands outside IFLA_LINKINFO
 *	;		another IFLA_INFO_DATA begins
 *	raw:BYTES	bytes that are no attribute
 */
#ifndef MVTAP_SELFTESTS_ATTRREQ_H
#define MVTAP_SELFTESTS_ATTRREQ_H

#include <stdbool.h>
#include <stdint.h>

#define ATTRREQ_SIZE 131072

/* Which of several wrong attributes the kernel is to name is its choice. */
#define ATTRREQ_WRONG 4

#define ATTRREQ_NO_LINK (~0u)

struct attrreq {
	uint32_t buf[ATTRREQ_SIZE / sizeof(uint32_t)];
	uint32_t wrong[ATTRREQ_WRONG];	/* offsets of the attributes marked so */
	int n_wrong;
};

struct attranswer {
	int error;		/* positive; 0: it was done */
	char text[256];		/* the kernel's message, or "" */
	uint32_t offset;	/* where the kernel says the error is, 0: nowhere */
};

/*
 * Make link @name of @kind on lower device @link (ATTRREQ_NO_LINK: none is
 * named), or with @link == 0 change link @name. -1: @text is not of the above
 * form.
 */
int attrreq_build(struct attrreq *req, const char *name, const char *kind,
		  unsigned int link, const char *text);

/* One attribute; @text is VALUE of the above form. */
struct nlmsghdr;
void attrreq_put_value(struct nlmsghdr *nlh, uint16_t type, const char *text);

/*
 * At @buf: add to or take from the addresses of device @index, which stay until
 * then. The request wants its NDA_LLADDR yet.
 */
struct nlmsghdr *attrreq_begin_fdb(void *buf, bool add, int index);

/* Send it. -errno if there was no answer. */
int attrreq_send(struct attrreq *req, struct attranswer *answer);

/*
 * All that the kernel says of all links, one after the other, without the
 * counters: for comparing. The number of bytes, or -errno.
 */
long attrreq_dump(void *to, unsigned long size);

#endif
