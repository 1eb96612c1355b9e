// SPDX-License-Identifier: GPL-2.0
/*
 * In the guest: "channels DEV N" is "ethtool -L DEV combined N", without the
 * rest of ethtool.
 */
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

int main(int argc, char **argv)
{
	struct ethtool_channels channels = { .cmd = ETHTOOL_GCHANNELS };
	struct ifreq ifr = { .ifr_data = (char *)&channels };
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	if (argc != 3) {
		fprintf(stderr, "usage: channels DEV N\n");
		return 2;
	}
	strncpy(ifr.ifr_name, argv[1], sizeof(ifr.ifr_name) - 1);
	if (ioctl(fd, SIOCETHTOOL, &ifr)) {
		perror("ETHTOOL_GCHANNELS");
		return 1;
	}
	channels.cmd = ETHTOOL_SCHANNELS;
	channels.combined_count = atoi(argv[2]);
	if (ioctl(fd, SIOCETHTOOL, &ifr)) {
		perror("ETHTOOL_SCHANNELS");
		return 1;
	}
	return 0;
}
