#!/usr/bin/env python3
"""Indicator lists through the whole program: what they find in the demonstration is what
a plain search of its log lines and of its records as JSON finds; the same whatever the
number of workers; lists that cannot be used are named."""
import collections
import gzip
import hashlib
import json
import os
import re
import zipfile

from fb import Suite, files_below


def texts(s, evidence):
    """(path below the evidence, line or record number) -> text"""
    out = {}
    for path in files_below(evidence):
        name = os.path.relpath(path, os.path.dirname(evidence))
        if path.endswith('.evtx'):
            for line in s.run('dump', path, '--jsonl').stdout.decode('utf-8').split('\n'):
                if line:
                    event = json.loads(line)
                    number = event['Event']['System']['EventRecordID']
                    out[name, int(number)] = line.replace('\\\\', '\\')
        elif path.endswith(('.log', '.log.gz')):
            packed = path.endswith('.gz')
            if packed:
                name += '!' + os.path.basename(path)[:-3]
            opened = gzip.open if packed else open
            with opened(path, 'rt', encoding='utf-8', errors='replace') as f:
                for number, line in enumerate(f, 1):
                    if not line.startswith('#'):
                        out[name, number] = line
    return out


def most_common(pattern, all_texts, wanted):
    """A value that some texts have, but not most."""
    seen = collections.Counter()
    for text in all_texts.values():
        seen.update(set(re.findall(pattern, text)))
    return [v for v, n in sorted(seen.items(), key=lambda x: (x[1], x[0])) if n >= wanted][0]


def found(s, case):
    rows = collections.defaultdict(set)
    for d in s.jsonl('detections', case):
        if d['rule']['kind'] == 'ioc':
            source = d['source']
            rows[d['summary'].split(' ')[0].rstrip(':')].add((source['path'], source.get('line') or source['record']))
    return rows


def compare(s, evidence):
    all_texts = texts(s, evidence)
    s.check(len(all_texts) > 1000, 'the demonstration has records')
    edge = r'(?<![\w.:-])%s(?![\w:-]|\.\w)'
    address = most_common(r'(?<![\w.:-])203\.0\.113\.\d+(?![\w:-]|\.\w)', all_texts, 5)
    name = most_common(r'(?<![\w.\\/-])?\b[a-z]\w+\.aspx(?![\w-]|\.\w)', all_texts, 5)
    sha = most_common(r'SHA256=([0-9A-F]{64})\b', all_texts, 2)
    wanted = {
        address: edge % re.escape(address),
        '198.51.100.0/24': edge % r'198\.51\.100\.\d+',
        name.lower(): r'(?i)(?<![\w.-])%s(?![\w-]|\.\w)' % re.escape(name),
        sha.lower(): r'(?i)(?<!\w)%s(?!\w)' % sha,
    }
    with open(s.path('list.txt'), 'w', encoding='utf-8') as f:
        f.write('\n'.join(v.replace('.', '[.]', 1) if v == address else v for v in wanted) + '\n')
    for workers in (1, 3):
        case = s.path('case%d' % workers)
        r = s.investigate(case, evidence, own=False, workers=workers, extra=['--iocs', s.path('list.txt')])
        s.equal(r.returncode, 0, '%d workers: status' % workers)
    rows = found(s, s.path('case1'))
    for value, pattern in wanted.items():
        expect = {place for place, text in all_texts.items() if re.search(pattern, text)}
        s.check(expect, '%s stands in the evidence' % value)
        s.equal(sorted(rows[value]), sorted(expect), 'records with %s' % value)
    s.equal(s.raw('detections', s.path('case3')), s.raw('detections', s.path('case1')),
            'the same with one worker and with three')


def ids_stay(s, evidence):
    """A list that grows leaves the ids of what it found before."""
    before = {d['id'] for d in s.jsonl('detections', s.path('case1'))}
    with open(s.path('list.txt'), 'a', encoding='utf-8') as f:
        f.write('0.0.0.1\n203.0.113.255\nzzz.example\n')
    r = s.investigate(s.path('grown'), evidence, own=False, extra=['--iocs', s.path('list.txt')])
    s.equal(r.returncode, 0, 'grown list: status')
    after = {d['id'] for d in s.jsonl('detections', s.path('grown'))}
    s.check(before and before <= after, 'ids stay when a list grows')


