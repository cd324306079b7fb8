#!/usr/bin/env python3
"""YARA rules through the whole program: what they find is what `yara` itself finds in
the same files, plain and in archives; a file that takes too long costs itself alone; a
run that was stopped goes on; rules that cannot be used are named."""
import collections
import hashlib
import json
import os
import random
import shutil
import subprocess
import zipfile

from fb import Suite, files_below

# Words that mean nothing; no pattern here is one of anything harmful.
RULES = '''
import "pe"
import "hash"
import "math"
rule word { strings: $a = "firebreak-test-needle" nocase wide ascii condition: $a }
rule twice { meta: score = 45 strings: $a = "needle" condition: #a == 2 }
rule hexes { strings: $h = { 66 69 ?? 65 [2-6] 61 6b } condition: $h }
rule expression { strings: $r = /ne{2,3}dle-[0-9]{3}/ condition: $r }
rule program { condition: pe.is_pe or uint32be(0) == 0x7f454c46 }
rule sum { condition: hash.md5(0, filesize) == "%s" }
rule dull { condition: filesize > 100 and math.entropy(0, filesize) < 1.0 }
rule named { condition: filename matches /^page[0-9]+\\.aspx$/ and extension == ".aspx" }
rule small { condition: filesize < 3 }
private rule hidden { condition: true }
rule tail { strings: $t = "end" condition: hidden and $t at filesize - 3 }
'''


def make_files(where):
    """Names to bytes, and written; some of them programs of this machine."""
    rnd = random.Random(5)
    needle = b'FIREBREAK-test-needle'
    files = {
        'a/plain.txt': b'x' * 50 + needle,
        'a/wide.bin': b'\x01' + needle.decode().encode('utf-16-le') + b'\x02',
        'a/twice.txt': b'needle and needle',
        'a/page1.aspx': b'<%@ Page %> neeedle-123 <p>text</p>',
        'b/dull.bin': b'\0' * 5000,
        'b/empty': b'',
        'b/two': b'ab',
        'b/tail.txt': b'to the end',
        'b/deep/er/page22.aspx': b'nothing',
        'b/noise.bin': rnd.randbytes(300000) + needle + rnd.randbytes(300000),
    }
    for name in sorted(os.listdir('/usr/bin'))[:40]:
        path = os.path.join('/usr/bin', name)
        if os.path.isfile(path) and os.path.getsize(path) < 2000000:
            with open(path, 'rb') as f:
                files['bin/' + name] = f.read()
    for name, data in files.items():
        path = os.path.join(where, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, 'wb') as f:
            f.write(data)
    return files


def by_yara(rules, root):
    """What the yara program finds: path below the root -> rules"""
    out = collections.defaultdict(set)
    compiled = rules + '.c'
    defines = [x for v in ('filename', 'filepath', 'extension', 'filetype', 'owner') for x in ('-d', v + '=')]
    subprocess.run(['yarac', '-w', *defines, rules, compiled], check=True, capture_output=True)
    for path in files_below(root):
        name = os.path.basename(path)
        r = subprocess.run(['yara', '-w', '-C', '-d', 'filename=' + name, '-d', 'filepath=', '-d',
                            'extension=' + os.path.splitext(name)[1].lower(), compiled, path],
                           capture_output=True, check=False)
        for line in r.stdout.decode('utf-8', 'replace').split('\n'):
            if line:
                out[os.path.relpath(path, root)].add(line.split(' ')[0])
    return out


def by_case(s, case, strip):
    """The same from a case; copies count where they lie."""
    out = collections.defaultdict(set)
    for d in s.jsonl('detections', case):
        if d['rule']['kind'] == 'yara':
            for place in [d['source'], *d['copies']]:
                out[place['path'][len(strip):]].add(d['rule']['title'])
    return out


def agreement(s, rules):
    files = make_files(s.path('files'))
    want = by_yara(rules, s.path('files'))
    s.check(sum(len(v) for v in want.values()) > 20 and len({r for v in want.values() for r in v}) >= 9,
            'yara finds something', repr(want))
    with zipfile.ZipFile(s.path('files.zip'), 'w', zipfile.ZIP_DEFLATED) as z:
        for name, data in files.items():
            z.writestr(name, data)
    for workers in (1, 4):
        case = s.path('case%d' % workers)
        r = s.investigate(case, s.path('files'), own=False, workers=workers, extra=['--yara', rules])
        s.equal(r.returncode in (0, 1), True, 'plain files, %d workers: status' % workers)
        s.equal(by_case(s, case, 'files/'), want, 'plain files, %d workers' % workers)
    s.equal(s.raw('detections', s.path('case4')), s.raw('detections', s.path('case1')), 'the same bytes')
    r = s.investigate(s.path('zip'), s.path('files.zip'), own=False, extra=['--yara', rules])
    s.equal(by_case(s, s.path('zip'), 'files.zip!'), want, 'members of an archive')
    ids = [sorted(d['id'] for d in s.jsonl('detections', s.path(c))) for c in ('case1', 'zip')]
    s.equal(ids[1], ids[0], 'ids do not depend on the archive')
    # Both together: each a copy of the other, counted once.
    r = s.investigate(s.path('case1'), s.path('files.zip'), own=False, extra=['--yara', rules])
    s.equal(len(s.jsonl('detections', s.path('case1'))), len(ids[0]), 'copies count once')
    row = [d for d in s.jsonl('detections', s.path('zip')) if d['rule']['title'] == 'twice'][0]
    s.equal((row['level'], row['source']['offset'], row['time']), ('low', 0, None), 'level, place, no time')
    shown = s.run('show', s.path('zip'), row['id']).stdout.decode('utf-8')
    s.check('0x0 $a needle' in shown, 'show lists what was found where', shown)
    for c in ('case1', 'zip'):
        r = s.run('verify', s.path(c))
        s.check(r.returncode in (0, 1) and b'changed' not in r.stdout.lower(), 'verify %s' % c,
                (r.stdout + r.stderr).decode('utf-8', 'replace'))


