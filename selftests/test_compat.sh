#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The personality of the in-tree drivers ("modprobe mvtap compat=1"): the same
# configurations are made with the in-tree modules and with ours, by an
# unmodified iproute2, and everything that the kernel says of them is compared.
# They stand beside each other in one namespace: number 7 is the lower device l07
# with the links x07 and y07. Every line of the report begins with the name of its
# device. What is left out, and why, stands at leave_out() and differing_rows().

. "$(dirname "$0")/lib.sh"
. "$HERE/compatconf.sh"

# ---------------------------------------------------------------- making

# commands NUMBER COMMANDS: with the names of this configuration, a line each
commands()
{
	local nn=$1 c

	while read -r c; do
		c=${c/#X /link add link L name X address MACX type }
		c=${c/#Y /link add link L name Y address MACY type }
		sed -E "s/\b([LXY])\b/\L\1$nn/g; s/\bA\b/$NS_A/g
			s/MACX/02:00:00:00:${nn}:0a/; s/MACY/02:00:00:00:${nn}:0b/" <<<"$c"
	done < <(tr ';' '\n' <<<"$2")
}

# All of them as one text, in ALL
all_commands()
{
	local line nn=0

	ALL=
	while read -r line; do
		nn=$((10#$nn + 1))
		printf -v nn '%02d' $nn
		ALL+="link add l$nn address 02:00:00:00:$nn:01 type dummy"$'\n'
		ALL+="link set l$nn up"$'\n'
		ALL+=$(commands $nn "${line#*:}")$'\n'
	done < <(configurations)
}

# In NS_HOST. What goes wrong is said, and goes into the report.
make_all()
{
	local line words

	grep '^link' <<<"$ALL" | ip -force -batch -
	while read -r line; do
		read -ra words <<<"$line"
		case $line in
		"nl new"*) "$SELFTESTS_BUILD/nlattrs" "${words[@]:1:4}" "${words[*]:5}" ;;
		"nl set"*) "$SELFTESTS_BUILD/nlattrs" "${words[@]:1:3}" "${words[*]:4}" ;;
		fdb*)	   bridge "${words[@]}" ;;
		esac
	done <<<"$ALL" | grep -v '^OK'
	busywait 10000 stable
}

# The core changes filters, and tells of the carrier, from work items: of the latter
# up to a second later, until when a link that is up is in state UNKNOWN.
stable()
{
	local before=${LAST:-}

	LAST=$("$SELFTESTS_BUILD/nlattrs" show)
	[[ $LAST == "$before" ]] &&
		! ip -o link show up | grep -qE '^[0-9]+: [xy][0-9]+@.* state UNKNOWN '
}

# ---------------------------------------------------------------- the report

# Left out, of both:
# - counters (7, 23): the core's own first frames
# - IPv6's part (26): it has time stamps and a random number in it
# - how often the carrier changed (35, 47, 48): a matter of time
# - the character device's major number: the kernel gives out a free one
# - the order of a source list: that of the driver's hash table
# and of ours:
# - "supports-statistics" of ethtool -i: we have them, the drivers in-tree have not
# - attributes of our own (32 and above), and the padding (42) that moves with the size
# - that LRO, once given up, is [fixed]: in-tree it can be wished back, and 7.3 then waits for itself
# - attribute 9, bc_cutoff, where the in-tree driver is too old for it
leave_out()
{
	sed -E -e '/^[^ ]+ (7|23|26|35|42|47|48) /d; /^[^ ]+ 18\/2\/(3[2-9]|4[0-9]) /d' \
		-e 's/("(bytes|packets|dropped|multicast|[a-z_]*errors)": )[0-9]+/\1x/' \
		-e 's/MAJOR=.*/MAJOR=x/; s/(dev )[0-9]+:/\1x:/' \
		-e '/supports-statistics:/d; /"macaddr_data"/d' \
		-e 's/(large-receive-offload: off) \[fixed\]/\1/' \
		-e "${NO_CUTOFF:+/^[^ ]+ 18\/2\/9 /d}" |
		awk '{ nr = sprintf("%06d", NR) }
		     $2 == "18/2/5/4" { print at, $0; next }
		     { at = nr; print at, $0 }' | sort -s -k1,1 -k2,5 | cut -d' ' -f2-
}

# sysfs_report DEVICE-DIRECTORY: files and directories, uevents
sysfs_report()
{
	local dev=${1##*/} entry tap line

	for entry in "$1"/*; do
		echo "$dev sysfs ${entry##*/}"
	done
	for tap in "$1"/macvtap/*; do
		[[ -e $tap ]] || continue
		while read -r line; do
			echo "$dev node $line"
		done < "$tap/uevent"
		read -r line < "$tap/dev"
		echo "$dev dev $line"
		TAPS+=("$1/${tap##*/}" "$tap/device" "$tap/subsystem")
		NODES+=("/dev/${tap##*/}")
	done
}

