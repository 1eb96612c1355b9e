// SPDX-License-Identifier: GPL-2.0
/*
 * The doctor looks at IPv4 settings of the host. They bite when the host has an
 * address on a link and another one on its lower device: two interfaces in one
 * Ethernet.
 */
#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <string.h>

#include "doctor.h"
#include "host.h"
#include "mvtap.h"

struct pair {
	const char *link, *lower;
	bool link_has, lower_has;	/* an address */
	bool share;			/* a subnet */
};

static bool speaks(const struct ifaddrs *a, const char *name)
{
	return a->ifa_addr && a->ifa_addr->sa_family == AF_INET && a->ifa_netmask &&
	       !strcmp(a->ifa_name, name);
}

static in_addr_t addr(const struct sockaddr *sa)
{
	return ((const struct sockaddr_in *)sa)->sin_addr.s_addr;
}

static bool same_subnet(const struct ifaddrs *a, const struct ifaddrs *b)
{
	return !((addr(a->ifa_addr) ^ addr(b->ifa_addr)) &
		 addr(a->ifa_netmask) & addr(b->ifa_netmask));
}

static void look(const struct ifaddrs *all, struct pair *p)
{
	for (const struct ifaddrs *a = all; a; a = a->ifa_next) {
		p->lower_has |= speaks(a, p->lower);
		if (!speaks(a, p->link))
			continue;
		p->link_has = true;
		for (const struct ifaddrs *b = all; b; b = b->ifa_next)
			if (speaks(b, p->lower))
				p->share |= same_subnet(a, b);
	}
}

/* The kernel takes the larger one of an interface's own value and that of all. */
static long setting(const char *dev, const char *key)
{
	long all = host_number(0, "/proc/sys/net/ipv4/conf/all/%s", key);
	long own = host_number(0, "/proc/sys/net/ipv4/conf/%s/%s", dev, key);

	return all > own ? all : own;
}

/* One of the two for which the setting is as it should not be. */
static const char *either(const struct pair *p, const char *key, long from, long to)
{
	const char *const both[] = { p->link, p->lower };

	for (int i = 0; i < 2; i++)
		if (setting(both[i], key) >= from && setting(both[i], key) <= to)
			return both[i];
	return NULL;
}

static const struct rule {
	const char *key;
	long bad_from, bad_to;
	bool share;		/* only if they share a subnet */
	long good;
	bool own;		/* set for the interface, and for all */
	const char *why;
} rules[] = {
	{ "arp_ignore", 0, 0, false, 1, false,
	  "each of the two answers ARP for the other's address: neighbours send to the wrong one" },
	{ "arp_ignore", 8, 8, false, 1, true, "it answers no ARP request" },
	{ "arp_announce", 0, 1, false, 2, false,
	  "each of the two asks in the other's name, so that neighbours learn the wrong address" },
	{ "arp_filter", 1, 1, true, 0, true,
	  "both are in one subnet, and only the one that the route names answers ARP" },
	{ "rp_filter", 1, 1, true, 2, true,
	  "both are in one subnet, and what comes by the one without the route is dropped" },
};

static void check(struct doctor *d, const struct pair *p, const struct rule *r)
{
	const char *dev = either(p, r->key, r->bad_from, r->bad_to);
	struct finding *f;

	if (!dev || (r->share && !p->share))
		return;
	f = doctor_find(d, WARNING, p->link, r->key, r->why);
	doctor_what(f, "%s is %ld for %s, and the host has addresses on %s and on %s", r->key,
		    setting(dev, r->key), dev, p->link, p->lower);
	if (r->own)
		doctor_remedy(f, "sysctl -w net.ipv4.conf.all.%s=%ld net.ipv4.conf.%s.%s=%ld",
			      r->key, r->good, dev, r->key, r->good);
	else
		doctor_remedy(f, "sysctl -w net.ipv4.conf.all.%s=%ld", r->key, r->good);
}

void doctor_arp(struct doctor *d, const struct subject *s)
{
	const struct subject *lower = doctor_lower(d, &s->link);
	struct ifaddrs *all;
	struct pair p = { .link = s->link.name };

	if (!lower || getifaddrs(&all) < 0)
		return;
	p.lower = lower->link.name;
	look(all, &p);
	freeifaddrs(all);
	for (size_t i = 0; p.link_has && p.lower_has && i < ARRAY_SIZE(rules); i++)
		check(d, &p, &rules[i]);
}
