// SPDX-License-Identifier: GPL-2.0
#include "big.h"

#include <linux/etherdevice.h>
#include <linux/mm.h>
#include <linux/percpu.h>
#include <linux/sizes.h>
#include <linux/skbuff.h>
#include <linux/spinlock.h>
#include <linux/uio.h>
#include <linux/workqueue.h>

#define MVTAP_BIG_ORDER PAGE_ALLOC_COSTLY_ORDER
#define MVTAP_BIG_SIZE (PAGE_SIZE << MVTAP_BIG_ORDER)

/* For 16 frames of 64 KiB; a megabyte for a CPU that has ever sent some. */
#define MVTAP_BIG_PAGES 32

/* A CPU that has sent none for so long gives its pages back. */
#define MVTAP_BIG_IDLE (5 * HZ)

/* The protocols have none longer, whatever buffers a guest strings together. */
#define MVTAP_BIG_MAX SZ_64K

/* What a CPU remembers of pages; whether one is free its reference count says. */
struct mvtap_big_cache {
	spinlock_t lock;	/* process context only; hardly ever waited for */
	struct page *pages[MVTAP_BIG_PAGES];
	unsigned int next;
	bool used;		/* since it was last looked at */
};

static DEFINE_PER_CPU(struct mvtap_big_cache, mvtap_big_cache) = {
	.lock = __SPIN_LOCK_UNLOCKED(mvtap_big_cache.lock),
};

static void mvtap_big_look(struct work_struct *work);
static DECLARE_DELAYED_WORK(mvtap_big_work, mvtap_big_look);

static void mvtap_big_empty(struct mvtap_big_cache *cache)
{
	int i;

	for (i = 0; i < MVTAP_BIG_PAGES; i++) {
		if (cache->pages[i])
			put_page(cache->pages[i]);
		cache->pages[i] = NULL;
	}
}

/* Return: it was in use, and has pages still. */
static bool mvtap_big_trim(struct mvtap_big_cache *cache)
{
	bool used;

	spin_lock(&cache->lock);
	used = cache->used;
	cache->used = false;
	if (!used)
		mvtap_big_empty(cache);
	spin_unlock(&cache->lock);
	return used;
}

static void mvtap_big_look(struct work_struct *work)
{
	bool used = false;
	int cpu;

	for_each_possible_cpu(cpu)
		used |= mvtap_big_trim(per_cpu_ptr(&mvtap_big_cache, cpu));
	if (used)
		schedule_delayed_work(&mvtap_big_work, MVTAP_BIG_IDLE);
}

void mvtap_big_teardown(void)
{
	int cpu;

	cancel_delayed_work_sync(&mvtap_big_work);
	for_each_possible_cpu(cpu)
		mvtap_big_empty(per_cpu_ptr(&mvtap_big_cache, cpu));
}

/*
 * The page whose turn it is, if nobody but the cache has it. What another guest
 * has left in it nobody sees: a frame ends where its own bytes do.
 */
static struct page *mvtap_big_reuse(void)
{
	struct mvtap_big_cache *cache = raw_cpu_ptr(&mvtap_big_cache);
	struct page *page;

	spin_lock(&cache->lock);
	cache->used = true;
	page = cache->pages[cache->next];
	if (page && page_ref_count(page) == 1) {
		get_page(page);
		cache->next = (cache->next + 1) % MVTAP_BIG_PAGES;
	} else {
		page = NULL;
	}
	spin_unlock(&cache->lock);
	return page;
}

/* In the place of the one that is still in use. */
static void mvtap_big_remember(struct page *page)
{
	struct mvtap_big_cache *cache = raw_cpu_ptr(&mvtap_big_cache);
	struct page *old;

	get_page(page);
	spin_lock(&cache->lock);
	old = cache->pages[cache->next];
	cache->pages[cache->next] = page;
	cache->next = (cache->next + 1) % MVTAP_BIG_PAGES;
	cache->used = true;
	spin_unlock(&cache->lock);
	if (old)
		put_page(old);
	schedule_delayed_work(&mvtap_big_work, MVTAP_BIG_IDLE);
}

/* Where memory is in pieces the tap core's way is better than to wait for it. */
static struct page *mvtap_big_page(void)
{
	struct page *page = mvtap_big_reuse();

	if (page)
		return page;
	page = alloc_pages((GFP_KERNEL & ~__GFP_DIRECT_RECLAIM) | __GFP_COMP |
			   __GFP_NOWARN | __GFP_NORETRY, MVTAP_BIG_ORDER);
	if (page && !page_is_pfmemalloc(page))
		mvtap_big_remember(page);
	return page;
}

static bool mvtap_big_add_pages(struct sk_buff *skb, size_t len)
{
	struct page *page;
	size_t size;
	int i;

	for (i = 0; len; i++, len -= size) {
		page = mvtap_big_page();
		if (!page)
			return false;
		size = min_t(size_t, len, MVTAP_BIG_SIZE);
		skb_add_rx_frag(skb, i, page, 0, size, MVTAP_BIG_SIZE);
	}
	return true;
}

struct sk_buff *mvtap_big_skb(struct iov_iter *from, size_t linear)
{
	size_t len = iov_iter_count(from);
	struct sk_buff *skb;

	BUILD_BUG_ON(MAX_SKB_FRAGS * MVTAP_BIG_SIZE < MVTAP_BIG_MAX);
	if (len - linear > MVTAP_BIG_MAX)
		return NULL;
	skb = alloc_skb(NET_SKB_PAD + NET_IP_ALIGN + linear, GFP_KERNEL);
	if (!skb)
		return NULL;
	skb_reserve(skb, NET_SKB_PAD + NET_IP_ALIGN);
	skb_put(skb, linear);
	if (mvtap_big_add_pages(skb, len - linear) &&
	    !skb_copy_datagram_from_iter(skb, 0, from, len))
		return skb;
	consume_skb(skb);	/* nothing is lost: it goes another way */
	return NULL;
}

#ifdef MVTAP_SELFTEST
#include "selftest/big.c"
#endif
