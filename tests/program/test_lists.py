"""Whole lists: they hold all records of their kinds and no others, a person accepts them, and what was accepted is open again
when it changes.
"""
import json
import os
import shutil

from fb import Suite

BY = ('--by', 'R. Person')


def lists(t, case):
    r = t.run('lists', case, '--json')
    t.equal(r.returncode, 0, 'lists: ' + r.stderr.decode())
    return {l['id']: l for l in json.loads(r.stdout)['lists']}


def accept(t, case, name):
    return t.run('lists', case, '--accept', name, '--reason', 'all of it is ours', *BY)


def whole(t, case):
    """What other commands list of the same records, made by other code."""
    got = lists(t, case)
    t.equal({l['state'] for l in got.values()}, {'open'}, 'nobody accepted any')
    for kind, theirs in (('service', {'service'}), ('task', {'task', 'task changed'})):
        want = {(r['host'], r['what']) for r in t.jsonl('persistence', case) if r['kind'] in theirs}
        have = {(l['place'], e['what']) for l in got.values() if l['kind'] == kind for e in l['entries']}
        t.check(have and have == want, kind + ': all, and no others', have ^ want)
        counts = sum(r['count'] for r in t.jsonl('persistence', case) if r['kind'] in theirs)
        t.equal(sum(e['count'] for l in got.values() if l['kind'] == kind for e in l['entries']), counts, kind + ': each record')
    child = got['web-child@SP01.northmoor.example']['entries']
    want = {r['ref'] for field in ('ParentProcessName', 'ParentImage') for r in t.jsonl('search', case, field + '=*\\w3wp.exe', '--host', 'SP01*')
            if (r['channel'], r['event_id']) in (('Security', 4688), ('Microsoft-Windows-Sysmon/Operational', 1))}
    t.check(want and sum(e['count'] for e in child) == len(want) and {e['ref'] for e in child} <= want, 'children of the web server', (len(child), len(want)))
    t.check(any('cmd.exe' in e['what'] for e in child), 'its shells among them', child[:3])
    task = got['task@FS02.northmoor.example']['entries'][0]
    t.check('<Command>' in task['content'] and '<Task' not in task['content'], 'of a task all that it does', task)
    for e in child[:2]:
        t.equal(t.run('show', case, e['ref']).returncode, 0, 'an entry opens')
    text = t.run('lists', case).stdout.decode()
    t.check('service@FS02.northmoor.example: new services, 4 entries (open)' in text and 'PSEXESVC' in text and 'patterns' not in text.split('\n')[0], 'people see them', text[:900])
    t.check(' determine ' in text or 'did not observe' in text, 'with what the answer says of them', text[:900])


def windows(t, case):
    """First-seen is what was not seen before the window."""
    copy = t.path('windows')
    shutil.copytree(case, copy)

    def places():
        return {e['what'] for l in lists(t, copy).values() if l['kind'] == 'destination' for e in l['entries']}

    want = {r['time'] for r in t.jsonl('search', case, 'DestinationIp=203.0.113.201', '--host', 'FS02*')}
    t.check(len(want) > 1 and '203.0.113.201' in places(), 'one that was not seen before', want)
    # Half of its records lie before the window now: it goes on, and is not first-seen.
    t.run('window', copy, '--from', sorted(want)[-1], '--to', '2025-08-16', '--reason', 'r', *BY)
    t.check('203.0.113.201' not in places(), 'what was seen before is not first-seen', places())
    t.check(not any(e['first'] < sorted(want)[-1] for l in lists(t, copy).values() for e in l['entries']), 'and nothing of before is listed')
    t.run('window', copy, '--from', sorted(want)[0], '--to', '2025-08-16', '--reason', 'r', *BY)
    t.check('203.0.113.201' in places() and len(lists(t, copy)) < len(lists(t, case)), 'from its first record on it is')


def accepted(t, evidence):
    """Evidence comes in parts; what changes is open again."""
    part, case, name = t.path('part'), t.path('growing'), 'service@FS02.northmoor.example'
    shutil.copytree(os.path.join(evidence, 'FS02'), os.path.join(part, 'FS02'))
    late = [os.path.join(d, f) for d, _, files in os.walk(part) for f in files if f == 'System.evtx']
    t.check(late, 'a log that comes later')
    shutil.move(late[0], t.path('System.evtx'))
    t.investigate(case, part, extra=['--no-report'])
    t.one_line(t.run('lists', case, '--accept', name, *BY), [2], 'no reason', '--reason')
    t.one_line(t.run('lists', case, '--accept', 'service@NOWHERE', '--reason', 'r', *BY), [1, 2, 3], 'no such list', 'service@NOWHERE')
    r = accept(t, case, name)
    t.equal(r.returncode, 0, 'accepted: ' + r.stderr.decode())
    l = lists(t, case)[name]
    t.equal((l['state'], l['accepted_by'], l['reason'], len(l['entries'])), ('accepted', 'R. Person', 'all of it is ours', 2), 'by whom, and why')
    t.check('(accepted, R. Person)' in t.run('lists', case).stdout.decode(), 'people see it')
    t.equal(t.run('verify', case).returncode, 0, 'kept with the custody record')
    # Something else comes: the list is as it was, but nobody has looked since.
    shutil.copytree(os.path.join(evidence, 'WS07'), os.path.join(part, 'WS07'))
    t.investigate(case, part, extra=['--no-report'])
    t.equal(lists(t, case)[name]['state'], 'accepted before other evidence came', 'other evidence')
    accept(t, case, name)
    t.equal(lists(t, case)[name]['state'], 'accepted', 'accepted again')
    # More of the same: it is another list.
    shutil.move(t.path('System.evtx'), late[0])
    t.investigate(case, part, extra=['--no-report'])
    l = lists(t, case)[name]
    t.equal((l['state'], len(l['entries'])), ('changed since accepted', 4), 'a list that changes is open')
    accept(t, case, name)
    t.equal(lists(t, case)[name]['state'], 'accepted', 'as it is now')
    t.equal(t.run('lists', case, '--withdraw', name, *BY).returncode, 0, 'taken back')
    t.equal(lists(t, case)[name]['state'], 'open', 'and open')
    # What cannot be read may hold anything.
    os.remove(late[0])
    l = json.loads(t.run('lists', case, '--json').stdout)['lists']
    t.check(l and all(x['not_whole'] == 'not all evidence could be read' for x in l), 'a file is gone', l[:1])
    t.check(t.run('lists', case, '--accept', l[0]['id'], '--reason', 'r', *BY).returncode not in (0, 1), 'nothing is accepted then')


def main():
    t = Suite('lists')
    evidence = t.make_demo(t.path('demo'))
    case = t.path('case')
    t.investigate(case, evidence, extra=['--no-report'])
    whole(t, case)
    windows(t, case)
    accepted(t, evidence)
    t.end()


main()
