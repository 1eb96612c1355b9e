# SPDX-License-Identifier: GPL-2.0
#
#   make              mvtap.ko for the kernel of KDIR, and the tool
#   make help         the rest

KDIR ?= /lib/modules/$(shell uname -r)/build
BUILD := $(CURDIR)/build

all: module tool

include tools/install/install.mk

help:
	@echo 'make          the module for the kernel of KDIR (default: the running one) and the tool mvtap'
	@echo 'make module   build/kmod/mvtap.ko only; W=1, C=1 and MVTAP_SELFTEST=1 are passed on'
	@echo 'make tool     build/tools/mvtap only, with the plug-in for ip in build/tools/ip'
	@echo 'make install  install both; see Documentation/install.md for parts, dkms, packages and variables'
	@echo 'make uninstall'
	@echo 'make deb      Debian packages in build/deb: mvtap-tools and mvtap-dkms'
	@echo 'make demo     two virtual machines on one NIC: who reaches whom, measured'
	@echo 'make check    static checks, unit tests, and the suite on every supported kernel'
	@echo 'make check-debug    of these the bounded runs on kernels with detectors: races, faults, hostile input, load'
	@echo 'make check-clients  of these the ones with unmodified clients: libvirt, systemd-networkd, DHCP, ...'
	@echo 'make stress   15 minutes of everything at once, on a kernel with detectors'
	@echo 'make fuzz     a million hostile inputs; make soak: two hours with a thousand links'
	@echo 'make bench    instructions and time per frame, ours and the others, into Documentation/performance.md'
	@echo 'make lab      fetch and build what selftests/vm/run needs, newest kernels included'
	@echo 'make clean    remove build/; the cache in ~/.cache/mvtap stays'

# In a copy, as for the lab's kernels: the sources stay free of what kbuild leaves.
module:
	@test -e '$(KDIR)/Makefile' || { echo 'no kernel headers in $(KDIR): apt install linux-headers-amd64, or KDIR=...' >&2; exit 1; }
	@mkdir -p $(BUILD)/kmod/local
	cp -ru Kbuild kmod $(BUILD)/kmod/local/
	$(MAKE) -C $(KDIR) M=$(BUILD)/kmod/local modules
	cp $(BUILD)/kmod/local/kmod/mvtap.ko $(BUILD)/kmod/mvtap.ko

tool:
	$(MAKE) -C tools O=$(BUILD)/tools

plugin:
	$(MAKE) -C tools O=$(BUILD)/tools plugin

tests:
	$(MAKE) -C selftests O=$(BUILD)/selftests

lab:
	selftests/deps
	selftests/vm/prepare

demo:
	selftests/demo

# BENCH_ARGS: the options of selftests/bench/run
bench:
	selftests/deps
	selftests/bench/run $(BENCH_ARGS)

check:
	selftests/check

check-clients:
	selftests/check clients clients-vm

check-debug:
	selftests/check debug stress faults fuzz soak

# Longer than a check may take.
stress fuzz soak:
	selftests/long $@

clean:
	rm -rf $(BUILD)

.PHONY: all help module tool plugin tests lab demo bench check check-clients check-debug stress fuzz soak clean
