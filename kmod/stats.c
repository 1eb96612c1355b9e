// SPDX-License-Identifier: GPL-2.0
#include "stats.h"

#include <linux/if_link.h>

const char *const mvtap_drop_names[MVTAP_DROP_COUNT] = {
#define X(name, string, reason, shown) string,
	MVTAP_DROPS(X)
#undef X
};

enum mvtap_shown { SHOWN_RX, SHOWN_TX, SHOWN_NONE };

static const u8 mvtap_drop_shown[MVTAP_DROP_COUNT] = {
#define X(name, string, reason, shown) SHOWN_##shown,
	MVTAP_DROPS(X)
#undef X
};

void mvtap_stats_rx(struct mvtap_stats __percpu *stats, unsigned int len,
		    bool multicast)
{
	struct mvtap_stats *s = this_cpu_ptr(stats);

	u64_stats_update_begin(&s->syncp);
	u64_stats_inc(&s->rx_packets);
	u64_stats_add(&s->rx_bytes, len);
	if (multicast)
		u64_stats_inc(&s->rx_multicast);
	u64_stats_update_end(&s->syncp);
}

void mvtap_stats_tx(struct mvtap_stats __percpu *stats, unsigned int len)
{
	struct mvtap_stats *s = this_cpu_ptr(stats);

	u64_stats_update_begin(&s->syncp);
	u64_stats_inc(&s->tx_packets);
	u64_stats_add(&s->tx_bytes, len);
	u64_stats_update_end(&s->syncp);
}

static void mvtap_stats_add_cpu(const struct mvtap_stats *s,
				struct rtnl_link_stats64 *sum)
{
	u64 rx_packets, rx_bytes, rx_multicast, tx_packets, tx_bytes;
	unsigned int start;

	do {
		start = u64_stats_fetch_begin(&s->syncp);
		rx_packets = u64_stats_read(&s->rx_packets);
		rx_bytes = u64_stats_read(&s->rx_bytes);
		rx_multicast = u64_stats_read(&s->rx_multicast);
		tx_packets = u64_stats_read(&s->tx_packets);
		tx_bytes = u64_stats_read(&s->tx_bytes);
	} while (u64_stats_fetch_retry(&s->syncp, start));

	sum->rx_packets += rx_packets;
	sum->rx_bytes += rx_bytes;
	sum->multicast += rx_multicast;
	sum->tx_packets += tx_packets;
	sum->tx_bytes += tx_bytes;
}

u64 mvtap_stats_drops(struct mvtap_stats __percpu *stats, enum mvtap_drop why)
{
	u64 sum = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		sum += READ_ONCE(per_cpu_ptr(stats, cpu)->drops[why]);
	return sum;
}

void mvtap_stats_sum(struct mvtap_stats __percpu *stats,
		     struct rtnl_link_stats64 *sum)
{
	enum mvtap_drop why;
	int cpu;

	for_each_possible_cpu(cpu)
		mvtap_stats_add_cpu(per_cpu_ptr(stats, cpu), sum);

	for (why = 0; why < MVTAP_DROP_COUNT; why++) {
		if (mvtap_drop_shown[why] == SHOWN_RX)
			sum->rx_dropped += mvtap_stats_drops(stats, why);
		else if (mvtap_drop_shown[why] == SHOWN_TX)
			sum->tx_dropped += mvtap_stats_drops(stats, why);
	}
}
