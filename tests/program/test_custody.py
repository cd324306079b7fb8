#!/usr/bin/env python3
"""Chain of custody: what was signed is found to be so, and whatever was tampered with is
found out by `verify`, with the right word and exit status."""
import hashlib
import json
import os
import shutil
import sqlite3
import struct
import subprocess
import tarfile

from fb import Suite, files_below

ALICE = {'FIREBREAK_BY': 'alice'}


def verify(t, case, *args):
    r = t.run('verify', case, '--json', *args)
    try:
        return r.returncode, json.loads(r.stdout)
    except ValueError:
        return r.returncode, {'custody': {'whole': None}, 'signatures': [], 'files': [], 'bundle': {}, 'error': r.stderr}


def results(doc):
    return [s['result'] for s in doc['signatures']]


def ok(t, what, *args, env=None):
    r = t.run(*args, env=env or ALICE)
    t.check(r.returncode == 0 and not r.stderr, what, (r.returncode, r.stderr[-600:], r.stdout[-300:]))
    return r.stdout.decode('utf-8')


def sql(case, *statements):
    db = sqlite3.connect(os.path.join(case, 'case.db'))
    for s in statements:
        db.execute(*s) if isinstance(s, tuple) else db.execute(s)
    db.commit()
    db.close()


def copy(t, case, name):
    to = t.path(name)
    shutil.rmtree(to, ignore_errors=True)
    shutil.copytree(case, to)
    return to


def openssl(t, *args):
    try:
        return subprocess.run(['openssl', *args], capture_output=True, check=False, timeout=60)
    except FileNotFoundError:
        return None


def keys(t):
    key = t.path('alice.pem')
    said = ok(t, 'key new', 'key', 'new', key)
    t.equal(os.stat(key).st_mode & 0o777, 0o600, 'the private key is for its owner alone')
    fingerprint = said.split('Fingerprint: ')[1].strip()
    t.equal(ok(t, 'key fingerprint', 'key', 'fingerprint', key + '.pub').strip(), fingerprint, 'its fingerprint')
    before = open(key, 'rb').read()
    t.one_line(t.run('key', 'new', key), [2], 'a key is not written over', 'already')
    t.equal(open(key, 'rb').read(), before, 'and stays')
    t.one_line(t.run('key', 'fingerprint', key), [2], 'a private key is no public key', 'a private key')
    t.one_line(t.run('key', 'old', key), [2], 'no such thing to do with keys', 'old')
    r = openssl(t, 'pkey', '-in', key, '-pubout')
    if r is None:
        t.skip('keys and openssl', 'openssl is not there')
    else:
        t.equal(r.stdout, open(key + '.pub', 'rb').read(), 'openssl reads the private key and makes the same public key of it')
        other = t.path('openssl.pem')
        openssl(t, 'genpkey', '-algorithm', 'ed25519', '-out', other)
        os.chmod(other, 0o600)
        for name, args in (('rsa', ['RSA', '-pkeyopt', 'rsa_keygen_bits:2048']), ('x', ['X25519'])):
            openssl(t, 'genpkey', '-algorithm', *args, '-out', t.path(name + '.pem'))
            os.chmod(t.path(name + '.pem'), 0o600)
            openssl(t, 'pkey', '-in', t.path(name + '.pem'), '-pubout', '-out', t.path(name + '.pem.pub'))
    ok(t, 'another key', 'key', 'new', t.path('mallory.pem'))
    return key, fingerprint


