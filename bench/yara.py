#!/usr/bin/env python3
"""Measures `firebreak investigate --yara` against the `yara` program on one core, for each
kind of files by itself: processor seconds, both with the same rules, and both on one core: processes
of one run that work side by side slow one another down where cores share what they have.

    bench/yara.py BUILD [RUNS [RULES [KIND...]]]

RULES: a folder of YARA rules; signature-base of the corpora if not given. The files are
this machine's own: programs, Windows programs, scripts, documents, pages of web servers, an
archive of some of each, and logs (--yara-all). Each content once. Compared is what a kind costs
more than one tiny file, so that neither loading nor compiling rules counts; `yara` gets its rules compiled."""
import hashlib
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import zipfile

from measure import files_below, processor

ROOTS = ['/usr/bin', '/usr/lib', '/usr/share', '/usr/local', '/opt', os.path.expanduser('~')]
KINDS = {
    'programs (ELF)': (['/usr/bin', '/usr/local/bin', '/usr/lib/x86_64-linux-gnu'], None, b'\x7fELF'),
    'Windows programs (PE)': (ROOTS, ('.exe', '.dll', '.pyd', '.sys'), b'MZ'),
    'scripts': (ROOTS, ('.py', '.sh', '.js', '.pl', '.ps1', '.bat', '.vbs'), b''),
    'documents': (ROOTS, ('.pdf', '.doc', '.xls', '.rtf', '.html', '.htm', '.xml', '.odt'), b''),
    'pages (PHP, JSP, ASPX)': (ROOTS, ('.php', '.jsp', '.aspx', '.asp', '.ashx'), b''),
}
BYTES, LARGEST, FILES, LOG_BYTES = 40 << 20, 8 << 20, 3000, 2 << 20
VARIABLES = ('filename', 'filepath', 'extension', 'filetype', 'owner')


def candidates(roots, endings):
    for root in roots:
        for folder, dirs, names in os.walk(root):
            dirs[:] = sorted(d for d in dirs if not d.startswith('.cache'))
            for name in sorted(names):
                if endings is None or name.lower().endswith(endings):
                    yield os.path.join(folder, name)


def collect(where, roots, endings, magic):
    """Contents of that kind, each once, up to a limit. -> how many, bytes"""
    os.makedirs(where)
    seen, total = set(), 0
    for path in candidates(roots, endings):
        try:
            if os.path.islink(path) or not os.path.isfile(path) or not 0 < os.path.getsize(path) <= LARGEST:
                continue
            with open(path, 'rb') as f:
                data = f.read()
        except OSError:
            continue
        digest = hashlib.sha256(data).digest()
        if digest in seen or not data.startswith(magic):
            continue
        seen.add(digest)
        with open(os.path.join(where, '%04d-%s' % (len(seen), os.path.basename(path))), 'wb') as f:
            f.write(data)
        total += len(data)
        if total >= BYTES or len(seen) >= FILES:
            break
    return len(seen), total


def usable(rules, tmp):
    """The files of a pack that yarac takes, each in a namespace of its own."""
    out = []
    for path in files_below(rules):
        if path.endswith(('.yar', '.yara')):
            r = subprocess.run(['yarac', '-w', *defines(), path, os.path.join(tmp, 'one')], capture_output=True, check=False)
            if r.returncode == 0:
                out.append('n%d:%s' % (len(out), path))
    return out


def defines(value=''):
    return [x for v in VARIABLES for x in ('-d', v + '=' + value)]


def spent(command):
    before = processor()
    r = subprocess.run(['taskset', '-c', str(max(os.sched_getaffinity(0))), *command], stdout=subprocess.DEVNULL,
                       stderr=subprocess.PIPE, check=False)
    if r.returncode not in (0, 1):
        sys.exit('%s: status %d: %s' % (command[0], r.returncode, r.stderr.decode('utf-8', 'replace')[-500:]))
    return processor() - before


class Both:
    def __init__(self, program, rules, compiled, tmp):
        self.program, self.rules, self.compiled, self.case = program, rules, compiled, os.path.join(tmp, 'case')

    def ours(self, where, extra):
        shutil.rmtree(self.case, ignore_errors=True)
        return spent([self.program, 'investigate', where, '-o', self.case, '--no-own-rules', '-q', '--yara', self.rules, *extra])

    def theirs(self, where):
        return spent(['yara', '-w', '-N', '-p', '1', '-r', '-C', *defines(), self.compiled, where])

    def pair(self, tiny, theirs, ours, extra):
        least = self.theirs(tiny), self.ours(tiny, [])
        return self.theirs(theirs) - least[0], self.ours(ours, extra) - least[1]


