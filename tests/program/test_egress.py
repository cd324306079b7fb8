"""At most: what sensors on the network counted, when it is an upper end, and when it is none. The demonstration, with
logs of Zeek beside it that are written here.
"""
import calendar
import json
import os
import shutil
import sqlite3
import time

from fb import Suite

HOSTS = {'SP01': ('10.20.4.11', '2001:db8:20:4::11'), 'SP02': ('10.20.4.12', '2001:db8:20:4::12'), 'DC01': ('10.20.1.10', '2001:db8:20:1::10'),
         'FS02': ('10.20.5.22', '2001:db8:20:5::22'), 'WS07': ('10.20.30.57', '2001:db8:20:30::57')}
OUT4, OUT6 = '198.51.100.53', '2001:db8:ffff::53'
HEAD = ('#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\tconn\n#open\t2025-08-11-00-00-00\n'
        '#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tservice\tduration\torig_bytes\tresp_bytes\tconn_state\tmissed_bytes\t'
        'orig_pkts\torig_ip_bytes\tresp_pkts\tresp_ip_bytes\n'
        '#types\ttime\tstring\taddr\tport\taddr\tport\tenum\tstring\tinterval\tcount\tcount\tstring\tcount\tcount\tcount\tcount\tcount\n')
LOSS = ('#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\tcapture_loss\n'
        '#fields\tts\tts_delta\tpeer\tgaps\tacks\tpercent_lost\n#types\ttime\tinterval\tstring\tcount\tcount\tdouble\n')
GB = 10 ** 9
LARGE = 5948571648  # what the key says that FS02 packed


def at(text):
    return calendar.timegm(time.strptime(text, '%Y-%m-%d %H:%M'))


BEGIN, END = at('2025-08-11 00:00'), at('2025-08-15 12:00')


class Conn:
    def __init__(self):
        self.lines = []

    def add(self, ts, orig, resp, out, back, missed=0, state='SF', duration=1.5, counted=True):
        n = len(self.lines)
        c = ['%d' % out, '%d' % back, state, '%d' % missed, '9', '%d' % (out + 360), '9', '%d' % (back + 360)] if counted else \
            ['-', '-', state, '0', '9', '-', '9', '-']
        self.lines.append((ts, '\t'.join(['%.6f' % ts, 'C%06dx' % n, orig, '%d' % (40000 + n % 20000), resp, '443', 'tcp', 'ssl', '%.6f' % duration]
                                         + c[:2] + c[2:])))

    def write(self, path, part=None):
        lines = [l for _, l in sorted(self.lines)]
        if part:
            lines = lines[:part]
        with open(path, 'w', encoding='utf-8') as f:
            f.write(HEAD + '\n'.join(lines) + '\n#close\t2025-08-15-12-00-00\n')


def traffic(hole=None, six=None):
    """Each host every ten minutes, over both; and what left."""
    c = Conn()
    for i, (name, (four, v6)) in enumerate(sorted(HOSTS.items())):
        for ts in range(BEGIN, END, 600):
            if not (hole and hole[0] == name and hole[1] <= ts < hole[2]):
                c.add(ts + i + 0.25, four, OUT4, 900, 3000)
            if not (six and six[0] == name and six[1] <= ts < six[2]):
                c.add(ts + i + 0.5, v6, OUT6, 900, 3000)
    for host in ('SP01', 'SP02'):
        for client, when in (('203.0.113.77', '2025-08-11 03:12'), ('203.0.113.77', '2025-08-12 02:50'), ('203.0.113.140', '2025-08-14 01:06')):
            c.add(at(when), client, HOSTS[host][0], 5000, 20000, duration=1200)
            c.add(at(when) + 40, HOSTS[host][0], client, 5000, 20000)
    c.add(at('2025-08-14 01:22'), '203.0.113.140', HOSTS['SP02'][0], 90000, 400000000, duration=8400)
    c.add(at('2025-08-14 03:01'), HOSTS['FS02'][0], '203.0.113.201', LARGE, 80000, duration=4000)
    return c


