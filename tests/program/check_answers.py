#!/usr/bin/env python3
"""Is the answer key true of the evidence? Makes evidence with firebreak-demo, reads it
with other programs (evtxexport, and evtx_dump where it is installed), and compares each
planned record with what stands at its place.

Usage: check_answers.py FIREBREAK-DEMO    exit 77: skipped, evtxexport is not there"""
import filecmp
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

faults = []
passed = 0


def check(ok, text):
    global passed
    if ok:
        passed += 1
    elif len(faults) < 40:
        faults.append(text)


def make(program, out, *options):
    subprocess.run([program, *options, '-o', out], check=True, stdout=subprocess.DEVNULL)
    with open(os.path.join(out, 'answers.json'), encoding='utf-8') as f:
        return json.load(f)


def exported(path):
    """{record number: (event id, time, xml)} of an event log, by evtxexport."""
    run = subprocess.run(['evtxexport', '-f', 'xml', path], capture_output=True)
    text = run.stdout.decode('utf-8', 'replace')
    check(run.returncode == 0 and 'Unable' not in text, 'evtxexport fails on ' + path)
    records = {}
    for xml in re.findall(r'<Event xmlns.*?</Event>', text, re.S):
        number = int(re.search(r'<EventRecordID>(\d+)<', xml).group(1))
        event = int(re.search(r'<EventID[^>]*>(\d+)<', xml).group(1))
        time = re.search(r'SystemTime="([^"]*)"', xml).group(1)
        records[number] = (event, time, xml)
    return records


def dumped(path):
    """Number of records by evtx_dump, or None."""
    if not shutil.which('evtx_dump'):
        return None
    run = subprocess.run(['evtx_dump', '-o', 'jsonl', path], capture_output=True)
    return len(run.stdout.splitlines())


def check_logs(root, stepped):
    logs = {}
    for folder, _, names in os.walk(root):
        for name in names:
            path = os.path.join(folder, name)
            if name.endswith('.evtx'):
                rel = os.path.relpath(path, root)
                logs[rel] = exported(path)
                numbers = sorted(logs[rel])
                check(numbers and numbers == list(range(numbers[0], numbers[0] + len(numbers))),
                      rel + ': record numbers have gaps')
                times = [logs[rel][n][1] for n in numbers]
                check(times == sorted(times) or (stepped and 'DC01' in rel), rel + ': times go back')
                count = dumped(path)
                check(count is None or count == len(numbers),
                      '%s: %d records, evtx_dump reads %s' % (rel, len(numbers), count))
    return logs


# What must stand in a record of that kind, wherever it is.
TELLING = {
    'toolpane-forged-referrer': ('ToolPane.aspx', '/_layouts/SignOut.aspx', ' 200 0 0 '),
    'toolpane-attempt': ('POST', 'ToolPane.aspx', 'SignOut.aspx'),
    'webshell-page-get': ('GET /_layouts/15/', '.aspx'),
    'machinekey-fetched': ('debug_dev.js|ribbonstate.js',),
    'forged-viewstate-post': ('POST /_layouts/15/start.aspx',),
    'encoded-powershell': ('demonstration', 'VwByAGkAdABl'),
    'lsass-access': ('lsass.exe', '0x00001410|0x1410'),
    'guest-enabled': ('Guest',),
    'rclone': ('TrendSecurity.exe',),
    'archive-staging': ('bkp.7z',),
    'log-cleared': ('SYSTEM|wevtutil',),
    'ransom-note': ('How to decrypt my data.txt',),
    'vss-delete': ('vssadmin',),
    'gpo-change': ('gPCMachineExtensionNames',),
    'toolpane-edit': ('POST /_layouts/15/ToolPane.aspx', '0#.w|northmoor'),
    'vulnerability-scan': ('10.20.9.5',),
}
ANY = {'encoded-powershell'}


