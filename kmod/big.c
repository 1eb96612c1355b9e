// SPDX-License-Identifier: GPL-2.0
#include "big.h"

#include <linux/etherdevice.h>
#include <linux/mm.h>
#include <linux/percpu.h>
#include <linux/skbuff.h>
#include <linux/uio.h>

#define MVTAP_BIG_ORDER PAGE_ALLOC_COSTLY_ORDER
#define MVTAP_BIG_SIZE (PAGE_SIZE << MVTAP_BIG_ORDER)

/* For 16 frames of 64 KiB; a megabyte for a CPU that has ever sent some. */
#define MVTAP_BIG_PAGES 32

/* What a CPU remembers of pages; whether one is free its reference count says. */
struct mvtap_big_cache {
	struct page *pages[MVTAP_BIG_PAGES];
	unsigned int next;
};

static DEFINE_PER_CPU(struct mvtap_big_cache, mvtap_big_cache);

void mvtap_big_teardown(void)
{
	struct mvtap_big_cache *cache;
	int cpu, i;

	for_each_possible_cpu(cpu) {
		cache = per_cpu_ptr(&mvtap_big_cache, cpu);
		for (i = 0; i < MVTAP_BIG_PAGES; i++)
			if (cache->pages[i])
				put_page(cache->pages[i]);
	}
}

/*
 * The page whose turn it is, if nobody but the cache has it. What another guest
 * has left in it nobody sees: a frame ends where its own bytes do.
 */
static struct page *mvtap_big_reuse(void)
{
	struct mvtap_big_cache *cache = get_cpu_ptr(&mvtap_big_cache);
	struct page *page = cache->pages[cache->next];

	if (page && page_ref_count(page) == 1) {
		get_page(page);
		cache->next = (cache->next + 1) % MVTAP_BIG_PAGES;
	} else {
		page = NULL;
	}
	put_cpu_ptr(&mvtap_big_cache);
	return page;
}

/* In the place of the one that is still in use. */
static void mvtap_big_remember(struct page *page)
{
	struct mvtap_big_cache *cache = get_cpu_ptr(&mvtap_big_cache);
	struct page *old = cache->pages[cache->next];

	get_page(page);
	cache->pages[cache->next] = page;
	cache->next = (cache->next + 1) % MVTAP_BIG_PAGES;
	put_cpu_ptr(&mvtap_big_cache);
	if (old)
		put_page(old);
}

static struct page *mvtap_big_page(void)
{
	struct page *page = mvtap_big_reuse();

	if (page)
		return page;
	page = alloc_pages(GFP_KERNEL | __GFP_COMP | __GFP_NOWARN |
			   __GFP_NORETRY, MVTAP_BIG_ORDER);
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

	if (len - linear > MAX_SKB_FRAGS * MVTAP_BIG_SIZE)
		return NULL;
	skb = alloc_skb(NET_SKB_PAD + NET_IP_ALIGN + linear, GFP_KERNEL);
	if (!skb)
		return NULL;
	skb_reserve(skb, NET_SKB_PAD + NET_IP_ALIGN);
	skb_put(skb, linear);
	if (mvtap_big_add_pages(skb, len - linear) &&
	    !skb_copy_datagram_from_iter(skb, 0, from, len))
		return skb;
	kfree_skb(skb);
	return NULL;
}
