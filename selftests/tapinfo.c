// SPDX-License-Identifier: GPL-2.0
/*
 * Says what descriptors are, for the test of the tool.
 *
 *	tapinfo FD:FD...		one line each: "tap NAME FLAG..." for the
 *					queue of a link, "vhost" for /dev/vhost-net
 *	tapinfo --helper COMMAND...	does what QEMU does with its helper=: runs
 *					COMMAND with --fd=N, takes a descriptor,
 *					prints the same about it; its exit status
 *					is the helper's
 *	tapinfo --address FD ADDRESS	changes the link's address through its queue;
 *					prints "OK" or the name of the error
 */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/if.h>
#include <linux/if_arp.h>
#include <linux/if_tun.h>
#include <linux/vhost.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define MAX_ARGS 32

static void die(const char *what)
{
	fprintf(stderr, "tapinfo: %s: %s\n", what, strerror(errno));
	exit(9);
}

static void tell(int fd)
{
	struct ifreq ifr = { 0 };
	__u64 features;

	if (!ioctl(fd, TUNGETIFF, &ifr))
		printf("tap %.*s%s%s\n", IFNAMSIZ, ifr.ifr_name,
		       ifr.ifr_flags & IFF_VNET_HDR ? " vnet" : "",
		       ifr.ifr_flags & IFF_MULTI_QUEUE ? " multi" : "");
	else if (!ioctl(fd, VHOST_GET_FEATURES, &features))
		printf("vhost\n");
	else
		die("neither tap nor vhost");
}

static void tell_list(char *list)
{
	char *fd;

	while ((fd = strsep(&list, ":")))
		tell(atoi(fd));
}

static pid_t start(char **command, int sock)
{
	char *argv[MAX_ARGS], fd[24];
	pid_t pid = fork();
	int argc = 0;

	if (pid)
		return pid;
	while (command[argc] && argc < MAX_ARGS - 2) {
		argv[argc] = command[argc];
		argc++;
	}
	snprintf(fd, sizeof(fd), "--fd=%d", sock);
	argv[argc++] = fd;
	argv[argc] = NULL;
	execvp(argv[0], argv);
	die(argv[0]);
	return -1;
}

/* One byte and one descriptor; -1 if the helper ended without. */
static int receive(int sock)
{
	union {
		struct cmsghdr align;
		char buf[CMSG_SPACE(sizeof(int))];
	} control;
	char byte;
	struct iovec iov = { .iov_base = &byte, .iov_len = 1 };
	struct msghdr msg = {
		.msg_iov = &iov, .msg_iovlen = 1,
		.msg_control = control.buf, .msg_controllen = sizeof(control.buf),
	};
	struct cmsghdr *cmsg;
	int fd = -1;

	if (recvmsg(sock, &msg, 0) != 1)
		return -1;
	cmsg = CMSG_FIRSTHDR(&msg);
	if (cmsg && cmsg->cmsg_level == SOL_SOCKET && cmsg->cmsg_type == SCM_RIGHTS)
		memcpy(&fd, CMSG_DATA(cmsg), sizeof(fd));
	return fd;
}

static int run_helper(char **command)
{
	int pair[2], status, fd;
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair))
		die("socketpair");
	pid = start(command, pair[1]);
	close(pair[1]);
	fd = receive(pair[0]);
	if (pid < 0 || waitpid(pid, &status, 0) < 0)
		die("helper");
	if (fd >= 0)
		tell(fd);
	else
		printf("none\n");
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

static int set_address(int fd, const char *text)
{
	struct ifreq ifr = { .ifr_hwaddr.sa_family = ARPHRD_ETHER };
	unsigned char *mac = (unsigned char *)ifr.ifr_hwaddr.sa_data;

	if (sscanf(text, "%hhx:%hhx:%hhx:%hhx:%hhx:%hhx", &mac[0], &mac[1], &mac[2],
		   &mac[3], &mac[4], &mac[5]) != 6)
		return 9;
	printf("%s\n", ioctl(fd, SIOCSIFHWADDR, &ifr) ? strerrorname_np(errno) : "OK");
	return 0;
}

int main(int argc, char **argv)
{
	if (argc == 4 && !strcmp(argv[1], "--address"))
		return set_address(atoi(argv[2]), argv[3]);
	if (argc > 2 && !strcmp(argv[1], "--helper"))
		return run_helper(argv + 2);
	for (int i = 1; i < argc; i++)
		tell_list(argv[i]);
	return 0;
}
