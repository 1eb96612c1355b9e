/* SPDX-License-Identifier: GPL-2.0 */
/* A network namespace of our own and rtnetlink requests in it, by libmnl. */
#ifndef MVTAP_SELFTESTS_NETCFG_H
#define MVTAP_SELFTESTS_NETCFG_H

#include <net/if.h>
#include <stdbool.h>
#include <stdint.h>

#include <linux/if_link.h>

/* What to create; a zero member is not sent. */
struct link_spec {
	const char *kind;	/* NULL: netcfg_tap_kind() */
	const char *name;
	const char *lower;
	const char *mac;	/* text form */
	uint32_t mode;		/* MACVLAN_MODE_* */
	uint32_t mtu;
	uint32_t index;
};

/* Kind under test: $TAPKIND, else "mvtap". */
const char *netcfg_tap_kind(void);
bool netcfg_in_tree(void);

/*
 * From here on the kind is macvtap of the tree, for comparison, until undone.
 * False if there is no such thing here, or the test is about it anyhow.
 */
bool netcfg_compare_push(void);
void netcfg_compare_pop(void);

/* Running kernel as 0xMMmm, to state where kernels differ. */
#define KVER(major, minor) (((major) << 8) | (minor))
unsigned int kernel_version(void);

/*
 * Enter fresh network and mount namespaces, without IPv6 and with a sysfs that
 * shows the new namespace. 0 or -errno.
 */
int netcfg_private(void);

/* A further namespace, as a file descriptor; enter one; where we are. */
int netns_new(void);
int netns_here(void);
int netns_enter(int fd);

/* Show the sysfs of the namespace we are in on /sys, until undone. */
int sysfs_push(void);
int sysfs_pop(void);

/* Each 0 or -errno as the kernel said it. */
int link_add(const struct link_spec *spec);
int link_add_veth(const char *a, const char *b);
int link_del(const char *name);
int link_up(const char *name);
int link_down(const char *name);
int link_set_mac(const char *name, const uint8_t *mac);
int link_set_txqlen(const char *name, uint32_t len);
int link_set_netns(const char *name, int fd);
int link_set_master(const char *name, const char *master);
int link_add_ipv4(const char *name, uint32_t addr, unsigned int prefix);
int link_get_mac(const char *name, uint8_t *mac);
int link_get_u32(const char *name, uint16_t attr, uint32_t *value);
int link_get_stats(const char *name, struct rtnl_link_stats64 *stats);

#endif
