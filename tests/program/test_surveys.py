#!/usr/bin/env python3
"""logons, processes, persistence, stats, clients: what they sum up is what the records say,
as `firebreak dump` has them."""
import collections
import gzip
import json
import os

import fb

t = fb.Suite('surveys')


def rows(command, case, *args):
    r = t.run(command, case, '--jsonl', '-q', *args)
    if r.returncode not in (0, 1):
        raise RuntimeError('%s: status %d: %s' % (command, r.returncode, r.stderr[-800:]))
    return [json.loads(l) for l in r.stdout.decode('utf-8').split('\n') if l]


def records(evidence):
    """(host, channel, event id, data, time) of all records of event logs."""
    out = []
    for path in fb.files_below(evidence):
        if not path.endswith('.evtx'):
            continue
        for line in t.run('dump', path, '--jsonl').stdout.decode('utf-8').split('\n'):
            if not line:
                continue
            e = json.loads(line)['Event']
            s = e['System']
            n = s['EventID']
            data = dict(e.get('EventData') or {})
            for x in (e.get('UserData') or {}).values():
                data.update(x if isinstance(x, dict) else {})
            out.append((s['Computer'], s['Channel'], n['#text'] if isinstance(n, dict) else n, data,
                        s['TimeCreated']['#attributes']['SystemTime']))
    return out


def said(v):
    return None if v in (None, '-', '') else v


def test_logons(case, all_records):
    want = collections.Counter()
    for host, channel, number, d, _ in all_records:
        if channel == 'Security' and number in (4624, 4625):
            user, domain = said(d.get('TargetUserName')), said(d.get('TargetDomainName'))
            account = '%s\\%s' % (domain, user) if user and domain else user or domain
            origin = said(d.get('IpAddress')) or said(d.get('WorkstationName'))
            want[host, account, origin, str(d['LogonType']), number] += 1
    got = collections.Counter()
    for r in rows('logons', case):
        if r['how'] == 'logon':
            for key, number in (('succeeded', 4624), ('failed', 4625)):
                if r[key]:
                    got[r['host'], r['account'], r['from'], r['type'], number] += r[key]
    t.check(len(want) > 20, 'there are logons', len(want))
    t.equal(sorted(got.items(), key=repr), sorted(want.items(), key=repr), 'logons and failures, each counted')
    guessed = [r for r in rows('logons', case) if r['failed_then_succeeded']]
    t.check(guessed and all(r['succeeded'] or r['failed'] for r in guessed), 'failures, then a success')
    one = rows('logons', case, '--with', 'TargetUserName=adm.okafor')
    t.check(one and all('adm.okafor' in (r['account'] or '') for r in one), '--with chooses')


def test_processes(case, all_records):
    starts = {}
    for host, channel, number, d, when in all_records:
        if 'Sysmon' in channel and number == 1:
            starts[host, d['ProcessGuid'].strip('{}').upper()] = d
    got = rows('processes', case)
    by_ref = {r['ref']: r for r in got}
    sysmon = [r for r in got if r['guid']]
    t.equal(len(sysmon), len(starts), 'each start once')
    wrong = hung = 0
    for r in sysmon:
        d = starts[r['host'], r['guid'].strip('{}').upper()]
        up = starts.get((r['host'], d['ParentProcessGuid'].strip('{}').upper()))
        wrong += (r['parent'] is None) != (up is None)
        if r['parent'] and up:
            hung += 1
            wrong += by_ref[r['parent']]['image'] != up['Image']
        wrong += r['image'] != d['Image'] or r['pid'] != int(d['ProcessId'])
    t.check(hung > 3 and wrong == 0, 'below the right parents', 'hung %d, wrong %d' % (hung, wrong))
    seen, depth = set(), {}
    for r in got:
        t.check(r['parent'] is None or r['parent'] in seen, 'parents come first') if r['parent'] not in seen and r['parent'] else None
        depth[r['ref']] = depth[r['parent']] + 1 if r['parent'] else 0
        seen.add(r['ref'])
    t.equal([r['depth'] for r in got], [depth[r['ref']] for r in got], 'depths')
    tree = rows('processes', case, '--tree', 'EncodedCommand')
    t.check(tree and any('EncodedCommand' in (r['command'] or '') for r in tree) and len(tree) < len(got), '--tree chooses', len(tree))
    lone = [r for r in got if not r['parent'] and (r['parent_image'] or '').endswith('w3wp.exe')]
    tree = {r['ref'] for r in rows('processes', case, '--tree', 'w3wp.exe')}
    t.check(lone and all(r['ref'] in tree for r in lone), '--tree: what a parent without record started', len(lone))
    t.check('\u2514 ' in t.run('processes', case, '--tree', 'EncodedCommand', '-q').stdout.decode('utf-8'), 'a tree for people')


def test_persistence(case, all_records):
    want = set()
    for host, channel, number, d, _ in all_records:
        if number == 7045:
            want.add((host, 'service', d['ServiceName'], d['ImagePath']))
        if number == 4720:
            want.add((host, 'account', d['TargetUserName'], d['TargetDomainName']))
        if number == 4732:
            want.add((host, 'group member', d['TargetUserName'], said(d['MemberName']) or d['MemberSid']))
        if number == 4698:
            want.add((host, 'task', d['TaskName'], d['TaskContent'].split('<Command>')[1].split('<')[0]))
    got = rows('persistence', case)
    have = {(r['host'], r['kind'], r['what'], r['content']) for r in got}
    t.check(len({k for _, k, _, _ in want}) == 4, 'of each kind', want)
    t.check(want <= have, 'services, accounts, members, tasks', want - have)
    t.check(any(r['kind'] == 'web file' and r['what'].endswith('spinstall0.aspx') for r in got), 'a file of a web server')
    first = [r['first'] for r in got]
    t.equal(first, sorted(first), 'in the order of time')


