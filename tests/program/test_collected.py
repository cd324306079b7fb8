"""What collectors write about their own work is read: what was asked for, what failed,
whose hashes fit, when it was acquired. The layouts are made here, in each collector's form."""
import gzip
import hashlib
import json
import os
import shutil

import archives as ar
import fb

t = fb.Suite('collected')
top = t.path('evidence')
LOG = fb.w3c(['2025-07-18 09:14:02 10.0.0.5 GET /p%d - 443 - 198.51.100.7 Mozilla/5.0 - 200 0 0 9' % i
              for i in range(20)])
IIS = 'inetpub/logs/LogFiles/W3SVC1/u_ex250718.log'
WIN_IIS = 'C:\\inetpub\\logs\\LogFiles\\W3SVC1\\u_ex250718.log'
OTHER = LOG.replace(b'/p1 ', b'/q1 ')


def put(name, data):
    path = os.path.join(top, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, 'wb') as f:
        f.write(data)


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def jsonl(*rows):
    return b''.join(json.dumps(r).encode() + b'\n' for r in rows)


def velociraptor_members(bad=False):
    """An offline collection, as members of a zip or files of a folder."""
    return [
        ('client_info.json', json.dumps({'client_id': 'C.1', 'os_info': {'hostname': 'SP01'}}, indent=1).encode()),
        ('collection_context.json', json.dumps({
            'session_id': 'F.1', 'request': {'artifacts': ['Windows.KapeFiles.Targets', 'Windows.Sys.Users']},
            'start_time': 1752829000000000, 'active_time': 1752829600000000, 'state': 'FINISHED'}).encode()),
        ('uploads.json', jsonl(
            {'Timestamp': '2025-07-18T09:00:05.5Z', 'started': '2025-07-18 09:00:05 +0000 UTC',
             'vfs_path': WIN_IIS, '_Components': ['uploads', 'auto', 'C:'] + IIS.split('/'),
             'file_size': len(LOG), 'uploaded_size': len(LOG)},
            {'Timestamp': '2025-07-18T09:00:07Z', 'vfs_path': 'C:\\Windows\\gone.evtx',
             '_Components': ['uploads', 'auto', 'C:', 'Windows', 'gone.evtx'], 'file_size': 7})),
        ('uploads.json.index', bytes(16)),
        ('log.json', jsonl(
            {'_ts': 1752829001, 'level': 'INFO', 'message': 'Starting query execution.'},
            {'_ts': 1752829003, 'level': 'ERROR', 'message': 'open C:\\pagefile.sys: in use by another process'})),
        ('results/Windows.KapeFiles.Targets%2FUploads.json', jsonl(
            {'CopiedOnTimestamp': '2025-07-18T09:00:05Z', 'SourceFile': WIN_IIS, 'FileSize': len(LOG),
             'SourceFileSha256': sha256(OTHER if bad else LOG), '_Source': 'x'})),
        ('results/Windows.Sys.Users.json', jsonl({'Name': 'SYSTEM', 'SourceFile': 'C:\\x'})),
        ('uploads/auto/C%3A/' + IIS, LOG),
    ]


KAPE_HEAD = ('CopiedTimestamp,SourceFile,DestinationFile,FileSize,SourceFileSha1,DeferredCopy,CreatedOnUtc,'
             'ModifiedOnUtc,LastAccessedOnUtc,CopyDuration')


