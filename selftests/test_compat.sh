#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The personality of the in-tree drivers ("modprobe mvtap compat=1"): the same
# configurations are made with the in-tree modules and with ours, by an
# unmodified iproute2, and everything that the kernel says of them is compared.
# Each is made in new namespaces of its own, so that interface numbers are equal.
# What is left out, and why, stands at leave_out() and differing_rows().

. "$(dirname "$0")/lib.sh"
. "$HERE/compatconf.sh"

# ---------------------------------------------------------------- the report

# Left out, of both:
# - counters (7, 23): the core's own first frames
# - IPv6's part (26): it has time stamps and a random number in it
# - how often the carrier changed (35, 47, 48): a matter of time
# - the character device's major number: the kernel gives out a free one
# and of ours:
# - "supports-statistics" of ethtool -i: we have them, the drivers in-tree have not
# - attribute 9, bc_cutoff, where the in-tree driver is too old for it
leave_out()
{
	sed -E -e '/^(7|23|26|35|47|48) /d' \
		-e 's/("(bytes|packets|errors|dropped|over_errors|multicast|[a-z_]*errors)": )[0-9]+/\1x/' \
		-e 's/^MAJOR=.*/MAJOR=x/' -e 's/^([0-9]+):([0-9]+)$/x:\2/' \
		-e '/^supports-statistics:/d' \
		-e "${NO_CUTOFF:+/^18\/2\/9 /d}"
}

# sysfs_report DEV: files and directories, uevents
sysfs_report()
{
	local sys=/sys/class/net/$1 tap entries

	entries=("$sys"/*)
	printf '%s\n' "${entries[@]##*/}" "$(<"$sys/uevent")"
	for tap in "$sys"/macvtap/*; do
		[[ -e $tap ]] || continue
		echo "node ${tap##*/}"
		readlink "$sys/${tap##*/}" "$tap/device" "$tap/subsystem"
		stat -c '%n %F %a %u %g' "/dev/${tap##*/}"
		cat "$tap/uevent" "$tap/dev"
	done
}

# All that can be said of this namespace. Few processes: each costs.
report()
{
	ip -d -j -p -s link show
	"$SELFTESTS_BUILD/nlattrs" show
	bridge fdb show
	tc qdisc show | sed -E 's/ [0-9a-f]+: / x: /'
	[[ -e /sys/class/net/x ]] || return 0
	ethtool -k x
	ethtool -i x
	ethtool x 2>&1
	sysfs_report x
	[[ ! -e /sys/class/net/y ]] || sysfs_report y
}

# make_one NAME: a configuration, and the report of it
make_one()
{
	ip link add l0 address "$MAC_HOST" type dummy || return
	ip link set dev l0 up
	"c_$1" || echo "could not be made"
	busywait 5000 settled
	report
	[[ $1 != *namespace* ]] || in_ns "$NS_A" "$0" report
}

# The core changes filters, and tells of the carrier, from work items.
settled()
{
	[[ ! -e /sys/class/net/x || $(</sys/class/net/x/operstate) != unknown ]]
}

# ---------------------------------------------------------------- refusals

# Rows of test_attr_table in which we differ, in the personality too:
# - more addresses than 4096 are refused
# - cutoff, where the in-tree driver does not know it
# - a wrong size is EINVAL or ERANGE, depending on who finds it
differing_rows()
{
	sed -E 's/ERANGE$/EINVAL/' |
		grep -vE '^#|^(set )?addresses: (4097|4096 and one|one more):'"${NO_CUTOFF:+|^(set )?cutoff: }"
}

# Refusals as iproute2 shows them: its exit status. Not its words: ours has a
# message for each, in-tree macvlan for few.
REFUSALS="
link add link nosuch name x type macvtap
link add link lo name x type macvtap
link add link l0 name x type macvlan mode nosuch
link add link l0 name x mtu 9000 type macvlan
link add link l0 name x mtu 20 type macvlan
link add link l0 name x address 01:00:00:00:00:01 type macvlan
link add link l0 name x address 00:00:00:00:00:00 type macvlan
link add link l0 name x type macvlan bcqueuelen nosuch
link add link l0 name x type macvlan flag 8
link add name x type macvlan
link add link p0 name x type macvtap
link add link a name a type macvlan
link set dev a type macvlan mode passthru
link set dev p type macvlan mode bridge
link set dev a type macvlan macaddr add 02:00:00:00:00:01
link set dev s type macvlan macaddr add 01:00:00:00:00:01
link set dev s type macvlan macaddr del 02:00:00:00:00:77
link set dev a address 01:00:00:00:00:01
link set dev b up
link set dev a mtu 9000
link set dev l0 type macvlan mode bridge
link set dev l0 master br
"

