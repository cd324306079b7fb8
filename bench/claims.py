#!/usr/bin/env python3
"""What it costs to hold a listing against an inventory. Usage: bench/claims.py FIREBREAK [LISTED [INVENTORIED]]"""
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time


def path(i):
    return 'D:\\Shares\\Dept %d\\Project %d\\Document %d of %d.docx' % (i % 40, i // 60, i * 2654435761 % 100000007, i % 97)


def write(name, paths):
    with open(name, 'w', encoding='utf-8') as f:
        for p in paths:
            f.write(p + '\n')


def main():
    program = os.path.abspath(sys.argv[1])
    listed = int(sys.argv[2]) if len(sys.argv) > 2 else 1000000
    there = int(sys.argv[3]) if len(sys.argv) > 3 else 10000000
    where = tempfile.mkdtemp(prefix='fb claims ')
    case, inventory, listing = (os.path.join(where, n) for n in ('case', 'inventory.txt', 'listing.txt'))
    os.makedirs(os.path.join(where, 'evidence'))
    with open(os.path.join(where, 'evidence', 'x.log'), 'w', encoding='utf-8') as f:
        f.write('127.0.0.1 - - [12/Aug/2025:00:00:00 +0000] "GET / HTTP/1.1" 200 1\n')
    for n in (there // 10, there):
        write(inventory, (path(i) for i in range(n)))
        write(listing, (path(i) for i in random.Random(1).sample(range(n), min(listed, n))))
        shutil.rmtree(case, ignore_errors=True)
        run = lambda *a: subprocess.run([program, *a], check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
        run('investigate', os.path.join(where, 'evidence'), '-o', case, '--no-report', '-q')
        run('inventory', case, 'add', inventory, '--place', 'FS02', '--as-of', '2025-08-10', '--by', 'bench')
        run('claim', case, 'add', 'lists-files ' + listing, '--who', 'a', '--words', 'b', '--by', 'bench')
        began = time.monotonic()
        out = run('claim', case)
        took = time.monotonic() - began
        print('%d of %d: %.1f s, %.0f MB%s' % (min(listed, n), n, took, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024,
                                               '' if b'supported' in out else ', not supported'))
    shutil.rmtree(where)


main()
