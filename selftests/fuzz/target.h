/* SPDX-License-Identifier: GPL-2.0 */
/* What both programs, the fuzzer and the one that replays, are built around. */
#ifndef MVTAP_FUZZ_TARGET_H
#define MVTAP_FUZZ_TARGET_H

#include <stddef.h>
#include <stdint.h>

/* libFuzzer's names. The target is $MVTAP_FUZZ_TARGET, or what was chosen before. */
int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* False if there is none of that name. */
int target_choose(const char *name);
/* Nothing of the module is in use any more. */
void target_end(void);

#endif
