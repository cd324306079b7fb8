"""Makes archives for the tests, good ones and hostile ones, by hand where no tool of the
system writes them. Nothing in them does anything."""
import bz2
import gzip
import io
import lzma
import os
import shutil
import struct
import subprocess
import tarfile
import zipfile
import zlib

CRC = [0] * 256
for _i in range(256):
    _c = _i
    for _ in range(8):
        _c = _c >> 1 ^ (0xedb88320 if _c & 1 else 0)
    CRC[_i] = _c

WHEN = (2025, 7, 18, 9, 14, 2)


def make_zip(members, method=zipfile.ZIP_DEFLATED, streamed=False):
    """members: [(name, bytes)]; streamed: with data descriptors, as written to a pipe"""
    out = io.BytesIO()
    target = out
    if streamed:
        class Pipe(io.RawIOBase):
            def writable(self):
                return True

            def write(self, b):
                return out.write(b)
        target = Pipe()
    with zipfile.ZipFile(target, 'w', method) as z:
        for name, data in members:
            info = zipfile.ZipInfo(name, WHEN)
            info.compress_type = method
            info.external_attr = 0o100644 << 16
            z.writestr(info, data)
    return out.getvalue()


def zip_keys(password):
    k = [0x12345678, 0x23456789, 0x34567890]
    for c in password:
        zip_step(k, c)
    return k


def zip_step(k, c):
    k[0] = CRC[(k[0] ^ c) & 255] ^ k[0] >> 8
    k[1] = ((k[1] + (k[0] & 255)) * 134775813 + 1) & 0xffffffff
    k[2] = CRC[(k[2] ^ k[1] >> 24) & 255] ^ k[2] >> 8


def zip_crypt(data, password, back=False):
    k, out = zip_keys(password), bytearray()
    for c in data:
        t = k[2] | 2
        d = c ^ (t * (t ^ 1) >> 8 & 255)
        out.append(d)
        zip_step(k, d if back else c)
    return bytes(out)


def make_locked_zip(members, password, seems=b''):
    """The cipher of old zips, by hand: its header is chosen so that the password `seems`, if
    given, passes the check of one byte too, and then unpacks to nothing sensible."""
    body, directory = b'', b''
    for name, data in members:
        crc, z = zlib.crc32(data), zlib.compressobj(9, zlib.DEFLATED, -15)
        packed = z.compress(data) + z.flush()
        for n in range(1 << 20):
            head = zip_crypt(struct.pack('<Q', n) + b'abc' + bytes([crc >> 24]) + packed[:16], password)
            other = zip_crypt(head, seems, True)
            # A first block of the kind that deflate does not have is never sensible.
            if not seems or (other[11] == crc >> 24 and other[12] & 6 == 6):
                break
        raw = zip_crypt(struct.pack('<Q', n) + b'abc' + bytes([crc >> 24]) + packed, password)
        common = struct.pack('<HHHHHIIIHH', 20, 1, 8, 0x49c7, 0x5af2, crc, len(raw), len(data), len(name), 0)
        directory += (b'PK\1\2' + struct.pack('<H', 20) + common +
                      struct.pack('<HHHII', 0, 0, 0, 0o100644 << 16, len(body)) + name.encode())
        body += b'PK\3\4' + common + name.encode() + raw
    return body + directory + b'PK\5\6' + struct.pack('<HHHHIIH', 0, 0, len(members), len(members),
                                                      len(directory), len(body), 0)


def make_tar(members, kind=tarfile.PAX_FORMAT, mode='w'):
    """members: [(name, bytes)] or TarInfo objects without data"""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode, format=kind, encoding='utf-8',
                      errors='surrogateescape') as t:
        for m in members:
            if isinstance(m, tarfile.TarInfo):
                t.addfile(m)
                continue
            info = tarfile.TarInfo(m[0])
            info.size = len(m[1])
            info.mtime = 1752830042
            t.addfile(info, io.BytesIO(m[1]))
    return out.getvalue()


def entry(name, kind, target=''):
    info = tarfile.TarInfo(name)
    info.type = kind
    info.linkname = target
    info.mtime = 1752830042
    return info