def refusals(t, case, key):
    """One clear line each, and nothing is signed."""
    t.one_line(t.run('sign', case), [2], 'no key', '--key')
    t.one_line(t.run('sign', case, '--key', t.path('none.pem')), [2], 'a key that is not there', 'none.pem')
    t.one_line(t.run('sign', case, '--key', key + '.pub'), [2], 'a public key', 'a public key')
    t.one_line(t.run('sign', case, '--key', t.tmp), [2], 'a folder', 'no file')
    for mode in (0o640, 0o604, 0o620):
        os.chmod(key, mode)
        t.one_line(t.run('sign', case, '--key', key), [2], 'mode %o' % mode, 'others can read or write')
    os.chmod(key, 0o600)
    for name in ('rsa.pem', 'x.pem'):
        if os.path.exists(t.path(name)):
            t.one_line(t.run('sign', case, '--key', t.path(name)), [2], name, 'another kind')
            t.one_line(t.run('verify', case, '--trust', t.path(name + '.pub')), [2], name + '.pub', 'another kind')
    with open(t.path('cut.pem'), 'wb') as f:
        f.write(open(key, 'rb').read().replace(b'M', b'*', 1))
    os.chmod(t.path('cut.pem'), 0o600)
    t.one_line(t.run('sign', case, '--key', t.path('cut.pem')), [2], 'a damaged key', 'no Ed25519 private key')
    for name in ('two\nlines', ' blank', 'x' * 201, '\x1b[31m'):
        t.one_line(t.run('sign', case, '--key', key, '--by', name), [2], 'signer %.10r' % name, 'who signs')
    t.one_line(t.run('sign', t.path('nocase'), '--key', key), [2], 'no case', 'no case there')
    t.one_line(t.run('verify', case, '--trust', t.path('none.pub')), [2], 'a trusted key that is not there', 'none.pub')
    t.check(not os.path.exists(os.path.join(case, 'signatures')), 'nothing was signed')


def unsigned(t, case):
    """Tampering that the custody record alone finds out."""
    status, doc = verify(t, case)
    t.equal((status, doc['custody']['whole'], doc['signatures']), (0, True, []), 'an unsigned case')
    status, doc = verify(t, case, '--trust', 'sha256:' + '0' * 64)
    t.equal(status, 1, 'no signature by a key that is trusted')
    for what, statement, word in (
            ('a detection taken out', 'DELETE FROM findings WHERE ord = (SELECT max(ord) FROM findings)', 'detections are not'),
            ('the hash of a source', "UPDATE sources SET sha256 = zeroblob(32) WHERE id = (SELECT min(id) FROM sources WHERE sha256 IS NOT NULL)", 'no such hash'),
            ('a row of the record', "UPDATE ledger SET detail = replace(detail, '0', '1') WHERE n = 2", 'row 2'),
            ('a row taken out', 'DELETE FROM ledger WHERE n = 3', 'row 3')):
        bad = copy(t, case, 'bad')
        sql(bad, statement)
        status, doc = verify(t, bad)
        t.check(status == 1 and doc['custody']['whole'] is False and word in doc['custody']['why'],
                'unsigned: ' + what, (status, doc['custody'], doc.get('error')))


def rewrite_ledger(case):
    """What somebody does who can write the file and knows how: all hashes anew."""
    db = sqlite3.connect(os.path.join(case, 'case.db'))
    prev = bytes(32)
    for n, time, what, detail in db.execute('SELECT n, time, what, detail FROM ledger ORDER BY n').fetchall():
        w, d = what.encode(), detail.encode()
        h = hashlib.sha256(prev + struct.pack('<Qq', n, time) + struct.pack('<Q', len(w)) + w + struct.pack('<Q', len(d)) + d).digest()
        db.execute('UPDATE ledger SET prev = ?, hash = ? WHERE n = ?', (prev, h, n))
        prev = h
    db.commit()
    db.close()


def signed(t, case, key, fingerprint):
    said = ok(t, 'sign', 'sign', case, '--key', key)
    head = verify(t, case)[1]
    t.check(fingerprint in said and 'Custody head: sha256:' in said, 'says the key and the head', said)
    t.equal((results(head), head['signatures'][0]['signer']), (['unknown-key'], 'alice'), 'without --trust no key is known')
    for trust in (key + '.pub', fingerprint, fingerprint.upper().replace('SHA256', 'sha256')):
        status, doc = verify(t, case, '--trust', trust)
        t.equal((status, results(doc), doc['custody']['whole']), (0, ['good'], True), 'good with --trust %.10s' % os.path.basename(trust))
    status, doc = verify(t, case, '--trust', t.path('mallory.pem.pub'))
    t.equal((status, results(doc)), (1, ['unknown-key']), 'signed by a key that is not named')
    text = t.run('verify', case, '--trust', fingerprint).stdout.decode()
    t.check('Signature 1.sig: good, by alice' in text, 'in words', text)

    # The signature stands without us: openssl checks it over the text of the file.
    with open(os.path.join(case, 'signatures', '1.sig'), 'rb') as f:
        text = f.read()
    body, last = text.split(b'signature ', 2)[0] + b'signature ' + text.split(b'signature ', 2)[1], text.split(b'signature ', 2)[2]
    with open(t.path('body'), 'wb') as f:
        f.write(body)
    with open(t.path('raw'), 'wb') as f:
        f.write(bytes.fromhex(last.decode().strip()))
    r = openssl(t, 'pkeyutl', '-verify', '-pubin', '-inkey', key + '.pub', '-rawin', '-in', t.path('body'), '-sigfile', t.path('raw'))
    if r is None:
        t.skip('the signature by openssl', 'openssl is not there')
    else:
        t.check(r.returncode == 0, 'openssl says that it is good', (r.stdout, r.stderr))


