// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <grp.h>
#include <poll.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "args.h"
#include "doctor.h"
#include "mvtap.h"
#include "out.h"

#define WAIT 500
#define MAX_WAIT 60000

static int parse_user(struct doctor *d, const char *name)
{
	const struct passwd *pw = getpwnam(name);

	if (!pw)
		return usage_error("doctor: user: there is no user \"%s\"", name);
	snprintf(d->who.name, sizeof(d->who.name), "%s", name);
	d->who.uid = pw->pw_uid;
	d->who.count = ARRAY_SIZE(d->who.groups);
	if (getgrouplist(name, pw->pw_gid, d->who.groups, &d->who.count) < 0)
		d->who.count = ARRAY_SIZE(d->who.groups);
	return MVTAP_OK;
}

static void take_caller(struct doctor *d)
{
	d->who.uid = geteuid();
	snprintf(d->who.name, sizeof(d->who.name), "uid %d", (int)d->who.uid);
	d->who.count = getgroups(ARRAY_SIZE(d->who.groups), d->who.groups);
	if (d->who.count < 0)
		d->who.count = 0;
}

static int parse_key(struct doctor *d, const char *key, const char *value)
{
	struct value v;
	int64_t ms;

	if (!strcmp(key, "user"))
		return value ? parse_user(d, value) :
			usage_error("doctor: user needs a value: the name of a user");
	if (!strcmp(key, "wait")) {
		if (!value || !args_number(value, 0, MAX_WAIT, &ms))
			return usage_error("doctor: wait: \"%s\" is not a number from 0 to %d",
					   value ? value : "", MAX_WAIT);
		d->wait = ms;
		return MVTAP_OK;
	}
	if (!value || !value_onoff.parse(&value_onoff, value, &v))
		return usage_error("doctor: probe: \"%s\" is not one of on, off",
				   value ? value : "");
	d->probe = v.num;
	return MVTAP_OK;
}

static bool is_key(const char *word)
{
	return !strcmp(word, "probe") || !strcmp(word, "user") || !strcmp(word, "wait");
}

/* @names is where the keys begin. */
static int parse(int argc, char **argv, struct doctor *d, int *names)
{
	const char *name;
	int i, ret;

	for (i = 1; i < argc && !is_key(argv[i]); i++) {
		ret = args_name("doctor", argc - i + 1, argv + i - 1, &name);
		if (ret)
			return ret;
	}
	*names = i;
	for (; i < argc; i += 2) {
		if (!is_key(argv[i]))
			return usage_error("doctor: \"%s\" is not a key: probe, user, wait",
					   argv[i]);
		ret = parse_key(d, argv[i], argv[i + 1]);
		if (ret || !argv[i + 1])
			return ret;
	}
	return MVTAP_OK;
}

static int load(struct doctor *d)
{
	struct link *all;
	size_t count;

	if (link_list_all("doctor", &all, &count))
		return MVTAP_REFUSED;
	link_queues(all, count);
	d->list = calloc(count + 1, sizeof(*d->list));
	for (d->count = 0; d->list && d->count < count; d->count++)
		d->list[d->count].link = all[d->count];
	free(all);
	return d->list ? MVTAP_OK : MVTAP_REFUSED;
}

static void choose_link(struct doctor *d, struct subject *s)
{
	struct subject *lower = doctor_lower(d, &s->link);

	s->as_link = true;
	if (lower)
		lower->as_lower = true;
}

/* A link stands for itself and its lower device, a lower device for its links too. */
static int choose(struct doctor *d, const char *name)
{
	struct subject *s = d->list, *end = d->list + d->count;

	while (s < end && strcmp(s->link.name, name))
		s++;
	if (s == end) {
		out_error("doctor %s: %s", name, strerror(ENODEV));
		return MVTAP_REFUSED;
	}
	if (s->link.ours) {
		choose_link(d, s);
		return MVTAP_OK;
	}
	s->as_lower = true;
	for (struct subject *other = d->list; other < end; other++)
		if (other->link.ours && doctor_lower(d, &other->link) == s)
			other->as_link = true;
	return MVTAP_OK;
}