def make_7z(folder, members, *options, kind='7z'):
    """By the 7z program; None without it."""
    if not shutil.which('7z'):
        return None
    work = os.path.join(folder, 'work-7z')
    shutil.rmtree(work, ignore_errors=True)
    for name, data in members:
        os.makedirs(os.path.dirname(os.path.join(work, 'in', name)), exist_ok=True)
        with open(os.path.join(work, 'in', name), 'wb') as f:
            f.write(data)
    out = os.path.join(work, 'out')
    r = subprocess.run(['7z', 'a', '-t' + kind, *options, out, '.'], cwd=os.path.join(work, 'in'),
                       stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False)
    made = out if os.path.exists(out) else out + '.' + kind
    if r.returncode:
        raise RuntimeError('7z: %s' % r.stderr[-500:])
    with open(made, 'rb') as f:
        data = f.read()
    shutil.rmtree(work)
    return data


def by_program(data, *command):
    """What the program makes of data; None without it."""
    if not shutil.which(command[0]):
        return None
    return subprocess.run(command, input=data, stdout=subprocess.PIPE, check=True).stdout


def make_rar4(name, data):
    """RAR 2.9, stored."""
    def block(kind, flags, body, extra=b''):
        head = struct.pack('<BHH', kind, flags, 7 + len(body)) + body
        return struct.pack('<H', zlib.crc32(head) & 0xffff) + head + extra

    body = struct.pack('<IIBIIBBHI', len(data), len(data), 3, zlib.crc32(data), 0x5AF249C1,
                       29, 0x30, len(name), 0x81A4) + name
    return (b'Rar!\x1a\x07\x00' + block(0x73, 0, b'\0' * 6) + block(0x74, 0x8000, body, data) +
            block(0x7B, 0x4000, b''))


def vint(n):
    out = b''
    while n >= 0x80:
        out += bytes([n & 0x7f | 0x80])
        n >>= 7
    return out + bytes([n])


def make_rar5(name, data):
    """RAR 5, stored."""
    def block(body):
        sized = vint(len(body)) + body
        return struct.pack('<I', zlib.crc32(sized)) + sized

    main = block(vint(1) + vint(0) + vint(0))
    head = (vint(2) + vint(2) + vint(len(data)) + vint(4) + vint(len(data)) + vint(0x81A4) +
            struct.pack('<I', zlib.crc32(data)) + vint(0) + vint(1) + vint(len(name)) + name)
    return b'Rar!\x1a\x07\x01\x00' + main + block(head) + data + block(vint(5) + vint(0) + vint(0))


