"""Bounds, claims and drafts: both ends of what was exposed, what the key of the demonstration allows to be
said of each claim, and no statement without its records.
"""
import hashlib
import json
import os
import random
import re
import shutil
import sqlite3

from fb import Suite, request, w3c

RESULTS = {'supported', 'contradicted', 'not contradicted', 'untestable'}
# The key's claims, as propositions.
MAPPED = {
    'We hold 1,000,000 documents of Northmoor Instruments.': ['holds-documents 1,000,000'],
    'We have no evidence of access to customer or employee data.': ['no-access *\\HR\\*'],
    'The portal was taken offline on 12 August.': ['offline SP01,SP02 2025-08-12'],
    'We had access since 11 August.': ['access-since 2025-08-11'],
    'The file server was not affected.': ['not-affected FS02'],
}


def doc(t, *args):
    return json.loads(t.run(*args, '--json').stdout)


def add(t, case, words, propositions, *more):
    r = t.run('claim', case, 'add', *propositions, '--who', 'somebody', '--words', words, '--by', 'R. Person', *more)
    t.equal(r.returncode, 0, 'a claim is kept: ' + words)


def opened(t, what, because, case):
    for b in because:
        t.check(b['ref'] and b['step'] >= 1 and b['place'] and b['at'], what + ': a reason has a record', b)
        t.equal(t.run('show', case, b['ref']).returncode, 0, what + ': which opens')


def claims(t, case, key):
    for c in key['claims']:
        add(t, case, c['text'], MAPPED[c['text']], '--said', c['said'])
    got = doc(t, 'claim', case)
    t.check(got['followed'], 'those who acted were followed')
    for c, k in zip(got['claims'], key['claims']):
        t.equal((c['words'], c['said'], c['mapped_by']), (k['text'], k['said'], 'R. Person'), 'as it was said')
        t.check(c['result'] in k['acceptable'] and c['result'] not in k['forbidden'], k['text'], c)
        t.check(c['result'] in RESULTS and all(p['says'] for p in c['propositions']), 'a result says why', c)
        for p in c['propositions']:
            t.check(p['result'] != 'contradicted' or p['because'], 'nothing is contradicted by absence', p)
            opened(t, k['text'], p['because'], case)
    t.equal({c['before'] for c in got['claims']}, {None}, 'nothing was kept before')
    t.equal(t.run('claim', case, 'check', '--by', 'R. Person').returncode, 0, 'checked and kept')
    t.equal([c['before'] for c in doc(t, 'claim', case)['claims']], [c['result'] for c in got['claims']], 'and known the next time')
    t.equal(t.run('claim', case, 'remove', 'c5', '--by', 'R. Person').returncode, 0, 'taken back')
    t.equal(len(doc(t, 'claim', case)['claims']), 4, 'and gone')
    add(t, case, 'again', ['nothing-left'])
    t.equal([c['id'] for c in doc(t, 'claim', case)['claims']], ['c1', 'c2', 'c3', 'c4', 'c6'], 'its number is nobody else\'s')


def propositions(t, case):
    """Each proposition both ways, where there is another way."""
    wants = [('no-access *\\HR\\*', 'contradicted'), ('no-access *\\Nothing Here\\*', 'untestable'),
             ('no-access *\\Customers\\*', 'untestable'), ('not-affected FS02', 'contradicted'), ('not-affected NOWHERE', 'untestable'),
             ('only SP01,SP02', 'contradicted'), ('only SP01,SP02,DC01,FS02,WS07', 'untestable'),
             ('separate DC01 SP01', 'contradicted'), ('separate WS07 SP02', 'untestable'), ('access-since 2025-08-12', 'supported'),
             ('access-since 2025-08-01', 'untestable'), ('ended-at 2025-08-13', 'contradicted'), ('ended-at 2025-08-15T05:00:00', 'untestable'),
             ('offline SP02 2025-08-12', 'contradicted'), ('offline WS07 2025-08-12', 'untestable'), ('holds-bytes 300M', 'supported'),
             ('holds-bytes 2T', 'not contradicted'), ('holds-documents 5', 'untestable'), ('nothing-left', 'contradicted')]
    for p, want in wants:
        add(t, case, p, [p])
        c = doc(t, 'claim', case)['claims'][-1]
        t.equal(c['result'], want, p)
        if p == 'ended-at 2025-08-15T05:00:00':
            says = c['propositions'][0]['says']
            t.check(re.search(r'[1-9][0-9]* of their steps are such ways, and no record of a removal is read', says) and
                    'less than three times their longest silence' in says, 'E7: ways back in, and how long quiet would have to last', says)
        opened(t, p, c['propositions'][0]['because'][:1], case)
        t.run('claim', case, 'remove', c['id'], '--by', 'R. Person')
    add(t, case, 'both', ['access-since 2025-08-12', 'not-affected FS02'])
    t.equal(doc(t, 'claim', case)['claims'][-1]['result'], 'contradicted', 'one that is contradicted contradicts the whole')
    add(t, case, 'both', ['access-since 2025-08-12', 'ended-at 2025-08-16'])
    t.equal(doc(t, 'claim', case)['claims'][-1]['result'], 'untestable', 'else the weakest counts')
    for bad, says in ((['frob'], 'there are no-access'), (['only'], 'it is only'), (['ended-at soon'], 'it is ended-at'),
                      (['holds-bytes many'], 'it is holds-bytes'), (['offline SP01'], 'it is offline'), ([], 'that can be tested')):
        t.one_line(t.run('claim', case, 'add', *bad, '--who', 'a', '--words', 'b'), [2], 'claim ' + ' '.join(bad), says)
    t.one_line(t.run('claim', case, 'add', 'nothing-left', '--who', 'a'), [2], 'no words', '--words')
    t.one_line(t.run('claim', case, 'dance'), [2], 'no such thing to do', 'list, add')
    t.one_line(t.run('claim', case, 'remove', 'c99'), [2], 'no such claim', 'no claim c99')


