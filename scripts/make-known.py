#!/usr/bin/env python3
"""make-known.py FIREBREAK-DEMO data/known/known.zip: the known data of `firebreak validate`.

Made once and kept: what the self-test expects of it stands in src/cli/validate_known.c, was worked out
from the bytes, and does not follow the program. The same bytes on every run.
"""
import gzip
import io
import os
import subprocess
import sys
import tempfile
import zipfile

WHEN = (2025, 8, 15, 12, 0, 0)
HEAD = ('#Software: Microsoft Internet Information Services 10.0\r\n#Version: 1.0\r\n#Date: 2025-07-18 09:14:00\r\n'
        '#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) sc-status time-taken\r\n')
LINES = [
    '09:14:00 GET /default.aspx - - 198.51.100.7 200',
    '09:14:02 POST /_layouts/15/upload.aspx id=7 - 203.0.113.9 200',
    '09:14:03 POST /_layouts/15/upload.aspx id=8 NORTHMOOR\\s.known 198.51.100.7 200',
    '09:14:10 GET /search.aspx q=known+value+4711 - 198.51.100.7 200',
    '09:14:20 GET /a - - 203.0.113.9 404',
    '09:14:30 GET /b - - 203.0.113.9 404',
    '09:20:00 GET /c - - 203.0.113.9 404',
]


def w3c():
    out = HEAD
    for line in LINES:
        at, method, stem, query, user, client, status = line.split(' ')
        out += '2025-07-18 %s 192.0.2.5 %s %s %s 443 %s %s Known/1.0 %s 15\r\n' % (at, method, stem, query, user, client, status)
    return out.encode()


def combined():
    line = '203.0.113.%d - - [18/Jul/2025:11:14:%02d +0200] "GET /known/%d HTTP/1.1" 200 %d "-" "Known/1.0"\n'
    return ''.join(line % (i, i, i, 100 + i) for i in range(1, 6)).encode()


def evtx(demo):
    with tempfile.TemporaryDirectory() as tmp:
        subprocess.run([demo, '--scenario', 'sharepoint', '--seed', '1', '--days', '1', '-o', tmp], check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        with open(os.path.join(tmp, 'evidence/SP01/Windows/System32/winevt/Logs/System.evtx'), 'rb') as f:
            return f.read()


def main():
    packed = io.BytesIO()
    with gzip.GzipFile(filename='', fileobj=packed, mode='wb', mtime=0) as z:
        z.write(combined())
    log = evtx(sys.argv[1])
    damaged = bytearray(log)
    damaged[4096 + 512 + 24:4096 + 512 + 24 + 16] = bytes(16)  # the first record's contents
    with zipfile.ZipFile(sys.argv[2], 'w', zipfile.ZIP_DEFLATED, compresslevel=9) as z:
        for name, data in (('host/System.evtx', log), ('host/Damaged.evtx', bytes(damaged)), ('web/u_ex250718.log', w3c()),
                           ('web/access.log.gz', packed.getvalue()), ('notes.txt', b'This is no log.\n')):
            z.writestr(zipfile.ZipInfo(name, WHEN), data, compress_type=zipfile.ZIP_DEFLATED, compresslevel=9)


main()
