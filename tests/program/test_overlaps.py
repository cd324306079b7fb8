"""A log of which two windows were collected: the head of one was cut, or it was rotated between two collections. What both tell
counts once, whatever asks for it. Nothing is a copy because lines are alike.
"""
import json
import os
import sqlite3
import zipfile

from fb import Suite, request, w3c

PAGE = '/_layouts/15/ToolPane.aspx'
FIELDS = ('date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Referer) sc-status sc-substatus '
          'sc-win32-status sc-bytes time-taken')


def line(at, stem='/default.aspx', client='198.51.100.7', query='-', sent=5000, method='GET', referer='-'):
    first, _, taken = request(method, stem, query, client=client, referer=referer, at='2025-07-18 ' + at).rpartition(' ')
    return '%s %d %s' % (first, sent, taken)


def attack(at):
    return line(at, PAGE, '203.0.113.77', 'DisplayMode=Edit&a=/ToolPane.aspx', method='POST', referer='/_layouts/SignOut.aspx')


def log():
    """The one request twice, in the same second."""
    lines = [attack('08:00:00')]
    lines += [line('09:%02d:00' % i, '/page%d.aspx' % i) for i in range(20)]
    lines += [attack('09:30:00'), attack('09:30:00')]
    lines += [line('09:31:%02d' % i, '/shell.aspx', '203.0.113.77', sent=100000 + i, method='POST') for i in range(12)]
    lines += [line('10:%02d:00' % i, '/later%d.aspx' % i) for i in range(20)]
    lines += [attack('11:00:00')]
    return w3c(lines, FIELDS)


def write(path, data):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, 'wb') as f:
        f.write(data)


def investigated(t, name, *evidence, extra=()):
    """With a page of which a rule of bytes says what it is: by requests alone nobody is followed."""
    write(t.path('site', 'inetpub', 'wwwroot', 'shell.aspx'), b'<%@ Page Language="C#" %> marked for the test\n')
    write(t.path('pack', 'x.yar'), b'rule marked : webshell { meta: description = "for a test" strings: $a = "marked for the test" '
          b'condition: $a }')
    t.investigate(t.path(name), t.path('site'), *(t.path(e) for e in evidence), extra=['--no-report', '--yara', t.path('pack'), *extra])
    return t.path(name)


def facts(t, case):
    t.run('activity', case)
    rows = t.jsonl('detections', case)
    doc = json.loads(t.run('activity', case, '--json').stdout)
    left = [r for r in json.loads(t.run('exposure', case, '--json').stdout)['exposure'] if r['ladder'] == 'left' and r['place'] == 'case']
    steps = [(s['does'], s['first'], s['last'], s['count'], s['bytes_handed_over'], s['what']) for s in doc['steps']]
    found = len(t.jsonl('search', case, 'ToolPane'))
    shells = [(s['page'], s['counted'] if 'counted' in s else s.get('requests')) for s in
              json.loads(t.run('webshells', case, '--json').stdout)['webshells']]
    return {'detections': sorted((r['rule']['id'], r['time'] or '') for r in rows), 'steps': sorted(steps), 'found': found, 'shells': shells,
            'left': left[0]['at_least_bytes']}


def as_alone(t, case, alone, what):
    got = facts(t, case)
    for key in alone:
        t.equal(got[key], alone[key], '%s: %s' % (what, key))


def remarks(t, case):
    got = {s['path']: [p['text'] for p in s['problems'] if p['why'] == 'overlap'] for s in t.jsonl('sources', case)}
    return {p: v for p, v in got.items() if v}


def header(data):
    return data[:data.index(b'\n2025-07-18 ') + 1]


def at(data, moment):
    return data.index(b'\n2025-07-18 ' + moment) + 1


def head_cut(t, data, alone):
    begin = at(data, b'09:10')
    logs = {'export': header(data) + data[begin:], 'bytes': header(data) + data[begin + 11:],
            'window': header(data) + data[begin:at(data, b'10:15') + 30]}
    for name, part in logs.items():
        write(t.path(name, 'u_ex.log'), part)
        write(t.path(name, 'zz', 'u_ex250718.log'), data)
        case = investigated(t, 'c ' + name, name)
        as_alone(t, case, alone, 'a copy without its head changes nothing: ' + name)
        said = remarks(t, case)
        t.equal(list(said), [name + '/u_ex.log'], 'the accounting says which it is: ' + name)
        t.check('zz/u_ex250718.log' in list(said.values())[0][0], 'and of what: ' + name, said)
        rows = [r for r in t.jsonl('detections', case) if r['time']]
        t.check(all(r['source']['path'] == name + '/zz/u_ex250718.log' for r in rows), 'the whole one is where they are: ' + name, rows[:1])
        t.check(any(len(r['copies']) == 1 for r in rows), 'the other is listed as a copy: ' + name)
        t.equal(t.run('verify', case).returncode, 0, 'the case is whole: ' + name)


