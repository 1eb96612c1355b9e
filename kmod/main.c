// SPDX-License-Identifier: GPL-2.0
#include <linux/module.h>
#include <net/rtnetlink.h>

#include "big.h"
#include "carrier.h"
#include "echo.h"
#include "event.h"
#include "flood.h"
#include "mactable.h"
#include "mcast.h"
#include "personality.h"
#include "rtnl.h"
#include "source.h"
#include "tap.h"
#include "version.h"

#ifdef MVTAP_SELFTEST
static bool __init mvtap_selftest(void)
{
	return mvtap_fwd_selftest() && mvtap_echo_selftest() && mvtap_mactable_selftest() &&
	       mvtap_mcast_selftest() && mvtap_source_selftest() && mvtap_big_selftest();
}
#else
static bool __init mvtap_selftest(void)
{
	return true;
}
#endif

/* modprobe takes EEXIST for "loaded already", and is content. */
static int __init mvtap_name_taken(int err)
{
	if (err != -EEXIST)
		return err;
	if (mvtap_personality()->compat)
		pr_err("mvtap: compat=1: the link kind macvlan belongs to the in-tree module; unload macvtap and macvlan first\n");
	else
		pr_err("mvtap: a name of ours (link kind or device class %s or %s) belongs to another module\n",
		       mvtap_personality()->kind,
		       mvtap_personality()->tap_kind);
	return -EBUSY;
}

static int __init mvtap_module_init(void)
{
	int err;

	if (!mvtap_selftest())
		return -ENOTRECOVERABLE;
	err = mvtap_flood_setup();
	if (err)
		return err;
	err = mvtap_event_setup();
	if (err)
		goto flood_teardown;
	/* Before the tap half, whose device class a loaded in-tree macvtap
	 * has: it cannot be there without in-tree macvlan, which has this.
	 */
	err = mvtap_rtnl_setup();
	if (err)
		goto event_teardown;
	err = mvtap_tap_setup();
	if (err)
		goto rtnl_teardown;
	err = mvtap_rtnl_setup_tap();
	if (err)
		goto tap_teardown;
	return 0;

tap_teardown:
	mvtap_tap_teardown();
rtnl_teardown:
	mvtap_rtnl_teardown();
event_teardown:
	mvtap_event_teardown();
flood_teardown:
	mvtap_flood_teardown();
	return mvtap_name_taken(err);
}

static void __exit mvtap_module_exit(void)
{
	mvtap_rtnl_teardown_tap();
	mvtap_tap_teardown();
	mvtap_rtnl_teardown();
	mvtap_event_teardown();
	mvtap_carrier_teardown();
	mvtap_flood_teardown();
	mvtap_big_teardown();
}

module_init(mvtap_module_init);
module_exit(mvtap_module_exit);

MODULE_DESCRIPTION("MAC address based links with tap devices for virtual machines");
MODULE_VERSION(MVTAP_VERSION);
MODULE_LICENSE("GPL");
MODULE_ALIAS_RTNL_LINK("mvlan");
MODULE_ALIAS_RTNL_LINK("mvtap");
