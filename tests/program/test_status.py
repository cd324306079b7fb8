"""Answers: what the key of the demonstration forbids is not said, nothing is "not observed" that
could not have been seen, and people's words (window, roster, review) count.
"""
import html
import json
import os
import re

from fb import Suite, request, w3c

ASSESSMENTS = {'confirmed', 'indicated', 'possible', 'not observed', 'cannot determine'}
VISIBLE = {'recorded', 'quiet', 'down'}
STATES = VISIBLE | {'partial', 'filtered', 'silent', 'off', 'cleared', 'stopped', 'lost', 'clock', 'unread',
                    'after-acquisition', 'absent'}


def status(t, case, *more):
    return json.loads(t.run('status', case, '--json', *more).stdout)


def cells(t, case, *more):
    return json.loads(t.run('coverage', case, '--json', *more).stdout)['coverage']


def short(place):
    return place.split('.')[0]


def whole(rows, question, place):
    return [a for a in rows if a['question'] == question and short(a['place']) == place and a['route'] is None]


def against_key(t, what, case, key):
    rows = status(t, case)['assessments']
    asked = 0
    for q in key['questions']:
        places = [q['place']] if q['place'] != 'all' else sorted({short(a['place']) for a in rows if a['place'] != 'case'})
        for place in places:
            for a in whole(rows, q['question'], place):
                asked += 1
                t.check(a['assessment'] not in q['forbidden'], '%s: %s on %s' % (what, q['question'], place), a['says'])
    t.check(asked > 20, '%s: the key was asked' % what, asked)
    ids = {d['id'] for d in t.jsonl('detections', case)}
    for a in rows:
        t.check(a['assessment'] in ASSESSMENTS and a['says'], '%s: every answer says something' % what, a)
        if a['assessment'] in ('confirmed', 'indicated', 'possible'):
            t.check(a['because'] and all(b['ref'] in ids for b in a['because']) and a['alternatives'],
                    '%s: a positive rests on records and names other explanations' % what, a)
        if a['assessment'] == 'not observed' and a['place'] != 'case':
            t.check(a['coverage']['routes'] and a['coverage']['routes_visible'] == a['coverage']['routes'] and
                    not a['coverage']['missing'], '%s: not observed only where all was visible' % what, a)
        if a['assessment'] == 'cannot determine' and a['place'] != 'case' and a['question'] != 'still active':
            t.check(a['coverage']['missing'], '%s: what cannot be determined names what was not visible' % what, a)
    t.check(all(a['assessment'] == 'cannot determine' for a in rows if a['question'] == 'still active' and a['route'] is None),
            '%s: nobody is said to be gone' % what)
    return rows


def tiled(t, what, rows):
    """Cells of a place and kind fill the window, side by side."""
    tracks = {}
    for c in rows:
        t.check(c['state'] in STATES and c['visible'] == (c['state'] in VISIBLE), '%s: a state that is one' % what, c)
        tracks.setdefault((c['place'], c['telemetry']), []).append(c)
    ends = {(v[0]['from'], v[-1]['to']) for v in tracks.values()}
    t.equal(len(ends), 1, '%s: every kind has the whole window' % what)
    for v in tracks.values():
        t.check(all(a['to'] == b['from'] for a, b in zip(v, v[1:])), '%s: no time twice or missing' % what, v[:3])
    return tracks


