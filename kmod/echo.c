// SPDX-License-Identifier: GPL-2.0
#include "echo.h"

#include <linux/if_vlan.h>
#include <linux/jiffies.h>
#include <linux/once.h>
#include <linux/siphash.h>
#include <linux/skbuff.h>
#include <net/checksum.h>
#include <net/gso.h>

/* A reflection is back within milliseconds, on a busy machine some more. */
#define MVTAP_ECHO_LIFE HZ

#define MVTAP_ECHO_BYTES 128

/* What is hashed. No holes. */
struct mvtap_echo_key {
	u8 addrs[2 * ETH_ALEN];
	__be16 proto;
	__be16 vids[2];
	u16 zero;
	u32 len;
	u8 payload[MVTAP_ECHO_BYTES];
};

/* --- the print ---------------------------------------------------------- */

/* Passes over tags. Return: where the payload begins, from skb->data on. */
static int mvtap_echo_tags(const struct sk_buff *skb, int off,
			   struct mvtap_echo_key *key)
{
	struct vlan_hdr hdr;
	const struct vlan_hdr *tag;
	int n = 0;

	if (skb_vlan_tag_present(skb))
		key->vids[n++] = htons(skb_vlan_tag_get_id(skb));
	while (n < ARRAY_SIZE(key->vids) && eth_type_vlan(key->proto)) {
		tag = skb_header_pointer(skb, off, sizeof(hdr), &hdr);
		if (!tag)
			break;
		key->vids[n++] = tag->h_vlan_TCI & htons(VLAN_VID_MASK);
		key->proto = tag->h_vlan_encapsulated_proto;
		off += sizeof(hdr);
	}
	return off;
}

/* Put the checksum where the lower device would put it. */
static void mvtap_echo_csum(const struct sk_buff *skb, int off,
			    struct mvtap_echo_key *key)
{
	int start, at;
	__sum16 sum;

	if (skb->ip_summed != CHECKSUM_PARTIAL)
		return;
	start = skb_checksum_start_offset(skb);
	at = start + skb->csum_offset - off;
	if (start < 0 || start > skb->len || at < 0 ||
	    at + sizeof(sum) > sizeof(key->payload))
		return;
	sum = csum_fold(skb_checksum(skb, start, skb->len - start, 0)) ?:
	      CSUM_MANGLED_0;
	memcpy(key->payload + at, &sum, sizeof(sum));
}

u64 mvtap_echo_print(const struct sk_buff *skb, bool transmitted)
{
	static siphash_key_t secret __read_mostly;
	struct mvtap_echo_key key = {};
	int off;

	net_get_random_once(&secret, sizeof(secret));
	memcpy(key.addrs, skb_mac_header(skb), sizeof(key.addrs));
	key.proto = eth_hdr(skb)->h_proto;
	off = mvtap_echo_tags(skb, transmitted ? ETH_HLEN : 0, &key);
	/* A short frame is padded with zeros on its way. */
	key.len = max_t(int, (int)skb->len - off, ETH_ZLEN - ETH_HLEN);
	skb_copy_bits(skb, off, key.payload,
		      clamp_t(int, (int)skb->len - off, 0,
			      sizeof(key.payload)));
	mvtap_echo_csum(skb, off, &key);
	return siphash(&key, sizeof(key), &secret);
}

/* --- the memory --------------------------------------------------------- */

static atomic64_t *mvtap_echo_bucket(struct mvtap_echo *echo, u64 print)
{
	return echo->slots[(u32)print % MVTAP_ECHO_BUCKETS];
}

/* The upper half of a slot; never 0. */
static u32 mvtap_echo_tag(u64 print)
{
	return upper_32_bits(print) ?: 1;
}

static u32 mvtap_echo_age(u64 slot)
{
	return (u32)jiffies - lower_32_bits(slot);
}

static bool mvtap_echo_live(u64 slot)
{
	return slot && mvtap_echo_age(slot) < MVTAP_ECHO_LIFE;
}

/* In place of the oldest. Who is overtaken has lost a frame's memory. */
void mvtap_echo_remember(struct mvtap_echo *echo, u64 print)
{
	atomic64_t *slots = mvtap_echo_bucket(echo, print);
	u64 old = atomic64_read(&slots[0]);
	u64 slot;
	int i, at = 0;

	for (i = 1; i < MVTAP_ECHO_WAYS && mvtap_echo_live(old); i++) {
		slot = atomic64_read(&slots[i]);
		if (mvtap_echo_live(slot) &&
		    mvtap_echo_age(slot) <= mvtap_echo_age(old))
			continue;
		at = i;
		old = slot;
	}
	atomic64_set(&slots[at],
		     (u64)mvtap_echo_tag(print) << 32 | (u32)jiffies);
}

/*
 * What the lower device cuts up comes back in pieces. Not more of them than the
 * memory has room for: a guest may ask for segments of one byte.
 */
static bool mvtap_echo_is_cut(const struct sk_buff *skb)
{
	return skb_is_gso(skb) && skb->len / skb_shinfo(skb)->gso_size <
				  MVTAP_ECHO_BUCKETS * MVTAP_ECHO_WAYS / 2;
}

static void mvtap_echo_remember_segments(struct mvtap_echo *echo,
					 struct sk_buff *skb)
{
	struct sk_buff *clone = skb_clone(skb, GFP_ATOMIC);
	struct sk_buff *segs, *seg, *next;

	if (!clone)
		return;
	segs = skb_gso_segment(clone, 0);
	consume_skb(clone);
	if (IS_ERR_OR_NULL(segs))
		return;
	skb_list_walk_safe(segs, seg, next) {
		mvtap_echo_remember(echo, mvtap_echo_print(seg, true));
		consume_skb(seg);
	}
}

void mvtap_echo_sent(struct mvtap_echo *echo, struct sk_buff *skb)
{
	mvtap_echo_remember(echo, mvtap_echo_print(skb, true));
	if (unlikely(mvtap_echo_is_cut(skb)))
		mvtap_echo_remember_segments(echo, skb);
}

bool mvtap_echo_recall(struct mvtap_echo *echo, u64 print)
{
	atomic64_t *slots = mvtap_echo_bucket(echo, print);
	u64 slot;
	int i;

	for (i = 0; i < MVTAP_ECHO_WAYS; i++) {
		slot = atomic64_read(&slots[i]);
		if (upper_32_bits(slot) == mvtap_echo_tag(print) &&
		    mvtap_echo_live(slot) &&
		    atomic64_cmpxchg(&slots[i], slot, 0) == slot)
			return true;
	}
	return false;
}

#ifdef MVTAP_SELFTEST
#include "selftest/echo.c"
#endif
