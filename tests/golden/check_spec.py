#!/usr/bin/env python3
"""The table of the specification's sentences (docs/formats/sigma-spec.md) names cases that
are there, and each part of it has sentences.

  check_spec.py [DOCUMENT]
"""
import pathlib
import re
import sys

HERE = pathlib.Path(__file__).resolve().parent
LEAST = {"Rules": 40, "Modifiers": 17, "Correlations": 18, "Filters": 3}


def cases(folder):
    """{"file: title"} of a folder"""
    return {"%s: %s" % (path.stem, line[4:].rstrip())
            for path in folder.glob("*.case")
            for line in path.read_text(encoding="utf-8").split("\n") if line.startswith("=== ")}


def main():
    doc = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else HERE.parent.parent / "docs/formats/sigma-spec.md"
    known = {"Rules": cases(HERE / "sigma") | cases(HERE / "correlation")}
    known["Modifiers"] = cases(HERE / "sigma")
    known["Correlations"] = cases(HERE / "correlation") | cases(HERE / "sigma")
    known["Filters"] = known["Correlations"]
    part, rows, failed = None, {}, 0
    for number, line in enumerate(doc.read_text(encoding="utf-8").split("\n"), 1):
        if line.startswith("## "):
            part = line[3:]
        if part not in known or not line.startswith("| ") or line.startswith("| sentence"):
            continue
        rows[part] = rows.get(part, 0) + 1
        cells = re.split(r"(?<!\\)\|", line)
        named = re.findall(r"`([^`]+)`", cells[2]) if len(cells) == 4 else []
        missing = [n for n in (x.replace("\\|", "|") for x in named) if n not in known[part]]
        if not named or missing:
            failed += 1
            print("%s:%d: %s" % (doc.name, number, "no case is named" if not named
                                 else "there is no case %s" % missing))
    for part, least in LEAST.items():
        if rows.get(part, 0) < least:
            failed += 1
            print("%s: %d sentences, at least %d" % (part, rows.get(part, 0), least))
    print("%d passed, %d failed, 0 skipped" % (sum(rows.values()), failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
