#!/usr/bin/env python3
"""bundle --pseudonymise: no original value leaves the room, wherever it stood; what stays is a
case that works, with the same pseudonyms in every bundle of the same secret."""
import base64
import csv
import io
import ipaddress
import json
import os
import re
import sqlite3
import stat
import tarfile
import zlib

from fb import Suite, request, w3c
from test_custody import ok, verify

COMMON = {'system', 'local service', 'network service', 'anonymous logon', 'administrator', 'guest', 'administrators', 'domain admins',
          'localsystem', 'nt authority', 'builtin', 'iis apppool', 'nt service', '-', '', 'workgroup', 'krbtgt', 'users', 'iusr',
          'domain users', 'example', 'localhost', 'window manager', 'font driver host', 'defaultapppool'}


def evidence(t):
    """The demonstration, and what it has not: odd spellings, letters beyond ASCII, names in texts."""
    root = t.make_demo(t.path('demo'), days=1)
    folder = os.path.join(root, 'Käthe-Müller-Laptop', 'inetpub', 'logs')
    os.makedirs(folder)
    lines = [request('POST', '/_layouts/15/ToolPane.aspx', 'DisplayMode=Edit&a=/ToolPane.aspx&u=kmueller.secret', user='NORTHMOOR\\käthe.müller',
                     client='198.51.100.77', referer='/_layouts/SignOut.aspx', agent='Agent-of-sp01/northmoor')
             for _ in range(3)]
    lines += [request('POST', '/users/KÄTHE.MÜLLER/_layouts/15/ToolPane.aspx', 'DisplayMode=Edit&a=/ToolPane.aspx', user='northmoor\\KÄTHE.MÜLLER',
                      client='::ffff:198.51.100.77', referer='/_layouts/SignOut.aspx')]
    with open(os.path.join(folder, 'u_ex250718.log'), 'wb') as f:
        f.write(w3c(lines))
    # A text of the program that quotes evidence: a link in an archive.
    with tarfile.open(os.path.join(folder, 'x.tar'), 'w') as z:
        z.addfile(tarfile.TarInfo('plain'), io.BytesIO())
        link = tarfile.TarInfo('link')
        link.type, link.linkname = tarfile.SYMTYPE, '/home/kmueller.hidden/x'
        z.addfile(link)
    return root


def originals_of(t, case):
    """Values of every kind that the case knows, as a reader of the output would collect them."""
    hosts, accounts, addresses, paths = set(), set(), set(), set()
    for s in t.jsonl('sources', case):
        hosts.add(s['host'] or '')
        paths.update(re.split(r'[/!\\]', s['path']))
    for d in t.jsonl('detections', case):
        hosts.add(d['host'] or '')
        for e in d['entities']:
            if e['type'] == 'host':
                hosts.add(e['value'])
            elif e['type'] == 'account':
                accounts.add(e['value'])
            elif e['type'] == 'address':
                addresses.add(e['value'].replace('::ffff:', ''))
            elif e['type'] in ('process', 'file'):
                accounts.update(re.findall(r'\\Users\\([^\\]+)\\', e['value']))
    words = set()
    for h in hosts:
        words.update(h.split('.'))
    for a in accounts:
        words.update(re.split(r'[\\@]', a.rstrip('$')))
    words = {w for w in words if w.lower() not in COMMON and not re.fullmatch(r'(?i)(S-1-.*|DWM-\d|UMFD-\d|Public|Default)', w)
             and not re.fullmatch(r'[0-9.:]+', w)}
    addresses -= {'-', '', '127.0.0.1', '::1', '0.0.0.0', '::'}
    return words, addresses, {p for p in paths if len(p) > 3}


def everything(tar):
    """(where, bytes) of all that is in it, packed or not."""
    with tarfile.open(tar) as f:
        for m in f.getmembers():
            data = f.extractfile(m).read()
            yield m.name, data
            if m.name == 'report.html':
                doc = json.loads(re.search(b'<script type="application/json" id="data">(.*?)</script>', data, re.S).group(1))
                for g in doc['groups']:
                    if 'originals' in g:
                        yield 'originals', zlib.decompress(bytes(b ^ 0x5a for b in base64.b64decode(g['originals'])))
                yield 'data', json.dumps(doc, ensure_ascii=False).encode()


def leaks(tar, words, addresses, names):
    found = set()
    long = sorted(w for w in words if len(w) >= 6)
    short = sorted(w for w in words if len(w) < 6)
    for where, data in everything(tar):
        # The page's own words for how to filter.
        text = data.decode('utf-8', 'ignore').replace('host=SP01 level=high text', '')
        low = text.lower()
        wide = data.decode('utf-16-le', 'ignore').lower()
        found.update((where, w) for w in long if w.lower() in low or w.lower() in wide)
        for w in short:
            if re.search(r'(?<![0-9a-z_])%s(?![0-9a-z_])' % re.escape(w.lower()), low):
                found.add((where, w))
        for a in addresses:
            if re.search(r'(?<![0-9a-f.:])%s(?![0-9a-f.:])' % re.escape(a.lower()), low):
                found.add((where, a))
        found.update((where, n) for n in names if n in text)
    return found


