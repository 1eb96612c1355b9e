// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include "privtry.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <libmnl/libmnl.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>

#include "attrreq.h"
#include "ktap.h"
#include "netcfg.h"

static unsigned int attempts, refused;

/* --- one attempt, in the process that makes it --------------------------- */

struct try {
	enum priv_who who;
	const struct row *row;
};

static long number(char letter, enum priv_who who)
{
	switch (letter) {
	case 'L': return facts->lower;
	case 'S': return facts->sib;
	case 'T': return facts->sibt;
	case 'O': return facts->own;
	case 'Q': return facts->ownt;
	case 'N': return facts->nsid[who];
	case 'P': return facts->admin;
	default: return facts->hostns;
	}
}

static void expand(char *out, size_t size, const char *text, enum priv_who who)
{
	size_t n = 0;

	for (; *text && n + 16 < size; text++) {
		if (*text == '$')
			n += snprintf(out + n, size - n, "%ld", number(*++text, who));
		else
			out[n++] = *text;
	}
	out[n] = '\0';
}

struct target {
	const char *name, *kind;
	unsigned int index;
	bool hosts;
};

static struct target target_of(const char *name)
{
	struct target all[] = {
		{ "lower", priv_kind(), facts->lower, true },
		{ SIB, priv_kind(), facts->sib, true },
		{ SIBT, netcfg_tap_kind(), facts->sibt, true },
		{ OWN, priv_kind(), facts->own, false },
		{ OWNT, netcfg_tap_kind(), facts->ownt, false },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(all) - 1 && strcmp(all[i].name, name); i++)
		;
	return all[i];
}

static struct attrreq req;

static int build_change(const struct try *t, const char *what, const char *text)
{
	bool bare = *what == '@';
	struct target to = target_of(what + bare);
	bool far = to.hosts && t->who != PRIV_USER && !bare;
	struct nlmsghdr *nlh = (struct nlmsghdr *)req.buf;
	char all[512];

	snprintf(all, sizeof(all), "%s%s%s", text, far ? " ^ 46 u32:" : "",
		 far ? "$N" : "");
	expand(all, sizeof(all), strdupa(all), t->who);
	if (attrreq_build(&req, to.name, to.kind, 0, all))
		return -1;
	((struct ifinfomsg *)mnl_nlmsg_get_payload(nlh))->ifi_index = (int)to.index;
	return 0;
}

static const char *kind_of(const char *name)
{
	if (!strcmp(name, "mvlan"))
		return priv_kind();
	return strcmp(name, "mvtap") ? name : netcfg_tap_kind();
}

static int build(const struct try *t)
{
	const char *what = t->row->what, *text = t->row->text ?: "";
	struct nlmsghdr *nlh = (struct nlmsghdr *)req.buf;
	char all[512];
	int ret;

	if (*what == '+') {
		expand(all, sizeof(all), text, t->who);
		return attrreq_build(&req, "x", kind_of(what + 1), ATTRREQ_NO_LINK, all);
	}
	ret = build_change(t, what + (*what == '-' || *what == '?'), text);
	if (*what == '-')
		nlh->nlmsg_type = RTM_DELLINK;
	if (*what == '?')
		nlh->nlmsg_type = RTM_GETLINK;
	return ret;
}

static long send_request(void)
{
	struct attranswer answer;
	int ret = attrreq_send(&req, &answer);

	return ret ?: -answer.error;
}

static long try_row(const void *arg)
{
	if (build(arg))
		return -EBADMSG;
	return send_request();
}

static long try_fdb(const void *arg)
{
	const struct try *t = arg;
	struct nlmsghdr *nlh = attrreq_begin_fdb(req.buf, t->row->what[0] == '+',
						 (int)target_of(t->row->what + 1).index);

	attrreq_put_value(nlh, NDA_LLADDR, t->row->text);
	return send_request();
}

/* --- and its judgement -------------------------------------------------- */

static bool among(const char *errors, long error)
{
	const char *name = error ? strerrorname_np((int)-error) : "OK";
	const char *at = name ? strstr(errors, name) : NULL;

	return at && (at[strlen(name)] == ' ' || !at[strlen(name)]);
}

bool attempt_gave(const char *who, const char *name, const char *errors, long got)
{
	attempts++;
	refused += got != 0;
	if (among(errors, got))
		return true;
	ktap_note("%s: %s: want %s, got %s", who, name, errors,
		  got ? strerrorname_np((int)-got) : "OK");
	return false;
}

void say_attempts(void)
{
	ktap_say("%u attempts, %u refused", attempts, refused);
}

/* What one attempt leaves is what the next one finds, unless it was no refusal. */
static struct priv_state before;
static bool known;

void attempts_begin(void)
{
	known = false;
}

bool attempt(enum priv_who who, const char *name, const char *errors,
	     long (*fn)(const void *arg), const void *arg)
{
	struct priv_state after;
	bool good, same;
	long got;

	if (!known)
		priv_look(&before);
	got = priv_ask(who, fn, arg);
	good = attempt_gave(priv_names[who], name, errors, got);
	priv_look(&after);
	/* What is the container's own may change, nothing else. */
	if (!got)
		after.container = before.container;
	same = !*priv_differs(&before, &after);
	if (!same)
		ktap_note("%s: %s: changed:%s", priv_names[who], name,
			  priv_differs(&before, &after));
	before = after;
	known = got;
	return good && same;
}

static void check_all(const struct row *rows, size_t n, long (*fn)(const void *))
{
	struct try *t = (struct try *)facts->scratch;
	bool good = true;
	enum priv_who who;
	size_t i;

	attempts_begin();
	for (i = 0; i < n; i++)
		for (who = 0; who < PRIV_WHO; who++) {
			if (!(rows[i].who & (1u << who)))
				continue;
			*t = (struct try){ who, &rows[i] };
			good &= attempt(who, rows[i].name, rows[i].errors, fn, t);
		}
	assert_true(good);
}

void check_rows(const struct row *rows, size_t n)
{
	check_all(rows, n, try_row);
}

void check_fdb_rows(const struct row *rows, size_t n)
{
	check_all(rows, n, try_fdb);
}
