# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# Runs a table of "who reaches whom" in the topology of lib.sh. The caller sets
# PORTS to the receivers in the order of the table's columns. "stranger" is an
# address that nobody has and that the switch sends to the lower device. "out"
# counts what leaves the lower device, whether or not the switch sends it on.

GROUP_JOINED=01:00:5e:01:02:03
GROUP_UNJOINED=01:00:5e:03:02:01
PORTS=() SEND=
ROW_POINT=point		# called for each row: NAME WANT GOT

declare -A PORT_AT=(
	[a]=$NS_A/a [b]=$NS_B/b [c]=$NS_C/c [d]=$NS_D/d
	[host]=$NS_HOST/v0 [wire]=$NS_WIRE/w0 [out]=$NS_SW/v1
)
declare -A PORT_MAC=(
	[a]=$MAC_A [b]=$MAC_B [c]=$MAC_C [d]=$MAC_D [host]=$MAC_HOST [wire]=$MAC_WIRE
	[stranger]=02:00:00:00:0f:01
)

table_rows()
{
	grep -E '^(off|on) ' <<<"$1"
}

# rows TABLE: how many points it makes
rows()
{
	table_rows "$1" | wc -l
}

# send_command TAG FROM TRAFFIC: the line for frames, in SEND (forks are slow
# in the lab)
send_command()
{
	local from=${2%~*} src=- dst type=88b5

	[[ $2 != *~* ]] || src=${PORT_MAC[${2#*~}]}
	case $3 in
	u\>*)		dst=${PORT_MAC[${3#u>}]} ;;
	bcast)		dst=ff:ff:ff:ff:ff:ff ;;
	joined)		dst=$GROUP_JOINED ;;
	unjoined)	dst=$GROUP_UNJOINED ;;
	pause)		dst=$GROUP_JOINED type=8808 ;;
	esac
	SEND="send $1 $from $dst $src $type"
}

# One hairpin setting: all its rows in one go, for they differ by their tags.
# run_rows NAME TABLE-ROWS
run_rows()
{
	local name=$1 want i=0 total=0 copies lines=() cmds=() args=() p
	local hp from traffic got

	for p in "${PORTS[@]}"; do
		case $p in
		out)	args+=("+out=${PORT_AT[out]}") ;;
		*)	args+=("$p=${PORT_AT[$p]}") ;;
		esac
		[[ $p != [abcd] ]] || cmds+=("join $p $GROUP_JOINED")
	done
	cmds+=("all host")	# what passes to the host's stack at all
	cmds+=("settle 0")	# newer kernels set filters from a work queue
	while read -r hp from traffic copies; do
		send_command "$i" "$from" "$traffic"
		cmds+=("$SEND")
		for p in $copies; do
			total=$((total + p))
		done
		i=$((i + 1))
	done <<<"$2"
	cmds+=("settle $total")
	mapfile -t lines <<<"$(printf '%s\n' "${cmds[@]}" | frames "${args[@]}")"

	i=0
	while read -r hp from traffic copies; do
		want=
		for p in "${PORTS[@]}"; do
			want+=" $p=${copies%% *}"
			copies=${copies#* }
		done
		got=${lines[i]:-nothing}
		"$ROW_POINT" "$name hairpin $hp: $from $traffic" "$want" " ${got#* }"
		i=$((i + 1))
	done <<<"$2"
}

# row_remark NAME WANT GOT: instead of a point, say what differs
row_remark()
{
	[[ $2 == "$3" ]] || echo "$KIND, $1: not$2, but$3"
}

# run_matrix NAME TABLE
run_matrix()
{
	local hp some

	bridge -n "$NS_SW" fdb replace "${PORT_MAC[stranger]}" dev v1 master static
	for hp in off on; do
		some=$(table_rows "$2" | grep "^$hp ")
		[[ $some ]] || continue
		hairpin $hp
		run_rows "$1" "$some"
	done
}
