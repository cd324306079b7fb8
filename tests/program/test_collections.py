"""Collections as KAPE, Velociraptor, UAC, CyLR, acquire and Defender leave them, and a
manifest: who collected a source, where it was on its host, and which host that is."""
import gzip
import os
import shutil

import archives as ar
import fb

t = fb.Suite('collections')
LOG = fb.w3c(['2025-07-18 09:14:02 10.0.0.5 GET /p%d - 443 - 198.51.100.7 Mozilla/5.0 - 200 0 0 9' % i
              for i in range(20)])
IIS = 'inetpub/logs/LogFiles/W3SVC1/u_ex250718.log'
WIN_IIS = 'C:\\inetpub\\logs\\LogFiles\\W3SVC1\\u_ex250718.log'
top = t.path('evidence')


def put(name, data):
    path = os.path.join(top, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, 'wb') as f:
        f.write(data)


# (path of a source below the evidence, collector, path on the host, host, shadow copy)
WANT = []


def want(path, collector, on_host, host=None, shadow=None):
    WANT.append((path, collector, on_host, host, shadow))


def velociraptor():
    z = 'Collection-SP01_corp_example-2025-07-18T09_14_02Z.zip'
    put(z, ar.make_zip([
        ('uploads.json', b'{}\n'),
        ('uploads/auto/C%3A/' + IIS, LOG),
        ('uploads/ntfs/%5C%5C.%5CC%3A/' + IIS, LOG),
        ('uploads/auto/var/log/access.log', LOG),
        ('client_info.json', b'{"Hostname":"<not a name>"}\n')]))
    host = 'SP01_corp_example'
    want(z + '!uploads/auto/C%3A/' + IIS, 'velociraptor', WIN_IIS, host)
    want(z + '!uploads/ntfs/%5C%5C.%5CC%3A/' + IIS, 'velociraptor', WIN_IIS, host)
    want(z + '!uploads/auto/var/log/access.log', 'velociraptor', '/var/log/access.log', host)
    want(z + '!client_info.json', 'velociraptor', None, host)
    # What it wrote down itself comes before the name.
    z = 'Collection-A-2025-07-18T09_14_02Z.zip'
    for name in ('client_info.json', 'results/Generic.Client.Info%2FBasicInformation.json',
                 'Generic.Client.Info/BasicInformation.json'):
        put('%d-' % len(name) + z, ar.make_zip([
            ('uploads/auto/C%3A/' + IIS, LOG), (name, b'{"OS":"windows", "Hostname": "WEB-77" }\n')]))
        want('%d-' % len(name) + z + '!uploads/auto/C%3A/' + IIS, 'velociraptor', WIN_IIS, 'WEB-77')


def kape():
    put('kape/2025-07-18T091402_CopyLog.csv', b'CopiedTimestamp,SourceFile\r\n')
    put('kape/C/' + IIS, LOG)
    put('kape/C/vss001/' + IIS, LOG)
    put('kape/vss002/D/Users/a/access.log', LOG)
    want('kape/C/' + IIS, 'kape', WIN_IIS)
    want('kape/C/vss001/' + IIS, 'kape', WIN_IIS, None, 'vss001')
    want('kape/vss002/D/Users/a/access.log', 'kape', 'D:\\Users\\a\\access.log', None, 'vss002')
    z = '2025-07-18T091402_WEB02.zip'
    put(z, ar.make_zip([('2025-07-18T091402_CopyLog.csv', b'x\r\n'), ('C/' + IIS, LOG)]))
    want(z + '!C/' + IIS, 'kape', WIN_IIS, 'WEB02')


def uac():
    z = 'uac-web03-linux-20250718091402.tar.gz'
    put(z, gzip.compress(ar.make_tar([
        ('uac.log', b'started\n'), ('live_response/process/ps.txt', b'PID\n'),
        ('bodyfile/bodyfile.txt', b'0|/|2\n'), ('[root]/var/log/nginx/access.log', LOG)])))
    want(z + '![root]/var/log/nginx/access.log', 'uac', '/var/log/nginx/access.log', 'web03')
    want(z + '!live_response/process/ps.txt', 'uac', None, 'web03')


