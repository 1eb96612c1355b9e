/* SPDX-License-Identifier: GPL-2.0 */
/* Between the files link*.c only: messages and their attributes. */
#ifndef MVTAP_LINK_MSG_H
#define MVTAP_LINK_MSG_H

#include "link.h"
#include "nl.h"

#define DUMP_TRIES 10	/* a dump that is disturbed is begun anew */

struct link_request {
	char buf[NL_REQUEST_SIZE];
	struct nlmsghdr *nlh;
	struct nl_fate fate;
};

enum place { IN_HEADER, IN_MESSAGE, IN_INFO, IN_DATA };

/**
 * struct link_form - how a key looks in a message
 * @place: where its attribute is
 * @size: of the payload, at least
 * @put: adds the attribute; two keys can share one
 * @get: reads it; NULL where link_read.c does that in its own way
 */
struct link_form {
	enum place place;
	size_t size;
	void (*put)(struct nlmsghdr *nlh, const struct link_key *k,
		    const struct link_conf *conf);
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

/** link_msg_conf() - add @conf, which has to say the kind */
void link_msg_conf(struct nlmsghdr *nlh, const struct link_conf *conf);

/** link_msg_parse() - read RTM_NEWLINK or RTM_DELLINK; false if it makes no sense */
bool link_msg_parse(const struct nlmsghdr *nlh, struct link *l);

/** link_msg_key_at() - the key whose attribute is @offset bytes into a request */
const char *link_msg_key_at(const struct nlmsghdr *nlh, unsigned int offset);

/** link_msg_u32() - read a number; false if the attribute is too short */
bool link_msg_u32(const struct nlattr *attr, uint32_t *num);

/** link_refused() - print why the kernel refused a request; returns MVTAP_REFUSED */
int link_refused(const char *cmd, const char *name, const struct nlmsghdr *nlh,
		 const struct nl_fate *fate);

/** link_talk() - send a request, and print what the kernel says to it */
int link_talk(const char *cmd, const char *name, struct link_request *r,
	      mnl_cb_t cb, void *arg);

/** link_macs_add() - add the address in @attr; MNL_CB_OK or, without memory, MNL_CB_ERROR */
int link_macs_add(struct mac_list *m, const struct nlattr *attr);

#endif
