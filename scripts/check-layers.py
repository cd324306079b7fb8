#!/usr/bin/env python3
"""Holds the order of the rooms (docs/architecture.md): a room includes only from the
rooms that it may know. Usage: check-layers.py [ROOT]"""
import os
import re
import sys

# Room: rooms that it may include from, besides itself.
LOW = ['base', 'event']
MAY = {
    'base': [],
    'event': ['base'],
    'decode': LOW,
    'detect': LOW,
    'intake': LOW,
    'engine': LOW + ['decode', 'detect', 'intake'],
    'case': LOW,
    'assess': LOW + ['case'],
    'respond': LOW + ['case', 'assess'],
    'show': LOW + ['case', 'assess', 'respond'],
    'cli': LOW + ['decode', 'detect', 'intake', 'engine', 'case', 'assess', 'respond', 'show'],
    'demo': ['base'],
}
# Written by the build, into the room that includes it.
GENERATED = {'web_report.h'}
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')


def room_of(path):
    """src/decode/evtx/x.c -> decode, demo/x.c -> demo"""
    parts = path.split(os.sep)
    return parts[1] if parts[0] == 'src' and len(parts) > 2 else parts[0]


def sources(root):
    for top in ('src', 'demo'):
        for folder, dirs, names in os.walk(os.path.join(root, top)):
            dirs.sort()
            for name in sorted(names):
                if name.endswith(('.c', '.h')):
                    yield os.path.relpath(os.path.join(folder, name), root)


def check(root):
    faults = []
    seen = 0
    for path in sources(root):
        room = room_of(path)
        seen += 1
        if room not in MAY:
            faults.append('%s: no such room as %s' % (path, room))
            continue
        with open(os.path.join(root, path), encoding='utf-8', errors='replace') as f:
            for number, line in enumerate(f, 1):
                m = INCLUDE.match(line)
                if not m:
                    continue
                kind, target = m.groups()
                first = target.split('/')[0]
                if kind == '<':
                    if first in MAY and '/' in target:
                        faults.append('%s:%d: <%s>: our own headers stand in quotes'
                                      % (path, number, target))
                    continue
                if '..' in target.split('/'):
                    faults.append('%s:%d: "%s": no way back through ..' % (path, number, target))
                elif '/' not in target and (room == 'demo' or target in GENERATED):
                    pass
                elif '/' not in target:
                    faults.append('%s:%d: "%s": write the room too ("room/file.h")'
                                  % (path, number, target))
                elif first not in MAY:
                    faults.append('%s:%d: "%s": no such room' % (path, number, target))
                elif first != room and first not in MAY[room]:
                    faults.append('%s:%d: %s may not know %s' % (path, number, room, first))
    return seen, faults


def main():
    root = sys.argv[1] if len(sys.argv) > 1 else '.'
    seen, faults = check(root)
    for fault in faults:
        print('layers: ' + fault)
    print('layers: %d files, %d faults' % (seen, len(faults)))
    return 1 if faults or not seen else 0


if __name__ == '__main__':
    sys.exit(main())
