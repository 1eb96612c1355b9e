# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# libvirtd and virsh of the tree, and domains with the tiny guest. Sourced behind
# lib.sh, clients/lib.sh, guest/qemu.sh and clients/guests.sh.
#
# The domains are of type kvm, for which see guest/qemu.sh: libvirt opens
# /dev/vhost-net for no others, and does not say so.

# All that libvirtd does, it does in NS_HOST.
virsh() { in_ns "$NS_HOST" virsh -q "$@"; }

# Without what it says when all is well.
virsh_quietly() { virsh "$@" >/dev/null; }

kill_pidfile() { kill "$(<"$1")"; }

libvirt_start()
{
	must test -c /dev/kvm
	must chmod 666 /dev/kvm		# as udev does
	must in_ns "$NS_HOST" virtlogd -d
	defer kill_pidfile /run/virtlogd.pid
	must in_ns "$NS_HOST" libvirtd -d
	defer kill_pidfile /run/libvirtd.pid
	# QEMU runs as a user of its own, which has to read these.
	# shellcheck disable=SC2153 # a name of guest/qemu.sh
	must chmod 755 "$GUEST_DIR"
	must cp "$GUEST_KERNEL" "$GUEST_DIR/vmlinux"
	must cp "$GUEST_INITRAMFS" "$GUEST_DIR/initramfs"
	# The first answer takes it long: it asks QEMU what it can do.
	must busywait 120000 virsh capabilities
	echo "# libvirtd answers after $SECONDS s"
}

# domain NAME: defines it; the <interface> is read from standard input
domain()
{
	local dir=$GUEST_DIR/$1

	guest_machine "$1"	# for the directory: the command line is libvirt's
	ln -s "/var/log/libvirt/qemu/$1.log" "$dir/qemu.log"
	cat >"$dir/xml" <<-END
	<domain type='kvm'>
	  <name>$1</name>
	  <memory unit='MiB'>64</memory>
	  <os>
	    <type arch='x86_64' machine='pc'>hvm</type>
	    <kernel>$GUEST_DIR/vmlinux</kernel>
	    <initrd>$GUEST_DIR/initramfs</initrd>
	    <cmdline>$GUEST_CMDLINE</cmdline>
	  </os>
	  <features><acpi/></features>
	  <devices>
	    <controller type='usb' model='none'/>
	    <memballoon model='none'/>
	    <serial type='file'>
	      <source path='$dir/console'/><target port='0'/>
	    </serial>
	    <serial type='pipe'>
	      <source path='$dir/ctl'/><target port='1'/>
	    </serial>
	    $(cat)
	  </devices>
	</domain>
	END
	must virsh_quietly define "$dir/xml"
}

# domain_start NAME
domain_start()
{
	must virsh_quietly start "$1"
	guest_attach "$1" "$(<"/run/libvirt/qemu/$1.pid")"
}

# domain_stop NAME: pull the plug
domain_stop()
{
	# shellcheck disable=SC2034 # for guest/qemu.sh
	virsh_quietly destroy "$1" && GUEST_PID[$1]=
}

# All that still run; the test's end must not wait for their guests.
domains_cleanup()
{
	local name

	for name in $(virsh list --name); do
		virsh_quietly destroy "$name"
	done
}