def check_record(root, logs, lines, e):
    where = '%s %s' % (e['kind'], e.get('source'))
    if e['lost']:
        check('source' not in e and not e.get('telling'), where + ': lost, yet it has a place')
        return
    if 'record' in e:
        found = logs.get(e['source'], {}).get(e['record'])
        check(found is not None, '%s: no record %d' % (where, e['record']))
        if not found:
            return
        check(found[0] == e['event'], '%s: event %d, not %d' % (where, found[0], e['event']))
        check(found[1][:26] == e['time'][:26], '%s: time %s, not %s' % (where, found[1], e['time']))
        check(e['telemetry'] in found[2], where + ': channel')
        check('<Computer>%s.' % e['host'] in found[2] or '<Computer>WIN-7Q2KD81RFA.' in found[2], where + ': host')
        text = found[2]
    else:
        if e['source'] not in lines:
            with open(os.path.join(root, e['source']), encoding='utf-8') as f:
                lines[e['source']] = f.read().split('\n')
        text = lines[e['source']][e['line'] - 1]
        check(text.startswith(e['time'].replace('T', ' ').replace('Z', '') + ' '),
              '%s line %d: %s' % (where, e['line'], text[:60]))
    wanted = TELLING.get(e['kind'], ()) if e.get('telling', True) else ()
    hits = [any(w in text for w in alternatives.split('|') if w) or alternatives in text
            for alternatives in wanted]
    check(not hits or (any(hits) if e['kind'] in ANY else all(hits)),
          '%s: the record does not say so: %s' % (where, text[-300:]))


def check_weblogs(root):
    """Each line has the columns of the #Fields line above it."""
    for folder, _, names in os.walk(root):
        for name in names:
            path = os.path.join(folder, name)
            if not name.endswith('.log') or name == 'conn.log':
                continue
            fields = None
            cut = name.startswith('u_ex') and 'SP02' in path and os.path.getsize(path) == 20011
            with open(path, encoding='utf-8', newline='') as f:
                all_lines = f.read().split('\r\n')
            for line in all_lines[:-1]:
                if line.startswith('#Fields: '):
                    fields = len(line.split(' ')) - 1
                elif not line.startswith('#'):
                    check(len(line.split(' ')) == fields, '%s: %s' % (path, line[:80]))
            check(cut or all_lines[-1] == '', path + ': ends within a line')


def same(a, b):
    """Two folders, byte for byte."""
    left, right = [], []
    for root, out in ((a, left), (b, right)):
        for folder, _, names in os.walk(root):
            out += [os.path.relpath(os.path.join(folder, n), root) for n in names]
    if sorted(left) != sorted(right):
        return False
    return all(filecmp.cmp(os.path.join(a, n), os.path.join(b, n), shallow=False) for n in left)


def check_scenario(program, out, scenario, *options):
    answers = make(program, out, '--scenario', scenario, *options)
    root = os.path.join(out, 'evidence')
    logs = check_logs(root, 'stepped' in answers['with'])
    lines = {}
    for e in answers['events'] + answers['innocent']:
        check_record(root, logs, lines, e)
    check_weblogs(root)
    for page in answers['pages']:
        check(os.path.exists(os.path.join(root, page['path'])), 'no page ' + page['path'])
    for q in answers['questions']:
        check(q['acceptable'] and not set(q['acceptable']) & set(q['forbidden']), str(q))
    return answers


def names_of_variants(program):
    """(name, whether it needs the break-in), as the program's help has them."""
    text = subprocess.run([program, '--help'], capture_output=True, check=True).stdout.decode()
    return [(line.split()[0], line.endswith('(sharepoint)')) for line in text.split('--with, ')[1].split('\n')[1:] if line]


def survivors(answers, **wanted):
    return [e for e in answers['events'] if not e['lost'] and all(e.get(k) == v for k, v in wanted.items())]


