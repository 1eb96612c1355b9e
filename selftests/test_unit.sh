#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The unit tests inside the module: the variant built with MVTAP_SELFTEST=1 runs
# them when it is loaded and says "NAME self-test: pass" for every component.

. "$(dirname "$0")/lib.sh"

unload_module()
{
	! grep -q '^mvtap ' /proc/modules || rmmod mvtap
}

# Only lines of this very load count.
log_since_mark()
{
	dmesg | tac | sed "/$MARK/q" | tac
}

if is_intree; then
	skip_all "the in-tree module has no unit tests"
fi
[[ -e ${MVTAP_SELFTEST_KO:-} ]] || skip_all "no MVTAP_SELFTEST_KO: run it by selftests/vm/run"

names=()
for file in "$HERE"/../kmod/selftest/*.c; do
	names+=("$(basename "$file" .c)")
done
tap_plan $((${#names[@]} + 2))

must unload_module
defer modprobe mvtap
defer unload_module
modprobe tap
MARK="mvtap unit tests $UNIQ"
echo "$MARK" >/dev/kmsg
insmod "$MVTAP_SELFTEST_KO" 2>&1 | sed 's/^/# /'
point "module with unit tests loads" 0 "${PIPESTATUS[0]}"

log=$(log_since_mark)
grep 'mvtap: ' <<<"$log" | sed 's/^/# /'
for name in "${names[@]}"; do
	point "$name" pass "$(sed -n "s/.*mvtap: $name self-test: \([A-Za-z]*\).*/\1/p" <<<"$log")"
done
point "no component without a file" ${#names[@]} "$(grep -c 'self-test: ' <<<"$log")"
tap_end
