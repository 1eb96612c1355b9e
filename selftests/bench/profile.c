// SPDX-License-Identifier: GPL-2.0
/*
 * Reads what the plugin counted, with the kernel's symbols:
 *
 *	bench-profile KALLSYMS COUNTS			one line of JSON for each window
 *	bench-profile KALLSYMS COUNTS WINDOW FRAMES	that window by function, per frame
 *	bench-profile -s STAGES ...			also by stage: lines of a name and patterns
 */
#define _GNU_SOURCE
#include <fnmatch.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#define MAX_STAGES 64
#define MAX_PATTERNS 512
#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

struct function {
	uint64_t at;
	char name[80];
	uint64_t calls, insns, locked;
	int stage;		/* -1: none, -2: not looked up yet */
};

/* Calls that are counted together: those that are no part of each other. */
static const struct {
	const char *name;
	const char *patterns[8];
} sets[] = {
	{ "alloc", { "kmem_cache_alloc*", "__kmalloc_*", "__kmalloc", "kmalloc_trace",
		     "kmalloc_node_trace", "*page_frag_alloc*" } },
	{ "pages", { "__alloc_pages", "__alloc_frozen_pages_noprof", "__alloc_pages_noprof" } },
	{ "wake", { "try_to_wake_up" } },
	{ "softirq", { "handle_softirqs" } },
	{ "do_softirq", { "__do_softirq" } },	/* before handle_softirqs, and then around it */
	{ "switch", { "__switch_to" } },
	{ "grace", { "synchronize_rcu", "synchronize_rcu_expedited" } },
	{ "irq", { "asm_*interrupt" } },
};

/* A frame that nobody wants, from netif_receive_skb to its end: where the wire's far end stops. */
static const char *const tail[] = {
	"__netif_receive_skb*", "sk_skb_reason_drop", "kfree_skb*", "skb_release_*",
	"netdev_core_stats_inc", "kfree", "kmem_cache_free", "skb_free_head",
};

static struct function *functions;
static size_t n_functions;
static char *stage_names[MAX_STAGES];
static int n_stages;
static struct {
	char *text;
	int stage;
} patterns[MAX_PATTERNS];
static int n_patterns;

static struct window {
	uint64_t id, insns, user, locked, user_locked, hits, first, last;
} window;

static FILE *must_open(const char *path)
{
	FILE *f = fopen(path, "r");

	if (f)
		return f;
	perror(path);
	exit(1);
}

static int by_address(const void *a, const void *b)
{
	const struct function *x = a, *y = b;

	return x->at < y->at ? -1 : x->at > y->at;
}

static void read_symbols(const char *path)
{
	FILE *f = must_open(path);
	struct function one = { .stage = -2 };
	size_t room = 0;
	char type;

	while (fscanf(f, "%lx %c %79s%*[^\n]", &one.at, &type, one.name) == 3) {
		if (n_functions == room) {
			room = room ? 2 * room : 1 << 16;
			functions = realloc(functions, room * sizeof(*functions));
			if (!functions)
				abort();
		}
		functions[n_functions++] = one;
	}
	fclose(f);
	qsort(functions, n_functions, sizeof(*functions), by_address);
}

/* The last one that starts at or before @at; of several names of one place the first. */
static struct function *function_at(uint64_t at)
{
	size_t low = 0, high = n_functions, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (functions[middle].at <= at)
			low = middle + 1;
		else
			high = middle;
	}
	if (!low)
		return NULL;
	for (low--; low && functions[low - 1].at == functions[low].at; low--)
		;
	return &functions[low];
}

static void read_stages(const char *path)
{
	FILE *f = must_open(path);
	char line[1024], *word, *rest;

	while (fgets(line, sizeof(line), f)) {
		word = strtok_r(line, " \t\n", &rest);
		if (!word || word[0] == '#' || n_stages == MAX_STAGES)
			continue;
		if (!n_stages || strcmp(stage_names[n_stages - 1], word))
			stage_names[n_stages++] = strdup(word);
		while ((word = strtok_r(NULL, " \t\n", &rest)) && n_patterns < MAX_PATTERNS) {
			patterns[n_patterns].text = strdup(word);
			patterns[n_patterns++].stage = n_stages - 1;
		}
	}
	fclose(f);
}

static int stage_of(struct function *fn)
{
	int i;

	if (fn->stage != -2)
		return fn->stage;
	fn->stage = -1;
	for (i = 0; i < n_patterns && fn->stage == -1; i++)
		if (!fnmatch(patterns[i].text, fn->name, 0))
			fn->stage = patterns[i].stage;
	return fn->stage;
}

static void forget(void)
{
	size_t i;

	for (i = 0; i < n_functions; i++)
		functions[i].calls = functions[i].insns = functions[i].locked = 0;
}

