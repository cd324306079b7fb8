#!/usr/bin/env python3
"""Chain of custody: what was signed is found to be so, and whatever was tampered with is
found out by `verify`, with the right word and exit status."""
import json
import os
import shutil
import sqlite3
import subprocess

from fb import Suite, files_below

ALICE = {'FIREBREAK_BY': 'alice'}


def verify(t, case, *args):
    r = t.run('verify', case, '--json', *args)
    try:
        return r.returncode, json.loads(r.stdout)
    except ValueError:
        return r.returncode, {'custody': {'whole': None}, 'signatures': [], 'files': [], 'error': r.stderr}


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
    import hashlib
    import struct
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
    changed_evidence(t, case, evidence)
    t.end()


main()
