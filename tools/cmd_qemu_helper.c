// SPDX-License-Identifier: GPL-2.0
/* QEMU's -netdev tap,helper=: it runs us, and takes a descriptor over a socket. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "args.h"
#include "link.h"
#include "mvtap.h"
#include "out.h"
#include "tap.h"

struct wish {
	const char *name;
	int64_t sock;
	bool vnet;
};

static int parse_option(int argc, char **argv, int *i, struct wish *w)
{
	const char *value;

	if (!strcmp(argv[*i], "--use-vnet")) {
		w->vnet = true;
		return MVTAP_OK;
	}
	value = args_option_value("--fd", argc, argv, i);
	if (value) {
		if (args_number(value, 0, INT32_MAX, &w->sock))
			return MVTAP_OK;
		return usage_error("qemu-helper: --fd: \"%s\" is not the number of a socket",
				   value);
	}
	value = args_option_value("--br", argc, argv, i);
	if (!value)
		return usage_error("qemu-helper: \"%s\" is not an option: --use-vnet, --fd=N, --br=NAME",
				   argv[*i]);
	if (!args_is_name(value))
		return usage_error("qemu-helper: --br: \"%s\" cannot name a link", value);
	w->name = value;
	return MVTAP_OK;
}

static int parse(int argc, char **argv, struct wish *w)
{
	for (int i = 1; i < argc; i++) {
		int ret = parse_option(argc, argv, &i, w);

		if (ret)
			return ret;
	}
	if (w->sock < 0)
		return usage_error("qemu-helper: --fd=N is missing: the socket of QEMU");
	if (!w->name)
		return usage_error("qemu-helper: --br=NAME is missing: the name of a link");
	return MVTAP_OK;
}

static int hand_over(const struct wish *w, const struct link *l)
{
	int fd = tap_open("qemu-helper", l, w->vnet, false);
	int ret = MVTAP_OK;

	if (fd < 0)
		return MVTAP_REFUSED;
	if (!l->conf.value[KEY_UP].num)
		ret = link_set_up("qemu-helper", l, true);
	if (!ret && tap_send_fd(w->sock, fd) < 0) {
		out_error("qemu-helper %s: --fd=%d: %s", w->name, (int)w->sock,
			  strerror(errno));
		ret = MVTAP_REFUSED;
		if (!l->conf.value[KEY_UP].num)
			link_set_up("qemu-helper", l, false);
	}
	close(fd);
	return ret;
}

static int run(int argc, char **argv)
{
	struct wish w = { .sock = -1 };
	struct link l;
	int ret;

	ret = parse(argc, argv, &w);
	if (!ret)
		ret = link_get("qemu-helper", w.name, &l);
	if (!ret && !link_has_node(&l)) {
		out_error("qemu-helper %s: is an mvlan link, which has no device node", w.name);
		ret = MVTAP_REFUSED;
	}
	return ret ? ret : hand_over(&w, &l);
}

static void details(void)
{
	printf("QEMU calls it; br= is the name of the link:\n\n"
	       "  qemu-system-x86_64 ... -netdev 'tap,id=n0,helper=mvtap qemu-helper,br=vm0'\n");
}

const struct command cmd_qemu_helper = {
	.name = "qemu-helper",
	.synopsis = "[--use-vnet] --fd=N --br=NAME",
	.summary = "open the queue of a link for QEMU's -netdev tap,helper=",
	.details = details,
	.run = run,
};
