"""A log that was collected twice, the first time while it went on: its records count once, whatever asks for them. Two equal
lines of one log stay two requests, and two machines may begin alike.
"""
import json
import os
import zipfile

from fb import Suite, request, w3c

PAGE = '/_layouts/15/ToolPane.aspx'
FIELDS = ('date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Referer) sc-status sc-substatus '
          'sc-win32-status sc-bytes time-taken')


def line(at, stem='/default.aspx', client='198.51.100.7', query='-', sent=5000, method='GET', referer='-'):
    first, _, taken = request(method, stem, query, client=client, referer=referer, at='2025-07-18 ' + at).rpartition(' ')
    return '%s %d %s' % (first, sent, taken)


def attack(at):
    return line(at, PAGE, '203.0.113.77', 'DisplayMode=Edit&a=/ToolPane.aspx', method='POST', referer='/_layouts/SignOut.aspx')


def log(other=''):
    """The one request twice, in the same second."""
    lines = [line('09:%02d:00' % i, '/page%d%s.aspx' % (i, other)) for i in range(20)]
    lines += [attack('09:30:00'), attack('09:30:00')]
    lines += [line('09:31:%02d' % i, '/shell.aspx', '203.0.113.77', sent=100000 + i, method='POST') for i in range(4)]
    lines += [line('10:%02d:00' % i, '/later%d.aspx' % i) for i in range(20)]
    lines += [attack('11:00:00')]
    return w3c(lines, FIELDS)


def write(path, data):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, 'wb') as f:
        f.write(data)


def investigated(t, name, *evidence, extra=()):
    """With a page of which a rule of bytes says what it is: by requests alone nobody is followed."""
    write(t.path('site', 'inetpub', 'wwwroot', 'shell.aspx'), b'<%@ Page Language="C#" %> marked for the test\n')
    write(t.path('pack', 'x.yar'), b'rule marked : webshell { meta: description = "for a test" strings: $a = "marked for the test" '
          b'condition: $a }')
    t.investigate(t.path(name), t.path('site'), *(t.path(e) for e in evidence), extra=['--no-report', '--yara', t.path('pack'), *extra])
    return t.path(name)


def facts(t, case):
    t.run('activity', case)
    rows = t.jsonl('detections', case)
    doc = json.loads(t.run('activity', case, '--json').stdout)
    left = [r for r in json.loads(t.run('exposure', case, '--json').stdout)['exposure'] if r['ladder'] == 'left' and r['place'] == 'case']
    steps = [(s['does'], s['first'], s['last'], s['count'], s['bytes_handed_over'], s['what']) for s in doc['steps']]
    found = len(t.jsonl('search', case, 'ToolPane'))
    shells = [(s['page'], s['counted'] if 'counted' in s else s.get('requests')) for s in
              json.loads(t.run('webshells', case, '--json').stdout)['webshells']]
    return {'detections': sorted((r['rule']['id'], r['time'] or '') for r in rows), 'steps': sorted(steps), 'found': found, 'shells': shells,
            'left': left[0]['at_least_bytes']}


def remarks(t, case):
    return {s['path']: [p['text'] for p in s['problems'] if p['why'] == 'beginning'] for s in t.jsonl('sources', case)}


def main():
    t = Suite('beginnings')
    data = log()
    cut = len(data) * 8 // 10
    assert data[cut - 1:cut] != b'\n' # within a line, as a file that is copied while it is written ends
    write(t.path('late', 'zz', 'u_ex250718.log'), data)
    alone = facts(t, investigated(t, 'c late', 'late'))
    t.check(alone['left'] and alone['steps'], 'there is something to count', alone)
    hits = [d for d in alone['detections'] if d[1].startswith('2025-07-18T09:30:00')]
    t.check(hits and all(hits.count(h) == 2 for h in hits), 'equal lines of one log are two requests', hits)

    # In a folder, in an archive, and one that is the beginning of a beginning.
    write(t.path('late', 'aa', 'u_ex250718.log'), data[:cut])
    write(t.path('late', 'bb', 'u_ex250718.log'), data[:len(data) * 7 // 10])
    with zipfile.ZipFile(t.path('late', 'first.zip'), 'w', zipfile.ZIP_DEFLATED) as z:
        z.writestr('logs/u_ex250718.log', data[:cut])
    case = investigated(t, 'c all', 'late')
    t.equal(facts(t, case), alone, 'copies that were taken earlier change nothing')
    said = remarks(t, case)
    t.equal(sorted(p for p in said if said[p]), ['late/aa/u_ex250718.log', 'late/bb/u_ex250718.log', 'late/first.zip!logs/u_ex250718.log'],
            'the accounting says which they are')
    t.check(all('late/zz/u_ex250718.log begins with all of it' in v[0] for v in said.values() if v), 'and of what', said)
    rows = [r for r in t.jsonl('detections', case) if r['time']]
    t.check(all(r['source']['path'] == 'late/zz/u_ex250718.log' for r in rows), 'the longest is where they are', rows[:1])
    t.check(any(len(r['copies']) == 3 for r in rows), 'the others are listed as copies', [r['copies'] for r in rows])

    # The earlier one first, and the later one to the same case.
    write(t.path('one', 'u_ex250718.log'), data[:cut])
    write(t.path('two', 'u_ex250718.log'), data)
    case = investigated(t, 'c added', 'one')
    t.equal(remarks(t, case)['one/u_ex250718.log'], [], 'alone it is the beginning of nothing')
    t.equal(facts(t, investigated(t, 'c added', 'two')), alone, 'what was collected later comes later to the case')
    t.equal(t.run('verify', case).returncode, 0, 'the case is whole')

    # Alike at first, and not the same: nothing is left out.
    write(t.path('other', 'aa', 'u_ex250718.log'), log('x')[:cut])
    write(t.path('other', 'zz', 'u_ex250718.log'), data)
    case = investigated(t, 'c other', 'other')
    got = facts(t, case)
    t.check(got['left'] > alone['left'] and got['found'] > alone['found'], 'a log that is another counts', (got['left'], alone['left']))
    t.check(not any(remarks(t, case).values()), 'and is no beginning')

    # Two machines of a farm may write the same few lines.
    write(t.path('hosts', 'WEB1', 'u_ex250718.log'), data[:cut])
    write(t.path('hosts', 'WEB2', 'u_ex250718.log'), data)
    with open(t.path('hosts.csv'), 'w', encoding='utf-8') as f:
        f.write('path,host\nhosts/WEB1/*,WEB1\nhosts/WEB2/*,WEB2\n')
    case = investigated(t, 'c hosts', 'hosts', extra=['--manifest', t.path('hosts.csv')])
    got = facts(t, case)
    t.equal({r['host'] for r in t.jsonl('detections', case) if r['time']}, {'WEB1', 'WEB2'}, 'of two machines each has its own')
    t.check(got['found'] > alone['found'], 'and both count', got['found'])
    t.end()


main()