def nothing_leaves(t, case):
    secret, mapping, tar = t.path('secret'), t.path('mapping.csv'), t.path('p.tar')
    words, addresses, paths = originals_of(t, case)
    names = {p for p in paths if 'Laptop' in p or 'kmueller' in p} | {'kmueller.secret', 'kmueller.hidden', t.tmp, os.path.basename(t.tmp)}
    t.check({'SP01', 'northmoor', 'käthe.müller'} <= words and '198.51.100.77' in addresses and len(addresses) > 5 and len(words) > 10,
            'there is something to hide', (sorted(words), sorted(addresses)))
    plain = t.path('plain.tar')
    ok(t, 'a bundle', 'bundle', case, '-o', plain)
    seen = {w for _, w in leaks(plain, words, addresses, names)}
    t.check({'SP01', 'northmoor', '198.51.100.77', 'käthe.müller', 'kmueller.secret', 'kmueller.hidden', 'Käthe-Müller-Laptop'} <= seen, 'the test finds them where they are', sorted(seen))
    said = ok(t, 'bundle --pseudonymise', 'bundle', case, '-o', tar, '--pseudonymise', secret, '--mapping', mapping)
    t.check('New secret' in said and 'see sheet.txt' in said, 'said', said)
    t.equal(sorted(leaks(tar, words, addresses, names)), [], 'no original value is anywhere in it')
    with open(secret, 'rb') as f:
        key = f.read().strip()
    t.check(all(key not in data for _, data in everything(tar)), 'nor the secret')
    for path in (secret, mapping):
        t.equal(stat.S_IMODE(os.stat(path).st_mode), 0o600, 'for the sender alone: ' + os.path.basename(path))
    with open(mapping, encoding='utf-8', newline='') as f:
        rows = list(csv.DictReader(f))
    t.equal(len({(r['kind'], r['pseudonym']) for r in rows}), len(rows), 'no pseudonym twice')
    told = {r['original'].lower() for r in rows}
    t.check({w.lower() for w in words} <= told and addresses <= {r['original'] for r in rows}, 'the mapping has all',
            sorted({w.lower() for w in words} - told))
    t.check(all(ipaddress.ip_address(r['pseudonym']) in ipaddress.ip_network('2001:db8::/32') for r in rows if r['kind'] == 'address'),
            'addresses are addresses of documentation')
    t.equal([n for n in os.listdir(t.path('tmp')) if n.startswith('firebreak')], [], 'nothing is left behind')
    return tar, secret, rows


def still_a_case(t, case, tar, rows):
    out = t.path('out')
    with tarfile.open(tar) as f:
        f.extractall(out)
        names = f.getnames()
    t.check('report.html' in names and 'sheet.txt' in names and not any('signatures' in n for n in names), 'what is in it', names)
    sheet = open(os.path.join(out, 'sheet.txt'), encoding='utf-8').read()
    t.check('PSEUDONYMISED.' in sheet and 'Removed are original' in sheet and 'Kept' in sheet, 'the sheet says what was done')
    status, doc = verify(t, tar)
    t.equal((status, doc['custody']['whole'], doc['bundle']['whole']), (0, True, True), 'verify')
    want, got = t.jsonl('detections', case), t.jsonl('detections', out)
    keep = ('id', 'time', 'level', 'event_id', 'channel')
    t.equal([[d[k] for k in keep] + [d['rule']['id'], len(d['entities']), len(d['copies'])] for d in got],
            [[d[k] for k in keep] + [d['rule']['id'], len(d['entities']), len(d['copies'])] for d in want], 'the same detections')
    # The same host, the same pseudonym; of two hosts two.
    pairs = {(a['host'], b['host']) for a, b in zip(want, got)}
    t.equal(len(pairs), len({h for h, _ in pairs}), 'a host is one pseudonym')
    t.equal(len({h.lower() for h, _ in pairs if h}), len({p for _, p in pairs if p}), 'and a pseudonym one host')
    t.check(any('KÄTHE' in e['value'] for d in want for e in d['entities']), 'an account is spelt in two ways')
    pairs = {(x['value'].replace('::ffff:', '').lower(), y['value']) for a, b in zip(want, got) for x, y in zip(a['entities'], b['entities'])
             if x['type'] in ('account', 'address')}
    t.equal(len(pairs), len({p for p, _ in pairs}), 'so with accounts and addresses')
    both = [s for s in t.jsonl('sources', out)]
    t.equal(sorted((s['sha256'], s['size'], s['events']) for s in both), sorted((s['sha256'], s['size'], s['events']) for s in t.jsonl('sources', case)),
            'the same sources')
    t.check(all(d['decision'] is None for d in got), 'decisions are gone')
    for name in ('csv', 'stix', 'misp', 'sarif', 'navigator', 'timesketch', 'ecs'):
        r = t.run('export', out, name)
        t.check(r.returncode in (0, 1) and r.stdout, 'export ' + name, r.stderr[-300:])
        words = {r['original'].lower() for r in rows if r['kind'] in ('host', 'domain', 'account') and len(r['original']) > 4}
        low = r.stdout.decode('utf-8').lower()
        t.equal([w for w in sorted(words) if w in low], [], 'nothing in ' + name)
    # Every text of the database, one by one.
    db = sqlite3.connect(os.path.join(out, 'case.db'))
    t.equal(db.execute('PRAGMA freelist_count').fetchone(), (0,), 'no free pages, which would hold what was')
    t.equal(db.execute('SELECT count(*) FROM originals').fetchone(), (0,), 'no original records')
    db.close()