def of_demo(t):
    folder, case = t.path('demo'), t.path('case')
    evidence = t.make_demo(folder)
    t.investigate(case, evidence, extra=['--no-report'])
    with open(os.path.join(folder, 'answers.json'), encoding='utf-8') as f:
        key = json.load(f)
    rows = against_key(t, 'sharepoint', case, key)
    for question, place in (('initial access', 'SP01'), ('execution', 'SP02'), ('credential access', 'SP01'),
                            ('exfiltration', 'FS02'), ('impact', 'FS02'), ('log destruction', 'WS07')):
        t.check(all(a['assessment'] in ('indicated', 'confirmed') for a in whole(rows, question, place)),
                'sharepoint: %s on %s is seen' % (question, place))
    tracks = tiled(t, 'sharepoint', cells(t, case))

    def states(place, telemetry):
        return [c['state'] for (p, k), v in tracks.items() if short(p) == place and k == telemetry for c in v]
    t.equal(states('WS07', 'logon-4624')[0], 'cleared', 'before a clear nothing is visible')
    t.check(not set(states('SP01', 'web-requests-bytes')) & VISIBLE, 'bytes that were not logged are not visible')
    t.check(set(states('SP02', 'web-requests')) & VISIBLE, 'requests are, where they were logged')
    t.equal(set(states('DC01', 'web-requests')), {'absent'}, 'a machine without web logs has none')
    t.check(not set(states('SP01', 'process-creation-4688-cmdline')) & VISIBLE,
            'command lines that no record has are not visible')
    t.equal(t.run('status', case, '--json').stdout, t.run('status', case, '--json').stdout, 'the same twice')
    for n in (1, 3):
        other = t.path('workers%d' % n)
        t.investigate(other, evidence, workers=n, extra=['--no-report'])
        t.equal(status(t, other), {'assessments': rows, **{k: v for k, v in status(t, case).items() if k != 'assessments'}},
                'the same with %d workers' % n)
    text = t.run('status', case).stdout.decode()
    t.check('indicated' in text and 'cannot determine' in text and 'still active' in text, 'people get a line a question', text)
    one = t.run('status', case, 'credential access', '--place', 'SP01*').stdout.decode()
    t.check('machine keys' in one and 'Otherwise explained?' in one and all(len(x) < 140 for x in one.split('\n')),
            'a question opens', one[:800])
    fetch = json.loads(t.run('collect', case, '--json').stdout)['collect']
    t.check(all(r['settles'] for r in fetch if r['telemetry'] in ('logon-4624', 'web-requests', 'service-7045')) and
            'exfiltration' in [r for r in fetch if r['telemetry'] == 'web-requests-bytes'][0]['settles'],
            'what to fetch names the questions that need it', fetch[:3])
    text = t.run('collect', case).stdout.decode()
    heads = [x for x in text.split('\n') if x and not x.startswith(' ')]
    for place, part in zip(heads, re.split(r'^\S.*\n', text, flags=re.M)[1:]):
        things = [x for x in part.split('\n') if re.match(r'  \S', x)]
        t.equal(sorted(things), sorted({'  ' + r['fetch'] for r in fetch if r['place'] == place}), 'each thing to fetch once: ' + place)
    t.equal(heads, list(dict.fromkeys(r['place'] for r in fetch)), 'what to fetch, by place')
    t.check(len(in_report(t, 'sharepoint', case)[2]) > 20, 'reasons are linked to their records')
    return case


def in_report(t, what, case):
    """The report opens with the same answers, and what they rest on is to be found in it."""
    path = t.path('report.html')
    t.equal(t.run('report', case, '-o', path).returncode, 0, what + ': a report')
    with open(path, encoding='utf-8') as f:
        page = f.read()
    part = re.search(r'<section id="answers">(.*?)</section>', page, re.S)
    t.check(part and page.index('id="answers"') < page.index('id="first"'), what + ': answers come first')
    part = part.group(1) if part else ''
    rows = status(t, case)['assessments']
    lines = re.findall(r'<details class="q"><summary><span class="[^"]*"><b[^>]*>.</b> ([^<]*)</span>', part)
    t.equal(lines, [a['assessment'] for a in rows if a['place'] == 'case' and a['route'] is None], what + ': a line a question')
    said = html.unescape(part)
    whole_case = status(t, case)
    for key, words in (('detections_elsewhere', '%d detections? for none of these'), ('patterns_failed', '%d rules? could not be used'),
                       ('odd_times', '%d runs? of records before')):
        t.check(not whole_case[key] or re.search(words % whole_case[key], said), what + ': what is left out is said: ' + key)
    for a in rows:
        if a['route'] is None:
            t.check(a['says'] in said, what + ': the sentence to read out', a['says'])
    fetch = re.search(r'<section id="fetch">(.*?)</section>', page, re.S).group(1)
    things = {(r['place'], r['fetch']) for r in json.loads(t.run('collect', case, '--json').stdout)['collect']}
    shown = len(re.findall('<tr><td>', fetch))
    t.check(shown == min(40, len(things)) and (shown == len(things) or '%d things not listed' % (len(things) - shown) in fetch),
            what + ': what to fetch next, each once', (shown, len(things)))
    links = set(re.findall(r'href="#(d-[0-9a-f]+)"', part))
    t.check(all('id="%s"' % x in page or x[2:] in page.split('id="data"')[1] for x in links), what + ': links lead somewhere', links)
    return part, page, links


