"""Pages that somebody may have planted: the file, the log, the process, and who of them
agrees. The demonstration's story against its answer key, then logs written for the purpose.
"""
import json
import os
import shutil

from fb import SLOW, Suite, files_below, request, w3c

# Tells the demonstration's inert page by words that stand in it.
YARA = '''rule demo_shell : webshell { meta: description = "a page that hands a form field on"
  strings: $a = "Request.Form" nocase  condition: $a }
'''


def listed(t, case, *options):
    return t.jsonl('webshells', case, *options)


def of_demo(t):
    folder = t.path('demo')
    evidence = t.make_demo(folder)
    with open(os.path.join(folder, 'answers.json'), encoding='utf-8') as f:
        answers = json.load(f)
    pack = t.path('yara')
    os.mkdir(pack)
    with open(os.path.join(pack, 'demo.yar'), 'w') as f:
        f.write(YARA)
    case = t.path('case')
    t.check(t.investigate(case, evidence, extra=['--yara', pack]).returncode in (0, 1), 'the demonstration is read')
    rows = listed(t, case)
    asked = [e for e in answers['events'] if e['kind'].startswith('webshell-page-') and not e.get('lost')]

    def line(e):
        with open(os.path.join(evidence, e['source']), 'rb') as f:
            return f.read().split(b'\n')[e['line'] - 1]
    name = [p['path'] for p in answers['pages'] if 'command shell' in p['shape']][0]
    mine = [r for r in rows if r['page'] and r['page'].endswith('/' + os.path.basename(name))]
    if not t.check(len(mine) == 1, 'the dropped page is listed once', [r['page'] for r in rows]):
        return case, evidence
    shell = mine[0]
    t.equal(shell['witnesses'], ['file', 'log', 'process'], 'all three witnesses name it')
    t.check(shell['file'].endswith(name), 'with its file', shell['file'])
    times = sorted(e['time'][:19] for e in asked if os.path.basename(name).encode() in line(e))
    t.check(times, 'the key has requests for it')
    t.equal((shell['first'][:19], shell['last'][:19]), (times[0], times[-1]), 'first and last use, to the second')
    t.equal(shell['requests'], len(times), 'every request, and no other')
    attackers = {a for act in answers['activities'] for a in act['addresses']}
    t.check({c['address'] for c in shell['clients']} <= attackers, 'its clients are the intruder', shell['clients'])
    t.check(shell['bytes_sent'] is None and shell['bytes_logged_of'] == 0,
            'the log of that host has no byte counts: none is made up', shell)
    memory = [r for r in rows if r['page'] == '/_layouts/15/start.aspx']
    t.check(memory and all(set(r['witnesses']) == {'log', 'process'} for r in memory),
            'the page that ran commands without a file has the other two', memory)
    partly = [r for r in rows if r['bytes_sent'] is not None]
    t.check(partly, 'bytes are there where they were logged')
    ids = {d['id'] for d in t.jsonl('detections', case)}
    reasons = [w for r in rows for w in r['because']]
    t.check(all(w['detection'] in ids for w in reasons if w['witness'] != 'log'),
            'what file and process say leads to a detection')
    t.check(all(w['why'] for w in reasons) and all(
        {w['witness'] for w in r['because']} == set(r['witnesses']) for r in rows), 'every witness says why')
    order = [len(r['witnesses']) for r in rows]
    t.equal(order, sorted(order, reverse=True), 'most witnesses first')
    for options in (['--host', 'SP02*'], ['--from', '2025-08-13T00:00:00Z'], ['--to', '2025-08-13T00:00:00Z']):
        some = listed(t, case, *options)
        t.check(0 < len(some) < len(rows), 'filter %s' % options[0], [r['page'] for r in some])
    text = t.run('webshells', case).stdout.decode('utf-8')
    t.check('cannot be determined' in text and shell['page'] in text, 'people are told what was not logged', text[:500])
    t.check(len(t.run('webshells', case, '--csv').stdout.decode().splitlines()) == len(rows) + 1, 'a line each in CSV')
    t.equal(json.loads(t.run('webshells', case, '--json').stdout)['webshells'], rows, 'the document holds the same')
    with open(os.path.join(case, 'report.html'), encoding='utf-8') as f:
        page = f.read()
    t.check('Pages that may have been planted' in page and os.path.basename(name) in page, 'the report has them')
    return case, evidence