def same_again(t, case, tar, secret, rows):
    again, mapping = t.path('again.tar'), t.path('again.csv')
    said = ok(t, 'once more', 'bundle', case, '-o', again, '--pseudonymise', secret, '--mapping', mapping)
    t.check('New secret' not in said, 'the secret is kept')
    with open(mapping, encoding='utf-8', newline='') as f:
        t.equal(list(csv.DictReader(f)), rows, 'the same secret, the same pseudonyms')
    other = t.path('other.csv')
    ok(t, 'another secret', 'bundle', case, '-o', t.path('o.tar'), '--pseudonymise', t.path('secret2'), '--mapping', other)
    with open(other, encoding='utf-8', newline='') as f:
        now = list(csv.DictReader(f))
    t.equal([r['original'] for r in now], [r['original'] for r in rows], 'another secret, the same values')
    t.equal({r['pseudonym'] for r in now} & {r['pseudonym'] for r in rows}, set(), 'and none of the pseudonyms')


def refusals(t, case):
    tar, mapping = t.path('never.tar'), t.path('never.csv')
    short, open_to_all = t.path('short'), t.path('open')
    for path, data, mode in ((short, 'x' * 15 + '\n', 0o600), (open_to_all, 'x' * 40, 0o644)):
        with open(path, 'w', encoding='utf-8') as f:
            f.write(data)
        os.chmod(path, mode)
    for args, words in ((['--pseudonymise', t.path('s3')], '--mapping'), (['--mapping', mapping], '--pseudonymise'),
                        (['--pseudonymise', short, '--mapping', mapping], '16 bytes'), (['--pseudonymise', open_to_all, '--mapping', mapping], 'chmod 600'),
                        (['--pseudonymise', t.path('no', 'folder'), '--mapping', mapping], 'cannot create'),
                        (['--pseudonymise', t.path('s4'), '--mapping', t.path('no', 'map.csv')], 'map.csv')):
        t.one_line(t.run('bundle', case, '-o', tar, *args), [2, 3], 'refused: %s' % words, words)
    t.check(not os.path.exists(tar) and not os.path.exists(mapping), 'and nothing is made')
    t.equal([n for n in os.listdir(t.path('tmp')) if n.startswith('firebreak')], [], 'nothing is left behind')


def main():
    t = Suite('pseudonyms')
    os.makedirs(t.path('tmp'))
    os.environ['TMPDIR'] = t.path('tmp')
    root = evidence(t)
    case = t.path('northmoor incident')
    noise = t.path('noise of northmoor.yml')
    rule = t.path('rules of northmoor', 'sp01.yml')
    os.makedirs(os.path.dirname(rule))
    with open(rule, 'w', encoding='utf-8') as f:
        f.write('title: Asked of SP01\nid: 6a8c2f6e-93a5-4d4e-9b7d-2f0d4c5b0088\ndescription: says adm.lindqvist\nlogsource: {category: webserver}\n'
                'detection: {a: {cs-method: POST}, condition: a}\nlevel: low\n')
    with open(os.path.join(os.path.dirname(rule), 'broken.yml'), 'w', encoding='utf-8') as f:
        f.write('title: x\nlogsource: {product: northmoor}\ndetection: {a: {b|adm.lindqvist: c}, condition: a}\n')
    with open(noise, 'w', encoding='utf-8') as f:
        f.write('noisy:\n- rule: 7f6edd1e-d9f0-4b4e-9a68-dfa66fda658f\n  host: SP0*\n  reason: scanner of northmoor, says adm.lindqvist\n')
    manifest = t.path('m.csv')
    with open(manifest, 'w', encoding='utf-8') as f:
        f.write('path,role,exhibit,custodian\n*SP01*,web of northmoor,EX-1,Käthe Müller\n')
    r = t.run('investigate', root, '-o', case, '--noise', noise, '--manifest', manifest, '--hashes', 'md5', '--rules', os.path.dirname(rule))
    t.check(r.returncode in (0, 1), 'investigate', r.stderr[-400:])
    row = t.jsonl('detections', case)[0]
    ok(t, 'mark', 'mark', case, row['id'], 'malicious', '--note', 'says käthe.müller at 198.51.100.77')
    tar, secret, rows = nothing_leaves(t, case)
    still_a_case(t, case, tar, rows)
    same_again(t, case, tar, secret, rows)
    refusals(t, case)
    t.end()


if __name__ == '__main__':
    main()
