#!/usr/bin/env python3
"""MD5 and SHA-1 of exhibits: from the same bytes, or later, once; of members too; shown,
signed, and found out when somebody changes them."""
import csv
import hashlib
import io
import os
import shutil
import sqlite3
import tarfile
import zipfile

from fb import RULES, Suite, request, w3c

FEW = os.path.join(RULES, 'web')


def sums(data):
    return {k: hashlib.new(k, data).hexdigest() for k in ('sha256', 'md5', 'sha1')}


def evidence(t):
    root = t.path('evidence')
    os.makedirs(root)
    want = {}
    log = w3c([request('POST', '/_layouts/15/ToolPane.aspx', client='203.0.113.%d' % i) for i in range(50)])
    inner = w3c([request(client='198.51.100.%d' % i) for i in range(20)])
    for name, data in (('u_ex250718.log', log), ('empty', b''), ('big.bin', bytes(range(256)) * 40000)):
        with open(os.path.join(root, name), 'wb') as f:
            f.write(data)
        want['evidence/' + name] = sums(data)
    nested = io.BytesIO()
    with zipfile.ZipFile(nested, 'w', zipfile.ZIP_DEFLATED) as z:
        z.writestr('deep.log', inner)
    with zipfile.ZipFile(os.path.join(root, 'a.zip'), 'w') as z:
        z.writestr('x/u_ex.log', inner + b'\r\n')
        z.writestr('nested.zip', nested.getvalue())
    with open(os.path.join(root, 'a.zip'), 'rb') as f:
        want['evidence/a.zip'] = sums(f.read())
    want['evidence/a.zip!x/u_ex.log'] = sums(inner + b'\r\n')
    want['evidence/a.zip!nested.zip'] = sums(nested.getvalue())
    want['evidence/a.zip!nested.zip!deep.log'] = sums(inner)
    return root, want


def got(t, case):
    return {s['path']: {k: s[k] for k in ('sha256', 'md5', 'sha1')} for s in t.jsonl('sources', case)}


def run(t, case, root, *more, status=(0, 1)):
    r = t.run('investigate', root, '-o', case, '--no-own-rules', '--rules', FEW, *more)
    t.check(r.returncode in status, 'investigate %s %s' % (os.path.basename(case), more), (r.returncode, r.stderr[-400:]))
    return r


def rows(case, what):
    db = sqlite3.connect(os.path.join(case, 'case.db'))
    out = [d for (d,) in db.execute('SELECT detail FROM ledger WHERE what = ? ORDER BY n', (what,))]
    db.close()
    return out


def change(case, sql, *args):
    db = sqlite3.connect(os.path.join(case, 'case.db'))
    n = db.execute(sql, args).rowcount
    db.commit()
    db.close()
    return n


