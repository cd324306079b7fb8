"""What other programs made: the demonstration's event logs as Hayabusa, Chainsaw, EvtxECmd,
evtx_dump, plaso and Winlogbeat would tell of them, each against the logs themselves; the
mapping files of the documentation; files that are none.
"""
import csv
import hashlib
import io
import json
import os
import re
import sqlite3
import sys
import xml.etree.ElementTree as ET

from fb import CORPORA, ROOT, SLOW, Suite, files_below

NS = '{http://schemas.microsoft.com/win/2004/08/events/event}'


def records(t, evidence):
    """Every record of the event logs, as (system, data): texts by name, in order."""
    out = []
    for path in sorted(files_below(evidence)):
        if not path.endswith('.evtx'):
            continue
        text = t.run('dump', path).stdout.decode('utf-8')
        for one in re.findall(r'<Event .*?</Event>', text, re.S):
            root = ET.fromstring(one)
            system = {}
            for el in root.find(NS + 'System'):
                tag = el.tag[len(NS):]
                if el.text and el.text.strip():
                    system[tag] = el.text
                for k, v in el.attrib.items():
                    system[tag + '_' + k] = v
            data = []
            for el in list(root.find(NS + 'EventData') or []):
                data.append((el.get('Name') or 'Data', el.text or ''))
            user = root.find(NS + 'UserData')
            for el in list(list(user)[0] if user is not None and len(user) else []):
                data.append((el.tag.split('}')[1], el.text or ''))
            out.append((system, data, one, user is not None and list(user)[0].tag.split('}')[1]))
    return out


def nested(s, data, user):
    """As Rust's evtx has it."""
    system = {'Provider': {'#attributes': {'Name': s['Provider_Name']}}, 'EventID': int(s['EventID']),
              'Level': int(s.get('Level', 0)), 'Keywords': s.get('Keywords', '0x0'),
              'TimeCreated': {'#attributes': {'SystemTime': s['TimeCreated_SystemTime'][:26] + 'Z'}},
              'EventRecordID': int(s['EventRecordID']), 'Channel': s['Channel'], 'Computer': s['Computer']}
    d = {}
    for k, v in data:
        if k == 'Data':
            d.setdefault('Data', {'#text': []})['#text'].append(v)
        else:
            d[k] = v
    if user:
        return {'Event': {'System': system, 'UserData': {user: dict(d)}}}
    return {'Event': {'System': system, 'EventData': d or None}}


def table(rows, head, encoding='utf-8', mark=''):
    out = io.StringIO()
    w = csv.writer(out, lineterminator='\r\n')
    w.writerow(head)
    w.writerows(rows)
    return (mark + out.getvalue()).encode(encoding)


def lines(objects):
    return ''.join(json.dumps(o) + '\n' for o in objects).encode()


def as_hayabusa(recs):
    return table([[s['TimeCreated_SystemTime'][:10] + ' ' + s['TimeCreated_SystemTime'][11:23] + ' +00:00',
                   'A "rule", that hit', 'high', s['Computer'], s['Channel'], s['EventID'],
                   s['EventRecordID'], s['Provider_Name'], '-', ' \u00a6 '.join('%s: %s' % (k, v) for k, v in d if v and '\u00a6' not in v)]
                  for s, d, _, _ in recs],
                 ['Timestamp', 'RuleTitle', 'Level', 'Computer', 'Channel', 'EventID', 'RecordID',
                  'Provider', 'Details', 'AllFieldInfo'])


def as_chainsaw(recs):
    return json.dumps([{'group': 'Sigma', 'kind': 'individual', 'name': 'R', 'level': 'high',
                        'timestamp': s['TimeCreated_SystemTime'][:26] + '+00:00', 'source': 'sigma',
                        'document': {'kind': 'evtx', 'path': '/x.evtx', 'data': nested(s, d, u)}}
                       for s, d, _, u in recs]).encode()


