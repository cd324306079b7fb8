"""What to fetch is listed by when it is expected to go: as a log that writes over its oldest records held them, else as somebody
said; of the rest nobody knows.
"""
import json
import os
import subprocess

from fb import Suite


def log(t, path, host, first, records=240):
    """A record a minute from 12:00 on."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    text = ''.join('%d\t4688\tNewProcessName=C:\\Windows\\System32\\cmd.exe\tCommandLine=%d\n' % (60 * i, i) for i in range(records))
    r = subprocess.run([os.environ['FB_ONELOG'], path, host, 'Security', str(first)], input=text.encode(), capture_output=True, check=False)
    t.equal((r.returncode, r.stderr), (0, b''), 'the log was written')


def main():
    t = Suite('retention')
    # Of SP01 the log has written over its beginning; of SP02 it has not yet.
    log(t, t.path('ev', 'SP01', 'Security.evtx'), 'SP01', 5001)
    log(t, t.path('ev', 'SP02', 'Security.evtx'), 'SP02', 1)
    case = t.path('case')
    t.investigate(case, t.path('ev'), extra=['--no-report'])
    t.run('window', case, '--from', '2025-08-12T12:00:00Z', '--to', '2025-08-13T12:00:00Z', '--reason', 'test')
    t.run('assets', case, 'add', 'SP03', '--keeps', '2', '--by', 'ann')
    t.equal(t.run('assets', case, 'add', 'SP04', '--keeps', 'long').returncode, 2, 'days are a number')
    rows = json.loads(t.run('collect', case, '--json').stdout)['collect']
    of = {(r['place'], r['telemetry']): r for r in rows}
    first = of['SP01', 'logon-4624']
    t.equal((first['state'], first['goes_from'][:19], first['goes_until'][:19]), ('after-acquisition', '2025-08-12T19:58:00', '2025-08-13T15:59:00'),
            'four hours after it was written')
    t.check('held 3 h 59 min' in first['goes_why'], 'because it held four hours', first)
    t.equal([of['SP02', 'logon-4624'][k] for k in ('goes_from', 'goes_until', 'goes_why')], [None] * 3, 'one that is not full yet does not tell')
    said = of['SP03', 'logon-4624']
    t.equal((said['goes_from'], said['goes_until']), ('2025-08-14T12:00:00Z', '2025-08-15T12:00:00Z'), 'as somebody said')
    t.check('2 days, as was said' in said['goes_why'], 'and by whom it is known', said)
    t.equal(of['SP03', 'registry-hive']['goes_from'], None, 'what is no log is not held for days')
    t.equal([of[p, 'flow']['goes_from'] for p in ('SP01', 'SP03')], [None] * 2, 'what the border holds no log of a machine tells')
    ends = [r['goes_from'] or '~' for r in rows]
    t.check(ends == sorted(ends) and ends[-1] == '~', 'what goes first stands first, the rest last', ends)
    text = t.run('collect', case).stdout.decode()
    words = ' '.join(text.split())
    t.check('Expected to go from 2025-08-12 19:58 on, the last of it by 2025-08-13 15:59 UTC: its log writes over its oldest records' in words,
            'for people', text[:600])
    t.check(text.index('SP01') < text.index('SP03') < text.index('SP02'), 'in that order too', text[:600])
    t.end()


main()
