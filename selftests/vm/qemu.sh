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

# qemu_command RUNDIR: the command line of the boot.
qemu_command()
{
	local run=$1 home initrd cpu=max clock=() append
	home=$(lab_kernel_dir "$LAB_KERNEL")
	initrd=$home/initramfs-$(qemu_initramfs_name)
	[ -s "$initrd" ] || qemu_initramfs "$home" "$initrd" || return 1

	append="console=ttyS0 panic=-1 loglevel=5 oops=panic rcupdate.rcu_cpu_stall_timeout=60"
	append+=" MVTAP_SHARE=9p MVTAP_OUT=/dev/ttyS1 LAB_INIT=$VMDIR/guest/init"
	if [ -n "$LAB_ICOUNT" ]; then
		# string instructions count as one whatever they move: without them time is fair
		cpu=max,erms=off,fsrm=off LAB_CPUS=1
		append+=" nokaslr rcupdate.rcu_cpu_stall_suppress=1"
		clock=(-icount "shift=0,sleep=off")
	fi
	# shellcheck disable=SC2034 # for boot() in run
	BOOT=(qemu-system-x86_64 -accel "tcg$([ -n "$LAB_ICOUNT" ] || echo ,thread=multi)"
	      -machine pc -cpu "$cpu" -smp "$LAB_CPUS" -m "$LAB_MIB"
	      -nodefaults -no-user-config -no-reboot -display none -nic none "${clock[@]}"
	      -kernel "$home/vmlinuz" -initrd "$initrd" -append "$append"
	      -virtfs "local,path=/,mount_tag=root,security_model=none,readonly=on,multidevs=remap"
	      -virtfs "local,path=$run,mount_tag=run,security_model=none"
	      -device virtio-rng-pci
	      -chardev "file,id=log,path=$run/console" -serial chardev:log
	      -chardev "file,id=out,path=$run/output" -serial chardev:out)
}
