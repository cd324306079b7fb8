#!/usr/bin/env python3
"""Decisions of people: they stay where they belong through more rules, copies and hosts;
the work of two analysts merges; a conflict is shown; several people work at once."""
import hashlib
import json
import os
import shutil
import subprocess
import time

from fb import RULES, Suite, files_below, request, w3c

EVE = '<script>alert(1)</script> \u202e=cmd|x \x1b[31m'


def key(row):
    """What a detection is, whatever its place: rule, time, and what the record says."""
    return row['rule']['id'], row['time'], row['host'], row['summary']


def decided(rows):
    return {key(r): r['decision'] for r in rows if r['decision']}


def ok(t, what, *args, by='alice'):
    r = t.run(*args, env={'FIREBREAK_BY': by})
    t.check(r.returncode == 0 and not r.stderr, what, (r.returncode, r.stderr[-600:], r.stdout[-300:]))
    return r.stdout.decode('utf-8')


def sha256(path):
    with open(path, 'rb') as f:
        return hashlib.sha256(f.read()).hexdigest()


def pick(rows, test, n=0):
    return [r for r in rows if test(r)][n]


def survive(t, evidence):
    """Marks, a tag, a note, set-asides; then all rules, a copy that comes first, another host."""
    case = t.path('case')
    few = [os.path.join(RULES, 'defense-evasion'), os.path.join(RULES, 'web')]
    r = t.investigate(case, evidence, rules=few, own=False)
    t.check(r.returncode == 0, 'investigate with few rules', r.stderr[-500:])
    before = t.jsonl('detections', case)
    t.check(all(r['decision'] is None for r in before), 'nothing is decided at first')
    event = pick(before, lambda r: r['channel'])
    other = pick(before, lambda r: r['channel'] and r['rule'] != event['rule'])
    line = pick(before, lambda r: not r['channel'])
    ok(t, 'mark', 'mark', case, event['id'][:8], 'malicious', '--note', EVE.replace('\x1b', ''))
    ok(t, 'mark a line', 'mark', case, line['id'], 'benign', by='bob')
    ok(t, 'tag', 'tag', case, event['id'], line['id'], 'first', '+decade')
    ok(t, 'take a tag off', 'tag', case, line['id'], '-decade')
    ok(t, 'a short one', 'tag', case, line['id'], 'x')
    ok(t, 'and off', 'tag', case, line['id'], '-x')
    ok(t, 'note', 'note', case, other['id'], 'line one\nline two \u00e9')
    said = ok(t, 'set aside', 'set-aside', case, '--rule', other['rule']['id'], '--host', other['host'].split('.')[0],
              '--reason', 'known', '--by', 'carol')
    same = sum(1 for r in before if (r['rule']['id'], r['host']) == (other['rule']['id'], other['host']))
    t.check('sets aside %d detection' % same in said, 'set-aside says how many', said)
    # Events that no rule recognised: the first record of a log, a line of another.
    logs = files_below(evidence)
    evtx = pick(logs, lambda p: p.endswith('Security.evtx'))
    text = pick(logs, lambda p: os.path.basename(p).startswith('u_ex') and p.endswith('.log'))
    with open(text, 'rb') as f:
        data = f.read()
    offset = data.index(b'\n', data.index(b'#Fields')) + 1
    ok(t, 'mark events by reference', 'mark', case, sha256(evtx)[:16] + ':4608', sha256(text) + ':%d' % offset, 'unknown')
    rows = {r['event']: r for r in t.jsonl('decisions', case) if r['mark'] == 'unknown'}
    t.equal(sorted(e.split(' ')[0] for e in rows), ['place', 'record'], 'events are kept by their identity')
    t.check('place %s %d' % (sha256(text), offset) in rows, 'a line by the content of its log', list(rows))
    t.one_line(t.run('mark', case, sha256(evtx)[:16] + ':4609', 'benign'), [2], 'no record begins there', 'offset 4609')
    t.one_line(t.run('mark', case, sha256(evtx)[:16] + ':99999999999', 'benign'), [2], 'nor behind the end', 'no event there')
    t.one_line(t.run('mark', case, '00000000:5', 'benign'), [2], 'nor in no source', 'no source')

    # What a search finds is marked by its reference, and shown so the next time.
    hit = t.jsonl('search', case, 'GET', '--limit', '3')[0]
    ok(t, 'mark a hit', 'mark', case, hit['ref'], 'benign', '--note', 'searched for')
    again = pick(t.jsonl('search', case, 'GET', '--limit', '3'), lambda h: h['ref'] == hit['ref'])
    t.equal((again['decision']['mark'], [n['text'] for n in again['decision']['notes']]), ('benign', ['searched for']), 'a search shows it')
    t.check(b'[benign] ' in t.run('search', case, 'GET', '--limit', '3').stdout, 'with a word')

    now = t.jsonl('detections', case)
    want = decided(now)
    t.equal([key(r) for r in now], [key(r) for r in before], 'nothing is hidden')
    t.equal(want[key(event)]['mark'], 'malicious', 'the mark')
    t.equal(want[key(event)]['tags'], ['decade', 'first'], 'the tags')
    t.equal((want[key(line)]['mark'], want[key(line)]['by'], want[key(line)]['tags']), ('benign', 'bob', ['first']), 'of a line')
    t.equal([n['text'] for n in want[key(other)]['notes']], ['line one\nline two \u00e9'], 'the note')
    t.equal([a['reason'] for a in want[key(other)]['set_aside']], ['known'], 'the reason')
    views(t, case, before, event, other, want)

    copy = t.path('copy', 'a')
    shutil.copytree(evidence, copy)
    more = t.path('zz', 'WS99')
    os.makedirs(more)
    with open(os.path.join(more, 'u_ex250718.log'), 'wb') as f:
        f.write(w3c([request('POST', '/_layouts/15/ToolPane.aspx', 'DisplayMode=Edit&a=/ToolPane.aspx',
                             referer='/_layouts/SignOut.aspx')]))
    everything = [copy, evidence, t.path('zz')]
    r = t.investigate(case, *everything, rules=few)
    t.check(r.returncode == 0 and b'Decided: ' in r.stdout, 'investigate with all rules, a copy and a host', r.stdout[-900:])
    after = t.jsonl('detections', case)
    t.check(len(after) > len(before) and sum(1 for r in after if r['copies']) > 0, 'more is found, in copies', len(after))
    got = decided(after)
    t.equal({k: got.get(k) for k in want}, want, 'every decision is where it was')
    t.equal([k for k in got if k not in want], [], 'and nowhere else')
    first = pick(after, lambda r: key(r) == key(event))
    t.check(first['source']['path'].startswith('a/'), 'although the copy is the first place now', first['source'])

    # Another case of the same evidence, rules and decisions says the same, byte for byte.
    text = t.path('all.decisions')
    ok(t, 'export', 'decisions', case, 'export', '-o', text)
    fresh = t.path('fresh')
    t.investigate(fresh, *reversed(everything), rules=few, workers=1)
    ok(t, 'import', 'decisions', fresh, 'import', text)
    t.check(t.raw('detections', fresh) == t.raw('detections', case), 'the same bytes in a case made at once')
    with open(text, 'rb') as f:
        lines = f.read()
    t.equal(t.run('decisions', fresh, 'export').stdout, lines, 'and the same export')
    t.equal(lines.splitlines(), sorted(lines.splitlines()), 'its lines are in byte order')
    r = t.run('verify', case)
    t.check(r.returncode == 0, 'verify', r.stdout[-300:])
    return case, event, line