# Before the lines of each device its name: of "ip -j -p", of ethtool, of others
name_json()
{
	awk '/"ifindex":/ { held = $0; next }
	     /"ifname":/ { name = $2; gsub(/[",]/, "", name); print name, "json", held }
	     { print name, "json", $0 }'
}

name_ethtool()
{
	awk '/^(Features|Settings) for / { name = $3; sub(/:$/, "", name) }
	     { print name, "ethtool", $0 }'
}

name_dev()
{
	sed -E 's/.* dev ([^ ]+).*/\1 &/; s/ [0-9a-f]+: / x: /'
}

# All that can be said of this namespace. Few processes: each costs.
report()
{
	local TAPS=() NODES=() dev

	"$SELFTESTS_BUILD/nlattrs" show
	ip -d -j -p -s link show | name_json
	bridge fdb show | sort | name_dev
	tc qdisc show | name_dev
	ethtool -k '*' | name_ethtool
	ethtool '*' 2>/dev/null | name_ethtool
	for dev in /sys/class/net/[xy][0-9]*; do
		sysfs_report "$dev"
	done
	[[ ${#TAPS[@]} -eq 0 ]] || paste -d' ' <(printf '%s\n' "${TAPS[@]#/sys/class/net/}") \
		<(readlink "${TAPS[@]}") | sed -E 's,^([^/]+)/,\1 ,'
	[[ ${#NODES[@]} -eq 0 ]] || stat -c 'nodes %n %F %a %u %g' "${NODES[@]}"
	for dev in x02 y02; do
		[[ ! -e /sys/class/net/$dev ]] || ethtool -i $dev | sed "s/^/$dev driver /"
	done
}

make_and_report()
{
	all_commands
	make_all
	report
	in_ns "$NS_A" "$0" report
}

# ---------------------------------------------------------------- refusals

# Rows of test_attr_table in which we differ, in the personality too:
# - more addresses than 4096 are refused
# - attributes of our own are known
# - cutoff, where the in-tree driver does not know it
differing_rows()
{
	local own='(host|spoofcheck|maxmacs|macs|node|cutoff used|stack|carrier|owner|group|perm)'

	grep -vE "^(set )?$own: |good.*$own|character device: |with host: " |
		grep -vE '^#|^(set )?addresses: (4097|4096 and one|one more):'"${NO_CUTOFF:+|^(set )?cutoff: }"
}

# Which of these fail, as iproute2 says it. Not with what words: ours has a
# message for each, in-tree macvlan for few.
REFUSALS="
link add link nosuch name x1 type macvtap
link add link lo name x2 type macvtap
link add link l0 name x3 type macvlan mode nosuch
link add link l0 name x4 mtu 9000 type macvlan
link add link l0 name x5 mtu 20 type macvlan
link add link l0 name x6 address 01:00:00:00:00:01 type macvlan
link add link l0 name x7 address 00:00:00:00:00:00 type macvlan
link add link l0 name x8 type macvlan bcqueuelen nosuch
link add link l0 name x9 type macvlan flag 8
link add name x10 type macvlan
link add link p0 name x11 type macvtap
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
	ip -force -batch - <<<"$REFUSALS" 2>&1 | grep '^Command failed'
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
	ip link add l0 type dummy &&
		"$SELFTESTS_BUILD/nlattrs" new x macvlan l0 "9 u32:5" &&
		"$SELFTESTS_BUILD/nlattrs" show x | grep -q '^18/2/9 '
}

# say_all DIRECTORY: what the loaded module makes of everything
say_all()
{
	mkdir "$1"
	in_new_namespace make_and_report | leave_out > "$1/report"
	KIND=macvlan TAPKIND=macvtap "$SELFTESTS_BUILD/test_attr_table" -p | differing_rows > "$1/attributes"
	in_new_namespace refusals > "$1/refusals"
}

# same NAME FILE PATTERN [LINES]: one point: the lines with PATTERN, at least so many
same()
{
	local ours difference

	grep -E "$3" "$tmp/in-tree/$2" > "$tmp/a"
	grep -E "$3" "$tmp/ours/$2" > "$tmp/b"
	ours=$(wc -l < "$tmp/b")
	difference=$(diff "$tmp/a" "$tmp/b" | head -n 40 | cut -c1-120 | sed 's/^/# /')
	[[ ! $difference ]] || echo "$difference"
	[[ $ours -ge ${4:-1} ]] || difference="$ours lines"
	point "$1" "" "${difference:+different}"
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
tmp=$(mktemp -d)
defer rm -rf "$tmp"
defer unload_all
tap_plan $((${#names[@]} + 3))

must unload_all
must modprobe macvtap
in_new_namespace has_cutoff >/dev/null || NO_CUTOFF=1
say_all "$tmp/in-tree"
must unload_all
must modprobe mvtap compat=1
say_all "$tmp/ours"
for ((i = 1; i <= ${#names[@]}; i++)); do
	printf -v nn '%02d' $i
	# a dummy and a link: some 40 attributes, 60 lines of JSON, 60 features each
	same "${names[i - 1]%%:*}" report "^[a-z]${nn}[. ]" 250
done
same "the rest, and nothing went wrong" report '^([^lxy]|[lxy][^0-9])' 10
same "attributes" attributes . 100
same "refusals" refusals . 10
tap_end
