"""Activities: what belongs to the intruder of the demonstration is found and joined, what is innocent is
not, and every step leads to its records.
"""
import datetime
import json
import os
import re
import shutil
import sqlite3
import subprocess
from collections import Counter

from fb import CORPORA, Suite

# Which step a record of the key is, by its event number.
DOES = {1: 'process', 4688: 'process', 4624: 'logon', 4648: 'credentials', 7045: 'service',
        4697: 'service', 4720: 'account', 4722: 'account', 4728: 'account', 4732: 'account', 4738: 'account',
        5140: 'share', 5145: 'share file', 4663: 'object', 11: 'file', 13: 'registry', 3: 'connection', 22: 'dns',
        10: 'process access', 6: 'driver', 4104: 'script', 1102: 'log cleared', 5136: 'directory'}


def seconds(text):
    return datetime.datetime.strptime(text[:19], '%Y-%m-%dT%H:%M:%S').timestamp()


def activity(t, case, *more):
    r = t.run('activity', case, '--json', '-q', *more)
    t.equal(r.returncode, 0, 'activity')
    return json.loads(r.stdout)


def short(host):
    return host.split('.')[0]


def score(key, steps):
    """Records of the intrusion that a step tells of, all of them, and records in steps that are none."""
    total = found = 0
    hits = Counter()
    for e in key['events']:
        if e['lost'] or e['activity'] != 'intrusion':
            continue
        total += 1
        web = e['telemetry'] == 'IIS W3C'
        at = seconds(e['time'])
        fit = [s for s in steps if short(s['host']) == e['host'] and s['log'] == ('web log' if web else e['telemetry']) and
               s['does'] == ('request' if web else DOES.get(e['event'])) and
               seconds(s['first']) <= at <= seconds(s['last'])]
        if fit:
            found += 1
            hits[min(fit, key=lambda s: (hits[s['step']] >= s['count'], abs(seconds(s['first']) - at), s['step']))['step']] += 1
    wrong = sum(max(0, s['count'] - hits[s['step']]) for s in steps)
    return found, total, wrong


def of_demo(t):
    folder, case = t.path('demo'), t.path('case')
    evidence = t.make_demo(folder)
    t.investigate(case, evidence, extra=['--no-report'])
    before = json.loads(t.run('status', case, '--json').stdout)
    t.check(not before['followed'] and not any(a['assessment'] == 'confirmed' for a in before['assessments']),
            'nothing is confirmed before anybody was followed')
    out = activity(t, case)
    steps = out['steps']
    with open(os.path.join(folder, 'answers.json'), encoding='utf-8') as f:
        key = json.load(f)
    found, total, wrong = score(key, steps)
    t.note('%d of %d records of the intrusion are steps, %d others are' % (found, total, wrong))
    t.check(found >= 0.95 * total, 'what belongs to it is found', '%d of %d' % (found, total))
    t.check(wrong <= 0.05 * sum(s['count'] for s in steps), 'and nothing else', wrong)
    shape(t, case, out)
    follows(t, case, key, steps)
    return case, evidence, out


def shape(t, case, out):
    steps = out['steps']
    t.equal([s['step'] for s in steps], list(range(1, len(steps) + 1)), 'steps are numbered')
    t.equal(sorted({s['activity'] for s in steps}), list(range(1, out['activities'] + 1)), 'so are activities')
    ids = {d['id'] for d in t.jsonl('detections', case)}
    for s in steps:
        t.check(s['ref'] and s['techniques'] and s['first'] and s['count'] >= 1 and s['objects'] >= 1, 'a step is whole', s)
        t.check(set(s['detections']) <= ids, 'its detections are some', s)
        t.check((s['cause'] is None) or s['join'], 'what came of another says how', s)
        if s['cause']:
            t.check(steps[s['cause'] - 1]['activity'] == s['activity'], 'and both are of one activity', s)
    for ref in {s['ref'] for s in steps[::7]}:
        t.equal(t.run('show', case, ref).returncode, 0, 'a step opens to its record')
    for e in out['edges']:
        t.check(1 <= e['a'] < e['b'] <= out['activities'] and e['kind'] and e['what'], 'an edge is between two', e)


