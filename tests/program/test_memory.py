#!/usr/bin/env python3
"""Memory does not grow with what is found, but for the numbers that the seal keeps of each
detection up to a limit (FB_SEAL_ROWS_MAX): bench/memory.py at a small size, twice.

Every line hits five rules and names five entities that nobody named before; what is
kept for each detection would show as growth between the two sizes.
"""
import os
import sys

import fb

sys.path.insert(0, os.path.join(fb.ROOT, 'bench'))
import memory

t = fb.Suite('memory')

LIMIT = 300    # MB of any process, whatever the size
SMALL, LARGE = 40000, 120000
ROW = 56       # bytes that the seal keeps of a detection (struct fb_row)
# MB between the sizes: SQLite's cache fills, and batches are whole.
GROWTH = 40 + (LARGE - SMALL) * len(memory.CONDITIONS) * ROW // 1000000


def investigate(lines):
    os.environ['FIREBREAK_RULE_CACHE'] = 'off'
    _, peak, totals = memory.run(t.program, t.path('lines%d' % lines), lines)
    worst = max(v[0] for v in peak.values()) / 1024
    t.equal(totals['detections'], lines * len(memory.CONDITIONS), '%d lines: five detections each' % lines)
    t.equal(totals['lost'], 0, '%d lines: nothing is lost' % lines)
    t.check(worst <= LIMIT, '%d lines: every process below %d MB' % (lines, LIMIT), worst)
    t.note('%d lines: %.0f MB' % (lines, worst))
    return worst


def main():
    if fb.SLOW:
        t.skip('memory', 'sanitizers keep what was freed; measured on the other build')
        t.end()
    small, large = investigate(SMALL), investigate(LARGE)
    t.check(large - small <= GROWTH, '%d detections more add at most %d MB' % (
        (LARGE - SMALL) * len(memory.CONDITIONS), GROWTH), '%.0f to %.0f MB' % (small, large))
    t.end()


main()
