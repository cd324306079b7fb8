"""What the tests of the whole program share: where things are, running it, counting.

A test is run as `test_x.py FIREBREAK FIREBREAK-DEMO [INJECTOR]` and prints as its
last line "N passed, N failed, N skipped". FB_SLOW=1: a build with sanitizers; then
what is repeated is repeated less, and the test says so.
"""
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
RULES = os.path.join(ROOT, 'rules')
CORPORA = os.environ.get('FIREBREAK_CORPORA') or os.path.join(ROOT, '..', 'shared', 'corpora')
SLOW = os.environ.get('FB_SLOW') == '1'
LEVELS = ['informational', 'low', 'medium', 'high', 'critical']
TIMEOUT = 900


class Suite:
    """Counts checks; a failed one says what it saw and goes on."""

    def __init__(self, name):
        self.name = name
        self.passed = self.failed = self.skipped = 0
        if len(sys.argv) < 3:
            sys.exit('usage: %s FIREBREAK FIREBREAK-DEMO [INJECTOR]' % sys.argv[0])
        self.program = os.path.abspath(sys.argv[1])
        self.demo = os.path.abspath(sys.argv[2])
        self.injector = os.path.abspath(sys.argv[3]) if len(sys.argv) > 3 else None
        # Names with blanks and letters beyond ASCII must do no harm anywhere.
        self.tmp = tempfile.mkdtemp(prefix='fb %s \u00e9' % name)
        self.started = time.monotonic()

    def check(self, ok, what, detail=''):
        if ok:
            self.passed += 1
        else:
            self.failed += 1
            print('FAILED: %s' % what)
            if detail:
                print('        ' + str(detail)[:2000].replace('\n', '\n        '))
        sys.stdout.flush()
        return bool(ok)

    def equal(self, got, want, what):
        return self.check(got == want, what, 'got  %.700r\nwant %.700r' % (got, want))

    def skip(self, what, why):
        self.skipped += 1
        print('skipped: %s: %s' % (what, why))

    def note(self, text):
        print('%s: %s' % (self.name, text))
        sys.stdout.flush()

    def path(self, *parts):
        return os.path.join(self.tmp, *parts)

    def end(self):
        subprocess.run(['chmod', '-R', 'u+rwX', self.tmp], check=False)
        shutil.rmtree(self.tmp, ignore_errors=True)
        print('%d passed, %d failed, %d skipped' % (self.passed, self.failed, self.skipped))
        sys.exit(1 if self.failed or not self.passed + self.skipped else 0)

    # ---- running ----

    def run(self, *args, env=None, **kw):
        """firebreak ARGS…; stdout and stderr as bytes"""
        # Nothing of the user's own; test_cache.py turns the cache of rules on.
        full = dict(os.environ, FIREBREAK_RULE_CACHE='off')
        full.update(env or {})
        kw.setdefault('timeout', TIMEOUT)
        kw.setdefault('stdin', subprocess.DEVNULL)
        if 'stdout' not in kw and 'stderr' not in kw:
            kw['capture_output'] = True
        return subprocess.run([self.program, *map(str, args)], env=full, check=False, **kw)

    def investigate(self, case, *evidence, rules=(), own=True, workers=None, env=None, extra=()):
        args = ['investigate', *evidence, '-o', case, *extra]
        for r in rules:
            args += ['--rules', r]
        if not own:
            args.append('--no-own-rules')
        if workers:
            args += ['--workers', workers]
        return self.run(*args, env=env)

    def jsonl(self, command, case, *args, env=None):
        """The objects that `firebreak COMMAND CASE --jsonl` prints."""
        r = self.run(command, case, '--jsonl', *args, env=env)
        if r.returncode != 0:
            raise RuntimeError('%s %s: status %d: %s' % (command, case, r.returncode, r.stderr[-2000:]))
        return [json.loads(line) for line in r.stdout.decode('utf-8').split('\n') if line]

    def raw(self, command, case, *args, env=None):
        r = self.run(command, case, '--jsonl', *args, env=env)
        return r.stdout if r.returncode == 0 else b'status %d: ' % r.returncode + r.stderr

    def make_demo(self, where, scenario='sharepoint', seed=1, days=5, size=None,
                  whole=True, variants=(), later=0):
        args = [self.demo, '--scenario', scenario, '--seed', str(seed), '--days', str(days)]
        if later:
            args += ['--later', str(later)]
        if variants:
            args += ['--with', ','.join(variants)]
        if size:
            args += ['--size', str(size)]
        os.makedirs(where, exist_ok=True)
        r = subprocess.run(args + ['-o', where], capture_output=True, check=False, timeout=TIMEOUT)
        if r.returncode:
            raise RuntimeError('firebreak-demo: status %d: %s' % (r.returncode, r.stderr[-2000:]))
        evidence = os.path.join(where, 'evidence')
        if whole:
            # Without the log that the demonstration leaves cut, so that a run ends with 0.
            for path in files_below(evidence):
                if path.endswith('.log'):
                    with open(path, 'rb') as f:
                        if not f.read().endswith(b'\n'):
                            os.remove(path)
        return evidence

    def one_line(self, r, statuses, what, contains=None):
        """It ended with one of the statuses and one clear line on stderr."""
        err = r.stderr.decode('utf-8', 'replace')
        lines = [l for l in err.split('\n') if l]
        good = (r.returncode in statuses and len(lines) == 1 and lines[0].startswith('firebreak')
                and (contains is None or contains in lines[0]))
        return self.check(good, what, 'status %d, want %s%s\n%s' %
                          (r.returncode, statuses, ' with %r' % contains if contains else '', err))


def level_at_least(row, level):
    return LEVELS.index(row['level']) >= LEVELS.index(level)


def files_below(*roots):
    out = []
    for root in roots:
        for folder, dirs, names in os.walk(root):
            dirs.sort()
            out += [os.path.join(folder, n) for n in sorted(names)]
    return out


def w3c(lines, fields='date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip '
        'cs(User-Agent) cs(Referer) sc-status sc-substatus sc-win32-status time-taken'):
    """A W3C log; lines: bytes or str, without line ends."""
    head = ('#Software: Microsoft Internet Information Services 10.0\r\n#Version: 1.0\r\n'
            '#Date: 2025-07-18 00:00:00\r\n#Fields: %s\r\n' % fields).encode()
    return head + b''.join((l if isinstance(l, bytes) else l.encode()) + b'\r\n' for l in lines)


def request(method='GET', stem='/default.aspx', query='-', user='-', client='203.0.113.9',
            agent='Mozilla/5.0', referer='-', status=200, at='2025-07-18 09:14:02'):
    return '%s 10.0.0.5 %s %s %s 443 %s %s %s %s %s 0 0 15' % (
        at, method, stem, query, user, client, agent, referer, status)