def as_evtxecmd(recs):
    rows = []
    for s, d, _, user in recs:
        if user:
            payload = {'UserData': {user: dict(d)}}
        else:
            payload = {'EventData': {'Data': [{'@Name': k, '#text': v} if v else {'@Name': k} for k, v in d]}}
        t = s['TimeCreated_SystemTime']
        rows.append([s['EventRecordID'], s['EventRecordID'], t[:10] + ' ' + t[11:27], s['EventID'],
                     ['LogAlways', 'Critical', 'Error', 'Warning', 'Info', 'Verbose'][int(s.get('Level', 0))],
                     s['Provider_Name'], s['Channel'], s['Computer'], '', 'False',
                     s.get('Keywords', ''), json.dumps(payload)])
    return table(rows, ['RecordNumber', 'EventRecordId', 'TimeCreated', 'EventId', 'Level', 'Provider',
                        'Channel', 'Computer', 'MapDescription', 'HiddenRecord', 'Keywords', 'Payload'],
                 mark='\ufeff')


def as_winlogbeat(recs):
    return lines({'@timestamp': s['TimeCreated_SystemTime'][:23] + 'Z', 'agent': {'version': '8.1'},
                  'winlog': {'channel': s['Channel'], 'provider_name': s['Provider_Name'],
                             'event_id': s['EventID'], 'record_id': int(s['EventRecordID']),
                             'computer_name': s['Computer'],
                             ('user_data' if u else 'event_data'): dict(d)}} for s, d, _, u in recs)


def as_plaso(recs):
    return lines({'__container_type__': 'event', 'data_type': 'windows:evtx:record', 'timestamp': 1,
                  'timestamp_desc': 'Content Modification Time', 'xml_string': x} for _, _, x, _ in recs)


MADE = [
    ('hayabusa', 'Hayabusa', 't.csv', as_hayabusa),
    ('chainsaw', 'Chainsaw', 't.json', as_chainsaw),
    ('evtxecmd', 'EvtxECmd', 't.csv', as_evtxecmd),
    ('evtx-json', 'evtx_dump', 't.jsonl', lambda recs: lines(nested(s, d, u) for s, d, _, u in recs)),
    ('winlogbeat', 'Winlogbeat', 't.ndjson', as_winlogbeat),
    ('plaso', 'plaso', 't.txt', as_plaso),
]


def write(t, name, data):
    os.makedirs(os.path.dirname(t.path(name)), exist_ok=True)
    with open(t.path(name), 'wb') as f:
        f.write(data)
    return t.path(name)


def key(d):
    return d['rule']['id'], d['host'].lower(), d['channel'], d['source'].get('record'), (d['time'] or '')[:19]


def of_logs(t, detections):
    """Not those of web logs and of correlations, which count over all."""
    return [d for d in detections if d['channel'] and d['event_id'] and not d['correlation']]


