#!/usr/bin/env python3
"""SigmaHQ's rules: every one can be used, and on each regression file the rule that it is
for fires. And all of the corpora: the run ends, lists every file and accounts for
every byte."""
import os
import re

from fb import CORPORA, Suite, files_below

# The rules of the corpora are evidence of nothing; they are left out of the walk.
NOT_EVIDENCE = ('sigma/rules', 'yara/')


def expected():
    """[(path of the .evtx, id of the rule)]"""
    out = []
    for path in files_below(os.path.join(CORPORA, 'sigma', 'regression_data')):
        if os.path.basename(path) != 'info.yml':
            continue
        with open(path, encoding='utf-8') as f:
            text = f.read()
        meta = text.split('rule_metadata:', 1)[1].split('regression_tests_info:', 1)[0]
        ids = re.findall(r'^\s*-?\s*id:\s*([0-9a-f-]{36})\s*$', meta, re.M)
        for rel in re.findall(r'^\s*-?\s*path:\s*(\S+\.evtx)\s*$', text, re.M):
            out.append((os.path.join(CORPORA, 'sigma', rel), ids[0]))
    return out


def all_load(t):
    """Every rule can be used, once each placeholder has a list."""
    folders = [os.path.join(CORPORA, 'sigma', d) for d in sorted(os.listdir(os.path.join(CORPORA, 'sigma')))
               if d.startswith('rules')]
    check = ['rules', 'check'] + [a for f in folders for a in ('--rules', f)]
    rules = len([p for p in files_below(*folders) if p.endswith('.yml')])
    t.check(rules >= 3780, 'there are 3,780 rules', rules)
    plain = t.run(*check).stdout.decode()
    names = sorted(set(re.findall(r'no list was given for the placeholder %([^%]+)%', plain)))
    t.check(names, 'some need lists', plain[-500:])
    lists = t.path('lists.yml')
    with open(lists, 'w', encoding='utf-8') as f:
        f.writelines('%s: [one, two*]\n' % n for n in names)
    r = t.run(*check, '--expand', lists)
    # More than one list may be missing in a rule: the next is said when the first is there.
    while r.returncode == 1 and (more := set(re.findall(r'for the placeholder %([^%]+)%', r.stdout.decode())) - set(names)):
        names += sorted(more)
        with open(lists, 'a', encoding='utf-8') as f:
            f.writelines('%s: [one]\n' % n for n in more)
        r = t.run(*check, '--expand', lists)
    words = '{0:,} rules can be used of {0:,} files'.format(rules)
    t.check(r.returncode == 0 and words in r.stdout.decode(), 'all of them can be used', r.stdout[-800:])


def regression(t):
    pairs = expected()
    t.check(len(pairs) >= 202, 'there are 202 regression files', len(pairs))
    case = t.path('regression')
    folder = os.path.join(CORPORA, 'sigma', 'regression_data')
    rules = [os.path.join(CORPORA, 'sigma', d) for d in sorted(os.listdir(os.path.join(CORPORA, 'sigma')))
             if d.startswith('rules')]
    r = t.investigate(case, folder, rules=rules, own=False)
    t.check(r.returncode in (0, 1), 'investigate ends', (r.returncode, r.stderr[-1000:]))
    fired = set()
    for row in t.jsonl('detections', case):
        for s in [row['source'], *row['copies']]:
            fired.add((os.path.basename(s['path']), row['rule']['id']))
    missed = [(os.path.relpath(p, folder), i) for p, i in pairs if (os.path.basename(p), i) not in fired]
    t.note('%d of %d expected rules fire' % (len(pairs) - len(missed), len(pairs)))
    for path, rule in missed:
        t.note('missed: %s %s' % (rule, path))
    t.check(not missed, 'every expected rule fires', missed[:5])


def everything(t):
    case = t.path('everything')
    files = files_below(CORPORA)
    r = t.investigate(case, CORPORA)
    t.check(r.returncode in (0, 1), 'investigate over all of the corpora ends',
            (r.returncode, r.stderr[-2000:]))
    sources = t.jsonl('sources', case)
    listed = {os.path.normpath(s['path']).split('corpora/', 1)[-1]: s for s in sources
              if '!' not in s['path'] and not s.get('parent')}
    names = {os.path.relpath(f, CORPORA): f for f in files if not os.path.islink(f)}
    absent = sorted(set(names) - set(listed))
    t.check(not absent, 'every one of %d files is listed' % len(names), absent[:5])
    wrong = [(n, listed[n]['size'], os.path.getsize(f)) for n, f in names.items()
             if n in listed and listed[n]['size'] != os.path.getsize(f)]
    t.check(not wrong, 'with its size', wrong[:5])
    wrong = [(s['path'], s['size'], s['bytes']) for s in sources
             if s['bytes']['decoded'] + s['bytes']['rejected'] + s['bytes']['skipped'] != s['size']]
    t.check(not wrong, 'decoded + rejected + skipped = size, for each of %d' % len(sources), wrong[:5])
    unsaid = [s['path'] for s in sources if s['bytes']['rejected'] and not s['problems']]
    t.check(not unsaid, 'rejected bytes are said where and why', unsaid[:5])
    lost = [(s['path'], p) for s in sources for p in s['problems']
            if p['why'] in ('crash', 'cpu', 'lies')]
    t.check(not lost, 'no worker died on any of it', lost[:5])
    unhashed = [s['path'] for s in sources if not s['sha256'] or len(s['sha256']) != 64]
    t.check(not unhashed, 'every source is hashed', unhashed[:5])
    evtx = [s for s in sources if s['path'].lower().endswith('.evtx')]
    t.check(sum(s['events'] for s in evtx) >= 34071, 'events of event logs were decoded',
            sum(s['events'] for s in evtx))
    t.note('%d sources, %d events' % (len(sources), sum(s['events'] for s in sources)))


def main():
    t = Suite('regression')
    if not os.path.isdir(CORPORA):
        t.skip('regression files and corpora', 'no corpora at %s (set FIREBREAK_CORPORA)' % CORPORA)
        t.end()
    all_load(t)
    regression(t)
    everything(t)
    t.end()


if __name__ == '__main__':
    main()
