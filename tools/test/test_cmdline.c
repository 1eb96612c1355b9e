// SPDX-License-Identifier: GPL-2.0
/* Command lines against the real parser: status, output, message. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "capture.h"
#include "fake_kernel.h"
#include "mvtap.h"
#include "../kmod/version.h"

#define COMMANDS "add, set, del, show, stats, source, fdb, monitor, probe, doctor, run, qemu-helper, help"

struct line {
	const char *line;
	int status;
	const char *out;	/* has to occur on stdout; NULL: stdout is empty */
	const char *err;	/* has to be stderr, after "mvtap: "; NULL: it is empty */
};

static const struct line lines[] = {
	/* what there is */
	{ "", 1, NULL, "no command given: " COMMANDS },
	{ "ad", 1, NULL, "\"ad\" is not a command: " COMMANDS },
	{ "sho vm0", 1, NULL, "\"sho\" is not a command: " COMMANDS },
	{ "-V", 0, "mvtap " MVTAP_VERSION "\n", NULL },
	{ "--version", 0, "mvtap " MVTAP_VERSION "\n", NULL },
	{ "-h", 0, "usage: mvtap [-j] [-p] [-s] [-d] COMMAND", NULL },
	{ "help", 0, "usage: mvtap [-j] [-p] [-s] [-d] COMMAND", NULL },
	{ "help add", 0, "mode vepa|bridge|private|passthru|source\n", NULL },
	{ "help set", 0, "All keys are set, or none is.", NULL },
	{ "help run", 0, "%tap:NAME%", NULL },
	{ "help qemu-helper", 0, "helper=mvtap qemu-helper,br=vm0", NULL },
	{ "help del", 0, "usage: mvtap del NAME\n", NULL },
	{ "help sho", 1, NULL, "\"sho\" is not a command: " COMMANDS },
	{ "help add set", 1, NULL, "help: \"set\" is too much: help [COMMAND]" },
	{ "add -h", 0, "usage: mvtap add NAME link LOWER", NULL },
	{ "-x show", 1, NULL, "\"-x\" is not a command: " COMMANDS },
	{ "-jx show", 1, NULL, "\"-jx\" is not a command: " COMMANDS },

	/* add */
	{ "add vm1 link eth0", 0, "vm1: ifindex 13 kind mvtap link eth0 mode bridge down operstate down\n"
	  "    address 02:00:00:00:00:aa mtu 1500 node /dev/tap13\n"
	  "    host on spoofcheck off maxmacs 1 stack off carrier lower\n"
	  "    nopromisc off nodst off bcqueuelen 1000 bccutoff 1 bcqueuelen_used 1000 bccutoff_used 1\n", NULL },
	{ "add l1 link eth0 kind mvlan mode vepa up", 0,
	  "l1: ifindex 13 kind mvlan link eth0 mode vepa up operstate up\n"
	  "    address 02:00:00:00:00:aa mtu 1500\n    host off spoofcheck off maxmacs 1\n    nopromisc", NULL },
	{ "add vm1 link eth0 mode bridge", 0, "\n    host off ", NULL },
	{ "add vm1 link eth0 mode private host on", 0, "\n    host on ", NULL },
	{ "add vm1 link eth0 host off", 0, " mode bridge down operstate down\n"
	  "    address 02:00:00:00:00:aa mtu 1500 node /dev/tap13\n    host off ", NULL },
	{ "add vm1 link eth0 kind mvlan", 0, "\n    host on spoofcheck off maxmacs 1\n", NULL },
	{ "add vm1 link eth0 spoofcheck on maxmacs 1024 stack on carrier queue owner 4000000000 group root perm 660 -j",
	  0, "\"node\":\"/dev/tap13\",\"host\":true,\"spoofcheck\":true,\"maxmacs\":1024,\"stack\":true,"
	  "\"carrier\":\"queue\",\"macs\":1,\"owner\":\"4000000000\",\"uid\":4000000000,"
	  "\"group\":\"root\",\"gid\":0,\"perm\":\"0660\",\"nopromisc\":false,", NULL },
	{ "add vm1 link eth0 mode vepa host on", 2, NULL,
	  "add vm1: host: only in modes bridge and private (Invalid argument)" },
	{ "add l1 link eth0 kind mvlan carrier queue", 2, NULL,
	  "add l1: carrier: only for links with a device node (Invalid argument)" },
	{ "add l1 link eth0 kind mvlan perm 0", 2, NULL,
	  "add l1: perm: only for links with a device node (Invalid argument)" },
	{ "add l1 mtu 1400 address 02:11:22:33:44:5F bcqueuelen 4294967295 bccutoff -2147483648 nopromisc on link eth0 -j",
	  0, "[{\"name\":\"l1\",\"ifindex\":13,\"kind\":\"mvtap\",\"link\":\"eth0\",\"link_ifindex\":3,"
	  "\"mode\":\"bridge\",\"up\":false,\"operstate\":\"down\",\"address\":\"02:11:22:33:44:5f\","
	  "\"mtu\":1400,\"node\":\"/dev/tap13\",\"host\":true,\"spoofcheck\":false,\"maxmacs\":1,\"stack\":false,"
	  "\"carrier\":\"lower\",\"macs\":1,\"owner\":\"root\",\"uid\":0,\"group\":\"root\",\"gid\":0,"
	  "\"perm\":\"0600\",\"nopromisc\":true,\"nodst\":false,\"bcqueuelen\":4294967295,"
	  "\"bccutoff\":-2147483648,\"bcqueuelen_used\":4294967295,\"bccutoff_used\":-2147483648}]\n", NULL },
	{ "add", 1, NULL, "add: the name of a link is missing" },
	{ "add vm1", 1, NULL, "add: link is missing: the name of the lower device" },
	{ "add vm1 mode bridge", 1, NULL, "add: link is missing: the name of the lower device" },
	{ "add vm1 link", 1, NULL, "add: link needs a value: the name of an interface" },
	{ "add vm1 link eth/0", 1, NULL, "add: link: \"eth/0\" is not the name of an interface" },
	{ "add vm1 link eth9", 2, NULL, "add vm1: link: eth9: No such device" },
	{ "add vm0 link eth0", 2, NULL, "add vm0: File exists" },
	{ "add vm1 link eth0 mtu 1501", 2, NULL,
	  "add vm1: mtu: larger than the lower device's (Invalid argument)" },
	{ "add vm1 link eth0 mode passthru", 2, NULL, "add vm1: mode: not passthru (Invalid argument)" },
	{ "add a2345678901234567 link eth0", 1, NULL,
	  "add: \"a2345678901234567\" cannot name a link: 1 to 15 characters, no space / : %, no - in front" },
	{ "add vm%d link eth0", 1, NULL,
	  "add: \"vm%d\" cannot name a link: 1 to 15 characters, no space / : %, no - in front" },
	{ "add .. link eth0", 1, NULL,
	  "add: \"..\" cannot name a link: 1 to 15 characters, no space / : %, no - in front" },
	{ "add -n link eth0", 1, NULL,
	  "add: \"-n\" cannot name a link: 1 to 15 characters, no space / : %, no - in front" },
	{ "add vm1 lin eth0", 1, NULL,
	  "add: \"lin\" is not a key: kind, link, mode, up, down, address, mtu, host, spoofcheck, maxmacs, stack, carrier, "
	  "owner, group, perm, nopromisc, nodst, bcqueuelen, bccutoff" },
	{ "add vm1 link eth0 kind macvtap", 1, NULL, "add: kind: \"macvtap\" is not one of mvtap, mvlan" },
	{ "add vm1 link eth0 mode brid", 1, NULL,
	  "add: mode: \"brid\" is not one of vepa, bridge, private, passthru, source" },
	{ "add vm1 link eth0 mode", 1, NULL, "add: mode needs a value: vepa, bridge, private, passthru, source" },
	{ "add vm1 link eth0 mode vepa mode vepa", 1, NULL, "add: mode is given twice" },
	{ "add vm1 link eth0 up down", 1, NULL, "add: up or down is given twice" },
	{ "add vm1 link eth0 nopromisc yes", 1, NULL, "add: nopromisc: \"yes\" is not one of on, off" },
	{ "add vm1 link eth0 mtu 67", 1, NULL, "add: mtu: \"67\" is not a number from 68 to 65535" },
	{ "add vm1 link eth0 mtu 1500x", 1, NULL, "add: mtu: \"1500x\" is not a number from 68 to 65535" },
	{ "add vm1 link eth0 mtu 0x5dc", 1, NULL, "add: mtu: \"0x5dc\" is not a number from 68 to 65535" },
	{ "add vm1 link eth0 mtu 99999999999999999999", 1, NULL,
	  "add: mtu: \"99999999999999999999\" is not a number from 68 to 65535" },
	{ "add vm1 link eth0 bcqueuelen -1", 1, NULL,
	  "add: bcqueuelen: \"-1\" is not a number from 0 to 4294967295" },
	{ "add vm1 link eth0 bcqueuelen 4294967296", 1, NULL,
	  "add: bcqueuelen: \"4294967296\" is not a number from 0 to 4294967295" },
	{ "add vm1 link eth0 bccutoff 2147483648", 1, NULL,
	  "add: bccutoff: \"2147483648\" is not a number from -2147483648 to 2147483647" },
	{ "add vm1 link eth0 bccutoff -", 1, NULL,
	  "add: bccutoff: \"-\" is not a number from -2147483648 to 2147483647" },
	{ "add vm1 link eth0 address 2:0:0:0:0:1", 1, NULL,
	  "add: address: \"2:0:0:0:0:1\" is not a MAC address like 02:00:00:00:00:01" },
	{ "add vm1 link eth0 address 02:00:00:00:00:01:", 1, NULL,
	  "add: address: \"02:00:00:00:00:01:\" is not a MAC address like 02:00:00:00:00:01" },
	{ "add vm1 link eth0 address 02:00:00:00:00", 1, NULL,
	  "add: address: \"02:00:00:00:00\" is not a MAC address like 02:00:00:00:00:01" },
	{ "add vm1 link eth0 address 02-00-00-00-00-01", 1, NULL,
	  "add: address: \"02-00-00-00-00-01\" is not a MAC address like 02:00:00:00:00:01" },

	{ "add vm1 link eth0 host yes", 1, NULL, "add: host: \"yes\" is not one of on, off" },
	{ "add vm1 link eth0 spoofcheck 1", 1, NULL, "add: spoofcheck: \"1\" is not one of on, off" },
	{ "add vm1 link eth0 stack", 1, NULL, "add: stack needs a value: on, off" },
	{ "add vm1 link eth0 carrier on", 1, NULL, "add: carrier: \"on\" is not one of lower, queue" },
	{ "add vm1 link eth0 maxmacs 0", 1, NULL, "add: maxmacs: \"0\" is not a number from 1 to 1024" },
	{ "add vm1 link eth0 maxmacs 1025", 1, NULL, "add: maxmacs: \"1025\" is not a number from 1 to 1024" },
	{ "add vm1 link eth0 owner no-such-user", 1, NULL,
	  "add: owner: \"no-such-user\" is not the name or number of a user" },
	{ "add vm1 link eth0 owner 4294967295", 1, NULL,
	  "add: owner: \"4294967295\" is not the name or number of a user" },
	{ "add vm1 link eth0 owner -1", 1, NULL, "add: owner: \"-1\" is not the name or number of a user" },
	{ "add vm1 link eth0 owner", 1, NULL, "add: owner needs a value: the name or number of a user" },
	{ "add vm1 link eth0 group no-such-group", 1, NULL,
	  "add: group: \"no-such-group\" is not the name or number of a group" },
	{ "add vm1 link eth0 perm 0680", 1, NULL, "add: perm: \"0680\" is not octal permissions from 0 to 0777" },
	{ "add vm1 link eth0 perm 1777", 1, NULL, "add: perm: \"1777\" is not octal permissions from 0 to 0777" },
	{ "add vm1 link eth0 perm 00600", 1, NULL, "add: perm: \"00600\" is not octal permissions from 0 to 0777" },
	{ "add vm1 link eth0 perm rw", 1, NULL, "add: perm: \"rw\" is not octal permissions from 0 to 0777" },
	{ "add vm1 link eth0 perm", 1, NULL, "add: perm needs a value: octal permissions from 0 to 0777" },

	/* set */
	{ "set vm0 mode bridge host on spoofcheck on maxmacs 5 stack on carrier queue owner nobody group 0 perm 0", 0,
	  NULL, NULL },
	{ "set vm0 host on", 2, NULL, "set vm0: host: only in modes bridge and private (Invalid argument)" },
	{ "set lan0 stack on", 2, NULL,
	  "set lan0: stack: only for links with a device node (Invalid argument)" },
	{ "set vm0 mode private", 0, NULL, NULL },
	{ "set vm0 up mtu 1400", 0, NULL, NULL },
	{ "set", 1, NULL, "set: the name of a link is missing" },
	{ "set vm0", 1, NULL, "set: nothing to set: set NAME KEY VALUE..." },
	{ "set vm0 link eth0", 1, NULL, "set: link cannot be changed on a link that exists" },
	{ "set vm0 kind mvlan", 1, NULL, "set: kind cannot be changed on a link that exists" },
	{ "set vm0 foo 1", 1, NULL,
	  "set: \"foo\" is not a key: mode, up, down, address, mtu, host, spoofcheck, maxmacs, stack, carrier, "
	  "owner, group, perm, nopromisc, nodst, bcqueuelen, bccutoff" },
	{ "set vm9 mode vepa", 2, NULL, "set vm9: No such device" },
	{ "set d0 mtu 100", 2, NULL, "set d0: is not a link of mvtap but of kind dummy" },
	{ "set vm0 mode passthru", 2, NULL, "set vm0: mode: not passthru (Invalid argument)" },

	/* del, show */
	{ "del vm0", 0, NULL, NULL },
	{ "del", 1, NULL, "del: the name of a link is missing" },
	{ "del vm0 lan0", 1, NULL, "del: \"lan0\" is too much: del NAME" },
	{ "del d0", 2, NULL, "del d0: is not a link of mvtap but of kind dummy" },
	{ "del vm9", 2, NULL, "del vm9: No such device" },
	{ "show vm0", 0, "vm0: ifindex 10 kind mvtap link eth0 mode vepa", NULL },
	{ "show", 0, "\nlan0: ifindex 11 kind mvlan", NULL },
	{ "-js show lan0", 0, "\"stats\":{\"rx_packets\":7,", NULL },
	{ "show -s vm0", 0, "\n    tx_packets 0 tx_bytes 0 tx_errors 0 tx_dropped 9\n", NULL },
	{ "show vm0 --pretty", 0, "[\n  {\n    \"name\": \"vm0\",\n", NULL },
	{ "show vm0 lan0", 1, NULL, "show: \"lan0\" is too much: show [NAME]" },
	{ "show vm9", 2, NULL, "show vm9: No such device" },
	{ "show d0", 2, NULL, "show d0: is not a link of mvtap but of kind dummy" },

	/* show -d, stats */
	{ "show -d vm0", 0, "\n    has_carrier on carrier_changes 3 protodown off"
	  "\n    txqlen 500 tx_queues 16 rx_queues 16\n    qdisc noqueue\n    queues none"
	  "\n    features tx-scatter-gather tx-checksum-ip-generic tx-vlan-hw-insert tx-tcp-segmentation\n", NULL },
	{ "show -d vm0", 0, "\n    host off spoofcheck off maxmacs 1 stack off carrier lower macs 1 owner root group root perm 0600\n",
	  NULL },
	{ "show -d lan0", 0, "\n    host off spoofcheck off maxmacs 1 macs 1\n    nopromisc", NULL },
	{ "show -dj lan0", 0, "\"has_carrier\":true,\"carrier_changes\":3,", NULL },
	{ "show -s -d", 0, "\n    rx_packets 7 ", NULL },
	{ "stats", 0, "\nlan0: ifindex 11\n    rx_packets 7 ", NULL },
	{ "stats vm0", 0, "\n    tx_packets 0 tx_bytes 0 tx_errors 0 tx_dropped 9"
	  "\n    no frame lost in the link\n    queues none\n", NULL },
	{ "stats -d vm0", 0, "\n    tx_drop_runt 0\n    rx_drop_tap 0\n    queues none\n", NULL },
	{ "-j stats vm0", 0, "\"drops\":{\"tx_drop_runt\":0,\"rx_drop_tap\":0},\"queues\":[]}]\n", NULL },
	{ "stats vm0 lan0", 1, NULL, "stats: \"lan0\" is too much: stats [NAME]" },
	{ "stats d0", 2, NULL, "stats d0: is not a link of mvtap but of kind dummy" },
	{ "stats vm9", 2, NULL, "stats vm9: No such device" },

	/* source */
	{ "source", 1, NULL, "source: the name of a link is missing" },
	{ "source vm0", 0, "vm0: ifindex 10 mode vepa\n    source none\n", NULL },
	{ "-j source vm0", 0, "[{\"name\":\"vm0\",\"ifindex\":10,\"mode\":\"vepa\",\"source\":[]}]\n", NULL },
	{ "source vm0 ad 02:00:00:00:00:01", 1, NULL, "source: \"ad\" is not one of add, del, set, flush" },
	{ "source vm0 add", 1, NULL,
	  "source: add needs an address: a MAC address like 02:00:00:00:00:01" },
	{ "source vm0 set", 1, NULL,
	  "source: set needs an address: a MAC address like 02:00:00:00:00:01" },
	{ "source vm0 del 02:00:00:00:00:01 2", 1, NULL,
	  "source: \"2\" is not a MAC address like 02:00:00:00:00:01" },
	{ "source vm0 flush 02:00:00:00:00:01", 1, NULL,
	  "source: \"02:00:00:00:00:01\" is too much: source NAME flush" },
	{ "source vm0 add 02:00:00:00:00:01", 2, NULL,
	  "source vm0: source: only for mode source (Invalid argument)" },
	{ "source vm0 flush", 2, NULL, "source vm0: source: only for mode source (Invalid argument)" },
	{ "source d0 flush", 2, NULL, "source d0: is not a link of mvtap but of kind dummy" },
	{ "source vm9", 2, NULL, "source vm9: No such device" },
	{ "add s0 link eth0 mode source nodst on", 0,
	  "\n    nopromisc off nodst on bcqueuelen 1000 bccutoff 1 bcqueuelen_used 1000 bccutoff_used 1 source_count 0\n", NULL },

	/* fdb */
	{ "fdb", 1, NULL, "fdb: the name of a link is missing" },
	{ "fdb vm0", 0, "vm0: ifindex 10 address 02:00:00:00:00:aa\n    fdb none\n", NULL },
	{ "fdb vm0 set 33:33:00:00:00:01", 1, NULL, "fdb: \"set\" is not one of add, del" },
	{ "fdb vm0 add", 1, NULL, "fdb: add needs an address: a MAC address like 02:00:00:00:00:01" },
	{ "fdb vm0 add x", 1, NULL, "fdb: \"x\" is not a MAC address like 02:00:00:00:00:01" },
	{ "fdb vm0 del 33:33:00:00:00:01 y", 1, NULL, "fdb: \"y\" is too much: fdb NAME [add MAC|del MAC]" },
	{ "fdb vm0 add 33:33:00:00:00:01", 0, NULL, NULL },
	{ "fdb vm0 add 02:00:00:00:00:01", 2, NULL,
	  "fdb vm0: more addresses than maxmacs (No space left on device)" },
	{ "fdb vm0 del 33:33:00:00:00:01", 2, NULL, "fdb vm0: No such file or directory" },
	{ "fdb d0", 2, NULL, "fdb d0: is not a link of mvtap but of kind dummy" },

	/* monitor, probe: what they do is in test_monitor.c and selftests/test_tool_probe.sh */
	{ "monitor a/b", 1, NULL,
	  "monitor: \"a/b\" cannot name a link: 1 to 15 characters, no space / : %, no - in front" },
	{ "monitor interval 0", 1, NULL,
	  "monitor: interval: \"0\" is not a number of seconds from 1 to 3600" },
	{ "monitor vm0 interval", 1, NULL,
	  "monitor: interval: \"\" is not a number of seconds from 1 to 3600" },
	{ "monitor interval 1 vm0", 1, NULL,
	  "monitor: \"vm0\" is too much: monitor [NAME]... [interval N]" },
	{ "probe", 1, NULL, "probe: the name of a link is missing" },
	{ "probe d0 time 3", 1, NULL, "probe: \"time\" is not a key: timeout, from" },
	{ "probe d0 timeout", 1, NULL, "probe: timeout needs a value: milliseconds from 3 to 60000" },
	{ "probe d0 timeout 2", 1, NULL, "probe: timeout: \"2\" is not a number from 3 to 60000" },
	{ "probe d0 from x", 1, NULL, "probe: from: \"x\" is not a MAC address like 02:00:00:00:00:01" },
	{ "probe d0 from", 1, NULL,
	  "probe: from needs a value: a MAC address like 02:00:00:00:00:01" },
	{ "probe nope", 2, NULL, "probe nope: No such device" },
	{ "probe d0", 2, NULL, "probe d0: is down" },

	/* doctor: what it finds is in test_doctor.c */
	{ "doctor nope", 2, NULL, "doctor nope: No such device" },
	{ "doctor a/b", 1, NULL,
	  "doctor: \"a/b\" cannot name a link: 1 to 15 characters, no space / : %, no - in front" },
	{ "doctor vm0 probe", 1, NULL, "doctor: probe: \"\" is not one of on, off" },
	{ "doctor probe yes", 1, NULL, "doctor: probe: \"yes\" is not one of on, off" },
	{ "doctor user", 1, NULL, "doctor: user needs a value: the name of a user" },
	{ "doctor user no-such-user", 1, NULL, "doctor: user: there is no user \"no-such-user\"" },
	{ "doctor wait x", 1, NULL, "doctor: wait: \"x\" is not a number from 0 to 60000" },
	{ "doctor wait 1 vm0", 1, NULL, "doctor: \"vm0\" is not a key: probe, user, wait" },

	/* run: the fake exec finds no command */
	{ "run vm0 -- c", 127, NULL, "run: c: No such file or directory" },
	{ "run --queues 256 vm0 --no-vhost -- c", 127, NULL, "run: c: No such file or directory" },
	{ "run", 1, NULL, "run: the name of a link is missing" },
	{ "run -- c", 1, NULL, "run: the name of a link is missing" },
	{ "run vm0", 1, NULL, "run: the command is missing: run NAME -- COMMAND..." },
	{ "run vm0 --", 1, NULL, "run: the command is missing: run NAME -- COMMAND..." },
	{ "run vm0 c", 1, NULL, "run: \"c\" is too much: -- goes before the command" },
	{ "run vm0 --queue 2 -- c", 1, NULL,
	  "run: \"--queue\" is not an option: --queues N, --no-vhost, or -- before the command" },
	{ "run vm0 --queues 0 -- c", 1, NULL, "run: --queues: \"0\" is not a number from 1 to 256" },
	{ "run vm0 --queues=257 -- c", 1, NULL, "run: --queues: \"257\" is not a number from 1 to 256" },
	{ "run vm0 --queues", 1, NULL,
	  "run: \"--queues\" is not an option: --queues N, --no-vhost, or -- before the command" },
	{ "run vm0 --no-vhost -- c %vhost%", 1, NULL, "run: %vhost% is used beside --no-vhost" },
	{ "run lan0 -- c", 2, NULL, "run lan0: is an mvlan link, which has no device node" },
	{ "run vm9 -- c", 2, NULL, "run vm9: No such device" },

	/* qemu-helper */
	{ "qemu-helper", 1, NULL, "qemu-helper: --fd=N is missing: the socket of QEMU" },
	{ "qemu-helper --fd=3", 1, NULL, "qemu-helper: --br=NAME is missing: the name of a link" },
	{ "qemu-helper --fd=x --br=vm0", 1, NULL, "qemu-helper: --fd: \"x\" is not the number of a socket" },
	{ "qemu-helper --fd=3 --br=a/b", 1, NULL, "qemu-helper: --br: \"a/b\" cannot name a link" },
	{ "qemu-helper --fd=3 --bridge=vm0", 1, NULL,
	  "qemu-helper: \"--bridge=vm0\" is not an option: --use-vnet, --fd=N, --br=NAME" },
	{ "qemu-helper --use-vnet --fd=999 --br=vm0", 2, NULL,
	  "qemu-helper vm0: --fd=999: Bad file descriptor" },
	{ "qemu-helper --fd=3 --br=lan0", 2, NULL,
	  "qemu-helper lan0: is an mvlan link, which has no device node" },
};

