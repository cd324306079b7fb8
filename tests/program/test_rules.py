#!/usr/bin/env python3
"""`firebreak rules` and what rules are given with: lists for placeholders, tests of
rules, explanations, differences, costs, lists of noisy and excluded ones."""
import json
import os
import re

from fb import CORPORA, ROOT, RULES, SLOW, Suite, files_below, request, w3c

s = Suite('rules')
SIGMA = os.path.join(CORPORA, 'sigma')


def write(name, text):
    path = s.path(name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, 'w', encoding='utf-8') as f:
        f.write(text)
    return path


def rule(id_, detection, level='high', title=None, source='category: webserver'):
    return ('title: %s\nid: %s\nlevel: %s\nlogsource:\n    %s\ndetection:\n%s\n'
            % (title or 'Rule ' + id_, id_, level, source.replace('\n', '\n    '),
               '\n'.join('    ' + l for l in detection.strip('\n').split('\n'))))


def out(r):
    return r.stdout.decode('utf-8', 'replace')


def sigma_folders():
    if not os.path.isdir(SIGMA):
        return []
    return [os.path.join(SIGMA, d) for d in sorted(os.listdir(SIGMA)) if d.startswith('rules')]


# ---- lists for placeholders ----

def test_expand():
    rules = write('expand/rules/r.yml', rule('e1', 'sel:\n    c-ip|expand: "%Scanners%"\n'
                                             'condition: sel'))
    r = s.run('rules', 'check', s.path('expand/rules'))
    s.check(r.returncode == 1 and 'r.yml:8:' in out(r) and
            'no list was given for the placeholder %Scanners%' in out(r),
            'without a list: file, line and reason', out(r))
    plain = write('expand/scanners.txt', '\ufeff# ours\n203.0.113.9\r\n\n198.51.100.*\n')
    for args in (['--expand', plain], ['--expand=' + plain]):
        r = s.run('rules', 'check', s.path('expand/rules'), *args)
        s.check(r.returncode == 0 and out(r).startswith('1 rule can be used'),
                'a list makes the rule usable; names compare without case', out(r) + str(r.stderr))
    evidence = write('expand/logs/u.log', w3c([
        request(client='203.0.113.9'), request(client='203.0.113.10'),
        request(client='198.51.100.77')]).decode())
    yaml = write('expand/lists.yml', 'Scanners:\n  - 203.0.113.10\nOther: 5\n')
    hits, hashes = {}, {}
    for name, lists in (('plain', [plain]), ('yaml', [yaml]), ('both', [plain, yaml]),
                        ('both again', [yaml, plain])):
        extra = ['--json', '--no-report']
        for path in lists:
            extra += ['--expand', path]
        case = s.path('expand/case ' + name)
        r = s.investigate(case, evidence, rules=[s.path('expand/rules')], own=False, extra=extra)
        s.equal(r.returncode, 0, 'investigate with %s' % name)
        hashes[name] = json.loads(r.stdout)['totals']['rules_hash']
        hits[name] = sorted(d['source']['line'] for d in s.jsonl('detections', case))
    s.equal(hits, {'plain': [5, 7], 'yaml': [6], 'both': [5, 6, 7], 'both again': [5, 6, 7]},
            'each list finds its lines; wildcards of values count; lists add up')
    s.check(len({hashes[n] for n in ('plain', 'yaml', 'both')}) == 3,
            'the hash of the rules has the lists in it', hashes)
    s.equal(hashes['both'], hashes['both again'], 'the order of lists changes nothing')
    for name, text, want in (
            ('map.yml', 'Scanners:\n  - a\n  - {b: c}\n', 'map.yml:3: a value has to be'),
            ('list.yml', '- a\n', 'list.yml:1: a map of names'),
            ('odd name.txt', 'a\n', 'not the name of a placeholder'),
            ('empty.txt', '# nothing\n', 'the list is empty'),
            ('none.yml', 'Scanners: []\n', 'none.yml:1: the list is empty')):
        bad = write('expand/' + name, text)
        r = s.run('rules', 'check', rules, '--expand', bad)
        s.one_line(r, [2, 3], 'a bad list is refused: %s' % name, want)
    s.one_line(s.run('rules', 'check', rules, '--expand', s.path('expand/nowhere')), [2, 3],
               'a list that is not there', 'nowhere')


