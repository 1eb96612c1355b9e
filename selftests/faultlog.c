// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include "faultlog.h"

#include <ctype.h>
#include <regex.h>
#include <stdio.h>
#include <string.h>
#include <sys/klog.h>

#include "fault.h"
#include "ktap.h"

#define STACK_SIZE 16384
#define SITES 200

/* What no healthy kernel says ... */
static const char bad[] =
	"(^|[^a-z])(WARNING|BUG|INFO|ERROR):|cut here|Oops|Bad page|ODEBUG|KASAN|UBSAN|"
	"refcount_t:|ref_tracker:|list_(add|del) corruption|suspicious RCU|sleeping function|"
	"unregister_netdevice: waiting|cannot create duplicate|general protection|"
	"page allocation failure|vmalloc error|percpu: allocation failed|kmemleak:";

/* ... unless an allocation just failed; and why. */
static const char *const allowed[] = {
	/* The allocators' own words for it. */
	"page allocation failure", "vmalloc error", "percpu: allocation failed",
	/* One reference that is counted, but not tracked. */
	"ref_tracker: memory allocation failure",
};

static regex_t bad_regex;
static char stack[STACK_SIZE];
static size_t stack_len;
static char site[64], sites[SITES][64];
static int n_sites;
static bool notified;	/* the chain was met before a function of ours */

/* klogctl(): many lines in one call, and each once. */
enum { LOG_READ = 2, LOG_UNREAD = 9 };

static int read_log(char *text, int size)
{
	int n = klogctl(LOG_UNREAD, NULL, 0);

	if (n > 0)
		n = klogctl(LOG_READ, text, size - 1);
	text[n > 0 ? n : 0] = '\0';
	return n;
}

bool faultlog_open(void)
{
	char text[8192];
	int n;

	do
		n = read_log(text, sizeof(text));
	while (n > 0);
	return !n && !regcomp(&bad_regex, bad, REG_EXTENDED | REG_NOSUB);
}

static void remember_site(const char *name)
{
	int i;

	for (i = 0; i < n_sites; i++)
		if (!strcmp(sites[i], name))
			return;
	if (n_sites < SITES)
		strcpy(sites[n_sites++], name);
}

/*
 * "... FUNCTION+0x12/0x34 [mvtap]": the first of a stack is the innermost. With a
 * question mark in front it is only something that lies on the stack.
 */
static void look_for_site(const char *line)
{
	const char *end = strstr(line, "+0x"), *begin = end;

	if (site[0] || !end || strstr(line, " ? "))
		return;
	if (strstr(line, "notifier_call_chain+0x"))
		notified = true;
	if (!strstr(line, "[mvtap]"))
		return;
	while (begin > line && (isalnum((unsigned char)begin[-1]) || strchr("_.", begin[-1])))
		begin--;
	snprintf(site, sizeof(site), "%.*s", (int)(end - begin), begin);
	remember_site(site);
}

static bool line_ok(const char *line)
{
	size_t i;

	if (regexec(&bad_regex, line, 0, NULL, 0))
		return true;
	for (i = 0; i < ARRAY_SIZE(allowed) && fault_hit(); i++)
		if (strstr(line, allowed[i]))
			return true;
	ktap_note("kernel: %s", line);
	return false;
}

static void keep(const char *line)
{
	int n;

	/* A new one begins. */
	if (strstr(line, "FAULT_INJECTION: forcing a failure")) {
		stack_len = 0;
		site[0] = '\0';
		notified = false;
	}
	n = snprintf(stack + stack_len, sizeof(stack) - stack_len, "%s\n", line);
	if (stack_len + n < sizeof(stack))
		stack_len += n;
	look_for_site(line);
}

bool fault_log_ok(void)
{
	static char text[65536];
	char *line, *save;
	bool ok = true;

	stack_len = 0;
	stack[0] = site[0] = '\0';
	notified = false;
	while (read_log(text, sizeof(text)) > 0) {
		for (line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
			keep(line);
			ok &= line_ok(line);
		}
	}
	return ok;
}

const char *fault_site(void)
{
	return site[0] ? site : NULL;
}

bool fault_of_others(void)
{
	return notified;
}

bool fault_told(void)
{
	return strstr(stack, "FAULT_INJECTION: forcing a failure");
}

void fault_note_stack(void)
{
	ktap_note("what failed: %s", stack_len ? stack : "not told");
}

int fault_say_sites(void)
{
	char text[200] = "";
	int i;

	ktap_say("allocations failed in %d functions of ours:", n_sites);
	for (i = 0; i < n_sites; i++) {
		if (strlen(text) + strlen(sites[i]) > 90) {
			ktap_say(" %s", text);
			text[0] = '\0';
		}
		strcat(strcat(text, " "), sites[i]);
	}
	ktap_say(" %s", text);
	return n_sites;
}
