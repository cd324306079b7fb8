"""A sample of what bench/truth.py measures: mutated cases from seeds of their own against their keys, and the laws
that answers obey.
"""
from fb import SLOW, Suite
from truth import Tally, cited_removed, one

CASES = 10 if SLOW else 15 # each is asked as it is and mutated


def main():
    t = Suite('truth')
    n = Tally()
    for seed in range(1000, 1000 + CASES):
        one(t, n, seed)
    cited_removed(t, n, 1, t.path('cited'))
    c = n.counts
    t.note(' '.join('%s %d' % kv for kv in c.items()))
    t.check(c['cases'] >= 2 * CASES and c['asked'] > 20 * CASES and c['laws'] > 100, 'cases were asked', c)
    said = '\n'.join(sorted(n.said, key=lambda s: s.startswith(('alien', 'missed')))[:20])
    t.equal(c['wrong_negatives'], 0, 'no "not observed" where it happened\n' + said)
    t.equal(c['forbidden'], 0, 'nothing is said that the key forbids\n' + said)
    t.check(c['needless'] <= 0.05 * c['decidable'] and c['decidable'] > 20 * CASES // 2, 'what is decidable is decided', said)
    t.check(c['undenied'] <= 0.05 * c['deniable'] and (SLOW or c['deniable'] > 5), 'and what is deniable denied, of busy machines', said)
    t.equal(c['merged'], 0, 'no activity is of two\n' + said)
    t.equal(c['outside'], 0, 'true values lie in their intervals\n' + said)
    t.check(c['found'] >= 0.95 * c['members'] > 0, 'members of activities are found', '%d of %d' % (c['found'], c['members']))
    t.check(c['alien'] <= 0.02 * c['told'], 'and no others', said)
    t.equal(c['broken'], 0, 'the laws hold\n' + said)
    t.end()


main()
