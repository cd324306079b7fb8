#!/usr/bin/env python3
"""Measures `firebreak search` against `openssl dgst -sha256` over the same files: the runs
alternate, the medians are compared, all of it from the page cache.

    bench/search.py BUILD [RUNS]

The sets are those of bench/run.sh (BENCH_DIR, BENCH_SIZE), which makes them. A case of
each is made once, without rules. --copies: copies of one content are all read, or seven
of the eight copies of the machines would be left out."""
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

from measure import files_below, hashing

QUERIES = [
    ('a word that is nowhere', ['mimikatz-nowhere']),
    ('a word in some records', ['mimikatz']),
    ('a number', ['4688']),
    ('a field', ['Image=*\\w3wp.exe']),
    ('an expression', ['/power.*-enc/']),
    ('two terms', ['w3wp', 'cmd.exe']),
]


def cpu():
    """Processor seconds of all that has ended so far: what other work on the machine changes least."""
    r = resource.getrusage(resource.RUSAGE_CHILDREN)
    return r.ru_utime + r.ru_stime


def search(program, case, terms):
    """What is found goes to a file: a pipe would measure how fast this script reads it."""
    with tempfile.TemporaryFile() as out:
        began = time.monotonic()
        r = subprocess.run([program, 'search', case, *terms, '--copies', '--jsonl', '-q'],
                           stdout=out, stderr=subprocess.PIPE, check=False)
        took = time.monotonic() - began
        if r.returncode not in (0, 1):
            sys.exit('search: status %d: %s' % (r.returncode, r.stderr.decode('utf-8', 'replace')[-500:]))
        out.seek(0)
        return took, sum(1 for _ in out)


def measure(program, name, evidence, runs):
    case = os.path.join(os.path.dirname(evidence), 'search-case-' + os.path.basename(evidence))
    shutil.rmtree(case, ignore_errors=True)
    subprocess.run([program, 'investigate', evidence, '-o', case, '--no-own-rules'],
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    paths = files_below(evidence)
    size = sum(os.path.getsize(p) for p in paths)
    hashing(paths)
    hashes, times, hits = [], {what: [] for what, _ in QUERIES}, {}
    hash_cpu, search_cpu = [], {what: [] for what, _ in QUERIES}
    for _ in range(runs):
        for what, terms in QUERIES:
            before = cpu()
            hashes.append(hashing(paths))
            between = cpu()
            took, hits[what] = search(program, case, terms)
            times[what].append(took)
            hash_cpu.append(between - before)
            search_cpu[what].append(cpu() - between)
    hashed = statistics.median(hashes)
    print('## %s\n\n%d files, %d MB; %d cores; median of %d\n' % (name, len(paths), size / 1e6, os.cpu_count(), runs))
    print('| | seconds | MB/s | of hashing | processor seconds | events |\n|---|---|---|---|---|---|')
    print('| openssl dgst -sha256 | %.2f | %.0f | 1 | %.1f | |' % (hashed, size / 1e6 / hashed, statistics.median(hash_cpu)))
    for what, _ in QUERIES:
        s = statistics.median(times[what])
        print('| %s | %.2f | %.0f | %.2f | %.1f | %d |' % (what, s, size / 1e6 / s, s / hashed,
                                                         statistics.median(search_cpu[what]), hits[what]))
    print()
    shutil.rmtree(case, ignore_errors=True)


def main():
    if len(sys.argv) < 2 or not os.access(os.path.join(sys.argv[1], 'src/cli/firebreak'), os.X_OK):
        sys.exit('usage: bench/search.py BUILD [RUNS]   (an optimised build)')
    program = os.path.join(os.path.abspath(sys.argv[1]), 'src/cli/firebreak')
    runs = int(sys.argv[2]) if len(sys.argv) > 2 else 3
    here = os.path.dirname(os.path.abspath(__file__))
    folder = os.environ.get('BENCH_DIR') or os.path.join(here, '..', 'bench-data')
    sets = [('generated', os.path.join(folder, 'generated-' + os.environ.get('BENCH_SIZE', '4G'), 'evidence')),
            ('machines', os.path.join(folder, 'machines'))]
    for name, evidence in sets:
        if os.path.isdir(evidence):
            measure(program, name, os.path.realpath(evidence), runs)
        else:
            print('%s: not there; bench/run.sh makes it' % name, file=sys.stderr)


if __name__ == '__main__':
    main()
