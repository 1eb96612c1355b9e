// SPDX-License-Identifier: GPL-2.0
#include "ipframe.h"

#include <arpa/inet.h>
#include <string.h>

#include <linux/if_ether.h>
#include <netinet/ip.h>
#include <netinet/ip6.h>
#include <netinet/tcp.h>
#include <netinet/udp.h>

#define TCP_CSUM_OFF 16
#define UDP_CSUM_OFF 6

void pattern_fill(uint8_t *buf, size_t len, uint32_t seed, size_t off)
{
	size_t i;

	for (i = 0; i < len; i++)
		buf[i] = pattern_at(seed, off + i);
}

bool pattern_ok(const uint8_t *buf, size_t len, uint32_t seed, size_t off)
{
	size_t i;

	for (i = 0; i < len; i++)
		if (buf[i] != pattern_at(seed, off + i))
			return false;
	return true;
}

static uint32_t sum(uint32_t acc, const uint8_t *p, size_t len)
{
	for (; len > 1; p += 2, len -= 2) {
		acc += (uint32_t)p[0] << 8 | p[1];
		acc = (acc & 0xffff) + (acc >> 16);
	}
	if (len)
		acc += (uint32_t)p[0] << 8;
	return (acc & 0xffff) + (acc >> 16);
}

static uint16_t fold(uint32_t acc)
{
	while (acc >> 16)
		acc = (acc & 0xffff) + (acc >> 16);
	return (uint16_t)acc;
}

/* Sum of addresses, protocol and length that TCP and UDP checksums include. */
static uint32_t pseudo(const uint8_t *l3, bool v6, uint8_t proto, size_t len)
{
	uint32_t acc = v6 ? sum(0, l3 + 8, 32) : sum(0, l3 + 12, 8);

	return acc + proto + (uint32_t)(len >> 16) + (uint32_t)(len & 0xffff);
}

static void put16(uint8_t *p, uint16_t v)
{
	p[0] = v >> 8;
	p[1] = v & 0xff;
}

