#!/usr/bin/env python3
"""Memory that runs out loses no detection without a word: at a sample of requests of a
whole investigation, and of the commands that show it, one request fails, or that and
every later one. What ends with status 0 has said everything; everything else says what
is wrong."""
import os
import shutil
import subprocess

import fb
from fb import SLOW, Suite, files_below

fb.TIMEOUT = 240 # what takes that long hangs

# Requests tried at each place.
EACH = int(os.environ.get('FB_NOMEM_EACH', '24'))


def sample(calls, n):
    """About n numbers of 1..calls: dense at both ends, where a run begins and where the
    case is written and shown, the rest evenly."""
    third = max(1, n // 3)
    ends = [round(calls ** (i / third)) for i in range(third + 1)]
    even = range(1, calls + 1, max(1, calls // third))
    return sorted(m for m in set(ends) | {calls + 1 - e for e in ends} | set(even) if 1 <= m <= calls)


def answers(t, case):
    return t.raw('detections', case, '--all'), t.raw('sources', case)


def counted(t, run, what):
    """(requests of the broker, of its children)"""
    count = t.path('count')
    r = run({'LD_PRELOAD': t.injector, 'FB_NOMEM_COUNT': count})
    t.equal(r.returncode, 0, what + ': a run that only counts')
    with open(count, encoding='ascii') as f:
        return [int(n) for n in f.read().split()]


class Hung:
    returncode, stdout, stderr = 'hangs', b'', b''


def short(run):
    try:
        return run()
    except subprocess.TimeoutExpired:
        return Hung


def said(r):
    return [l for l in r.stderr.decode('utf-8', 'replace').split('\n') if l.startswith('firebreak')]


def fault(t, case, r, want):
    """What is wrong about a run that was short of memory, or None."""
    if r.returncode == 0:
        return None if answers(t, case) == want else 'said to be done and is not'
    if r.returncode == 1:
        named = [p for s in t.jsonl('sources', case) for p in s['problems']]
        return None if named or said(r) else 'status 1 without a reason'
    if r.returncode == 3:
        return None if said(r) else 'status 3 without a word'
    return 'ended badly'


def investigations(t, evidence):
    clean = t.path('clean')
    calls = counted(t, lambda env: t.investigate(clean, evidence, workers=1, env=env), 'investigate')
    want = answers(t, clean)
    t.check(want[0].count(b'\n') > 3, 'the run has detections', want[0][:300])
    t.check(min(calls) > 50, 'there are requests to fail', calls)
    case = t.path('case')
    for place, n in zip(('broker', 'workers'), calls):
        for on in (0, 1):
            bad, survived, tried = [], 0, sample(n, EACH)
            if place == 'broker' and not on:
                # While rules are compiled: the library that does it dies of some of these.
                tried = sorted(set(tried) | set(range(n * 3 // 4 - 60, n * 3 // 4 + 60)))
            for at in tried:
                shutil.rmtree(case, ignore_errors=True)
                env = {'LD_PRELOAD': t.injector, 'FB_NOMEM_AT': str(at), 'FB_NOMEM_WHERE': place,
                       'FB_NOMEM_ON': str(on)}
                r = short(lambda: t.investigate(case, evidence, workers=1, env=env))
                why = fault(t, case, r, want)
                survived += r.returncode == 0
                if not why and r.returncode == 3:
                    r = t.investigate(case, evidence, workers=1)
                    if r.returncode != 0 or answers(t, case) != want:
                        why = 'not resumed to the same'
                if why:
                    bad.append((at, why, r.returncode, r.stderr[-300:]))
            what = '%s, %s' % (place, 'from one request on' if on else 'one request')
            t.check(not bad, what + ': all is found, or it is said', bad[:6])
            t.check(survived < len(tried), what + ': failures have effects', survived)
            t.note('%s: %d of %d requests, %d runs ended well, %d bad' %
                   (what, len(tried), n, survived, len(bad)))


def shown(t, place, *command):
    """A command that only shows: the same bytes, or a status and a word."""
    plain = t.run(*command)
    t.equal(plain.returncode, 0, '%s: ends well' % command[0])
    n = counted(t, lambda env: t.run(*command, env=env), command[0])[place == 'workers']
    bad, tried, survived = [], sample(n, EACH), 0
    for on in (0, 1):
        for at in tried:
            env = {'LD_PRELOAD': t.injector, 'FB_NOMEM_AT': str(at), 'FB_NOMEM_WHERE': place,
                   'FB_NOMEM_ON': str(on)}
            r = short(lambda: t.run(*command, env=env))
            survived += r.returncode == 0
            if r.returncode == 0 and r.stdout != plain.stdout:
                bad.append((at, on, 'other output with status 0'))
            elif r.returncode not in (0, 1, 3) or r.returncode and not said(r):
                bad.append((at, on, r.returncode, r.stderr[-300:]))
    t.check(not bad, '%s: all is shown, or it is said' % command[0], bad[:6])
    t.check(survived < 2 * len(tried), '%s: failures have effects' % command[0], survived)


def main():
    t = Suite('nomem')
    if SLOW or not t.injector or not os.path.exists(t.injector):
        t.skip('memory that runs out', 'it needs a preloaded library, which the sanitizers do not bear')
        t.end()
    evidence = t.make_demo(t.path('s'), days=1)
    small = t.path('small')
    os.makedirs(small)
    # The smallest log of each kind in which something is found.
    t.equal(t.investigate(t.path('all'), evidence).returncode, 0, 'a run over all')
    found = {os.path.join(t.path('s'), row['source']['path']) for row in t.jsonl('detections', t.path('all'))}
    sizes = sorted((os.path.getsize(p), p) for p in found if os.path.exists(p))
    for ext in ('.log', '.evtx'):
        shutil.copy2(next(p for _, p in sizes if p.endswith(ext)), small)
    investigations(t, small)
    case = t.path('clean')
    shown(t, 'broker', 'detections', case, '--all', '--jsonl')
    shown(t, 'broker', 'sources', case, '--json')
    shown(t, 'broker', 'timeline', case, '--jsonl')
    shown(t, 'workers', 'dump', next(p for p in files_below(small) if p.endswith('.evtx')), '--json')
    t.end()


if __name__ == '__main__':
    main()
