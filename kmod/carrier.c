// SPDX-License-Identifier: GPL-2.0
#include "carrier.h"

#include <uapi/linux/mvtap.h>

#include <linux/rtnetlink.h>
#include <linux/workqueue.h>

#include "tap.h"

/*
 * The tap core does not tell when a queue is closed. So look, while links are
 * there that want to know.
 */
#define MVTAP_CARRIER_PERIOD (HZ / 4)

static void mvtap_carrier_look(struct work_struct *work);

static LIST_HEAD(mvtap_carrier_watched);	/* mvtap_dev.watched */
static DEFINE_SPINLOCK(mvtap_carrier_lock);	/* of that list */
static DECLARE_DELAYED_WORK(mvtap_carrier_work, mvtap_carrier_look);

/* Set under RTNL, so that a look may come a moment too early: it comes again. */
static void mvtap_carrier_set(struct mvtap_dev *link)
{
	bool carrier = READ_ONCE(link->below);

	if (READ_ONCE(link->settings.carrier) == MVTAP_CARRIER_QUEUE)
		carrier &= mvtap_tap_attached(link);
	if (carrier)
		netif_carrier_on(link->dev);
	else
		netif_carrier_off(link->dev);
}

static void mvtap_carrier_look(struct work_struct *work)
{
	struct mvtap_dev *link;
	bool more;

	spin_lock_bh(&mvtap_carrier_lock);
	list_for_each_entry(link, &mvtap_carrier_watched, watched)
		mvtap_carrier_set(link);
	more = !list_empty(&mvtap_carrier_watched);
	spin_unlock_bh(&mvtap_carrier_lock);
	if (more)
		schedule_delayed_work(&mvtap_carrier_work,
				      MVTAP_CARRIER_PERIOD);
}

/* A link that the host reaches has whom to talk to without any wire. */
static bool mvtap_carrier_below(const struct mvtap_dev *link)
{
	return netif_carrier_ok(link->lower) ||
	       (link->settings.host_reach && link->lower->flags & IFF_UP);
}

static void mvtap_carrier_watch(struct mvtap_dev *link)
{
	spin_lock_bh(&mvtap_carrier_lock);
	if (list_empty(&link->watched))
		list_add_tail(&link->watched, &mvtap_carrier_watched);
	spin_unlock_bh(&mvtap_carrier_lock);
	schedule_delayed_work(&mvtap_carrier_work, MVTAP_CARRIER_PERIOD);
}

static void mvtap_carrier_unwatch(struct mvtap_dev *link)
{
	spin_lock_bh(&mvtap_carrier_lock);
	list_del_init(&link->watched);
	spin_unlock_bh(&mvtap_carrier_lock);
}

void mvtap_carrier_follow(struct mvtap_dev *link)
{
	struct net_device *dev = link->dev;
	bool alone;

	ASSERT_RTNL();
	WRITE_ONCE(link->below, mvtap_carrier_below(link));
	/* dormant, testing and carrier of the one below ... */
	alone = link->below && !netif_carrier_ok(link->lower);
	if (!alone && link->settings.carrier == MVTAP_CARRIER_LOWER) {
		netif_stacked_transfer_operstate(link->lower, dev);
		return;
	}
	/* ... or the carrier only. */
	netif_dormant_off(dev);
	netif_testing_off(dev);
	mvtap_carrier_set(link);
}

void mvtap_carrier_review(struct mvtap_dev *link)
{
	if (link->dev->reg_state != NETREG_REGISTERED)
		return;
	if (link->settings.carrier == MVTAP_CARRIER_QUEUE)
		mvtap_carrier_watch(link);
	else
		mvtap_carrier_unwatch(link);
	mvtap_carrier_follow(link);
}

void mvtap_carrier_forget(struct mvtap_dev *link)
{
	mvtap_carrier_unwatch(link);
}

void mvtap_carrier_teardown(void)
{
	cancel_delayed_work_sync(&mvtap_carrier_work);
}