def kape():
    sha1 = hashlib.sha1(LOG).hexdigest()
    vss = LOG + b'2025-07-18 09:15:02 10.0.0.5 GET /z - 443 - 198.51.100.7 Mozilla/5.0 - 200 0 0 9\r\n'
    rows = [KAPE_HEAD]
    for when, src, dst, data in (
            ('2025-07-18 09:20:01.1234567', WIN_IIS, 'E:\\out\\C\\' + IIS.replace('/', '\\'), LOG),
            ('2025-07-18 09:20:02.1234567', WIN_IIS, 'E:\\out\\C\\vss001\\' + IIS.replace('/', '\\'), vss),
            ('2025-07-18 09:20:03', 'C:\\Users\\"a, b"\\x.log', 'E:\\out\\C\\Users\\"a, b"\\x.log', b'')):
        rows.append(','.join('"%s"' % str(c).replace('"', '""') for c in (
            when, src, dst, len(data), hashlib.sha1(data).hexdigest().upper(), 'False', '', '', '', '0')))
    put('kape/2025-07-18T092000_CopyLog.csv', '\ufeff'.encode() + '\r\n'.join(rows).encode() + b'\r\n')
    put('kape/2025-07-18T092000_SkipLog.csv', (
        'SourceFile,SourceFileSha1,Reason\r\nC:\\inetpub\\copy.log,%s,Deduped\r\n'
        'C:\\big.bin,,Excluded: larger than allowed\r\n' % sha1).encode())
    put('kape/2025-07-18T092000_ConsoleLog.txt', (
        b'KAPE version 1.3.0.2\r\nCommand line:   --tsource C: --target !SANS_Triage --vss\r\n'
        b'System info: Machine name: FS02, 64-bit: True, User: x\r\n'
        b"  Deferring 'C:\\a' due to IOException...\r\n"
        b"  Error copying file 'C:\\hiberfil.sys': access denied\r\n"))
    put('kape/C/' + IIS, LOG)
    put('kape/C/vss001/' + IIS, vss)


def uac():
    members = [
        ('uac.log', b'2025-07-18 09:30:00 +0200 INF Command line: ./uac -p ir_triage /tmp\n'
                    b'2025-07-18 09:30:10 +0200 CMD ps auxwww\n'
                    b'2025-07-18 09:30:11 +0200 WRN /etc/crypttab: no such file or directory\n'
                    b'2025-07-18 09:31:00 +0200 ERR find: permission denied\n'),
        ('hash_executables/hash_executables.sha256', (
            '%s  /usr/bin/nginx\n%s  /usr/bin/elsewhere\n' % (sha256(b'ELF nginx'), sha256(b'x'))).encode()),
        ('[root]/usr/bin/nginx', b'ELF nginx'),
        ('[root]/var/log/nginx/access.log', LOG)]
    data = gzip.compress(ar.make_tar(members), mtime=0)
    put('uac/uac-web03-linux-20250718093000.tar.gz', data)
    put('uac/uac-web03-linux-20250718093000.log', (
        '[Acquisition Information]\nAcquisition started at: Fri Jul 18 09:30:00 2025 +0200\n'
        'Acquisition finished at: Fri Jul 18 09:31:00 2025 +0200\n\n[Output Information]\n'
        'File: /tmp/uac-web03-linux-20250718093000.tar.gz\nSHA256 hash: %s\n' % sha256(data)).encode())


