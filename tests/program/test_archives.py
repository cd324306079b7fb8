"""Archives: every kind and depth is read as the files would be, hostile ones cost
themselves alone, and every byte of every source is accounted for."""
import gzip
import hashlib
import json
import os
import random
import re
import shutil
import tarfile
import zipfile

import archives as ar
import fb

t = fb.Suite('archives')
LINE = '2025-07-18 09:14:%02d 10.0.0.5 GET /p%d - 443 - 198.51.100.%d Mozilla/5.0 - 200 0 0 %d'


def log(n, seed=0):
    return fb.w3c([LINE % (i % 60, i, (i + seed) % 250, i * 7 % 1000) for i in range(n)])


LOG = log(300)
SUM = hashlib.sha256(LOG).hexdigest()
EVENTS = 300


def write(folder, name, data):
    if data is None:
        return False
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, name), 'wb') as f:
        f.write(data)
    return True


def run(name, folder, *extra, statuses=(0, 1)):
    """The sources of a case over folder, by path below it."""
    case = t.path('case-' + name)
    r = t.run('investigate', folder, '-o', case, '--no-report', '--no-own-rules', '--rules',
              RULES, *extra)
    t.check(r.returncode in statuses, name + ': ends with its status',
            (r.returncode, r.stderr[-1500:]))
    rows = t.jsonl('sources', case)
    top = os.path.basename(folder) + '/'
    for row in rows:
        b = row['bytes']
        t.check(b['decoded'] + b['rejected'] + b['skipped'] == row['size'],
                name + ': every byte is accounted for', row)
    return case, {row['path'][len(top):]: row for row in rows}


RULES = t.path('rules')
os.makedirs(RULES)
with open(os.path.join(RULES, 'page.yml'), 'w') as f:
    f.write('title: A page\nid: 2d1f3a52-8f0e-4d8a-9d8c-3f1b6f2a7c11\nstatus: test\n'
            'logsource: {category: webserver}\ndetection:\n  s: {cs-uri-stem: [/p7, /p70]}\n'
            '  condition: s\nlevel: low\n')


def good():
    """[(file, [members' paths in it])], all of the same log"""
    d = t.path('good')
    one = [('logs/a.log', LOG)]
    out = []

    def put(name, data, *paths):
        if write(d, name, data):
            out.append((name, paths))
        else:
            t.skip(name, 'no program here writes it')

    put('deflate.zip', ar.make_zip(one), '!logs/a.log')
    put('stored.zip', ar.make_zip(one, zipfile.ZIP_STORED), '!logs/a.log')
    put('bzip2.zip', ar.make_zip(one, zipfile.ZIP_BZIP2), '!logs/a.log')
    put('lzma.zip', ar.make_zip(one, zipfile.ZIP_LZMA), '!logs/a.log')
    put('streamed.zip', ar.make_zip(one, streamed=True), '!logs/a.log')
    put('without-its-name', ar.make_zip(one), '!logs/a.log')
    put('a.7z', ar.make_7z(t.tmp, one), '!logs/a.log')
    put('ppmd.7z', ar.make_7z(t.tmp, one, '-m0=PPMd:mem=4m'), '!logs/a.log')
    put('ustar.tar', ar.make_tar(one, tarfile.USTAR_FORMAT), '!logs/a.log')
    put('pax.tar', ar.make_tar([('logs/' + 'x' * 150 + '.log', LOG)]), '!logs/' + 'x' * 150 + '.log')
    put('gnu.tar', ar.make_tar([('logs/' + 'x' * 150 + '.log', LOG)], tarfile.GNU_FORMAT),
        '!logs/' + 'x' * 150 + '.log')
    tar = ar.make_tar(one)
    put('a.tar.gz', gzip.compress(tar), '!logs/a.log')
    put('a.tgz', gzip.compress(tar), '!logs/a.log')
    put('a.tar.bz2', ar.bzip2(tar), '!logs/a.log')
    put('a.tar.xz', ar.xz(tar), '!logs/a.log')
    put('a.tar.zst', ar.by_program(tar, 'zstd', '-qc'), '!logs/a.log')
    put('a.log.gz', gzip.compress(LOG), '!a.log')
    put('a.log.bz2', ar.bzip2(LOG), '!a.log')
    put('a.log.xz', ar.xz(LOG), '!a.log')
    put('a.log.zst', ar.by_program(LOG, 'zstd', '-qc'), '!a.log')
    put('a.log.lz4', ar.by_program(LOG, 'lz4', '-qc', '-B7', '-9'), '!a.log')
    put('a.tar.lz4', ar.by_program(tar, 'lz4', '-qc'), '!logs/a.log')
    put('a.log.Z', ar.by_program(LOG, 'compress', '-c'), '!a.log')
    put('four.rar', ar.make_rar4(b'logs\\a.log', LOG), '!logs/a.log')
    put('five.rar', ar.make_rar5(b'logs/a.log', LOG), '!logs/a.log')
    put('a.cab', ar.make_cab(b'logs\\a.log', LOG), '!logs/a.log')
    put('zip.zip', ar.make_zip([('in.zip', ar.make_zip(one))]), '!in.zip!logs/a.log')
    put('tgz.zip', ar.make_zip([('in.tar.gz', gzip.compress(tar))]), '!in.tar.gz!logs/a.log')
    put('gz.tar', ar.make_tar([('a.log.gz', gzip.compress(LOG)), ('b.log', LOG)]),
        '!a.log.gz!a.log', '!b.log')
    seven = ar.make_7z(t.tmp, [('in.zip', ar.make_zip(one)), ('b.log', LOG)])
    put('zip.7z.tgz', seven and gzip.compress(ar.make_tar([('x.7z', seven), ('c.log', LOG)])),
        '!x.7z!in.zip!logs/a.log', '!x.7z!b.log', '!c.log')
    put('names.zip', ar.make_zip([('C%3A/Windows/a.log', LOG), ('caf\u00e9/\u65e5\u672c.log', LOG)]),
        '!C%3A/Windows/a.log', '!caf\u00e9/\u65e5\u672c.log')
    put('twice.zip', twice([('a.log', LOG), ('a.log', LOG), ('a.log', LOG)]),
        '!a.log', '!a.log~2', '!a.log~3')
    return d, out


