#!/usr/bin/env python3
"""The checks of scripts/check-*.py and the counting of tests must find what they look
for: each is run on a small tree, clean first, then with one fault planted."""
import json
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
SCRIPTS = os.path.join(HERE, '..', '..', 'scripts')
CLEAN = {
    'src/base/a.h': '#ifndef A_H\n#define A_H\nint a(int x);\n#endif\n',
    'src/base/a.c': '#include "base/a.h"\n\nint a(int x)\n{\n\treturn x; /* system(x) */\n}\n',
    'src/engine/e.c': '#include "base/a.h"\n#include <stdio.h>\n'
                      '\nint e(void)\n{\n\treturn a(1); // "strcpy(a, b)"\n}\n',
    'src/case/c.c': '#include "base/a.h"\nstatic const char *s = "gets(";\nint c(void)\n{\n\treturn s[0];\n}\n',
    'demo/d.c': '#include "base/a.h"\nint d(void)\n{\n\treturn a(2);\n}\n',
}
LONG = 'int f(int x)\n{\n' + '\tx++;\n' * 117 + '\treturn x;\n}\n'
# check, file, its content, what must stand in the output
PLANTED = [
    ('layers', 'src/case/c.c', '#include "engine/e.h"\n', 'case may not know engine'),
    ('layers', 'src/decode/d.c', '#include "detect/sigma/sigma.h"\n', 'decode may not know detect'),
    ('layers', 'src/detect/s.c', '#include "decode/formats.h"\n', 'detect may not know decode'),
    ('layers', 'src/intake/i.c', '  #  include "detect/x.h"\n', 'intake may not know detect'),
    ('layers', 'src/base/b.c', '#include "event/event.h"\n', 'base may not know event'),
    ('layers', 'src/show/s.c', '#include "intake/walk.h"\n', 'show may not know intake'),
    ('layers', 'src/assess/s.c', '#include "show/csv.h"\n', 'assess may not know show'),
    ('layers', 'src/event/s.c', '#include "../base/a.h"\n', 'no way back'),
    ('layers', 'src/event/s.c', '#include <base/a.h>\n', 'in quotes'),
    ('layers', 'src/event/s.c', '#include "event.h"\n', 'write the room too'),
    ('layers', 'src/misc/s.c', '#include "base/a.h"\n', 'no such room'),
    ('layers', 'demo/d.c', '#include "event/event.h"\n', 'demo may not know event'),
    ('banned', 'src/base/b.c', 'void f(char *x)\n{\n\tstrcpy(x, x);\n}\n', 'b.c:3: strcpy'),
    ('banned', 'src/base/b.c', '/* a */ int n = atoi("1");\n', 'b.c:1: atoi'),
    ('banned', 'src/base/b.c', 'long n = strtol ("1", 0, 10);\n', 'strtol'),
    ('banned', 'src/base/b.c', 'char *s = "\\"" ; int r = system("x");\n', 'system'),
    ('banned', 'tests/unit/t.c', 'void f(char *s)\n{\n\tstrcat(s, "x");\n}\n', 'strcat'),
    ('banned', 'demo/t.c', 'int r = rand();\n', 'not repeatable'),
    ('sizes', 'src/base/b.c', LONG, 'f: 121 lines'),
    ('sizes', 'src/base/b.c', '// x\n' * 1201, '1201 lines, at most 1200'),
    ('sizes', 'tests/unit/t.c', 'struct s { int x; };\nstatic struct s a = {\n' + '\t.x = 1,\n' * 130
     + '};\n' + LONG, 't.c:134: f: 121 lines'),
]
# check, file, content: must not be found
ALLOWED = [
    ('layers', 'src/cli/c.c', '#include "engine/e.h"\n#include "show/csv.h"\n#include <sys/stat.h>\n'),
    ('banned', 'src/base/b.c', 'void f(void)\n{\n\tmy_system(1);\n\tx.system(2);\n\ty->rand(3);\n}\n'),
    ('banned', 'tests/unit/t.c', 'int r = system("true");\n'),
    ('sizes', 'src/base/b.c', LONG.replace('\tx++;\n', '', 1)),
    ('sizes', 'src/base/b.c', 'static const int t[] = {\n' + '\t1,\n' * 500 + '};\n'),
    ('sizes', 'src/base/b.c', '/* Made by scripts/gen-fold.py; do not edit. */\n' + '// x\n' * 1201),
]


