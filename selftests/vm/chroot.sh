# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# A small trixie tree with a compiler: the build tools inside the headers of 6.12 and 7.3 need a
# newer C library and gcc than Debian 12 has. The headers themselves are bound in at each build.

CHROOT_PACKAGES=make,gcc-14,libelf1t64,pahole,kmod

chroot_make_tree()
{
	local tmp=$1 mirror
	mirror=$(apt_mirror)
	[ -n "$mirror" ] || return 1
	# in a mount name space of its own: what it mounts goes with it
	lab_private debootstrap --variant=minbase --include="$CHROOT_PACKAGES" \
		--keyring=/usr/share/keyrings/debian-archive-keyring.gpg \
		trixie "$tmp" "$mirror" || return 1
	rm -rf "$tmp"/var/cache/apt/archives/*.deb "$tmp"/usr/share/{doc,man,locale}
	: >"$tmp/.complete"
}

chroot_build()
{
	local tmp

	[ ! -e "$CACHE/chroot/trixie/.complete" ] || return 0
	apt_refresh host 1440 || return 1
	lab_note "making a trixie tree with a compiler: about a minute"
	tmp=$(lab_tmp chroot) || return 1
	lab_quietly "$CACHE/chroot.log" chroot_make_tree "$tmp" &&
		lab_publish "$tmp" "$CACHE/chroot/trixie"
}

# prepare_tools KERNEL: what building for it takes beside its headers.
prepare_tools()
{
	case $1 in
	6.12|7.3) lab_locked chroot chroot_build ;;
	esac
}

# chroot_make HOME RELEASE DIRECTORY MAKE-ARGUMENT…: 7.3's objtool wants /proc.
chroot_make()
{
	local home=$1 release=$2 dir=$3
	shift 3
	# shellcheck disable=SC2016 # expanded by the inner shell
	lab_private bash -ec '
		root=$1 dev=$2/dev release=$3 dir=$4
		shift 4
		trap "umount -l $(printf %q "$root")" EXIT
		mount --bind "$root" "$root"
		mount -t proc proc "$root/proc"
		mount -t tmpfs tmpfs "$root/mnt"
		mkdir "$root/mnt/build"
		mount --bind "$dev/usr/src" "$root/usr/src"
		for kbuild in "$dev"/usr/lib/linux-kbuild-*; do
			mkdir -p "$root/usr/lib/${kbuild##*/}"
			mount --bind "$kbuild" "$root/usr/lib/${kbuild##*/}"
		done
		mount --bind "$dir" "$root/mnt/build"
		chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 \
			make -j2 -C "/usr/src/linux-headers-$release" CC=gcc-14 M=/mnt/build "$@"
	' bash "$CACHE/chroot/trixie" "$home" "$release" "$dir" "$@"
}
