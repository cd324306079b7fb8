#!/usr/bin/env python3
"""Wrong use and bad luck: one clear line, the right status, a case that stays valid
and goes on later; files that are empty, cut, deep or odd."""
import gzip
import hashlib
import os
import resource
import shutil
import signal
import sqlite3
import subprocess
import time

from fb import RULES, Suite, files_below, request, w3c

GOOD_RULE = """title: Anything asked for
id: 6a8c2f6e-93a5-4d4e-9b7d-2f0d4c5b0001
logsource:
    category: webserver
detection:
    s:
        cs-method: GET
    condition: s
level: low
"""


def write(path, data):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, 'wb') as f:
        f.write(data if isinstance(data, bytes) else data.encode())
    return path


def sound(t, case, what):
    db = sqlite3.connect(os.path.join(case, 'case.db'))
    try:
        t.equal(db.execute('pragma integrity_check').fetchone()[0], 'ok', what + ': the case is sound')
    except sqlite3.Error as e:
        t.check(False, what + ': the case is sound', e)
    finally:
        db.close()


def command_line(t, evidence, case):
    t.one_line(t.run('investigat', evidence), (2,), 'unknown command', 'investigate')
    t.one_line(t.run(), (2,), 'no command') if t.run().stderr.count(b'\n') == 1 else \
        t.equal(t.run().returncode, 2, 'no command')
    t.one_line(t.run('investigate', evidence, '--worker', '3'), (2,), 'unknown option', '--worker')
    t.one_line(t.run('investigate', evidence, '-Z'), (2,), 'unknown letter', '-Z')
    for bad in ('0', '-1', 'x', '99999999999999999999', '3x', ''):
        t.one_line(t.run('investigate', evidence, '-o', t.path('n'), '--workers', bad), (2,),
                   '--workers %r' % bad, 'workers')
    t.check(not os.path.exists(t.path('n')), 'wrong use leaves nothing behind')
    t.one_line(t.run('investigate'), (2,), 'no evidence')
    t.one_line(t.run('investigate', evidence, '-o'), (2,), 'option without its value')
    t.one_line(t.run('detections', case, '--json', '--csv'), (2,), 'two formats at once')
    t.one_line(t.run('detections', case, '--level', 'hihg'), (2,), 'unknown level', 'level')
    t.one_line(t.run('detections', case, '--from', 'yesterday'), (2,), 'not a time', 'from')
    t.one_line(t.run('detections', case, '--from', '2025-02-30'), (2,), 'no such day', 'from')
    t.one_line(t.run('detections', case, '--zone', 'Nowhere/City'), (2,), 'unknown zone', 'zone')
    t.one_line(t.run('show', case), (2,), 'show without an id')
    t.one_line(t.run('show', case, 'ffffffffffff'), (2, 3), 'show of an unknown id', 'ffffff')
    t.one_line(t.run('show', case, 'ff'), (2, 3), 'show of too short an id')
    t.one_line(t.run('detections', case, 'x', 'y'), (2,), 'too many arguments')
    for args in (['--help'], ['help'], ['--version'], ['investigate', '--help'], ['detections', '--help']):
        r = t.run(*args)
        t.check(r.returncode == 0 and r.stdout and not r.stderr, ' '.join(args), r.stderr)


def unreadable(t, odd):
    """A file that may not be read; root may read everything, so root runs it as nobody."""
    who = {}
    own = t.path('own')
    os.makedirs(own)
    if os.geteuid() == 0:
        who = {'user': 65534, 'group': 65534, 'extra_groups': []}
        os.chmod(t.tmp, 0o755)
        os.chown(own, 65534, 65534)
        try:
            usable = t.run('rules', 'check', RULES, **who).returncode == 0
        except PermissionError:
            usable = False
        if not usable:
            t.skip('a file without permission', 'run as root, and nobody cannot run the program where it is')
            return
    case = os.path.join(own, 'case')
    os.chmod(os.path.join(odd, 'a.log'), 0)
    r = t.run('investigate', odd, '-o', case, **who)
    t.check(r.returncode == 1 and not r.stderr and b'could not be read' in r.stdout or b'not read' in r.stdout,
            'an unreadable file: status 1 and said', (r.returncode, r.stdout, r.stderr))
    s = [x for x in t.jsonl('sources', case) if x['path'].endswith('/a.log')]
    t.check(len(s) == 1 and s[0]['problems'] and s[0]['events'] == 0, 'and listed with its problem', s)
    os.chmod(os.path.join(odd, 'a.log'), 0o644)
    r = t.run('investigate', odd, '-o', case, **who)
    s = [x for x in t.jsonl('sources', case) if x['path'].endswith('/a.log')]
    t.check(r.returncode in (0, 1) and len(s) == 1 and s[0]['events'] == 1 and not s[0]['problems'],
            'readable again, it is read', (r.returncode, s))
    os.makedirs(t.path('theirs'), mode=0o755)
    if who:
        t.one_line(t.run('investigate', odd, '-o', t.path('theirs', 'case'), **who), (3,),
                   'a case in a folder that is not ours', 'theirs')


