#!/usr/bin/env python3
"""firebreak dump: every record of a file, as XML, lines and JSON.

With the corpora and what another program wrote of them (JSON lines): each of its
records is there, and its values are ours. Without: what is made here."""
import collections
import gzip
import json
import os
import re
import signal
import struct
import subprocess
import time
import xml.etree.ElementTree as ElementTree

import fb

t = fb.Suite('dump')
ORACLES = os.environ.get('FIREBREAK_ORACLES') or os.path.join(fb.ROOT, '..', 'shared', 'oracles')
EVTX = os.path.join(fb.CORPORA, 'evtx')

# Differences that were looked at in the bytes, by file and EventRecordID.
EXPLAINED = {
    ('Shell-Core%4Operational.evtx', 161): 'two template instances in one value; the other program reads the first',
    ('Shell-Core%4Operational.evtx', 968): 'the same',
    ('HelloForBusiness%4Operational.evtx', 0): 'never written: twelve zero bytes are no SID',
}


def norm(v):
    """Without what is notation: a time has the digits that it has, nothing may be null or empty."""
    if isinstance(v, dict):
        return {k: x for k, x in ((k, norm(x)) for k, x in v.items()) if x is not None}
    if isinstance(v, list):
        return [norm(x) for x in v]
    if isinstance(v, float):
        return str(v)
    if isinstance(v, str):
        m = re.fullmatch(r'(\d{4,}-\d\d-\d\dT\d\d:\d\d:\d\d)\.(\d+)Z', v)
        return '%s.%sZ' % (m[1], (m[2] + '000000')[:6]) if m else v or None
    return v


def number(event, otherwise=None):
    n = event['Event'].get('System', {}).get('EventRecordID', otherwise)
    return n.get('#text', otherwise) if isinstance(n, dict) else n


def dump_json(path):
    r = t.run('dump', path, '--jsonl')
    if r.returncode not in (0, 1):
        raise RuntimeError('%s: status %d: %s' % (path, r.returncode, r.stderr[-500:]))
    return [json.loads(l) for l in r.stdout.decode('utf-8').split('\n') if l]


def oracle():
    """(file, its records) in the order of the oracle."""
    for name in ('evtx-decode', 'evtx-attack'):
        p = subprocess.Popen(['zstd', '-dc', os.path.join(ORACLES, name + '.jsonl.zst')],
                             stdout=subprocess.PIPE)
        current, records = None, []
        for line in p.stdout:
            o = json.loads(line)
            if o['file'] != current and records:
                yield current, records
                records = []
            current = o['file']
            records.append(o)
        if records:
            yield current, records
        if p.wait():
            raise RuntimeError('zstd failed')


def test_oracle():
    if not os.path.isdir(EVTX) or not os.path.isdir(ORACLES):
        t.skip('records against another program', 'no corpora or oracles')
        return
    files = compared = agree = 0
    trouble = []
    for path, records in oracle():
        files += 1
        if fb.SLOW and files % 10:
            continue
        ours = collections.defaultdict(list)
        for e in dump_json(os.path.join(fb.CORPORA, path)):
            ours[str(number(e))].append(norm(e['Event']))
        for o in records:
            compared += 1
            n = number(o['event'])
            if norm(o['event']['Event']) in ours.get(str(n), []):
                agree += 1
            elif str(n) not in ours:
                trouble.append((path, o['record'], 'absent'))
            elif not any(path.endswith(f) and n == r for f, r in EXPLAINED):
                trouble.append((path, n, norm(o['event']['Event']), ours[str(n)][0]))
    t.check(not trouble, 'records and values agree with the other program', trouble[:2])
    t.check(fb.SLOW or compared > 30000, 'the oracle was read', compared)
    t.note('%d files, %d records: %d equal' % (files, compared, agree))


