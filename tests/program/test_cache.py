"""The cache of compiled rules: the answer is the same without it, when it is filled,
with it, and whatever becomes of its files; and it is said once when it is not used."""
import os
import shutil
import stat
import sys

import fb

t = fb.Suite('cache')

CORRELATION = '''title: Many processes
id: 11111111-0000-4000-8000-0000000000aa
status: test
level: medium
name: one_process
logsource:
    category: process_creation
    product: windows
detection:
    s:
        Image|endswith: '.exe'
    condition: s
---
title: Many of them
id: 11111111-0000-4000-8000-0000000000bb
level: high
correlation:
    type: event_count
    rules: [one_process]
    group-by: [Computer]
    timespan: 10m
    condition:
        gte: 3
---
title: With a list
id: 11111111-0000-4000-8000-0000000000cc
level: low
logsource:
    category: process_creation
    product: windows
detection:
    s:
        Image|expand: '*\\%Names%.exe'
    condition: s
---
title: Broken
id: 11111111-0000-4000-8000-0000000000dd
logsource:
    product: windows
detection:
    s:
        A|re: '('
    condition: s
'''

evidence = t.make_demo(t.path('demo'), days=2)
rules = t.path('rules')
os.mkdir(rules)
with open(os.path.join(rules, 'mine.yml'), 'w', encoding='utf-8') as f:
    f.write(CORRELATION)
with open(t.path('Names.txt'), 'w', encoding='utf-8') as f:
    f.write('cmd\npowershell\n')
packs = [rules]
store = t.path('home', '.cache', 'firebreak')
ENV = {'HOME': t.path('home'), 'XDG_CACHE_HOME': '', 'FIREBREAK_RULE_CACHE': ''}
os.mkdir(t.path('home'))
number = 0


def said(r):
    """What was said of the cache."""
    return [l for l in r.stderr.decode().split('\n') if 'compiled' in l]


def answer(env, *extra, expand=True):
    """Everything that a case shows, and what was said of the cache on the way to it."""
    global number
    number += 1
    case = t.path('case%d' % number)
    r = t.investigate(case, evidence, rules=packs, env=env,
                      extra=['--no-report', '--verbose', *(['--expand', t.path('Names.txt')] if expand else []), *extra])
    out = [t.raw(c, case, env=env) for c in ('detections', 'sources', 'timeline')]
    out.append(t.run('rules', 'list', case, '--jsonl').stdout)
    problems = [l for l in r.stderr.decode().split('\n') if 'mine.yml' in l]
    shutil.rmtree(case)
    t.check(b'11111111-0000-4000-8000-0000000000bb' in out[0] and len(problems) == 1,
            'the rules work, and the broken one is named', r.stderr.decode())
    return out + [r.returncode, problems], said(r)


def entries(where=None):
    return sorted(os.path.join(where or store, n) for n in os.listdir(where or store))


def again(what, expect, env=None, words=1):
    """The same answer, with as much said as is to be."""
    got, lines = answer(env or ENV)
    t.check(got == want, 'the answer is the same: %s' % what)
    t.check(len(lines) == words and (not words or expect in lines[0]), 'what is said: %s' % what, lines)


want, lines = answer(ENV, '--no-rule-cache')
t.check(not lines and not os.path.exists(store), '--no-rule-cache keeps nothing and says nothing', lines)
again('filled', 'keeps them for the next run')
t.equal(stat.S_IMODE(os.stat(store).st_mode), 0o700, 'the folder is closed to others')
t.equal([stat.S_IMODE(os.stat(p).st_mode) for p in entries()], [0o600], 'and so is the one file')
again('used', '', words=0)
again('off', '', env=dict(ENV, FIREBREAK_RULE_CACHE='off'), words=0)
t.equal(len(entries()), 1, 'off leaves it alone')
again('elsewhere', 'keeps them', env=dict(ENV, FIREBREAK_RULE_CACHE=t.path('elsewhere')))
again('XDG', 'keeps them', env=dict(ENV, XDG_CACHE_HOME=t.path('home')))
t.equal(entries(t.path('home', 'firebreak'))[0].rsplit('/', 1)[1], entries()[0].rsplit('/', 1)[1],
        'the same rules have the same name everywhere')
r = t.investigate(t.path('quiet'), evidence, rules=packs, own=False, env=ENV, extra=['--quiet', '--no-report'])
t.check(not said(r), 'a first time is not said with --quiet', r.stderr.decode())
shutil.rmtree(t.path('quiet'))
os.remove([p for p in entries() if p not in entries(t.path('home', 'firebreak'))
           and p.rsplit('/', 1)[1] != entries(t.path('home', 'firebreak'))[0].rsplit('/', 1)[1]][0])

