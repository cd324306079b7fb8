#!/usr/bin/env python3
"""What leaves the room: bundles whose manifest is signed, and marked with TLP; every
tampering is found out, with the right word."""
import os
import re
import tarfile

from fb import RULES, Suite
from test_custody import manifest_of, ok, openssl, results, tar_of, verify


def members_of(path):
    with tarfile.open(path) as f:
        return [(m.name, f.extractfile(m).read()) for m in f.getmembers()]


def seal_of(doc):
    return doc['bundle'].get('manifest_signature') or {'result': None}


def signed(t, case, key, fingerprint):
    tar = t.path('s.tar')
    for args, words in ((['--sign', t.path('nokey')], 'nokey'), (['--sign', key + '.pub'], 'key'), (['--by', 'bob'], '--by'),
                        (['--sign', key, '--by', ' bob'], 'who signs'), (['--tlp', 'white'], '--tlp white')):
        t.one_line(t.run('bundle', case, '-o', tar, *args), [2, 3], 'bundle %s' % args[:2], words)
    t.check(not os.path.exists(tar), 'and no archive is made')
    said = ok(t, 'bundle --sign', 'bundle', case, '-o', tar, '--sign', key)
    t.check('Manifest signed by alice with the key ' + fingerprint in said, 'it is said', said)
    members = members_of(tar)
    t.equal([n for n, _ in members][-2:], ['manifest.txt', 'manifest.sig'], 'the signature is its last file')
    status, doc = verify(t, tar, '--trust', fingerprint)
    t.equal((status, seal_of(doc)['result'], seal_of(doc)['signer'], seal_of(doc)['tlp']), (0, 'good', 'alice', None), 'good')
    status, doc = verify(t, tar)
    t.equal((status, seal_of(doc)['result']), (0, 'unknown-key'), 'by an unknown key')
    status, doc = verify(t, tar, '--trust', 'sha256:' + '0' * 64)
    t.equal((status, seal_of(doc)['result']), (1, 'unknown-key'), 'where another is trusted')
    text = t.run('verify', tar, '--trust', fingerprint).stdout.decode()
    t.check('Signature of the manifest: good, by alice' in text and 'No signature' not in text, 'in words', text)
    # As another program would check it.
    lines = dict(members)['manifest.sig'].decode().split('\n')
    for name, data in (('text', '\n'.join(lines[:-2]).encode() + b'\n'), ('raw', bytes.fromhex(lines[-2].split(' ')[1]))):
        with open(t.path(name), 'wb') as f:
            f.write(data)
    r = openssl(t, 'pkeyutl', '-verify', '-pubin', '-inkey', key + '.pub', '-rawin', '-in', t.path('text'), '-sigfile', t.path('raw'))
    if r is None:
        t.skip('the signature of a manifest, with openssl', 'no openssl here')
    else:
        t.equal(r.returncode, 0, 'openssl agrees')
    tampered(t, members, key, fingerprint)


