#!/usr/bin/env python3
"""Exports: each is what the program that it is for reads (their own code and schemas,
from PyPI, in an environment of its own), says what the detections say, and is the same
each time; filters, hostile values, nothing at all, wrong use."""
import csv
import fcntl
import hashlib
import io
import ipaddress
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import uuid

from fb import HERE, Suite, request, w3c

FORMATS = ['csv', 'timesketch', 'timesketch-csv', 'navigator', 'stix', 'misp', 'ecs', 'sarif']
REQUIREMENTS = os.path.join(HERE, 'export_requirements.txt')
RULE = """title: Anything asked for
id: 6a8c2f6e-93a5-4d4e-9b7d-2f0d4c5b00%02d
tags: [%s]
logsource:
    category: webserver
detection:
    s:
        cs-method: %s
    condition: s
level: %s
"""


# ---- the other programs ----

def environment():
    """Python with the readers of other programs, made once for all builds; and where
    Timesketch's source lies. Or (None, why)."""
    with open(REQUIREMENTS, encoding='utf-8') as f:
        wanted = f.read()
    key = hashlib.sha256((wanted + sys.version).encode()).hexdigest()[:16]
    cache = os.environ.get('XDG_CACHE_HOME') or os.path.expanduser('~/.cache')
    place = os.path.join(cache, 'firebreak-tests', 'export-' + key)
    python = os.path.join(place, 'venv', 'bin', 'python')
    source = os.path.join(place, 'timesketch')
    try:
        os.makedirs(place, exist_ok=True)
        with open(os.path.join(place, 'lock'), 'w', encoding='utf-8') as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not os.path.exists(os.path.join(place, 'complete')):
                make_environment(place, python, source)
                with open(os.path.join(place, 'complete'), 'w', encoding='utf-8'):
                    pass
        return python, source
    except subprocess.CalledProcessError as e:
        last = (e.stderr or e.stdout or b'').decode('utf-8', 'replace').strip().split('\n')[-1]
        return None, last
    except (OSError, subprocess.TimeoutExpired, tarfile.TarError) as e:
        return None, e


def make_environment(place, python, source):
    def run(*cmd):
        subprocess.run(cmd, check=True, capture_output=True, timeout=420, stdin=subprocess.DEVNULL)

    pip = [python, '-m', 'pip', '--disable-pip-version-check', '-q', '--timeout', '20', '--retries', '1']
    venv, packed = os.path.join(place, 'venv'), os.path.join(place, 'packed')
    for old in (venv, source, packed):
        shutil.rmtree(old, ignore_errors=True)
    run(sys.executable, '-m', 'venv', venv)
    run(*pip, 'install', '--no-deps', '--prefer-binary', '-r', REQUIREMENTS)
    # The server's own readers; nothing else of it is needed, or installed.
    with open(REQUIREMENTS, encoding='utf-8') as f:
        version = re.search(r'^# source: (timesketch==\S+)', f.read(), re.M).group(1)
    run(*pip, 'download', '--no-deps', '--no-binary', ':all:', '-d', packed, version)
    with tarfile.open(os.path.join(packed, os.listdir(packed)[0])) as tar:
        for member in tar:
            parts = member.name.split('/', 1)
            if member.isfile() and parts[1:] and parts[1] in ('timesketch/lib/utils.py', 'timesketch/lib/errors.py'):
                path = os.path.join(source, parts[1])
                os.makedirs(os.path.dirname(path), exist_ok=True)
                with open(path, 'wb') as f:
                    f.write(tar.extractfile(member).read())
    shutil.rmtree(packed)


def others(t, folder):
    python, source = environment()
    if python is None:
        t.skip('what other programs say of the exports', 'PyPI could not be used (%s)' % source)
        return
    r = subprocess.run([python, os.path.join(HERE, 'export_validate.py'), folder, source],
                       capture_output=True, check=False, timeout=300)
    lines = [json.loads(l) for l in r.stdout.decode().split('\n') if l.startswith('{')]
    t.check(lines and r.returncode == 0, 'the other programs ran', r.stderr[-1500:])
    for line in lines:
        t.check(line['ok'], line['what'], line['detail'])


# ---- what the exports say ----

def write(path, data):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, 'wb') as f:
        f.write(data if isinstance(data, bytes) else data.encode())
    return path