def views(t, case, before, event, other, want):
    """A word in every view, and filters."""
    aside = sum(1 for r in want.values() if r['set_aside'])
    text = t.run('detections', case, '--all').stdout.decode()
    t.check('[malicious, #first, #decade] ' in text or '[malicious, #decade, #first] ' in text, 'a word beside the detection', text[:600])
    t.equal(text.count('[set aside'), aside, 'a word beside each that is set aside')
    t.check('set aside]' in t.run('detections', case).stdout.decode(), 'and in the groups')
    t.equal(len(t.jsonl('detections', case, '--set-aside')), aside, '--set-aside')
    t.equal(len(t.jsonl('detections', case, '--no-set-aside')), len(before) - aside, '--no-set-aside')
    t.equal([r['id'] for r in t.jsonl('detections', case, '--mark', 'malicious')], [event['id']], '--mark')
    t.equal(len(t.jsonl('detections', case, '--mark', 'none', '--mark', 'benign')), len(before) - 1, '--mark twice')
    t.equal(len(t.jsonl('timeline', case, '--tag', 'first')), 2, '--tag')
    groups = t.jsonl('detections', case, '--groups')
    t.equal(sum(g['decided']['set_aside'] for g in groups), aside, 'groups count')
    t.equal(sum(g['decided']['malicious'] for g in groups), 1, 'groups count marks')
    shown = t.run('show', case, event['id'][:9]).stdout
    t.check(b'Decided' in shown and b'\x1b' not in shown and '\u202e'.encode() not in shown and b'\\u{202e}' in shown,
            'show says it, and nothing in it acts', shown[:1500])
    table = t.run('detections', case, '--csv').stdout.decode()
    t.check(table.startswith('time,') and table.split('\r\n')[0].endswith(',id,mark,tags,set_aside,notes,noise,noise_reason,second_hand')
            and '\u202e' not in table, 'CSV')
    t.equal(json.loads(t.run('show', case, other['id'], '--json').stdout)['detections'][0]['decision'],
            want[key(other)], 'show --json has the same')


