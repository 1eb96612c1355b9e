# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# The points of selftests/package/run.

VERSION=$(sed -n 's/^#define MVTAP_VERSION "\(.*\)"/\1/p' "$TOP/kmod/version.h")
B=$PACKAGE_WORK/build		# has what it takes to build
T=$PACKAGE_WORK/target		# has what the packages depend on
DEBS=/root/out/deb		# in B
MULTIARCH=x86_64-linux-gnu
RELEASES=()
for kernel in "${TREE_KERNELS[@]}"; do
	RELEASES+=("$(cat "$(lab_kernel_dir "$kernel")/release")")
done
# make's objtool and BTF tools of these headers, which their packages depend on
HEADERS_NEED="gcc-14, libelf1t64, pahole, kmod"

# ---------------------------------------------------------------- trees

build_depends()
{
	awk '/^[^ ]/ { on = 0 } on { printf "%s", $0 } /^Build-Depends:/ { on = 1 }' \
		"$TOP/tools/debian/control" | sed 's/,$//'
}

build_tree()
{
	tree_dir build "build-essential, lintian, iproute2, man-db, udev, $HEADERS_NEED, $(build_depends)"
}

# Dependencies of the packages and no more: one that they do not name is missed.
target_tree()
{
	tree_dir target "iproute2, $HEADERS_NEED, $(depends mvtap-dkms all), $(depends mvtap-tools amd64)"
}

# Opened once for all points.
open_build()  { mountpoint -q "$B" || tree_open "$(build_tree)" "$B"; }
open_target() { mountpoint -q "$T" || tree_open "$(target_tree)" "$T"; }

depends() { dpkg-deb -f "$(deb "$1" "$2")" Depends; }
deb()     { echo "$B$DEBS/$1_${VERSION}_$2.deb"; }

make_in()
{
	local root=$1
	shift
	tree_run "$root" make -s -C /mnt/mvtap BUILD=/root/out KDIR="/lib/modules/${RELEASES[1]}/build" "$@"
}

# same DESCRIPTION FILE FILE: lists of tree_list or of names
same()
{
	local out
	out=$(diff "$2" "$3") || fail "$1: $out"
}

# ---------------------------------------------------------------- packages

t_deb_builds()
{
	must open_build
	make_in "$B" deb >"$PACKAGE_WORK/deb.log" 2>&1 || { tail -n 40 "$PACKAGE_WORK/deb.log"; fail "make deb"; }
	check_eq "packages" \
		"mvtap-dkms_${VERSION}_all.deb mvtap-tools_${VERSION}_amd64.deb mvtap_$VERSION.dsc mvtap_$VERSION.tar.xz" \
		"$(cd "$B$DEBS" && echo mvtap*_all.deb mvtap-tools_*.deb mvtap*.dsc mvtap*.tar.*)"
}

# Files and links of a tree: PATH MODE, or PATH -> TARGET
names() { (cd "$1" && find . -type f -printf '%P %m\n' -o -type l -printf '%P -> %l\n') | sort; }

tools_files()
{
	local prefix=$1 gz=$2 ip=usr/lib/$MULTIARCH/ip
	{
		echo "$ip/link_mvlan.so -> link_mvtap.so"
		echo "$ip/link_mvtap.so 644"
		echo "$prefix/include/linux/mvtap.h 644"
		echo "$prefix/sbin/mvtap 755"
		echo "$prefix/share/man/man4/mvtap.4$gz 644"
		echo "$prefix/share/man/man8/mvtap.8$gz 644"
		echo "$prefix/share/bash-completion/completions/mvtap 644"
		echo "$prefix/share/mvtap/70-mvtap.rules 644"
		echo "$prefix/share/mvtap/modprobe-compat.conf 644"
	} | sort
}

dkms_files()
{
	{
		echo "usr/src/mvtap-$VERSION/Kbuild 644"
		echo "usr/src/mvtap-$VERSION/dkms.conf 644"
		(cd "$TOP" && find kmod -name '*.[ch]' -o -name Kbuild) | sed "s|.*|usr/src/mvtap-$VERSION/& 644|"
	} | sort
}