static int choose_all(struct doctor *d, char **names, int count)
{
	int ret = MVTAP_OK;

	for (int i = 0; !ret && i < count; i++)
		ret = choose(d, names[i]);
	for (size_t i = 0; !count && i < d->count; i++)
		if (d->list[i].link.ours)
			choose_link(d, &d->list[i]);
	return ret;
}

static void look(struct doctor *d)
{
	for (size_t i = 0; i < d->count; i++)
		if (d->list[i].as_link)
			doctor_losses_before(&d->list[i]);
	doctor_module(d);
	doctor_vhost(d);
	for (size_t i = 0; i < d->count; i++) {
		if (!d->list[i].as_lower)
			continue;
		doctor_device(d, &d->list[i]);
		doctor_features(d, &d->list[i]);
		if (d->probe)
			doctor_switch(d, &d->list[i]);
	}
	poll(NULL, 0, d->wait);
	for (size_t i = 0; i < d->count; i++) {
		if (!d->list[i].as_link)
			continue;
		doctor_node(d, &d->list[i]);
		doctor_link(d, &d->list[i]);
		doctor_arp(d, &d->list[i]);
		doctor_reach(d, &d->list[i]);
		doctor_losses(d, &d->list[i]);
	}
}

static void print_one(const struct finding *f)
{
	static const char *const words[] = { "note", "warning", "error" };

	if (!options.json) {
		printf("%s: %s: %s: %s\n    why: %s\n    do:  %s\n", words[f->severity], f->name,
		       f->check, f->what, f->why, f->remedy);
		return;
	}
	out_record(f->name);
	out_str("severity", words[f->severity]);
	out_str("check", f->check);
	out_str("what", f->what);
	out_str("why", f->why);
	out_str("remedy", f->remedy);
	out_record_end();
}

/* The worst come first. */
static int print(const struct doctor *d)
{
	int problems = 0, ret;

	out_begin();
	for (int severity = ERROR; severity >= NOTE; severity--)
		for (size_t i = 0; i < d->found; i++)
			if ((int)d->findings[i].severity == severity) {
				print_one(&d->findings[i]);
				problems += severity > NOTE;
			}
	if (!d->found && !options.json)
		printf("nothing found\n");
	ret = out_end();
	return ret ? ret : problems ? MVTAP_PROBLEMS : MVTAP_OK;
}

static int run(int argc, char **argv)
{
	struct doctor d = { .wait = WAIT };
	int names, ret;

	take_caller(&d);
	ret = parse(argc, argv, &d, &names);
	if (!ret)
		ret = load(&d);
	if (!ret)
		ret = choose_all(&d, argv + 1, names - 1);
	if (!ret) {
		look(&d);
		ret = print(&d);
	}
	for (size_t i = 0; i < d.count; i++)
		free(d.list[i].lost);
	free(d.list);
	free(d.findings);
	return ret;
}

static void details(void)
{
	printf("Looks at the host, at the links named and those on the devices named, or at all.\n"
	       "Each finding says what is wrong, why it matters and what to do.\n"
	       "Exit status 0: no problem (notes are none), %d: there are some, 2: could not look.\n\n"
	       "Keys:\n"
	       "  probe on|off\n      ask the switches whether they reflect, which sends a few frames; off if not given\n"
	       "  user NAME\n      who is to run the VM; the caller if not given\n"
	       "  wait MS\n      how long counters of losses are given to grow; %d if not given\n",
	       MVTAP_PROBLEMS, WAIT);
}

const struct command cmd_doctor = {
	.name = "doctor",
	.synopsis = "[LOWER|NAME]... [probe on|off] [user NAME] [wait MS]",
	.summary = "look for what on this host would break a VM",
	.details = details,
	.run = run,
};
