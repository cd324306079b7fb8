#!/usr/bin/env python3
"""Correlations through the whole program: over event logs and web logs, over files and
hosts, compared with a plain count in Python; the same with one worker and with four,
after a run that was killed, and when evidence comes in two parts."""
import collections
import datetime
import os
import random
import signal
import subprocess
import time

from fb import Suite, request, w3c

WEB = """
title: Refused page
id: 11111111-0000-4000-8000-000000000001
name: refused
logsource: {category: webserver}
detection: {s: {sc-status: 401}, condition: s}
level: low
---
title: Page after all
id: 11111111-0000-4000-8000-000000000002
name: served
logsource: {category: webserver}
detection: {s: {sc-status: 200, cs-uri-stem: /inside.aspx}, condition: s}
level: low
---
title: Guessing
id: 22222222-0000-4000-8000-000000000001
name: guessing
generate: true
correlation:
  type: event_count
  rules: [refused]
  group-by: [c-ip]
  timespan: 1m
  condition: {gte: 10}
level: high
---
title: Many pages
id: 22222222-0000-4000-8000-000000000002
generate: true
correlation:
  type: value_count
  rules: [refused]
  group-by: [c-ip]
  timespan: 5m
  condition: {field: cs-uri-stem, gte: 4}
level: medium
---
title: In at last
id: 22222222-0000-4000-8000-000000000003
generate: true
correlation:
  type: temporal_ordered
  rules: [guessing, served]
  group-by: [c-ip]
  timespan: 10m
level: critical
"""
LOGONS = """
title: Any logon
id: 11111111-0000-4000-8000-000000000011
name: logon
logsource: {product: windows, service: security}
detection: {s: {EventID: [4624, 4625]}, condition: s}
level: low
---
title: Crowd
id: 22222222-0000-4000-8000-000000000011
generate: true
correlation:
  type: event_count
  rules: [logon]
  group-by: [ComputerName]
  timespan: 30m
  condition: {gte: 5}
level: high
"""
QUIET = WEB.replace('generate: true\n', '')
GUESS, PAGES, INSIDE, CROWD = ['22222222-0000-4000-8000-0000000000' + n for n in ('01', '02', '03', '11')]
REFUSED, LOGON = '11111111-0000-4000-8000-000000000001', '11111111-0000-4000-8000-000000000011'
T0 = datetime.datetime(2025, 7, 18, 8, 0, 0)


def web_lines(seed):
    """(seconds, line) of an hour: clients that are refused now and then, three that guess."""
    rng = random.Random(seed)
    out = []

    def add(at, client, status, stem):
        when = (T0 + datetime.timedelta(seconds=at)).strftime('%Y-%m-%d %H:%M:%S')
        out.append((at, request(stem=stem, client=client, status=status, at=when)))

    for _ in range(2500):
        add(rng.randrange(3600), '198.51.100.%d' % rng.randrange(1, 60), rng.choice([200, 401, 404]),
            '/p%d.aspx' % rng.randrange(5))
    for client, begin, count, step in (('203.0.113.1', 100, 40, 2), ('203.0.113.2', 2000, 9, 5),
                                       ('203.0.113.3', 3000, 12, 6)):
        for i in range(count):
            add(begin + i * step, client, 401, '/p%d.aspx' % (i % 2))
        add(begin + count * step + 30, client, 200, '/inside.aspx')
    return sorted(out)


def write_web(root, lines, parts):
    """Over `parts` servers, each with a part of every hour."""
    for k in range(parts):
        where = os.path.join(root, 'web%d' % k)
        os.makedirs(where, exist_ok=True)
        with open(os.path.join(where, 'u_ex250718.log'), 'wb') as f:
            f.write(w3c([line for i, (_, line) in enumerate(lines) if i * 7919 % parts == k]))


def seconds(text):
    """RFC 3339 to nanoseconds since T0."""
    whole, _, fraction = text.rstrip('Z').partition('.')
    t = datetime.datetime.strptime(whole, '%Y-%m-%dT%H:%M:%S') - T0
    return (t.days * 86400 + t.seconds) * 10**9 + int((fraction or '0').ljust(9, '0'))


def bursts(times, span, least):
    """The plain way: at each moment count what lies in the window before it."""
    out, last = [], None
    for t in sorted(set(times)):
        window = [x for x in times if t - span <= x <= t]
        if len(window) < least:
            last = None
            continue
        if last is None or min(window) > last:
            out.append([t, min(window), 0])
        out[-1][2] = len([x for x in times if out[-1][1] <= x <= t])
        last = t
    return [(a, c) for a, _, c in out]


def of_rule(rows, rule):
    return [r for r in rows if r['rule']['id'] == rule]


def told(rows, rule):
    return sorted((r['correlation']['group'], seconds(r['time']), r['correlation']['events'])
                  for r in of_rule(rows, rule))


def ids(rows):
    return sorted((r['rule']['id'], r['time'], r['correlation'] and r['correlation']['events'],
                   r['correlation'] and r['correlation']['group']) for r in rows)


def rules_file(t, name, text):
    with open(t.path(name), 'w', encoding='utf-8') as f:
        f.write(text)
    return t.path(name)


