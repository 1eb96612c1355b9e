// SPDX-License-Identifier: GPL-2.0
/*
 * cmocka's own TAP writer prints one plan per group and calls a skip "not ok".
 * So every test runs as a group of its own while stdout and stderr go to a
 * memory file; the KTAP lines are written here.
 */
#define _GNU_SOURCE
#include "ktap.h"

#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

/* No single test may take longer, under emulation either. */
#define TEST_DEADLINE_S 60

static int ktap_fd = STDOUT_FILENO;
static int log_fd = -1;
static unsigned int deadline = TEST_DEADLINE_S;
static unsigned int current_no;
static const char *current_name;
static bool skipped;
static char reason[128];

void ktap_skip_reason(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(reason, sizeof(reason), fmt, ap);
	va_end(ap);
	skipped = true;
}

int ktap_skip_all(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(reason, sizeof(reason), fmt, ap);
	va_end(ap);
	printf("KTAP version 1\n1..0 # SKIP %s\n", reason);
	return KTAP_SKIP;
}

void ktap_note(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
}

void ktap_say(const char *fmt, ...)
{
	char text[256];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	dprintf(ktap_fd, "# %s\n", text);
}

/* Copy what the test said into the report, line by line, as diagnostics. */
static void report_log(void)
{
	char line[512];
	FILE *f;

	f = fdopen(dup(log_fd), "r");
	if (!f)
		return;
	rewind(f);
	while (fgets(line, sizeof(line), f)) {
		line[strcspn(line, "\n")] = '\0';
		if (line[0])
			dprintf(ktap_fd, "# %s\n", line);
	}
	fclose(f);
}

static void on_deadline(int sig)
{
	(void)sig;
	dprintf(ktap_fd, "not ok %u %s\n# no end after %u s\n",
		current_no, current_name, deadline);
	report_log();
	_exit(KTAP_FAIL);
}

void ktap_deadline(unsigned int seconds)
{
	deadline = seconds;
	alarm(seconds);
}

static void log_reset(void)
{
	if (ftruncate(log_fd, 0) || lseek(log_fd, 0, SEEK_SET) < 0)
		abort();
}

static unsigned long now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000ul + t.tv_nsec / 1000000;
}

static bool run_one(const struct CMUnitTest *test, unsigned int no)
{
	unsigned long begin = now_ms();
	int failed;

	current_no = no;
	current_name = test->name;
	skipped = false;
	log_reset();
	ktap_deadline(TEST_DEADLINE_S);
	failed = _cmocka_run_group_tests(test->name, test, 1, NULL, NULL);
	alarm(0);
	fflush(NULL);
	if (getenv("MVTAP_TEST_TIMES"))
		dprintf(ktap_fd, "# %s: %lu ms\n", test->name, now_ms() - begin);

	if (failed) {
		dprintf(ktap_fd, "not ok %u %s\n", no, test->name);
		report_log();
		return false;
	}
	if (skipped)
		dprintf(ktap_fd, "ok %u %s # SKIP %s\n", no, test->name, reason);
	else
		dprintf(ktap_fd, "ok %u %s\n", no, test->name);
	return true;
}

/* Keep the real stdout for the report, send everything else to the log. */
static void redirect(void)
{
	fflush(NULL);
	ktap_fd = dup(STDOUT_FILENO);
	log_fd = memfd_create("log", MFD_CLOEXEC);
	if (ktap_fd < 0 || log_fd < 0 ||
	    dup2(log_fd, STDOUT_FILENO) < 0 || dup2(log_fd, STDERR_FILENO) < 0) {
		perror("redirect output");
		exit(KTAP_FAIL);
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
}

int ktap_run(const struct CMUnitTest *tests, size_t n)
{
	const char *only = getenv("MVTAP_TEST_ONLY");
	bool good = true;
	size_t i;

	signal(SIGALRM, on_deadline);
	redirect();
	cmocka_set_message_output(CM_OUTPUT_STDOUT);
	dprintf(ktap_fd, "KTAP version 1\n1..%zu\n", n);
	for (i = 0; i < n; i++) {
		if (only && !strstr(tests[i].name, only)) {
			dprintf(ktap_fd, "ok %zu %s # SKIP not asked for\n",
				i + 1, tests[i].name);
			continue;
		}
		good &= run_one(&tests[i], i + 1);
	}
	return good ? KTAP_PASS : KTAP_FAIL;
}