def told(t):
    evidence = t.make_demo(t.path('demo'), days=1 if SLOW else 2)
    logs = t.path('logs')
    os.makedirs(logs)
    for path in files_below(evidence):
        if path.endswith('.evtx'):
            os.makedirs(os.path.dirname(os.path.join(logs, os.path.relpath(path, evidence))), exist_ok=True)
            os.rename(path, os.path.join(logs, os.path.relpath(path, evidence)))
    t.investigate(t.path('first'), logs)
    first = of_logs(t, t.jsonl('detections', t.path('first'), '--all'))
    live = {key(d): d for d in first if 'recovered' not in d['notes']}
    t.check(len(live) > 20, 'there are detections to compare', len(live))
    recs = records(t, logs)
    t.check(len(recs) > 500, 'there are records to tell of', len(recs))
    for fmt, tool, name, make in MADE:
        path = write(t, '1 told %s/%s' % (fmt, name), make(recs))
        case = t.path('case ' + fmt)
        r = t.run('import', case, path)
        t.equal(r.returncode, 0, '%s is read without a fault' % fmt)
        src = t.jsonl('sources', case)[0]
        t.equal((src['format'], src['second_hand'], src['bytes']['rejected'], src['events']),
                (fmt, tool, 0, len(recs)), '%s: its source' % fmt)
        t.check(not src['gaps'] and not src['logs'] and not src['notices'],
                '%s: what it left out is not held against the log' % fmt)
        dets = of_logs(t, t.jsonl('detections', case, '--all'))
        t.check(all('second-hand' in d['notes'] and d['source']['second_hand'] == tool and
                    d['summary'].startswith('[%s]' % tool) for d in dets), '%s: all are marked' % fmt)
        got = {key(d) for d in dets}
        if fmt == 'winlogbeat':
            # Values without a name come as param1 …, which others are called, too.
            unnamed = {(s['Channel'], int(s['EventRecordID'])) for s, d, _, _ in recs if any(k == 'Data' for k, _ in d)}
            got = {k for k in got if (k[2], k[3]) not in unnamed}
            want = {k for k in live if (k[2], k[3]) not in unnamed}
        else:
            want = set(live)
        t.equal(sorted(want - got)[:3] + sorted(got - want)[:3], [],
                '%s: the same detections as by the logs' % fmt)
        could = t.jsonl('rules', 'list', case)
        states = {h['state'] for rule in could for h in rule['hosts'] or []}
        t.equal(states, {'partial', 'never'}, '%s: coverage is partial, never seen' % fmt)
        claims = t.run('search', case, 'RuleTitle=*', '--jsonl').stdout.count(b'\n')
        t.equal(bool(claims), fmt in ('hayabusa', 'chainsaw'), '%s: claims' % fmt)
        t.equal(b'reported as detections' in r.stderr, bool(claims), '%s: and says so' % fmt)
        if fmt == 'hayabusa':
            both(t, logs, path, first, tool)
            html = open(os.path.join(case, 'report.html'), encoding='utf-8').read()
            t.check('second-hand' in html, 'the report says it')
            shown = t.run('show', case, dets[0]['id']).stdout
            t.check(b'second-hand: told by Hayabusa' in shown, 'show says it', shown[:600])
            wide = write(t, 'wide/w', make(recs).decode().encode('utf-16'))
            t.run('import', t.path('case wide'), wide)
            t.equal({key(d) for d in of_logs(t, t.jsonl('detections', t.path('case wide'), '--all'))}, got,
                    'UTF-16 gives the same')
    return logs, recs


def both(t, logs, path, first, tool):
    case = t.path('both')
    # The path of what was told comes first; the record leads all the same.
    t.investigate(case, logs)
    t.run('import', case, os.path.dirname(path))
    dets = of_logs(t, t.jsonl('detections', case, '--all'))
    t.equal(sorted(map(key, dets)), sorted(map(key, first)), 'records and what is told of them are one')
    t.check(not any('second_hand' in d['source'] for d in dets), 'the record leads')
    copied = [d for d in dets if any(c.get('second_hand') == tool for c in d['copies'])]
    live = [d for d in dets if 'recovered' not in d['notes']]
    t.equal(len(copied), len(live), 'what is told is a copy')
    a = t.run('search', t.path('first'), 'EventID=4624', '--jsonl').stdout.count(b'\n')
    b = t.run('search', case, 'EventID=4624', '--jsonl').stdout
    t.check(a > 0 and b.count(b'\n') == a and b'second-hand' not in b, 'search has each once, as it stands in the log')
    rows = [h for rule in t.jsonl('rules', 'list', case) for h in rule['hosts'] or []]
    t.check(any(h['state'] == 'seen' for h in rows), 'the logs are coverage as before')


EDR = [
    {'Timestamp': '2025-07-18T09:14:02.1234567Z', 'DeviceName': 'sp01.contoso.example', 'ActionType': 'ProcessCreated',
     'FolderPath': 'C:\\Windows\\System32\\cmd.exe', 'ProcessCommandLine': 'cmd.exe /c whoami',
     'InitiatingProcessFolderPath': 'c:\\windows\\system32\\inetsrv\\w3wp.exe',
     'AccountDomain': 'CONTOSO', 'AccountName': 'spfarm', 'ProcessId': 4711},
    {'Timestamp': '2025-07-18T09:15:02Z', 'DeviceName': 'sp01.contoso.example', 'ActionType': 'LogonSuccess',
     'RemoteIP': '192.0.2.7'},
]
SIEM = ('_time;host;LogName;SourceName;EventCode;RecordNumber;Account_Name;Source_Network_Address;Logon_Type\r\n'
        '18.12.2025 10:14:02.123;WS07;Security;Microsoft-Windows-Security-Auditing;4624;9001;adm;198.51.100.9;3\r\n')
