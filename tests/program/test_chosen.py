"""What Sysmon chose to record: its configuration, where the evidence has it and the log says its hash, and records
of the very class by others; else nothing of it is visible. And why what is absent is.
"""
import hashlib
import json
import os
import subprocess

from fb import Suite

CHANNEL = 'Microsoft-Windows-Sysmon/Operational'
LSASS = 'C:\\Windows\\system32\\lsass.exe'
# One process's memory that others open is chosen; files by the web server's worker are never written down.
CONFIG = b'''<Sysmon schemaversion="4.90">
  <!-- of our servers -->
  <EventFiltering>
    <RuleGroup name="" groupRelation="or">
      <ProcessAccess onmatch="include"><TargetImage condition="image">lsass.exe</TargetImage></ProcessAccess>
    </RuleGroup>
    <NetworkConnect onmatch="exclude"><Image condition="end with">\\updater.exe</Image></NetworkConnect>
    <FileCreate onmatch="include"/>
    <DnsQuery onmatch="exclude"/>
  </EventFiltering>
</Sysmon>
'''
HOUR = 3600


def log(t, path, host, records, channel=CHANNEL):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    text = ''.join('%d\t%d%s\n' % (at, number, ''.join('\t%s=%s' % f for f in fields.items()))
                   for at, number, fields in sorted(records, key=lambda r: r[0]))
    r = subprocess.run([os.environ['FB_ONELOG'], path, host, channel], input=text.encode(), capture_output=True, check=False)
    t.equal((r.returncode, r.stderr), (0, b''), 'the log was written')


def alive(hours=12, step=300):
    """Something every five minutes: the end of a process."""
    return [(at, 5, {'Image': 'C:\\Windows\\System32\\conhost.exe'}) for at in range(0, hours * HOUR, step)]


def applied(at, config):
    return (at, 16, {'Configuration': 'C:\\Windows\\sysmon.xml', 'ConfigurationFileHash': 'SHA256=' + hashlib.sha256(config).hexdigest().upper()})


def opened(at, by, access):
    return (at, 10, {'SourceImage': by, 'TargetImage': LSASS, 'GrantedAccess': access})


def seen(t, case, telemetry, place='SP01'):
    rows = json.loads(t.run('coverage', case, '--json', '--telemetry', telemetry).stdout)['coverage']
    return [(r['from'][11:16], r['state'], r['why']) for r in rows if r['place'].split('.')[0] == place]


def states(rows):
    return [(at, state) for at, state, _ in rows]


def configured(t):
    """T0 is 12:00. Applied at 14:00 and another, which nobody has, at 20:00."""
    for name, with_file, file in (('config', True, CONFIG), ('other', True, CONFIG + b'\n'), ('none', False, b'')):
        folder = t.path(name)
        case = t.path('case-' + name)
        log(t, os.path.join(folder, 'SP01', 'Sysmon.evtx'), 'SP01', alive() + [applied(2 * HOUR, CONFIG), applied(8 * HOUR, b'other')])
        if with_file:
            with open(os.path.join(folder, 'SP01', 'sysmon.xml'), 'wb') as f:
                f.write(file)
        t.investigate(case, folder, extra=['--no-report'])
        lsass = seen(t, case, 'lsass-access-sysmon')
        if name != 'config':
            t.equal([s for _, s in states(lsass)], ['filtered'], '%s: not what its hash says' % name)
            continue
        t.equal(states(lsass), [('12:00', 'filtered'), ('14:00', 'recorded'), ('20:00', 'filtered')], 'in force from its record to the next')
        t.equal([s for _, s in states(seen(t, case, 'dns-sysmon-22'))], ['filtered', 'recorded', 'filtered'], 'all names')
        for kind, why in (('file-create-sysmon', 'did not record it'), ('worker-file-sysmon', 'did not record it'),
                          ('network-sysmon-3', 'may have left it out'), ('process-access-sysmon-10', 'may have left it out'),
                          ('driver-load-sysmon', 'may have left it out')):
            rows = seen(t, case, kind)
            t.equal([s for _, s, _ in rows], ['filtered'] * 3, '%s is filtered' % kind)
            t.check(why in rows[1][2] and 'not read' in rows[0][2] and 'not read' in rows[2][2], '%s: why' % kind, rows)
        sources = {s['path'].rsplit('/', 1)[1]: s for s in t.jsonl('sources', case)}
        t.equal(sources['sysmon.xml']['format'], 'sysmon-config', 'the file is known for what it is')
        t.check(b'sysmon' not in t.run('sources', case, '--collection').stdout.lower(), 'and is no list of a collector')


