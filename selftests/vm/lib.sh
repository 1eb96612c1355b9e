# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# What every part of the lab shares: names, cache, locks, messages.

set -u -o pipefail

VMDIR=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
TOP=$(cd "$VMDIR/../.." && pwd -P)
# shellcheck disable=SC2034 # for those who source this
BUILD=$TOP/build
CACHE=${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/mvtap

LAB_DEBUG_KERNELS="uml-kasan uml-debug debug kcsan"
LAB_PLAIN_KERNELS="6.1 6.12 7.3 uml"
LAB_KERNELS="$LAB_PLAIN_KERNELS $LAB_DEBUG_KERNELS"
LAB_FAILURE=125		# the lab failed, whatever the command said

lab_note() { printf 'lab: %s\n' "$*" >&2; }
lab_die()  { lab_note "$*"; exit "$LAB_FAILURE"; }
lab_usage_error() { lab_note "$*"; exit 2; }

lab_check_kernel()
{
	[[ " $LAB_KERNELS " == *" $1 "* ]] || lab_usage_error "unknown kernel '$1' (one of: $LAB_KERNELS)"
}

# A kernel with detectors, on which any report ends the run
lab_is_debug() { [[ " $LAB_DEBUG_KERNELS " == *" $1 "* ]]; }

lab_need_root()
{
	[ "$(id -u)" = 0 ] || lab_usage_error "needs root: it shares the root file system with the guest"
}

# A name for this checkout, for locks on what it owns.
lab_checkout() { printf '%s' "$TOP" | cksum | cut -d' ' -f1; }

# lab_locked NAME COMMAND…: one holder of NAME at a time, over all checkouts.
# In a subshell: the lock goes with it, also when the command dies.
lab_locked()
{
	local name=$1
	shift
	mkdir -p "$CACHE/locks" || return 1
	(
		exec 9>"$CACHE/locks/$name" || exit 1
		flock -n 9 || { lab_note "waiting for another run that prepares $name"; flock 9; } || exit 1
		"$@" 9>&-
	)
}

# lab_tmp NAME: a scratch directory on the cache's own file system, so that publishing it is a
# rename. Leftovers of an interrupted run are swept by the next holder of the same lock.
lab_tmp()
{
	rm -rf "$CACHE/tmp/$1"
	mkdir -p "$CACHE/tmp/$1" && printf '%s\n' "$CACHE/tmp/$1"
}

# lab_publish TMP FINAL: all or nothing.
lab_publish()
{
	mkdir -p "$(dirname "$2")" || return 1
	[ ! -e "$2" ] || rm -rf "$2" || return 1
	mv -T "$1" "$2"
}

# lab_point LINK TARGET: replace a symbolic link in one step.
lab_point()
{
	ln -sfn "$2" "$1.new" && mv -T "$1.new" "$1"
}

# lab_quietly LOG COMMAND…: keep the noise in LOG, show its end only on failure.
lab_quietly()
{
	local log=$1
	shift
	mkdir -p "$(dirname "$log")"
	"$@" >"$log" 2>&1 </dev/null && return
	lab_note "failed: $*"
	tail -n 25 "$log" >&2
	return 1
}

# lab_private COMMAND…: in a mount name space of its own. The root of a plain chroot is no mount
# point, so its propagation cannot be set there; COMMAND must then undo its mounts itself.
lab_private()
{
	local flags=()
	unshare -m true 2>/dev/null || flags=(--propagation unchanged)
	unshare -m "${flags[@]}" -- "$@"
}

# Where a prepared kernel lives: boot image, lib/modules/RELEASE, release (file), and how to
# build for it. Follows the link that the last successful preparation left.
lab_kernel_dir() { readlink -f "$CACHE/kernels/$1/current"; }
lab_kernel_ready() { [ -s "$CACHE/kernels/$1/current/release" ]; }
