// SPDX-License-Identifier: GPL-2.0
/* What it costs to make, change and delete one more link, beside those that are there. */
#include "bench.h"

#include <unistd.h>

#include "../netcfg.h"
#include "../tapdev.h"

#define EXTRA 60000		/* its number, beyond all others */
#define TIMES 5
#define SETTLE_US 20000		/* what work items still do belongs to nobody's window */

static int create(struct task *t)
{
	return t->bed.peer->add(&t->bed, "extra", EXTRA);
}

static int up(struct task *t)
{
	(void)t;
	return link_up("extra");
}

static int set_mac(struct task *t)
{
	uint8_t mac[6];

	bed_mac(&t->bed, EXTRA + 1, mac);
	return link_set_mac("extra", mac);
}

static int delete(struct task *t)
{
	(void)t;
	return link_del("extra");
}

static const struct {
	const char *name;
	int (*run)(struct task *t);
} steps[] = {
	{ "create", create }, { "up", up }, { "mac", set_mac }, { "delete", delete },
};

static int once(struct task *t)
{
	size_t i;
	int ret = 0;

	for (i = 0; !ret && i < ARRAY_LEN(steps); i++) {
		usleep(SETTLE_US);
		window_open(t, steps[i].name);
		ret = steps[i].run(t);
		window_close(t);
		t->result.frames = 1;
		if (!ret)
			window_report(t);
	}
	return ret;
}

/* Several times: a deletion takes as long as the grace periods happen to take. */
static int ctl_measure(struct task *t)
{
	int ret = 0, i;

	for (i = 0; !ret && i < TIMES; i++)
		ret = once(t);
	return ret;
}

const struct method method_ctl = {
	.prepare = crowd_prepare, .measure = ctl_measure, .crowd = true,
};