def run(check, files):
    with tempfile.TemporaryDirectory() as root:
        for path, text in files.items():
            full = os.path.join(root, path)
            os.makedirs(os.path.dirname(full), exist_ok=True)
            with open(full, 'w', encoding='utf-8') as f:
                f.write(text)
        return subprocess.run([sys.executable, os.path.join(SCRIPTS, 'check-%s.py' % check), root],
                              capture_output=True, text=True, check=False)


def count(lines, also):
    with tempfile.TemporaryDirectory() as root:
        os.makedirs(os.path.join(root, 'b', 'meson-logs'))
        with open(os.path.join(root, 'b', 'meson-logs', 'testlog.json'), 'w', encoding='utf-8') as f:
            f.writelines(json.dumps(l) + '\n' for l in lines)
        with open(os.path.join(root, 'also'), 'w', encoding='utf-8') as f:
            f.write(also)
        r = subprocess.run([sys.executable, os.path.join(SCRIPTS, 'count-tests.py'), '--also',
                            os.path.join(root, 'also'), os.path.join(root, 'b')],
                           capture_output=True, text=True, check=False)
        return r.stdout.rstrip().split('\n')[-1], r.returncode


def main():
    failed = []
    passed = 0

    def expect(ok, what, detail=''):
        nonlocal passed
        if ok:
            passed += 1
        else:
            failed.append(what)
            print('FAILED: %s\n%s' % (what, detail))

    for check in ('layers', 'banned', 'sizes'):
        r = run(check, CLEAN)
        expect(r.returncode == 0, '%s: a clean tree passes' % check, r.stdout + r.stderr)
        r = run(check, {'README': ''})
        expect(r.returncode == 1, '%s: a tree without sources does not pass' % check, r.stdout)
    for check, path, text, words in PLANTED:
        r = run(check, {**CLEAN, path: text})
        expect(r.returncode == 1 and words in r.stdout,
               '%s: %s is found in %s' % (check, words, path), r.stdout + r.stderr)
    for check, path, text in ALLOWED:
        r = run(check, {**CLEAN, path: text})
        expect(r.returncode == 0, '%s: no false alarm in %s' % (check, path), r.stdout + r.stderr)

    ok = {'name': 'a', 'result': 'OK', 'stdout': 'x\n3 passed, 0 failed, 1 skipped\n'}
    expect(count([ok], 'pass\n') == ('4 passed, 0 failed, 1 skipped', 0), 'counts are added')
    expect(count([ok, {'name': 'b', 'result': 'FAIL', 'stdout': '2 passed, 1 failed, 0 skipped'}], '')
           == ('5 passed, 1 failed, 1 skipped', 1), 'a failure fails')
    expect(count([{**ok, 'result': 'FAIL'}], '') == ('3 passed, 1 failed, 1 skipped', 1),
           'a bad end is a failure whatever was printed')
    expect(count([{'name': 'b', 'result': 'TIMEOUT', 'stdout': ''}], '')[1] == 1, 'a timeout fails')
    expect(count([{'name': 'b', 'result': 'SKIP', 'stdout': ''}], 'fail')
           == ('0 passed, 1 failed, 1 skipped', 1), 'a failed check fails')
    expect(count([], '')[1] == 1, 'no test at all is a failure')
    print('%d passed, %d failed, 0 skipped' % (passed, len(failed)))
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