def rotated(t, data, alone):
    """The end of the one is the beginning of the other; a last line may have been cut off while it was written, and a head too."""
    early, late = at(data, b'09:05'), at(data, b'10:10')
    for name, end, begin in (('lines', late, early), ('written', late + 40, early), ('cut', late, early + 20), ('attack', at(data, b'09:31:05'), early)):
        write(t.path(name, 'aa', 'u_ex250718.log'), data[:end])
        write(t.path(name, 'zz', 'u_ex250718.log'), header(data) + data[begin:])
        case = investigated(t, 'c ' + name, name)
        as_alone(t, case, alone, 'both together are the log, once: ' + name)
        t.equal(list(remarks(t, case)), [name + '/aa/u_ex250718.log'], 'the earlier one has what the later one has as well: ' + name)
        t.equal(t.run('verify', case).returncode, 0, 'the case is whole: ' + name)

    # Three windows, and a beginning of the first; a part of the second in an archive.
    write(t.path('three', 'a.log'), data[:at(data, b'09:15')])
    write(t.path('three', 'b.log'), data[:at(data, b'10:02')])
    write(t.path('three', 'c.log'), header(data) + data[at(data, b'09:08'):at(data, b'10:16')])
    write(t.path('three', 'd.log'), header(data) + data[at(data, b'09:31:02'):])
    with zipfile.ZipFile(t.path('three', 'x.zip'), 'w', zipfile.ZIP_DEFLATED) as z:
        z.writestr('logs/e.log', header(data) + data[at(data, b'09:12'):at(data, b'10:05')])
        z.writestr('logs/f.log', header(data) + data[at(data, b'09:12'):at(data, b'10:05')])
    case = investigated(t, 'c three', 'three')
    as_alone(t, case, alone, 'copies of copies count once')
    t.check('three/x.zip!logs/e.log' in remarks(t, case), 'also in an archive', remarks(t, case))


def shown(t, case, path, data, moments):
    """Lines of a log that was cut into more units than it has by itself are read again where they are."""
    sha = [s['sha256'] for s in t.jsonl('sources', case) if s['path'] == path][0]
    for moment in moments:
        begin = at(data, moment)
        r = t.run('show', case, '%s:%d' % (sha, begin))
        t.check(r.returncode == 0 and data[begin:data.index(b'\r\n', begin)] in r.stdout, 'the record at %s opens' % moment.decode(), r.stdout[-600:] + r.stderr)


def interrupted(t, case, data, alone):
    """Its program died while the log was cut: a unit is shorter already, and what was behind is not there yet."""
    db = sqlite3.connect(os.path.join(case, 'case.db'))
    (source, units), = db.execute("SELECT id, units FROM sources WHERE path = 'lines/aa/u_ex250718.log'").fetchall()
    t.equal([r[0] for r in db.execute('SELECT off FROM units WHERE source = ? ORDER BY seq', (source,))], [0, at(data, b'09:05')], 'it was cut where its part begins')
    unit, = db.execute('SELECT id FROM units WHERE source = ? AND seq = 1', (source,)).fetchone()
    for table in ('detections', 'originals', 'hit_values', 'unit_hosts', 'unit_kinds', 'unit_series', 'unit_notices', 'unit_pages', 'unit_flows', 'unit_sums'):
        db.execute('DELETE FROM %s WHERE unit = ?' % table, (unit,))
    db.execute('DELETE FROM units WHERE id = ?', (unit,))
    db.execute('UPDATE sources SET whole = 0 WHERE id = ?', (source,))
    db.execute("UPDATE meta SET value = 0 WHERE key = 'sealed'")
    db.commit()
    db.close()
    as_alone(t, investigated(t, 'c lines', 'lines'), alone, 'the next run goes on')


