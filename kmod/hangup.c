// SPDX-License-Identifier: GPL-2.0
#include "hangup.h"

#include <linux/fs.h>
#include <linux/if_tap.h>
#include <linux/module.h>
#include <linux/poll.h>
#include <linux/rtnetlink.h>

/* The same for every queue, set before the first one ends. */
static const struct file_operations *mvtap_hangup_live;

/* --- a file without a link ---------------------------------------------- */

static ssize_t mvtap_hangup_iter(struct kiocb *iocb, struct iov_iter *iter)
{
	return -ENODEV;
}

/* Not EPOLLIN: vhost-net would come for frames over and over. */
static __poll_t mvtap_hangup_poll(struct file *file, poll_table *wait)
{
	return EPOLLERR | EPOLLHUP;
}

static long mvtap_hangup_ioctl(struct file *file, unsigned int cmd,
			       unsigned long arg)
{
	return mvtap_hangup_live->unlocked_ioctl(file, cmd, arg);
}

#ifdef CONFIG_COMPAT
static long mvtap_hangup_compat_ioctl(struct file *file, unsigned int cmd,
				      unsigned long arg)
{
	return mvtap_hangup_live->compat_ioctl(file, cmd, arg);
}
#endif

static int mvtap_hangup_release(struct inode *inode, struct file *file)
{
	return mvtap_hangup_live->release(inode, file);
}

static const struct file_operations mvtap_hangup_fops = {
	.owner = THIS_MODULE,
	.read_iter = mvtap_hangup_iter,
	.write_iter = mvtap_hangup_iter,
	.poll = mvtap_hangup_poll,
	.unlocked_ioctl = mvtap_hangup_ioctl,
#ifdef CONFIG_COMPAT
	.compat_ioctl = mvtap_hangup_compat_ioctl,
#endif
	.release = mvtap_hangup_release,
};

/* --- the end ------------------------------------------------------------ */

/*
 * A reader looks at nothing but the ring. So the ring gets as many empty frames
 * as it holds, all of them one and the same: enough for each who sleeps, and
 * for who is on the way to it.
 */
static void mvtap_hangup_fill(struct tap_queue *queue)
{
	struct sk_buff *skb = alloc_skb(0, GFP_KERNEL | __GFP_NOFAIL);

	while (!ptr_ring_produce_bh(&queue->ring, skb))
		skb_get(skb);
	consume_skb(skb);
}

/*
 * The file keeps its module references: tap.ko, in the place of which comes
 * ours, cannot go before us. A release that has begun waits for RTNL, and
 * drops the reference that it finds afterwards.
 */
static void mvtap_hangup_file(struct file *file)
{
	const struct file_operations *live = file->f_op;

	__module_get(THIS_MODULE);
	WRITE_ONCE(file->f_op, &mvtap_hangup_fops);
	fops_put(live);
}

void mvtap_hangup(struct tap_queue *queue, const struct file_operations *live)
{
	ASSERT_RTNL();
	mvtap_hangup_live = live;
	if (queue->file->f_op == live)
		mvtap_hangup_file(queue->file);
	mvtap_hangup_fill(queue);
	wake_up_interruptible_poll(sk_sleep(&queue->sk),
				   EPOLLERR | EPOLLHUP | EPOLLIN | EPOLLOUT);
}
