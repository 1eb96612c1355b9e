# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# apt with lists and downloads of its own: the host's are left alone, signatures are checked by
# apt as ever, and the mirror is the one the machine is configured with.

# apt_in SUITE TOOL ARGUMENTS…: SUITE is 'host' (the machine's own sources) or 'trixie'.
apt_in()
{
	local suite=$1 tool=$2 dir=$CACHE/apt/$1 options
	shift 2
	mkdir -p "$dir/lists/partial" "$dir/archives/partial"
	[ -e "$dir/status" ] || : >"$dir/status"
	options=(-o "Dir::State::Lists=$dir/lists" -o "Dir::State::status=$dir/status"
		 -o "Dir::Cache=$dir" -o "Dir::Cache::archives=$dir/archives"
		 -o APT::Sandbox::User=root -o Acquire::Retries=3 -o Acquire::Languages=none)
	[ "$suite" = host ] ||
		options+=(-o "Dir::Etc::SourceList=$dir/sources.list" -o Dir::Etc::SourceParts=/dev/null)
	"$tool" "${options[@]}" "$@" </dev/null
}

# The site that serves this machine's own release.
apt_mirror()
{
	# shellcheck disable=SC2016 # apt expands it
	apt_in host apt-get indextargets --format '$(SITE)' \
		'Created-By: Packages' 'Origin: Debian' 'Label: Debian' | head -n 1
}

apt_sources_trixie()
{
	local mirror suite list=$CACHE/apt/trixie/sources.list
	local key=/usr/share/keyrings/debian-archive-keyring.gpg

	mirror=$(apt_mirror)
	[ -n "$mirror" ] || { lab_note "apt knows no Debian mirror"; return 1; }
	mkdir -p "$(dirname "$list")"
	for suite in trixie trixie-updates trixie-backports; do
		echo "deb [signed-by=$key] $mirror $suite main"
	done >"$list.new"
	mv "$list.new" "$list"
}

# apt_refresh SUITE MINUTES: lists no older than that.
apt_refresh()
{
	local stamp=$CACHE/apt/$1/refreshed

	[ -z "$(find "$stamp" -mmin "-$2" 2>/dev/null)" ] || return 0
	[ "$1" = host ] || { apt_refresh host "$2" && apt_sources_trixie; } || return 1
	lab_quietly "$CACHE/apt/$1.log" apt_in "$1" apt-get update || return 1
	: >"$stamp"
}

# apt_fetch SUITE DIRECTORY PACKAGE…: the .deb files, checked.
apt_fetch()
{
	local suite=$1 dir=$2
	shift 2
	mkdir -p "$dir"
	(cd "$dir" && lab_quietly "$CACHE/apt/$suite-download.log" apt_in "$suite" apt-get download "$@")
}

apt_unpack()
{
	local deb
	for deb in "$1"/*.deb; do
		dpkg -x "$deb" "$2" || return 1
	done
}

apt_version() { apt_in "$1" apt-cache madison "$2" | awk -F' *[|] *' 'NR == 1 { print $2 }'; }

# apt_newest_image SUITE SERIES: package name of the newest stock image of that series.
apt_newest_image()
{
	apt_in "$1" apt-cache pkgnames "linux-image-$2." |
		grep -E "^linux-image-${2//./\\.}\.[^-]*(-[0-9]+)?-amd64$" |
		sort -V | tail -n 1
}