def archive(tmp, sets):
    """Some of each kind in one zip; and unpacked, for yara."""
    packed, plain = os.path.join(tmp, 'archive'), os.path.join(tmp, 'unpacked')
    os.makedirs(packed)
    os.makedirs(plain)
    n = total = 0
    with zipfile.ZipFile(os.path.join(packed, 'all.zip'), 'w', zipfile.ZIP_DEFLATED) as z:
        for where in sets:
            room = BYTES // len(sets)
            for path in files_below(where):
                room -= os.path.getsize(path)
                if room < 0:
                    break
                z.write(path, os.path.basename(where) + '/' + os.path.basename(path))
                shutil.copy(path, os.path.join(plain, '%d-%s' % (n, os.path.basename(path))))
                n, total = n + 1, total + os.path.getsize(path)
    return packed, plain, n, total


def logs(where, folder):
    """A piece of a generated web log, and a small event log."""
    os.makedirs(where)
    total = n = 0
    evidence = os.path.join(folder, 'generated-' + os.environ.get('BENCH_SIZE', '4G'), 'evidence')
    paths = files_below(evidence) if os.path.isdir(evidence) else []
    web = [p for p in paths if os.path.basename(p).startswith('u_ex') and os.path.getsize(p) > LOG_BYTES][:1]
    events = sorted((p for p in paths if p.endswith('.evtx') and os.path.getsize(p) < LOG_BYTES), key=os.path.getsize)[-1:]
    for path in web + events:
        with open(path, 'rb') as f, open(os.path.join(where, os.path.basename(path)), 'wb') as g:
            data = f.read(LOG_BYTES)
            g.write(data)
        n, total = n + 1, total + len(data)
    return n, total


def main():
    if len(sys.argv) < 2 or not os.access(os.path.join(sys.argv[1], 'src/cli/firebreak'), os.X_OK):
        sys.exit('usage: bench/yara.py BUILD [RUNS [RULES [KIND...]]]   (an optimised build)')
    program = os.path.join(os.path.abspath(sys.argv[1]), 'src/cli/firebreak')
    runs = int(sys.argv[2]) if len(sys.argv) > 2 else 3
    here = os.path.dirname(os.path.abspath(__file__))
    corpora = os.environ.get('FIREBREAK_CORPORA') or os.path.join(here, '..', '..', 'shared', 'corpora')
    rules = os.path.realpath(sys.argv[3] if len(sys.argv) > 3 else os.path.join(corpora, 'yara', 'signature-base'))
    folder = os.environ.get('BENCH_DIR') or os.path.join(here, '..', 'bench-data')
    wanted = sys.argv[4:]
    with tempfile.TemporaryDirectory() as tmp:
        compiled = os.path.join(tmp, 'compiled')
        files = usable(rules, tmp)
        subprocess.run(['yarac', '-w', *defines(), *files, compiled], check=True, capture_output=True)
        tiny = os.path.join(tmp, 'tiny')
        os.makedirs(tiny)
        with open(os.path.join(tiny, 'x.txt'), 'w', encoding='ascii') as f:
            f.write('nothing\n')
        rows, sets = [], []
        for name, (roots, endings, magic) in KINDS.items():
            where = os.path.join(tmp, name.split(' ')[0])
            n, total = collect(where, roots, endings, magic)
            if n:
                rows.append((name, where, where, n, total, []))
                sets.append(where)
        packed, plain, n, total = archive(tmp, sets)
        rows.append(('members of an archive', packed, plain, n, total, []))
        n, total = logs(os.path.join(tmp, 'logs'), folder)
        if n:
            rows.append(('logs (--yara-all)', os.path.join(tmp, 'logs'), os.path.join(tmp, 'logs'), n, total, ['--yara-all']))
        both = Both(program, rules, compiled, tmp)
        print('## YARA\n\n%d rule files that yarac takes; processor seconds, median of %d, each without those of a tiny file just before\n'
              % (len(files), runs))
        print('| files | number | MB | yara, one core | firebreak | ratio |\n|---|---|---|---|---|---|', flush=True)
        for name, ours, theirs, n, total, extra in rows:
            if wanted and name.split(' ')[0] not in wanted:
                continue
            pairs = [both.pair(tiny, theirs, ours, extra) for _ in range(runs)]
            print('| %s | %d | %.0f | %.2f | %.2f | %.2f |' % (name, n, total / 1e6, statistics.median(p[0] for p in pairs),
                  statistics.median(p[1] for p in pairs),
                  statistics.median(p[1] for p in pairs) / max(statistics.median(p[0] for p in pairs), 1e-9)), flush=True)


if __name__ == '__main__':
    main()