t_deb_contents()
{
	local package

	for package in mvtap-tools_${VERSION}_amd64 mvtap-dkms_${VERSION}_all; do
		must dpkg-deb -x "$B$DEBS/$package.deb" "$PACKAGE_WORK/x-${package%%_*}"
		rm -r "$PACKAGE_WORK/x-${package%%_*}/usr/share/doc"
	done
	same "mvtap-tools" <(tools_files usr .gz) <(names "$PACKAGE_WORK/x-mvtap-tools")
	same "mvtap-dkms" <(dkms_files) <(names "$PACKAGE_WORK/x-mvtap-dkms")
}

t_deb_lintian()
{
	check "lintian" tree_run "$B" sh -c "lintian --allow-root --fail-on error,warning $DEBS/*.changes"
}

# ---------------------------------------------------------------- make install

module_file() { echo "usr/lib/modules/$1/updates/kmod/mvtap.ko"; }

# With DESTDIR, and every other directory moved.
t_install_staged()
{
	local stage=$B/root/stage where
	where=(DESTDIR=/root/stage PREFIX=/opt/mv SRCDIR=/opt/src IPLIBDIR=/opt/ip INCLUDEDIR=/opt/inc
	       SBINDIR=/opt/sbin MANDIR=/opt/man DATADIR=/opt/data COMPLETIONDIR=/opt/comp)

	must open_build
	check "install" make_in "$B" install install-dkms "${where[@]}"
	same "files" <(
		{
			tools_files usr '' | sed -E -e 's|^usr/lib/[^ ]*/ip/|opt/ip/|; s|^usr/include/|opt/inc/|' \
				-e 's|^usr/sbin/|opt/sbin/|; s|^usr/share/man/|opt/man/|' \
				-e 's|^usr/share/bash-completion/completions/|opt/comp/|; s|^usr/share/|opt/data/|'
			dkms_files | sed 's|^usr/src/|opt/src/|'
			module_file "${RELEASES[1]}" | sed 's|^usr/||; s|$|.xz 644|'
		} | sort) <(names "$stage")
	check "uninstall" make_in "$B" uninstall uninstall-dkms "${where[@]}"
	check_eq "what is left" "" "$(names "$stage")"
	check_eq "directories that are left" "$stage/lib/modules/${RELEASES[1]} $stage/opt" \
		"$(find "$stage" -type d -links 2 | sort | paste -sd ' ')"
}

kernel_finds() { tree_run "$B" modprobe -S "${RELEASES[1]}" --show-depends "$1"; }

t_install_and_uninstall()
{
	must open_build
	tree_list "$B" >"$PACKAGE_WORK/before"
	check "install" make_in "$B" install
	check_eq "the tool runs" "mvtap $VERSION" "$(tree_run "$B" mvtap -V)"
	check "ip finds the plug-in" grep -q '^Usage: ... mvtap mode MODE' <(tree_run "$B" ip link help mvtap 2>&1)
	check "ip finds the plug-in" grep -q '^Usage: ... mvlan mode MODE' <(tree_run "$B" ip link help mvlan 2>&1)
	check "the header is found" tree_run "$B" sh -c 'echo "#include <linux/mvtap.h>" | gcc -Wall -Werror -xc -c -o /dev/null -'
	check "the manuals are found" tree_run "$B" man -w 4 mvtap 8 mvtap
	check "the module is found" grep -q '/updates/kmod/mvtap.ko' <(kernel_finds rtnl-link-mvtap)
	check "with what it needs" grep -q '/tap.ko' <(kernel_finds rtnl-link-mvtap)
	refused "the personality is off" grep -q compat <(kernel_finds mvtap)
	refused "in-tree macvtap stays what it is" grep -q mvtap.ko <(kernel_finds rtnl-link-macvtap | grep -v macvtap.ko)
	check "uninstall" make_in "$B" uninstall
	tree_list "$B" >"$PACKAGE_WORK/after"
	same "what uninstall left or took" "$PACKAGE_WORK/before" "$PACKAGE_WORK/after"
}