def missing(t, evidence, case):
    t.one_line(t.investigate(t.path('m1'), t.path('no such')), (2, 3), 'missing evidence', 'no such')
    t.check(not os.path.exists(t.path('m1', 'case.db')), 'missing evidence alone makes no case')
    t.one_line(t.run('detections', t.path('none')), (2, 3), 'missing case', 'none')
    t.one_line(t.run('verify', t.path('none')), (2, 3), 'missing case, verify')
    t.check(not os.path.exists(t.path('none')), 'looking makes no case')
    t.one_line(t.investigate(t.path('m2'), evidence, rules=[t.path('no rules')]), (2, 3), 'missing rules',
               'no rules')
    plain = write(t.path('plain'), 'x')
    t.one_line(t.investigate(plain, evidence), (2, 3), 'the case is a plain file', 'plain')
    t.one_line(t.investigate('/proc/nothing/case', evidence), (2, 3), 'the case cannot be made')
    t.one_line(t.run('detections', case, '--json', '-o', t.path('no', 'x')), (2, 3), 'output into no folder')
    r = t.run('investigate', evidence, '-o', t.path('m3'), env={'FIREBREAK_RULES': t.path('gone')})
    t.one_line(r, (2, 3), 'own rules are gone', 'gone')

    odd = t.path('odd')
    os.makedirs(odd)
    write(os.path.join(odd, 'a.log'), w3c([request(stem='/a')]))
    os.symlink('nowhere', os.path.join(odd, 'dangling.log'))
    os.symlink('.', os.path.join(odd, 'loop'))
    os.mkfifo(os.path.join(odd, 'fifo.log'))
    began = time.monotonic()
    r = t.investigate(t.path('m4'), odd)
    t.check(r.returncode in (0, 1), 'links that dangle or loop and a pipe do no harm',
            (r.returncode, r.stderr))
    t.check(time.monotonic() - began < 60, 'nor does anything wait for the pipe')
    t.one_line(t.investigate(t.path('m5'), os.path.join(odd, 'fifo.log')), (1, 2, 3), 'a pipe as evidence', 'fifo')
    unreadable(t, odd)
    r = t.investigate(t.path('m7'), '/proc/self/mem')
    s = t.jsonl('sources', t.path('m7'))
    t.check(r.returncode == 1 and len(s) == 1 and s[0]['problems'] and b'sources' in r.stdout,
            'a file that cannot be read is listed with the reason, status 1', (r.returncode, s))


def rules(t, evidence):
    pack = t.path('pack')
    write(os.path.join(pack, 'good.yml'), GOOD_RULE)
    write(os.path.join(pack, 'broken.yml'), 'title: x\ndetection:\n  a: [1, 2\n')
    write(os.path.join(pack, 'unknown.yml'), GOOD_RULE.replace('cs-method:', 'cs-method|contian:')
          .replace('0001', '0002'))
    write(os.path.join(pack, 'binary.yml'), bytes(range(256)))
    write(os.path.join(pack, 'empty.yml'), '')
    r = t.investigate(t.path('r1'), evidence, rules=[pack], own=False)
    err = r.stderr.decode()
    t.check(r.returncode == 1, 'broken rules among good ones: status 1', (r.returncode, err))
    t.check('broken.yml:' in err and 'unknown.yml:7' in err and 'contian' in err and 'good.yml' not in err,
            'each is named with its line', err)
    rows = t.jsonl('detections', t.path('r1'))
    t.check(rows and all(x['rule']['id'].endswith('0001') for x in rows), 'and the good one works')
    os.remove(os.path.join(pack, 'good.yml'))
    r = t.investigate(t.path('r2'), evidence, rules=[pack], own=False)
    t.check(r.returncode in (2, 3), 'nothing but broken rules', (r.returncode, r.stderr))
    r = t.run('rules', 'check', pack)
    out = (r.stdout + r.stderr).decode()
    t.check(r.returncode in (1, 3) and 'unknown.yml' in out and 'broken.yml' in out, 'rules check names them',
            (r.returncode, out))
    empty = t.path('no-rules')
    os.makedirs(empty)
    r = t.investigate(t.path('r3'), evidence, rules=[empty], own=False)
    t.check(r.returncode in (0, 1, 2, 3) and (r.returncode < 2 or len(r.stderr.splitlines()) == 1),
            'no rules at all: said or done', (r.returncode, r.stderr))


