#!/bin/sh
# Makes the demonstration evidence and investigates it: scripts/demo.sh BUILD
set -eu
if [ $# -ne 1 ] || [ ! -d "$1" ]; then
	echo "usage: scripts/demo.sh BUILD (a Meson build directory)" >&2
	exit 2
fi
build=$1
out=demo-out
for program in "$build/src/cli/firebreak" "$build/demo/firebreak-demo"; do
	if [ ! -x "$program" ]; then
		echo "demo: $program is not built; run: meson compile -C $build" >&2
		exit 3
	fi
done

rm -rf "$out"
mkdir "$out"
echo "Making the evidence of a break-in: $out/evidence"
"$build/demo/firebreak-demo" --scenario sharepoint --with flows --seed 1 --days 5 -o "$out" >"$out/demo.log" || {
	cat "$out/demo.log" >&2
	exit 3
}
echo "Investigating: firebreak investigate $out/evidence -o $out/case"
echo
status=0
"$build/src/cli/firebreak" investigate "$out/evidence" -o "$out/case" || status=$?
# 1 is "done, but something could not be read", which the summary names.
[ "$status" -le 1 ] || exit "$status"
echo
echo "Following those who acted: firebreak activity $out/case"
echo
"$build/src/cli/firebreak" activity "$out/case" | head -24
echo "    … (firebreak activity $out/case)"
echo
echo "What can be said: firebreak status $out/case"
echo
"$build/src/cli/firebreak" status "$out/case"
"$build/src/cli/firebreak" report "$out/case" >/dev/null
echo
echo "Open in a browser: file://$(pwd)/$out/case/report.html"