def export(t, case, name, *args, status=0):
    r = t.run('export', case, name, *args)
    t.check(r.returncode == status, 'export %s %s' % (name, ' '.join(args)),
            'status %d, want %d\n%s' % (r.returncode, status, r.stderr.decode()))
    return r.stdout


def lines_of(data):
    return [json.loads(l) for l in data.decode('utf-8').split('\n') if l]


def table_of(data):
    return list(csv.DictReader(io.StringIO(data.decode('utf-8'), newline='')))


def content(t, case, want, out):
    """Every export against the detections themselves."""
    ids = [d['id'] for d in want]
    rows = table_of(out['csv'])
    t.equal(out['csv'], t.run('detections', case, '--csv').stdout, 'csv is that of detections')
    t.equal([r['id'] for r in rows], ids, 'csv: every detection')

    lines = lines_of(out['timesketch'])
    t.equal([l['detection_id'] for l in lines], ids, 'timesketch: every detection')
    t.check(all(l['datetime'].endswith('+00:00') and l['datetime'][:19] == d['time'][:19]
                and l['rule'] == d['rule']['title'] and l['level'] == d['level']
                and l.get('hostname') == d['host'] and l['source_path'] == d['source']['path']
                and l.get('record') == d['source'].get('record') and d['summary'] in l['message']
                for l, d in zip(lines, want)), 'timesketch: what the detections say')
    t.equal([r['detection_id'] for r in table_of(out['timesketch-csv'])], ids, 'timesketch-csv: every detection')

    alerts = lines_of(out['ecs'])
    t.equal([a['event']['id'] for a in alerts], ids, 'ecs: every detection')
    t.check(all(a['@timestamp'] == d['time'] and a['event']['kind'] == 'alert' and a['rule']['id'] == d['rule']['id']
                and a.get('host', {}).get('name') == d['host'] and a['log']['file']['path'] == d['source']['path']
                and a['event'].get('code') == (str(d['event_id']) if d['event_id'] else None)
                and a['related'].get('ip', []) == [e['value'] for e in d['entities'] if e['type'] == 'address']
                for a, d in zip(alerts, want)), 'ecs: what the detections say')
    web = [(a, d) for a, d in zip(alerts, want) if d['source'].get('line')]
    t.check(web and all(a['source']['ip'] == next(e['value'] for e in d['entities'] if e['type'] == 'address')
                        for a, d in web), 'ecs: the client of a web request is the source')
    fields = set()
    for a in alerts:
        fields |= flat(a)
    t.equal(sorted(fields - ECS_FIELDS), [], 'ecs: only fields that the schema has')
    check_ecs(t, alerts, 'the demonstration')

    run = json.loads(out['sarif'])['runs'][0]
    t.equal([r['partialFingerprints']['firebreakDetection/v1'] for r in run['results']], ids, 'sarif: every detection')
    rules = run['tool']['driver']['rules']
    t.check(all(rules[r['ruleIndex']]['id'] == r['ruleId'] == d['rule']['id']
                and r['level'] == {'critical': 'error', 'high': 'error', 'medium': 'warning'}.get(d['level'], 'note')
                for r, d in zip(run['results'], want)), 'sarif: rules and levels')
    t.equal(sorted({r['id'] for r in rules}), sorted({d['rule']['id'] for d in want}), 'sarif: only rules with results')

    for ok, what, detail in knowledge(want, out):
        t.check(ok, what, detail)

    layer = json.loads(out['navigator'])
    counts = {}
    for d in want:
        for technique in d['rule']['techniques']:
            counts[technique] = counts.get(technique, 0) + 1
    t.equal({x['techniqueID']: x['score'] for x in layer['techniques']}, counts, 'navigator: detections by technique')


def entities_of(want, kind):
    return {e['value'] for d in want for e in d['entities'] if e['type'] == kind}