def tampered(t, case, key, fingerprint):
    path = lambda c: os.path.join(c, 'signatures', '1.sig')
    changes = (
        ('a level', 'UPDATE rules SET level = 0', 'rules'),
        ('a detection taken out', 'DELETE FROM findings WHERE ord = (SELECT max(ord) FROM findings)', 'detections'),
        ('an original', "UPDATE originals SET text = zeroblob(20) WHERE (unit, seq) = (SELECT unit, seq FROM originals LIMIT 1)", 'detections'),
        ('a summary', "UPDATE detections SET summary = summary || '.' WHERE (unit, seq) = (SELECT unit, seq FROM detections LIMIT 1)", 'detections'),
        ('the accounting', 'UPDATE sources SET rejected = rejected + 1 WHERE id = 1', 'sources'),
        ('the size of a source', 'UPDATE sources SET size = size + 1 WHERE id = 1', 'sources'),
        ('a decision', "UPDATE decisions SET line = replace(line, 'benign', 'unknown')", 'decisions'),
    )
    for what, statement, part in changes:
        bad = copy(t, case, 'bad')
        sql(bad, statement)
        status, doc = verify(t, bad, '--trust', fingerprint)
        t.check(status == 1 and results(doc) == ['does-not-fit'] and part in doc['signatures'][0]['why'],
                'signed: ' + what, (status, doc['signatures'], doc.get('error')))
    bad = copy(t, case, 'bad')
    sql(bad, "UPDATE ledger SET detail = replace(detail, 'sha256', 'sha-256') WHERE what = 'source-hashed' AND n = 2")
    rewrite_ledger(bad)
    status, doc = verify(t, bad, '--trust', fingerprint)
    t.check(status == 1 and results(doc) == ['does-not-fit'] and 'anew' in doc['signatures'][0]['why'],
            'the custody record written anew, hashes and all', (status, doc))
    bad = copy(t, case, 'bad')
    sql(bad, 'DELETE FROM ledger WHERE n >= (SELECT max(n) - 1 FROM ledger)')
    status, doc = verify(t, bad, '--trust', fingerprint)
    t.check(status == 1 and results(doc) == ['does-not-fit'] and 'ends before' in doc['signatures'][0]['why'],
            'its end cut off', (status, doc))
    with open(path(case), 'rb') as f:
        good = f.read()
    for what, text in (('the signer', good.replace(b'alice', b'malice')), ('one digit of it', good[:-2] + (b'0' if good[-2:-1] != b'0' else b'1') + b'\n'),
                       ('cut', good[:100]), ('empty', b''), ('large', good * 100), ('upper case', good[:-20] + good[-20:].upper()), ('a line more', good + b'x\n')):
        if text == good:
            continue
        bad = copy(t, case, 'bad')
        with open(path(bad), 'wb') as f:
            f.write(text)
        status, doc = verify(t, bad, '--trust', fingerprint)
        t.equal((status, results(doc)), (1, ['damaged']), 'the signature: ' + what)
    bad = copy(t, case, 'bad')
    os.remove(path(bad))
    status, doc = verify(t, bad)
    t.equal((status, results(doc)), (1, ['missing']), 'the signature taken away')
    os.mkfifo(path(bad))
    status, doc = verify(t, bad)
    t.equal((status, results(doc)), (1, ['damaged']), 'a pipe in its place')
    os.remove(path(bad))
    ok(t, 'signed by somebody else', 'sign', bad, '--key', t.path('mallory.pem'), env={'FIREBREAK_BY': 'mallory'})
    status, doc = verify(t, bad, '--trust', fingerprint)
    t.equal((status, sorted(results(doc))), (1, ['missing', 'unknown-key']), 'taken away, and another signature made')
    bad = copy(t, case, 'bad')
    os.rename(os.path.join(bad, 'signatures', '1.sig'), t.path('1.sig'))
    other = t.path('1.sig.other')
    with open(t.path('1.sig'), 'rb') as f, open(other, 'wb') as g:
        g.write(f.read())
    os.symlink(other, path(bad))
    status, doc = verify(t, bad)
    t.equal((status, results(doc)), (1, ['damaged']), 'a link in its place')


