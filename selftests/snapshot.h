/* SPDX-License-Identifier: GPL-2.0 */
/* All that can be seen of links and what they hold, as text, for comparing. */
#ifndef MVTAP_SELFTESTS_SNAPSHOT_H
#define MVTAP_SELFTESTS_SNAPSHOT_H

#include <stdbool.h>

struct mnl_socket;

/*
 * Of the @n namespaces behind the sockets @nl, the first of which is where we are:
 * all links with all attributes but counters, unicast and group filters of all
 * devices, queues; sysfs' idea of the device nodes, the nodes themselves, the
 * module's users. To be freed; NULL: out of memory, or no answer.
 */
char *snapshot_take(struct mnl_socket *const *nl, int n);

/* The first line in which they differ, as a note. */
void snapshot_note_difference(const char *want, const char *got);

/*
 * A dump of RTM_GETLINK, RTM_GETNEIGH (as bridges have it) or RTM_GETSTATS (what is
 * the kind's own), as text. To be freed; NULL: see errno.
 */
char *snapshot_dump(struct mnl_socket *nl, int type);

#endif
