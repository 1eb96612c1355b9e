// SPDX-License-Identifier: GPL-2.0
/* The rest of the outside world: interface names, device nodes, exec. */
#include <errno.h>
#include <ifaddrs.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "fake_kernel.h"
#include "probe.h"

struct link;

unsigned int __wrap_if_nametoindex(const char *name)
{
	if (!strcmp(name, "eth0"))
		return FAKE_LOWER_INDEX;
	errno = ENODEV;
	return 0;
}

char *__wrap_if_indextoname(unsigned int ifindex, char *name)
{
	return ifindex == FAKE_LOWER_INDEX ? strcpy(name, "eth0") : NULL;
}

static int some_file(const char *text)
{
	int fd = memfd_create("fake", MFD_CLOEXEC);

	fake.opened++;
	return fd < 0 || write(fd, text, strlen(text)) < 0 ? -1 : fd;
}

int __wrap_tap_open(const char *cmd, const struct link *l, bool vnet, bool multi)
{
	(void)cmd;
	(void)l;
	fake.vnet = vnet;
	fake.multi = multi;
	return some_file("tap");
}

int __wrap_tap_open_vhost(const char *cmd)
{
	(void)cmd;
	return some_file("vhost");
}

int __wrap_getifaddrs(struct ifaddrs **all)
{
	*all = fake.addrs;
	return 0;
}

void __wrap_freeifaddrs(struct ifaddrs *all)
{
	(void)all;
}

int __wrap_probe_run(struct probe *p)
{
	p->sent = 1;
	p->waited = 1;
	p->reflects = fake.reflects;
	return 0;
}

int __wrap_execvp(const char *file, char *const argv[])
{
	(void)file;
	for (int i = 0; i < FAKE_ARGS && argv[i]; i++)
		fake.exec[i] = strdup(argv[i]);
	errno = fake.exec_errno;
	return -1;
}
