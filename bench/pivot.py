#!/usr/bin/env python3
"""What following those who acted costs beside the investigation: the second reading against the first, in
turns. Processor seconds are those of all processes, and say more than the clock where others use the machine;
memory is that of the largest process.

    bench/pivot.py FIREBREAK [EVIDENCE [RUNS]]

Without EVIDENCE, or with "generated": the generated set of bench/run.sh, made if it is not there (BENCH_DIR,
BENCH_SIZE)."""
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time


def timed(*args):
    """Seconds by the clock, of the processor, and MB of the largest process."""
    began = time.monotonic()
    child = subprocess.Popen(args, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode not in (0, 1):
        sys.exit('%s: status %d' % (' '.join(args), child.returncode))
    return time.monotonic() - began, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def generated(program):
    here = os.path.dirname(os.path.abspath(__file__))
    size = os.environ.get('BENCH_SIZE', '4G')
    where = os.path.join(os.environ.get('BENCH_DIR', os.path.join(here, '..', 'bench-data')), 'generated-' + size)
    if not os.path.exists(os.path.join(where, 'answers.json')):
        demo = os.path.join(os.path.dirname(program), '..', '..', 'demo', 'firebreak-demo')
        if not os.path.exists(demo):
            sys.exit('%s: not there; name the EVIDENCE' % demo)
        print('making %s of evidence' % size, file=sys.stderr)
        shutil.rmtree(where, ignore_errors=True)
        os.makedirs(where)
        subprocess.run([demo, '--scenario', 'sharepoint', '--seed', '1', '--days', '30', '--size', size, '-o', where],
                       check=True, stdout=subprocess.DEVNULL)
    return os.path.join(where, 'evidence')


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    program = os.path.abspath(sys.argv[1])
    evidence = sys.argv[2] if len(sys.argv) > 2 else 'generated'
    if evidence == 'generated':
        evidence = generated(program)
    runs = int(sys.argv[3]) if len(sys.argv) > 3 else 3
    where = tempfile.mkdtemp(prefix='fb pivot ')
    case = os.path.join(where, 'case')
    first, second = [], []
    timed('sh', '-c', 'find "$0" -type f -exec cat {} +', evidence)
    try:
        for _ in range(runs):
            shutil.rmtree(case, ignore_errors=True)
            first.append(timed(program, 'investigate', evidence, '-o', case, '--no-report', '-q'))
            second.append(timed(program, 'activity', case, '-q'))
    finally:
        shutil.rmtree(where)
    for i, what in enumerate(('seconds by the clock', 'seconds of the processor')):
        a, b = (statistics.median(x[i] for x in runs_of) for runs_of in (first, second))
        print('%s: investigate %.2f, activity %.2f: %.2f times (median of %d)' % (what, a, b, b / a, runs))
    print('largest process: investigate %.0f MB, activity %.0f MB' % (max(x[2] for x in first), max(x[2] for x in second)))


main()
