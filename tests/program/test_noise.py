#!/usr/bin/env python3
"""Noise lists: what is dull is folded and counted, with its reason, and never dropped."""
import csv
import io
import json
import os
import re

from fb import CORPORA, RULES, Suite, request, w3c

DULL, LOUD, RARE = ('6a8c2f6e-93a5-4d4e-9b7d-2f0d4c5b%04d' % n for n in (1, 2, 3))
RULE = ('title: %s\nid: %s\nlogsource:\n    category: webserver\ndetection:\n    s:\n        %s\n'
        '    condition: s\nlevel: %s\n')
LIST = '''# why
about: our own
noisy:
  - rule: %s
    reason: Every <b>page</b> is asked for, "all" day
  - rule: %s
    reason: until the scanner was gone
    host: "=WS*"
    until: 2025-07-19
excluded:
  - rule: %s
    reason: says nothing
    host: WS02
''' % (DULL, LOUD, DULL)


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, 'w', encoding='utf-8') as f:
        f.write(text)
    return path


def pack(t, name, noise=None):
    folder = t.path(name)
    write(os.path.join(folder, 'a.yml'), RULE % ('Any page', DULL, 'cs-method: GET', 'high'))
    write(os.path.join(folder, 'b.yml'), RULE % ('Any post', LOUD, 'cs-method: POST', 'high'))
    write(os.path.join(folder, 'sub', 'c.yml'), RULE % ('Any put', RARE, 'cs-method: PUT', 'low'))
    if noise is not None:
        write(os.path.join(folder, 'noise.yml'), noise)
    return folder


def evidence(t):
    root = t.path('evidence')
    for host, days in (('WS01', 3), ('WS02', 2)):
        os.makedirs(os.path.join(root, host))
        for day in range(days):
            at = '2025-07-%02d 09:14:%%02d' % (18 + day)
            lines = [request(at=at % i, client='203.0.113.' + host[-1]) for i in range(5)] # no copies of one another
            lines += [request('POST', '/x', at=at % (10 + i), agent=host) for i in range(2)]
            lines += [request('PUT', '/y', at=at % 20, agent=host)] if day == 0 else []
            with open(os.path.join(root, host, 'u_ex2507%02d.log' % (18 + day)), 'wb') as f:
                f.write(w3c(lines))
    manifest = write(t.path('hosts.csv'), 'path,host\nevidence/WS01/*,=WS01\nevidence/WS02/*,WS02\n')
    return root, manifest


def total(text):
    return int(re.search(r'^([\d,]+) detections? \(', text, re.M).group(1).replace(',', ''))


def folded(text):
    return {k: int(n) for n, k in re.findall(r'(\d+) detections? folded as (\w+), ', text)}


def investigate(t, case, root, manifest, folder, *more, status=0):
    r = t.run('investigate', root, '-o', case, '--manifest', manifest, '--no-own-rules', '--rules', folder, *more)
    t.check(r.returncode == status and not r.stderr, 'investigate %s' % os.path.basename(case), (r.returncode, r.stderr, r.stdout[-300:]))
    return r.stdout.decode('utf-8')


