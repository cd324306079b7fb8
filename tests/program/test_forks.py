"""Two files of one log that tell otherwise of the same record numbers, at the same times: the machine was set back with its clock, or
somebody changed what was written. What lies between is lost in all logs of the machine; what is a copy of it is none. Of two
records with one number, time and event id both are kept: as detections, results of searches, steps, and in decisions.
"""
import datetime
import json
import os
import re
import shutil
import subprocess

from fb import Suite

MINUTES = 240


RULE = """title: Task
id: 3f0c5a1e-0000-4000-8000-000000000001
status: test
level: high
logsource: {product: windows, category: process_creation}
detection:
  s:
    CommandLine|contains: 'task 10'
  condition: s
"""
MANY = """title: Tasks
id: 3f0c5a1e-0000-4000-8000-000000000002
status: test
level: high
correlation:
  type: event_count
  rules: [3f0c5a1e-0000-4000-8000-000000000001]
  group-by: [Computer]
  timespan: 1h
  condition: {gte: %d}
"""


def log(t, path, records, channel='Security', host='SP01', image='C:\\Windows\\System32\\cmd.exe'):
    """A record a minute: what its process was started with."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    text = ''.join('%d\t4688\tNewProcessName=%s\tCommandLine=%s\n' % (60 * at, image, line) for at, line in enumerate(records))
    r = subprocess.run([os.environ['FB_ONELOG'], path, host, channel], input=text.encode(), capture_output=True, check=False)
    t.equal((r.returncode, r.stderr), (0, b''), 'the log was written')


def lines(n=MINUTES, since=None, until=None):
    """From `since` to `until` another thing."""
    return ['cmd /c task %d%s' % (i, ' x' if since is not None and since <= i < until else '') for i in range(n)]


def states(t, case):
    rows = json.loads(t.run('coverage', case, '--json', '--telemetry', 'process-creation-4688').stdout)['coverage']
    return [(r['from'][11:16], r['state'], r['why']) for r in rows if r['place'] == 'SP01']


def investigated(t, name, first, second, host='SP01'):
    log(t, t.path(name, 'a', 'Security.evtx'), first)
    log(t, t.path(name, 'b', 'Security.evtx'), second, host=host)
    case = t.path('case ' + name)
    t.investigate(case, t.path(name), extra=['--no-report'])
    return case


def told(t, path, records, host='SP01'):
    """The same by another program: times to the millisecond."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, 'w', encoding='ascii') as f:
        for at, line in enumerate(records):
            when = datetime.datetime.fromtimestamp(1755000000 + 60 * at, datetime.timezone.utc)
            f.write(json.dumps({
                '@timestamp': when.strftime('%Y-%m-%dT%H:%M:%S.000Z'), 'agent': {'version': '8.1'},
                'winlog': {'channel': 'Security', 'provider_name': 'Microsoft-Windows-Security-Auditing', 'event_id': '4688',
                           'record_id': at + 1, 'computer_name': host,
                           'event_data': {'NewProcessName': 'C:\\Windows\\System32\\cmd.exe', 'CommandLine': line}}}) + '\n')


def ruled(t, name, *more):
    """With the rule above, and others."""
    rules = t.path('rules %s %d' % (name, len(more)))
    os.makedirs(rules, exist_ok=True)
    for i, text in enumerate((RULE, *more)):
        with open(os.path.join(rules, '%d.yml' % i), 'w', encoding='ascii') as f:
            f.write(text)
    case = t.path('ruled %s %d' % (name, len(more)))
    r = t.investigate(case, t.path(name), rules=[rules], own=False, extra=['--no-report'])
    t.equal(r.returncode, 0, name + ': investigated')
    return case


def commands(rows):
    return sorted(line for r in rows for line in re.findall(r'task [0-9]+(?: [a-z]+)?', r['summary'])[:1])


def at_100(t, case, *args):
    return [r for r in t.jsonl('detections', case, *args) if r['source'].get('record') == 101 and not r['correlation']]


