# SPDX-License-Identifier: GPL-2.0
# make install, install-module, install-tools, install-dkms, and the same with uninstall-.
# To uninstall, give the variables that were given to install.

DESTDIR ?=
PREFIX ?= /usr/local
SBINDIR ?= $(PREFIX)/sbin
DATADIR ?= $(PREFIX)/share
MANDIR ?= $(DATADIR)/man
INCLUDEDIR ?= $(PREFIX)/include
COMPLETIONDIR ?= $(DATADIR)/bash-completion/completions
# Where ip and dkms look, whatever the prefix.
IPLIBDIR ?= $(patsubst %/,%,/usr/lib/$(shell $(CC) -print-multiarch))/ip
SRCDIR ?= /usr/src
MODPROBEDIR ?= /etc/modprobe.d
UDEVDIR ?= /etc/udev/rules.d
# Releases that install-dkms builds for; default: the running one
KERNELS ?=
# yes: the file is put into force, by a link in MODPROBEDIR or UDEVDIR
COMPAT ?= no
UDEV ?= no

VERSION := $(shell sed -n 's/^\#define MVTAP_VERSION "\(.*\)"/\1/p' kmod/version.h)
KRELEASE = $(shell $(MAKE) -s --no-print-directory -C $(KDIR) kernelrelease)
MODDIR = /lib/modules/$(KRELEASE)
DKMSDIR = $(SRCDIR)/mvtap-$(VERSION)

# Tables for tools/install/files: MODE FROM TO
TOOL_FILES = \
	755 $(BUILD)/tools/mvtap $(SBINDIR)/mvtap \
	$(foreach m,$(wildcard tools/man/*.[1-9]),644 $(m) $(MANDIR)/man$(subst .,,$(suffix $(m)))/$(notdir $(m))) \
	644 tools/completion/mvtap $(COMPLETIONDIR)/mvtap \
	644 $(BUILD)/tools/ip/link_mvtap.so $(IPLIBDIR)/link_mvtap.so \
	link link_mvtap.so $(IPLIBDIR)/link_mvlan.so \
	644 kmod/include/uapi/linux/mvtap.h $(INCLUDEDIR)/linux/mvtap.h \
	644 tools/install/modprobe-compat.conf $(DATADIR)/mvtap/modprobe-compat.conf \
	644 tools/install/70-mvtap.rules $(DATADIR)/mvtap/70-mvtap.rules
CHOICE_FILES = \
	link $(DATADIR)/mvtap/modprobe-compat.conf $(MODPROBEDIR)/mvtap-compat.conf \
	link $(DATADIR)/mvtap/70-mvtap.rules $(UDEVDIR)/70-mvtap.rules
CHOSEN_FILES = \
	$(if $(filter yes,$(COMPAT)),$(wordlist 1,3,$(CHOICE_FILES))) \
	$(if $(filter yes,$(UDEV)),$(wordlist 4,6,$(CHOICE_FILES)))
DKMS_FILES = \
	644 $(BUILD)/dkms.conf $(DKMSDIR)/dkms.conf \
	$(foreach f,$(shell find Kbuild kmod -name '*.[ch]' -o -name 'Kbuild*'),644 $(f) $(DKMSDIR)/$(f))

FILES_OF = DESTDIR='$(DESTDIR)' FILES='$(1)' tools/install/files

install: install-module install-tools
uninstall: uninstall-module uninstall-tools

install-tools: tool
	$(call FILES_OF,$(TOOL_FILES) $(CHOSEN_FILES)) put

uninstall-tools:
	$(call FILES_OF,$(CHOICE_FILES) $(TOOL_FILES)) remove

# With DESTDIR, whoever moves the files into place runs depmod there.
install-module: module
	$(MAKE) -C $(KDIR) M=$(BUILD)/kmod/local INSTALL_MOD_PATH='$(DESTDIR)' INSTALL_MOD_DIR=updates \
		DEPMOD=true modules_install
	$(if $(DESTDIR),,depmod $(KRELEASE))

uninstall-module:
	$(call FILES_OF,$(foreach z,ko ko.xz ko.zst ko.gz,- - $(MODDIR)/updates/kmod/mvtap.$(z))) remove
	$(if $(DESTDIR),,depmod $(KRELEASE))

$(BUILD)/dkms.conf: tools/install/dkms.conf kmod/version.h
	@mkdir -p $(@D)
	sed 's/#MODULE_VERSION#/$(VERSION)/' $< >$@

# The sources, for dkms to build now and whenever a kernel is installed.
install-dkms: $(BUILD)/dkms.conf
	$(call FILES_OF,$(DKMS_FILES)) put
	$(if $(DESTDIR),,dkms add mvtap/$(VERSION))
	$(if $(DESTDIR),,dkms install mvtap/$(VERSION) $(KERNELS:%=-k %))

uninstall-dkms:
	$(if $(DESTDIR),,-dkms remove mvtap/$(VERSION) --all)
	$(call FILES_OF,$(DKMS_FILES)) remove

# In a tree of its own, with debian/ where Debian wants it, and made there what has no room for
# a comment or repeats the version.
DEBTREE = $(BUILD)/deb/mvtap-$(VERSION)

deb:
	rm -rf $(BUILD)/deb
	mkdir -p $(DEBTREE)
	cp -r Kbuild Makefile README.md Documentation kmod selftests tools $(DEBTREE)
	mv $(DEBTREE)/tools/debian $(DEBTREE)/debian
	mkdir $(DEBTREE)/debian/source
	echo '3.0 (native)' >$(DEBTREE)/debian/source/format
	tools/install/changelog $(VERSION) >$(DEBTREE)/debian/changelog
	cd $(DEBTREE) && env -u MAKEFLAGS -u MFLAGS dpkg-buildpackage -us -uc

.PHONY: deb install install-tools install-module install-dkms
.PHONY: uninstall uninstall-tools uninstall-module uninstall-dkms