def test_all_load():
    folders = sigma_folders()
    if not folders:
        s.skip('all SigmaHQ rules with lists', 'no corpora at %s' % CORPORA)
        return
    names = set()
    for path in files_below(*folders):
        with open(path, encoding='utf-8') as f:
            text = f.read()
        if '|expand' in text:
            names.update(re.findall(r'%([A-Za-z0-9_.-]+)%', text))
    r = s.run('rules', 'check', *folders, '--jsonl')
    refused = [p for p in map(json.loads, out(r).splitlines()) if p['error']]
    s.check(len(refused) > 20 and all('no list was given' in p['why'] for p in refused),
            'without lists only rules with placeholders are refused', refused[:3])
    lists = write('all/lists.yml', ''.join('%s:\n  - value one\n  - 10.0.0.*\n' % n
                                           for n in sorted(names)))
    r = s.run('rules', 'check', *folders, '--expand', lists)
    files = len([p for p in files_below(*folders) if p.endswith('.yml')])
    s.check(r.returncode == 0 and '0 cannot' in out(r) and
            out(r).startswith('{:,} rules can be used of {:,} files'.format(files, files)),
            'all %d rules load with lists' % files, out(r)[:500])


# ---- rules test ----

def test_test():
    r = s.run('rules', 'test', os.path.join(ROOT, 'tests', 'golden', 'sigma'))
    s.check(r.returncode == 0 and out(r).endswith(' 0 not as expected\n') and
            len(out(r).splitlines()) > 500, 'the cases of the repository', out(r)[-500:])
    cases = [p for p in files_below(os.path.join(ROOT, 'tests', 'golden', 'rules'))
             if p.endswith('.case')]
    r = s.run('rules', 'test', RULES, *cases)
    s.check(r.returncode == 0 and out(r).endswith(' 0 not as expected\n'),
            'cases that name rules of a pack', out(r)[-500:])

    good = write('test/good.case', """A word about the file.
=== whoami in any case
detection:
  sel:
    CommandLine|contains: whoami
  condition: sel
--- yes
CommandLine: C:\\Windows\\System32\\WHOAMI.exe /all
--- no
CommandLine: notepad.exe
=== a list
list: Servers=srv*,dc1
detection:
  sel:
    Computer|expand: '%servers%'
  condition: sel
--- yes
Computer: SRV17
--- no
Computer: dc17
=== refused
detection:
  sel:
    A|containz: x
  condition: sel
--- error did you mean
""")
    r = s.run('rules', 'test', good)
    s.check(r.returncode == 0 and '4 events, 0 not as expected' in out(r) and
            'good.case:7: whoami in any case: case (' in out(r), 'cases with their own rules', out(r))
    with open(good, encoding='utf-8') as f:
        text = f.read()
    bad = write('test/bad.case', text.replace('notepad', 'whoami').replace('did you', 'nonsense'))
    r = s.run('rules', 'test', bad)
    lines = [l for l in out(r).splitlines() if l.startswith('WRONG ')]
    s.check(r.returncode == 1 and len(lines) == 2 and 'bad.case:9:' in lines[0] and
            'expected: no match' in lines[0] and 'unknown modifier' in lines[1],
            'a mistake is named with its line, status 1', out(r))
    r = s.run('rules', 'test', bad, '--json')
    doc = json.loads(r.stdout)
    s.equal((r.returncode, doc['tested'], doc['unexpected'], [e['line'] for e in doc['events']
                                                              if not e['ok']]),
            (1, 5, 2, [9, 26]), 'the same as JSON')
    for name, text, want in (('nothing.case', '=== x\ndetection: {}\n', 'checks nothing'),
                             ('mark.case', '=== x\n--- maybe\n', 'no such rule'),
                             ('first.case', '--- yes\nA: b\n', 'line 1: before the first ===')):
        s.one_line(s.run('rules', 'test', write('test/odd/' + name, text)), [2, 3],
                   'no such file of cases: ' + name, want)

    rules = write('test/web.yml', rule('w1', 'sel:\n    cs-uri-stem|endswith: .aspx\n'
                                             '    sc-status: 200\ncondition: sel'))
    events = write('test/events.jsonl', '\n'.join((
        '{"cs-uri-stem": "/a.ASPX", "sc-status": 200, "_expect": "w1"}',
        '',
        '{"cs-uri-stem": "/a.aspx", "sc-status": "200"}',
        '{"cs-uri-stem": ["/x", "/\\u0061.aspx"], "sc-status": 200, "_expect": true}',
        '{"_lane": "web", "cs-uri-stem": "/a.aspx", "sc-status": null, "_expect": false}',
        '{"EventID": 1, "cs-uri-stem": "/a.aspx", "sc-status": 200, "_expect": []}')) + '\n')
    r = s.run('rules', 'test', rules, events)
    s.check(r.returncode == 0 and '5 events, 0 not as expected' in out(r) and
            out(r).count('Rule w1 (w1)') == 3, 'JSON lines', out(r) + r.stderr.decode())
    with open(events, 'a', encoding='utf-8') as f:
        f.write('{"cs-uri-stem": "/a.asp", "_expect": ["w1", "w2"]}\n')
    r = s.run('rules', 'test', rules, events, '--jsonl')
    last = json.loads(out(r).splitlines()[-1])
    s.equal((r.returncode, last['line'], last['matched'], last['expected'], last['ok']),
            (1, 7, [], 'w1', False), 'an expectation that is not met')
    for text, want in (('{"a": {"b": 1}}', 'at byte 7: nested too deep'), ('{"a": 1', 'at byte 8'),
                       ('[1]', 'an object is expected'), ('{"a": "\\x"}', 'no such escape'),
                       ('{"a": 1} x', 'something follows'), ('{"a" 1}', '":" is expected')):
        s.one_line(s.run('rules', 'test', rules, write('test/bad.jsonl', text + '\n')), [2, 3],
                   'JSON that is none: ' + text, want)
    s.one_line(s.run('rules', 'test', rules), [2], 'rules without events', 'no events')


