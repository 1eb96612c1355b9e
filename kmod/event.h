/* SPDX-License-Identifier: GPL-2.0 */
/* What the networking core tells about lower devices and links. */
#ifndef _MVTAP_EVENT_H
#define _MVTAP_EVENT_H

int mvtap_event_setup(void);
void mvtap_event_teardown(void);

#endif /* _MVTAP_EVENT_H */