def twice(members):
    import warnings
    with warnings.catch_warnings():
        warnings.simplefilter('ignore')
        return ar.make_zip(members)


def test_good():
    d, made = good()
    plain = t.path('plain')
    write(plain, 'a.log', LOG)
    case, rows = run('good', d, statuses=(0,))
    seen = 0
    for name, paths in made:
        for p in paths:
            row = rows.get(name + p, {})
            seen += 1
            t.check(row.get('events') == EVENTS and row.get('sha256') == SUM,
                    'good: %s%s is read as the file is' % (name, p),
                    (row, [r for r in rows if r.startswith(name)]))
        t.check(rows.get(name, {}).get('bytes', {}).get('rejected') == 0, 'good: %s has no fault' % name,
                rows.get(name))
    inner = len([p for p in rows if '!' in p and p.endswith(('.zip', '.7z', '.gz'))])
    t.equal(len(rows), len(made) + seen + inner, 'good: no other members')
    _, alone = run('plain', plain)
    ids = {d['id'] for d in t.jsonl('detections', t.path('case-plain'))}
    got = t.jsonl('detections', case)
    t.check(ids and {g['id'] for g in got} == ids, 'good: the same detections as of the plain file', got[:2])
    t.equal({len(g['copies']) for g in got}, {seen - 1}, 'good: the others are copies')
    r = t.run('verify', case)
    t.check(r.returncode == 0 and b'%d of %d members' % (seen + inner, seen + inner) in r.stdout,
            'good: verify hashes every member again', r.stdout)
    # The whole again, by another order of work, and with a second copy of an archive.
    shutil.copy(os.path.join(d, 'a.tgz'), os.path.join(d, 'copy.tgz'))
    again, _ = run('copy', d, '--workers', '1')
    t.equal([x['id'] for x in t.jsonl('detections', again)], [x['id'] for x in got],
            'good: a second copy changes no detection')
    os.remove(os.path.join(d, 'copy.tgz'))
    return d, case


def test_one_member(d):
    for name, inner in (('zip.7z.tgz', 'x.7z!in.zip!logs/a.log'), ('gz.tar', 'b.log'),
                        ('deflate.zip', 'logs/a.log')):
        path = os.path.join(d, name)
        if not os.path.exists(path):
            continue
        r = t.run('dump', path + '!' + inner)
        t.equal(r.stdout.count(b'\n'), EVENTS, 'dump: %s of %s' % (inner, name))
    r = t.run('dump', os.path.join(d, 'gz.tar'))
    t.equal(r.stdout.count(b'\n'), 2 * EVENTS, 'dump: all members')
    r = t.run('dump', os.path.join(d, 'gz.tar!nothing'))
    t.check(r.returncode == 1 and b'has no member nothing' in r.stderr, 'dump: no such member', r.stderr)


def test_show():
    """A record whose original the case does not keep, of a member of a member."""
    d = t.path('many')
    text = fb.w3c([LINE % (i % 60, 7, i % 250, i) for i in range(60)])
    write(d, 'many.zip', ar.make_zip([('first.log', LOG), ('in.tar.gz', gzip.compress(
        ar.make_tar([('x.log', LOG), ('y/many.log', text)])))]))
    case, _ = run('many', d)
    rows = [r for r in t.jsonl('detections', case) if 'many.log' in r['source']['path']]
    t.equal(len(rows), 60, 'show: all are found')
    for row in (rows[0], rows[-1]):
        r = t.run('show', case, row['id'])
        line = text.split(b'\r\n')[row['source']['line'] - 1]
        t.check(line in r.stdout, 'show: the record of a member of a member is read again',
                (r.returncode, r.stdout[-600:], r.stderr))


