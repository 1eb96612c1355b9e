# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# User-Mode Linux: the host's CPU at native speed. uml has one processor and no preemption; uml-debug
# has several, which wants user space kept in by seccomp rather than by ptrace.

# uml_command RUNDIR: the command line of the boot.
uml_command()
{
	local run=$1 dir debug=()
	dir=$(lab_kernel_dir "$LAB_KERNEL")
	# 7.3's start of a second processor makes kmemleak complain, and its slab debugging KASAN.
	! lab_is_debug "$LAB_KERNEL" || debug=(kasan.fault=panic panic_on_warn=1)
	[ "$LAB_KERNEL" != uml-debug ] || debug+=("ncpus=$LAB_CPUS" seccomp=on slab_debug=- kmemleak=off)

	# shellcheck disable=SC2034,SC2054 # for boot() in run; the comma is UML syntax
	# The kernel's log goes through tty0 into descriptor 3, the command's output through tty1
	# into descriptor 4; what UML says before it has consoles goes to stderr.
	BOOT=("$dir/linux" "mem=${LAB_MIB}M" root=/dev/root rootfstype=hostfs rootflags=/ ro
	      "init=$VMDIR/guest/uml-init" "MVTAP_SHARE=hostfs:$run" MVTAP_OUT=/dev/tty1
	      con=null con0=null,fd:3 con1=null,fd:4 ssl=null console=tty0 loglevel=5 panic=-1 "${debug[@]}")
}
