#!/usr/bin/env python3
"""The report in a real browser: it opens from disk, shows what it should, wide and
narrow, light and dark, with and without scripts, and its console stays empty."""
import base64
import json
import os
import re
import shutil
import struct
import subprocess
import zlib

from fb import Suite, request, w3c

CHROMIUM = shutil.which('chromium') or shutil.which('chromium-browser') or shutil.which('google-chrome')


def chromium(t, url, *args, profile):
    base = [CHROMIUM, '--headless=new', '--disable-gpu', '--no-first-run', '--disable-dev-shm-usage',
            '--disable-background-networking', '--disable-component-update', '--enable-logging=stderr', '--v=0',
            '--user-data-dir=' + t.path('profile-' + profile), '--virtual-time-budget=5000',
            '--host-resolver-rules=MAP * ~NOTFOUND']
    if os.geteuid() == 0:
        base.append('--no-sandbox')
    # Its own home: it writes caches wherever it finds one.
    env = dict(os.environ, HOME=t.tmp, XDG_CONFIG_HOME=t.tmp, XDG_CACHE_HOME=t.tmp)
    return subprocess.run(base + list(args) + [url], capture_output=True, check=False, timeout=180, env=env,
                          stdin=subprocess.DEVNULL)


def pixels(path):
    """(width, height, number of distinct colours of every 7th pixel) of a PNG"""
    with open(path, 'rb') as f:
        data = f.read()
    width, height, depth, kind = struct.unpack('>IIBB', data[16:26])
    assert data[:8] == b'\x89PNG\r\n\x1a\n' and depth == 8 and kind in (2, 6)
    packed, at = b'', 8
    while at < len(data):
        n, name = struct.unpack('>I4s', data[at:at + 8])
        if name == b'IDAT':
            packed += data[at + 8:at + 8 + n]
        at += 12 + n
    raw = zlib.decompress(packed)
    size = 3 if kind == 2 else 4
    stride = width * size + 1
    previous = bytearray(stride - 1)
    colours = set()
    for y in range(height):
        filt, line = raw[y * stride], bytearray(raw[y * stride + 1:(y + 1) * stride])
        unfilter(filt, line, previous, size)
        previous = line
        if y % 7 == 0:
            colours.update(bytes(line[x:x + 3]) for x in range(0, len(line), 7 * size))
    return width, height, len(colours)