def hostile():
    d = t.path('hostile')
    tar = ar.make_tar([('logs/a.log', LOG), ('logs/b.log', LOG)])
    seven = ar.make_7z(t.tmp, [('a.log', LOG)], '-mx0')
    big = LOG * 40
    rnd = random.Random(8)
    files = {
        'outside.zip': ar.make_zip([('../../a.log', LOG), ('/abs/b.log', LOG),
                                    ('x/./y//../c.log', LOG)]),
        'outside.tar': ar.make_tar([('../../a.log', LOG), ('/abs/b.log', LOG)]),
        'backslash.zip': ar.make_zip([('..\\..\\a.log', LOG)]),
        'links.tar': ar.make_tar([ar.entry('s', tarfile.SYMTYPE, '/etc/passwd'),
                                  ('a.log', LOG), ar.entry('h', tarfile.LNKTYPE, 'a.log'),
                                  ar.entry('out', tarfile.LNKTYPE, '../../etc/passwd'),
                                  ar.entry('pipe', tarfile.FIFOTYPE),
                                  ar.entry('dev', tarfile.CHRTYPE), ('b.log', LOG)]),
        'bomb.zip': ar.zip_of_raw(b'zero.log', ar.zeroes_deflated(10240), 0xFFFFFFF0,
                                  behind=[('a.log', LOG)]),
        'bomb.log.gz': ar.gzip_bomb(4096),
        'bomb.xz': ar.xz_bomb(700),
        'bomb.tar': ar.sparse_bomb(1 << 60),
        'deep.zip': ar.nested(ar.make_zip([('a.log', LOG)]), 1000),
        'deep.gz': ar.nested_gzip(LOG, 30),
        'empty-members.zip': ar.make_zip([('d/%d.log' % i, b'') for i in range(3000)]),
        'long-name.zip': ar.make_zip([('n' * 65000 + '.log', LOG), ('n' * 64999 + '.log', LOG)]),
        'long-name.tar': ar.make_tar([('m/' * 32000 + 'a.log', LOG)]),
        'odd-names.tar': ar.make_tar([('caf\udce9.log', LOG), ('a\x1b[31m\n.log', LOG),
                                      ('a\\x41.log', LOG)]),
        'wrong-sum.zip': ar.flipped(ar.make_zip([('a.log', LOG), ('b.log', LOG)],
                                                zipfile.ZIP_STORED), b'/p200 '),
        'wrong-sum.7z': seven and ar.flipped(seven, b'/p200 '),
        'wrong-sum.tgz': gzip.compress(tar)[:-8] + b'\0\0\0\0\0\0\0\0',
        'cut.zip': ar.make_zip([('a.log', LOG), ('b.log', big)])[:-2500],
        'cut.7z': seven and seven[:-20],
        'cut.tar': tar[:len(LOG) + 3000],
        'cut.tgz': gzip.compress(ar.make_tar([('logs/a.log', LOG), ('r', rnd.randbytes(9000))]))[:-4000],
        'cut.xz': ar.xz(big)[:-200],
        'size.zip': ar.zip_of_raw(b'a.log', LOG, 5, method=0, behind=[('b.log', LOG)]),
        'garbage.zip': b'PK\3\4' + rnd.randbytes(20000),
        'garbage.7z': b'7z\xbc\xaf\x27\x1c\0\4' + rnd.randbytes(20000),
        'garbage.rar': b'Rar!\x1a\x07\x00' + rnd.randbytes(20000),
        'garbage5.rar': b'Rar!\x1a\x07\x01\x00' + rnd.randbytes(20000),
        'garbage.cab': b'MSCF\0\0\0\0' + rnd.randbytes(20000),
        'garbage.xz': b'\xfd7zXZ\0' + rnd.randbytes(20000),
        'garbage.zst': b'\x28\xb5\x2f\xfd' + rnd.randbytes(20000),
        'locked.zip': ar.make_7z(t.tmp, [('a.log', LOG)], '-pverysecret', kind='zip'),
        'locked-aes.zip': ar.make_7z(t.tmp, [('a.log', LOG)], '-pverysecret', '-mem=AES256',
                                     kind='zip'),
        'locked.7z': ar.make_7z(t.tmp, [('a.log', LOG)], '-pverysecret'),
        'locked-names.7z': ar.make_7z(t.tmp, [('a.log', LOG)], '-pverysecret', '-mhe=on'),
        'garbage.lz4': b'\x04\x22\x4d\x18' + b'\xff' * 20000,
        'split.7z.001': seven and seven[:len(seven) // 2],
        'split.7z.002': seven and seven[len(seven) // 2:],
        'split.z01': b'PK\7\10' + ar.make_zip([('a.log', LOG)])[:400],
        'z-plain.log': LOG,
    }
    return d, {n for n, data in files.items() if write(d, n, data)}


def words(row):
    return {p['why'] for p in row.get('problems', [])}


def test_hostile():
    d, made = hostile()
    seven = 'split.7z.001' in made
    case, rows = run('hostile', d, statuses=(1,))

    def whole(path, what):
        t.check(rows.get(path, {}).get('sha256') == SUM and rows[path]['events'] == EVENTS, what,
                [(p, r['events'], r['problems'][:3]) for p, r in rows.items()
                 if p.startswith(path.split('!')[0])][:12])

    def said(path, *want):
        t.check(set(want) <= words(rows.get(path, {})), 'hostile: %s says %s' % (path, want),
                rows.get(path))

    for name in made:
        t.check(name in rows and rows[name]['sha256'] ==
                hashlib.sha256(open(os.path.join(d, name), 'rb').read()).hexdigest(),
                'hostile: %s is a source with its hash' % name, rows.get(name))
    whole('z-plain.log', 'hostile: what follows all of them is read')
    for p in ('outside.zip!\\x2E\\x2E/\\x2E\\x2E/a.log', 'outside.zip!abs/b.log',
              'outside.zip!x/y/\\x2E\\x2E/c.log', 'outside.tar!\\x2E\\x2E/\\x2E\\x2E/a.log',
              'outside.tar!abs/b.log', 'backslash.zip!\\x2E\\x2E/\\x2E\\x2E/a.log'):
        whole(p, 'hostile: %s is read under a harmless name' % p)
        said(p, 'bad-name')
    for p in ('s', 'h', 'out', 'pipe', 'dev'):
        t.check(rows.get('links.tar!' + p, {}).get('size') == 0, 'hostile: link %s has no bytes' % p,
                rows.get('links.tar!' + p))
        said('links.tar!' + p, 'link')
    whole('links.tar!a.log', 'hostile: files beside links are read')
    whole('links.tar!b.log', 'hostile: files behind links are read')
    for p in ('bomb.zip!zero.log', 'bomb.log.gz', 'bomb.xz', 'bomb.tar'):
        said(p, 'bomb')
    t.check(all(r['size'] <= 5 << 30 for r in rows.values()), 'hostile: no bomb goes off')
    whole('bomb.zip!a.log', 'hostile: what lies behind a bomb is read')
    alone = t.path('alone')
    write(alone, 'deep.zip', open(os.path.join(d, 'deep.zip'), 'rb').read())
    run('alone', alone, statuses=(1,))
    deep = [p for p in rows if p.startswith('deep.zip')]
    t.equal(len(deep), 9, 'hostile: a thousand archives within one another are opened eight deep')
    said(max(deep, key=len), 'limit')
    t.equal(len([p for p in rows if p.startswith('deep.gz')]), 9, 'hostile: so are gzips')
    t.equal(len([p for p in rows if p.startswith('empty-members.zip!')]), 3000, 'hostile: empty members')
    for archive in ('long-name.zip', 'long-name.tar'):
        names = [p for p in rows if p.startswith(archive + '!')]
        t.check(names and all(len(p) < 2200 and rows[p]['sha256'] == SUM for p in names),
                'hostile: %s: shown cut, read whole' % archive, [len(p) for p in names])
    t.equal(len([p for p in rows if p.startswith('long-name.zip!')]), 2,
            'hostile: long names that differ behind the cut are two sources')
    for p in ('caf\\xE9.log', 'a\\x1B[31m\\x0A.log', 'a\\x5Cx41.log'):
        whole('odd-names.tar!' + p, 'hostile: odd name %r is escaped' % p)
    said('wrong-sum.zip!a.log', 'bad-checksum')
    whole('wrong-sum.zip!b.log', 'hostile: what follows a wrong checksum is read')
    t.equal(rows['wrong-sum.zip!a.log']['events'], EVENTS, 'hostile: a wrong checksum is read all the same')
    if 'wrong-sum.7z' in made:
        said('wrong-sum.7z!a.log', 'bad-checksum')
    said('wrong-sum.tgz', 'bad-container')
    whole('wrong-sum.tgz!logs/b.log', 'hostile: a tar with a wrong checksum around it is read')
    whole('cut.zip!a.log', 'hostile: a cut zip is read as far as it goes')
    t.check(rows.get('cut.zip!b.log', {}).get('events', 0) > EVENTS, 'hostile: also its last member',
            rows.get('cut.zip!b.log'))
    whole('cut.tar!logs/a.log', 'hostile: a cut tar is read as far as it goes')
    whole('cut.tgz!logs/a.log', 'hostile: a cut tgz is read as far as it goes')
    # What the garbage behind a signature says of itself may ask for any amount of memory.
    for p in ('cut.zip', 'cut.tar', 'cut.tgz', 'cut.xz', 'garbage.zip', 'garbage.7z', 'garbage.rar',
              'garbage5.rar', 'garbage.cab', 'garbage.xz', 'garbage.zst', 'garbage.lz4'):
        t.check(rows[p]['bytes']['rejected'] > 0 or any(
            words(r) & {'truncated', 'bad-container', 'bad-checksum', 'limit'} for q, r in rows.items()
            if q.startswith(p)), 'hostile: %s is said to be damaged' % p, rows[p])
    whole('size.zip!b.log', 'hostile: what follows a member that claims another size is read')
    t.check(words(rows['size.zip!a.log']) & {'bad-checksum', 'bad-container', 'truncated'},
            'hostile: a member that claims another size is said', rows['size.zip!a.log'])
    for p in ('locked.zip!a.log', 'locked-aes.zip!a.log', 'locked.7z!a.log', 'locked-names.7z'):
        if p.split('!')[0] in made:
            said(p, 'encrypted')
    for p in made & {'locked.7z'}:
        t.check('hand in the folder' in str(rows[p + '!a.log']['problems']), 'hostile: how to hand in an encrypted 7z',
                rows[p + '!a.log'])
    if seven:
        whole('split.7z.001!a.log', 'hostile: parts are joined')
    t.check('split.zip' in str(rows['split.z01']['problems']), 'hostile: the last part is missed', rows['split.z01'])
    t.check(len([p for p in rows if p.startswith('garbage.lz4')]) <= 2, 'hostile: no archive holds itself')
    t.equal((rows['size.zip!b.log']['acquired_local'], rows['cut.tar!logs/a.log']['acquired_local']),
            (True, False), 'hostile: times of a zip are local')
    r = t.run('sources', case, '--problems')
    t.check(r.returncode == 0 and b'\x1b' not in r.stdout, 'hostile: nothing acts on the terminal')
    # The same bytes give the same answer, whatever the number of workers.
    other, _ = run('hostile-1', d, '--workers', '1')
    t.equal(t.raw('sources', other), t.raw('sources', case), 'hostile: the same again with one worker')


def test_passwords():
    d = t.path('locked')
    one = [('a.log', LOG)]
    names = ['usual.zip', 'usual-aes.zip', 'other.zip', 'both.zip']
    if not shutil.which('7z'):
        t.skip('passwords', 'no 7z')
        return
    write(d, 'usual.zip', ar.make_7z(t.tmp, one, '-pinfected', kind='zip'))
    write(d, 'usual-aes.zip', ar.make_7z(t.tmp, one, '-pinfected', '-mem=AES256', kind='zip'))
    write(d, 'other.zip', ar.make_7z(t.tmp, one, '-pse cret', '-mem=AES256', kind='zip'))
    write(d, 'both.zip', ar.make_zip([('in.zip', ar.make_7z(t.tmp, one, '-psecond', kind='zip'))]))
    words_file = t.path('passwords')
    with open(words_file, 'wb') as f:
        f.write(b'wrong\r\n\nse cret\nsecond')
    case, rows = run('locked', d, statuses=(1,))
    for name in names[:2]:
        t.check(rows[name + '!a.log']['sha256'] == SUM and 'infected' in str(rows[name]['problems']),
                'passwords: the usual one is tried, and said: ' + name, rows[name])
    for name in names[2:]:
        t.check(any('encrypted' in words(r) and r['sha256'] is None for p, r in rows.items()
                    if p.startswith(name)), 'passwords: %s stays closed' % name, rows[name])
    case, rows = run('locked', d, '--password-file', words_file, statuses=(0,))
    for name, p in zip(names, ('!a.log', '!a.log', '!a.log', '!in.zip!a.log')):
        t.equal(rows.get(name + p, {}).get('sha256'), SUM, 'passwords: a later run opens ' + name)
    t.check(b'se cret' not in open(os.path.join(case, 'case.db'), 'rb').read(),
            'passwords: none is kept in the case')
    t.equal(t.run('verify', case, '--password-file', words_file).returncode, 0, 'passwords: verify')
    r = t.run('dump', os.path.join(d, 'other.zip'), '--password-file', words_file)
    t.equal(r.stdout.count(b'\n'), EVENTS, 'passwords: dump')
    t.one_line(t.run('investigate', d, '-o', case, '--password-file', t.path('nowhere')), (2, 3),
               'passwords: no such file')
    for size in ('1M', 'x', '999999G', ''):
        t.one_line(t.run('investigate', d, '-o', case, '--memory', size), (2,),
                   'memory: %r is refused' % size)


def test_false_passwords():
    """One of 256 wrong passwords seems to fit the cipher of old zips."""
    d = t.path('seems')
    two = [('a.log', LOG), ('b.log', LOG.replace(b'GET', b'PUT'))]
    write(d, 'never.zip', ar.make_locked_zip(two, b'verysecret', b'infected'))
    write(d, 'later.zip', ar.make_locked_zip(two, b'verysecret', b'wrong'))
    write(d, 'plain.zip', ar.make_zip([('in.zip', ar.make_locked_zip(two, b'verysecret', b'wrong'))]))
    _, rows = run('seems', d, statuses=(1,))
    for m in ('never.zip!a.log', 'never.zip!b.log'):
        t.equal((words(rows[m]), rows[m]['events']), ({'encrypted'}, 0), 'passwords: one that seems to fit: ' + m)
    # Damage under the right password costs its member, and no other.
    hurt = bytearray(ar.make_locked_zip(two, b'verysecret'))
    hurt[45:60] = b'\xff' * 15
    write(d, 'hurt.zip', bytes(hurt))
    words_file = t.path('seeming')
    with open(words_file, 'wb') as f:
        f.write(b'wrong\nverysecret\n')
    _, rows = run('seems', d, '--password-file', words_file, statuses=(1,))
    t.check(rows['hurt.zip!a.log']['problems'] and rows['hurt.zip!a.log']['events'] == 0, 'passwords: damage is said',
            rows['hurt.zip!a.log'])
    t.equal(rows['hurt.zip!b.log']['events'], EVENTS, 'passwords: what follows damage is opened')
    for m in ('never.zip', 'later.zip', 'plain.zip!in.zip'):
        t.equal((rows[m + '!a.log']['sha256'], rows[m + '!b.log']['events']), (SUM, EVENTS),
                'passwords: behind one that seems to fit: ' + m)


def test_memory():
    """A dictionary larger than a reader may have."""
    d = t.path('large')
    data = ar.make_7z(t.tmp, [('a.log', LOG)], '-m0=lzma2:d=512m', '-mx9')
    if fb.SLOW or not data:
        t.skip('memory', 'needs 7z and a build without sanitizers')
        return
    # 7z takes no more dictionary than there is data; the header claims more.
    write(d, 'large.xz', ar.by_program(LOG, 'xz', '-c', '--lzma2=dict=512MiB'))
    write(d, 'b.log', LOG)
    _, rows = run('large', d, statuses=(1,))
    t.check('limit' in words(rows['large.xz']) or 'limit' in words(rows.get('large.xz!large', {})),
            'memory: a dictionary of 512 MB is refused, and the option said', rows)
    t.check('--memory' in str(rows), 'memory: the option is said', rows)
    t.equal(rows['b.log']['events'], EVENTS, 'memory: other files are read')
    _, rows = run('large', d, '--memory', '2G', statuses=(0,))
    t.equal(rows.get('large.xz!large', {}).get('sha256'), SUM, 'memory: with --memory it is read')


BIG = b''.join(fb.w3c([LINE % (i % 60, i * 7919 % 100003, i % 250, i * 31 % 997)]) if i == 0 else
               (LINE % (i % 60, i * 7919 % 100003, i % 250, i * 31 % 997)).encode() + b'\r\n' for i in range(9000))


def zip_parts():
    """By Info-ZIP: x.z01 …, x.zip"""
    if not shutil.which('zip'):
        return []
    work = t.path('zip-parts')
    os.makedirs(work)
    with open(os.path.join(work, 'a.log'), 'wb') as f:
        f.write(BIG)
    import subprocess
    subprocess.run(['zip', '-q', '-0', '-s', '128k', 'x.zip', 'a.log'], cwd=work, check=True)
    return [(n, open(os.path.join(work, n), 'rb').read()) for n in sorted(os.listdir(work)) if n != 'a.log']


def split_sets():
    """name of the first part: [(name, bytes)] in the order of reading"""
    sets = {}
    for kind, data in (('7z', ar.make_7z(t.tmp, [('a.log', BIG)], '-mx1')), ('tar', ar.make_tar([('a.log', BIG)])),
                       ('tar.gz', gzip.compress(ar.make_tar([('a.log', BIG)]), 1)),
                       ('zip', ar.make_zip([('a.log', BIG)], zipfile.ZIP_STORED)),
                       ('rar', ar.make_rar4(b'a.log', BIG))):
        if data:
            sets['s.%s.001' % kind] = [('s.%s.%03d' % (kind, i + 1), p) for i, p in enumerate(ar.split(data, 5))]
    four = ar.make_rar4_volumes(b'a.log', BIG, 4)
    sets['new4.part1.rar'] = [('new4.part%d.rar' % (i + 1), p) for i, p in enumerate(four)]
    sets['old.rar'] = [('old.rar' if i == 0 else 'old.r%02d' % (i - 1), p) for i, p in enumerate(four)]
    sets['new5.part01.rar'] = [('new5.part%02d.rar' % (i + 1), p)
                               for i, p in enumerate(ar.make_rar5_volumes(b'a.log', BIG, 4))]
    parts = zip_parts()
    if parts:
        sets['x.z01'] = parts
    else:
        t.skip('x.z01', 'no zip program')
    return sets


def test_split():
    """Parts are read as the one archive that they are; each is a source with its hash."""
    d, sets = t.path('split'), split_sets()
    total = hashlib.sha256(BIG).hexdigest()
    for parts in sets.values():
        for name, data in parts:
            write(d, name, data)
    case, rows = run('split', d, statuses=(0,))
    for first, parts in sets.items():
        row = rows.get(first + '!a.log', {})
        t.equal((row.get('sha256'), row.get('events'), row.get('problems')), (total, 9000, []), 'split: %s is joined' % first)
        for i, (name, data) in enumerate(parts):
            t.equal((rows[name]['sha256'], rows[name]['size'], rows[name]['format'] == 'archive-part'),
                    (hashlib.sha256(data).hexdigest(), len(data), i > 0), 'split: %s is a source with its hash' % name)
    members = sum(len(p) for p in sets.values())
    t.equal(len(rows), members + len(sets), 'split: nothing is read twice')
    r = t.run('verify', case)
    t.check(r.returncode == 0 and b'%d of %d members' % (len(sets), len(sets)) in r.stdout, 'split: verified', r.stdout)
    r = t.run('search', case, '/p15838 ', '--jsonl')
    t.check(r.returncode == 0 and r.stdout.count(b'\n') == BIG.count(b'/p15838 ') > 0, 'split: searched',
            (r.stdout[-600:], r.stderr))
    first = sorted(sets)[0]
    r = t.run('dump', os.path.join(d, first) + '!a.log')
    t.equal(r.stdout.count(b'\n'), 9000, 'split: dumped')
    # The same with a part missing, named; then it is found again.
    hole = t.path('hole')
    for first, parts in sets.items():
        for i, (name, data) in enumerate(parts):
            if i != 2:
                write(hole, name, data)
    case, rows = run('hole', hole, statuses=(1,))
    for first, parts in sets.items():
        said = str(rows[first]['problems'])
        t.check('missing: ' + parts[2][0] in said and rows[first]['state'] == 'new', 'hole: %s is missed' % parts[2][0], said)
        t.check(rows[first]['sha256'] == hashlib.sha256(parts[0][1]).hexdigest(), 'hole: the first has its hash')
    for parts in sets.values():
        write(hole, *parts[2])
    case, rows = run('hole', hole, statuses=(0,))
    for first in sets:
        t.equal(rows[first + '!a.log']['sha256'], total, 'hole: filled in a later run: ' + first)
    # Without the first; the first alone, its parts beside it but not handed in; a link.
    lost = t.path('lost')
    for first, parts in sets.items():
        for name, data in parts[1:]:
            write(lost, name, data)
    _, rows = run('lost', lost, statuses=(1,))
    for first, parts in sets.items():
        t.check(first in str(rows[parts[1][0]]['problems']), 'lost: %s is missed' % first, rows[parts[1][0]])
    t.check(not any('!' in p for p in rows), 'lost: nothing is made of the rest', sorted(rows))
    name = 's.tar.001'
    case = t.path('case-sole')
    r = t.run('investigate', os.path.join(d, name), '-o', case, '--no-report')
    t.check(r.returncode == 1 and 'not handed in' in str(t.jsonl('sources', case)[0]['problems']),
            'alone: what lies beside it is no evidence', t.jsonl('sources', case)[0])
    link = t.path('link')
    write(link, name, sets[name][0][1])
    os.symlink(os.path.join(d, 's.tar.002'), os.path.join(link, 's.tar.002'))
    _, rows = run('link', link, statuses=(1,))
    t.check('s.tar.002' not in str(rows['s.tar.001'].get('sha256')) and rows[name + '!a.log']['sha256'] != total,
            'link: never followed', rows[name])
    # Parts of what is no archive, and a name that only looks like it.
    odd = t.path('odd')
    write(odd, 'x.7z.001', LOG)
    write(odd, 'x.7z.002', LOG)
    write(odd, 'y.zip', ar.make_zip([('a.log', LOG)]))
    write(odd, 'z.rar', ar.make_rar5(b'a.log', LOG))
    write(odd, 'e.zip.001', b'')
    _, rows = run('odd', odd)
    t.equal((rows['x.7z.001']['events'], rows['y.zip!a.log']['events'], rows['z.rar!a.log']['events']), (300, 300, 300),
            'odd: what is not split is read as ever')
    t.equal(rows['x.7z.001']['sha256'], SUM, 'odd: and hashed alone')


def says(case):
    """What people count by: detections and their groups, events, clients, hits of a search."""
    out = [sorted(x['id'] for x in t.jsonl('detections', case, '--all'))]
    for args in (('detections',), ('stats',), ('clients',), ('search', '/p7 ')):
        r = t.run(args[0], case, *args[1:], '--jsonl')
        out.append(sorted(r.stdout.split(b'\n')) if r.returncode == 0 else (r.returncode, r.stderr))
    totals = json.loads(t.run('rules', 'list', case, '--json').stdout)
    return out + [totals['hosts'], [(x['title'], x['detections']) for x in totals['rules']]]


def without_places(said):
    """Which of several equal places is named first is a matter of their paths."""
    text = json.dumps(said, default=lambda b: b.decode())
    return re.sub(r'(\\"(path|copies|source)\\":)(\\"[^"]*\\"|\[[^\]]*\]|\{[^}]*\})', '', text)


def test_copies():
    """A second copy of an archive, or of what is in it, changes no count."""
    one = [('logs/a.log', LOG)]
    tar = ar.make_tar(one)
    kinds = {'zip': ar.make_zip(one), '7z': ar.make_7z(t.tmp, one), 'tar': tar, 'tar.gz': gzip.compress(tar),
             'log.gz': gzip.compress(LOG), 'log.bz2': ar.bzip2(LOG), 'log.xz': ar.xz(LOG),
             'log.zst': ar.by_program(LOG, 'zstd', '-qc'), 'rar': ar.make_rar4(b'logs\\a.log', LOG),
             'five.rar': ar.make_rar5(b'logs/a.log', LOG), 'cab': ar.make_cab(b'logs\\a.log', LOG)}
    for kind, data in kinds.items():
        if data is None:
            t.skip('copies of ' + kind, 'no program here writes it')
            continue
        said = []
        for copies in (1, 2):
            d = t.path('copies-%s-%d' % (kind, copies), 'e')
            write(d, 'x.' + kind, data)
            if copies == 2:
                write(d, 'zz-again.' + kind, data)
            case = t.path('case-copies-%s-%d' % (kind, copies))
            t.run('investigate', d, '-o', case, '--no-report', '--no-own-rules', '--rules', RULES)
            said.append(says(case))
        t.check(said[0][0] and len(said[0][1]) > 1 and len(said[0][4]) > 1, 'copies of %s: there is something to count' % kind,
                said[0])
        t.equal(without_places(said[1]), without_places(said[0]), 'copies: a second %s changes no count' % kind)
    # All of them together are one log.
    d = t.path('copies-all', 'e')
    for kind, data in kinds.items():
        write(d, 'x.' + kind, data)
    case = t.path('case-copies-all')
    t.run('investigate', d, '-o', case, '--no-report', '--no-own-rules', '--rules', RULES)
    t.equal(without_places(says(case)), without_places(said[0]), 'copies: the same log in every kind of archive is one log')


KNOWN = {
    'registry-hive': b'regf' + bytes(600), 'ese-database': b'\1\2\3\4\xef\xcd\xab\x89' + bytes(600),
    'mft': b'FILE0\0' + bytes(1018), 'ewf': b'EVF\t\r\n\xff\0' + bytes(600),
    'vhdx': b'vhdxfile' + bytes(600), 'memory-image': b'EMiL' + bytes(600),
    'pcap': b'\xd4\xc3\xb2\xa1' + bytes(600), 'sqlite': b'SQLite format 3\0' + bytes(600),
    'prefetch': b'MAM\4' + bytes(600), 'evt': b'\x30\0\0\0LfLe' + bytes(600),
    'disk-image': b'\xeb\x52\x90NTFS    ' + bytes(501),
    'usn-journal': b'\x50\0\0\0\2\0\0\0' + bytes(48) + b'\x10\0\x3c\0' + bytes(600),
    'ntfs-logfile': b'RSTR' + bytes(600), 'ntfs-index': b'INDX(\0' + bytes(600),
    'wim': b'MSWIM\0\0\0' + bytes(600), 'vhd': b'conectix' + bytes(600), 'vmdk': b'KDMV' + bytes(600),
    'qcow2': b'QFI\xfb' + bytes(600), 'minidump': b'MDMP' + bytes(600), 'systemd-journal': b'LPKSHHRH' + bytes(600),
}


def test_known():
    """What is recognised and not read says so, and is never taken for read."""
    d = t.path('known')
    for name, data in KNOWN.items():
        write(d, name + '.bin', data)
    write(d, 'pack.zip', ar.make_zip([('hive', KNOWN['registry-hive'])]))
    more = {'disk-image': {'ext': bytes(1080) + b'\x53\xef' + bytes(100), 'xfs': b'XFSB' + bytes(600),
                           'exfat': b'\xeb\x76\x90EXFAT   ' + bytes(600), 'gpt': bytes(512) + b'EFI PART' + bytes(600),
                           'iso': bytes(32769) + b'CD001' + bytes(600), 'luks': b'LUKS\xba\xbe' + bytes(600)},
            'memory-image': {'core': b'\x7fELF\2\1\1' + bytes(9) + b'\4\0' + bytes(600),
                             'vmss': b'\xd2\xbe\xd2\xbe' + bytes(600), 'dump': b'PAGEDU64' + bytes(600)},
            'usn-journal': {'j3': b'\x58\0\0\0\3\0\0\0' + bytes(64) + b'\x0a\0\x4c\0' + bytes(600)},
            'elf': {'program': b'\x7fELF\2\1\1' + bytes(9) + b'\3\0' + bytes(600)}}
    for kind in more.values():
        for name, data in kind.items():
            write(d, name, data)
    case, rows = run('known', d, statuses=(1,))
    for kind, files in more.items():
        for name in files:
            t.equal(rows[name]['format'], kind, 'known: %s is recognised as %s' % (name, kind))
    for name in KNOWN:
        row = rows[name + '.bin']
        t.check(row['format'] == name and words(row) == {'not-decoded'} and
                'meanwhile' in row['problems'][0]['text'], 'known: %s is recognised' % name, row)
    t.equal(rows['pack.zip!hive']['format'], 'registry-hive', 'known: also in an archive')
    r = t.run('investigate', d, '-o', case, '--no-report', '--no-own-rules', '--rules', RULES)
    t.equal(r.returncode, 1, 'known: status 1 also when nothing is left to do')
    plain = t.path('programs')
    write(plain, 'a.exe', b'MZ' + bytes(58) + b'\x40\0\0\0PE\0\0' + bytes(200))
    write(plain, 'a.pdf', b'%PDF-1.7\n' + bytes(200))
    _, rows = run('programs', plain, statuses=(0,))
    t.equal([rows[n]['format'] for n in ('a.exe', 'a.pdf')], ['pe', 'pdf'],
            'known: programs and documents are named, and are no lost evidence')


d, _ = test_good()
test_one_member(d)
test_show()
test_hostile()
test_passwords()
test_false_passwords()
test_memory()
test_split()
test_copies()
test_known()
t.end()
