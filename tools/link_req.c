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

#ifndef RTEXT_FILTER_SKIP_STATS
#define RTEXT_FILTER_SKIP_STATS (1 << 3)
#endif

struct found {
	struct link *list;
	size_t count, room;
	bool all;	/* not only ours */
};

int link_refused(const char *cmd, const char *name, const struct nlmsghdr *nlh,
		 const struct nl_fate *f)
{
	const char *key = f->offset ? link_msg_key_at(nlh, f->offset) : NULL;

	if (*f->text)
		out_error("%s %s: %s%s%s (%s)", cmd, name, key ? key : "",
			  key ? ": " : "", f->text, strerror(f->err));
	else
		out_error("%s %s: %s%s%s", cmd, name, key ? key : "",
			  key ? ": " : "", strerror(f->err));
	return MVTAP_REFUSED;
}

int link_talk(const char *cmd, const char *name, struct link_request *r,
	      mnl_cb_t cb, void *arg)
{
	if (nl_talk(r->nlh, cb, arg, &r->fate) < 0)
		return link_refused(cmd, name, r->nlh, &r->fate);
	if (*r->fate.text)
		out_error("%s %s: warning: %s", cmd, name, r->fate.text);
	return MVTAP_OK;
}

static int on_link(const struct nlmsghdr *nlh, void *arg)
{
	link_msg_parse(nlh, arg);
	return MNL_CB_OK;
}

static void put_mask(struct link_request *r)
{
	mnl_attr_put_u32(r->nlh, IFLA_EXT_MASK,
			 options.stats ? 0 : RTEXT_FILTER_SKIP_STATS);
}

static void ask(struct link_request *r, const char *name, int ifindex)
{
	r->nlh = link_msg_begin(r->buf, RTM_GETLINK, 0, name ? 0 : ifindex, name);
	put_mask(r);
}

int link_find(const char *name, int ifindex, struct link *l)
{
	struct link_request r;

	memset(l, 0, sizeof(*l));
	ask(&r, name, ifindex);
	if (nl_talk(r.nlh, on_link, l, &r.fate) < 0)
		return r.fate.err;
	return *l->name ? 0 : ENODEV;
}

int link_get(const char *cmd, const char *name, struct link *l)
{
	struct link_request r;

	memset(l, 0, sizeof(*l));
	ask(&r, name, 0);
	if (link_talk(cmd, name, &r, on_link, l))
		return MVTAP_REFUSED;
	if (l->ours)
		return MVTAP_OK;
	out_error("%s %s: is not a link of mvtap%s%s", cmd, name,
		  *l->kind ? " but of kind " : "", l->kind);
	return MVTAP_REFUSED;
}

static bool grow(struct found *f)
{
	size_t room = f->room ? 2 * f->room : 16;
	struct link *more;

	if (f->count < f->room)
		return true;
	more = realloc(f->list, room * sizeof(*more));
	if (!more)
		return false;
	f->list = more;
	f->room = room;
	return true;
}

static int on_dump(const struct nlmsghdr *nlh, void *arg)
{
	struct found *f = arg;

	if (!grow(f)) {
		errno = ENOMEM;
		return MNL_CB_ERROR;
	}
	if (link_msg_parse(nlh, &f->list[f->count]) &&
	    (f->all || f->list[f->count].ours))
		f->count++;
	return MNL_CB_OK;
}

static int dump(const char *cmd, bool all, struct link **list, size_t *count)
{
	struct link_request r;

	for (int tries = DUMP_TRIES; tries; tries--) {
		struct found f = { .all = all };

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
	return link_refused(cmd, "all links", r.nlh, &r.fate);
}

int link_list(const char *cmd, struct link **list, size_t *count)
{
	return dump(cmd, false, list, count);
}

int link_list_all(const char *cmd, struct link **list, size_t *count)
{
	return dump(cmd, true, list, count);
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
	struct link_request r;

	if (resolve_lower(cmd, name, &all))
		return MVTAP_REFUSED;
	memset(made, 0, sizeof(*made));
	r.nlh = link_msg_begin(r.buf, RTM_NEWLINK,
			       NLM_F_CREATE | NLM_F_EXCL | NLM_F_ECHO, 0, name);
	link_msg_conf(r.nlh, &all);
	if (nl_talk(r.nlh, on_link, made, &r.fate) < 0) {
		link_refused(cmd, name, r.nlh, &r.fate);
		if (r.fate.err == EOPNOTSUPP && !r.fate.offset)
			out_error("%s %s: is the module mvtap loaded?", cmd, name);
		return MVTAP_REFUSED;
	}
	if (*r.fate.text)
		out_error("%s %s: warning: %s", cmd, name, r.fate.text);
	/* before 6.12 the kernel does not echo what it made */
	return made->ours ? MVTAP_OK : link_get(cmd, name, made);
}

int link_del(const char *cmd, const struct link *l)
{
	struct link_request r;

	r.nlh = link_msg_begin(r.buf, RTM_DELLINK, 0, l->ifindex, NULL);
	return link_talk(cmd, l->name, &r, NULL, NULL);
}

bool link_has_node(const struct link *l)
{
	return l->ours && l->conf.value[KEY_KIND].num == KIND_TAP;
}

void link_node(const struct link *l, char *buf, size_t size)
{
	if (*l->node)
		snprintf(buf, size, "/dev/%s", l->node);
	else
		snprintf(buf, size, "/dev/tap%d", l->ifindex);
}

void link_cleanup(void)
{
	nl_close();
}