def follows(t, case, key, steps):
    by_what = {s['what']: s for s in steps}
    whoami = by_what['whoami  /all']
    t.check(whoami['sure'] and whoami['join'], 'what a shell started belongs to it', whoami)
    clients = {s['actor'] for s in steps if s['does'] == 'request'}
    t.equal(clients, {'203.0.113.77', '203.0.113.140'}, 'both addresses of the intruder, and nobody else\'s')
    alert = [s for s in steps if s['does'] == 'alert']
    t.check(len(alert) == 1 and alert[0]['sure'] and alert[0]['count'] == 2 and 'spinstall0.aspx' in alert[0]['actor'],
            'what the scanner reported of a file that they wrote, and of no other', alert)
    loot = [s for s in steps if s['what'].endswith('.zip')]
    t.equal(len(loot), 4, 'what was carried off by web is told page by page')
    t.check(all(s['sure'] and s['bytes_handed_over'] <= s['bytes_answered'] for s in loot), 'with its bytes', loot)
    proven = sum(s['bytes_handed_over'] for s in loot)
    t.equal(proven, key['ladders']['left']['proven_bytes'], 'those handed over whole are what the records prove')
    t.check(sum(s['objects'] for s in steps if s['does'] == 'share file') >= 200 and sum(s['does'] == 'share file' for s in steps) < 12, 'files of a share are counted, not listed')
    innocent = {e['kind'] for e in key['innocent']}
    t.check(innocent, 'there is innocent work to keep apart')
    after = json.loads(t.run('status', case, '--json').stdout)
    t.check(after['followed'] and after['followed_whole'], 'answers know that it was followed')
    sure = {(a['question'], short(a['place'])) for a in after['assessments'] if a['assessment'] == 'confirmed' and a['route'] is None}
    for want in (('initial access', 'SP01'), ('execution', 'SP01'), ('persistence', 'SP01'), ('log destruction', 'WS07')):
        t.check(want in sure, '%s on %s is confirmed by another log\'s record' % want, sorted(sure))
    for q in key['questions']:
        for a in after['assessments']:
            if a['question'] == q['question'] and short(a['place']) == q['place'] and a['route'] is None:
                t.check(a['assessment'] not in q['forbidden'], '%s on %s is not said' % (q['question'], q['place']), a['says'])
    first = [a for a in after['assessments'] if a['question'] == 'initial access' and a['place'].startswith('SP01') and not a['route']][0]
    t.check('joined to it for sure, another log shows' in first['says'] and first['because'][1]['another_log'], 'the sentence says by what', first)
    refused = [a for a in after['assessments'] if a['question'] == 'initial access' and a['place'].startswith('SP02') and not a['route']]
    t.check(all(a['since'] >= '2025-08-14' for a in refused), 'what was refused there is not what succeeded later', refused)


