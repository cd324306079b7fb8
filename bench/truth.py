#!/usr/bin/env python3
"""How often answers are true: mutated cases from fresh seeds against the keys of the demonstration.
Usage: bench/truth.py FIREBREAK FIREBREAK-DEMO [CASES [FIRST-SEED]]; without a seed, of the clock's."""
import os
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), 'tests', 'program'))
from fb import Suite  # noqa: E402
from truth import Tally, one  # noqa: E402


def main():
    cases = int(sys.argv[3]) if len(sys.argv) > 3 else 150
    first = int(sys.argv[4]) if len(sys.argv) > 4 else int(time.time()) % 1000000
    t = Suite('truth')
    n = Tally()
    began = time.monotonic()
    for seed in range(first, first + cases):
        one(t, n, seed)
        if sys.stderr.isatty():
            sys.stderr.write('\r%d of %d' % (seed - first + 1, cases))
    c = n.counts
    print('\nseeds %d to %d, %.0f s' % (first, first + cases - 1, time.monotonic() - began))
    print('cases %(cases)d, answers asked %(asked)d: "not observed" where it happened %(wrong_negatives)d, forbidden %(forbidden)d' % c)
    print('decidable %d, of these not decided %d (%.1f %%)' % (c['decidable'], c['needless'], 100 * c['needless'] / max(1, c['decidable'])))
    print('of busy machines: "not observed" said %(not_observed)d times; deniable %(deniable)d, of these not denied %(undenied)d' % c)
    print('upper ends that the evidence has %(widths)d, of these too wide %(wide)d; activities %(activities)d, merged of two %(merged)d' % c)
    print('intervals %(intervals)d, true value outside %(outside)d' % c)
    print('members of activities: recall %.3f, precision %.3f' % (c['found'] / max(1, c['members']), 1 - c['alien'] / max(1, c['told'])))
    print('laws asked %(laws)d, broken %(broken)d' % c)
    for line in sorted(n.said, key=lambda s: s.startswith(('alien', 'missed')))[:40]:
        print('  ' + line)
    bad = c['wrong_negatives'] or c['forbidden'] or c['outside'] or c['broken'] or c['merged'] or \
        c['undenied'] > 0.05 * c['deniable'] or c['wide'] or c['needless'] > 0.05 * c['decidable'] or \
        c['found'] < 0.95 * c['members'] or c['alien'] > 0.05 * c['told']
    t.passed = 1
    t.failed = int(bool(bad))
    t.end()


main()