def knowledge(want, out):
    """STIX and MISP: groups and the values that their detections name."""
    groups = {}
    for d in want:
        groups.setdefault((d['rule']['id'], d['host']), []).append(d)

    bundle = json.loads(out['stix'])
    by_id = {o['id']: o for o in bundle['objects']}
    yield len(by_id) == len(bundle['objects']), 'stix: every object once', ''
    loose = [r for o in bundle['objects'] for k, v in o.items() if k.endswith('_ref') or k.endswith('_refs')
             for r in ([v] if isinstance(v, str) else v) if r not in by_id]
    yield not loose, 'stix: no reference leads out of the bundle', loose[:5]
    seen = {}
    for o in bundle['objects']:
        if o['type'] == 'sighting':
            where = [by_id[w]['name'] for w in o.get('where_sighted_refs', [])]
            key = (o['external_references'][0]['external_id'], where[0] if where else None)
            seen.setdefault(key, []).append((o['count'], by_id[o['sighting_of_ref']]['name']))
    yield seen == {k: [(len(v), t) for t in v[0]['rule']['techniques'] or [v[0]['rule']['title']]]
                   for k, v in groups.items()}, 'stix: a sighting for each rule, host and technique', ''
    values = {o['value'] for o in bundle['objects'] if o['type'] in ('ipv4-addr', 'ipv6-addr')}
    yield values == entities_of(want, 'address'), 'stix: every address', values
    users = {o['account_login'] for o in bundle['objects'] if o['type'] == 'user-account'}
    yield users == entities_of(want, 'account'), 'stix: every account', users
    paths = {by_id[o['parent_directory_ref']]['path'].rstrip('\\') + '\\' + o['name']
             for o in bundle['objects'] if o['type'] == 'file' and 'parent_directory_ref' in o}
    files = {p for p in entities_of(want, 'file') | entities_of(want, 'process') if p[1:3] == ':\\'}
    yield files and files <= paths, 'stix: every file with its folder', sorted(files - paths)[:5]
    # The identifier that the specification derives, computed by itself.
    space = uuid.UUID('00abedb4-aa42-466c-9c01-fed23315a9b7')
    wrong = [o for o in bundle['objects'] for keys in [SCO_KEYS.get(o['type'])] if keys and o['id'] != '%s--%s' % (
        o['type'], uuid.uuid5(space, json.dumps({k: o[k] for k in keys if k in o}, sort_keys=True,
                                                separators=(',', ':'), ensure_ascii=False)))]
    yield not wrong, 'stix: the identifiers of observables are those of everybody', wrong[:3]

    event = json.loads(out['misp'])['Event']
    texts = [a for a in event['Attribute'] if a['type'] == 'text']
    yield len(texts) == len(groups), 'misp: a text for each rule and host', len(texts)
    values = {a['value'] for a in event['Attribute'] if a['type'] == 'ip-src'}
    yield values == entities_of(want, 'address'), 'misp: every address', values
    yield {a['value'] for a in event['Attribute'] if a['type'] == 'uri'} == \
        {u for u in entities_of(want, 'url') if '://' not in u}, 'misp: every request', ''
    own = [a['value'] for a in event['Attribute'] if a['to_ids'] and a['type'] == 'ip-src'
           and ipaddress.ip_address(a['value']) in ipaddress.ip_network('10.0.0.0/8')]
    yield not own and any(a['to_ids'] for a in event['Attribute']), 'misp: own addresses are context', own
    yield all(not a['to_ids'] for a in event['Attribute']
              if a['type'] in ('filename', 'target-user', 'target-machine', 'text')), 'misp: context is not for IDS', ''
    yield event['date'] == want[0]['time'][:10], 'misp: the date of the first detection', event['date']
    yield len({a['uuid'] for a in event['Attribute']}) == len(event['Attribute']), 'misp: every attribute once', ''


SCO_KEYS = {'ipv4-addr': ['value'], 'ipv6-addr': ['value'], 'domain-name': ['value'], 'url': ['value'],
            'user-account': ['account_login'], 'directory': ['path'], 'file': ['hashes', 'name', 'parent_directory_ref']}


# Names of the Elastic Common Schema 8.17 that are used; labels are the writer's own.
ECS_FIELDS = set("""@timestamp ecs.version message tags labels event.kind event.module event.dataset event.id
event.severity event.code event.provider event.sequence event.start event.end rule.id rule.name rule.description
rule.ruleset threat.framework threat.technique.id threat.technique.subtechnique.id host.name source.ip user.name
user.domain process.executable process.name process.parent.executable process.parent.name file.path file.name file.mtime
url.original user_agent.original service.name related.ip related.user related.hosts related.hash log.file.path
observer.vendor observer.product observer.version""".split())


# Elastic's own list of its fields, from npm: exact, or not at all. Fields keep their names and types from one
# version to the next, so that a later list holds for the version that is declared too.
ECS_PACKAGE = '@elastic/ecs@9.4.0'
ECS_PRINT = """const all = require('./package/build/commonjs/ecs_flat.js').EcsFlat, out = {};
for (const [name, f] of Object.entries(all))
  out[name] = {type: f.type, array: (f.normalize || []).includes('array'), allowed: (f.allowed_values || []).map(v => v.name)};
console.log(JSON.stringify(out));"""


