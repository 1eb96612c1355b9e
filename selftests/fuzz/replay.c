// SPDX-License-Identifier: GPL-2.0
/*
 * Without libFuzzer:
 *
 *	replay run [-m KO] PACK...	run the inputs of each pack TARGET.pack; with
 *					-m, load the module before and unload it after
 *	replay distil TO PACK		of a pack, those inputs that ran something new
 *	replay pack PACK FILE...	make one file of many inputs
 *	replay unpack PACK DIR		and back
 *
 * A pack is a sequence of inputs, each behind its length, two bytes with the
 * low one first.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "cov.h"
#include "target.h"
#include "watch.h"

static uint8_t input[65536];

/* The next one, its length, or -1 at the end. */
static int read_input(FILE *f)
{
	int low = fgetc(f), high = fgetc(f);
	size_t len;

	if (low == EOF || high == EOF)
		return -1;
	len = (size_t)(low | high << 8);
	return fread(input, 1, len, f) == len ? (int)len : -1;
}

static FILE *open_file(const char *path, const char *mode)
{
	FILE *f = fopen(path, mode);

	if (!f) {
		fprintf(stderr, "replay: %s: %s\n", path, strerror(errno));
		exit(2);
	}
	return f;
}

static void choose(const char *path)
{
	char *copy = strdup(path), *name = basename(copy), *dot = strchr(name, '.');

	if (dot)
		*dot = 0;
	if (!target_choose(name)) {
		fprintf(stderr, "replay: no target %s\n", name);
		exit(2);
	}
	free(copy);
}

static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void write_input(FILE *f, size_t len)
{
	fputc((int)(len & 255), f);
	fputc((int)(len >> 8), f);
	fwrite(input, 1, len, f);
}

/* @keep: for inputs that ran what none had before, or NULL. */
static void run_pack(const char *path, FILE *keep)
{
	FILE *f = open_file(path, "re");
	double start = seconds();
	unsigned int n = 0, kept = 0;
	size_t before;
	int len;

	choose(path);
	while ((len = read_input(f)) >= 0) {
		before = cov_seen();
		LLVMFuzzerTestOneInput(input, (size_t)len);
		n++;
		if (cov_seen() == before)
			continue;
		kept++;
		if (keep)
			write_input(keep, (size_t)len);
	}
	fclose(f);
	printf("%s: %u inputs, %u with something new, %.1f s, %zu call sites so far\n", path, n,
	       kept, seconds() - start, cov_seen());
}

static void load(const char *ko)
{
	int fd = open(ko, O_RDONLY | O_CLOEXEC);

	cov_open();
	cov_trace_me();
	cov_begin();
	if (fd < 0 || syscall(SYS_finit_module, fd, getenv("MVTAP_FUZZ_PARAM") ?: "", 0))
		fuzz_die(ko);
	cov_locate();
	cov_end();
	close(fd);
}

static void unload(void)
{
	cov_begin();
	if (syscall(SYS_delete_module, "mvtap", 0))
		fuzz_die("unloading mvtap");
	cov_end();
}

static int run_packs(const char *ko, char **paths)
{
	if (ko)
		load(ko);
	choose(*paths);
	LLVMFuzzerInitialize(NULL, NULL);
	for (; *paths; paths++)
		run_pack(*paths, NULL);
	target_end();
	if (ko)
		unload();
	return 0;
}

static int distil(const char *to, const char *from)
{
	FILE *keep = open_file(to, "we");

	choose(from);
	LLVMFuzzerInitialize(NULL, NULL);
	run_pack(from, keep);
	return fclose(keep) ? 1 : 0;
}

static int pack(const char *to, char **paths)
{
	FILE *out = open_file(to, "we"), *f;
	size_t len;

	for (; *paths; paths++) {
		f = open_file(*paths, "re");
		len = fread(input, 1, sizeof(input) - 1, f);
		fclose(f);
		write_input(out, len);
	}
	return fclose(out) ? 1 : 0;
}

static int unpack(const char *from, const char *dir)
{
	FILE *f = open_file(from, "re"), *out;
	unsigned int n = 0;
	char path[4096];
	int len;

	while ((len = read_input(f)) >= 0) {
		snprintf(path, sizeof(path), "%s/%05u", dir, n++);
		out = open_file(path, "we");
		fwrite(input, 1, (size_t)len, out);
		fclose(out);
	}
	fclose(f);
	return 0;
}

int main(int argc, char *argv[])
{
	setlinebuf(stdout);
	if (argc >= 5 && !strcmp(argv[1], "run") && !strcmp(argv[2], "-m"))
		return run_packs(argv[3], argv + 4);
	if (argc >= 3 && !strcmp(argv[1], "run"))
		return run_packs(NULL, argv + 2);
	if (argc == 4 && !strcmp(argv[1], "distil"))
		return distil(argv[2], argv[3]);
	if (argc >= 4 && !strcmp(argv[1], "pack"))
		return pack(argv[2], argv + 3);
	if (argc == 4 && !strcmp(argv[1], "unpack"))
		return unpack(argv[2], argv[3]);
	fprintf(stderr, "usage: replay run [-m KO] PACK... | distil TO PACK |\n"
		"       pack PACK FILE... | unpack PACK DIR\n");
	return 2;
}
