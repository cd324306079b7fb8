#!/usr/bin/env python3
"""`firebreak rules` and what rules are given with: lists for placeholders, tests of
rules, explanations, differences, costs, lists of noisy and excluded ones."""
import json
import os
import re

from fb import CORPORA, Suite, files_below, request, w3c

s = Suite('rules')
SIGMA = os.path.join(CORPORA, 'sigma')


def write(name, text):
    path = s.path(name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, 'w', encoding='utf-8') as f:
        f.write(text)
    return path


def rule(id_, detection, level='high', title=None, source='category: webserver'):
    return ('title: %s\nid: %s\nlevel: %s\nlogsource:\n    %s\ndetection:\n%s\n'
            % (title or 'Rule ' + id_, id_, level, source.replace('\n', '\n    '),
               '\n'.join('    ' + l for l in detection.strip('\n').split('\n'))))


def out(r):
    return r.stdout.decode('utf-8', 'replace')


def sigma_folders():
    if not os.path.isdir(SIGMA):
        return []
    return [os.path.join(SIGMA, d) for d in sorted(os.listdir(SIGMA)) if d.startswith('rules')]


# ---- lists for placeholders ----

def test_expand():
    rules = write('expand/rules/r.yml', rule('e1', 'sel:\n    c-ip|expand: "%Scanners%"\n'
                                             'condition: sel'))
    r = s.run('rules', 'check', s.path('expand/rules'))
    s.check(r.returncode == 1 and 'r.yml:8:' in out(r) and
            'no list was given for the placeholder %Scanners%' in out(r),
            'without a list: file, line and reason', out(r))
    plain = write('expand/scanners.txt', '\ufeff# ours\n203.0.113.9\r\n\n198.51.100.*\n')
    for args in (['--expand', plain], ['--expand=' + plain]):
        r = s.run('rules', 'check', s.path('expand/rules'), *args)
        s.check(r.returncode == 0 and out(r).startswith('1 rule can be used'),
                'a list makes the rule usable; names compare without case', out(r) + str(r.stderr))
    evidence = write('expand/logs/u.log', w3c([
        request(client='203.0.113.9'), request(client='203.0.113.10'),
        request(client='198.51.100.77')]).decode())
    yaml = write('expand/lists.yml', 'Scanners:\n  - 203.0.113.10\nOther: 5\n')
    hits, hashes = {}, {}
    for name, lists in (('plain', [plain]), ('yaml', [yaml]), ('both', [plain, yaml]),
                        ('both again', [yaml, plain])):
        extra = ['--json', '--no-report']
        for path in lists:
            extra += ['--expand', path]
        case = s.path('expand/case ' + name)
        r = s.investigate(case, evidence, rules=[s.path('expand/rules')], own=False, extra=extra)
        s.equal(r.returncode, 0, 'investigate with %s' % name)
        hashes[name] = json.loads(r.stdout)['totals']['rules_hash']
        hits[name] = sorted(d['source']['line'] for d in s.jsonl('detections', case))
    s.equal(hits, {'plain': [5, 7], 'yaml': [6], 'both': [5, 6, 7], 'both again': [5, 6, 7]},
            'each list finds its lines; wildcards of values count; lists add up')
    s.check(len({hashes[n] for n in ('plain', 'yaml', 'both')}) == 3,
            'the hash of the rules has the lists in it', hashes)
    s.equal(hashes['both'], hashes['both again'], 'the order of lists changes nothing')
    for name, text, want in (
            ('map.yml', 'Scanners:\n  - a\n  - {b: c}\n', 'map.yml:3: a value has to be'),
            ('list.yml', '- a\n', 'list.yml:1: a map of names'),
            ('odd name.txt', 'a\n', 'not the name of a placeholder'),
            ('empty.txt', '# nothing\n', 'the list is empty'),
            ('none.yml', 'Scanners: []\n', 'none.yml:1: the list is empty')):
        bad = write('expand/' + name, text)
        r = s.run('rules', 'check', rules, '--expand', bad)
        s.one_line(r, [2, 3], 'a bad list is refused: %s' % name, want)
    s.one_line(s.run('rules', 'check', rules, '--expand', s.path('expand/nowhere')), [2, 3],
               'a list that is not there', 'nowhere')


def test_all_load():
    folders = sigma_folders()
    if not folders:
        s.skip('all SigmaHQ rules with lists', 'no corpora at %s' % CORPORA)
        return
    names = set()
    for path in files_below(*folders):
        with open(path, encoding='utf-8') as f:
            text = f.read()
        if '|expand' in text:
            names.update(re.findall(r'%([A-Za-z0-9_.-]+)%', text))
    r = s.run('rules', 'check', *folders, '--jsonl')
    refused = [p for p in map(json.loads, out(r).splitlines()) if p['error']]
    s.check(len(refused) > 20 and all('no list was given' in p['why'] for p in refused),
            'without lists only rules with placeholders are refused', refused[:3])
    lists = write('all/lists.yml', ''.join('%s:\n  - value one\n  - 10.0.0.*\n' % n
                                           for n in sorted(names)))
    r = s.run('rules', 'check', *folders, '--expand', lists)
    files = len([p for p in files_below(*folders) if p.endswith('.yml')])
    s.check(r.returncode == 0 and '0 cannot' in out(r) and
            out(r).startswith('{:,} rules can be used of {:,} files'.format(files, files)),
            'all %d rules load with lists' % files, out(r)[:500])


test_expand()
test_all_load()
s.end()
