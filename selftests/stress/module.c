// SPDX-License-Identifier: GPL-2.0
/* The module comes and goes; and what the kernel says meanwhile. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "stress.h"

#define MODULE "mvtap"

int module_load(void)
{
	return system("modprobe " MODULE) ? -EIO : 0;
}

int module_unload(unsigned int timeout_ms)
{
	unsigned int ms;

	for (ms = 0; syscall(SYS_delete_module, MODULE, O_NONBLOCK); ms += 10) {
		if (errno != EWOULDBLOCK || ms >= timeout_ms)
			return -errno;
		usleep(10000);
	}
	return 0;
}

#define MODPROBE "/proc/sys/kernel/modprobe"

static char modprobe[256];

void module_autoload(bool on)
{
	int fd = open(MODPROBE, O_RDWR | O_CLOEXEC);
	ssize_t n;

	if (!on) {
		n = read(fd, modprobe, sizeof(modprobe) - 1);
		modprobe[n > 0 ? n : 0] = '\0';
		lseek(fd, 0, SEEK_SET);
	}
	if (write(fd, on ? modprobe : "\n", on ? strlen(modprobe) : 1) < 0)
		printf("# %s: %s\n", MODPROBE, strerror(errno));
	close(fd);
}

static bool there(const char *path)
{
	struct stat st;

	if (lstat(path, &st))
		return false;
	printf("# still there: %s\n", path);
	return true;
}

static bool in_proc_devices(void)
{
	char line[128], word[64];
	bool found = false;
	FILE *f = fopen("/proc/devices", "re");

	while (f && fgets(line, sizeof(line), f))
		found |= sscanf(line, "%*u %63s", word) == 1 && !strcmp(word, MODULE);
	if (f)
		fclose(f);
	if (found)
		printf("# still in /proc/devices: %s\n", MODULE);
	return found || !f;
}

bool module_gone(void)
{
	return !there("/sys/module/" MODULE) && !there("/sys/class/" MODULE) &&
	       !there("/dev/" MODULE) && !in_proc_devices();
}

/* --- what the kernel says ----------------------------------------------- */

static int kmsg = -1;

static const char *const bad_words[] = {
	"WARNING: ", "BUG: ", "INFO: task", "INFO: rcu", "Oops", "general protection",
	"refcount_t:", "unregister_netdevice: waiting", "UBSAN", "KASAN:", "ODEBUG",
	"list_add corruption", "list_del corruption", "suspicious RCU", "ref_tracker:",
	"stall", "lockup", "sleeping function",
};

int watch_begin(void)
{
	kmsg = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (kmsg < 0)
		return -errno;
	lseek(kmsg, 0, SEEK_END);
	return 0;
}

/* Whose a data race is shows some lines later: the lab judges those at the end. */
static bool is_bad(const char *line)
{
	size_t i;

	if (strstr(line, "BUG: KCSAN"))
		return false;
	for (i = 0; i < sizeof(bad_words) / sizeof(bad_words[0]); i++)
		if (strstr(line, bad_words[i]))
			return true;
	return false;
}

const char *watch_line(void)
{
	static char line[8192];
	ssize_t n;

	for (;;) {
		n = read(kmsg, line, sizeof(line) - 1);
		if (n < 0 && errno == EPIPE)	/* lines were lost */
			continue;
		if (n <= 0)
			return NULL;
		line[n] = '\0';
		line[strcspn(line, "\n")] = '\0';
		if (is_bad(line))
			return strchr(line, ';') ? strchr(line, ';') + 1 : line;
	}
}
