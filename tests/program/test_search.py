#!/usr/bin/env python3
"""firebreak search: what it finds is what a plain search finds.

On text logs: the lines in which Python finds the text or expression. On event logs, with
the corpora and what another program wrote of their records: each record of it that holds
the text is found, and what is found beyond that holds it by our own dump."""
import collections
import gzip
import hashlib
import json
import os
import re
import shutil
import subprocess

import fb

t = fb.Suite('search')
ORACLES = os.environ.get('FIREBREAK_ORACLES') or os.path.join(fb.ROOT, '..', 'shared', 'oracles')
EVTX = os.path.join(fb.CORPORA, 'evtx')


def hits(case, *args):
    words = [a for i, a in enumerate(args) if not a.startswith('--') and (i == 0 or args[i - 1] not in ('--from', '--to', '--limit'))]
    options = [a for a in args if a not in words]
    r = t.run('search', case, *options, '--jsonl', '-q', '--', *words)
    if r.returncode not in (0, 1):
        raise RuntimeError('search %s: status %d: %s' % (args, r.returncode, r.stderr[-800:]))
    return [json.loads(l) for l in r.stdout.decode('utf-8').split('\n') if l]


# ---- lines of logs ----

LINES = """#Software: Microsoft Internet Information Services 10.0
#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Referer) sc-status
2025-07-18 09:14:02 10.0.0.5 GET /_layouts/15/start.aspx - 443 - 203.0.113.9 Mozilla/5.0 - 200
2025-07-18 09:14:03 10.0.0.5 POST /_layouts/15/ToolPane.aspx DisplayMode=Edit&a=/ToolPane.aspx 443 CORP\\j.m\u00fcller 203.0.113.9 Mozilla/5.0+(\u041a\u0438\u0435\u0432) /_layouts/SignOut.aspx 200
2025-07-18 09:14:04 10.0.0.5 GET /Stra\u00dfe/\u017ftart.aspx q=%27+OR+1%3d1 443 - 203.0.113.10 curl/8.0 - 404
2025-07-18 09:15:00 10.0.0.5 GET /\u212aelvin.aspx id=4711 443 - 2001:db8::1 - - 200
2025-07-18 10:00:00 10.0.0.5 GET /last.aspx - 443 - 203.0.113.9 "quoted" - 500
"""
NEEDLES = ['toolpane', 'TOOLPANE.ASPX', '/_layouts/15/', 'CORP\\j.m\u00dcLLER', 'm\u00fcller', '\u043a\u0418\u0415\u0412',
           'kelvin', 'START.ASPX', '%27+or', '2001:db8::1', '443', '203.0.113.9 ', 'GET /last', '"quoted"',
           '- 404', '4711', 'nothing of the kind', 'stra\u00dfe', 'STRASSE', 'id=4711', 'e']
EXPRESSIONS = ['tool.ane\\.aspx', '^2025-07-18 09:14:0[34]', '(GET|POST) /_lay', ' 500$', 'id=\\d{4}', 'm\u00dcller',
               '[k]elvin', 'a{3}', '(?-i)POST', 'x*']
ODD = {'\u212a': 'k', '\u017f': 's'}


def folded(s):
    """Simple case folding: one character to one."""
    if s.isascii():
        return s.lower()
    return ''.join(ODD.get(c) or (c.lower() if len(c.lower()) == 1 else c) for c in s)


def lines_of(path, encoding):
    """(number, offset, text) of the lines that hold a request."""
    with open(path, 'rb') as f:
        data = f.read()
    nl = '\n'.encode(encoding)
    at = 0
    for number, raw in enumerate(data.split(nl) if encoding == 'utf-8' else split_wide(data), 1):
        text = raw.decode(encoding, 'replace')
        if text and not text.startswith('#'):
            yield number, at, text.rstrip('\r')
        at += len(raw) + len(nl)


def split_wide(data):
    text = data.decode('utf-16-le')
    return [l.encode('utf-16-le') for l in text.split('\n')]


