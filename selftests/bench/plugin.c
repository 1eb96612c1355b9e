// SPDX-License-Identifier: GPL-2.0
/*
 * A plugin of QEMU's translator: what the whole machine executes within the windows that a program
 * in the guest opens and closes by marks (mark.h). Written for one processor.
 *
 * Each block of translated code has a counter that the block itself increments, so that counting
 * costs two additions a block; what a window executed is the difference of all counters. To the
 * file out=FILE goes, for each window,
 *
 *	W ID INSTRUCTIONS USER LOCKED USER-LOCKED HITS FIRST LAST
 *	B ADDRESS LENGTH LOCKED TIMES		for each block of the kernel that ran
 *
 * HITS are entries of the watched function, FIRST and LAST instructions from the opening to these.
 */
#include "plugin_api.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mark.h"

#define BUCKETS (1u << 18)
#define KERNEL 0xffff800000000000ull

struct block {
	struct block *next;	/* in its bucket */
	struct block *older;	/* of all */
	uint64_t at, hash;
	uint64_t times, before;	/* runs in all, and up to the opening */
	uint32_t insns, locked;
};

PLUGIN_EXPORT int qemu_plugin_version = PLUGIN_VERSION;

static struct block *buckets[BUCKETS], *blocks;
static FILE *out;
static uint64_t clock_insns;	/* all that ever ran */
static uint64_t number;		/* said bit by bit */
static uint64_t watched;
static struct {
	uint64_t id, start, first, last, hits;
	bool open;
} window;

/* A read-modify-write that locks the bus: by a prefix, or an exchange with memory. */
static bool is_locked(const uint8_t *code, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++) {
		if (code[i] == 0xf0)
			return true;
		if (code[i] != 0x66 && code[i] != 0x3e && (code[i] & 0xf0) != 0x40)
			break;
	}
	return i + 1 < len && (code[i] & 0xfe) == 0x86 && code[i + 1] < 0xc0;
}

static uint64_t mix(uint64_t hash, const uint8_t *code, size_t len)
{
	while (len--)
		hash = (hash ^ *code++) * 0x100000001b3ull;
	return hash;
}

/* The same code at the same place has one record, however often it is translated. */
static struct block *find_block(uint64_t at, uint64_t hash, uint32_t insns, uint32_t locked)
{
	struct block **bucket = &buckets[(hash ^ at ^ at >> 18) % BUCKETS];
	struct block *b;

	for (b = *bucket; b; b = b->next)
		if (b->at == at && b->hash == hash && b->insns == insns)
			return b;
	b = calloc(1, sizeof(*b));
	if (!b)
		abort();
	b->at = at;
	b->hash = hash;
	b->insns = insns;
	b->locked = locked;
	b->next = *bucket;
	*bucket = b;
	b->older = blocks;
	blocks = b;
	return b;
}

static void open_window(void)
{
	struct block *b;

	for (b = blocks; b; b = b->older)
		b->before = b->times;
	memset(&window, 0, sizeof(window));
	window.id = number;
	window.start = clock_insns;
	window.open = true;
}

static void close_window(void)
{
	uint64_t user = 0, locked = 0, user_locked = 0, all = 0, n;
	struct block *b;

	if (!window.open)
		return;
	window.open = false;
	for (b = blocks; b; b = b->older) {
		n = b->times - b->before;
		all += n * b->insns;
		locked += n * b->locked;
		if (b->at >= KERNEL)
			continue;
		user += n * b->insns;
		user_locked += n * b->locked;
	}
	fprintf(out, "W %lu %lu %lu %lu %lu %lu %lu %lu\n", window.id, all, user, locked,
		user_locked, window.hits, window.first, window.last);
	for (b = blocks; b; b = b->older)
		if (b->at >= KERNEL && b->times != b->before)
			fprintf(out, "B %lx %u %u %lu\n", b->at, b->insns, b->locked,
				b->times - b->before);
	fflush(out);
}

/* Code that was translated before would go unseen: say so rather than count too little. */
static void watch(void)
{
	struct block *b;

	if (watched == number)
		return;
	watched = number;
	for (b = blocks; b; b = b->older)
		if (b->at == watched) {
			fprintf(out, "E the watched function ran before the watch\n");
			fflush(out);
			return;
		}
}

static void on_watched(unsigned int vcpu, void *data)
{
	(void)vcpu;
	(void)data;
	if (!window.open)
		return;
	window.last = clock_insns - window.start;
	if (!window.hits++)
		window.first = window.last;
}

static void on_mark(unsigned int vcpu, void *data)
{
	uintptr_t command = (uintptr_t)data;

	(void)vcpu;
	switch (command) {
	case MARK_ZERO:
	case MARK_ONE:
		number = number << 1 | command;
		break;
	case MARK_OPEN:
		open_window();
		break;
	case MARK_CLOSE:
		close_window();
		break;
	case MARK_WATCH:
		watch();
		break;
	}
}

static void look_for_mark(struct qemu_plugin_insn *insn, const uint8_t *code, size_t len)
{
	uint32_t where;

	if (len != 7 || code[0] != 0x0f || code[1] != 0x1f || code[2] != 0x80)
		return;
	memcpy(&where, code + 3, sizeof(where));
	if ((where & ~0xffu) == MARK_MAGIC)
		qemu_plugin_register_vcpu_insn_exec_cb(insn, on_mark, PLUGIN_NO_REGS,
						       (void *)(uintptr_t)(where & 0xff));
}

static void on_translate(plugin_id id, struct qemu_plugin_tb *tb)
{
	size_t n = qemu_plugin_tb_n_insns(tb), i, len;
	uint64_t at = qemu_plugin_tb_vaddr(tb);
	uint64_t hash = 0xcbf29ce484222325ull;
	struct qemu_plugin_insn *insn;
	uint32_t locked = 0;
	const uint8_t *code;
	struct block *b;

	(void)id;
	for (i = 0; i < n; i++) {
		insn = qemu_plugin_tb_get_insn(tb, i);
		code = qemu_plugin_insn_data(insn);
		len = qemu_plugin_insn_size(insn);
		locked += is_locked(code, len);
		hash = mix(hash, code, len);
		look_for_mark(insn, code, len);
	}
	b = find_block(at, hash, n, locked);
	qemu_plugin_register_vcpu_tb_exec_inline(tb, PLUGIN_ADD_U64, &b->times, 1);
	qemu_plugin_register_vcpu_tb_exec_inline(tb, PLUGIN_ADD_U64, &clock_insns, n);
	if (watched && at == watched)
		qemu_plugin_register_vcpu_tb_exec_cb(tb, on_watched, PLUGIN_NO_REGS, NULL);
}

static void on_end(plugin_id id, void *data)
{
	(void)id;
	(void)data;
	fclose(out);
}

PLUGIN_EXPORT int qemu_plugin_install(plugin_id id, const struct qemu_info_t *info, int argc,
				      char **argv)
{
	int i;

	for (i = 0; i < argc; i++)
		if (!strncmp(argv[i], "out=", 4))
			out = fopen(argv[i] + 4, "w");
	if (!out || !info->system_emulation || info->system.max_vcpus > 1) {
		fprintf(stderr, "bench plugin: out=FILE and one processor, please\n");
		return -1;
	}
	qemu_plugin_register_vcpu_tb_trans_cb(id, on_translate);
	qemu_plugin_register_atexit_cb(id, on_end, NULL);
	return 0;
}
