#!/bin/sh
# Builds a harness of tests/fuzz for libFuzzer (clang, with the address and undefined
# behaviour sanitizers) and runs it.
#
#   scripts/fuzz.sh HARNESS [CPU-SECONDS [SEEDS...]]
#
# HARNESS is a fuzz_HARNESS.c of tests/fuzz; seconds are of processor time (900). The committed
# corpus is where it begins; what it finds grows in build-fuzz/corpus/HARNESS, crashes
# stand in build-fuzz/crashes/HARNESS, and build-fuzz/HARNESS.log keeps the output. SEEDS are further
# folders to begin with, of which only what was changed is kept.
# Exit status: 0 nothing was found, 1 a crash (its file is named), 2 used wrongly, 3 could not run.
# FUZZ_BUILD is the build folder, FUZZ_FLAGS are more options for libFuzzer, FUZZ_NICE the niceness (19).
set -eu
LC_ALL=C
export LC_ALL
cd "$(dirname "$0")/.."
[ $# -ge 1 ] && [ -f "tests/fuzz/fuzz_$1.c" ] || {
	echo "usage: scripts/fuzz.sh HARNESS [CPU-SECONDS [SEEDS...]], HARNESS one of:" \
		"$(cd tests/fuzz && ls fuzz_*.c | sed 's/fuzz_\(.*\)\.c/\1/' | tr '\n' ' ')" >&2
	exit 2
}
name=$1
seconds=${2:-900}
[ $# -lt 2 ] && shift 1 || shift 2
build=${FUZZ_BUILD:-build-fuzz}
command -v clang >/dev/null || {
	echo "fuzz: needs clang with its run-time libraries (Debian: clang libclang-rt-dev)" >&2
	exit 3
}

[ -f "$build/build.ninja" ] || CC=clang meson setup "$build" -Dfuzzing=true -Dwerror=false \
	-Db_sanitize=address,undefined -Db_lundef=false --buildtype=debugoptimized >/dev/null || exit 3
ninja -C "$build" "tests/fuzz/fuzz_$name" >"$build/$name.build" || {
	cat "$build/$name.build" >&2
	exit 3
}

corpus=$build/corpus/$name
crashes=$build/crashes/$name
log=$build/$name.log
mkdir -p "$corpus" "$crashes"
set -- "$@" "tests/fuzz/corpus/$name"
[ ! -f "tests/fuzz/$name.dict" ] || set -- -dict="tests/fuzz/$name.dict" "$@"
max=16384
# What is cut byte by byte takes time; what is short has all shapes too.
case $name in evtx) max=8192 ;; sigma*) max=4096 ;; weblog | zeek) max=1024 ;; esac
# Sizes and times are those at which an input counts as found, not what the decoders promise.
# shellcheck disable=SC2086
nice -n "${FUZZ_NICE:-19}" "$build/tests/fuzz/fuzz_$name" -max_len=$max -timeout=60 -rss_limit_mb=2048 \
	-print_final_stats=1 -artifact_prefix="$crashes/" ${FUZZ_FLAGS:-} "$corpus" "$@" >>"$log" 2>&1 &
pid=$!
trap 'kill -USR1 $pid 2>/dev/null || true' INT TERM
ticks=$(($(getconf CLK_TCK) * seconds))
spent=0
# libFuzzer counts by the clock; what counts here is what the processor did.
while now=$(sed 's/.*) //' "/proc/$pid/stat" 2>/dev/null | awk '$1 != "Z" { print $12 + $13 }') && [ -n "$now" ]; do
	spent=$now
	if [ "$spent" -ge "$ticks" ]; then
		kill -USR1 $pid || true
		break
	fi
	sleep 1
done
status=0
wait $pid || status=$?
spent=$((spent / $(getconf CLK_TCK)))
grep -a -E 'stat::number_of_executed_units|stat::new_units_added' "$log" | tail -n 2
grep -a -o 'cov: [0-9]* ft: [0-9]* corp: [^ ]*' "$log" | tail -n 1
echo "fuzz: $name: $spent s of processor time, exit status $status, log $log" | tee -a "$log"
[ $status -eq 0 ] || {
	ls "$crashes" | sed "s|^|fuzz: $crashes/|" >&2
	exit 1
}
