#!/usr/bin/env python3
"""Memory where it is hardest: every line of a web log hits five rules, and every line
names entities that were never seen before.

memory.py FIREBREAK [--lines N] [--dir DIR] [--limit MB]

Writes the log (addresses, accounts, paths, agents and hosts all new in each line),
investigates it, and prints the largest anonymous and shared memory of each process
(sampled as in measure.py), and what came out. Ends with 1 when a process had more than
the limit (300 MB), or when something was lost. 2,000,000 lines make 10,000,000
detections and as many distinct entities, and need 10 GB of disk.
"""
import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import measure

FIELDS = ('date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) '
          'cs(Referer) cs-host sc-status sc-substatus sc-win32-status time-taken')
# Five that each line matches, each by something else.
CONDITIONS = ['cs-method: POST', 'cs-uri-stem|contains: /entity/', 'cs-uri-query|startswith: key=',
              'cs-username|contains: account', 'cs-user-agent|contains: agent-']
PER_FILE = 250000


def write_rules(folder):
    os.makedirs(folder, exist_ok=True)
    for n, condition in enumerate(CONDITIONS):
        with open(os.path.join(folder, 'every%d.yml' % n), 'w', encoding='utf-8') as f:
            f.write('title: Every line %d\nid: 00000000-0000-4000-8000-%012d\nstatus: test\n'
                    'description: Matches every line of the memory benchmark.\n'
                    'logsource:\n  category: webserver\ndetection:\n  selection:\n    %s\n'
                    '  condition: selection\nlevel: low\n' % (n, n, condition))


def line(n):
    """The n-th request: a second later than the one before, by and for somebody new."""
    day, second = 1 + n // 86400 % 28, n % 86400
    month, year = 1 + n // (86400 * 28) % 12, 2024 + n // (86400 * 28 * 12)
    return ('%04d-%02d-%02d %02d:%02d:%02d 10.0.0.1 POST /entity/%d key=%d 443 corp\\account%d %d.%d.%d.%d '
            'agent-%d - host%d.example 200 0 0 15\r\n' % (
                year, month, day, second // 3600, second // 60 % 60, second % 60, n, n, n,
                11 + (n >> 24 & 0x7F), n >> 16 & 255, n >> 8 & 255, n & 255, n, n))


def write_logs(folder, lines, first=0):
    os.makedirs(folder, exist_ok=True)
    for at in range(0, lines, PER_FILE):
        path = os.path.join(folder, 'u_ex%06d.log' % (at // PER_FILE))
        with open(path, 'w', encoding='ascii', newline='') as f:
            f.write('#Software: Microsoft Internet Information Services 10.0\r\n#Version: 1.0\r\n'
                    '#Fields: %s\r\n' % FIELDS)
            for n in range(at, min(at + PER_FILE, lines)):
                f.write(line(first + n))


def run(program, folder, lines):
    """Writes, investigates; (seconds, peaks by process in KiB, totals of the case)."""
    evidence, rules, case = (os.path.join(folder, n) for n in ('evidence', 'rules', 'case'))
    write_logs(evidence, lines)
    write_rules(rules)
    began = time.monotonic()
    _, peak, out = measure.investigate([program, '--rules', rules, '--no-own-rules'], evidence, case)
    return time.monotonic() - began, peak, json.loads(out)['totals']


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('program')
    parser.add_argument('--lines', type=int, default=2000000)
    parser.add_argument('--dir')
    parser.add_argument('--limit', type=int, default=300)
    args = parser.parse_args()
    folder = tempfile.mkdtemp(prefix='firebreak-memory-', dir=args.dir)
    try:
        seconds, peak, totals = run(args.program, folder, args.lines)
        size = os.path.getsize(os.path.join(folder, 'case', 'case.db'))
        report = os.path.getsize(os.path.join(folder, 'case', 'report.html'))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print('## memory: %s lines, %s detections, %s bytes\n' % tuple(
        format(n, ',') for n in (args.lines, totals['detections'], totals['bytes'])))
    print('%.0f s; case %.0f MB, report %.1f MB\n' % (seconds, size / 1e6, report / 1e6))
    print('| process | MB anonymous and shared | anonymous | shared |\n|---|---|---|---|')
    for n, (both, anon, shared) in enumerate(sorted(peak.values(), reverse=True)[:8], 1):
        print('| %d | %.0f | %.0f | %.0f |' % (n, both / 1024, anon / 1024, shared / 1024))
    worst = max(v[0] for v in peak.values()) / 1024
    good = totals['detections'] == len(CONDITIONS) * args.lines and not totals['lost'] and worst <= args.limit
    print('\nlargest: %.0f MB, limit %d MB; %s' % (worst, args.limit, 'good' if good else 'NOT GOOD'))
    return 0 if good else 1


if __name__ == '__main__':
    sys.exit(main())
