/* SPDX-License-Identifier: GPL-2.0 */
/* The devices of the world: lower ones, and links to send frames through. */
#ifndef MVTAP_FUZZ_SETUP_H
#define MVTAP_FUZZ_SETUP_H

/* All links are of this group, so that one request removes them. */
#define SETUP_GROUP 77

void setup_lowers(void);
/* What inputs change of lower devices, put back. */
void setup_mend_lowers(void);
void setup_no_links(void);
/* L2 forwarding offload of a network card of the tests. */
void setup_offload(unsigned int lower, int on);

#endif