static bool as_told(const struct line *l, const struct captured *c)
{
	char err[512] = "";

	if (l->err)
		snprintf(err, sizeof(err), "mvtap: %s\n", l->err);
	return c->status == l->status && !strcmp(c->err, err) &&
	       (l->out ? !!strstr(c->out, l->out) : !*c->out);
}

static void all_lines(bool echo)
{
	struct captured c;
	int wrong = 0;

	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		fake_reset();
		fake.echo = echo;
		capture_line(lines[i].line, &c);
		if (as_told(&lines[i], &c))
			continue;
		wrong++;
		print_error("mvtap %s\n exit %d, want %d\n stdout: %s\n   want: %s\n stderr: %s\n   want: %s\n",
			    lines[i].line, c.status, lines[i].status, c.out,
			    lines[i].out ? lines[i].out : "(nothing)", c.err,
			    lines[i].err ? lines[i].err : "(nothing)");
	}
	print_message("%zu command lines, %d wrong\n", ARRAY_SIZE(lines), wrong);
	assert_int_equal(wrong, 0);
}

static void test_lines_echo(void **state)
{
	(void)state;
	all_lines(true);
}

static void test_lines_no_echo(void **state)
{
	(void)state;
	all_lines(false);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines_echo),
		cmocka_unit_test(test_lines_no_echo),
	};

	return cmocka_run_group_tests_name("command lines", tests, NULL, NULL);
}