PROXY = [{'ts': 1752830042123, 'client': {'ip': '203.0.113.9'}, 'response': {'status': 200},
          'request': {'method': 'POST', 'uri': {'path': '/_layouts/15/ToolPane.aspx', 'query': 'DisplayMode=Edit'},
                      'headers': {'user_agent': 'x'}}}]


def mappings(t):
    """The examples of the documentation do what it says."""
    with open(os.path.join(ROOT, 'docs/formats/import.md'), encoding='utf-8') as f:
        blocks = re.findall(r'```yaml\n(.*?)```', f.read(), re.S)
    t.equal(len(blocks), 3, 'the documentation has three mappings')
    maps = [write(t, 'maps/%d.yml' % i, b.encode()) for i, b in enumerate(blocks)]
    edr = write(t, 'mapped/edr.jsonl', lines(EDR))
    siem = write(t, 'mapped/siem.csv', SIEM.encode('utf-16'))
    proxy = write(t, 'mapped/proxy.json', json.dumps(PROXY, indent=1).encode())
    case = t.path('case mapped')
    r = t.run('import', case, edr, siem, proxy, *sum((['--map', m] for m in maps), []))
    t.equal(r.returncode, 0, 'mapped files are read')
    t.equal([(s['format'], s['second_hand'], s['events']) for s in t.jsonl('sources', case)],
            [('map:Defender advanced hunting', 'Defender advanced hunting', 2), ('map:edge proxy', 'edge proxy', 1),
             ('map:SIEM export 2025-08', 'SIEM export 2025-08', 1)], 'each by its mapping')
    dets = t.jsonl('detections', case, '--all')
    shell = [d for d in dets if d['rule']['title'] == 'Web server process starts a shell']
    t.check(len(shell) == 1 and shell[0]['time'] == '2025-07-18T09:14:02.1234567Z' and
            shell[0]['host'] == 'sp01.contoso.example' and
            {'type': 'account', 'value': 'CONTOSO\\spfarm'} in shell[0]['entities'],
            'rules see an EDR\'s processes', shell)
    # Evidence is read again without the mapping being named: the case has it.
    t.check(b'192.0.2.7' in t.run('search', case, '192.0.2.7').stdout, 'what no event of the mapping fits is found')
    t.check(b'cmd.exe' in t.run('processes', case, '--tree', 'w3wp.exe').stdout, 'processes has them')
    logons = t.run('logons', case, '--jsonl').stdout
    t.check(b'198.51.100.9' in logons and b'2025-12-18T09:14:02.123Z' in logons, 'logons, and the zone', logons)
    clients = t.run('clients', case, '--jsonl').stdout
    t.check(b'203.0.113.9' in clients, 'clients has the requests', clients)
    t.check(b'EDGE01' in t.run('search', case, 'c-ip=203.0.113.9', '--jsonl').stdout, 'and the host that was named')
    sketch = t.run('timeline', case, '--all', '--as', 'timesketch').stdout.decode().splitlines()
    t.check(len(sketch) == 4 and all(json.loads(l)['tag'] == ['second-hand'] and json.loads(l)['second_hand'] for l in sketch),
            'timeline --all', sketch[:1])
    l2t = list(csv.reader(io.StringIO(t.run('timeline', case, '--all', '--as', 'l2t').stdout.decode())))
    t.equal({(r[4], r[5]) for r in l2t[1:]}, {('OTHER', 'Defender advanced hunting'), ('OTHER', 'edge proxy'),
                                              ('EVT', 'SIEM export 2025-08')}, 'and what it is of')
    shown = t.run('show', case, shell[0]['id'])
    t.check(shown.returncode == 0 and b'InitiatingProcessFolderPath' in shown.stdout, 'show has the line')
    t.equal(t.run('verify', case).returncode, 0, 'verify')
    ledger = sqlite3.connect(os.path.join(case, 'case.db')).execute("SELECT detail FROM ledger WHERE what = 'mapping'").fetchall()
    t.equal(sorted(json.loads(d)['sha256'] for d, in ledger), sorted(hashlib.sha256(b.encode()).hexdigest() for b in blocks),
            'the custody record has them')
    why = t.run('rules', 'explain', shell[0]['rule']['id'], case, shell[0]['id'])
    t.check(why.returncode == 0 and b'the rule matches' in why.stdout, 'rules explain', why.stdout[-900:] + why.stderr)
    other = write(t, 'maps/other.yml', blocks[0].replace('host: DeviceName', 'host: Other').encode())
    t.one_line(t.run('import', case, edr, '--map', other), [2], 'another mapping of a name', 'another name')
    same = write(t, 'maps/same.yml', blocks[0].replace('name: Defender', 'name: ' + '\u00e4\u00f6\u00fc' * 3).encode())
    twice = t.run('import', t.path('case twice'), edr, '--map', maps[0], '--map', same)
    t.check(twice.returncode == 1 and b'not recognised as what one program' in twice.stderr, 'two that fit: none', twice.stderr)
    t.equal(t.run('import', t.path('case twice 2'), edr, '--map', maps[0], '--map', same, '--as',
                  '\u00e4\u00f6\u00fc' * 3 + ' advanced hunting').returncode, 0, '--as says which')
    t.check('\u00e4\u00f6\u00fc'.encode() in t.run('search', t.path('case twice 2'), '192.0.2.7').stdout, 'and is remembered')


