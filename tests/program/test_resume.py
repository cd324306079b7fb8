#!/usr/bin/env python3
"""The same evidence gives the same answer, byte for byte: whatever the number of
workers, the locale and the zone, after being killed at any moment, after a failed
write, and when evidence is added later."""
import gzip
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import time

from fb import ROOT, SLOW, Suite, files_below, request, w3c

SEED = 20250718
KILLS = 10 if SLOW else 50
# Injected failures of each mode: all of them if they fit, else this many, spread evenly;
# each mode begins at another one, so that together they are at every call.
INJECTIONS = 120


def answers(t, case):
    """All that must be equal: detections and sources."""
    return t.raw('detections', case), t.raw('sources', case)


def same(t, case, want, what):
    got = answers(t, case)
    if got == want:
        return t.check(True, what)
    for name, a, b in zip(('detections', 'sources'), got, want):
        if a != b:
            la, lb = a.split(b'\n'), b.split(b'\n')
            where = next((i for i, (x, y) in enumerate(zip(la, lb)) if x != y), min(len(la), len(lb)))
            return t.check(False, what, '%s differ at line %d of %d/%d\ngot  %s\nwant %s' % (
                name, where, len(la), len(lb), la[where:where + 1], lb[where:where + 1]))
    return False


def whole(t, case, what):
    """The database is sound, and so is the chain of the custody record."""
    db = sqlite3.connect('file:%s?mode=ro' % os.path.join(case, 'case.db').replace('?', '%3f')
                         .replace(' ', '%20'), uri=True)
    try:
        t.equal(db.execute('pragma integrity_check').fetchone()[0], 'ok', what + ': database is sound')
    finally:
        db.close()


def start(t, case, evidence):
    return subprocess.Popen([t.program, 'investigate', evidence, '-o', case], stdin=subprocess.DEVNULL,
                            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)


def living(pgid):
    """Processes of a group that run. One that has ended and that nobody asked for yet is
    none: whose child an orphan becomes, and when that one asks, is not the program's."""
    found = []
    for name in os.listdir('/proc'):
        try:
            with open('/proc/%s/stat' % name, encoding='utf-8', errors='replace') as f:
                state, _, group = f.read().rpartition(') ')[2].split()[:3]
        except (OSError, ValueError):
            continue
        if name.isdigit() and int(group) == pgid and state not in 'ZX':
            found.append('%s in state %s' % (name, state))
    return found


def left(pgid):
    """Those that do not end. What was killed while it waited for the disk takes its time,
    so the limit is one that only a process meets which would never end."""
    end = time.monotonic() + 120
    while (found := living(pgid)) and time.monotonic() < end:
        time.sleep(0.02)
    return found