def test_lines():
    evidence = t.path('logs')
    os.makedirs(evidence)
    files = {}
    for name, encoding in (('u_ex.log', 'utf-8'), ('wide.log', 'utf-16-le')):
        path = os.path.join(evidence, name)
        with open(path, 'wb') as f:
            f.write(LINES.encode(encoding))
        files['logs/' + name] = list(lines_of(path, encoding))
    with gzip.open(os.path.join(evidence, 'packed.log.gz'), 'wb') as f:
        # Not quite the other's text with more behind it: that would be one log, collected twice (test_beginnings.py).
        f.write((LINES.replace('Services 10.0', 'Services 10.1') + 'more').encode('utf-8').replace(b'more', b'2025-07-18 11:00:00 10.0.0.5 GET /packed.aspx - 443 - 203.0.113.9 x - 200\n'))
    files['logs/packed.log.gz!packed.log'] = files['logs/u_ex.log'] + [
        (8, len(LINES.encode('utf-8')), '2025-07-18 11:00:00 10.0.0.5 GET /packed.aspx - 443 - 203.0.113.9 x - 200')]
    case = t.path('lines')
    t.investigate(case, evidence)

    def expect(match):
        return sorted((path, number, at) for path in files for number, at, text in files[path] if match(text))

    def found(*args):
        return [(h['source']['path'], h['source']['line'], h['source']['offset']) for h in hits(case, *args)]

    for needle in NEEDLES:
        flags = ['--text'] if '=' in needle or needle.startswith('/') else []
        want = expect(lambda s: folded(needle) in folded(s))
        t.equal(sorted(found(needle, *flags)), want, 'lines with %r' % needle)
        t.equal(sorted(found(needle, '--cased', *flags)), expect(lambda s: needle in s), 'lines with %r, cased' % needle)
    for e in EXPRESSIONS:
        want = expect(lambda s: re.search(e.replace('(?-i)POST', 'POST'), s, re.I))
        got = found('/%s/' % e)
        if e == '[k]elvin':
            want = expect(lambda s: 'elvin' in s)
        t.equal(sorted(got), want, 'lines that match %r' % e)
    t.equal(sorted(found('toolpane', '203.0.113.9')), expect(lambda s: 'ToolPane' in s and '203.0.113.9' in s), 'both terms')
    t.equal(sorted(found('toolpane', 'curl', '--any')), expect(lambda s: 'ToolPane' in s or 'curl' in s), 'one of two terms')
    t.equal(sorted(found('cs-uri-stem=*.aspx', 'sc-status=404')), expect(lambda s: s.endswith('404')), 'fields')
    t.equal(sorted(found('c-useragent=mozilla*')), expect(lambda s: 'Mozilla' in s), 'a field by the name that rules use')
    t.equal(sorted(found('e', '--from', '2025-07-18T09:14:03Z', '--to', '2025-07-18T09:15Z')),
            expect(lambda s: '09:14:03' <= s[11:19] < '09:15'), 'a period')
    order = found('e')
    t.equal(order, sorted(order, key=lambda x: (x[0], x[2])), 'order of the evidence')
    t.equal(found('e', '--limit', '3'), order[:3], 'the first of them')
    for n in (1, 2, 9):
        want = [(path, number, not ('ToolPane' in text or '/last' in text)) for path in sorted(files)
                for i, (number, at, text) in enumerate(files[path])
                if any('ToolPane' in s or '/last' in s for _, _, s in files[path][max(0, i - n):i + n + 1])]
        got = [(h['source']['path'], h['source']['line'], 'around' in h['notes'])
               for h in hits(case, 'toolpane', '/last', '--any', '--text', '--context=%d' % n)]
        t.equal(got, want, '%d lines before and after' % n)
    for h in hits(case, 'toolpane'):
        t.check(h['ref'].startswith(h['source']['sha256'][:16] + ':') and h['ref'].endswith(':%d' % h['source']['offset']), 'reference', h['ref'])


