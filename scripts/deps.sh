#!/bin/sh
# Installs what is missing of the distribution's packages, and nothing else.
#   scripts/deps.sh build   what the program needs to be built
#   scripts/deps.sh check   that, and what the tests need
#   scripts/deps.sh list    print the packages of both
# As root, or with sudo; without either it says what to install and fails.
set -eu
LC_ALL=C
export LC_ALL

usage() {
	echo "usage: scripts/deps.sh build|check|list" >&2
	exit 2
}
[ $# -eq 1 ] || usage

# Each line: what proves that it is there, and the package (or packages, the first
# that the distribution has) that brings it. cmd: a program; pc: pkg-config.
build_needs='
cmd:gcc gcc
file:/usr/include/stdio.h libc6-dev
cmd:meson meson
cmd:ninja ninja-build
cmd:pkg-config pkg-config pkgconf
cmd:python3 python3
cmd:esbuild esbuild
pc:yaml-0.1 libyaml-dev
pc:libpcre2-8 libpcre2-dev
pc:libhs libhyperscan-dev libvectorscan-dev
pc:sqlite3 libsqlite3-dev
pc:libcrypto libssl-dev
pc:libseccomp libseccomp-dev
pc:zlib zlib1g-dev
pc:libarchive libarchive-dev
pc:yara libyara-dev
pc:jansson libjansson-dev
'
check_needs='
cmd:tsc node-typescript
cmd:chromium chromium
cmd:evtxexport libevtx-utils
cmd:ctags universal-ctags
cmd:7z p7zip-full 7zip
cmd:zstd zstd
cmd:yara yara
cmd:gzip gzip
file:/usr/share/doc/python3-venv python3-venv
file:/usr/share/doc/python3-yaml python3-yaml
file:/usr/share/i18n/locales/tr_TR locales
file:/usr/share/zoneinfo/Asia/Tokyo tzdata
'
case $1 in
build) needs=$build_needs ;;
check) needs=$build_needs$check_needs ;;
list)
	printf '%s' "$build_needs$check_needs" | sed '/^$/d; s/^[^ ]* //'
	exit 0
	;;
*) usage ;;
esac

present() {
	case $1 in
	cmd:*) command -v "${1#cmd:}" >/dev/null 2>&1 ;;
	pc:*) command -v pkg-config >/dev/null 2>&1 && pkg-config --exists "${1#pc:}" 2>/dev/null ;;
	file:*) [ -e "${1#file:}" ] || dpkg -s "$2" >/dev/null 2>&1 ;;
	esac
}

# The lines of needs that are not met.
missing() {
	printf '%s' "$needs" | while read -r proof packages; do
		[ -n "$proof" ] || continue
		# shellcheck disable=SC2086
		present "$proof" $packages || echo "$proof $packages"
	done
}

lacking=$(missing)
[ -n "$lacking" ] || exit 0

if ! command -v apt-get >/dev/null 2>&1; then
	echo "deps: this system has no apt-get; install what corresponds to:" >&2
	printf '%s\n' "$lacking" | sed 's/^[^ ]* /    /' >&2
	exit 3
fi
if [ "$(id -u)" -eq 0 ]; then
	as_root=
elif command -v sudo >/dev/null 2>&1 && { sudo -n true 2>/dev/null || [ -t 0 ]; }; then
	as_root=sudo
else
	echo "deps: not root and no sudo; as root, run:" >&2
	echo "    apt-get install $(printf '%s\n' "$lacking" | awk '{print $2}' | tr '\n' ' ')" >&2
	exit 3
fi

log=$(mktemp)
trap 'rm -f "$log"' EXIT
quietly() {
	"$@" >"$log" 2>&1 || {
		tail -n 20 "$log" >&2
		return 1
	}
}

available() {
	apt-cache policy "$1" 2>/dev/null | grep -q 'Candidate: [0-9]'
}

# The first package of each line that can be had.
choose() {
	printf '%s\n' "$lacking" | while read -r proof packages; do
		chosen=
		for p in $packages; do
			if available "$p"; then
				chosen=$p
				break
			fi
		done
		if [ -z "$chosen" ]; then
			echo "deps: no package for ${proof#*:} (looked for: $packages)" >&2
			exit 1
		fi
		echo "$chosen"
	done
}

echo "deps: installing: $(printf '%s\n' "$lacking" | awk '{print $2}' | tr '\n' ' ')"
quietly $as_root env DEBIAN_FRONTEND=noninteractive apt-get -q update || {
	echo "deps: apt-get update failed (see above); trying with the lists at hand" >&2
}
packages=$(choose) || exit 3
# shellcheck disable=SC2086
quietly $as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y install \
	--no-install-recommends $packages || {
	echo "deps: apt-get could not install: $packages" >&2
	exit 3
}
lacking=$(missing)
if [ -n "$lacking" ]; then
	echo "deps: still missing after installation:" >&2
	printf '%s\n' "$lacking" | sed 's/ .*//; s/^[a-z]*:/    /' >&2
	exit 3
fi