# ---- rules explain ----

def explain(*args):
    r = s.run('rules', 'explain', *args, '--json')
    if r.returncode not in (0, 1):
        s.check(False, 'explain %s' % (args,), r.stderr.decode())
        return None
    return json.loads(r.stdout)


def answers(doc, part):
    return [(l['text'], l['answer']) for l in doc['event'] if l['part'] == part]


PROCESS = 'category: process_creation\nproduct: windows'


def test_explain():
    write('explain/p.yml', rule('p1', """sel:
    Image|endswith: ['\\\\whoami.exe', '\\\\net.exe']
    User|startswith: 'NT '
filter:
    CommandLine|re: '^(a+)+$'
other:
    Hashes|contains|all: [aa, bb]
    LogonId: 5
    Missing: null
    ParentImage|fieldref: Image
    IpAddress|cidr: 10.0.0.0/8
condition: sel and not filter or 1 of other*""", source=PROCESS))
    rules = ['--no-own-rules', '--rules', s.path('explain')]
    doc = explain('p1', *rules)
    text = [(l['part'], l['depth'], l['text']) for l in doc['became']]
    for want in (('log-source', 0, 'Windows event logs, channel Microsoft-Windows-Sysmon/Operational, '
                  'event id 1'),
                 ('log-source', 0, 'Windows event logs, channel Security, event id 4688'),
                 ('rename', 1, 'Image is NewProcessName'),
                 ('rename', 1, 'User is SubjectDomainName "\\" SubjectUserName'),
                 ('pre-filter', 0, 'none: tried on every record of its log source'),
                 ('condition', 0, 'one of'), ('condition', 2, 'Image one of 2:'),
                 ('value', 3, 'ends with "\\net.exe"'), ('condition', 2, 'User begins with "nt "'),
                 ('condition', 1, 'all of'), ('condition', 2, 'Hashes each of 2:'),
                 ('condition', 2, 'LogonId is 5'), ('condition', 2, 'not'),
                 ('condition', 3, 'CommandLine fits the expression "^(a+)+$"'),
                 ('condition', 2, 'Missing is absent or has no value'),
                 ('condition', 2, 'ParentImage is the same as Image'),
                 ('condition', 2, 'IpAddress lies in 10.0.0.0/8')):
        s.check(want in text, 'the rule became %r' % (want,), text)
    s.equal((doc['event'], doc['matches'], doc['rule']['id']), (None, None, 'p1'), 'without an event')
    event = ['--event', 'Channel=Security', '--event', 'EventID=4688',
             '--event', 'NewProcessName=C:\\x\\NET.exe', '--event', 'SubjectDomainName=NT x',
             '--event', 'SubjectUserName=y']
    doc = explain('explain/p', *rules, *event, '--event', 'CommandLine=a b')
    s.equal(doc['matches'], 'yes', 'it matches the event')
    s.check(('NewProcessName = "C:\\x\\NET.exe"', None) in answers(doc, 'seen') and
            ('put together = "NT x\\y"', None) in answers(doc, 'seen'), 'values seen, renamed',
            answers(doc, 'seen'))
    s.check(('ends with "\\net.exe"', 'yes') in answers(doc, 'value') and
            ('and 1 that do not hold', None) in answers(doc, 'value') and
            ('LogonId is 5', 'no') in answers(doc, 'condition') and
            ('not', 'yes') in answers(doc, 'condition'), 'each part is answered', doc['event'])
    doc = explain('p1', *rules, *event, '--event', 'CommandLine=' + 'a' * 60 + 'b')
    s.equal((doc['matches'], [a for t, a in answers(doc, 'condition') if t.startswith('CommandLine')]),
            ('lost', ['lost']), 'an expression that reaches its limit')
    doc = explain('p1', *rules, '--event', 'Channel=System', '--event', 'EventID=4688')
    s.equal((doc['matches'], answers(doc, 'log-source'), answers(doc, 'condition')),
            ('no', [('Windows event logs, channel System, event id 4688', 'no')], []),
            'another log source')
    r = s.run('rules', 'explain', 'p1', *rules, *event, '--event', 'CommandLine=\x1b[31m')
    s.check(r.returncode == 0 and b'\x1b' not in r.stdout and '\\x1b[31m' in out(r),
            'values are escaped on a terminal', out(r))
    s.one_line(s.run('rules', 'explain', 'p2', *rules), [2], 'no such rule', 'no such rule')
    s.one_line(s.run('rules', 'explain', 'p1', *rules, '--event', 'x'), [2], 'no value', 'FIELD=VALUE')