def check_web(t, rules):
    lines = web_lines(1)
    write_web(t.path('one'), lines, 1)
    write_web(t.path('three'), lines, 3)
    r = t.investigate(t.path('case1'), t.path('one'), rules=[rules], own=False, workers=1)
    t.check(r.returncode in (0, 1), 'web: a run', r.stderr)
    rows = t.jsonl('detections', t.path('case1'))
    refused = of_rule(rows, REFUSED)
    by_client = collections.defaultdict(list)
    for row in refused:
        client = [e['value'] for e in row['entities'] if e['type'] == 'address']
        by_client[next(c for c in client if c != '10.0.0.5')].append(seconds(row['time']))
    want = sorted(('c-ip=' + client, at, n) for client, times in by_client.items()
                  for at, n in bursts(times, 60 * 10**9, 10))
    t.check(len(want) >= 2, 'web: the plain count finds some', want)
    t.equal(told(rows, GUESS), want, 'web: bursts of refused pages, as counted plainly')
    t.equal([r['correlation']['group'] for r in of_rule(rows, INSIDE)],
            ['c-ip=203.0.113.1', 'c-ip=203.0.113.3'], 'web: who came in after guessing')
    t.check(of_rule(rows, PAGES), 'web: many different pages')
    for row in of_rule(rows, GUESS):
        c = row['correlation']
        t.check(len(c['because']) == min(c['events'], 100) and
                all(b['rule'] == REFUSED for b in c['because']) and
                c['since'] <= c['because'][0]['time'] <= row['time'] <= c['until'],
                'web: the events of a detection are listed', c)
    shown = t.run('show', t.path('case1'), of_rule(rows, GUESS)[0]['id'][:12])
    t.check(b'Because' in shown.stdout and b'Refused page' in shown.stdout, 'web: show names them',
            shown.stdout + shown.stderr)
    t.investigate(t.path('case3'), t.path('three'), rules=[rules], own=False, workers=4)
    three = t.jsonl('detections', t.path('case3'))
    t.equal(ids(three), ids(rows), 'web: over three servers and four workers the same')
    t.investigate(t.path('case4'), t.path('three'), rules=[rules], own=False, workers=1)
    t.equal(t.raw('detections', t.path('case4')), t.raw('detections', t.path('case3')),
            'web: one worker and four, byte for byte')
    return rows


def check_quiet(t, rows):
    t.investigate(t.path('quiet'), t.path('one'), rules=[rules_file(t, 'quiet.yml', QUIET)], own=False)
    quiet = t.jsonl('detections', t.path('quiet'))
    t.equal(sorted({r['rule']['id'] for r in quiet}), [PAGES, INSIDE],
            'without generate the rules that are named are silent')
    t.equal(told(quiet, INSIDE), told(rows, INSIDE), 'and the outer correlation is the same')


def check_parts(t, rules):
    case = t.path('parts')
    for k in (2, 0, 1):
        t.investigate(case, t.path('three', 'web%d' % k), rules=[rules], own=False)
    rows = t.jsonl('detections', case)
    t.equal(ids(rows), ids(t.jsonl('detections', t.path('case3'))),
            'evidence in three parts, in another order: derived anew from everything')


def check_killed(t, rules):
    # Enough to be killed in the middle of it.
    write_web(t.path('big'), sorted(web_lines(2) * 40), 5)
    t.investigate(t.path('whole'), t.path('big'), rules=[rules], own=False, workers=4)
    want = t.raw('detections', t.path('whole'))
    case, kills = t.path('killed'), 0
    for n in range(4):
        p = subprocess.Popen([t.program, 'investigate', t.path('big'), '-o', case, '--rules', rules,
                              '--no-own-rules'], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                             stderr=subprocess.DEVNULL)
        time.sleep(0.05 + 0.1 * n)
        if p.poll() is None:
            p.send_signal(signal.SIGKILL)
            kills += 1
        p.wait()
    t.investigate(case, t.path('big'), rules=[rules], own=False)
    t.note('%d runs killed' % kills)
    t.equal(t.raw('detections', case) == want, True, 'killed and gone on: byte for byte the same')


def check_logons(t):
    rules = rules_file(t, 'logons.yml', LOGONS)
    evidence = t.make_demo(t.path('demo'), days=2)
    t.investigate(t.path('evtx1'), evidence, rules=[rules], own=False, workers=1)
    rows = t.jsonl('detections', t.path('evtx1'))
    by_host = collections.defaultdict(list)
    for row in of_rule(rows, LOGON):
        by_host[row['host'].lower().split('.')[0]].append(seconds(row['time']))
    want = sorted(('ComputerName=' + host, at, n) for host, times in by_host.items()
                  for at, n in bursts(times, 1800 * 10**9, 5))
    t.check(len(want) > 1, 'event logs: the plain count finds some', want[:3])
    t.equal(told(rows, CROWD), want, 'event logs: logons by computer, as counted plainly')
    t.investigate(t.path('evtx4'), evidence, rules=[rules], own=False, workers=4)
    t.equal(t.raw('detections', t.path('evtx4')), t.raw('detections', t.path('evtx1')),
            'event logs: one worker and four, byte for byte')


def main():
    t = Suite('correlation')
    rules = rules_file(t, 'web.yml', WEB)
    rows = check_web(t, rules)
    check_quiet(t, rows)
    check_parts(t, rules)
    check_killed(t, rules)
    check_logons(t)
    t.end()


main()