def counted(t, root, manifest):
    """The same detections with and without lists; views fold and count."""
    plain, case = t.path('plain'), t.path('case')
    said = investigate(t, plain, root, manifest, pack(t, 'plainpack'))
    t.check('folded' not in said, 'without a list nothing is folded', said)
    bare = t.jsonl('detections', plain)
    t.check(all(r['noise'] is None for r in bare), 'and none has noise')
    said = investigate(t, case, root, manifest, pack(t, 'pack', LIST))
    rows = t.jsonl('detections', case)
    t.equal([dict(r, noise=None) for r in rows], bare, 'the same detections, in the same order')
    # 5 GET a day: WS01 3 days (noisy), WS02 2 days (excluded); POST on =WS01 before 19 July noisy.
    by = {}
    for r in rows:
        k = r['noise'] and r['noise']['is']
        by[k] = by.get(k, 0) + 1
    t.equal(by, {'noisy': 15 + 2, 'excluded': 10, None: 4 + 4 + 2}, 'each is what the list says')
    t.equal(folded(said), {'noisy': 17, 'excluded': 10}, 'the summary counts what it folds')
    one = next(r['noise'] for r in rows if r['noise'] and r['rule']['id'] == LOUD)
    t.equal((one['reason'], one['host'], one['until'], one['line'], os.path.basename(one['list'])),
            ('until the scanner was gone', '=WS*', '2025-07-19T00:00:00Z', 6, 'noise.yml'), 'with its reason and place')

    text = t.run('detections', case).stdout.decode('utf-8')
    t.equal(folded(text), {'noisy': 17, 'excluded': 10}, 'so does the list by rule and host')
    t.equal(total(text), len(rows), 'its total is of all')
    t.check('Any page' not in text and '--noisy' in text and '--excluded' in text, 'folded, with the option that shows them', text)
    groups = t.jsonl('detections', case, '--groups')
    t.equal(sum(g['count'] for g in groups), len(rows), 'groups add up')
    t.equal(sorted((g['rule']['title'], g['host'], g['count'], g['noise'] and g['noise']['is']) for g in groups),
            [('Any page', '=WS01', 15, 'noisy'), ('Any page', 'WS02', 10, 'excluded'), ('Any post', '=WS01', 2, 'noisy'),
             ('Any post', '=WS01', 4, None), ('Any post', 'WS02', 4, None), ('Any put', '=WS01', 1, None),
             ('Any put', 'WS02', 1, None)], 'what holds for a time only is a group of its own')
    for options, n in (([], 37), (['--noisy'], 17), (['--excluded'], 10), (['--noisy', '--excluded'], 27), (['--no-noise'], 10)):
        t.equal(len(t.jsonl('detections', case, *options)), n, 'filter %s' % options)
        t.equal(total(t.run('detections', case, *options).stdout.decode('utf-8')), n, 'and its list')
    t.one_line(t.run('detections', case, '--no-noise', '--noisy'), [2], 'not both', '--no-noise')
    text = t.run('detections', case, '--noisy').stdout.decode('utf-8')
    t.check('Any page' in text and 'noisy: Every <b>page</b>' in text and 'folded' not in text, 'asked for, it is shown with reasons', text)
    text = t.run('detections', case, '--rule', 'Any page').stdout.decode('utf-8')
    t.check('[noisy] Any page' in text and '[excluded] Any page' in text, 'who asks for the rule sees it', text)
    text = t.run('timeline', case, '--all').stdout.decode('utf-8')
    t.equal((text.count('[noisy]'), text.count('[excluded]')), (17, 10), 'the timeline marks them')
    text = t.run('show', case, rows[0]['id']).stdout.decode('utf-8')
    t.check('Noise' in text and rows[0]['noise']['reason'] in text, 'show says why', text)
    return case, rows


def report(t, case):
    with open(os.path.join(case, 'report.html'), encoding='utf-8') as f:
        page = f.read()
    t.check(all('id="dull-%s"' % k in page for k in ('noisy', 'excluded')), 'the report folds each kind')
    first = page[page.index('id="first"'):page.index('id="timeline"')]
    t.check('Any post' in first and 'Any page' not in first and 'dull by noise lists' in first, 'what matters first is without them', first[:600])
    t.check('<b>page</b>' not in page and '&lt;b&gt;page&lt;/b&gt;' in page, 'a reason is text')
    t.check('2 of them are noisy by a noise list' in page, 'what holds for a time only stands with its group')
    dull = page[page.index('id="dull-noisy"'):]
    t.check('15 detections in 1 group' in dull and 'Every &lt;b&gt;' in dull, 'counted, with the reasons', dull[:400])


