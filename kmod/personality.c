// SPDX-License-Identifier: GPL-2.0
#include "personality.h"
#include "version.h"

#include <linux/module.h>

static bool mvtap_compat;
module_param_named(compat, mvtap_compat, bool, 0444);
MODULE_PARM_DESC(compat, "Take the place of the in-tree macvlan and macvtap: the link kinds \"macvlan\" and \"macvtap\", and the device class \"macvtap\" (default: off)");

static const struct mvtap_personality mvtap_personalities[] = {
	[false] = {
		.kind = "mvlan",
		.tap_kind = "mvtap",
		.class = "mvtap",
		.driver = "mvtap",
		.version = MVTAP_VERSION,
	},
	[true] = {
		.kind = "macvlan",
		.tap_kind = "macvtap",
		.class = "macvtap",
		.driver = "macvlan",
		.version = "0.1",
		.compat = true,
	},
};

const struct mvtap_personality *mvtap_personality(void)
{
	return &mvtap_personalities[mvtap_compat];
}