def both_kept(t):
    """Record 101 is another in one of two files; its neighbours are copies."""
    log(t, t.path('two', 'a', 'Security.evtx'), lines())
    log(t, t.path('two', 'b', 'Security.evtx'), lines(MINUTES, 100, 101))
    shutil.copytree(t.path('two', 'b'), t.path('two', 'b copy'))
    log(t, t.path('two', 'short', 'Security.evtx'), lines(103, 100, 101))
    case = ruled(t, 'two')
    got = at_100(t, case)
    t.equal(commands(got), ['task 100', 'task 100 x'], 'two detections')
    t.equal(sorted((r['source']['path'], [c['path'] for c in r['copies']]) for r in got),
            [('two/a/Security.evtx', []),
             ('two/b copy/Security.evtx', ['two/b/Security.evtx', 'two/short/Security.evtx'])], 'each with its own copies')
    t.equal(len({r['id'] for r in got}), 2, 'and its own id')
    rows = t.jsonl('detections', case)
    once = [r for r in rows if not r['correlation'] and r['source']['record'] != 101]
    t.equal((len(once), {len(r['copies']) for r in once if r['source']['record'] < 104}), (10, {3}), 'what is the same is one, though its block differs')
    many = ruled(t, 'two', MANY % 11, MANY.replace('2\nstatus', '3\nstatus') % 12)
    t.equal([r['rule']['id'][-1] for r in t.jsonl('detections', many)], ['2'], 'nine of that hour and these two are eleven events to a correlation')
    hits = t.jsonl('search', case, 'task 10')
    t.equal(len(hits), 12, 'both are found, and each other once')
    t.equal(sorted(h['source']['path'] for h in t.jsonl('search', case, 'task 100')),
            ['two/a/Security.evtx', 'two/b copy/Security.evtx'], 'each in its file')
    t.equal(sorted(h['source']['path'] for h in t.jsonl('search', case, 'task 100', '--source', 'two/?/*')),
            ['two/a/Security.evtx', 'two/b/Security.evtx'], 'also where a file of the same content is looked into')
    steps = json.loads(t.run('activity', case, '--json').stdout)['steps']
    t.equal(sorted(s['what'][7:] for s in steps if 'task 100' in s['what']), ['task 100', 'task 100 x'], 'two steps')
    t.equal(t.run('verify', case).returncode, 0, 'verify is well')
    before = t.raw('detections', case)
    ruled(t, 'two')
    t.check(t.raw('detections', case) == before, 'another run says the same')
    decided(t, case)


def marks(rows):
    return sorted((commands([r])[0], r['decision'] and r['decision']['mark']) for r in rows)


def decided(t, case):
    a = [r for r in at_100(t, case) if commands([r]) == ['task 100']][0]
    t.equal(t.run('mark', case, a['id'], 'malicious', '--by', 'eve').returncode, 0, 'one of them is marked')
    t.equal(marks(at_100(t, case)), [('task 100', 'malicious'), ('task 100 x', None)], 'and the other is not')
    ref = [h['ref'] for h in t.jsonl('search', case, 'task 100 x')]
    t.equal(t.run('mark', case, *ref, 'benign', '--by', 'eve').returncode, 0, 'the other by its reference')
    t.equal(marks(at_100(t, case)), [('task 100', 'malicious'), ('task 100 x', 'benign')], 'each has its own')
    t.equal(sorted(h['decision']['mark'] if h['decision'] else '' for h in t.jsonl('search', case, 'task 100')), ['', 'benign'],
            'a search shows it at that one')
    text = t.run('decisions', case, 'export').stdout
    events = sorted(json.loads(line)['event'] for line in text.splitlines())
    t.check(len(events) == 2 and all(re.fullmatch(r'record sp01 Security 101 2025-08-12T13:40:00\.000000000Z 4688 [0-9a-f]{8}', e)
                                     for e in events) and events[0] != events[1], 'the texts tell them apart', events)
    # Outside of what differs nothing has to be told apart.
    other = [r for r in t.jsonl('detections', case) if r['source'].get('record') == 11][0]
    t.equal(t.run('mark', case, other['id'], 'benign', '--by', 'eve').returncode, 0, 'one that both have')
    events = [json.loads(line)['event'] for line in t.run('decisions', case, 'export').stdout.splitlines()]
    t.equal(sum(e == 'record sp01 Security 11 2025-08-12T12:10:00.000000000Z 4688' for e in events), 1, 'as ever')

    # In a case that has only one of them what was said of that one holds, and nothing else.
    with open(t.path('said'), 'wb') as f:
        f.write(text)
    log(t, t.path('alone', 'b', 'Security.evtx'), lines(MINUTES, 100, 101))
    alone = ruled(t, 'alone')
    t.equal(t.run('decisions', alone, 'import', t.path('said')).returncode, 0, 'taken over')
    t.equal(marks(at_100(t, alone)), [('task 100 x', 'benign')], 'what was said of it')
    # What was said before anybody could tell them apart is of both; what is said of one goes before it.
    log(t, t.path('before', 'a', 'Security.evtx'), lines())
    log(t, t.path('before', 'b', 'Security.evtx'), lines(MINUTES, 100, 101))
    both = ruled(t, 'before')
    rule = a['rule']['id']
    with open(t.path('old'), 'w', encoding='ascii') as f:
        f.write('{"event":"record sp01 Security 101 2025-08-12T13:40:00.000000000Z 4688","rule":"%s","what":"mark","mark":"unknown",'
                '"at":"2025-09-01T00:00:00Z","by":"bob"}\n' % rule)
    t.equal(t.run('decisions', both, 'import', t.path('old')).returncode, 0, 'an old text')
    t.equal(marks(at_100(t, both)), [('task 100', 'unknown'), ('task 100 x', 'unknown')], 'is of both')
    one = [r for r in at_100(t, both) if commands([r]) == ['task 100']][0]
    t.equal(t.run('mark', both, one['id'], 'malicious', '--by', 'eve').returncode, 0, 'one is marked')
    t.equal(marks(at_100(t, both)), [('task 100', 'malicious'), ('task 100 x', 'unknown')], 'which goes before it')
    # An event in which no rule recognised anything is read again.
    later = [h['ref'] for h in t.jsonl('search', both, 'task 130')]
    t.equal((len(later), t.run('mark', both, *later, 'benign', '--by', 'eve').returncode), (1, 0), 'one behind what differs')
    t.check(b' Security 131 2025-08-12T14:10:00.000000000Z 4688"' in t.run('decisions', both, 'export').stdout, 'is known by its number')
    quiet = [h['ref'] for h in t.jsonl('search', both, 'task 99')]
    t.equal((len(quiet), t.run('mark', both, *quiet, 'benign', '--by', 'eve').returncode), (1, 0), 'a neighbour by its reference')
    t.equal([h['decision']['mark'] for h in t.jsonl('search', both, 'task 99')], ['benign'], 'is marked')
    t.check(b' Security 100 2025-08-12T13:39:00.000000000Z 4688 ' in t.run('decisions', both, 'export').stdout, 'by what it is')


