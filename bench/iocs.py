#!/usr/bin/env python3
"""Measures what a list of indicators costs: `firebreak investigate` without one, with a
thousand and with a million indicators, in turn, over the same evidence.

    bench/iocs.py BUILD [RUNS [EVIDENCE]]

EVIDENCE: the generated set of bench/run.sh (BENCH_DIR, BENCH_SIZE), if not given. Rules
are those of run.sh. The indicators are made here, the same every time: addresses, networks,
domains, URLs, hashes of three kinds, file names; next to none is in the evidence, so that what
is measured is looking and not finding."""
import os
import random
import shutil
import statistics
import sys
import tempfile
import time

from measure import files_below, hashing, investigate, processor

COUNTS = [0, 1000, 1000000]
SYLLABLES = ['ka', 'lo', 'mi', 'ten', 'sor', 'ub', 'ra', 'vex', 'no', 'pri', 'dal', 'que', 'zi', 'hu', 'web', 'net']


def word(rng, n):
    return ''.join(rng.choice(SYLLABLES) for _ in range(n))


def address(rng):
    return '%d.%d.%d.%d' % (rng.choice([5, 23, 45, 77, 91, 103, 146, 185, 193, 212]), rng.randrange(256),
                            rng.randrange(256), rng.randrange(1, 255))


def network(rng):
    bits = rng.randrange(17, 30)
    a, b, c, d = (int(x) for x in address(rng).split('.'))
    value = ((a << 24 | b << 16 | c << 8 | d) >> (32 - bits)) << (32 - bits)
    return '%d.%d.%d.%d/%d' % (value >> 24, value >> 16 & 255, value >> 8 & 255, value & 255, bits)


def domain(rng):
    return '%s%d.%s' % (word(rng, 3), rng.randrange(10000), rng.choice(['com', 'net', 'org', 'info', 'top', 'xyz', 'example']))


def one(rng):
    kind = rng.random()
    if kind < 0.30:
        return address(rng)
    if kind < 0.32:
        return network(rng)
    if kind < 0.55:
        return domain(rng)
    if kind < 0.65:
        return 'http://%s/%s/%s.php?id=%d' % (domain(rng), word(rng, 2), word(rng, 2), rng.randrange(1000))
    if kind < 0.95:
        digits = rng.choice([32, 40, 64])
        return '%0*x' % (digits, rng.getrandbits(4 * digits))
    return '%s%d.%s' % (word(rng, 3), rng.randrange(1000), rng.choice(['exe', 'dll', 'ps1', 'aspx', 'tmp']))


def write_list(path, n):
    rng = random.Random(5)
    with open(path, 'w', encoding='ascii') as f:
        f.writelines(one(rng) + '\n' for _ in range(n))


def rules():
    here = os.path.dirname(os.path.abspath(__file__))
    corpora = os.environ.get('FIREBREAK_CORPORA') or os.path.join(here, '..', '..', 'shared', 'corpora')
    out = []
    for name in sorted(os.listdir(os.path.join(corpora, 'sigma'))) if os.path.isdir(os.path.join(corpora, 'sigma')) else []:
        if name.startswith('rules') and os.path.isdir(os.path.join(corpora, 'sigma', name)):
            out += ['--rules', os.path.join(corpora, 'sigma', name)]
    return out


def once(command, evidence, case, table, key):
    before, began = processor(), time.monotonic()
    investigate(command, evidence, case)
    table.setdefault(key, []).append((processor() - before, time.monotonic() - began))


def main():
    if len(sys.argv) < 2 or not os.access(os.path.join(sys.argv[1], 'src/cli/firebreak'), os.X_OK):
        sys.exit('usage: bench/iocs.py BUILD [RUNS [EVIDENCE]]   (an optimised build)')
    program = os.path.join(os.path.abspath(sys.argv[1]), 'src/cli/firebreak')
    runs = int(sys.argv[2]) if len(sys.argv) > 2 else 3
    here = os.path.dirname(os.path.abspath(__file__))
    folder = os.environ.get('BENCH_DIR') or os.path.join(here, '..', 'bench-data')
    evidence = sys.argv[3] if len(sys.argv) > 3 else os.path.join(
        folder, 'generated-' + os.environ.get('BENCH_SIZE', '4G'), 'evidence')
    if not os.path.isdir(evidence):
        sys.exit('%s: not there; bench/run.sh makes it' % evidence)
    evidence = os.path.realpath(evidence)
    paths = files_below(evidence)
    size = sum(os.path.getsize(p) for p in paths)
    table = {}
    with tempfile.TemporaryDirectory(dir=os.path.dirname(evidence)) as tmp:
        os.environ['FIREBREAK_RULE_CACHE'] = os.path.join(tmp, 'rule-cache')
        case, small = os.path.join(tmp, 'case'), os.path.join(tmp, 'small')
        os.mkdir(small)
        shutil.copy(min(paths, key=os.path.getsize), small)
        commands = {}
        for n in COUNTS:
            path = os.path.join(tmp, 'list-%d.txt' % n)
            write_list(path, n)
            commands[n] = [program] + rules() + (['--iocs', path] if n else [])
        hashing(paths)
        investigate(commands[0], small, case)
        for _ in range(runs):
            for n in COUNTS:
                once(commands[n], small, case, table, ('small', n))
                once(commands[n], evidence, case, table, ('all', n))
    median = lambda key, i: statistics.median(v[i] for v in table[key])
    print('## Indicators\n\n%d files, %d MB; %d cores; median of %d\n' % (len(paths), size / 1e6, os.cpu_count(), runs))
    print('| indicators | processor seconds | to none | seconds | to none | of a small file alone |\n|---|---|---|---|---|---|')
    for n in COUNTS:
        ratio = [statistics.median(a[i] / b[i] for a, b in zip(table['all', n], table['all', 0])) for i in (0, 1)]
        print('| %s | %.2f | %.2f | %.2f | %.2f | %.2f |' % (format(n, ','), median(('all', n), 0), ratio[0],
              median(('all', n), 1), ratio[1], median(('small', n), 0)))


if __name__ == '__main__':
    main()
