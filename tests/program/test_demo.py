#!/usr/bin/env python3
"""The demonstration: what was planted and is claimed by our rules is found, what is
innocent is not taken for an attack, and the outputs have the keys that are promised.

rules/claims.json says which rules recognise which kind of planted event."""
import json
import os

from fb import LEVELS, RULES, Suite, level_at_least

DETECTION_KEYS = {'id', 'time', 'level', 'rule', 'host', 'source', 'copies', 'entities', 'summary',
                  'decision'}
RULE_KEYS = {'id', 'title', 'kind', 'techniques'}
SOURCE_KEYS = {'path', 'sha256', 'size', 'format', 'host', 'acquired', 'first', 'last', 'events',
               'bytes', 'problems'}


def place_of(row):
    """(name of the file, record or line) of a detection"""
    s = row['source']
    return s['path'], s.get('record') or s.get('line')


def in_evidence(path):
    """The path below evidence/, of the file even if the record lies in a member of it."""
    return path.split('evidence/', 1)[-1].split('!')[0]


def check_claims(t, answers, rows, claims):
    """Every planted record of a claimed kind that tells by itself, and was not lost, has
    a detection by one of the claimed rules."""
    found = {}
    for row in rows:
        for source in [row['source'], *row['copies']]:
            key = (in_evidence(source['path']), source.get('record') or source.get('line'))
            found.setdefault(key, set()).add(row['rule']['id'])
    planted = {}
    for event in answers['events']:
        if event['telling'] and not event['lost']:
            planted.setdefault(event['kind'], []).append(event)
    t.check(len(planted) >= 40, 'the answer key names what was planted', len(planted))
    for kind in sorted(claims):
        if not t.check(kind in planted, 'the demo plants events of the claimed kind %s' % kind):
            continue
        missed = []
        for e in planted[kind]:
            key = (e['source'], e.get('record') or e.get('line'))
            if not found.get(key, set()) & set(claims[kind]):
                missed.append(key)
        t.check(not missed, '%s: all %d events are found' % (kind, len(planted[kind])),
                'missed: %s' % missed[:10])
    t.note('%d kinds, %d records claimed; planted and not claimed: %s' % (
        len(claims), sum(len(planted.get(k, ())) for k in claims),
        ', '.join(sorted(set(planted) - set(claims))) or 'none'))
    # What is innocent and looks alike was not taken for more than a note.
    innocent = {(e['source'], e.get('record') or e.get('line')) for e in answers['innocent']
                if isinstance(e, dict) and 'source' in e}
    t.check(innocent, 'the answer key names what is innocent')
    loud = [(row['level'], row['rule']['title'], place_of(row)) for row in rows
            if level_at_least(row, 'medium')
            and (in_evidence(row['source']['path']),
                 row['source'].get('record') or row['source'].get('line')) in innocent]
    t.check(not loud, 'no innocent look-alike is above low', loud[:10])


def check_keys(t, case):
    rows = t.jsonl('detections', case)
    bad = [r for r in rows if not DETECTION_KEYS <= set(r) or not RULE_KEYS <= set(r['rule'])
           or not {'path', 'sha256', 'offset'} <= set(r['source'])
           or not ({'record', 'line'} & set(r['source']) or r['rule']['kind'] == 'webshell')]  # a file as a whole
    t.check(not bad, 'every detection has the promised keys', bad[:1])
    bad = [r for r in rows if r['level'] not in LEVELS or not isinstance(r['rule']['techniques'], list)
           or len(r['source']['sha256']) != 64 or any(set(e) != {'type', 'value'} for e in r['entities'])
           or (r['time'] is not None and not r['time'].endswith('Z'))]
    t.check(not bad, 'every detection has values of the promised form', bad[:1])
    t.equal(len({r['id'] for r in rows}), len(rows), 'ids of detections are unique')
    sources = t.jsonl('sources', case)
    bad = [s for s in sources if not SOURCE_KEYS <= set(s)
           or not {'decoded', 'rejected', 'skipped'} <= set(s['bytes'])]
    t.check(not bad, 'every source has the promised keys', bad[:1])
    bad = [s for s in sources if sum(s['bytes'][k] for k in ('decoded', 'rejected', 'skipped'))
           != s['size']]
    t.check(not bad, 'every byte of every source is accounted for', bad[:1])
    for command, key in (('detections', 'detections'), ('sources', 'sources')):
        r = t.run(command, case, '--json')
        whole = json.loads(r.stdout)
        t.equal(len(whole[key]), len(rows if key == 'detections' else sources),
                '%s --json holds what --jsonl holds' % command)
    return rows