def test_explain_case():
    folders = [f for f in sigma_folders() if f.endswith('/rules')]
    evidence = s.make_demo(s.path('demo'))
    case = s.path('explain case')
    s.investigate(case, evidence, rules=folders, extra=['--no-report', '--quiet'])
    rows = s.jsonl('detections', case)
    seen, bad = {}, []
    for row in (r for r in rows if r['rule']['kind'] == 'sigma'):
        seen.setdefault((row['rule']['id'], row['source']['path'].rsplit('.', 1)[-1]), row)
    chosen = sorted(seen.values(), key=lambda r: r['id'])[:12 if not SLOW else 3]
    for row in chosen:
        doc = explain(row['rule']['id'], case, row['id'], *[a for f in folders for a in ('--rules', f)])
        if not doc or doc['matches'] != 'yes' or doc['record_missing'] or doc['rule_changed']:
            bad.append((row['rule'], doc and (doc['matches'], doc['record_missing'])))
    s.check(len(chosen) >= 3 and not bad, '%d detections are explained as matches' % len(chosen), bad)
    row = chosen[0]
    for path in files_below(evidence):
        if row['source']['path'].endswith(os.path.basename(path)):
            os.chmod(path, 0o644)
            with open(path, 'ab') as f:
                f.write(b'x')
    r = s.run('rules', 'explain', row['rule']['id'], case, row['id'],
              *[a for f in folders for a in ('--rules', f)])
    s.check(r.returncode == 1 and 'has changed since' in out(r), 'changed evidence is not explained',
            out(r))


