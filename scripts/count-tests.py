#!/usr/bin/env python3
"""Adds up what the tests of some build directories said.

A test program may print "N passed, N failed, N skipped" (or without the last): then
its last such line counts. Else it counts as one, by Meson's verdict. A program that
says that all passed but ends badly counts one failure more.
"""
import argparse
import json
import os
import re
import sys

COUNT = re.compile(r'^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$', re.M)
VERDICT = {'OK': (1, 0, 0), 'EXPECTEDFAIL': (1, 0, 0), 'SKIP': (0, 0, 1)}


def count_one(entry):
    """(passed, failed, skipped) of one line of testlog.json"""
    found = COUNT.findall(entry.get('stdout') or '')
    if not found:
        return VERDICT.get(entry['result'], (0, 1, 0))
    passed, failed, skipped = (int(n or 0) for n in found[-1])
    if entry['result'] not in VERDICT and failed == 0:
        failed = 1
    return passed, failed, skipped


def tail(text, lines):
    return ['    ' + line for line in (text or '').rstrip().split('\n')[-lines:]]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--also', help='file of lines "pass" or "fail"')
    parser.add_argument('builds', nargs='+')
    args = parser.parse_args()
    total = [0, 0, 0]
    if args.also:
        with open(args.also, encoding='ascii') as f:
            words = f.read().split()
        total[0] += words.count('pass')
        total[1] += words.count('fail')
    for build in args.builds:
        path = os.path.join(build, 'meson-logs', 'testlog.json')
        if not os.path.exists(path):
            continue
        with open(path, encoding='utf-8', errors='replace') as f:
            entries = [json.loads(line) for line in f if line.strip()]
        for entry in sorted(entries, key=lambda e: e['name']):
            counts = count_one(entry)
            total = [a + b for a, b in zip(total, counts)]
            name = entry['name'].replace('firebreak:', '')
            print('%s: %s: %d passed, %d failed, %d skipped (%.1f s)' %
                  (build, name, *counts, entry.get('duration', 0)))
            if counts[1]:
                print('\n'.join(tail(entry.get('stdout'), 40) + tail(entry.get('stderr'), 40)))
            elif counts[2]:
                said = [l for l in (entry.get('stdout') or '').split('\n') if 'skip' in l.lower()
                        and not COUNT.match(l)]
                print('\n'.join('    ' + l for l in said[:5]))
    print('%d passed, %d failed, %d skipped' % tuple(total))
    return 1 if total[1] or not total[0] else 0


if __name__ == '__main__':
    sys.exit(main())
