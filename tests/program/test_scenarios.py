"""What may be different about a break-in, one thing at a time: each scenario of the demonstration gets the answer that is
right for it. truth.py asks the same of combinations, by their keys alone.
"""
import json
import os

from fb import SLOW, Suite, level_at_least
from truth import HOSTS, OLD_NAME, POSITIVE, Answered, short

CLIENT, LATER, PROXY, MAIL, FINDER = '203.0.113.77', '203.0.113.140', '10.20.4.2', '192.0.2.250', '192.0.2.77'


class Case(Answered):
    def __init__(self, t, name, *variants, scenario='sharepoint', **kw):
        self.t, self.name = t, name
        self.folder, self.path = t.path(name), t.path(name + ' case')
        evidence = t.make_demo(self.folder, scenario=scenario, variants=variants, **kw)
        with open(os.path.join(self.folder, 'answers.json'), encoding='utf-8') as f:
            self.key = json.load(f)
        super().__init__(t, self.path, evidence)

    def one(self, question, place, route):
        return self.of(question, place, route)[0]['assessment']

    def actors(self, activity):
        return {s['actor'] for s in self.steps if s['activity'] == activity and s['sure'] and s['does'] == 'request'}

    def of_step(self, **wanted):
        return [s for s in self.steps if all(s[k] == v for k, v in wanted.items())]

    def left(self):
        return [r for r in self.exposure if r['ladder'] == 'left' and r['place'] == 'case'][0]

    def shells(self):
        return json.loads(self.t.run('webshells', self.path, '--json').stdout)['webshells']

    def said(self):
        return {(a['question'], short(a['place']), a['route']): a['assessment'] for a in self.rows}


def in_memory(t):
    c = Case(t, 'memory-only', 'memory-only')
    t.check(c.one('initial access', 'SP01', 'exploit public-facing application') in POSITIVE, 'in memory: they got in')
    for host in ('SP01', 'SP02'):
        t.check(c.one('persistence', host, 'web shell') not in POSITIVE, 'in memory: there is no page on ' + host,
                c.of('persistence', host, 'web shell'))
    t.equal([s['page'] for s in c.shells() if 'file' in s['witnesses']], [], 'in memory: no file is accused')


def renamed(t):
    c = Case(t, 'renamed', 'renamed-page')
    found = [s for s in c.shells() if s['page'].endswith('feedsync.aspx')]
    t.check(found and {'file', 'log', 'process'} <= set(found[0]['witnesses']), 'another name: three witnesses', found)
    page = [e for e in c.key['events'] if e['kind'].startswith('webshell-page') and e['telemetry'] == 'IIS W3C' and not e['lost']]
    t.equal((found[0]['first'][:19], found[0]['last'][:19]),
            (min(e['time'] for e in page if e['time'] >= '2025-08-12T02:16')[:19], max(e['time'] for e in page)[:19]),
            'another name: its first and last use, to the second')


def attempts(t):
    c = Case(t, 'attempted', 'attempted')
    t.equal(c.activity['activities'], 0, 'attempts alone are nobody\'s activity')
    t.equal(c.one('initial access', 'SP01', 'exploit public-facing application'), 'possible', 'attempted, outcome not shown')
    # 401, 403 and 302 refuse nothing; 404.5 stands in front of the site, and still nobody can see all that would have come of it.
    says = c.of('initial access', 'SP02', 'exploit public-facing application')[0]['says']
    t.check('outcome not shown' in says and 'turned away in front' not in says, 'a status alone refuses nothing', says)
    c = Case(t, 'refused', 'refused')
    says = c.of('initial access', 'SP02', 'exploit public-facing application')[0]['says']
    t.check('outcome not shown' in says and 'turned away in front of the site' in says, 'request filtering does, and effects are not all visible', says)
    t.check(not {k for k, v in c.said().items() if v in POSITIVE}, 'refused: nothing is said to have happened')
    t.check(c.left()['at_least_bytes'] == 0, 'refused: nothing is said to have left', c.left())


