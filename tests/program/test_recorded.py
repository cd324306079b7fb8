"""What the evidence recorded: kinds of records, record numbers, what is missing.

The demonstration's logs, and the same after chunks were taken out or put in another
order, which is what a log that goes round looks like.
"""
import json
import os
import shutil
import struct
import sys

from fb import CORPORA, Suite, files_below, w3c

CHUNK = 65536
HEAD = 4096


def chunks(path):
    with open(path, 'rb') as f:
        data = f.read()
    return data[:HEAD], [data[i:i + CHUNK] for i in range(HEAD, len(data), CHUNK)]


def numbers(chunk):
    """First and last record of a chunk, as its header says."""
    return struct.unpack_from('<QQ', chunk, 24)


def write(path, head, parts):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, 'wb') as f:
        f.write(head + b''.join(parts))


def of_demo(t, evidence):
    case = t.path('case')
    t.equal(t.investigate(case, evidence).returncode, 0, 'the demonstration is read')
    sources = t.jsonl('sources', case)
    bad = [s['path'] for s in sources if sum(k['events'] for k in s['kinds']) != s['events']]
    t.check(not bad, 'kinds of records add up to the events of each source', bad)
    bad = [s['path'] for s in sources for k in s['kinds']
           if k['first'] and (k['first'] < s['first'] or k['last'] > s['last'])]
    t.check(not bad, 'no kind is outside of its source', bad)
    by = {s['path'].split('/', 1)[1]: s for s in sources}
    logs = {p: s for p, s in by.items() if s['format'] == 'evtx'}
    t.check(logs and all(s['header'] and s['logs'] for s in logs.values()),
            'every event log has a header and record numbers')
    cleared = {p: [m for m in s['notices'] if m['what'] == 'cleared'] for p, s in logs.items()}
    t.equal(sorted({p.split('/')[0] for p, m in cleared.items() if m}), ['WS07'],
            'a log was cleared on WS07 only')
    lines = {}
    for p, s in logs.items():
        for k in s['kinds']:
            if k['event_id'] == 4688 and 'with' in k:
                lines[p.split('/')[0]] = k['with']['events']
    t.check(lines.get('SP01') == 0 and lines.get('WS07') == 0 and lines.get('DC01', 0) > 0,
            'command lines are in 4688 where the demonstration says so', lines)
    changed = [p for p, s in by.items() if s['format'] == 'iis-w3c'
               and len({k['columns'] for k in s['kinds']}) > 1]
    t.check(any(p.startswith('SP02') for p in changed) and
            not any(p.startswith('SP01') for p in changed),
            'the #Fields of SP02 change within a file', changed)
    text = t.run('sources', case, '--records').stdout.decode()
    t.check('cleared Security' in text and 'sc-bytes' in text, 'the same for people')
    again = t.path('case of four')
    t.investigate(again, evidence, workers=4)
    t.equal(t.raw('sources', again), t.raw('sources', case), 'the same whatever the workers')
    return logs


def of_rings(t, evidence):
    log = max((p for p in files_below(evidence) if p.endswith('.evtx')), key=os.path.getsize)
    head, parts = chunks(log)
    t.check(len(parts) > 8, 'there is a log of some chunks to work with', len(parts))
    first, last = numbers(parts[3])
    folder = t.path('rings')
    write(os.path.join(folder, 'whole', 'a.evtx'), head, parts)
    write(os.path.join(folder, 'ring', 'a.evtx'), head, parts[5:] + parts[:5])
    write(os.path.join(folder, 'gap', 'a.evtx'), head, parts[:3] + parts[4:])
    write(os.path.join(folder, 'gap in ring', 'a.evtx'), head, parts[5:] + parts[:3] + parts[4:5])
    broken = bytearray(parts[3])
    broken[:8] = b'\xff' * 8
    for at in range(512, CHUNK, 8): # no record can be recovered
        if broken[at:at + 4] == b'**\0\0':
            broken[at] = 0
    write(os.path.join(folder, 'unread', 'a.evtx'), head, parts[:3] + [bytes(broken)] + parts[4:])
    case = t.path('case of rings')
    t.investigate(case, folder, own=True)
    s = {x['path'].split('/')[1]: x for x in t.jsonl('sources', case)}
    whole = s['whole']['logs']
    t.check(len(whole) == 1 and whole[0]['gaps'] == 0 and not s['whole']['gaps'],
            'the whole log has no gap', whole)
    t.equal(s['ring']['logs'], whole, 'put round, it is the same log')
    want = [(first, last, False)]
    for name in ('gap', 'gap in ring'):
        t.equal([(g['from'], g['to'], g['unread']) for g in s[name]['gaps']], want,
                '%s: the missing numbers are named' % name)
        t.equal(s[name]['logs'][0]['missing'], last - first + 1, '%s: and counted' % name)
    t.equal([(g['from'], g['to'], g['unread']) for g in s['unread']['gaps']], [(first, last, True)],
            'what we could not read is not taken for missing alone')
    text = t.run('sources', case, '--records').stdout.decode()
    t.check('record numbers %d to %d are missing' % (first, last) in text, 'said in words')


