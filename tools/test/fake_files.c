// SPDX-License-Identifier: GPL-2.0
/* The files of the fake host, and the driver's side of the ethtool ioctl. */
#include <errno.h>
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>

#include "fake_kernel.h"

int __real_ioctl(int fd, unsigned long request, void *arg);

static const char *const counters[] = { "tx_drop_runt", "rx_drop_tap" };
static const char *const features[] = {
	"tx-scatter-gather", "tx-checksum-ip-generic", "tx-vlan-hw-insert",
	"tx-tcp-segmentation", "vlan-challenged",
};

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static struct fake_file *find(const char *path)
{
	for (int i = 0; i < fake.files; i++)
		if (!strcmp(fake.file[i].path, path))
			return &fake.file[i];
	errno = ENOENT;
	return NULL;
}

struct fake_file *fake_put(const char *path, const char *text)
{
	struct fake_file *f = find(path);

	if (!f)
		f = &fake.file[fake.files++];
	*f = (struct fake_file) { .path = path, .text = text, .mode = S_IFREG | 0644 };
	return f;
}

void fake_gone(const char *path)
{
	struct fake_file *f = find(path);

	if (f)
		*f = fake.file[--fake.files];
}

FILE *__wrap_host_open(const char *path)
{
	struct fake_file *f = find(path);

	return f && f->text ? fmemopen((char *)f->text, strlen(f->text), "r") : NULL;
}

int __wrap_host_stat(const char *path, struct stat *st)
{
	const struct fake_file *f = find(path);

	if (!f)
		return -1;
	memset(st, 0, sizeof(*st));
	st->st_mode = f->mode;
	st->st_uid = f->uid;
	st->st_gid = f->gid;
	st->st_rdev = f->rdev;
	return 0;
}

bool __wrap_host_list(const char *dir, const char *suffix,
		      bool (*cb)(const char *path, void *arg), void *arg)
{
	size_t len = strlen(dir), end = strlen(suffix);

	for (int i = 0; i < fake.files; i++) {
		const char *path = fake.file[i].path;

		if (!strncmp(path, dir, len) && path[len] == '/' && strlen(path) > len + end &&
		    !strcmp(path + strlen(path) - end, suffix) && cb(path, arg))
			return true;
	}
	return false;
}

static void strings(struct ethtool_gstrings *s)
{
	bool stats = s->string_set == ETH_SS_STATS;
	const char *const *names = stats ? counters : features;

	s->len = stats ? COUNT(counters) : COUNT(features);
	for (size_t i = 0; i < s->len; i++)
		strncpy((char *)s->data + i * ETH_GSTRING_LEN, names[i], ETH_GSTRING_LEN - 1);
}

static void feature_bits(struct ethtool_gfeatures *f)
{
	f->features[0].available = 0xf;
	for (size_t i = 0; i < COUNT(features) - 1; i++)
		if (!fake.off || !strstr(fake.off, features[i]))
			f->features[0].active |= 1U << i;
}

static int answer(const struct fake_link *l, void *cmd)
{
	struct ethtool_sset_info *info = cmd;
	struct ethtool_stats *stats = cmd;

	switch (info->cmd) {
	case ETHTOOL_GSSET_INFO:
		info->data[0] = info->sset_mask == 1ULL << ETH_SS_STATS ?
			COUNT(counters) : COUNT(features);
		return 0;
	case ETHTOOL_GSTRINGS:
		strings(cmd);
		return 0;
	case ETHTOOL_GSTATS:
		stats->data[0] = l->lost;
		stats->data[1] = 0;
		return 0;
	case ETHTOOL_GFEATURES:
		feature_bits(cmd);
		return 0;
	}
	errno = EOPNOTSUPP;
	return -1;
}

int __wrap_ioctl(int fd, unsigned long request, ...)
{
	struct fake_link *l;
	struct ifreq *ifr;
	va_list args;

	va_start(args, request);
	ifr = va_arg(args, void *);
	va_end(args);
	if (request != SIOCETHTOOL)
		return __real_ioctl(fd, request, ifr);
	l = fake_find(ifr->ifr_name);
	if (l)
		return answer(l, ifr->ifr_data);
	errno = ENODEV;
	return -1;
}