def test_xml():
    if not os.path.isdir(EVTX):
        t.skip('XML of the corpora', 'no corpora')
        return
    records, bad, missing = 0, [], []
    for i, path in enumerate(p for p in fb.files_below(os.path.join(EVTX, 'decode'), os.path.join(EVTX, 'attack'))
                             if p.endswith('.evtx')):
        if i % (20 if fb.SLOW else 4):
            continue
        r = t.run('dump', path, '--xml')
        try:
            root = ElementTree.fromstring(r.stdout)
        except ElementTree.ParseError as e:
            bad.append((path, e))
            continue
        records += len(root)
        if [e for e in root if e.tag.split('}')[-1] != 'Event']:
            bad.append((path, 'what is not an Event'))
        # A record is a block that begins with its start tag, and stands alone.
        blocks = re.split(rb'^(?=<Event[ >])', re.sub(rb'^<!--.*-->\n', b'', t.run('dump', path).stdout,
                                                    flags=re.M), flags=re.M)[1:]
        for b in blocks:
            ElementTree.fromstring(b)
        if len(blocks) != len(root) or len(dump_json(path)) != len(root):
            missing.append(path)
    t.check(not bad, 'the XML of every file is well-formed', bad[:3])
    t.check(not missing, 'as many records in each form', missing[:3])
    t.note('%d records parsed as XML' % records)


def test_weblog():
    line = ('2025-07-18 09:14:02 10.0.0.5 POST /_layouts/15/ToolPane.aspx DisplayMode=Edit 443 - 203.0.113.7 '
            'Mozilla/5.0+"\x1b[31m - 200 0 0 171')
    log = t.path('u_ex250718.log')
    with open(log, 'wb') as f:
        f.write(fb.w3c([line, line.replace('09:14:02', '10:00:00'), 'broken']))
    r = t.run('dump', log)
    t.check(r.returncode == 1 and r.stdout.decode().split('\n')[:2] == [line, line.replace('09:14:02', '10:00:00')],
            'lines as they are, a bad one is said', (r.returncode, r.stdout, r.stderr))
    t.check(b'bad-line' in r.stderr and r.stderr.count(b'\n') == 1, 'one line on what was rejected', r.stderr)
    rows = dump_json(log)
    t.equal((len(rows), rows[0]['#line'], rows[0]['#time'], rows[0]['cs-uri-stem'], rows[0]['sc-status'],
             rows[0]['cs-username'], rows[0]['cs(User-Agent)']),
            (2, 5, '2025-07-18T09:14:02Z', '/_layouts/15/ToolPane.aspx', 200, None, 'Mozilla/5.0+"\x1b[31m'),
            'a line as JSON')
    with gzip.open(log + '.gz', 'wb') as f:
        f.write(open(log, 'rb').read())
    t.equal(t.run('dump', log + '.gz').stdout, r.stdout, 'the same of a gzip file')
    t.equal([x['#line'] for x in json.loads(t.run('dump', log, '--json', '--from', '2025-07-18T09:15').stdout)['records']],
            [6], '--from')
    t.equal([x['#line'] for x in json.loads(t.run('dump', log, '--json', '--to', '2025-07-18T09:15').stdout)['records']],
            [5], '--to')
    t.equal([x['#line'] for x in json.loads(t.run('dump', log, '--json', '--record', '6').stdout)['records']], [6],
            '--record of a line')
    clean = t.path('clean.log')
    with open(clean, 'wb') as f:
        f.write(fb.w3c([line]))
    t.one_line(t.run('dump', clean, '--xml'), (2,), 'no XML of a log', '--json')
    return clean