# ---- rules check: rules that would hurt, and what rules cost ----

def test_monsters():
    def body(text):
        return 'title: t\nlogsource: {product: windows}\ndetection:\n' + text

    n = 10000
    monsters = (
        ('brackets', body("  s: {A: x}\n  condition: '" + '(' * n + 's' + ')' * n + "'\n"),
         'condition: nested too deep'),
        ('nots', body("  s: {A: x}\n  condition: '" + 'not ' * n + "s'\n"), 'condition: nested too deep'),
        ('both', body("  s: {A: x}\n  condition: '" + 'not (' * n + 's' + ')' * n + "'\n"),
         'condition: nested too deep'),
        ('million', body('  s:\n    A: [' + ','.join(map(str, range(1000000))) + ']\n  condition: s\n'),
         'larger than 1048576 bytes'),
        ('values', body('  s:\n    A:\n' + '    - v\n' * 130000 + '  condition: s\n'),
         'more than 100000 values'),
        ('product', body(''.join('  s%d: {A: x%d}\n' % (i, i) for i in range(2000)) + "  condition: '" +
                         ' or '.join(['1 of s*'] * 20000) + "'\n"), 'more than 200000 nodes'),
        ('keys', body(''.join('  s%d: {A: x}\n' % i for i in range(5000)) + '  condition: 1 of them\n'),
         'more than 2048 keys'),
        ('maps', body('  s: ' + '{a: ' * 5000 + 'x' + '}' * 5000 + '\n  condition: s\n'),
         'YAML nested too deep'),
        ('huge expression', body("  s:\n    A|re: '((a{1,1000}){1,1000}){1,1000}'\n  condition: s\n"),
         'regular expression is too large'),
        ('long expression', body("  s:\n    A|re: '" + 'a?' * 5000 + "'\n  condition: s\n"),
         'longer than 8192'),
        ('fat expressions', body('  s:\n    A|re:\n' + ''.join(
            '    - x%d(?:a{0,200}){0,60}\n' % i for i in range(1900)) + '  condition: s\n'),
         'expressions take more than'),
        ('many expressions', body('  s:\n    A|re:\n' + ''.join(
            '    - x%d\n' % i for i in range(2100)) + '  condition: s\n'),
         'more than 2000 regular expressions'),
        ('filters', body('  s: {A: x}\n  condition: s\n') + ''.join(
            '---\ntitle: f\nfilter:\n  rules: any\n  s: {A: %d}\n  condition: s\n'
            'logsource: {product: windows}\n' % i for i in range(6000)), 'more than 500 filters'),
    )
    beside = rule('beside', 'sel:\n    sc-status: 500\ncondition: sel')
    for name, text, want in monsters:
        folder = s.path('monsters', name)
        write('monsters/%s/m.yml' % name, text)
        write('monsters/%s/b.yml' % name, beside)
        r = s.run('rules', 'check', folder, timeout=120)
        s.check(r.returncode == 1 and want in out(r) and '1 rule can be used' in out(r),
                'refused with a clear word, beside one that works: %s' % name, out(r)[:500])
    for name, text in (('stars', body("  s:\n    A: '" + '*a' * 30000 + "*'\n  condition: s\n")),
                       ('ids', body('  s:\n    EventID: [' + ','.join(map(str, range(90000))) +
                                    ']\n  condition: s\n')),
                       ('chain', body("  s: {A: x}\n  condition: '" + 's and not s or ' * 20000 + "s'\n"))):
        r = s.run('rules', 'check', write('monsters/ok/%s.yml' % name, text), timeout=120)
        s.check(r.returncode == 0 and '1 rule can be used' in out(r), 'large and usable: %s' % name,
                out(r)[:500])