def added(t, case, evidence, key, fingerprint):
    """Work goes on after a signature: said, and covered by the next one."""
    row = t.jsonl('detections', case)[0]
    ok(t, 'decide after signing', 'mark', case, row['id'], 'malicious')
    status, doc = verify(t, case, '--trust', fingerprint)
    t.check(status == 1 and results(doc) == ['added-to'] and '1 decision' in doc['signatures'][0]['why'], 'a decision since', doc['signatures'])
    ok(t, 'sign again', 'sign', case, '--key', key)
    status, doc = verify(t, case, '--trust', fingerprint)
    t.equal((status, results(doc)), (0, ['added-to', 'good']), 'the second signature covers it')
    more = t.path('more')
    os.makedirs(more, exist_ok=True)
    shutil.copy(evidence, more)
    r = t.investigate(case, more)
    t.check(r.returncode == 0 and b'Custody head: sha256:' in r.stdout, 'investigate says the head', (r.returncode, r.stderr, r.stdout[-400:]))
    said = r.stdout.decode().split('Custody head: sha256:')[1].split()[0]
    status, doc = verify(t, case, '--trust', fingerprint)
    t.check(status == 1 and results(doc) == ['added-to', 'added-to'] and '1 run' in doc['signatures'][1]['why'], 'a run since', doc['signatures'])
    t.equal(doc['custody']['head'], said, 'the head that was said')
    bad = copy(t, case, 'bad')
    sql(bad, "UPDATE decisions SET line = replace(line, 'malicious', 'benign')", "DELETE FROM decisions WHERE n > 1")
    status, doc = verify(t, bad)
    t.equal((status, results(doc)), (1, ['added-to', 'does-not-fit']), 'decisions are only ever added')
    ok(t, 'and again', 'sign', case, '--key', key)
    t.equal(verify(t, case, '--trust', fingerprint)[0], 0, 'and all is well again')


