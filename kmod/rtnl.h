/* SPDX-License-Identifier: GPL-2.0 */
/* The two link kinds as netlink sees them. */
#ifndef _MVTAP_RTNL_H
#define _MVTAP_RTNL_H

/*
 * The kind of plain links. Return: 0, -EEXIST if another module has the name,
 * -ENOMEM.
 */
int mvtap_rtnl_setup(void);
/* The kind of links with a character device; returns the same. */
int mvtap_rtnl_setup_tap(void);

/* Remove the kind and all its links. */
void mvtap_rtnl_teardown_tap(void);
void mvtap_rtnl_teardown(void);

#endif /* _MVTAP_RTNL_H */
