// SPDX-License-Identifier: GPL-2.0
/* The options that macvlan and macvtap do not have, with the words of the command mvtap. */
#include "link_mvtap.h"

#include <errno.h>
#include <grp.h>
#include <linux/rtnetlink.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define REQUEST_SIZE 1024	/* of ip's requests about links */

static const char *const on_off[] = { "off", "on", NULL };
static const char *const carriers[] = {
	[MVTAP_CARRIER_LOWER] = "lower", [MVTAP_CARRIER_QUEUE] = "queue", NULL,
};

static bool user(const char *name, uint32_t *num)
{
	const struct passwd *pw = getpwnam(name);

	*num = pw ? pw->pw_uid : 0;
	return pw;
}

static bool group(const char *name, uint32_t *num)
{
	const struct group *gr = getgrnam(name);

	*num = gr ? gr->gr_gid : 0;
	return gr;
}

/* With words, u8; else u32, to @base. */
static const struct option {
	const char *name;
	unsigned short attr;
	const char *const *words;
	int base;
	bool (*named)(const char *name, uint32_t *num);
	const char *what;
} options[] = {
	{ .name = "host", .attr = IFLA_MVTAP_HOST_REACH, .words = on_off, .what = "on|off" },
	{ .name = "spoofcheck", .attr = IFLA_MVTAP_SPOOFCHECK, .words = on_off, .what = "on|off" },
	{ .name = "maxmacs", .attr = IFLA_MVTAP_MAXMACS, .base = 10, .what = "NUMBER" },
	{ .name = "stack", .attr = IFLA_MVTAP_STACK, .words = on_off, .what = "on|off" },
	{ .name = "carrier", .attr = IFLA_MVTAP_CARRIER, .words = carriers, .what = "lower|queue" },
	{ .name = "owner", .attr = IFLA_MVTAP_OWNER, .base = 10, .named = user, .what = "USER" },
	{ .name = "group", .attr = IFLA_MVTAP_GROUP, .base = 10, .named = group, .what = "GROUP" },
	{ .name = "perm", .attr = IFLA_MVTAP_PERM, .base = 8, .what = "OCTAL" },
};

static bool read_word(const struct option *o, const char *text, uint32_t *num)
{
	for (*num = 0; o->words[*num]; (*num)++)
		if (!strcmp(o->words[*num], text))
			return true;
	return false;
}

/* Bounds are the kernel's business. */
static bool read_number(const struct option *o, const char *text, uint32_t *num)
{
	unsigned long long n;
	char *end;

	if (o->named && o->named(text, num))
		return true;
	if (*text < '0' || *text > '9')
		return false;
	errno = 0;
	n = strtoull(text, &end, o->base);
	*num = n;
	return !errno && !*end && n <= UINT32_MAX;
}

int own_parse(int argc, char **argv, struct nlmsghdr *n)
{
	const struct option *o = options, *end = options + COUNT(options);
	uint32_t num;
	uint8_t byte;

	while (o < end && strcmp(o->name, *argv))
		o++;
	if (o == end || !addattr_l)
		return 0;
	if (argc < 2 || !(o->words ? read_word : read_number)(o, argv[1], &num)) {
		fprintf(stderr, "Error: argument \"%s\" is wrong: %s %s\n",
			argc < 2 ? "" : argv[1], o->name, o->what);
		return -1;
	}
	byte = num;
	return addattr_l(n, REQUEST_SIZE, o->attr, o->words ? (void *)&byte : &num,
			 o->words ? sizeof(byte) : sizeof(num)) < 0 ? -1 : 2;
}

/* Formats of the keys: ip wants the key in them. */
static const char *format(const char *key, const char *conversion)
{
	static char text[40];

	snprintf(text, sizeof(text), "%s %s ", key, conversion);
	return text;
}

static void print_text(const char *key, const char *value)
{
	print_color_string(PRINT_ANY, COLOR_NONE, key, format(key, "%s"), value);
}

static void print_number(const char *key, const struct rtattr *attr)
{
	print_color_uint(PRINT_ANY, COLOR_NONE, key, format(key, "%u"),
			 *(uint32_t *)RTA_DATA(attr));
}

static void print_perm(const char *key, const struct rtattr *attr)
{
	char text[16];

	snprintf(text, sizeof(text), "%04o", *(uint32_t *)RTA_DATA(attr));
	print_text(key, text);
}

static void print_option(const struct option *o, const struct rtattr *attr)
{
	uint8_t byte = *(uint8_t *)RTA_DATA(attr);

	if (o->words == on_off)
		print_color_on_off(PRINT_ANY, COLOR_NONE, o->name, format(o->name, "%s"), byte);
	else if (o->words)
		print_text(o->name, byte <= MVTAP_CARRIER_QUEUE ? carriers[byte] : "unknown");
	else if (o->base == 8)
		print_perm(o->name, attr);
	else
		print_number(o->name, attr);
}

static bool fits(const struct rtattr *attr, size_t size)
{
	return attr && RTA_PAYLOAD(attr) >= size;
}

/* The functions are those of ip's library; an ip without them prints nothing of ours. */
void own_print(struct rtattr *tb[])
{
	const struct rtattr *macs = tb[IFLA_MVTAP_MACS], *node = tb[IFLA_MVTAP_NODE];

	if (!print_color_string || !print_color_uint || !print_color_on_off)
		return;
	for (size_t i = 0; i < COUNT(options); i++)
		if (fits(tb[options[i].attr], options[i].words ? 1 : sizeof(uint32_t)))
			print_option(&options[i], tb[options[i].attr]);
	if (fits(macs, sizeof(uint32_t)))
		print_number("macs", macs);
	if (fits(node, 1) && !((char *)RTA_DATA(node))[RTA_PAYLOAD(node) - 1])
		print_text("node", RTA_DATA(node));
}

void own_help(FILE *f)
{
	fprintf(f, "\nand, beside what macvlan has,\n");
	for (size_t i = 0; i < COUNT(options); i++)
		fprintf(f, "\t\t[ %s %s ]\n", options[i].name, options[i].what);
}
