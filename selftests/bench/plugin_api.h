/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The few declarations of QEMU's plugin interface, version 1, that plugin.c uses. Debian's QEMU
 * loads plugins, but no package of Debian 12 has the header.
 */
#ifndef MVTAP_BENCH_PLUGIN_API_H
#define MVTAP_BENCH_PLUGIN_API_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PLUGIN_EXPORT __attribute__((visibility("default")))
#define PLUGIN_VERSION 1

typedef uint64_t plugin_id;

struct qemu_info_t {
	const char *target_name;
	struct {
		int min, cur;
	} version;
	bool system_emulation;
	struct {
		int smp_vcpus, max_vcpus;
	} system;
};

struct qemu_plugin_tb;
struct qemu_plugin_insn;

enum plugin_regs { PLUGIN_NO_REGS, PLUGIN_R_REGS, PLUGIN_RW_REGS };
enum plugin_op { PLUGIN_ADD_U64 };

typedef void (*plugin_udata_cb)(plugin_id id, void *data);
typedef void (*plugin_vcpu_cb)(unsigned int vcpu, void *data);
typedef void (*plugin_trans_cb)(plugin_id id, struct qemu_plugin_tb *tb);

/* Ours, which QEMU looks for. */
extern int qemu_plugin_version;
int qemu_plugin_install(plugin_id id, const struct qemu_info_t *info, int argc, char **argv);

/* QEMU's. */
void qemu_plugin_register_atexit_cb(plugin_id id, plugin_udata_cb cb, void *data);
void qemu_plugin_register_vcpu_tb_trans_cb(plugin_id id, plugin_trans_cb cb);
void qemu_plugin_register_vcpu_tb_exec_cb(struct qemu_plugin_tb *tb, plugin_vcpu_cb cb,
					  enum plugin_regs regs, void *data);
void qemu_plugin_register_vcpu_tb_exec_inline(struct qemu_plugin_tb *tb, enum plugin_op op,
					      void *counter, uint64_t add);
void qemu_plugin_register_vcpu_insn_exec_cb(struct qemu_plugin_insn *insn, plugin_vcpu_cb cb,
					    enum plugin_regs regs, void *data);
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *tb);
uint64_t qemu_plugin_tb_vaddr(const struct qemu_plugin_tb *tb);
struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *tb, size_t i);
const void *qemu_plugin_insn_data(const struct qemu_plugin_insn *insn);
size_t qemu_plugin_insn_size(const struct qemu_plugin_insn *insn);

#endif
