/* SPDX-License-Identifier: GPL-2.0 */
/* Between link.c, link_read.c (attributes) and link_req.c (requests) only. */
#ifndef MVTAP_LINK_MSG_H
#define MVTAP_LINK_MSG_H

#include "link.h"
#include "nl.h"

enum place { IN_HEADER, IN_MESSAGE, IN_INFO, IN_DATA };

/**
 * struct link_form - how a key looks in a message
 * @place: where its attribute is
 * @size: of the payload, at least
 * @put: adds the attribute
 * @get: reads it; NULL where link_read.c does that in its own way
 */
struct link_form {
	enum place place;
	size_t size;
	void (*put)(struct nlmsghdr *nlh, unsigned short attr, const struct value *v);
	void (*get)(const struct nlattr *attr, struct value *v);
};

/**
 * link_msg_begin() - start a request about a link
 * @buf: NL_REQUEST_SIZE bytes
 * @ifindex: the link, or 0 if there is a name or it is about all
 * @name: may be NULL
 */
struct nlmsghdr *link_msg_begin(char *buf, int type, int flags, int ifindex,
				const char *name);

/** link_msg_conf() - add @conf; @kind is that of the link if @conf does not say it */
void link_msg_conf(struct nlmsghdr *nlh, const struct link_conf *conf,
		   const struct value *kind);

/** link_msg_parse() - read RTM_NEWLINK; false if it makes no sense */
bool link_msg_parse(const struct nlmsghdr *nlh, struct link *l);

/** link_msg_key_at() - the key whose attribute is @offset bytes into a request */
const char *link_msg_key_at(const struct nlmsghdr *nlh, unsigned int offset);

#endif
