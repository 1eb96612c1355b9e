// SPDX-License-Identifier: GPL-2.0
/* The doctor looks at a lower device, and at the switch behind it. */
#include <errno.h>
#include <net/if_arp.h>
#include <stdlib.h>
#include <string.h>

#include "doctor.h"
#include "ethtool.h"
#include "mvtap.h"
#include "probe.h"

static const char *name_of(const struct doctor *d, int ifindex)
{
	for (size_t i = 0; i < d->count; i++)
		if (d->list[i].link.ifindex == ifindex)
			return d->list[i].link.name;
	return "another device";
}

static const char busy[] =
	"somebody else takes the frames that it receives: it can have no links";

static void state(struct doctor *d, const struct link *l)
{
	struct finding *f;

	if (!l->conf.value[KEY_UP].num) {
		f = doctor_find(d, ERROR, l->name, "down", "no frame passes through it");
		doctor_what(f, "the lower device is down");
		doctor_remedy(f, "ip link set %s up", l->name);
	} else if (link_has(l, DETAIL_CARRIER) && !l->detail[DETAIL_CARRIER]) {
		f = doctor_find(d, ERROR, l->name, "carrier",
				"no frame passes, and links that do not reach the host have no carrier either");
		doctor_what(f, "the lower device has no carrier");
		doctor_remedy(f, "ethtool %s, then the cable and the port of the switch", l->name);
	}
}

/* Only one may take a device's frames away from the host. */
static void master(struct doctor *d, const struct link *l)
{
	const char *of = name_of(d, l->detail[DETAIL_MASTER]);
	struct finding *f;

	if (!link_has(l, DETAIL_MASTER) || !*l->slave_kind || !strcmp(l->slave_kind, "vrf"))
		return;
	f = doctor_find(d, ERROR, l->name, "busy", busy);
	doctor_what(f, "is a port of %s, a %s", of, l->slave_kind);
	if (!strcmp(l->slave_kind, "bond") || !strcmp(l->slave_kind, "team"))
		doctor_remedy(f, "take %s itself as the lower device: mvtap add NAME link %s",
			      of, of);
	else
		doctor_remedy(f, "ip link set %s nomaster", l->name);
}

static bool takes_frames(const struct link *l)
{
	static const char *const kinds[] = {
		"macvlan", "macvtap", "ipvlan", "ipvtap", "macsec",
	};

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		if (!l->ours && !strcmp(l->kind, kinds[i]))
			return true;
	return false;
}

static void others(struct doctor *d, const struct link *lower)
{
	struct finding *f;

	for (size_t i = 0; i < d->count; i++) {
		const struct link *l = &d->list[i].link;

		if (!takes_frames(l) || l->lower_away ||
		    l->conf.value[KEY_LINK].num != lower->ifindex)
			continue;
		f = doctor_find(d, ERROR, lower->name, "busy", busy);
		doctor_what(f, "has %s on it, of kind %s", l->name, l->kind);
		doctor_remedy(f, "ip link del %s", l->name);
		return;
	}
}

void doctor_device(struct doctor *d, const struct subject *lower)
{
	const struct link *l = &lower->link;
	struct finding *f;

	if (l->type != ARPHRD_ETHER) {
		f = doctor_find(d, ERROR, l->name, "ethernet", "links have MAC addresses, and so must it");
		doctor_what(f, "is not an Ethernet device");
		doctor_remedy(f, "take another one");
		return;
	}
	state(d, l);
	master(d, l);
	others(d, l);
}

static const struct wish {
	const char *check;
	const char *features[3];	/* one of them is enough */
	const char *ethtool;
	enum severity severity;
	const char *why;
} wishes[] = {
	{ "checksum", { "tx-checksum-ip-generic", "tx-checksum-ipv4" }, "tx", WARNING,
	  "the processor computes the checksums of all that VMs send" },
	{ "sg", { "tx-scatter-gather" }, "sg", WARNING,
	  "each frame is copied into one piece, and cannot be segmented by the device" },
	{ "tso", { "tx-tcp-segmentation" }, "tso", WARNING,
	  "the processor cuts what VMs send in large pieces" },
	{ "vlan", { "tx-vlan-hw-insert" }, "txvlan", NOTE,
	  "VLAN tags are written by the processor" },
};

