// SPDX-License-Identifier: GPL-2.0
/* Prints of the same frame in its shapes, and the bounds of the memory. */

#include <linux/slab.h>
#include <linux/udp.h>

#define MVTAP_ECHO_FRAME 42	/* payload: less than the shortest frame has */

static struct sk_buff * __init mvtap_echo_frame(bool transmitted, int pad)
{
	struct sk_buff *skb = alloc_skb(256, GFP_KERNEL);
	u8 *data;
	int i;

	if (!skb)
		return NULL;
	skb_reserve(skb, 32);
	data = skb_put_zero(skb, ETH_HLEN + MVTAP_ECHO_FRAME + pad);
	skb_reset_mac_header(skb);
	for (i = 0; i < ETH_HLEN + MVTAP_ECHO_FRAME; i++)
		data[i] = 3 * i + 1;
	eth_hdr(skb)->h_proto = htons(ETH_P_IP);
	if (!transmitted)
		skb_pull(skb, ETH_HLEN);
	return skb;
}

/* Where and how a checksum stands does not matter, once it is there. */
static u64 __init mvtap_echo_print_csum(bool partial)
{
	struct sk_buff *skb = mvtap_echo_frame(true, 0);
	int start = ETH_HLEN + 20, at = start + 6;
	__sum16 sum;
	u64 print;

	if (!skb)
		return 0;
	if (partial) {
		skb->ip_summed = CHECKSUM_PARTIAL;
		skb->csum_start = skb_headroom(skb) + start;
		skb->csum_offset = 6;
	} else {
		sum = csum_fold(skb_checksum(skb, start, skb->len - start, 0));
		memcpy(skb->data + at, &sum, sizeof(sum));
	}
	print = mvtap_echo_print(skb, true);
	kfree_skb(skb);
	return print;
}

static u64 __init mvtap_echo_print_of(bool transmitted, int pad, int change)
{
	struct sk_buff *skb = mvtap_echo_frame(transmitted, pad);
	u64 print;

	if (!skb)
		return 0;
	if (change >= 0)
		skb_mac_header(skb)[change] ^= 1;
	print = mvtap_echo_print(skb, transmitted);
	kfree_skb(skb);
	return print;
}

static bool __init mvtap_echo_check_print(void)
{
	u64 print = mvtap_echo_print_of(true, 0, -1);
	bool good;
	int i;

	good = print && print == mvtap_echo_print_of(false, 0, -1) &&
	       print == mvtap_echo_print_of(false, 4, -1) &&
	       print != mvtap_echo_print_of(false, 5, -1) &&
	       mvtap_echo_print_csum(false) == mvtap_echo_print_csum(true);
	for (i = 0; i < ETH_HLEN + MVTAP_ECHO_FRAME; i++)
		good &= print != mvtap_echo_print_of(true, 0, i);
	return good;
}

/* Of more frames than a bucket holds, the last ones are there, each once. */
static bool __init mvtap_echo_check_memory(struct mvtap_echo *echo)
{
	bool good = true;
	u64 i;

	for (i = 1; i <= MVTAP_ECHO_WAYS + 1; i++)
		mvtap_echo_remember(echo, i << 32);
	good &= !mvtap_echo_recall(echo, 99ULL << 32);
	for (i = 2; i <= MVTAP_ECHO_WAYS; i++)
		good &= mvtap_echo_recall(echo, i << 32) &&
			!mvtap_echo_recall(echo, i << 32);
	/* the same frame, sent twice */
	mvtap_echo_remember(echo, 7);
	mvtap_echo_remember(echo, 7);
	good &= mvtap_echo_recall(echo, 7) && mvtap_echo_recall(echo, 7) &&
		!mvtap_echo_recall(echo, 7);
	/* too old */
	atomic64_set(&echo->slots[8][0], (u64)mvtap_echo_tag(8) << 32 |
					 (u32)(jiffies - MVTAP_ECHO_LIFE));
	return good && !mvtap_echo_recall(echo, 8);
}

bool __init mvtap_echo_selftest(void)
{
	struct mvtap_echo *echo = kzalloc(sizeof(*echo), GFP_KERNEL);
	bool good = echo && mvtap_echo_check_print() &&
		    mvtap_echo_check_memory(echo);

	kfree(echo);
	pr_info("mvtap: echo self-test: %s\n", good ? "pass" : "FAIL");
	return good;
}