def ecs_schema():
    """name -> type, array, allowed; or None and why."""
    cache = os.environ.get('XDG_CACHE_HOME') or os.path.expanduser('~/.cache')
    place = os.path.join(cache, 'firebreak-tests', ECS_PACKAGE.replace('/', '-'))
    made = os.path.join(place, 'fields.json')
    try:
        if not os.path.exists(made):
            os.makedirs(place, exist_ok=True)
            run = lambda *cmd: subprocess.run(cmd, cwd=place, check=True, capture_output=True, timeout=100, stdin=subprocess.DEVNULL).stdout
            packed = run('npm', 'pack', '--silent', ECS_PACKAGE).decode().strip().split('\n')[-1]
            run('tar', 'xzf', packed)
            text = run('node', '-e', ECS_PRINT)
            with open(made + '.new', 'wb') as f:
                f.write(text)
            os.replace(made + '.new', made)
        with open(made, encoding='utf-8') as f:
            return json.load(f), None
    except (OSError, subprocess.SubprocessError, ValueError) as e:
        return None, e


def leaves(value, name=''):
    if not isinstance(value, dict) or name == 'labels':
        yield name, value
        return
    for k, v in value.items():
        yield from leaves(v, name + '.' + k if name else k)


def fits(field, value):
    """Is a value of the type that the schema gives a field?"""
    if field['array'] != isinstance(value, list):
        return False
    for v in value if isinstance(value, list) else [value]:
        if field['type'] in ('keyword', 'wildcard', 'match_only_text'):
            ok = isinstance(v, str) and (not field['allowed'] or v in field['allowed'])
        elif field['type'] == 'date':
            ok = isinstance(v, str) and re.fullmatch(r'\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z', v)
        elif field['type'] == 'long':
            ok = isinstance(v, int) and not isinstance(v, bool) and -2**63 <= v < 2**63
        elif field['type'] == 'ip':
            ok = isinstance(v, str) and re.fullmatch(r'[0-9a-f:.]+', v) and bool(ipaddress.ip_address(v))
        else:
            ok = field['type'] == 'object' and isinstance(v, dict) and all(isinstance(x, str) for x in v.values())
        if not ok:
            return False
    return True


def check_ecs(t, alerts, what):
    schema, why = ecs_schema()
    if schema is None:
        t.skip('ecs: %s against Elastic\'s list of fields' % what, 'npm could not be used (%s)' % why)
        return
    t.check(len(schema) > 1000, 'ecs: the list is there', len(schema))
    wrong = {(name, json.dumps(value)[:80]) for a in alerts for name, value in leaves(a)
             if name not in schema or not fits(schema[name], value)}
    t.equal(sorted(wrong), [], 'ecs: %s: every field is in the schema, and its value of the type' % what)
    t.equal(sorted(ECS_FIELDS - set(schema)), [], 'ecs: the names that are used are in the schema')


def files(t):
    """A hit on a file has no time of an event: where a time is demanded, it is that of the file, and said to be."""
    write(t.path('filed', 'evil.bin'), b'inert')
    os.utime(t.path('filed', 'evil.bin'), (1752829442, 1752829442))
    write(t.path('iocs.txt'), b'evil.bin\n')
    case = t.path('filedcase')
    t.investigate(case, t.path('filed'), own=False, extra=['--iocs', t.path('iocs.txt')])
    for name in FORMATS:
        r = t.run('export', case, name)
        t.equal(r.returncode, 0, 'a file: %s: status' % name)
        t.equal(b'1 detection on files: with the time at which the file was modified' in r.stderr,
                name in ('timesketch', 'timesketch-csv', 'ecs'), 'a file: %s says what the time is' % name)
    line, = lines_of(export(t, case, 'timesketch'))
    t.equal((line['datetime'], line['timestamp_desc']),
            ('2025-07-18T09:04:02.000000+00:00', 'File modified (a hit on the file, not an event)'), 'timesketch: the file\'s time')
    row, = table_of(export(t, case, 'timesketch-csv'))
    t.equal((row['datetime'], row['timestamp_desc']), (line['datetime'], line['timestamp_desc']), 'timesketch-csv: the same')
    alert, = alerts = lines_of(export(t, case, 'ecs'))
    t.equal((alert['@timestamp'], alert['file']['mtime'], alert['labels']['timestamp']),
            ('2025-07-18T09:04:02Z', '2025-07-18T09:04:02Z', 'file modified'), 'ecs: the file\'s time')
    check_ecs(t, alerts, 'a file')