def others():
    put('cylr/CyLR_Collection_Log_2025-07-18.log',
        b'2025-07-18T10:00:00.001 [info] Collecting File: C:\\inetpub\\x\n'
        b'2025-07-18T10:00:01.000 [error] Could not open C:\\Windows\\System32\\config\\SAM: sharing violation\n')
    put('cylr/C/' + IIS, LOG)
    z = ar.make_tar([('fs/C:/' + IIS, LOG)])
    put('acquire/DC01_20250718091402.tar', z)
    put('acquire/DC01_20250718091402.log',
        b'2025-07-18 09:14:02,123 INFO acquire.acquire: Arguments: --profile full\n'
        b'2025-07-18 09:14:05,500 ERROR acquire.acquire: Failed to collect file C:\\x\\y.dat: gone\n')
    put('acquire/DC01_20250718091402.report.json', json.dumps([
        {'module_name': 'IIS', 'outcome': 'Outcome.SUCCESS', 'artifact_type': 'file',
         'artifact_value': 'C:/inetpub', 'details': None},
        {'module_name': 'NTDS', 'outcome': 'Outcome.FAILURE', 'artifact_type': 'file',
         'artifact_value': 'C:/Windows/NTDS/ntds.dit', 'details': 'locked'}]).encode())
    put('defender/Forensics Collection Summary.csv',
        b'"Command","Status","Error"\r\n"wevtutil epl Security","Success",""\r\n"netsh firewall","Failed","exit 1"\r\n')
    put('lists/case.sha256', ('%s  good.log\n%s *bad.log\n%s  gone.log\n# a remark\n' % (
        sha256(LOG), sha256(OTHER), sha256(b'1'))).encode())
    put('lists/good.log', LOG)
    put('lists/bad.log', LOG)
    put('lists/table-hashes.csv', '\ufeff"Algorithm","Hash","Path"\r\n"SHA256","{}","good.log"\r\n'.format(
        sha256(LOG)).encode('utf-16-le'))
    put('old/x.log', LOG)
    put('old/good.log', OTHER)
    put('old/a.zip', ar.make_zip([('y.log', OTHER), ('z.log', LOG + b'\r\n')]))
    put('old/all.md5', ('%s  x.log\n' % hashlib.md5(OTHER).hexdigest()).encode())
    put('old/all.sha1', ('%s  good.log\n%s  a.zip!y.log\n' % (hashlib.sha1(OTHER).hexdigest(), hashlib.sha1(LOG).hexdigest())).encode())
    put('lists/bsd.md5', ('MD5 (good.log) = %s\n' % hashlib.md5(LOG).hexdigest()).encode())


for name, data in velociraptor_members():
    put('vr/Collection-A/' + name, data)
put('vrzip/Collection-B-2025-07-18T09_00_00Z.zip', ar.make_zip(velociraptor_members(bad=True)))
kape()
uac()
others()
case = t.path('case')
r = t.run('investigate', top, '-o', case, '--no-report')
t.equal(r.returncode, 1, 'a hash that differs ends with 1')


def sources():
    return {row['path'][len('evidence/'):]: row for row in t.jsonl('sources', case)}


def collections():
    r = t.run('sources', case, '--collection', '--jsonl')
    t.equal(r.returncode, 0, 'collections: listed')
    return {json.loads(x)['collection'][len('evidence/'):]: json.loads(x)
            for x in r.stdout.decode().split('\n') if x}


def why(row):
    return sorted((p['why'], p['text']) for p in row.get('problems', []))


rows, cols = sources(), collections()
for row in rows.values():
    b = row['bytes']
    t.equal(b['decoded'] + b['rejected'] + b['skipped'], row['size'], 'every byte of ' + row['path'])

# ---- Velociraptor, as a folder and as a zip ----
c = cols['vr/Collection-A']
t.equal((c['collector'], c['host'], c['asked']), ('velociraptor', 'SP01', ['Windows.KapeFiles.Targets',
        'Windows.Sys.Users']), 'velociraptor: what was asked for, of whom')
t.equal((c['started'], c['ended']), ('2025-07-18T08:56:40Z', '2025-07-18T09:06:40Z'), 'velociraptor: when')
t.equal([x['path'] for x in c['not_here']], ['C:\\Windows\\gone.evtx'], 'velociraptor: what is missing')
t.equal((c['verdicts']['same'], c['verdicts']['differs']), (1, 0), 'velociraptor: hashes that fit')
t.check(len(c['failed']) == 1 and 'pagefile' in c['failed'][0]['why'], 'velociraptor: what failed', c)
row = rows['vr/Collection-A/uploads/auto/C%3A/' + IIS]
t.equal((row['host'], row['acquired']), ('SP01', '2025-07-18T09:00:05Z'),
        'velociraptor: a plain folder has its host, and each file its time')
t.check('wrote so' in row['host_why'], 'velociraptor: and why', row['host_why'])
t.equal([rows['vr/Collection-A/' + n]['format'] for n in (
    'uploads.json', 'uploads.json.index', 'log.json', 'client_info.json', 'collection_context.json',
    'results/Windows.Sys.Users.json')],
    ['velociraptor-uploads', 'velociraptor-index', 'velociraptor-log', 'velociraptor-client',
     'velociraptor-context', 'velociraptor-results'], 'velociraptor: its files are known')