def report(t, case, event):
    ok(t, 'report', 'report', case)
    with open(os.path.join(case, 'report.html'), encoding='utf-8') as f:
        page = f.read()
    plain = page[:page.index('<script')]
    t.check('<section id="decisions">' in plain and 'dm k-malicious' in plain and 'dm k-aside' in plain,
            'the report has words beside detections and a section')
    t.check('id="d-%s"' % event['id'] in plain and 'href="#d-%s"' % event['id'] in plain, 'a decision leads to its detection')
    t.check('<script>alert' not in page and 'line one<br>line two \u00e9' in plain, 'what people wrote is text')
    ok(t, 'report again', 'report', case)
    with open(os.path.join(case, 'report.html'), encoding='utf-8') as f:
        t.check(f.read() == page, 'and the same bytes again')


def merge(t, case, event, line):
    """Two analysts, each with a copy of the case."""
    one, two = t.path('one'), t.path('two')
    shutil.copytree(case, one)
    shutil.copytree(case, two)
    free = [r for r in t.jsonl('detections', case, '--mark', 'none', '--no-set-aside')]
    a, b, c = free[0]['id'], free[1]['id'], free[2]['id']
    ok(t, 'alice', 'mark', one, a, 'malicious', by='alice')
    ok(t, 'alice', 'mark', one, b, 'benign', by='alice')
    ok(t, 'bob', 'mark', two, a, 'benign', by='bob')
    ok(t, 'bob', 'mark', two, c, 'malicious', by='bob')
    said = ok(t, 'bob settles what he could see', 'mark', two, event['id'], 'benign', by='bob')
    t.check('takes the place of decision 1: malicious, by alice' in said, 'and it is said whose mark that was', said)
    for name, where in (('1', one), ('2', two)):
        ok(t, 'export', 'decisions', where, 'export', '-o', t.path(name))
    before = t.raw('decisions', one)
    r = t.run('decisions', one, 'import', t.path('2'))
    out = r.stdout.decode()
    t.check(r.returncode == 1 and out.count('conflict: ') == 1 and 'malicious by alice' in out and 'benign by bob' in out,
            'the conflict is named, exit status 1', (r.returncode, out))
    rows = {r['id']: r['decision'] for r in t.jsonl('detections', one) if r['decision']}
    t.equal((rows[a]['mark'], sorted(m['mark'] for m in rows[a]['marks'])), ('conflict', ['benign', 'malicious']), 'both are kept')
    t.equal((rows[b]['mark'], rows[c]['mark'], rows[event['id']]['mark']), ('benign', 'malicious', 'benign'), 'the rest is merged')
    t.check(b'[conflict]' in t.run('detections', one, '--all').stdout, 'the conflict is shown beside the detection')
    t.equal([r['id'] for r in t.jsonl('detections', one, '--mark', 'conflict')], [a], '--mark conflict')
    r = t.run('decisions', one, 'import', t.path('2'))
    t.check(r.returncode == 1 and b' 0 new,' in r.stdout, 'the same file again adds nothing', r.stdout)
    t.check(t.raw('decisions', one) != before, 'something was added')
    # The other way round gives the same; so does merging the texts.
    t.run('decisions', two, 'import', t.path('1'))
    merged = sorted(set(open(t.path('1'), 'rb').read().splitlines() + open(t.path('2'), 'rb').read().splitlines()))
    exports = [t.run('decisions', w, 'export').stdout for w in (one, two)]
    t.check(exports[0] == exports[1] == b'\n'.join(merged) + b'\n', 'both analysts have the same now, as sort -u has it')
    t.check(t.raw('detections', one) == t.raw('detections', two), 'and see the same')
    ok(t, 'settle', 'mark', one, a, 'malicious', '--note', 'talked about it', by='bob')
    t.equal([r['id'] for r in t.jsonl('detections', one, '--mark', 'conflict')], [], 'a later mark settles it')
    ok(t, 'hand on', 'decisions', one, 'export', '-o', t.path('3'))
    ok(t, 'there too, without a conflict', 'decisions', two, 'import', t.path('3'))
    # Undone: the conflict is back.
    n = max(r['n'] for r in t.jsonl('decisions', one))
    ok(t, 'withdraw', 'decisions', one, 'withdraw', n, '--reason', 'too early')
    t.equal([r['id'] for r in t.jsonl('detections', one, '--mark', 'conflict')], [a], 'withdrawn, the conflict is back')
    t.one_line(t.run('decisions', one, 'withdraw', n), [2], 'not twice', 'withdrawn already')
    t.one_line(t.run('decisions', one, 'withdraw', n + 1), [2], 'nor a withdrawal', 'decide anew')
    t.one_line(t.run('decisions', one, 'withdraw', 9999), [2], 'nor what is not there', 'no decision 9999')
    if shutil.which('git'):
        git_merge(t, merged)


