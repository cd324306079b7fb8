"""Mutated cases against the keys of the demonstration: what `bench/truth.py` runs many of and test_truth.py a few.

A case is made from a fresh seed; then evidence is taken away, cut, doubled or added to, and both are answered. What is
counted: answers that the key forbids, `not observed` where it happened, what the evidence decides and is not answered,
numbers outside of their interval, members of activities, and laws that do not hold.
"""
import datetime
import functools
import json
import os
import random
import shutil
import subprocess

from fb import SLOW, files_below, request, w3c

POSITIVE = ('confirmed', 'indicated')
HOSTS = {'SP01': '10.20.4.11,2001:db8:20:4::11', 'SP02': '10.20.4.12,2001:db8:20:4::12', 'DC01': '10.20.1.10,2001:db8:20:1::10',
         'FS02': '10.20.5.22,2001:db8:20:5::22', 'WS07': '10.20.30.57,2001:db8:20:30::57'}
OLD_NAME = 'WIN-7Q2KD81RFA.northmoor.example' # of SP02, where it was renamed
RANK = {'cannot determine': 0, 'not observed': 0, 'possible': 1, 'indicated': 2, 'confirmed': 3}
DOES = {1: 'process', 4688: 'process', 4624: 'logon', 4648: 'credentials', 7045: 'service',
        4697: 'service', 4720: 'account', 4722: 'account', 4728: 'account', 4732: 'account', 4738: 'account',
        5140: 'share', 5145: 'share file', 4663: 'object', 11: 'file', 13: 'registry', 3: 'connection', 22: 'dns',
        10: 'process access', 6: 'driver', 4104: 'script', 1102: 'log cleared', 5136: 'directory'}


def short(host):
    return host.split('.')[0]


class Tally:
    def __init__(self):
        self.counts = dict.fromkeys(('cases', 'asked', 'wrong_negatives', 'forbidden', 'decidable', 'needless', 'deniable', 'undenied',
                                     'not_observed', 'intervals',
                                     'outside', 'wide', 'widths', 'members', 'found', 'told', 'alien', 'activities', 'merged', 'laws',
                                     'broken'), 0)
        self.said = []

    def add(self, key, n=1):
        self.counts[key] += n

    def fault(self, key, what):
        self.counts[key] += 1
        self.said.append('%s: %s' % (key, what))

    def law(self, holds, what):
        self.add('laws')
        if not holds:
            self.fault('broken', what)


class Answered:
    """A case, answered."""

    def __init__(self, t, case, *evidence, later=0):
        r = t.investigate(case, *evidence, extra=['--no-report'])
        if r.returncode not in (0, 1):
            raise RuntimeError('investigate: %s' % r.stderr[-500:])
        # Somebody says what is asked about; without it much is "cannot determine" for that reason alone.
        day = datetime.date(2025, 8, 12) + datetime.timedelta(days=later)
        t.run('window', case, '--from', day, '--to', day + datetime.timedelta(days=3), '--reason', 'the break-in and after')
        for host, addresses in HOSTS.items():
            was = ['--was', OLD_NAME] if host == 'SP02' else []
            t.run('assets', case, 'add', host + '.northmoor.example', '--address', addresses, *was)
        self.activity = json.loads(t.run('activity', case, '--json', '-q').stdout)
        self.rows = json.loads(t.run('status', case, '--json').stdout)['assessments']
        self.exposure = json.loads(t.run('exposure', case, '--json').stdout)['exposure']
        self.steps = self.activity['steps']

    def of(self, question, place, route):
        return [a for a in self.rows if a['question'] == question and short(a['place']) == place and a['route'] == route]

    def by_key(self):
        return {(a['question'], short(a['place']), a['route']): a for a in self.rows if a['place'] != 'case'}


# ---- what is done to evidence ----

def logs_of(evidence):
    return [p for p in files_below(evidence) if p.endswith('.evtx')]


def web_logs_of(evidence):
    return [p for p in files_below(evidence) if p.endswith('.log')]


def take_host(rng, evidence):
    host = rng.choice(sorted(os.listdir(evidence)))
    shutil.rmtree(os.path.join(evidence, host))
    return 'without ' + host