def test_evtx(path):
    rows = dump_json(path)
    t.check(len(rows) > 1 and all(number(e) for e in rows), 'records of the demonstration', len(rows))
    n = number(rows[1])
    one = t.run('dump', path, '--jsonl', '--record', str(n)).stdout.decode().split('\n')
    t.equal([number(json.loads(l)) for l in one if l], [n], '--record of an event')
    t.equal(json.loads(t.run('dump', path, '--json').stdout), {'records': rows}, '--json is one document')
    none = t.run('dump', path, '--from', '2200-01-01')
    t.check(none.returncode == 0 and none.stdout == b'' and none.stderr.count(b'\n') == 1,
            'a filter that nothing passes is said', none)
    out = t.path('out.xml')
    r = t.run('dump', path, '--xml', '-o', out)
    t.check(r.returncode == 0 and r.stdout == b'' and len(ElementTree.parse(out).getroot()) == len(rows),
            'a file that is whole', r)
    before = open(path, 'rb').read()
    t.one_line(t.run('dump', path, '-o', path), (2,), 'the evidence is not written over', 'evidence')
    t.equal(open(path, 'rb').read(), before, 'the evidence is as it was')
    p = subprocess.Popen([t.program, 'dump', path, '--jsonl'], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    p.stdout.readline()
    p.stdout.close()
    t.check(p.wait(timeout=60) == 0 and p.stderr.read() == b'', 'a reader that goes away is no error')
    p.stderr.close()


def test_order_and_stop(path):
    """Many units: in order, and an interrupted file does not appear."""
    big = t.path('big.evtx')
    one = open(path, 'rb').read()
    times = max(2, (4 << 20 if fb.SLOW else 48 << 20) // len(one))
    with open(big, 'wb') as f:
        for _ in range(times):
            f.write(one)
    rows = [number(e) for e in dump_json(path)]
    started = time.monotonic()
    got = [number(e) for e in dump_json(big)]
    t.check(got == rows * times, 'records come in the order of the file',
            (len(got), len(rows) * times))
    for form in ([], ['--jsonl']):
        started = time.monotonic()
        t.run('dump', big, *form, stdout=subprocess.DEVNULL)
        took = time.monotonic() - started
        t.note('%s: %.0f MB/s' % (form[0] if form else 'XML', os.path.getsize(big) / took / 1e6))
    out = t.path('stopped')
    p = subprocess.Popen([t.program, 'dump', big, '--jsonl', '-o', out], stderr=subprocess.PIPE)
    time.sleep(0.15)
    p.send_signal(signal.SIGINT)
    code = p.wait(timeout=60)
    err = p.stderr.read()
    p.stderr.close()
    left = [n for n in os.listdir(t.tmp) if n.startswith('stopped') or n.startswith('.stopped')]
    t.check((code, left) == (3, []) and b'stopped' in err or (code, left) == (0, ['stopped']),
            'interrupted: no file, no remains', (code, left, err))


def name(at, s):
    h = 0
    for c in s.encode():
        h = (h * 65599 + c) & 0xFFFFFFFF
    return struct.pack('<IIHH', at + 4, 0, h & 0xFFFF, len(s)) + s.encode('utf-16-le') + b'\0\0'


def swelling(records, substitutions, characters):
    """A log of one chunk whose records use one template, which repeats their one value."""
    chunk = bytearray(b'ElfChnk\0'.ljust(512, b'\0'))
    at = 0
    for i in range(records):
        begin = len(chunk)
        chunk += struct.pack('<IIQQ', 0x2A2A, 0, i + 1, 0x01DBF7B9D3F35000) + b'\x0f\1\1\0\x0c\1'
        chunk += struct.pack('<II', 77, at or len(chunk) + 8)
        if not at:
            at = len(chunk)
            body = b'\x0f\1\1\0\1\xff\xff' + struct.pack('<I', 60000)
            body += name(at + 24 + len(body), 'Event') + b'\2' + b'\x0d\0\0\1' * substitutions + b'\4\0'
            # The size of the element: what follows the number.
            size = struct.pack('<I', len(body) - 12)
            body = body[:7] + size + body[11:]
            chunk += struct.pack('<II', 0, 77) + b'GUID-of-this' + struct.pack('<I', len(body)) + body
        chunk += struct.pack('<IHH', 1, 2 * characters, 1) + ('%03d' % i).ljust(characters, 'x').encode('utf-16-le') + b'\0'
        chunk += b'\0' * (-(len(chunk) + 4 - begin) % 8)
        size = struct.pack('<I', len(chunk) + 4 - begin)
        chunk[begin + 4:begin + 8] = size
        chunk += size
    chunk[8:48] = struct.pack('<QQQQII', 1, records, 1, records, 128, begin)
    chunk[48:52] = struct.pack('<I', len(chunk))
    assert len(chunk) <= 65536
    return bytes(chunk.ljust(65536, b'\0'))


def test_too_much():
    """What is too large is named, and the rest is there."""
    path = t.path('swelling.evtx')
    for form in ('--xml', '--jsonl'):
        with open(path, 'wb') as f:
            f.write(swelling(2, 10, 1000))
        r = t.run('dump', path, form)
        t.check(r.returncode == 0 and r.stdout.count(b'x' * 900) == 20, 'two records that swell, %s' % form, r.stderr)
        # 1.2 MB each; then one of 0.1 MB, of a file of its own.
        with open(path, 'wb') as f:
            f.write(swelling(3, 1200, 1000) + swelling(1, 100, 1000))
        r = t.run('dump', path, form)
        said = [l for l in r.stderr.split(b'\n') if b'is not shown' in l]
        t.check(r.returncode == 1 and len(said) == 3 and b'record 2 ' in said[1] and r.stdout.count(b'x' * 900) == 100,
                'records that are too large, %s' % form, (r.returncode, len(r.stdout), r.stderr))
        # 45 of 0.9 MB: more than a unit may give.
        with open(path, 'wb') as f:
            f.write(swelling(45, 1800, 500))
        r = t.run('dump', path, form)
        lost = re.search(rb'(\d+) records from offset 0, 65536 bytes, are not shown', r.stderr)
        shown = len(re.findall(rb'<Event[ >]|"Event":', r.stdout))
        t.check(r.returncode == 1 and lost and int(lost[1]) + shown == 45 and shown > 20,
                'more text than a unit may give, %s' % form, (r.returncode, shown, r.stderr))


def test_wrong(log):
    garbage = t.path('garbage.evtx')
    with open(garbage, 'wb') as f:
        f.write(bytes(range(256)) * 300)
    t.one_line(t.run('dump', garbage), (1,), 'garbage', 'neither')
    empty = t.path('empty')
    open(empty, 'wb').close()
    t.one_line(t.run('dump', empty), (1,), 'an empty file')
    head = t.path('head.evtx')
    with open(head, 'wb') as f:
        f.write(b'ElfFile\0' + b'\xff' * 70000)
    t.check(t.run('dump', head).returncode == 1, 'a file that only begins like one')
    t.one_line(t.run('dump', t.path('none')), (2,), 'no file')
    t.one_line(t.run('dump', t.tmp), (2,), 'a folder')
    os.symlink(log, t.path('link'))
    t.one_line(t.run('dump', t.path('link')), (2,), 'a link')
    t.one_line(t.run('dump'), (2,), 'no argument')
    t.one_line(t.run('dump', log, '--record', '0'), (2,), '--record 0')
    t.one_line(t.run('dump', log, '--record', 'x'), (2,), '--record x')
    t.one_line(t.run('dump', log, '--json', '--xml'), (2,), 'two forms')
    t.one_line(t.run('dump', log, '--from', '2025-07-19', '--to', '2025-07-18'), (2,), 'times the wrong way round')
    full = t.run('dump', log, '-o', '/dev/full/x')
    t.check(full.returncode == 3 or full.returncode == 2, 'a file that cannot be written', full)


def main():
    log = test_weblog()
    evidence = t.make_demo(t.path('demo'))
    events = [p for p in fb.files_below(evidence) if p.endswith('.evtx')]
    t.check(bool(events), 'the demonstration has event logs', evidence)
    if events:
        test_evtx(min(events, key=os.path.getsize))
        test_order_and_stop(max(events, key=os.path.getsize))
    test_wrong(log)
    test_too_much()
    test_xml()
    test_oracle()
    t.end()


main()
