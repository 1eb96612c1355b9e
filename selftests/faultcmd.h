/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a test of failures does, in one line of text each. Each is one system
 * call that fault_arm() can make fail.
 *
 *	new KIND NAME LOWER [TEXT]	make a link; TEXT as in attrreq.h; LOWER "-": none
 *	set KIND NAME TEXT		change a device
 *	del NAME [N]			in namespace N
 *	up NAME, down NAME
 *	move NAME N			to namespace N (0 or 1) from the other
 *	fdb+ NAME ADDRESS, fdb- NAME ADDRESS
 *	join NAME ADDRESS, leave NAME ADDRESS
 *	promisc+ NAME, promisc- NAME	by a packet socket; and so allmulti+, allmulti-
 *	master NAME [BRIDGE]
 *	dump link, dump fdb, dump queues
 *	sh COMMAND			to set something up: not made to fail
 *
 * Names are looked up in namespace 0, but for "move".
 */
#ifndef MVTAP_SELFTESTS_FAULTCMD_H
#define MVTAP_SELFTESTS_FAULTCMD_H

/* Done, or not, but the kernel had no memory to say so. */
#define FAULT_NO_ANSWER (-10000)

/* The two namespaces; in the first we are, with the test bed. The second one's descriptor is: */
#define FAULT_NS1 "101"
extern int fault_ns[2];

/* What is to be seen in both. */
char *faultcmd_state(void);

int faultcmd_init(void);

/* All devices with names of one letter go, and what the packet socket wished. */
void faultcmd_reset(void);

/* 0, -errno or FAULT_NO_ANSWER. */
int faultcmd(const char *text);

#endif
