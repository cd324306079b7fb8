#!/usr/bin/env python3
"""Write files into C: embed.py OUT.c OUT.h NAME=FILE...

Each NAME becomes a `const struct fb_slice NAME` with the bytes of FILE, without the
line end at its end, so that they stand between two tags exactly as they were hashed.
"""
import os
import sys


def rows(data):
    for at in range(0, len(data), 16):
        yield "\t" + ", ".join(str(b) for b in data[at:at + 16]) + ","


def main():
    out_c, out_h, pairs = sys.argv[1], sys.argv[2], sys.argv[3:]
    guard = os.path.basename(out_h).upper().replace(".", "_")
    header = ["/* Made by scripts/embed.py from what web/ was bundled to. */",
              f"#ifndef {guard}", f"#define {guard}", '#include "base/slice.h"']
    body = [f'#include "{os.path.basename(out_h)}"']
    for pair in pairs:
        name, path = pair.split("=", 1)
        with open(path, "rb") as f:
            data = f.read().rstrip(b"\r\n")
        # Either would end, or hide the end of, the element that it is put into.
        for bad in (b"</", b"<!--"):
            if bad in data:
                sys.exit(f"embed.py: {path}: contains {bad.decode()!r}")
        header.append(f"extern const struct fb_slice {name};")
        body.append(f"static const uint8_t bytes_{name}[] = {{")
        body.extend(rows(data))
        body.append("};")
        body.append(f"const struct fb_slice {name} = "
                    f"{{ bytes_{name}, sizeof bytes_{name} }};")
    header.append("#endif")
    for path, lines in ((out_h, header), (out_c, body)):
        with open(path, "w", encoding="ascii") as f:
            f.write("\n".join(lines) + "\n")


main()