def exports(t, case):
    text = t.run('export', case, 'csv').stdout.decode('utf-8')
    rows = list(csv.DictReader(io.StringIO(text)))
    t.equal(sum(r['noise'] == 'noisy' for r in rows), 17, 'CSV has it')
    t.check(any(r['noise_reason'].startswith('Every') for r in rows), 'with the reason')
    for name in ('timesketch', 'ecs', 'sarif'):
        text = t.run('export', case, name).stdout.decode('utf-8')
        t.equal((text.count('"noise:noisy"'), text.count('"noise:excluded"')), (17, 10), '%s has it as tags' % name)
    layer = json.loads(t.run('export', case, 'navigator').stdout)
    said = {m['name']: m['value'] for m in layer['metadata']}
    t.equal((said['of these noisy by noise lists'], said['of these excluded by noise lists']), ('17', '10'), 'the layer says how many')


def rules(t, case):
    folder = t.path('pack')
    text = t.run('rules', 'list', folder).stdout.decode('utf-8')
    t.check('[excluded in part] Any page' not in text and '[noisy in part] Any post' in text and '] Any put' not in text,
            'rules list marks them', text)
    text = t.run('rules', 'list', case).stdout.decode('utf-8')
    t.check('[noisy in part] Any post' in text, 'of a case too', text)
    one = {r['id']: r['noise'] for r in t.jsonl('rules', 'list', case) if 'noise' in r}
    t.equal([[e['is'] for e in one[i]] for i in (DULL, LOUD, RARE)], [['excluded', 'noisy'], ['noisy'], []], 'in JSON with all entries')
    text = t.run('rules', 'explain', DULL, '--rules', folder, '--no-own-rules').stdout.decode('utf-8')
    t.check('excluded: says nothing (host WS02' in text, 'rules explain too', text)
    said = json.loads(t.run('rules', 'explain', DULL, '--rules', folder, '--no-own-rules', '--json').stdout)
    t.equal(len(said['rule']['noise']), 2, 'and in JSON')


def levels(t, root, manifest):
    """--fail-on: excluded never counts, noisy does."""
    for what, n, status in (('noisy', 'a', 10), ('excluded', 'b', 0)):
        text = '%s:\n  - {rule: %s, reason: x}\n  - {rule: %s, reason: x}\n' % (what, DULL, LOUD)
        case = t.path('level-' + what)
        investigate(t, case, root, manifest, pack(t, 'pack-' + what, text), '--fail-on', 'medium', status=status)
        r = t.run('detections', case, '--fail-on', 'medium')
        t.equal(r.returncode, status, '--fail-on with all %s' % what)
        t.equal(total(r.stdout.decode('utf-8')), 37, 'all are counted')
    t.equal(t.run('detections', t.path('level-excluded'), '--fail-on', 'low').returncode, 10, 'what is not excluded counts')


def people(t, case, rows):
    """What a person calls malicious is not folded, whatever a list says."""
    row = next(r for r in rows if r['noise'] and r['noise']['is'] == 'excluded')
    t.equal(t.run('mark', case, row['id'], 'malicious', '--by', 'a').returncode, 0, 'mark')
    text = t.run('detections', case).stdout.decode('utf-8')
    t.check('[1 malicious, excluded] Any page' in text, 'it stands in the list', text)
    t.equal((folded(text), total(text)), ({'noisy': 17}, 37), 'and the sum stays')


