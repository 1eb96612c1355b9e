// SPDX-License-Identifier: GPL-2.0
#include "stress.h"

const struct actor *const stress_actors[] = {
	&actor_create, &actor_delete, &actor_move, &actor_nsdel, &actor_updown, &actor_mtu,
	&actor_mac, &actor_txqlen, &actor_upper, &actor_bond,
	&actor_mode, &actor_settings, &actor_sources, &actor_limits, &actor_node, &actor_fdb,
	&actor_lower_life, &actor_lower_move, &actor_lower_state, &actor_lower_features,
	&actor_queue, &actor_write, &actor_read, &actor_vhost,
	&actor_link_socket, &actor_lower_socket, &actor_wire, &actor_join, &actor_host,
	&actor_xsk,
	&actor_dump, &actor_ethtool, &actor_sysfs, &actor_trace,
};

const unsigned int stress_n_actors = sizeof(stress_actors) / sizeof(stress_actors[0]);
