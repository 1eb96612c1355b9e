#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Completion of mvtap in bash: what is offered for a line, and that it is what
# the tool takes.

. "$(dirname "$0")/lib.sh"
. "$HERE/toollib.sh"
. "$HERE/../tools/completion/mvtap"

# offers LINE: what completes its last word; a blank at the end begins a new one
offers()
{
	read -ra COMP_WORDS <<<"$1"
	[[ $1 != *' ' ]] || COMP_WORDS+=("")
	COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
	_mvtap
	echo "${COMPREPLY[*]}"
}

topo_links()
{
	topo
	add vm0 link v0
	add vm1 link v0
}

t_commands()
{
	check_eq "all" "add set del show stats source fdb monitor probe doctor run qemu-helper help" \
		"$(offers "mvtap ")"
	check_eq "by their first letters" "set show stats source" "$(offers "mvtap s")"
	check_eq "behind options" "show stats" "$(offers "mvtap -j -s s" | tr ' ' '\n' |
		grep -E '^s(how|tats)' | xargs)"
	check_eq "options" "--json" "$(offers "mvtap --js")"
	check_eq "help" "probe" "$(offers "mvtap help pr")"
}

t_keys_and_values()
{
	local rest="address mtu host spoofcheck maxmacs stack carrier owner group perm nopromisc nodst bcqueuelen bccutoff"

	topo_links
	check_eq "keys of add" "kind link mode up down $rest" "$(offers "mvtap add x ")"
	check_eq "those that are left" "kind mode up down $rest" "$(offers "mvtap add x link v0 ")"
	check_eq "keys of set" "mode up down $rest" "$(offers "mvtap set vm0 ")"
	check_eq "modes" "vepa bridge private passthru source" "$(offers "mvtap set vm0 mode ")"
	check_eq "kinds" "mvtap mvlan" "$(offers "mvtap add x link v0 kind ")"
	check_eq "on and off" "on off" "$(offers "mvtap set vm0 nodst ")"
	check_eq "host" "on off" "$(offers "mvtap add x link v0 host ")"
	check_eq "carrier" "lower queue" "$(offers "mvtap set vm0 carrier ")"
	check_eq "nothing for a number" " " "$(offers "mvtap set vm0 mtu ") $(offers "mvtap set vm0 perm ")"
	check_eq "keys of probe" "timeout from" "$(offers "mvtap probe v0 ")"
	check_eq "source" "add del set flush" "$(offers "mvtap source vm0 ")"
	check_eq "fdb" "add del" "$(offers "mvtap fdb vm0 ")"
	check_eq "run" "--queues" "$(offers "mvtap run vm0 --q")"
	check_eq "behind --" "" "$(offers "mvtap run vm0 -- ")"
}

t_names()
{
	local command

	topo_links
	for command in set show run; do
		check_eq "links for $command" "vm0 vm1" "$(offers "mvtap $command " | tr ' ' '\n' |
			sort | xargs)"
	done
	check_eq "devices for link" "v0 vm0 vm1" "$(offers "mvtap add x link v" | tr ' ' '\n' |
		sort | xargs)"
	check_eq "devices for probe" "v0" "$(offers "mvtap probe v0")"
	check_eq "names and keys for doctor" "probe user v0 vm0 vm1 wait" \
		"$(offers "mvtap doctor " | tr ' ' '\n' | grep -E '^v|probe|user|wait' | sort | xargs)"
	check_eq "only keys behind the first" "user wait" "$(offers "mvtap doctor probe on ")"
	check_eq "users" "root root" "$(offers "mvtap doctor user roo") $(offers "mvtap set vm0 owner roo")"
	check_eq "groups" "root" "$(offers "mvtap set vm0 group roo")"
	check_eq "names for monitor" "interval vm0 vm1" "$(offers "mvtap monitor vm0 " |
		tr ' ' '\n' | sort | xargs)"
}

# Whatever is offered as a key or a value is one.
t_nothing_else()
{
	local command word commands modes

	topo_links
	commands=$(offers "mvtap ") modes=$(offers "mvtap set vm0 mode ")
	[[ $commands && $modes ]] || fail "nothing is offered"
	for command in $commands; do
		check "help $command" mvtap help "$command"
	done
	for word in $modes; do
		[[ $(mvtap set nope mode "$word" 2>&1) == "mvtap: set nope: No such device" ]] ||
			fail "mode $word"
	done
}

run_tests t_commands t_keys_and_values t_names t_nothing_else