static const struct ethtool_feature *find(const struct ethtool_feature *list, size_t count,
					  const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (!strcmp(list[i].name, name))
			return &list[i];
	return NULL;
}

static void look_for(struct doctor *d, const char *name, const struct wish *w,
		     const struct ethtool_feature *list, size_t count)
{
	const struct ethtool_feature *f;
	struct finding *finding;
	bool changeable = false;

	for (const char *const *feature = w->features; *feature; feature++) {
		f = find(list, count, *feature);
		if (f && f->active)
			return;
		changeable |= f && f->changeable;
	}
	finding = doctor_find(d, w->severity, name, w->check, w->why);
	doctor_what(finding, "%s is off", w->features[0]);
	if (changeable)
		doctor_remedy(finding, "ethtool -K %s %s on", name, w->ethtool);
	else
		doctor_remedy(finding, "the device cannot do it: take another one if it matters");
}

/* Nothing about a device whose driver does not say. */
void doctor_features(struct doctor *d, const struct subject *lower)
{
	const struct ethtool_feature *challenged;
	struct ethtool_feature *list;
	struct finding *f;
	size_t count;

	if (lower->link.type != ARPHRD_ETHER ||
	    ethtool_features(lower->link.name, &list, &count))
		return;
	for (size_t i = 0; i < ARRAY_SIZE(wishes); i++)
		look_for(d, lower->link.name, &wishes[i], list, count);
	challenged = find(list, count, "vlan-challenged");
	if (challenged && challenged->active) {
		f = doctor_find(d, WARNING, lower->link.name, "vlan",
				"guests cannot use VLANs");
		doctor_what(f, "cannot carry frames with a VLAN tag");
		doctor_remedy(f, "take another device if guests need VLANs");
	}
	free(list);
}

/* How many links of a lower device are up, in a mode. */
static int links_in(const struct doctor *d, int lower, const char *word)
{
	int64_t mode = 0;
	int count = 0;

	value_find(&value_mode, word, &mode);
	for (size_t i = 0; i < d->count; i++) {
		const struct link *l = &d->list[i].link;

		if (l->ours && !l->lower_away && l->conf.value[KEY_UP].num &&
		    l->conf.value[KEY_LINK].num == lower && l->conf.value[KEY_MODE].num == mode)
			count++;
	}
	return count;
}

static bool ask(struct doctor *d, const struct link *l, struct probe *p)
{
	struct finding *f;

	p->name = l->name;
	p->ifindex = l->ifindex;
	memcpy(p->own.byte, l->conf.value[KEY_ADDRESS].mac, sizeof(p->own.byte));
	if (probe_random_mac(&p->from) && !probe_run(p))
		return true;
	f = doctor_find(d, NOTE, l->name, "hairpin", "whether the switch reflects is not known");
	doctor_what(f, "the switch could not be asked: %s", strerror(errno));
	doctor_remedy(f, "mvtap probe %s", l->name);
	return false;
}

void doctor_switch(struct doctor *d, const struct subject *lower)
{
	const struct link *l = &lower->link;
	int vepa = links_in(d, l->ifindex, "vepa"), bridge = links_in(d, l->ifindex, "bridge");
	struct probe p = { .timeout = PROBE_TIMEOUT };
	struct finding *f;

	if (!vepa || (vepa + bridge == 1 && !doctor_has_address(l->name)) ||
	    !l->conf.value[KEY_UP].num ||
	    (link_has(l, DETAIL_CARRIER) && !l->detail[DETAIL_CARRIER]) ||
	    !ask(d, l, &p) || p.reflects)
		return;
	f = doctor_find(d, vepa + bridge == 1 ? NOTE : ERROR, l->name, "hairpin",
			"links in mode vepa reach other links, and the host, only by way of the switch");
	doctor_what(f, "%d links in mode vepa and %d in mode bridge, but the switch does not reflect",
		    vepa, bridge);
	doctor_remedy(f, "on the switch: bridge link set dev PORT hairpin on, or reflective relay; or here: mvtap set NAME mode bridge host on");
}
