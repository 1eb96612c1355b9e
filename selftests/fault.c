// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include "fault.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/klog.h>
#include <sys/mman.h>
#include <unistd.h>

#include "faultlog.h"
#include "ktap.h"
#include "netcfg.h"

#define CONSOLE_LEVEL 8		/* klogctl() */
#define CONSOLE_QUIET 3		/* what is told of failures stays in the log, see faultlog.c */

static int debug_fd = -1, nth_fd = -1;
static unsigned int left;	/* until the one that fails */
static bool hit;
static int console_level;

/* --- settings ----------------------------------------------------------- */

int fault_debugfs(const char *path, int flags)
{
	int fd = openat(debug_fd, path, flags | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

static int debugfs_write(const char *path, const char *text)
{
	int fd = fault_debugfs(path, O_WRONLY);
	int ret = 0;

	if (fd < 0)
		return fd;
	if (write(fd, text, strlen(text)) < 0)
		ret = -errno;
	close(fd);
	return ret;
}

/* What ends the lack of memory must not end for lack of memory. */
int fault_debugfs_write(const char *path, const char *text)
{
	int i = 0, ret;

	do
		ret = debugfs_write(path, text);
	while (ret == -ENOMEM && i++ < 1000);
	return ret;
}

void fault_pages(bool on)
{
	fault_debugfs_write("fail_page_alloc/min-order", on ? "0" : "20");
}

/* Also what may sleep; each failure is told with its stack. */
static int set_up(const char *kind)
{
	static const char *const values[][2] = {
		{ "ignore-gfp-wait", "N" }, { "verbose", "2" }, { "probability", "0" },
		{ "verbose_ratelimit_interval_ms", "0" },
	};
	char path[80];
	size_t i;
	int ret;

	for (i = 0; i < ARRAY_SIZE(values); i++) {
		snprintf(path, sizeof(path), "%s/%s", kind, values[i][0]);
		ret = fault_debugfs_write(path, values[i][1]);
		if (ret && (ret != -ENOENT || strcmp(kind, "fail_usercopy")))
			return ret;
	}
	return 0;
}

static void restore_console(void)
{
	if (console_level)
		klogctl(CONSOLE_LEVEL, NULL, console_level);
}

static void quiet_console(void)
{
	FILE *f = fopen("/proc/sys/kernel/printk", "re");
	int level = 0;

	if (f && fscanf(f, "%d", &level) == 1 && level > CONSOLE_QUIET) {
		console_level = level;
		klogctl(CONSOLE_LEVEL, NULL, CONSOLE_QUIET);
		atexit(restore_console);
	}
	if (f)
		fclose(f);
}

static const char *set_up_all(void)
{
	debug_fd = open("/sys/kernel/debug", O_PATH | O_DIRECTORY | O_CLOEXEC);
	nth_fd = open("/proc/thread-self/fail-nth", O_RDWR | O_CLOEXEC);
	if (nth_fd < 0)
		return "the kernel has no fault injection";
	if (set_up("failslab") || set_up("fail_page_alloc") || set_up("fail_usercopy"))
		return "fault injection cannot be set up in debugfs";
	if (!faultlog_open())
		return "no kernel log";
	return NULL;
}

/* A stack that grows while memory lacks is a segmentation fault. */
static void __attribute__((noinline)) grow_stack(void)
{
	char room[512 * 1024];

	explicit_bzero(room, sizeof(room));
}

int fault_init(void)
{
	const char *need = getenv("MVTAP_TEST_NEED_FAULTS");
	const char *kind = getenv("TAPKIND"), *why;

	if (kind && strcmp(kind, "mvtap"))
		return ktap_skip_all("for our own kinds only");
	why = set_up_all();
	if (why && need && *need) {
		printf("KTAP version 1\n1..1\nnot ok 1 fault injection\n# %s\n", why);
		return KTAP_FAIL;
	}
	if (why)
		return ktap_skip_all("%s", why);
	fault_pages(true);
	quiet_console();
	mlockall(MCL_CURRENT | MCL_FUTURE);
	grow_stack();
	return KTAP_PASS;
}

/* --- one failure -------------------------------------------------------- */

/* The copy of the text may be the one that fails; none does after it. */
static void write_nth(unsigned int n)
{
	char text[16];
	int len = snprintf(text, sizeof(text), "%u", n);

	if (pwrite(nth_fd, text, len, 0) != len && pwrite(nth_fd, text, len, 0) != len)
		abort();
}

void fault_arm(unsigned int nth)
{
	left = nth;
	hit = false;
}

void fault_begin(void)
{
	if (left)
		write_nth(left);
}

void fault_end(void)
{
	int err = errno;
	char text[16] = "";

	if (!left)
		return;
	/* The copy to us is the next that may fail. */
	if (pread(nth_fd, text, sizeof(text) - 1, 0) < 0)
		left = 1;
	else
		left = strtoul(text, NULL, 10);
	hit = !left;
	write_nth(0);
	errno = err;
}

bool fault_hit(void)
{
	return hit;
}

/* --- leaks -------------------------------------------------------------- */

/* What is young is not looked at. */
#define LEAK_AGE_S 6

static bool read_leaks(char *text, size_t size)
{
	int fd = fault_debugfs("kmemleak", O_RDONLY);
	size_t len = 0;
	ssize_t n;

	if (fd < 0)
		return false;
	while (len < size - 1 && (n = read(fd, text + len, size - 1 - len)) > 0)
		len += n;
	text[len] = '\0';
	close(fd);
	return true;
}

bool fault_no_leaks(void)
{
	static char text[65536];
	int i, ret = 0;

	if (faccessat(debug_fd, "kmemleak", F_OK, 0)) {
		ktap_say("no kmemleak in this kernel");
		return true;
	}
	for (i = 0; i < 2 && !ret; i++) {
		sleep(LEAK_AGE_S);
		ret = fault_debugfs_write("kmemleak", "scan");
	}
	if (ret || !read_leaks(text, sizeof(text))) {
		ktap_note("kmemleak is off: %s", strerror(-ret));
		return false;
	}
	if (strstr(text, "mvtap"))
		ktap_note("%s", text);
	else if (text[0])
		ktap_say("kmemleak has something of others: see the console");
	return !strstr(text, "mvtap");
}
