/* SPDX-License-Identifier: GPL-2.0 */
/* The version of everything here: module, tool, packages. */
#ifndef MVTAP_VERSION_H
#define MVTAP_VERSION_H

#define MVTAP_VERSION "0.1"

#endif /* MVTAP_VERSION_H */