def git_merge(t, merged):
    repo = t.path('repo')
    os.makedirs(repo)

    def git(*args):
        return subprocess.run(['git', '-c', 'user.name=x', '-c', 'user.email=x@example.org', '-c', 'init.defaultBranch=main', *args],
                              cwd=repo, capture_output=True, check=False,
                              env=dict(os.environ, GIT_CONFIG_GLOBAL='/dev/null', GIT_CONFIG_SYSTEM='/dev/null'))

    def put(data, message):
        with open(os.path.join(repo, 'x.decisions'), 'wb') as f:
            f.write(data)
        git('add', '.')
        git('commit', '-qm', message)
    git('init', '-q')
    with open(os.path.join(repo, '.gitattributes'), 'w', encoding='ascii') as f:
        f.write('*.decisions merge=union\n')
    put(t.run('decisions', t.path('case'), 'export').stdout, 'both')
    git('checkout', '-qb', 'two')
    put(open(t.path('2'), 'rb').read(), 'bob')
    git('checkout', '-q', 'main')
    put(open(t.path('1'), 'rb').read(), 'alice')
    r = git('merge', '-q', '-m', 'merge', 'two')
    with open(os.path.join(repo, 'x.decisions'), 'rb') as f:
        got = f.read().splitlines()
    t.check(r.returncode == 0 and sorted(set(got)) == merged, 'git merges two files', r.stderr[-300:])


