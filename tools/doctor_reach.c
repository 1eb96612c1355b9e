// SPDX-License-Identifier: GPL-2.0
/* The doctor looks at whether the host and a VM reach each other. */
#include <ifaddrs.h>
#include <netinet/in.h>
#include <string.h>

#include "doctor.h"

static bool usable(const struct sockaddr *sa)
{
	const struct sockaddr_in6 *in6 = (const void *)sa;

	if (!sa || sa->sa_family != AF_INET6)
		return sa && sa->sa_family == AF_INET;
	return !IN6_IS_ADDR_LINKLOCAL(&in6->sin6_addr);
}

bool doctor_has_address(const char *name)
{
	struct ifaddrs *all;
	bool found = false;

	if (getifaddrs(&all) < 0)
		return false;
	for (const struct ifaddrs *a = all; a && !found; a = a->ifa_next)
		found = !strcmp(a->ifa_name, name) && usable(a->ifa_addr);
	freeifaddrs(all);
	return found;
}

/* In the other modes it could not be on; a private link may be meant to be alone. */
void doctor_reach(struct doctor *d, const struct subject *s)
{
	const struct subject *lower = doctor_lower(d, &s->link);
	const struct link *l = &s->link;
	struct finding *f;
	int64_t bridge;

	if (!lower || !(l->conf.given & KEY_BIT(KEY_HOST)) || l->conf.value[KEY_HOST].num ||
	    !value_find(&value_mode, "bridge", &bridge) ||
	    l->conf.value[KEY_MODE].num != bridge || !doctor_has_address(lower->link.name))
		return;
	f = doctor_find(d, NOTE, l->name, "host",
			"the VM and this host reach each other only if the switch reflects");
	doctor_what(f, "host is off, and the host has an address on %s", lower->link.name);
	doctor_remedy(f, "mvtap set %s host on", l->name);
}