def copies_stay(t):
    """What cannot be compared is a copy: written anew, or told by another program."""
    log(t, t.path('anew2', '0', 'Security.evtx'), lines(), image='c:\\windows\\system32\\CMD.exe')
    log(t, t.path('anew2', 'a', 'Security.evtx'), lines())
    log(t, t.path('anew2', 'b', 'Security.evtx'), lines(MINUTES, 100, 101))
    told(t, t.path('anew2', 'c', 'beats.ndjson'), lines())
    case = ruled(t, 'anew2')
    got = at_100(t, case)
    t.equal(sorted((r['source']['path'], sorted(c['path'] for c in r['copies'])) for r in got),
            [('anew2/a/Security.evtx', ['anew2/0/Security.evtx', 'anew2/c/beats.ndjson']), ('anew2/b/Security.evtx', [])],
            'a copy of the first, which leads')
    t.equal(len(t.jsonl('detections', case)), 12, 'and of the others one each')
    t.equal(len(t.jsonl('search', case, 'task 10')), 12, 'as in a search')
    t.equal(t.run('mark', case, [r for r in got if not r['copies']][0]['id'], 'benign').returncode, 0, 'one marked')
    t.equal(marks(at_100(t, case)), [('task 100', None), ('task 100 x', 'benign')], 'is the one')

    # Files that agree nowhere are one log that something wrote anew: every record is one.
    log(t, t.path('anew3', 'a', 'Security.evtx'), lines())
    log(t, t.path('anew3', 'b', 'Security.evtx'), lines(MINUTES, 0, MINUTES))
    case = ruled(t, 'anew3')
    t.equal((len(t.jsonl('detections', case)), len(t.jsonl('search', case, 'task 10'))), (11, 11), 'nothing shows two')
    # What lies behind the end of the shorter one's last whole block is not seen to differ: docs/formats/coverage.md.
    log(t, t.path('copies', 'a', 'Security.evtx'), lines())
    log(t, t.path('copies', 'b', 'Security.evtx'), lines(160))
    case = ruled(t, 'copies')
    t.equal((len(t.jsonl('detections', case)), len(t.jsonl('search', case, 'task 10'))), (11, 11), 'equal copies stay one')


def main():
    t = Suite('forks')
    both_kept(t)
    copies_stay(t)
    t.equal([s[:2] for s in states(t, investigated(t, 'copy', lines(), lines(160)))], [('12:00', 'recorded')],
            'what begins it is a copy, though its last block is cut')
    # T0 is 12:00; records are numbered from 1, blocks are of sixteen.
    case = investigated(t, 'branches', lines(), lines(MINUTES, 100, MINUTES))
    got = states(t, case)
    t.equal([s[:2] for s in got], [('12:00', 'recorded'), ('13:34', 'lost')], 'from what was one to the end of both')
    t.check('two records of one number' in got[1][2], 'and why', got)
    t.equal(len(t.jsonl('search', case, 'task 120 x')), 1, 'what only one of them tells is found')
    t.equal([s[:2] for s in states(t, investigated(t, 'changed', lines(), lines(MINUTES, 100, 101)))],
            [('12:00', 'recorded'), ('13:34', 'lost'), ('13:50', 'recorded')], 'one record that is another')
    t.equal([s[:2] for s in states(t, investigated(t, 'anew', lines(), lines(MINUTES, 0, MINUTES)))], [('12:00', 'recorded')],
            'where nothing is the same nothing shows that it is another branch')
    t.equal([s[:2] for s in states(t, investigated(t, 'machines', lines(), lines(MINUTES, 100, MINUTES), host='SP02'))],
            [('12:00', 'recorded')], 'another machine has its own numbers')
    t.end()


main()