def test_clients(case, evidence):
    want = collections.defaultdict(lambda: [0, 0, set(), set()])
    for path in fb.files_below(evidence):
        if '/W3SVC' not in path:
            continue
        columns = []
        with (gzip.open if path.endswith('.gz') else open)(path, 'rt', encoding='utf-8', errors='replace') as f:
            for line in f:
                if line.startswith('#Fields:'):
                    columns = line.split()[1:]
                elif not line.startswith('#') and len(line.split()) == len(columns):
                    v = dict(zip(columns, line.split()))
                    w = want[v['c-ip'], path.split(os.sep)[path.split(os.sep).index('evidence') + 1]]
                    w[0] += 1
                    w[1] += v['cs-method'] == 'POST'
                    w[2].add(v['cs-uri-stem'])
                    w[3].add(v['cs(User-Agent)'])
    got = {(r['client'], r['host'].split('.')[0]): r for r in rows('clients', case, '--source', '*W3SVC*')}
    t.check(len(want) > 10, 'there are clients', len(want))
    t.equal({k: (r['requests'], r['posts'], r['pages']) for k, r in got.items()},
            {k: (w[0], w[1], len(w[2])) for k, w in want.items()}, 'requests, posts, pages of each client')


def test_stats(case, all_records):
    want = collections.Counter((host, channel, number) for host, channel, number, _, _ in all_records)
    got = collections.Counter()
    web = 0
    t.equal(rows('stats', case), rows('stats', case, '--exact'), 'what the case knows is what reading says')
    for r in rows('stats', case):
        if r['event_id'] is None:
            web += r['count']
        else:
            got[r['host'], r['channel'], r['event_id']] += r['count']
    t.equal(sorted(got.items()), sorted(want.items()), 'records by host, channel and number')
    t.equal(web, sum(r['requests'] for r in rows('clients', case)), 'lines of web logs')


def test_timeline(case):
    total = json.loads(t.run('search', case, '--count', 'host', '--json', '-q', '/x*/').stdout)['counts']
    lines = t.run('timeline', case, '--all', '--as', 'timesketch', '-q').stdout.decode('utf-8').split('\n')[:-1]
    t.equal(len(lines), sum(c['count'] for c in total), 'every event once')
    first = [json.loads(l) for l in lines[:500]]
    t.check(all(e['message'] and e['timestamp_desc'] and len(e['datetime']) == 27 for e in first), 'what the importer of Timesketch demands')
    l2t = t.run('timeline', case, '--all', '--as', 'l2t', '-q').stdout.decode('utf-8').split('\r\n')[:-1]
    t.equal(len(l2t), len(lines) + 1, 'l2t: a row each, and a head')
    t.equal(len(l2t[0].split(',')), 17, 'l2t: 17 columns')
    body = t.run('timeline', case, '--all', '--as', 'bodyfile', '-q', '--host', 'DC01').stdout.decode('utf-8').split('\n')[:-1]
    t.check(body and all(len(l.split('|')) == 11 and l.split('|')[8] == l.split('|')[10] for l in body), 'bodyfile: 11 fields')
    t.check(len(body) < len(lines), 'of one host')
    t.one_line(t.run('timeline', case, '--all', '--as', 'moon'), [2], 'a form that is none', 'moon')


def test_show(case):
    hit = json.loads(t.run('search', case, 'PSEXESVC', '--jsonl', '-q', '--limit', '1').stdout)
    r = t.run('show', case, hit['ref'], '--json')
    event = json.loads(r.stdout)['events'][0]
    t.check(r.returncode == 0 and 'PSEXESVC' in event['original'], 'an event by reference', r.stderr)
    t.equal({k: event[k] for k in hit}, hit, 'the same keys as the search has')
    r = t.run('show', case, hit['ref'].split(':')[0] + ':1')
    t.check(r.returncode in (1, 2) and r.stderr, 'a place where nothing begins', r.stderr)


def main():
    evidence = t.make_demo(t.path('demo'), days=3)
    case = t.path('case')
    t.investigate(case, evidence)
    all_records = records(evidence)
    test_logons(case, all_records)
    test_processes(case, all_records)
    test_persistence(case, all_records)
    test_clients(case, evidence)
    test_stats(case, all_records)
    test_timeline(case)
    test_show(case)
    for command in ('logons', 'processes', 'persistence', 'clients', 'stats'):
        one = t.run(command, case, '--json', '-q')
        t.equal(t.run(command, case, '--json', '-q').stdout, one.stdout, command + ': the same bytes twice')
        t.equal(list(json.loads(one.stdout)), [command], command + ': one document')
        head = t.run(command, case, '--csv', '-q').stdout.decode('utf-8').split('\r\n')[0]
        t.equal(head.split(','), list(json.loads(one.stdout)[command][0]), command + ': columns of CSV are the keys')
        t.check(t.run(command, case, '-q', '--from', '2001-01-01', '--to', '2001-01-02').returncode == 0, command + ': nothing in a period')


main()
t.end()