def decisions(t, case, evidence, out):
    away = evidence + ' away'
    os.rename(evidence, away)
    t.equal(activity(t, case), out, 'the case keeps it: the evidence is not read again')
    os.rename(away, evidence)
    t.equal(activity(t, case, '--again'), out, 'the same when it is')
    for n in ('1', '3'):
        other = t.path('workers' + n)
        t.investigate(other, evidence, workers=n, extra=['--no-report'])
        t.equal(activity(t, other), out, 'the same with %s workers' % n)
    fetch = [s for s in out['steps'] if s['does'] == 'logon' and s['join'] and s['cause']][0]
    t.equal(t.run('activity', case, '--cut', fetch['ref'], '--by', 'R. Person').returncode, 0, 'a join is cut')
    t.check(not json.loads(t.run('status', case, '--json').stdout)['followed'], 'what stood on it is stale')
    cut = activity(t, case)
    t.check(fetch['ref'] not in {s['ref'] for s in cut['steps']} and len(cut['steps']) < len(out['steps']),
            'and it does not join any more, nor what came by it')
    t.equal(t.run('activity', case, '--cut', fetch['ref'], '--withdraw', '--by', 'R. Person').returncode, 0, 'taken back')
    t.equal(activity(t, case), out, 'all is as it was')
    a, b = [[s for s in out['steps'] if s['activity'] == n and s['does'] == 'process'][0] for n in (1, 2)]
    t.equal(t.run('activity', case, '--join', b['ref'], '--to', a['ref'], '--by', 'R. Person').returncode, 0, 'two are joined')
    made = activity(t, case)
    t.equal(made['activities'], out['activities'] - 1, 'and are one')
    t.check(any(s['join'] == 'a person says so' and s['sure'] for s in made['steps']) or
            len({s['activity'] for s in made['steps'] if s['ref'] in (a['ref'], b['ref'])}) == 1, 'by a person')
    t.run('activity', case, '--join', b['ref'], '--to', a['ref'], '--withdraw', '--by', 'R. Person')
    activity(t, case)
    one = t.run('activity', case, '--activity', '2').stdout.decode()
    t.check('Activity 2' in one and 'Activity 1' not in one and 'spinstall0.aspx' in one, 'one alone', one[:500])
    text = t.run('activity', case).stdout.decode() + t.run('activity', case, '--activity', '1').stdout.decode()
    t.check('has in common with activity' in text and '! ' in text and '  ? ' in text, 'people see edges and what is not sure', text[:800])
    t.equal(t.run('verify', case).returncode, 0, 'the case is whole')
    forged = t.path('forged')
    shutil.copytree(case, forged)
    con = sqlite3.connect(os.path.join(forged, 'case.db'))
    con.execute('update steps set sure = 1 where sure = 0')
    con.commit()
    con.close()
    r = t.run('verify', forged)
    t.check(r.returncode != 0 and b'steps of its activities' in r.stdout + r.stderr, 'steps that somebody altered are not believed',
            r.stdout + r.stderr)
    for change in ("delete from steps; delete from step_edges; delete from step_objects",
                   "update meta set value = json_set(value, '$.skew', json('[]'), '$.left_out', 1) where key = 'followed'",
                   "delete from meta where key = 'followed'"):
        shutil.rmtree(forged)
        shutil.copytree(case, forged)
        con = sqlite3.connect(os.path.join(forged, 'case.db'))
        con.executescript(change)
        con.commit()
        con.close()
        r = t.run('verify', forged)
        t.check(r.returncode != 0 and b'steps of its activities' in r.stdout + r.stderr, 'nor is: ' + change, r.stdout + r.stderr)
    for args, says in ((('--activity', 'x'), 'not a number'), (('--activity', '999'), 'there are'), (('--cut', 'x' * 3), 'event reference'),
                       (('--join', fetch['ref']), '--to REF'), (('--withdraw',), '--cut REF'), (('--join', 'x', '--to', fetch['ref']), 'event reference')):
        t.one_line(t.run('activity', case, *args), [2], ' '.join(args), says)
    t.one_line(t.run('activity', t.path('nowhere')), [2, 3], 'no case', 'no case there')


def opens(t, case):
    """Every reason of every answer, bound and claim leads to a record, and every step to what stood out."""
    refs = {b['ref'] for a in json.loads(t.run('status', case, '--json').stdout)['assessments'] for b in a['because']}
    t.check(len(refs) > 20, 'answers have reasons', len(refs))
    for ref in sorted(refs):
        t.equal(t.run('show', case, ref).returncode, 0, 'a reason opens: ' + ref)
    steps = activity(t, case)['steps']
    for s in steps[::9]:
        r = json.loads(t.run('why', case, str(s['step']), '--json').stdout)
        t.equal(r['steps'][0]['step'], s['step'], 'why a step')
        t.check(all(a['cause'] == b['step'] for a, b in zip(r['steps'], r['steps'][1:])), 'each by the next', r['steps'])
        last = r['steps'][-1]
        t.check(last['cause'] is None or last['cause'] in {x['step'] for x in r['steps']}, 'to the end', last)
        t.equal(len(r['things']) if s['does'] in ('object', 'share file', 'file') else 0, s['objects'] if s['does'] in
                ('object', 'share file', 'file') else 0, 'with what it was done on')
    big = max(steps, key=lambda s: s['objects'])
    text = t.run('why', case, big['ref']).stdout.decode()
    t.check('Done on' in text and 'more: --json' in text and 'step %d of activity' % big['step'] in text, 'by a record, for people', text)
    t.one_line(t.run('why', case, '99999'), [2], 'no such step', 'no step')
    t.one_line(t.run('why', case, 'x'), [2], 'no such record', 'no step')


