/* SPDX-License-Identifier: GPL-2.0 */
/* What the kernel's log says of a failed allocation, and beside it. */
#ifndef MVTAP_SELFTESTS_FAULTLOG_H
#define MVTAP_SELFTESTS_FAULTLOG_H

#include <stdbool.h>

/* From here on; for fault_log_ok() and the like, see fault.h. */
bool faultlog_open(void);

#endif
