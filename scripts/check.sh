#!/bin/sh
# Builds with sanitizers and as it ships, runs every check and every test in both,
# and ends with one plain line: N passed, N failed, N skipped.
set -u
cd "$(dirname "$0")/.." || exit 3
log=$(mktemp -d)
trap 'rm -rf "$log"' EXIT
# A trace that the sanitizers write belongs into the test's log, and is a failure.
ASAN_OPTIONS=${ASAN_OPTIONS:-abort_on_error=0:exitcode=99:detect_leaks=1}
UBSAN_OPTIONS=${UBSAN_OPTIONS:-print_stacktrace=1:halt_on_error=1}
export ASAN_OPTIONS UBSAN_OPTIONS

# Does a test name and say whether it passed.
check() {
	name=$1
	shift
	if "$@" >"$log/out" 2>&1; then
		echo "checks: $name: ok"
		echo pass >>"$log/checks"
	else
		echo "checks: $name: FAILED"
		sed 's/^/    /' "$log/out"
		echo fail >>"$log/checks"
	fi
}

setup() {
	dir=$1
	shift
	if [ -f "$dir/build.ninja" ]; then
		return 0
	fi
	meson setup "$dir" "$@" >"$log/out" 2>&1 || {
		cat "$log/out"
		return 1
	}
}

build() {
	meson compile -C "$1" >"$log/out" 2>&1 || {
		grep -vE '^\[[0-9]+/[0-9]+\]' "$log/out" | tail -n 60
		return 1
	}
}

: >"$log/checks"
check layers python3 scripts/check-layers.py
check banned python3 scripts/check-banned.py
check sizes python3 scripts/check-sizes.py
check "checks find what they look for" python3 tests/checks/test_checks.py

for flavour in check opt; do
	dir=build-$flavour
	case $flavour in
	check) options="-Db_sanitize=address,undefined --buildtype=debugoptimized" ;;
	opt) options="--buildtype=release" ;;
	esac
	# shellcheck disable=SC2086
	if setup "$dir" $options && build "$dir"; then
		echo "$dir: built"
	else
		echo "$dir: does not build"
		echo fail >>"$log/checks"
		continue
	fi
	rm -f "$dir"/meson-logs/testlog.json
	meson test -C "$dir" --no-rebuild --num-processes "$(nproc)" >"$log/out" 2>&1
	[ -f "$dir/meson-logs/testlog.json" ] || {
		cat "$log/out"
		echo fail >>"$log/checks"
	}
done
python3 scripts/count-tests.py --also "$log/checks" build-check build-opt
