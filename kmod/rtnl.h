/* SPDX-License-Identifier: GPL-2.0 */
/* The link kinds "mvlan" and "mvtap" as netlink sees them. */
#ifndef _MVTAP_RTNL_H
#define _MVTAP_RTNL_H

int mvtap_rtnl_setup(void);
/* Removes all links. */
void mvtap_rtnl_teardown(void);

#endif /* _MVTAP_RTNL_H */
