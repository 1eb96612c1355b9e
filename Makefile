# SPDX-License-Identifier: GPL-2.0
#
#   make              mvtap.ko for the kernel of KDIR, and the tool
#   make help         the rest

KDIR ?= /lib/modules/$(shell uname -r)/build
O := $(CURDIR)/build

all: module tool

help:
	@echo 'make          the module for the kernel of KDIR (default: the running one) and the tool mvtap'
	@echo 'make module   build/kmod/mvtap.ko only; W=1, C=1 and MVTAP_SELFTEST=1 are passed on'
	@echo 'make tool     build/tools/mvtap only'
	@echo 'make demo     two virtual machines on one NIC: who reaches whom, measured'
	@echo 'make check    static checks, unit tests, and the suite on every supported kernel'
	@echo 'make lab      fetch and build what selftests/vm/run needs, newest kernels included'
	@echo 'make clean    remove build/; the cache in ~/.cache/mvtap stays'

# In a copy, as for the lab's kernels: the sources stay free of what kbuild leaves.
module:
	@test -e '$(KDIR)/Makefile' || { echo 'no kernel headers in $(KDIR): apt install linux-headers-amd64, or KDIR=...' >&2; exit 1; }
	@mkdir -p $(O)/kmod/local
	cp -ru Kbuild kmod $(O)/kmod/local/
	$(MAKE) -C $(KDIR) M=$(O)/kmod/local modules
	cp $(O)/kmod/local/kmod/mvtap.ko $(O)/kmod/mvtap.ko

tool:
	$(MAKE) -C tools O=$(O)/tools

tests:
	$(MAKE) -C selftests O=$(O)/selftests

lab:
	selftests/deps
	selftests/vm/prepare

demo:
	selftests/demo

check:
	selftests/check

clean:
	rm -rf $(O)

.PHONY: all help module tool tests lab demo check clean
