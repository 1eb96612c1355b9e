# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Debian's stock kernels, unpacked into the cache: boot image, modules and headers of the newest
# package of a series. A package that left the mirror stays usable from the cache.

kernel_suite() { case $1 in 6.1) echo host ;; *) echo trixie ;; esac; }

# Headers name their twins by absolute path; let them find each other wherever they lie.
kernel_relocate_headers()
{
	local makefile
	for makefile in "$1"/usr/src/linux-headers-*-amd64/Makefile; do
		# shellcheck disable=SC2016 # make expands it
		sed -i -E 's#^include /usr/src/#include $(dir $(abspath $(lastword $(MAKEFILE_LIST))))../#' \
			"$makefile" || return 1
	done
}

# Plain .ko files: depmod on the host and insmod under emulation are then quick.
kernel_plain_modules()
{
	find "$1" -name '*.ko.xz' -print0 | xargs -0 -r -n 64 -P 2 xz -d -T1 &&
		find "$1" -name '*.ko.zst' -print0 | xargs -0 -r -n 64 -P 2 zstd -q -d --rm
}

# What no virtual machine of this lab has.
kernel_prune_modules()
{
	(cd "$1/kernel" && rm -rf sound drivers/{gpu,media,infiniband,iio,staging,hwmon,comedi,mtd} \
		drivers/{isdn,usb,scsi,ata,firewire,thunderbolt,leds,input,power,platform,bluetooth} \
		drivers/net/{wireless,can,ieee802154,wwan} net/{bluetooth,mac80211,wireless,can,nfc} \
		fs/{xfs,btrfs,ocfs2,gfs2,ceph,f2fs,jfs,nfsd,nfs,reiserfs,ubifs,bcachefs,ntfs3})
}

# The image is in /boot, or beside the modules since Debian split the package.
kernel_take_image()
{
	local image
	for image in "$1/boot/vmlinuz-$3" "$1/usr/lib/modules/$3/vmlinuz"; do
		[ ! -s "$image" ] || { mv "$image" "$2"; return; }
	done
	echo "no vmlinuz in the packages of $3"
	return 1
}

kernel_take_modules()
{
	local modules
	for modules in "$1/lib/modules" "$1/usr/lib/modules"; do
		[ ! -d "$modules/$3/kernel" ] || { mkdir -p "$2" && mv "$modules" "$2/modules"; return; }
	done
	echo "no modules in the packages of $3"
	return 1
}

# kernel_assemble DEBS TMP RELEASE
kernel_assemble()
{
	local debs=$1 tmp=$2 release=$3

	apt_unpack "$debs" "$tmp/unpacked" &&
		kernel_take_image "$tmp/unpacked" "$tmp/vmlinuz" "$release" &&
		kernel_take_modules "$tmp/unpacked" "$tmp/lib" "$release" &&
		mkdir "$tmp/dev" && mv "$tmp/unpacked/usr" "$tmp/dev/usr" || return 1
	rm -rf "$tmp/unpacked" "$tmp/dev/usr/share" "$debs" "$tmp/lib/modules/$release"/{build,source}
	kernel_relocate_headers "$tmp/dev" &&
		kernel_prune_modules "$tmp/lib/modules/$release" &&
		kernel_plain_modules "$tmp/lib/modules/$release" &&
		[ -s "$tmp/lib/modules/$release/modules.builtin" ] && depmod -b "$tmp" "$release" &&
		printf '%s\n' "$release" >"$tmp/release"
}

# kernel_fetch SERIES: make 'current' the newest one that apt offers.
kernel_fetch()
{
	local series=$1 suite image release version tmp dir
	suite=$(kernel_suite "$series")

	image=$(apt_newest_image "$suite" "$series")
	[ -n "$image" ] || { lab_note "apt offers no linux-image of $series"; return 1; }
	release=${image#linux-image-}
	version=$(apt_version "$suite" "$image")
	dir=$CACHE/kernels/$series/${release}_${version//[:\/]/_}
	if [ ! -s "$dir/release" ]; then
		lab_note "fetching Linux $release ($version)"
		tmp=$(lab_tmp "kernel-$series") || return 1
		# shellcheck disable=SC2046 # a list of packages
		apt_fetch "$suite" "$tmp/debs" $(kernel_packages "$suite" "$release") &&
			lab_quietly "$CACHE/kernel-$series.log" kernel_assemble "$tmp/debs" "$tmp" "$release" &&
			lab_publish "$tmp" "$dir" || return 1
	fi
	lab_point "$CACHE/kernels/$series/current" "$(basename "$dir")"
	kernel_sweep "$series"
}

# kernel_packages SUITE RELEASE: the image and headers with the parts that some releases split off.
kernel_packages()
{
	printf '%s\n' "linux-image-$2" "linux-headers-$2"
	apt_in "$1" apt-cache depends "linux-image-$2" "linux-headers-$2" |
		grep -oE 'Depends: linux-(base|binary|modules|headers|kbuild)-[0-9][^ ]+' | cut -d' ' -f2
}

# Earlier point releases go once no running lab can still use them.
kernel_sweep()
{
	local current old
	current=$(lab_kernel_dir "$1")
	find "$CACHE/kernels/$1" -mindepth 1 -maxdepth 1 -type d -mmin +1440 |
		while read -r old; do
			[ "$old" = "$current" ] || rm -rf "$old"
		done
}
