// SPDX-License-Identifier: GPL-2.0
/* Changing a link: all keys, or none. */
#include <errno.h>
#include <linux/rtnetlink.h>
#include <string.h>

#include "link_msg.h"
#include "mvtap.h"
#include "out.h"

#define FLAG_KEYS (KEY_BIT(KEY_NOPROMISC) | KEY_BIT(KEY_NODST))

/*
 * What has to stand in the message beside the keys asked for: the kind, and the
 * flag that shares an attribute with one of them. A change of the mode settles
 * the flags anew.
 */
static struct link_conf complete(const struct link *l, const struct link_conf *conf)
{
	struct link_conf all = *conf;
	unsigned int carry = 0;

	if ((conf->given & FLAG_KEYS) && !(conf->given & KEY_BIT(KEY_MODE)))
		carry = FLAG_KEYS & ~conf->given & l->conf.given;
	carry |= KEY_BIT(KEY_KIND);
	for (int id = 0; id < KEY_COUNT; id++)
		if (carry & KEY_BIT(id))
			all.value[id] = l->conf.value[id];
	all.given |= carry;
	return all;
}

static int send_conf(const struct link *l, const struct link_conf *conf,
		     struct link_request *r)
{
	const struct link_conf all = complete(l, conf);

	r->nlh = link_msg_begin(r->buf, RTM_NEWLINK, 0, l->ifindex, NULL);
	link_msg_conf(r->nlh, &all);
	return nl_talk(r->nlh, NULL, NULL, &r->fate);
}

/* Which of the keys @asked for are now other than they were. */
static struct link_conf to_undo(const struct link *old, const struct link *now,
				const struct link_conf *asked)
{
	struct link_conf undo = old->conf;

	undo.given = 0;
	for (int id = 0; id < KEY_COUNT; id++) {
		const struct value *a = &old->conf.value[id], *b = &now->conf.value[id];

		if (!(asked->given & old->conf.given & now->conf.given & KEY_BIT(id)))
			continue;
		if (a->num != b->num || memcmp(a->mac, b->mac, sizeof(a->mac)))
			undo.given |= KEY_BIT(id);
	}
	return undo;
}

static void undo_set(const char *cmd, const struct link *old, const struct link_conf *asked)
{
	struct link_conf undo;
	struct link_request r;
	struct link now;

	if (link_find(NULL, old->ifindex, &now))
		return;	/* it is gone, and with it what was half changed */
	undo = to_undo(old, &now, asked);
	if (!undo.given || !send_conf(old, &undo, &r))
		return;
	for (int id = 0; id < KEY_COUNT; id++)
		if (undo.given & KEY_BIT(id))
			out_error("%s %s: %s was changed and cannot be undone: %s", cmd,
				  old->name, link_key_by_id(id)->name, strerror(r.fate.err));
}

int link_set(const char *cmd, const struct link *old, const struct link_conf *conf)
{
	struct link_request r;

	if (send_conf(old, conf, &r) < 0) {
		link_refused(cmd, old->name, r.nlh, &r.fate);
		undo_set(cmd, old, conf);
		return MVTAP_REFUSED;
	}
	if (*r.fate.text)
		out_error("%s %s: warning: %s", cmd, old->name, r.fate.text);
	return MVTAP_OK;
}

int link_set_up(const char *cmd, const struct link *l, bool up)
{
	struct link_conf conf = { .given = KEY_BIT(KEY_UP) };

	conf.value[KEY_UP].num = up;
	return link_set(cmd, l, &conf);
}
