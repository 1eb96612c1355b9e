// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include "crew.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "stress.h"

#define MAX_ACTORS 64
#define MAX_WORKERS 64
/* Between two steps of a worker, at most: who is first shall vary. */
#define PAUSE_US 300
/* What a step may take when everybody waits for everybody, under emulation. */
#define END_MS 60000
/* Wrong answers of one actor that are shown. */
#define SHOWN 5

/* What the actors did, by all workers. */
struct tally {
	atomic_ulong done, wrong, refused[STRESS_ERRNOS];	/* by actor.may */
};

struct shared {
	atomic_bool stop, release;
	atomic_uint released, finished;	/* workers */
	struct tally tally[MAX_ACTORS];
};

static struct crew_options options;
static const struct actor *actors[MAX_ACTORS];
static struct shared *shared;
static pid_t workers[MAX_WORKERS];
static unsigned int size;
static char noted[160];

void stress_note(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(noted, sizeof(noted), fmt, ap);
	va_end(ap);
}

const char *stress_noted(void)
{
	return noted;
}

/* --- who takes part ----------------------------------------------------- */

static bool named(const char *list, const char *name)
{
	size_t len = strlen(name);
	const char *p;

	for (p = list; p; p = strchr(p, ',') ? strchr(p, ',') + 1 : NULL)
		if (!strncmp(p, name, len) && (!p[len] || p[len] == ','))
			return true;
	return !list;
}

int crew_choose(const struct crew_options *o)
{
	const struct actor *a;
	const char *why;
	unsigned int i;

	options = *o;
	if (!o->workers || o->workers > MAX_WORKERS)
		return -EINVAL;
	for (i = 0; i < stress_n_actors && size < MAX_ACTORS; i++) {
		a = stress_actors[i];
		if (!named(o->only, a->name))
			continue;
		why = a->missing ? a->missing() : NULL;
		if (why)
			printf("# without %s: %s\n", a->name, why);
		else
			actors[size++] = a;
	}
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED)
		return -errno;
	return size ? 0 : -ENOENT;
}

/* --- one worker --------------------------------------------------------- */

struct worker {
	unsigned int no;
	unsigned long steps;
	bool changes, runs;	/* which actors it plays */
	bool released;
	struct rng rng, pauses;
};

/* Zero for who has no part now. */
static unsigned int weight(const struct worker *w, const struct actor *a)
{
	if (w->released && a->pins)
		return 0;
	return (a->changes ? w->changes : w->runs) ? a->weight : 0;
}

/* The index of an actor; @size if there is none for this worker. */
static unsigned int choose(struct worker *w)
{
	unsigned int sum = 0, n, i;

	for (i = 0; i < size; i++)
		sum += weight(w, actors[i]);
	n = sum ? rng_below(&w->rng, sum) : 0;
	for (i = 0; i < size && n >= weight(w, actors[i]); i++)
		n -= weight(w, actors[i]);
	return i;
}

/* Which of its refusals it is; STRESS_ERRNOS if it is none. */
static unsigned int refusal(const struct actor *a, int err)
{
	unsigned int i;

	for (i = 0; i < STRESS_ERRNOS; i++)
		if (a->may[i] == -err)
			break;
	return i;
}

static void one_step(struct worker *w, unsigned int i)
{
	struct tally *t = &shared->tally[i];
	const struct actor *a = actors[i];
	unsigned int which;
	bool bad;
	int ret;

	stress_note("%s", "");
	w->steps++;
	ret = a->step(&w->rng);
	which = refusal(a, ret);
	bad = ret && which == STRESS_ERRNOS;
	if (!ret)
		t->done++;
	else if (!bad)
		t->refused[which]++;
	if (options.verbose || (bad && t->wrong++ < SHOWN))
		printf("# %sworker %u, step %lu, %s, %s: %s\n", bad ? "wrong: " : "", w->no,
		       w->steps, a->name, noted, ret ? strerrorname_np(-ret) : "done");
}

static void end(bool all)
{
	unsigned int i;

	for (i = 0; i < size; i++)
		if (actors[i]->end && (all || actors[i]->pins))
			actors[i]->end();
}

