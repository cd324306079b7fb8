"""Two files of one log that tell otherwise of the same record numbers, at the same times: the machine was set back with its clock, or
somebody changed what was written. What lies between is lost in all logs of the machine; what is a copy of it is none.
"""
import json
import os
import subprocess

from fb import Suite

MINUTES = 240


def log(t, path, records, channel='Security', host='SP01'):
    """A record a minute: what its process was started with."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    text = ''.join('%d\t4688\tNewProcessName=C:\\Windows\\System32\\cmd.exe\tCommandLine=%s\n' % (60 * at, line)
                   for at, line in enumerate(records))
    r = subprocess.run([os.environ['FB_ONELOG'], path, host, channel], input=text.encode(), capture_output=True, check=False)
    t.equal((r.returncode, r.stderr), (0, b''), 'the log was written')


def lines(n=MINUTES, since=None, until=None):
    """From `since` to `until` another thing."""
    return ['cmd /c task %d%s' % (i, ' x' if since is not None and since <= i < until else '') for i in range(n)]


def states(t, case):
    rows = json.loads(t.run('coverage', case, '--json', '--telemetry', 'process-creation-4688').stdout)['coverage']
    return [(r['from'][11:16], r['state'], r['why']) for r in rows if r['place'] == 'SP01']


def investigated(t, name, first, second, host='SP01'):
    log(t, t.path(name, 'a', 'Security.evtx'), first)
    log(t, t.path(name, 'b', 'Security.evtx'), second, host=host)
    case = t.path('case ' + name)
    t.investigate(case, t.path(name), extra=['--no-report'])
    return case


def main():
    t = Suite('forks')
    t.equal([s[:2] for s in states(t, investigated(t, 'copy', lines(), lines(160)))], [('12:00', 'recorded')],
            'what begins it is a copy, though its last block is cut')
    # T0 is 12:00; records are numbered from 1, blocks are of sixteen.
    case = investigated(t, 'branches', lines(), lines(MINUTES, 100, MINUTES))
    got = states(t, case)
    t.equal([s[:2] for s in got], [('12:00', 'recorded'), ('13:34', 'lost')], 'from what was one to the end of both')
    t.check('two records of one number' in got[1][2], 'and why', got)
    t.equal(len(t.jsonl('search', case, 'task 120 x')), 1, 'what only one of them tells is found')
    t.equal([s[:2] for s in states(t, investigated(t, 'changed', lines(), lines(MINUTES, 100, 101)))],
            [('12:00', 'recorded'), ('13:34', 'lost'), ('13:50', 'recorded')], 'one record that is another')
    t.equal([s[:2] for s in states(t, investigated(t, 'anew', lines(), lines(MINUTES, 0, MINUTES)))], [('12:00', 'recorded')],
            'where nothing is the same nothing shows that it is another branch')
    t.equal([s[:2] for s in states(t, investigated(t, 'machines', lines(), lines(MINUTES, 100, MINUTES), host='SP02'))],
            [('12:00', 'recorded')], 'another machine has its own numbers')
    t.end()


main()