def unfilter(filt, line, above, size):
    for i in range(len(line)):
        left = line[i - size] if i >= size else 0
        up = above[i]
        if filt == 1:
            line[i] = (line[i] + left) & 255
        elif filt == 2:
            line[i] = (line[i] + up) & 255
        elif filt == 3:
            line[i] = (line[i] + (left + up) // 2) & 255
        elif filt == 4:
            corner = above[i - size] if i >= size else 0
            p = left + up - corner
            pa, pb, pc = abs(p - left), abs(p - up), abs(p - corner)
            line[i] = (line[i] + (left if pa <= pb and pa <= pc else up if pb <= pc else corner)) & 255


def look(t, report, name, want, size='1280,2000', extra=()):
    url = 'file://' + report.replace('%', '%25').replace(' ', '%20').replace('#', '%23')
    png = t.path(name + '.png')
    r = chromium(t, url, '--screenshot=' + png, '--window-size=' + size, *extra, profile=name)
    if not t.check(os.path.exists(png), '%s: a picture is made' % name, r.stderr[-800:]):
        return
    width, _, colours = pixels(png)
    t.check(os.path.getsize(png) > 15000 and colours > 8, '%s: the picture shows something' % name,
            (os.path.getsize(png), width, colours))
    r = chromium(t, url, '--dump-dom', *extra, profile=name)
    dom = r.stdout.decode('utf-8', 'replace')
    text = re.sub(r'\s+', ' ', re.sub(r'(?s)<(script|style).*?</\1>|<[^>]+>', ' ', dom))
    for words in want:
        t.check(words.lower() in text.lower(), '%s: the page says %r' % (name, words), text[:1500])
    console = [l for l in r.stderr.decode('utf-8', 'replace').split('\n') if 'CONSOLE' in l]
    t.check(not console, '%s: nothing on the console' % name, '\n'.join(console[:5]))
    keep = os.environ.get('FB_KEEP_PICTURES')
    if keep:
        shutil.copy(png, os.path.join(keep, name + '.png'))


def planted_console_error(t):
    """The check itself: a page with an error must be noticed."""
    bad = t.path('bad.html')
    with open(bad, 'w', encoding='utf-8') as f:
        f.write('<!doctype html><script>nothing.here()</script><p>x')
    r = chromium(t, 'file://' + bad.replace(' ', '%20'), '--dump-dom', profile='bad')
    t.check(b'CONSOLE' in r.stderr, 'a planted error is seen on the console', r.stderr[-500:])


def data_of(path):
    with open(path, encoding='utf-8') as f:
        return json.loads(re.search('<script type="application/json" id="data">(.*?)</script>', f.read(), re.S).group(1))


def originals(data):
    return [json.loads(zlib.decompress(bytes(b ^ 0x5a for b in base64.b64decode(g['originals']))))
            for g in data['groups'] if 'originals' in g]


def unseen(t):
    """Text of an attack, in a field that no summary shows, is in the page and not in its
    bytes: what scans files does not find it. And defanged pages."""
    marker = 'NEEDLE-' + ''.join(chr(65 + i * 7 % 26) for i in range(40)) + '-HAYSTACK'
    fields = 'date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(Cookie) sc-status'
    lines = ['2025-07-18 09:14:%02d 10.0.0.5 POST /_layouts/15/ToolPane.aspx DisplayMode=Edit&u=http://evil.example/x 443 - '
             '203.0.113.9 %s%d 200' % (i, marker, i) for i in range(3)]
    path = t.path('unseen', 'u_ex250718.log')
    os.makedirs(os.path.dirname(path))
    with open(path, 'wb') as f:
        f.write(w3c(lines, fields=fields))
    with open(t.path('unseen.yml'), 'w', encoding='utf-8') as f:
        f.write('title: A post\nid: 6a8c2f6e-93a5-4d4e-9b7d-2f0d4c5b0077\nlogsource:\n    category: webserver\n'
                'detection:\n    s:\n        cs-method: POST\n    condition: s\nlevel: high\n')
    case = t.path('unseencase')
    t.investigate(case, t.path('unseen'), rules=[t.path('unseen.yml')], own=False)
    report = os.path.join(case, 'report.html')
    with open(report, 'rb') as f:
        page = f.read()
    t.check(marker.encode() not in page, 'the original record is not in the page as it is')
    found = [o['text'] for g in originals(data_of(report)) for o in g]
    t.check(found and all(marker in x for x in found), 'and can be had back from it', found)
    t.check(b'http://evil.example' in page and b'203.0.113.9' in page, 'summaries are as they were')
    safe = t.path('defanged.html')
    t.equal(t.run('report', case, '--defang', '-o', safe).returncode, 0, 'report --defang')
    with open(safe, 'rb') as f:
        page = f.read()
    t.check(b'http://evil.example' not in page and b'203.0.113.9' not in page and b'hxxp://evil[.]example' in page
            and b'203[.]0[.]113[.]9' in page, 'report --defang: no address is whole')
    t.equal([o['text'] for g in originals(data_of(safe)) for o in g], found, 'original records are as they were')


def main():
    t = Suite('report')
    unseen(t)
    if not CHROMIUM:
        t.skip('the report in a browser', 'no chromium here')
        t.end()
    evidence = t.make_demo(t.path('s'))
    case = t.path('case')
    r = t.investigate(case, evidence)
    t.check(r.returncode == 0, 'investigate', r.stderr[-500:])
    rows = t.jsonl('detections', case)
    worst = next((x for x in rows if x['level'] == 'critical'), rows[0])
    report = os.path.join(case, 'report.html')
    for args in (('mark', case, worst['id'], 'malicious', '--note', 'seen by a person <b>'), ('tag', case, worst['id'], 'entry'),
                 ('set-aside', case, '--host', rows[-1]['host'], '--reason', 'a test of the report'), ('report', case)):
        t.check(t.run(*args, env={'FIREBREAK_BY': 'Dr. O\u2019Hara'}).returncode == 0, args[0])
    want = ['Detections', 'Sources', worst['rule']['title'], rows[0]['host'], 'critical', 'People decided: 1 malicious',
            'seen by a person <b>'.replace('<', '&lt;').replace('>', '&gt;'), 'Dr. O\u2019Hara', 'set aside', 'a test of the report']
    planted_console_error(t)
    look(t, report, 'wide', want)
    look(t, report, 'narrow', want, size='360,1600')
    look(t, report, 'dark', want, extra=['--force-dark-mode', '--blink-settings=preferredColorScheme=0'])
    # What is left where scripts do not run.
    with open(report, encoding='utf-8') as f:
        plain = re.sub(r'(?s)<script\b.*?</script>', '', f.read())
    t.check('<script' not in plain, 'the scripts can be taken out')
    with open(t.path('plain.html'), 'w', encoding='utf-8') as f:
        f.write(plain)
    look(t, t.path('plain.html'), 'without-scripts', want)

    calm = t.path('calm')
    os.makedirs(calm)
    with open(os.path.join(calm, 'a.log'), 'wb') as f:
        f.write(w3c([request(stem='/a')]))
    t.investigate(t.path('none'), calm)
    look(t, os.path.join(t.path('none'), 'report.html'), 'no-detections', ['Sources', 'a.log'])
    with open(os.path.join(calm, 'a.log'), 'ab') as f:
        f.write((request('POST', '/_layouts/15/ToolPane.aspx', '-', '-', referer='/_layouts/SignOut.aspx')
                 + '\r\n').encode())
    t.investigate(t.path('one'), calm)
    look(t, os.path.join(t.path('one'), 'report.html'), 'one-detection', ['SignOut', 'a.log'])
    t.end()


if __name__ == '__main__':
    main()