def test_copies():
    """A second copy adds nothing; evidence that changed or is gone is said."""
    evidence = t.make_demo(t.path('demo'), days=2)
    case = t.path('copies')
    t.investigate(case, evidence)
    first = hits(case, 'spinstall0')
    t.check(len(first) > 3, 'something is found', len(first))
    one = t.run('search', case, 'spinstall0', '--jsonl', '-q').stdout
    t.equal(t.run('search', case, 'spinstall0', '--jsonl', '-q').stdout, one, 'the same bytes twice')

    second = t.path('second')
    shutil.copytree(evidence, second)
    changed = 0
    for path in fb.files_below(second):
        if path.endswith('.evtx'):  # other bytes, the same records
            with open(path, 'ab') as f:
                f.write(bytes(65536))
            changed += 1
    twice = t.path('twice')
    t.investigate(twice, evidence, second)
    key = lambda h: (h['time'], h['host'], h['source'].get('record'), h['summary'])
    t.equal(sorted(map(key, hits(twice, 'spinstall0'))), sorted(map(key, first)), 'copies are one event')
    t.equal(len(hits(twice, 'spinstall0', '--copies')), 2 * len(first), '--copies: each place')

    packed = t.path('packed')
    os.makedirs(packed)
    shutil.make_archive(os.path.join(packed, 'all'), 'zip', os.path.dirname(evidence), os.path.basename(evidence))
    zipped = t.path('zipped')
    t.investigate(zipped, packed)
    of_members = hits(zipped, 'spinstall0')
    t.equal(sorted(map(key, of_members)), sorted(map(key, first)), 'members of an archive are searched')
    t.equal([h['ref'] for h in of_members], [h['ref'] for h in first], 'by the same references')

    counts = json.loads(t.run('search', twice, 'spinstall0', '--count', 'host', '--json', '-q').stdout)['counts']
    want = collections.Counter(h['host'] for h in first)
    t.equal({c['value']: c['count'] for c in counts}, dict(want), '--count host')

    log = [h['source']['path'] for h in first if h['source']['path'].endswith('.log')][0]
    disk = os.path.join(os.path.dirname(evidence), log)
    with open(disk, 'ab') as f:
        f.write(b'2025-08-30 00:00:00 x\n')
    r = t.run('search', case, 'spinstall0', '--jsonl', '-q')
    t.check(r.returncode == 1 and b'changed since it was investigated' in r.stderr, 'changed evidence is said', r.stderr)
    os.remove(disk)
    r = t.run('search', case, 'spinstall0', '--jsonl', '-q')
    t.check(r.returncode == 1 and os.path.basename(log).encode() in r.stderr, 'evidence that is gone is said', r.stderr)
    t.check(len(r.stdout.splitlines()) < len(first) and r.stdout, 'the rest is searched')


# ---- records of event logs, against another program ----

def leaves(node, out):
    if isinstance(node, dict):
        for key, value in node.items():
            if key != 'xmlns':
                leaves(value, out)
    elif isinstance(node, list):
        for value in node:
            leaves(value, out)
    elif isinstance(node, bool):
        out.append('true' if node else 'false')
    elif node is not None:
        out.append(node if isinstance(node, str) else json.dumps(node))


KINDS = [
    ('guid', r'[0-9A-F]{8}-[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{12}'), ('sid', r'S-1-[0-9-]+'),
    ('number', r'[0-9]+'), ('hex', r'0x[0-9a-f]+'), ('time', r'\d{4}-\d\d-\d\dT[0-9:.]+Z'),
    ('binary', r'[0-9A-F]{24,}'), ('path', r'[A-Za-z]:\\.*'), ('markup', r'.*[<&"].*'), ('far', r'.*[^\x00-\x7f].*'),
    ('lines', r'.*\n.*'), ('word', r'[A-Za-z]{4,}'), ('other', r'.*')]


def kind_of(s):
    return next(name for name, e in KINDS if re.fullmatch(e, s, re.S))


def wanted_part(kind, s):
    """What somebody would type: not the whole of a long text, and nothing of two lines."""
    s = max(s.split('\n'), key=len).strip('\r')
    if kind in ('markup', 'far'):
        m = re.search(r'[<&"]' if kind == 'markup' else r'[^\x00-\x7f]', s)
        at = m.start() if m else 0
        s = s[max(0, at - 6):at + 10]
    return s[:60].strip()