t.equal(why(rows['vr/Collection-A/uploads.json']),
        [('not-here', 'C:\\Windows\\gone.evtx: listed, and not in what was handed in')], 'velociraptor: said')
t.equal(rows['vr/Collection-A/collection_context.json']['acquired'], '2025-07-18T08:56:40Z',
        'velociraptor: the others have its beginning')
z = 'vrzip/Collection-B-2025-07-18T09_00_00Z.zip'
row = rows[z + '!uploads/auto/C%3A/' + IIS]
t.equal([p['why'] for p in row['problems'] if p['why'] != 'beginning'], ['hash-differs'], 'velociraptor: a hash that does not fit')
t.check(sha256(OTHER) in row['problems'][-1]['text'] and sha256(LOG) in row['problems'][-1]['text'],
        'velociraptor: both hashes are said', row['problems'])
t.equal(cols[z]['verdicts']['differs'], 1, 'velociraptor: and counted')

# ---- KAPE ----
c = cols['kape']
t.equal((c['collector'], c['host'], c['copied']), ('kape', 'FS02', 3), 'kape: its account')
t.check(any('!SANS_Triage' in a for a in c['asked']), 'kape: what was asked for', c['asked'])
t.equal([x['why'] for x in c['failed']], ["Error copying file 'C:\\hiberfil.sys': access denied"], 'kape: what failed')
t.equal([x['path'] for x in c['skipped']], ['C:\\big.bin'], 'kape: what was left out, copies apart')
t.equal([x['path'] for x in c['not_here']], ['C:\\Users\\"a, b"\\x.log'], 'kape: quotes and commas in a name')
t.equal((rows['kape/C/' + IIS]['acquired'], rows['kape/C/vss001/' + IIS]['acquired']),
        ('2025-07-18T09:20:01Z', '2025-07-18T09:20:02Z'), 'kape: a shadow copy is not its original')
t.equal((c['verdicts']['same'], c['verdicts']['differs'], c['verdicts']['unchecked']), (2, 0, 0),
        'kape: SHA-1 is made of what its list names')
t.equal(c['verdicts']['elsewhere'], 1, 'kape: a copy that was left out is here under another name')

# ---- UAC ----
z = 'uac/uac-web03-linux-20250718093000.tar.gz'
c = cols[z]
t.equal((c['collector'], c['started']), ('uac', '2025-07-18T07:30:00Z'), 'uac: when')
t.equal(c['asked'], ['./uac -p ir_triage /tmp'], 'uac: what was asked for')
t.equal([(x['path'], 'denied' in x['why']) for x in c['failed']], [('/etc/crypttab', False), (None, True)], 'uac: what failed')
t.equal((c['verdicts']['same'], c['verdicts']['not-here']), (1, 0),
        'uac: hashes of the system are held against what was collected, and are no list of it')
t.equal(cols['uac']['verdicts']['same'], 1, 'uac: the archive has the hash that its log has')

# ---- the others ----
t.check('SAM' in cols['cylr']['failed'][0]['path'], 'cylr: what failed', cols['cylr'])
t.equal(rows['cylr/C/' + IIS]['acquired'], '2025-07-18T10:00:00Z', 'cylr: when')
failed = [(x['path'], x['why']) for x in cols['acquire']['failed']]
t.check(('C:/Windows/NTDS/ntds.dit', 'locked') in failed and any(p == 'C:\\x\\y.dat' for p, _ in failed),
        'acquire: what failed, of its log and report', failed)
t.equal([x['why'] for x in cols['defender']['failed']], ['exit 1'], 'defender: what failed')
c = cols['lists']
t.equal((c['verdicts']['same'], c['verdicts']['differs'], c['verdicts']['not-here'], c['verdicts']['unchecked']),
        (3, 1, 1, 0), 'lists: hashes of files beside them, also in UTF-16')