def digest(path):
    with open(path, 'rb') as f:
        return hashlib.sha256(f.read()).hexdigest()


def damaged(t, evidence, case):
    broken = t.path('broken')
    db = os.path.join(broken, 'case.db')

    def each(what, contains=None):
        before = digest(db)
        t.one_line(t.investigate(broken, evidence), (2, 3), what + ': investigate', contains)
        for c in ('detections', 'sources', 'timeline', 'verify'):
            t.one_line(t.run(c, broken), (2, 3), '%s: %s' % (what, c), contains)
        t.equal(digest(db), before, what + ': not touched')

    shutil.copytree(case, broken)
    write(db, b'this is not a database, and never was one\n' * 100)
    each('case.db is something else')
    write(db, bytes(8192))
    each('case.db is zeros')
    other = sqlite3.connect(t.path('other.db'))
    other.execute('create table t(x)')
    other.commit()
    other.close()
    shutil.copy(t.path('other.db'), db)
    each('case.db is another database')
    shutil.copy(os.path.join(case, 'case.db'), db)
    con = sqlite3.connect(db)
    con.execute('pragma user_version = %d' % 2000000000)
    con.commit()
    con.close()
    each('the case is of a newer version', 'newer')

    # Half of it is missing: no crash, no wrong answer in silence.
    with open(os.path.join(case, 'case.db'), 'rb') as f:
        data = f.read()
    write(db, data[:len(data) // 2])
    for c in ('detections', 'sources', 'verify', 'timeline'):
        r = t.run(c, broken)
        t.check(r.returncode in (1, 2, 3) and r.stderr, 'case.db cut in half: %s' % c, (r.returncode, r.stderr))
    write(db, data[:5000] + b'\xa5' * 3000 + data[8000:])
    for c in ('detections', 'sources', 'verify', 'timeline'):
        r = t.run(c, broken)
        t.check(r.returncode in (0, 1, 2, 3), 'case.db overwritten: %s does not crash' % c,
                (r.returncode, r.stderr))


def ledger(t, case):
    """A changed custody record does not go unnoticed."""
    changed = t.path('changed')
    shutil.copytree(case, changed)
    t.equal(t.run('verify', changed).returncode, 0, 'a copied case verifies')
    con = sqlite3.connect(os.path.join(changed, 'case.db'))
    tables = [x[0] for x in con.execute("select name from sqlite_master where type='table'")]
    name = next((x for x in tables if 'ledger' in x or 'custody' in x), None)
    if not t.check(name, 'the case has a custody record', tables):
        return
    columns = [x[1] for x in con.execute('pragma table_info(%s)' % name)]
    con.execute('update %s set detail = detail || ? where rowid = (select max(rowid) - 1 from %s)'
                % (name, name), (' ',)) if 'detail' in columns else t.check(False, 'column detail', columns)
    con.commit()
    con.close()
    r = t.run('verify', changed)
    t.check(r.returncode in (1, 3) and r.stdout + r.stderr, 'a changed row of the custody record is found',
            (r.returncode, r.stdout[-300:], r.stderr[-300:]))


def second_run(t, evidence):
    case = t.path('busy')
    p = subprocess.Popen([t.program, 'investigate', evidence, '-o', case], stdin=subprocess.DEVNULL,
                         stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True)
    held = False
    end = time.monotonic() + 60
    while time.monotonic() < end and p.poll() is None:
        if os.path.exists(os.path.join(case, 'case.db')):
            time.sleep(0.03)
            os.killpg(p.pid, signal.SIGSTOP)
            held = p.poll() is None
            break
        time.sleep(0.001)
    if not t.check(held, 'the first run is held while it works'):
        p.wait()
        return
    r = t.investigate(case, evidence)
    t.one_line(r, (2, 3), 'a second run on the same case', str(p.pid))
    r = t.run('sources', case)
    t.check(0 <= r.returncode <= 3, 'looking while it runs does not crash', (r.returncode, r.stderr))
    os.killpg(p.pid, signal.SIGCONT)
    _, err = p.communicate(timeout=600)
    t.check(p.returncode == 0, 'the first run ends well', (p.returncode, err))
    fresh = t.path('alone')
    t.investigate(fresh, evidence)
    t.equal(t.raw('detections', case), t.raw('detections', fresh), 'and has the same answer')


def limited(t, limit, *args):
    """With no file longer than limit; the signal for that is ignored, as on a full disk."""
    def less():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    return t.run(*args, preexec_fn=less, restore_signals=False)


def full_disk(t, evidence, case):
    fresh = t.path('fresh')
    t.investigate(fresh, evidence)
    want = t.raw('detections', fresh)
    small = t.path('small disk')
    os.makedirs(small)
    mounted = os.geteuid() == 0 and subprocess.run(
        ['mount', '-t', 'tmpfs', '-o', 'size=1m', 'none', small], capture_output=True, check=False).returncode == 0
    if not mounted:
        t.skip('a file system that is full', 'tmpfs cannot be mounted here; the limit on file sizes stands in')
    try:
        if mounted:
            full = os.path.join(small, 'case')
            write(os.path.join(small, 'ballast'), bytes(700 << 10))
            t.one_line(t.investigate(full, evidence), (3,), 'full disk')
            os.remove(os.path.join(small, 'ballast'))
            if os.path.exists(os.path.join(full, 'case.db')):
                sound(t, full, 'full disk')
            subprocess.run(['mount', '-o', 'remount,size=64m', small], check=False)
            r = t.investigate(full, evidence)
            t.check(r.returncode == 0, 'room again: it goes on', r.stderr)
            t.equal(t.raw('detections', full), want, 'and has the same answer')
    finally:
        if mounted:
            subprocess.run(['umount', '-l', small], check=False)
    # The same by the limit on the size of files, at several sizes.
    for limit in (0, 4096, 65536, 200 << 10):
        full = t.path('limited%d' % limit)
        r = limited(t, limit, 'investigate', evidence, '-o', full)
        t.one_line(r, (3,), 'no file above %d bytes' % limit)
        if os.path.exists(os.path.join(full, 'case.db')):
            sound(t, full, 'no file above %d bytes' % limit)
        r = t.investigate(full, evidence)
        t.check(r.returncode == 0, 'no file above %d bytes: goes on later' % limit, (r.returncode, r.stderr))
        t.equal(t.raw('detections', full), want, 'no file above %d bytes: the same answer' % limit)
    # Exports: whole or not at all.
    out = t.path('export.jsonl')
    r = limited(t, 1000, 'detections', case, '--jsonl', '-o', out)
    t.one_line(r, (3,), 'an export that does not fit')
    t.check(not os.path.exists(out), 'is not there at all')
    write(out, 'old')
    limited(t, 1000, 'detections', case, '--jsonl', '-o', out)
    with open(out, 'rb') as f:
        t.equal(f.read(), b'old', 'and an old one stays as it was')
    left = [n for n in os.listdir(t.tmp) if 'export' in n and n != 'export.jsonl']
    t.equal(left, [], 'no pieces are left beside it')
    r = t.run('detections', case, '--jsonl', '-o', out)
    t.check(r.returncode == 0 and os.path.getsize(out) > 1000, 'with room it is whole')
    before = digest(os.path.join(case, 'report.html'))
    limited(t, 1000, 'report', case)
    t.equal(digest(os.path.join(case, 'report.html')), before, 'a report that does not fit leaves the old one')


def output(t, case):
    for args in (['detections', case], ['detections', case, '--jsonl'], ['detections', case, '--csv'],
                 ['sources', case, '--json'], ['timeline', case], ['--help'], ['--version'], ['rules', 'list', case]):
        with open('/dev/full', 'wb') as full:
            r = t.run(*args, stdout=full, stderr=subprocess.PIPE)
        t.one_line(r, (3,), '/dev/full: %s' % ' '.join([args[0], *args[2:]]))
    p = subprocess.Popen([t.program, 'detections', case, '--jsonl'], stdout=subprocess.PIPE,
                         stderr=subprocess.PIPE, stdin=subprocess.DEVNULL)
    p.stdout.read(10)
    p.stdout.close()
    err = p.stderr.read()
    p.stderr.close()
    t.check(p.wait() == 0 and err == b'', 'a reader who leaves early is no failure', (p.returncode, err))
    r = subprocess.run(['sh', '-c', 'exec "$0" detections "$1" >&- 2>&1', t.program, case], check=False,
                       timeout=600)
    t.check(0 <= r.returncode <= 3, 'no standard output: no crash', r.returncode)
    r = subprocess.run(['sh', '-c', 'exec "$0" investigate "$1" -o "$2" <&- >&- 2>&-', t.program,
                        t.path('few'), t.path('closed')], check=False, timeout=600)
    t.check(0 <= r.returncode <= 3, 'no standard files at all: no crash', r.returncode)
    sound(t, t.path('closed'), 'no standard files')


def odd_files(t):
    few = t.path('few')
    line = w3c([request(stem='/a')])
    write(os.path.join(few, 'a.log'), line)
    odd = t.path('odd files')
    write(os.path.join(odd, 'empty.log'), b'')
    write(os.path.join(odd, 'empty.evtx'), b'')
    write(os.path.join(odd, 'empty.gz'), b'')
    write(os.path.join(odd, 'nothing.log.gz'), gzip.compress(b''))
    write(os.path.join(odd, 'one-byte.evtx'), b'E')
    write(os.path.join(odd, 'head.evtx'), b'ElfFile\x00' + bytes(4088))
    write(os.path.join(odd, 'cut-head.evtx'), b'ElfFile\x00' + bytes(100))
    write(os.path.join(odd, 'no-chunk.evtx'), b'ElfFile\x00' + bytes(4088) + b'ElfChnk\x00' + bytes(65528))
    packed = gzip.compress(line * 100)
    varied = gzip.compress(w3c([request(stem='/' + hashlib.sha256(b'%d' % i).hexdigest()) for i in range(500)]))
    write(os.path.join(odd, 'cut.log.gz'), varied[:len(varied) // 2])
    write(os.path.join(odd, 'tail.log.gz'), packed + b'garbage behind')
    write(os.path.join(odd, 'two.log.gz'), packed + packed)
    write(os.path.join(odd, 'head-only.log.gz'), packed[:10])
    write(os.path.join(odd, 'no-end.log'), line[:-2])
    write(os.path.join(odd, 'cut.log'), line[:-30])
    write(os.path.join(odd, 'bom.log'), b'\xef\xbb\xbf' + line)
    write(os.path.join(odd, 'unix.log'), line.replace(b'\r\n', b'\n'))
    write(os.path.join(odd, 'lines.log'), b'\n' * 10000)
    write(os.path.join(odd, 'long.log'), line + b'x' * (3 << 20) + b'\r\n' + line)
    write(os.path.join(odd, 'zeros.log'), line + bytes(100000) + line)
    os.makedirs(os.path.join(odd, 'empty folder', 'in it', 'another'))
    deep = odd
    for _ in range(50):
        deep = os.path.join(deep, 'd')
    write(os.path.join(deep, 'deep.log'), line)
    hashes = {f: digest(f) for f in files_below(odd)}
    below = {os.path.relpath(f, odd): f for f in hashes}
    case = t.path('odd case')
    r = t.investigate(case, odd)
    t.check(r.returncode in (0, 1), 'odd files: the run ends', (r.returncode, r.stderr))
    sources = t.jsonl('sources', case)
    files = [s for s in sources if '!' not in s['path']]
    t.equal(len(files), len(hashes), 'odd files: each is listed')
    bad = [(s['path'], s['size'], s['bytes']) for s in sources if sum(s['bytes'].values()) != s['size']]
    t.check(not bad, 'odd files: every byte is accounted for', bad[:5])
    by = {os.path.basename(s['path']): s for s in sources}
    for s in files:
        path = below.get(s['path'].split('odd files/', 1)[-1])
        if path is None or s['sha256'] != hashes[path]:
            t.check(False, 'hash of %s' % s['path'], (s['sha256'], hashes.get(path)))
    t.equal({f: digest(f) for f in hashes}, hashes, 'odd files: evidence is not changed')
    for name, events in (('no-end.log', 1), ('bom.log', 1), ('unix.log', 1), ('deep.log', 1), ('long.log', 2),
                         ('zeros.log', 2), ('empty.log', 0)):
        t.equal(by[name]['events'], events, 'odd files: events of %s' % name)
    in_gz = {s['path'].rsplit('/', 1)[-1].split('!')[0]: s for s in sources if '!' in s['path']}
    t.equal(in_gz.get('two.log.gz', {}).get('events'), 200, 'odd files: a gz of two members is one text')
    t.equal(in_gz.get('tail.log.gz', {}).get('events'), 100, 'odd files: garbage behind a gz costs only itself')
    t.check(100 < in_gz.get('cut.log.gz', {}).get('events', 0) < 400, 'odd files: what a cut gz holds is read',
            in_gz.get('cut.log.gz'))
    t.check(by['cut.log.gz']['problems'] or in_gz.get('cut.log.gz', {}).get('problems'),
            'odd files: and that it is cut is said')
    # Deeper than folders are followed: said, not dropped.
    deep = t.path('deep')
    for _ in range(200):
        deep = os.path.join(deep, 'd')
    write(os.path.join(deep, 'deepest.log'), line)
    write(t.path('deep', 'a.log'), line)
    r = t.investigate(t.path('deep case'), t.path('deep'))
    s = t.jsonl('sources', t.path('deep case'))
    t.check(r.returncode in (0, 1), '200 folders deep: the run ends', (r.returncode, r.stderr))
    t.check(any(x['path'].endswith('/deepest.log') and x['events'] == 1 for x in s)
            or r.returncode == 1 and any(x['path'].endswith('/d') and x['problems'] for x in s),
            '200 folders deep: read, or named with the reason', [(x['path'][-20:], x['problems']) for x in s])
    nothing = t.path('nothing')
    os.makedirs(nothing)
    r = t.investigate(t.path('nothing case'), nothing)
    t.check(r.returncode in (0, 1, 2) and len(r.stderr.splitlines()) <= 1, 'an empty folder as evidence',
            (r.returncode, r.stderr))
    # The case inside of the evidence is not evidence.
    write(os.path.join(t.path('in'), 'a.log'), line)
    t.investigate(t.path('in', 'case'), t.path('in'))
    t.investigate(t.path('in', 'case'), t.path('in'))
    t.equal([os.path.basename(s['path']) for s in t.jsonl('sources', t.path('in', 'case'))], ['a.log'],
            'a case inside the evidence is not read as evidence')
    # The same file by two ways is one source, or two with the same hash, never two counts of one path.
    t.investigate(t.path('twice'), few, os.path.join(few, 'a.log'), few)
    paths = [s['path'] for s in t.jsonl('sources', t.path('twice'))]
    t.equal(len(paths), len(set(paths)), 'the same file given twice is listed once')
    os.makedirs(t.path('names'))
    write(os.path.join(t.path('names'), 'evtx-named.evtx'), line)
    t.investigate(t.path('named'), t.path('names'))
    s = t.jsonl('sources', t.path('named'))
    t.check(s[0]['format'].startswith('iis') and s[0]['events'] == 1, 'the content decides, not the name', s)


def main():
    t = Suite('misuse')
    evidence = t.make_demo(t.path('s'))
    case = t.path('case')
    r = t.investigate(case, evidence)
    t.check(r.returncode == 0, 'a good run to start from', r.stderr)
    odd_files(t)
    command_line(t, evidence, case)
    missing(t, evidence, case)
    rules(t, evidence)
    damaged(t, evidence, case)
    ledger(t, case)
    output(t, case)
    second_run(t, evidence)
    full_disk(t, evidence, case)
    sound(t, case, 'at the end')
    t.end()


if __name__ == '__main__':
    main()