def check_filters(t, case, rows):
    """Each filter gives exactly what the same filter in Python gives."""
    ids = [r['id'] for r in rows]
    high = [r['id'] for r in rows if level_at_least(r, 'high')]
    t.equal([r['id'] for r in t.jsonl('detections', case, '--level', 'high')], high, '--level high')
    timed = [r for r in rows if r['time']]
    middle = timed[len(timed) // 2]['time']
    early = [r['id'] for r in t.jsonl('detections', case, '--to', middle)]
    late = [r['id'] for r in t.jsonl('detections', case, '--from', middle)]
    untimed = [r['id'] for r in rows if not r['time']]
    t.equal(early + late, [i for i in ids if i not in untimed], '--from and --to part the whole')
    t.check(0 < len(early) < len(ids), '--to leaves something out')
    host = rows[0]['host']
    t.equal([r['id'] for r in t.jsonl('detections', case, '--host', host)],
            [r['id'] for r in rows if r['host'].lower() == host.lower()], '--host %s' % host)
    rule = rows[0]['rule']['id']
    t.equal([r['id'] for r in t.jsonl('detections', case, '--rule', rule)],
            [r['id'] for r in rows if r['rule']['id'] == rule], '--rule ID')
    path = rows[0]['source']['path']
    t.equal([r['id'] for r in t.jsonl('detections', case, '--source', path)],
            [r['id'] for r in rows if r['source']['path'] == path], '--source PATH')


def check_show(t, case, rows, evidence):
    """Detections lead back to the very bytes of their record."""
    picked = {r['rule']['id']: r for r in rows}
    wrong = []
    for row in list(picked.values())[:25]:
        r = t.run('show', case, row['id'], '--json')
        if r.returncode:
            wrong.append((row['id'], r.stderr))
            continue
        shown = json.loads(r.stdout)['detections']
        original = shown[0].get('original') or '' if len(shown) == 1 else ''
        s = row['source']
        if s.get('record') and '<EventRecordID>%d</EventRecordID>' % s['record'] not in original:
            wrong.append((row['id'], original[:300]))
        if s.get('line'):
            with open(os.path.join(os.path.dirname(evidence), s['path'])
                      if not os.path.isabs(s['path']) else s['path'], 'rb') as f:
                f.seek(s['offset'])
                if f.readline().decode('utf-8', 'replace').rstrip('\r\n') != original.rstrip('\r\n'):
                    wrong.append((row['id'], original[:300]))
    t.check(not wrong, 'show gives the original record of each detection', wrong[:2])


def main():
    t = Suite('demo')
    with open(os.path.join(RULES, 'claims.json'), encoding='utf-8') as f:
        claims = json.load(f)['claims']
    evidence = t.make_demo(t.path('s'), whole=False)
    with open(t.path('s', 'answers.json'), encoding='utf-8') as f:
        answers = json.load(f)
    case = t.path('case')
    r = t.investigate(case, evidence)
    # One log of the demonstration is cut in the middle of a line, which is said.
    t.check(r.returncode == 1 and not r.stderr, 'investigate ends, and says that something was not read',
            (r.returncode, r.stderr[-1000:]))
    cut = [(s['path'], p) for s in t.jsonl('sources', case) for p in s['problems']
           if s['bytes']['rejected'] and p['why'] == 'truncated']
    t.check(len(cut) == 1 and b'125 bytes rejected' in r.stdout, 'the cut log is named', cut)
    rows = check_keys(t, case)
    check_claims(t, answers, rows, claims)
    check_filters(t, case, rows)
    check_show(t, case, rows, evidence)
    t.check(os.path.getsize(os.path.join(case, 'report.html')) > 10000, 'a report is there')
    t.check(b'report.html' in r.stdout, 'the summary names the report', r.stdout[-500:])
    v = t.run('verify', case)
    t.check(v.returncode == 0, 'verify finds evidence and custody record unchanged',
            (v.returncode, v.stdout[-500:], v.stderr[-500:]))
    r = t.run('detections', case, '--fail-on', 'critical')
    t.equal(r.returncode, 10, '--fail-on critical')

    # One changed byte of evidence is noticed.
    victim = sorted(os.path.join(d, n) for d, _, ns in os.walk(evidence) for n in ns)[0]
    with open(victim, 'r+b') as f:
        f.seek(-1, 2)
        last = f.read(1)
        f.seek(-1, 2)
        f.write(bytes([last[0] ^ 1]))
    v = t.run('verify', case)
    t.check(v.returncode in (1, 3) and os.path.basename(victim).encode() in v.stdout + v.stderr,
            'verify names the changed file', (v.returncode, v.stdout[-500:], v.stderr[-500:]))

    calm = t.make_demo(t.path('b'), scenario='benign', seed=7)
    r = t.investigate(t.path('calm'), calm)
    t.check(r.returncode in (0, 1), 'investigate ends on the benign scenario', r.stderr[-1000:])
    loud = [(x['level'], x['rule']['title'], place_of(x), x['summary'])
            for x in t.jsonl('detections', t.path('calm')) if level_at_least(x, 'medium')]
    t.check(not loud, 'benign: nothing above low', '\n'.join(map(str, loud[:20])))
    events = sum(s['events'] for s in t.jsonl('sources', t.path('calm')))
    t.check(events > 1000, 'benign: events were decoded', events)
    t.end()


if __name__ == '__main__':
    main()