def answered(t):
    """A window that the configuration covers: LSASS can be denied, what else is asked cannot."""
    config = CONFIG.replace(b'<FileCreate onmatch="include"/>', b'<FileCreate onmatch="exclude"/>')
    folder, case = t.path('answer'), t.path('case-answer')
    log(t, os.path.join(folder, 'SP01', 'Sysmon.evtx'), 'SP01', alive() + [applied(0, config)])
    with open(os.path.join(folder, 'SP01', 'sysmon.xml'), 'wb') as f:
        f.write(config)
    t.investigate(case, folder, extra=['--no-report'])
    t.run('window', case, '--from', '2025-08-12T13:00:00Z', '--to', '2025-08-12T20:00:00Z', '--reason', 'test')
    rows = {a['route']: a for a in json.loads(t.run('status', case, 'credential access', '--json').stdout)['assessments']
            if a['place'].startswith('SP01')}
    t.equal(rows['LSASS memory']['assessment'], 'not observed', 'what was recorded for sure, and was not there')
    t.equal(rows['registry hives']['assessment'], 'cannot determine', 'and nothing else')
    rows = {(a['question'], a['route']): a['assessment'] for a in json.loads(t.run('status', case, '--json').stdout)['assessments']
            if a['place'].startswith('SP01')}
    t.equal({rows['command and control', 'DNS'], rows['impact', 'encryption']}, {'cannot determine'},
            'what Sysmon does not see is not denied, though it records all names and files')
    os.remove(os.path.join(folder, 'SP01', 'sysmon.xml'))
    without = t.path('case-without')
    t.investigate(without, folder, extra=['--no-report'])
    t.run('window', without, '--from', '2025-08-12T13:00:00Z', '--to', '2025-08-12T20:00:00Z', '--reason', 'test')
    rows = {a['route']: a for a in json.loads(t.run('status', without, 'credential access', '--json').stdout)['assessments']
            if a['place'].startswith('SP01')}
    t.equal(rows['LSASS memory']['assessment'], 'cannot determine', 'without the file nothing')


def controlled(t):
    """Two programs that open LSASS every ten minutes, from 13:00 to 18:00, each with its own rights."""
    for name, ours in (('two', [('C:\\av.exe', '0x1410'), ('C:\\backup.exe', '0x1fffff')]), ('one', [('C:\\av.exe', '0x1410')] * 2),
                       ('same', [('C:\\av.exe', '0x1410'), ('C:\\backup.exe', '0x1410')]),
                       ('unread', [('C:\\av.exe', '0x1400'), ('C:\\backup.exe', '0x1000')])):
        folder, case = t.path('control-' + name), t.path('case-control-' + name)
        log(t, os.path.join(folder, 'SP01', 'Sysmon.evtx'), 'SP01',
            alive() + [opened(at + i, *one) for at in range(HOUR, 6 * HOUR + 1, 600) for i, one in enumerate(ours)])
        t.investigate(case, folder, own=False, extra=['--no-report'])
        rows = states(seen(t, case, 'lsass-access-sysmon'))
        if name == 'two':
            t.equal(rows, [('12:00', 'filtered'), ('13:00', 'recorded'), ('18:00', 'filtered')], 'between controls')
        else:
            t.equal([s for _, s in rows], ['filtered'], '%s: shows no class' % name)
        t.equal([s for _, s in states(seen(t, case, 'process-access-sysmon-10'))], ['filtered'], '%s: a control proves its class alone' % name)
        kinds = [k for s in t.jsonl('sources', case) for k in s['kinds'] if k['event_id'] == 10]
        t.equal({c.split('/')[0] for k in kinds for c in k.get('classes', '').split()}, set() if name == 'unread' else {'lsass-access'},
                '%s: kinds tell the class' % name)
        t.equal(sum(k['events'] for k in kinds), 62, '%s: each record counts once' % name)


