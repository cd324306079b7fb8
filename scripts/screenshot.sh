#!/bin/sh
# Picture of a report: screenshot.sh REPORT.html OUT.png [WIDTH] [HEIGHT] [light|dark|print]
# print writes a PDF to OUT. Needs Chromium; nothing is loaded from a network.
set -eu
[ $# -ge 2 ] || { sed -n '2,3s/^# //p' "$0" >&2; exit 2; }
report=$(realpath "$1") out=$2 width=${3:-1280} height=${4:-2000} how=${5:-light}
profile=$(mktemp -d)
trap 'rm -rf "$profile"' EXIT
set -- --headless --no-sandbox --disable-gpu --hide-scrollbars --no-first-run \
	--disable-background-networking --disable-component-update --disable-sync \
	--user-data-dir="$profile" --window-size="$width,$height"
case $how in
dark) set -- "$@" --blink-settings=preferredColorScheme=0 ;;
esac
if [ "$how" = print ]; then
	set -- "$@" --print-to-pdf="$out" --print-to-pdf-no-header
else
	set -- "$@" --screenshot="$out"
fi
chromium "$@" "file://$report${FRAGMENT:-}" 2>/dev/null