def files(s):
    """Files of the evidence, by their hash and their name, plain and in an archive."""
    where = s.path('files')
    os.makedirs(where, exist_ok=True)
    contents = {'one.bin': b'first', 'Two Words.exe': b'second', 'other.bin': b'third'}
    with zipfile.ZipFile(os.path.join(where, 'in.zip'), 'w') as z:
        for name, data in contents.items():
            with open(os.path.join(where, name), 'wb') as f:
                f.write(data)
            z.writestr('sub/' + name, data)
    with open(s.path('known.txt'), 'w', encoding='utf-8') as f:
        f.write('%s\nC:\\temp\\other.bin\ntwo words.exe\nsub/other.bin\n'
                % hashlib.sha256(b'first').hexdigest())
    r = s.investigate(s.path('known'), where, own=False, extra=['--iocs', s.path('known.txt')])
    s.equal(r.returncode, 0, 'files: status')
    got = sorted((d['summary'], sorted(p['path'] for p in [d['source'], *d['copies']]))
                 for d in s.jsonl('detections', s.path('known')))
    s.equal(got, [
        (hashlib.sha256(b'first').hexdigest() + " in the file's SHA-256",
         ['files/in.zip!sub/one.bin', 'files/one.bin']),
        ("sub/other.bin in the file's name", ['files/in.zip!sub/other.bin']),
        ("two words.exe in the file's name", ['files/Two Words.exe', 'files/in.zip!sub/Two Words.exe']),
    ], 'files by hash and name')
    old_sums(s, where)
    again = s.raw('detections', s.path('known'))
    r = s.investigate(s.path('known'), where, own=False, extra=['--iocs', s.path('known.txt')])
    s.check(b'nothing new to read' in r.stdout, 'nothing is read again', r.stdout.decode('utf-8', 'replace'))
    s.equal(s.raw('detections', s.path('known')), again, 'the same when asked again')


def old_sums(s, where):
    """MD5 and SHA-1 of lists: of files that no decoder takes, and with --hashes of logs too."""
    log = b'#Fields: date time c-ip cs-method cs-uri-stem sc-status\n' + b'2025-07-18 09:14:02 10.0.0.1 GET /a.aspx 200\n' * 3000
    with open(os.path.join(where, 'u_ex1.log'), 'wb') as f:
        f.write(log)
    md5, sha1 = hashlib.md5(b'second').hexdigest(), hashlib.sha1(b'third').hexdigest()
    of_log = hashlib.md5(log).hexdigest()
    with open(s.path('old.txt'), 'w', encoding='utf-8') as f:
        f.write('%s\n%s\n%s\n' % (md5.upper(), sha1, of_log))
    for case, more in (('old', []), ('old_all', ['--hashes', 'md5'])):
        r = s.investigate(s.path(case), where, own=False, extra=['--iocs', s.path('old.txt')] + more)
        s.equal(r.returncode, 0, 'old sums: status')
        got = sorted((d['summary'], sorted(p['path'] for p in [d['source'], *d['copies']]))
                     for d in s.jsonl('detections', s.path(case)))
        want = [(md5 + " in the file's MD5", ['files/Two Words.exe', 'files/in.zip!sub/Two Words.exe']),
                (sha1 + " in the file's SHA-1", ['files/in.zip!sub/other.bin', 'files/other.bin'])]
        if more:
            want.append((of_log + " in the file's MD5", ['files/u_ex1.log']))
        s.equal(got, sorted(want), 'files by MD5 and SHA-1')
        kept = {tuple(k for k in ('md5', 'sha1') if x.get(k) or x.get('hashes', {}).get(k))
                for x in s.jsonl('sources', s.path(case))}
        s.equal(kept, {('md5',)} if more else {()}, 'the case keeps the sums that were asked for')
    os.unlink(os.path.join(where, 'u_ex1.log'))


def faults(s, evidence):
    r = s.investigate(s.path('none'), evidence, extra=['--iocs', s.path('nothing.txt')])
    s.one_line(r, (2, 3), 'a list that is not there', 'nothing.txt')
    with open(s.path('bad.txt'), 'wb') as f:
        f.write(b'203.0.113.1\nwhat is this\n\xff\xfe\n')
    r = s.investigate(s.path('bad'), evidence, own=False, extra=['--iocs', s.path('bad.txt'), '--quiet'])
    s.equal(r.returncode, 1, 'a list with a line that is nothing: status')
    s.check(b'bad.txt:2: 2 not used' in r.stderr, 'the line is named', r.stderr.decode('utf-8', 'replace'))
    with open(s.path('cut.json'), 'w', encoding='utf-8') as f:
        f.write('{"Event": {"Attribute": [')
    r = s.investigate(s.path('cut'), evidence, own=False, extra=['--iocs', s.path('cut.json'), '--quiet'])
    s.check(r.returncode == 2 and b'not JSON' in r.stderr, 'a cut list', r.stderr.decode('utf-8', 'replace'))


def main():
    s = Suite('iocs')
    evidence = s.make_demo(s.path('demo'), days=2)
    compare(s, evidence)
    ids_stay(s, evidence)
    files(s)
    faults(s, evidence)
    s.end()


if __name__ == '__main__':
    main()