# What is put into force by choice, and what uninstall may not take.
t_install_choices()
{
	local rules=$B/etc/udev/rules.d/70-mvtap.rules conf=$B/etc/modprobe.d/mvtap-compat.conf kind

	must open_build
	tree_list "$B" >"$PACKAGE_WORK/before"
	check "install" make_in "$B" install COMPAT=yes UDEV=yes
	for kind in macvlan macvtap; do
		check "$kind is ours" grep -qE '^insmod .*/mvtap.ko.* compat=1' <(kernel_finds "rtnl-link-$kind")
		refused "$kind is not the in-tree one" grep -q "/$kind.ko" <(kernel_finds "rtnl-link-$kind")
	done
	check "the rule makes sense" tree_run "$B" udevadm verify /etc/udev/rules.d/70-mvtap.rules
	check "uninstall" make_in "$B" uninstall
	tree_list "$B" >"$PACKAGE_WORK/after"
	same "what uninstall left or took" "$PACKAGE_WORK/before" "$PACKAGE_WORK/after"
	must mkdir -p "${rules%/*}" "${conf%/*}"
	echo "# somebody's own" | tee "$rules" >"$conf"
	check "uninstall again" make_in "$B" uninstall
	check "somebody's own files stay" test -f "$rules" -a -f "$conf"
	rm -f "$rules" "$conf"
}

# The suite has the ip of Debian 12; this is that of 13, with the plug-in as it was built here.
t_ip_of_debian_13()
{
	local tree

	tree=$(build_tree) || fail "no tree"
	must make -s -C tools O="$BUILD/tools"
	MVTAP_TEST_IP_ROOT=$tree selftests/vm/run -k uml -t 300 -- selftests/run-suite test_iproute2.sh ||
		fail "test_iproute2.sh"
}

t_udev_rule()
{
	local tree

	tree=$(build_tree) || fail "no tree"
	selftests/vm/run -k uml -t 300 -- selftests/package/udev.sh "$tree" || fail "udev.sh"
}

# ---------------------------------------------------------------- dkms

# built_for RELEASE: for which kernel the module was built that dkms installed for RELEASE
built_for()
{
	tree_run "$T" sh -c "modinfo -F vermagic /lib/modules/$1/updates/dkms/mvtap.ko*" | cut -d' ' -f1
}

# dkms makes itself a key with the first module; that is its own affair.
target_before()
{
	must open_target
	tree_run "$T" dkms generate_mok >/dev/null 2>&1
	tree_list "$T" >"$PACKAGE_WORK/before"
}

target_is_as_before()
{
	tree_list "$T" >"$PACKAGE_WORK/after"
	same "what was left or taken" "$PACKAGE_WORK/before" "$PACKAGE_WORK/after"
}

t_dkms_two_kernels()
{
	local release

	target_before
	check "add, build, install" make_in "$T" install-dkms KERNELS="${RELEASES[*]}"
	for release in "${RELEASES[@]}"; do
		check_eq "module" "$release" "$(built_for "$release")"
		check_eq "status" "mvtap/$VERSION, $release, x86_64: installed" \
			"$(tree_run "$T" dkms status -m mvtap -k "$release")"
		check "modprobe finds it" grep -q /updates/dkms/mvtap.ko \
			<(tree_run "$T" modprobe -S "$release" --show-depends rtnl-link-mvlan)
	done
	check "remove" make_in "$T" uninstall-dkms
	target_is_as_before
}

# ---------------------------------------------------------------- the packages, installed

t_deb_installs_and_purges()
{
	local release conf=/etc/modprobe.d/mvtap-compat.conf

	target_before
	mkdir "$T/mnt/deb" && cp "$(deb mvtap-dkms all)" "$(deb mvtap-tools amd64)" "$T/mnt/deb/"
	check "install" tree_run "$T" sh -c "apt-get -y --no-install-recommends install /mnt/deb/*.deb"
	for release in "${RELEASES[@]}"; do
		check_eq "module" "$release" "$(built_for "$release")"
	done
	check_eq "the tool runs" "mvtap $VERSION" "$(tree_run "$T" mvtap -V)"
	check "ip finds the plug-in" grep -q '^Usage: ... mvtap mode MODE' <(tree_run "$T" ip link help mvtap 2>&1)
	must ln -s /usr/share/mvtap/modprobe-compat.conf "$T$conf"
	check "the personality" grep -qE '^insmod .*/mvtap.ko.* compat=1' \
		<(tree_run "$T" modprobe -S "$release" --show-depends rtnl-link-macvtap)
	check "purge" tree_run "$T" apt-get -y purge mvtap-dkms mvtap-tools
	target_is_as_before
}