static void work(struct worker *w)
{
	bool finished = false;
	unsigned int i;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	while (!shared->stop) {
		if (shared->release && !w->released) {
			end(false);
			w->released = true;
			shared->released++;
		}
		i = options.steps && w->steps >= options.steps ? size : choose(w);
		if (i < size) {
			one_step(w, i);
		} else {
			shared->finished += !finished;
			finished = true;
		}
		usleep(i < size ? rng_below(&w->pauses, PAUSE_US) : 1000);
	}
	end(true);
	fflush(NULL);
	_exit(0);
}

/* --- all of them -------------------------------------------------------- */

void crew_start(unsigned int phase)
{
	unsigned int i;

	shared->stop = false;
	shared->release = false;
	shared->released = 0;
	shared->finished = 0;
	fflush(NULL);
	for (i = 0; i < options.workers; i++) {
		uint64_t stream = phase * MAX_WORKERS + i;
		struct worker w = {
			.no = i,
			.changes = options.workers == 1 || i % 2,
			.runs = options.workers == 1 || !(i % 2),
			/* How long we pause does not change what we do. */
			.rng = rng_of(options.seed, stream),
			.pauses = rng_of(~options.seed, stream),
		};

		workers[i] = fork();
		if (!workers[i])
			work(&w);
	}
}

bool crew_done(void)
{
	return shared->finished == options.workers;
}

static void show_stack(pid_t pid)
{
	char path[64], line[256];
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/stack", pid);
	f = fopen(path, "re");
	while (f && fgets(line, sizeof(line), f))
		printf("#   %s", line);
	if (f)
		fclose(f);
}

/* Under way in a step still, which is the finding. */
static void show_stuck(void)
{
	unsigned int i;

	for (i = 0; i < options.workers; i++) {
		printf("# worker %u, process %d:\n", i, workers[i]);
		show_stack(workers[i]);
	}
}

bool crew_release(void)
{
	unsigned int ms;

	shared->release = true;
	for (ms = 0; shared->released < options.workers; ms += 10) {
		if (ms >= END_MS) {
			printf("# not all workers gave up their queues\n");
			show_stuck();
			return false;
		}
		usleep(10000);
	}
	return true;
}

static bool join(unsigned int i)
{
	unsigned int ms;
	int status = 0;

	for (ms = 0; ms < END_MS; ms += 10) {
		if (waitpid(workers[i], &status, WNOHANG)) {
			if (status)
				printf("# worker %u ended with status %#x\n", i, status);
			return !status;
		}
		usleep(10000);
	}
	printf("# worker %u does not end\n", i);
	show_stack(workers[i]);
	kill(workers[i], SIGKILL);
	return false;
}

bool crew_stop(void)
{
	bool good = true;
	unsigned int i;

	shared->stop = true;
	for (i = 0; i < options.workers; i++)
		good &= join(i);
	return good;
}

/* --- what they did ------------------------------------------------------ */

static unsigned long refused(const struct tally *t)
{
	unsigned long n = 0;
	unsigned int i;

	for (i = 0; i < STRESS_ERRNOS; i++)
		n += t->refused[i];
	return n;
}

static void report_one(const struct actor *a, const struct tally *t)
{
	unsigned int i;

	printf("# %-12s %8lu %8lu %5lu  ", a->name, t->done, refused(t), t->wrong);
	for (i = 0; i < STRESS_ERRNOS; i++)
		if (t->refused[i])
			printf(" %s %lu", strerrorname_np(a->may[i]), t->refused[i]);
	printf("\n");
	if (!t->done)
		printf("# %s never did its work\n", a->name);
}

void crew_report(void)
{
	unsigned int i;

	printf("# %-12s %8s %8s %5s\n", "actor", "done", "refused", "wrong");
	for (i = 0; i < size; i++)
		report_one(actors[i], &shared->tally[i]);
}

struct crew_sum crew_sum(void)
{
	struct crew_sum sum = { 0 };
	const struct tally *t;

	for (t = shared->tally; t < shared->tally + size; t++) {
		sum.done += t->done;
		sum.refused += refused(t);
		sum.wrong += t->wrong;
		sum.idle += !t->done;
	}
	return sum;
}