def make_rar4_volumes(name, data, n):
    """RAR 2.9, stored, in n volumes."""
    def block(kind, flags, body, extra=b''):
        head = struct.pack('<BHH', kind, flags, 7 + len(body)) + body
        return struct.pack('<H', zlib.crc32(head) & 0xffff) + head + extra

    size, out = -(-len(data) // n), []
    for i in range(n):
        piece = data[i * size:(i + 1) * size]
        flags = 0x8000 | (0x01 if i else 0) | (0x02 if i < n - 1 else 0)
        crc = zlib.crc32(data) if i == n - 1 else zlib.crc32(piece)
        body = struct.pack('<IIBIIBBHI', len(piece), len(data), 3, crc, 0x5AF249C1,
                           29, 0x30, len(name), 0x81A4) + name
        out.append(b'Rar!\x1a\x07\x00' + block(0x73, 0x11 | (0x100 if i == 0 else 0), b'\0' * 6) +
                   block(0x74, flags, body, piece) + block(0x7B, 0x4000 | (1 if i < n - 1 else 0), b''))
    return out


def make_rar5_volumes(name, data, n):
    """RAR 5, stored, in n volumes."""
    def block(body):
        sized = vint(len(body)) + body
        return struct.pack('<I', zlib.crc32(sized)) + sized

    size, out = -(-len(data) // n), []
    for i in range(n):
        piece = data[i * size:(i + 1) * size]
        main = block(vint(1) + vint(0) + (vint(3) + vint(i) if i else vint(1)))
        flags = 2 | (8 if i else 0) | (0x10 if i < n - 1 else 0)
        crc = zlib.crc32(data) if i == n - 1 else zlib.crc32(piece)
        head = (vint(2) + vint(flags) + vint(len(piece)) + vint(4) + vint(len(data)) + vint(0x81A4) +
                struct.pack('<I', crc) + vint(0) + vint(1) + vint(len(name)) + name)
        out.append(b'Rar!\x1a\x07\x01\x00' + main + block(head) + piece +
                   block(vint(5) + vint(0) + vint(1 if i < n - 1 else 0)))
    return out


def split(data, n):
    """Into n pieces of different sizes."""
    cuts = [len(data) * i * i // (n * n) + i for i in range(n)] + [len(data)]
    return [data[cuts[i]:cuts[i + 1]] for i in range(n)]


def make_cab(name, data):
    """One folder, one file, stored; at most 32 KB a block."""
    blocks = [data[i:i + 32768] for i in range(0, len(data), 32768)]
    file = struct.pack('<IIHHHH', len(data), 0, 0, 0x5AF2, 0x49C1, 0x20) + name + b'\0'
    files_at = 36 + 8
    data_at = files_at + len(file)
    body = b''.join(struct.pack('<IHH', 0, len(b), len(b)) + b for b in blocks)
    head = b'MSCF' + struct.pack('<IIIIIBBHHHHH', 0, data_at + len(body), 0, files_at, 0, 3, 1,
                                 1, 1, 0, 0, 0)
    return head + struct.pack('<IHH', data_at, len(blocks), 0) + file + body


# ---- hostile ----

def zeroes_deflated(megabytes):
    """Raw deflate of that many megabytes of zeroes, about a thousandth as large."""
    c = zlib.compressobj(9, zlib.DEFLATED, -15)
    once = c.compress(bytes(1 << 20)) + c.flush(zlib.Z_FULL_FLUSH)
    again = c.compress(bytes(1 << 20)) + c.flush(zlib.Z_FULL_FLUSH)
    return once + again * (megabytes - 1) + c.flush(zlib.Z_FINISH)


def zip_of_raw(name, raw, size, crc=0, method=8, behind=()):
    """A zip whose member's compressed bytes and claims are as given; behind: members that
    follow, (name, bytes), stored."""
    local, central = b'', b''
    for n, packed, full, sum_, m in [(name, raw, size, crc, method)] + [
            (n.encode(), d, len(d), zlib.crc32(d), 0) for n, d in behind]:
        fixed = struct.pack('<HHHHHIIIHH', 20, 0, m, 0x49C1, 0x5AF2, sum_, len(packed), full, len(n), 0)
        central += b'PK\1\2' + struct.pack('<H', 20) + fixed + struct.pack(
            '<HHHII', 0, 0, 0, 0, len(local)) + n
        local += b'PK\3\4' + fixed + n + packed
    count = 1 + len(behind)
    return local + central + b'PK\5\6' + struct.pack('<HHHHIIH', 0, 0, count, count, len(central),
                                                    len(local), 0)


def gzip_bomb(megabytes):
    return (b'\x1f\x8b\x08\0\0\0\0\0\0\xff' + zeroes_deflated(megabytes) +
            struct.pack('<II', 0, (megabytes << 20) & 0xffffffff))


def xz_bomb(megabytes):
    return lzma.compress(bytes(1 << 20)) * megabytes


def sparse_bomb(size):
    """An old GNU tar header for a file that is one hole of that size."""
    def number(n, width):
        return b'\x80' + n.to_bytes(width - 1, 'big') if n >= 8 ** (width - 1) else (
            b'%0*o\0' % (width - 1, n))

    head = bytearray(512)
    head[0:10] = b'sparse.log'
    head[100:108] = b'0000644\0'
    head[108:116] = head[116:124] = b'0000000\0'
    head[124:136] = number(0, 12)
    head[136:148] = b'15036607332\0'
    head[156:157] = b'S'
    head[257:265] = b'ustar  \0'
    head[386:398] = number(size, 12)  # where the only piece lies
    head[398:410] = number(0, 12)     # and how long it is
    head[483:495] = number(size, 12)
    head[148:156] = b' ' * 8
    head[148:156] = b'%06o\0 ' % sum(head)
    return bytes(head) + bytes(1024)


def nested(data, depth, name='inner.zip'):
    for _ in range(depth):
        data = make_zip([(name, data)], zipfile.ZIP_STORED)
    return data


def nested_gzip(data, depth):
    for _ in range(depth):
        data = gzip.compress(data, 1)
    return data


def flipped(data, needle):
    """One bit of the first place where needle stands is another."""
    at = data.index(needle)
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1:]


def bzip2(data):
    return bz2.compress(data)


def xz(data):
    return lzma.compress(data)
