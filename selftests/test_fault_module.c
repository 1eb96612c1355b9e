// SPDX-License-Identifier: GPL-2.0
/*
 * The module is loaded and unloaded while memory fails: each single allocation
 * on the way, once. See faultwalk.h.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "fault.h"
#include "faultcmd.h"
#include "faultwalk.h"
#include "ktap.h"

static void *image;
static size_t image_len;

/*
 * Where memory lacks for the events of a module's tracepoints, the kernel warns
 * and goes on. Here it finds none: the section has another name.
 */
static void hide_tracepoints(void)
{
	static const char section[] = "_ftrace_events";
	char *name = memmem(image, image_len, section, sizeof(section));

	if (name)
		*name = '-';
}

/* The file that modprobe would take. */
static int read_image(void)
{
	char path[4096] = "";
	FILE *p = popen("modinfo -n mvtap", "re");
	struct stat st;
	int fd;

	if (!p || !fgets(path, sizeof(path), p) || pclose(p))
		return -1;
	path[strcspn(path, "\n")] = '\0';
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st))
		return -1;
	image_len = st.st_size;
	image = malloc(image_len);
	if (!image || read(fd, image, image_len) != st.st_size)
		return -1;
	hide_tracepoints();
	return close(fd);
}

static int load(void)
{
	int ret;

	fault_begin();
	ret = syscall(SYS_init_module, image, image_len, "");
	fault_end();
	return ret ? -errno : 0;
}

static int unload(void)
{
	int ret;

	fault_begin();
	ret = syscall(SYS_delete_module, "mvtap", O_NONBLOCK);
	fault_end();
	return ret ? -errno : 0;
}

static int own_step(const char *text)
{
	if (!strcmp(text, "load"))
		return load();
	if (!strcmp(text, "unload"))
		return unload();
	return -EPROTO;
}

#define LINKS "new mvtap x low 1 u32:4 32 01 ^ 1 0200000000aa;up x;" \
	      "new mvlan y low 1 u32:16 3 u32:0 4 020000000100 ^ 1 0200000000bb"

static const struct fault_case cases[] = {
	{ "load", "unload", "load", "unload", NULL },
	{ "unload", NULL, "unload", "load", NULL },
	{ "unload with links", LINKS, "unload", "load;" LINKS, NULL },
};

/* Whatever became of the test: loaded. */
static int teardown(void **state)
{
	int ret = fault_no_bed(state);

	return system("modprobe mvtap") ? -1 : ret;
}

int main(void)
{
	if (read_image())
		return ktap_skip_all("no file of the module");
	fault_ours_late = true;
	fault_own_step = own_step;
	fault_own_teardown = teardown;
	return fault_main(cases, ARRAY_SIZE(cases));
}