def benign(t):
    folder, case = t.path('benign'), t.path('benigncase')
    evidence = t.make_demo(folder, 'benign')
    t.investigate(case, evidence, extra=['--no-report'])
    with open(os.path.join(folder, 'answers.json'), encoding='utf-8') as f:
        against_key(t, 'benign', case, json.load(f))
    # Within an hour in which the security log was recorded all the time a clear would have been seen.
    good = [c for c in cells(t, case, '--telemetry', 'log-cleared') if c['visible']]
    t.check(good, 'benign: some time was visible')
    best = max(good, key=lambda c: (c['to'] > c['from'], len(c['to']), c['to']))
    longest = max(good, key=lambda c: seconds(c['to']) - seconds(c['from']))
    t.check(seconds(longest['to']) - seconds(longest['from']) > 60, 'benign: more than a moment of it', best)
    t.run('window', case, '--from', longest['from'], '--to', longest['to'], '--reason', 'a test')
    rows = status(t, case)['assessments']
    got = [a for a in rows if a['question'] == 'log destruction' and a['route'] == 'log cleared' and a['place'] == longest['place']]
    t.equal([a['assessment'] for a in got], ['not observed'], 'what was visible all the time and has no record: not observed')
    t.check('between ' in got[0]['says'] and 'patterns' in got[0]['says'], 'with what was searched', got[0]['says'])
    t.check(all(a['assessment'] != 'not observed' for a in rows if a['place'] == 'case'), 'but nothing of the case without a roster')
    # Nobody looked: nothing is not observed.
    blind = t.path('blind')
    t.run('investigate', evidence, '-o', blind, '--no-own-rules', '--no-webshell', '--no-report')
    t.run('window', blind, '--from', longest['from'], '--to', longest['to'], '--reason', 'a test')
    got = [a for a in status(t, blind)['assessments'] if a['route'] == 'log cleared' and a['place'] == longest['place']]
    t.equal([a['assessment'] for a in got], ['cannot determine'], 'without a rule that looks for it nothing is not observed')
    t.check('no rule was loaded' in got[0]['says'], 'and that is said', got[0]['says'])
    # A wider window is not visible before the evidence and after it.
    t.run('window', case, '--from', '2024-01-01', '--to', '2027-01-01', '--reason', 'another \x1b[31m\u202e')
    out = t.run('window', case).stdout + t.run('status', case).stdout
    t.check(b'another' in out and b'\x1b' not in out and '\u202e'.encode() not in out, 'a reason is anybody\'s text', out[:300])
    rows = tiled(t, 'wide', cells(t, case))
    t.check(all(v[0]['state'] not in VISIBLE and v[-1]['state'] not in VISIBLE for v in rows.values()),
            'time outside of all evidence is not visible')
    t.check(not [a for a in status(t, case)['assessments'] if a['assessment'] == 'not observed'], 'and nothing is not observed')
    return case


def seconds(text):
    import datetime
    return datetime.datetime.fromisoformat(text.replace('Z', '+00:00')).timestamp()


def people(t, case):
    t.equal(t.run('assets', case, 'add', 'SP01', '--role', 'front end').returncode, 0, 'a place is named')
    t.run('assets', case, 'add', 'SP03', '--role', 'front end')
    text = t.run('assets', case).stdout.decode()
    t.check('no evidence  SP03' in text and 'examined     SP01' in text and 'not listed   DC01' in text, 'the roster is held against the evidence', text)
    rows = status(t, case)
    t.check(rows['rostered'] and all(a['assessment'] != 'not observed' for a in rows['assessments'] if a['place'] == 'case'),
            'a place without evidence: nothing of the case is not observed')
    t.equal(t.run('assets', case, 'remove', 'SP03').returncode, 0, 'taken back')
    t.check('SP03' not in t.run('assets', case).stdout.decode(), 'and gone')
    t.one_line(t.run('assets', case, 'remove', 'SP03'), [2], 'twice', 'no asset SP03')
    t.equal(t.run('review', case, 'credential access', '--place', 'SP01', '--by', 'R. Person').returncode, 0, 'a review')
    a = whole(status(t, case)['assessments'], 'credential access', 'SP01')[0]
    t.equal(a['reviewed']['by'], 'R. Person', 'is shown')
    part, page, _ = in_report(t, 'reviewed', case)
    t.check('Reviewed by R. Person' in part and 'some of the answers are reviewed' in page, 'the report says who reviewed')
    first = a['because'][0]['ref']
    t.run('mark', case, first, 'malicious', '--by', 'R. Person')
    a = whole(status(t, case)['assessments'], 'credential access', 'SP01')[0]
    t.equal((a['assessment'], a['reviewed']), ('confirmed', None), 'a person confirms, and what has turned is unreviewed again')
    a = whole(status(t, case)['assessments'], 'initial access', 'SP01')[0]
    weak = [b for b in a['because'] if b['grade'] == 'attempt' and b['count'] > 1][0]
    t.run('mark', case, weak['ref'], 'malicious', '--by', 'R. Person')
    a = whole(status(t, case)['assessments'], 'initial access', 'SP01')[0]
    t.check(a['assessment'] == 'confirmed' and '"%s"' % weak['what'] in a['says'].split(' judged ')[0],
            'the sentence names what the person judged, not what is stronger', a['says'])
    t.check('judged 1 of them malicious' in a['says'], 'and of how many records', a['says'])
    t.equal(t.run('verify', case).returncode, 0, 'the case is whole')
    for args, says in ((('status', case, 'who did it'), 'no question'), (('window', case, '--from', '2025-01-02'), 'needs'),
                       (('window', case, '--from', '2025-01-02', '--to', '2025-01-01', '--reason', 'x'), 'not after'),
                       (('assets', case, 'dance'), 'list, add'), (('review', case, 'impact', '--place', 'nowhere'), 'no answer'),
                       (('coverage', t.path('nowhere')), 'no case there')):
        t.one_line(t.run(*args), [2, 3], ' '.join(args[:1]), says)


