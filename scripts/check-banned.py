#!/usr/bin/env python3
"""Finds calls of functions that this project does not use, in the code and not in
comments or strings. There are no exceptions. What only matters where input is not our
own (shells, loose parsers) is looked for in the product and not in its tests.
Usage: check-banned.py [ROOT]"""
import os
import re
import sys

WHY = {}
# Reasons that tests, whose input is their own, need not heed.
PRODUCT_ONLY = {'hidden state: use slices', 'numbers of unclear end and range: use fb_slice_u64',
                'runs a shell'}


def ban(why, *names):
    for name in names:
        WHY[name] = why


ban('writes without a bound: use struct fb_buf or snprintf',
    'strcpy', 'strcat', 'sprintf', 'vsprintf', 'stpcpy', 'gets', 'wcscpy', 'wcscat')
ban('bounds that lie (no terminator, padding): use slices',
    'strncpy', 'strncat', 'stpncpy', 'strlcpy', 'strlcat')
ban('hidden state: use slices', 'strtok', 'strtok_r')
ban('numbers of unclear end and range: use fb_slice_u64',
    'strtol', 'strtoul', 'strtoll', 'strtoull', 'atoi', 'atol', 'atoll', 'atof',
    'scanf', 'sscanf', 'fscanf', 'vsscanf')
ban('depends on the time zone or locale: use base/time.h',
    'localtime', 'localtime_r', 'gmtime', 'mktime', 'ctime', 'ctime_r', 'asctime',
    'asctime_r', 'strftime')
ban('runs a shell', 'system', 'popen', 'wordexp')
ban('stack without a bound', 'alloca', '__builtin_alloca')
ban('names that others can guess', 'tmpnam', 'tempnam', 'mktemp', 'tmpfile')
ban('not repeatable', 'rand', 'srand', 'random', 'drand48')
ban('jumps past every release', 'longjmp', 'setjmp', 'sigsetjmp', 'siglongjmp')
ban('shares the stack with the child', 'vfork')

CALL = re.compile(r'(?<![A-Za-z0-9_.>])(' + '|'.join(map(re.escape, sorted(WHY))) + r')\s*\(')
# Comments, strings, characters; what is not code becomes blanks, lines stay.
NOT_CODE = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.S)


def blank(text):
    return NOT_CODE.sub(lambda m: re.sub(r'[^\n]', ' ', m.group(0)), text)


def check(root):
    faults = []
    seen = 0
    for top in ('src', 'demo', 'tests'):
        for folder, dirs, names in os.walk(os.path.join(root, top)):
            dirs.sort()
            for name in sorted(names):
                if not name.endswith(('.c', '.h')):
                    continue
                seen += 1
                path = os.path.join(folder, name)
                with open(path, encoding='utf-8', errors='replace') as f:
                    text = blank(f.read())
                for m in CALL.finditer(text):
                    if top == 'tests' and WHY[m.group(1)] in PRODUCT_ONLY:
                        continue
                    line = text.count('\n', 0, m.start()) + 1
                    faults.append('%s:%d: %s: %s' % (os.path.relpath(path, root), line,
                                                     m.group(1), WHY[m.group(1)]))
    return seen, faults


def main():
    root = sys.argv[1] if len(sys.argv) > 1 else '.'
    seen, faults = check(root)
    for fault in faults:
        print('banned: ' + fault)
    print('banned: %d files, %d faults' % (seen, len(faults)))
    return 1 if faults or not seen else 0


if __name__ == '__main__':
    sys.exit(main())
