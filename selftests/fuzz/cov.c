// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include "cov.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <linux/kcov.h>

#include "watch.h"

#define COV_WORDS (1 << 17)
#define COV_TEXT (1 << 20)	/* bytes of a section's code, at most */

enum { OWN, WORKERS };

/* Where libFuzzer looks for counters besides those of a compiler. */
__attribute__((section("__libfuzzer_extra_counters")))
uint8_t cov_counters[COV_COUNTERS];

static const char *const cov_section_names[] = {
	".text", ".text.unlikely", ".init.text", ".exit.text",
	/* The tests' network card may be instrumented, too, and be next to ours. */
	"../../mvtap_testnic/sections/.text",
};

#define COV_OURS 4

#define COV_SECTIONS (sizeof(cov_section_names) / sizeof(cov_section_names[0]))

struct cov_section {
	unsigned long base;
	uint8_t seen[COV_TEXT / 8];	/* a bit for each byte of code */
};

static struct cov_section sections[COV_SECTIONS];
static int kcov[2] = { -1, -1 };
static unsigned long *areas[2];
static size_t n_seen;

void cov_locate(void)
{
	char path[128];
	size_t i;
	FILE *f;

	for (i = 0; i < COV_SECTIONS; i++) {
		snprintf(path, sizeof(path), "/sys/module/mvtap/sections/%s", cov_section_names[i]);
		f = fopen(path, "re");
		if (!f)
			continue;
		if (fscanf(f, "%lx", &sections[i].base) != 1)
			sections[i].base = 0;
		fclose(f);
	}
}

/* Both at once: soon /sys shows another namespace, without debugfs. */
bool cov_open(void)
{
	const char *path = getenv("MVTAP_FUZZ_KCOV");
	size_t i;

	if (areas[OWN])
		return true;
	for (i = 0; i < 2; i++) {
		kcov[i] = open(path ? path : "/sys/kernel/debug/kcov", O_RDWR | O_CLOEXEC);
		if (kcov[i] < 0)
			return false;
		if (ioctl(kcov[i], KCOV_INIT_TRACE, COV_WORDS))
			fuzz_die("KCOV_INIT_TRACE");
		areas[i] = mmap(NULL, COV_WORDS * sizeof(long), PROT_READ | PROT_WRITE, MAP_SHARED,
				kcov[i], 0);
		if (areas[i] == MAP_FAILED)
			fuzz_die("mmap of kcov");
	}
	return true;
}

void cov_trace_me(void)
{
	static bool traced;

	if (kcov[OWN] < 0 || traced)
		return;
	if (ioctl(kcov[OWN], KCOV_ENABLE, KCOV_TRACE_PC))
		fuzz_die("KCOV_ENABLE");
	traced = true;
}

void cov_trace_my_workers(void)
{
	struct kcov_remote_arg arg = {
		.trace_mode = KCOV_TRACE_PC, .area_size = COV_WORDS,
		/* One for each process: a handle is the whole kernel's. */
		.common_handle = kcov_remote_handle(KCOV_SUBSYSTEM_COMMON, (uint32_t)getpid()),
	};

	if (kcov[WORKERS] >= 0 && ioctl(kcov[WORKERS], KCOV_REMOTE_ENABLE, &arg))
		fuzz_die("KCOV_REMOTE_ENABLE");
}

void cov_begin(void)
{
	size_t i;

	for (i = 0; i < 2; i++)
		if (areas[i])
			__atomic_store_n(&areas[i][0], 0, __ATOMIC_RELAXED);
}

/* The section that @pc is in: the one that begins last before it. */
static struct cov_section *section_of(unsigned long pc)
{
	struct cov_section *best = NULL;
	size_t i;

	for (i = 0; i < COV_SECTIONS; i++)
		if (sections[i].base && sections[i].base <= pc &&
		    (!best || sections[i].base > best->base))
			best = &sections[i];
	return best && best < &sections[COV_OURS] && pc - best->base < COV_TEXT ?
	       best : NULL;
}

static size_t add_pc(unsigned long pc)
{
	struct cov_section *s = section_of(pc);
	unsigned long off;
	uint8_t *counter;

	if (!s)
		return 0;
	off = pc - s->base;
	counter = &cov_counters[(off / 4 + (size_t)(s - sections) * 0x5000) % COV_COUNTERS];
	if (*counter < 255)
		(*counter)++;
	if (s->seen[off / 8] & 1 << off % 8)
		return 0;
	s->seen[off / 8] |= 1 << off % 8;
	return 1;
}

static size_t add_area(const unsigned long *a)
{
	unsigned long i, n = a ? __atomic_load_n(&a[0], __ATOMIC_RELAXED) : 0;
	size_t new = 0;

	for (i = 1; i <= n && i < COV_WORDS; i++)
		new += add_pc(a[i]);
	return new;
}

size_t cov_end(void)
{
	size_t new = add_area(areas[OWN]) + add_area(areas[WORKERS]);

	cov_begin();
	n_seen += new;
	return new;
}

size_t cov_seen(void)
{
	return n_seen;
}

int cov_save(const char *path)
{
	unsigned long off;
	size_t i;
	FILE *f = fopen(path, "we");

	if (!f)
		return -1;
	for (i = 0; i < COV_OURS; i++)
		for (off = 0; off < COV_TEXT; off++)
			if (sections[i].seen[off / 8] & 1 << off % 8)
				fprintf(f, "%s %lx\n", cov_section_names[i], off);
	return fclose(f);
}