def two(t):
    c = Case(t, 'two', 'two-attackers')
    mail = {s['activity'] for s in c.steps if s['sure'] and 'nvtray' in s['actor'] + s['what']}
    main = {s['activity'] for s in c.steps if s['actor'] in (CLIENT, LATER)}
    t.check(len(mail) == 1 and mail and main and not mail & main, 'two attackers are two', (mail, main))
    t.equal([e for e in c.activity['edges'] if (e['a'] in mail) != (e['b'] in mail) and (e['a'] in main or e['b'] in main)], [],
            'two attackers: nothing is in common')
    c = Case(t, 'door', 'one-door')
    other = {s['activity'] for s in c.steps if s['actor'] == FINDER}
    main = {s['activity'] for s in c.steps if s['actor'] == CLIENT and s['sure']}
    t.check(other and main and not other & main, 'one door: two activities', (other, main))
    t.check(any({e['a'], e['b']} & other and {e['a'], e['b']} & main for e in c.activity['edges']),
            'one door: an edge says what they have in common', c.activity['edges'])


def innocent(t):
    c = Case(t, 'editing', 'heavy-editing', scenario='benign')
    t.check(not {k for k, v in c.said().items() if v in POSITIVE}, 'editing is no break-in')
    loud = [r['rule']['title'] for r in t.jsonl('detections', c.path) if level_at_least(r, 'medium')]
    t.equal(loud, [], 'editing, and a scanner: nothing above low')
    c = Case(t, 'responders', 'responders', scenario='benign')
    t.check('confirmed' not in c.said().values(), 'responders at work are no break-in',
            [a['says'] for a in c.rows if a['assessment'] == 'confirmed'])
    c = Case(t, 'insider', 'insider', scenario='benign', size='40M')
    t.equal(c.one('collection', 'FS02', 'shares'), 'possible', 'many files read in one session: possible, by whom the evidence cannot tell')


def behind(t):
    c = Case(t, 'proxy', 'proxy')
    innocent_lines = {(e['source'], e['line']) for e in c.key['innocent'] if 'line' in e}
    t.check(innocent_lines and not [s for s in c.steps if s['actor'] == PROXY and s['sure'] and '/sites/' in s['what']],
            'behind a proxy: nobody else\'s requests are theirs')
    t.check(c.one('execution', 'SP01', 'child process of the web server') in POSITIVE, 'behind a proxy: what ran is known')
    t.equal(c.left()['at_least_bytes'], c.key['ladders']['left']['proven_bytes'], 'behind a proxy: who fetched is not')
    c = Case(t, 'moving', 'moving-addresses')
    heirs = [s for s in c.steps if s['actor'] == CLIENT and s['first'] >= '2025-08-13']
    t.equal(heirs, [], 'an address that somebody else has by now is theirs no more')
    t.check([s for s in c.steps if s['actor'] == CLIENT and s['sure']], 'and was theirs')


def missing(t, plain):
    for name, host in (('member-missing', 'SP02'), ('host-absent', 'FS02')):
        c = Case(t, name, name)
        t.check(not [k for k in c.said() if k[1] == host], name + ': nothing is said of a machine without evidence')
        whole = {a['assessment'] for a in c.rows if a['place'] == 'case'}
        t.check(whole and 'not observed' not in whole, name + ': nor is anything denied of the whole', whole)
        text = t.run('status', c.path).stdout.decode()
        t.check('1 place of' in text and 'not examined' in text.replace('\n', ' '), name + ': and it is said first', text[:500])
        fetch = [x for x in json.loads(t.run('collect', c.path, '--json').stdout)['collect'] if short(x['place']) == host]
        t.check(fetch and {x['state'] for x in fetch} == {'absent'} and all(x['fetch'] for x in fetch) and
                any('every web site' in x['fetch'] and x['settles'] for x in fetch), name + ': what to fetch of it, and for which questions',
                [x for x in fetch if x['state'] != 'absent' or not x['fetch']][:3])
        roster = t.run('assets', c.path).stdout.decode()
        t.check('no evidence  %s.northmoor' % host in roster, name + ': the roster names it', roster)
    for name in ('days-lost', 'logs-cleared', 'logger-killed', 'reverted', 'audit-off', 'sysmon-filtered', 'few-columns', 'ends-early'):
        c = Case(t, name, name)
        denied = [q for q in c.key['questions'] if q['happened'] and c.said().get((q['question'], q['place'], q['route'])) == 'not observed']
        t.equal(denied, [], name + ': nothing that happened is denied')
        firm = [k for k, v in c.said().items() if v in POSITIVE and plain.said().get(k) not in POSITIVE]
        t.equal([k for k in firm if k[0] != 'log destruction'], [], name + ': nothing is said more firmly')


