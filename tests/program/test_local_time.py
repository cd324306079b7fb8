"""Logs of local time: where nobody says which zone, no time of them denies anything; where the zone is said, the hour that it has twice
is one of two hours, and the one that it leaves out is no hole in the log."""
import json
import os

from fb import Suite


def native(day, hour, minute):
    """A line of IIS's own format, which is of local time."""
    return ('198.51.100.7, -, %s, %02d:%02d:00, W3SVC1, WEB01, 10.0.0.5, 15, 300, 5000, 200, 0, GET, /default.aspx, -,' % (day, hour, minute)).encode()


def write(path, lines):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, 'wb') as f:
        f.write(b'\r\n'.join(lines) + b'\r\n')


def cells(t, case):
    rows = json.loads(t.run('coverage', case, '--json').stdout)['coverage']
    return [(c['state'], c['from'][:16], c['to'][:16], c['why']) for c in rows if c['telemetry'] == 'web-requests' and c['place'] == 'WEB01']


def states(t, case):
    return [c[0] for c in cells(t, case) if c[0] != 'after-acquisition']


def main():
    t = Suite('local_time')
    # Berlin: on 26 October 2025 the hour from 02:00 comes twice (00:00 to 01:00 UTC as summer time, then once more).
    autumn = [native('10/26/25', h, m) for h in range(0, 6) for m in range(0, 60, 5) for _ in range(2 if h == 2 else 1)]
    write(t.path('autumn', 'WEB01', 'W3SVC1', 'inetsv1.log'), autumn)
    # On 30 March 2025 there is no hour from 02:00 to 03:00.
    spring = [native('03/30/25', h, m) for h in (0, 1, 3, 4, 5) for m in range(0, 60, 5)]
    write(t.path('spring', 'WEB01', 'W3SVC1', 'inetsv1.log'), spring)

    case = t.path('unsaid')
    t.run('investigate', t.path('autumn'), '-o', case, '--no-report')
    t.check(set(states(t, case)) == {'clock'} and all('--log-zone' in c[3] for c in cells(t, case) if c[0] == 'clock'),
            'of a zone that nobody said nothing is visible', cells(t, case))
    rows = json.loads(t.run('status', case, '--json').stdout)['assessments']
    t.check(any('zone that nobody said' in m['why'] for a in rows for m in a['coverage']['missing']), 'and the answers say so', rows[:1])

    case = t.path('said')
    t.run('investigate', t.path('autumn'), '-o', case, '--no-report', '--log-zone', 'Europe/Berlin')
    got = cells(t, case)
    clock = [c for c in got if c[0] == 'clock']
    t.equal([(c[1], 'twice' in c[3]) for c in clock], [('2025-10-26T00:00', True)], 'the hour that comes twice')
    t.check(not any(c[0] in ('recorded', 'quiet') and c[1] < '2025-10-26T01:55' and c[2] > '2025-10-26T00:00' for c in got),
            'in none of the two is anything visible', got)
    t.check(got[0][0] == 'recorded' and got[0][1:3] == ('2025-10-25T22:00', '2025-10-26T00:00'), 'before it all is', got)
    t.check(any(c[0] == 'recorded' and c[1] == '2025-10-26T02:00' for c in got), 'and behind it', got)

    case = t.path('spring case')
    t.run('investigate', t.path('spring'), '-o', case, '--no-report', '--log-zone', 'Europe/Berlin')
    t.equal(states(t, case), ['recorded'], 'an hour that there was not is missing nowhere')
    t.equal(cells(t, case)[0][1], '2025-03-29T23:00', 'and times are those of the zone')
    t.end()


main()