def lists(t, root, manifest):
    """Lists of users; other lists without reading anything again; the custody record."""
    case, folder = t.path('users'), pack(t, 'userpack')
    own = write(t.path('mine.yml'), 'noisy:\n- rule: %s\n  reason: mine\n' % DULL.upper())
    investigate(t, case, root, manifest, folder)
    said = investigate(t, case, root, manifest, folder, '--noise', own)
    t.check('nothing new to read' in said and folded(said) == {'noisy': 25}, 'a list needs no reading again', said)
    t.equal({r['noise']['list'] for r in t.jsonl('detections', case, '--noisy')}, {own}, 'named as given')
    r = t.run('verify', case)
    t.equal(r.returncode, 0, 'verify')
    db = __import__('sqlite3').connect(os.path.join(case, 'case.db'))
    said = [json.loads(d) for (d,) in db.execute("SELECT detail FROM ledger WHERE what = 'noise-list'")]
    db.close()
    t.equal([(s['path'], s['noisy'], s['excluded'], len(s['sha256'])) for s in said], [(own, 1, 0, 64)], 'in the custody record')
    said = investigate(t, case, root, manifest, folder)
    t.check('folded' not in said, 'the lists of the last run count', said)
    listed = pack(t, 'bothpack', 'excluded:\n- rule: %s\n  reason: theirs\n' % DULL)
    said = investigate(t, case, root, manifest, listed, '--no-noise-lists')
    t.check('folded' not in said, '--no-noise-lists', said)
    t.one_line(t.run('investigate', root, '-o', case, '--no-noise-lists', '--noise', own), [2], 'not both', '--no-noise-lists')


def signed(t, case):
    """A reason that is changed in a signed case is found out."""
    key = t.path('key.pem')
    t.equal(t.run('key', 'new', key).returncode, 0, 'a key')
    t.equal(t.run('sign', case, '--key', key, '--by', 'a').returncode, 0, 'sign')
    t.equal(t.run('verify', case, '--trust', key + '.pub').returncode, 0, 'it is as it was signed')
    db = __import__('sqlite3').connect(os.path.join(case, 'case.db'))
    db.execute("UPDATE meta SET value = replace(value, 'says nothing', 'is harmless') WHERE key GLOB 'noise:*'")
    db.commit()
    db.close()
    r = t.run('verify', case, '--trust', key + '.pub')
    t.check(r.returncode == 1 and b'does-not-fit' in r.stdout + r.stderr, 'another reason', r.stdout + r.stderr)
    t.check(b'rules' in r.stdout + r.stderr, 'and named', r.stdout)
    db = __import__('sqlite3').connect(os.path.join(case, 'case.db'))
    db.execute("UPDATE meta SET value = 'x' WHERE key GLOB 'noise:*'")
    db.commit()
    db.close()
    t.one_line(t.run('detections', case), [3], 'a damaged entry', 'noise list')


