// SPDX-License-Identifier: GPL-2.0
/* What the kernel says of its memory. */
#define _GNU_SOURCE
#include "soak.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

const char *const area_names[AREAS] = {
	"MemFree", "MemAvailable", "Slab", "SUnreclaim", "Percpu", "VmallocUsed",
	"free in slabs",
};

struct cache caches[MAX_CACHES];
static int n_caches;

/* Caches of files, inodes, names: whoever looks fills them. */
static void drop_caches(void)
{
	FILE *f = fopen("/proc/sys/vm/drop_caches", "we");

	if (!f)
		return;
	fputs("3\n", f);
	fclose(f);
}

static void read_meminfo(struct memory *m)
{
	FILE *f = fopen("/proc/meminfo", "re");
	char name[64];
	long kib;
	int i;

	while (f && fscanf(f, "%63[^:]: %ld%*[^\n]\n", name, &kib) == 2)
		for (i = 0; i < AREAS; i++)
			if (!strcmp(name, area_names[i]))
				m->kib[i] = kib;
	if (f)
		fclose(f);
}

/* Free, but counted as used: what the CPUs have in hand. */
static long kib_in_hand(void)
{
	FILE *f = fopen("/proc/zoneinfo", "re");
	long pages, sum = 0;
	char line[256];

	while (f && fgets(line, sizeof(line), f))
		if (sscanf(line, " count: %ld", &pages) == 1)
			sum += pages;
	if (f)
		fclose(f);
	return sum * (sysconf(_SC_PAGESIZE) / 1024);
}

static int cache_number(const char *name)
{
	int i;

	for (i = 0; i < n_caches; i++)
		if (!strcmp(caches[i].name, name))
			return i;
	if (n_caches == MAX_CACHES)
		return -1;
	snprintf(caches[i].name, sizeof(caches[i].name), "%s", name);
	n_caches++;
	return i;
}

/* SLUB does not say how many free objects a CPU has in stock: twice 120 for the smallest. */
#define SLUB_STOCK 240

/* One slab and a CPU's stock may be counted and be free. */
static void read_slabinfo(struct memory *m)
{
	FILE *f = fopen("/proc/slabinfo", "re");
	long cpus = sysconf(_SC_NPROCESSORS_CONF);
	unsigned int active, all, size, per_slab, stock;
	uint64_t unused = 0;
	char line[512], name[40];
	int i;

	while (f && fgets(line, sizeof(line), f)) {
		if (sscanf(line, "%39s %u %u %u %u %*u : tunables %u", name, &active, &all,
			   &size, &per_slab, &stock) != 6)
			continue;
		i = cache_number(name);
		if (i < 0)
			continue;
		m->active[i] = active;
		unused += (uint64_t)(all - active) * size;
		caches[i].size = size;
		caches[i].slack = (per_slab + (stock ? stock : SLUB_STOCK)) * (uint32_t)cpus;
	}
	m->kib[MEM_SLAB_FREE] = (long)(unused / 1024);
	if (f)
		fclose(f);
}

static int count_netdevs(void)
{
	FILE *f = fopen("/proc/net/dev", "re");
	int c, n = -2;

	while (f && (c = getc(f)) != EOF)
		n += c == '\n';
	if (f)
		fclose(f);
	return n;
}

void memory_read(struct memory *m)
{
	memset(m, 0, sizeof(*m));
	drop_caches();
	read_meminfo(m);
	m->kib[MEM_FREE] += kib_in_hand();
	read_slabinfo(m);
	m->caches = n_caches;
	m->netdevs = count_netdevs();
}
