#!/usr/bin/env python3
"""Evidence that attacks its reader: whatever stands in it, in file names, in rules,
nothing of it acts in a terminal, a page, a table or a shell."""
import csv
import html.parser
import io
import json
import os
import re

from fb import Suite, request, w3c

ESC = '\x1b]0;owned\x07\x1b[31m\x1b[2J'
BIDI = '\u202egpj.exe\u2066\u2069\u200f'
SCRIPT = '<script>alert(1)</script><img/src=x/onerror=alert(2)>'
MARK = 'hostilemark'
# What no terminal may receive: controls but newline, C1 (also as UTF-8), invalid bytes.
CONTROL = re.compile('[\x00-\x09\x0b-\x1f\x7f-\x9f]')
DIRECTION = re.compile('[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]')
FORMULA = ('=', '+', '-', '@', '\t', '\r')

RULE = """title: '=1+1 Marked %s %s <script>alert(7)</script>'
id: 0c9d29a4-9f2f-4b4e-8f3e-7d0d6a1f0001
description: '=cmd|calc %s %s </script><script>alert(8)</script>'
logsource:
    category: webserver
detection:
    s:
        cs-uri-query|contains: %s
    condition: s
level: high
"""


def hostile_values():
    """What stands in the place of a query, a user, an agent, a referrer."""
    return [
        MARK + ESC, MARK + SCRIPT, MARK + '"><svg/onload=alert(3)>', MARK + "'-alert(4)-'",
        MARK + '</script><script>alert(5)</script>', MARK + '<!--', MARK + ']]>', MARK + '\u2028\u2029',
        MARK + BIDI, MARK + '\x00\x00', MARK + '\x9b31m', MARK + '%s%n%x', MARK + "';drop/**/table/**/source;--",
        MARK + '&lt;b&gt;', MARK + 'javascript:alert(6)', MARK + '`id`$(id)', MARK + '\x7f\x08\x08',
        MARK + '\r', MARK + '"' * 20, MARK + '\ufeff\ufffe', MARK + 'A' * 4000,
    ]


def make_evidence(t):
    lines = []
    for i, v in enumerate(hostile_values()):
        v = v.replace(' ', '+')
        at = '2025-07-18 09:%02d:00' % i
        lines.append(request('POST', '/_layouts/15/ToolPane.aspx', v, '-', '203.0.113.9', v,
                             '/_layouts/SignOut.aspx', 200, at).encode('utf-8', 'surrogatepass'))
        lines.append(request('GET', '/x' + v.replace('\r', ''), MARK, '=cmd|\'/c+calc\'!A0', '203.0.113.9', '@SUM(1)',
                             '+1', 200, at).encode('utf-8', 'surrogatepass'))
    # Bytes that are no UTF-8, in every field.
    bad = b'\xff\xfe\xc0\x80\xed\xa0\x80\xf4\x90\x80\x80' + MARK.encode()
    lines.append(request('POST', '/_layouts/15/ToolPane.aspx', 'Q', 'U', '203.0.113.9', 'A',
                         '/_layouts/SignOut.aspx', 200).encode().replace(b' Q ', b' ' + bad + b' ')
                 .replace(b' U ', b' ' + bad + b' ').replace(b' A ', b' ' + bad + b' '))
    lines.append(b'\x1b]0;owned\x07 not a log line at all \x00\xff')
    folder = t.path('evidence')
    names = ['plain.log', ESC.replace('/', '_') + '.log', '<script>alert(9)<!-- .log', BIDI + '.log',
             '=1+1.log', '-rf.log', '--help', "a'b\"c`id`$(id);.log", 'line\nbreak.log', '\u0085c1.log',
             'archive!inner.log', '..%2f..%2fx.log']
    os.makedirs(folder)
    for name in names:
        with open(os.path.join(folder, name), 'wb') as f:
            f.write(w3c(lines))
    with open(os.path.join(os.fsencode(folder), b'bytes\xff\xfe.log'), 'wb') as f:
        f.write(w3c(lines))
    # A host's name is a cell of its own.
    with open(os.path.join(folder, 'hosts.log'), 'wb') as f:
        f.write(w3c(['2025-07-18 10:00:0%d %s GET /%s %s 203.0.113.9 200' % (i, name, MARK, MARK)
                     for i, name in enumerate(['=cmd|/c', '+1+1', '-2+3', '@SUM(1)', "<b>'x"])],
                    'date time s-computername cs-method cs-uri-stem cs-uri-query c-ip sc-status'))
    with open(os.path.join(folder, 'unknown\x1b[31m.bin'), 'wb') as f:
        f.write(bytes(range(256)) * 4)
    return folder, len(names) + 3


