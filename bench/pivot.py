#!/usr/bin/env python3
"""What following those who acted costs beside the investigation: the second reading against the first, in turns.
Usage: bench/pivot.py FIREBREAK EVIDENCE [RUNS]"""
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time


def timed(*args):
    began = time.monotonic()
    r = subprocess.run(args, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    if r.returncode not in (0, 1):
        sys.exit('%s: status %d' % (' '.join(args), r.returncode))
    return time.monotonic() - began


def main():
    program, evidence = os.path.abspath(sys.argv[1]), sys.argv[2]
    runs = int(sys.argv[3]) if len(sys.argv) > 3 else 3
    where = tempfile.mkdtemp(prefix='fb pivot ')
    case = os.path.join(where, 'case')
    first, second = [], []
    timed('sh', '-c', 'find "$0" -type f -exec cat {} +', evidence)
    for _ in range(runs):
        shutil.rmtree(case, ignore_errors=True)
        first.append(timed(program, 'investigate', evidence, '-o', case, '--no-report', '-q'))
        second.append(timed(program, 'activity', case, '-q'))
    shutil.rmtree(where)
    a, b = statistics.median(first), statistics.median(second)
    print('investigate %.2f s, activity %.2f s: %.2f times (median of %d)' % (a, b, b / a, runs))


main()
