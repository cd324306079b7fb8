#!/usr/bin/env python3
"""The log sources of the specification's taxonomy appendix bind where it says.

  taxonomy_check.py FIREBREAK

For each Windows log source of the appendix a rule is made, and events of the channels,
numbers and providers that stand there, which have to match; one of another channel,
and one of another number, must not. The cases are run by `firebreak rules test`.
The appendix is looked for at $SIGMA_SPECIFICATION, or ../shared/reference/sigma-specification
beside the checkout; without it: skipped (status 77).
"""
import os
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
WHERE = pathlib.Path(os.environ.get("SIGMA_SPECIFICATION",
                                    ROOT / "../shared/reference/sigma-specification"))
# What Sysmon says beside the number, where the log sources of one number differ.
MORE = {"registry_add": "EventType: CreateKey", "registry_delete": "EventType: DeleteKey",
        "registry_set": "EventType: SetValue", "registry_rename": "EventType: RenameKey"}


def items(text, name):
    """"Name: x" or "Name: - x - y" of a cell whose line breaks became newlines."""
    m = re.search(name + r": *((?:[^\n-][^\n]*)?(?:\n\s*- [^\n]+)*)", text)
    found = [i.strip() for i in re.split(r"\n\s*- ", m.group(1)) if i.strip()] if m else []
    return [re.sub(r"^WinEventLog:", "", i) for i in found]


def sources(text):
    """(log source as lines, channels, numbers, providers)"""
    for line in text.split("\n"):
        cells = [c.strip().replace("<br>", "\n") for c in line.split("|")]
        if len(cells) == 5 and cells[1] == "windows" and cells[2].startswith("product: windows"):
            yield (cells[2].split("\n"), items(cells[3], "Channel"), items(cells[3], "EventIDs?"),
                   items(cells[3], "ETW Provider"))


def event(want, **fields):
    return ["--- " + want] + ["%s: %s" % f for f in fields.items() if f[1]]


def case(source, channels, numbers, providers):
    name = source[-1].split(": ")[1]
    lines = ["=== " + ", ".join(source), "logsource:"] + ["  " + s for s in source]
    lines += ["detection:", "  sel:", "    A: here", "  condition: sel"]
    more = [MORE[name]] if name in MORE else []
    for channel in channels:
        for number in numbers or ["7"]:
            lines += event("yes", Channel=channel, EventID=number, A="here") + more
        if numbers:
            lines += event("no", Channel=channel, EventID="9999", A="here") + more
    for provider in providers:
        lines += event("yes", Channel="Some/Channel", Provider_Name=provider, EventID="10", A="here")
    lines += event("no", Channel="Some/Channel", EventID=(numbers or ["7"])[0], A="here") + more
    return lines


def main():
    path = WHERE / "sigma-appendix-taxonomy.md"
    if not path.is_file():
        print("skipped: no specification")
        print("0 passed, 0 failed, 1 skipped")
        return 77
    found = list(sources(path.read_text(encoding="utf-8")))
    empty = [s for s in found if not s[1] and not s[3]]
    with tempfile.TemporaryDirectory() as tmp:
        cases = pathlib.Path(tmp, "taxonomy.case")
        cases.write_text("\n".join(l for s in found for l in case(*s)) + "\n", encoding="utf-8")
        out = subprocess.run([sys.argv[1], "rules", "test", cases], capture_output=True, text=True,
                             check=False, env={**os.environ, "FIREBREAK_RULES": str(ROOT / "rules")})
    wrong = [l for l in out.stdout.split("\n") if l.startswith("WRONG")]
    print("\n".join(wrong + ["not understood: %s" % s[0] for s in empty]))
    if out.returncode and not wrong:
        print(out.stderr)
    m = re.search(r"(\d+) events", out.stdout)
    events = int(m.group(1)) if m else 0
    failed = len(wrong) + len(empty) + (len(found) < 80) + (out.returncode != 0 and not wrong)
    print("%d passed, %d failed, 0 skipped" % (events - len(wrong), failed))
    return 1 if failed or not events else 0


if __name__ == "__main__":
    sys.exit(main())