def same_again(t, case, evidence):
    first = t.run('webshells', case, '--json').stdout
    for n in (1, 3):
        other = t.path('workers%d' % n)
        t.investigate(other, evidence, workers=n, extra=['--yara', t.path('yara'), '--no-report'])
        t.equal(t.run('webshells', other, '--json').stdout, first, 'the same with %d workers' % n)
    twice = t.path('twice')
    os.mkdir(twice)
    shutil.copytree(evidence, os.path.join(twice, 'evidence'))
    shutil.copytree(evidence, os.path.join(twice, 'zcopy'))
    other = t.path('copies')
    t.investigate(other, os.path.join(twice, 'evidence'), os.path.join(twice, 'zcopy'), extra=['--yara', t.path('yara'), '--no-report'])
    want = [(r['page'], r['requests'], r['clients']) for r in json.loads(first)['webshells'] if r['page']]
    got = [(r['page'], r['requests'], r['clients']) for r in listed(t, other) if r['page']]
    t.equal(got, want, 'a second copy of everything counts no request twice')


def checked(t, case, evidence):
    """A balancer asks for its page all the time, and so whenever anything starts: that is chance, and takes nothing from the page that
    was the cause."""
    copy = t.path('checked')
    shutil.copytree(evidence, copy)
    folder = os.path.join(copy, 'SP01', 'inetpub', 'logs', 'LogFiles', 'W3SVC77')
    os.makedirs(folder)
    # Of one day the page that was the cause is in no log.
    for path in files_below(os.path.join(copy, 'SP01')):
        if os.path.basename(path) == 'u_ex250814.log':
            os.remove(path)
    # Of a piece of a log a few times are kept; so the hour that counts is in many.
    lines = [request(stem='/health.aspx', client='10.9.9.9', at='2025-08-%02d %02d:%02d:%02d' % (12 + s // 86400, s // 3600 % 24, s // 60 % 60, s % 60))
             for s in range(0, 3 * 86400, 5)]
    hour = (2 * 24 + 1) * 720
    for i, part in enumerate([lines[:hour], lines[hour + 720:]] + [lines[hour + m * 8:hour + m * 8 + 8] for m in range(90)]):
        with open(os.path.join(folder, 'u_ex%06d.log' % i), 'wb') as f:
            f.write(w3c(part))
    other = t.path('checkedcase')
    t.investigate(other, copy, extra=['--yara', t.path('yara'), '--no-report'])
    rows = listed(t, other)
    t.check(all('process' not in r['witnesses'] for r in rows if r['page'] == '/health.aspx'), 'what is asked for all the time is no cause',
            [r for r in rows if r['page'] == '/health.aspx'])
    told = {(r['page'], r['host']): len([w for w in r['because'] if w['witness'] == 'process']) for r in listed(t, case)
            if r['page'] and r['last'] < '2025-08-14'}
    got = {(r['page'], r['host']): len([w for w in r['because'] if w['witness'] == 'process']) for r in rows if r['page']}
    t.check(any(told.values()) and all(got[k] == n for k, n in told.items() if n), 'the pages that were keep what the server did for them', (told, got))
    t.run('activity', other)
    steps = json.loads(t.run('activity', other, '--json').stdout)['steps']
    t.check(not any(s['actor'] == '10.9.9.9' and s['sure'] for s in steps), 'and who checks is not who acted', [s for s in steps if s['actor'] == '10.9.9.9'][:2])


def benign(t):
    evidence = t.make_demo(t.path('benign'), 'benign')
    case = t.path('benigncase')
    t.investigate(case, evidence, extra=['--no-report'])
    rows = listed(t, case)
    t.check(all(len(r['witnesses']) == 1 for r in rows), 'benign: no page has two witnesses', rows)


def web(t, name, lines):
    folder = t.path(name)
    os.makedirs(folder)
    with open(os.path.join(folder, 'u_ex250718.log'), 'wb') as f:
        f.write(w3c(lines))
    case = t.path(name + '-case')
    r = t.run('investigate', folder, '-o', case, '--no-own-rules', '--no-report')
    return {x['page']: x for x in listed(t, case)}, r, case


def day(n, clock='09:00:00'):
    return '2025-07-%02d %s' % (n, clock)


def by_log(t):
    usual = [request(stem='/default.aspx', client='198.51.100.%d' % i, at=day(1 + i // 3)) for i in range(30)]
    one = [request('POST', '/up/x.aspx', client='203.0.113.9', at=day(9, '10:00:%02d' % i)) for i in range(5)]
    pages, _, _ = web(t, 'one', usual + one)
    t.equal(list(pages), ['/up/x.aspx'], 'one address, POST, new, nothing fetched from it')
    x = pages['/up/x.aspx']
    t.equal((x['requests'], x['posts'], x['answered'], x['witnesses']), (5, 5, 5, ['log']), 'counted')
    t.equal((x['first'], x['last']), ('2025-07-09T10:00:00Z', '2025-07-09T10:00:04Z'), 'from when to when')
    # Near misses: each of them alone takes it off the list.
    for what, lines in {
            'fetched': one + [request(stem='/up/x.css', referer='https://portal.example/up/x.aspx', client='203.0.113.9', at=day(9))],
            'crowd': one + [request(stem='/up/x.aspx', client='192.0.2.%d' % i, at=day(9)) for i in range(9)],
            'three': one + [request(stem='/up/x.aspx', client='192.0.2.%d' % i, at=day(9)) for i in range(2)],
            'refused': [request('POST', '/up/x.aspx', client='203.0.113.9', status=404, at=day(9))],
            'static': [request('GET', '/up/x.css', client='203.0.113.9', at=day(9))],
    }.items():
        pages, _, _ = web(t, what, usual + lines)
        t.equal(list(pages), [], 'near miss: %s' % what)
    # Spelling does not tell pages apart, and what follows the name is the page's own.
    pages, _, _ = web(t, 'spelling', usual + one + [
        request('POST', '/UP/X.ASPX/y/z', client='203.0.113.9', at=day(10)),
        request('POST', '/up/x.aspx', query='a=1', client='203.0.113.9', at=day(10))])
    t.equal([(p.lower(), x['requests']) for p, x in pages.items()], [('/up/x.aspx', 7)], 'one page, however it is spelled')
    pages, _, _ = web(t, 'cgi', usual + [
        request('POST', '/api/run', client='203.0.113.9', at=day(9)) for _ in range(3)])
    t.equal(list(pages), ['/api/run'], 'what is sent to is a page, whatever its name')


def nasty(t):
    lines = [request(stem='/default.aspx', at=day(1))]
    lines += [request('POST', '/a/%s.aspx' % ('x' * 2000), client='203.0.113.9', at=day(9))]
    lines += [request('POST', '/\x1b[31m\u202ered.aspx', client='203.0.113.9', at=day(9))]
    lines += [request('POST', '/caf\u00e9.aspx', client='203.0.113.9', at=day(9)).encode('cp1252')]
    pages, r, case = web(t, 'nasty', lines)
    t.check(len(pages) == 2 and '/caf\u00e9.aspx' in pages, 'odd names are kept apart and clean', list(pages))
    text = t.run('webshells', case).stdout
    t.check(b'\x1b' not in text and '\u202e'.encode() not in text, 'and do not act on a terminal', text)
    t.check(r.returncode in (0, 1), 'investigate ends well', r.returncode)
    problems = t.run('sources', case, '--problems').stdout.decode('utf-8')
    t.check('1 requests for pages beyond' in problems, 'a name that is too long is said', problems)
    many = [request('POST', '/p/%d.aspx' % i, client='203.0.113.9', at=day(9)) for i in range(5000)]
    pages, _, case = web(t, 'many', [request(stem='/default.aspx', at=day(1))] + many)
    t.check(len(pages) == 100, 'pages by the log alone are a hundred at most', len(pages))
    r = t.run('webshells', case, '--json')
    left = json.loads(r.stdout)
    # Of 5,001 pages 4,096 are told apart in a unit, and default.aspx is one of them.
    t.equal((left['not_listed'], left['pages_beyond'], r.returncode), (4095 - 100, 0, 0), 'the rest is counted')
    t.check(b'3,995 further pages for the log alone not listed' in r.stderr, 'and said', r.stderr)
    if SLOW:
        t.skip('more pages than a case tells apart', 'a build with sanitizers')
    else:
        folder, case = t.path('crowded'), t.path('crowded-case')
        os.makedirs(folder)
        with open(os.path.join(folder, 'u_ex250718.log'), 'wb') as f:
            f.write(w3c([request('POST', '/q/%d.aspx' % i, client='203.0.113.9', at=day(9)) for i in range(470000)]))
        r = t.run('investigate', folder, '-o', case, '--no-own-rules', '--no-report')
        said = t.run('webshells', case, '--json')
        t.check(json.loads(said.stdout)['pages_beyond'] > 0 and said.returncode == 1 and b'beyond those told apart' in said.stderr,
                'more pages than a case tells apart: said, and the status is 1', said.stderr)
        t.check(b'beyond those told apart' in r.stdout, 'at the end of the run, too', r.stdout[-500:])
    t.one_line(t.run('webshells', t.path('nowhere')), [2], 'no case', 'no case there')
    t.one_line(t.run('webshells', case, '--from', '32 July'), [2], 'no time', '32 July')


def main():
    t = Suite('webshells')
    case, evidence = of_demo(t)
    same_again(t, case, evidence)
    checked(t, case, evidence)
    benign(t)
    by_log(t)
    nasty(t)
    t.end()


main()
