#!/usr/bin/env python3
"""A second set of rules, as large as the first and as different as another author's: copies
with other ids, titles and literals. Letters of values in "detection" are turned (a to n),
but for those of regular expressions, numbers, and the fields that say where a rule looks.
Usage: second_set.py FROM… TO"""
import hashlib
import os
import re
import sys
import uuid

TURN = str.maketrans('abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ',
                     'nopqrstuvwxyzabcdefghijklmNOPQRSTUVWXYZABCDEFGHIJKLM')
PLACE = re.compile(r'^\s*-?\s*(EventID|Channel|Provider_Name|EventLog|condition|timeframe)\b')
# Words that YAML or Sigma reads, and modifiers whose values are no plain text.
WORD = re.compile(r'^\s*(null|true|false|~|\[\]|\{\}|[|>][-+]?)?\s*$', re.I)
KEY = re.compile(r'^(\s*(?:- )?)([A-Za-z0-9_.|\-]+):(.*)$')
NOT_TEXT = ('|re', '|cidr', '|expand', '|fieldref', '|exists', '|base64', '|lt', '|gt')


def turn_value(text):
    if WORD.match(text) or '%' in text or '\\u' in text:
        return text
    body, mark, comment = text.partition(' #')
    return body.translate(TURN) + mark + comment


def second(text, name):
    out, inside, skip = [], False, None
    for line in text.split('\n'):
        if re.match(r'^[A-Za-z]', line):
            inside = line.startswith('detection:')
            skip = None
            if line.startswith('id:'):
                digest = hashlib.sha256((name + line).encode()).digest()
                line = 'id: %s' % uuid.UUID(bytes=digest[:16], version=4)
            elif line.startswith('title:'):
                line = line.rstrip('\r') + ' (second)'
        elif inside and line.strip() and not line.lstrip().startswith('#'):
            depth = len(line) - len(line.lstrip())
            if skip is not None and depth > skip:
                out.append(line)
                continue
            skip = None
            key = KEY.match(line)
            if PLACE.match(line):
                skip = depth
            elif key:
                if any(m in key[2] for m in NOT_TEXT):
                    skip = depth
                else:
                    line = '%s%s:%s' % (key[1], key[2], turn_value(key[3]))
            elif line.lstrip().startswith('- '):
                at = line.index('- ') + 2
                line = line[:at] + turn_value(line[at:])
        out.append(line)
    return '\n'.join(out)


def main():
    *sources, target = sys.argv[1:]
    if not sources:
        sys.exit(__doc__)
    n = 0
    for k, source in enumerate(sources):
        for folder, dirs, names in os.walk(source):
            dirs.sort()
            to = os.path.join(target, str(k), os.path.relpath(folder, source))
            for name in sorted(names):
                if not name.endswith(('.yml', '.yaml')):
                    continue
                with open(os.path.join(folder, name), encoding='utf-8') as f:
                    text = f.read()
                os.makedirs(to, exist_ok=True)
                with open(os.path.join(to, 'second_' + name), 'w', encoding='utf-8') as f:
                    f.write(second(text, name))
                n += 1
    print('%d files' % n)


main()