refusals()
{
	local row

	ip -batch - <<-END
		link add l0 address $MAC_HOST type dummy
		link add p0 type dummy
		link add br type bridge
		link set l0 up
		link add link l0 name a address $MAC_A type macvlan mode bridge
		link add link l0 name b address $MAC_A type macvlan mode bridge
		link add link l0 name s type macvlan mode source
		link add link p0 name p type macvlan mode passthru
		link set a up
	END
	while read -r row; do
		[[ $row ]] || continue
		# shellcheck disable=SC2086 # words
		ip $row >/dev/null 2>&1
		echo "$row: $?"
		ip link del dev x 2>/dev/null
	done <<<"$REFUSALS"
}

# ---------------------------------------------------------------- main

# in_new_namespace COMMAND...: `$0 COMMAND...` in NS_HOST
in_new_namespace()
{
	local status

	ip netns add "$NS_HOST" && ip netns add "$NS_A" &&
		in_ns "$NS_HOST" "$0" "$@" 2>&1
	status=$?
	ip netns del "$NS_HOST"
	ip netns del "$NS_A"
	return $status
}

# has_cutoff: does the in-tree driver know IFLA_MACVLAN_BC_CUTOFF?
has_cutoff()
{
	ip link add l0 type dummy && x macvlan && raw set x macvlan "9 u32:5" &&
		"$SELFTESTS_BUILD/nlattrs" show x | grep -q '^18/2/9 '
}

# in_any_order NAME: source lists are in the order of the driver's hash table
in_any_order()
{
	case $1 in
	source_lists) grep -v '"macaddr_data"' | sort ;;
	*)	      cat ;;
	esac
}

# say_all DIRECTORY: what the loaded module makes of everything
say_all()
{
	local c

	mkdir "$1"
	for c in "${names[@]}"; do
		in_new_namespace make_one "$c" | leave_out | in_any_order "$c" > "$1/$c"
	done
	KIND=macvlan "$SELFTESTS_BUILD/test_attr_table" -p | differing_rows > "$1/attributes"
	in_new_namespace refusals > "$1/refusals"
}

# same NAME: one point, with the beginning of the difference
same()
{
	local difference

	difference=$(diff "$tmp/in-tree/$1" "$tmp/ours/$1" 2>&1)
	[[ ! $difference ]] || head -n 40 <<<"$difference" | cut -c1-120 | sed 's/^/# /'
	[[ -s $tmp/ours/$1 ]] || difference="nothing was said"
	point "${1//_/ }" "" "${difference:+different}"
}

# In the namespace: see in_new_namespace.
if [[ ${1:-} ]]; then
	NS_HOST=$COMPAT_HOST NS_A=$COMPAT_A
	trap - EXIT
	"$@"
	exit
fi

need_cmd ethtool tc bridge
need_helper nlattrs test_attr_table
load_modules 8021q bonding
export COMPAT_HOST=$NS_HOST COMPAT_A=$NS_A NO_CUTOFF=''
mapfile -t names < <(configurations)
[[ ! ${MVTAP_TEST_ONLY:-} ]] || read -ra names <<<"$MVTAP_TEST_ONLY"
tmp=$(mktemp -d)
defer rm -rf "$tmp"
defer unload_all
tap_plan $((${#names[@]} + 2))

must unload_all
must modprobe macvtap
in_new_namespace has_cutoff >/dev/null || NO_CUTOFF=1
say_all "$tmp/in-tree"
must unload_all
must modprobe mvtap compat=1
say_all "$tmp/ours"
for name in "${names[@]}" attributes refusals; do
	same "$name"
done
tap_end