def kills(t, evidence, want, seconds):
    rnd = random.Random(SEED)
    case = t.path('killed')
    landed = 0
    wrong = 0
    for i in range(KILLS):
        # Every fourth case is killed three times before it may end.
        times = 3 if i % 4 == 3 else 1
        shutil.rmtree(case, ignore_errors=True)
        for _ in range(times):
            p = start(t, case, evidence)
            time.sleep(rnd.uniform(0.0, seconds))
            try:
                os.killpg(p.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
            landed += p.wait() == -signal.SIGKILL
            if found := left(p.pid):
                t.check(False, 'kill %d: no process is left behind' % i, found)
        r = t.investigate(case, evidence)
        if r.returncode != 0 or answers(t, case) != want:
            wrong += 1
            same(t, case, want, 'kill %d of %d: resumed to the same answer (status %d, %s)'
                 % (i, KILLS, r.returncode, r.stderr[-300:]))
    t.check(wrong == 0, 'killed at %d random moments and resumed: the same answer' % KILLS)
    t.check(landed >= KILLS // 3, 'kills did hit running programs', landed)
    t.note('%d cases, %d kills hit a running program (run of %.2f s)' % (KILLS, landed, seconds))
    whole(t, case, 'after kills')
    # Only the broker dies: its workers must not live on.
    shutil.rmtree(case, ignore_errors=True)
    p = start(t, case, evidence)
    time.sleep(seconds * 0.4)
    os.kill(p.pid, signal.SIGKILL)
    p.wait()
    t.equal(left(p.pid), [], 'when the broker is killed, its workers end')
    t.investigate(case, evidence)
    same(t, case, want, 'killed broker: resumed to the same answer')
    # Asked to stop.
    for sig in (signal.SIGINT, signal.SIGTERM):
        shutil.rmtree(case, ignore_errors=True)
        p = start(t, case, evidence)
        time.sleep(seconds * 0.5)
        p.send_signal(sig)
        try:
            p.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(p.pid, signal.SIGKILL)
            t.check(False, '%s ends the program' % sig.name)
        t.equal(left(p.pid), [], '%s: no process is left behind' % sig.name)
        t.investigate(case, evidence)
        same(t, case, want, '%s: resumed to the same answer' % sig.name)


def surroundings(t, evidence, want):
    n = 0
    for workers in (1, 2, 4, 7):
        n += 1
        case = t.path('w%d' % workers)
        r = t.investigate(case, evidence, workers=workers)
        t.equal(r.returncode, 0, '%d workers: ends well' % workers)
        same(t, case, want, '%d workers: the same answer' % workers)
    # Locales as the C library knows them, made here: a test installs nothing.
    made = t.path('locales')
    os.makedirs(made)
    for locale in ('tr_TR', 'de_DE'):
        if shutil.which('localedef') is None or subprocess.run(
                ['localedef', '-i', locale, '-f', 'UTF-8', os.path.join(made, locale + '.UTF-8')],
                capture_output=True, check=False).returncode > 1:
            t.skip('locale %s as the C library knows it' % locale,
                   'it cannot be made here; its name in the environment is tried all the same')
    for locale in ('C', 'tr_TR.UTF-8', 'de_DE.UTF-8', 'C.UTF-8'):
        for zone in ('America/New_York', 'Asia/Tokyo', 'right/Nowhere'):
            if zone != 'Asia/Tokyo' and locale not in ('C', 'tr_TR.UTF-8'):
                continue
            env = {'LANG': locale, 'LC_ALL': locale, 'LOCPATH': made, 'TZ': zone}
            case = t.path('l-%s-%s' % (locale, zone.replace('/', '-')))
            r = t.investigate(case, evidence, env=env)
            t.equal(r.returncode, 0, '%s, %s: ends well' % (locale, zone))
            got = t.raw('detections', case, env=env), t.raw('sources', case, env=env)
            t.check(got == want, 'locale %s, zone %s: the same answer' % (locale, zone))
            shutil.rmtree(case, ignore_errors=True)
    r1 = t.run('detections', t.path('w1'), '--all', '--zone', 'Asia/Tokyo')
    r2 = t.run('detections', t.path('w1'), '--all')
    t.check(r1.returncode == 0 and r1.stdout != r2.stdout, '--zone changes what people see')
    t.equal(t.raw('detections', t.path('w1'), env={'TZ': 'Asia/Tokyo'}), want[0],
            'and TZ does not change what is stored')


def later(t, evidence, want):
    """Evidence in two runs: the same as at once."""
    parts = [os.path.join(evidence, n) for n in sorted(os.listdir(evidence))]
    at_once, one_by_one = t.path('once'), t.path('by-one')
    t.equal(t.investigate(at_once, *parts).returncode, 0, 'parts at once')
    want = answers(t, at_once)
    for p in parts:
        t.equal(t.investigate(one_by_one, p).returncode, 0, 'part %s' % os.path.basename(p))
    same(t, one_by_one, want, 'evidence added run by run: the same as at once')
    # In the other order.
    backwards = t.path('backwards')
    t.equal(t.investigate(backwards, *reversed(parts)).returncode, 0, 'parts backwards')
    same(t, backwards, want, 'evidence in another order: the same')
    # A run without anything new changes nothing.
    t.equal(t.investigate(one_by_one, *parts).returncode, 0, 'again')
    same(t, one_by_one, want, 'a second run over the same: the same')
    # A changed file is read again, and the answer is that of a fresh case.
    copy = t.path('copy')
    shutil.copytree(evidence, copy)
    logs = sorted(os.path.join(d, n) for d, _, ns in os.walk(copy) for n in ns if n.endswith('.log'))
    t.equal(t.investigate(t.path('changed'), copy).returncode, 0, 'copy')
    with open(logs[0], 'ab') as f:
        f.write(w3c([request('POST', '/_layouts/15/ToolPane.aspx', 'DisplayMode=Edit',
                             referer='/_layouts/SignOut.aspx')]))
    t.equal(t.investigate(t.path('changed'), copy).returncode, 0, 'copy with a longer log')
    t.equal(t.investigate(t.path('fresh'), copy).returncode, 0, 'a fresh case of it')
    same(t, t.path('changed'), answers(t, t.path('fresh')), 'a file that grew: as in a fresh case')
    # Other rules: everything is matched again.
    pack = t.path('pack')
    os.makedirs(pack)
    with open(os.path.join(pack, 'r.yml'), 'w', encoding='utf-8') as f:
        f.write('title: Any request\nid: 5d8e1d0e-7f4e-4a0e-9f0c-1b1f1d1f1a11\nlogsource:\n'
                '    category: webserver\ndetection:\n    s:\n        cs-uri-stem|contains: toolpane\n'
                '    condition: s\nlevel: low\n')
    t.equal(t.investigate(t.path('changed'), copy, rules=[pack]).returncode, 0, 'with one rule more')
    t.equal(t.investigate(t.path('fresh2'), copy, rules=[pack]).returncode, 0, 'fresh, with it')
    same(t, t.path('changed'), answers(t, t.path('fresh2')), 'rules changed: as in a fresh case')
    t.check(any(r['rule']['id'].startswith('5d8e1d0e') for r in t.jsonl('detections', t.path('fresh2'))),
            'the added rule fires')


def join_logs(evidence, size):
    """All web logs of the first server as one file, again and again; and packed."""
    folder = os.path.join(evidence, 'SP01', 'inetpub', 'logs', 'LogFiles')
    text = b''
    for path in files_below(folder):
        if path.endswith('.log'):
            with open(path, 'rb') as f:
                text += f.read()
    with open(os.path.join(folder, 'joined.log'), 'wb') as f:
        for _ in range(-(-size // len(text))):
            f.write(text)
    with gzip.open(os.path.join(folder, 'packed.log.gz'), 'wb', compresslevel=1) as f:
        for _ in range(-(-size // 2 // len(text))):
            f.write(text)


def injected(t, evidence):
    """A failure at every write, fsync and rename of one small run."""
    if not t.injector or not os.path.exists(t.injector):
        t.skip('injected failures', 'no injector in this build')
        return
    if SLOW:
        t.skip('injected failures', 'they need a preloaded library, which the sanitizers do not bear')
        return
    small = t.path('small')
    os.makedirs(small)
    logs = sorted((os.path.getsize(os.path.join(d, n)), os.path.join(d, n))
                  for d, _, ns in os.walk(evidence) for n in ns)
    for ext in ('.log', '.evtx'):
        shutil.copy2(next(p for _, p in logs if p.endswith(ext)), small)
    clean = t.path('clean')
    count = t.path('count')
    r = t.investigate(clean, small, env={'LD_PRELOAD': t.injector, 'FB_INJECT_COUNT': count})
    t.equal(r.returncode, 0, 'a run that only counts')
    want = answers(t, clean)
    with open(count, encoding='ascii') as f:
        calls = int(f.read().split()[0])
    t.check(calls > 20, 'the run has writes to fail at', calls)
    step = max(1, -(-calls // INJECTIONS))
    t.note('%d calls of write, fsync, rename and the like; each %s fails in turn, in four ways'
           % (calls, 'one' if step == 1 else '%dth' % step))
    for first, mode in enumerate(('kill', 'eio', 'enospc', 'enospc+')):
        bad = []
        survived = 0
        for n in range(1 + first % step, calls + 1, step):
            case = t.path('injected')
            shutil.rmtree(case, ignore_errors=True)
            r = t.investigate(case, small, env={'LD_PRELOAD': t.injector, 'FB_INJECT_AT': str(n),
                                                'FB_INJECT_MODE': mode})
            lines = [l for l in r.stderr.decode('utf-8', 'replace').split('\n') if l]
            if r.returncode == 0:
                # Survived: what failed was tried again, or does no harm. Then all is
                # there, in one file, without another run.
                survived += 1
                # A log that could not be removed may lie beside it, empty.
                log = os.path.join(case, 'case.db-wal')
                if answers(t, case) != want or os.path.exists(log) and os.path.getsize(log):
                    bad.append((n, 'said to be done and is not', sorted(os.listdir(case))))
            elif mode == 'kill' and r.returncode not in (-signal.SIGKILL, 137):
                bad.append((n, r.returncode, lines[:3]))
            # (With a disk that stays full, the line itself may be what does not fit.)
            elif mode != 'kill' and (r.returncode != 3 or len(lines) != 1) and \
                    not (mode == 'enospc+' and r.returncode == 3 and not lines and n > calls - 8):
                bad.append((n, r.returncode, lines[:3]))
            r = t.investigate(case, small)
            if r.returncode != 0 or answers(t, case) != want:
                bad.append((n, 'resumed', r.returncode, r.stderr[-200:]))
            elif not os.path.getsize(os.path.join(case, 'report.html')):
                bad.append((n, 'no report'))
        t.check(not bad, '%s: ends in one line, or all is there; resumed to the same answer' % mode,
                bad[:6])
        t.check(survived < calls // step // 2, '%s: failures are not swallowed' % mode, survived)
        t.note('%s: %d of them survived' % (mode, survived))


def main():
    t = Suite('resume')
    evidence = t.make_demo(t.path('s'), days=5)
    case = t.path('reference')
    r = t.investigate(case, evidence)
    t.check(r.returncode == 0, 'an uninterrupted run', r.stderr[-1000:])
    want = answers(t, case)
    t.check(want[0].count(b'\n') > 20, 'has detections', want[0][:300])
    t.equal(answers(t, case), want, 'reading twice gives the same')
    later(t, evidence, want)
    surroundings(t, evidence, want)
    # With files of several units, one of them packed.
    larger = t.make_demo(t.path('l'))
    join_logs(larger, (10 if SLOW else 24) << 20)
    began = time.monotonic()
    r = t.investigate(t.path('larger'), larger)
    seconds = time.monotonic() - began
    t.equal(r.returncode, 0, 'an uninterrupted run over more')
    db = sqlite3.connect(t.path('larger', 'case.db'))
    units = db.execute('select max(seq) from units').fetchone()[0]
    db.close()
    t.check(units >= 2, 'with files of several units', units)
    kills(t, larger, answers(t, t.path('larger')), seconds)
    injected(t, evidence)
    t.check(os.path.isdir(ROOT), 'the tree is still there')
    t.end()


if __name__ == '__main__':
    main()
