// SPDX-License-Identifier: GPL-2.0
/* Is an operation as quick at the end as at the beginning? */
#define _GNU_SOURCE
#include "judge.h"

#include <math.h>
#include <stdio.h>

/* Operations of a kind in a quarter, below which its quantiles say nothing. */
#define ENOUGH 200

/*
 * The p10 is what an operation takes that nobody disturbs. The busier the machine, the
 * more the others are about the machine.
 */
static const struct {
	const char *name;
	double q, limit;
} quantiles[LATENCY_QUANTILES] = {
	{ "p10", 0.1, 1.25 }, { "median", 0.5, 1.25 }, { "p95", 0.95, 1.5 },
};

static double quantile(struct span s, enum op_kind op, double q)
{
	return churn_latency(op, res->windows[s.from].churn_from,
			     res->windows[s.to - 1].churn_to, q);
}

static bool enough(struct span s, enum op_kind op)
{
	return churn_ops(op, res->windows[s.from].churn_from,
			 res->windows[s.to - 1].churn_to) >= ENOUGH;
}

static enum op_kind twin_of(enum op_kind op)
{
	return op + OP_TWINS;
}

/* An operation in terms of the yardstick: mean over the windows; its squared relative error. */
static double relative(struct span s, enum op_kind op, double q, double *error)
{
	double x, y, sum = 0, squares = 0, mean;
	int i, n = 0;

	for (i = s.from; i < s.to; i++) {
		struct span one = { i, i + 1 };

		x = quantile(one, op, q);
		y = quantile(one, twin_of(op), q);
		if (!x || !y)
			continue;
		n++;
		sum += x / y;
		squares += x / y * x / y;
	}
	mean = sum / n;
	*error = n > 1 ? (squares / n - mean * mean) / (n - 1) / (mean * mean) : 1;
	return mean;
}

/* One point each: an operation, by one of its quantiles. */
struct latency_case {
	char name[32];
	enum op_kind op;
	double q, limit;
};

/* What the yardstick says, in its own terms: *@chance is the part of it that chance makes. */
static double growth_by_yardstick(const struct latency_case *c, double *chance)
{
	double ea, eb, growth = 1 / relative(first, c->op, c->q, &ea);

	growth *= relative(last, c->op, c->q, &eb);
	/* three standard errors */
	*chance = 3 * sqrt(ea + eb);
	return growth;
}

/*
 * Flat: no slower, and the machine no calmer. Slower: so by itself and in terms of the
 * yardstick, there by more than chance. Where neither is so and chance alone could hide
 * that it takes twice the time, nothing is said.
 */
static void flat_latency(void **state)
{
	const struct latency_case *c = *state;
	double a = quantile(first, c->op, c->q), b = quantile(last, c->op, c->q);
	enum op_kind twin = twin_of(c->op);
	double ya = quantile(first, twin, c->q), yb = quantile(last, twin, c->q);
	double chance, growth = growth_by_yardstick(c, &chance);

	ktap_say("%.0f -> %.0f us, x %.2f; %s %.0f -> %.0f us; in terms of it x %.2f +- %.2f; limit %.2f",
		 a, b, b / a, op_names[twin], ya, yb, growth, growth * chance, c->limit);
	if (!enough(first, c->op) || !enough(last, c->op))
		ktap_skip("under %d of them in a quarter", ENOUGH);
	if (b / a <= c->limit && yb / ya >= 1 / c->limit)
		return;
	ktap_assert(b / a <= c->limit || growth * (1 - chance) <= c->limit, "slower than it was");
	if (2 * (1 - chance) <= c->limit)
		ktap_skip("the machine was too uneven: twice the time would not show");
}

static struct CMUnitTest latency_test(struct latency_case *c, enum op_kind op, int i)
{
	c->op = op;
	c->q = quantiles[i].q;
	c->limit = quantiles[i].limit;
	snprintf(c->name, sizeof(c->name), "flat %s of %s", quantiles[i].name, op_names[op]);
	return (struct CMUnitTest){ c->name, flat_latency, NULL, NULL, c };
}

void latency_tests(struct CMUnitTest *tests)
{
	static struct latency_case cases[LATENCY_TESTS];
	int i;

	for (i = 0; i < LATENCY_TESTS; i++)
		tests[i] = latency_test(&cases[i], (enum op_kind)(i / LATENCY_QUANTILES),
					i % LATENCY_QUANTILES);
}
