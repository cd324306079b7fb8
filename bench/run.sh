#!/bin/sh
# Measures an investigation against hashing the same files: bench/run.sh BUILD [RUNS [SET...]]
#
# Two sets: `generated`, a case of 4 GB (BENCH_SIZE changes that), and `evtx`, eight copies
# of the two machines in the corpora (about 875 MB of real event logs). Rules: our pack
# and all of SigmaHQ's. What was made is kept in BENCH_DIR (default: bench-data) and
# used again. Needs about 5.5 GB there, and as much memory again as page cache, or
# the numbers are those of the disk.
set -eu
if [ $# -lt 1 ] || [ ! -x "$1/src/cli/firebreak" ]; then
	echo "usage: bench/run.sh BUILD [RUNS [generated] [evtx]]   (an optimised build)" >&2
	exit 2
fi
here=$(cd "$(dirname "$0")" && pwd)
build=$(cd "$1" && pwd)
runs=${2:-5}
shift
[ $# -eq 0 ] || shift
sets=${*:-generated evtx}
dir=${BENCH_DIR:-$here/../bench-data}
size=${BENCH_SIZE:-4G}
corpora=${FIREBREAK_CORPORA:-$here/../../shared/corpora}
mkdir -p "$dir"
dir=$(cd "$dir" && pwd)
# Not the user's own.
export FIREBREAK_RULE_CACHE="$dir/rule-cache"

generated=$dir/generated-$size
wanted() {
	case " $sets " in *" $1 "*) return 0 ;; esac
	return 1
}
if wanted generated && [ ! -f "$generated/answers.json" ]; then
	echo "making $size of evidence" >&2
	rm -rf "$generated"
	mkdir -p "$generated"
	"$build/demo/firebreak-demo" --scenario sharepoint --seed 1 --days 30 --size "$size" \
		-o "$generated" >&2
fi

machines=$dir/machines
if wanted evtx && [ ! -f "$machines/.whole" ] && [ -d "$corpora/evtx/machine" ]; then
	rm -rf "$machines"
	for n in 1 2 3 4 5 6 7 8; do
		for archive in "$corpora"/evtx/machine/*.7z; do
			# Copies of a record are one record; each copy is named like a machine.
			out=$machines/copy$n/$(basename "$archive" .7z)
			mkdir -p "$out"
			7z x -y -bd -o"$out" "$archive" >/dev/null
		done
	done
	: >"$machines/.whole"
fi

rules=
for d in "$corpora"/sigma/rules*; do
	[ -d "$d" ] && rules="$rules --rules $d"
done
[ -n "$rules" ] || echo "no SigmaHQ rules at $corpora/sigma: our own pack only" >&2

for name in generated evtx; do
	wanted "$name" || continue
	set=$machines
	[ "$name" = evtx ] || set=$generated/evidence
	[ -d "$set" ] || continue
	# shellcheck disable=SC2086
	python3 "$here/measure.py" --runs "$runs" --name "$name" \
		--evidence "$set" -- "$build/src/cli/firebreak" $rules
done
