// SPDX-License-Identifier: GPL-2.0
/*
 * Moves bytes over one TCP connection between two network namespaces and
 * compares the hash of what was sent with that of what came.
 *
 *	tcphash MIB FROM-NETNS TO-NETNS TO-ADDRESS
 *
 * prints "same" or "different", and how fast it was. 64 bits of hash, over
 * each byte and its place: what is looked for are damaged, lost and exchanged
 * pieces, nobody's malice.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define PORT		5001
#define BLOCK		(1 << 20)
#define WORDS		(BLOCK / 8)
#define STALL_S		10

static uint64_t block[WORDS];

static void die(const char *what)
{
	fprintf(stderr, "tcphash: %s: %s\n", what, strerror(errno));
	exit(2);
}

static void enter_netns(const char *name)
{
	char path[PATH_MAX];
	int fd;

	snprintf(path, sizeof(path), "/run/netns/%s", name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || setns(fd, CLONE_NEWNET))
		die(path);
	close(fd);
}

static uint64_t hash_block(uint64_t hash)
{
	size_t i;

	for (i = 0; i < WORDS; i++) {
		hash = (hash << 7 | hash >> 57) ^ block[i];
		hash *= 0x9e3779b97f4a7c15ull;
	}
	return hash;
}

static void fill_block(void)
{
	uint64_t x = 88172645463325252ull ^ (uint64_t)time(NULL);
	size_t i;

	for (i = 0; i < WORDS; i++) {
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		block[i] = x;
	}
}

/* No block is like another. */
static void next_block(uint64_t number)
{
	size_t i;

	for (i = 0; i < WORDS; i += 64)
		block[i] += number * 2 + 1;
}

static int tcp_socket(void)
{
	struct timeval stall = { .tv_sec = STALL_S };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), one = 1;

	if (fd < 0)
		die("socket");
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &stall, sizeof(stall));
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &stall, sizeof(stall));
	return fd;
}

static uint64_t receive(int listener, unsigned long blocks)
{
	int fd = accept(listener, NULL, NULL);
	struct timeval stall = { .tv_sec = STALL_S };
	uint64_t hash = 0;

	if (fd < 0)
		die("nobody connects");
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &stall, sizeof(stall));
	while (blocks--) {
		if (recv(fd, block, BLOCK, MSG_WAITALL) != BLOCK)
			die("receive");
		hash = hash_block(hash);
	}
	close(fd);
	return hash;
}

static void send_block(int fd)
{
	size_t done = 0;
	ssize_t n;

	while (done < BLOCK) {
		n = send(fd, (char *)block + done, BLOCK - done, MSG_NOSIGNAL);
		if (n <= 0)
			die("send");
		done += n;
	}
}

static uint64_t transmit(const struct sockaddr_in *to, unsigned long blocks)
{
	uint64_t hash = 0, i;
	int fd = tcp_socket();

	if (connect(fd, (const struct sockaddr *)to, sizeof(*to)))
		die("connect");
	fill_block();
	for (i = 0; i < blocks; i++) {
		next_block(i);
		hash = hash_block(hash);
		send_block(fd);
	}
	close(fd);
	return hash;
}

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec + ts.tv_nsec / 1e9;
}

/* The receiver, and its hash into the pipe; the parent goes on when it listens. */
static pid_t start_receiver(const char *netns, const struct sockaddr_in *at,
			    unsigned long blocks, int out)
{
	uint64_t hash = 0;
	pid_t pid = fork();
	int fd;

	if (pid)
		return pid;
	enter_netns(netns);
	fd = tcp_socket();
	if (bind(fd, (const struct sockaddr *)at, sizeof(*at)) || listen(fd, 1))
		die("listen");
	if (write(out, &hash, sizeof(hash)) != sizeof(hash))
		die("pipe");
	hash = receive(fd, blocks);
	if (write(out, &hash, sizeof(hash)) != sizeof(hash))
		die("pipe");
	exit(0);
}

int main(int argc, char *argv[])
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(PORT) };
	uint64_t sent, got, ready;
	unsigned long blocks;
	double start;
	int pipes[2];

	if (argc != 5 || inet_pton(AF_INET, argv[4], &to.sin_addr) != 1) {
		fprintf(stderr, "usage: tcphash MIB FROM-NETNS TO-NETNS TO-ADDRESS\n");
		return 1;
	}
	blocks = strtoul(argv[1], NULL, 10);
	if (pipe(pipes) || start_receiver(argv[3], &to, blocks, pipes[1]) < 0)
		die("fork");
	close(pipes[1]);
	if (read(pipes[0], &ready, sizeof(ready)) != sizeof(ready))
		return 2;
	enter_netns(argv[2]);
	start = now();
	sent = transmit(&to, blocks);
	if (read(pipes[0], &got, sizeof(got)) != sizeof(got))
		return 2;
	wait(NULL);
	printf("%s, %.0f MiB/s\n", sent == got ? "same" : "different",
	       blocks / (now() - start));
	return sent != got;
}
