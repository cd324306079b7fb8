"""Everything in the corpora in one run, archives included: each file and member is a source
with its hash and its account, and a second copy of the archives changes no count."""
import hashlib
import os
import shutil

import fb

t = fb.Suite('corpora')
if not os.path.isdir(fb.CORPORA):
    t.skip('all of the corpora', 'they are not here')
    t.end()


def investigate(case, *evidence):
    r = t.run('investigate', *evidence, '-o', case, '--no-report', '--quiet')
    t.check(r.returncode in (0, 1) and b'crash' not in r.stderr, 'investigated', (r.returncode, r.stderr[-800:]))
    return {row['path']: row for row in t.jsonl('sources', case)}


top = os.path.realpath(fb.CORPORA)
name = os.path.basename(top)
case = t.path('case')
rows = investigate(case, top)
files = {name + p[len(top):]: p for p in fb.files_below(top)}
t.equal(sorted(p for p in rows if '!' not in p), sorted(files), 'every file is a source')
wrong = []
for shown, path in files.items():
    with open(path, 'rb') as f:
        if hashlib.sha256(f.read()).hexdigest() != rows[shown]['sha256']:
            wrong.append(shown)
t.check(not wrong, 'with its hash', wrong[:5])
bad = [p for p, r in rows.items() if sum(r['bytes'].values()) != r['size']]
t.check(not bad, 'and every byte has its account', bad[:5])
lost = [p for p, r in rows.items() if {'crash', 'lies', 'cpu'} & {x['why'] for x in r['problems']} or r['state'] != 'done']
t.check(not lost, 'no worker was lost, all is read to its end', lost[:5])
archives = {p for p, r in rows.items() if r['format'] in ('7z', 'zip', 'gzip')}
empty = [p for p in archives if not any(m.startswith(p + '!') for m in rows)]
t.check(len(archives) > 60 and not empty, 'archives have members', empty[:5])
zipped = name + '/collections/unencrypted_collector.zip'
t.equal({r['collector'] for p, r in rows.items() if p.startswith(zipped + '!')}, {'velociraptor'}, 'the collection is recognised')
for suffix in ('.7z', '.json.gz'):
    t.check(any(p.endswith(suffix) for p in archives), 'there are archives of the kind ' + suffix)


def counts(case):
    found = t.jsonl('detections', case, '--all')
    return sorted((d['id'], d['rule']['title'], str(d['host'])) for d in found), t.raw('stats', case)


copies = t.path('copies')
os.makedirs(copies)
for p in sorted(archives):
    shutil.copy(files[p], os.path.join(copies, p.replace('/', '_')))
again = t.path('again')
more = investigate(again, top, copies)
t.equal(len(more), len(rows) + len([p for p in rows if p.split('!')[0] in archives]), 'copies are sources of their own')
t.check(len(counts(case)[0]) > 300, 'there is something to count', len(counts(case)[0]))
t.equal(counts(again), counts(case), 'and change no count')
t.end()