def of_chains(t, evidence):
    """A log and what Windows archived of it: one row of numbers over several files."""
    log = max((p for p in files_below(evidence) if p.endswith('.evtx')), key=os.path.getsize)
    head, parts = chunks(log)
    folder = t.path('chain', 'HOST', 'Logs')
    # The archives are collected in another order than they were written in; one twice, one
    # overlaps the next, and chunk 5 is in none of them.
    write(os.path.join(folder, 'Archive-Security-2025-07-18-09-14-02-123.evtx'), head, parts[:3])
    write(os.path.join(folder, 'copy.evtx'), head, parts[:3])
    write(os.path.join(folder, 'Archive-Security-2025-07-17-09-14-02-123.evtx'), head, parts[2:4] + parts[4:5])
    write(os.path.join(folder, 'Security.evtx'), head, parts[6:-2] + parts[-1:])
    write(os.path.join(folder, 'hole.evtx'), head, parts[6:7] + parts[8:-2] + parts[-1:])
    case = t.path('case of chains')
    t.investigate(case, t.path('chain'))
    rows = json.loads(t.run('sources', case, '--json').stdout)['chains']
    t.equal(len(rows), 1, 'chains: one log')
    row = rows[0]
    t.equal([os.path.basename(f['path']) for f in row['files']],
            ['Archive-Security-2025-07-18-09-14-02-123.evtx', 'Archive-Security-2025-07-17-09-14-02-123.evtx',
             'Security.evtx', 'hole.evtx'],
            'chains: ordered by their numbers, equal files once')
    first, last = numbers(parts[5])
    inner = numbers(parts[-2])
    t.equal([(g['from'], g['to'], os.path.basename(g['after_path']), os.path.basename(g['before_path']))
             for g in row['gaps']],
            [(first, last, 'Archive-Security-2025-07-17-09-14-02-123.evtx', 'Security.evtx'),
             inner + (os.path.basename(row['gaps'][-1]['after_path']), os.path.basename(row['gaps'][-1]['before_path']))],
            'chains: only what no file has is missing')
    t.equal((row['from'], row['to'], row['missing']), (numbers(parts[0])[0], numbers(parts[-1])[1], last - first + 1 + inner[1] - inner[0] + 1),
            'chains: its ends')
    text = t.run('sources', case, '--records').stdout.decode()
    t.check('In several files: ' in text and '%d are in none of them' % row['missing'] in text, 'chains: said', text[-900:])
    none = json.loads(t.run('sources', case, '--json', '--host', 'nobody').stdout)
    t.equal((none['sources'], none['chains']), ([], []), 'chains: of a host')


def of_forwarded(t):
    path = os.path.join(CORPORA, 'evtx', 'decode')
    if not os.path.isdir(path):
        t.skip('forwarded events', 'no corpora')
        return
    case = t.path('case of forwarded')
    t.investigate(case, path)
    rows = [l for s in t.jsonl('sources', case) for l in s['logs']
            if s['path'].endswith(('_wec.evtx', '/Security_short_selected.evtx'))]
    t.check(len(rows) == 2 and all(l['renumbered'] and l['gaps'] == 0 for l in rows),
            'forwarded and exported events: their numbers are not taken for gaps', rows)


RULES = {
    'image': ('category: process_creation\n    product: windows', "Image|endswith: '\\\\w3wp.exe'"),
    'line': ('category: process_creation\n    product: windows', "CommandLine|contains: whoami"),
    'empty': ('category: process_creation\n    product: windows', "CommandLine: ''"),
    'either': ('category: process_creation\n    product: windows',
               "- CommandLine|contains: whoami\n        - Image|endswith: '\\\\cmd.exe'"),
    'logon': ('product: windows\n    service: security', 'EventID: 4624'),
    'share': ('product: windows\n    service: security', 'EventID: 5145'),
    'system': ('product: windows\n    service: system', 'EventID: 7045'),
    'agent': ('category: webserver', "cs-user-agent|contains: curl"),
    'referer': ('category: webserver', "cs-referer|contains: SignOut"),
    'uri': ('category: webserver', "cs-uri-query|contains: ToolPane"),
    'linux': ('product: linux\n    service: auditd', 'type: EXECVE'),
}


