# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Which files of the project the static checks look at.

# In a checkout what git knows or would add; in an exported tree all but build/.
project_files()
{
	if git rev-parse --is-inside-work-tree >/dev/null 2>&1; then
		git ls-files --cached --others --exclude-standard
	else
		find . -path ./build -prune -o -path ./.git -prune -o -type f -printf '%P\n'
	fi | while read -r file; do
		[ ! -f "$file" ] || printf '%s\n' "$file"
	done
}

c_files() { project_files | grep -E '^(kmod|tools|selftests)/.*\.[ch]$'; }

shell_files()
{
	local file
	project_files | while read -r file; do
		case $file in
		*.sh|tools/completion/*) echo "$file" ;;
		*) head -n 1 "$file" | grep -aqE '^#!(/usr)?/bin/(env )?(ba|da)?sh|^#!/bin/busybox sh' && echo "$file" ;;
		esac
	done
}
