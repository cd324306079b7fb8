#!/usr/bin/env python3
"""Every difference between what we find and what two other Sigma engines find in the
same event logs stands in docs/agreement.md.

  agreement_check.py SIGMA_SCAN [DOCUMENT]

Fails, naming the rule, when a rule that one engine alone reports, or that only we
report, has no line of its own there, or its line names a cause that the document
does not explain; and when a detection that both others report is not reported.
Skipped (status 77) without corpora and oracles, as sigma_compare.py is.
"""
import collections
import pathlib
import re
import sys

import sigma_compare

# Who reports a detection, as the document's table says it.
BOTH_US = {("H", True): "H, ours", ("H", False): "H", ("C", True): "C, ours", ("C", False): "C"}
ROW = re.compile(r"^\| `([0-9a-f-]{36})` \| (.+?) \| (.+?) \| (\d+) \| (.+?) \| (.+?) \|$")
CAUSE = re.compile(r"^- \*\*([A-Za-z0-9-]+)\*\*")


def document(path):
    """{(rule, who): [causes]} and the causes explained."""
    rows, causes = {}, set()
    for line in path.read_text().splitlines():
        row, cause = ROW.match(line), CAUSE.match(line)
        if row:
            keys = re.findall(r"`([A-Za-z0-9-]+)`", row.group(6))
            rows[row.group(1), row.group(3)] = keys
        elif cause:
            causes.add(cause.group(1))
    return rows, causes


def differences(theirs, ours):
    """{(rule, who): detections}, and the detections of both that we lack."""
    found, lacking = collections.Counter(), []
    for file, reported in theirs.items():
        for record, rule, engines in reported:
            have = (record, rule) in ours.get(file, ())
            if engines != "HC":
                found[rule, BOTH_US[engines, have]] += 1
            elif not have:
                lacking.append((rule, file, record))
    for file, reported in ours.items():
        known = {(record, rule) for record, rule, _ in theirs.get(file, ())}
        for record, rule in reported - known:
            found[rule, "ours"] += 1
    return found, lacking


def main():
    if not sigma_compare.CORPORA.is_dir() or not sigma_compare.ORACLES.is_dir():
        print("skipped: no corpora or oracles")
        print("0 passed, 0 failed, 1 skipped")
        return 77
    doc = sigma_compare.ROOT / "docs/agreement.md"
    rows, causes = document(pathlib.Path(sys.argv[2]) if len(sys.argv) > 2 else doc)
    theirs, ours, skipped = sigma_compare.gather(sys.argv[1])
    found, lacking = differences(theirs, ours)
    failed = 0
    for rule, file, record in sorted(lacking):
        print(f"not reported\t{rule}\t{file}\t{record}: both other engines do")
        failed += 1
    for (rule, who), n in sorted(found.items()):
        if (rule, who) not in rows:
            print(f"no line\t{rule}\t{who}\t{n} detections")
        elif not rows[rule, who]:
            print(f"no cause\t{rule}\t{who}")
        elif not causes.issuperset(rows[rule, who]):
            print(f"cause not explained\t{rule}\t{who}\t{' '.join(rows[rule, who])}")
        else:
            continue
        failed += 1
    for rule, who in sorted(set(rows) - set(found)) if not skipped else ():
        print(f"note: a line for a difference that is no more\t{rule}\t{who}")
    both = sum(e == "HC" for reported in theirs.values() for _, _, e in reported)
    print(f"{both + len(found) - failed} passed, {failed} failed, {len(skipped)} skipped")
    return 1 if failed or not both else 0


if __name__ == "__main__":
    sys.exit(main())