def put_rules(folder):
    os.makedirs(folder)
    for i, (name, (source, search)) in enumerate(sorted(RULES.items())):
        with open(os.path.join(folder, name + '.yml'), 'w', encoding='utf-8') as f:
            f.write('title: %s\nid: 00000000-0000-4000-8000-%012d\nstatus: test\nlogsource:\n    %s\n'
                    'detection:\n    s:\n        %s\n    condition: s\nlevel: low\n'
                    % (name, i, source, search))


def of_rules(t, evidence):
    """Which rules could have matched: the front end whose Sysmon was not collected."""
    rules, folder = t.path('rules'), t.path('front')
    put_rules(rules)
    for path in files_below(os.path.join(evidence, 'SP01')):
        if path.endswith('/Security.evtx'):
            os.makedirs(folder, exist_ok=True)
            shutil.copy(path, folder)
            shutil.copy(path, os.path.join(folder, 'copy of Security.evtx'))
    with open(os.path.join(folder, 'u_ex250718.log'), 'wb') as f:
        f.write(w3c(['2025-07-18 09:14:02 10.0.0.5 GET /a.aspx - curl 200'],
                    'date time c-ip cs-method cs-uri-stem cs-uri-query cs(User-Agent) sc-status'))
    case = t.path('case of front')
    t.investigate(case, folder, rules=[rules], own=False)
    rows = {r['title']: r for r in t.jsonl('rules', 'list', case) if 'hosts' in r}
    got = {name: [h['state'] for h in r['hosts']] for name, r in rows.items()}
    t.equal(got, {'image': ['seen'], 'line': ['partial'], 'empty': ['seen'], 'either': ['seen'],
                  'logon': ['seen'], 'share': ['partial'], 'system': ['never'], 'agent': ['seen'],
                  'referer': ['partial'], 'uri': ['seen'], 'linux': ['never']},
            'what each rule could have matched')
    t.check(rows['linux']['read'] is False and rows['image']['read'] is True,
            'a log source that is never read is told from one that was not recorded')
    t.equal([rows[n]['hosts'][0]['why'] for n in ('line', 'referer', 'share')],
            ['CommandLine was not recorded', 'cs-referer was not recorded',
             'its log is there, without event id 5145'], 'and what is missing')
    kinds = [k for s in t.jsonl('sources', case) for k in s['kinds']
             if k.get('event_id') == 4624 and 'copy' not in s['path']]
    t.equal(rows['logon']['hosts'][0]['events'], sum(k['events'] for k in kinds),
            'copies of a source count once')
    last = max(k['last'] for k in kinds)
    after = [r for r in t.jsonl('rules', 'list', case, '--from', last[:23] + 'Z', '--rule', 'logon')
             if 'hosts' in r][0]['hosts'][0]
    t.check(after['state'] == 'seen' and after['events'] >= 1, 'the last record is in the interval that '
            'begins with it', after)
    none = [r for r in t.jsonl('rules', 'list', case, '--from', '2031-01-01', '--rule', 'logon')
            if 'hosts' in r]
    t.equal([h['state'] for r in none for h in r['hosts']], [], 'nothing was recorded in 2031')
    text = t.run('rules', 'list', case).stdout.decode()
    t.check('has not said no' in text and 'IN PART' in text, 'the same for people')
    table = t.run('rules', 'list', case, '--csv').stdout.decode().split('\r\n')
    t.equal(len(table), 2 + sum(len(r['hosts']) for r in rows.values()), 'and as CSV')
    t.one_line(t.run('rules', 'list', rules, '--host', 'SP01'), [2], '--host needs a case', '--host')
    t.one_line(t.run('rules', 'check', rules, '--csv'), [2], '--csv is not for check', '--csv')
    found = [[r['detections'] for r in t.jsonl('rules', 'list', case, '--rule', 'image', *more) if r.get('title') == 'image']
             for more in ([], ['--host', 'no such host'])]
    t.check(found[0][0] > 0 and found[1] == [0], 'the detections of a host are its own', found)
    hosts = json.loads(t.run('rules', 'list', case, '--json').stdout)['hosts']
    t.equal([(h['seen'], h['partial'], h['never']) for h in hosts], [(6, 3, 1)], 'counts by host')


def main():
    t = Suite('recorded')
    evidence = t.make_demo(t.path('demo'), size='8M')
    of_demo(t, evidence)
    of_rings(t, evidence)
    of_chains(t, evidence)
    of_forwarded(t)
    of_rules(t, evidence)
    shutil.rmtree(t.path('demo'), ignore_errors=True)
    t.end()


if __name__ == '__main__':
    sys.exit(main())
