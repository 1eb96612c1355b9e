# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Debian 13 trees for the tests of installation: made once and kept in the cache, used through
# copies that are thrown away. Sourced behind vm/lib.sh and vm/prepare.sh.

TREE_KERNELS=(6.12 7.3)

# tree_has DIRECTORY RELATIONS: let the tree have what the relations ask for, as apt resolves them.
# The host's apt downloads, since it knows how to reach the mirror; the tree's own apt installs.
tree_has()
{
	local tree=$1 relations=$2 apt=$CACHE/apt/trixie

	lab_locked apt-trixie apt_in trixie apt-get -o "Dir::State::status=$tree/var/lib/dpkg/status" \
		-y --no-install-recommends --download-only satisfy "$relations" || return 1
	cp "$apt/sources.list" "$tree/etc/apt/sources.list"
	# shellcheck disable=SC2016 # expanded by the inner shell
	lab_private bash -ec '
		tree=$1 apt=$2 relations=$3
		trap "umount -l $(printf %q "$tree")" EXIT
		mount --bind "$tree" "$tree"
		mount -t proc proc "$tree/proc"
		mount --bind "$apt/lists" "$tree/var/lib/apt/lists"
		mount --bind "$apt/archives" "$tree/var/cache/apt/archives"
		chroot "$tree" env -i PATH=/usr/sbin:/usr/bin LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive \
			apt-get --no-download -y --no-install-recommends -o Dpkg::Options::=--force-unsafe-io \
			satisfy "$relations" </dev/null
	' bash "$tree" "$apt" "$relations"
}

tree_minbase()
{
	local mirror tmp

	[ ! -e "$CACHE/chroot/minbase/.complete" ] || return 0
	mirror=$(apt_mirror)
	tmp=$(lab_tmp minbase)
	[ -n "$mirror" ] && [ -n "$tmp" ] || return 1
	lab_quietly "$CACHE/minbase.log" lab_private debootstrap --variant=minbase \
		--keyring=/usr/share/keyrings/debian-archive-keyring.gpg trixie "$tmp" "$mirror" || return 1
	rm -rf "$tmp"/var/cache/apt/archives/*.deb
	: >"$tmp/.complete"
	lab_publish "$tmp" "$CACHE/chroot/minbase"
}

tree_build()
{
	local name=$1 dir=$2 relations=$3 tmp

	[ ! -e "$dir/.complete" ] || return 0
	lab_note "making a tree to test packages in: ${dir##*/}"
	lab_locked apt-trixie apt_refresh trixie 720 && tree_minbase || return 1
	tmp=$(lab_tmp "$name") && cp -a --reflink=auto "$CACHE/chroot/minbase/." "$tmp/" &&
		lab_quietly "$CACHE/tree-$name.log" tree_has "$tmp" "$relations" && : >"$tmp/.complete" &&
		lab_publish "$tmp" "$dir" || return 1
	rm -f "$CACHE"/apt/trixie/archives/*.deb
	find "$CACHE/chroot" -mindepth 1 -maxdepth 1 -name "$name-*" ! -path "$dir" -mmin +1440 -exec rm -rf {} +
}

# tree_dir NAME RELATIONS: prints where the tree that has them is, and makes it when there is none.
tree_dir()
{
	local dir
	dir=$CACHE/chroot/$1-$(printf '%s' "$2" | cksum | cut -d' ' -f1)
	lab_locked trees tree_build "$1" "$dir" "$2" && echo "$dir"
}

# tree_open DIRECTORY ROOT: a copy to spoil, with the sources of the project (read only) in /mnt/mvtap
# and headers of the lab's kernels. In a mount name space that somebody else disposes of.
tree_open()
{
	local dir=$1 root=$2 kernel

	[ -e "$dir/.complete" ] && mkdir -p "$root" "$root.upper" "$root.work" || return 1
	mount -t overlay -o "lowerdir=$dir,upperdir=$root.upper,workdir=$root.work" overlay "$root" 2>/dev/null ||
		{ cp -a --reflink=auto "$dir/." "$root/" && mount --bind "$root" "$root"; } || return 1
	mount -t proc proc "$root/proc" && mount -t tmpfs tmpfs "$root/mnt" &&
		tree_show "$TOP" "$root/mnt/mvtap" || return 1
	for kernel in "${TREE_KERNELS[@]}"; do
		tree_open_kernel "$(lab_kernel_dir "$kernel")" "$root" || return 1
	done
	rm -f "$root/.complete"
}

# What the packages linux-image and linux-headers leave behind.
tree_open_kernel()
{
	local home=$1 root=$2 release modules dir
	release=$(cat "$home/release")
	modules=$root/usr/lib/modules/$release

	mkdir -p "$modules" && cp "$home/lib/modules/$release"/modules.{order,builtin,builtin.modinfo} "$modules/" &&
		ln -s "/usr/src/linux-headers-$release" "$modules/build" &&
		tree_show "$home/lib/modules/$release/kernel" "$modules/kernel" || return 1
	for dir in "$home"/dev/usr/src/linux-* "$home"/dev/usr/lib/linux-kbuild-*; do
		tree_show "$dir" "$root/${dir#"$home/dev/"}" || return 1
	done
	chroot "$root" depmod "$release"
}

# tree_show FROM TO: to be read there, not written.
tree_show()
{
	mkdir -p "$2" && mount --bind "$1" "$2" && mount -o remount,ro,bind "$2"
}

# tree_run ROOT COMMAND…
tree_run()
{
	local root=$1
	shift
	chroot "$root" env -i HOME=/root PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin \
		LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive "$@" </dev/null
}

# tree_list ROOT: everything in it but what the package manager and logs remember: type, mode, owner,
# size and time of a file, target of a link. depmod writes its files anew: for them it is the content.
tree_list()
{
	(cd "$1" && find . \( -path ./proc -o -path ./mnt -o -path ./tmp -o -path ./root -o -path './usr/src/linux-*' \
		-o -path './usr/lib/linux-kbuild-*' -o -path './usr/lib/modules/*/kernel' \
		-o -path './usr/lib/modules/*/modules.*' -o -path ./var/log -o -path ./var/cache \
		-o -path ./var/lib/dpkg -o -path ./var/lib/apt \) -prune \
		-o -type f -printf '%p f %m %U:%G %s %T@\n' -o -printf '%p %y %m %U:%G %l\n'
		cksum usr/lib/modules/*/modules.*
		find ./var/lib/dpkg/info) | sort
	# shellcheck disable=SC2016 # dpkg-query expands it
	tree_run "$1" dpkg-query -W -f '${Package} ${db:Status-Abbrev}\n'
}