def absent(t):
    """Triage of a machine: of its logs one was locked, one was looked for in vain, one lies there as a file of another ending; one was
    taken and not handed in; of the others nobody says anything."""
    folder, case = t.path('triage'), t.path('case-triage')
    logs = 'C:\\Windows\\System32\\winevt\\Logs\\'
    root = os.path.join(folder, 'SP01', 'C', 'Windows', 'System32', 'winevt', 'Logs')
    log(t, os.path.join(root, 'Microsoft-Windows-Sysmon%4Operational.evtx'), 'SP01', alive())
    with open(os.path.join(root, 'Microsoft-Windows-TaskScheduler%4Operational.evtx.x2anylock'), 'wb') as f:
        f.write(bytes((i * 7919 + 13) % 251 for i in range(4096)))
    with open(os.path.join(folder, 'SP01', '2025-08-13T000000_SkipLog.csv'), 'w', encoding='ascii') as f:
        f.write('SourceFile,SourceFileSha1,Reason\r\n%sSystem.evtx,,File not found\r\n' % logs)
    with open(os.path.join(folder, 'SP01', '2025-08-13T000000_ConsoleLog.txt'), 'w', encoding='ascii') as f:
        f.write("KAPE version 1.3.0.2\r\nSystem info: Machine name: SP01, 64-bit: True, User: x\r\n"
                "  Error copying file '%sSecurity.evtx': in use by another process\r\n" % logs)
    with open(os.path.join(folder, 'SP01', '2025-08-13T000000_CopyLog.csv'), 'w', encoding='ascii') as f:
        f.write('CopiedTimestamp,SourceFile,DestinationFile,FileSize,SourceFileSha1\r\n2025-08-13 00:00:01,'
                '%sMicrosoft-Windows-WMI-Activity%%4Operational.evtx,E:\\out\\C\\Windows\\System32\\winevt\\Logs\\'
                'Microsoft-Windows-WMI-Activity%%4Operational.evtx,7,\r\n' % logs)
    t.investigate(case, folder, extra=['--no-report'])
    want = {'logon-4624': 'collection failed', 'service-install-7045': 'looked for, not there', 'task-scheduler': 'encrypted',
            'wmi': 'not collected', 'script-block-4104': 'not collected', 'registry-hive': None, 'network-sysmon-3': None}
    cells = json.loads(t.run('coverage', case, '--json', '--telemetry', '*').stdout)['coverage']
    t.equal({k: [c['reason'] for c in cells if c['telemetry'] == k and c['state'] != 'after-acquisition'][0] for k in want}, want,
            'what is absent says why')
    t.check('not in what was handed in' in [c['why'] for c in cells if c['telemetry'] == 'wmi'][0], 'that it was taken is said', cells)
    t.check(not any(c['visible'] for c in cells if c['reason']), 'and stays absent')
    rows = {r['telemetry']: r for r in json.loads(t.run('collect', case, '--json').stdout)['collect']}
    t.equal((rows['logon-4624']['reason'], rows['logon-4624']['advice']), ('collection failed', 'Its collection failed: fetch it again now.'), 'collect')
    t.check('backup' in rows['task-scheduler']['advice'] and rows['script-block-4104']['advice'] == '', 'collect: what to do', rows)
    t.check('network-sysmon-3' in rows and 'object-4663' in rows and rows['object-4663']['state'] == 'absent',
            'a configuration that would tell is to be fetched', rows.keys())
    text = ' '.join(t.run('collect', case).stdout.decode().split())
    t.check('Its collection failed: fetch it again now.' in text and 'fetch it from a backup' in text, 'collect: for people', text)
    missing = [m for a in json.loads(t.run('status', case, '--json').stdout)['assessments'] for m in a['coverage']['missing']]
    t.check({'collection failed', 'looked for, not there', 'encrypted', 'not collected', None} <= {m['reason'] for m in missing},
            'status: what is missing says why', {m['reason'] for m in missing})


def main():
    t = Suite('chosen')
    if not os.environ.get('FB_ONELOG'):
        t.skip('chosen', 'FB_ONELOG is not set')
        t.end()
    configured(t)
    answered(t)
    controlled(t)
    absent(t)
    t.end()


if __name__ == '__main__':
    main()