def stale(t, evidence):
    """More evidence, or a person's word, and what stood on less is not used."""
    case = t.path('stale')
    part = os.path.join(evidence, 'SP01')
    t.investigate(case, part, extra=['--no-report'])
    few = activity(t, case)
    t.investigate(case, evidence, extra=['--no-report'])
    t.check(not json.loads(t.run('status', case, '--json').stdout)['followed'], 'new evidence makes it stale')
    t.check(len(activity(t, case)['steps']) > len(few['steps']), 'and it grows')
    strong = [d for d in t.jsonl('detections', case) if d['rule']['title'] == 'Security log cleared'][0]
    t.run('mark', case, strong['id'], 'benign', '--by', 'R. Person')
    t.check(not json.loads(t.run('status', case, '--json').stdout)['followed'], 'so does a decision')
    t.check(not any(s['does'] == 'log cleared' and not s['cause'] and strong['id'] in s['detections'] for s in activity(t, case)['steps']),
            'and what a person calls benign is no beginning')


def innocent(t):
    for seed in (1, 2, 3):
        folder, case = t.path('benign%d' % seed), t.path('benigncase%d' % seed)
        t.investigate(case, t.make_demo(folder, scenario='benign', seed=seed), extra=['--no-report'])
        t.equal(activity(t, case)['steps'], [], 'ordinary work is nobody\'s activity')
        text = t.run('activity', case).stdout.decode()
        t.check('No activity' in text, 'and that is said', text)
        t.check(not any(a['assessment'] == 'confirmed' for a in json.loads(t.run('status', case, '--json').stdout)['assessments']),
                'nothing is confirmed')
        shutil.rmtree(folder)


def empty(t):
    folder, case = t.path('nothing'), t.path('nothingcase')
    os.makedirs(folder)
    with open(os.path.join(folder, 'x.bin'), 'wb') as f:
        f.write(bytes(1000))
    t.investigate(case, folder, extra=['--no-report'])
    t.equal(activity(t, case)['steps'], [], 'no evidence, no activity')


# The twenty test cases that the simulator's own README lists, each with what its commands cannot do without.
PUBLISHED = [
    ('dumps', r'workfiles\\d\.txt'), ('recon', r'wmic +qfe list full'), ('DNS', r'nslookup +msupdater'), ('event log', r'eventcreate'),
    ('hosts file', r'drivers\\etc\\hosts'), ('sticky keys', r'Image File Execution Options\\sethc\.exe'), ('cloaking', r's01\.jpg'),
    ('web shells', r'wwwroot" toolset\\b\.jsp'), ('netcat of another name', r'toolset\\nc\.ps1'), ('remote execution tool', r'toolset\\xCmd\.exe'),
    ('Mimikatz', r'mim-out|down-ex-mim|toolset\\mim\.exe'), ('PsExec', r'-s cmd\.exe /c systeminfo'), ('at job', r'at +13:00 '),
    ('run key', r'CurrentVersion\\Run" /v UpdateSvc'), ('system file elsewhere', r'toolset\\svchost\.exe'), ('guest', r'net1? +user guest'),
    ('LSASS dump', r'procdump64'), ('C2 requests', r'curl\.exe.* msupdater'), ('user agents', r'HttpBrowser'), ('scheduled task', r'schtasks +/create'),
]


def against_published(t, case, steps, began, ended):
    """Three numbers: steps found, steps that any record shows, members that are not of the run."""
    said = '\n'.join(s['actor'] + ' ' + s['what'] for s in steps)
    found = [name for name, mark in PUBLISHED if re.search(mark, said, re.I)]
    visible = [name for name, mark in PUBLISHED if t.run('search', case, '/%s/' % mark.replace('/', '\\/'), '--limit', '1', '--jsonl', '-q').stdout]
    alien = [s for s in steps if not began <= seconds(s['first']) <= ended or (s['does'] == 'process' and s['actor'] not in (
        'explorer.exe', 'cmd.exe', 'net.exe', 'powershell.exe', 'wscript.exe'))]
    t.note('the simulator publishes %d steps: %d found, %d visible, %d members that are not of its run' % (
        len(PUBLISHED), len(found), len(visible), len(alien)))
    # What Defender alone recorded names no process by number: it stands beside the activity.
    t.check(len(visible) >= 19 and set(visible) - set(found) <= {'hosts file'}, 'every published step that a record shows is found',
            set(visible) - set(found))
    t.check(not alien, 'no member is of something else', alien[:3])


