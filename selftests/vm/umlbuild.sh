# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# User-Mode Linux from Debian's own 6.1 source package plus the fragment uml.config.

# The package if it is installed, else a download of it.
UML_TARBALL=/usr/src/linux-source-6.1.tar.xz

uml_source_version()
{
	[ ! -s "$UML_TARBALL" ] || dpkg-query -W -f '${Version}' linux-source-6.1 2>/dev/null && return
	apt_refresh host 1440 && apt_version host linux-source-6.1
}

# uml_source DIRECTORY: Debian's 6.1 source, unpacked there.
uml_source()
{
	local tarball=$UML_TARBALL debs=$1.debs

	mkdir -p "$1" "$debs" || return 1
	if [ ! -s "$tarball" ]; then
		apt_fetch host "$debs" linux-source-6.1 && apt_unpack "$debs" "$debs/unpacked" || return 1
		tarball=$debs/unpacked$UML_TARBALL
	fi
	tar -xf "$tarball" -C "$1" --strip-components=1 && rm -rf "$debs"
}

uml_configure()
{
	make -C "$1" ARCH=um defconfig &&
		(cd "$1" && scripts/kconfig/merge_config.sh -m .config "$VMDIR/uml.config") &&
		make -C "$1" ARCH=um olddefconfig
}

# An option that Kconfig drops silently would only show as a puzzling test failure.
uml_check_config()
{
	local missing
	missing=$(grep '^CONFIG_' "$VMDIR/uml.config" | grep -vxFf "$1/.config")
	[ -z "$missing" ] || { echo "not taken by Kconfig: $missing"; return 1; }
}

uml_compile()
{
	uml_configure "$1" && uml_check_config "$1" && make -C "$1" ARCH=um -j2 &&
		make -C "$1" ARCH=um INSTALL_MOD_PATH="$2" modules_install
}

# Building our module needs headers, scripts and symbols; the rest is 1.5 GB of ballast.
uml_slim()
{
	(cd "$1" && find . -mindepth 1 -maxdepth 1 -type d ! -name include ! -name arch ! -name scripts \
			! -name tools -exec rm -rf {} + &&
		find arch -mindepth 1 -maxdepth 1 -type d ! -name um ! -name x86 -exec rm -rf {} + &&
		find tools -mindepth 1 -maxdepth 1 ! -name objtool ! -name include -exec rm -rf {} + &&
		rm -f linux vmlinux* .tmp_vmlinux* && find arch -name '*.[oa]' -delete)
}

uml_assemble()
{
	local tmp=$1 release

	uml_source "$tmp/src" && uml_compile "$tmp/src" "$tmp" || return 1
	release=$(cat "$tmp/src/include/config/kernel.release")
	rm -f "$tmp/lib/modules/$release"/{build,source}
	cp "$tmp/src/linux" "$tmp/linux" && uml_slim "$tmp/src" &&
		printf '%s\n' "$release" >"$tmp/release"
}

# Named by what it is made from, so that a changed fragment or source builds anew.
uml_build()
{
	local version name tmp dir

	version=$(uml_source_version)
	[ -n "$version" ] || { lab_note "no linux-source-6.1, neither installed nor from apt"; return 1; }
	name=$(printf '%s' "$version" | tr ':/' '__')-$(cksum <"$VMDIR/uml.config" | cut -d' ' -f1)
	dir=$CACHE/kernels/uml/$name
	if [ ! -s "$dir/release" ]; then
		lab_note "building User-Mode Linux from linux-source-6.1 ($version): some minutes"
		tmp=$(lab_tmp kernel-uml) || return 1
		lab_quietly "$CACHE/uml-build.log" uml_assemble "$tmp" && lab_publish "$tmp" "$dir" || return 1
	fi
	lab_point "$CACHE/kernels/uml/current" "$name"
	kernel_sweep uml
}
