/* SPDX-License-Identifier: GPL-2.0 */
/* What on this host would break a VM: findings, and who looks for them. */
#ifndef MVTAP_DOCTOR_H
#define MVTAP_DOCTOR_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "link.h"

struct ethtool_counter;
struct stat;

enum severity { NOTE, WARNING, ERROR };

/**
 * struct finding - one thing that is not as it should be
 * @severity: a NOTE is no problem yet
 * @name: the link or device that has it, or "host"
 * @check: word for what was looked at
 * @what: is wrong
 * @why: it matters
 * @remedy: command that mends it, or what to do
 */
struct finding {
	enum severity severity;
	char name[IFNAMSIZ];
	const char *check;
	char what[256];
	const char *why;
	char remedy[256];
};

/** struct who - a user who is to run the VM */
struct who {
	char name[64];
	uid_t uid;
	gid_t groups[64];
	int count;
};

/**
 * struct subject - an interface of this namespace
 * @link: as it is
 * @as_link: it is one of ours, and to be looked at
 * @as_lower: it is to be looked at as a lower device
 * @lost: its own counters when we began
 * @lost_count: how many
 */
struct subject {
	struct link link;
	bool as_link;
	bool as_lower;
	struct ethtool_counter *lost;
	size_t lost_count;
};

struct doctor {
	struct subject *list;
	size_t count;
	struct finding *findings;
	size_t found;
	struct who who;
	bool probe;
	int wait;	/* milliseconds in which counters may grow */
};

/** doctor_find() - a new finding, still without what and remedy; never NULL */
struct finding *doctor_find(struct doctor *d, enum severity how, const char *name,
			    const char *check, const char *why);

void doctor_what(struct finding *f, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void doctor_remedy(struct finding *f, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/** doctor_lower() - the lower device of a link, NULL if it is not in this namespace */
struct subject *doctor_lower(const struct doctor *d, const struct link *l);

/** doctor_has_address() - whether the host has an IP address there that others can use */
bool doctor_has_address(const char *name);

/* Each looks at one part, and files what it finds. */
void doctor_module(struct doctor *d);
void doctor_vhost(struct doctor *d);
void doctor_device(struct doctor *d, const struct subject *lower);
void doctor_features(struct doctor *d, const struct subject *lower);
void doctor_switch(struct doctor *d, const struct subject *lower);
void doctor_link(struct doctor *d, const struct subject *s);
void doctor_node(struct doctor *d, const struct subject *s);
void doctor_arp(struct doctor *d, const struct subject *s);
void doctor_reach(struct doctor *d, const struct subject *s);

/** doctor_losses_before() - remember the counters of a link, for doctor_losses() */
void doctor_losses_before(struct subject *s);
void doctor_losses(struct doctor *d, const struct subject *s);

/** doctor_access() - file a finding if the user cannot use a node */
void doctor_access(struct doctor *d, const char *name, const char *check, const char *path,
		   const struct stat *st);

#endif