class Page(html.parser.HTMLParser):
    """Collects what a browser would act on."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.scripts = []
        self.handlers = []
        self.loads = []
        self.tags = set()
        self.in_script = None
        self.policy = None

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        a = dict(attrs)
        if tag == 'script':
            self.in_script = [a, '']
            self.scripts.append(self.in_script)
        if tag == 'meta' and a.get('http-equiv', '').lower() == 'content-security-policy':
            self.policy = a.get('content', '')
        for k, v in attrs:
            if k.lower().startswith('on'):
                self.handlers.append((tag, k, v))
            if k.lower() in ('src', 'href', 'action', 'data', 'formaction', 'xlink:href') and v and not v.startswith('#'):
                self.loads.append((tag, k, v))

    def handle_endtag(self, tag):
        if tag == 'script':
            self.in_script = None

    def handle_data(self, data):
        if self.in_script is not None:
            self.in_script[1] += data


def terminal(t, case, ids, env, what):
    commands = [['detections', case], ['detections', case, '--all'], ['timeline', case], ['sources', case],
                ['sources', case, '--problems'], ['verify', case], ['rules', 'list', case]]
    commands += [['show', case, i] for i in ids]
    for c in commands:
        r = t.run(*c, env=env)
        shown = ' '.join([c[0]] + c[2:3])
        t.check(r.returncode in (0, 1), '%s, %s: ends' % (what, shown), (r.returncode, r.stderr[-500:]))
        for stream in (r.stdout, r.stderr):
            try:
                text = stream.decode('utf-8')
            except UnicodeDecodeError as e:
                t.check(False, '%s, %s: is UTF-8' % (what, shown), e)
                continue
            bad = CONTROL.search(text) or DIRECTION.search(text)
            t.check(not bad, '%s, %s: no control and no direction character' % (what, shown),
                    bad and repr(text[max(0, bad.start() - 60):bad.end() + 60]))


def on_terminal(t, case):
    """On a real terminal colours are allowed, and nothing else."""
    import pty
    pid, fd = pty.fork()
    if pid == 0:
        os.environ['TERM'] = 'xterm-256color'
        os.environ.pop('NO_COLOR', None)
        os.execv(t.program, [t.program, 'detections', case, '--all'])
    out = b''
    while True:
        try:
            chunk = os.read(fd, 65536)
        except OSError:
            break
        if not chunk:
            break
        out += chunk
    os.waitpid(pid, 0)
    os.close(fd)
    text = re.sub('\x1b\\[[0-9;]*m', '', out.decode('utf-8', 'replace')).replace('\r\n', '\n')
    bad = CONTROL.search(text)
    t.check('=1+1 Marked' in text, 'terminal: shows the lines', text[:1500])
    t.check(not bad, 'terminal: nothing but colours', bad and repr(text[max(0, bad.start() - 60):bad.end() + 60]))
    t.check(b'\x1b[2J' not in out and b'owned\x07' not in out, 'terminal: none of the evidence\'s own sequences')


def machine(t, case):
    for command in ('detections', 'timeline', 'sources'):
        for form in ('--json', '--jsonl'):
            r = t.run(command, case, form)
            t.equal(r.returncode, 0, '%s %s: ends' % (command, form))
            text = r.stdout.decode('utf-8')
            bad = re.search('[\x00-\x09\x0b-\x1f\x7f-\x9f]', text)
            t.check(not bad, '%s %s: no raw control' % (command, form),
                    bad and repr(text[max(0, bad.start() - 60):bad.end() + 60]))
            try:
                docs = [json.loads(text)] if form == '--json' else [json.loads(l) for l in text.split('\n') if l]
                json.dumps(docs).encode('utf-8')
                t.check(bool(docs), '%s %s: is JSON' % (command, form))
            except ValueError as e:
                t.check(False, '%s %s: is JSON' % (command, form), e)
        r = t.run(command, case, '--csv')
        t.equal(r.returncode, 0, '%s --csv: ends' % command)
        rows = list(csv.reader(io.StringIO(r.stdout.decode('utf-8'), newline='')))
        t.check(len(rows) > 2 and len({len(x) for x in rows}) == 1,
                '%s --csv: every row has as many cells' % command, {len(x) for x in rows})
        bad = [cell[:80] for row in rows for cell in row
               if cell.startswith(FORMULA) and not re.fullmatch(r'[-+][0-9.]+', cell)]
        t.check(not bad, '%s --csv: no cell begins like a formula' % command, bad[:3])
        bad = [cell[:80] for row in rows for cell in row if CONTROL.search(cell.replace('\n', ''))]
        t.check(not bad, '%s --csv: no raw control' % command, bad[:3])


def page(t, case):
    path = os.path.join(case, 'report.html')
    with open(path, 'rb') as f:
        data = f.read()
    text = data.decode('utf-8')
    t.check(not re.search('[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]', text), 'report: no raw control')
    p = Page()
    p.feed(text)
    t.check(p.policy and "default-src 'none'" in p.policy, 'report: has a content security policy', p.policy)
    t.check(p.policy and 'unsafe-inline' not in p.policy and 'unsafe-eval' not in p.policy,
            'report: which allows no inline code but by hash', p.policy)
    run = [s for s in p.scripts if s[0].get('type', '') in ('', 'module', 'text/javascript')]
    t.check(len(run) <= 1, 'report: at most one script that runs', len(run))
    t.check(all('alert(' not in s[1] for s in run), 'report: and it is ours')
    t.check(not p.handlers, 'report: no event handlers', p.handlers[:3])
    outside = [l for l in p.loads if not l[2].startswith(('data:image/', 'data:font/'))]
    t.check(not outside, 'report: loads nothing from anywhere', outside[:3])
    t.check(not p.tags & {'iframe', 'object', 'embed', 'base', 'form', 'img', 'video'},
            'report: no tags that the report does not use', p.tags)
    for s in p.scripts:
        if s[0].get('type', '') == 'application/json':
            json.loads(s[1])
    bare = re.sub(r'(?s)<script.*?</script>', '', text)
    t.check('<script>alert' not in text and '<svg/onload' not in bare and '<img/src' not in bare,
            'report: markup of the evidence is text')
    t.check(not DIRECTION.search(text), 'report: no direction characters as they are')
    if text.count(MARK) == 0:
        t.note('the report shows originals only on demand')


def main():
    t = Suite('hostile')
    folder, count = make_evidence(t)
    pack = t.path('rules')
    os.makedirs(pack)
    with open(os.path.join(pack, '-x\x1b[31m.yml'), 'w', encoding='utf-8') as f:
        f.write(RULE % ('=1+1', BIDI, BIDI, '@x', MARK))
    with open(os.path.join(pack, 'broken\x1b]0;x\x07.yml'), 'w', encoding='utf-8') as f:
        f.write('title: "\\e[31m\\x9b"\ndetection: [\n')
    case = t.path('case')
    # One is named alone, so that its name stands at the beginning of its path.
    r = t.run('investigate', folder, '=1+1.log', '-o', case, '--rules', pack, cwd=folder)
    t.check(r.returncode in (0, 1), 'investigate ends', (r.returncode, r.stderr[-1000:]))
    for stream in (r.stdout, r.stderr):
        text = stream.decode('utf-8', 'replace')
        bad = CONTROL.search(text) or DIRECTION.search(text)
        t.check(not bad, 'investigate: no control and no direction character',
                bad and repr(text[max(0, bad.start() - 60):bad.end() + 60]))
    rows = t.jsonl('detections', case)
    t.check(len(rows) >= 40, 'the marked lines are detections', len(rows))
    sources = t.jsonl('sources', case)
    t.check('=1+1.log' in [s['path'] for s in sources], 'a path may begin with =')
    t.equal(len(sources), count + 1, 'every file is a source, whatever its name')
    t.check(all(sum(s['bytes'].values()) == s['size'] for s in sources), 'and every byte is accounted for')
    values = [e['value'] for x in rows for e in x['entities']]
    t.check(any(MARK in v for v in values) or any(MARK in x['summary'] for x in rows),
            'the values are in the output, harmless')
    ids = [x['id'] for x in rows][:60:3]
    terminal(t, case, ids, {'TERM': 'dumb'}, 'pipe')
    terminal(t, case, ids[:3], {'TERM': 'xterm', 'LC_ALL': 'C', 'LANG': 'C'}, 'C locale')
    on_terminal(t, case)
    machine(t, case)
    page(t, case)
    for bad in ('\x1b[31mx', 'x' * 5000, '../../../../etc/passwd', "x';--", '%s%n', ''):
        r = t.run('show', case, bad)
        t.check(r.returncode in (2, 3) and not CONTROL.search(r.stderr.decode('utf-8', 'replace').replace('\n', '')),
                'show %.12r: a clear no' % bad, (r.returncode, r.stderr[-300:]))
    r = t.run('rules', 'check', pack)
    text = (r.stdout + r.stderr).decode('utf-8', 'replace')
    t.check(r.returncode in (1, 3) and not CONTROL.search(text) and not DIRECTION.search(text),
            'rules check: names the broken rule without acting on its name', (r.returncode, text[:400]))
    t.end()


if __name__ == '__main__':
    main()
