"""--spool: decoded members stay in a folder, so that later commands need not unpack
their archives again; what is damaged there is found out, what is not ours is left alone."""
import gzip
import hashlib
import os
import shutil
import stat

import archives as ar
import fb

t = fb.Suite('spool')
LINE = '2025-07-18 09:%02d:%02d 10.0.0.5 GET /p%d - 443 - 198.51.100.%d Mozilla/5.0 - 200 0 0 %d'


def log(n, seed):
    return fb.w3c([LINE % (i // 60 % 60, i % 60, i * seed % 10007, i % 250, i * 7 % 1000) for i in range(n)])


LOGS = {'a.log': log(3000, 3), 'b.log': log(30000, 7)}
SUMS = {n: hashlib.sha256(d).hexdigest() for n, d in LOGS.items()}
top, spool = t.path('evidence'), t.path('spool')
os.makedirs(top)


def put(name, data):
    with open(os.path.join(top, name), 'wb') as f:
        f.write(data)


put('solid.7z', ar.make_7z(t.tmp, list(LOGS.items())) or ar.make_zip(list(LOGS.items())))
put('in.tgz', gzip.compress(ar.make_tar([('x.zip', ar.make_zip([('a.log', LOGS['a.log'])])), ('n.bin', b'?' * 5000)])))
put('plain.log', log(100, 1))


def investigate(case, *extra):
    return t.run('investigate', top, '-o', case, '--no-report', *extra)


def search(case, *extra):
    return t.run('search', case, '/p21 ', '--jsonl', *extra)


def names():
    return sorted(os.listdir(spool))


case, bare = t.path('case'), t.path('bare')
t.equal(investigate(bare).returncode, 0, 'without')
want = search(bare)
t.check(want.returncode == 0 and want.stdout.count(b'\n') >= 3, 'there is something to be found', want.stderr)
r = investigate(case, '--spool', spool)
t.equal((r.returncode, r.stderr), (0, b''), 'with a spool')
t.equal(names(), sorted(SUMS.values()), 'members that were decoded, each once, under their hashes')
for n, s in SUMS.items():
    path = os.path.join(spool, s)
    with open(path, 'rb') as f:
        t.check(f.read() == LOGS[n], 'with the bytes that they have: ' + n)
    t.equal(stat.S_IMODE(os.stat(path).st_mode), 0o600, 'for this user alone: ' + n)
t.equal(stat.S_IMODE(os.stat(spool).st_mode), 0o700, 'so is the folder')
t.equal(t.raw('sources', case), t.raw('sources', bare), 'the case says the same')
t.equal(search(case).stdout, want.stdout, 'a pass finds the same')
# It is the spool that was read: the archives are not there.
away = t.path('away')
os.makedirs(away)
for n in ('solid.7z', 'in.tgz'):
    os.rename(os.path.join(top, n), os.path.join(away, n))
r = search(case)
t.equal((r.returncode, r.stdout), (0, want.stdout), 'archives are not unpacked again, not even opened')
r = t.run('timeline', case, '--all', '--as', 'l2t', '--from', '2025-07-18T09:00', '--to', '2025-07-18T10:00')
t.check(r.returncode == 0 and r.stdout.count(b'\n') > 3000, 'nor for the timeline', (r.returncode, r.stderr))
t.check(search(bare).returncode == 1, 'without a spool they are missed')
for n in ('solid.7z', 'in.tgz'):
    os.rename(os.path.join(away, n), os.path.join(top, n))

# ---- damaged, replaced, foreign ----
path = os.path.join(spool, SUMS['b.log'])
with open(path, 'r+b') as f:
    f.seek(1000)
    f.write(b'X')
r = search(case)
t.check(r.returncode == 1 and b'damaged' in r.stderr and not os.path.exists(path), 'a damaged copy is found out and removed',
        (r.returncode, r.stderr))
t.equal(search(case).stdout, want.stdout, 'then the archive is read again')
investigate(case, '--spool', spool)
t.check(not os.path.exists(path), 'what is done is not unpacked for the spool alone')
secret = t.path('secret')
with open(secret, 'wb') as f:
    f.write(LOGS['b.log'])
os.symlink(secret, path)
t.equal(search(case).stdout, want.stdout, 'a link is not followed')
os.remove(path)
shutil.copy(secret, path)
os.chmod(path, 0o644)
t.equal(search(case).stdout, want.stdout, 'a file that others can read is not ours')
with open(path, 'r+b') as f:
    f.truncate(100)
os.chmod(path, 0o600)
t.equal(search(case).stdout, want.stdout, 'a cut one is not used')
os.remove(path)
with open(os.path.join(spool, 'notes.txt'), 'w') as f:
    f.write('mine')
dead = os.path.join(spool, 'unpacking-2147483000-7')
with open(dead, 'w') as f:
    f.write('left')
os.chmod(dead, 0o600)
again = t.path('again')
investigate(again, '--spool', spool)
t.equal(names(), sorted(list(SUMS.values()) + ['notes.txt']), 'what was left unfinished goes, what is not ours stays')
shutil.rmtree(spool)
t.equal(search(case).stdout, want.stdout, 'without the folder all goes on as ever')

# ---- bounds and refusals ----
small = t.path('small')
r = investigate(t.path('small-case'), '--spool', small, '--spool-size', '1M')
t.check(r.returncode == 0 and b'no room' in r.stderr and os.listdir(small) == [SUMS['a.log']], 'bounded, and said',
        (r.returncode, r.stderr, os.listdir(small)))
t.equal(search(t.path('small-case')).stdout, want.stdout, 'what found no room is unpacked again')
t.one_line(investigate(t.path('x'), '--spool', os.path.join(top, 'spool')), (2,), 'a spool in the evidence is refused', 'evidence')
os.rmdir(os.path.join(top, 'spool'))
open_ = t.path('open')
os.makedirs(open_)
os.chmod(open_, 0o777)
t.one_line(investigate(t.path('x'), '--spool', open_), (2,), 'a folder that others can write to is refused', 'chmod')
t.one_line(investigate(t.path('x'), '--spool-size', '1M'), (2,), 'a size without a spool', '--spool')
t.one_line(investigate(t.path('x'), '--spool', spool, '--spool-size', 'much'), (2,), 'no size', '--spool-size')
link = t.path('link')
os.symlink(open_, link)
t.one_line(investigate(t.path('x'), '--spool', link), (2,), 'a link is no spool')
t.end()