def others():
    put('FS02.zip', ar.make_zip([('C/' + IIS, LOG), ('CyLR_Collection_Log.log', b'x\n')]))
    want('FS02.zip!C/' + IIS, 'cylr', WIN_IIS, 'FS02')
    put('plain.zip', ar.make_zip([('C/' + IIS, LOG)]))
    want('plain.zip!C/' + IIS, None, WIN_IIS)
    put('DC01_20250718091402.tar', ar.make_tar([
        ('fs/C:/' + IIS, LOG), ('fs/sysvol/Windows/a.log', LOG), ('fs/$rootfs$/var/log/a.log', LOG)]))
    want('DC01_20250718091402.tar!fs/C:/' + IIS, 'acquire', WIN_IIS, 'DC01')
    want('DC01_20250718091402.tar!fs/sysvol/Windows/a.log', 'acquire', '%SystemDrive%\\Windows\\a.log', 'DC01')
    want('DC01_20250718091402.tar!fs/$rootfs$/var/log/a.log', 'acquire', '/var/log/a.log', 'DC01')
    put('package.zip', ar.make_zip([('Forensics Collection Summary.csv', b'x\n'),
                                    ('Security event log/Security.evtx', b'not one')]))
    want('package.zip!Security event log/Security.evtx', 'defender',
         'C:\\Windows\\System32\\winevt\\Logs\\Security.evtx')
    # Shadow copies under the names that they have on a host.
    put('shadow/HarddiskVolumeShadowCopy3/' + IIS, LOG)
    want('shadow/HarddiskVolumeShadowCopy3/' + IIS, None, '%SystemDrive%\\' + WIN_IIS[3:], None, 'HarddiskVolumeShadowCopy3')
    put('shadow/@GMT-2025.07.18-09.14.02/' + IIS, LOG)
    want('shadow/@GMT-2025.07.18-09.14.02/' + IIS, None, '%SystemDrive%\\' + WIN_IIS[3:], None, '@GMT-2025.07.18-09.14.02')
    z = 'Collection-S-2025-07-18T09_14_02Z.zip'
    device = '%5C%5C%3F%5CGLOBALROOT%5CDevice%5CHarddiskVolumeShadowCopy1'
    put(z, ar.make_zip([('uploads/ntfs/' + device + '/' + IIS, LOG)]))
    want(z + '!uploads/ntfs/' + device + '/' + IIS, 'velociraptor', '%SystemDrive%\\' + WIN_IIS[3:], 'S',
         'HarddiskVolumeShadowCopy1')
    # Exports, alone and in a collection.
    put('export/Anything.evtx', b'not one')
    put('export/LocaleMetaData/Anything_1033.MTA', b'\x01\x02')
    want('export/Anything.evtx', 'wevtutil', None)
    want('export/LocaleMetaData/Anything_1033.MTA', 'wevtutil', None)
    put('DC02_20250718091402.tar', ar.make_tar([('fs/C:/' + IIS, LOG), ('x/LocaleMetaData/S_1033.MTA', b'x'),
                                                ('x/S.evtx', b'x')]))
    want('DC02_20250718091402.tar!fs/C:/' + IIS, 'acquire', WIN_IIS, 'DC02')
    want('DC02_20250718091402.tar!x/S.evtx', 'acquire', None, 'DC02')
    # What looks a little like it is nobody's collection.
    put('logs_20250718091402/access.log', LOG)
    put('C/access.log', LOG)
    put('backup.zip', ar.make_zip([('x/y.log', LOG)]))
    for p in ('logs_20250718091402/access.log', 'C/access.log', 'backup.zip!x/y.log'):
        want(p, None, None)


velociraptor()
kape()
uac()
others()
case = t.path('case')
r = t.run('investigate', top, '-o', case, '--no-report')
t.check(r.returncode in (0, 1), 'collections: investigated', r.stderr)


def sources():
    return {row['path'][len('evidence/'):]: row for row in t.jsonl('sources', case)}


rows = sources()
for path, collector, on_host, host, shadow in WANT:
    row = rows.get(path, {})
    t.equal((row.get('collector'), row.get('host_path'), row.get('host'), row.get('shadow')),
            (collector, on_host, host, shadow), 'collections: ' + path)
    if host:
        t.check('collection' in (row.get('host_why') or '') and ('wrote' in row['host_why']) == (host == 'WEB-77'), 'collections: why %s is of %s' % (path, host), row)
row = rows['export/LocaleMetaData/Anything_1033.MTA']
t.equal((row['format'], row['bytes']['skipped'], 'no events' in row['problems'][0]['text']), ('evtx-locale', 2, True),
        'collections: the language of an export holds no events')