# --- damage ---
path = entries()[0]
whole = open(path, 'rb').read()


def put(data):
    with open(path, 'wb') as f:
        f.write(data)
    os.chmod(path, 0o600)


def flip(at):
    put(whole[:at] + bytes([whole[at] ^ 0x20]) + whole[at + 1:])


def link():
    os.rename(path, t.path('target'))
    os.symlink(t.path('target'), path)


damages = [
    ('cut in half', lambda: put(whole[:len(whole) // 2]), 'damaged'),
    ('empty', lambda: put(b''), 'damaged'),
    ('one byte more', lambda: put(whole + b'x'), 'damaged'),
    ('a byte flipped at the start', lambda: flip(0), 'damaged'),
    ('a byte flipped in the middle', lambda: flip(len(whole) // 3), 'damaged'),
    ('a byte flipped in the databases', lambda: flip(len(whole) - 5000), 'damaged'),
    ('a byte flipped in the seal', lambda: flip(len(whole) - 1), 'damaged'),
    ('writable for the group', lambda: os.chmod(path, 0o620), 'written by others'),
    ('a link', link, 'is a link'),
]
if os.geteuid() == 0:
    damages.append(('of another user', lambda: os.chown(path, 12345, 12345), 'written by others'))
else:
    t.skip('a file of another user', 'not root')
for what, harm, word in damages if not fb.SLOW else damages[:2]:
    harm()
    again(what, word)
    again(what + ', mended', '', words=0)

# --- the folder ---
os.chmod(store, 0o777)
again('a folder open to all', 'open to others')
os.chmod(store, 0o700)
again('a folder closed again', '', words=0)
os.rename(store, t.path('moved'))
os.symlink(t.path('moved'), store)
again('a folder that is a link', 'not a folder')
os.remove(store)
os.rename(t.path('moved'), store)
again('a path that cannot be', 'are not kept', env=dict(ENV, FIREBREAK_RULE_CACHE='/proc/none/there'))
again('nowhere', 'neither HOME nor', env=dict(ENV, HOME=''))

# --- all of SigmaHQ ---
sigmahq = [os.path.join(fb.CORPORA, 'sigma', d) for d in (
    'rules', 'rules-compliance', 'rules-emerging-threats', 'rules-placeholder', 'rules-threat-hunting')]
if os.path.isdir(sigmahq[0]) and not fb.SLOW:
    packs += sigmahq
    want, lines = answer(ENV, '--no-rule-cache')
    again('SigmaHQ, filled', 'keeps them')
    again('SigmaHQ, used', '', words=0)
    packs = [rules]
else:
    t.skip('with SigmaHQ\'s rules', 'a slow build' if fb.SLOW else 'no corpora')

# --- what else is in the key ---
with open(os.path.join(rules, 'mine.yml'), 'a', encoding='utf-8') as f:
    f.write('# a comment\n')
got, lines = answer(ENV)
t.check(len(lines) == 1 and 'keeps them' in lines[0], 'a changed file is compiled again', lines)
with open(t.path('Names.txt'), 'a', encoding='utf-8') as f:
    f.write('w3wp\n')
got, lines = answer(ENV)
t.check(len(lines) == 1 and 'keeps them' in lines[0], 'a changed list too', lines)
got, lines = answer(ENV)
t.check(not lines, 'and both are kept then', lines)

# --- other commands ---
check = [t.run('rules', 'check', *packs, '--json', *extra, env=ENV) for extra in ([], [], ['--no-rule-cache'])]
t.check(check[0].stdout and check[0].stdout == check[1].stdout == check[2].stdout, 'rules check says the same')
t.equal([len(said(r)) for r in check], [1, 0, 0], 'and used the cache')
listed = [t.run('rules', 'list', '--rules', rules, '--jsonl', *extra, env=ENV).stdout
          for extra in ([], [], ['--no-rule-cache'])]
t.check(listed[0] and listed[0] == listed[1] == listed[2], 'rules list says the same')
doctor = t.run('doctor', env=ENV).stdout.decode()
t.check(store in doctor and 'trusted' in doctor, 'the doctor knows the folder', doctor)
os.chmod(store, 0o755)
doctor = t.run('doctor', env=ENV).stdout.decode()
t.check('open to others' in doctor and 'not used' in doctor, 'and says when it is not used', doctor)
os.chmod(store, 0o700)
for i in range(10):
    with open(os.path.join(rules, 'mine.yml'), 'a', encoding='utf-8') as f:
        f.write('# %d\n' % i)
    t.run('rules', 'list', '--rules', rules, '--no-own-rules', env=ENV)
t.equal(len(entries()), 8, 'old sets of rules are removed')
t.end()