BAD_MAPS = [
    ('', 'no mapping'), ('x', 'not a mapping'), ('[1', 'not valid YAML'), ('name: a\nmatch: [b]\n', 'time is missing'),
    ('match: [b]\ntime: none\n', 'name is missing'), ('name: a\ntime: none\n', 'match is missing'),
    ('name: a\nmatch: [b]\ntime: {key: t, format: dd/mm}\n', 'none of iso'),
    ('name: a\nmatch: [b]\ntime: {key: t, format: iso, zone: Berlin}\n', 'zone is'),
    ('name: a\nmatch: [b]\ntime: none\nwhat: 1\n', 'what: not a word'),
    ('name: a\nmatch: [b]\ntime: none\ncategory: process\nproduct: windows\n', 'no category'),
    ('name: a\nmatch: [b]\ntime: none\ncategory: file_event\nproduct: linux\n', 'product: windows'),
    ('name: a\nmatch: [b]\ntime: none\ncategory: file_event\nproduct: windows\nchannel: c\n', 'either category or channel'),
    ('name: a\nmatch: [b]\ntime: none\nfields: {A: {key: x}}\n', '{value:'),
    ('name: a\nmatch: [b]\ntime: none\nrest: some\n', 'keep or drop'),
    ('name: "a\\eb"\nmatch: [b]\ntime: none\n', 'name is missing'),
    ('name: %s\nmatch: [b]\ntime: none\n' % ('n' * 61), '60 bytes'),
    ('name: a\nmatch: [b]\ntime: none\nevents: []\n', 'events is a list'),
    ('---\nname: a\nmatch: [b]\ntime: none\n---\nname: b\nmatch: [b]\ntime: none\n', 'one mapping a file'),
]