def changed_evidence(t, case, evidence):
    path = files_below(evidence)[0]
    with open(path, 'rb') as f:
        data = f.read()
    with open(path, 'r+b') as f:
        f.seek(len(data) // 2)
        f.write(bytes([data[len(data) // 2] ^ 1]))
    status, doc = verify(t, case)
    t.equal((status, [f['result'] for f in doc['files'] if f['result'] != 'ok']), (1, ['changed']), 'a file of the evidence changed')
    os.remove(path)
    status, doc = verify(t, case)
    t.equal((status, [f['result'] for f in doc['files'] if f['result'] != 'ok']), (1, ['unreadable']), 'and gone')
    with open(path, 'wb') as f:
        f.write(data)


def tar_head(name, length, **other):
    """A head as the program writes it, but for what is asked for."""
    f = dict({'mode': b'0000644', 'type': b'0', 'link': b'', 'prefix': b'', 'mtime': b'%011o' % 1700000000,
              'size': b'%011o' % length}, **other)
    h = bytearray(512)
    for at, value in ((0, name), (100, f['mode']), (108, b'0000000'), (116, b'0000000'), (124, f['size']), (136, f['mtime']),
                      (156, f['type']), (157, f['link']), (257, b'ustar\0' + b'00'), (345, f['prefix'])):
        h[at:at + len(value)] = value
    h[148:156] = b' ' * 8
    h[148:156] = b'%06o\0 ' % sum(h)
    return bytes(h)


def tar_of(members):
    out = b''
    for name, data in members:
        name = name if isinstance(name, bytes) else name.encode()
        out += tar_head(name, len(data)) + data + bytes(-len(data) % 512)
    return out + bytes(1024)


def manifest_of(members):
    return b''.join(hashlib.sha256(d).hexdigest().encode() + b'  ' + n.encode() + b'\n' for n, d in members)


def bundles(t, case, key, fingerprint):
    tar = t.path('b.tar')
    t.one_line(t.run('bundle', case), [2], 'a bundle has a place', '-o')
    t.one_line(t.run('bundle', t.path('nocase'), '-o', tar), [2], 'and a case', 'no case there')
    said = ok(t, 'bundle', 'bundle', case, '-o', tar)
    with open(tar, 'rb') as f:
        whole = f.read()
    t.check(hashlib.sha256(whole).hexdigest() in said, 'its hash is said', said)
    os.makedirs(t.path('tmp'))
    os.environ['TMPDIR'] = t.path('tmp')
    status, doc = verify(t, tar, '--trust', fingerprint)
    t.equal((status, doc['bundle'], doc['custody']['whole']), (0, {'whole': True, 'why': None, 'manifest_signature': None}, True), 'a good bundle')
    t.equal(os.listdir(t.path('tmp')), [], 'leaves nothing behind')
    t.check(results(doc)[-1] == 'good' and {f['result'] for f in doc['files']} == {'ok'}, 'all of it is good', doc)
    text = t.run('verify', tar).stdout.decode()
    t.check('(of the bundle; the evidence is not in it)' in text, 'in words', text)
    # Others can read it too, and unpacked it is a case.
    out = t.path('unpacked')
    with tarfile.open(tar) as f:
        f.extractall(out)
        members = [(m.name, f.extractfile(m).read()) for m in f.getmembers()]
    names = [n for n, _ in members]
    t.check(names[0] == 'case.db' and names[-2:] == ['sheet.txt', 'manifest.txt'] and 'report.html' in names and
            'signatures/1.sig' in names, 'what is in it', names)
    t.equal(members[-1][1], manifest_of(members[:-1]), 'the manifest is as sha256sum writes it')
    sheet = dict(members)['sheet.txt'].decode()
    source = [s for s in t.jsonl('sources', case) if s['sha256']][0]
    t.check(source['sha256'] in sheet and source['path'] in sheet and 'investigate' in sheet and 'Firebreak 0.' in sheet and
            'Times: UTC' in sheet, 'the sheet', sheet[:3000])
    t.equal(t.raw('detections', out), t.raw('detections', case), 'the case in it is the case')
    t.equal(len(tar_of(members)), len(whole), 'and its form is as described')

    def found(what, data, want_status, test):
        bad = t.path('bad.tar')
        with open(bad, 'wb') as f:
            f.write(data)
        status, doc = verify(t, bad, '--trust', fingerprint)
        t.check(status == want_status and test(doc), 'bundle: ' + what, (status, {k: v for k, v in doc.items() if k != 'x'}))

    def result_of(doc, name):
        return [f['result'] for f in doc['files'] if f['path'] == name]

    for name in ('report.html', 'sheet.txt', 'signatures/1.sig', 'case.db'):
        data = dict(members)[name]
        at = whole.index(data[:4096] if len(data) > 4096 else data) + len(data) // 2
        found('a byte of ' + name, whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1:], 1,
              lambda doc: result_of(doc, name) == ['changed'])
    less = [m for m in members if m[0] != 'report.html']
    found('a file taken out', tar_of(less), 1, lambda doc: result_of(doc, 'report.html') == ['missing'])
    found('a file put in', tar_of(members[:1] + [('signatures/9.sig', b'x')] + members[1:]), 1,
          lambda doc: result_of(doc, 'signatures/9.sig') == ['unlisted'])
    # Somebody who writes the manifest anew stands before the signatures.
    evil = copy(t, case, 'evil')
    sql(evil, "UPDATE detections SET summary = 'nothing' WHERE (unit, seq) = (SELECT unit, seq FROM detections LIMIT 1)")
    with open(os.path.join(evil, 'case.db'), 'rb') as f:
        swapped = [('case.db', f.read())] + members[1:-1]
    found('case and manifest exchanged', tar_of(swapped + [('manifest.txt', manifest_of(swapped))]), 1,
          lambda doc: doc['bundle']['whole'] and results(doc)[-1] == 'does-not-fit')
    unsigned = [m for m in members[:-1] if 'signatures/' not in m[0]]
    found('signatures taken out, manifest anew', tar_of(unsigned + [('manifest.txt', manifest_of(unsigned))]), 1,
          lambda doc: set(results(doc)) == {'missing'})
    junk = [('case.db', b'no database' * 100)] + members[1:-1]
    found('no database', tar_of(junk + [('manifest.txt', manifest_of(junk))]), 1, lambda doc: doc['custody']['whole'] is False)
    # Hostile archives: named, and nothing is written anywhere.
    first = tar_head(b'case.db', 0)
    damaged = lambda word: lambda doc: doc['bundle']['whole'] is False and word in doc['bundle']['why']
    t.check(tar_of([('case.db', b'')])[:512] == first, 'the test writes heads as the program does')
    for name in (b'../evil', b'/etc/evil', b'signatures/../evil', b'signatures/1.sig/x', b'signatures/01.sig', b'signatures/257.sig',
                 b'case.db-wal', b'./case.db', b'signatures/\xff.sig', b''):
        found('the name %r' % name, tar_of(members[:1] + [(name, b'x')] + members[1:]), 1, damaged('no bundle has'))
    found('a file twice', tar_of(members[:1] + members), 1, damaged('twice'))
    for what, head in (('a link', tar_head(b'report.html', 0, type=b'2', link=b'/etc/passwd')), ('a hard link', tar_head(b'report.html', 0, type=b'1', link=b'case.db')),
                       ('a folder', tar_head(b'signatures', 0, type=b'5')), ('a device', tar_head(b'report.html', 0, type=b'3')),
                       ('a prefix', tar_head(b'report.html', 0, prefix=b'..')), ('a size in base 256', tar_head(b'report.html', 0, size=b'\x80' + bytes(10) + b'\1')),
                       ('no digits', tar_head(b'report.html', 0, size=b'-0000000001')), ('a long name', tar_head(b'x' * 100, 0)),
                       ('a set-uid file', tar_head(b'report.html', 0, mode=b'0004755')), ('a wrong sum', tar_head(b'report.html', 0).replace(b'report', b'retort'))):
        found(what, tar_of(members[:1])[:-1024] + head + tar_of(members[2:]), 1, damaged('not as this program writes it'))
    found('a size beyond its end', tar_of(members[:1])[:-1024] + tar_head(b'report.html', 8 ** 11 - 1) + bytes(1024), 1, damaged('cut off'))
    for n in (len(whole) - 512, len(whole) - 1024, len(whole) // 2, 700):
        found('cut at %d' % n, whole[:n], 1, damaged(''))
    found('more behind its end', whole + bytes(512), 1, damaged('behind its end'))
    found('data behind its end', whole[:-1] + b'x', 1, damaged('behind its end'))
    for manifest in (b'x\n', members[-1][1] + members[-1][1], members[-1][1][:-1], members[-1][1] + b'0' * 64 + b'  ../x\n', members[-1][1].upper()):
        found('the manifest %r' % manifest[-20:], tar_of(members[:-1] + [('manifest.txt', manifest)]), 1, damaged('manifest is not'))
    at = len(tar_of([('case.db', dict(members)['case.db']), ('report.html', dict(members)['report.html'])])) - 1024
    t.check(len(dict(members)['report.html']) % 512 and whole[at - 1] == 0, 'there is room between two files')
    found('data between two files', whole[:at - 1] + b'x' + whole[at:], 1, damaged('between the files'))
    found('no manifest', tar_of(members[:-1]), 1, damaged('no manifest'))
    for what, data in (('empty', b''), ('text', b'text' * 300), ('zip', b'PK\3\4' + bytes(600))):
        with open(t.path('bad.tar'), 'wb') as f:
            f.write(data)
        t.one_line(t.run('verify', t.path('bad.tar')), [2], 'no bundle: ' + what, 'no bundle')
    t.equal(os.listdir(t.path('tmp')), [], 'nothing was left behind')


def main():
    t = Suite('custody')
    evidence = t.make_demo(t.path('demo'), days=1)
    case = t.path('case')
    r = t.investigate(case, evidence)
    t.check(r.returncode == 0, 'investigate', (r.returncode, r.stderr[-500:]))
    row = t.jsonl('detections', case)[-1]
    ok(t, 'decide', 'mark', case, row['id'], 'benign')
    key, fingerprint = keys(t)
    refusals(t, case, key)
    unsigned(t, case)
    signed(t, case, key, fingerprint)
    tampered(t, case, key, fingerprint)
    added(t, case, [p for p in files_below(evidence) if p.endswith('.log')][0], key, fingerprint)
    bundles(t, case, key, fingerprint)
    changed_evidence(t, case, evidence)
    t.end()


if __name__ == '__main__':
    main()
