# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Kernels that the lab builds itself, from Debian's own source packages and the fragments in config/:
# User-Mode Linux, and the debug kernels.

# source_series KERNEL: which of Debian's source packages
source_series()
{
	case $1 in
	uml|uml-kasan|debug) echo 6.1 ;;
	*) echo 7.3 ;;
	esac
}

# source_fragments KERNEL: what the configuration is made of, later ones win
source_fragments()
{
	case $1 in
	uml) echo common uml ;;
	uml-kasan) echo common uml uml-kasan ;;
	uml-debug) echo common uml detectors uml-debug ;;
	debug) echo common x86 detectors debug ;;
	kcsan) echo common x86 kcsan ;;
	esac
}

source_arch() { case $1 in uml*) echo um ;; *) echo x86 ;; esac; }
source_image() { case $1 in uml*) echo linux ;; *) echo arch/x86/boot/bzImage ;; esac; }

# The package if it is installed, else a download of it.
source_tarball() { echo "/usr/src/linux-source-$1.tar.xz"; }

source_version()
{
	local series=$1 suite
	suite=$(kernel_suite "$series")
	if [ -s "$(source_tarball "$series")" ]; then
		dpkg-query -W -f '${Version}' "linux-source-$series" 2>/dev/null && return
	fi
	apt_refresh "$suite" 1440 && apt_version "$suite" "linux-source-$series"
}

# source_unpack SERIES DIRECTORY
source_unpack()
{
	local tarball debs=$2.debs
	tarball=$(source_tarball "$1")

	mkdir -p "$2" "$debs" || return 1
	if [ ! -s "$tarball" ]; then
		apt_fetch "$(kernel_suite "$1")" "$debs" "linux-source-$1" &&
			apt_unpack "$debs" "$debs/unpacked" || return 1
		tarball=$debs/unpacked$tarball
	fi
	tar -xf "$tarball" -C "$2" --strip-components=1 && rm -rf "$debs"
}

# A PC has nothing but its fragments: 'allnoconfig' takes them as given and leaves the rest off, where
# merging them into a small configuration would let everything that they make visible default to y.
source_configure()
{
	local src=$1 kernel=$2 arch
	arch=$(source_arch "$kernel")
	if [ "$arch" = x86 ]; then
		make -C "$src" ARCH=x86 KCONFIG_ALLCONFIG=fragment allnoconfig
		return
	fi
	make -C "$src" ARCH="$arch" defconfig &&
		(cd "$src" && scripts/kconfig/merge_config.sh -m .config fragment) &&
		make -C "$src" ARCH="$arch" olddefconfig
}

# An option that Kconfig drops silently would only show as a puzzling test failure.
source_check_config()
{
	local missing
	missing=$(grep '^CONFIG_' "$1/fragment" | grep -vxFf "$1/.config")
	[ -z "$missing" ] || { echo "not taken by Kconfig: $missing"; return 1; }
}

# source_compile SRC KERNEL DESTINATION
source_compile()
{
	local arch
	arch=$(source_arch "$2")
	source_configure "$1" "$2" && source_check_config "$1" && make -C "$1" ARCH="$arch" -j2 &&
		make -C "$1" ARCH="$arch" INSTALL_MOD_PATH="$3" modules_install
}

# Building our module needs headers, scripts and symbols; the rest is 1.5 GB of ballast.
source_slim()
{
	(cd "$1" && find . -mindepth 1 -maxdepth 1 -type d ! -name include ! -name arch ! -name scripts \
			! -name tools -exec rm -rf {} + &&
		find arch -mindepth 1 -maxdepth 1 -type d ! -name um ! -name x86 -exec rm -rf {} + &&
		find tools -mindepth 1 -maxdepth 1 ! -name objtool ! -name include -exec rm -rf {} + &&
		rm -f linux vmlinux* .tmp_vmlinux* && find arch -name '*.[oa]' -delete)
}

# What has to be known to lockdep, what would take most of the time, what newer processors have; each
# says why
source_patch()
{
	case $1 in
	debug|uml-debug) cat "$VMDIR/config/tap-ring.patch" ;;
	uml) cat "$VMDIR/config/uml-xstate.patch" ;;
	uml-kasan) cat "$VMDIR/config/uml-xstate.patch" "$VMDIR/config/uml-stack.patch" ;;
	esac
}

source_fragment()
{
	local fragment
	for fragment in $(source_fragments "$1"); do
		cat "$VMDIR/config/$fragment"
	done
}

# source_assemble KERNEL TMP
source_assemble()
{
	local kernel=$1 tmp=$2 release

	source_unpack "$(source_series "$kernel")" "$tmp/src" &&
		source_patch "$kernel" | patch -d "$tmp/src" -p1 || return 1
	source_fragment "$kernel" >"$tmp/src/fragment"
	source_compile "$tmp/src" "$kernel" "$tmp" || return 1
	release=$(cat "$tmp/src/include/config/kernel.release")
	rm -f "$tmp/lib/modules/$release"/{build,source}
	cp "$tmp/src/$(source_image "$kernel")" "$tmp/$(source_boot "$kernel")" && source_slim "$tmp/src" &&
		printf '%s\n' "$release" >"$tmp/release"
}

# The name of the boot image beside lib/modules
source_boot() { case $1 in uml*) echo linux ;; *) echo vmlinuz ;; esac; }

# Of what it is made: a changed fragment or source builds anew.
source_name()
{
	{ source_fragment "$1" && source_patch "$1"; } | cksum | sed "s/ .*//; s/^/${2//[:\/]/_}-/"
}

# source_build KERNEL: make 'current' the one of today's source and fragments.
source_build()
{
	local kernel=$1 series version name tmp dir
	series=$(source_series "$kernel")

	version=$(source_version "$series")
	[ -n "$version" ] || { lab_note "no linux-source-$series, neither installed nor from apt"; return 1; }
	name=$(source_name "$kernel" "$version")
	dir=$CACHE/kernels/$kernel/$name
	if [ ! -s "$dir/release" ]; then
		lab_note "building kernel $kernel from linux-source-$series ($version): some minutes"
		tmp=$(lab_tmp "kernel-$kernel") || return 1
		lab_quietly "$CACHE/$kernel-build.log" source_assemble "$kernel" "$tmp" &&
			lab_publish "$tmp" "$dir" || return 1
	fi
	lab_point "$CACHE/kernels/$kernel/current" "$name"
	kernel_sweep "$kernel"
}