def digits_of(s):
    runs = re.findall(r'[0-9]{3,}', s)
    run = max(runs, key=len) if runs else ''
    return run[len(run) // 3:][:5] if len(run) > 5 else run


def test_records():
    if not os.path.isdir(EVTX) or not os.path.isdir(ORACLES):
        t.skip('records against another program', 'no corpora or oracles')
        return
    records, seen, by_kind = [], set(), collections.defaultdict(list)
    for name in ('evtx-decode', 'evtx-attack'):
        p = subprocess.run(['zstd', '-dc', os.path.join(ORACLES, name + '.jsonl.zst')], stdout=subprocess.PIPE, check=True)
        for line in p.stdout.decode('utf-8').split('\n'):
            if not line:
                continue
            o = json.loads(line)
            out = []
            leaves(o['event'], out)
            # The event's own number, which may differ from that of its frame.
            n = o['event']['Event'].get('System', {}).get('EventRecordID', o['record'])
            # One that has no number is shown with its frame's.
            records.append((o['file'], int(n['#text'] if isinstance(n, dict) else n) or o['record'], folded('\x00'.join(out))))
            seen.update(out)
    for s in sorted(seen)[::3]:
        if s and '\ufffd' not in s and '\x00' not in s:
            by_kind[kind_of(s)].append(s)
    case = t.path('records')
    t.investigate(case, os.path.join(EVTX, 'decode'), os.path.join(EVTX, 'attack'), own=False)
    each = 2 if fb.SLOW else 5
    missed = more = searched = compared = 0
    for kind, _ in KINDS:
        values = by_kind[kind]
        step = max(1, len(values) // each)
        needles = [wanted_part(kind, value) for value in values[step // 2::step][:each]]
        # Of numbers, identifiers and times also digits from the midst of one.
        needles += [digits_of(value) for value in values[step // 3::step][:each] if kind not in ('path', 'word', 'lines')]
        for needle in needles:
            if not needle:
                continue
            searched += 1
            want = {(f, n) for f, n, text in records if folded(needle) in text}
            got = {('evtx/' + h['source']['path'], h['source']['record']) for h in hits(case, needle, '--text', '--copies')}
            compared += len(want)
            missed += len(want - got)
            if want - got:
                t.check(False, '%s %r: found' % (kind, needle), sorted(want - got)[:3])
            more += check_beyond(needle, got - want)
    t.check(missed == 0 and searched > 8 * each, 'every record that holds the text is found')
    t.note('%d texts, %d records that hold one, %d beyond what the other program shows' % (searched, compared, more))


dumped = {}


def check_beyond(needle, beyond):
    """What the other program does not have is in our own dump, in a value or a name."""
    for path, record in sorted(beyond)[:1]:
        if path not in dumped:
            r = t.run('dump', os.path.join(fb.CORPORA, path), '--jsonl')
            dumped[path] = [json.loads(l) for l in r.stdout.decode('utf-8').split('\n') if l]
        texts = []
        for e in dumped[path]:
            text = json.dumps(e, ensure_ascii=False)
            if '"EventRecordID":' in text and str(record) in text:
                leaves(e, texts)
                texts.append(text)
        t.check(folded(needle) in folded('\x00'.join(texts)), '%r: is in record %d of %s' % (needle, record, path))
    return len(beyond)


def test_words():
    """What is asked wrongly is said in one line."""
    case = t.path('lines')
    t.one_line(t.run('search', case, '/(/'), [2], 'an expression that is none', 'parenthesis')
    t.check(b'--text' in t.run('search', case, 'nofield=x').stdout, 'a text that looks like a field')
    t.one_line(t.run('search', case, ''), [2], 'no text', 'empty')
    t.one_line(t.run('search', case, 'x', '--count', 'moon'), [2], 'counted by nothing', 'moon')
    t.one_line(t.run('search', case, 'x', '--limit', '0'), [2], 'none at all', '--limit')
    t.one_line(t.run('search', t.path('nowhere'), 'x'), [2, 3], 'no case', 'no case there')
    r = t.run('search', case, 'toolpane', 'c-ip=203.0.113.*')
    t.check(b'3 events with the text "toolpane", and the field c-ip like "203.0.113.*"' in r.stdout, 'says what was looked for', r.stdout[-300:])
    out = t.path('out.csv')
    t.check(t.run('search', case, 'toolpane', '--csv', '-o', out).returncode == 0 and open(out, encoding='utf-8', newline='').read().count('\r\n') == 4, 'CSV to a file')


test_lines()
test_copies()
test_words()
test_records()
t.end()
