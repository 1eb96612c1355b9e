/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Everything at once: actors, each of which does one small thing over and over,
 * side by side on links, lower devices and namespaces that all of them share.
 */
#ifndef MVTAP_SELFTESTS_STRESS_H
#define MVTAP_SELFTESTS_STRESS_H

#include <errno.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <linux/virtio_net.h>

/* --- chance ------------------------------------------------------------- */

struct rng {
	uint64_t state;
};

/* The stream of @seed that is number @stream. */
struct rng rng_of(uint64_t seed, uint64_t stream);
uint64_t rng_next(struct rng *r);
/* 0 to @n - 1 */
unsigned int rng_below(struct rng *r, unsigned int n);
/* True in one of @n cases. */
bool rng_one_in(struct rng *r, unsigned int n);

#define RNG_PICK(r, array) ((array)[rng_below(r, sizeof(array) / sizeof((array)[0]))])

/* --- actors ------------------------------------------------------------- */

#define STRESS_ERRNOS 12

struct actor {
	const char *name;
	/* One step: 0 when it was done, -errno when it was refused. Never blocks for long. */
	int (*step)(struct rng *r);
	/* Give up what was opened; may be NULL. */
	void (*end)(void);
	/* Why it cannot act on this kernel, or NULL. May be NULL itself. */
	const char *(*missing)(void);
	unsigned int weight;		/* how often, compared with the others */
	bool changes;			/* things; else it moves frames, or looks */
	bool pins;			/* holds queues: no unloading beside it */
	int may[STRESS_ERRNOS];		/* the refusals that are right */
};

extern const struct actor *const stress_actors[];
extern const unsigned int stress_n_actors;

extern const struct actor actor_create, actor_delete, actor_move, actor_nsdel, actor_updown,
	actor_mtu, actor_mac, actor_txqlen, actor_upper, actor_bond;
extern const struct actor actor_mode, actor_settings, actor_sources, actor_limits, actor_node,
	actor_fdb;
extern const struct actor actor_lower_life, actor_lower_move, actor_lower_state,
	actor_lower_features;
extern const struct actor actor_queue, actor_write, actor_read, actor_vhost;
extern const struct actor actor_link_socket, actor_lower_socket, actor_wire, actor_join,
	actor_host, actor_xsk;
extern const struct actor actor_dump, actor_ethtool, actor_sysfs, actor_trace;

/* What a step is about to do; shown if it fails in a way it must not. */
void stress_note(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
const char *stress_noted(void);

/* --- the bed ------------------------------------------------------------ */

#define BED_LINKS 12
#define BED_LOWERS 6
#define BED_NAMESPACES 3	/* ... and one for the wires */
#define BED_MACS 3		/* addresses for each link */
#define BED_BOND "bond"		/* one in each namespace */

/* Also makes the memory that all actors share. 0 or -errno. */
int bed_make(void);
/* Remove links and lower devices from all namespaces. */
void bed_clear(void);

/* Names; a link's says its kind, too: character devices are the majority. */
const char *bed_link(unsigned int i);
const char *bed_link_kind(unsigned int i);
bool bed_link_has_tap(unsigned int i);
const char *bed_lower(unsigned int i);

/* Where a link or lower device was last; it may have gone since. */
unsigned int bed_link_at(unsigned int i);
void bed_link_moved(unsigned int i, unsigned int ns);
unsigned int bed_lower_at(unsigned int i);
void bed_lower_moved(unsigned int i, unsigned int ns);

int bed_ns(unsigned int ns);		/* as a descriptor */
void bed_enter(unsigned int ns);
void bed_enter_wires(void);

/* Enter where it is; its index there, 0 if it is not. */
unsigned int bed_enter_link(unsigned int i);
unsigned int bed_enter_lower(unsigned int i);

/* Make and remove lower device @i. */
int bed_lower_make(unsigned int i);
int bed_lower_remove(unsigned int i);
/* The far end of a lower device; NULL if it has none. */
const char *bed_wire_of(unsigned int i);

/* One of the addresses of link @i; its text form is ours until the next call. */
void bed_mac(unsigned int i, unsigned int which, uint8_t *mac);
const char *bed_mac_text(const uint8_t *mac);

/* A request by attrreq.h; the kernel's answer, 0 or -errno. */
int bed_request(const char *name, const char *kind, unsigned int lower, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/* --- frames ------------------------------------------------------------- */

#define STRESS_FRAME_MAX 66000

struct stress_frame {
	struct virtio_net_hdr h;
	size_t len;
	uint8_t data[STRESS_FRAME_MAX];
};

/*
 * Any frame: to a link, the host, the wire, a group; small or to be segmented,
 * with or without VLAN tag and checksum; now and then with a header that is wrong.
 * @src NULL: of any link.
 */
const struct stress_frame *frame_any(struct rng *r, const uint8_t *src);
/* A group that links join. */
void frame_group(struct rng *r, uint8_t *mac);

/* --- the module --------------------------------------------------------- */

int module_load(void);
/* Try until @timeout_ms; 0 or -errno. */
int module_unload(unsigned int timeout_ms);
/*
 * Whether the kernel runs modprobe by itself: it would for each name of a device
 * that somebody asks for and that is not there.
 */
void module_autoload(bool on);
/* Nothing of it is there: module, class, character device. Says what is. */
bool module_gone(void);

/* What the kernel said since the last call that it should not: a line, or NULL. */
int watch_begin(void);
const char *watch_line(void);

#endif
