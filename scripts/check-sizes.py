#!/usr/bin/env python3
"""Functions of more than 120 lines and files of more than 1,200 lines fail; there is
no list of exceptions. Tables that a script wrote ("Made by scripts/...; do not edit" in
the first line) are not counted. Usage: check-sizes.py [ROOT]"""
import os
import re
import sys

FUNCTION_MAX = 120
FILE_MAX = 1200
NOT_CODE = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.S)
GENERATED = re.compile(r'/\* Made by scripts/gen-[a-z-]+\.py\b[^\n]*do not edit')
NAME = re.compile(r'([A-Za-z_][A-Za-z0-9_]*)\s*\(')


def blank(text):
    text = NOT_CODE.sub(lambda m: re.sub(r'[^\n]', ' ', m.group(0)), text)
    # Directives, with their continuation lines: braces in macros are no functions.
    return re.sub(r'^[ \t]*#(?:[^\n\\]|\\.|\\\n)*', lambda m: re.sub(r'[^\n]', ' ', m.group(0)),
                  text, flags=re.M | re.S)


def functions(text):
    """(name, first line, number of lines) of each function body: a block at depth 0
    whose opening brace follows a closing parenthesis."""
    text = blank(text)
    depth = 0
    start = 0
    name = None
    last_end = 0
    for m in re.finditer(r'[{}]', text):
        if m.group() == '{':
            if depth == 0:
                head = text[last_end:m.start()].rstrip()
                # After the last ; or } of the gap the rest is the head of this block.
                cut = max(head.rfind(';'), head.rfind('}')) + 1
                begin = last_end + cut + len(head[cut:]) - len(head[cut:].lstrip())
                head = head[cut:]
                found = NAME.search(head)
                name = found.group(1) if found and '=' not in head and head.endswith(')') else None
                start = text.count('\n', 0, begin) + 1
            depth += 1
        else:
            depth = max(depth - 1, 0)
            if depth == 0:
                last_end = m.end()
                if name:
                    end = text.count('\n', 0, m.start()) + 1
                    yield name, start, end - start + 1


def check(root):
    faults = []
    seen = count = 0
    for top in ('src', 'demo', 'tests'):
        for folder, dirs, names in os.walk(os.path.join(root, top)):
            dirs.sort()
            for file in sorted(names):
                if not file.endswith(('.c', '.h', '.ts', '.py')):
                    continue
                path = os.path.join(folder, file)
                shown = os.path.relpath(path, root)
                with open(path, encoding='utf-8', errors='replace') as f:
                    text = f.read()
                seen += 1
                if GENERATED.match(text):
                    continue
                lines = text.count('\n')
                if lines > FILE_MAX:
                    faults.append('%s: %d lines, at most %d' % (shown, lines, FILE_MAX))
                if file.endswith(('.c', '.h')):
                    for name, line, n in functions(text):
                        count += 1
                        if n > FUNCTION_MAX:
                            faults.append('%s:%d: %s: %d lines, at most %d'
                                          % (shown, line, name, n, FUNCTION_MAX))
    return seen, count, faults


def main():
    root = sys.argv[1] if len(sys.argv) > 1 else '.'
    seen, count, faults = check(root)
    for fault in faults:
        print('sizes: ' + fault)
    print('sizes: %d files, %d functions, %d faults' % (seen, count, len(faults)))
    return 1 if faults or not count else 0


if __name__ == '__main__':
    sys.exit(main())
