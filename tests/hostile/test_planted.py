#!/usr/bin/env python3
"""The whole program with a planted decoder that misbehaves (planted_format.c): each
deed costs its own 64 KB, is named in `sources`, and changes nothing else.

usage: test_planted.py FIREBREAK-PLANTED FIREBREAK-DEMO
"""
import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'program'))
import fb  # noqa: E402

RULE = """title: A line of the test
id: 7c1f3a52-3a0e-4d53-9a51-0d6a3f6f9b11
status: test
description: Hits what the test planted.
logsource:
    category: webserver
detection:
    selection:
        c-uri|contains: 'planted-hit'
    condition: selection
level: medium
"""
DEEDS = {
    'DO-CRASH': 'crash', 'DO-SEGV': 'crash', 'DO-OPEN': 'crash', 'DO-SOCKET': 'crash',
    'DO-MAP': 'crash', 'DO-EXEC': 'crash', 'DO-LEAVE': 'crash', 'DO-LIE-LONG': 'lies',
    'DO-LIE-TYPE': 'lies', 'DO-LIE-RULE': 'lies', 'DO-LIE-ACCOUNT': 'lies',
}
if not fb.SLOW:
    # With sanitizers the address space is not bounded and spinning takes minutes.
    DEEDS.update({'DO-MEMORY': 'crash', 'DO-SPIN': 'cpu'})
LINES = 12000
BLOCK = 64 << 10


def evidence(where, deed):
    os.makedirs(where)
    lines = ['PLANTED']
    for n in range(LINES):
        if deed and n == LINES // 2:
            lines.append(deed)
        lines.append('/planted-%s/page%06d.aspx?and=something' % ('hit' if n % 20 == 0 else 'other', n))
    with open(os.path.join(where, 'bad.log'), 'w') as f:
        f.write('\n'.join(lines) + '\n')
    with open(os.path.join(where, 'good.log'), 'w') as f:
        f.write('PLANTED\n' + '/planted-hit/good\n' * 50)


def main():
    s = fb.Suite('planted')
    rules = s.path('rules')
    os.makedirs(rules)
    with open(os.path.join(rules, 'rule.yml'), 'w') as f:
        f.write(RULE)

    evidence(s.path('clean', 'evidence'), None)
    r = s.investigate(s.path('clean', 'case'), s.path('clean', 'evidence'), rules=[rules], own=False)
    s.equal(r.returncode, 0, 'the clean run ends with 0')
    clean = {(d['source']['path'], d['summary']) for d in s.jsonl('detections', s.path('clean', 'case'))}
    s.equal(len(clean), LINES // 20 + 1, 'the clean run finds every planted line (equal ones are one summary)')

    for deed, word in DEEDS.items():
        case = s.path(deed, 'case')
        evidence(s.path(deed, 'evidence'), deed)
        r = s.investigate(case, s.path(deed, 'evidence'), rules=[rules], own=False, workers=2)
        s.equal(r.returncode, 1, deed + ': the run ends, with status 1')
        found = {(d['source']['path'], d['summary']) for d in s.jsonl('detections', case)}
        missing = clean - found
        s.check(found <= clean and missing, deed + ': nothing is found that is not there')
        # A block holds at most BLOCK / 30 lines, a twentieth of them hits.
        s.check(len(missing) <= BLOCK // 30 // 20 + 1, deed + ': at most its block is missing', missing)
        s.check(all(p.endswith('bad.log') for p, _ in missing), deed + ': the other file is whole')
        rows = {os.path.basename(x['path']): x for x in s.jsonl('sources', case)}
        bad = rows['bad.log']
        size = os.path.getsize(os.path.join(s.path(deed, 'evidence'), 'bad.log'))
        b = bad['bytes']
        s.equal(b['decoded'] + b['rejected'] + b['skipped'], size, deed + ': every byte is accounted for')
        s.check(0 < b['rejected'] <= BLOCK, deed + ': one block is rejected', b)
        s.check(any(word in str(p.get('why', '')) for p in bad['problems']),
                deed + ': the reason is said', bad['problems'])
        s.equal(rows['good.log']['bytes']['rejected'], 0, deed + ': nothing of the other file is rejected')
        s.check(len(bad['sha256']) == 64, deed + ': the file is hashed all the same')

    # The reader itself dies while it looks what the file is.
    case = s.path('probe', 'case')
    evidence(s.path('probe', 'evidence'), None)
    with open(os.path.join(s.path('probe', 'evidence'), 'probe.log'), 'w') as f:
        f.write('PLANTED-PROBE-CRASH\n' + 'x' * 1000)
    r = s.investigate(case, s.path('probe', 'evidence'), rules=[rules], own=False)
    s.equal(r.returncode, 1, 'a reader that dies: status 1')
    s.equal(len(s.jsonl('detections', case)), LINES // 20 + 50, 'a reader that dies: the other files are whole')
    row = [x for x in s.jsonl('sources', case) if x['path'].endswith('probe.log')][0]
    s.equal(row['bytes']['rejected'], 1020, 'a reader that dies: its file is rejected whole')

    # A decoder that loses one record in silence: the self-test sees it.
    for deaf, status, lost in (('', 0, set()), ('1', 3, {'known.zip!host/System.evtx', 'known.zip!host/Damaged.evtx',
                                                         'a record, once for its two copies', 'the record as XML'})):
        env = {'FIREBREAK_RULES': fb.RULES, **({'FB_DEAF': '1'} if deaf else {})}
        r = s.run('validate', '--json', env=env)
        doc = json.loads(r.stdout)
        s.equal((r.returncode, {t['what'] for t in doc['tests'] if not t['ok']}), (status, lost),
                'validate, with a decoder that %s' % ('loses a record' if deaf else 'is well'))
    s.end()


main()
