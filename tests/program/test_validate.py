#!/usr/bin/env python3
"""`firebreak validate`: all is well here; and whatever is wrong is seen, named, and ends with 3."""
import hashlib
import json
import os
import re
import shutil
import stat

from fb import ROOT, RULES, Suite

KNOWN = os.path.join(ROOT, 'data', 'known')


def sheet(t, *args, env=None, program=None):
    keep = t.program
    t.program = program or keep
    r = t.run('validate', '--json', *args, env=dict({'TMPDIR': t.path('tmp')}, **(env or {})))
    t.program = keep
    try:
        return r.returncode, json.loads(r.stdout)
    except ValueError:
        return r.returncode, {'tests': [], 'failed': None, 'error': r.stderr}


def failed(doc):
    return sorted({x['what'] for x in doc['tests'] if not x['ok']})


def well(t):
    status, doc = sheet(t)
    t.equal((status, doc['failed'], failed(doc)), (0, 0, []), 'all is well')
    t.check(doc['passed'] == len(doc['tests']) > 35, 'tests were made', doc.get('passed'))
    groups = {x['group'] for x in doc['tests']}
    t.check({'hashing', 'signatures', 'confinement', 'rules', 'investigation', 'store', 'decoders and archives', 'custody'} <= groups,
            'of every part', groups)
    t.check(all(x['expected'] == x['got'] for x in doc['tests']), 'each as expected')
    with open(t.program, 'rb') as f:
        t.equal(doc['executable_sha256'], hashlib.sha256(f.read()).hexdigest(), 'the hash of the program')
    names = ' '.join(doc['libraries'])
    t.check(all(n in names for n in ('OpenSSL', 'SQLite', 'zlib', 'libarchive', 'libyaml', 'PCRE2', 'Hyperscan', 'YARA', 'Jansson', 'libseccomp')),
            'the libraries', names)
    limits = {x['name']: x['value'] for x in doc['limits']}
    with open(os.path.join(ROOT, 'src', 'base', 'limits.h'), encoding='utf-8') as f:
        text = f.read()
    for name, value in limits.items():
        said = re.search(r'#define %s \(?(\d+)u?l?l?(?: << (\d+))?\)?' % name, text)
        t.equal(value, int(said.group(1)) << int(said.group(2) or 0), 'the limit ' + name)
    t.equal(os.listdir(t.path('tmp')), [], 'nothing is left behind')
    # What is expected of the known data agrees with its bytes.
    with open(os.path.join(KNOWN, 'known.zip'), 'rb') as f:
        known = f.read()
    one = next(x for x in doc['tests'] if x['what'] == 'known.zip')
    t.check(hashlib.sha256(known).hexdigest() in one['got'] and hashlib.md5(known).hexdigest() in one['got'], 'the known data is that of the sources')
    return known


def written(t):
    path = t.path('sheet.txt')
    r = t.run('validate', '-o', path, env={'TMPDIR': t.path('tmp')})
    t.check(r.returncode == 0 and not r.stdout and not r.stderr, '-o', (r.returncode, r.stdout, r.stderr))
    with open(path, encoding='utf-8') as f:
        text = f.read()
    t.check(text.startswith('FIREBREAK VALIDATION SHEET') and 'KNOWN LIMITS' in text and re.search(r'RESULT: all \d+ tests passed', text)
            and 'FAILED' not in text, 'the sheet', text[-400:])
    t.check('expected  2025-07-18T09:14:02Z line 6 offset 307' in text, 'with what was expected')
    t.one_line(t.run('validate', '-o', t.path('no', 'such', 'folder'), env={'TMPDIR': t.path('tmp')}), [3], 'no such folder', 'no/such')


def wrong(t, known):
    # The known data in the program itself: a bit, as memory or a disk may flip it.
    with open(t.program, 'rb') as f:
        program = f.read()
    t.equal(program.count(known), 1, 'the program carries the known data')
    os.makedirs(t.path('bin'))
    shutil.copy(os.path.join(os.path.dirname(t.program), 'rules-dir'), t.path('bin', 'rules-dir')) \
        if os.path.exists(os.path.join(os.path.dirname(t.program), 'rules-dir')) else None
    at = program.index(known) + len(known) // 2
    bad = t.path('bin', 'firebreak')
    with open(bad, 'wb') as f:
        f.write(program[:at] + bytes([program[at] ^ 4]) + program[at + 1:])
    os.chmod(bad, stat.S_IRWXU)
    status, doc = sheet(t, program=bad, env={'FIREBREAK_RULES': RULES})
    t.check(status == 3 and 'known.zip' in failed(doc), 'a bit of the known data', (status, failed(doc)))
    one = next((x for x in doc['tests'] if x['what'] == 'known.zip'), {'expected': '', 'got': ''})
    t.check(one['expected'] != one['got'] and 'sha256:' in one['got'], 'with what came', one)
    # A literal of the known rules.
    rules = open(os.path.join(KNOWN, 'rules.yml'), 'rb').read().rstrip(b'\r\n')
    t.equal(program.count(rules), 1, 'and the rules')
    at = program.index(rules) + rules.index(b'/upload.aspx')
    with open(bad, 'wb') as f:
        f.write(program[:at] + b'/Vpload' + program[at + 7:])
    status, doc = sheet(t, program=bad, env={'FIREBREAK_RULES': RULES})
    t.equal((status, failed(doc)), (3, ['a text in a field']), 'a rule that lost its word')
    text = t.run('validate', env={'TMPDIR': t.path('tmp'), 'FIREBREAK_RULES': '/nowhere'})
    t.check(text.returncode == 3 and b'FAILED  the rules that ship' in text.stdout and b'tests FAILED. Do not rely' in text.stdout,
            'no rules', text.stdout[-300:])
    broken = t.path('brokenrules')
    os.makedirs(broken)
    with open(os.path.join(broken, 'x.yml'), 'w', encoding='utf-8') as f:
        f.write('title: x\nlogsource: {product: windows}\ndetection: {a: {b|nomodifier: c}, condition: a}\n')
    status, doc = sheet(t, env={'FIREBREAK_RULES': broken})
    t.equal((status, failed(doc)), (3, ['the rules that ship with the program']), 'a rule that cannot be used')
    status, doc = sheet(t, env={'TMPDIR': t.path('nowhere')})
    t.equal((status, failed(doc)), (3, ['a folder for it below $TMPDIR']), 'no room for the known data')
    t.equal(os.listdir(t.path('tmp')), [], 'nothing is left behind')


def main():
    t = Suite('validate')
    os.makedirs(t.path('tmp'))
    known = well(t)
    written(t)
    wrong(t, known)
    t.end()


if __name__ == '__main__':
    main()