def clocks(t):
    """Law 4: a clock that is seven minutes ahead changes no answer while exchanges tell how far; else nothing is joined by it."""
    maker = os.environ.get('FB_TWOHOSTS')
    if not maker:
        t.skip('clocks', 'FB_TWOHOSTS is not set')
        return

    def made(name, ahead, exchanges):
        folder, case = t.path(name), t.path(name + 'case')
        subprocess.run([maker, folder, str(ahead), str(exchanges)], check=True)
        t.investigate(case, folder, extra=['--no-report'])
        out = activity(t, case)
        said = {(a['question'], a['place'], a['route']): a['assessment'] for a in json.loads(t.run('status', case, '--json').stdout)['assessments']}
        return case, out, said
    case, plain, said = made('right', 0, 8)
    fs02 = [s for s in plain['steps'] if short(s['host']) == 'FS02']
    t.check(len(fs02) > 3 and all(s['sure'] and s['activity'] == 1 for s in fs02), 'from one machine to the other', fs02)
    t.equal([(k['known'], k['exchanges'], abs(k['seconds']) < 1) for k in plain['skew']], [(True, 9, True)], 'whose clocks are one')
    for ahead in (420, -420, 7200):
        case, out, same = made('ahead%d' % ahead, ahead, 8)
        t.equal(same, said, 'a clock %d seconds ahead changes no answer' % ahead)
        t.equal([[s[k] for k in ('does', 'host', 'what', 'sure', 'join')] for s in sorted(out['steps'], key=lambda s: (s['host'], s['first'], s['what']))],
                [[s[k] for k in ('does', 'host', 'what', 'sure', 'join')] for s in sorted(plain['steps'], key=lambda s: (s['host'], s['first'], s['what']))],
                'and no step')
        k = out['skew'][0]
        t.check(k['known'] and k['a'].startswith('FS02') and abs(k['seconds'] + ahead) < 1 and k['spread'] >= 1, 'how far is told', k)
        moved = {seconds(b['first']) - seconds(a['first']) for a, b in zip(fs02, [s for s in out['steps'] if short(s['host']) == 'FS02'])}
        t.equal(moved, {float(ahead)}, 'and times stay as they were recorded')
    text = t.run('activity', case).stdout.decode()
    t.check('FS02.example.test is ahead of SP01.example.test by 2 h 0 min 0.' in text and '(9 exchanges)' in text, 'people are told', text[-600:])
    t.equal(t.run('verify', case).returncode, 0, 'the case is whole')
    case, out, other = made('few', 420, 3)
    t.equal(({short(s['host']) for s in out['steps']}, [k for k in out['skew'] if k['known']]), ({'SP01'}, []), 'by three exchanges it is not known')
    t.check(other != said, 'and nothing is said by a join that is not known')
    case, out, other = made('none', 0, 0)
    t.check({short(s['host']) for s in out['steps']} == {'SP01', 'FS02'} and not out['skew'][0]['known'], 'clocks that nobody compared: 15 seconds', out['skew'])
    text = t.run('activity', case).stdout.decode()
    t.check('not known (1 exchange of the 5 that it takes)' in text and 'came first is not asserted' in text, 'and no order', text[-600:])


FIELDS = 'date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) sc-status sc-substatus ' \
         'sc-win32-status sc-bytes time-taken X-Forwarded-For'


