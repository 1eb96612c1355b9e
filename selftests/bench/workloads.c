// SPDX-License-Identifier: GPL-2.0
/* What is measured. */
#include "bench.h"

#define TAPS "mvtap macvtap bridge ipvtap"
#define OURS_AND_TREE "mvtap macvtap"
#define TSO_LEN 65535
#define MSS 1448

const struct workload workloads[] = {
	{ "v2v-64", &method_v2v, .len = 64, .batch = 128, .batches = 64, .links = 2, .peers = TAPS },
	{ "v2v-1514", &method_v2v, .len = 1514, .batch = 128, .batches = 64, .links = 2, .peers = TAPS },
	{ "v2v-tso", &method_v2v, .len = TSO_LEN, .batch = 8, .batches = 128, .gso = MSS, .links = 2,
	  .peers = TAPS },
	{ "v2v-b16", &method_v2v, .len = 64, .batch = 16, .batches = 512, .links = 2, .peers = TAPS },
	{ "v2v-rr", &method_rr, .len = 64, .batch = 1, .batches = 512, .links = 2, .peers = TAPS },
	{ "w2v-64", &method_w2v, .len = 64, .batch = 128, .batches = 64, .links = 2, .peers = TAPS },
	{ "far-64", &method_far, .len = 64, .batch = 128, .batches = 64, .peers = "far" },
	{ "v2w-64", &method_v2w, .len = 64, .batch = 128, .batches = 64, .links = 1, .peers = TAPS },
	{ "rw-64", &method_rw, .len = 64, .batch = 128, .batches = 64, .links = 2, .peers = TAPS },
	{ "copy-64", &method_copy, .len = 64, .batch = 128, .batches = 64, .peers = "memcpy" },
	{ "copy-1514", &method_copy, .len = 1514, .batch = 128, .batches = 64, .peers = "memcpy" },
	{ "copy-tso", &method_copy, .len = TSO_LEN, .batch = 8, .batches = 128, .peers = "memcpy" },
};

const size_t n_workloads = ARRAY_LEN(workloads);
