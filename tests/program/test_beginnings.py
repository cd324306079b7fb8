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


def marked(t, case):
    """offset and author of each mark that a detection has"""
    return sorted((r['source']['offset'], r['decision']['mark'], r['decision']['by'])
                  for r in t.jsonl('detections', case) if r['decision'] and r['decision']['mark'])


def decided(t, data):
    """What people said of a line holds when its log has gone on, in this case and in another one's."""
    cut = data.index(b'2025-07-18 10:05')
    write(t.path('grown', 'u_ex250718.log'), data[:cut])
    case = t.path('c grown')
    t.investigate(case, t.path('grown'), extra=['--no-report'])
    twice = [r for r in t.jsonl('detections', case) if r['time'] == '2025-07-18T09:30:00Z']
    second = max(twice, key=lambda r: r['source']['offset'])
    t.run('mark', case, second['id'], 'malicious', '--by', 'ann')
    at = data.index(b'2025-07-18 10:01')
    ref = '%s:%d' % (second['source']['sha256'], at)
    t.run('note', case, ref, 'seen by nobody else', '--by', 'ann')
    before = marked(t, case)
    t.equal([m[1:] for m in before], [('malicious', 'ann')], 'one of two equal lines is marked')
    write(t.path('ann.jsonl'), t.run('decisions', case, 'export').stdout)

    write(t.path('grown', 'u_ex250718.log'), data)
    t.investigate(case, t.path('grown'), extra=['--no-report'])
    t.equal(marked(t, case), before, 'it is that line, and no other, when the log has grown')
    noted = [r for r in t.jsonl('search', case, 'later1.aspx') if r['decision']]
    t.check(len(noted) == 1 and noted[0]['source']['offset'] == at, 'so is the note on a line that no rule recognised', noted)
    t.run('mark', case, [r for r in t.jsonl('detections', case) if r['rule']['id'] == second['rule']['id'] and
                         r['source']['offset'] == second['source']['offset']][0]['id'], 'benign', '--by', 'bob')
    t.equal([m[1:] for m in marked(t, case)], [('benign', 'bob')], 'who decides again takes the place of what was said before')
    t.equal(t.run('verify', case).returncode, 0, 'the case is whole')

    other = t.path('c other analyst')
    t.investigate(other, t.path('grown'), extra=['--no-report'])
    t.run('decisions', other, 'import', t.path('ann.jsonl'))
    t.equal(marked(t, other), [], 'whether a log was that one is seen when evidence is read')
    t.investigate(other, t.path('grown'), extra=['--no-report'])
    t.equal(marked(t, other), before, 'and then it is the same line in a case that never had the shorter log')

    write(t.path('different', 'u_ex250718.log'), log('x'))
    other = t.path('c different')
    t.investigate(other, t.path('different'), extra=['--no-report'])
    t.run('decisions', other, 'import', t.path('ann.jsonl'))
    t.investigate(other, t.path('different'), extra=['--no-report'])
    t.equal(marked(t, other), [], 'a log that is another has none of it')


def of_two_machines(t, data):
    cut = data.index(b'2025-07-18 10:05')
    for host, size in (('WEB1', cut), ('WEB2', len(data))):
        write(t.path('clones', host, 'u_ex250718.log'), data[:size])
    with open(t.path('clones.csv'), 'w', encoding='utf-8') as f:
        f.write('path,host\nclones/WEB1/*,WEB1\nclones/WEB2/*,WEB2\n')
    case = t.path('c clones')
    t.investigate(case, t.path('clones'), extra=['--no-report', '--manifest', t.path('clones.csv')])
    first = [r for r in t.jsonl('detections', case) if r['host'] == 'WEB1' and r['time'] == '2025-07-18T09:30:00Z'][0]
    t.run('mark', case, first['id'], 'malicious', '--by', 'ann')
    got = [r['host'] for r in t.jsonl('detections', case) if r['decision']]
    t.equal(got, ['WEB1'], 'of two machines whose logs begin alike each has its own decisions')


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
    decided(t, data)
    of_two_machines(t, data)
    t.end()


main()
