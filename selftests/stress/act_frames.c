// SPDX-License-Identifier: GPL-2.0
/* Traffic of the host, of links without a guest, and of the wire. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/if_ether.h>
#include <linux/if_packet.h>

#include "../netcfg.h"
#include "../tapdev.h"
#include "../xsk.h"
#include "stress.h"

static uint8_t in[STRESS_FRAME_MAX];

/* A packet socket that sends and receives for a while, then moves on. */
struct talker {
	int fd;
	unsigned int left;
};

static int talk(struct talker *t, struct rng *r, const char *name, const uint8_t *src)
{
	const struct stress_frame *f;
	struct virtio_net_hdr h;
	ssize_t ret = 0;
	unsigned int i;

	if (!t->left) {
		if (t->fd >= 0)
			close(t->fd);
		t->fd = wire_open(name);
		t->left = t->fd < 0 ? 0 : 20;
		return t->fd < 0 ? t->fd : 0;
	}
	t->left--;
	/* A wrong header or a large frame is no reason to end. */
	for (i = 0; i < 16 && (ret >= 0 || ret == -EINVAL || ret == -EMSGSIZE); i++) {
		f = frame_any(r, src);
		ret = wire_send(t->fd, &f->h, f->data, f->len);
		wire_recv(t->fd, &h, in, sizeof(in), 0);
	}
	if (ret == -ENXIO)
		t->left = 0;
	return ret < 0 ? (int)ret : 0;
}

static void hush(struct talker *t)
{
	if (t->fd >= 0)
		close(t->fd);
	t->fd = -1;
	t->left = 0;
}

/* Down; gone; a wrong header, or too large; the receiver had no room; ENOMEM: not received. */
#define TALK_MAY { ENODEV, ENXIO, ENETDOWN, EINVAL, EMSGSIZE, ENOBUFS, ENOMEM }

static struct talker on_link = { .fd = -1 };

static int link_socket(struct rng *r)
{
	unsigned int i = rng_below(r, BED_LINKS);
	uint8_t mac[6];

	if (!on_link.left && !bed_enter_link(i))
		return -ENODEV;
	bed_mac(i, rng_below(r, BED_MACS), mac);
	stress_note("%s", bed_link(i));
	return talk(&on_link, r, bed_link(i), mac);
}

static void link_socket_end(void)
{
	hush(&on_link);
}

const struct actor actor_link_socket = {
	.name = "link_socket", .step = link_socket, .end = link_socket_end, .weight = 30,
	.may = TALK_MAY,
};

static struct talker on_lower = { .fd = -1 };

static int lower_socket(struct rng *r)
{
	unsigned int i = rng_below(r, BED_LOWERS);
	uint8_t mac[6] = { 2, 0, 0, 0, 1, (uint8_t)(2 * i) };

	if (!on_lower.left && !bed_enter_lower(i))
		return -ENODEV;
	stress_note("%s", bed_lower(i));
	return talk(&on_lower, r, bed_lower(i), mac);
}

static void lower_socket_end(void)
{
	hush(&on_lower);
}

const struct actor actor_lower_socket = {
	.name = "lower_socket", .step = lower_socket, .end = lower_socket_end, .weight = 30,
	.may = TALK_MAY,
};

/* --- the wire: sends, and sends back what it receives ------------------- */

static struct talker on_wire = { .fd = -1 };

static int wire(struct rng *r)
{
	unsigned int i = rng_below(r, BED_LOWERS), n;
	uint8_t station[6] = { 2, 0, 0, 0, 2, 1 };
	const char *name = bed_wire_of(i) ? bed_wire_of(i) : bed_wire_of(0);
	struct virtio_net_hdr h;
	ssize_t len = 1;

	stress_note("%s", name);
	if (!on_wire.left)
		bed_enter_wires();
	if (!on_wire.left || rng_one_in(r, 2))
		return talk(&on_wire, r, name, rng_one_in(r, 4) ? NULL : station);
	on_wire.left--;
	for (n = 0; n < 32 && len > 0; n++) {
		len = wire_recv(on_wire.fd, &h, in, sizeof(in), 1);
		if (len > 0)
			len = wire_send(on_wire.fd, &h, in, len);
	}
	return len < 0 && len != -ETIMEDOUT ? (int)len : 0;
}

static void wire_end(void)
{
	hush(&on_wire);
}

const struct actor actor_wire = {
	.name = "wire", .step = wire, .end = wire_end, .weight = 40, .may = TALK_MAY,
};

/* --- groups, promiscuous mode: joined, and left with the socket ---------- */

static int join(struct rng *r)
{
	static int fd = -1;
	static unsigned int members;
	struct packet_mreq req = { .mr_alen = ETH_ALEN };
	static const unsigned short types[] = {
		PACKET_MR_MULTICAST, PACKET_MR_MULTICAST, PACKET_MR_PROMISC, PACKET_MR_ALLMULTI,
		PACKET_MR_UNICAST,
	};
	unsigned int i = rng_below(r, BED_LINKS);

	if (fd < 0 || members == 12) {
		close(fd);
		bed_enter(rng_below(r, BED_NAMESPACES));
		fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
		members = 0;
	}
	stress_note("%s", bed_link(i));
	req.mr_ifindex = (int)if_nametoindex(bed_link(i));
	if (!req.mr_ifindex)
		return -ENODEV;
	req.mr_type = RNG_PICK(r, types);
	if (req.mr_type == PACKET_MR_UNICAST)
		bed_mac(rng_below(r, BED_LINKS), rng_below(r, BED_MACS), req.mr_address);
	else
		frame_group(r, req.mr_address);
	members++;
	return setsockopt(fd, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &req, sizeof(req)) ? -errno : 0;
}

