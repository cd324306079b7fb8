#!/usr/bin/env python3
"""Writes src/base/fold_table.h: Unicode simple case folding as runs.

Python's unicodedata gives lower and full folding, not the simple one, so the
simple folding is taken as: the full folding where it is one character, else the
one-character lower case, else the character itself. Differences between Unicode
versions are why the result is committed and not made at build time.
"""
import sys
import unicodedata


def simple(cp):
    c = chr(cp)
    f = c.casefold()
    if len(f) == 1:
        return ord(f)
    low = c.lower()
    return ord(low) if len(low) == 1 else cp


runs = []  # [first, last, step, delta]
for cp in range(0x80, 0x110000):
    if 0xD800 <= cp < 0xE000:
        continue
    to = simple(cp)
    if to == cp:
        continue
    delta = to - cp
    if runs and runs[-1][3] == delta:
        first, last, step, _ = runs[-1]
        if first == last and cp - last in (1, 2):
            runs[-1] = [first, cp, cp - last, delta]
            continue
        if cp - last == step:
            runs[-1][1] = cp
            continue
    runs.append([cp, cp, 1, delta])

out = sys.stdout
out.write("/* Made by scripts/gen-fold.py from Unicode %s; do not edit. */\n" % unicodedata.unidata_version)
out.write("static const struct fold_run fold_runs[] = {\n")
for first, last, step, delta in runs:
    out.write("\t{ 0x%X, 0x%X, %d, %d },\n" % (first, last, step, delta))
out.write("};\n")
