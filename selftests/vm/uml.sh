# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# User-Mode Linux: the host's CPU at native speed, one processor, no preemption.

# uml_boot RUNDIR OUTPUT: boots and returns when the guest is gone.
uml_command()
{
	local run=$1 dir
	dir=$(lab_kernel_dir uml)

	# shellcheck disable=SC2034,SC2054 # for boot() in run; the comma is UML syntax
	# The kernel's log goes through tty0 into descriptor 3, the command's output through tty1
	# into descriptor 4; what UML says before it has consoles goes to stderr.
	BOOT=("$dir/linux" "mem=${LAB_MIB}M" root=/dev/root rootfstype=hostfs rootflags=/ ro
	      "init=$VMDIR/guest/uml-init" "MVTAP_SHARE=hostfs:$run" MVTAP_OUT=/dev/tty1
	      con=null con0=null,fd:3 con1=null,fd:4 ssl=null console=tty0 loglevel=5 panic=-1)
}