def wrong(t):
    good = write(t, 'bad/ok.csv', b'RuleTitle,Timestamp,Channel,EventID\na,2021-12-12T07:16:05Z,Sec,1\n')
    for i, (text, word) in enumerate(BAD_MAPS):
        path = write(t, 'bad/%d.yml' % i, text.encode())
        t.one_line(t.run('import', t.path('case bad'), good, '--map', path, '--no-own-rules', '--rules',
                         os.path.join(ROOT, 'rules/impact')), [2], 'mapping %d' % i, word)
    t.one_line(t.run('import', t.path('case bad'), good, '--map', t.path('nowhere')), [2, 3], 'no such mapping')
    t.one_line(t.run('import', t.path('case bad')), [2], 'nothing to import', 'argument is missing')
    t.one_line(t.run('import', t.path('case bad'), t.path('nowhere')), [2], 'no such file')
    t.one_line(t.run('import', t.path('case bad'), good, '--as', 'evtx'), [2], '--as', 'no such format')
    t.check(not os.path.exists(t.path('case bad')), 'no case of it')
    # Files that are none: each said, status 1, and nothing lost of the others.
    none = [write(t, 'none/%s' % n, d) for n, d in (
        ('text', b'hello\n' * 9), ('empty.csv', b''), ('other.json', b'{"a": 1}\n'), ('zeros', b'\0' * 5000),
        ('quote', b'"' * 5000), ('deep.json', b'[' * 200000), ('head.csv', b'RuleTitle,Timestamp,Channel'),
        ('half', b'\xff\xfeR\0u\0l'), ('bin', bytes(range(256)) * 40))]
    case = t.path('case none')
    r = t.run('import', case, good, *none)
    t.equal(r.returncode, 1, 'files of no program: status 1')
    err = r.stderr.decode()
    t.check(err.count('not recognised') == 7 and 'Traceback' not in err and 'head.csv' not in err,
            'each is said', err)
    t.check('--map' in err, 'and what would help')
    t.equal({s['path']: s['events'] for s in t.jsonl('sources', case) if s['events']}, {'ok.csv': 1}, 'the good one is read')
    for s in t.jsonl('sources', case):
        t.equal(sum(s['bytes'].values()), s['size'], 'accounted for: ' + s['path'])
    # Cut anywhere, and with bytes turned over, the account holds and nothing dies.
    data = as_evtxecmd([({'TimeCreated_SystemTime': '2025-07-18T09:14:02.1234567Z', 'EventRecordID': str(i), 'EventID': '4624',
                          'Channel': 'Security', 'Computer': 'h', 'Provider_Name': 'p'}, [('a', '"x\n,')], '', None)
                        for i in range(1, 400)])
    cuts = [write(t, 'cut/%d' % n, data[:n]) for n in range(200, len(data), 7919)]
    cuts += [write(t, 'cut/b%d' % i, bytes(b ^ (0x55 if k > 200 and (k * 7919 + i) % 997 == 0 else 0) for k, b in enumerate(data)))
             for i in range(3)]
    r = t.run('import', t.path('case cut'), os.path.dirname(cuts[0]))
    t.equal(r.returncode, 1, 'damaged files: status 1')
    src = t.jsonl('sources', t.path('case cut'))
    t.check(all(sum(s['bytes'].values()) == s['size'] for s in src), 'every byte is accounted for')
    t.check(all(s['events'] > 300 for s in src if '/b' in s['path']), 'a bad line costs the line',
            [(s['path'], s['events']) for s in src if '/b' in s['path']])
    t.check(not any(p['why'] in ('crash', 'cpu', 'lies') for s in src for p in s['problems']), 'and no worker')


def hostile(t):
    """Names and values that are to act where they are shown."""
    bad = '\x1b]0;owned\x07\x1b[31m\u202e<script>alert(1)</script>=1+1\x9b31m'
    rows = [{'Timestamp': '2025-07-18T09:14:02Z', 'RuleTitle': 'T' + bad, 'Channel': c, 'EventID': i, 'RecordID': n + 1,
             'Computer': 'h' + bad, 'Details': {'Proc' + bad: bad, 'Cmdline': 'vssadmin delete shadows ' + bad,
                                                'Proc': 'C:\\Windows\\System32\\vssadmin.exe', 'n' * 3000: 'x'}}
            for n, (c, i) in enumerate((('Sysmon', 1), (bad, 4), (bad, '-')))]
    case = t.path('case hostile')
    r = t.run('import', case, write(t, 'hostile/' + 'x\x1b[31m\u202e.json', lines(rows)))
    t.equal(r.returncode, 0, 'hostile values are read')
    shown = [r] + [t.run(*c) for c in (('search', case, 'owned'), ('search', case, 'RuleTitle=T*'), ('sources', case),
                                       ('stats', case), ('detections', case, '--all'), ('processes', case), ('timeline', case),
                                       ('search', case, 'owned', '--jsonl'), ('search', case, 'owned', '--csv'),
                                       ('sources', case, '--records'), ('sources', case, '--json'))]
    dets = t.jsonl('detections', case, '--all')
    t.check(len(dets) > 0, 'rules match beside them')
    shown.append(t.run('show', case, dets[0]['id']))
    shown.append(t.run('dump', t.path('hostile', 'x\x1b[31m\u202e.json')))
    shown.append(t.run('dump', t.path('hostile', 'x\x1b[31m\u202e.json'), '--jsonl'))
    acts = [c.args[1:] for c in shown for text in (c.stdout, c.stderr)
            if re.search('[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f\u202e]', text.decode('utf-8'))]
    t.check(not acts, 'nothing of it acts in a terminal', acts)
    html = open(os.path.join(case, 'report.html'), encoding='utf-8').read()
    t.check('<script>alert(1)' not in html and '\x1b' not in html and '\u202e' not in html, 'nor in the report')
    t.check(all(c.returncode in (0, 1) for c in shown), 'all of it works', [c.returncode for c in shown])


