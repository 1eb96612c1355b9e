# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# Start tiny guests (./build) under QEMU and talk to the agent in them (./init).
# Sourced, by tests that run inside the lab. Every guest has a name; its state
# is in the directory $GUEST_DIR/NAME: ctl.in and ctl.out (the agent's FIFOs),
# console (the kernel's log), qemu.log and pid.

GUEST_HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
declare -A GUEST_PID GUEST_IN GUEST_OUT GUEST_ASKED

# Only clocks of a known rate: those that have to be measured at boot come out
# wrong by any factor when the machine is busy, and then a second in the guest,
# and so every timeout, is anything.
GUEST_CMDLINE="console=ttyS0 quiet panic=-1"
GUEST_CMDLINE+=" clocksource=hpet nolapic_timer tsc=unstable no_timer_check"

# guest_init: find the built guest, make a directory for this run. What
# "build -n" prints may be in GUEST_BUILT already.
guest_init() {
	local built=${GUEST_BUILT:-}

	[[ -n $built ]] || built=$("$GUEST_HERE/build" -n) || return 1
	read -r GUEST_KERNEL GUEST_INITRAMFS <<<"$built"
	GUEST_DIR=$(mktemp -d "${TMPDIR:-/tmp}/guests.XXXXXX")
	guest_accel
}

# The processor that QEMU emulates for the lab has AMD's extension for virtual
# machines: with kvm_amd a guest boots in a tenth of the time. That is not the
# machine's own KVM, which the lab does not see. Only where GUEST_KVM asks for it: of
# two guests that moved much data at once, one has been seen to end by itself.
guest_accel() {
	# shellcheck disable=SC2054 # QEMU's own comma
	GUEST_ACCEL=(-accel tcg,tb-size=64 -cpu max)
	[[ -n ${GUEST_KVM:-} ]] || return 0
	if modprobe -q kvm_amd 2>/dev/null && [[ -w /dev/kvm ]]; then
		GUEST_ACCEL=(-accel kvm -cpu qemu64)
	fi
}

# guest_machine NAME MIB: fill the array GUEST_ARGS with the QEMU command line
# of guest NAME, all but its NICs. -nodefaults leaves only what is asked for.
guest_machine() {
	local dir=$GUEST_DIR/$1 mib=${2:-64}

	mkdir -p "$dir"
	mkfifo "$dir/ctl.in" "$dir/ctl.out"
	# shellcheck disable=SC2034,SC2054  # for the caller; QEMU's own commas
	GUEST_ARGS=(qemu-system-x86_64 "${GUEST_ACCEL[@]}" -M pc -m "$mib"
		-nodefaults -no-user-config -display none -no-reboot
		-kernel "$GUEST_KERNEL" -initrd "$GUEST_INITRAMFS"
		-append "$GUEST_CMDLINE"
		-serial "file:$dir/console"
		-chardev "pipe,id=ctl,path=$dir/ctl" -serial chardev:ctl)
}

# guest_launch NAME COMMAND...: run COMMAND (which becomes or starts the QEMU
# of guest NAME) in the background
guest_launch() {
	local name=$1
	shift

	"$@" >"$GUEST_DIR/$name/qemu.log" 2>&1 </dev/null &
	guest_attach "$name" $!
}

# guest_attach NAME PID: talk to the guest NAME, whose QEMU is process PID
guest_attach() {
	local name=$1 dir=$GUEST_DIR/$1 in out

	GUEST_PID[$name]=$2
	# Read-write, so that neither open waits for the other end.
	exec {in}<>"$dir/ctl.in" {out}<>"$dir/ctl.out"
	GUEST_IN[$name]=$in
	GUEST_OUT[$name]=$out
}

# guest_reply NAME ID SECONDS: print what the agent says until it closes
# command ID, and return that command's status; 124 when the time is over
guest_reply() {
	local name=$1 id=$2 end=$((SECONDS + $3)) line part=

	while ((SECONDS <= end)); do
		if IFS= read -r -t 1 -u "${GUEST_OUT[$name]}" line; then
			line=$part$line
			part=
			if [[ $line =~ ^(.*)"<<$id "([0-9]+)">>"$ ]]; then
				[[ -z ${BASH_REMATCH[1]} ]] || printf '%s\n' "${BASH_REMATCH[1]}"
				return "${BASH_REMATCH[2]}"
			fi
			# A late answer to a command that was given up on.
			[[ $line == *"<<"*">>" ]] || printf '%s\n' "$line"
			continue
		fi
		part+=$line # the time was over in the middle of a line
		kill -0 "${GUEST_PID[$name]}" 2>/dev/null || return 125
	done
	return 124
}

# guest_wait NAME SECONDS: wait until the guest's agent greets
guest_wait() { guest_reply "$1" ready "$2"; }

# guest_send NAME COMMAND: start COMMAND in the guest; guest_take gets its end
guest_send() {
	# Not a counter: a subshell of the test asks, too.
	GUEST_ASKED[$1]=${EPOCHREALTIME/[.,]/}
	printf '%s %s\n' "${GUEST_ASKED[$1]}" "$2" >&"${GUEST_IN[$1]}"
}

# guest_take NAME [SECONDS]: output and status of the last command sent
guest_take() { guest_reply "$1" "${GUEST_ASKED[$1]}" "${2:-30}"; }

# guest_do NAME COMMAND [SECONDS]: run COMMAND in the guest
guest_do() {
	guest_send "$1" "$2"
	guest_take "$1" "${3:-30}"
}

# guest_logs NAME: what there is to see when the guest does not do what it should
guest_logs() {
	sed "s/^/# $1 qemu: /" "$GUEST_DIR/$1/qemu.log"
	tail -n 20 "$GUEST_DIR/$1/console" 2>/dev/null | sed "s/^/# $1 console: /"
}

# guest_stop NAME: end its QEMU; safe to call twice
guest_stop() {
	local pid=${GUEST_PID[$1]:-}

	[[ -n $pid ]] || return 0
	GUEST_PID[$1]=
	kill "$pid" 2>/dev/null
	wait "$pid" 2>/dev/null
	return 0
}

# guest_cleanup: stop all guests and forget their files
guest_cleanup() {
	local name

	for name in "${!GUEST_PID[@]}"; do
		guest_stop "$name"
	done
	rm -rf "$GUEST_DIR"
}
