#!/usr/bin/env python3
"""Hostile archives at their full size: what `tests/program/test_archives.py` has in small.

hostile.py FIREBREAK [--dir DIR] [--limit MB] [--only NAME]

For each it prints the size, the seconds, the largest memory of any process, how many
sources came out of it, and what was said; ends with 1 where a process had more than the
limit (300 MB), where the log that lies beside the archive was not read, or bytes have no account. Needs 4 GB of disk.
"""
import argparse
import json
import os
import shutil
import struct
import subprocess
import sys
import tempfile
import time
import zlib

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.path.insert(0, os.path.join(HERE, '..', 'tests', 'program'))
import archives as ar
import measure

EMPTY = 10000000
LOG = (b'#Software: Microsoft Internet Information Services 10.0\r\n#Version: 1.0\r\n'
       b'#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip '
       b'cs(User-Agent) sc-status\r\n' +
       b'2025-07-18 09:14:02 10.0.0.5 GET /a - 443 - 198.51.100.7 M/5.0 200\r\n' * 100)


def empty_zip(path, n):
    """n members of nothing, with a directory (zip64)."""
    with open(path, 'wb') as f:
        for first in range(0, n, 100000):
            f.write(b''.join(b'PK\3\4' + struct.pack('<HHHHHIIIHH', 20, 0, 0, 0x49C1, 0x5AF2, 0, 0, 0, 12, 0) +
                             b'd/%010d' % i for i in range(first, min(n, first + 100000))))
        at = f.tell()
        for first in range(0, n, 100000):
            f.write(b''.join(b'PK\1\2' + struct.pack('<HHHHHHIIIHHHHHII', 20, 20, 0, 0, 0x49C1, 0x5AF2, 0, 0, 0, 12, 0,
                                                     0, 0, 0, 0, 42 * i) + b'd/%010d' % i
                             for i in range(first, min(n, first + 100000))))
        size = f.tell() - at
        end = f.tell()
        f.write(b'PK\6\6' + struct.pack('<QHHIIQQQQ', 44, 45, 45, 0, 0, n, n, size, at) +
                b'PK\6\7' + struct.pack('<IQI', 0, end, 1) +
                b'PK\5\6' + struct.pack('<HHHHIIH', 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0))


def empty_tar_gz(path, n):
    head = bytearray(512)
    head[100:108] = b'0000644\0'
    head[108:116] = head[116:124] = b'0000000\0'
    head[124:136] = b'00000000000\0'
    head[136:148] = b'15036607332\0'
    head[148:156] = b' ' * 8
    head[156:157] = b'0'
    head[257:265] = b'ustar\x0000'
    rest = sum(head)
    z = zlib.compressobj(1, zlib.DEFLATED, 31)
    with open(path, 'wb') as f:
        for first in range(0, n, 20000):
            out = []
            for i in range(first, min(n, first + 20000)):
                name = b'd/%010d' % i
                h = bytearray(head)
                h[0:12] = name
                h[148:156] = b'%06o\0 ' % (rest + sum(name))
                out.append(bytes(h))
            f.write(z.compress(b''.join(out)))
        f.write(z.compress(bytes(1024)) + z.flush())


def write(path, data):
    with open(path, 'wb') as f:
        f.write(data)


CASES = {
    'empty-zip': lambda d: empty_zip(os.path.join(d, 'a.zip'), EMPTY),
    'empty-tar': lambda d: empty_tar_gz(os.path.join(d, 'a.tar.gz'), EMPTY),
    'nested': lambda d: write(os.path.join(d, 'a.zip'), ar.nested(ar.make_zip([('x.log', LOG)]), 1000)),
    'nested-gzip': lambda d: write(os.path.join(d, 'a.gz'), ar.nested_gzip(LOG, 1000)),
    'bomb-zip': lambda d: write(os.path.join(d, 'a.zip'), ar.zip_of_raw(
        b'zero.log', ar.zeroes_deflated(10240), 0xFFFFFFF0, behind=[('x.log', LOG)])),
    'bomb-gzip': lambda d: write(os.path.join(d, 'a.gz'), ar.gzip_bomb(10240)),
    'names-zip': lambda d: write(os.path.join(d, 'a.zip'), ar.make_zip(
        [('n' * 65500 + '%05d' % i, b'') for i in range(2000)])),
    'names-tar': lambda d: write(os.path.join(d, 'a.tar'), ar.make_tar(
        [('m/' * 32000 + '%05d' % i, b'') for i in range(2000)])),
}


def one(program, name, make, top, limit):
    evidence, case = os.path.join(top, name), os.path.join(top, name + '-case')
    os.makedirs(evidence)
    make(evidence)
    write(os.path.join(evidence, 'z.log'), LOG)
    size = sum(os.path.getsize(p) for p in measure.files_below(evidence))
    began = time.monotonic()
    p = subprocess.Popen([program, 'investigate', evidence, '-o', case, '--no-report', '--quiet', '--json'],
                         stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    memory = measure.Memory(p.pid)
    memory.start()
    totals = json.loads(p.communicate()[0])['totals']
    seconds = time.monotonic() - began
    memory.going = False
    memory.join()
    peak = max(v[0] for v in memory.peak.values()) / 1024
    r = subprocess.run([program, 'sources', case, '--problems', '--source', '*/a.*', '--csv'], capture_output=True, check=True)
    said = sorted({row.split(b',')[3].decode() for row in r.stdout.split(b'\r\n')[1:] if row.count(b',') > 3})
    log = json.loads(subprocess.run([program, 'sources', case, '--source', '*/z.log', '--json'], capture_output=True,
                                    check=True).stdout)['sources'][0]
    # Odd names alone cost nothing.
    good = peak <= limit and log['events'] == 100 and p.returncode == (1 if set(said) - {'bad-name'} else 0)
    print('%-12s %9.1f MB  %6.1f s  %5.0f MB  %7d members  status %d  %s%s' % (
        name, size / 1e6, seconds, peak, totals['members'], p.returncode, ' '.join(said), '' if good else '  FAILED'))
    sys.stdout.flush()
    shutil.rmtree(evidence)
    shutil.rmtree(case)
    return good


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('program')
    parser.add_argument('--dir')
    parser.add_argument('--limit', type=int, default=300)
    parser.add_argument('--only', choices=sorted(CASES))
    args = parser.parse_args()
    top = tempfile.mkdtemp(prefix='fb-hostile-', dir=args.dir)
    good = True
    try:
        for name, make in CASES.items():
            if not args.only or args.only == name:
                good = one(os.path.abspath(args.program), name, make, top, args.limit) and good
    finally:
        shutil.rmtree(top, ignore_errors=True)
    return 0 if good else 1


if __name__ == '__main__':
    sys.exit(main())
