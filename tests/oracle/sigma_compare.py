#!/usr/bin/env python3
"""Compares what the matcher finds with what it should.

  sigma_compare.py SIGMA_SCAN [--regression] [--agreement] [--prefilter] [--list]

--regression: each of the regression files fires the rule that its info.yml names.
--agreement:  each detection that both other engines report is reported.
--prefilter:  trying every rule on every event finds the same as the scan for literals.
Corpora and oracles: $FIREBREAK_CORPORA, $FIREBREAK_ORACLES, or ../shared beside the
checkout; without them the comparison is skipped (status 77).
"""
import argparse
import collections
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
CORPORA = pathlib.Path(os.environ.get("FIREBREAK_CORPORA", ROOT / "../shared/corpora"))
ORACLES = pathlib.Path(os.environ.get("FIREBREAK_ORACLES", ROOT / "../shared/oracles"))


def scan(tool, files, *options):
    """{(file, record, rule)} of all files."""
    rules = sorted(str(p) for p in (CORPORA / "sigma").glob("rules*"))
    found = set()
    out = subprocess.run([tool, *options, *rules, "--", *map(str, files)], check=True,
                         stdout=subprocess.PIPE, text=True).stdout
    for line in out.splitlines():
        path, record, rule = line.split("\t")
        found.add((path, record, rule))
    return found


def regression(tool):
    want = []
    for info in sorted((CORPORA / "sigma/regression_data").rglob("info.yml")):
        rule = re.search(r"rule_metadata:\s*- id: (\S+)", info.read_text()).group(1)
        for evtx in sorted(info.parent.glob("*.evtx")):
            want.append((str(evtx), rule))
    found = {(path, rule) for path, _, rule in scan(tool, [w[0] for w in want])}
    missing = [w for w in want if w not in found]
    for path, rule in missing:
        print(f"missing\t{rule}\t{path}")
    print(f"regression: {len(want) - len(missing)} of {len(want)}")
    return not missing


def gather(tool):
    """({file: {(record, rule, engines)}} of the other engines, {file: {(record, rule)}}
    of ours, archives left out for want of 7z)."""
    base = str(CORPORA)
    theirs = collections.defaultdict(set)
    for line in (ORACLES / "sigma-detections.tsv").read_text().splitlines():
        file, record, rule, engines = line.split("\t")
        if file.endswith(".evtx"):
            theirs[file].add((record, rule, engines))
    files = {str(f): os.path.relpath(f, base) for f in sorted(CORPORA.rglob("*.evtx"))}
    ours = collections.defaultdict(set)
    skipped = []
    with tempfile.TemporaryDirectory() as tmp:
        for archive in sorted((CORPORA / "evtx").rglob("*.7z")):
            name = os.path.relpath(archive, base)
            if not shutil.which("7z"):
                print(f"skipped: {name}: no 7z")
                skipped.append(name)
                theirs = {f: r for f, r in theirs.items() if not f.startswith(name)}
                continue
            out = pathlib.Path(tmp, archive.stem)
            subprocess.run(["7z", "x", "-y", f"-o{out}", archive], check=True,
                           stdout=subprocess.DEVNULL)
            for f in sorted(out.rglob("*.evtx")):
                files[str(f)] = f"{name}!{f.relative_to(out)}"
        for path, record, rule in scan(tool, sorted(files)):
            ours[files[path]].add((record, rule))
    return theirs, ours, skipped


def agreement(tool, everything):
    theirs, ours, _ = gather(tool)
    counts = collections.Counter()
    for file, rows in sorted(theirs.items()):
        for record, rule, engines in sorted(rows):
            have = (record, rule) in ours[file]
            counts[engines, have] += 1
            if not have and (engines == "HC" or everything):
                print(f"missing\t{engines}\t{file}\t{record}\t{rule}")
    alone = collections.Counter()
    for file, rows in sorted(ours.items()):
        known = {(r, rule) for r, rule, _ in theirs.get(file, ())}
        for record, rule in sorted(rows):
            if (record, rule) not in known:
                alone[rule] += 1
                if everything:
                    print(f"alone\tF\t{file}\t{record}\t{rule}")
    for (engines, have), n in sorted(counts.items()):
        print(f"agreement: {engines} {'reported' if have else 'missing'}: {n}")
    print(f"agreement: ours alone: {sum(alone.values())} of {len(alone)} rules")
    return counts["HC", False] == 0


def prefilter(tool):
    files = sorted(CORPORA.rglob("*.evtx")) + sorted(
        f for f in (CORPORA / "logs").rglob("*") if f.is_file())
    fast, slow = scan(tool, files), scan(tool, files, "-a")
    for row in sorted(fast ^ slow):
        print("prefilter\t" + "\t".join(row))
    print(f"prefilter: {len(fast)} with, {len(slow)} without")
    return fast == slow


def main():
    p = argparse.ArgumentParser()
    p.add_argument("tool")
    p.add_argument("--regression", action="store_true")
    p.add_argument("--agreement", action="store_true")
    p.add_argument("--prefilter", action="store_true")
    p.add_argument("--list", action="store_true", help="every difference, not only HC")
    a = p.parse_args()
    if not CORPORA.is_dir() or not ORACLES.is_dir():
        print("skipped: no corpora or oracles")
        return 77
    good = True
    if a.regression:
        good &= regression(a.tool)
    if a.agreement:
        good &= agreement(a.tool, a.list)
    if a.prefilter:
        good &= prefilter(a.tool)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