def flat(value, name=''):
    if name == 'labels' or not isinstance(value, dict):
        return {name}
    out = set()
    for k, v in value.items():
        out |= flat(v, name + '.' + k if name else k)
    return out


def filters(t, case, want):
    host = next(d['host'] for d in want if d['host'])
    rule = want[0]['rule']['id']
    middle = want[len(want) // 2]['time'][:19]
    for args, keep in ((['--level', 'high'], lambda d: d['level'] in ('high', 'critical')),
                       (['--host', host], lambda d: d['host'] == host),
                       (['--rule', rule], lambda d: d['rule']['id'] == rule),
                       (['--from', middle], lambda d: d['time'][:19] >= middle),
                       (['--to', middle], lambda d: d['time'][:19] < middle),
                       (['--source', want[0]['source']['path']],
                        lambda d: want[0]['source']['path'] in [p['path'] for p in [d['source']] + d['copies']])):
        ids = [d['id'] for d in want if keep(d)]
        t.check(0 < len(ids) < len(want), 'the filter %s chooses something' % args[0])
        t.equal([l['detection_id'] for l in lines_of(export(t, case, 'timesketch', *args))], ids, 'filter %s' % args[0])
    n = sum(d['level'] == 'critical' for d in want)
    layer = json.loads(export(t, case, 'navigator', '--level', 'critical'))
    t.check(n and {m['name']: m['value'] for m in layer['metadata']}['detections'] == str(n),
            'navigator: a filter', layer['metadata'])


HOSTILE = [
    '=HYPERLINK(1)', '@SUM(1)', '</script><b>x', '"quoted","cells"', "'; DROP TABLE x;--", '%0d%0aX',
    '\u202etxt.exe', '\ufeff\u200b', '\x1b[31m', '-->', '\x00nul', '\u2028line',
]


def hostile(t):
    lines = [request(stem='/a/' + h.replace(' ', '+').replace('\x00', ''), agent=h.replace(' ', '+').replace('\x00', '') or '-',
                     user='EVIL\\=cmd', at='2025-07-18 09:14:%02d' % i).encode('utf-8')
             for i, h in enumerate(HOSTILE)]
    lines.append(request(stem='/raw/').encode() + b'\xff\xfe')
    lines.append(request(stem='/\xff\xc3'.replace('\xff', 'y'), agent='a').encode('latin-1'))
    write(t.path('bad', 'evil \u202e=1', 'u_ex250718.log'), w3c(lines))
    write(t.path('badrules', 'r.yml'), RULE % (1, 'attack.t1190, attack.t1505.003, attack.persistence', 'GET', 'high'))
    case = t.path('badcase')
    t.investigate(case, t.path('bad'), rules=[t.path('badrules')], own=False)
    want = t.jsonl('detections', case)
    t.check(len(want) >= len(HOSTILE), 'the hostile lines are detections', len(want))
    return case, want


def no_formula(t, data, what):
    bad = [(k, v) for row in table_of(data) for k, v in row.items()
           if v and v[0] in '=+-@\t\r\n' and not re.fullmatch(r'-?\d+', v)]
    t.equal(bad, [], what + ': no cell is a formula')


def write_all(t, case, prefix, folder):
    out = {}
    for name in FORMATS:
        path = os.path.join(folder, '%s.%s' % (prefix, name))
        r = t.run('export', case, name, '-o', path)
        t.check(r.returncode == 0 and r.stdout == b'', '%s: export %s -o' % (prefix, name), r.stderr)
        with open(path, 'rb') as f:
            out[name] = f.read()
        t.equal(export(t, case, name), out[name], '%s: %s twice gives the same bytes' % (prefix, name))
        try:
            text = out[name].decode('utf-8')
            controls = re.findall('[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff]', text)
            t.equal(controls, [], '%s: %s has no control characters' % (prefix, name))
        except UnicodeDecodeError as e:
            t.check(False, '%s: %s is UTF-8' % (prefix, name), e)
    return out


def defang(t, case):
    rows = table_of(export(t, case, 'csv', '--defang'))
    plain = table_of(export(t, case, 'csv'))
    t.equal([r['id'] for r in rows], [r['id'] for r in plain], 'defanged: every detection')
    address = re.compile(r'(?<![\w.\]])\d{1,3}(\.\d{1,3}){3}(?![\w.])')
    left = [r['summary'] for r in rows if address.search(r['summary']) or address.search(r['entities'])]
    t.equal(left, [], 'defanged: no address is whole')
    t.check(any('[.]' in r['entities'] for r in rows) and any(address.search(r['entities']) for r in plain),
            'defanged: there was something to do')
    t.check(all(a['path'] == b['path'] and a['rule_title'] == b['rule_title'] for a, b in zip(rows, plain)),
            'defanged: paths of the evidence and titles are as they were')
    for args in (['detections', case, '--all'], ['timeline', case, '--all'], ['detections', case, '--csv'],
                 ['detections', case, '--groups', '--csv']):
        plain, safe = t.run(*args).stdout.decode(), t.run(*args, '--defang').stdout.decode()
        t.check(address.search(plain) and not address.search(safe) and '[.]' in safe
                and plain.count('\n') == safe.count('\n'), 'defanged: ' + ' '.join(map(str, args)), safe[:1500])
    t.one_line(t.run('detections', case, '--jsonl', '--defang'), (2,), 'defanged JSON', '--defang')
    t.one_line(t.run('timeline', case, '--json', '--defang'), (2,), 'defanged JSON', '--defang')


def decided(t, case, want):
    """What people decided goes along."""
    first, last = want[0], want[-1]
    for args in (['mark', case, first['id'], 'malicious'], ['tag', case, first['id'], '+initial-access'],
                 ['set-aside', case, '--reason', 'our <b>own</b> test', '--rule', last['rule']['id']]):
        r = t.run(*args, '--by', 'anna')
        t.equal(r.returncode, 0, 'firebreak ' + args[0])
    aside = [d['id'] for d in want if d['rule']['id'] == last['rule']['id']]
    for name, tags in (('timesketch', lambda l: (l['detection_id'], l['tag'])),
                       ('ecs', lambda a: (a['event']['id'], a['tags']))):
        told = dict(map(tags, lines_of(export(t, case, name))))
        t.check({'mark:malicious', 'initial-access'} <= set(told[first['id']]), name + ': marks and tags', told[first['id']])
        t.equal([i for i in told if 'set-aside' in told[i]], aside, name + ': what is set aside')
    results = json.loads(export(t, case, 'sarif'))['runs'][0]['results']
    t.equal([(r['partialFingerprints']['firebreakDetection/v1'], r['suppressions'][0]['justification'])
             for r in results if 'suppressions' in r], [(i, 'our <b>own</b> test') for i in aside], 'sarif: suppressed')
    t.equal([l['detection_id'] for l in lines_of(export(t, case, 'timesketch', '--no-set-aside'))],
            [d['id'] for d in want if d['id'] not in aside], '--no-set-aside')


def misuse(t, case):
    t.one_line(t.run('export', case, 'navigatr'), (2,), 'unknown format', 'did you mean "navigator"')
    t.one_line(t.run('export', case, 'xlsx'), (2,), 'a format that is none', 'timesketch-csv')
    t.one_line(t.run('export'), (2,), 'no format')
    t.one_line(t.run('export', t.path('nothing'), 'csv'), (2,), 'no case')
    t.one_line(t.run('export', case, 'csv', '--tlp', 'red'), (2,), 'a mark where there is no place', '--tlp')
    t.one_line(t.run('export', case, 'ecs', '--tlp', 'purple'), (2,), 'no such mark', 'amber+strict')
    t.one_line(t.run('export', case, 'ecs', '--defang'), (2,), 'defang for machines', '--defang')
    t.one_line(t.run('export', case, 'ecs', '--title', 'x'), (2,), 'a title where there is no place', '--title')
    t.one_line(t.run('export', case, 'csv', '-o', t.path('no', 'such', 'folder', 'x')), (2, 3), 'not writable')
    t.one_line(t.run('export', case, 'csv', '--from', 'yesterday'), (2,), 'not a time', 'from')
    if os.path.exists('/dev/full'):
        with open('/dev/full', 'wb') as full:
            r = t.run('export', case, 'ecs', stdout=full, stderr=subprocess.PIPE)
        t.one_line(r, (3,), 'the disk is full')
    for name in FORMATS:
        t.check(name in t.run('export', '--help').stdout.decode(), 'help names ' + name)


def marks(t, case, folder):
    for name in ('stix', 'misp'):
        with open(os.path.join(folder, 'marked.' + name), 'wb') as f:
            f.write(export(t, case, name, '--tlp', 'amber+strict'))
    with open(os.path.join(folder, 'marked.stix'), encoding='utf-8') as f:
        objects = json.load(f)['objects']
    mark = [o for o in objects if o['type'] == 'marking-definition']
    t.check(len(mark) == 1 and mark[0]['name'] == 'TLP:AMBER+STRICT', 'stix: the marking', mark)
    bare = {o['type'] for o in objects if mark[0]['id'] not in o.get('object_marking_refs', [])}
    t.equal(bare, {'marking-definition', 'identity', 'attack-pattern'}, 'stix: what tells of the case is marked')
    with open(os.path.join(folder, 'marked.misp'), encoding='utf-8') as f:
        t.check({'name': 'tlp:amber+strict'} in json.load(f)['Event']['Tag'], 'misp: marked')
    t.equal(json.loads(export(t, case, 'misp', '--title', 'Op A'))['Event']['info'], 'Op A', 'misp: named')
    t.check(all('tlp:amber+strict' in l['tag'] for l in lines_of(export(t, case, 'timesketch', '--tlp', 'amber+strict'))),
            'timesketch: marked')
    t.check(all('tlp:red' in l['tags'] for l in lines_of(export(t, case, 'ecs', '--tlp', 'red'))), 'ecs: marked')
    layer = json.loads(export(t, case, 'navigator', '--tlp', 'green', '--title', 'Op <b>'))
    t.check(layer['name'] == 'Op <b>' and {'name': 'tlp', 'value': 'green'} in layer['metadata'], 'navigator: marked and named')
    t.equal(json.loads(export(t, case, 'sarif', '--tlp', 'clear'))['runs'][0]['properties']['tags'], ['tlp:clear'],
            'sarif: marked')


def untimed(t):
    """A detection without a time: said where the format demands one."""
    write(t.path('clock', 'u_ex1.log'), w3c([request()]))
    write(t.path('clock', 'u_ex2.log'), b'#Software: Microsoft Internet Information Services 10.0\r\n#Version: 1.0\r\n'
          b'#Fields: cs-method cs-uri-stem c-ip sc-status\r\nGET / 203.0.113.9 200\r\n')
    case = t.path('clockcase')
    t.investigate(case, t.path('clock'), rules=[t.path('badrules')], own=False)
    want = t.jsonl('detections', case)
    t.check([d['time'] is None for d in want] == [False, True], 'one of two detections has no time', want)
    for name in FORMATS:
        r = t.run('export', case, name)
        demands = name in ('timesketch', 'timesketch-csv', 'ecs')
        t.equal(r.returncode, 1 if demands else 0, 'without a time: %s' % name)
        t.equal(b'1 detection without a time' in r.stderr, demands,
                'without a time: %s says so' % name)


def main():
    t = Suite('export')
    evidence = t.make_demo(t.path('demo'))
    case = t.path('case')
    # What is found in a file has no time, so formats that demand one leave it out and say so.
    t.investigate(case, evidence, extra=['--no-webshell'])
    want = t.jsonl('detections', case)
    t.check(len(want) > 100, 'the demonstration has detections', len(want))
    folder = t.path('out')
    os.makedirs(folder)
    content(t, case, want, write_all(t, case, 'full', folder))
    filters(t, case, want)
    defang(t, case)
    marks(t, case, folder)
    misuse(t, case)
    write(t.path('quiet', 'u_ex250718.log'), w3c([request(method='POST')]))
    bad, _ = hostile(t)
    out = write_all(t, bad, 'hostile', folder)
    no_formula(t, out['csv'], 'csv')
    no_formula(t, out['timesketch-csv'], 'timesketch-csv')
    t.investigate(t.path('quietcase'), t.path('quiet'), rules=[t.path('badrules')], own=False)
    write_all(t, t.path('quietcase'), 'empty', folder)
    untimed(t)
    files(t)
    decided(t, case, want)
    with open(os.path.join(folder, 'decided.sarif'), 'wb') as f:
        f.write(export(t, case, 'sarif'))
    others(t, folder)
    t.end()


main()