def check_variants(program, tmp, plain):
    """Each by itself: its key is true of its evidence, and it is another than without it."""
    names = names_of_variants(program)
    check(len(names) > 20, 'variants')
    for name, attack in names:
        out = '%s/with %s' % (tmp, name)
        a = check_scenario(program, out, 'sharepoint' if attack else 'benign', '--seed', '7', '--size', '4M', '--with', name)
        check(a['with'] == [name] and not same(plain[attack], out + '/evidence'), name + ' changes nothing')
        if attack:
            happened = {(q['question'], q['place'], q['route']) for q in a['questions'] if q['happened']}
            shell = ('persistence', 'SP01', 'web shell') in happened
            check(shell == (name not in ('memory-only', 'refused', 'attempted')), name + ': a web shell')
            check(bool(a['activities']) == (name not in ('refused', 'attempted')), name + ': activities')
        shutil.rmtree(out)
    # What is lost decides nothing any more.
    a = check_scenario(program, tmp + '/lost', 'sharepoint', '--seed', '7', '--size', '4M', '--with', 'host-absent,days-lost,two-attackers,proxy')
    check(not survivors(a, host='FS02') and not os.path.exists(tmp + '/lost/evidence/FS02'), 'host-absent')
    check(not any(q['decidable'] for q in a['questions'] if q['place'] == 'FS02'), 'what is absent decides nothing')
    check(len(a['activities']) == 2 and '10.20.4.2' in a['activities'][0]['addresses'], 'two, behind a proxy')
    check(min(e['time'] for e in survivors(a, host='SP01')) >= '2025-08-13', 'days-lost')
    for wrong in ('nothing', 'memory-only,renamed-page', 'refused,attempted'):
        run = subprocess.run([program, '--scenario', 'sharepoint', '--with', wrong, '-o', tmp + '/no'], capture_output=True)
        check(run.returncode == 2 and b'cannot be with' in run.stderr, 'refuses ' + wrong)
    run = subprocess.run([program, '--scenario', 'benign', '--with', 'one-door', '-o', tmp + '/no'], capture_output=True)
    check(run.returncode == 2, 'a door where nobody broke in')


def main():
    program = sys.argv[1]
    if not shutil.which('evtxexport'):
        print('skipped: evtxexport is not installed')
        return 77
    with tempfile.TemporaryDirectory(prefix='fb-answers-') as tmp:
        a = check_scenario(program, tmp + '/a', 'sharepoint', '--seed', '7')
        kinds = {e['kind'] for e in a['events'] if e['telling'] and not e['lost']}
        check(len(kinds) >= 30, 'only %d kinds' % len(kinds))
        check(len(a['activities']) == 1, 'activities')
        check(a['activities'][0]['records'] ==
              sum(e['activity'] == 'intrusion' and not e['lost'] for e in a['events']), 'records')
        b = check_scenario(program, tmp + '/b', 'benign', '--seed', '7')
        check(not b['events'] and not b['activities'], 'benign has events')
        check(len(b['innocent']) == len(a['innocent']), 'innocent acts differ')
        check(not any(p['dropped'] for p in b['pages']), 'benign has dropped pages')
        # Other windows, the same story.
        plain = {}
        for attack, scenario in ((True, 'sharepoint'), (False, 'benign')):
            make(program, '%s/plain%d' % (tmp, attack), '--scenario', scenario, '--seed', '7', '--size', '4M')
            plain[attack] = '%s/plain%d/evidence' % (tmp, attack)
        check_variants(program, tmp, plain)
        c = check_scenario(program, tmp + '/c', 'sharepoint', '--days', '1', '--size', '3M')
        check(len(c['events']) == len(a['events']), 'a short window loses events')
        check_scenario(program, tmp + '/d', 'sharepoint', '--days', '12', '--size', '20M')
        make(program, tmp + '/e', '--scenario', 'sharepoint', '--seed', '7')
        check(same(tmp + '/a', tmp + '/e'), 'the same seed gives other bytes')
        make(program, tmp + '/f', '--scenario', 'sharepoint', '--seed', '8')
        check(not same(tmp + '/a', tmp + '/f'), 'another seed gives the same bytes')
    for fault in faults:
        print('answers: ' + fault)
    print('answers: %d passed, %d failed' % (passed, len(faults)))
    return 1 if faults or not passed else 0


if __name__ == '__main__':
    sys.exit(main())