def not_whole(t, case):
    """Where steps could not be kept, nothing is called not contradicted, and it is said."""
    part = t.path('part')
    shutil.copytree(case, part)
    con = sqlite3.connect(os.path.join(part, 'case.db'))
    con.execute("update meta set value = json_set(value, '$.left_out', 3) where key = 'followed'")
    con.commit()
    con.close()
    add(t, part, 'holds', ['holds-bytes 2T'])
    t.equal(doc(t, 'claim', part)['claims'][-1]['result'], 'untestable', 'what was not kept is not seen to be absent')
    t.check(b'Not all that those who acted did' in t.run('status', part).stdout, 'the answers say that steps are missing')
    t.check(b'3 further steps beyond what a case keeps' in t.run('activity', part).stdout, 'and their number is told')


def exposure(t, case, key):
    rows = doc(t, 'exposure', case)['exposure']
    steps = {s['step']: s for s in doc(t, 'activity', case)['steps']}
    t.equal([r['ladder'] for r in rows if r['place'] == 'case'], ['reachable', 'opened', 'collected', 'left'], 'four ladders')
    of = {r['ladder']: r for r in rows if r['place'] == 'case'}
    true = key['ladders']
    t.check(true['left']['proven_bytes'] <= of['left']['at_least_bytes'] <= true['left']['bytes'], 'what left: at least', of['left'])
    t.check(of['opened']['at_least_objects'] >= true['opened']['proven_objects'], 'what was opened: at least', of['opened'])
    t.equal(of['collected']['at_least_objects'], 12, 'what was gathered: the parts of one archive')
    for r in rows:
        t.check(r['unbounded'] and r['at_most_bytes'] is None, 'no upper end without a reason', r)
        t.check(set(r['steps']) <= set(steps), 'a bound rests on steps', r)
        if r['place'] != 'case' and r['at_least_bytes']:
            t.check(any(steps[n].get('bytes_handed_over') for n in r['steps']), 'which have its bytes', r)
    for ladder, r in of.items():
        parts = [x for x in rows if x['ladder'] == ladder and x['place'] != 'case']
        t.equal((r['at_least_bytes'], r['at_least_objects']), (sum(x['at_least_bytes'] for x in parts), sum(x['at_least_objects'] for x in parts)),
                ladder + ': the case is the sum of its places')
    text = t.run('exposure', case).stdout.decode()
    t.check('at least 315 MB, at most unbounded' in text and 'asked for were 388 MB' in text, 'both ends, for people', text)


def lint(t, case):
    draft = t.path('draft.txt')
    with open(draft, 'w', encoding='utf-8') as f:
        f.write('We noticed unusual activity on an internal system, separate from our customer-facing network.\n'
                'There is no evidence of improper access to customer or employee data, and no\ndata was taken. '
                'The incident has been contained.\n\nDC01 was not affected. Thank you for your patience.\n'
                'The annex contains the files contained in the first report.\n')
    r = t.run('lint', case, draft, '--json')
    t.equal(r.returncode, 1, 'a draft that says too much')
    got = json.loads(r.stdout)['sentences']
    t.equal([(s['line'], s['kind'], s['result']) for s in got],
            [(1, 'separate', 'untestable'), (2, 'nothing was taken', 'contradicted'), (2, 'nothing was accessed', 'contradicted'),
             (3, 'contained', 'untestable'), (5, 'not affected', 'contradicted')], 'sentence by sentence')
    t.check(all(s['why'] for s in got) and all(s['instead'] for s in got), 'with why, and what would be true', got)
    t.check('DC01' in got[4]['instead'], 'of the place that it names', got[4])
    t.check('It may not be said' in t.run('lint', case, draft).stdout.decode(), 'people see it')
    with open(draft, 'w', encoding='utf-8') as f:
        f.write('No customer data was accessed. No personal records were stolen.')
    t.equal([s['kind'] for s in json.loads(t.run('lint', case, draft, '--json').stdout)['sentences']], ['nothing was accessed', 'nothing was taken'],
            'whose data it is does not matter')
    with open(draft, 'w', encoding='utf-8') as f:
        f.write('We are investigating an incident and will inform those concerned.')
    r = t.run('lint', case, draft)
    t.equal((r.returncode, b'0 sentences' in r.stdout), (0, True), 'a draft that says nothing to test')
    with open(draft, 'wb') as f:
        f.write(b'\xff\xfe' + bytes(100))
    t.one_line(t.run('lint', case, draft), [2, 3], 'no text', 'UTF-8')
    t.one_line(t.run('lint', case, t.path('nothing.txt')), [2, 3], 'no draft')


