/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Tracepoints: one for each frame handed on, one for each frame lost.
 * "perf record -e mvtap:*", or /sys/kernel/tracing/events/mvtap.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM mvtap

#if !defined(_MVTAP_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define _MVTAP_TRACE_H

#include <linux/netdevice.h>
#include <linux/tracepoint.h>

/*
 * @from, @to: a link or the lower device. From the lower device: the wire
 * brought the frame; to it: the frame goes out to the wire. A frame that is
 * left to the host's stack is not forwarded by us and not traced.
 * A link's frame that was deferred on its way to many links comes from the lower
 * device, too.
 * @len: bytes, Ethernet header included.
 */
TRACE_EVENT(mvtap_forward,

	TP_PROTO(const struct sk_buff *skb, const struct net_device *from,
		 const struct net_device *to, unsigned int len),

	TP_ARGS(skb, from, to, len),

	TP_STRUCT__entry(
		__field(const void *, skbaddr)
		__field(unsigned int, len)
		__array(char, from, IFNAMSIZ)
		__array(char, to, IFNAMSIZ)
	),

	TP_fast_assign(
		__entry->skbaddr = skb;
		__entry->len = len;
		memcpy(__entry->from, from->name, IFNAMSIZ);
		memcpy(__entry->to, to->name, IFNAMSIZ);
	),

	TP_printk("from=%s to=%s len=%u skbaddr=%p",
		  __entry->from, __entry->to, __entry->len, __entry->skbaddr)
);

/*
 * @dev: the link that lost the frame and counts it.
 * @skb: NULL where the tap core lost it, and for what the queue of deferred
 *	frames had no room for: one event for all of them.
 * @reason: the counter's name in "ethtool -S".
 */
TRACE_EVENT(mvtap_drop,

	TP_PROTO(const struct sk_buff *skb, const struct net_device *dev,
		 const char *reason),

	TP_ARGS(skb, dev, reason),

	TP_STRUCT__entry(
		__field(const void *, skbaddr)
		__array(char, dev, IFNAMSIZ)
		__array(char, reason, 24)
	),

	TP_fast_assign(
		__entry->skbaddr = skb;
		memcpy(__entry->dev, dev->name, IFNAMSIZ);
		strscpy(__entry->reason, reason, sizeof(__entry->reason));
	),

	TP_printk("dev=%s reason=%s skbaddr=%p",
		  __entry->dev, __entry->reason, __entry->skbaddr)
);

#endif /* _MVTAP_TRACE_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