def take_log(rng, evidence):
    path = rng.choice(logs_of(evidence))
    os.remove(path)
    return 'without ' + os.path.relpath(path, evidence)


def take_kind(rng, evidence):
    kind = rng.choice(['Security.evtx', 'Sysmon%4Operational.evtx', 'System.evtx'])
    for path in logs_of(evidence):
        if path.endswith(kind):
            os.remove(path)
    return 'without any ' + kind


def cut_log(rng, evidence):
    """As a copy that was stopped: whole chunks, then nothing."""
    large = [p for p in logs_of(evidence) if os.path.getsize(p) > 2 * 65536]
    if not large:
        return take_log(rng, evidence)
    path = rng.choice(large)
    size = os.path.getsize(path)
    with open(path, 'r+b') as f:
        f.truncate(4096 + 65536 * rng.randrange(1, (size - 4096) // 65536))
    return 'cut ' + os.path.relpath(path, evidence)


def take_web_log(rng, evidence):
    path = rng.choice(web_logs_of(evidence))
    os.remove(path)
    return 'without ' + os.path.relpath(path, evidence)


def cut_web_log(rng, evidence):
    path = rng.choice(web_logs_of(evidence))
    with open(path, 'rb') as f:
        lines = f.read().split(b'\n')
    with open(path, 'wb') as f:
        f.write(b'\n'.join(lines[:max(5, rng.randrange(len(lines)))]) + b'\n')
    return 'half of ' + os.path.relpath(path, evidence)


def take_pages(rng, evidence):
    """A web root that nobody copied."""
    for path in files_below(evidence):
        if path.endswith('.aspx'):
            os.remove(path)
    return 'without pages'


def double(rng, evidence):
    host = rng.choice(sorted(os.listdir(evidence)))
    shutil.copytree(os.path.join(evidence, host), os.path.join(evidence, 'again', host))
    return host + ' twice'


def stranger(rng, evidence):
    """A server that has nothing to do with it."""
    folder = os.path.join(evidence, 'WEB09', 'inetpub', 'logs', 'LogFiles', 'W3SVC1')
    os.makedirs(folder)
    lines = [request(stem='/shop/%d.html' % rng.randrange(50), client='198.51.100.%d' % rng.randrange(1, 250),
                     at='2025-08-%02d %02d:%02d:02' % (rng.randrange(10, 15), rng.randrange(24), rng.randrange(60)))
             for _ in range(400)]
    with open(os.path.join(folder, 'u_ex250810.log'), 'wb') as f:
        f.write(w3c(sorted(lines)))
    return 'with a stranger'


TAKE = [take_host, take_log, take_kind, cut_log, take_web_log, cut_web_log, take_pages]
LEAVE = [double, stranger]


# ---- what is counted ----

def against_key(n, what, key, a, whole, dense=False):
    """whole: nothing was taken away, so what the key calls decidable is. dense: machines write often enough for the lack of
    a record to tell something."""
    for q in key['questions']:
        if q['place'] == 'all':
            continue
        route = None if q['route'] == 'all' else q['route']
        for row in a.of(q['question'], q['place'], route):
            got = row['assessment']
            n.add('asked')
            if q['happened'] and got == 'not observed':
                n.fault('wrong_negatives', '%s: %s' % (what, row['says']))
            # Less evidence may leave less to be said; it makes nothing true.
            if got in q['forbidden'] and (whole or got in ('confirmed', 'indicated', 'not observed')):
                n.fault('forbidden', '%s: %s' % (what, row['says']))
            n.add('not_observed', got == 'not observed')
            if whole and q['decidable'] and (q['happened'] or dense):
                n.add('decidable' if q['happened'] else 'deniable')
                if got not in q['acceptable']:
                    n.fault('needless' if q['happened'] else 'undenied', '%s: %s' % (what, row['says']))


def against_ladders(n, what, key, a, whole):
    true = key['ladders']
    for ladder, unit in (('left', 'bytes'), ('opened', 'objects'), ('collected', 'objects')):
        row = [r for r in a.exposure if r['ladder'] == ladder and r['place'] == 'case'][0]
        least, most = row['at_least_' + unit], row['at_most_' + unit]
        n.add('intervals')
        truth = true[ladder][unit]
        if least > truth or (most is not None and most < truth):
            n.fault('outside', '%s: %s [%s, %s], true %s' % (what, ladder, least, most, truth))
        proven = true[ladder]['proven_' + unit]
        # A megabyte for pages that are no loot: more than the records prove is a guess, even where it is true.
        if unit == 'bytes' and least > proven + 1000000:
            n.fault('outside', '%s: %s at least %s, the records prove %s' % (what, ladder, least, proven))
        if whole and least < 0.9 * proven:
            n.fault('outside', '%s: %s at least %s, the records prove %s' % (what, ladder, least, proven))
        if whole and true[ladder]['visible']:
            n.add('widths')
            if most is None or most > 1.5 * truth + true[ladder]['background_bytes']:
                n.fault('wide', '%s: %s at most %s, true %s, of others %s' % (what, ladder, most, truth,
                                                                           true[ladder]['background_bytes']))


def events_of(key, evidence):
    """Records that are there, of those who act."""
    return [e for e in key['events'] if not e['lost'] and e['activity'] not in ('background', None) and
            os.path.exists(os.path.join(evidence, e['source']))]


def step_of(e, steps, hits):
    """The step that has this record, or None."""
    web = e['telemetry'] == 'IIS W3C'
    at = e['time'][:19]
    fit = [s for s in steps if short(s['host']) == e['host'] and s['log'] == ('web log' if web else e['telemetry']) and
           s['does'] == ('request' if web else DOES.get(e['event'])) and s['first'][:19] <= at <= s['last'][:19]]
    return min(fit, key=lambda s: (sum(hits.get(s['step'], {}).values()) >= s['count'], s['first'] != e['time'], s['step']),
               default=None)


def members(n, what, key, a, evidence, cut):
    """Records of the intruders that are there, steps that are not theirs, and activities that are of two."""
    hits = {}
    for e in events_of(key, evidence):
        whole = not cut and e['activity'] == 'intrusion'
        if whole:
            n.add('members')
        s = step_of(e, a.steps, hits)
        if s is None:
            if whole:
                n.said.append('missed: %s: %s on %s at %s' % (what, e['kind'], e['host'], e['time']))
            continue
        hits.setdefault(s['step'], {}).setdefault(e['activity'], 0)
        hits[s['step']][e['activity']] += 1
        if whole:
            n.add('found')
    whose = {}
    for s in a.steps:
        mine = hits.get(s['step'], {})
        n.add('told', s['count'])
        wrong = max(0, s['count'] - sum(mine.values()))
        if wrong:
            n.add('alien', wrong)
            n.said.append('alien: %s: step %d on %s: %s %s' % (what, s['step'], s['host'], s['actor'], s['what'][:80]))
        if s['sure']:
            for who in mine:
                whose.setdefault(s['activity'], {}).setdefault(who, []).append(s)
    for activity, by in whose.items():
        n.add('activities')
        if len(by) > 1:
            least = min(by.values(), key=len)
            n.fault('merged', '%s: activity %d is of %s; step %d on %s: %s %s (%s)' % (
                what, activity, ' and '.join(sorted(by)), least[0]['step'], least[0]['host'], least[0]['actor'],
                least[0]['what'][:60], least[0]['join']))


def laws(n, what, base, less, taken):
    before = base.by_key()
    for k, row in less.by_key().items():
        old = before.get(k)
        if taken:
            # Law 1: nothing is "not observed", or said more firmly, because evidence is missing.
            if row['assessment'] == 'not observed':
                # Whoever could alter records makes their silence worthless; without the record of that nobody knows
                # (docs/answers.md).
                if old is not None and any(m['state'] == 'horizon' for m in old['coverage']['missing']):
                    continue
                n.law(old is not None and old['assessment'] == 'not observed', '%s: not observed by taking away: %s' % (what, row['says']))
            if old is not None:
                n.law(RANK[row['assessment']] <= RANK[old['assessment']], '%s: firmer by taking away: %s' % (what, row['says']))
        elif old is not None:
            # Law 2: what is innocent, or there twice, leaves what is there.
            n.law(RANK[row['assessment']] >= 1 or RANK[old['assessment']] == 0, '%s: weaker by adding: %s' % (what, row['says']))


def renamed(t, n, what, base, evidence, where):
    """Law 5: under other names of folders, and given machine by machine in another order, the same."""
    other = os.path.join(where, 'of another name')
    shutil.copytree(evidence, other)
    roots = [os.path.join(other, host) for host in sorted(os.listdir(other), reverse=True)]
    a = Answered(t, os.path.join(where, 'renamed'), *roots)
    n.add('cases')
    for k, row in base.by_key().items():
        got = a.by_key().get(k)
        n.law(got is not None and (got['assessment'], got['says']) == (row['assessment'], row['says']),
              '%s, renamed: %s' % (what, row['says']))
    n.law([(s['activity'], s['sure'], s['does'], s['host'], s['what'], s['count'], s['join']) for s in a.steps] ==
          [(s['activity'], s['sure'], s['does'], s['host'], s['what'], s['count'], s['join']) for s in base.steps],
          '%s, renamed: the same steps' % what)


def grown(t, n, what, rng, evidence, where):
    """Law 3: what more evidence turns is listed, with the records that did it, and nothing else is."""
    case, hosts = os.path.join(where, 'grown'), sorted(os.listdir(evidence))
    first = Answered(t, case, *[os.path.join(evidence, h) for h in rng.sample(hosts, (len(hosts) + 1) // 2)])
    t.run('changes', case, '--keep', '--by', 'R. Person')
    more = Answered(t, case, evidence)
    n.add('cases', 2)
    before = {(a['question'], a['place'], a['route']): a['assessment'] for a in first.rows if a['place'] != 'case'}
    after = {(a['question'], a['place'], a['route']): a for a in more.rows if a['place'] != 'case'}
    told = json.loads(t.run('changes', case, '--json').stdout)['changes']
    listed = {(x['question'], x['place'], x['route']): x for x in told}
    turned = {k for k, a in after.items() if before.get(k) != a['assessment']}
    n.law(set(listed) == turned, '%s, grown: what turned is listed: %s' % (what, sorted(set(listed) ^ turned, key=str)[:3]))
    for k, x in listed.items():
        n.law((x['was'], x['is']) == (before.get(k), after[k]['assessment'] if k in after else None) and
              bool(x['came'] or x['went'] or x['is'] in ('cannot determine', 'not observed')),
              '%s, grown: %s, %s, %s with what turned it' % (what, *k))


def shifted(t, n, what, base, make, where, days):
    """Law 4: the same, so many days later."""
    evidence = make(os.path.join(where, 'later'), later=days)
    a = Answered(t, os.path.join(where, 'shifted'), evidence, later=days)
    n.add('cases')
    for k, row in base.by_key().items():
        got = a.by_key().get(k)
        n.law(got is not None and got['assessment'] == row['assessment'], '%s, %d days later: %s' % (what, days, row['says']))
    n.law(sorted((s['activity'], s['sure'], s['does'], s['host'], s['count'], s['join'] or '') for s in a.steps) ==
          sorted((s['activity'], s['sure'], s['does'], s['host'], s['count'], s['join'] or '') for s in base.steps),
          '%s, %d days later: the same steps' % (what, days))
    n.law([(r['ladder'], r['place'], r['at_least_bytes'], r['at_most_bytes'], r['at_least_objects'], r['at_most_objects']) for r in a.exposure] ==
          [(r['ladder'], r['place'], r['at_least_bytes'], r['at_most_bytes'], r['at_least_objects'], r['at_most_objects']) for r in base.exposure],
          '%s, %d days later: the same bounds' % (what, days))


def cited_removed(t, n, seed, where):
    """Law 6: without the client's requests, which a confirmed initial access cites, it is not confirmed; without as many
    that it does not cite it stays."""
    for cited in (True, False):
        folder = os.path.join(where, 'cited%d' % cited)
        evidence = t.make_demo(folder, seed=seed, size='1M')
        for path in web_logs_of(evidence):
            with open(path, 'rb') as f:
                lines = f.read().split(b'\n')
            there = [l for l in lines if b' 203.0.113.77 ' in l or b' 203.0.113.140 ' in l]
            if cited:
                lines = [l for l in lines if l not in there]
            else:
                others = [i for i, l in enumerate(lines) if l[:2] == b'20' and b'203.0.113.' not in l]
                drop = set(others[:len(there)])
                lines = [l for i, l in enumerate(lines) if i not in drop]
            with open(path, 'wb') as f:
                f.write(b'\n'.join(lines))
        # What the scanner said of the page goes with them; else as much of another log.
        log = 'Microsoft-Windows-Windows Defender%4Operational' if cited else 'Application'
        os.remove(os.path.join(evidence, 'SP01', 'Windows', 'System32', 'winevt', 'Logs', log + '.evtx'))
        a = Answered(t, os.path.join(where, 'case%d' % cited), evidence)
        row = a.of('initial access', 'SP01', 'exploit public-facing application')
        n.law(bool(row) and (row[0]['assessment'] == 'confirmed') == (not cited),
              'seed %d: %s the records cited: %s' % (seed, 'without' if cited else 'with', row[0]['says'] if row else None))
        shutil.rmtree(folder)


def variants_of(rng, scenario, all_of_them):
    """Some that fit together; as often none as three."""
    out = []
    for name, attack in rng.sample(all_of_them, len(all_of_them))[:rng.choice([0, 1, 1, 2, 2, 3])]:
        if (attack and scenario == 'benign') or any({name, other} in APART for other in out):
            continue
        out.append(name)
    return out


# These take away what joins one machine's records to another's, or a request to who asked.
SEVERED = {'proxy', 'audit-off', 'logger-killed', 'logs-cleared', 'host-absent', 'sysmon-filtered', 'reverted', 'days-lost',
           'ends-early', 'member-missing', 'few-columns'}
# What happened cannot have happened in two ways.
OUTCOME = ('refused', 'attempted')
DEEPER = ('memory-only', 'renamed-page', 'moving-addresses', 'one-door', 'logs-cleared')
APART = [{a, b} for a in OUTCOME for b in DEEPER + OUTCOME if a != b] + [{'memory-only', 'renamed-page'}, {'memory-only', 'one-door'}]


def all_variants(t):
    """(name, whether it needs the break-in), as the generator's help has them."""
    text = subprocess.run([t.demo, '--help'], capture_output=True, check=True).stdout.decode()
    return [(line.split()[0], line.endswith('(sharepoint)')) for line in text.split('--with, ')[1].split('\n')[1:] if line]


def one(t, n, seed, mutations=1, variants=None):
    """A case of a seed, and what becomes of it."""
    rng = random.Random(seed)
    where = t.path('truth%d' % seed)
    scenario = 'benign' if seed % 4 == 0 else 'sharepoint'
    folder = os.path.join(where, 'demo')
    if variants is None:
        variants = variants_of(rng, scenario, all_variants(t))
    # Some with as many records as machines write.
    dense = seed % 6 == 4 and not SLOW
    make = functools.partial(t.make_demo, scenario=scenario, seed=seed, days=5 if dense else rng.choice([5, 6, 7]),
                             size='300M' if dense else '4M', variants=variants)
    evidence = make(folder)
    with open(os.path.join(folder, 'answers.json'), encoding='utf-8') as f:
        key = json.load(f)
    base = Answered(t, os.path.join(where, 'base'), evidence)
    what = '%s, seed %d' % (' with '.join([scenario] + variants), seed)
    n.add('cases')
    against_key(n, what, key, base, True, dense)
    against_ladders(n, what, key, base, True)
    members(n, what, key, base, evidence, bool(SEVERED & set(variants)))
    if seed % 3 == 2:
        grown(t, n, what, rng, evidence, where)
    if seed % 3 == 1:
        shifted(t, n, what, base, make, where, rng.randrange(1, 400))
    if seed % 3 == 0:
        renamed(t, n, what, base, evidence, where)
    for i in range(mutations):
        changed = os.path.join(where, 'changed%d' % i, 'evidence')
        shutil.copytree(evidence, changed)
        taking = rng.random() < 0.8
        done = [m(rng, changed) for m in rng.sample(TAKE if taking else LEAVE, rng.choice([1, 1, 2]))]
        a = Answered(t, os.path.join(where, 'mutated%d' % i), changed)
        name = '%s, %s' % (what, ', '.join(done))
        n.add('cases')
        against_key(n, name, key, a, False)
        against_ladders(n, name, key, a, False)
        members(n, name, key, a, changed, True)
        laws(n, name, base, a, taking)
    shutil.rmtree(where)