def horizon(t):
    """Of a busy machine much can be denied, until somebody could alter what it records."""
    if SLOW:
        t.skip('horizon', 'much is decoded, which a build with sanitizers does slowly')
        return
    c = Case(t, 'busy', size='300M')
    denied = {short(a['place']) for a in c.rows if a['assessment'] == 'not observed'}
    t.check(all(' patterns that look for it none fits' in a['says'] for a in c.rows if a['assessment'] == 'not observed' and a['route']),
            'what is denied names by how many patterns it was looked for')
    t.equal(denied, {'SP02'}, 'where they had rights over a machine its silence shows nothing')
    why = [m for a in c.rows for m in a['coverage']['missing'] if m['state'] == 'horizon']
    t.check({short(m['place']) for m in why} == {'SP01', 'DC01', 'FS02', 'WS07'} and all(m['from'] >= '2025-08-14' for m in why if short(m['place']) != 'SP01'),
            'from when they had them on, and that is said', why[:3])
    t.check(c.one('execution', 'SP02', 'PowerShell') == 'possible', 'nor is denied what a record may be of')
    # Before anybody was followed it is not known where that is.
    case = t.path('not followed')
    t.investigate(case, os.path.join(c.folder, 'evidence'), extra=['--no-report'])
    t.run('window', case, '--from', '2025-08-12', '--to', '2025-08-15', '--reason', 'the break-in and after')
    rows = json.loads(t.run('status', case, '--json').stdout)
    t.equal((rows['followed'], [a['says'] for a in rows['assessments'] if a['assessment'] == 'not observed']), (False, []),
            'before anybody was followed nothing is denied')
    t.check(any('whom nobody has followed' in a['says'] for a in rows['assessments']), 'and why is said')
    c = Case(t, 'busy and calm', scenario='benign', size='300M')
    t.check({short(a['place']) for a in c.rows if a['assessment'] == 'not observed'} > {'SP01', 'DC01', 'FS02'}, 'where nobody had, it does')
    t.equal({c.one('persistence', h, 'web shell') for h in ('SP01', 'SP02')}, {'cannot determine'}, 'and clean pages of today deny none of yesterday')


def the_same(t, plain):
    """What neither takes nor adds evidence leaves the answers."""
    for name in ('skewed', 'stepped', 'renamed-host', 'copies'):
        c = Case(t, name, name)
        turned = {k: (plain.said()[k], v) for k, v in c.said().items()
                  if k in plain.said() and (v in POSITIVE) != (plain.said()[k] in POSITIVE)}
        t.equal(turned, {}, name + ': the answers are the same')
        t.equal(c.left()['at_least_bytes'], plain.left()['at_least_bytes'], name + ': and what left')
    skewed = json.load(open(os.path.join(t.path('skewed'), 'answers.json'), encoding='utf-8'))['skew']
    t.equal(skewed['SP02'], 420, 'the key knows the skew')


def called_otherwise(t):
    """A machine that was renamed: by both names one, once somebody says so."""
    c = Case(t, 'called otherwise', 'renamed-host', 'flows', size='2M')
    left, true = c.left(), c.key['ladders']['left']['bytes']
    t.check(left['at_most_bytes'] is not None and left['at_most_bytes'] >= true, 'renamed: what left it by either name has an end', left)
    t.run('assets', c.path, 'add', 'SP02.northmoor.example', '--address', HOSTS['SP02'])
    left = [r for r in json.loads(t.run('exposure', c.path, '--json').stdout)['exposure'] if r['ladder'] == 'left' and r['place'] == 'case'][0]
    t.check(left['at_most_bytes'] is None and OLD_NAME in left['unbounded'], 'without that word the other name is a machine that nobody counts', left)
    # Two machines at one address: nobody can say whose its traffic is.
    t.run('assets', c.path, 'add', OLD_NAME, '--address', HOSTS['SP02'])
    left = [r for r in json.loads(t.run('exposure', c.path, '--json').stdout)['exposure'] if r['ladder'] == 'left' and r['place'] == 'case'][0]
    t.check(left['at_most_bytes'] is None, 'nor is it counted where two machines are said to have had one address', left)


def main():
    t = Suite('scenarios')
    plain = Case(t, 'plain')
    t.equal({short(h) for h in {s['host'] for s in plain.steps if s['activity'] == 1 and s['host']}}, set(HOSTS), 'one story leads over all machines')
    in_memory(t)
    renamed(t)
    attempts(t)
    two(t)
    innocent(t)
    behind(t)
    missing(t, plain)
    horizon(t)
    the_same(t, plain)
    called_otherwise(t)
    t.end()


main()