def right(t, root, want):
    case = t.path('case')
    run(t, case, root, '--hashes', 'md5,sha1')
    t.equal(got(t, case), want, 'all three sums of files and members at all depths')
    table = {r['path']: (r['md5'], r['sha1']) for r in csv.DictReader(io.StringIO(t.run('sources', case, '--csv').stdout.decode()))}
    t.equal(table, {p: (w['md5'], w['sha1']) for p, w in want.items()}, 'in CSV')
    with open(os.path.join(case, 'report.html'), encoding='utf-8') as f:
        page = f.read()
    t.check(all(w['md5'] in page and w['sha1'] in page for w in want.values()), 'in the report')
    t.check(any(want['evidence/empty']['md5'] in d for d in rows(case, 'source-hashed')), 'in the custody record')
    t.equal(rows(case, 'source-summed'), [], 'from the same reading')
    bundle = t.path('case.tar')
    t.equal(t.run('bundle', case, '-o', bundle).returncode, 0, 'bundle')
    with tarfile.open(bundle) as tar:
        sheet = tar.extractfile('sheet.txt').read().decode()
    t.check(all('md5:' + w['md5'] in sheet and 'sha1:' + w['sha1'] in sheet for w in want.values()), 'in the sheet of a bundle')
    r = t.run('verify', case)
    t.equal(r.returncode, 0, 'verify')

    # Without the option: none, and the case says nothing of them.
    plain = t.path('plain')
    run(t, plain, root)
    t.equal(got(t, plain), {p: dict(w, md5=None, sha1=None) for p, w in want.items()}, 'only where asked for')
    one = t.path('one')
    run(t, one, root, '--hashes', 'MD5')
    t.equal(got(t, one), {p: dict(w, sha1=None) for p, w in want.items()}, 'one of them')

    # Later: of what was read already, once, and the next run has nothing to do.
    r = run(t, plain, root, '--hashes', 'sha1,md5')
    t.check(b'nothing new to read' in r.stdout, 'evidence is not investigated again', r.stdout[:300])
    t.equal(got(t, plain), want, 'later, the same')
    n = len(rows(plain, 'source-summed'))
    t.check(n >= len(want), 'told in the custody record', n)
    run(t, plain, root, '--hashes', 'md5,sha1')
    t.equal(len(rows(plain, 'source-summed')), n, 'once')
    run(t, one, root, '--hashes', 'sha1')
    t.equal(got(t, one), want, 'the other one later')
    # Other rules: all is read again, without the option; sums of the same content stay.
    r = t.run('investigate', root, '-o', one, '--no-own-rules', '--rules', os.path.join(RULES, 'execution'))
    t.check(b'matched again' in r.stdout, 'other rules', r.stdout[:600])
    t.equal(got(t, one), want, 'the sums are still there')
    t.equal(t.run('verify', one).returncode, 0, 'and verify agrees')
    return case, plain


def wrong(t, root):
    for value in ('sha512', 'md5,md5', 'md5,', ',', 'md5 sha1'):
        t.one_line(t.run('investigate', root, '-o', t.path('never'), '--hashes', value), [2], '--hashes %r' % value, '--hashes')
    t.check(not os.path.exists(t.path('never')), 'and nothing is made')
    # A file that changed since it was read, behind our back.
    copy, case = t.path('copy'), t.path('changedcase')
    shutil.copytree(root, copy)
    path = os.path.join(copy, 'big.bin')
    run(t, case, copy)
    st = os.stat(path)
    with open(path, 'r+b') as f:
        f.seek(4711)
        f.write(b'\x00')
    os.utime(path, ns=(st.st_atime_ns, st.st_mtime_ns))
    r = run(t, case, copy, '--hashes', 'md5', status=(1,))
    t.check(b'1 sources changed since' in r.stderr, 'a changed file is said', r.stderr)
    have = got(t, case)
    t.check(have['copy/big.bin']['md5'] is None and have['copy/empty']['md5'], 'and has no sum, the others have', have['copy/big.bin'])


def tampered(t, case, plain, want):
    key = t.path('key.pem')
    t.equal(t.run('key', 'new', key).returncode, 0, 'a key')
    t.equal(t.run('sign', case, '--key', key, '--by', 'a').returncode, 0, 'sign')
    t.equal(t.run('verify', case, '--trust', key + '.pub').returncode, 0, 'as it was signed')
    name = 'evidence/u_ex250718.log'
    sql = "UPDATE meta SET value = ? WHERE key = 'hash:md5:" + want[name]['sha256'] + "'"
    t.equal(change(case, sql, '0' * 32), 1, 'a sum is changed')
    r = t.run('verify', case, '--trust', key + '.pub')
    text = r.stdout.decode()
    t.check(r.returncode == 1 and 'does-not-fit' in text and 'sources' in text, 'the signature does not fit', text)
    t.check('misrecorded   ' + name in text and 'the md5' in text, 'the evidence has another', text)
    t.check('Custody record broken' in text and 'hash:md5' in text, 'and the custody record tells another', text)
    one = {f['path']: f['result'] for f in t.jsonl('verify', plain) if 'result' in f}
    t.equal(set(one.values()), {'ok'}, 'the other case is as it was')
    t.equal(change(plain, sql, 'x'), 1, 'no sum at all')
    t.one_line(t.run('sources', plain), [3], 'is damage', 'a hash of a source')


def main():
    t = Suite('exhibits')
    root, want = evidence(t)
    case, plain = right(t, root, want)
    wrong(t, root)
    tampered(t, case, plain, want)
    t.end()


if __name__ == '__main__':
    main()
