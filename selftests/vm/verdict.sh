# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Did the kernel stay sane? Reads the console log; the command's own output never gets there.

# Lines no healthy run prints. Anchored after the time stamp where a mere mention is harmless
# (the mitigations' advice at boot also says "WARNING:").
VERDICT_BAD='------------\[ cut here \]------------
^(\[[^]]*\] ?)*(WARNING|BUG|INFO|ERROR):
(^|[^a-z])BUG:
Oops|Kernel panic|general protection fault|kernel BUG at|[Dd]ouble fault
(possible|inconsistent) .*(locking|lock|recursive)|suspicious RCU usage|sleeping function called
blocked for more than|soft lockup|hard LOCKUP|rcu.*(stall|detected expedited)|workqueue lockup
unregister_netdevice: waiting for|ref_tracker:|refcount_t:
KASAN|UBSAN|KFENCE|kmemleak:.*new|ODEBUG|list_(add|del) corruption|usercopy:
Out of memory|page allocation failure|sysfs: cannot create duplicate|Call Trace:
unable to handle|Bad page|stack-protector|segfault in kernel|Kernel tried to access'

# Said by healthy stock kernels in this lab, each for a known reason.
VERDICT_HARMLESS='KASAN: (disabled|initialized)|kmemleak: Kernel memory leak detector
(KFENCE|kfence): initialized|UBSAN: disabled|rcu: INFO: .*self-test
INFO: lockdep is turned off'

# Races inside the kernel's own code are known to its authors and not ours to judge. A report of KCSAN
# names both accesses, each with its stack below: it counts when one that is not marked, as READ_ONCE()
# marks it, is in our module, or in a library function called by it. Line numbers stay what they are.
# LOG may be "-".
verdict_ours()
{
	awk '
	/====================/ {
		if (report ~ /KCSAN/ && !ours)
			gsub(/[^\n]+/, "(a race of others)", report)
		printf "%s", report
		report = ""
		ours = plain = 0
		inside = !inside
		print
		next
	}
	inside {
		ours += plain && /\[mvtap\]/
		library = / _*(tsan_)?(mem|str|list_|hlist_|rht_|rhashtable_|rhltable_|refcount_|find_)[a-z0-9_.]*\+0x/
		plain = / (read|write|read-write) to 0x/ || (plain && library)
		report = report $0 "\n"
		next
	}
	{ print }
	END { printf "%s", report }' "$1"
}

verdict_lines()
{
	verdict_ours "$1" | grep -aEn -e "$VERDICT_BAD" | grep -avE -e "$VERDICT_HARMLESS"
}

# verdict_console LOG: 0 when clean; otherwise shows the first finding with what surrounds it.
verdict_console()
{
	local log=$1 first last

	first=$(verdict_lines "$log" | head -n 1 | cut -d: -f1)
	[ -n "$first" ] || return 0
	last=$((first + 45))
	[ "$first" -gt 4 ] && first=$((first - 4))
	printf -- '--- kernel log, from line %s ---\n' "$first" >&2
	sed -n "${first},${last}p" "$log" | tr -d '\r' >&2
	printf -- '--- %s suspicious lines in all ---\n' "$(verdict_lines "$log" | wc -l)" >&2
	return 1
}
