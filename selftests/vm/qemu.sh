# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Debian's stock kernels under QEMU's emulation. /dev/kvm is not used: it may exist and still hang.

QEMU_MODULES="virtio_pci 9pnet_virtio 9p overlay"

# In the order of loading; what is built in has no file.
qemu_module_files()
{
	local module

	for module in $QEMU_MODULES; do
		modprobe -d "$1" -S "$2" --show-depends "$module"
	done | awk '$1 == "insmod" && !seen[$2]++ { print $2 }'
}

# qemu_initramfs HOME FILE: the same for every boot of a kernel; made once.
qemu_initramfs()
{
	local home=$1 out=$2 tmp release file
	release=$(cat "$home/release")
	tmp=$(lab_tmp "initramfs-$$") || return 1
	mkdir -p "$tmp/bin" "$tmp/modules"
	cp "$(command -v busybox)" "$tmp/bin/busybox" && cp "$VMDIR/guest/early" "$tmp/init" || return 1
	for file in $(qemu_module_files "$home" "$release"); do
		cp "$file" "$tmp/modules/" && basename "$file" >>"$tmp/modules/order"
	done
	touch "$tmp/modules/order"
	(cd "$tmp" && find . | cpio -o -H newc --quiet) | gzip -1 >"$out.$$" &&
		rm -rf "$tmp" && mv "$out.$$" "$out"
}

qemu_initramfs_name()
{
	cat "$VMDIR/guest/early" "$VMDIR/qemu.sh" "$(command -v busybox)" | sha256sum | cut -c1-12
}

# To open a file of the shared root takes a dozen exchanges with the host, and a program opens all its
# libraries: what the tests run all the time is in the guest's memory from the beginning.
QEMU_RESIDENT="awk basename bash bridge cat chmod cp cut date dirname dmesg env ethtool find grep head id ip
	jq kill ln mkdir mktemp modprobe mount mv nft nsenter od ping ps readlink rm rmmod sed seq setpriv sh sleep
	sort stat tac tail tc tcpdump tee timeout touch tr true umount uniq unshare wc xargs"

qemu_resident()
{
	local files
	# shellcheck disable=SC2086 # a list of words
	mapfile -t files < <(type -P $QEMU_RESIDENT; find "$BUILD/tools" "$BUILD/selftests" -maxdepth 1 -type f -executable)
	realpath "${files[@]}"
	ldd "${files[@]}" 2>/dev/null | grep -o '/[^ ]*' | grep -v ':$' | xargs -r realpath
	ls -d /etc/ld.so.cache /etc/nsswitch.conf /etc/passwd /etc/group /etc/iproute2/*
}

# Processors that take turns in one thread are faster: nothing has to be atomic. And a stock kernel that
# patches its text while another processor runs it falls over a race of the emulation: the breakpoint of
# the moment before may come back from the store of translated code. Debug kernels patch nothing, and are
# there to find races.
qemu_accel()
{
	if [ -n "$LAB_ICOUNT" ]; then
		echo tcg
	elif lab_is_debug "$LAB_KERNEL"; then
		echo tcg,thread=multi
	else
		echo tcg,thread=single
	fi
}

# qemu_command RUNDIR: the command line of the boot.
qemu_command()
{
	local run=$1 home initrd cpu=max clock=() append
	home=$(lab_kernel_dir "$LAB_KERNEL")
	initrd=$home/initramfs-$(qemu_initramfs_name)
	[ -s "$initrd" ] || qemu_initramfs "$home" "$initrd" || return 1

	qemu_resident 2>/dev/null | sort -u >"$run/resident"
	append="console=ttyS0 panic=-1 loglevel=5 oops=panic rcupdate.rcu_cpu_stall_timeout=60"
	[ "$LAB_KERNEL" != debug ] || append+=" kasan.fault=panic panic_on_warn=1"
	# emulated processors are slow: within the default of 80 us another has hardly done anything
	[ "$LAB_KERNEL" != kcsan ] || append+=" kcsan.udelay_task=2000 kcsan.udelay_interrupt=400"
	[ "$LAB_KERNEL" != debug ] || [ -n "$LAB_LEAKS" ] || append+=" kmemleak=off"
	# one layout of addresses for all processes: TCG translates code again for each
	append+=" norandmaps"
	append+=" MVTAP_SHARE=9p MVTAP_OUT=/dev/ttyS1 LAB_INIT=$VMDIR/guest/init"
	if [ -n "$LAB_ICOUNT" ]; then
		# string instructions count as one whatever they move: without them time is fair
		cpu=max,erms=off,fsrm=off LAB_CPUS=1
		# and a lock stays a lock, to be counted, though one processor needs none
		append+=" nokaslr noreplace-smp rcupdate.rcu_cpu_stall_suppress=1"
		clock=(-icount "shift=0,sleep=off")
		[ -z "$LAB_PLUGIN" ] || clock+=(-plugin "$LAB_PLUGIN")
	else
		# On a busy host the watchdog calls the good clock bad, and the next one is slow.
		append+=" tsc=reliable"
	fi
	# shellcheck disable=SC2034 # for boot() in run
	BOOT=(qemu-system-x86_64 -accel "$(qemu_accel)"
	      -machine pc -cpu "$cpu" -smp "$LAB_CPUS" -m "$LAB_MIB"
	      -nodefaults -no-user-config -no-reboot -display none -nic none "${clock[@]}"
	      -kernel "$home/vmlinuz" -initrd "$initrd" -append "$append"
	      -virtfs "local,path=/,mount_tag=root,security_model=none,readonly=on,multidevs=remap"
	      -virtfs "local,path=$run,mount_tag=run,security_model=none"
	      -device virtio-rng-pci
	      -chardev "file,id=log,path=$run/console" -serial chardev:log
	      -chardev "file,id=out,path=$run/output" -serial chardev:out)
}