def empty(t):
    folder, case = t.path('nothing'), t.path('nothingcase')
    os.makedirs(folder)
    with open(os.path.join(folder, 'x.bin'), 'wb') as f:
        f.write(bytes(1000))
    t.investigate(case, folder, extra=['--no-report'])
    rows = status(t, case)['assessments']
    t.check(len(rows) == 14 and all(a['assessment'] == 'cannot determine' for a in rows), 'no evidence decides nothing', rows[:2])
    in_report(t, 'empty', case)
    for command in ('status', 'coverage', 'collect', 'window'):
        t.equal(t.run(command, case).returncode, 0, 'empty: ' + command)


def patched(t):
    """A person says that a build closes what a rule recognises: it is shown as that person's word, and taken back."""
    folder, case = t.path('patched'), t.path('case-patched')
    os.makedirs(folder)
    with open(os.path.join(folder, 'u_ex250718.log'), 'wb') as f:
        f.write(w3c([request(at='2025-07-18 09:%02d:00' % m) for m in range(60)] +
                    [request('POST', '/_layouts/15/ToolPane.aspx', 'DisplayMode=Edit&a=/ToolPane.aspx', referer='/_layouts/SignOut.aspx',
                             status=401, at='2025-07-18 10:00:00')]))
    with open(t.path('patched.csv'), 'w', encoding='ascii') as f:
        f.write('path,host\n*,SP01\n')
    t.investigate(case, folder, extra=['--no-report', '--manifest', t.path('patched.csv')])
    rules = sorted({d['rule']['id'] for d in t.jsonl('detections', case) if d['time'].startswith('2025-07-18T10:00')})
    t.check(rules, 'the attempt is recognised')

    def says():
        return [a['says'] for a in status(t, case, 'initial access')['assessments']
                if a['place'] == 'SP01' and a['route'] == 'exploit public-facing application'][0]

    who = ['--by', 'R. Person']
    fit = ['--build', '16.0.1', '--since', '2025-07-18T08:00:00Z', '--against', ','.join(rules), '--reason', 'change 4711']
    t.check('outcome not shown' in says() and 'word of' not in says(), 'an attempt', says())
    for args, words in ((['--build', '16.0.1'], 'needs --build, --since'), (['--build', 'a@b'] + fit[2:], 'needs --build'),
                        (fit[:4] + ['--against', 'none'] + fit[6:], 'no rule of the case has that id'), (fit[:6], 'needs --build, --since')):
        t.one_line(t.run('assets', case, 'patched', 'SP01', *args, *who), [2], 'refused: %s' % words, words)
    t.equal(t.run('assets', case, 'patched', 'SP01', *fit, *who).returncode, 0, 'said')
    t.check('it met a build that closes what was tried, by the word of R. Person (16.0.1' in says() and 'could not be seen' in says(),
            'it stays possible where nothing shows what came of it, and says whose word it is', says())
    listed = t.run('assets', case).stdout.decode()
    t.check('16.0.1@SP01' in listed and 'R. Person' in listed and 'change 4711' in listed, 'it is listed', listed)
    t.equal(t.run('verify', case).returncode, 0, 'as the custody record has it')
    t.run('assets', case, 'unpatched', 'SP01', '--build', '16.0.1', *who)
    t.check('word of' not in says(), 'and taken back', says())
    t.run('assets', case, 'patched', 'SP01', *fit[:2], '--since', '2025-07-18T10:00:01Z', *fit[4:], *who)
    t.check('word of' not in says(), 'a second too late', says())


def main():
    t = Suite('status')
    case = of_demo(t)
    benign(t)
    people(t, case)
    empty(t)
    patched(t)
    t.end()


main()