const struct actor actor_join = {
	.name = "join", .step = join, .weight = 6, .changes = true, .may = { ENODEV },
};

/* --- the host's own stack ------------------------------------------------ */

/* An address on the lower device, and neighbours for which nobody is asked. */
static int host_address(int fd, unsigned int i, unsigned int link)
{
	struct ifreq ifr = { 0 };
	struct arpreq arp = { .arp_flags = ATF_PERM | ATF_COM };
	struct sockaddr_in *sin = (struct sockaddr_in *)&ifr.ifr_addr;

	snprintf(ifr.ifr_name, sizeof(ifr.ifr_name), "%s", bed_lower(i));
	sin->sin_family = AF_INET;
	sin->sin_addr.s_addr = htonl(0x0a090001 | i << 8);
	if (ioctl(fd, SIOCSIFADDR, &ifr))
		return -errno;
	sin = (struct sockaddr_in *)&arp.arp_pa;
	sin->sin_family = AF_INET;
	sin->sin_addr.s_addr = htonl(0x0a090000 | i << 8 | (0x10 + link));
	arp.arp_ha.sa_family = ARPHRD_ETHER;
	bed_mac(link, 0, (uint8_t *)arp.arp_ha.sa_data);
	snprintf(arp.arp_dev, sizeof(arp.arp_dev), "%s", bed_lower(i));
	return ioctl(fd, SIOCSARP, &arp) ? -errno : 0;
}

static int host_send(int fd, unsigned int i, uint32_t addr)
{
	struct sockaddr_in to = {
		.sin_family = AF_INET, .sin_port = htons(2000), .sin_addr.s_addr = htonl(addr),
	};
	struct ip_mreqn dev = { .imr_ifindex = (int)if_nametoindex(bed_lower(i)) };
	unsigned int n;
	int one = 1;

	if (setsockopt(fd, IPPROTO_IP, IP_MULTICAST_IF, &dev, sizeof(dev)) ||
	    setsockopt(fd, SOL_SOCKET, SO_BROADCAST, &one, sizeof(one)))
		return -errno;
	for (n = 0; n < 16; n++)
		if (sendto(fd, in, 1 + n * 400, MSG_DONTWAIT, (struct sockaddr *)&to,
			   sizeof(to)) < 0)
			return -errno;
	return 0;
}

static int host(struct rng *r)
{
	unsigned int i = rng_below(r, BED_LOWERS), link = rng_below(r, BED_LINKS);
	uint32_t net = 0x0a090000 | i << 8;
	int fd, ret;

	stress_note("%s", bed_lower(i));
	if (!bed_enter_lower(i))
		return -ENODEV;
	fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	switch (rng_below(r, 4)) {
	case 0:
		ret = host_address(fd, i, link);
		break;
	case 1:
		ret = host_send(fd, i, 0xe0000000 | (1 + rng_below(r, 4)));
		break;
	case 2:
		ret = host_send(fd, i, net | 255);
		break;
	default:
		ret = host_send(fd, i, net | (0x10 + link));
	}
	close(fd);
	return ret;
}

const struct actor actor_host = {
	.name = "host", .step = host, .weight = 20,
	/* The device is down, or has no address. */
	.may = { ENODEV, ENXIO, ENETDOWN, ENETUNREACH, EHOSTUNREACH, EADDRNOTAVAIL, EAGAIN,
		 ENOBUFS, EINVAL },
};

/* --- AF_XDP -------------------------------------------------------------- */

static int xsk(struct rng *r)
{
	bool below = rng_one_in(r, 2);
	unsigned int i = rng_below(r, below ? BED_LOWERS : BED_LINKS), n;
	unsigned int index = below ? bed_enter_lower(i) : bed_enter_link(i);
	static unsigned int times;
	const struct stress_frame *f;
	int fd, ret = 0;

	stress_note("%s", below ? bed_lower(i) : bed_link(i));
	/* Each takes some memory with it. */
	if (!index || times++ > 200)
		return -ENODEV;
	fd = xsk_open((int)index);
	if (fd < 0)
		return fd;
	for (n = 0; n < 32 && !ret; n++) {
		f = frame_any(r, NULL);
		if (f->len < 4000)
			ret = xsk_send(fd, f->data, f->len);
	}
	close(fd);
	return ret;
}

static const char *xsk_missing(void)
{
	int fd = socket(AF_XDP, SOCK_RAW, 0);

	if (fd < 0)
		return "no AF_XDP";
	close(fd);
	return NULL;
}

const struct actor actor_xsk = {
	.name = "xsk", .step = xsk, .missing = xsk_missing, .weight = 3,
	/* EOPNOTSUPP: of a device that goes. */
	.may = { ENODEV, ENXIO, ENETDOWN, EAGAIN, EBUSY, ENOBUFS, EMSGSIZE },
};
