// SPDX-License-Identifier: GPL-2.0
/*
 * Hardware time stamping of a device, as the kernel answers:
 *
 *	hwtstamp get DEVICE		prints "TX-TYPE RX-FILTER" or the error
 *	hwtstamp set DEVICE TX RX	the same, of what was set
 */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/net_tstamp.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

int main(int argc, char *argv[])
{
	struct hwtstamp_config config = { 0 };
	struct ifreq ifr = { .ifr_data = (void *)&config };
	unsigned long cmd = SIOCGHWTSTAMP;
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	if (argc == 5 && !strcmp(argv[1], "set")) {
		cmd = SIOCSHWTSTAMP;
		config.tx_type = atoi(argv[3]);
		config.rx_filter = atoi(argv[4]);
	} else if (argc != 3 || strcmp(argv[1], "get")) {
		fprintf(stderr, "usage: hwtstamp get DEVICE | set DEVICE TX RX\n");
		return 2;
	}
	strncpy(ifr.ifr_name, argv[2], IFNAMSIZ - 1);
	if (ioctl(fd, cmd, &ifr))
		printf("%s\n", strerrorname_np(errno));
	else
		printf("%d %d\n", config.tx_type, config.rx_filter);
	return 0;
}