def forwarded(t):
    """Whom a proxy names counts where a person says that it is one of theirs; else the client is not known, and the
    proxy's address joins nothing."""
    def row(at, client, stem, header, method='GET'):
        return '2025-08-12 10:%02d:00 10.0.0.1 %s %s - 443 - %s curl/8.0 200 0 0 4000 15 %s' % (at, method, stem, client, header)
    folder, case, pack = t.path('behind'), t.path('behindcase'), t.path('behindyara')
    logs, root = (os.path.join(folder, 'WEB', 'inetpub', *x) for x in (('logs', 'LogFiles', 'W3SVC1'), ('wwwroot',)))
    for x in (logs, root, pack):
        os.makedirs(x)
    with open(os.path.join(root, 'shell.aspx'), 'w', encoding='ascii') as f:
        f.write('<%@ Page Language="C#" %> marked for the test\n')
    with open(os.path.join(pack, 'x.yar'), 'w', encoding='ascii') as f:
        f.write('rule marked : webshell { meta: description = "for a test" strings: $a = "marked for the test" condition: $a }')
    def log(*rows):
        with open(os.path.join(logs, 'u_ex250812.log'), 'w', encoding='ascii') as f:
            f.write('\n'.join(['#Software: Microsoft Internet Information Services 10.0', '#Fields: ' + FIELDS, *rows, '']))
    log(row(1, '10.0.0.50', '/shell.aspx', '203.0.113.77', 'POST'),
        row(2, '10.0.0.50', '/loot.zip', '10.9.9.9,+203.0.113.77'), row(3, '10.0.0.50', '/brochure.pdf', '198.51.100.1'),
        row(4, '10.0.0.50', '/health.htm', '-'), row(5, '192.0.2.9', '/forged.htm', '203.0.113.77'))
    t.investigate(case, folder, extra=['--no-report', '--yara', pack])
    t.equal([(s['what'], s['actor']) for s in activity(t, case)['steps']], [('/shell.aspx', '10.0.0.50 (a proxy, for a client not known)')],
            'of a proxy that nobody trusts only what stands out')
    t.one_line(t.run('assets', case, 'add', 'LB01', '--role', 'proxy', '--address', 'x'), [2], 'no address', 'neither an address')
    t.run('assets', case, 'add', 'WEB02', '--role', 'front end', '--address', '192.0.2.9', '--by', 'R. Person')
    t.check(json.loads(t.run('status', case, '--json').stdout)['followed'], 'who is no proxy changes nothing')
    t.run('assets', case, 'add', 'LB01', '--role', 'load balancer', '--address', '10.0.0.50', '--by', 'R. Person')
    t.check(not json.loads(t.run('status', case, '--json').stdout)['followed'], 'trust makes it stale')
    t.equal([(s['what'], s['actor'], s['sure']) for s in activity(t, case)['steps']],
            [('/shell.aspx', '203.0.113.77', True), ('/loot.zip', '203.0.113.77', True)], 'behind one that is trusted the client is known, by what it says alone')
    t.run('assets', case, 'remove', 'LB01', '--by', 'R. Person')
    t.equal(len(activity(t, case)['steps']), 1, 'and not any more when that is taken back')
    log(row(1, '10.0.0.50', '/shell.aspx', '-', 'POST'), row(2, '10.0.0.50', '/brochure.pdf', '-'))
    case = t.path('behindnothing')
    t.investigate(case, folder, extra=['--no-report', '--yara', pack])
    t.run('assets', case, 'add', '10.0.0.0/24', '--role', 'WAF', '--by', 'R. Person')
    t.equal([(s['what'], s['sure']) for s in activity(t, case)['steps']], [('/shell.aspx', False)], 'a proxy that names nobody is nobody')


def machines(t):
    """Two machines of the corpora: one that a simulator of attacks ran on, one that was merely used."""
    folder = os.path.join(CORPORA, 'evtx', 'machine')
    if not os.path.isdir(folder):
        t.skip('machines', 'the corpora are not there')
        return
    case = t.path('attacked')
    t.investigate(case, os.path.join(folder, 'APTSimulatorVM_EventLogs.7z'), extra=['--no-report'])
    steps = activity(t, case)['steps']
    run = [s for s in steps if s['does'] == 'process']
    t.check(len(run) > 100, 'what the simulator started is found, recognised or not', len(run))
    began, ended = seconds('2022-03-10T19:57:00'), seconds('2022-03-10T21:10:00')
    t.equal([s for s in steps if not began <= seconds(s['first']) <= ended], [], 'and nothing before or after its run')
    against_published(t, case, steps, began, ended)
    case = t.path('quiet')
    t.investigate(case, os.path.join(folder, 'RathbunVM_W10EventLogs.7z'), extra=['--no-report'])
    t.equal(activity(t, case)['steps'], [], 'a machine that was merely used has none')


def main():
    t = Suite('activity')
    case, evidence, out = of_demo(t)
    opens(t, case)
    decisions(t, case, evidence, out)
    stale(t, evidence)
    innocent(t)
    empty(t)
    clocks(t)
    forwarded(t)
    machines(t)
    t.end()


main()
