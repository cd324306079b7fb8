#!/usr/bin/env python3
"""docs/first-hour.md: its commands, run one after the other as a reader would, end as it says and
print what it shows.

Of each block of code, lines that begin with "$ " are commands; what follows until the next is shown
output. A line of it must occur in what is printed, in that order; "…" within a line stands for
anything, a line of "…" alone for any lines. Runs of blanks are one. A command ends with 0, or with
the number of the remark "# ends with N" behind it.
"""
import os
import re
import subprocess

import fb

t = fb.Suite('guide')
GUIDE = os.path.join(fb.ROOT, 'docs', 'first-hour.md')
REMARK = re.compile(r'\s+# ends with (\d+)$')
# What differs from one run to the next: times of today's decisions, how long it took, the hash chain.
VARIES = [
    (re.compile(r'\bevents in \d.*$'), 'events in TIME'),
    (re.compile(r'\b20(2[6-9]|[3-9]\d)-\d\d-\d\d[ T]\d\d:\d\d:\d\d(\.\d+Z)?'), 'NOW'),
    (re.compile(r'last sha256:[0-9a-f]{64}'), 'last sha256:CHAIN'),
    (re.compile(re.escape(fb.RULES)), '/usr/local/share/firebreak/rules'),
]


def plain(line):
    for pattern, word in VARIES:
        line = pattern.sub(word, line)
    return ' '.join(line.split())


def steps(text):
    """(line in the guide, command, status, [lines shown]) of all blocks"""
    out, inside = [], False
    for number, line in enumerate(text.split('\n'), 1):
        if line.startswith('```'):
            inside = not inside
            if inside and out:
                out.append(None)  # a block's first line has to be a command
        elif inside and line.startswith('$ '):
            remark = REMARK.search(line)
            out.append((number, REMARK.sub('', line[2:]), int(remark.group(1)) if remark else 0, []))
        elif inside and line.strip():
            if not out or out[-1] is None:
                raise SystemExit('line %d: shown, but by no command' % number)
            out[-1][3].append((number, line))
    return [s for s in out if s]


def missing(shown, printed):
    """The first shown line that is not printed, behind those before it."""
    lines = [plain(l) for l in printed.split('\n')]
    at = 0
    for number, line in shown:
        if line.strip() == '…':
            continue
        want = re.compile('.+'.join(re.escape(p) for p in plain(line).split('…')))
        while at < len(lines) and not want.fullmatch(lines[at]):
            at += 1
        if at == len(lines):
            return 'line %d: %s' % (number, line)
        at += 1
    return None


def test_comparing():
    printed = 'a  b\nc took 7\nd'
    for shown, good in (('a b', True), ('c …\nd', True), ('a b\n…\nd', True), ('a', False), ('d\na b', False), ('e', False),
                        ('c took 8', False)):
        got = missing(list(enumerate(shown.split('\n'), 1)), printed)
        t.check((got is None) == good, 'the comparison itself: %r' % shown, got)


def main():
    with open(GUIDE, encoding='utf-8') as f:
        all_steps = steps(f.read())
    commands = {s[1].split()[1] for s in all_steps if s[1].startswith('firebreak ')}
    for name in ('investigate sources rules detections show timeline search logons processes persistence clients '
                 'mark note set-aside decisions report export verify').split():
        t.check(name in commands, 'the guide has ' + name)
    os.makedirs(t.path('bin'))
    os.symlink(t.program, t.path('bin', 'firebreak'))
    os.symlink(t.demo, t.path('bin', 'firebreak-demo'))
    where = t.path('hour')
    os.makedirs(where)
    env = dict(os.environ, PATH=t.path('bin') + os.pathsep + os.environ['PATH'], HOME=where, FIREBREAK_RULE_CACHE='off',
               FIREBREAK_BY='you', LC_ALL='C.UTF-8')
    for number, command, status, shown in all_steps:
        r = subprocess.run(['sh', '-c', command], cwd=where, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                           stderr=subprocess.STDOUT, timeout=fb.TIMEOUT, check=False)
        printed = r.stdout.decode('utf-8', 'replace')
        if not t.equal(r.returncode, status, 'line %d: %s ends with %d' % (number, command, status)):
            t.note(printed[-1500:])
        gone = missing(shown, printed)
        t.check(gone is None, 'line %d: %s prints what is shown' % (number, command), '%s\nprinted\n%s' % (gone, printed))
    t.check(len(all_steps) > 20, 'there are commands', len(all_steps))


test_comparing()
main()
t.end()