def listings(t, case):
    """A listing is held against what lies there, whatever wrote either; names dealt out anew, and names that
    everybody has, show nothing."""
    rng = random.Random(7)
    files = [('D:\\Shares\\Dept %d\\Project %d' % (i % 7, i // 9), 'Contract %d v%d.docx' % (i * 37 % 1009, i % 5)) for i in range(900)]
    common = [('D:\\Shares\\Dept %d\\Project %d' % (i % 7, i), 'Invoice.pdf') for i in range(100)]

    def written(name, lines):
        with open(t.path(name), 'w', encoding='utf-8', newline='') as f:
            f.write('\r\n'.join(lines) + '\r\n')
        return t.path(name)

    folders = sorted({f for f, _ in files})
    dir_s = [' Volume in drive D is Data', '']
    for folder in folders:
        dir_s += [' Directory of ' + folder, '', '08/10/2025  09:14 AM    <DIR>          .']
        dir_s += ['08/10/2025  09:14 AM            12,345 ' + n for f, n in files if f == folder] + ['               9 File(s)        111,105 bytes', '']
    shapes = {
        'paths.txt': [f + '\\' + n for f, n in files],
        # That a disk is encrypted protects from nobody who reads on the machine that runs: nothing is less for it.
        'table.csv': ['Size,FullName,Protected'] + ['12,"%s\\%s",at rest' % (f, n) for f, n in files],
        'dir.txt': dir_s,
        'find.txt': ['  1234   8 -rw-r--r--   1 root  root   12345 Aug 10 09:14 ./' + f[3:].replace('\\', '/') + '/' + n for f, n in files]
                    + ['  1234   8 drwxr-xr-x   1 root  root   4096 Aug 10 09:14 ./Shares'],
        'robocopy.txt': ['\t    New File  \t\t   12345\t' + f + '\\' + n for f, n in files],
    }
    listing = written('listing.txt', [f.upper().replace('\\', '/') + '/' + n.lower() for f, n in files[:400]] + [f + '\\' + n for f, n in common])
    add(t, case, 'we have your files', ['lists-files ' + listing])
    t.equal(doc(t, 'claim', case)['claims'][-1]['result'], 'untestable', 'without a list of what lies there')
    for name, lines in shapes.items():
        r = t.run('inventory', case, 'add', written(name, lines + ([f + '\\' + n for f, n in common] if name == 'paths.txt' else [])),
                  '--place', 'FS02', '--as-of', '2025-08-10', '--by', 'R. Person')
        t.equal((r.returncode, b'900 files' in r.stdout or b'1000 files' in r.stdout), (0, True), name + ' is read: ' + r.stdout.decode())
        c = doc(t, 'claim', case)['claims'][-1]
        says = c['propositions'][0]['says']
        t.check(c['result'] == 'supported' and '500 files of the listing 400 lie' in says, 'held against ' + name, says)
        t.check('that their content was taken it does not show' in says, 'and what it does not show', says)
    t.check('FS02' in t.run('inventory', case).stdout.decode(), 'lists are listed')
    names = [n for _, n in files[:400]]
    rng.shuffle(names)
    for what, lines in (('dealt out anew', [f + '\\' + n for (f, _), n in zip(files, names)]), ('names alone', [n for _, n in files]),
                        ('made up', ['D:\\Elsewhere %d\\Thing %d.xls' % (i, i) for i in range(500)])):
        add(t, case, what, ['lists-files ' + written('other.txt', lines)])
        c = doc(t, 'claim', case)['claims'][-1]
        t.equal(c['result'], 'untestable', 'a listing ' + what + ': ' + c['propositions'][0]['says'])
    t.run('inventory', case, 'add', written('paths.txt', shapes['paths.txt'] + [f + '\\' + n for f, n in common]), '--place', 'FS02',
          '--as-of', '2025-08-10', '--by', 'R. Person')
    add(t, case, 'common', ['lists-files ' + written('common.txt', [f + '\\' + n for f, n in common])])
    c = doc(t, 'claim', case)['claims'][-1]
    t.check(c['result'] == 'untestable' and '100 have names that many files have' in c['propositions'][0]['says'], 'names that many have', c)
    add(t, case, 'gone', ['lists-files ' + t.path('gone.txt')])
    t.check('gone.txt' in doc(t, 'claim', case)['claims'][-1]['propositions'][0]['says'], 'a listing that is not there')
    for args, says in ((('add', t.path('paths.txt')), 'needs --place'), (('add', t.path('gone.txt'), '--place', 'A', '--as-of', '2025-01-01'), 'gone.txt'),
                       (('add', t.tmp, '--place', 'A', '--as-of', '2025-01-01'), 'not a file'), (('dance',), 'list, add'),
                       (('remove', 'NOWHERE'), 'no inventory')):
        t.one_line(t.run('inventory', case, *args), [2, 3], 'inventory ' + args[0], says)


def upper_ends(t, case):
    """Lists that somebody says are whole, of all machines that there are: an upper end of what was reached, opened and gathered."""
    copy = t.path('upper')
    shutil.copytree(case, copy)

    def of(ladder, place='case', to=None):
        return [r for r in doc(t, 'exposure', copy)['exposure'] if r['ladder'] == ladder and r['place'].split('.')[0] == place and r['to'] == to][0]

    def listed(place, rows, *more):
        with open(t.path('whole.csv'), 'w', encoding='utf-8', newline='') as f:
            f.write('Path,Documents\r\n' + ''.join('"%s",%s\r\n' % r for r in rows))
        r = t.run('inventory', copy, 'add', t.path('whole.csv'), '--place', place, '--as-of', '2025-08-10', '--by', 'R. Person', *more)
        t.equal(r.returncode, 0, 'a list of %s: %s' % (place, r.stderr.decode()))

    files = [('D:\\Shares\\HR\\Case %d\\letter.docx' % i, '') for i in range(300)]
    listed('FS02', files)
    t.check('no list of what lies' in of('opened', 'FS02')['unbounded'], 'a list that is not whole bounds nothing', of('opened', 'FS02'))
    listed('FS02', files, '--whole', 'D:\\Shares\\HR')
    r = of('opened', 'FS02', '\\\\*\\HR')
    t.equal((r['at_most_objects'], r['at_most_as_of'][:10]), (300, '2025-08-10'), 'whole for a share: an upper end over it')
    t.equal(of('opened', 'FS02')['at_most_objects'], None, 'and not of the machine')
    listed('FS02', files, '--whole', '*')
    r = of('opened', 'FS02')
    # Names that occur in several folders are files each, and what was opened may be newer than the list.
    t.equal(r['at_most_objects'], 300 + r['named_objects'], 'whole: all that is listed, and what was opened')
    t.check('300 files that a list of 2025-08-10' in r['at_most_by'] and r['at_most_documents'] == r['at_most_objects'] and r['at_most_bytes'] is None, 'and it says so', r)
    t.check(of('opened')['unbounded'] and 'nobody has said which machines' in of('opened')['unbounded'], 'of the case only with a roster', of('opened'))
    t.check(of('collected', 'FS02')['unbounded'], 'and nothing gathered has an end before all that was opened has', of('collected', 'FS02'))
    for host in ('SP01', 'SP02', 'DC01', 'FS02', 'WS07'):
        t.run('assets', copy, 'add', host + '.northmoor.example', '--by', 'R. Person')
        if host != 'FS02':
            listed(host, files[:10], '--whole', '*')
    r, least = of('opened'), of('opened')['at_least_objects']
    t.check(340 + least <= r['at_most_objects'] <= 345 + least and not r['unbounded'], 'all machines', r)
    t.equal(of('reachable')['at_most_objects'], r['at_most_objects'], 'all that lies there could be reached')
    g = of('collected')
    t.equal(g['at_most_objects'], r['at_most_objects'] + 12, 'gathered was what was opened, in twelve containers')
    text = ' '.join(t.run('exposure', copy).stdout.decode().split())
    t.check('At most is the sum of 5 machines' in text, 'people read what is counted', text)
    # What holds others: as many as somebody has counted, else no end of documents.
    listed('FS02', files + [('E:\\Backup\\Nightly.bak', '')], '--whole', '*')
    r = of('opened')
    t.check(r['at_most_documents'] is None and 'Nightly.bak' in r['documents_unbounded'] and r['at_most_objects'], 'of documents there is none', r)
    t.check('Of documents there is no upper end' in ' '.join(t.run('exposure', copy).stdout.decode().split()), 'for people, too')
    listed('FS02', files + [('E:\\Backup\\Nightly.bak', '50000')], '--whole', '*')
    r = of('opened')
    t.equal(r['at_most_documents'] - r['at_most_objects'], 49999, 'with known contents there is one')
    t.equal(t.run('verify', copy).returncode, 0, 'the case is whole')


def protected(t, case):
    """What is protected one by one is counted apart, and lowers nothing; what is so at rest does not even count."""
    copy = t.path('guarded')
    shutil.copytree(case, copy)

    def opened(place='FS02'):
        return [r for r in doc(t, 'exposure', copy)['exposure'] if r['ladder'] == 'opened' and r['place'].split('.')[0] == place and r['to'] is None][0]

    def listed(rows):
        with open(t.path('guarded.csv'), 'w', encoding='utf-8', newline='') as f:
            f.write('FullName;Protected;Key\r\n' + ''.join('%s;%s;%s\r\n' % r for r in rows))
        r = t.run('inventory', copy, 'add', t.path('guarded.csv'), '--place', 'FS02', '--as-of', '2025-08-10', '--by', 'R. Person')
        t.equal(r.returncode, 0, 'a list: ' + r.stderr.decode())

    steps = {s['step']: s for s in doc(t, 'activity', copy)['steps']}
    con = sqlite3.connect(os.path.join(copy, 'case.db'))
    names = sorted({n for n, s in con.execute('select name, step from step_objects where read = 1') if steps[s]['host'].startswith('FS02')})
    con.close()
    before = opened()
    t.check(len(names) >= 20 and before['protected_objects'] is None, 'no list tells of any', before)
    # In another tree, in other letters: the last two parts are compared.
    paths = ['\\\\FS02\\' + n.upper().split('\\', 2)[-1] for n in names]
    listed([(p, 'at rest', '') for p in paths])
    t.equal(opened()['protected_objects'], None, 'what is protected at rest is not')
    listed([(p, 'per object', 'FS02') for p in paths[:3]] + [(p, 'Per Object', 'VAULT9') for p in paths[3:8]] + [(p, 'per object', '') for p in paths[8:10]]
           + [(p, 'none', '') for p in paths[10:]] + [('\\\\FS02\\X\\never opened %d.docx' % i, 'per object', 'FS02') for i in range(50)])
    r = opened()
    t.equal((r['protected_objects'], r['protected_objects_sure'], r['protected_key_within_reach']), (10, 10, 3), 'those that were opened, and whose key was near')
    t.equal({k: v for k, v in r.items() if not k.startswith('protected')}, {k: v for k, v in before.items() if not k.startswith('protected')}, 'no number is lower for it')
    t.equal(opened('case')['protected_objects'], 10, 'of the case')
    t.equal(opened('SP01')['protected_objects'], None, 'and nowhere else')
    text = ' '.join(t.run('exposure', copy).stdout.decode().split())
    t.check('of these 10 were protected one by one, by a list of 2025-08-10' in text and 'of 3 yes, of 7 unknown' in text, 'for people', text)
    # One that is named twice, once without.
    listed([(paths[0], 'per object', names[1]), ('Z:\\Copy\\' + '\\'.join(paths[0].split('\\')[-2:]), 'none', ''), (paths[1], 'per object', names[2])])
    r = opened()
    t.equal((r['protected_objects'], r['protected_key_within_reach']), (1, 1), 'of two that are alike both have to be; and a key that was opened')
    os.remove(t.path('guarded.csv'))
    r = t.run('exposure', copy, '--json')
    t.check(r.returncode == 1 and b'guarded.csv' in r.stderr and json.loads(r.stdout)['exposure'], 'a list that is gone is said', (r.returncode, r.stderr))


def contents(t, case):
    """Content is shown by sums, or by sizes and dates of files that somebody has and where no sum is known; names, and what
    everybody has, show nothing."""
    def sums(kind, texts):
        return [hashlib.new(kind, x.encode()).hexdigest() for x in texts]

    def written(name, lines):
        with open(t.path(name), 'w', encoding='utf-8', newline='') as f:
            f.write('\r\n'.join(lines) + '\r\n')
        return t.path(name)

    def inventory(name, lines):
        r = t.run('inventory', case, 'add', written(name, lines), '--place', 'FS02', '--as-of', '2025-08-10', '--by', 'R. Person')
        t.equal(r.returncode, 0, name)

    def tested(name, lines):
        add(t, case, name, ['holds-content ' + written(name, lines)])
        c = doc(t, 'claim', case)['claims'][-1]
        t.run('claim', case, 'remove', c['id'], '--by', 'R. Person')
        return c['result'], c['propositions'][0].get('at_least_objects'), c['propositions'][0]['says']

    here = ['contract %d' % i for i in range(40)]
    names = ['D:\\HR\\c%d.docx' % i for i in range(40)]
    dates = ['2025-07-%02dT08:00:%02dZ' % (i % 28 + 1, i) for i in range(40)]
    table = ['Path,SHA256,Length,LastWriteTimeUtc'] + ['"%s",%s,%d,%s' % row for row in zip(names, sums('sha256', here), range(100, 140), dates)]
    common = ['"D:\\Tools\\%d\\runtime.dll",%s,9,2020-01-01' % (i, sums('sha256', ['runtime'])[0]) for i in range(30)]
    nothing = ['"D:\\HR\\empty.txt",%s,0,2020-01-01' % sums('sha256', [''])[0]]
    inventory('sums.csv', table + common + nothing)
    t.equal(tested('samples.txt', ['%s  ./out/%d.bin' % (s, i) for i, s in enumerate(sums('sha256', here[:3] + here[:1] + ['elsewhere']))])[:2],
            ('supported', 3), 'by sums, under whatever name, each content once')
    got = tested('none.txt', ['%s *%d.bin' % (s, i) for i, s in enumerate(sums('sha256', ['elsewhere', 'runtime', '']))])
    t.equal(got[:2], ('untestable', None), 'what is elsewhere, what lies everywhere, and nothing at all: ' + got[2])
    got = tested('names.csv', ['Path,Length,LastWriteTimeUtc'] + ['"%s",%d,%s' % row for row in zip(names, range(100, 140), dates)])
    t.check(got[0] == 'untestable' and 'no sums' in got[2], 'names, sizes and dates alone are what a list of a folder has', got)
    md5 = ['Path;MD5;Length;LastWriteTimeUtc'] + ['%s;%s;%d;%s' % row for row in zip(names, sums('md5', here), range(100, 140), dates)]
    got = tested('md5.csv', md5[:6])
    t.check(got[0] == 'untestable' and 'neither sums of the same kind' in got[2], 'sums of another kind', got)
    inventory('sizes.csv', ['Path,Length,LastWriteTimeUtc'] + ['"%s",%d,%s' % row for row in zip(names, range(100, 140), dates)])
    other = [x.replace(';103;', ';104;') if ';103;' in x else x.replace('07-01T', '07-02T') for x in md5[:6]]
    t.equal(tested('md5.csv', md5[:6])[:2], ('supported', 5), 'by size and date, where there is no sum to hold against')
    t.equal(tested('other.csv', other)[:2], ('supported', 3), 'to the byte and the second')
    inventory('sums.csv', table)
    changed = [x.replace(s, sums('sha256', ['changed ' + s])[0]) for x, s in zip(table[1:6], sums('sha256', here))]
    t.equal(tested('changed.csv', table[:1] + changed)[0], 'untestable', 'a sum that differs goes before size and date')
    inventory('twice.csv', table[:2] + [','.join([table[1].split(',')[0], '', *table[1].split(',')[2:]])])
    t.equal(tested('one.csv', table[:2])[:2], ('supported', 1), 'one content is counted once, however it is known')
    got = tested('gone.txt', ['no sums here'])
    t.check(got[0] == 'untestable', 'a listing of nothing', got)


def alerts(t, case):
    """An alert is no knowledge, and that there is none shows nothing."""
    def tested(when):
        add(t, case, 'we did not know', ['recorded-before ' + when])
        c = doc(t, 'claim', case)['claims'][-1]
        t.run('claim', case, 'remove', c['id'], '--by', 'R. Person')
        return c['result'], c['propositions'][0]
    got, p = tested('2025-08-12')
    t.check(got == 'untestable' and 'does not show that there was none' in p['says'], 'nothing before it', p)
    got, p = tested('2025-08-12T02:20:00')
    t.check(got == 'supported' and 'An alert existed at 2025-08-12 02:14:50 UTC on SP01' in p['says'] and
            'no record here shows that a person saw it' in p['says'], 'an alert, and no more', p)
    t.equal(t.run('show', case, p['because'][0]['ref']).returncode, 0, 'it opens')
    t.check(b'(%s)' % p['because'][0]['ref'].encode() in add_text(t, case), 'people see it without a step')
    t.run('note', case, p['because'][0]['ref'], 'seen by the night shift', '--by', 'R. Person')
    got, p = tested('2025-08-12T02:20:00')
    t.check('no record here shows that a person saw it' in p['says'], 'what a person decides later is not of then', p)
    got, p = tested('2099-01-01')
    t.check(got == 'supported' and 'R. Person decided about one here' in p['says'], 'before that a person had', p)


def own(t, case):
    """What one says oneself is tested when asked for, and stands in a file of its own, from which nothing vanishes."""
    file, by = t.path('own.jsonl'), ('--by', 'R. Person')
    t.run('activity', case)
    before = sum_of(t, case)

    def said(*more):
        r = t.run('claim', case, 'add', 'not-affected FS02', '--own', file, '--who', 'us', '--words', 'FS02 was not touched.', *by, *more)
        t.equal(r.returncode, 0, 'an own statement: ' + r.stderr.decode())

    def listed():
        return json.loads(t.run('claim', case, '--own', file, '--json').stdout)
    others = [c['id'] for c in doc(t, 'claim', case)['claims']]
    t.equal(listed()['claims'], [], 'without a file there is none')
    said()
    t.equal((os.stat(file).st_mode & 0o777, listed()['marked']), (0o600, None), 'nobody else reads it, and it is not marked')
    said('--counsel')
    got = listed()
    t.equal(([(c['id'], c['result']) for c in got['claims']], got['marked']),
            ([('o1', 'contradicted'), ('o2', 'contradicted')], 'prepared at the direction of counsel'), 'tested, and marked since that was asked for')
    t.check(t.run('claim', case, '--own', file).stdout.startswith(b'prepared at the direction of counsel\n'), 'the mark comes first')
    said()
    t.check(listed()['marked'], 'and stays')
    t.equal(t.run('claim', case, 'check', '--own', file, *by).returncode, 0, 'its results are kept there, too')
    t.equal(listed()['claims'][0]['before'], 'contradicted', 'and told')
    t.equal(t.run('claim', case, 'remove', 'o1', '--own', file, *by).returncode, 0, 'taken back')
    t.equal([c['id'] for c in listed()['claims']], ['o2', 'o3'], 'it is not listed')
    t.one_line(t.run('claim', case, 'remove', 'o1', '--own', file, *by), [2], 'twice', 'no claim o1')
    with open(file, encoding='utf-8') as f:
        lines = f.readlines()
    t.check('FS02 was not touched.' in lines[0] and len(lines) == 8, 'but it still stands there', len(lines))
    t.equal((sum_of(t, case), [c['id'] for c in doc(t, 'claim', case)['claims']]), (before, others), 'the case knows nothing of it')
    for what, kept, says in (('a line is gone', lines[:1] + lines[2:], 'line 2'), ('the first is gone', lines[1:], 'line 1'),
                             ('a word is another', [lines[0].replace('touched', 'reached')] + lines[1:], 'line 2'),
                             ('the end is gone', lines[:-1] + [lines[-1][:20]], 'not whole'), ('it is none', ['{}\n'], 'no statement')):
        with open(file, 'w', encoding='utf-8') as f:
            f.writelines(kept)
        t.one_line(t.run('claim', case, '--own', file), [3], what, says)
        t.one_line(t.run('claim', case, 'add', 'nothing-left', '--own', file, '--who', 'us', '--words', 'x', *by), [3], what, says)
    for path in (os.path.join(case, 'own.jsonl'), os.path.join(case, '..', os.path.basename(case), 'own.jsonl')):
        t.one_line(t.run('claim', case, 'add', 'nothing-left', '--own', path, '--who', 'us', '--words', 'x', *by), [2], 'in the case', 'handed over')
    t.check(not os.path.exists(os.path.join(case, 'own.jsonl')), 'and is not there')
    t.one_line(t.run('claim', case, 'add', 'nothing-left', '--counsel', '--who', 'us', '--words', 'x', *by), [2], 'no file', '--own FILE')


def sum_of(t, case):
    con = sqlite3.connect(os.path.join(case, 'case.db'))
    rows = con.execute('select count(*), (select count(*) from ledger) from stated').fetchall()
    con.close()
    return rows


def add_text(t, case):
    add(t, case, 'we did not know', ['recorded-before 2025-08-12T02:20:00'])
    out = t.run('claim', case).stdout
    t.run('claim', case, 'remove', doc(t, 'claim', case)['claims'][-1]['id'], '--by', 'R. Person')
    return out


def unfollowed(t, evidence):
    """Before anybody was followed nothing is claimed to be known; and the results turn as evidence comes."""
    case = t.path('turning')
    t.investigate(case, os.path.join(evidence, 'SP01'), extra=['--no-report'])
    add(t, case, 'file server', ['not-affected FS02'])
    c = doc(t, 'claim', case)['claims'][0]
    t.equal(c['result'], 'untestable', 'nobody was followed')
    t.check('firebreak activity' in c['propositions'][0]['says'], 'and that is said', c)
    t.check('Nobody was followed' in t.run('exposure', case).stdout.decode(), 'nor are there bounds')
    t.run('activity', case)
    t.check(b'Nothing was kept' in t.run('changes', case).stdout, 'nothing to compare with')
    t.equal(t.run('changes', case, '--keep', '--by', 'R. Person').returncode, 0, 'answers are kept')
    t.check(b'No answer has turned' in t.run('changes', case).stdout, 'as they were')
    before = {(a['question'], a['place'], a['route']): a['assessment'] for a in doc(t, 'status', case)['assessments']}
    t.run('claim', case, 'check', '--by', 'R. Person')
    t.investigate(case, evidence, extra=['--no-report'])
    t.run('activity', case)
    c = doc(t, 'claim', case)['claims'][0]
    t.equal((c['before'], c['result']), ('untestable', 'contradicted'), 'more evidence turns it')
    turned = {(x['question'], x['place'], x['route']): x for x in doc(t, 'changes', case)['changes']}
    after = {(a['question'], a['place'], a['route']): a for a in doc(t, 'status', case)['assessments'] if a['place'] != 'case'}
    t.equal(set(turned), {k for k, a in after.items() if before.get(k) != a['assessment']}, 'every change is listed, and no other')
    for k, x in turned.items():
        t.equal((x['was'], x['is']), (before.get(k), after[k]['assessment']), 'as it was, as it is')
        t.check(x['came'] or x['went'] or after[k]['assessment'] in ('cannot determine', 'not observed'), 'with the records that turned it', x)
        for ref in x['came'][:2]:
            t.equal(t.run('show', case, ref).returncode, 0, 'which open')
    t.check(' was ' in t.run('changes', case).stdout.decode(), 'people see it')
    t.check('(it was untestable)' in t.run('claim', case).stdout.decode(), 'which people are told')
    t.equal(t.run('verify', case).returncode, 0, 'the case is whole')


def neighbour(t, evidence):
    """Logs of a machine that nobody acted on, of years before, make no bound older than it is."""
    case, folder = t.path('aged'), t.path('years before', 'WEB09', 'inetpub', 'logs', 'LogFiles', 'W3SVC1')
    os.makedirs(folder)
    with open(os.path.join(folder, 'u_ex130609.log'), 'wb') as f:
        f.write(w3c([request(at='2013-06-09 17:%02d:00' % i) for i in range(30)]))
    t.investigate(case, evidence, t.path('years before'), extra=['--no-report'])
    t.run('activity', case)
    text = t.run('exposure', case).stdout.decode()
    t.check('as of 2025-08-15' in text.split('\n', 1)[0], 'as of when the machines speak that it is about', text[:200])


DOCUMENTS = 60000


def staged(t):
    """The case of the design, as it comes in: (a) web logs of one front end, (b) both front ends whole, (c) the file server
    with a list of what lay there, and what a sensor counted, (d) the attacker's list. What can be said turns, and never back."""
    evidence = t.make_demo(t.path('design'), variants=['flows'])
    case, part = t.path('staged'), t.path('in parts')
    with open(t.path('lay there.txt'), 'w', encoding='utf-8') as f:
        # As `find -ls` writes it: many documents, and few of them small.
        for i in range(DOCUMENTS):
            f.write('  %d   8 -rw-r--r--   1 root  root   %d Aug 9 09:14 ./Shares/Customers/Case %d/NM-%05u.docx\n' % (
                1000 + i, 180000 + i % 997 * 1000, i // 9, 20000 + 3 * i))
    with open(t.path('titles.txt'), 'w', encoding='utf-8') as f:
        for i in range(0, DOCUMENTS, 2):
            f.write('Customers\\Case %d\\NM-%05u.docx\n' % (i // 9, 20000 + 3 * i))
        for i in range(500):
            f.write('Elsewhere\\Thing %d.docx\n' % i)
    stages = [[os.path.join('SP01', 'inetpub', 'logs')], ['SP01', 'SP02'], ['FS02', 'DC01', 'NSM01'], []]
    wants = {
        'separate SP01,SP02 FS02': ['untestable', 'untestable', 'contradicted', 'contradicted'],
        'no-access *\\HR\\*': ['untestable', 'untestable', 'contradicted', 'contradicted'],
        'holds-documents %d' % DOCUMENTS: ['untestable', 'untestable', 'not contradicted', 'not contradicted'],
        'holds-bytes 1G': ['untestable', 'not contradicted', 'not contradicted', 'not contradicted'],
        'holds-bytes 500G': ['untestable', 'not contradicted', 'contradicted', 'contradicted'],
        'only SP01,SP02': ['untestable', 'untestable', 'contradicted', 'contradicted'],
        'nothing-left': ['untestable', 'contradicted', 'contradicted', 'contradicted'],
        'access-since 2025-08-12': ['untestable', 'supported', 'supported', 'supported'],
        'offline SP01,SP02 2025-08-12': ['untestable', 'contradicted', 'contradicted', 'contradicted'],
        'lists-files ' + t.path('titles.txt'): [None, None, None, 'supported'],
    }
    left = []
    for i, what in enumerate(stages):
        for w in what:
            shutil.copytree(os.path.join(evidence, w), os.path.join(part, w), dirs_exist_ok=True)
        t.investigate(case, part, extra=['--no-report'])
        if i == 2:
            for host in ('SP01', 'SP02', 'FS02', 'DC01'):
                t.run('assets', case, 'add', host + '.northmoor.example', '--by', 'R. Person')
            r = t.run('inventory', case, 'add', t.path('lay there.txt'), '--place', 'FS02', '--as-of', '2025-08-10', '--by', 'R. Person')
            t.equal(r.returncode, 0, 'what lay there: ' + r.stderr.decode())
        t.run('activity', case)
        for p, v in wants.items():
            # The list comes last.
            if v[i] and (i == 0 or not v[i - 1]):
                add(t, case, p, [p])
        got = doc(t, 'claim', case)['claims']
        for c in got:
            t.equal(c['result'], wants[c['words']][i], 'stage %s: %s: %s' % ('abcd'[i], c['words'], c['propositions'][0]['says']))
        turned = {c['words'] for c in got if c['before'] not in (None, c['result'])}
        t.equal(turned, {p for p, v in wants.items() if i and v[i - 1] and v[i] != v[i - 1]}, 'stage %s: what has turned is told' % 'abcd'[i])
        t.run('claim', case, 'check', '--by', 'R. Person')
        left.append([r for r in doc(t, 'exposure', case)['exposure'] if r['ladder'] == 'left' and r['place'] == 'case'][0])
    with open(os.path.join(t.path('design'), 'answers.json'), encoding='utf-8') as f:
        true = json.load(f)['ladders']['left']
    t.check(left[1]['at_most_bytes'] is None, 'stage b: nobody counted what left')
    t.check(left[2]['at_least_bytes'] <= true['bytes'] <= left[2]['at_most_bytes'] <= 1.5 * true['bytes'] + true['background_bytes'],
            'stage c: what left lies between, and no wider than asked', left[2])
    says = [c['propositions'][0]['says'] for c in doc(t, 'claim', case)['claims'] if c['words'] == 'holds-bytes 500G'][0]
    t.check('Not consistent with the egress observed from' in says and 'other routes' in says, 'the strongest that is said of a number', says)


def main():
    t = Suite('claims')
    folder, case = t.path('demo'), t.path('case')
    evidence = t.make_demo(folder)
    with open(os.path.join(folder, 'answers.json'), encoding='utf-8') as f:
        key = json.load(f)
    t.investigate(case, evidence, extra=['--no-report'])
    t.run('activity', case)
    exposure(t, case, key)
    claims(t, case, key)
    propositions(t, case)
    not_whole(t, case)
    lint(t, case)
    upper_ends(t, case)
    protected(t, case)
    listings(t, case)
    contents(t, case)
    alerts(t, case)
    own(t, case)
    unfollowed(t, evidence)
    neighbour(t, evidence)
    staged(t)
    t.end()


main()
