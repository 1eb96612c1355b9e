// SPDX-License-Identifier: GPL-2.0
/* The lower device and what stands on it. */
#define _GNU_SOURCE
#include "soak.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "../attrreq.h"
#include "../netcfg.h"

/* The address that all frames to mode source come from; no other frame has it. */
#define SOURCE_LIST "3 u32:0 4 025000010002"
#define HOST_REACH "32 01"

const uint8_t mac_lower[6] = { 2, 0x50, 0, 2, 0, 1 };
const uint8_t mac_wire1[6] = { 2, 0x50, 0, 1, 0, 1 };
const uint8_t mac_wire2[6] = { 2, 0x50, 0, 1, 0, 2 };

enum role loaded_role(int i)
{
	static const enum role roles[LOADED] = {
		[8] = ROLE_HOST, ROLE_HOST, ROLE_PRIVATE, ROLE_PRIVATE,
		ROLE_VEPA, ROLE_VEPA, ROLE_HOST_PRIVATE, ROLE_SOURCE,
	};

	return roles[i];
}

void loaded_mac(int i, uint8_t *mac)
{
	const uint8_t m[6] = { 2, 0x50, 0, 0, 0, (uint8_t)(i + 1) };

	memcpy(mac, m, sizeof(m));
}

void loaded_name(int i, char *name)
{
	snprintf(name, IFNAMSIZ, "s%d", i);
}

static int ask(const char *name, const char *kind, unsigned int lower, const char *text)
{
	static struct attrreq req;
	struct attranswer answer;
	int err;

	if (attrreq_build(&req, name, kind, lower, text))
		return -EINVAL;
	err = attrreq_send(&req, &answer);
	if (!err && answer.error)
		fprintf(stderr, "%s: %s\n", name, answer.text);
	return err ? err : -answer.error;
}

int set_host_reach(const char *link, const char *kind)
{
	return ask(link, kind, 0, HOST_REACH);
}

int lower_add(void)
{
	struct link_spec twin = { .kind = "dummy", .name = TWIN_LOWER };
	int err = link_add_veth(LOWER, WIRE);

	if (!err)
		err = link_set_mac(LOWER, mac_lower);
	if (!err)
		err = link_set_mac(WIRE, mac_wire1);
	if (!err)
		err = link_up(LOWER);
	if (!err)
		err = link_up(WIRE);
	if (!err)
		err = link_add(&twin);
	return err ? err : link_up(TWIN_LOWER);
}

int lower_del(void)
{
	int err = link_del(LOWER);

	return err ? err : link_del(TWIN_LOWER);
}

static const char *loaded_text(int i)
{
	switch (loaded_role(i)) {
	case ROLE_HOST:
		return "1 u32:4 " HOST_REACH;
	case ROLE_HOST_PRIVATE:
		return "1 u32:1 " HOST_REACH;
	case ROLE_PRIVATE:
		return "1 u32:1";
	case ROLE_VEPA:
		return "1 u32:2";
	case ROLE_SOURCE:
		return "1 u32:16 " SOURCE_LIST;
	default:
		return "1 u32:4";
	}
}

/* The others: both kinds, all modes that share, some with host reach. */
static const char *idle_text(int i)
{
	static const char *const texts[] = {
		"1 u32:4", "1 u32:1", "1 u32:2", "1 u32:16 3 u32:0 4 025000030001",
		"1 u32:4 " HOST_REACH, "1 u32:1 " HOST_REACH, "1 u32:2", "1 u32:4",
	};

	return texts[i / 2 % 8];
}

static int add_one(int i, unsigned int lower)
{
	bool loaded = i < LOADED;
	char name[IFNAMSIZ];
	uint8_t mac[6];
	int err;

	loaded_name(i, name);
	err = ask(name, loaded || i % 2 ? "mvtap" : "mvlan", lower,
		  loaded ? loaded_text(i) : idle_text(i));
	if (!err && loaded) {
		loaded_mac(i, mac);
		err = link_set_mac(name, mac);
	}
	if (!err)
		err = link_up(name);
	if (err)
		fprintf(stderr, "link %s: %s\n", name, strerror(-err));
	return err;
}

int population_add(void)
{
	unsigned int lower = if_nametoindex(LOWER);
	int i, err = 0;

	for (i = 0; i < opt.links && !err; i++)
		err = add_one(i, lower);
	return err;
}

int population_del(void)
{
	char name[IFNAMSIZ];
	int i, err = 0;

	for (i = 0; i < opt.links && !err; i++) {
		loaded_name(i, name);
		err = link_del(name);
	}
	return err;
}

int vhost_links_add(void)
{
	static const char *const macs[] = { "02:50:00:00:01:00", "02:50:00:00:01:01" };
	struct link_spec spec = { .kind = "mvtap", .lower = LOWER, .mode = MACVLAN_MODE_BRIDGE };
	char name[IFNAMSIZ];
	int i, err = 0;

	spec.name = name;
	for (i = 0; i < 2 && !err; i++) {
		snprintf(name, sizeof(name), "vhost%d", i);
		spec.mac = macs[i];
		err = link_add(&spec);
		if (!err)
			err = link_up(name);
	}
	return err;
}

int vhost_links_del(void)
{
	int err = link_del("vhost0");

	return err ? err : link_del("vhost1");
}
