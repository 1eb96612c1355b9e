// SPDX-License-Identifier: GPL-2.0
/* The doctor looks at the host: modules, vhost-net, who may use what. */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/utsname.h>

#include "doctor.h"
#include "host.h"
#include "hostfile.h"

#define VHOST_NODE "/dev/vhost-net"
#define VHOST_MAJOR 10	/* as in the kernel's devices.txt */
#define VHOST_MINOR 238

static bool loaded(const char *module)
{
	char path[64];
	struct stat st;

	snprintf(path, sizeof(path), "/sys/module/%s", module);
	return !host_stat(path, &st);
}

static bool wants_compat(const char *line)
{
	char words[160], *word, *rest = words;

	snprintf(words, sizeof(words), "%s", line);
	for (int i = 0; (word = strsep(&rest, " \t")); i++) {
		if (i < 2 && strcmp(word, i ? "mvtap" : "options"))
			return false;
		if (!strcmp(word, "compat=1") || !strcmp(word, "compat=Y") ||
		    !strcmp(word, "compat=y") || !strcmp(word, "compat"))
			return true;
	}
	return false;
}

/* The file of modprobe's configuration that asks for the personality. */
static bool compat_file(char *path, size_t size)
{
	static const char *const dirs[] = {
		"/etc/modprobe.d", "/run/modprobe.d", "/usr/local/lib/modprobe.d",
		"/usr/lib/modprobe.d", "/lib/modprobe.d", NULL,
	};

	return host_grep(dirs, ".conf", wants_compat, path, size);
}

static void missing(struct doctor *d)
{
	struct finding *f = doctor_find(d, ERROR, "host", "module", "without it there are no links");

	doctor_what(f, "the module mvtap is not loaded");
	doctor_remedy(f, "modprobe mvtap");
}

static void personality(struct doctor *d, const char *path)
{
	struct finding *f;

	if (!loaded("mvtap") && (loaded("macvlan") || loaded("macvtap"))) {
		f = doctor_find(d, ERROR, "host", "intree",
				"the kinds macvlan and macvtap belong to whoever is loaded first");
		doctor_what(f, "%s asks for mvtap as macvtap, but the in-tree module %s is loaded",
			    path, loaded("macvtap") ? "macvtap" : "macvlan");
		doctor_remedy(f, "modprobe -r macvtap macvlan && modprobe mvtap");
	} else if (loaded("mvtap") && !host_compat()) {
		f = doctor_find(d, WARNING, "host", "intree",
				"ip link add type macvtap gives links of the in-tree module");
		doctor_what(f, "%s asks for mvtap as macvtap, but it is loaded without compat=1",
			    path);
		doctor_remedy(f, "modprobe -r mvtap && modprobe mvtap");
	}
}

void doctor_module(struct doctor *d)
{
	char path[128];

	if (!loaded("mvtap"))
		missing(d);
	if (compat_file(path, sizeof(path)))
		personality(d, path);
}

static bool has_vhost(const char *line)
{
	return strstr(line, "/vhost_net.ko");
}

/* Without a list of modules nothing is known, so nothing is said. */
static bool loadable(void)
{
	char dir[sizeof(((struct utsname *)0)->release) + 16], path[128];
	const char *const dirs[] = { dir, NULL };
	struct utsname u;

	uname(&u);
	snprintf(dir, sizeof(dir), "/lib/modules/%s", u.release);
	return host_grep(dirs, "modules.dep", has_vhost, path, sizeof(path)) ||
	       host_grep(dirs, "modules.builtin", has_vhost, path, sizeof(path));
}

static bool in_group(const struct who *who, gid_t gid)
{
	for (int i = 0; i < who->count; i++)
		if (who->groups[i] == gid)
			return true;
	return false;
}

static unsigned int rights(const struct who *who, const struct stat *st)
{
	if (!who->uid)
		return 6;
	if (who->uid == st->st_uid)
		return st->st_mode >> 6 & 7;
	if (in_group(who, st->st_gid))
		return st->st_mode >> 3 & 7;
	return st->st_mode & 7;
}

void doctor_access(struct doctor *d, const char *name, const char *check, const char *path,
		   const struct stat *st)
{
	struct finding *f;

	if ((rights(&d->who, st) & 6) == 6)
		return;
	f = doctor_find(d, ERROR, name, check, "whoever runs the VM has to open it");
	doctor_what(f, "%s cannot be read and written by %s (mode %04o, uid %d, gid %d)", path,
		    d->who.name, st->st_mode & 07777, (int)st->st_uid, (int)st->st_gid);
	if (st->st_gid && (st->st_mode & 060) == 060)
		doctor_remedy(f, "usermod -aG %d %s, and log in anew", (int)st->st_gid,
			      d->who.name);
	else if (strcmp(name, "host"))
		doctor_remedy(f, "mvtap set %s owner %s perm %04o", name, d->who.name,
			      (st->st_mode & 0777) | 0600);
	else
		doctor_remedy(f, "chown %s %s && chmod u+rw %s", d->who.name, path, path);
}

static void no_vhost(struct doctor *d)
{
	struct finding *f = doctor_find(d, ERROR, "host", "vhost",
		"without vhost-net each frame goes through QEMU, and mvtap run asks for it");

	if (!loaded("vhost_net") && !loadable()) {
		doctor_what(f, "this kernel has no module vhost_net");
		doctor_remedy(f, "install the package with all modules of this kernel, or use mvtap run --no-vhost");
	} else if (!loaded("vhost_net")) {
		doctor_what(f, "%s is missing: the module vhost_net is not loaded", VHOST_NODE);
		doctor_remedy(f, "modprobe vhost_net");
	} else {
		doctor_what(f, "%s is missing, but the module vhost_net is loaded", VHOST_NODE);
		doctor_remedy(f, "mknod -m 660 %s c %d %d", VHOST_NODE, VHOST_MAJOR, VHOST_MINOR);
	}
}

/* A node without the module loads it when it is opened, if there is one to load. */
void doctor_vhost(struct doctor *d)
{
	struct finding *f;
	struct stat st;

	if (host_stat(VHOST_NODE, &st) < 0 || (!loaded("vhost_net") && !loadable())) {
		no_vhost(d);
		return;
	}
	if (S_ISCHR(st.st_mode) && st.st_rdev == makedev(VHOST_MAJOR, VHOST_MINOR)) {
		doctor_access(d, "host", "vhost", VHOST_NODE, &st);
		return;
	}
	f = doctor_find(d, ERROR, "host", "vhost", "what QEMU opens there is not vhost-net");
	doctor_what(f, "%s is not the character device %d:%d", VHOST_NODE, VHOST_MAJOR,
		    VHOST_MINOR);
	doctor_remedy(f, "rm %s && mknod -m 660 %s c %d %d", VHOST_NODE, VHOST_NODE,
		      VHOST_MAJOR, VHOST_MINOR);
}