def test_cost():
    write('cost/a.yml', rule('c1', "sel:\n    A|re: '^(a+)+$'\n    B: [x, y]\ncondition: sel",
                             source='product: windows'))
    write('cost/b.yml', rule('c2', 'sel:\n    Image|endswith: \\whoami.exe\ncondition: sel',
                             source=PROCESS))
    write('cost/c.yml', rule('c3', 'sel:\n    cs-method: [GET, POST]\n    sc-status: 500\ncondition: sel'))
    write('cost/d.yml', rule('c4', 'sel:\n    sc-status: 500\ncondition: sel'))
    write('cost/e.yml', rule('c5', 'sel:\n    a: b\ncondition: sel', source='product: macos'))
    r = s.run('rules', 'check', s.path('cost'), '--cost', '--json')
    got = [(c['id'], c['tried'], c['lane'], c['literals'], c['predicates'], c['values'], c['regexes'],
            c['places'], c['slow']) for c in json.loads(r.stdout)['costs']]
    s.equal(got, [('c1', 'all of Windows', 'windows', 0, 2, 3, 1, 1, True),
                  ('c4', 'log source', 'web', 0, 1, 1, 0, 1, False),
                  ('c3', 'text found', 'web', 2, 2, 3, 0, 1, False),
                  ('c2', 'text found', 'windows', 1, 1, 1, 0, 2, False),
                  ('c5', 'never', None, 0, 1, 1, 0, 0, False)], 'what rules cost')
    r = s.run('rules', 'check', s.path('cost'), '--cost')
    s.check(r.returncode == 0 and 'all of Windows, SLOW' in out(r) and
            '5 rules can be used of 5 files' in out(r), 'the same as a table', out(r))


# ---- rules diff ----

def test_diff():
    sel = 'sel:\n    cs-uri-stem: [/a, /b]\ncondition: sel'
    old = {'same': rule('same', sel), 'gone': rule('gone', sel), 'lev': rule('lev', sel, level='low'),
           'cond': rule('cond', sel), 'meta': rule('meta', sel), 'src': rule('src', sel),
           'long': rule('long', 'sel:\n    A: [%s]\ncondition: sel' % ', '.join(map(str, range(200))))}
    new = dict(old, lev=rule('lev', sel), meta='# a word\n' + rule('meta', sel, title='Other'),
               cond=rule('cond', sel.replace('/b', '/c')), came=rule('came', sel),
               src=rule('src', sel, source='category: process_creation\nproduct: windows'),
               long=old['long'].replace('199', '999'))
    del new['gone']
    for side, rules in (('old', old), ('new', new)):
        for name, text in rules.items():
            write('diff/%s/%s/%s.yml' % (side, side if name == 'same' else 'x', name), text)
    r = s.run('rules', 'diff', s.path('diff/old'), s.path('diff/new'), '--json')
    doc = json.loads(r.stdout)
    s.equal({c['id']: c['change'] for c in doc['changes']},
            {'came': 'added', 'gone': 'removed', 'lev': 'level', 'cond': 'condition',
             'meta': 'metadata', 'src': 'condition', 'long': 'condition'}, 'what changed, by id')
    s.equal((r.returncode, doc['same'], doc['condition']), (0, 1, 3), 'counts')
    r = s.run('rules', 'diff', s.path('diff/old'), s.path('diff/new'))
    s.check('level     lev  low -> high' in out(r) and '1 added, 1 removed, changed: 3 condition, '
            '1 level, 1 metadata; 1 the same' in out(r), 'the same as text', out(r))
    s.one_line(s.run('rules', 'diff', s.path('diff/old')), [2], 'one side', 'OLD and NEW')


test_expand()
test_diff()
test_monsters()
test_cost()
test_test()
test_explain()
test_explain_case()
test_all_load()
s.end()