def doc(t, *args):
    return json.loads(t.run(*args, '--json').stdout)


def make(t, name, evidence, conn, loss=(), roster=True, more=None):
    """A case of the demonstration with that log beside it."""
    root, case = t.path(name), t.path('case ' + name)
    os.makedirs(root)
    for host in HOSTS:
        shutil.copytree(os.path.join(evidence, host), os.path.join(root, host))
    os.makedirs(os.path.join(root, 'zeek'))
    conn.write(os.path.join(root, 'zeek', 'conn.log'))
    if loss:
        with open(os.path.join(root, 'zeek', 'capture_loss.log'), 'w', encoding='utf-8') as f:
            f.write(LOSS + ''.join('%.6f\t900.000000\tzeek\t1\t1000\t%f\n' % l for l in loss))
    if more:
        more(os.path.join(root, 'zeek'))
    t.investigate(case, root, extra=['--no-report'])
    t.check(t.run('activity', case).returncode == 0, name + ': followed')
    for host in HOSTS if roster else ():
        t.run('assets', case, 'add', host, '--by', 'R. Person')
    return case


def bounds(t, case):
    rows = doc(t, 'exposure', case)['exposure']
    left = [r for r in rows if r['ladder'] == 'left']
    return [r for r in left if r['place'] == 'case'][0], {(r['place'].split('.')[0], r['to']): r for r in left if r['place'] != 'case'}


def claim(t, case, proposition):
    t.run('claim', case, 'add', *proposition.split('|'), '--who', 'attacker', '--words', proposition, '--by', 'R. Person')
    return doc(t, 'claim', case)['claims'][-1]


def whole(t, evidence, key):
    conn = traffic()
    case = make(t, 'whole', evidence, conn)
    left, places = bounds(t, case)
    true = max(key['ladders']['left']['bytes'], LARGE + 400000000)
    if not t.check(left['at_most_bytes'] is not None, 'all was seen: there is an upper end', left):
        return case, left
    t.check(left['at_least_bytes'] <= true <= left['at_most_bytes'], 'what truly left lies between', left)
    t.check(left['at_most_bytes'] <= 1.5 * true + 10 ** 8, 'and the upper end is near', left)
    t.check(left['at_least_bytes'] >= key['ladders']['left']['proven_bytes'], 'the lower end stands', left)
    t.check(left['at_most_objects'] is None, 'of objects there is none')
    t.check(places[('FS02', None)]['at_most_bytes'] >= LARGE and places[('FS02', None)]['at_least_bytes'] == 0, 'a place has both ends', places[('FS02', None)])
    t.check(places[('SP02', '203.0.113.140')]['at_most_bytes'] >= 400000000, 'a destination too', places[('SP02', '203.0.113.140')])
    t.check(400000000 <= places[('SP02', None)]['at_most_bytes'] < LARGE, 'answers of sessions from outside leave, too', places[('SP02', None)])
    t.check(sum(places[(h, None)]['at_most_bytes'] for h in ('SP01', 'SP02', 'FS02', 'DC01', 'WS07') if (h, None) in places)
            <= left['at_most_bytes'] + 10 ** 9, 'nothing is added twice')
    t.equal((left['flows'][0]['from'], left['flows'][0]['to'], left['flows'][0]['bytes']), (HOSTS['FS02'][0], '203.0.113.201', LARGE + 360), 'the largest flow is named')
    for f in left['flows']:
        r = t.run('show', case, f['ref'])
        t.check(r.returncode == 0 and f['to'].encode() in r.stdout, 'and its record opens', r.stdout[-300:] + r.stderr)
    text = t.run('exposure', case).stdout.decode()
    t.check('At most is all that those machines sent outside' in ' '.join(text.split()), 'people read what is counted', text)
    got = claim(t, case, 'holds-bytes 1T')
    says = got['propositions'][0]['says']
    t.equal(got['result'], 'contradicted', 'more than ever left, at ten to one')
    t.check(says.startswith('Not consistent with the egress observed from ') and 'other routes' in says and 'earlier' in says and 'third' in says, 'with that wording', says)
    for p in ('holds-bytes 6G', 'holds-bytes 50G'):
        got = claim(t, case, p)
        t.equal(got['result'], 'not contradicted', p + ': within, packed or not')
    t.equal(claim(t, case, 'holds-bytes 300M')['result'], 'supported', 'less than is sure')
    t.equal(claim(t, case, 'holds-documents 1,000,000')['result'], 'untestable', 'without a list of what lies there')
    return case, left


