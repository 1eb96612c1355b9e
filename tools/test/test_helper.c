// SPDX-License-Identifier: GPL-2.0
/* qemu-helper over a socket pair: a real descriptor comes out at the other end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <sys/socket.h>
#include <unistd.h>

#include "capture.h"
#include "fake_kernel.h"
#include "mvtap.h"

/* What QEMU does: one byte, one descriptor. Returns that, or -1. */
static int receive_fd(int sock, ssize_t *len)
{
	union {
		struct cmsghdr align;
		char buf[256];
	} control;
	char data[8];
	struct iovec iov = { .iov_base = data, .iov_len = sizeof(data) };
	struct msghdr msg = {
		.msg_iov = &iov, .msg_iovlen = 1,
		.msg_control = control.buf, .msg_controllen = sizeof(control.buf),
	};
	struct cmsghdr *cmsg;
	int fd = -1;

	*len = recvmsg(sock, &msg, MSG_DONTWAIT);
	cmsg = *len > 0 ? CMSG_FIRSTHDR(&msg) : NULL;
	if (cmsg && cmsg->cmsg_type == SCM_RIGHTS && cmsg->cmsg_len == CMSG_LEN(sizeof(int)))
		memcpy(&fd, CMSG_DATA(cmsg), sizeof(fd));
	return fd;
}

static void hand_over(const char *options, bool vnet)
{
	char line[96], text[8] = "";
	struct captured c;
	int pair[2], fd;
	ssize_t len;

	fake_reset();
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	snprintf(line, sizeof(line), "qemu-helper %s--fd=%d --br=vm0", options, pair[1]);
	capture_line(line, &c);
	assert_string_equal(c.err, "");
	assert_string_equal(c.out, "");
	assert_int_equal(c.status, MVTAP_OK);
	fd = receive_fd(pair[0], &len);
	assert_int_equal(len, 1);
	assert_true(fd >= 0);
	assert_int_equal(pread(fd, text, sizeof(text), 0), 3);
	assert_string_equal(text, "tap");
	assert_int_equal(fake.vnet, vnet);
	assert_false(fake.multi);
	assert_true(fake_find("vm0")->up);
	close(fd);
	close(pair[0]);
	close(pair[1]);
}

static void test_with_vnet(void **state)
{
	(void)state;
	hand_over("--use-vnet ", true);
}

static void test_without_vnet(void **state)
{
	(void)state;
	hand_over("", false);
}

static void test_peer_gone(void **state)
{
	struct captured c;
	char line[96];
	int pair[2];

	(void)state;
	fake_reset();
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	close(pair[0]);
	snprintf(line, sizeof(line), "qemu-helper --use-vnet --fd=%d --br=vm0", pair[1]);
	capture_line(line, &c);
	assert_int_equal(c.status, MVTAP_REFUSED);
	assert_non_null(strstr(c.err, "Broken pipe"));
	assert_false(fake_find("vm0")->up);
	close(pair[1]);
}

static void test_not_a_socket(void **state)
{
	struct captured c;

	(void)state;
	fake_reset();
	capture_line("qemu-helper --use-vnet --fd=0 --br=vm0", &c);
	assert_int_equal(c.status, MVTAP_REFUSED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_with_vnet),
		cmocka_unit_test(test_without_vnet),
		cmocka_unit_test(test_peer_gone),
		cmocka_unit_test(test_not_a_socket),
	};

	return cmocka_run_group_tests_name("qemu-helper", tests, NULL, NULL);
}