def wrong(t, case):
    """Files that somebody else made: refused whole, each line named."""
    before = t.raw('decisions', case)
    good = t.run('decisions', case, 'export').stdout
    first = good.splitlines()[0]
    bad = t.path('bad')
    fresh = first.replace(b'"by":"', b'"by":"x')
    for name, data, says in (
            ('a line that is none', fresh + b'\nhello\n', b'line 2: at byte 1'),
            ('marks of a merge', b'<<<<<<< HEAD\n' + fresh + b'\n=======\n', b'line 1: '),
            ('another key', fresh[:-1] + b',"x":"y"}\n', b'"x": no such key'),
            ('a number', fresh[:-1] + b',"tag":1}\n', b'text in quotes'),
            ('not UTF-8', fresh + b'\n\xff\xfe\n', b'line 2: it is not valid UTF-8'),
            ('cut', fresh[:-5] + b'\n', b'line 1: '),
            ('no event', b'{"event":"x","what":"note","text":"t","at":"2026-01-01","by":"m"}\n', b'not the identity'),
            ('a long line', b'{"text":"' + b'a' * 70000 + b'"}\n', b'line 1: a line of more than'),
            ('binary', bytes(range(256)) * 40, b'line 1: ')):
        with open(bad, 'wb') as f:
            f.write(data)
        r = t.run('decisions', case, 'import', bad)
        lines = r.stderr.decode('utf-8', 'replace').splitlines()
        t.check(r.returncode == 3 and says in r.stderr and all(l.startswith('firebreak: decisions: ') for l in lines)
                and b'nothing was taken over' in r.stderr, '%s: refused, and named' % name, (r.returncode, lines[:3]))
    with open(bad, 'wb') as f:
        f.write(b'x\n' * 1000)
    r = t.run('decisions', case, 'import', bad)
    t.check(r.stderr.count(b'\n') <= 21 and b'1000 lines cannot be used' in r.stderr, 'a thousand faults are counted')
    t.check(t.raw('decisions', case) == before, 'nothing of it was taken over')
    t.one_line(t.run('decisions', case, 'import', t.path('none')), [2, 3], 'a file that is not there')
    with open(bad, 'wb') as f:
        f.write(b'\n \n')
    ok(t, 'an empty file', 'decisions', case, 'import', bad)
    for args, says in ((('mark', case, 'malicious'), 'argument is missing|which detection'), (('mark', case, '123456', 'evil'), 'comes last'),
                       (('mark', case, 'ffffffffffff', 'benign'), 'no detection'), (('tag', case, 'ffffffff'), 'which tag'),
                       (('note', case, 'ffffffff'), 'one ID and one TEXT'), (('set-aside', case, '--host', 'x'), '--reason'),
                       (('set-aside', case, '--reason', 'x'), 'At least one'),
                       (('set-aside', case, '--reason', 'x', '--entity', 'ip=1'), 'TYPE=VALUE'),
                       (('set-aside', case, '--reason', 'x', '--host', 'x', '--until', '2020-01-01'), 'is over'),
                       (('set-aside', case, '--reason', 'x', '--from', '2025-02-01', '--to', '2025-01-01'), 'not after'),
                       (('decisions', case, 'exprot'), 'list, export'), (('decisions', case, 'import'), 'FILE is missing'),
                       (('detections', case, '--mark', 'evil'), 'malicious'),
                       (('detections', case, '--set-aside', '--no-set-aside'), 'not together'),
                       (('mark', t.path('nothing'), 'ffffffff', 'benign'), 'no case')):
        r = t.run(*args)
        err = r.stderr.decode('utf-8')
        t.check(r.returncode == 2 and err.count('\n') == 1 and any(s in err for s in says.split('|')), 'used wrongly: %s' % (args,), err)


