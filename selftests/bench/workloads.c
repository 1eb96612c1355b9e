// SPDX-License-Identifier: GPL-2.0
/* What is measured. */
#include "bench.h"

#define TAPS "mvtap macvtap bridge ipvtap"
#define OURS_AND_TREE "mvtap macvtap"
#define TSO_LEN 65535
#define MSS 1448

const struct workload workloads[] = {
	{ "v2v-64", &method_v2v, .len = 64, .batch = 128, .batches = 64, .links = 2,
	  .peers = TAPS },
	{ "v2v-1514", &method_v2v, .len = 1514, .batch = 128, .batches = 64, .links = 2,
	  .peers = TAPS },
	{ "v2v-tso", &method_v2v, .len = TSO_LEN, .batch = 8, .batches = 128,
	  .gso = MSS, .links = 2, .peers = TAPS },
	{ "v2v-b16", &method_v2v, .len = 64, .batch = 16, .batches = 512, .links = 2,
	  .peers = TAPS },
	{ "v2v-rr", &method_rr, .len = 64, .batch = 1, .batches = 512, .links = 2, .peers = TAPS },
	{ "w2v-64", &method_w2v, .len = 64, .batch = 128, .batches = 64, .links = 2,
	  .peers = TAPS },
	{ "far-64", &method_far, .len = 64, .batch = 128, .batches = 64, .peers = "far" },
	{ "v2w-64", &method_v2w, .len = 64, .batch = 128, .batches = 64, .links = 1,
	  .peers = TAPS },
	{ "rw-64", &method_rw, .len = 64, .batch = 128, .batches = 64, .links = 2, .peers = TAPS },
	{ "host-64", &method_host, .len = 64, .batch = 128, .batches = 32, .links = 2,
	  .peers = "mvtap bridge" },
	{ "incast", &method_incast, .len = 64, .batch = 64, .links = 9,
	  .peers = "mvtap macvtap bridge" },
	{ "copy-64", &method_copy, .len = 64, .batch = 128, .batches = 64, .peers = "memcpy" },
	{ "copy-1514", &method_copy, .len = 1514, .batch = 128, .batches = 64, .peers = "memcpy" },
	{ "copy-tso", &method_copy, .len = TSO_LEN, .batch = 8, .batches = 128, .peers = "memcpy" },
	/* beds that grow: in the order of their sizes */
	{ "mc-sparse-2", &method_mc, .len = 64, .batch = 128, .batches = 32, .links = 2,
	  .peers = OURS_AND_TREE },
	{ "scale-uni-2", &method_scale, .len = 64, .batch = 128, .batches = 32, .links = 2,
	  .peers = OURS_AND_TREE },
	{ "ctl-1", &method_ctl, .len = 64, .batch = 1, .batches = 1, .links = 2,
	  .peers = OURS_AND_TREE },
	{ "bc-fan-64", &method_fan, .len = 64, .batch = 1, .batches = 16, .links = 64,
	  .peers = OURS_AND_TREE },
	{ "bc-delay-64", &method_delay, .len = 64, .batch = 1, .batches = 1, .links = 64,
	  .peers = OURS_AND_TREE },
	{ "ctl-64", &method_ctl, .len = 64, .batch = 1, .batches = 1, .links = 64,
	  .peers = OURS_AND_TREE },
	{ "bc-fan-1024", &method_fan, .len = 64, .batch = 1, .batches = 16, .links = 1024,
	  .peers = OURS_AND_TREE },
	{ "bc-delay-1024", &method_delay, .len = 64, .batch = 1, .batches = 1, .links = 1024,
	  .peers = OURS_AND_TREE },
	{ "ctl-1024", &method_ctl, .len = 64, .batch = 1, .batches = 1, .links = 1024,
	  .peers = OURS_AND_TREE },
	{ "mc-sparse-2048", &method_mc, .len = 64, .batch = 128, .batches = 32, .links = 2048,
	  .peers = OURS_AND_TREE },
	{ "scale-uni-2048", &method_scale, .len = 64, .batch = 128, .batches = 32, .links = 2048,
	  .peers = OURS_AND_TREE },
	{ "scale-uni-4096", &method_scale, .len = 64, .batch = 128, .batches = 32, .links = 4096,
	  .peers = OURS_AND_TREE, .large = true },
	{ "bc-fan-4096", &method_fan, .len = 64, .batch = 1, .batches = 16, .links = 4096,
	  .peers = OURS_AND_TREE, .large = true },
	{ "bc-delay-4096", &method_delay, .len = 64, .batch = 1, .batches = 1, .links = 4096,
	  .peers = OURS_AND_TREE, .large = true },
	{ "ctl-4096", &method_ctl, .len = 64, .batch = 1, .batches = 1, .links = 4096,
	  .peers = OURS_AND_TREE, .large = true },
	{ "scale-uni-16384", &method_scale, .len = 64, .batch = 128, .batches = 32, .links = 16384,
	  .peers = OURS_AND_TREE, .large = true },
};

const size_t n_workloads = ARRAY_LEN(workloads);
