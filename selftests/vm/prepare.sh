# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Everything a boot needs, made at first use and kept in the cache.

# shellcheck source=selftests/vm/apt.sh
. "$VMDIR/apt.sh"
# shellcheck source=selftests/vm/kernel.sh
. "$VMDIR/kernel.sh"
# shellcheck source=selftests/vm/chroot.sh
. "$VMDIR/chroot.sh"
# shellcheck source=selftests/vm/source.sh
. "$VMDIR/source.sh"

# prepare_update KERNEL MINUTES: look for a newer one when the lists are older than that. When the
# mirror cannot be reached or no longer has it, what the cache has stays good.
prepare_update()
{
	local kernel=$1

	case $kernel in
	uml|uml-kasan|uml-debug|debug|kcsan) lab_locked "kernel-$kernel" source_build "$kernel" ;;
	*) lab_locked "apt-$(kernel_suite "$kernel")" apt_refresh "$(kernel_suite "$kernel")" "$2" &&
		lab_locked "kernel-$kernel" kernel_fetch "$kernel" ;;
	esac && return
	lab_kernel_ready "$kernel" && lab_note "$kernel: keeping the cached one"
}

# prepare_kernel KERNEL: what is there is used; only what is missing is fetched.
prepare_kernel()
{
	lab_kernel_ready "$1" || prepare_update "$1" 1440
}

# prepare_modules KERNEL: sets MODULES to a lib/modules/RELEASE that is the kernel's own plus our
# module under updates/. Trees are named by content: a guest may still be running on an older one.
prepare_modules()
{
	local kernel=$1 ko=$BUILD/kmod/$1/mvtap.ko

	if [ ! -e "$TOP/kmod/Kbuild" ]; then
		lab_note "no kmod/Kbuild: going without mvtap.ko"
	elif [ "${MVTAP_LAB_BUILD:-yes}" != no ]; then
		"$VMDIR/build-module" --quiet "$kernel" || return 1
	fi
	lab_locked "tree-$(lab_checkout)-$kernel" modules_tree "$kernel" "$ko" || return 1
	# shellcheck disable=SC2034 # for write_settings() in run
	MODULES=$(readlink -f "$BUILD/vm/$kernel/current")
}

modules_tree()
{
	local kernel=$1 ko=$2 dir release name tree tmp
	dir=$(lab_kernel_dir "$kernel")
	release=$(cat "$dir/release")
	name=$(sha256sum "$dir/release" "$ko" 2>/dev/null | sha256sum | cut -c1-16)
	tree=$BUILD/vm/$kernel/$name

	if [ ! -d "$tree" ]; then
		tmp=$tree.new
		rm -rf "$tmp" && mkdir -p "$tmp/lib/modules/$release/updates" || return 1
		modules_fill "$dir/lib/modules/$release" "$tmp/lib/modules/$release" "$ko" &&
			depmod -b "$tmp" "$release" && mv -T "$tmp" "$tree" || return 1
	fi
	lab_point "$BUILD/vm/$kernel/current" "$name/lib/modules/$release"
	find "$BUILD/vm/$kernel" -mindepth 1 -maxdepth 1 -type d ! -name "$name" -mmin +60 -exec rm -rf {} +
}

modules_fill()
{
	ln -s "$1/kernel" "$2/kernel" && cp "$1"/modules.{order,builtin,builtin.modinfo} "$2/" || return 1
	[ ! -e "$3" ] || cp "$3" "$2/updates/mvtap.ko"
}