t.equal([p['why'] for p in rows['lists/bad.log']['problems'] if p['why'] != 'beginning'], ['hash-differs'], 'lists: the file that differs')
t.equal(sorted(x['path'] for x in cols['old']['differs']), ['evidence/old/a.zip!y.log', 'evidence/old/x.log'],
        'lists: of MD5 and SHA-1, files and members')
t.check(hashlib.md5(LOG).hexdigest() in rows['old/x.log']['problems'][-1]['text'], 'lists: both sums are said',
        rows['old/x.log'])
t.equal((rows['old/x.log'].get('md5'), rows['old/good.log'].get('sha1'), rows['cylr/C/' + IIS].get('sha256')),
        (hashlib.md5(LOG).hexdigest(), hashlib.sha1(OTHER).hexdigest(), sha256(LOG)), 'lists: the sums are kept')

# ---- for people, as CSV, again ----
out = t.run('sources', case, '--collection').stdout.decode()
t.check('by kape, on FS02' in out and 'not taken: it failed (1):' in out and '\x1b' not in out, 'shown', out[-1500:])
out = t.run('sources', case, '--problems').stdout.decode()
t.check('hash-differs' in out and 'not-collected, C:\\big.bin: Excluded' in out, 'problems: said', out[-2500:])
out = t.run('sources', case, '--collection', '--csv').stdout.decode()
t.check(out.startswith('collection,collector,source,what') and out.count('\r\n') > 30, 'csv', out[:300])
before = t.raw('sources', case)
t.run('investigate', top, '-o', case, '--no-report')
t.equal(t.raw('sources', case), before, 'a second run changes nothing')
one = t.path('one')
t.run('investigate', top, '-o', one, '--no-report', '--workers', '1')
t.equal(t.run('sources', one, '--collection', '--jsonl').stdout, t.run('sources', case, '--collection', '--jsonl').stdout,
        'one worker says the same')

# ---- garbage under these names ----
shutil.rmtree(top)
NAMES = ['uploads.json', 'log.json', 'client_info.json', 'collection_context.json', 'results/x.json',
         'a_CopyLog.csv', 'a_SkipLog.csv', 'a_ConsoleLog.txt', 'uac.log', 'uac-h-linux-20250718093000.log',
         'CyLR.log', 'X_20250718091402.log', 'X.report.json', 'Forensics Collection Summary.csv', 'a.md5', 'b.sha256',
         'hashes.csv', 'uploads.json.index']
DEEP = b'[' * 100000
HOSTILE = [b'', b'{', b'{"a":', DEEP, b'\0' * 100, bytes(range(256)) * 300, b'x' * 700000, b'\xff\xfe{\0"\0',
           b'{"vfs_path":"\\ud800\\u0000\x1b[31m<script>=1+1","error":"\\u202e"}\n' * 3,
           b'SourceFile,Reason\r\n"' + b'a' * 500000, b'SourceFile,Reason\r\n=cmd|x,\x1b[2J\r\n',
           (b'0' * 32 + b'  ../../../etc/passwd\n') * 50, b'{"_Components":[' + b'"a",' * 90000 + b'"b"]}\n']
for i, data in enumerate(HOSTILE):
    for n in NAMES:
        put('h%02d/%s' % (i, n), data)
case = t.path('hostile')
r = t.run('investigate', top, '-o', case, '--no-report')
t.check(r.returncode in (0, 1), 'garbage: investigated', r.stderr)
for row in t.jsonl('sources', case):
    b = row['bytes']
    t.check(b['decoded'] + b['rejected'] + b['skipped'] == row['size'] and
            not {'crash', 'lies', 'cpu'} & {p['why'] for p in row['problems']}, 'garbage: ' + row['path'], row)
for args in (('--collection',), ('--problems',), ('--collection', '--csv')):
    r = t.run('sources', case, *args)
    t.check(r.returncode == 0 and b'\x1b' not in r.stdout and '\u202e'.encode() not in r.stdout and
            b'\n=cmd' not in r.stdout and b',=cmd' not in r.stdout, 'garbage: shown safely %s' % (args,), r.stdout[-500:])
t.end()
