// SPDX-License-Identifier: GPL-2.0
#include "doctor.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

struct finding *doctor_find(struct doctor *d, enum severity how, const char *name,
			    const char *check, const char *why)
{
	struct finding *more = realloc(d->findings, (d->found + 1) * sizeof(*more));

	if (!more)
		abort();	/* no finding may get lost */
	d->findings = more;
	more += d->found++;
	*more = (struct finding) { .severity = how, .check = check, .why = why };
	snprintf(more->name, sizeof(more->name), "%s", name);
	return more;
}

void doctor_what(struct finding *f, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(f->what, sizeof(f->what), fmt, args);
	va_end(args);
}

void doctor_remedy(struct finding *f, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(f->remedy, sizeof(f->remedy), fmt, args);
	va_end(args);
}

struct subject *doctor_lower(const struct doctor *d, const struct link *l)
{
	if (l->lower_away || !(l->conf.given & KEY_BIT(KEY_LINK)))
		return NULL;
	for (size_t i = 0; i < d->count; i++)
		if (d->list[i].link.ifindex == l->conf.value[KEY_LINK].num)
			return &d->list[i];
	return NULL;
}
