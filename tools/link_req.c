// SPDX-License-Identifier: GPL-2.0
/* Requests about links, and the one place that prints a refusal. */
#include "link.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "link_msg.h"
#include "mvtap.h"
#include "out.h"

#define DUMP_TRIES 10

#ifndef RTEXT_FILTER_SKIP_STATS
#define RTEXT_FILTER_SKIP_STATS (1 << 3)
#endif

struct request {
	char buf[NL_REQUEST_SIZE];
	struct nlmsghdr *nlh;
	struct nl_fate fate;
};

struct found {
	struct link *list;
	size_t count;
	int err;
};

static int refused(const char *cmd, const char *name, const struct request *r)
{
	const struct nl_fate *f = &r->fate;
	const char *key = f->offset ? link_msg_key_at(r->nlh, f->offset) : NULL;

	if (*f->text)
		out_error("%s %s: %s%s%s (%s)", cmd, name, key ? key : "",
			  key ? ": " : "", f->text, strerror(f->err));
	else
		out_error("%s %s: %s%s%s", cmd, name, key ? key : "",
			  key ? ": " : "", strerror(f->err));
	return MVTAP_REFUSED;
}

static int talk(const char *cmd, const char *name, struct request *r,
		mnl_cb_t cb, void *arg)
{
	if (nl_talk(r->nlh, cb, arg, &r->fate) < 0)
		return refused(cmd, name, r);
	if (*r->fate.text)
		out_error("%s %s: warning: %s", cmd, name, r->fate.text);
	return MVTAP_OK;
}

static int on_link(const struct nlmsghdr *nlh, void *arg)
{
	struct link *l = arg, got;

	if (link_msg_parse(nlh, &got))
		*l = got;
	return MNL_CB_OK;
}

static void put_mask(struct request *r)
{
	mnl_attr_put_u32(r->nlh, IFLA_EXT_MASK,
			 options.stats ? 0 : RTEXT_FILTER_SKIP_STATS);
}

int link_get(const char *cmd, const char *name, struct link *l)
{
	struct request r;

	memset(l, 0, sizeof(*l));
	r.nlh = link_msg_begin(r.buf, RTM_GETLINK, 0, 0, name);
	put_mask(&r);
	if (talk(cmd, name, &r, on_link, l))
		return MVTAP_REFUSED;
	if (l->ours)
		return MVTAP_OK;
	out_error("%s %s: is not a link of mvtap%s%s", cmd, name,
		  *l->kind ? " but of kind " : "", l->kind);
	return MVTAP_REFUSED;
}

static int on_dump(const struct nlmsghdr *nlh, void *arg)
{
	struct found *f = arg;
	struct link got, *more;

	if (!link_msg_parse(nlh, &got) || !got.ours)
		return MNL_CB_OK;
	more = realloc(f->list, (f->count + 1) * sizeof(*more));
	if (!more) {
		errno = ENOMEM;
		return MNL_CB_ERROR;
	}
	f->list = more;
	f->list[f->count++] = got;
	return MNL_CB_OK;
}

int link_list(const char *cmd, struct link **list, size_t *count)
{
	struct request r;

	for (int tries = DUMP_TRIES; tries; tries--) {
		struct found f = { 0 };

		r.nlh = link_msg_begin(r.buf, RTM_GETLINK, NLM_F_DUMP, 0, NULL);
		put_mask(&r);
		if (!nl_talk(r.nlh, on_dump, &f, &r.fate)) {
			*list = f.list;
			*count = f.count;
			return MVTAP_OK;
		}
		free(f.list);
		if (r.fate.err != EINTR)
			break;
	}
	return refused(cmd, "all links", &r);
}

/* The lower device by its number; netlink wants that and people do not. */
static int resolve_lower(const char *cmd, const char *name, struct link_conf *conf)
{
	struct value *lower = &conf->value[KEY_LINK];

	lower->num = if_nametoindex(lower->name);
	if (lower->num)
		return MVTAP_OK;
	out_error("%s %s: link: %s: %s", cmd, name, lower->name, strerror(errno));
	return MVTAP_REFUSED;
}

int link_add(const char *cmd, const char *name, const struct link_conf *conf,
	     struct link *made)
{
	struct link_conf all = *conf;
	struct request r;

	if (resolve_lower(cmd, name, &all))
		return MVTAP_REFUSED;
	memset(made, 0, sizeof(*made));
	r.nlh = link_msg_begin(r.buf, RTM_NEWLINK,
			       NLM_F_CREATE | NLM_F_EXCL | NLM_F_ECHO, 0, name);
	link_msg_conf(r.nlh, &all, NULL);
	if (nl_talk(r.nlh, on_link, made, &r.fate) < 0) {
		refused(cmd, name, &r);
		if (r.fate.err == EOPNOTSUPP && !r.fate.offset)
			out_error("%s %s: is the module mvtap loaded?", cmd, name);
		return MVTAP_REFUSED;
	}
	if (*r.fate.text)
		out_error("%s %s: warning: %s", cmd, name, r.fate.text);
	/* before 6.12 the kernel does not echo what it made */
	return made->ours ? MVTAP_OK : link_get(cmd, name, made);
}

static int send_conf(const struct link *l, const struct link_conf *conf, struct request *r)
{
	r->nlh = link_msg_begin(r->buf, RTM_NEWLINK, 0, l->ifindex, NULL);
	link_msg_conf(r->nlh, conf, &l->conf.value[KEY_KIND]);
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
	struct link now = { 0 };
	struct request r;

	r.nlh = link_msg_begin(r.buf, RTM_GETLINK, 0, old->ifindex, NULL);
	if (nl_talk(r.nlh, on_link, &now, &r.fate) < 0)
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
	struct request r;

	if (send_conf(old, conf, &r) < 0) {
		refused(cmd, old->name, &r);
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

int link_del(const char *cmd, const struct link *l)
{
	struct request r;

	r.nlh = link_msg_begin(r.buf, RTM_DELLINK, 0, l->ifindex, NULL);
	return talk(cmd, l->name, &r, NULL, NULL);
}

bool link_has_node(const struct link *l)
{
	return l->ours && l->conf.value[KEY_KIND].num == KIND_MVTAP;
}

void link_node(const struct link *l, char *buf, size_t size)
{
	snprintf(buf, size, "/dev/tap%d", l->ifindex);
}

void link_cleanup(void)
{
	nl_close();
}