def large(t):
    """Of many units, and the edge within one."""
    lines = []
    for i in range(30000):
        if i % 100 == 7:
            lines.append(line('%02d:%02d:%02d' % (6 + i // 3600, i // 60 % 60, i % 60), '/shell.aspx', '203.0.113.77', sent=100000 + i, method='POST'))
        else:
            lines.append(line('%02d:%02d:%02d' % (6 + i // 3600, i // 60 % 60, i % 60), '/page%d.aspx' % (i % 50)))
    lines[12000] = attack('09:20:00')
    data = w3c(lines, FIELDS)
    write(t.path('large', 'a.log'), data)
    alone = facts(t, investigated(t, 'c large', 'large'))
    t.equal(alone['shells'], [('/shell.aspx', 300)], 'there is something to count')
    begin, end = at(data, b'09:13:11'), at(data, b'12:11:11')
    write(t.path('large two', 'a.log'), data[:end])
    write(t.path('large two', 'b.log'), header(data) + data[begin:])
    case = investigated(t, 'c large two', 'large two')
    as_alone(t, case, alone, 'two windows of a large log')
    shown(t, case, 'large two/a.log', data[:end], (b'06:00:03', b'09:13:10', b'09:13:11', b'09:13:12', b'12:11:10'))
    db = sqlite3.connect(os.path.join(case, 'case.db'))
    rows = db.execute("SELECT u.off, u.len, u.events FROM units u JOIN sources s ON s.id = u.source WHERE s.path = 'large two/a.log' ORDER BY u.seq").fetchall()
    db.close()
    t.check(len(rows) > 3 and begin in [r[0] for r in rows], 'it has several units, and one begins there', rows)
    t.equal([r[0] + r[1] for r in rows], [r[0] for r in rows[1:]] + [end], 'which follow one another to its end')
    t.equal(json.loads(t.run('stats', case, '--json').stdout)['stats'][0]['count'], 30000, 'what was recorded counts once')


def later(t, data, alone):
    """To a case that has the other one, in either order."""
    begin = at(data, b'09:10')
    write(t.path('one', 'u_ex250718.log'), header(data) + data[begin:at(data, b'10:15')])
    write(t.path('two', 'u_ex250718.log'), data)
    for first, second in (('one', 'two'), ('two', 'one')):
        case = investigated(t, 'c added ' + first, first)
        t.equal(remarks(t, case), {}, 'alone it is a part of nothing: ' + first)
        if first == 'one':
            row = [r for r in t.jsonl('detections', case) if r['time'] == '2025-07-18T09:30:00Z'][-1]
            t.run('mark', case, row['id'], 'malicious', '--by', 'ann')
        as_alone(t, investigated(t, 'c added ' + first, second), alone, 'what comes later to the case: ' + second)
        t.equal(list(remarks(t, case)), ['one/u_ex250718.log'], 'it is the same part: ' + second)
        t.equal(t.run('verify', case).returncode, 0, 'the case is whole: ' + second)
    got = [(r['source']['path'], r['source']['offset']) for r in t.jsonl('detections', t.path('c added one')) if r['decision'] and
           r['decision']['mark'] == 'malicious']
    want = row['source']['offset'] - len(header(data)) + begin
    t.equal(got, [('two/u_ex250718.log', want)], 'what was said of a line of the part is said of that line of the whole, and of no equal one')


def not_one(t, data, alone):
    """Two machines, two sites, other lines: nothing is left out."""
    part = header(data) + data[at(data, b'09:10'):]
    for host, content in (('WEB1', part), ('WEB2', data)):
        write(t.path('hosts', host, 'u_ex250718.log'), content)
    with open(t.path('hosts.csv'), 'w', encoding='utf-8') as f:
        f.write('path,host\nhosts/WEB1/*,WEB1\nhosts/WEB2/*,WEB2\n')
    case = investigated(t, 'c hosts', 'hosts', extra=['--manifest', t.path('hosts.csv')])
    t.equal({r['host'] for r in t.jsonl('detections', case) if r['time']}, {'WEB1', 'WEB2'}, 'of two machines each has its own')
    t.equal(len(t.jsonl('search', case, 'ToolPane')), 7, 'and both count')
    t.equal(remarks(t, case), {}, 'neither is a part of the other')
    # They were taken for one when it was not known.
    case = investigated(t, 'c unknown', 'hosts')
    as_alone(t, case, alone, 'of machines that nobody names they are one log')
    investigated(t, 'c unknown', 'hosts', extra=['--manifest', t.path('hosts.csv')])
    t.equal(len(t.jsonl('search', case, 'ToolPane')), 7, 'until it is said that they are two')
    t.equal({r['host'] for r in t.jsonl('detections', case) if r['time']}, {'WEB1', 'WEB2'}, 'then each has its own again')
    t.equal(remarks(t, case), {}, 'and neither says that it is a part')

    # One that is known, and one that is not, is that one's.
    with open(t.path('one.csv'), 'w', encoding='utf-8') as f:
        f.write('path,host\nhosts/WEB1/*,WEB1\n')
    case = investigated(t, 'c known', 'hosts', extra=['--manifest', t.path('one.csv')])
    rows = [r for r in t.jsonl('detections', case) if r['time']]
    t.equal({(r['host'], r['source']['path']) for r in rows}, {('WEB1', 'hosts/WEB2/u_ex250718.log')}, 'the host that one of them has is both\'s')
    t.check(all('it has a part in common with hosts/WEB1/u_ex250718.log' in r['host_why'] for r in rows), 'and it is said why', rows[:1])

    for site, content in (('W3SVC1', part), ('W3SVC2', data)):
        write(t.path('sites', 'LogFiles', site, 'u_ex250718.log'), content)
    case = investigated(t, 'c sites', 'sites')
    t.equal(len(t.jsonl('search', case, 'ToolPane')), 7, 'of two sites each has its own requests')
    t.equal(remarks(t, case), {}, 'and neither is a part of the other')

    # A line more, a line less, and two in common.
    cut = at(data, b'09:45') if b'\n2025-07-18 09:45' in data else at(data, b'10:03')
    write(t.path('other', 'a.log'), data[:cut] + line('10:02:30', '/only.aspx').encode() + b'\r\n' + data[cut:])
    write(t.path('other', 'b.log'), part)
    case = investigated(t, 'c other', 'other')
    t.equal(len(t.jsonl('search', case, 'ToolPane')), 7, 'a log with a line more is another log')
    t.equal(remarks(t, case), {}, 'and the other no part of it')
    # The same lines, which are read otherwise in each; and one that was started again, with another day in front.
    wrong = data.replace(b'cs-uri-stem cs-uri-query', b'cs-uri-query cs-uri-stem')
    assert wrong != data
    write(t.path('fields', 'a.log'), wrong)
    write(t.path('fields', 'b.log'), part)
    case = investigated(t, 'c fields', 'fields')
    t.equal(remarks(t, case), {}, 'lines that are read otherwise are other requests')
    t.check(any(r['source']['path'] == 'fields/b.log' and r['time'] == '2025-07-18T09:30:00Z' for r in t.jsonl('detections', case)),
            'and what is found in the one is found')
    t.equal([r['source']['path'] for r in t.jsonl('search', case, 'cs-uri-stem=/later3.aspx')], ['fields/b.log'], 'by who reads again, too')
    again = header(data).replace(b'#Date: 2025-07-18', b'#Date: 2025-07-17')
    assert again != header(data)
    write(t.path('again', 'a.log'), data)
    write(t.path('again', 'b.log'), again + data[at(data, b'09:10'):])
    as_alone(t, investigated(t, 'c again', 'again'), alone, 'a header with another day says nothing of lines that name theirs')
    wide = [b'\xff\xfe' + x.decode().encode('utf-16-le') for x in (data, part)]
    for name, content in zip('ab', wide):
        write(t.path('wide', name + '.log'), content)
    case = investigated(t, 'c wide', 'wide')
    t.equal((remarks(t, case), len(t.jsonl('search', case, 'ToolPane'))), ({}, 7), 'logs in UTF-16 are not looked at')

    few = at(data, b'10:12')
    write(t.path('few', 'a.log'), data[:few])
    write(t.path('few', 'b.log'), header(data) + data[at(data, b'10:10'):])
    case = investigated(t, 'c few', 'few')
    t.equal((len(t.jsonl('search', case, 'later')), len(t.jsonl('search', case, 'later10.aspx'))), (22, 2), 'two lines that are alike make no copy')
    t.equal(remarks(t, case), {}, 'nor a part')


def short(t):
    """A check each second, more than once: where a log was rotated in it, its end and the next one's beginning are alike."""
    check = [line('09:59:59', '/check.aspx')] * 12
    write(t.path('short', 'a.log'), w3c([line('09:%02d:00' % i, '/a%d.aspx' % i) for i in range(20)] + check, FIELDS))
    write(t.path('short', 'b.log'), w3c(check + [line('10:%02d:00' % i, '/b%d.aspx' % i) for i in range(20)], FIELDS))
    case = investigated(t, 'c short', 'short')
    t.equal(len(t.jsonl('search', case, 'check.aspx')), 24, 'what is alike for a second only may be two requests each')
    t.equal(remarks(t, case), {}, 'and is no part')


def access(t):
    """Without any header: the last bytes of a log."""
    lines = ['198.51.100.7 - - [18/Jul/2025:09:%02d:%02d +0000] "GET /p%d HTTP/1.1" 200 %d "-" "x"' % (i // 60, i % 60, i, 1000 + i)
             for i in range(600)]
    data = ('\n'.join(lines) + '\n').encode()
    for name, part in (('tail', data[data.index(lines[300].encode()):]), ('bytes', data[-20000:]), ('middle', data[20000:-10000])):
        write(t.path('access ' + name, 'access.log'), data)
        write(t.path('access ' + name, 'copy.log'), part)
        case = t.path('c access ' + name)
        t.investigate(case, t.path('access ' + name), extra=['--no-report'])
        t.equal(len(t.jsonl('search', case, 'HTTP')), 600, 'a line without its beginning is none of its own, and the rest counts once: ' + name)
        t.equal(list(remarks(t, case)), ['access %s/copy.log' % name], 'the accounting says it: ' + name)


def damaged(t, data):
    """A case may come from anybody."""
    write(t.path('harm', 'a.log'), header(data) + data[at(data, b'09:10'):])
    write(t.path('harm', 'b.log'), data)
    case = t.path('c harm')
    t.investigate(case, t.path('harm'), extra=['--no-report'])
    db = sqlite3.connect(os.path.join(case, 'case.db'))
    (key, value), = db.execute("SELECT key, value FROM meta WHERE key GLOB 'hash:within:*'").fetchall()
    size = len(header(data)) + len(data) - at(data, b'09:10')
    t.equal(value, '%d %d %d all' % (len(header(data)), size - len(header(data)), at(data, b'09:10')), 'the part is what it is')
    copy, of = key.split(':')[2:]
    rows = [(key, v) for v in ('', 'x', '1 2', '1 2 3 some', '1 2 3 ', ' 1 2 3', '-1 2 3', '1 0 3', '18446744073709551615 2 3', '9223372036854775807 2 3',
                               '0 %d 18446744073709551615' % size, '0 %d %d' % (size, len(data)), '0 %d 0' % (size + 1), '1 2 3', '1 2 3 all all')]
    rows += [('hash:within:' + k, value) for k in ('', copy, copy + ':', copy + of, copy + ':' + of[:-1], copy + ':' + of + 'a', copy + ':' + 'g' * 64,
                                                   copy + ':' + copy, ':' * 129)]
    for k, v in rows:
        db.execute("DELETE FROM meta WHERE key GLOB 'hash:within:*'")
        db.execute("UPDATE meta SET value = 0 WHERE key = 'sealed'")
        db.execute('INSERT INTO meta VALUES(?, ?)', (k, v))
        db.commit()
        for command in (('detections', case), ('search', case, 'ToolPane')):
            r = t.run(*command)
            t.check(r.returncode == 3 and b'damaged' in r.stderr, 'a damaged part is said to be: %s %r %r' % (command[0], k[12:], v), (r.returncode, r.stderr))
    # In a circle: each is the copy of the other.
    db.execute("DELETE FROM meta WHERE key GLOB 'hash:within:*'")
    db.execute('INSERT INTO meta VALUES(?, ?)', ('hash:within:%s:%s' % (copy, of), '%d 100 0' % (size - 100)))
    db.execute('INSERT INTO meta VALUES(?, ?)', ('hash:within:%s:%s' % (of, copy), '%d 100 0' % (len(data) - 100)))
    db.commit()
    db.close()
    t.check(t.run('detections', case).returncode in (0, 1), 'a circle has an end')
    t.check(t.run('search', case, 'ToolPane').returncode in (0, 1), 'also for who reads again')


def main():
    t = Suite('overlaps')
    data = log()
    write(t.path('whole', 'u_ex250718.log'), data)
    alone = facts(t, investigated(t, 'c whole', 'whole'))
    t.check(alone['left'] and alone['steps'] and alone['shells'], 'there is something to count', alone)
    hits = [d for d in alone['detections'] if d[1].startswith('2025-07-18T09:30:00')]
    t.check(hits and all(hits.count(h) == 2 for h in hits), 'equal lines of one log are two requests', hits)
    head_cut(t, data, alone)
    rotated(t, data, alone)
    shown(t, t.path('c lines'), 'lines/aa/u_ex250718.log', data[:at(data, b'10:10')], (b'09:01', b'09:05', b'09:30', b'10:09'))
    interrupted(t, t.path('c lines'), data, alone)
    large(t)
    later(t, data, alone)
    not_one(t, data, alone)
    short(t)
    access(t)
    damaged(t, data)
    t.end()


main()