def budget(s):
    """A rule that is quadratic on one file."""
    with open(s.path('slow.yar'), 'w', encoding='utf-8') as f:
        f.write('rule slow { strings: $a = /ab[^x]*x/ condition: $a }\n'
                'rule fast { strings: $a = "needle" condition: $a }\n')
    os.makedirs(s.path('slow'), exist_ok=True)
    with open(s.path('slow', 'b.bin'), 'wb') as f:
        f.write(b'ab' * 4000000)
    for name in ('a.txt', 'c.txt'):
        with open(s.path('slow', name), 'wb') as f:
            f.write(b'a needle in ' + name.encode())
    with zipfile.ZipFile(s.path('slow', 'd.zip'), 'w', zipfile.ZIP_DEFLATED) as z:
        z.writestr('one.txt', b'needle one')
        z.writestr('two.bin', b'ab' * 4000000)
        z.writestr('three.txt', b'needle three')
    r = s.investigate(s.path('slowcase'), s.path('slow'), own=False,
                      extra=['--yara', s.path('slow.yar'), '--yara-seconds', '1', '--quiet'])
    s.equal(r.returncode, 1, 'status when a scan was stopped')
    s.equal(by_case(s, s.path('slowcase'), 'slow/'),
            {n: {'fast'} for n in ('a.txt', 'c.txt', 'd.zip!one.txt', 'd.zip!three.txt')},
            'all others are found')
    stopped = {x['path'] for x in s.jsonl('sources', s.path('slowcase'))
               for p in x['problems'] if p['why'] == 'not-scanned'}
    s.equal(stopped, {'slow/b.bin', 'slow/d.zip!two.bin'}, 'what was stopped is named')


def large(s, rules):
    with open(s.path('large.bin'), 'wb') as f:
        f.truncate((64 << 20) + 1)
        f.write(b'firebreak-test-needle')
    r = s.investigate(s.path('largecase'), s.path('large.bin'), own=False, extra=['--yara', rules])
    s.equal(r.returncode, 1, 'too large: status')
    s.check(b'1 file not scanned to the end' in r.stdout, 'too large: in the summary', r.stdout.decode('utf-8', 'replace'))
    rows = s.jsonl('sources', s.path('largecase'))
    s.check([p for p in rows[0]['problems'] if p['why'] == 'not-scanned'], 'too large: said', json.dumps(rows))
    s.equal(s.jsonl('detections', s.path('largecase')), [], 'too large: not scanned')


def logs(s, rules):
    """Decoded files are scanned only when it is asked for."""
    os.makedirs(s.path('logs'), exist_ok=True)
    with open(s.path('logs', 'u_ex.log'), 'w', encoding='utf-8') as f:
        f.write('#Fields: date time cs-uri-stem c-ip sc-status\n'
                + '2025-07-18 01:02:03 /firebreak-test-needle 192.0.2.1 200\n' * 5)
    for extra, want in (((), {}), (('--yara-all',), {'u_ex.log': {'word', 'hexes'}})):
        case = s.path('logs%d' % len(extra))
        s.investigate(case, s.path('logs'), own=False, extra=['--yara', rules, *extra])
        s.equal(by_case(s, case, 'logs/'), want, 'a log, %s' % (extra or 'as it is'))
        s.equal(s.jsonl('sources', case)[0]['events'], 5, 'its events')
    # Asked for later, the same case.
    s.investigate(s.path('logs0'), s.path('logs'), own=False, extra=['--yara', rules, '--yara-all'])
    s.equal(by_case(s, s.path('logs0'), 'logs/'), {'u_ex.log': {'word', 'hexes'}}, 'a log, asked for later')


def faults(s):
    with open(s.path('bad.yar'), 'w', encoding='utf-8') as f:
        f.write('rule bad {\n condition:\n  nothing_of_that_name\n}\n')
    r = s.investigate(s.path('bad'), s.path('files'), own=False, extra=['--yara', s.path('bad.yar'), '--quiet'])
    s.check(r.returncode == 2 and b'bad.yar:3: ' in r.stderr, 'a rule with a fault',
            r.stderr.decode('utf-8', 'replace'))
    r = s.investigate(s.path('none'), s.path('files'), extra=['--yara', s.path('none.yar')])
    s.one_line(r, (2, 3), 'rules that are not there', 'none.yar')


def signature_base(s):
    folder = os.path.join(os.environ.get('FIREBREAK_CORPORA') or
                          os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..', '..',
                                       'shared', 'corpora'), 'yara', 'signature-base')
    if not os.path.isdir(folder):
        s.skip('signature-base', 'no corpora')
        return
    r = s.investigate(s.path('sb'), s.path('files', 'a'), own=False, extra=['--yara', folder, '--json'])
    totals = json.loads(r.stdout)['totals'] if r.stdout else {}
    s.check(r.returncode in (0, 1), 'signature-base loads', r.stderr.decode('utf-8', 'replace'))
    s.check(totals.get('rules_loaded', 0) > 5000, 'its rules', json.dumps(totals))


def main():
    s = Suite('yara')
    if not shutil.which('yarac'):
        s.skip('yara', 'the program yara is not installed')
        s.end()
    with open(s.path('rules.yar'), 'w', encoding='utf-8') as f:
        f.write(RULES % hashlib.md5(b'needle and needle').hexdigest())
    rules = s.path('rules.yar')
    agreement(s, rules)
    budget(s)
    large(s, rules)
    logs(s, rules)
    faults(s)
    signature_base(s)
    s.end()


if __name__ == '__main__':
    main()