out = t.run('sources', case).stdout.decode()
t.check('(' + WIN_IIS + ', vss001)' in out, 'collections: people see the path on the host', out[-2000:])

# ---- a manifest ----
manifest = t.path('manifest.csv')


def with_manifest(text, *more):
    with open(manifest, 'w', encoding='utf-8') as f:
        f.write(text)
    return t.run('investigate', top, '-o', case, '--no-report', '--manifest', manifest, *more)


r = with_manifest('path,host,role,zone,acquired,exhibit,custodian\r\n'
                  '"evidence/plain.zip",WEB09,"web, front",dmz,2025-07-19T08:00:00Z,E-17,"A. ""B"" C"\r\n'
                  'evidence/kape/*,KAPE01,,,,,\r\n')
t.check(r.returncode in (0, 1) and not r.stderr, 'manifest: taken', r.stderr)
rows = sources()
row = rows['plain.zip!C/' + IIS]
t.equal([row[k] for k in ('host', 'host_why', 'role', 'zone', 'acquired', 'exhibit', 'custodian')],
        ['WEB09', 'the manifest says so', 'web, front', 'dmz', '2025-07-19T08:00:00Z', 'E-17', 'A. "B" C'],
        'manifest: what is in an archive has what the archive has')
t.equal(rows['kape/C/' + IIS]['host'], 'KAPE01', 'manifest: by a pattern')
t.equal(rows['backup.zip!x/y.log']['host'], None, 'manifest: others are not touched')
before = t.raw('sources', case)
t.run('investigate', top, '-o', case, '--no-report')
t.equal(t.raw('sources', case), before, 'manifest: a run without it changes nothing')
with_manifest('path,host\n*/plain.zip,OTHER\n')
rows = sources()
t.equal((rows['plain.zip']['host'], rows['plain.zip']['role'], rows['kape/C/' + IIS]['host']),
        ('OTHER', None, None), 'manifest: another one replaces it')
r = with_manifest('path,host\nnowhere/*,X\n')
t.check(b'manifest.csv:2' in r.stderr and b'no source' in r.stderr, 'manifest: a line that fits nothing is said',
        r.stderr)
for text, what in (('', 'empty'), ('host\nX\n', 'no path'), ('path,colour\nx,red\n', 'column'),
                   ('path,host\nx\n', 'cells'), ('path,acquired\nx,yesterday\n', 'time'),
                   ('path,host\n"x"y,z\n', 'quotes')):
    t.one_line(with_manifest(text), (2,), 'manifest: refused: ' + what)
# Where a log names its own computer, that stands; the same holds from an archive.
corpora = os.path.join(fb.CORPORA, 'collections', 'unencrypted_collector.zip')
if os.path.exists(corpora):
    case = t.path('real')
    t.run('investigate', corpora, '-o', case, '--no-report')
    got = {(row['collector'], row['host']) for row in t.jsonl('sources', case) if '!' in row['path']}
    t.equal(got, {('velociraptor', 'DESKTOP-SU8FH31')}, 'collections: a real collection of Velociraptor')
else:
    t.skip('a real collection', 'no corpora')
machine = os.path.join(fb.CORPORA, 'evtx', 'machine')
if os.path.isdir(machine) and shutil.which('7z') and not fb.SLOW:
    ids = []
    for name in sorted(os.listdir(machine)):
        if not name.endswith('.7z'):
            continue
        folder = t.path('unpacked', name[:-3])
        os.makedirs(folder)
        import subprocess
        subprocess.run(['7z', 'x', '-y', os.path.join(machine, name)], cwd=folder, check=True,
                       stdout=subprocess.DEVNULL)
        both = []
        for n, what in enumerate((os.path.join(machine, name), folder)):
            case = t.path('machine-%s-%d' % (name, n))
            t.run('investigate', what, '-o', case, '--no-report')
            both.append([(d['id'], d['host'], d['time']) for d in sorted(t.jsonl('detections', case),
                                                                         key=lambda d: d['id'])])
        t.check(both[0] and both[0] == both[1], 'machine: %s gives the same detections as its folder' % name,
                (len(both[0]), len(both[1])))
else:
    t.skip('the two machines', 'no corpora, no 7z, or a build with sanitizers')
t.end()