def at_once(t, case, event):
    """Several who decide and several who read."""
    everyone = [subprocess.Popen([t.program, 'note', case, event['id'], 'note %d' % i, '--by', 'p%d' % i],
                                 stdout=subprocess.PIPE, stderr=subprocess.PIPE) for i in range(6)]
    everyone += [subprocess.Popen([t.program, 'detections', case, '--jsonl'], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
                 for _ in range(4)]
    ends = [p.communicate() + (p.returncode,) for p in everyone]
    t.check(all(e[2] == 0 for e in ends), 'six decide and four read at once', [(e[2], e[1]) for e in ends if e[2]])
    notes = [n['text'] for r in t.jsonl('detections', case) if r['id'] == event['id'] for n in r['decision']['notes']]
    t.equal(sorted(n for n in notes if n.startswith('note ')), ['note %d' % i for i in range(6)], 'each of them is kept')
    # A reader that goes on reading (a pager) is in the way, and is named; others read meanwhile.
    pager = subprocess.Popen([t.program, 'detections', case, '--jsonl'], stdout=subprocess.PIPE)
    pager.stdout.read(1)
    t.check(len(t.jsonl('detections', case)) > 0, 'others read beside a pager')
    r = t.run('note', case, event['id'], 'late')
    t.check(pager.poll() is None, 'the pager is still there')
    t.one_line(r, [3], 'a reader in the way is named', 'being read by another process')
    pager.communicate()
    ok(t, 'and then it works', 'note', case, event['id'], 'later')


def expires(t, case, event, evidence):
    end = time.time() + 12
    until = time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime(end))
    ok(t, 'set aside until then', 'set-aside', case, '--rule', event['rule']['id'], '--host', event['host'], '--reason', 'soon',
       '--until', until)
    now = t.raw('detections', case)
    row = pick(t.jsonl('detections', case), lambda r: r['id'] == event['id'])['decision']
    t.equal([a['until'] for a in row['set_aside']], [until], 'it holds')
    time.sleep(max(0, end + 1 - time.time()))
    t.check(t.raw('detections', case) == now, 'the clock alone changes nothing')
    r = t.investigate(case, evidence)
    t.check(r.returncode == 0 and b'whose set-aside has expired' in r.stdout, 'the next run says that it has expired', r.stdout[-500:])
    totals = json.loads(t.run('investigate', evidence, '-o', case, '--json').stdout)
    rows = json.loads(t.run('decisions', case, '--json').stdout)['decisions']
    t.equal(totals['decided']['decisions'], sum(1 for d in rows if d['state'] in ('holds', 'expired') and
            d['what'] not in ('withdraw', 'untag')), 'investigate --json counts them')
    row = pick(t.jsonl('detections', case), lambda r: r['id'] == event['id'])['decision']
    t.equal((row['set_aside'], [a['reason'] for a in row['expired']]), ([], ['soon']), 'it has expired')
    t.check(b'set-aside expired' in t.run('detections', case, '--all', '--rule', event['rule']['id']).stdout, 'and is shown so')


def read_only(t, case, event):
    if os.geteuid() == 0:
        runner = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups']
        if not shutil.which('setpriv'):
            return t.skip('a folder that cannot be written', 'no setpriv')
        for folder in (t.tmp, case):
            os.chmod(folder, 0o755)
        os.chmod(os.path.join(case, 'case.db'), 0o644)
    else:
        runner = []
        os.chmod(case, 0o555)
        os.chmod(os.path.join(case, 'case.db'), 0o444)
    r = subprocess.run(runner + [t.program, 'detections', case, '--jsonl'], capture_output=True, check=False)
    if r.returncode:
        return t.skip('a folder that cannot be written', 'the program is not there for others')
    r = subprocess.run(runner + [t.program, 'mark', case, event['id'], 'benign', '--by', 'x'], capture_output=True, check=False)
    t.one_line(r, [3], 'a folder that cannot be written', 'cannot be written')
    os.chmod(case, 0o755)
    return None