/* The next window with all its blocks; false at the end. */
static bool next_window(FILE *f)
{
	uint64_t at, insns, locked, times;
	struct function *fn;
	char line[256];
	long here;

	if (!fgets(line, sizeof(line), f))
		return false;
	if (sscanf(line, "W %lu %lu %lu %lu %lu %lu %lu %lu", &window.id, &window.insns,
		   &window.user, &window.locked, &window.user_locked, &window.hits, &window.first,
		   &window.last) != 8) {
		fprintf(stderr, "bench-profile: %s", line);
		exit(1);
	}
	forget();
	for (here = ftell(f); fgets(line, sizeof(line), f); here = ftell(f)) {
		if (sscanf(line, "B %lx %lu %lu %lu", &at, &insns, &locked, &times) != 4)
			break;
		fn = function_at(at);
		if (!fn)
			continue;
		fn->insns += times * insns;
		fn->locked += times * locked;
		if (fn->at == at)
			fn->calls += times;
	}
	fseek(f, here, SEEK_SET);
	return true;
}

static void add_tail(json_t *line)
{
	uint64_t insns = 0;
	size_t i, p;

	for (i = 0; i < n_functions; i++)
		for (p = 0; functions[i].insns && p < ARRAY_LEN(tail); p++)
			if (!fnmatch(tail[p], functions[i].name, 0))
				insns += functions[i].insns;
	json_object_set_new(line, "tail", json_integer((json_int_t)insns));
}

static bool in_set(size_t set, const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_LEN(sets[set].patterns) && sets[set].patterns[i]; i++)
		if (!fnmatch(sets[set].patterns[i], name, 0))
			return true;
	return false;
}

static void add_sets(json_t *line)
{
	uint64_t calls[ARRAY_LEN(sets)] = { 0 };
	size_t i, set;

	for (i = 0; i < n_functions; i++)
		for (set = 0; functions[i].calls && set < ARRAY_LEN(sets); set++)
			if (in_set(set, functions[i].name))
				calls[set] += functions[i].calls;
	for (set = 0; set < ARRAY_LEN(sets); set++)
		json_object_set_new(line, sets[set].name, json_integer((json_int_t)calls[set]));
}

static void add_stages(json_t *line)
{
	uint64_t insns[MAX_STAGES] = { 0 }, rest = 0;
	json_t *stages = json_object();
	size_t i;
	int s;

	for (i = 0; i < n_functions; i++) {
		if (!functions[i].insns)
			continue;
		s = stage_of(&functions[i]);
		if (s < 0)
			rest += functions[i].insns;
		else
			insns[s] += functions[i].insns;
	}
	for (s = 0; s < n_stages; s++)
		json_object_set_new(stages, stage_names[s], json_integer((json_int_t)insns[s]));
	json_object_set_new(stages, "rest", json_integer((json_int_t)rest));
	json_object_set_new(stages, "drivers", json_integer((json_int_t)window.user));
	json_object_set_new(line, "stages", stages);
}

static void print_window(void)
{
	json_t *line = json_pack("{sI sI sI sI sI sI sI}", "window", (json_int_t)window.id,
				 "insn", (json_int_t)window.insns, "user", (json_int_t)window.user,
				 "locked", (json_int_t)(window.locked - window.user_locked),
				 "hits", (json_int_t)window.hits, "first", (json_int_t)window.first,
				 "last", (json_int_t)window.last);

	add_sets(line);
	add_tail(line);
	if (n_stages)
		add_stages(line);
	json_dumpf(line, stdout, JSON_COMPACT);
	putchar('\n');
	json_decref(line);
}

static int by_insns(const void *a, const void *b)
{
	const struct function *x = *(const struct function **)a, *y = *(const struct function **)b;

	return x->insns < y->insns ? 1 : x->insns > y->insns ? -1 : by_address(x, y);
}

static void print_functions(double frames)
{
	struct function **order = calloc(n_functions, sizeof(*order));
	size_t i, n = 0;
	int stage;

	if (!order)
		abort();
	for (i = 0; i < n_functions; i++)
		if (functions[i].insns)
			order[n++] = &functions[i];
	qsort(order, n, sizeof(*order), by_insns);
	printf("%10s %8s %8s  %-12s %s\n", "insn/frame", "calls", "locked", "stage", "function");
	for (i = 0; i < n; i++) {
		stage = stage_of(order[i]);
		printf("%10.1f %8.3f %8.3f  %-12s %s\n", order[i]->insns / frames,
		       order[i]->calls / frames, order[i]->locked / frames,
		       stage < 0 ? "-" : stage_names[stage], order[i]->name);
	}
	printf("%10.1f %8s %8.3f  %-12s all of the machine, %.1f in programs\n",
	       window.insns / frames, "", window.locked / frames, "", window.user / frames);
	free(order);
}

int main(int argc, char **argv)
{
	uint64_t only = 0;
	double frames = 1;
	FILE *f;

	if (argc > 2 && !strcmp(argv[1], "-s")) {
		read_stages(argv[2]);
		argv += 2;
		argc -= 2;
	}
	if (argc != 3 && argc != 5) {
		fprintf(stderr, "usage: bench-profile [-s STAGES] KALLSYMS COUNTS [WINDOW FRAMES]\n");
		return 2;
	}
	read_symbols(argv[1]);
	f = must_open(argv[2]);
	if (argc == 5) {
		only = strtoull(argv[3], NULL, 0);
		frames = strtod(argv[4], NULL);
	}
	while (next_window(f)) {
		if (argc == 3)
			print_window();
		else if (window.id == only)
			return print_functions(frames), 0;
	}
	return argc == 3 ? 0 : 1;
}