def around(t):
    """In a folder and in an archive; whose it is; what it is looked for as."""
    line = b'Timestamp,RuleTitle,Channel,EventID,RecordID,Details\n2021-12-12 07:16:05.123 +00:00,T,Sec,4625,5,TgtUser: eve\n'
    folder = t.path('folder')
    write(t, 'folder/timeline.dat', line)
    import zipfile
    with zipfile.ZipFile(t.path('folder/z.zip'), 'w') as z:
        z.writestr('in/hb.csv', line.replace(b'eve', b'mallory'))
    t.equal(t.investigate(t.path('case folder'), folder).returncode, 0, 'investigate recognises them')
    t.equal([(s['path'], s['format']) for s in t.jsonl('sources', t.path('case folder'))],
            [('folder/timeline.dat', 'hayabusa'), ('folder/z.zip', 'zip'), ('folder/z.zip!in/hb.csv', 'hayabusa')],
            'in folders and archives')
    t.check(b'mallory' in t.run('search', t.path('case folder'), 'TargetUserName=mallory').stdout, 'search finds it there')
    r = t.run('import', t.path('case folder'), folder, '--host', 'WS9', '--quiet')
    t.equal(r.returncode, 0, 'import of what is there')
    src = t.jsonl('sources', t.path('case folder'))
    t.equal([(s['host'], s['host_why']) for s in src], [('WS9', 'said when it was imported')] * 3, '--host')
    t.check(all(e['host'] == 'WS9' for e in t.jsonl('search', t.path('case folder'), 'EventID=4625')), 'of its events, too')
    other = write(t, 'folder2/x', line)
    r = t.run('import', t.path('case as'), other, '--as', 'chainsaw')
    t.check(r.returncode == 1 and b'looked for was chainsaw' in r.stderr, '--as looks for nothing else', r.stderr)


def witnesses(t):
    """Another program's own output, against the logs that it is of."""
    oracle = os.path.join(CORPORA, '..', 'oracles', 'evtx-attack.jsonl.zst')
    if SLOW or not os.path.exists(oracle):
        t.skip('evtx_dump on real logs', 'a build with sanitizers' if SLOW else 'no corpora')
        return
    import subprocess
    text = subprocess.run(['zstd', '-dc', oracle], capture_output=True, check=True).stdout
    want = 'evtx/attack/DeepBlueCLI/'
    objs = [json.loads(l) for l in text.split(b'\n') if want.encode() in l[:200]]
    told_of = write(t, 'witness/dump.jsonl', lines(o['event'] for o in objs))
    t.investigate(t.path('case w1'), os.path.join(CORPORA, want))
    t.run('import', t.path('case w2'), told_of)
    a = {key(d) for d in of_logs(t, t.jsonl('detections', t.path('case w1'), '--all')) if 'recovered' not in d['notes']}
    b = {key(d) for d in of_logs(t, t.jsonl('detections', t.path('case w2'), '--all'))}
    t.equal((sorted(a - b)[:3], sorted(b - a)[:3]), ([], []), 'evtx_dump of real logs: the same detections')
    t.note('%d records of evtx_dump, %d detections' % (len(objs), len(a)))


def main():
    t = Suite('import')
    told(t)
    mappings(t)
    wrong(t)
    hostile(t)
    around(t)
    witnesses(t)
    t.end()


if __name__ == '__main__':
    sys.exit(main())