def tampered(t, case):
    import sqlite3
    db = sqlite3.connect(os.path.join(case, 'case.db'))
    db.execute('DELETE FROM decisions WHERE n = 2')
    db.commit()
    db.close()
    r = t.run('verify', case, '--json')
    t.check(r.returncode == 1 and 'is missing' in json.loads(r.stdout)['custody']['why'], 'verify misses a decision', r.stdout[-300:])


def ours(t, case):
    """A table of whose work what was: set apart, visibly, and all of it or none."""
    rows = t.jsonl('detections', case)
    by_key = {}
    for r in rows:
        by_key.setdefault((r['rule']['id'], r['host']), []).append(r)
    (rule, host), mine = max(((k, v) for k, v in by_key.items() if k[1] and all(r['time'] for r in v) and
                              not any(r['decision'] for r in v)), key=lambda x: len(x[1]))
    table = t.path('ours.csv')

    def listed(*lines, head='Host,rule,from,to,ours,named-in,reason'):
        with open(table, 'w', encoding='utf-8', newline='') as f:
            f.write('\ufeff' + '\r\n'.join((head,) + lines) + '\r\n')
        return t.run('set-aside', case, '--list', table, env={'FIREBREAK_BY': 'alice'})

    def kept():
        return [r for r in t.jsonl('decisions', case) if r['ours']]
    good = '%s,%s,2025-01-01,2026-01-01,the company\'s scanner,"CHG-7, line 3",monthly scan' % (host, rule)
    for lines, says in (((good, host + ',,,,,CHG-8,why'), 'ours.csv:3: named'), ((good, host + ',,,,,,'), 'reason'), ((good, 'x'), 'as many cells'),
                        ((good, host + ',,soon,,,,why'), 'not a time: soon'), ((good, ',,,,us,,why'), 'without a scope'), ((), 'no set-aside')):
        t.one_line(listed(*lines), [2], 'a table with a fault', says)
    t.one_line(listed('x', head='Hosts'), [2], 'another column', 'no column is called Hosts')
    t.one_line(t.run('set-aside', case, '--list', table, '--host', 'x'), [2], 'and an option', 'has no place beside it')
    t.one_line(t.run('set-aside', case, '--list', t.path('nowhere.csv')), [2, 3], 'no table')
    t.equal(kept(), [], 'nothing of it was kept')
    r = listed(good, '', host + ',%s,,,responders,,looked at it' % rule)
    t.equal((r.returncode, b'2 set-asides kept' in r.stdout), (0, True), 'a table: ' + r.stderr.decode())
    t.equal(sorted((d['ours'], d['named'], d['text'], d['by']) for d in kept()),
            [('responders', None, 'looked at it', 'alice'), ("the company's scanner", 'CHG-7, line 3', 'monthly scan', 'alice')], 'whose, by what, why, who says so')
    text = t.run('decisions', case).stdout.decode()
    t.check("the work of the company's scanner, whose own record names it: CHG-7, line 3" in text, 'people see it', text[-800:])
    aside = t.jsonl('detections', case, '--set-aside')
    t.check({r['id'] for r in mine} <= {r['id'] for r in aside}, 'what it is about stays in the lists')
    t.check({x['ours'] for r in aside if r['id'] == mine[0]['id'] for x in r['decision']['set_aside']} == {"the company's scanner", 'responders'},
            'each with whose it is', [r['decision'] for r in aside][:1])
    t.run('report', case)
    with open(os.path.join(case, 'report.html'), encoding='utf-8') as f:
        t.check('whose own record names it' in f.read(), 'the report has it')
    t.equal(t.run('verify', case).returncode, 0, 'the case is whole')


def main():
    t = Suite('decisions')
    evidence = t.make_demo(t.path('s'), days=2)
    case, event, line = survive(t, evidence)
    event = pick(t.jsonl('detections', case), lambda r: key(r) == key(event))
    report(t, case, event)
    merge(t, case, event, line)
    wrong(t, case)
    at_once(t, case, event)
    ours(t, case)
    expires(t, case, event, evidence)
    read_only(t, case, event)
    tampered(t, case)
    t.end()


if __name__ == '__main__':
    main()