static uint16_t get16(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

static size_t l2_len(const struct frame *f)
{
	return ETH_HLEN + (f->vlan ? 4 : 0);
}

static size_t l3_len(const struct frame *f)
{
	return f->v6 ? sizeof(struct ip6_hdr) : sizeof(struct iphdr);
}

static size_t l4_len(const struct frame *f)
{
	return f->tcp ? sizeof(struct tcphdr) : sizeof(struct udphdr);
}

static void build_l2(uint8_t *buf, const struct frame *f)
{
	memcpy(buf, f->dst, ETH_ALEN);
	memcpy(buf + ETH_ALEN, f->src, ETH_ALEN);
	if (f->vlan) {
		put16(buf + 12, ETH_P_8021Q);
		put16(buf + 14, f->vlan);
	}
	put16(buf + l2_len(f) - 2, f->v6 ? ETH_P_IPV6 : ETH_P_IP);
}

static void build_v4(uint8_t *p, const struct frame *f, size_t l4)
{
	struct iphdr ip = {
		.version = 4, .ihl = 5, .ttl = 64,
		.tot_len = htons(sizeof(ip) + l4),
		.id = htons(f->seq),
		.protocol = f->tcp ? IPPROTO_TCP : IPPROTO_UDP,
		.saddr = htonl(0x0a090001), .daddr = htonl(0x0a090002),
	};

	ip.check = htons(~fold(sum(0, (uint8_t *)&ip, sizeof(ip))));
	memcpy(p, &ip, sizeof(ip));
}

static void build_v6(uint8_t *p, const struct frame *f, size_t l4)
{
	struct ip6_hdr ip = {
		.ip6_flow = htonl(6u << 28),
		.ip6_plen = htons(l4),
		.ip6_nxt = f->tcp ? IPPROTO_TCP : IPPROTO_UDP,
		.ip6_hlim = 64,
	};

	ip.ip6_src.s6_addr[0] = 0xfd;
	ip.ip6_src.s6_addr[15] = 1;
	ip.ip6_dst.s6_addr[0] = 0xfd;
	ip.ip6_dst.s6_addr[15] = 2;
	memcpy(p, &ip, sizeof(ip));
}

static void build_l4(uint8_t *p, const struct frame *f, size_t l4)
{
	struct tcphdr tcp = {
		.source = htons(f->sport), .dest = htons(f->dport),
		.seq = htonl(f->seq), .doff = 5, .ack = 1, .window = htons(1000),
	};
	struct udphdr udp = {
		.source = htons(f->sport), .dest = htons(f->dport),
		.len = htons(l4),
	};

	if (f->tcp)
		memcpy(p, &tcp, sizeof(tcp));
	else
		memcpy(p, &udp, sizeof(udp));
}

size_t frame_build(uint8_t *buf, const struct frame *f)
{
	size_t l4 = l4_len(f) + f->payload;
	uint8_t *ip = buf + l2_len(f);
	uint8_t *th = ip + l3_len(f);
	uint8_t *check = th + (f->tcp ? TCP_CSUM_OFF : UDP_CSUM_OFF);
	uint32_t acc;

	build_l2(buf, f);
	if (f->v6)
		build_v6(ip, f, l4);
	else
		build_v4(ip, f, l4);
	build_l4(th, f, l4);
	pattern_fill(th + l4_len(f), f->payload, f->seq, 0);

	acc = pseudo(ip, f->v6, f->tcp ? IPPROTO_TCP : IPPROTO_UDP, l4);
	if (f->partial) {
		put16(check, fold(acc));
	} else {
		put16(check, (uint16_t)~fold(sum(acc, th, l4)));
		if (!f->tcp && !get16(check))
			put16(check, 0xffff);
	}
	return l2_len(f) + l3_len(f) + l4;
}

static uint8_t gso_type(const struct frame *f)
{
	if (!f->tcp)
		return VIRTIO_NET_HDR_GSO_UDP_L4;
	return f->v6 ? VIRTIO_NET_HDR_GSO_TCPV6 : VIRTIO_NET_HDR_GSO_TCPV4;
}

void frame_vnet(const struct frame *f, uint16_t gso, struct virtio_net_hdr *h)
{
	memset(h, 0, sizeof(*h));
	if (f->partial) {
		h->flags = VIRTIO_NET_HDR_F_NEEDS_CSUM;
		h->csum_start = l2_len(f) + l3_len(f);
		h->csum_offset = f->tcp ? TCP_CSUM_OFF : UDP_CSUM_OFF;
	}
	if (gso) {
		h->gso_type = gso_type(f);
		h->gso_size = gso;
		h->hdr_len = l2_len(f) + l3_len(f) + l4_len(f);
	}
}

static bool parse_v4(const uint8_t *buf, size_t len, struct frame_view *v)
{
	const uint8_t *ip = buf + v->l3;
	size_t hlen, total;

	if (len < v->l3 + sizeof(struct iphdr))
		return false;
	hlen = (ip[0] & 0xf) * 4;
	total = get16(ip + 2);
	v->tcp = ip[9] == IPPROTO_TCP;
	v->fragment = get16(ip + 6) & 0x3fff;
	v->l4 = v->l3 + hlen;
	v->end = v->l3 + total;
	return (v->tcp || ip[9] == IPPROTO_UDP) && v->end <= len && v->l4 <= v->end;
}

static bool parse_v6(const uint8_t *buf, size_t len, struct frame_view *v)
{
	const uint8_t *ip = buf + v->l3;

	if (len < v->l3 + sizeof(struct ip6_hdr))
		return false;
	v->v6 = true;
	v->tcp = ip[6] == IPPROTO_TCP;
	v->l4 = v->l3 + sizeof(struct ip6_hdr);
	v->end = v->l4 + get16(ip + 4);
	return (v->tcp || ip[6] == IPPROTO_UDP) && v->end <= len;
}

bool frame_parse(const uint8_t *buf, size_t len, struct frame_view *v)
{
	uint16_t proto;

	memset(v, 0, sizeof(*v));
	v->l3 = ETH_HLEN;
	if (len < ETH_HLEN + 4)
		return false;
	proto = get16(buf + 12);
	if (proto == ETH_P_8021Q) {
		v->vlan = get16(buf + 14) & 0xfff;
		proto = get16(buf + 16);
		v->l3 += 4;
	}
	if (proto != ETH_P_IP && proto != ETH_P_IPV6)
		return false;
	if (!(proto == ETH_P_IP ? parse_v4(buf, len, v) : parse_v6(buf, len, v)))
		return false;
	v->data = v->l4 + (v->tcp ? sizeof(struct tcphdr) : sizeof(struct udphdr));
	if (v->fragment)
		return true;
	if (v->data > v->end)
		return false;
	v->sport = get16(buf + v->l4);
	v->dport = get16(buf + v->l4 + 2);
	if (v->tcp)
		v->seq = (uint32_t)get16(buf + v->l4 + 4) << 16 | get16(buf + v->l4 + 6);
	return true;
}

bool frame_checksum_ok(const uint8_t *buf, size_t len)
{
	struct frame_view v;
	size_t l4;
	uint32_t acc;

	if (!frame_parse(buf, len, &v) || v.fragment)
		return false;
	if (!v.v6 && fold(sum(0, buf + v.l3, v.l4 - v.l3)) != 0xffff)
		return false;
	l4 = v.end - v.l4;
	acc = pseudo(buf + v.l3, v.v6, v.tcp ? IPPROTO_TCP : IPPROTO_UDP, l4);
	return fold(sum(acc, buf + v.l4, l4)) == 0xffff;
}