def mistakes(t, root, manifest):
    good = '- {rule: %s, reason: x}\n' % DULL
    for n, (text, line, words) in enumerate((
            ('noisy:\n' + good + '- {rule: %s, reason: y}\n' % DULL, 3, 'in the list already (line 2)'),
            ('noisy:\n' + good + 'excluded:\n' + good, 4, 'in the list already (line 2)'),
            ('noisy:\n- {rule: %s}\n' % DULL, 2, 'without a reason'),
            ('noisy:\n- {reason: x}\n', 2, 'without a rule'),
            ('noisy:\n- {rule: %s, reason: x, until: soon}\n' % DULL, 2, 'a time is expected'),
            ('noisy:\n- {rule: %s, reason: x, hosts: y}\n' % DULL, 2, '"hosts"'),
            ('noisy:\n- {rule: [a], reason: x}\n', 2, 'text is expected'),
            ('noisy:\n- {rule: a, reason: %s}\n' % ('x' * 501), 2, 'longer than 500'),
            ('noisy: x\n', 1, 'a list of entries'),
            ('quiet:\n' + good, 1, '"quiet"'),
            ('- noisy\n', 1, 'a map with noisy and excluded'),
            ('noisy:\n- {rule: a\n', 3, ''),
            ('a: [\x01', 1, ''),
            ('', 1, 'empty'),
            ('noisy: []\n---\nnoisy: []\n', 3, 'second document'))):
        path = write(t.path('bad', '%d.yml' % n), text)
        r = t.run('investigate', root, '-o', t.path('never'), '--no-own-rules', '--rules', t.path('userpack'), '--noise', path)
        t.one_line(r, [2, 3], 'a broken list: %d' % n, '%s:%d: ' % (path, line))
        t.check(words.encode() in r.stderr, 'it says what: %d' % n, (words, r.stderr))
    t.check(not os.path.exists(t.path('never', 'case.db')), 'and no case is made')
    t.one_line(t.run('investigate', root, '-o', t.path('never'), '--noise', t.path('nowhere.yml')), [2, 3], 'no such list', 'nowhere.yml')
    # Of a pack: said, and the run goes on.
    folder = pack(t, 'brokenpack', 'noisy:\n- {rule: x}\n')
    r = t.run('investigate', root, '-o', t.path('broken'), '--no-own-rules', '--rules', folder)
    t.one_line(r, [1], 'a broken list of a pack', 'noise.yml:2: an entry without a reason: say why it is dull; this noise list is not used')
    t.check(b'37' in t.run('detections', t.path('broken')).stdout, 'the detections are there')
    r = t.run('rules', 'check', folder)
    t.check(r.returncode == 1 and b'noise.yml:2: an entry' in r.stdout, 'rules check says so', r.stdout)
    # Unknown ids are said, once a list; but for lists about rules of another pack.
    text = 'noisy:\n- {rule: nobody, reason: x}\n- {rule: noone, reason: x}\n' + good
    folder = pack(t, 'unknownpack', text)
    r = t.run('investigate', root, '-o', t.path('unknown'), '--no-own-rules', '--rules', folder)
    t.one_line(r, [0], 'an unknown id', 'noise.yml:2: no rule of this run has the id nobody (nor 1 more id')
    r = t.run('rules', 'check', folder)
    t.check(r.returncode == 0 and b'id nobody' in r.stdout, 'rules check says it too', r.stdout)
    folder = pack(t, 'elsewhere', 'elsewhere: true\n' + text)
    r = t.run('investigate', root, '-o', t.path('unknown2'), '--no-own-rules', '--rules', folder)
    t.check(r.returncode == 0 and not r.stderr, 'but of a list for elsewhere', r.stderr)


def shipped(t):
    """The list that comes with the program: all its ids are rules of SigmaHQ."""
    r = t.run('rules', 'check', RULES)
    t.check(r.returncode == 0 and b'noise' not in r.stdout, 'it is read without a remark', r.stdout)
    sigma = os.path.join(CORPORA, 'sigma')
    if not os.path.isdir(sigma):
        t.skip('the list that ships, against SigmaHQ', 'no corpora')
        return
    with open(os.path.join(RULES, 'noise.yml'), encoding='utf-8') as f:
        text = f.read().replace('elsewhere: true', '')
    path = write(t.path('shipped.yml'), text)
    folders = [os.path.join(sigma, d) for d in sorted(os.listdir(sigma)) if d.startswith('rules')]
    r = t.run('rules', 'check', *folders, '--noise', path)
    t.check(b'no rule of this run' not in r.stdout, 'every id is one of SigmaHQ', r.stdout[-400:])
    idle = os.path.join(CORPORA, 'evtx', 'machine', 'RathbunVM_W10EventLogs.7z')
    case = t.path('idle')
    r = t.run('investigate', idle, '-o', case, '--no-report', *[x for f in folders for x in ('--rules', f)])
    t.check(r.returncode == 0 or b'no list was given' in r.stderr, 'an idle machine', r.stderr[-300:])
    rows = t.jsonl('detections', case)
    left = [x for x in rows if not x['noise']]
    t.check(len(rows) > 300 and len(left) < 30, 'an idle machine: most of it is folded', (len(rows), len(left)))
    t.check(all(x['level'] in ('informational', 'low') for x in rows if x['noise']), 'and nothing above low')


def main():
    t = Suite('noise')
    root, manifest = evidence(t)
    case, rows = counted(t, root, manifest)
    report(t, case)
    exports(t, case)
    rules(t, case)
    levels(t, root, manifest)
    lists(t, root, manifest)
    mistakes(t, root, manifest)
    people(t, case, rows)
    signed(t, case)
    shipped(t)
    t.end()


if __name__ == '__main__':
    main()
