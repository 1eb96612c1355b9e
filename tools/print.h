/* SPDX-License-Identifier: GPL-2.0 */
/* A link, or a part of it, as people and programs want to read it. */
#ifndef MVTAP_PRINT_H
#define MVTAP_PRINT_H

#include <stdint.h>

struct link;
struct mac_list;

/** print_link() - print a link as one record; @source is its source list, or NULL */
void print_link(const struct link *l, const struct mac_list *source);

/** print_some() - the keys in @given, in text on one line */
void print_some(const struct link *l, unsigned int given);

/** print_keys() - only its name, and what add and set take; no record around it */
void print_keys(const struct link *l);

/** print_stats() - its counters, as a group @key */
void print_stats(const char *key, const uint64_t *stats);

/** print_rates() - rates of its counters, as a group @key */
void print_rates(const char *key, const double *rates);

/** print_queues() - its open queues, as a list */
void print_queues(const struct link *l);

/** print_drops() - the frames it lost by reason, as a group; in text without zeros */
void print_drops(const struct link *l);

/** print_macs() - addresses, as a list @key */
void print_macs(const char *key, const struct mac_list *macs);

/** print_operstate() - the word for RFC 2863's state of a link */
const char *print_operstate(unsigned char state);

#endif
