"""Why a log is not among the evidence is told as its collector tells it: not to be had, not asked for, taken and not handed in,
encrypted. Coverage, what an answer misses and the list of what to fetch say so; what is there says nothing of it."""
import json
import os

from fb import Suite, request, w3c

LOG = w3c([request(at='2025-08-11 10:%02d:00' % i) for i in range(30)])
HEAD = 'CopiedTimestamp,SourceFile,DestinationFile,FileSize,SourceFileSha1,DeferredCopy,CreatedOnUtc,ModifiedOnUtc,LastAccessedOnUtc,CopyDuration'
LOGS = 'C:\\Windows\\System32\\winevt\\Logs\\'


def write(path, data):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, 'wb') as f:
        f.write(data)


def collection(t, name, host, skipped=(), failed=(), copied=(), files=()):
    """As KAPE leaves it: a log of what was copied, one of what was not, the console, and the drive."""
    top = t.path('evidence', name)
    rows = [HEAD] + ['"2025-08-15 09:00:00","%s","E:\\%s","7","","False","","","","0"' % (p, p.replace(':', '')) for p in copied]
    write(os.path.join(top, '2025-08-15T090000_CopyLog.csv'), '\r\n'.join(rows).encode() + b'\r\n')
    write(os.path.join(top, '2025-08-15T090000_SkipLog.csv'),
          '\r\n'.join(['SourceFile,SourceFileSha1,Reason'] + ['%s,,%s' % s for s in skipped]).encode() + b'\r\n')
    write(os.path.join(top, '2025-08-15T090000_ConsoleLog.txt'),
          ('KAPE version 1.3.0.2\r\nSystem info: Machine name: %s, 64-bit: True, User: x\r\n' % host +
           ''.join("  Error copying file '%s': %s\r\n" % f for f in failed)).encode())
    for path, data in files:
        write(os.path.join(top, 'C', *path.split('/')), data)


def why(t, case, place, telemetry):
    rows = json.loads(t.run('coverage', case, '--json').stdout)['coverage']
    return [(c['state'], c['why'], c['reason']) for c in rows if c['place'] == place and c['telemetry'] == telemetry and c['state'] != 'after-acquisition']


def main():
    t = Suite('absent')
    iis = [('inetpub/logs/LogFiles/W3SVC1/u_ex250811.log', LOG), ('inetpub/wwwroot/default.aspx', b'<%@ Page Language="C#" %> hello\n')]
    collection(t, 'one', 'SP01', files=iis + [('Windows/System32/winevt/Logs/Security.evtx.x2anylock', b'\x93' * 70000)],
               skipped=[(LOGS + 'Microsoft-Windows-Sysmon%4Operational.evtx', 'larger than allowed \x1b[31m\u202e')],
               failed=[(LOGS + 'System.evtx', 'access denied'),
                       (LOGS + 'Microsoft-Windows-TaskScheduler%4Operational.evtx', 'Could not find file')],
               copied=[LOGS + 'Microsoft-Windows-PowerShell%4Operational.evtx', 'C:\\inetpub\\wwwroot\\default.aspx'])
    write(t.path('evidence', 'plain', 'inetpub', 'logs', 'LogFiles', 'W3SVC1', 'u_ex250811.log'), w3c([request(at='2025-08-11 10:%02d:30' % i) for i in range(30)]))
    write(t.path('m.csv'), b'path,host\nevidence/plain/*,SP02\n')
    case = t.path('case')
    t.run('investigate', t.path('evidence'), '-o', case, '--no-report', '--manifest', t.path('m.csv'))
    for telemetry, reason, words in (
            ('process-creation-4688', 'encrypted', 'another ending'), ('service-install-7045', 'collection failed', 'could not take it'),
            ('process-creation-sysmon', 'not collected', 'its collector left it out'), ('task-scheduler', 'looked for, not there', 'was not there'),
            ('script-block-4104', 'not collected', 'took it, and it is not in what was handed in')):
        cells = why(t, case, 'SP01', telemetry)
        t.check(len(cells) == 1 and cells[0][0] == 'absent' and cells[0][2] == reason and words in cells[0][1], '%s: %s' % (telemetry, reason), cells)
        other = why(t, case, 'SP02', telemetry)
        t.check(other[0][0] == 'absent' and other[0][2] == 'not collected' and words not in other[0][1],
                '%s: nobody says it of another machine' % telemetry, other)
    for telemetry in ('rdp-sessions', 'httperr'):
        t.equal([c[2] for c in why(t, case, 'SP01', telemetry)], ['not collected'], '%s: of which nobody says anything' % telemetry)
    t.check(any(c[0] == 'recorded' for c in why(t, case, 'SP01', 'web-requests')), 'what is there is judged as it is',
            why(t, case, 'SP01', 'web-requests'))
    # Pages are known as of a moment, and what was there before them is not denied.
    cells = why(t, case, 'SP01', 'web-root')
    t.check(len(cells) == 1 and cells[0][0] == 'partial' and 'as of 2025-08-15T09:00:00Z' in cells[0][1], 'the pages as of their collection', cells)
    t.equal(why(t, case, 'SP02', 'web-root')[0][0], 'absent', 'none of another machine')
    rows = json.loads(t.run('status', case, '--json').stdout)['assessments']
    t.check(any('the pages as of' in m['why'] for a in rows for m in a['coverage']['missing'] if a['route'] == 'web shell' and a['place'] == 'SP01'),
            'that is what "web shell" misses', [a for a in rows if a['route'] == 'web shell'][:1])
    missing = {m['reason'] for a in rows for m in a['coverage']['missing'] if m['place'] == 'SP01'}
    t.check({'encrypted', 'collection failed'} <= missing, 'an answer says it of what it misses', missing)
    # What a collector or a file name says is anybody's text.
    for args in (('coverage', case), ('coverage', case, '--telemetry', 'process-creation-sysmon'), ('coverage', case, '--telemetry', 'rdp-sessions'),
                 ('collect', case), ('status', case, 'execution'), ('status', case, '--json'), ('coverage', case, '--json')):
        out = t.run(*args).stdout
        t.check(b'\x1b' not in out and '\u202e'.encode() not in out, 'it is shown safely: %s' % (args[0],), out[-300:])
    doc = json.loads(t.run('collect', case, '--json').stdout)['collect']
    advice = {f['telemetry']: (f['reason'], f['advice']) for f in doc if f['place'] == 'SP01'}
    t.check('backup' in advice['process-creation-4688'][1] and 'again' in advice['service-install-7045'][1], 'what to fetch comes with what to do', advice)
    listed = ' '.join(t.run('collect', case).stdout.decode().split())
    t.check(advice['process-creation-4688'][1] in listed and advice['service-install-7045'][1] in listed, 'for people, too', listed[:2000])
    t.end()


main()