class Windows(Conn):
    """Two of the one log, which overlap."""

    def write(self, path, part=None):
        lines = [l for _, l in sorted(self.lines)]
        for name, some in ((path, lines[:len(lines) * 7 // 10]), (path.replace('conn.log', 'conn.2.log'), lines[len(lines) // 2:])):
            with open(name, 'w', encoding='utf-8') as f:
                f.write(HEAD + '\n'.join(some) + '\n')


def windows(t, evidence, want):
    conn = Windows()
    conn.lines = traffic().lines
    left, _ = bounds(t, make(t, 'windows', evidence, conn))
    t.equal((left['at_least_bytes'], left['at_most_bytes']), (want['at_least_bytes'], want['at_most_bytes']), 'what two windows of one log tell counts once')


def documents(t, case):
    """N documents: only when the N smallest that lie anywhere do not fit, at ten to one."""
    def listing(name, sizes):
        with open(t.path(name), 'w', encoding='utf-8') as f:
            f.write('Size,FullName\r\n' + ''.join('%d,"D:\\S\\F%d\\doc %d.docx"\r\n' % (s, i % 50, i) for i, s in enumerate(sizes)))
        return t.path(name)

    small = listing('small.csv', [100000] * 200)
    for host in HOSTS:
        if host != 'FS02':
            t.run('inventory', case, 'add', small, '--place', host, '--as-of', '2025-08-10', '--by', 'R. Person')
    got = claim(t, case, 'holds-documents 900')
    t.check(got['result'] == 'untestable' and 'FS02' in got['propositions'][0]['says'], 'where nobody listed a machine', got)
    # A thousand documents of 1 GB and more: at ten to one a hundred GB and more, of which at most 6 left.
    t.run('inventory', case, 'add', listing('large.csv', [GB + i for i in range(2000)]), '--place', 'FS02', '--as-of', '2025-08-10', '--by', 'R. Person')
    got = claim(t, case, 'holds-documents 1,800')
    t.check(got['result'] == 'contradicted' and got['propositions'][0]['says'].startswith('Not consistent with the egress'), 'the smallest do not fit', got)
    got = claim(t, case, 'holds-documents 820')
    t.equal(got['result'], 'not contradicted', 'the smallest fit: who took them chose')
    holder = t.path('holder')
    shutil.copytree(case, holder)
    con = sqlite3.connect(os.path.join(holder, 'case.db'))
    con.execute("update step_objects set name = '\\\\FS02\\D\\Nightly.bak' where n = (select min(n) from step_objects where read = 1)")
    con.commit()
    con.close()
    got = claim(t, holder, 'holds-documents 1,800')
    t.check(got['result'] == 'untestable' and 'Nightly.bak' in got['propositions'][0]['says'], 'what lies in a container nobody knows', got)
    t.equal(claim(t, holder, 'holds-bytes 1T')['result'], 'contradicted', 'its bytes are bytes')


def unseen(t, evidence):
    hole = ('FS02', at('2025-08-13 10:00'), at('2025-08-13 11:00'))
    case = make(t, 'hole', evidence, traffic(hole=hole))
    left, places = bounds(t, case)
    t.check(left['at_most_bytes'] is None and 'FS02' in left['unbounded'] and '2025-08-13T09:5' in left['unbounded'] and
            'no traffic of it' in left['unbounded'], 'an hour without that host: no upper end, and why', left)
    t.check(places[('FS02', None)]['at_most_bytes'] is None and places[('SP01', None)]['at_most_bytes'] is not None, 'of the others there is one',
            (places[('FS02', None)], places[('SP01', None)]))
    t.equal(claim(t, case, 'holds-bytes 10T')['result'], 'not contradicted', 'nothing is contradicted by what was not seen')
    rows = doc(t, 'coverage', case)
    cells = [r for r in rows['coverage'] if r['telemetry'] == 'flow-sensor' and r['place'].startswith('FS02') and r['from'].startswith('2025-08-13T09:5')]
    t.check(cells and cells[0]['state'] == 'off' and not cells[0]['visible'], 'coverage says so too', cells)
    six = ('SP01', at('2025-08-13 10:00'), at('2025-08-13 11:00'))
    left, _ = bounds(t, make(t, 'six', evidence, traffic(six=six)))
    t.check(left['at_most_bytes'] is None and 'SP01' in left['unbounded'] and 'IPv6' in left['unbounded'], 'nor where it could leave over IPv6', left)
    left, _ = bounds(t, make(t, 'lossy', evidence, traffic(), loss=[(at('2025-08-13 10:00'), 2.5)]))
    t.check(left['at_most_bytes'] is None and 'lost' in left['unbounded'], 'nor where the sensor lost much', left)
    conn = traffic()
    conn.lines = [l for l in conn.lines if '\t203.0.113.140\t' not in l[1] or HOSTS['SP02'][0] not in l[1]]
    left, _ = bounds(t, make(t, 'other way', evidence, conn))
    t.check(left['at_most_bytes'] is None and 'another way out' in left['unbounded'], 'nor where a web log tells of what no sensor saw', left)
    conn = traffic()
    conn.add(at('2025-08-13 10:00'), HOSTS['WS07'][0], '198.51.100.9', 0, 0, counted=False)
    left, _ = bounds(t, make(t, 'uncounted', evidence, conn))
    t.check(left['at_most_bytes'] is None and 'nobody counted' in left['unbounded'], 'nor where bytes were not counted', left)


def counted(t, evidence, before):
    """Whose flows count, and which do not."""
    conn = traffic()
    conn.add(at('2025-08-13 10:00'), '10.20.30.21', '198.51.100.9', 50 * GB, 1000)          # a machine that nobody asks about
    conn.add(at('2025-08-13 10:00'), HOSTS['FS02'][0], '10.20.6.6', 7 * GB, 1000)           # within
    conn.add(at('2025-08-10 10:00'), HOSTS['FS02'][0], '198.51.100.200', 30 * GB, 1000)     # before: the backup, as ever
    conn.add(at('2025-08-13 22:00'), HOSTS['FS02'][0], '198.51.100.200', 20 * GB, 1000, missed=GB, state='S1')

    def twice(folder):
        conn.write(os.path.join(folder, 'conn.earlier.log'), part=1000)
    case = make(t, 'whose', evidence, conn, loss=[(at('2025-08-13 10:00'), 0.2)], more=twice)
    left, places = bounds(t, case)
    if t.check(left['at_most_bytes'] is not None, 'an upper end', left):
        t.equal(left['at_most_bytes'] - before['at_most_bytes'], 21 * GB + 360, 'the backup counts, with what the sensor missed, and nothing else or twice')
    t.equal(left['inside_bytes'] >= 7 * GB, True, 'what went within is told apart')
    t.equal(left['not_ended'], 1, 'what had not ended is told')
    t.check(places[('SP01', None)]['at_most_bytes'] < GB, 'nor do flows of one machine count for another', places[('SP01', None)])
    for host in HOSTS:
        t.run('assets', case, 'remove', host, '--by', 'R. Person')
    left, _ = bounds(t, case)
    t.check(left['at_most_bytes'] is not None and left['at_most_bytes'] >= before['at_most_bytes'] + 71 * GB, 'where nobody says which machines there are, all count', left)


def main():
    t = Suite('egress')
    evidence = t.make_demo(t.path('demo'), days=5)
    with open(os.path.join(t.path('demo'), 'answers.json'), encoding='utf-8') as f:
        key = json.load(f)
    case, left = whole(t, evidence, key)
    windows(t, evidence, left)
    documents(t, case)
    unseen(t, evidence)
    counted(t, evidence, left)
    t.end()


main()