def tampered(t, members, key, fingerprint):
    def found(what, now, word, files=()):
        bad = t.path('bad.tar')
        with open(bad, 'wb') as f:
            f.write(tar_of(now))
        status, doc = verify(t, bad, '--trust', fingerprint)
        amiss = {f['path']: f['result'] for f in doc['files'] if f['result'] != 'ok'}
        t.equal((status, seal_of(doc)['result'], amiss), (1, word, dict(files)), what)

    def put(name, data):
        return [(n, data if n == name else d) for n, d in members]

    def anew(now):
        return [(n, manifest_of([m for m in now if not m[0].startswith('manifest.')]) if n == 'manifest.txt' else d) for n, d in now]

    parts = dict(members)
    sig = parts['manifest.sig']
    evil = parts['report.html'].replace(b'Firebreak', b'Firebrick')
    t.equal(seal_of(verify_bytes(t, members, fingerprint))['result'], 'good', 'the test writes the archive as the program does')
    found('a changed report', put('report.html', evil), 'good', [('report.html', 'changed')])
    found('a changed report, manifest anew', anew(put('report.html', evil)), 'does-not-fit')
    found('a changed sheet, manifest anew', anew(put('sheet.txt', parts['sheet.txt'] + b'x')), 'does-not-fit')
    found('another file in it, manifest anew', anew(members[:1] + [('signatures/9.sig', b'x')] + members[1:]), 'does-not-fit')
    found('a file less, manifest anew', anew([m for m in members if m[0] != 'report.html']), 'does-not-fit')
    found('the signature gone', members[:-1], 'missing')
    long = put('sheet.txt', parts['sheet.txt'] + b'x' * 100000)
    found('the same, of a long sheet', anew(long)[:-1], 'missing')
    for what, data in (('a byte of the signature', sig[:-3] + (b'00\n' if sig[-3:] != b'00\n' else b'11\n')), ('its signer', sig.replace(b'alice', b'mallo')),
                       ('its marking', sig.replace(b'tlp -', b'tlp red')), ('a marking that is none', sig.replace(b'tlp -', b'tlp white')),
                       ('its time', sig.replace(b'time 20', b'time 19')), ('a line more', sig + b'x\n'), ('nothing', b''), ('junk', bytes(range(256)) * 40)):
        t.check(data != sig, 'changed: ' + what)
        found('changed: ' + what, put('manifest.sig', data), 'damaged')
    # Signed anew by somebody else.
    other = t.path('mallory.pem')
    ok(t, 'another key', 'key', 'new', other)
    case = t.path('unpacked')
    with tarfile.open(t.path('s.tar')) as f:
        f.extractall(case)
    again = t.path('again.tar')
    ok(t, 'signed anew', 'bundle', case, '-o', again, '--sign', other, '--by', 'alice')
    status, doc = verify(t, again, '--trust', fingerprint)
    t.equal((status, seal_of(doc)['result']), (1, 'unknown-key'), 'by another who says to be alice')


def verify_bytes(t, members, fingerprint):
    path = t.path('same.tar')
    with open(path, 'wb') as f:
        f.write(tar_of(members))
    return verify(t, path, '--trust', fingerprint)[1]


def marked(t, case, key, fingerprint):
    for word, label in (('clear', 'TLP:CLEAR'), ('green', 'TLP:GREEN'), ('amber', 'TLP:AMBER'), ('amber+strict', 'TLP:AMBER+STRICT'), ('red', 'TLP:RED')):
        out = t.path('marked.html')
        ok(t, 'report --tlp ' + word, 'report', case, '-o', out, '--tlp', word)
        with open(out, encoding='utf-8') as f:
            page = f.read()
        body = page[page.index('<body'):]
        t.equal(len(re.findall('<strong>' + re.escape(label) + '</strong>', body)), 2, 'the page says it first and last: ' + label)
        t.check('name="tlp" content="%s"' % word in page, 'and to programs')
    with open(os.path.join(case, 'report.html'), encoding='utf-8') as f:
        t.check('TLP:' not in f.read(), 'without it nothing')
    tar = t.path('m.tar')
    said = ok(t, 'bundle --tlp', 'bundle', case, '-o', tar, '--tlp', 'amber+strict', '--sign', key)
    t.check('Marked TLP:AMBER+STRICT' in said, 'said', said)
    parts = dict(members_of(tar))
    t.check(b'TLP:AMBER+STRICT' in parts['sheet.txt'] and b'<strong>TLP:AMBER+STRICT' in parts['report.html'], 'sheet and report')
    status, doc = verify(t, tar, '--trust', fingerprint)
    t.equal((status, seal_of(doc)['result'], seal_of(doc)['tlp']), (0, 'good', 'amber+strict'), 'and the signature is over it')
    t.equal([n for n in os.listdir(t.path('tmp')) if n.startswith('firebreak')], [], 'nothing is left behind')
    t.one_line(t.run('report', case, '-o', t.path('x.html'), '--tlp', 'AMBER'), [2], 'no such marking', '--tlp AMBER')


def main():
    t = Suite('handover')
    evidence = t.make_demo(t.path('demo'), days=1)
    case = t.path('case')
    r = t.investigate(case, evidence, rules=[os.path.join(RULES, 'web')], own=False)
    t.check(r.returncode == 0, 'investigate', (r.returncode, r.stderr[-500:]))
    os.makedirs(t.path('tmp'))
    os.environ['TMPDIR'] = t.path('tmp')
    key = t.path('alice.pem')
    said = ok(t, 'a key', 'key', 'new', key)
    fingerprint = re.search('sha256:[0-9a-f]{64}', said).group(0)
    signed(t, case, key, fingerprint)
    marked(t, case, key, fingerprint)
    t.end()


if __name__ == '__main__':
    main()
